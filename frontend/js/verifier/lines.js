// A long text that is written once: hashed and compared with what was published while it is written.
import { hex } from "./bytes.js";
import { Hasher } from "./digest.js";

const CHUNK = 1 << 18;

export class Lines {
  /** `published`: the bytes that should come out, or null. `kept`: whether the text is wanted afterwards. */
  constructor(published, kept) {
    this.published = published;
    this.same = true;
    this.hasher = new Hasher("sha256");
    this.buffer = new Uint8Array(CHUNK);
    this.used = 0;
    this.length = 0;
    this.chunks = kept ? [] : null;
  }

  write(text) {
    if (this.used + text.length > CHUNK) this.flush();
    if (text.length > CHUNK) {
      for (let at = 0; at < text.length; at += CHUNK) this.write(text.slice(at, at + CHUNK));
      return;
    }
    const { buffer } = this;
    let at = this.used;
    for (let i = 0; i < text.length; i++) buffer[at++] = text.charCodeAt(i);
    this.used = at;
  }

  flush() {
    const written = this.buffer.subarray(0, this.used);
    this.hasher.update(written);
    this.chunks?.push(written.slice());
    if (this.published && this.same) {
      const expected = this.published.subarray(this.length, this.length + this.used);
      this.same = expected.length === written.length && written.every((byte, i) => byte === expected[i]);
    }
    this.length += this.used;
    this.used = 0;
  }

  /** Ends the text: `{ sha256, same, chunks }`; `same` says whether it is what was published, byte for byte. */
  end() {
    this.flush();
    const same = !this.published || (this.same && this.published.length === this.length);
    this.published = null;
    return { sha256: hex(this.hasher.digest()), same, chunks: this.chunks };
  }
}
