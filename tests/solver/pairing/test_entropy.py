"""The table of greatest entropy: where it is known in closed form, where another method finds it, and that
everywhere else it is lawful and nothing lawful is better than it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.pairing.arrays import Floats
from solver.pairing.entropy import maximise
from solver.pairing.entropy.component import Component
from tests.solver.pairing.network_cases import capped, full, random_case, without_certain


def objective(component: Component, x: Floats) -> float:
    p = np.bincount(component.edge_pair, x)
    return float(np.sum(p * (component.score - np.log(p))))


def scale(component: Component, x: Floats) -> float:
    p = np.bincount(component.edge_pair, x)
    return max(abs(objective(component, x)), -float(np.sum(p * np.log(p))))


def assert_lawful(component: Component, x: Floats) -> None:
    p = np.bincount(component.edge_pair, x)
    assert np.all(x > 0)
    assert np.all(p <= component.highest * (1 + 1e-12))
    assert np.allclose(np.bincount(component.edge_seat, x), component.demand, rtol=1e-10, atol=0)
    assert np.allclose(np.bincount(component.pair_person, p), component.load, rtol=1e-10, atol=0)
    doors = np.bincount(component.pair_door + 1, p, len(component.door_cap) + 1)[1:]
    groups = np.bincount(component.edge_group + 1, x, len(component.group_cap) + 1)[1:]
    assert np.all(doors <= component.door_cap * (1 + 1e-10))
    assert np.all(groups <= component.group_cap * (1 + 1e-10))
    assert np.allclose(doors[component.door_full], component.door_cap[component.door_full], rtol=1e-10)
    assert np.allclose(groups[component.group_full], component.group_cap[component.group_full], rtol=1e-10)


def scaled(component: Component) -> Floats:
    """Rows and columns scaled in turn until nothing moves (Sinkhorn): one seat per task, no cap in reach."""
    x = np.exp(component.score)
    for _ in range(20_000):
        x *= (component.demand / np.bincount(component.edge_seat, x))[component.edge_seat]
        sums = np.bincount(component.pair_person, x)
        x *= (component.load / sums)[component.pair_person]
        if np.max(np.abs(component.load / sums - 1)) < 1e-14:
            break
    return x


def test_with_everything_alike_all_chances_are_alike() -> None:
    found = maximise(full([2.0] * 6, [3.0] * 4))
    assert np.allclose(found.x, 0.5, rtol=1e-12)
    assert found.value == pytest.approx(12 * np.log(2))
    assert found.bound == pytest.approx(found.value, rel=1e-12)


def test_where_all_may_do_all_each_chance_is_demand_times_share_of_the_load() -> None:
    found = maximise(full([1.0, 2.0, 1.5], [0.01, 1.0, 1.49, 1.0, 1.0]))
    table = np.outer([1.0, 2.0, 1.5], [0.01, 1.0, 1.49, 1.0, 1.0]) / 4.5
    assert np.allclose(found.x.reshape(3, 5), table, rtol=1e-10)


def test_one_seat_and_two_people_get_their_loads() -> None:
    found = maximise(full([1.0], [0.25, 0.75]))
    assert np.allclose(found.x, [0.25, 0.75], rtol=1e-12)


def test_affinity_multiplies_the_odds_of_two_tasks_and_two_people() -> None:
    component = replace(full([1.0, 1.0], [1.0, 1.0]), score=np.array([1.2, 0.0, 0.0, 0.7]))
    first, second, third, fourth = maximise(component).x
    assert first * fourth / (second * third) == pytest.approx(np.exp(1.9))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("score", [0.0, 2.0])
def test_without_caps_it_is_what_scaling_rows_and_columns_in_turn_arrives_at(seed: int, score: float) -> None:
    case = without_certain(random_case(seed, most_seats=1, even=False))
    assert case is not None, "a seed with a certain pair: choose another"
    component = replace(capped(case, 1e9, score, seed).component, highest=np.ones(len(case.inside)))
    component = replace(component, demand=component.demand / 4, load=component.load / 4)
    expected = scaled(component)
    assert np.max(expected) < 1.0
    assert np.allclose(maximise(component).x, expected, rtol=1e-7)


@pytest.mark.parametrize("seed", range(8))
def test_with_caps_the_multipliers_explain_every_chance(seed: int) -> None:
    """Karush, Kuhn, Tucker: below its cap a chance is exp(a + b), and at its cap no more than that."""
    case = without_certain(random_case(100 + seed, most_seats=1, even=False))
    assert case is not None, "a seed with a certain pair: choose another"
    component = capped(case, 0.2, 0.3, seed).component
    x = maximise(component).x
    at_cap = x > component.highest * (1 - 1e-3)
    seats, people = len(component.demand), len(component.load)
    rows = np.zeros((len(x), seats + people))
    rows[np.arange(len(x)), component.edge_seat] = 1
    rows[np.arange(len(x)), seats + component.pair_person] = 1
    target = np.log(x) + 1 - component.score
    free = np.flatnonzero(~at_cap)
    found, *_ = np.linalg.lstsq(rows[free], target[free], rcond=None)
    known = np.linalg.matrix_rank(rows[free]) == np.linalg.matrix_rank(rows)
    assert np.allclose(rows[free] @ found, target[free], atol=0.05)
    assert not known or np.all((rows @ found - target)[at_cap] > -0.05)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    doors=st.integers(0, 3),
    groups=st.booleans(),
    cap=st.sampled_from([1e9, 1.0, 1 / 16, 1e-3, 1e-5]),
    score=st.sampled_from([0.0, 1.0, 10.0]),
)
def test_it_is_lawful_and_no_known_lawful_table_is_better(
    seed: int, doors: int, groups: bool, cap: float, score: float
) -> None:
    case = without_certain(random_case(seed, doors=doors, groups=groups, even=False))
    if case is None:
        return
    component, inside = capped(case, cap, score, seed).component, case.inside
    found = maximise(component)
    assert_lawful(component, found.x)
    assert found.value == pytest.approx(objective(component, found.x))
    assert found.value <= found.bound <= found.value + 1e-3 * scale(component, found.x)
    assert objective(component, inside) <= found.bound + 1e-9
    half_way = 0.5 * (found.x + inside)
    assert objective(component, half_way) <= found.value + 1e-3 * scale(component, found.x)


def test_two_seats_alike_share_a_pair_evenly() -> None:
    component = replace(
        full([1.0] * 4, [1.0] * 4),
        edge_pair=np.concatenate([np.tile(np.arange(4), 2), np.tile(np.arange(4, 8), 2)]),
    )
    component = replace(
        component,
        pair_person=np.tile(np.arange(4), 2),
        pair_door=np.full(8, -1),
        highest=np.ones(8),
        score=np.zeros(8),
    )
    found = maximise(component)
    assert np.allclose(found.x, 0.25, rtol=1e-9)
    assert found.bound - found.value <= 1e-3 * found.value


def test_chances_of_a_millionth_and_all_but_a_millionth_are_found() -> None:
    found = maximise(full([1.0, 1.0], [1.999998, 0.000002]))
    assert np.allclose(found.x, [0.999999, 0.000001] * 2, rtol=1e-9)


def test_loads_of_a_hundredth_and_of_three_hundred_go_together() -> None:
    found = maximise(full([2.0] * 400, [0.01, 300.0, 299.99, 200.0]))
    assert_lawful(full([2.0] * 400, [0.01, 300.0, 299.99, 200.0]), found.x)
    assert found.bound - found.value <= 1e-9 * found.value


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    case = without_certain(random_case(200 + seed, doors=2, groups=True, even=False))
    assert case is not None, "a seed with a certain pair: choose another"
    component = case.component
    order = np.random.default_rng(seed).permutation(len(component.edge_seat))
    turned = replace(
        component,
        edge_seat=component.edge_seat[order],
        edge_pair=component.edge_pair[order],
        edge_group=component.edge_group[order],
    )
    assert np.allclose(maximise(turned).x, maximise(component).x[order], rtol=1e-8, atol=1e-12)


def test_many_inspectors_are_solved_by_conjugate_gradients_to_the_same_table() -> None:
    """900 inspectors are more than the dense system takes; all alike, the chances are known."""
    rng = np.random.default_rng(5)
    rows = [np.sort((start + np.arange(30) * 30 + rng.integers(1)) % 900) for start in range(900)]
    component = full([2.0] * 900, [2.0] * 30)
    component = replace(component, pair_person=np.concatenate(rows), load=np.full(900, 2.0))
    assert np.allclose(maximise(component).x, 1 / 15, rtol=1e-9)
