"""抽查比例: the exact integer inclusion probabilities of each mode, and their preview.

Every cell has an integer numerator ``a`` over one common denominator ``D``; each entity of the cell is drawn
with probability exactly ``a / D``. A numerator depends only on the *key* of the cell: its class letter in the
modes rate and fixed, the size of the entity (decimal text) in the mode pps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import islice, takewhile

from solver.canonical import LIMIT
from solver.errors import PlanError


@dataclass(frozen=True, slots=True)
class RateMode:
    """按比例抽取: each class has its own rate ``rates[class] / den``; a rate above 1 counts as 1."""

    den: int
    rates: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FixedMode:
    """按定额抽取: exactly ``n`` entities, an entity's probability proportional to its class weight."""

    n: int
    weights: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PpsMode:
    """按规模抽取: exactly ``n`` entities, an entity's probability proportional to its own size."""

    n: int


Mode = RateMode | FixedMode | PpsMode


@dataclass(frozen=True, slots=True)
class Scale:
    """分母与分子: the common denominator ``D`` and the numerator ``a[key]`` of each key."""

    D: int
    a: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CellPreview:
    """分层预览: ``N`` entities, each drawn with exactly ``probability``; ``expected`` = N x probability."""

    cell: str
    N: int
    probability: Fraction
    expected: Fraction


@dataclass(frozen=True, slots=True)
class Preview:
    """抽取预览: what a plan promises, cell by cell, before any seed exists."""

    D: int
    rows: tuple[CellPreview, ...]

    @property
    def entities(self) -> int:
        return sum(row.N for row in self.rows)

    @property
    def expected(self) -> Fraction:
        """Expected number drawn: exactly ``n`` in the modes fixed and pps."""
        return sum((row.expected for row in self.rows), Fraction(0))


def preview(cells: Mapping[str, int], mode: Mode) -> Preview:
    """预览: exact inclusion probabilities of the cells, needing no seed.

    ``cells`` gives the number of entities of each cell (name ``path/class``); in the mode pps, where every
    entity is its own cell, it gives the size of each entity by its id. ``PlanError`` as for the draw itself.
    """
    if isinstance(mode, PpsMode):
        scale = scale_of(mode, Counter(str(size) for size in cells.values()))
        shapes = [(name, 1, scale.a[str(size)]) for name, size in cells.items()]
    else:
        population: Counter[str] = Counter()
        for name, count in cells.items():
            population[class_of(name)] += count
        scale = scale_of(mode, population)
        shapes = [(name, count, scale.a[class_of(name)]) for name, count in cells.items()]
    rows = (CellPreview(name, n, Fraction(a, scale.D), Fraction(n * a, scale.D)) for name, n, a in shapes)
    return Preview(scale.D, tuple(rows))


def class_of(cell: str) -> str:
    """The class letter of a cell name ``path/class``."""
    return cell.rpartition("/")[2]


def scale_of(mode: Mode, population: Mapping[str, int]) -> Scale:
    """Denominator and numerators for ``population`` (entities per key); ``PlanError`` if there are none."""
    if isinstance(mode, PpsMode):
        return _proportional(mode.n, population, {key: int(key) for key in population})
    table = mode.rates if isinstance(mode, RateMode) else mode.weights
    for key in sorted(population):
        if key not in table:
            raise PlanError.of("plan_class_without_rate", cls=key)
    if isinstance(mode, RateMode):
        return Scale(mode.den, {key: min(mode.rates[key], mode.den) for key in population})
    return _proportional(mode.n, population, {key: mode.weights[key] for key in population})


def _proportional(n: int, population: Mapping[str, int], weights: Mapping[str, int]) -> Scale:
    """``a = n'·w`` over ``D = Σ N·w``; keys that reach probability 1 are certain and leave both sums."""
    _check_population(n, population, weights)
    heaviest = sorted(population, key=lambda key: weights[key], reverse=True)
    certain = 0  # so many of the heaviest keys
    left, total = n, sum(population[key] * weights[key] for key in population)
    while total and left:
        reach = partial(_reaches, weights, left, total)
        sure = list(takewhile(reach, islice(heaviest, certain, None)))
        if not sure:
            break
        certain += len(sure)
        left -= sum(population[key] for key in sure)
        total -= sum(population[key] * weights[key] for key in sure)
    denominator = total or 1  # nothing left to chance: certain entities have 1/1, the others 0/1
    if denominator >= LIMIT:
        raise PlanError.of("plan_denominator")
    numerators = {key: left * weights[key] for key in population}
    return Scale(denominator, numerators | dict.fromkeys(heaviest[:certain], denominator))


def _reaches(weights: Mapping[str, int], left: int, total: int, key: str) -> bool:
    """Whether the key's probability ``left * weight / total`` comes to 1."""
    return left * weights[key] >= total


def _check_population(n: int, population: Mapping[str, int], weights: Mapping[str, int]) -> None:
    eligible = sum(count for key, count in population.items() if weights[key])
    if n and not eligible and any(population.values()):
        raise PlanError.of("plan_zero_weights", n=n)
    if n > eligible:
        raise PlanError.of("plan_too_many", n=n, eligible=eligible)
