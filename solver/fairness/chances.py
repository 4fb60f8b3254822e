"""公平性: exact inclusion probabilities of a plan for any grouping, and every start of its rounding.

Integers and fractions only, so that what is proven holds and is not merely near. No seed is needed: all of
it follows from the plan and the frame. Pairs: ``joint``; fixed-step selection: ``fixed_step``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise

from solver.frame import Frame
from solver.rates import Mode, scale_of

SEEDS = 2**256
"""No draw of draw/1 has more outcomes than it has seeds."""

Shape = tuple[int, int]
"""A cell as the rounding sees it: its number of entities ``N`` and its numerator ``a``."""


@dataclass(frozen=True, slots=True)
class Chances:
    """入样概率: the entity at place ``i`` of the frame is drawn with probability exactly ``a[i] / D``."""

    D: int
    a: Sequence[int]

    @property
    def expected(self) -> Fraction:
        """The expected number drawn."""
        return Fraction(sum(self.a), self.D)


@dataclass(frozen=True, slots=True)
class Group:
    """分组: ``n`` entities, how many of them are expected to be drawn, and with which probabilities."""

    label: str
    n: int
    expected: Fraction
    low: Fraction
    high: Fraction
    never: int
    """Entities with probability 0."""
    certain: int
    """Entities with probability 1."""

    @property
    def mean(self) -> Fraction:
        return self.expected / self.n


@dataclass(frozen=True, slots=True)
class Outcome:
    """取整结果: ``starts`` of the ``D`` starts of the rounding give these ``counts``, cell by cell."""

    starts: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rounding:
    """取整分布: over all ``D`` starts, each as likely as another.

    ``expected[c]`` is E[k_c]; ``marginals[c]`` gives each value of k_c its probability, ``total`` that of Σk.
    """

    D: int
    expected: tuple[Fraction, ...]
    marginals: tuple[Mapping[int, Fraction], ...]
    total: Mapping[int, Fraction]


def keys_of(frame: Frame) -> list[str]:
    """On what an entity's probability depends, line by line: its class letter, in mode pps its size."""
    return [entity.cls if entity.size is None else str(entity.size) for entity in frame]


def chances(mode: Mode, keys: Sequence[str]) -> Chances:
    """The exact probabilities of a frame with these ``keys_of``; ``PlanError`` as for the draw itself."""
    scale = scale_of(mode, Counter(keys))
    return Chances(scale.D, [scale.a[key] for key in keys])


def groups(given: Chances, labels: Iterable[str]) -> tuple[Group, ...]:
    """One group for each label, in the order of the labels' text; ``labels`` line by line as ``given.a``."""
    counted: dict[str, Counter[int]] = defaultdict(Counter)
    for (label, a), n in Counter(zip(labels, given.a, strict=True)).items():
        counted[label][a] += n
    return tuple(_group(label, counted[label], given.D) for label in sorted(counted))


def merged(label: str, parts: Sequence[Group]) -> Group:
    """Groups without common entities as one; at least one of them."""
    return Group(
        label=label,
        n=sum(part.n for part in parts),
        expected=sum((part.expected for part in parts), Fraction(0)),
        low=min(part.low for part in parts),
        high=max(part.high for part in parts),
        never=sum(part.never for part in parts),
        certain=sum(part.certain for part in parts),
    )


def _group(label: str, numerators: Counter[int], whole: int) -> Group:
    return Group(
        label=label,
        n=numerators.total(),
        expected=Fraction(sum(a * n for a, n in numerators.items()), whole),
        low=Fraction(min(numerators), whole),
        high=Fraction(max(numerators), whole),
        never=numerators[0],
        certain=numerators[whole],
    )


def outcomes(cells: Sequence[Shape], whole: int) -> Iterator[Outcome]:
    """Every start r of 0 … D − 1, those with the same counts together: at most one more than the cells.

    ``cells`` in key order; ``whole`` is D. ``⌊S_c / D⌋`` steps up at exactly one r, so that all D starts are
    told without going through them one by one.
    """
    sums = list(accumulate(n * a for n, a in cells))
    cuts = sorted({0, whole, *(-each % whole for each in sums)})
    for first, beyond in pairwise(cuts):
        passed = [0, *((first + each) // whole for each in sums)]
        yield Outcome(beyond - first, tuple(after - before for before, after in pairwise(passed)))


def over_every_start(cells: Sequence[Shape], whole: int) -> Rounding:
    """The exact distribution of the rounding for cells in this order."""
    starts: list[Counter[int]] = [Counter() for _ in cells]
    totals: Counter[int] = Counter()
    for outcome in outcomes(cells, whole):
        totals[sum(outcome.counts)] += outcome.starts
        for counter, k in zip(starts, outcome.counts, strict=True):
            counter[k] += outcome.starts
    return Rounding(
        D=whole,
        expected=tuple(Fraction(sum(k * n for k, n in each.items()), whole) for each in starts),
        marginals=tuple(_shares(each, whole) for each in starts),
        total=_shares(totals, whole),
    )


def _shares(counted: Counter[int], whole: int) -> dict[int, Fraction]:
    return {k: Fraction(counted[k], whole) for k in sorted(counted)}


def samples(cells: Sequence[Shape], counts: Sequence[int], most: int = SEEDS) -> int:
    """How many different lists one outcome of the rounding allows, or ``most`` if they are more.

    A lower bound of all possible lists: other starts and other orders of the cells allow others.
    """
    found = 1
    for (n, _), k in zip(cells, counts, strict=True):
        found *= _choices(n, k, most)
        if found >= most:
            return most
    return found


def power_of_ten(number: int) -> int:
    """The largest e with 10^e ≤ ``number`` (at least 1): how a very large number is told."""
    power = number.bit_length() * 3 // 10
    while 10 ** (power + 1) <= number:
        power += 1
    while 10**power > number:
        power -= 1
    return power


def _choices(n: int, k: int, most: int) -> int:
    """The smaller of C(n, k) and ``most``; C(n, i) only grows up to n / 2, so that it may stop on its way."""
    found = 1
    for i in range(1, min(k, n - k) + 1):
        found = found * (n - i + 1) // i
        if found >= most:
            return most
    return found
