// Packed files: gzip, and the entries of a zip. Read in slices of a Blob, so that nothing large is held whole.
import { Gunzip, Inflate } from "fflate";
import { text } from "./bytes.js";
import { NoBundle, Refusal } from "./refusal.js";

const SLICE = 1 << 18;
const TABLE = Int32Array.from({ length: 256 }, (_, n) => {
  for (let i = 0; i < 8; i++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

/** CRC-32, fed piece by piece; `value` is unsigned. */
class Crc {
  constructor() {
    this.crc = -1;
    this.length = 0;
  }

  update(bytes) {
    let crc = this.crc;
    for (let i = 0; i < bytes.length; i++) crc = TABLE[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
    this.crc = crc;
    this.length += bytes.length;
  }

  get value() {
    return ~this.crc >>> 0;
  }
}

const uint16 = (bytes, at) => bytes[at] | (bytes[at + 1] << 8);
const uint32 = (bytes, at) => (uint16(bytes, at) | (uint16(bytes, at + 2) << 16)) >>> 0;

/** A file given by itself. */
export class Plain {
  constructor(blob) {
    this.blob = blob;
    this.size = blob.size; // of what `chunks` reads, so that progress can be told
  }

  async *chunks() {
    for (let at = 0; at < this.blob.size; at += SLICE) {
      yield new Uint8Array(await this.blob.slice(at, at + SLICE).arrayBuffer());
    }
  }

  bytes() {
    return whole(this.chunks());
  }
}

async function whole(chunks) {
  const parts = [];
  let size = 0;
  for await (const part of chunks) {
    parts.push(part);
    size += part.length;
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Feeds `chunks` through one of fflate's streams. */
async function* through(stream, chunks) {
  let out = [];
  stream.ondata = (data) => data.length && out.push(data);
  const drained = () => {
    const ready = out;
    out = [];
    return ready;
  };
  for await (const chunk of chunks) {
    stream.push(chunk, false);
    yield* drained();
  }
  stream.push(new Uint8Array(0), true);
  yield* drained();
}

/** Whether a source begins as gzip does. */
export async function isGzip(source) {
  for await (const chunk of source.chunks()) return chunk[0] === 0x1f && chunk[1] === 0x8b;
  return false;
}

/** The text of a file that may be packed with gzip: by its first two bytes, not by its name. */
export async function* unpacked(chunks) {
  const source = chunks[Symbol.asyncIterator]();
  const first = await source.next();
  const head = first.done ? new Uint8Array(0) : first.value;
  const all = (async function* () {
    if (head.length) yield head;
    for (let next; !(next = await source.next()).done; ) yield next.value;
  })();
  if (head[0] === 0x1f && head[1] === 0x8b) yield* gunzipped(all);
  else yield* all;
}

async function* gunzipped(chunks) {
  const stream = new Gunzip();
  const crc = new Crc();
  const tail = { bytes: new Uint8Array(0) };
  let members = 1;
  stream.onmember = () => members++;
  try {
    for await (const data of through(stream, withTail(chunks, tail))) {
      crc.update(data);
      yield data;
    }
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal("frame_gzip");
  }
  // of several members each has its own check; the register's root covers them all
  const sound = uint32(tail.bytes, 0) === crc.value && uint32(tail.bytes, 4) === crc.length >>> 0;
  if (members === 1 && !sound) throw new Refusal("frame_gzip");
}

/** The chunks as they are, their last eight bytes kept in `tail`. */
async function* withTail(chunks, tail) {
  for await (const chunk of chunks) {
    const joined = new Uint8Array(tail.bytes.length + Math.min(chunk.length, 8));
    joined.set(tail.bytes);
    joined.set(chunk.subarray(-8), tail.bytes.length);
    tail.bytes = joined.slice(-8);
    yield chunk;
  }
}

const damaged = () => new NoBundle("bundle_not_zip");

/** One entry of a zip. */
class Entry {
  constructor(blob, { name, method, crc, packed, size, offset }) {
    Object.assign(this, { blob, name, method, crc, packed, length: size, offset });
    this.size = size;
  }

  async *chunks() {
    const content = new Plain(await this.content());
    const crc = new Crc();
    const source = this.method === 0 ? content.chunks() : through(new Inflate(), content.chunks());
    try {
      for await (const data of source) {
        crc.update(data);
        if (crc.length > this.length) throw damaged();
        yield data;
      }
    } catch (error) {
      throw error instanceof Refusal ? error : damaged();
    }
    if (crc.length !== this.length || crc.value !== this.crc) throw damaged();
  }

  bytes() {
    return whole(this.chunks());
  }

  /** The packed bytes; the entry's own heading must name what the directory names. */
  async content() {
    const head = new Uint8Array(await this.blob.slice(this.offset, this.offset + 30 + 512).arrayBuffer());
    const nameLength = uint16(head, 26);
    const named = uint32(head, 0) === 0x04034b50 && text(head, 30, 30 + nameLength) === this.name;
    if (!named || uint16(head, 8) !== this.method) throw damaged();
    const start = this.offset + 30 + nameLength + uint16(head, 28);
    const content = this.blob.slice(start, start + this.packed);
    if (content.size !== this.packed) throw damaged();
    return content;
  }
}

/** Whether the Blob begins as a zip does. */
export async function isZip(blob) {
  const head = new Uint8Array(await blob.slice(0, 4).arrayBuffer());
  return uint32(head, 0) === 0x04034b50 || uint32(head, 0) === 0x06054b50;
}

/** The entries of a zip, by its directory; before the first and after the directory there is nothing. */
export async function zipEntries(blob) {
  const end = Math.max(0, blob.size - 22);
  const tail = new Uint8Array(await blob.slice(end).arrayBuffer());
  if (tail.length < 22 || uint32(tail, 0) !== 0x06054b50 || uint32(tail, 4) !== 0 || uint16(tail, 20)) throw damaged();
  const [count, length, offset] = [uint16(tail, 10), uint32(tail, 12), uint32(tail, 16)];
  if (offset + length !== end) throw damaged();
  const directory = new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
  const entries = [];
  let at = 0;
  for (; at + 46 <= directory.length && uint32(directory, at) === 0x02014b50; ) {
    const nameEnd = at + 46 + uint16(directory, at + 28);
    const entry = {
      name: text(directory, at + 46, nameEnd),
      method: uint16(directory, at + 10),
      crc: uint32(directory, at + 16),
      packed: uint32(directory, at + 20),
      size: uint32(directory, at + 24),
      offset: uint32(directory, at + 42),
    };
    if (nameEnd > directory.length) throw damaged();
    const open = (uint16(directory, at + 8) & 1) === 0 && [0, 8].includes(entry.method);
    if (!open) throw new NoBundle("bundle_encrypted", { name: entry.name });
    entries.push(new Entry(blob, entry));
    at = nameEnd + uint16(directory, at + 30) + uint16(directory, at + 32);
  }
  if (at !== directory.length || entries.length !== count) throw damaged();
  if (Math.min(...entries.map((entry) => entry.offset), entries.length ? Infinity : 0) !== 0) throw damaged();
  return entries;
}
