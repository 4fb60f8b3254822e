// 抽取: order, rounding and selection (docs/draw-1.md, part 6), on flat arrays.
import { ascii, compare, hex } from "./bytes.js";
import { digest, tag } from "./digest.js";
import { Lines } from "./lines.js";
import { scaleOf } from "./rates.js";
import { Refusal } from "./refusal.js";
import { Tickets } from "./seed.js";

const REPORT = 1 << 15;

/** The first 52 bits of a ticket as a number: orders all but one pair in 2^52; the rest is compared whole. */
const keyOf = (words) => (words[0] >>> 0) * 0x100000 + (words[1] >>> 12);

/** The replayed draw; tells of every cell and of every entity. */
export class Replay {
  /** `seed` is the plan's own, `ticketSeed` that of its campaign or the same. */
  constructor(plan, frame, seed, ticketSeed) {
    this.plan = plan;
    this.frame = frame;
    this.seed = seed;
    this.tickets = new Tickets(plan.alg, ticketSeed, frame.width || 18);
    const { D, a } = scaleOf(plan, this.population());
    this.D = D;
    this.a = a;
    this.n = 0;
  }

  /** Entities by key: class letter, or size. */
  population() {
    const { frame, plan } = this;
    const found = new Map();
    const add = (key, count) => found.set(key, (found.get(key) ?? 0) + count);
    if (plan.sized) for (let i = 0; i < frame.n; i++) add(frame.sizes[i], 1);
    else for (let cell = 0; cell < frame.cells.size; cell++) add(this.classOf(cell), frame.cells.counts[cell]);
    return found;
  }

  classOf(cell) {
    return String.fromCharCode(this.frame.cells.bytes[this.frame.cells.starts[cell + 1] - 1]);
  }

  /** Draws; `result` and `table` are the `Lines` that take the result and the cell table. */
  run(result, table, progress) {
    this.result = result;
    this.table = table;
    this.rounding = this.roundingStart();
    table.write("[");
    if (this.plan.sized) this.drawBySize(progress);
    else this.drawByCell(progress);
    table.write("]");
  }

  /** Steps over the key order: how many whole multiples of D the next `count` entities of numerator `a` pass. */
  roundingStart() {
    const wide = (this.frame.n + 1) * this.D >= Number.MAX_SAFE_INTEGER;
    const number = wide ? BigInt : Number;
    const D = number(this.D);
    const start = BigInt(`0x${hex(digest(this.plan.alg, tag("round"), this.seed))}`) % BigInt(this.D);
    let rest = number(start); // S modulo D
    return (count, a) => {
      rest += number(count) * number(a);
      const over = rest % D;
      const k = (rest - over) / D;
      rest = over;
      return Number(k);
    };
  }

  // --- rate and fixed: cells of many entities ---

  drawByCell(progress) {
    const { frame } = this;
    const { counts, size } = frame.cells;
    const starts = new Uint32Array(size + 1);
    for (let cell = 0; cell < size; cell++) starts[cell + 1] = starts[cell] + counts[cell];
    const next = starts.slice();
    const members = new Uint32Array(frame.n);
    const keys = new Float64Array(frame.n);
    for (let i = 0; i < frame.n; i++) {
      if (i % REPORT === 0) progress(i, frame.n);
      const at = next[frame.cellOf[i]]++;
      members[at] = i;
      keys[at] = keyOf(this.tickets.words(frame.ids, i * frame.width));
    }
    this.cellRows = new Array(size);
    Object.assign(this, { members, starts });
    this.cellOrder().forEach((cell, place) => {
      const range = [starts[cell], starts[cell + 1]];
      this.drawCell(cell, members.subarray(...range), keys.subarray(...range), place > 0);
    });
  }

  drawCell(cell, members, keys, later) {
    const name = this.frame.cells.name(cell);
    const a = this.a.get(this.classOf(cell));
    const k = this.rounding(members.length, a);
    const { order, tickets } = k ? this.smallest(members, keys, k) : { order: [], tickets: null };
    let threshold = "";
    for (const at of order) {
      threshold = hex(tickets.subarray(at * 32, at * 32 + 32));
      this.result.write(`${this.frame.id(this.candidates[at])},${name},${threshold}\n`);
    }
    this.n += k;
    this.cellRows[cell] = { cell: name, N: members.length, a, k, threshold };
    this.table.write(`${later ? "," : ""}["${name}",${members.length},${a},${k},"${threshold}"]`);
  }

  /** The k entities with the smallest tickets, in their order. */
  smallest(members, keys, k) {
    const limit = k === keys.length ? Infinity : keys.slice().sort()[k - 1];
    const chosen = [];
    for (let at = 0; at < keys.length; at++) if (keys[at] <= limit) chosen.push(at);
    const { frame } = this;
    this.candidates = Uint32Array.from(chosen, (at) => members[at]);
    const tickets = new Uint8Array(chosen.length * 32);
    this.candidates.forEach((i, at) => tickets.set(this.tickets.bytes(frame.ids, i * frame.width), at * 32));
    const ticket = (at) => tickets.subarray(at * 32, at * 32 + 32);
    const order = Uint32Array.from(chosen.keys());
    // entities are in the order of their ids, which breaks ties
    order.sort((x, y) => keys[chosen[x]] - keys[chosen[y]] || compare(ticket(x), ticket(y)) || x - y);
    return { order: order.subarray(0, k), tickets };
  }

  /** Cells in key order: a county stays together, and every industry within it. */
  cellOrder() {
    const { plan, seed, frame } = this;
    const marks = new Map();
    const mark = (prefix) => {
      let found = marks.get(prefix);
      if (!found) marks.set(prefix, (found = hex(digest(plan.alg, tag("cell"), seed, ascii(prefix)))));
      return found;
    };
    const places = Array.from({ length: frame.cells.size }, (_, cell) => {
      const parts = frame.cells.name(cell).split("/");
      return parts.map((_, i) => mark(parts.slice(0, i + 1).join("/")));
    });
    return [...places.keys()].sort((x, y) => comparePlaces(places[x], places[y]));
  }

  /** The number of a cell, or -1; in the mode pps cells have no reserve and are not numbered. */
  numberOf(name) {
    return (this.cellRows ?? []).findIndex((row) => row.cell === name);
  }

  cellRow(name) {
    return this.cellRows?.[this.numberOf(name)] ?? null;
  }

  /** The first `count` entities of a cell by ticket, drawn and reserve, as `{ id, ticket }`; null for no cell. */
  firstOf(name, count) {
    const cell = this.numberOf(name);
    if (cell < 0) return null;
    const { frame } = this;
    const members = this.members.subarray(this.starts[cell], this.starts[cell + 1]);
    const keys = Float64Array.from(members, (i) => keyOf(this.tickets.words(frame.ids, i * frame.width)));
    const { order, tickets } = this.smallest(members, keys, Math.min(count, members.length));
    return Array.from(order, (at) => {
      return { id: frame.id(this.candidates[at]), ticket: hex(tickets.subarray(at * 32, at * 32 + 32)) };
    });
  }

  // --- pps: every entity its own cell, in the order of the tickets ---

  drawBySize(progress) {
    const { frame, tickets } = this;
    const keys = new Float64Array(frame.n);
    for (let i = 0; i < frame.n; i++) {
      if (i % REPORT === 0) progress(i, frame.n);
      keys[i] = keyOf(tickets.words(frame.ids, i * frame.width));
    }
    const whole = (i) => tickets.bytes(frame.ids, i * frame.width);
    const order = Uint32Array.from({ length: frame.n }, (_, i) => i);
    order.sort((x, y) => keys[x] - keys[y] || compare(whole(x), whole(y)) || x - y);
    this.drawn = new Uint8Array(frame.n);
    let separator = "";
    for (const i of order) {
      const id = frame.id(i);
      const a = this.a.get(frame.sizes[i]);
      const k = this.rounding(1, a);
      const threshold = k ? hex(whole(i)) : "";
      if (k) this.result.write(`${id},${id},${threshold}\n`);
      this.table.write(`${separator}["${id}",1,${a},${k},"${threshold}"]`);
      separator = ",";
      this.drawn[i] = k;
      this.n += k;
    }
  }

  // --- one entity ---

  /** 单户核对: what the draw says of one entity of the frame. */
  entity(id) {
    const { frame } = this;
    const index = frame.find(id);
    if (index < 0) throw new Refusal("frame_no_entity", { id });
    const ticket = hex(this.tickets.bytes(frame.ids, index * frame.width));
    const row = this.plan.sized ? this.sizedRow(index, ticket) : this.cellRows[frame.cellOf[index]];
    const cls = this.classOf(frame.cellOf[index]);
    const drawn = row.threshold !== "" && ticket <= row.threshold;
    return { ...row, id, line: frame.lineOf(index), number: index + 1, cls, ticket, D: this.D, drawn };
  }

  sizedRow(index, ticket) {
    const k = this.drawn[index];
    return { cell: this.frame.id(index), N: 1, a: this.a.get(this.frame.sizes[index]), k, threshold: k ? ticket : "" };
  }
}

function comparePlaces(x, y) {
  const shared = Math.min(x.length, y.length);
  for (let i = 0; i < shared; i++) if (x[i] !== y[i]) return x[i] < y[i] ? -1 : 1;
  return x.length - y.length;
}

/** 抽取: the replay with its result and cell table compared with what was published. */
export function replay(plan, frame, seed, ticketSeed, published, progress) {
  const draw = new Replay(plan, frame, seed, ticketSeed);
  const result = new Lines(published.result, true);
  const table = new Lines(published.cells, false);
  draw.run(result, table, progress);
  return { draw, result: result.end(), cells: table.end() };
}
