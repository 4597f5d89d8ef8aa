"use strict";
// Helps to put a draft together: files are sent one by one, with their progress, and tried again when the connection
// breaks; a price is looked at while it is typed. Without this script the page's forms do the same.
{
  const RETRIES = [1, 3, 8];
  const upload = document.getElementById("upload");
  const draft = document.getElementById("draft");
  const sending = document.getElementById("sending");
  const input = upload.querySelector("input[type=file]");
  const made = (tag, properties) => Object.assign(document.createElement(tag), properties);
  const after = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
  const name = () => crypto.getRandomValues(new Uint32Array(4)).join("-");
  const waiting = [];
  let underWay = false;

  // One after the other, so that no older answer comes over a newer one.
  let line = Promise.resolve();
  const inTurn = (act) => { line = line.then(act, act); return line; };

  async function refresh() {
    const answer = await fetch(location.pathname, { credentials: "same-origin" });
    if (answer.ok) take(await answer.text());
    else location.reload();
  }

  // What the server knows better is taken over; what somebody is typing is left alone, and where they are as well.
  function take(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const held = document.activeElement;
    const [action, value] = held?.closest("[data-live]") ? [held.form?.getAttribute("action"), held.value] : [];
    for (const part of document.querySelectorAll("[data-live]")) {
      const fresh = page.querySelector(`[data-live="${part.dataset.live}"]`);
      if (fresh) part.replaceChildren(...fresh.childNodes);
    }
    const form = action && document.querySelector(`[data-live] form[action="${action}"]`);
    if (form) (form.querySelector(`[value="${value}"]`) ?? form.querySelector("button")).focus();
  }

  function once(file, form, progress) {
    return new Promise((done, failed) => {
      const body = new FormData();
      body.append("token", upload.elements.token.value);
      body.append("form", form);
      body.append("files", file, file.name);
      const request = new XMLHttpRequest();
      request.open("POST", upload.action);
      request.setRequestHeader("Accept", "application/json");
      request.responseType = "json";
      request.upload.onprogress = (at) => { progress.value = at.total ? at.loaded / at.total : 0; };
      request.onload = () => {
        if (request.status === 200) done();
        else failed({ words: request.response?.error ?? "It did not arrive.", final: request.status < 500 });
      };
      request.onerror = () => failed({ words: "The connection broke." });
      request.send(body);
    });
  }

  async function send({ file, form, row }) {
    const progress = made("progress", { max: 1, value: 0 });
    const said = made("p", { textContent: file.name });
    row.replaceChildren(said, progress);
    for (let round = 0; ; round += 1) {
      try {
        await once(file, form, progress);
        row.remove();
        return;
      } catch (problem) {
        if (problem.final || round === RETRIES.length) {
          const again = made("button", { type: "button", className: "button small quiet", textContent: "Try again" });
          again.addEventListener("click", () => { waiting.push({ file, form, row }); work(); });
          const words = made("p", { textContent: `${file.name}: ${problem.words}`, className: "fault" });
          row.replaceChildren(words, ...(problem.final ? [] : [again]));
          return;
        }
        said.textContent = `${file.name}: ${problem.words} It is tried again.`;
        await after(RETRIES[round]);
      }
    }
  }

  // One at a time, so that they stand in the order in which they were chosen.
  async function work() {
    if (underWay) return;
    underWay = true;
    while (waiting.length) {
      await send(waiting.shift());
      await inTurn(refresh);
    }
    underWay = false;
  }

  function add(files) {
    for (const file of files) {
      const row = made("li", { textContent: `${file.name}: waiting` });
      sending.append(row);
      if (file.size > Number(upload.dataset.most)) {
        row.textContent = `${file.name}: it is larger than ${upload.dataset.mostWords}, the most that can be taken.`;
        row.className = "fault";
      } else waiting.push({ file, form: name(), row });
    }
    work();
  }

  input.addEventListener("change", () => { add([...input.files]); input.value = ""; });
  document.getElementById("send").hidden = true;
  const zone = upload.querySelector(".drop");
  for (const kind of ["dragover", "dragleave", "drop"]) {
    upload.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.toggle("over", kind === "dragover");
      if (kind === "drop") add([...event.dataTransfer.files]);
    });
  }
  addEventListener("beforeunload", (event) => { if (underWay) event.preventDefault(); });

  // Moving, giving away and removing a file leaves the page, and what is typed on it, where it is.
  document.getElementById("files").addEventListener("submit", (event) => {
    const form = event.target;
    if (form === upload) return;
    event.preventDefault();
    const body = new URLSearchParams({ token: form.elements.token.value, do: event.submitter.value });
    inTurn(async () => {
      const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin", headers: { Accept: "text/html" } });
      take(await answer.text());
    });
  });

  const price = draft.elements.price;
  const said = document.getElementById("price-said");
  const shows = (what) => document.querySelector(`[data-shows="${what}"]`);
  let turn = 0;
  price.addEventListener("input", async () => {
    const mine = turn += 1;
    await after(0.3);
    if (mine !== turn || !price.value.trim()) return;
    const answer = await fetch(`${price.dataset.check}?${new URLSearchParams({ typed: price.value })}`);
    if (mine !== turn || !answer.ok) return;
    const { price: known, problem } = await answer.json();
    said.textContent = problem ?? `Buyers pay ${known}.`;
    said.classList.toggle("problem", Boolean(problem));
    price.setAttribute("aria-invalid", String(Boolean(problem)));
    if (known) shows("price").textContent = known;
  });
  draft.elements.text.addEventListener("input", () => { shows("text").textContent = draft.elements.text.value; });
}
