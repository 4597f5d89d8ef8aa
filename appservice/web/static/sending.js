"use strict";
// Sends a file piece by piece and goes on where it broke off: tus 1.0.0, https://tus.io/protocols/resumable-upload
// To make the same upload once more tells how far it is, so nothing need be remembered here.
/* global Seal, SEALED */
/* exported Upload */
const PIECE = 16 * 1024 * 1024;
const PAUSES = [1, 3, 8, 20, 40];
const TUS = { "Tus-Resumable": "1.0.0" };
const BYTES = "application/offset+octet-stream";
const WAIT_FOR_POSTER = 5_000;

class Problem extends Error {
  constructor(words, kind = "") {
    super(words);
    this.final = kind === "final";
    this.silent = kind === "silent";
  }
}

// One file at a time, in the order in which they were chosen; one that pauses lets the next one go.
const turn = {
  busy: false,
  waiting: [],
  take() {
    if (this.busy) return new Promise((mine) => { this.waiting.push(mine); });
    this.busy = true;
    return Promise.resolve();
  },
  give() {
    const next = this.waiting.shift();
    if (next) next();
    else this.busy = false;
  },
};

const encoded = (words) => btoa(String.fromCharCode(...new TextEncoder().encode(words)));
const metadata = (facts) => Object.entries(facts)
  .filter(([, value]) => value !== undefined && value !== "")
  .map(([name, value]) => `${name} ${encoded(String(value))}`).join(",");

const hex = (bytes) => Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
const unreadable = () => new Problem("The file has changed. Choose it again.", "final");

// The same for the same bytes, piece by piece, so that a large file does not lie in memory. Pages that did
// not come by TLS can't tell: there each file is one of its own.
async function contentOf(file) {
  if (!globalThis.crypto.subtle) return hex(crypto.getRandomValues(new Uint8Array(32)));
  const sha256 = async (data) => new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  const digests = [];
  for (let start = 0; start < file.size; start += PIECE) {
    const piece = await file.slice(start, start + PIECE).arrayBuffer().catch(() => { throw unreadable(); });
    digests.push(await sha256(piece));
  }
  return hex(await sha256(await new Blob(digests).arrayBuffer()));
}

class Upload {
  arrived = 0;
  paused = false;
  stopped = false;
  #request = null;
  #wake = () => {};

  // `look` finds out what else can be said of the file; `tell` hears of everything that happens.
  constructor(file, { address, token, look, tell }) {
    Object.assign(this, { file, address, token, look, tell });
  }

  async isOf(file) {
    if (file.name !== this.file.name || file.size !== this.file.size) return false;
    try {
      return await this.#content() === await contentOf(file);
    } catch {
      return false;
    }
  }

  async #content() {
    this.content ??= await contentOf(this.file);
    return this.content;
  }

  pause() {
    this.paused = true;
    this.#request?.abort();
    this.#wake();
    this.tell("paused");
  }

  resume() {
    this.paused = false;
    this.#wake();
  }

  async stop() {
    this.stopped = true;
    this.#request?.abort();
    this.#wake();
    if (this.location) await fetch(this.location, { method: "DELETE", headers: this.#headers() });
  }

  // Until all of it has arrived, or it was stopped. Throws a Problem that only somebody can mend.
  async run() {
    await turn.take();
    try {
      for (let round = 0; ; round += 1) {
        if (this.paused && !this.stopped) {
          await this.#rest();
          round = 0;
        }
        if (this.stopped) return;
        const before = this.arrived;
        try {
          await this.#whole();
          return;
        } catch (problem) {
          if (this.paused || this.stopped) continue;
          if (!(problem instanceof Problem)) throw problem;
          if (this.arrived > before) round = 0;
          if (problem.final || round >= PAUSES.length) throw problem;
          if (!problem.silent) this.tell("broken", problem.message);
          await this.#patience(PAUSES[round]);
        }
      }
    } finally {
      turn.give();
    }
  }

  async #rest() {
    turn.give();
    const woken = new Promise((done) => { this.#wake = done; });
    this.#learn();
    await woken;
    await turn.take();
    if (this.paused && !this.stopped) await this.#rest();
  }

  // The server keeps what came of a piece that was broken off, and knows it a moment later.
  async #learn() {
    for (const seconds of [0.3, 2, 5, 15]) {
      await new Promise((done) => { setTimeout(done, seconds * 1000); });
      if (!this.paused || this.stopped || !this.location) return;
      const answer = await fetch(this.location, { method: "HEAD", headers: TUS }).catch(() => null);
      if (!answer?.ok || !this.paused) return;
      this.arrived = Number(answer.headers.get("Upload-Offset"));
      this.tell("rests");
    }
  }

  // Or sooner, when the line is there again.
  #patience(seconds) {
    return new Promise((done) => {
      this.#wake = done;
      setTimeout(done, seconds * 1000);
      addEventListener("online", done, { once: true });
    });
  }

  async #whole() {
    this.facts ??= await this.look(this.file);
    await this.#begin();
    this.illustrated ??= this.#illustrate();
    this.tell("going");
    while (this.arrived < this.file.size && !this.paused && !this.stopped) await this.#piece();
    if (this.arrived < this.file.size) throw new Problem("It rests.", "silent");
  }

  #headers(more) {
    return { ...TUS, Accept: "application/json", "X-Form-Token": this.token, ...more };
  }

  async #begin() {
    const { duration, width, height } = this.facts;
    const { name, size, type } = this.file;
    const content = await this.#content();
    const said = metadata({ filename: name, filetype: type, content, duration, width, height });
    const headers = this.#headers({ "Upload-Length": size, "Upload-Metadata": said });
    const answer = await fetch(this.address, { method: "POST", headers }).catch(() => {
      throw new Problem("The connection broke.");
    });
    if (!answer.ok) {
      const words = (await answer.json().catch(() => ({}))).error ?? "It was not taken. Perhaps you are signed out.";
      throw new Problem(words, answer.status < 500 ? "final" : "");
    }
    this.location = answer.headers.get("Location");
    this.arrived = Number(answer.headers.get("Upload-Offset"));
    if (Seal.possible && this.arrived < size) this.seal = await this.#key();
  }

  // Beside the file. Nothing hangs on it, so a failure is no problem.
  async #illustrate() {
    try {
      const poster = await this.facts.poster;
      if (!poster || this.stopped || this.arrived === this.file.size) return;
      const body = this.seal ? await this.seal.sealed(poster, "poster") : poster;
      const headers = this.#headers({ "Content-Type": this.seal ? SEALED : poster.type });
      await fetch(`${this.location}/poster`, { method: "PUT", body, headers });
    } catch {
      // It is sold without a picture then.
    } finally {
      this.pictured = true;
    }
  }

  // The server goes on with a file as soon as it is whole: so the last byte of a film waits for its picture, for a while.
  #pictureOrPatience() {
    const patience = new Promise((done) => { setTimeout(done, WAIT_FOR_POSTER); });
    return Promise.race([this.illustrated, patience]);
  }

  async #key() {
    const answer = await fetch(`${this.location}/key`, { headers: this.#headers() }).catch(() => null);
    if (!answer?.ok) throw new Problem("The connection broke.");
    return Seal.from(await answer.json(), this.location.split("/").pop());
  }

  async #piece() {
    const start = this.arrived;
    const { size } = this.file;
    const waits = this.facts.poster && !this.pictured;
    if (waits && start === size - 1) await this.#pictureOrPatience();
    const most = waits && start < size - 1 ? size - 1 : size;
    const slice = this.file.slice(start, Math.min(start + (this.seal?.length ?? PIECE), most));
    const body = this.seal ? await this.seal.sealed(slice, start) : slice;
    if (this.paused || this.stopped) return;
    const begun = performance.now();
    await this.#patch(start, slice.size, body);
    this.seal?.took(performance.now() - begun);
  }

  #patch(start, size, body) {
    return new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      this.#request = request;
      request.open("PATCH", this.location);
      const headers = this.#headers({ "Upload-Offset": start, "Content-Type": this.seal ? SEALED : BYTES });
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.upload.onprogress = (at) => this.tell("progress", start + Math.min(at.loaded, size));
      request.onload = () => {
        const arrived = Number(request.getResponseHeader("Upload-Offset"));
        if (request.status === 204 && arrived > start) {
          this.arrived = arrived;
          this.tell("progress", arrived);
          done();
        } else failed(new Problem("It did not arrive.", request.status < 500 ? "silent" : ""));
      };
      request.onerror = () => failed(new Problem("The connection broke."));
      request.onabort = () => failed(new Problem("It rests.", "silent"));
      request.send(body);
    });
  }
}
