// 名录快照: the frozen register, read chunk by chunk into flat arrays (docs/draw-1.md, part 2).
// A line is looked at once: its form, its order, its place in the tree, its cell.
import { text } from "./bytes.js";
import { Tree } from "./merkle.js";
import { need, Refusal } from "./refusal.js";

const LINE_FEED = 10;
const RETURN = 13;
const COMMA = 44;
const SLASH = 47;
const LONGEST = 1024; // bytes of a line
const OPEN = 18;
const BLIND = 40;

const members = (letters) => {
  const table = new Uint8Array(256);
  for (const letter of letters) table[letter.charCodeAt(0)] = 1;
  return table;
};
const DIGITS = "0123456789";
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const IDS = { [OPEN]: members(DIGITS + UPPER), [BLIND]: members(`${DIGITS}abcdef`) };
const CODES = members(`${DIGITS}${UPPER}${UPPER.toLowerCase()}._-`);

/** The array, or a longer one with the same content where `length` does not fit. */
function withRoom(array, length) {
  if (length <= array.length) return array;
  const longer = new array.constructor(Math.max(length, array.length * 2));
  longer.set(array);
  return longer;
}

/** The distinct cells `path,class`, numbered as they come: open addressing over their bytes. */
class Cells {
  constructor() {
    this.slots = new Int32Array(1 << 12).fill(-1);
    this.bytes = new Uint8Array(1 << 14);
    this.starts = new Uint32Array(1 << 10);
    this.hashes = new Int32Array(1 << 10);
    this.counts = new Uint32Array(1 << 10);
    this.size = 0;
  }

  /** The number of the cell written at `from[start..end)`, counted once more. */
  number(from, start, end, hash) {
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const cell = this.slots[slot];
      if (cell < 0) return this.grown(slot, from, start, end, hash);
      if (this.hashes[cell] === hash && this.isAt(cell, from, start, end)) {
        this.counts[cell]++;
        return cell;
      }
    }
  }

  isAt(cell, from, start, end) {
    const at = this.starts[cell];
    if (this.starts[cell + 1] - at !== end - start) return false;
    for (let i = start; i < end; i++) if (this.bytes[at + i - start] !== from[i]) return false;
    return true;
  }

  grown(slot, from, start, end, hash) {
    const cell = this.size++;
    const at = this.starts[cell];
    this.bytes = withRoom(this.bytes, at + end - start);
    this.bytes.set(from.subarray(start, end), at);
    this.starts = withRoom(this.starts, cell + 2);
    this.hashes = withRoom(this.hashes, cell + 1);
    this.counts = withRoom(this.counts, cell + 1);
    this.starts[cell + 1] = at + end - start;
    this.hashes[cell] = hash;
    this.counts[cell] = 1;
    this.slots[slot] = cell;
    if (this.size * 2 > this.slots.length) this.spread();
    return cell;
  }

  spread() {
    this.slots = new Int32Array(this.slots.length * 2).fill(-1);
    const mask = this.slots.length - 1;
    for (let cell = 0; cell < this.size; cell++) {
      let slot = this.hashes[cell] & mask;
      while (this.slots[slot] >= 0) slot = (slot + 1) & mask;
      this.slots[slot] = cell;
    }
  }

  /** `path/class`. */
  name(cell) {
    return this.written(cell).replace(",", "/");
  }

  /** `path,class` as in the frame. */
  written(cell) {
    return text(this.bytes, this.starts[cell], this.starts[cell + 1]);
  }
}

/** Feed it with `push`, then `end`; then it is the frame. Without `alg` no root is computed. */
export class Frame {
  constructor(alg) {
    this.tree = alg ? new Tree(alg) : null;
    this.n = 0;
    this.width = 0;
    this.sized = false;
    this.ids = new Uint8Array(1 << 16);
    this.cellOf = new Uint32Array(1 << 12);
    this.sizes = new Float64Array(0);
    this.cells = new Cells();
    this.carry = new Uint8Array(0);
  }

  get blinded() {
    return this.width === BLIND;
  }

  push(chunk) {
    const bytes = this.withCarry(chunk);
    if (!this.n && bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
      throw new Refusal("frame_bom");
    }
    let start = 0;
    for (let end; (end = bytes.indexOf(LINE_FEED, start)) >= 0; start = end + 1) this.line(bytes, start, end);
    if (bytes.length - start > LONGEST) this.malformed(bytes, start, bytes.length);
    this.carry = bytes.slice(start);
  }

  withCarry(chunk) {
    if (!this.carry.length) return chunk;
    const bytes = new Uint8Array(this.carry.length + chunk.length);
    bytes.set(this.carry);
    bytes.set(chunk, this.carry.length);
    return bytes;
  }

  end() {
    if (this.carry.includes(RETURN)) throw new Refusal("frame_cr", { line: this.n + 1 });
    need(!this.carry.length, "frame_no_final_newline", { line: this.n + 1 });
    this.root = this.tree?.root() ?? null;
    this.tree = null;
  }

  line(bytes, start, end) {
    if (end - start > LONGEST) this.malformed(bytes, start, end);
    if (!this.n) this.learn(bytes, start, end);
    this.readId(bytes, start, end);
    const cellStart = start + this.width + 1;
    const cellEnd = this.readCell(bytes, cellStart, end);
    if (this.sized) this.readSize(bytes, cellEnd, end);
    else if (cellEnd !== end) this.malformed(bytes, start, end);
    this.tree?.add(bytes, start, end);
    this.n++;
  }

  malformed(bytes, start, end) {
    const code = bytes.subarray(start, end).includes(RETURN) ? "frame_cr" : "frame_line";
    throw new Refusal(code, { line: this.n + 1 });
  }

  /** The first line says of which kind all are. */
  learn(bytes, start, end) {
    const line = bytes.subarray(start, end);
    this.width = line.indexOf(COMMA);
    if (!(this.width in IDS)) this.malformed(bytes, start, end);
    this.sized = line.filter((byte) => byte === COMMA).length === 3;
  }

  readId(bytes, start, end) {
    const { width } = this;
    const allowed = IDS[width];
    if (end - start < width + 4 || bytes[start + width] !== COMMA) this.malformed(bytes, start, end);
    const at = this.n * width;
    if (at + width > this.ids.length) this.ids = withRoom(this.ids, at + width);
    const ids = this.ids;
    let order = this.n ? 0 : 1;
    for (let i = 0; i < width; i++) {
      const byte = bytes[start + i];
      if (!allowed[byte]) this.malformed(bytes, start, end);
      if (!order) order = byte - ids[at - width + i];
      ids[at + i] = byte;
    }
    if (order <= 0) throw new Refusal(order ? "frame_order" : "frame_duplicate", { line: this.n + 1 });
  }

  /** Codes joined by slashes, a comma, a class; returns where they end. */
  readCell(bytes, start, end) {
    let hash = 0x811c9dc5;
    let open = true; // a code must follow
    let at = start;
    for (; at < end && bytes[at] !== COMMA; at++) {
      const byte = bytes[at];
      if (byte === SLASH) {
        if (open) this.malformed(bytes, start, end);
        open = true;
      } else {
        if (!CODES[byte]) this.malformed(bytes, start, end);
        open = false;
      }
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    const cls = bytes[at + 1];
    if (open || at + 1 >= end || cls < 65 || cls > 68) this.malformed(bytes, start, end);
    hash = Math.imul(hash ^ cls, 0x01000193);
    if (this.n >= this.cellOf.length) this.cellOf = withRoom(this.cellOf, this.n + 1);
    this.cellOf[this.n] = this.cells.number(bytes, start, at + 2, hash ^ (hash >>> 15));
    return at + 2;
  }

  readSize(bytes, comma, end) {
    const digits = end - comma - 1;
    if (bytes[comma] !== COMMA || digits < 1 || digits > 16) this.malformed(bytes, comma, end);
    if (digits > 1 && bytes[comma + 1] === 48) this.malformed(bytes, comma, end);
    let size = 0;
    for (let at = comma + 1; at < end; at++) {
      if (bytes[at] < 48 || bytes[at] > 57) this.malformed(bytes, comma, end);
      size = size * 10 + (bytes[at] - 48); // the digit by itself first: the rest comes near 2^53
    }
    need(size <= Number.MAX_SAFE_INTEGER, "frame_size", { line: this.n + 1 });
    if (this.n >= this.sizes.length) this.sizes = withRoom(this.sizes, Math.max(this.n + 1, 1 << 12));
    this.sizes[this.n] = size;
  }

  id(index) {
    return text(this.ids, index * this.width, (index + 1) * this.width);
  }

  /** The line of an entity as it stands in the file. */
  lineOf(index) {
    const line = `${this.id(index)},${this.cells.written(this.cellOf[index])}`;
    return this.sized ? `${line},${this.sizes[index]}` : line;
  }

  /** The number of an entity, or -1. */
  find(id) {
    let [low, high] = [0, this.n];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.id(middle) < id) low = middle + 1;
      else high = middle;
    }
    return low < this.n && this.id(low) === id ? low : -1;
  }
}
