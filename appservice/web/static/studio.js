"use strict";
// Helps to put a draft together: files are sent with their progress, paused, gone on with and put in their order; a price
// is looked at while it is typed. Without this script the page's forms do the same, but for going on.
{
  const upload = document.getElementById("upload");
  const draft = document.getElementById("draft");
  const files = document.getElementById("files");
  const sending = document.getElementById("sending");
  const input = upload.querySelector("input[type=file]");
  const token = upload.elements.token.value;
  const made = (tag, properties) => Object.assign(document.createElement(tag), properties);
  const after = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
  // Read out when it changes: the end of things, never each step.
  const says = (words) => { document.getElementById("said").textContent = words; };

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
      if (!fresh || fresh.innerHTML === part.innerHTML) continue;
      if (part.dataset.live === "files" && "sorting" in document.body.dataset) continue;
      part.replaceChildren(...fresh.childNodes);
    }
    const form = action && document.querySelector(`[data-live] form[action="${action}"]`);
    if (form) (form.querySelector(`[value="${value}"]`) ?? form.querySelector("button"))?.focus();
    showUnfinished();
    awaitSealing();
  }

  // Files that are whole are sealed a moment later.
  let awaited = false;
  async function awaitSealing() {
    if (awaited || !document.querySelector("[data-sealing]")) return;
    awaited = true;
    await after(1);
    awaited = false;
    await inTurn(refresh);
  }

  const rows = new Map();

  // What is on its way from here has its own line already.
  function showUnfinished() {
    const here = new Set([...rows.keys()].map((each) => each.location));
    for (const row of document.querySelectorAll("[data-upload]")) row.hidden = here.has(row.dataset.upload);
  }

  const button = (words, name, act) => {
    const it = made("button", { type: "button", className: "button small bare", textContent: told(words) });
    it.setAttribute("aria-label", `${told(words)}: ${name}`);
    it.addEventListener("click", act);
    return it;
  };

  // One line on the page for each file on its way: how far it is, and what can be done.
  class Row {
    constructor(file) {
      this.file = file;
      this.element = made("li", {});
      this.bar = made("progress", { max: file.size || 1, value: 0 });
      this.bar.setAttribute("aria-label", file.name);
      this.words = made("p", { className: "fine", textContent: told("Waiting") });
      this.buttons = made("div", { className: "doings" });
      const name = made("p", { className: "name", textContent: file.name });
      this.element.append(name, this.bar, this.words, this.buttons);
      this.sum = new Figures(file.size);
      this.upload = new Upload(file, {
        address: upload.dataset.uploads, token, look: lookAtMedia, tell: (what, more) => this.hear(what, more),
      });
      this.offer("Pause", "Remove");
      rows.set(this.upload, this);
      sending.append(this.element);
      this.go();
    }

    // A button that is there stays there, and so does whoever is on it.
    offer(...doings) {
      const acts = {
        Pause: () => this.upload.pause(),
        Resume: () => { this.hear("waiting"); this.upload.resume(); },
        "Try again": () => { this.offer("Pause", "Remove"); this.hear("waiting"); this.go(); },
        Remove: () => this.remove(),
      };
      const had = this.buttons.contains(document.activeElement);
      this.buttons.replaceChildren(...doings.map((each) => button(each, this.file.name, acts[each])));
      if (had) this.buttons.querySelector("button")?.focus();
    }

    say(words, fault = false) {
      this.words.textContent = words;
      this.words.className = fault ? "fine fault" : "fine";
    }

    hear(what, more) {
      const { name } = this.file;
      if (what === "waiting") {
        this.say(told("Waiting"));
        this.offer("Pause", "Remove");
      } else if (what === "going") {
        this.sum.begin(this.upload.arrived);
        this.show(this.upload.arrived);
        showUnfinished();
        says(told("{name} is on its way.", { name }));
      } else if (what === "progress") this.show(more);
      else if (what === "paused") {
        this.rest();
        this.offer("Resume", "Remove");
        says(told("{name} is paused.", { name }));
      } else if (what === "rests") this.rest();
      else if (what === "broken") this.say(`${told(more)} ${told("It is tried again.")}`, true);
    }

    rest() {
      const { arrived } = this.upload;
      this.bar.value = arrived;
      this.say(arrived ? told("Paused. {arrived} have arrived, and stay there for a day.", { arrived: this.sum.arrived(arrived) }) : told("Paused"));
    }

    show(bytes) {
      if (this.upload.paused) return;
      this.bar.value = bytes;
      this.say(this.sum.words(bytes));
    }

    async go() {
      try {
        await this.upload.run();
        if (this.upload.stopped) return;
        says(told("{name} has arrived.", this.file));
        this.drop();
        await inTurn(refresh);
      } catch (problem) {
        if (problem.final) {
          rows.delete(this.upload);
          const held = this.buttons.contains(document.activeElement);
          const dismiss = button("Dismiss", this.file.name, () => { this.element.remove(); input.focus(); });
          this.element.replaceChildren(this.words, this.buttons);
          this.buttons.replaceChildren(dismiss);
          if (held) dismiss.focus();
          const why = told(problem.message).replaceAll("`", "");
          this.say(told("“{name}” was left out: {why}", { name: this.file.name, why }), true);
        } else {
          this.say(told(problem.message), true);
          this.offer("Try again", "Remove");
        }
        says(this.words.textContent);
      }
    }

    drop() {
      const held = this.element.contains(document.activeElement);
      rows.delete(this.upload);
      this.element.remove();
      if (held) input.focus();
    }

    async remove() {
      this.drop();
      says(told("{name} is removed.", this.file));
      await this.upload.stop();
      await inTurn(refresh);
    }
  }

  async function rowOf(file) {
    for (const row of rows.values()) if (await row.upload.isOf(file)) return row;
    return undefined;
  }

  // What cannot be taken is told in one line, before anything is sent.
  const refused = made("li", { className: "fault", hidden: true });
  const places = () => files.querySelectorAll(".sorted li").length + rows.size;
  const isHalfThere = ({ name }) => [...document.querySelectorAll("[data-upload] .name")].some((each) => each.textContent === name);

  async function add(chosen) {
    const fresh = [];
    const large = [];
    for (const file of chosen) {
      const same = await rowOf(file);
      if (same?.upload.paused) same.buttons.querySelector("button").click();
      if (same) continue;
      (file.size > Number(upload.dataset.most) ? large : fresh).push(file);
    }
    const left = Number(upload.dataset.limit) - places();
    const taken = fresh.filter((file, place) => place < left || isHalfThere(file));
    const words = [];
    if (taken.length < fresh.length) {
      const counts = { taken: taken.length, all: chosen.length, most: upload.dataset.limit };
      words.push(told("{taken} of {all} files are taken: one offer holds up to {most}. Put the rest into another offer.", counts));
    }
    if (large.length) {
      const [name, most] = [large.map((file) => file.name).join(", "), upload.dataset.mostWords];
      words.push(told("{name}: it is larger than {most}, the most that can be taken.", { name, most }));
    }
    refused.textContent = words.join(" ");
    refused.hidden = !words.length;
    sending.prepend(refused);
    if (words.length) says(refused.textContent);
    for (const file of taken) new Row(file);
  }

  const choose = () => { add([...input.files]); input.value = ""; };
  input.addEventListener("change", choose);
  choose(); // Somebody may have been quicker than this script.
  document.getElementById("send").hidden = true;
  document.getElementById("sealed-here").hidden = !Seal.possible;
  const zone = upload.querySelector(".drop");
  zone.classList.add("scripted");
  for (const kind of ["dragover", "dragleave", "drop"]) {
    upload.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.toggle("over", kind === "dragover");
      if (kind === "drop") add([...event.dataTransfer.files]);
    });
  }
  addEventListener("beforeunload", (event) => { if (rows.size) event.preventDefault(); });

  const post = (address, fields) => inTurn(async () => {
    const body = new URLSearchParams({ token, ...fields });
    const answer = await fetch(address, { method: "POST", body, credentials: "same-origin", headers: { Accept: "text/html" } });
    take(await answer.text());
  });

  // Moving, giving away and removing a file leaves the page, and what is typed on it, where it is.
  files.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form === upload) return;
    event.preventDefault();
    const what = event.submitter.value;
    await post(form.action, { do: what });
    if (what === "up" || what === "down") sayPlace(form.closest("li")?.dataset.file);
  });

  function sayPlace(file) {
    const all = [...files.querySelectorAll(".sorted li")];
    const place = all.findIndex((each) => each.dataset.file === file);
    if (place >= 0) {
      const name = all[place].querySelector(".name").textContent;
      says(told("{name} is now {place} of {all}.", { name, place: place + 1, all: all.length }));
    };
  }

  sortable(files, async (item, place) => {
    await post(item.querySelector("form").action, { do: "to", place: place + 1 });
    sayPlace(item.dataset.file);
  });
  awaitSealing();

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
    const { price: known, left, problem } = await answer.json();
    const rest = left ? [told("After fees about {left} are left for you.", { left })] : [];
    said.textContent = problem ?? [told("Buyers pay {price}.", { price: known }), ...rest].join(" ");
    said.classList.toggle("problem", Boolean(problem));
    price.setAttribute("aria-invalid", String(Boolean(problem)));
    if (known) shows("price").textContent = known;
  });
  draft.elements.text.addEventListener("input", () => { shows("text").textContent = draft.elements.text.value; });
}
