"""建议: the cheapest changes that let a problem without lawful assignment be met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from solver.pairing.wording import suggestion_sentence

Kind = Literal["period_cap", "max_load", "min_load", "neighbour", "outside", "later"]
COST: dict[Kind, int] = {
    "period_cap": 1,
    "min_load": 1,
    "max_load": 2,
    "neighbour": 3,
    "outside": 10,
    "later": 30,
}
"""Price of one unit of each kind: the less a change disturbs, the cheaper it is."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """一条建议, of price ``cost``. By ``kind``:

    ``period_cap``, ``max_load`` 上限提高: ``inspector``'s bound from ``before`` up by ``amount`` (``periods``:
    where it is needed); ``min_load`` 下限降低: down by ``amount``; ``neighbour`` 跨区域或补办证件: ``inspector``
    may take ``seat`` of ``task``; ``outside`` 外援: ``amount`` people from elsewhere for the seat; ``later`` 延后:
    the whole task.
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
        return suggestion_sentence(self)

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
