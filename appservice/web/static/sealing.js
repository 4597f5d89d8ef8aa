"use strict";
// Seals the parts of a file before they leave the browser, under the key of its upload.
/* global Problem */
/* exported Seal, SEALED */
const SEALED = "application/vnd.matrix-ppv.sealed";
const SECOND = 1000;

// AES-256-GCM, each part bound to its upload and its place there. Only pages that came by TLS may do it.
class Seal {
  static possible = Boolean(globalThis.crypto?.subtle);

  constructor(key, upload, { least, most }) {
    Object.assign(this, { key, upload, least, most, length: least });
  }

  static async from(facts, upload) {
    const raw = Uint8Array.from(atob(facts.key), (each) => each.charCodeAt(0));
    return new Seal(await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]), upload, facts);
  }

  async sealed(file, place) {
    const plaintext = await file.arrayBuffer().catch(() => {
      throw new Problem("The file has changed. Choose it again.", "final");
    });
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const additionalData = new TextEncoder().encode(["ppv part 1", this.upload, place].join("\0"));
    const ciphertext = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, this.key, plaintext);
    const part = new Uint8Array(iv.length + ciphertext.byteLength);
    part.set(iv);
    part.set(new Uint8Array(ciphertext), iv.length);
    return part;
  }

  // A part of which the end is missing is sent again as a whole: none takes longer than about a second.
  took(milliseconds) {
    const fitting = (this.length * SECOND) / Math.max(milliseconds, 1);
    this.length = Math.round(Math.min(this.most, Math.max(this.least, fitting)));
  }
}
