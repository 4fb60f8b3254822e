// The two digests of draw/1 over bytes, HMAC, and the tags.
import { ascii, concat } from "./bytes.js";
import { SHA256 } from "./sha256.js";
import { SM3 } from "./sm3.js";

const FAMILIES = { sha256: SHA256, sm3: SM3 };
const BLOCK = 64;
export const WORDS = 68;

export const family = (alg) => FAMILIES[alg];

/** Words to 32 bytes, big-endian, into `target` at `at`. */
export function putWords(words, target, at = 0) {
  for (let i = 0; i < 8; i++) {
    const word = words[i];
    target[at++] = word >>> 24;
    target[at++] = word >>> 16;
    target[at++] = word >>> 8;
    target[at++] = word;
  }
}

/** The 16 words of the block that starts at `at`. */
export function loadBlock(w, bytes, at) {
  for (let i = 0; i < 16; i++, at += 4) {
    w[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
}

/** A digest that is fed piece by piece. */
export class Hasher {
  constructor(alg = "sha256") {
    this.family = family(alg);
    this.state = Int32Array.from(this.family.iv);
    this.w = new Int32Array(WORDS);
    this.tail = new Uint8Array(BLOCK);
    this.length = 0;
  }

  update(bytes) {
    let from = 0;
    let filled = this.length % BLOCK;
    this.length += bytes.length;
    if (filled) {
      const taken = Math.min(BLOCK - filled, bytes.length);
      this.tail.set(bytes.subarray(0, taken), filled);
      if (filled + taken < BLOCK) return this;
      this.block(this.tail, 0);
      from = taken;
    }
    for (; from + BLOCK <= bytes.length; from += BLOCK) this.block(bytes, from);
    this.tail.set(bytes.subarray(from));
    return this;
  }

  block(bytes, at) {
    loadBlock(this.w, bytes, at);
    this.family.compress(this.state, this.w);
  }

  digest() {
    const length = this.length;
    const padding = new Uint8Array(((55 - (length % BLOCK) + BLOCK) % BLOCK) + 9);
    padding[0] = 0x80;
    const view = new DataView(padding.buffer);
    view.setUint32(padding.length - 8, Math.floor(length / 0x20000000));
    view.setUint32(padding.length - 4, (length * 8) >>> 0);
    this.update(padding);
    const bytes = new Uint8Array(32);
    putWords(this.state, bytes);
    return bytes;
  }
}

/** `H` of the parts, one after the other. */
export function digest(alg, ...parts) {
  const hasher = new Hasher(alg);
  for (const part of parts) hasher.update(part);
  return hasher.digest();
}

/** HMAC (RFC 2104) with a key of at most one block. */
export function hmac(alg, key, message) {
  const pad = (byte) => {
    const block = new Uint8Array(BLOCK);
    block.set(key);
    return block.map((each) => each ^ byte);
  };
  return digest(alg, pad(0x5c), digest(alg, pad(0x36), message));
}

/** `TAG(name)`: "draw/1 " + name, padded with zeros to 32 bytes. */
export function tag(name) {
  return concat(ascii(`draw/1 ${name}`), new Uint8Array(25 - name.length));
}
