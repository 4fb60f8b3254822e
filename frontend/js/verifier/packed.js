// Packed files: gzip, and the entries of a zip. Read in slices of a Blob, so that nothing large is held whole.
import { Inflate } from "fflate";
import { concat, equal, text } from "./bytes.js";
import { need, NoBundle, Refusal } from "./refusal.js";

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

/** fflate's unpacker, which tells besides where the packed text ends (`s` and `p` are fflate's own, of this version). */
class Deflated {
  constructor() {
    this.out = [];
    this.stream = new Inflate((data) => data.length && this.out.push(data));
  }

  /** What came out of one piece more. */
  push(bytes) {
    this.stream.push(bytes, false);
    const ready = this.out;
    this.out = [];
    return ready;
  }

  /** The bytes behind the end of the packed text, or null where it has not come to its end. */
  get rest() {
    const { s: state, p: left } = this.stream;
    return state.f && !state.l ? left.subarray(state.p ? 1 : 0) : null;
  }
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

const [EXTRA, NAME, COMMENT, UNKNOWN] = [4, 8, 16, 0xe2]; // a checksum of the heading counts as unknown

/** Where the packed text of a gzip file begins, or null where more bytes are needed to tell. */
function headingEnd(bytes) {
  if (bytes.length < 10) return null;
  const flags = bytes[3];
  need(bytes[2] === 8 && !(flags & UNKNOWN), "frame_gzip");
  let at = flags & EXTRA ? 12 + uint16(bytes, 10) : 10;
  for (const flag of [NAME, COMMENT]) {
    if (!(flags & flag)) continue;
    at = bytes.indexOf(0, at) + 1;
    if (!at) return null;
  }
  return at <= bytes.length ? at : null;
}

/** The text of a gzip file of one member with nothing behind it. */
async function* gunzipped(chunks) {
  const packed = new Deflated();
  const crc = new Crc();
  let heading = new Uint8Array(0);
  try {
    for await (let chunk of chunks) {
      if (heading) {
        heading = concat(heading, chunk);
        const end = headingEnd(heading);
        if (end === null) continue;
        [chunk, heading] = [heading.subarray(end), null];
      }
      for (const data of packed.push(chunk)) {
        crc.update(data);
        yield data;
      }
      need((packed.rest?.length ?? 0) <= 8, "frame_gzip");
    }
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal("frame_gzip");
  }
  const { rest } = packed;
  need(rest?.length === 8 && uint32(rest, 0) === crc.value && uint32(rest, 4) === crc.length >>> 0, "frame_gzip");
}

const damaged = () => new NoBundle("bundle_not_zip");

const NONE = 0;
const DEFLATED = 8;
const [ENCRYPTED, SUMS_FOLLOW] = [1, 8];
const FLAGS = SUMS_FOLLOW | 0x806; // how hard it was compressed, and names in UTF-8
const REGULAR = [0, 8]; // the kind of file by Unix, or none told
const [HEADING, ENTRY, END, SUMS] = [0x04034b50, 0x02014b50, 0x06054b50, 0x08074b50];

/** One file of a zip. */
class Entry {
  constructor(blob, { name, method, crc, size }) {
    Object.assign(this, { blob, name, method, crc, size, length: size });
  }

  async *chunks() {
    const packed = this.method === DEFLATED ? new Deflated() : null;
    const crc = new Crc();
    try {
      for await (const chunk of new Plain(this.content).chunks()) {
        for (const data of packed ? packed.push(chunk) : [chunk]) {
          crc.update(data);
          if (crc.length > this.length) throw damaged();
          yield data;
        }
      }
    } catch (error) {
      throw error instanceof Refusal ? error : damaged();
    }
    const ended = !packed || packed.rest?.length === 0;
    if (!ended || crc.length !== this.length || crc.value !== this.crc) throw damaged();
  }

  bytes() {
    return whole(this.chunks());
  }
}

const bytesOf = async (blob, start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer());

/** Whether the Blob begins as a zip does. */
export async function isZip(blob) {
  const head = await bytesOf(blob, 0, 4);
  return uint32(head, 0) === HEADING || uint32(head, 0) === END;
}

/**
 * The files of a zip by its directory, with which the heading of every file agrees. They follow one another without a
 * gap from the first byte on, then comes the directory, and its end is the end: nobody finds another file in it.
 */
export async function zipEntries(blob) {
  const end = blob.size - 22;
  if (end < 0) throw damaged();
  const tail = await bytesOf(blob, end);
  if (uint32(tail, 0) !== END || uint32(tail, 4) !== 0 || uint16(tail, 20)) throw damaged();
  const [count, again, length, offset] = [uint16(tail, 8), uint16(tail, 10), uint32(tail, 12), uint32(tail, 16)];
  if (count !== again || offset + length !== end) throw damaged();
  const directory = await bytesOf(blob, offset, end);
  const entries = [];
  let [at, place] = [0, 0];
  for (; entries.length < count; ) {
    const told = inDirectory(directory, at);
    const entry = new Entry(blob, told);
    place = await locate(entry, told, place);
    entries.push(entry);
    at = told.next;
  }
  if (at !== directory.length || place !== offset) throw damaged();
  return entries;
}

/** What the directory says of a file. */
function inDirectory(directory, at) {
  if (at + 46 > directory.length || uint32(directory, at) !== ENTRY) throw damaged();
  const nameEnd = at + 46 + uint16(directory, at + 28);
  if (nameEnd > directory.length) throw damaged();
  const name = text(directory, at + 46, nameEnd);
  const [flags, method] = [uint16(directory, at + 8), uint16(directory, at + 10)];
  if (flags & ENCRYPTED || ![NONE, DEFLATED].includes(method)) throw new NoBundle("bundle_encrypted", { name });
  if (!REGULAR.includes(uint32(directory, at + 38) >>> 28)) throw new NoBundle("bundle_unknown", { name });
  if (flags & ~FLAGS) throw damaged();
  return {
    name,
    flags,
    method,
    sums: directory.slice(at + 16, at + 28), // checksum, packed length, length
    crc: uint32(directory, at + 16),
    packed: uint32(directory, at + 20),
    size: uint32(directory, at + 24),
    offset: uint32(directory, at + 42),
    next: nameEnd + uint16(directory, at + 30) + uint16(directory, at + 32),
  };
}

/** Finds the content of a file that begins at `place`; returns where the next one begins. */
async function locate(entry, { name, flags, method, sums, packed, offset }, place) {
  const head = await bytesOf(entry.blob, place, place + 30 + name.length);
  const same = text(head, 30) === name && uint16(head, 26) === name.length;
  const agrees = same && uint32(head, 0) === HEADING && uint16(head, 6) === flags && uint16(head, 8) === method;
  const follow = flags & SUMS_FOLLOW;
  if (!agrees || offset !== place || !(follow || equal(head.subarray(14, 26), sums))) throw damaged();
  const start = place + 30 + name.length + uint16(head, 28);
  const end = start + packed;
  entry.content = entry.blob.slice(start, end);
  if (entry.content.size !== packed) throw damaged();
  return follow ? end + (await sumsLength(entry.blob, end, sums)) : end;
}

/** How many bytes tell the sums once more behind a file that was packed before they were known. */
async function sumsLength(blob, at, sums) {
  const found = await bytesOf(blob, at, at + 16);
  if (uint32(found, 0) === SUMS && equal(found.subarray(4), sums)) return 16;
  if (equal(found.subarray(0, 12), sums)) return 12;
  throw damaged();
}
