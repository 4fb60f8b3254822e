"""验证: replay a published draw and say, step by step, what agrees and what does not.

The steps, their order and on what each of them stands: docs/transparency-log.md, part 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from solver import seed as seeds
from solver.beacon import CHAINS, Chain, parse_answer
from solver.campaign import Campaign
from solver.canonical import ALGS, Alg
from solver.closing import Void, close, closing_hash, parse_closing
from solver.draw import DrawResult, check_frame, draw, live_seed
from solver.errors import CampaignError, LogError, ResultMismatch, SourceError
from solver.evidence import Evidence as Evidence
from solver.evidence import parse_reveals as parse_reveals
from solver.evidence import plain as plain
from solver.frame import Frame
from solver.log.checkpoint import VerifierKey
from solver.log.checks import LogChecks
from solver.log.file import Logged, parse_log
from solver.own_line import check_own_line as check_own_line
from solver.plan import NO_PREVIOUS, Plan
from solver.progress import Progress
from solver.report import STEPS as STEPS
from solver.report import Recorder, given
from solver.report import Report as Report
from solver.report import Status as Status
from solver.report import Step as Step
from solver.sources import check_beacon, check_lottery


@dataclass(frozen=True, slots=True)
class EntityCheck:
    """单户核对: the ticket of one entity against the threshold of its cell."""

    id: str
    ticket: str
    threshold: str
    drawn: bool


def check_entity(seed: bytes, entity_id: str, threshold: str, alg: Alg = "sha256") -> EntityCheck:
    """单户核对: drawn exactly when the ticket is at most the threshold ("" = nobody of the cell)."""
    ticket = seeds.ticket(seed, entity_id, alg).hex()
    return EntityCheck(entity_id, ticket, threshold, bool(threshold) and ticket <= threshold)


def verify(
    evidence: Evidence,
    progress: Progress | None = None,
    log_key: VerifierKey | None = None,
    chains: Mapping[str, Chain] = CHAINS,
    witnesses: Sequence[VerifierKey] = (),
) -> Report:
    """验证: run every check that the evidence allows; never raises but for ``Cancelled``.

    A step whose ground has failed, or is still sealed, is ``skipped``, so the first failure is the cause.
    ``log_key``: the key of the log as the reader knows it, without which the bundle's own is believed;
    ``chains``: the beacons that are known; ``witnesses``: who has to have cosigned the checkpoint.
    """
    replay = _Replay(evidence, progress, chains)
    replay.run()
    LogChecks(replay.record, evidence, replay.plan, replay.result, log_key, chains, witnesses).run()
    return Report(tuple(replay.record.steps), replay.result)


class _Replay:
    """The steps from the plan to the closing record, filled in order."""

    def __init__(self, evidence: Evidence, progress: Progress | None, chains: Mapping[str, Chain]) -> None:
        self.evidence, self.progress, self.chains = evidence, progress, chains
        self.record = Recorder(evidence.faults or {})
        self.plan: Plan | None = None
        self.frame: Frame | None = None
        self.result: DrawResult | None = None

    def run(self) -> None:
        e, step = self.evidence, self.record.step
        planned = step("plan", True, self._plan)
        if e.plan_hash is not None or self.record.faulty("plan_hash"):
            step("plan_hash", planned, self._plan_hash)
        step("previous", planned, self._previous)
        framed = step("frame", True, self._frame)
        ready = step("register", planned and framed, self._register)
        opened = e.reveals is not None or self.record.faulty("reveals")
        revealed = step("reveals", planned and opened, self._reveals)
        if e.beacon is not None or (self.plan and self.plan.public_positions):
            revealed = step("sources", revealed, self._sources)
        drawn = step("draw", ready and revealed, self._draw)
        if e.result is not None or e.result_sha256 is not None:
            step("result", drawn, self._result)
        if e.cells is not None or e.cells_sha256 is not None:
            step("cells", drawn, self._cells)
        if e.closing is not None:
            step("closing", drawn, self._closing)
            if e.closing_hash is not None:
                step("closing_hash", planned, self._closing_hash)

    def _plan(self) -> None:
        self.plan = Plan.parse(self.evidence.plan)

    def _plan_hash(self) -> None:
        if given(self.plan).plan_hash != self.evidence.plan_hash:
            raise ResultMismatch.of("plan_hash_mismatch")

    def _previous(self) -> None:
        previous, prev = self.evidence.previous_closing, given(self.plan).prev
        if previous is None:
            if prev != NO_PREVIOUS:
                raise ResultMismatch.of("prev_mismatch")
            return
        record = parse_closing(previous).record
        # the previous draw may have used the other digest
        if prev not in {closing_hash(record, alg) for alg in ALGS}:
            raise ResultMismatch.of("prev_mismatch")

    def _frame(self) -> None:
        self.frame = Frame.parse(plain(self.evidence.frame))

    def _register(self) -> None:
        check_frame(given(self.plan), given(self.frame), self.progress)

    def _reveals(self) -> None:
        live_seed(given(self.plan), given(self.evidence.reveals))

    def _sources(self) -> None:
        plan, reveals = given(self.plan), given(self.evidence.reveals)
        positions = list(plan.public_positions)
        if not plan.beacon and self.evidence.beacon is not None:
            raise SourceError.of("source_unnamed")
        if plan.beacon:
            position = positions.pop(0)
            if self.evidence.beacon is None:
                raise SourceError.of("source_missing")
            answer = parse_answer(self.evidence.beacon)
            check_beacon(plan.beacon, position + 1, reveals[position], answer, self.chains)
        for lottery, position in zip(plan.lottery, positions, strict=True):
            for told in [None, *self._typed(plan, position)]:
                check_lottery(lottery, position + 1, reveals[position], told)

    def _typed(self, plan: Plan, position: int) -> list[str]:
        """What the log says of a lottery, as ``game,issue,result``; empty where it is no text."""
        found = [
            logged.entry
            for logged in self._logged()
            if (logged.entry.get("kind"), logged.entry.get("draw_id")) == ("lottery", plan.draw_id)
            and logged.entry.get("position") == position
        ]
        told = [[entry.get(key) for key in ("game", "issue", "result")] for entry in found]
        return [",".join(parts) if all(isinstance(part, str) for part in parts) else "" for parts in told]

    def _logged(self) -> tuple[Logged, ...]:
        try:
            return parse_log(self.evidence.log).entries if self.evidence.log is not None else ()
        except LogError:  # for the step that reads the log to say
            return ()

    def _draw(self) -> None:
        e, campaign = self.evidence, None
        if e.campaign is not None:
            campaign = Campaign.parse(e.campaign)
            if campaign.record != e.campaign:
                raise CampaignError.of("campaign_malformed")
        result = draw(given(self.plan), given(self.frame), given(e.reveals), self.progress, campaign=campaign)
        if e.seed is not None and e.seed != result.seed.hex():
            raise ResultMismatch.of("seed_mismatch")
        self.result = result

    def _result(self) -> None:
        e, result = self.evidence, given(self.result)
        if e.result is not None and e.result != result.result_bytes:
            raise ResultMismatch.of("result_mismatch")
        if e.result_sha256 is not None and e.result_sha256 != result.result_sha256:
            raise ResultMismatch.of("result_mismatch")

    def _cells(self) -> None:
        e, result = self.evidence, given(self.result)
        if e.cells is not None and e.cells != result.cells_bytes:
            raise ResultMismatch.of("cells_mismatch")
        if e.cells_sha256 is not None and e.cells_sha256 != result.cells_sha256:
            raise ResultMismatch.of("cells_mismatch")

    def _closing(self) -> None:
        published = parse_closing(given(self.evidence.closing))
        if isinstance(published, Void):
            raise ResultMismatch.of("closing_void", reason=published.reason)
        replayed = close(given(self.result))
        for key in ("draw_id", "plan_hash", "seed_commit", "result_sha256"):
            if getattr(published, key) != getattr(replayed, key):
                raise ResultMismatch.of("closing_mismatch", key=key)

    def _closing_hash(self) -> None:
        record = parse_closing(given(self.evidence.closing)).record
        if closing_hash(record, given(self.plan).alg) != self.evidence.closing_hash:
            raise ResultMismatch.of("closing_hash_mismatch")
