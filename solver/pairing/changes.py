"""一处放宽: a rule that gives way, and its price, as the searches hand it on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

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
