"""核验结论: what a check says, step by step (docs/pair-1.md, section 9)."""

from __future__ import annotations

from dataclasses import dataclass

STEPS = (
    "problem",
    "table",
    "table_sha256",
    "sound",
    "tickets",
    "assignment",
    "assignment_sha256",
    "replay",
)


@dataclass(frozen=True, slots=True)
class Violation:
    """违反: ``rule`` is stable (seat_demand, not_eligible, twice_in_team, …), ``message`` for the reader.

    ``step`` is the step of verification that refuses it, one of `STEPS`.
    """

    rule: str
    message: str
    task: str | None = None
    inspector: str | None = None
    step: str = "assignment"


@dataclass(frozen=True, slots=True)
class Report:
    """核验结论: everything that is wrong, not just the first thing."""

    violations: tuple[Violation, ...]
    tasks: int
    rows: int
    replayed: bool

    @property
    def ok(self) -> bool:
        return not self.violations

    @property
    def failed(self) -> str | None:
        """The first step that fails, which is the cause of what fails after it."""
        broken = {violation.step for violation in self.violations}
        return next((step for step in STEPS if step in broken), None)

    def __str__(self) -> str:
        scope = f"检查任务 {self.tasks} 项、{self.rows} 人次{'，并已按种子重算' if self.replayed else ''}"
        if self.ok:
            return f"核验通过：{scope}，未发现违反规则之处。"
        lines = "\n".join(f"- {violation.message}" for violation in self.violations)
        return f"核验未通过：{scope}，发现 {len(self.violations)} 处问题：\n{lines}"
