"""规则: a bound that stands in the way, as it is told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule an inner arc stands for: ``one_seat``, ``period_cap`` or (at the inspector) ``max_load``."""

    name: str
    inspector: str
    limit: int
    task: str | None = None
    period: str | None = None
