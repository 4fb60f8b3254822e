// 公共随机信标: a drand round, verified offline (bls-unchained-g1-rfc9380).
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { bigEndian, equal, hex, isHex, unhex } from "./bytes.js";
import { digest } from "./digest.js";
import { isObject, own, parse } from "./json.js";
import { need } from "./refusal.js";

const DST = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

/** drand quicknet of the League of Entropy: its group key, first round and seconds between rounds. */
const CHAINS = {
  "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971": {
    key:
      "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510" +
      "d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
    start: 1692803367,
    period: 3,
  },
};

const isKnown = (chain) => own(CHAINS, chain);

/** The moment of a round in Unix seconds, or null for an unknown chain. */
export function momentOf({ chain, round }) {
  return isKnown(chain) ? CHAINS[chain].start + CHAINS[chain].period * (round - 1) : null;
}

function holds(chain, round, signature) {
  const { shortSignatures, G1 } = bls12_381;
  try {
    const point = G1.Point.fromBytes(signature);
    // a point has other spellings too, and another spelling would be another randomness
    if (point.is0() || !equal(point.toBytes(true), signature)) return false;
    const message = shortSignatures.hash(digest("sha256", bigEndian(round, 8)), DST);
    return shortSignatures.verify(signature, message, unhex(CHAINS[chain].key));
  } catch {
    return false; // no point of the curve
  }
}

/** drand's answer as saved; keys that are not ours are passed over. */
export function readBeacon(bytes) {
  let value = null;
  try {
    value = parse(bytes);
  } catch {
    // one sentence for all of it
  }
  const good = isObject(value) && Number.isSafeInteger(value.round) && value.round >= 1;
  need(good && isHex(value.randomness, 64) && isHex(value.signature, 96), "beacon_malformed");
  return value;
}

/** Whether the answer is the round that the plan names, and its randomness the reveal at `position` (from 1). */
export function checkBeacon(answer, { chain, round }, reveal, position) {
  need(isKnown(chain), "beacon_chain", { chain });
  need(answer.round === round, "beacon_round", { expected: round, found: answer.round });
  const signature = unhex(answer.signature);
  const randomness = digest("sha256", signature);
  need(hex(randomness) === answer.randomness, "beacon_randomness", { round });
  need(holds(chain, round, signature), "beacon_signature", { round, chain: "quicknet" });
  need(equal(randomness, reveal), "beacon_reveal", { position, round });
}
