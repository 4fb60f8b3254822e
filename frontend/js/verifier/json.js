// Canonical JSON (RFC 8785, restricted): objects, arrays, null, ASCII strings and whole numbers below 2^53.
// A reader of its own: JSON.parse would let through floats, duplicate keys and large numbers.
import { ascii } from "./bytes.js";
import { need, Refusal } from "./refusal.js";

const DEEPEST = 200;
const NUMBER = /(-?)(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const PLAIN = /[^"\\\x00-\x1f]*/y;
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

class Reader {
  constructor(source) {
    this.source = source;
    this.at = 0;
  }

  fail() {
    throw new Refusal("json_syntax", { reason: `char ${this.at}` });
  }

  blank() {
    while (" \t\n\r".includes(this.source[this.at] ?? "x")) this.at++;
  }

  take(mark) {
    if (this.source[this.at] !== mark) this.fail();
    this.at++;
  }

  word(word, value) {
    if (!this.source.startsWith(word, this.at)) this.fail();
    this.at += word.length;
    return value;
  }

  value(depth) {
    this.blank();
    const mark = this.source[this.at];
    need(depth < DEEPEST || !"[{".includes(mark ?? "x"), "json_depth");
    if (mark === "{") return this.object(depth);
    if (mark === "[") return this.array(depth);
    if (mark === '"') return this.string();
    if (mark === "n") return this.word("null", null);
    for (const word of ["true", "false"]) {
      if (this.source.startsWith(word, this.at)) throw new Refusal("json_type", { type: "bool" });
    }
    for (const word of ["NaN", "Infinity", "-Infinity"]) {
      if (this.source.startsWith(word, this.at)) throw new Refusal("json_float", { text: word });
    }
    return this.number();
  }

  number() {
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.source);
    if (!found) this.fail();
    const [whole, sign, digits, fraction, exponent] = found;
    need(!fraction && !exponent, "json_float", { text: whole.slice(0, 40) });
    const large = whole.length > 17 || !Number.isSafeInteger(Number(digits));
    need(!large, "json_integer_range", { text: whole.slice(0, 40) });
    this.at += whole.length;
    return sign && digits !== "0" ? -Number(digits) : Number(digits);
  }

  string() {
    this.take('"');
    let text = "";
    for (;;) {
      PLAIN.lastIndex = this.at;
      const plain = PLAIN.exec(this.source)[0];
      text += plain;
      this.at += plain.length;
      const mark = this.source[this.at++];
      if (mark === '"') return text;
      if (mark !== "\\") this.fail();
      text += this.escape();
    }
  }

  escape() {
    const mark = this.source[this.at++];
    if (mark !== "u") return ESCAPES[mark] ?? this.fail();
    const digits = this.source.slice(this.at, this.at + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.fail();
    this.at += 4;
    const code = parseInt(digits, 16);
    need(code < 128, "json_not_ascii");
    return String.fromCharCode(code);
  }

  array(depth) {
    this.take("[");
    const items = [];
    this.blank();
    if (this.source[this.at] === "]") return this.at++, items;
    for (;;) {
      items.push(this.value(depth + 1));
      this.blank();
      if (this.source[this.at] === "]") return this.at++, items;
      this.take(",");
    }
  }

  object(depth) {
    this.take("{");
    const fields = Object.create(null);
    this.blank();
    if (this.source[this.at] === "}") return this.at++, fields;
    for (;;) {
      this.blank();
      const key = this.string();
      need(!(key in fields), "json_duplicate_key", { key });
      this.blank();
      this.take(":");
      fields[key] = this.value(depth + 1);
      this.blank();
      if (this.source[this.at] === "}") return this.at++, fields;
      this.take(",");
    }
  }
}

/** The value of a JSON text in any layout. */
export function parse(bytes) {
  let source = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    const part = bytes.subarray(at, at + 8192);
    need(!part.some((byte) => byte > 127), "json_not_ascii");
    source += String.fromCharCode.apply(null, part);
  }
  const reader = new Reader(source);
  const value = reader.value(0);
  reader.blank();
  if (reader.at !== source.length) reader.fail();
  return value;
}

/** The one canonical text of a value that `parse` gave. */
export function canonicalText(value) {
  if (value === null) return "null";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalText(value[key])}`).join(",")}}`;
}

export const canonical = (value) => ascii(canonicalText(value));

export const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** Whether an object has exactly these keys. */
export function hasKeys(value, keys) {
  return isObject(value) && Object.keys(value).length === keys.length && keys.every((key) => own(value, key));
}

/** Whether an object has a key of its own (Object.hasOwn is younger than the browsers of many offices). */
export const own = (object, key) => Object.prototype.hasOwnProperty.call(object, key);
