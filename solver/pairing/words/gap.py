"""缺口: what cannot be met, as the planner is told. Where it comes from: `shortage` and `recusal`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from solver.pairing.words.rule import Rule
from solver.pairing.words.wording import recusal_sentence, seats_sentence, work_sentence

Kind = Literal["seats", "min_load", "recusal"]


@dataclass(frozen=True, slots=True)
class Shortage:
    """缺口: one connected piece of what cannot be met.

    ``kind`` ``seats``: the ``seats`` need ``needed`` people in all, ``short`` more than ``inspectors``,
    everyone eligible there, may give; ``limits`` are the rules that stand in the way. ``min_load``: the
    ``inspectors`` must make ``needed`` visits in all, ``short`` more than ``seats`` offer. ``recusal``:
    colleague recusals leave no lawful team; ``short`` is then only a lower bound.
    """

    kind: Kind
    seats: tuple[tuple[str, str], ...]
    inspectors: tuple[str, ...]
    needed: int
    short: int
    limits: tuple[Rule, ...] = ()

    @property
    def message(self) -> str:
        """The Chinese sentence for the planner."""
        if self.kind == "seats":
            return seats_sentence(self.seats, self.inspectors, self.needed, self.short, self.limits)
        if self.kind == "min_load":
            return work_sentence(self.seats, self.inspectors, self.needed, self.short)
        return recusal_sentence(self.seats, self.inspectors)

    def to_json(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "seats": [list(seat) for seat in self.seats],
            "inspectors": list(self.inspectors),
            "needed": self.needed,
            "short": self.short,
            "limits": [_rule_json(rule) for rule in self.limits],
            "message": self.message,
        }


def _rule_json(rule: Rule) -> dict[str, object]:
    shown: dict[str, object] = {"rule": rule.name, "inspector": rule.inspector, "limit": rule.limit}
    if rule.task is not None:
        shown["task"] = rule.task
    if rule.period is not None:
        shown["period"] = rule.period
    return shown
