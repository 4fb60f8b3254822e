"""验证报告: the steps of a verification, by name and in order, and what each of them found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from solver.draw import DrawResult
from solver.errors import Cancelled, SolverError

T = TypeVar("T")
Status = Literal["ok", "failed", "skipped"]

#: 步骤: code -> what it says, in the order in which the report shows them (docs/transparency-log.md, part 5).
STEPS: dict[str, str] = {
    "plan": "抽取方案格式正确",
    "plan_hash": "方案摘要与公布的一致",
    "previous": "方案接续上一份结案记录",
    "frame": "名录快照格式正确",
    "register": "名录快照就是方案所载的名录",
    "reveals": "各方揭示与承诺一致",
    "sources": "公共随机源的结果真实，且就是方案指定的",
    "draw": "按方案重算抽取",
    "result": "抽取结果与公布的一致",
    "cells": "分层表与公布的一致",
    "closing": "结案记录与重算的一致",
    "closing_hash": "结案记录的摘要与公布的一致",
    "checkpoint": "公开日志的检查点由日志签名",
    "log": "本次抽取的日志条目都在公开日志中",
    "consistency": "公开日志只增不改",
    "order": "各事项按规定的先后登记",
}


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


class Recorder:
    """步骤记录: runs the checks of a verification one after the other and keeps what each of them found.

    ``faults``: by step, why a file that it reads could not be read; it fails with that.
    """

    def __init__(self, faults: Mapping[str, SolverError]) -> None:
        self.steps: list[Step] = []
        self._faults = faults

    def faulty(self, name: str) -> bool:
        return name in self._faults

    def step(self, name: str, possible: bool, check: Callable[[], None]) -> bool:
        """Run the check of a step, if its ground holds (``possible``); whether it agrees."""
        if not possible:
            self.steps.append(Step(name, "skipped"))
            return False
        try:
            if name in self._faults:
                raise self._faults[name]
            check()
        except Cancelled:
            raise
        except SolverError as error:
            self.steps.append(Step(name, "failed", error.code, error.message, tuple(error.params.items())))
            return False
        self.steps.append(Step(name, "ok"))
        return True


def given(value: T | None) -> T:
    """What a step stands on, and therefore is there."""
    if value is None:
        raise AssertionError("a step ran without its ground")
    return value
