// 公共随机源: each reveal of a public source is what that source published.
import { text } from "./bytes.js";
import { checkBeacon, readBeacon } from "./beacon.js";
import { need } from "./refusal.js";

const NUMBERS = /^[0-9]{1,9}(-[0-9]{1,9}){0,63}$/;

/** `beaconFile`: bytes of `beacon.json` or null; `log`: the entries read, or null. */
export function checkSources(plan, reveals, beaconFile, log) {
  need(plan.beacon || !beaconFile, "source_unnamed");
  if (plan.beacon) {
    need(beaconFile, "source_missing");
    checkBeacon(readBeacon(beaconFile), plan.beacon, reveals[plan.publicPositions[0]], plan.publicPositions[0] + 1);
  }
  plan.lottery.forEach(({ game, issue }, i) => {
    const position = plan.publicPositions[i + (plan.beacon ? 1 : 0)];
    const head = `${game},${issue},`;
    const reveal = text(reveals[position]);
    const good = reveal.startsWith(head) && NUMBERS.test(reveal.slice(head.length));
    const logged = (log?.entries ?? []).filter(({ entry }) => isLottery(entry, plan, position));
    const agrees = logged.every(({ entry }) => entry.game === game && entry.issue === issue && head + entry.result === reveal && typeof entry.result === "string");
    need(good && agrees, "lottery_mismatch", { position: position + 1, game, issue });
  });
}

const isLottery = (entry, plan, position) =>
  entry.kind === "lottery" && entry.draw_id === plan.drawId && entry.position === position;
