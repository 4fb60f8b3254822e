// 抽取方案: everything fixed before the draw, read strictly (docs/draw-1.md, part 3).
import { hex } from "./bytes.js";
import { digest, tag } from "./digest.js";
import { canonical, canonicalText, isObject, own, parse } from "./json.js";
import { need } from "./refusal.js";

const COUNT = "(?:0|[1-9][0-9]*)";
const POSITIVE = "[1-9][0-9]*";
const HEX = '"[0-9a-f]{64}"';
const CODE = '"[0-9A-Za-z][0-9A-Za-z._-]{0,63}"';
const DAY = '"20[0-9]{2}-[01][0-9]-[0-3][0-9](?:T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z)?"';
const TABLE = `\\{"[A-D]":${COUNT}(?:,"[A-D]":${COUNT})*\\}`;
const ISSUE = `\\{"game":${CODE},"issue":${CODE}\\}`;

/** Every field as the pattern of its canonical text: one value has one text, so the pattern is the type. */
const FIELDS = {
  v: '"draw/1"',
  draw_id: CODE,
  prev: HEX,
  register_root: HEX,
  register_n: COUNT,
  mode: '"(?:rate|fixed|pps)"',
  commits: `\\[(?:${HEX}|null)(?:,(?:${HEX}|null))*\\]`,
  den: POSITIVE,
  rates: TABLE,
  n: COUNT,
  weights: TABLE,
  alg: '"(?:sha256|sm3)"',
  beacon: `\\{"chain":${HEX},"round":${POSITIVE}\\}`,
  lottery: `\\[${ISSUE}(?:,${ISSUE})*\\]`,
  disclosure: '"(?:open|sealed)"',
  open_by: DAY,
  exclusion: `\\{"hash":${HEX},"rule":"[ !#-\\[\\]-~]{1,200}"\\}`,
  frame: '"(?:open|blinded)"',
  min_anonymity: POSITIVE,
  inspector_root: HEX,
  campaign: CODE,
  items: `\\[(?:${CODE}(?:,${CODE})*)?\\]`,
  draw_unit: '"(?:entity|bundle|day-route)"',
  unit_size: POSITIVE,
};
const NUMBERS = { rate: ["den", "rates"], fixed: ["n", "weights"], pps: ["n"] };
const REQUIRED = ["v", "draw_id", "prev", "register_root", "register_n", "mode", "commits"];
const OF_A_MODE = ["den", "rates", "n", "weights"];

function checkKeys(fields) {
  const numbers = typeof fields.mode === "string" && own(NUMBERS, fields.mode) ? NUMBERS[fields.mode] : null;
  need(numbers, "mode" in fields ? "plan_value" : "plan_missing_key", { key: "mode" });
  for (const key of Object.keys(fields).sort()) {
    const known = own(FIELDS, key) && (!OF_A_MODE.includes(key) || numbers.includes(key));
    need(known, "plan_unknown_key", { key });
  }
  for (const key of [...REQUIRED, ...numbers].sort()) need(key in fields, "plan_missing_key", { key });
}

/** Read `plan.json`: its fields with their defaults, and its hash. */
export function readPlan(bytes) {
  const fields = parse(bytes);
  need(isObject(fields), "plan_not_object");
  checkKeys(fields);
  for (const [key, value] of Object.entries(fields)) {
    need(new RegExp(`^(?:${FIELDS[key]})$`).test(canonicalText(value)), "plan_value", { key });
  }
  need(fields.disclosure !== "sealed" || "open_by" in fields, "plan_missing_key", { key: "open_by" });
  const lottery = fields.lottery ?? [];
  const sources = ("beacon" in fields ? 1 : 0) + lottery.length;
  const open = fields.commits.flatMap((commit, position) => (commit === null ? [position] : []));
  need(sources === open.length, "plan_no_public_position", { sources, positions: open.length });
  const alg = fields.alg ?? "sha256";
  const hash = digest(alg, tag("plan"), canonical(fields));
  return {
    fields,
    alg,
    hash,
    hashHex: hex(hash),
    drawId: fields.draw_id,
    mode: fields.mode,
    commits: fields.commits,
    beacon: fields.beacon ?? null,
    lottery,
    /** Positions of the reveals that come from a public source: the beacon's first, then the lotteries'. */
    publicPositions: open,
    blinded: fields.frame === "blinded",
    sized: fields.mode === "pps",
    campaign: fields.campaign ?? null,
    /** Whether teams are drawn for bundles or routes, whose digest then stands beside the table's. */
    hasUnits: (fields.draw_unit ?? "entity") !== "entity",
  };
}
