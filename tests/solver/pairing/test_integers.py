"""Whole numbers of 2^-bits: every sum is exact or within its bounds, every number near its share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.pairing.arrays import Floats, Ints
from solver.pairing.entropy import maximise
from solver.pairing.entropy.component import Component
from solver.pairing.entropy.integers import Sums, whole
from tests.solver.pairing.network_cases import full, random_case, without_certain


def bounds(component: Component, share: Floats) -> tuple[Ints, Ints]:
    load = np.bincount(component.pair_person[component.edge_pair], share)
    return np.floor(load + 1e-9).astype(np.int64), np.ceil(load - 1e-9).astype(np.int64)


def integers(component: Component, share: Floats, bits: int, pair_cap: Ints | None = None) -> Ints:
    lowest, highest = bounds(component, share)
    sums = Sums(
        edge_seat=component.edge_seat,
        edge_group=component.edge_group,
        edge_pair=component.edge_pair,
        pair_person=component.pair_person,
        pair_door=component.pair_door,
        door_person=component.door_person,
        demand=np.rint(np.bincount(component.edge_seat, share)).astype(np.int64),
        lowest=lowest,
        highest=highest,
        door_cap=np.rint(component.door_cap).astype(np.int64),
        pair_cap=np.full(len(component.pair_person), 1 << bits) if pair_cap is None else pair_cap,
    )
    return whole(share, sums, bits)


def assert_sound(component: Component, share: Floats, n: Ints, bits: int) -> None:
    one = 1 << bits
    person = component.pair_person[component.edge_pair]
    lowest, highest = bounds(component, share)
    load = np.bincount(person, share)
    sums = np.bincount(person, n)
    pairs = np.bincount(component.edge_pair, n)
    assert np.array_equal(
        np.bincount(component.edge_seat, n), np.rint(np.bincount(component.edge_seat, share)) * one
    )
    assert np.all(pairs <= one)
    assert np.all(sums >= lowest * one)
    assert np.all(sums <= highest * one)
    assert np.all(np.abs(sums - load * one) < np.bincount(person) + 1)
    doors = np.bincount(component.pair_door + 1, pairs, len(component.door_cap) + 1)[1:]
    groups = np.bincount(component.edge_group + 1, n, len(component.group_cap) + 1)[1:]
    assert np.all(doors <= np.rint(component.door_cap) * one)
    assert np.all(groups <= one)
    assert np.all(n[share * one >= 1] >= 1)
    assert np.all(n[share == 0] == 0)
    assert np.all(n[share == 1] == one)
    assert np.all(np.abs(n - share * one) <= 4)


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 100_000),
    rounds=st.sampled_from([3, 7, 12, 40]),
    doors=st.integers(0, 3),
    groups=st.booleans(),
    bits=st.sampled_from([4, 8, 20, 40]),
)
def test_every_sum_keeps_its_bounds_and_every_number_its_place(
    seed: int, rounds: int, doors: int, groups: bool, bits: int
) -> None:
    case = random_case(seed, rounds=rounds, doors=doors, groups=groups)
    n = integers(case.component, case.inside, bits)
    assert_sound(case.component, case.inside, n, bits)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 100_000), doors=st.integers(0, 3), groups=st.booleans())
def test_what_the_entropy_solver_finds_becomes_integers(seed: int, doors: int, groups: bool) -> None:
    case = without_certain(random_case(seed, doors=doors, groups=groups))
    if case is None:
        return
    share = maximise(case.component).x
    assert_sound(case.component, share, integers(case.component, share, 20), 20)


def test_thirds_are_shared_out_so_that_rows_and_columns_are_exact() -> None:
    component = full([1.0] * 3, [1.0] * 3)
    n = integers(component, np.full(9, 1 / 3), 4).reshape(3, 3)
    assert n.sum(axis=0).tolist() == n.sum(axis=1).tolist() == [16, 16, 16]
    assert set(n.ravel().tolist()) == {5, 6}


@pytest.mark.parametrize(("bits", "off"), [(20, 1e-13), (30, 1e-14), (40, 1e-14)])
def test_equal_shares_that_differ_in_their_last_digits_become_the_same_integers(
    bits: int, off: float
) -> None:
    component = full([2.0] * 50, [10.0] * 10)
    noise = np.random.default_rng(1).uniform(-off, off, 500)
    assert np.array_equal(
        integers(component, np.full(500, 0.2), bits), integers(component, np.full(500, 0.2) + noise, bits)
    )


def test_a_cap_that_all_seats_need_in_full_is_kept() -> None:
    """Four people, chance 1/4 each, cap exactly 1/4: nothing may be rounded up."""
    component = full([1.0] * 4, [1.0] * 4)
    n = integers(component, np.full(16, 0.25), 20, np.full(16, 1 << 18))
    assert set(n.tolist()) == {1 << 18}


def test_a_cap_below_the_shares_is_refused() -> None:
    component = full([1.0] * 4, [1.0] * 4)
    with pytest.raises(ValueError, match="cap"):
        integers(component, np.full(16, 0.25), 20, np.full(16, (1 << 18) - 1))


def test_caps_that_leave_no_way_to_fill_a_seat_are_refused() -> None:
    component = full([1.0] * 3, [1.0] * 3)
    with pytest.raises(ValueError, match="bounds"):
        integers(component, np.full(9, 1 / 3), 20, np.full(9, (1 << 20) // 3))


def test_a_unit_too_many_travels_through_other_seats_to_where_it_is_missing() -> None:
    """A ring: each seat knows two neighbours only, so what the last inspector lacks comes from far."""
    count = 31
    component = full([1.0] * count, [1.0, 1.0])
    person = np.stack([np.arange(count), (np.arange(count) + 1) % count], axis=1).ravel()
    component = replace(component, pair_person=person, load=np.ones(count))
    share = np.tile([0.3, 0.7], count)
    n = integers(component, share, 20)
    assert_sound(component, share, n, 20)
    assert np.all(np.bincount(person, n) == 1 << 20)
