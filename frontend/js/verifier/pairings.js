// 匹配的登记: the table of chances is fixed before anybody can know the seed (docs/pair-1.md, part 8).
import { need } from "./refusal.js";

/** At which stage each kind may come: 0 before the table, 1 after it, 2 after the teams. */
const STAGES = { pairing: 0, pairing_reveal: 1, pairing_missing: 1, assignment: 1, reassignment: 2 };
const ONCE = ["pairing", "assignment"];

export const isOfPairing = ({ kind }) => Object.hasOwn(STAGES, kind);

/**
 * Table, then one second secret (or its absence) for each party that the table's entry waits for, then the teams, once;
 * reassignments afterwards, numbered from 1.
 */
export function checkPairing(entries) {
  const handed = entries.filter(({ kind }) => kind === "reveal").map(({ position }) => position);
  const waiting = new Set();
  let [stage, number] = [0, 0];
  for (const entry of entries.filter(isOfPairing)) {
    const { kind, index, position } = entry;
    need(!ONCE.includes(kind) || STAGES[kind] >= stage, "log_twice", { index, kind });
    need(STAGES[kind] === stage, "log_sequence", { index, kind });
    if (kind === "pairing") {
      const rising = entry.second.every((each, i) => i === 0 || entry.second[i - 1] < each);
      need(rising && entry.second.every((each) => handed.includes(each)), "log_position", { index, kind });
      entry.second.forEach((each) => waiting.add(each));
      stage = 1;
    } else if (kind === "assignment") {
      for (const each of waiting) need(false, "log_second", { position: each + 1 });
      stage = 2;
    } else if (kind === "reassignment") {
      number += 1;
      need(entry.number === number, "log_number", { index, number });
    } else {
      need(waiting.delete(position), "log_position", { index, kind });
    }
  }
}
