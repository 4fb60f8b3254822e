// 种子与签号: reveals against commitments, the seed that nobody chooses, the tickets it gives.
import { ascii, bigEndian, concat, hex, unhex } from "./bytes.js";
import { digest, family, hmac, loadBlock, putWords, tag, WORDS } from "./digest.js";
import { parse } from "./json.js";
import { need } from "./refusal.js";

const SECRET = 32;

/** `reveals.json`: the bytes of each, in plan order. */
export function readReveals(bytes) {
  const value = parse(bytes);
  need(Array.isArray(value), "reveal_not_hex");
  return value.map((item) => {
    const reveal = unhex(item);
    need(reveal, "reveal_not_hex");
    return reveal;
  });
}

export function checkReveals(plan, reveals) {
  const { commits } = plan;
  need(reveals.length === commits.length, "reveal_count", { expected: commits.length, found: reveals.length });
  reveals.forEach((reveal, i) => {
    const position = i + 1;
    const found = reveal.length;
    if (commits[i] === null) {
      need(found, "reveal_public_missing", { position });
      const isBeacon = plan.beacon && i === plan.publicPositions[0];
      need(!isBeacon || found === SECRET, "reveal_length", { position, expected: SECRET, found });
    } else if (!found) {
      need(plan.publicPositions.length, "reveal_missing", { position });
    } else {
      need(found === SECRET, "reveal_length", { position, expected: SECRET, found });
      const commitment = hex(digest(plan.alg, tag("commit"), reveal));
      need(commitment === commits[i], "commitment_mismatch", { position });
    }
  });
}

const seedOf = (alg, key, reveals) =>
  hmac(alg, key, concat(tag("seed"), ...reveals.flatMap((reveal) => [bigEndian(reveal.length, 4), reveal])));

export const planSeed = (plan, reveals) => seedOf(plan.alg, plan.hash, reveals);

/** 联合抽取的种子: of the tickets of every plan that the campaign's record lists. */
export const campaignSeed = (plan, record, reveals) =>
  seedOf(plan.alg, digest(plan.alg, tag("campaign"), record), reveals);

/** 盲码: what an enterprise is called in a blinded frame, from its own salt. */
export const blindId = (alg, salt, id) => hex(digest(alg, tag("blind"), salt, ascii(id))).slice(0, 40);

/** 签号: the tickets of ids of one width. Tag and seed fill one block, so its state is computed once. */
export class Tickets {
  constructor(alg, seed, width) {
    const { iv, compress } = family(alg);
    this.compress = compress;
    this.width = width;
    this.w = new Int32Array(WORDS);
    this.start = Int32Array.from(iv);
    loadBlock(this.w, concat(tag("ticket"), seed), 0);
    compress(this.start, this.w);
    this.state = new Int32Array(8);
    this.block = new Uint8Array(64);
    this.block[width] = 0x80;
    this.block[62] = ((64 + width) * 8) >>> 8;
    this.block[63] = (64 + width) * 8;
  }

  /** The eight words of the ticket of the id at `ids[at…]`; they are overwritten by the next call. */
  words(ids, at) {
    const { block, state, w, width } = this;
    for (let i = 0; i < width; i++) block[i] = ids[at + i];
    loadBlock(w, block, 0);
    state.set(this.start);
    this.compress(state, w);
    return state;
  }

  bytes(ids, at) {
    const ticket = new Uint8Array(32);
    putWords(this.words(ids, at), ticket);
    return ticket;
  }
}
