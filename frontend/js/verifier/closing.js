// 结案记录: what closes a draw and links it to the organ's next plan (docs/draw-1.md, part 8).
import { hex } from "./bytes.js";
import { digest, tag } from "./digest.js";
import { canonical, hasKeys, parse } from "./json.js";
import { need } from "./refusal.js";

const HASH = /^[0-9a-f]{64}$/;
const CODE = /^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$/;
const FORMS = { draw_id: CODE, plan_hash: HASH, seed_commit: HASH, result_sha256: HASH, void: CODE };
const CLOSED = ["draw_id", "plan_hash", "seed_commit", "result_sha256"];
const VOID = ["draw_id", "plan_hash", "void"];

/** Whether a value is a closing record: of a draw that took place, or of a void one. */
export function isClosing(value) {
  const known = hasKeys(value, CLOSED) || hasKeys(value, VOID);
  return known && Object.entries(value).every(([key, each]) => typeof each === "string" && FORMS[key].test(each));
}

export function readClosing(bytes) {
  let value = null;
  try {
    value = parse(bytes);
  } catch {
    // one sentence for all of it
  }
  need(isClosing(value), "closing_malformed");
  return value;
}

export const closingHash = (alg, record) => hex(digest(alg, tag("closing"), canonical(record)));

export const seedCommit = (alg, seed) => hex(digest(alg, tag("seed-commit"), seed));

/** Whether the record is what the replay closes with. */
export function checkClosing(record, plan, seed, resultSha256) {
  need(!("void" in record), "closing_void", { reason: record.void });
  const replayed = {
    draw_id: plan.drawId,
    plan_hash: plan.hashHex,
    seed_commit: seedCommit(plan.alg, seed),
    result_sha256: resultSha256,
  };
  for (const key of CLOSED) need(record[key] === replayed[key], "closing_mismatch", { key });
}
