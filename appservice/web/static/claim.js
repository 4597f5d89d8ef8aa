"use strict";
// Fetches what was bought as it lies on the server, checks it, and opens it here: the plain file is only ever
// in this browser. The format is Matrix's for encrypted attachments.
{
  const BLOCK = 16;
  const PIECE = 8 * 1024 * 1024;
  const PLAYED = /^(video|audio)\//;
  const list = document.getElementById("files");
  const words = list ? JSON.parse(list.dataset.words) : {};
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const same = (a, b) => a.length === b.length && a.every((each, place) => each === b[place]);

  const made = (tag, properties) => Object.assign(document.createElement(tag), properties);

  async function opened(file) {
    const answer = await fetch(file.url, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(words.missing);
    const sealed = await answer.arrayBuffer();
    if (sealed.byteLength !== file.size) throw new Error(words.missing);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", sealed));
    if (!same(digest, bytes(file.sha256))) throw new Error(words.damaged);
    const key = await crypto.subtle.importKey("jwk", file.key, "AES-CTR", false, ["decrypt"]);
    const type = file.shown ?? (PLAYED.test(file.mimetype) ? file.mimetype : "application/octet-stream");
    return URL.createObjectURL(new Blob(await pieces(key, bytes(file.iv), sealed), { type }));
  }

  // Opened piece by piece into blobs, which browsers keep outside the memory of the page: the file is never there
  // twice. The counter goes up by one for each 16 bytes.
  async function pieces(key, iv, sealed) {
    const opened = [];
    for (let start = 0; start < sealed.byteLength; start += PIECE) {
      const counter = iv.slice();
      const view = new DataView(counter.buffer);
      view.setBigUint64(8, BigInt.asUintN(64, view.getBigUint64(8) + BigInt(start / BLOCK)));
      const piece = new Uint8Array(sealed, start, Math.min(PIECE, sealed.byteLength - start));
      const plain = await crypto.subtle.decrypt({ name: "AES-CTR", counter, length: 64 }, key, piece);
      opened.push(new Blob([plain]));
    }
    return opened;
  }

  function shown(file, url) {
    const save = made("a", { href: url, download: file.saved, textContent: words.save, className: "button quiet" });
    const [kind] = (file.shown ?? file.mimetype).split("/");
    const tag = kind === "image" && file.shown ? "img" : PLAYED.test(`${kind}/`) ? kind : null;
    if (!tag) return [save];
    const media = made(tag, tag === "img" ? { src: url, alt: file.name } : { src: url, controls: true });
    const cannot = () => {
      const said = made("p", { className: "notice", textContent: tag === "img" ? words.unshown : words.unplayed });
      said.setAttribute("role", "status");
      media.replaceWith(said);
    };
    media.addEventListener("error", cannot);
    // A film of which the browser knows the sound alone.
    if (tag === "video") media.addEventListener("loadedmetadata", () => { if (!media.videoWidth) cannot(); });
    return [media, save];
  }

  function row(file) {
    const item = made("li");
    const button = made("button", { type: "button", className: "button", textContent: words.open });
    const said = made("p", { className: "fine" });
    said.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      button.disabled = true;
      said.textContent = words.opening;
      try {
        button.replaceWith(...shown(file, await opened(file)));
        said.textContent = "";
      } catch (problem) {
        button.disabled = false;
        said.textContent = problem instanceof RangeError || problem.name === "OperationError"
          ? words.large
          : problem.message;
      }
    });
    item.append(made("p", { className: "name", textContent: `${file.name} (${file.words})` }), button, said);
    return item;
  }

  async function begin() {
    if (!window.crypto || !crypto.subtle) throw new Error(words.insecure);
    const answer = await fetch(list.dataset.files, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(words.stale);
    list.replaceChildren(...(await answer.json()).files.map(row));
  }

  if (list) begin().catch((problem) => list.replaceChildren(made("li", { textContent: problem.message })));
}
