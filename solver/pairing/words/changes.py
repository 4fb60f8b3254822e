"""一处放宽: a rule that gives way, as the searches hand it on and as the planner is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from solver.pairing.words.wording import suggestion_sentence

Kind = Literal["period_cap", "max_load", "min_load", "neighbour", "outside", "later"]
Price = Mapping[Kind, int]
"""Price of one unit of each kind."""


@dataclass(frozen=True, slots=True)
class Change:
    """A rule that gives way by ``amount``; by ``kind``, ``name`` is an inspector, row, seat or task."""

    kind: Kind
    name: tuple[str, ...]
    amount: int
    periods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """一条建议, of price ``cost``. By ``kind``:

    ``period_cap``, ``max_load`` 上限提高: the bound of ``inspector`` rises from ``before`` by ``amount``
    (``periods``: where it is needed). ``min_load`` 下限降低: it falls by ``amount``. ``neighbour`` 跨区域
    支援、补办证件: ``inspector`` may take ``seat`` of ``task``. ``outside`` 外援: ``amount`` people from
    elsewhere for the seat. ``later`` 延后: the whole task waits.
    """

    kind: Kind
    amount: int
    cost: int
    inspector: str | None = None
    before: int | None = None
    periods: tuple[str, ...] = ()
    task: str | None = None
    seat: str | None = None

    @property
    def message(self) -> str:
        """The Chinese sentence for the planner."""
        return suggestion_sentence(
            self.kind, self.amount, self.inspector or "", self.before or 0, self.periods, self.task, self.seat
        )

    def to_json(self) -> dict[str, object]:
        shown: dict[str, object] = {"kind": self.kind, "amount": self.amount, "cost": self.cost}
        if self.inspector is not None:
            shown["inspector"] = self.inspector
        if self.before is not None:
            shown["before"] = self.before
        if self.periods:
            shown["periods"] = list(self.periods)
        if self.task is not None:
            shown["task"] = self.task
        if self.seat is not None:
            shown["seat"] = self.seat
        return shown | {"message": self.message}
