// 检查点: the signed head of the log (C2SP tlog-checkpoint in a signed-note).
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concat, equal, hex, unbase64 } from "./bytes.js";
import { digest } from "./digest.js";
import { need, Refusal } from "./refusal.js";

const LIMIT = 65536;
const LOG_KEY = 1;
// U+0085 is a blank too, though not of this language
const NAME = /^[^\s\x85+]+$/u;
const SIGNATURE = /^— ([^\s\x85+]+) ([A-Za-z0-9+/]+={0,2})$/u;
const SIZE = /^(0|[1-9][0-9]{0,14})$/;

const utf8 = (text) => new TextEncoder().encode(text);

/** `name+<8 hex of the key id>+base64(type ‖ public key)`. */
export function readKey(text) {
  const [name, id, ...more] = text.split("+");
  const value = more.length ? unbase64(more.join("+")) : null; // base64 may hold a plus of its own
  need(NAME.test(name) && value && value.length === 33 && value[0] === LOG_KEY, "checkpoint_key");
  const keyId = digest("sha256", utf8(name), Uint8Array.of(10), value).subarray(0, 4);
  need(hex(keyId) === id, "checkpoint_key");
  return { name, keyId, key: value.subarray(1) };
}

/** A checkpoint, not yet verified: `{ text, signatures, origin, size, root }`. */
export function readCheckpoint(bytes) {
  need(bytes.length <= LIMIT, "checkpoint_too_large", { limit: LIMIT });
  const whole = decode(bytes);
  const end = whole.lastIndexOf("\n\n");
  const lines = whole.slice(end + 2);
  need(end >= 0 && lines.endsWith("\n"), "checkpoint_no_signature");
  const text = whole.slice(0, end + 1);
  const signatures = lines.slice(0, -1).split("\n").map(readSignature);
  return { text, signatures, ...readText(text) };
}

function decode(bytes) {
  let whole;
  try {
    whole = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refusal("checkpoint_encoding");
  }
  need(!/[\x00-\x09\x0b-\x1f\x7f]/.test(whole), "checkpoint_encoding");
  return whole;
}

function readSignature(line, i) {
  const found = SIGNATURE.exec(line);
  const value = found && unbase64(found[2]);
  need(value && value.length >= 5, "checkpoint_signature_line", { line: i + 5 });
  return { name: found[1], keyId: value.subarray(0, 4), value: value.subarray(4) };
}

function readText(text) {
  const [origin, size, root, rest, ...more] = text.split("\n");
  const bytes = root === undefined ? null : unbase64(root);
  const good = !more.length && rest === "" && NAME.test(origin) && SIZE.test(size) && bytes?.length === 32;
  need(good, "checkpoint_text");
  return { origin, size: Number(size), root: bytes };
}

/** Whether the log of the key, whose name is the origin, signed the checkpoint. */
export function checkSigned(checkpoint, key) {
  const { origin, signatures, text } = checkpoint;
  need(origin === key.name, "checkpoint_origin", { found: origin, expected: key.name });
  const own = signatures.filter(({ name, keyId }) => name === key.name && equal(keyId, key.keyId));
  need(own.length, "checkpoint_unsigned", { name: key.name });
  for (const { value } of own) need(holds(value, utf8(text), key.key), "checkpoint_signature", { name: key.name });
}

/** RFC 8032 without the cofactor: noble lets through what is off by a point of small order, other libraries do not. */
function isExact(signature, message, key) {
  const { BASE, Fn, fromBytes } = ed25519.Point;
  const [R, S] = [signature.subarray(0, 32), signature.subarray(32)];
  const number = (bytes) => Fn.create(BigInt(`0x${hex(bytes.slice().reverse())}`));
  const back = fromBytes(key).multiplyUnsafe(number(sha512(concat(R, key, message))));
  return equal(BASE.multiplyUnsafe(number(S)).subtract(back).toBytes(), R);
}

function holds(signature, message, key) {
  try {
    return ed25519.verify(signature, message, key, { zip215: false }) && isExact(signature, message, key);
  } catch {
    return false;
  }
}

