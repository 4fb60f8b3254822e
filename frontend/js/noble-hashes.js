// Hash functions that work without crypto.subtle, which browsers withhold on plain-HTTP intranets.
export { digest, tag } from "./verifier/digest.js"; // H and TAG of draw/1, SM3 among them
export { bytesToHex } from "@noble/hashes/utils.js";
