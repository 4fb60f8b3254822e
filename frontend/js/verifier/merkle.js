// The Merkle tree hash of RFC 9162, 2.1: leaf H(0x00 ‖ line), node H(0x01 ‖ left ‖ right).
import { equal } from "./bytes.js";
import { digest, family, loadBlock, putWords, WORDS } from "./digest.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** The root over leaves that come one after the other; keeps one hash a level. */
export class Tree {
  constructor(alg = "sha256") {
    const { iv, compress } = family(alg);
    this.alg = alg;
    this.iv = iv;
    this.compress = compress;
    this.w = new Int32Array(WORDS);
    this.block = new Uint8Array(128);
    this.stack = Array.from({ length: 54 }, () => new Int32Array(8));
    this.height = 0; // hashes on the stack
    this.size = 0;
  }

  /** Add `bytes[start..end)` as the next leaf. */
  add(bytes, start, end) {
    const state = this.stack[this.height++];
    const length = end - start;
    if (length <= 118) this.shortLeaf(state, bytes, start, length);
    else this.longLeaf(state, bytes.subarray(start, end));
    for (let n = this.size++; n & 1; n = Math.floor(n / 2)) this.join();
  }

  shortLeaf(state, bytes, start, length) {
    const { block, w, compress } = this;
    const blocks = length <= 54 ? 64 : 128;
    block[0] = 0;
    for (let i = 0; i < length; i++) block[i + 1] = bytes[start + i];
    block[length + 1] = 0x80;
    block.fill(0, length + 2, blocks);
    block[blocks - 2] = ((length + 1) * 8) >>> 8;
    block[blocks - 1] = (length + 1) * 8;
    state.set(this.iv);
    for (let at = 0; at < blocks; at += 64) {
      loadBlock(w, block, at);
      compress(state, w);
    }
  }

  longLeaf(state, bytes) {
    loadBlock(this.w, digest(this.alg, LEAF, bytes), 0);
    state.set(this.w.subarray(0, 8));
  }

  /** The two uppermost hashes become their parent: 65 bytes in two blocks, moved by the leading 0x01. */
  join() {
    const { w, compress } = this;
    const right = this.stack[--this.height];
    const left = this.stack[this.height - 1];
    w[0] = (1 << 24) | (left[0] >>> 8);
    for (let i = 1; i < 8; i++) w[i] = (left[i - 1] << 24) | (left[i] >>> 8);
    w[8] = (left[7] << 24) | (right[0] >>> 8);
    for (let i = 1; i < 8; i++) w[8 + i] = (right[i - 1] << 24) | (right[i] >>> 8);
    const last = right[7];
    left.set(this.iv);
    compress(left, w);
    w.fill(0, 0, 16);
    w[0] = (last << 24) | 0x800000;
    w[15] = 65 * 8;
    compress(left, w);
  }

  /** The root; an odd node is promoted. No leaf is added after. */
  root() {
    if (!this.size) return digest(this.alg);
    while (this.height > 1) this.join();
    const bytes = new Uint8Array(32);
    putWords(this.stack[0], bytes);
    return bytes;
  }
}

const parent = (left, right) => digest("sha256", NODE, left, right);

export const leafHash = (bytes) => digest("sha256", LEAF, bytes);

/** RFC 9162, 2.1.3.2: whether `leaf` is number `index` of the `size` leaves under `root` (SHA-256). */
export function isIncluded(leaf, index, size, proof, root) {
  if (index >= size) return false;
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = parent(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      hash = parent(hash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && equal(hash, root);
}

/** RFC 9162, 2.1.4.2: whether the tree of `size` begins with the tree of `old` leaves (SHA-256). */
export function isConsistent(old, size, oldRoot, root, proof) {
  if (old > size) return false;
  if (old === size) return proof.length === 0 && equal(oldRoot, root);
  if (old === 0) return proof.length === 0 && equal(oldRoot, digest("sha256"));
  let [node, last] = [old - 1, size - 1];
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  const rest = [...proof];
  const start = isPowerOfTwo(old) ? oldRoot : rest.shift();
  if (!start) return false;
  let [before, after] = [start, start];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      before = parent(sibling, before);
      after = parent(sibling, after);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      after = parent(after, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && equal(before, oldRoot) && equal(after, root);
}

const half = (n) => Math.floor(n / 2);

function isPowerOfTwo(n) {
  while (n % 2 === 0) n /= 2;
  return n === 1;
}
