// 验证步骤: every check of a bundle in the order of docs/transparency-log.md, part 5. The first that fails is the cause.
import { equal, hex, isHex } from "./bytes.js";
import { LIMIT } from "./bundle.js";
import { campaignRecord } from "./campaign.js";
import { readBeacon } from "./beacon.js";
import { checkSigned, readCheckpoint, readKey } from "./checkpoint.js";
import { checkClosing, closingHash, readClosing } from "./closing.js";
import { replay } from "./draw.js";
import { Frame } from "./frame.js";
import { canonical, isObject, parse } from "./json.js";
import { checkGrowth, checkIncluded, readLog, toldKey } from "./log.js";
import { checkOrder } from "./order.js";
import { unpacked } from "./packed.js";
import { readPlan } from "./plan.js";
import { need, NoBundle, Refusal } from "./refusal.js";
import { campaignSeed, checkReveals, planSeed, readReveals } from "./seed.js";
import { checkSources } from "./sources.js";

const NONE = "0".repeat(64);
const ALGS = ["sha256", "sm3"];

/** What a file says, or null where it is not there or says nothing; for steps that leave its form to another. */
async function told(bundle, name, read) {
  const bytes = await bundle.bytes(name);
  if (!bytes) return null;
  try {
    return read(bytes);
  } catch (error) {
    if (error instanceof NoBundle || !(error instanceof Refusal)) throw error;
    return null;
  }
}

export class Verification {
  /** `logKey`: verifier key that the citizen trusts, or "". `listener(message)` hears of steps and progress. */
  constructor(bundle, logKey, listener) {
    this.bundle = bundle;
    this.logKey = logKey;
    this.listener = listener;
    this.steps = [];
  }

  async run() {
    this.summary = await told(this.bundle, "summary.json", readSummary);
    await this.checkMaterial();
    await this.checkOutcome();
    await this.checkLog();
    return this.report();
  }

  ok(...names) {
    return names.every((name) => this.steps.some((step) => step.name === name && step.status === "ok"));
  }

  /** Run one step if its ground holds; a refusal is its failure. */
  async step(name, possible, check) {
    const step = { name, status: "skipped", code: "", params: {} };
    if (possible) {
      this.listener({ type: "doing", name });
      try {
        await check();
        step.status = "ok";
      } catch (error) {
        if (error instanceof NoBundle || !(error instanceof Refusal)) throw error;
        Object.assign(step, { status: "failed", code: error.code, params: error.params });
      }
    }
    this.steps.push(step);
    this.listener({ type: "step", step });
  }

  progress(phase, done, total) {
    const now = performance.now();
    if (now - (this.lastReport ?? 0) < 80) return;
    this.lastReport = now;
    this.listener({ type: "progress", phase, done, total });
  }

  // --- plan, register, reveals ---

  async checkMaterial() {
    const { bundle } = this;
    const first = !bundle.has("previous.json");
    await this.step("plan", true, async () => (this.plan = readPlan(await bundle.bytes("plan.json"))));
    const planned = this.ok("plan");
    if (bundle.has("summary.json")) await this.step("plan_hash", planned, () => this.checkPlanHash());
    const silent = bundle.loose && first && this.plan?.fields.prev !== NONE;
    await this.step("previous", planned && !silent, () => this.checkPrevious());
    await this.step("frame", true, () => this.readFrame());
    await this.step("register", this.ok("plan", "frame"), () => this.checkRegister());
    await this.step("reveals", planned && bundle.has("reveals.json"), async () => {
      this.reveals = readReveals(await bundle.bytes("reveals.json"));
      checkReveals(this.plan, this.reveals);
    });
    if (this.plan?.publicPositions.length || bundle.has("beacon.json")) {
      const unknown = bundle.loose && this.plan?.beacon && !bundle.has("beacon.json");
      await this.step("sources", this.ok("reveals") && !unknown, () => this.checkSources());
    }
  }

  checkPlanHash() {
    need(this.summary, "summary_malformed");
    need(this.summary.plan_hash === this.plan.hashHex, "plan_hash_mismatch");
  }

  async checkPrevious() {
    const { prev } = this.plan.fields;
    if (!this.bundle.has("previous.json")) return need(prev === NONE, "prev_mismatch");
    const record = readClosing(await this.bundle.bytes("previous.json"));
    // the previous draw may have used the other digest
    need(ALGS.some((alg) => closingHash(alg, record) === prev), "prev_mismatch");
  }

  async readFrame() {
    await this.bundle.checkPacking();
    const source = this.bundle.frame;
    const frame = new Frame(this.plan?.alg);
    let read = 0;
    const counted = async function* (verification) {
      for await (const chunk of source.chunks()) {
        yield chunk;
        verification.progress("frame", (read += chunk.length), source.size);
      }
    };
    let size = 0;
    for await (const chunk of unpacked(counted(this))) {
      need((size += chunk.length) <= LIMIT, "frame_too_large", { limit: LIMIT });
      frame.push(chunk);
    }
    frame.end();
    this.frame = frame;
  }

  checkRegister() {
    const { frame, plan } = this;
    const { register_n: expected, register_root: root } = plan.fields;
    need(frame.n === expected, "frame_count", { found: frame.n, expected });
    need(!frame.n || frame.blinded === plan.blinded, "frame_kind", { expected: plan.blinded ? "blinded" : "open" });
    need(!frame.n || frame.sized === plan.sized, "frame_sizes");
    need(hex(frame.root) === root, "frame_root");
  }

  async checkSources() {
    const log = await told(this.bundle, "log.json", readLog);
    checkSources(this.plan, this.reveals, await this.bundle.bytes("beacon.json"), log);
  }

  // --- replay, result, closing ---

  async checkOutcome() {
    const { bundle, summary } = this;
    const sourced = !this.steps.some(({ name, status }) => name === "sources" && status === "failed");
    await this.step("draw", this.ok("register", "reveals") && sourced, () => this.draw());
    const drawn = this.ok("draw");
    if (bundle.has("result.csv") || summary?.result_sha256) {
      await this.step("result", drawn, () => {
        need(this.outcome.result.same, "result_mismatch");
        need([undefined, this.outcome.result.sha256].includes(summary?.result_sha256), "result_mismatch");
      });
    }
    if (bundle.has("cells.json") || summary?.cells_sha256) {
      await this.step("cells", drawn, () => {
        need(this.outcome.cells.same, "cells_mismatch");
        need([undefined, this.outcome.cells.sha256].includes(summary?.cells_sha256), "cells_mismatch");
      });
    }
    if (bundle.has("closing.json")) await this.step("closing", drawn, () => this.checkClosing());
    if (bundle.has("closing.json") && summary?.closing_hash) await this.step("closing_hash", this.ok("plan"), () => this.checkClosingHash());
  }

  async draw() {
    const { bundle, plan, reveals, summary } = this;
    const campaign = await bundle.bytes("campaign.json");
    this.seed = planSeed(plan, reveals);
    need(!summary?.seed || summary.seed === hex(this.seed), "seed_mismatch");
    const ticketSeed = campaign ? campaignSeed(plan, campaignRecord(campaign, plan), reveals) : this.seed;
    const published = { result: await bundle.bytes("result.csv"), cells: await bundle.bytes("cells.json") };
    const progress = (done, total) => this.progress("draw", done, total);
    this.outcome = replay(plan, this.frame, this.seed, ticketSeed, published, progress);
  }

  async checkClosing() {
    const record = readClosing(await this.bundle.bytes("closing.json"));
    checkClosing(record, this.plan, this.seed, this.outcome.result.sha256);
  }

  async checkClosingHash() {
    const record = readClosing(await this.bundle.bytes("closing.json"));
    need(closingHash(this.plan.alg, record) === this.summary.closing_hash, "closing_hash_mismatch");
  }

  // --- the log ---

  async checkLog() {
    const { bundle } = this;
    const log = await told(bundle, "log.json", readLog);
    this.key = this.logKey || (await told(bundle, "log.json", toldKey));
    const hasLog = bundle.has("log.json");
    if (this.logKey || hasLog || bundle.has("checkpoint") || bundle.has("earlier")) {
      await this.step("checkpoint", this.key !== null, () => this.checkCheckpoint());
    }
    // what cannot be read at all fails, whoever signed
    if (hasLog) await this.step("log", !log || this.ok("checkpoint"), async () => {
      this.log = readLog(await bundle.bytes("log.json"));
      checkIncluded(this.log, this.checkpoint);
    });
    if (bundle.has("earlier") || log?.consistency) {
      await this.step("consistency", this.ok("log"), () => checkGrowth(this.log, this.earlier, this.checkpoint));
    }
    if (hasLog) await this.step("order", this.ok("plan", "log"), () => this.checkOrder());
  }

  async checkCheckpoint() {
    const { bundle } = this;
    need(bundle.has("checkpoint") && bundle.has("log.json"), "checkpoint_missing");
    const key = readKey(this.key);
    this.checkpoint = readCheckpoint(await bundle.bytes("checkpoint"));
    checkSigned(this.checkpoint, key);
    if (!bundle.has("earlier")) return;
    this.earlier = readCheckpoint(await bundle.bytes("earlier"));
    checkSigned(this.earlier, key);
  }

  async checkOrder() {
    const { bundle } = this;
    const beacon = await bundle.bytes("beacon.json");
    const reveals = await told(bundle, "reveals.json", readReveals);
    need(reveals || !bundle.has("reveals.json"), "log_opening");
    checkOrder(this.log, this.plan, {
      reveals,
      beacon: beacon && readBeacon(beacon),
      closing: await bundle.bytes("closing.json"),
      campaign: await bundle.bytes("campaign.json"),
      earlier: this.earlier ?? null,
      draw: this.ok("draw") ? this.outcome.draw : null,
      outcome: ["result.csv", "cells.json"].some((name) => bundle.has(name)) || OUTCOME.some((key) => this.summary?.[key]),
    });
  }

  // --- the verdict ---

  report() {
    const failed = this.steps.find((step) => step.status === "failed");
    const skipped = this.steps.filter((step) => step.status === "skipped").length;
    const verdict = failed ? "failed" : skipped ? "partial" : "ok";
    const { outcome, plan } = this;
    const summary = plan ? { draw_id: plan.drawId, plan_hash: plan.hashHex } : {};
    if (outcome) {
      Object.assign(summary, { seed: hex(this.seed), D: outcome.draw.D, n: outcome.draw.n });
      Object.assign(summary, { result_sha256: outcome.result.sha256, cells_sha256: outcome.cells.sha256 });
    }
    return { verdict, failed: failed?.name ?? null, steps: this.steps, summary, chunks: outcome?.result.chunks ?? null };
  }
}

const OUTCOME = ["seed", "result_sha256", "cells_sha256"];
const SUMMARY = ["plan_hash", "seed", "result_sha256", "cells_sha256", "closing_hash"];

function readSummary(bytes) {
  const value = parse(bytes);
  const known = isObject(value) && "plan_hash" in value && Object.keys(value).every((key) => SUMMARY.includes(key));
  const hashes = known && Object.values(value).every((each) => isHex(each, 64));
  need(hashes && equal(canonical(value), bytes), "summary_malformed");
  return value;
}
