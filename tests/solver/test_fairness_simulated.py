"""20,000 seeds: every entity and every pair is drawn as often as the exact reference says, within 5 σ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, permutations, product
from typing import Any

import numpy as np
import pytest

from solver.draw import draw
from solver.fairness.chances import Shape
from solver.fairness.joint import across, across_flat, within
from solver.frame import Entity, Frame
from solver.plan import Plan
from solver.rates import PpsMode, preview
from solver.seed import commitment
from tests.solver.drawing import SECRETS, entity_id, plan_of

SEEDS = 20_000
LOTTERY = [{"game": "ssq", "issue": "2026140"}]
COMMITS = [commitment(SECRETS[0]).hex(), None]

#: Two counties, two industries, all classes, 14 entities: 91 pairs, of one cell and across all levels.
CELLS = ["36/C/A"] * 4 + ["36/C/D"] + ["36/F/B"] * 2 + ["42/C/A"] * 3 + ["42/F/C"] * 2 + ["42/F/D"] * 2
SIZES = [1, 2, 3, 5, 8, 4, 4, 9, 13, 2]
RATE = {"mode": "rate", "den": 40, "rates": {"A": 4, "B": 9, "C": 20, "D": 40}}
FIXED = {"mode": "fixed", "n": 5, "weights": {"A": 1, "B": 3, "C": 5, "D": 4}}

Pair = tuple[int, int]


def frame_with(ids: Sequence[str], sizes: Sequence[int] = ()) -> Frame:
    """``CELLS`` (or one cell with ``sizes``), the entity at each place having the id at that place."""
    if sizes:
        return Frame.of(Entity(name, "36/F", "A", size) for name, size in zip(ids, sizes, strict=True))
    split = [cell.rpartition("/") for cell in CELLS]
    return Frame.of(Entity(name, path, cls) for name, (path, _, cls) in zip(ids, split, strict=True))


def reference(plan: Plan, sizes: Sequence[int]) -> tuple[list[Fraction], dict[Pair, Fraction]]:
    """The exact probability of every place, and of every pair of places."""
    if isinstance(plan.mode, PpsMode):
        rows = preview({str(at): size for at, size in enumerate(sizes)}, plan.mode)
        numerators = {row.cell: int(row.probability * rows.D) for row in rows.rows}
        both = across_flat(numerators, rows.D)
        pairs = {(int(min(p, key=int)), int(max(p, key=int))): value for p, value in both.items()}
        return [row.probability for row in rows.rows], pairs
    rows = preview(Counter(CELLS), plan.mode)
    cells: dict[str, Shape] = {row.cell: (row.N, int(row.probability * rows.D)) for row in rows.rows}
    apart = across(cells, rows.D)
    chance = {row.cell: row.probability for row in rows.rows}
    pairs = {}
    for one, other in combinations(range(len(CELLS)), 2):
        names = (min(CELLS[one], CELLS[other]), max(CELLS[one], CELLS[other]))
        pairs[one, other] = within(cells[names[0]], rows.D) if names[0] == names[1] else apart[names]
    return [chance[cell] for cell in CELLS], pairs


def drawn(plan: Plan, frame: Frame, ids: Sequence[str]) -> np.ndarray[Any, Any]:
    """One row per seed: who was drawn. The seeds differ by a lottery's result, by the live path of the draw."""
    place = {name: at for at, name in enumerate(ids)}
    seen = np.zeros((SEEDS, len(ids)), dtype=np.int64)
    for number in range(SEEDS):
        result = draw(plan, frame, (SECRETS[0], f"ssq,2026140,{number:06d}".encode()))
        seen[number, [place[row.id] for row in result.rows]] = 1
    return seen


def far_off(counts: Mapping[Any, int], chances: Mapping[Any, Fraction]) -> list[tuple[Any, int, float]]:
    """What is more than 5 σ away; at the probabilities 0 and 1 there is no σ, and nothing may be off."""
    wrong = []
    for key, p in chances.items():
        expected = float(p) * SEEDS
        sigma = (expected * float(1 - p)) ** 0.5
        if abs(counts[key] - expected) > 5 * sigma + 1e-6:
            wrong.append((key, counts[key], expected))
    return wrong


def in_order(number: int) -> list[str]:
    return [entity_id(at) for at in range(number)]


def shuffled(number: int) -> list[str]:
    """Other ids, in another order: the place at which an entity stands tells nothing of its id."""
    return [f"92{(at * 5 + 3) % number:02d}{at * 7919 % 10**14:014d}" for at in range(number)]


@pytest.mark.parametrize("ids_of", [in_order, shuffled])
@pytest.mark.parametrize(("mode", "sizes"), [(RATE, ()), (FIXED, ()), ({"mode": "pps", "n": 4}, SIZES)])
def test_every_entity_and_every_pair_is_drawn_as_often_as_it_should_whatever_the_ids(
    mode: dict[str, Any], sizes: Sequence[int], ids_of: Any
) -> None:
    ids = ids_of(len(sizes or CELLS))
    frame = frame_with(ids, sizes)
    plan = plan_of(frame, mode, commits=COMMITS, lottery=LOTTERY)
    alone, pairs = reference(plan, sizes)
    seen = drawn(plan, frame, ids)
    together = seen.T @ seen
    assert far_off(dict(enumerate(seen.sum(axis=0).tolist())), dict(enumerate(alone))) == []
    assert len(pairs) == len(ids) * (len(ids) - 1) // 2
    assert far_off({pair: int(together[pair]) for pair in pairs}, pairs) == []
    # the reference itself: Σ of the pairs of one entity is E[n·1] − P for a fixed number drawn
    if mode["mode"] != "rate":
        for at, p in enumerate(alone):
            assert sum(value for pair, value in pairs.items() if at in pair) == (mode["n"] - 1) * p


def orders_of(cells: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Every order that the keys allow: counties together, industries in them, classes in those."""
    tree: dict[str, Any] = {}
    for cell in cells:
        node = tree
        for part in cell.split("/"):
            node = node.setdefault(part, {})
    yield from _orders(tree, "")


def _orders(node: dict[str, Any], path: str) -> Iterator[tuple[str, ...]]:
    if not node:
        yield (path.removeprefix("/"),)
        return
    for order in permutations(node):
        for parts in product(*(tuple(_orders(node[name], f"{path}/{name}")) for name in order)):
            yield tuple(cell for part in parts for cell in part)


@pytest.mark.parametrize(
    ("cells", "whole"),
    [
        ({"36/C/A": (5, 1), "36/F/A": (3, 2), "42/F/B": (2, 6), "42/F/D": (1, 20), "57/C/C": (4, 3)}, 20),
        ({"36/A": (4, 2), "36/B": (1, 3), "42/A": (2, 2), "rest/C": (3, 5)}, 11),
        ({"36/A": (4, 7), "42/F/A": (2, 7), "42/A": (3, 7)}, 7),
    ],
)
def test_the_probability_of_pairs_across_cells_is_that_of_all_orders_and_all_starts(
    cells: dict[str, Shape], whole: int
) -> None:
    orders = list(orders_of(sorted(cells)))
    total: Counter[tuple[str, str]] = Counter()
    for order in orders:
        for start in range(whole):
            before, k = start, {}
            for name in order:
                after = before + cells[name][0] * cells[name][1]
                k[name], before = after // whole - before // whole, after
            for one, other in combinations(sorted(cells), 2):
                total[one, other] += k[one] * k[other]
    assert across(cells, whole) == {
        (one, other): Fraction(total[one, other], len(orders) * whole * cells[one][0] * cells[other][0])
        for one, other in combinations(sorted(cells), 2)
    }


def test_a_cell_named_like_the_path_of_others_stands_before_them() -> None:
    # path 36/A, class B: its key begins with the key of the cell 36/A, so 36/A comes first, always
    cells = {"36/A": (1, 1), "36/A/B": (1, 1)}
    assert across(cells, 2) == {("36/A", "36/A/B"): 0}  # the halves stand side by side: never both
    assert across(cells | {"36/B": (1, 1)}, 2)["36/A", "36/A/B"] == 0
    # 36/B comes before both, or after both: it never parts them, and from 36/A/B on a whole D lies between
    assert across(cells | {"36/B": (1, 1)}, 2)["36/A", "36/B"] == Fraction(1, 4)


def test_the_last_digit_of_the_id_has_no_part_in_it() -> None:
    frame = Frame.of(
        Entity(entity_id(at), f"36{at % 7}/{'CF'[at % 2]}", "AB"[at % 3 == 0]) for at in range(2_000)
    )
    mode = {"mode": "rate", "den": 10, "rates": {"A": 1, "B": 1}}
    plan = plan_of(frame, mode, commits=COMMITS, lottery=LOTTERY)
    digits: Counter[str] = Counter()
    for number in range(60):
        result = draw(plan, frame, (SECRETS[0], f"ssq,2026140,{number:06d}".encode()))
        digits.update(row.id[-1] for row in result.rows)
    expected = sum(digits.values()) / 10
    assert abs(expected - 1_200) < 2
    chi_square = sum((digits[digit] - expected) ** 2 / expected for digit in "0123456789")
    assert chi_square < 27.9  # 9 degrees of freedom, one in a thousand
