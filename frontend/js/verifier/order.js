// 登记顺序: what the log says of this draw happened in the order that makes it fair (docs/transparency-log.md, part 5):
// nobody may know a seed while the draw can still be changed.
import { hex, text } from "./bytes.js";
import { momentOf } from "./beacon.js";
import { canonicalText, parse } from "./json.js";
import { readEntry } from "./log.js";
import { checkPairing, isOfPairing } from "./pairings.js";
import { need, Refusal } from "./refusal.js";

/** The place of each kind among the events of a draw; a release of results has none. */
const STAGES = {
  plan: 0, campaign: 1, reveal: 2, missing: 2, beacon: 3, lottery: 3, closing: 4, opening: 5, replacement: 6,
};
const AFTER = { opening: "closing", release: "closing", replacement: "opening" };
const ONCE = ["plan", "campaign", "closing", "opening"];
const isParty = ({ kind }) => kind === "reveal" || kind === "missing";
const isPublic = ({ kind }) => kind === "beacon" || kind === "lottery";

/**
 * `published`: what is compared with the log, each null where it is not there: `reveals` (bytes), `beacon` (drand's
 * answer), `closing` and `campaign` (bytes of their files), `earlier` (a checkpoint), `draw` (the replay); `outcome`: whether anything is there that only a draw can give.
 */
export function checkOrder(log, plan, published) {
  const entries = log.entries.map(readEntry);
  const { reveals } = published;
  need(!reveals || reveals.length === plan.commits.length, "log_opening");
  checkRising(entries);
  checkFirst(entries, plan, published.earlier);
  checkStages(entries);
  for (const entry of entries) checkPosition(entry, plan);
  checkComplete(entries, plan, reveals);
  checkDeadline(entries, plan);
  checkSources(entries, plan, published);
  checkReveals(entries, reveals);
  checkRecords(entries, plan, published);
  checkUnits(entries, plan);
  need(!published.outcome || !entries.some(({ isVoid }) => isVoid), "log_closing");
  if (published.draw) checkReplacements(entries, published.draw);
}

function checkRising(entries) {
  for (let i = 1; i < entries.length; i++) {
    const { index, at } = entries[i];
    need(entries[i - 1].index < index, "log_index", { index });
    need(entries[i - 1].at <= at, "log_time", { index });
  }
}

function checkFirst(entries, plan, earlier) {
  for (const { kind, draw_id, index } of entries) {
    need(kind === "campaign" || draw_id === plan.drawId, "log_draw", { index });
  }
  const plans = entries.filter(({ kind }) => kind === "plan");
  need(plans.length === 1 && plans[0] === entries[0] && plans[0].plan_hash === plan.hashHex, "log_plan");
  need(!earlier || earlier.size === plans[0].index + 1, "log_earlier");
}

function checkStages(entries) {
  const seen = new Set();
  let [stage, ended] = [0, false];
  for (const entry of entries) {
    const { kind, index, position } = entry;
    if (isOfPairing(entry)) {
      need(!ended && seen.has("closing"), "log_sequence", { index, kind });
      continue;
    }
    const event = isParty(entry) || isPublic(entry) ? `position ${position}` : kind;
    const once = ONCE.includes(kind) || position !== undefined;
    need(!once || !seen.has(event), "log_twice", { index, kind });
    seen.add(event);
    const own = STAGES[kind] ?? stage;
    const late = own < stage && !entry.isVoid;
    need(!ended && !late && (!AFTER[kind] || seen.has(AFTER[kind])), "log_sequence", { index, kind });
    [stage, ended] = [own, entry.isVoid];
  }
  checkPairing(entries);
}

/** A party's entry stands at its commitment, a public source's where the plan has it. */
function checkPosition(entry, plan) {
  const { kind, index, position, commit } = entry;
  if (isParty(entry)) need(plan.commits[position] === commit, "log_position", { index, kind });
  if (!isPublic(entry)) return;
  const place = plan.publicPositions.indexOf(position);
  const isBeacon = plan.beacon !== null && place === 0;
  need(place >= 0 && (kind === "beacon") === isBeacon, "log_position", { index, kind });
}

/** No public result before every party was heard or waited for, and no draw without every source. */
function checkComplete(entries, plan, reveals) {
  const drawn = reveals !== null || entries.some(({ kind, isVoid }) => kind === "closing" && !isVoid);
  const begun = drawn || entries.some(isPublic);
  const known = new Set(entries.filter((entry) => isParty(entry) || isPublic(entry)).map(({ position }) => position));
  plan.commits.forEach((commit, position) => {
    const needed = commit === null ? drawn : begun;
    need(!needed || known.has(position), "log_absent", { position: position + 1 });
  });
}

/** The plan and the parties' secrets were there before anybody could know the beacon. */
function checkDeadline(entries, plan) {
  // a void draw gives no result that anybody could have steered
  if (!plan.beacon || entries.some(({ isVoid }) => isVoid)) return;
  const { chain, round } = plan.beacon;
  const moment = momentOf(plan.beacon);
  need(moment !== null, "beacon_chain", { chain });
  for (const entry of entries) {
    const { kind, index, at } = entry;
    if (kind === "plan" || isParty(entry)) need(at < moment, "log_too_late", { index, kind, round });
    if (kind === "beacon") need(at >= moment, "log_too_early", { index, kind, round });
  }
}

function checkSources(entries, plan, { beacon, reveals }) {
  for (const entry of entries.filter(isPublic)) {
    const { kind, index, position } = entry;
    const told = kind === "beacon" ? beaconTold(entry, plan, beacon) : lotteryTold(entry, plan);
    const shown = kind === "beacon" ? hex : text;
    need(told !== null && (!reveals || shown(reveals[position]) === told), "log_source", { index, kind });
  }
}

/** The randomness that an entry tells, if it is of the plan's round and as in the published answer. */
function beaconTold(entry, plan, answer) {
  if (entry.chain !== plan.beacon.chain || entry.round !== plan.beacon.round) return null;
  const same = !answer || ["round", "randomness", "signature"].every((key) => entry[key] === answer[key]);
  return same ? entry.randomness : null;
}

/** What a lottery's entry reveals, if it is of the plan's game and issue. */
function lotteryTold({ position, game, issue, result }, plan) {
  const lottery = plan.lottery[plan.publicPositions.indexOf(position) - (plan.beacon ? 1 : 0)];
  return lottery.game === game && lottery.issue === issue ? `${game},${issue},${result}` : null;
}

/** `missing` stands exactly where the reveal is empty; the opening tells what was published. */
function checkReveals(entries, reveals) {
  for (const { kind, index, position } of reveals ? entries.filter(isParty) : []) {
    const agrees = (kind === "reveal") === reveals[position].length > 0;
    need(agrees, "log_reveal", { index, position: position + 1 });
  }
  const opening = entries.find(({ kind }) => kind === "opening");
  const same = opening && reveals ? opening.reveals.join() === reveals.map(hex).join() : !opening && !reveals;
  need(same, "log_opening");
}

/** The closing and the campaign of the log are those that were published, and of this plan. */
function checkRecords(entries, plan, published) {
  const recordOf = (wanted) => entries.find(({ kind }) => kind === wanted)?.record ?? null;
  const [closing, campaign] = [recordOf("closing"), recordOf("campaign")];
  need(!closing || closing.plan_hash === plan.hashHex, "log_closing");
  need(agree(closing, published.closing), "log_closing");
  need(agree(campaign, published.campaign), "log_campaign");
  const listed = !campaign || (campaign.campaign === plan.campaign && campaign.plans.includes(plan.hashHex));
  need(listed, "log_campaign");
}

/** Where teams are drawn for bundles or routes, what these are is fixed with the table; else there are none. */
function checkUnits(entries, plan) {
  for (const entry of entries.filter(({ kind }) => kind === "pairing")) {
    need("bundles_sha256" in entry === plan.hasUnits, "log_units", { index: entry.index });
  }
}

/** Whether the log and a file tell the same record, or neither tells one. */
function agree(record, bytes) {
  if (!record || !bytes) return !record && !bytes;
  try {
    return canonicalText(record) === canonicalText(parse(bytes));
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** 替补: the j-th of a cell brings in the j-th ticket after its drawn ones; who goes out was in, and goes once. */
function checkReplacements(entries, draw) {
  const replacements = entries.filter(({ kind }) => kind === "replacement");
  for (const cell of new Set(replacements.map((entry) => entry.cell))) {
    const own = replacements.filter((entry) => entry.cell === cell);
    const drawn = draw.cellRow(cell)?.k ?? 0;
    const order = draw.firstOf(cell, drawn + own.length) ?? [];
    const present = new Set(order.slice(0, drawn).map(({ id }) => id));
    own.forEach((entry, j) => {
      const next = order[drawn + j];
      const good = next?.id === entry.in && next.ticket === entry.ticket && present.delete(entry.out);
      need(good, "log_replacement", { index: entry.index });
      present.add(entry.in);
    });
  }
}
