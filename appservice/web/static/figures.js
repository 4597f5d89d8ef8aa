"use strict";
// How far a file is, in words: bytes, and the time that is left.
/* exported Figures, told */
const translated = JSON.parse(document.getElementById("upload").dataset.words);
// Words in the language of the page, with values in the place of their names.
const told = (words, values = {}) => (translated[words] ?? words).replace(/\{(\w+)\}/g, (name, of) => values[of] ?? name);

class Figures {
  #moments = [];

  constructor(size) {
    this.size = size;
  }

  begin(bytes) {
    this.#moments = [[performance.now(), bytes]];
  }

  arrived(bytes) {
    return told("{part} of {all}", { part: sized(bytes), all: sized(this.size) });
  }

  // The pace is that of the last ten seconds.
  words(bytes) {
    const now = performance.now();
    this.#moments.push([now, bytes]);
    while (this.#moments.length > 2 && now - this.#moments[0][0] > 10_000) this.#moments.shift();
    const [since, from] = this.#moments[0];
    const seconds = (now - since) / 1000;
    if (seconds < 2 || bytes <= from) return this.arrived(bytes);
    return `${this.arrived(bytes)}, ${left((this.size - bytes) / ((bytes - from) / seconds))}`;
  }
}

// As the server writes sizes.
function sized(bytes) {
  const units = ["bytes", "kB", "MB", "GB"];
  let unit = 0;
  let amount = bytes;
  while (amount >= 999.5 && unit < units.length - 1) [amount, unit] = [amount / 1000, unit + 1];
  const digits = unit && amount < 9.95 ? 1 : 0;
  return `${amount.toFixed(digits).replace(/\.0$/, "")} ${units[unit]}`;
}

function left(seconds) {
  if (seconds < 60) return told("less than a minute left");
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return minutes === 1 ? told("about a minute left") : told("about {number} minutes left", { number: minutes });
  return told("about {number} hours left", { number: Math.round(minutes / 60) });
}
