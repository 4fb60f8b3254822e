"""等距抽样: fixed-step selection as common platforms do it, described exactly, for comparison with draw/1.

The list of N rows is sorted (by registering office), one random start is drawn, and every ``step``-th row
from there on is taken until n are found, with step = ⌊N / n⌋. So there are but ``step`` possible samples, the
rows beyond n·step can never be drawn, and one drawn row, with the list, betrays all others. That is how the
published code of a provincial platform (Zhejiang, 2016 and 2017) draws, and why draw/1 exists. Nothing here
knows of entities: any list is described by its length alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from solver.fairness.chances import Chances

Kind = Literal["floor", "ceil", "skip"]
"""``floor``: step = ⌊N/n⌋; ``ceil``: step = ⌈N/n⌉, which may find fewer than n; ``skip``: above one half the
rows that are *not* wanted are picked by ⌊N/(N−n)⌋ and left out."""


@dataclass(frozen=True, slots=True)
class FixedStep:
    """等距抽样: ``wanted`` of ``rows`` rows (0 ≤ wanted ≤ rows), with one random start out of ``step``."""

    rows: int
    wanted: int
    kind: Kind = "floor"

    def __post_init__(self) -> None:
        if not 0 <= self.wanted <= self.rows:
            raise ValueError(f"{self.wanted} of {self.rows} rows cannot be drawn")

    @property
    def picked(self) -> int:
        """How many rows are picked one after the other: those wanted, or those left out."""
        return self.rows - self.wanted if self.kind == "skip" else self.wanted

    @property
    def step(self) -> int:
        """The distance of two picked rows; 1 where nothing is picked."""
        if not self.picked:
            return 1
        return -(-self.rows // self.picked) if self.kind == "ceil" else self.rows // self.picked

    def sample(self, start: int) -> range | list[int]:
        """The rows (from 0) drawn from ``start`` (0 ≤ start < step)."""
        picked = range(start, self.rows, self.step)[: self.picked]
        if self.kind != "skip":
            return picked
        left_out = set(picked)
        return [row for row in range(self.rows) if row not in left_out]

    def samples(self) -> Iterator[range | list[int]]:
        """Every sample there can be."""
        return map(self.sample, range(self.step))

    @property
    def distinct_samples(self) -> int:
        return self.step

    @property
    def reachable(self) -> int:
        """The first so many rows can be picked, each with probability 1 / step; those after them never."""
        return min(self.rows, self.picked * self.step)

    def probability(self, row: int) -> Fraction:
        """The exact inclusion probability of a row (from 0), over all starts."""
        picked = Fraction(int(row < self.reachable), self.step)
        return 1 - picked if self.kind == "skip" else picked

    @property
    def chances(self) -> Chances:
        """The probabilities of all rows, in their order, for ``solver.fairness.chances.groups``."""
        inside, outside = (int(self.probability(row) * self.step) for row in (0, self.rows))
        return Chances(self.step, [inside] * self.reachable + [outside] * (self.rows - self.reachable))

    @property
    def never(self) -> int:
        """Rows that no start draws."""
        return sum(1 for a in self.chances.a if a == 0)

    @property
    def always(self) -> int:
        """Rows that every start draws."""
        return sum(1 for a in self.chances.a if a == self.step)

    @property
    def expected(self) -> Fraction:
        """The expected number drawn: ``wanted``, but in the kind ``ceil``, which falls short."""
        return self.chances.expected

    def betrayed(self, row: int) -> int:
        """How many other drawn rows are known for certain to whoever learns that ``row`` was drawn."""
        containing = [set(sample) for sample in self.samples() if row in sample]
        return max(len(set.intersection(*containing)) - 1, 0) if containing else 0


def as_platforms_do(rows: int, wanted: int) -> FixedStep:
    """The kind in use: rows are picked up to one half, and left out above it."""
    return FixedStep(rows, wanted, "skip" if 2 * wanted > rows else "floor")


def inclusion_over_starts(drawn: Iterable[Iterable[int]]) -> Counter[int]:
    """Row → in how many of the given samples it is: the probabilities of any method by plain counting."""
    return Counter(row for sample in drawn for row in sample)
