// 抽查比例: the common denominator D and the numerator of each key (docs/draw-1.md, part 5).
// A key is a class letter, or in the mode pps the size of an entity.
import { need } from "./refusal.js";

const LIMIT = Number.MAX_SAFE_INTEGER + 1;

/** `{ D, a }`: probability of an entity with this key is exactly a.get(key) / D. `population`: Map key -> entities. */
export function scaleOf(plan, population) {
  const { mode, fields } = plan;
  if (mode === "pps") return proportional(fields.n, population, (size) => size);
  const table = mode === "rate" ? fields.rates : fields.weights;
  for (const cls of [...population.keys()].sort()) need(cls in table, "plan_class_without_rate", { cls });
  if (mode === "fixed") return proportional(fields.n, population, (cls) => table[cls]);
  const a = new Map([...population.keys()].map((cls) => [cls, Math.min(table[cls], fields.den)]));
  return { D: fields.den, a };
}

/** Largest value that n·w or Σ N·w may reach, as a float: above 2^53 the same arithmetic runs on BigInt. */
function isWide(n, population, weightOf) {
  let [sum, largest] = [0, 0];
  for (const [key, count] of population) {
    sum += count * weightOf(key);
    largest = Math.max(largest, weightOf(key));
  }
  return sum >= LIMIT / 2 || n * largest >= LIMIT / 2;
}

function proportional(n, population, weightOf) {
  let eligible = 0;
  for (const [key, count] of population) if (weightOf(key)) eligible += count;
  need(!n || eligible || !population.size, "plan_zero_weights", { n });
  need(n <= eligible, "plan_too_many", { n, eligible });
  const number = isWide(n, population, weightOf) ? BigInt : Number;
  const units = [...population].map(([key, count]) => ({
    key,
    count: number(count),
    weight: number(weightOf(key)),
    certain: false,
  }));
  let left = number(n);
  let total = number(0);
  for (const unit of units) total += unit.count * unit.weight;
  while (total) {
    const sure = units.filter((unit) => !unit.certain && left * unit.weight >= total);
    if (!sure.length) break;
    for (const unit of sure) {
      unit.certain = true;
      left -= unit.count;
      total -= unit.count * unit.weight;
    }
  }
  need(total < number(LIMIT), "plan_denominator");
  const D = Number(total) || 1;
  return { D, a: new Map(units.map((unit) => [unit.key, unit.certain ? D : Number(left * unit.weight)])) };
}
