// Bytes, text in ASCII, hexadecimal digits.

const DIGITS = "0123456789abcdef";

export function hex(bytes) {
  let text = "";
  for (const byte of bytes) text += DIGITS[byte >> 4] + DIGITS[byte & 15];
  return text;
}

/** The bytes of lower-case hexadecimal text, or null: a digest has one spelling only. */
export function unhex(text) {
  if (typeof text !== "string" || !/^([0-9a-f]{2})*$/.test(text)) return null;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

export function isHex(text, digits) {
  return typeof text === "string" && text.length === digits && /^[0-9a-f]*$/.test(text);
}

/** The bytes of a text that is known to be ASCII. */
export function ascii(text) {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

export function text(bytes, start = 0, end = bytes.length) {
  let found = "";
  for (let i = start; i < end; i++) found += String.fromCharCode(bytes[i]);
  return found;
}

export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Below zero, zero, above zero: bytewise order. */
export function compare(a, b) {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

export const equal = (a, b) => compare(a, b) === 0;

/** The bytes of base64 text, if it says them in the one canonical way; else null. */
export function unbase64(written) {
  if (!/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(written)) return null;
  const decoded = ascii(atob(written));
  return btoa(text(decoded)) === written ? decoded : null;
}

/** A whole number as `size` bytes, big-endian. */
export function bigEndian(number, size) {
  const bytes = new Uint8Array(size);
  for (let i = size - 1; i >= 0; i--) {
    bytes[i] = number % 256;
    number = Math.floor(number / 256);
  }
  return bytes;
}
