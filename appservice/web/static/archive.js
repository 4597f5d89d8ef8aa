"use strict";
// Puts files into a ZIP archive as they are, in the browser that has opened them.
// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16
/* exported Archive, Checksum */

// CRC-32 of what comes in pieces.
class Checksum {
  static TABLE = Uint32Array.from({ length: 256 }, (_, value) => {
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  });

  state = 0xffffffff;

  add(bytes) {
    let state = this.state;
    for (let place = 0; place < bytes.length; place++)
      state = (state >>> 8) ^ Checksum.TABLE[(state ^ bytes[place]) & 0xff];
    this.state = state;
  }

  get value() { return ~this.state >>> 0; }
}

class Archive {
  // Larger ones need ZIP64, and more room than most browsers have for a page.
  static MOST_BYTES = 2 ** 31;

  parts = [];
  entries = [];
  length = 0;

  // Fields of [bytes, value].
  static record(...fields) {
    const view = new DataView(new ArrayBuffer(fields.reduce((sum, [size]) => sum + size, 0)));
    let place = 0;
    for (const [size, value] of fields) {
      if (size === 2) view.setUint16(place, value, true);
      else view.setUint32(place, value, true);
      place += size;
    }
    return view.buffer;
  }

  // `blobs`: what the file consists of.
  add(name, blobs, size, checksum) {
    const bytes = new TextEncoder().encode(name);
    // Version 2.0, UTF-8 names, stored, 1 January 1980.
    const facts = [[2, 20], [2, 0x0800], [2, 0], [2, 0], [2, 0x21], [4, checksum], [4, size], [4, size], [2, bytes.length], [2, 0]];
    const head = Archive.record([4, 0x04034b50], ...facts);
    const entry = Archive.record([4, 0x02014b50], [2, 20], ...facts, [2, 0], [2, 0], [2, 0], [4, 0], [4, this.length]);
    this.parts.push(head, bytes, ...blobs);
    this.entries.push(entry, bytes);
    this.length += head.byteLength + bytes.length + size;
  }

  file() {
    const count = this.entries.length / 2;
    const size = this.entries.reduce((sum, each) => sum + each.byteLength, 0);
    const end = Archive.record([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, this.length], [2, 0]);
    return new Blob([...this.parts, ...this.entries, end], { type: "application/zip" });
  }
}
