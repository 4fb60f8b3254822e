"""验证: replay a published draw and say, step by step, what agrees and what does not (draw/1, part 4)."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from solver import seed as seeds
from solver.canonical import ALGS, Alg, parse
from solver.closing import Void, close, closing_hash, parse_closing
from solver.draw import DrawResult, check_frame, draw, live_seed
from solver.errors import FrameError, ResultMismatch, RevealError, SolverError
from solver.frame import Frame
from solver.plan import Plan
from solver.progress import Cancelled, Progress

T = TypeVar("T")
Status = Literal["ok", "failed", "skipped"]

#: 步骤: code -> what it says, in the order in which the report shows them.
STEPS: dict[str, str] = {
    "plan": "抽取方案格式正确",
    "plan_hash": "方案摘要与公布的一致",
    "previous": "方案接续上一份结案记录",
    "frame": "名录快照格式正确",
    "register": "名录快照就是方案所载的名录",
    "reveals": "各方揭示与承诺一致",
    "draw": "按方案重算抽取",
    "result": "抽取结果与公布的一致",
    "cells": "分层表与公布的一致",
    "closing": "结案记录与重算的一致",
    "closing_hash": "结案记录的摘要与公布的一致",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """证据: what was published of one draw. ``reveals`` is ``None`` while a sealed draw is not opened.

    ``frame`` may be gzip-compressed. What is ``None`` was not published, and its step is left out.
    """

    plan: bytes
    frame: bytes
    reveals: Sequence[bytes] | None
    plan_hash: str | None = None
    result: bytes | None = None
    result_sha256: str | None = None
    cells_sha256: str | None = None
    closing: bytes | None = None
    closing_hash: str | None = None
    previous_closing: bytes | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """验证步骤: one named check; a failed one carries the code, parameters and sentence of its error."""

    name: str
    status: Status
    code: str = ""
    message: str = ""
    params: tuple[tuple[str, object], ...] = ()

    @property
    def title(self) -> str:
        return STEPS[self.name]


@dataclass(frozen=True, slots=True)
class Report:
    """验证报告: every step in order, and the replayed result if the replay went through."""

    steps: tuple[Step, ...]
    result: DrawResult | None

    @property
    def ok(self) -> bool:
        """Whether every step agrees; a skipped step is no agreement."""
        return all(step.status == "ok" for step in self.steps)

    @property
    def failed(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.status == "failed")

    def step(self, name: str) -> Step:
        return next(step for step in self.steps if step.name == name)


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


def parse_reveals(text: bytes | str) -> list[bytes]:
    """揭示文件: the JSON list of hex strings in plan order ("" for a missing one)."""
    value = parse(text)
    if not isinstance(value, list):
        raise RevealError.of("reveal_not_hex")
    return [_from_hex(item) for item in value]


def _from_hex(item: object) -> bytes:
    # `bytes.fromhex` would let blanks through; a reveal has one spelling only
    if isinstance(item, str) and len(item) % 2 == 0 and set(item) <= set("0123456789abcdef"):
        return bytes.fromhex(item)
    raise RevealError.of("reveal_not_hex")


def plain(data: bytes) -> bytes:
    """The bytes of a frame file, unpacked if it is gzip."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise FrameError.of("frame_gzip") from error


def verify(evidence: Evidence, progress: Progress | None = None) -> Report:
    """验证: run every check that the evidence allows; never raises but for ``Cancelled``.

    A step whose ground has failed, or is still sealed, is ``skipped``, so the first failure is the cause.
    """
    return _Checks(evidence, progress).run()


class _Checks:
    """The steps of one verification, filled in order."""

    def __init__(self, evidence: Evidence, progress: Progress | None) -> None:
        self.evidence = evidence
        self.progress = progress
        self.steps: list[Step] = []
        self.plan: Plan | None = None
        self.frame: Frame | None = None
        self.registered = False
        self.result: DrawResult | None = None

    def run(self) -> Report:
        e = self.evidence
        self._step("plan", True, self._plan)
        if e.plan_hash is not None:
            self._step("plan_hash", self.plan is not None, self._plan_hash)
        if e.previous_closing is not None:
            self._step("previous", self.plan is not None, self._previous)
        self._step("frame", True, self._frame)
        self._step("register", self.plan is not None and self.frame is not None, self._register)
        opened = self.plan is not None and e.reveals is not None
        revealed = self._step("reveals", opened, self._reveals)
        self._step("draw", revealed and self.registered, self._draw)
        drawn = self.result is not None
        if e.result is not None or e.result_sha256 is not None:
            self._step("result", drawn, self._result)
        if e.cells_sha256 is not None:
            self._step("cells", drawn, self._cells)
        if e.closing is not None:
            self._step("closing", drawn, self._closing)
            if e.closing_hash is not None:
                self._step("closing_hash", self.plan is not None, self._closing_hash)
        return Report(tuple(self.steps), self.result)

    def _step(self, name: str, possible: bool, check: Callable[[], None]) -> bool:
        if not possible:
            self.steps.append(Step(name, "skipped"))
            return False
        try:
            check()
        except Cancelled:
            raise
        except SolverError as error:
            self.steps.append(Step(name, "failed", error.code, error.message, tuple(error.params.items())))
            return False
        self.steps.append(Step(name, "ok"))
        return True

    def _plan(self) -> None:
        self.plan = Plan.parse(self.evidence.plan)

    def _plan_hash(self) -> None:
        if _given(self.plan).plan_hash != self.evidence.plan_hash:
            raise ResultMismatch.of("plan_hash_mismatch")

    def _previous(self) -> None:
        record = parse_closing(_given(self.evidence.previous_closing)).record
        # the previous draw may have used the other digest
        if _given(self.plan).prev not in {closing_hash(record, alg) for alg in ALGS}:
            raise ResultMismatch.of("prev_mismatch")

    def _frame(self) -> None:
        self.frame = Frame.parse(plain(self.evidence.frame))

    def _register(self) -> None:
        check_frame(_given(self.plan), _given(self.frame), self.progress)
        self.registered = True

    def _reveals(self) -> None:
        live_seed(_given(self.plan), _given(self.evidence.reveals))

    def _draw(self) -> None:
        self.result = draw(
            _given(self.plan), _given(self.frame), _given(self.evidence.reveals), self.progress
        )

    def _result(self) -> None:
        e, result = self.evidence, _given(self.result)
        if e.result is not None and e.result != result.result_bytes:
            raise ResultMismatch.of("result_mismatch")
        if e.result_sha256 is not None and e.result_sha256 != result.result_sha256:
            raise ResultMismatch.of("result_mismatch")

    def _cells(self) -> None:
        if self.evidence.cells_sha256 != _given(self.result).cells_sha256:
            raise ResultMismatch.of("cells_mismatch")

    def _closing(self) -> None:
        published = parse_closing(_given(self.evidence.closing))
        if isinstance(published, Void):
            raise ResultMismatch.of("closing_void", reason=published.reason)
        replayed = close(_given(self.result))
        for key in ("draw_id", "plan_hash", "seed_commit", "result_sha256"):
            if getattr(published, key) != getattr(replayed, key):
                raise ResultMismatch.of("closing_mismatch", key=key)

    def _closing_hash(self) -> None:
        record = parse_closing(_given(self.evidence.closing)).record
        if closing_hash(record, _given(self.plan).alg) != self.evidence.closing_hash:
            raise ResultMismatch.of("closing_hash_mismatch")


def _given(value: T | None) -> T:
    if value is None:
        raise AssertionError("a step ran without its ground")
    return value
