"""成对概率: how likely two entities are drawn together, exactly, over every start and order of the cells.

The order of draw/1 is a random tree: the children of a county, of an industry in it, … stand in random order.
With a start that is uniform on 0 … D − 1, two cells depend on one another only through the mass N·a between
them, modulo D; its distribution follows from the random orders on the way from one to the other.
For small frames: the work grows with D and with the number of cells at one level.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from math import comb

from solver.fairness.chances import Shape

Gaps = dict[int, Fraction]
"""A mass modulo D with its probability."""
_Law = Callable[[int, int], Fraction]
NOTHING: Gaps = {0: Fraction(1)}


@dataclass(slots=True)
class _Node:
    """A prefix of the paths: its mass, and the cell of just this name, which stands before its children."""

    mass: int = 0
    own: int | None = None
    children: dict[str, _Node] = field(default_factory=dict)

    def others(self, *names: str) -> list[int]:
        return [child.mass for name, child in self.children.items() if name not in names]


def within(cell: Shape, whole: int) -> Fraction:
    """Two entities of one cell (``N`` ≥ 2) together: E[k(k − 1)] / (N(N − 1))."""
    n, a = cell
    k, over = divmod(n * a, whole)
    pairs = (whole - over) * k * (k - 1) + over * (k + 1) * k
    return Fraction(pairs, whole * n * (n - 1))


def across(cells: Mapping[str, Shape], whole: int) -> dict[tuple[str, str], Fraction]:
    """An entity of each of two cells together, for all pairs of cell names, the smaller name first."""
    return _pairs(cells, {name: tuple(name.split("/")) for name in cells}, whole)


def across_flat(entities: Mapping[str, int], whole: int) -> dict[tuple[str, str], Fraction]:
    """The same in the mode pps, where every entity is a cell, in random order: id → numerator."""
    return _pairs({name: (1, a) for name, a in entities.items()}, {name: (name,) for name in entities}, whole)


def _pairs(
    cells: Mapping[str, Shape], paths: Mapping[str, tuple[str, ...]], whole: int
) -> dict[tuple[str, str], Fraction]:
    root = _Node()
    for name, (n, a) in cells.items():
        node = root
        for part in paths[name]:
            node.mass = (node.mass + n * a) % whole
            node = node.children.setdefault(part, _Node())
        node.mass, node.own = (node.mass + n * a) % whole, n * a % whole
    found = {}
    for one, other in combinations(sorted(cells), 2):
        expected = Fraction(0)
        for first, second in ((one, other), (other, one)):
            for gap, chance in _gaps(root, paths[first], paths[second], whole).items():
                expected += chance * _product(cells[first], cells[second], gap, whole)
        found[one, other] = expected / (cells[one][0] * cells[other][0])
    return found


def _gaps(root: _Node, first: Sequence[str], second: Sequence[str], whole: int) -> Gaps:
    """The mass between two cells where ``first`` stands before ``second``; sums to the chance of that."""
    node = root
    depth = 0
    while depth < min(len(first), len(second)) and first[depth] == second[depth]:
        node = node.children[first[depth]]
        depth += 1
    if depth == len(second):  # the second is the cell of a prefix of the first: it stands before it
        return {}
    to_second = node.children[second[depth]]
    head = _before(to_second, second[depth + 1 :], whole)
    if depth == len(first):
        return _sum(_subsets(node.others(second[depth]), whole, _one_side), head, whole)
    tail = _after(node.children[first[depth]], first[depth + 1 :], whole)
    between = _subsets(node.others(first[depth], second[depth]), whole, _in_between)
    return _sum(_sum(tail, between, whole), head, whole)


def _before(node: _Node, rest: Sequence[str], whole: int) -> Gaps:
    """The mass within ``node`` before its cell ``rest``."""
    found = NOTHING
    for part in rest:
        found = _sum(found, {node.own or 0: Fraction(1)}, whole)
        found = _sum(found, _subsets(node.others(part), whole, _one_side), whole)
        node = node.children[part]
    return found


def _after(node: _Node, rest: Sequence[str], whole: int) -> Gaps:
    """The mass within ``node`` after its cell ``rest``."""
    found = NOTHING
    for part in rest:
        found = _sum(found, _subsets(node.others(part), whole, _one_side), whole)
        node = node.children[part]
    return _sum(found, {sum(node.others()) % whole: Fraction(1)}, whole)


def _one_side(_size: int, others: int) -> Fraction:
    """That so many of ``others`` stand on one side of a given one, in random order: every number alike."""
    return Fraction(1, others + 1)


def _in_between(size: int, others: int) -> Fraction:
    """That a given one stands before another, with ``size`` of ``others`` between them."""
    return Fraction(others + 1 - size, (others + 2) * (others + 1))


def _subsets(masses: Sequence[int], whole: int, chance_of: _Law) -> Gaps:
    """The mass of a random subset; ``chance_of`` its size, and every subset of a size is as likely."""
    ways: defaultdict[int, Counter[int]] = defaultdict(Counter, {0: Counter({0: 1})})
    for at, mass in enumerate(masses):
        for size in range(at, -1, -1):
            for total, number in ways[size].items():
                ways[size + 1][(total + mass) % whole] += number
    found: defaultdict[int, Fraction] = defaultdict(Fraction)
    for size, totals in ways.items():
        each = chance_of(size, len(masses)) / comb(len(masses), size)
        for total, number in totals.items():
            found[total] += number * each
    return dict(found)


def _sum(one: Gaps, other: Gaps, whole: int) -> Gaps:
    found: defaultdict[int, Fraction] = defaultdict(Fraction)
    for mass, chance in one.items():
        for more, likely in other.items():
            found[(mass + more) % whole] += chance * likely
    return dict(found)


def _product(first: Shape, second: Shape, gap: int, whole: int) -> Fraction:
    """E[k·k'] over the starts, with ``gap`` between the cells: each k is its floor, or one more on an arc."""
    (k, over), (k2, over2) = divmod(first[0] * first[1], whole), divmod(second[0] * second[1], whole)
    both = _overlap(whole - over, over, (whole - over2 - over - gap) % whole, over2, whole)
    return Fraction(k * k2 * whole + k * over2 + k2 * over + both, whole)


def _overlap(start: int, length: int, start2: int, length2: int, whole: int) -> int:
    """How many places two arcs of a circle of ``whole`` places share; the first does not pass its end."""
    pieces: Iterable[tuple[int, int]] = ((start2, length2), (start2 - whole, length2))
    return sum(max(0, min(start + length, at + long) - max(start, at)) for at, long in pieces)
