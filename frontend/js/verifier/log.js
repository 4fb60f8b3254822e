// 公开日志: the entries of one draw, and that they are in the log where they say (docs/transparency-log.md, part 1).
import { equal, isHex, unhex } from "./bytes.js";
import { isCampaign } from "./campaign.js";
import { isClosing } from "./closing.js";
import { canonical, canonicalText, hasKeys, isObject, own, parse } from "./json.js";
import { isConsistent, isIncluded, leafHash } from "./merkle.js";
import { need, Refusal } from "./refusal.js";

const isProof = (value) => Array.isArray(value) && value.every((each) => isHex(each, 64));
const isEntry = (value) =>
  hasKeys(value, ["index", "entry", "proof"]) &&
  Number.isSafeInteger(value.index) &&
  value.index >= 0 &&
  isObject(value.entry) &&
  isProof(value.proof);

function parsed(bytes) {
  try {
    return parse(bytes);
  } catch {
    throw new Refusal("log_malformed");
  }
}

/** `log.json`: `{ key, entries, consistency }`; the latter may be missing. What the entries say is not yet read. */
export function readLog(bytes) {
  const value = parsed(bytes);
  need(isObject(value), "log_malformed");
  const keys = "consistency" in value ? ["consistency", "entries", "key"] : ["entries", "key"];
  need(hasKeys(value, keys) && typeof value.key === "string" && Array.isArray(value.entries), "log_malformed");
  need(value.entries.every(isEntry) && isProof(value.consistency ?? []), "log_malformed");
  need(equal(canonical(value), bytes), "log_malformed");
  return value;
}

/** The log's key as the file tells it, if the file can be read at all; else null. */
export function toldKey(bytes) {
  const value = parsed(bytes);
  return isObject(value) && typeof value.key === "string" ? value.key : null;
}

export function checkIncluded(log, { size, root }) {
  for (const { index, entry, proof } of log.entries) {
    const held = isIncluded(leafHash(canonical(entry)), index, size, proof.map(unhex), root);
    need(held, "log_inclusion", { index });
  }
}

/** Whether the log only grew since the earlier checkpoint. */
export function checkGrowth(log, earlier, checkpoint) {
  need(earlier && log.consistency, "log_earlier");
  const proof = log.consistency.map(unhex);
  need(isConsistent(earlier.size, checkpoint.size, earlier.root, checkpoint.root, proof), "log_inconsistent");
}

// --- the form of an entry ---

const CODE = '"[0-9A-Za-z][0-9A-Za-z._-]{0,63}"';
const COUNT = "(0|[1-9][0-9]*)";
const HEX = '"[0-9a-f]{64}"';
const FRAME_ID = '"([0-9A-Z]{18}|[0-9a-f]{40})"';
const REVEAL = '"([0-9a-f]{2})*"';

/** Every field as the pattern of its canonical text, as in a plan; a record is read by its own rules. */
const FIELDS = {
  kind: '"[a-z_]+"',
  at: '"20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z"',
  draw_id: CODE,
  plan_hash: HEX,
  position: COUNT,
  commit: HEX,
  chain: HEX,
  round: "[1-9][0-9]*",
  randomness: HEX,
  signature: '"[0-9a-f]{96}"',
  game: CODE,
  issue: CODE,
  result: '"[0-9]{1,9}(-[0-9]{1,9}){0,63}"',
  record: "\\{.*\\}",
  reveals: `\\[${REVEAL}(,${REVEAL})*\\]`,
  cell: '"[0-9A-Za-z._/-]+"',
  out: FRAME_ID,
  in: FRAME_ID,
  ticket: HEX,
  reason: CODE,
  code: CODE,
  sha256: HEX,
  problem_sha256: HEX,
  table_sha256: HEX,
  assignment_sha256: HEX,
  second: `\\[(${COUNT}(,${COUNT})*)?\\]`,
  number: "[1-9][0-9]*",
  bundles_sha256: HEX,
};
const KINDS = {
  plan: ["draw_id", "plan_hash"],
  campaign: ["record"],
  reveal: ["draw_id", "position", "commit"],
  missing: ["draw_id", "position", "commit"],
  beacon: ["draw_id", "position", "chain", "round", "randomness", "signature"],
  lottery: ["draw_id", "position", "game", "issue", "result"],
  closing: ["draw_id", "record"],
  opening: ["draw_id", "reveals"],
  replacement: ["draw_id", "cell", "out", "in", "ticket", "reason"],
  release: ["code", "sha256", "draw_id"],
  pairing: ["draw_id", "problem_sha256", "table_sha256", "second"],
  pairing_reveal: ["draw_id", "position"],
  pairing_missing: ["draw_id", "position"],
  assignment: ["draw_id", "assignment_sha256"],
  reassignment: ["draw_id", "number", "table_sha256", "assignment_sha256", "reason"],
};
const OPTIONAL = { pairing: ["bundles_sha256"] };
const PATTERNS = Object.fromEntries(Object.entries(FIELDS).map(([key, form]) => [key, new RegExp(`^(?:${form})$`)]));

/** Unix seconds, or NaN where no calendar has the moment. */
function unixOf(at) {
  const unix = Date.parse(at) / 1000;
  const exact = Number.isFinite(unix) && new Date(unix * 1000).toISOString() === at.replace("Z", ".000Z");
  return exact ? unix : NaN;
}

/** An entry with its index and its moment in Unix seconds, once it is of a kind of part 1 with just its fields. */
export function readEntry({ index, entry }) {
  const known = typeof entry.kind === "string" && own(KINDS, entry.kind);
  need(known, "log_kind", { index });
  const besides = (OPTIONAL[entry.kind] ?? []).filter((key) => key in entry);
  const expected = ["kind", "at", ...KINDS[entry.kind], ...besides];
  for (const key of new Set([...expected, ...Object.keys(entry)])) {
    const good = expected.includes(key) && key in entry && PATTERNS[key].test(canonicalText(entry[key]));
    need(good, "log_entry", { index, key });
  }
  need(entry.kind !== "replacement" || entry.in !== entry.out, "log_entry", { index, key: "in" });
  need(!Number.isNaN(unixOf(entry.at)), "log_entry", { index, key: "at" });
  need(hasGoodRecord(entry), "log_entry", { index, key: "record" });
  return { ...entry, index, at: unixOf(entry.at), isVoid: entry.kind === "closing" && "void" in entry.record };
}

function hasGoodRecord({ kind, draw_id, record }) {
  if (kind === "campaign") return isCampaign(record);
  return kind !== "closing" || (isClosing(record) && record.draw_id === draw_id);
}
