"use strict";
/* global Archive, Checksum */
// Fetches what was bought as it lies on the server, checks it, and opens it here: the plain file is only ever
// in this browser. The format is Matrix's for encrypted attachments.
{
  const BLOCK = 16;
  const PIECE = 8 * 1024 * 1024;
  const KEPT_MS = 60_000;
  const PLAYED = /^(video|audio)\//;
  const list = document.getElementById("files");
  const words = list ? JSON.parse(list.dataset.words) : {};
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const same = (a, b) => a.length === b.length && a.every((each, place) => each === b[place]);

  const made = (tag, properties) => Object.assign(document.createElement(tag), properties);

  // What the file consists of, and its CRC-32 if it goes into an archive.
  async function opened(file, checksum) {
    const answer = await fetch(file.url, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(words.missing);
    const sealed = await answer.arrayBuffer();
    if (sealed.byteLength !== file.size) throw new Error(words.missing);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", sealed));
    if (!same(digest, bytes(file.sha256))) throw new Error(words.damaged);
    const key = await crypto.subtle.importKey("jwk", file.key, "AES-CTR", false, ["decrypt"]);
    return pieces(key, bytes(file.iv), sealed, checksum);
  }

  async function address(file) {
    const type = file.shown ?? (PLAYED.test(file.mimetype) ? file.mimetype : "application/octet-stream");
    return URL.createObjectURL(new Blob(await opened(file), { type }));
  }

  // Opened piece by piece into blobs, which browsers keep outside the memory of the page: the file is never there
  // twice. The counter goes up by one for each 16 bytes.
  async function pieces(key, iv, sealed, checksum) {
    const opened = [];
    for (let start = 0; start < sealed.byteLength; start += PIECE) {
      const counter = iv.slice();
      const view = new DataView(counter.buffer);
      view.setBigUint64(8, BigInt.asUintN(64, view.getBigUint64(8) + BigInt(start / BLOCK)));
      const piece = new Uint8Array(sealed, start, Math.min(PIECE, sealed.byteLength - start));
      const plain = await crypto.subtle.decrypt({ name: "AES-CTR", counter, length: 64 }, key, piece);
      checksum?.add(new Uint8Array(plain));
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

  // A button that does something slow once at a time, and where it says how that goes.
  function doing(label, quiet, work) {
    const button = made("button", { type: "button", className: quiet ? "button quiet" : "button", textContent: label });
    const said = made("p", { className: "fine" });
    said.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        await work(button, (progress) => { said.textContent = progress; });
        said.textContent = "";
      } catch (problem) {
        said.textContent = problem instanceof RangeError || problem.name === "OperationError"
          ? words.large
          : problem.message;
      }
      button.disabled = false;
    });
    return [button, said];
  }

  function save(name, url) {
    const link = made("a", { href: url, download: name });
    document.body.append(link);
    link.click();
    link.remove();
  }

  // One archive of all of them, put together here: the plain files leave this browser as little as a single one does.
  async function saveAll(files, tell) {
    const archive = new Archive();
    for (const [place, file] of files.entries()) {
      tell(words.gathering.replace("{number}", place + 1).replace("{count}", files.length));
      const checksum = new Checksum();
      const blobs = await opened(file, checksum).catch((problem) => {
        if (problem instanceof Error) problem.message = `${file.name}: ${problem.message}`;
        throw problem;
      });
      archive.add(file.saved, blobs, file.size, checksum.value);
    }
    const url = URL.createObjectURL(archive.file());
    save(list.dataset.archive, url);
    setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
  }

  function all(files) {
    const size = files.reduce((sum, each) => sum + each.size, 0);
    if (files.length < 2 || size > Archive.MOST_BYTES) return [];
    const item = made("li", { className: "all" });
    item.append(...doing(words.all, false, (_, tell) => saveAll(files, tell)));
    return [item];
  }

  function row(file, _, files) {
    const item = made("li");
    const [button, said] = doing(words.open, files.length > 1, async (pressed, tell) => {
      tell(words.opening);
      pressed.replaceWith(...shown(file, await address(file)));
    });
    item.append(made("p", { className: "name", textContent: `${file.name} (${file.words})` }), button, said);
    return item;
  }

  async function begin() {
    if (!window.crypto || !crypto.subtle) throw new Error(words.insecure);
    const answer = await fetch(list.dataset.files, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(words.stale);
    const { files } = await answer.json();
    list.replaceChildren(...all(files), ...files.map(row));
  }

  if (list) begin().catch((problem) => list.replaceChildren(made("li", { textContent: problem.message })));
}
