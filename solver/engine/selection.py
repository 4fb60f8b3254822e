"""选取: the cells in key order, how many each takes, and who has the smallest tickets (draw/1, 5 and 6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate, pairwise

import numpy as np

from solver import seed as seeds
from solver.canonical import Alg
from solver.engine.tickets import Cells, Places, Tickets, in_order, smallest
from solver.frame import cell_name
from solver.progress import Progress
from solver.rates import Mode, Scale, class_of, scale_of


@dataclass(frozen=True, slots=True)
class Chosen:
    """选取结果: one item per cell in key order, and one per drawn entity in the order drawn.

    ``tickets`` are hex, ``homes`` the cells of the drawn; ``N``, ``a``, ``k``, ``D`` as in the cell table.
    """

    D: int
    names: list[str]
    N: list[int]
    a: list[int]
    k: list[int]
    ids: list[str]
    homes: list[str]
    tickets: list[str]

    @property
    def thresholds(self) -> list[str]:
        """入选线: the largest drawn ticket of each cell, "" where none is drawn."""
        ends = accumulate(self.k)
        return [self.tickets[end - 1] if k else "" for k, end in zip(self.k, ends, strict=True)]


def choose_by_cell(mode: Mode, tickets: Tickets, seed: bytes, alg: Alg, progress: Progress | None) -> Chosen:
    """The modes rate and fixed: the ``k`` smallest tickets of each cell ``path/class``."""
    columns = tickets.frame.columns
    heads = tickets.heads(progress)
    named = [cell_name(rest) for rest in columns.rests]
    order = key_order(named, seed, alg)
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    cells: Cells = place[columns.codes]
    names = [named[code] for code in order]
    counts = np.bincount(cells, minlength=len(names)).tolist()
    classes = [class_of(name) for name in names]
    population: Counter[str] = Counter()
    for cls, count in zip(classes, counts, strict=True):
        population[cls] += count
    scale = scale_of(mode, population)
    a = [scale.a[cls] for cls in classes]
    k = _taken(a, counts, scale, seed, alg)
    lines = smallest(cells, np.array(k, np.int64), heads, tickets.whole)
    homes = [name for name, number in zip(names, k, strict=True) for _ in range(number)]
    drawn = [ticket.hex() for ticket in tickets.whole(lines)]
    return Chosen(scale.D, names, counts, a, k, tickets.ids(lines), homes, drawn)


def choose_by_size(mode: Mode, tickets: Tickets, seed: bytes, alg: Alg, progress: Progress | None) -> Chosen:
    """The mode pps: every entity is a cell of its own, in the order of the tickets."""
    n = len(tickets.frame)
    heads = tickets.heads(progress)
    order = in_order(np.arange(n), np.zeros(n, np.int32), heads, tickets.whole)
    sizes = tickets.frame.columns.sizes[order]
    found, which, counts = np.unique(sizes, return_inverse=True, return_counts=True)
    keys = [str(size) for size in found.tolist()]
    scale = scale_of(mode, dict(zip(keys, counts.tolist(), strict=True)))
    of_key = [scale.a[key] for key in keys]
    a = [of_key[key] for key in which.tolist()]
    k = _taken(a, [1] * n, scale, seed, alg)
    lines = order[np.array(k, bool)] if n else order
    ids = tickets.ids(lines)
    drawn = [ticket.hex() for ticket in tickets.whole(lines)]
    return Chosen(scale.D, tickets.ids(order), [1] * n, a, k, ids, ids, drawn)


def key_order(names: list[str], seed: bytes, alg: Alg) -> list[int]:
    """The numbers of the cells in key order: counties by their marks, industries in them, cells in these."""
    marks = cache(seeds.cell_marks(seed, alg))

    @cache
    def of_path(path: str) -> bytes:
        codes = path.split("/")
        return b"".join(marks(above) for above in accumulate(codes, "{}/{}".format))

    # marks all have 32 bytes, so lists of them compare as their bytes put together
    keys = [of_path(name.rpartition("/")[0]) + marks(name) for name in names]
    return sorted(range(len(names)), key=keys.__getitem__)


def _taken(a: list[int], counts: list[int], scale: Scale, seed: bytes, alg: Alg) -> list[int]:
    """Systematic rounding along the key order: each cell takes the whole multiples of D it passes."""
    start = seeds.rounding(seed, scale.D, alg)
    shares: Iterable[int] = (each * count for each, count in zip(a, counts, strict=True))
    passed = (total // scale.D for total in accumulate(shares, initial=start))
    return [after - before for before, after in pairwise(passed)]


class Pools:
    """候补池: all entities of a cell in the order of their tickets; a mode pps cell has none to spare."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    def first(self, cell: str, number: int) -> list[tuple[str, str, str]]:
        """Id, cell and ticket (hex) of the ``number`` smallest tickets of the cell."""
        code = self._codes.get(cell)
        if code is None:
            return []
        lines = self._by_code[self._begins[code] : self._begins[code + 1]]
        ranked = sorted(zip(self._tickets.whole(lines), self._tickets.ids(lines), strict=True))
        return [(entity_id, cell, ticket.hex()) for ticket, entity_id in ranked[:number]]

    @cached_property
    def _codes(self) -> dict[str, int]:
        frame = self._tickets.frame
        rests = () if frame.sized else frame.columns.rests
        return {cell_name(rest): code for code, rest in enumerate(rests)}

    @cached_property
    def _by_code(self) -> Places:
        return np.argsort(self._tickets.frame.columns.codes, kind="stable")

    @cached_property
    def _begins(self) -> list[int]:
        columns = self._tickets.frame.columns
        counts = np.bincount(columns.codes, minlength=len(columns.rests))
        return [0, *np.cumsum(counts).tolist()]
