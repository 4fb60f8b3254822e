"""The search gives routes that can be driven, the best ones of small instances, and the same with or without a compiler."""

from __future__ import annotations

from functools import cache
from itertools import count, permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.schedule.routing import compiled, search
from solver.schedule.routing.fleet import Fleet, Kind
from tests.solver.schedule.routing.fleets import drives, faults, fleets, way


@pytest.fixture(scope="module", autouse=True)
def kernel() -> None:
    compiled.compiled()


@given(fleets(12), st.integers(0, 1000))
@settings(deadline=None, max_examples=150)
def test_every_answer_can_be_driven_and_costs_what_it_says(fleet: Fleet, seed: int) -> None:
    assert faults(fleet, search.by_iterations(fleet, seed, 300, pool=True)) == []


@given(fleets(5, metric=True))
@settings(deadline=None, max_examples=60)
def test_small_instances_are_solved_as_trying_everything_solves_them(fleet: Fleet) -> None:
    assert search.by_iterations(fleet, 1, 3_000).cost == least(fleet)


@given(fleets(10), st.integers(0, 1000))
@settings(deadline=None, max_examples=15)
def test_the_answer_is_the_same_without_a_compiler(fleet: Fleet, seed: int) -> None:
    ways = []
    for kernel in (compiled.compiled() or compiled.plain(), compiled.plain()):
        searching = search.Searching(fleet, seed, pool=True)
        for warmth in (0.0, 7.5, 0.3):
            searching.go(kernel, 40, warmth, 0.99)
        ways.append(searching.found())
    assert ways[0] == ways[1]


def test_the_same_turns_and_seed_give_the_same_answer_and_another_seed_another_walk() -> None:
    fleet = ring(40)
    first, again = search.by_iterations(fleet, 1, 500), search.by_iterations(fleet, 1, 500)
    assert first == again
    assert search.by_iterations(fleet, 2, 500) != first


def test_a_search_by_the_clock_ends_at_its_moment_with_every_stop_on_a_route() -> None:
    ticks = count()
    found = search.until(ring(30), 1, 25.0, clock=lambda: float(next(ticks)))
    assert next(ticks) < 30
    assert found.missing == ()
    assert found.iterations > 1


def test_a_search_whose_moment_has_passed_still_makes_a_first_plan_of_a_small_fleet() -> None:
    found = search.until(ring(30), 1, 0.0, clock=lambda: 1.0)
    assert (found.iterations, found.missing) == (1, ())
    large = search.until(ring(301), 1, 0.0, clock=lambda: 1.0)
    assert (large.iterations, len(large.missing)) == (0, 301)


def test_without_stops_or_routes_there_is_nothing_to_do() -> None:
    none = Fleet(np.zeros((1, 1), np.int32), (), (), (), (Kind(1, 0, 10),), 1)
    assert search.by_iterations(none, 1, 10).tours == ()
    no_routes = Fleet(np.zeros((2, 2), np.int32), (1,), (1,), ((((0, 5),),),), (Kind(0, 0, 10),), 1)
    assert search.by_iterations(no_routes, 1, 10).missing == (0,)


def test_a_search_cools_from_the_first_temperature_to_the_last() -> None:
    assert search.warmth(100.0, 0.0, (3.0, 0.03)) == 300.0
    assert search.warmth(100.0, 0.5, (3.0, 0.03)) == 30.0
    assert search.warmth(100.0, 1.0, (3.0, 0.03)) == 3.0


def test_without_a_compiler_the_plain_way_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    fleet = ring(12)
    expected = search.by_iterations(fleet, 1, 50)
    monkeypatch.setattr(compiled, "compiled", lambda: None)
    monkeypatch.setattr(compiled, "dispatcher", lambda: None)
    assert search.by_iterations(fleet, 1, 50) == expected
    ticks = count()
    assert search.until(fleet, 1, 12.0, clock=lambda: float(next(ticks))).missing == ()


def ring(n: int) -> Fleet:
    """Stops on a ring around the depot, windows in turn."""
    angle = 2 * np.pi * np.arange(n) / n
    places = np.vstack([np.c_[np.cos(angle), np.sin(angle)] * (50 + np.arange(n)[:, None] % 7 * 5), [[0, 0]]])
    gaps = places[:, None] - places[None]
    matrix = np.rint(np.sqrt((gaps**2).sum(axis=2))).astype(np.int32)
    starts = tuple((((at % 5 * 60, at % 5 * 60 + 200),),) for at in range(n))
    return Fleet(matrix, (10,) * n, (1,) * n, starts, (Kind(n, 0, 1000),), 8)


def least(fleet: Fleet) -> int:
    """Trying every order of every set of stops on every kind, then every way of parting the stops."""
    n = fleet.stops
    prices: list[dict[int, int]] = [{} for _ in fleet.kinds]
    for chosen in range(1, 2**n):
        stops = [stop for stop in range(n) if chosen >> stop & 1]
        for kind, order in product(range(len(fleet.kinds)), permutations(stops)):
            if drives(fleet, (kind, order)):
                price = way(fleet, (kind, order)) + fleet.route_cost
                prices[kind][chosen] = min(price, prices[kind].get(chosen, price))

    @cache
    def best(left: int, used: tuple[int, ...]) -> int:
        if not left:
            return 0
        first = left & -left
        options = [fleet.missed(first.bit_length() - 1) + best(left ^ first, used)]
        for kind, table in enumerate(prices):
            if used[kind] < fleet.kinds[kind].most:
                more = tuple(many + (at == kind) for at, many in enumerate(used))
                options += [
                    price + best(left ^ chosen, more)
                    for chosen, price in table.items()
                    if chosen & first and chosen & left == chosen
                ]
        return min(options)

    return best(2**n - 1, (0,) * len(fleet.kinds))
