"""Seconds of driving: the stated formula, and the table where there is one."""

from __future__ import annotations

import math
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from solver.schedule.judging.ways import Facts
from solver.schedule.problem import Place
from solver.schedule.travel import UNREACHABLE, Travel
from tests.solver.schedule.small import county, visit

PLACES = st.builds(Place, st.floats(24, 32), st.floats(113, 119))


def stated(a: Place, b: Place) -> int:
    """docs/schedule.md, section 1, in plain Python."""
    p, q = math.radians(a.lat), math.radians(b.lat)
    half = (
        math.sin((q - p) / 2) ** 2
        + math.cos(p) * math.cos(q) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    )
    d = 2 * 6371 * math.asin(math.sqrt(half))
    return 0 if d <= 0.0001 else round(240 + d * 1.35 / (25 + min(d, 30) * 1.1) * 3600)


@given(PLACES, PLACES)
def test_the_way_is_as_stated(office: Place, place: Place) -> None:
    problem = county([visit(1, place=place)], offices=(office,), matrix=None)
    travel = Travel.of(problem)
    assert travel.table(0, [1]).tolist() == [[0, stated(office, place)], [stated(place, office), 0]]
    assert travel.seconds(0, 1) == stated(office, place)


def test_a_tenth_of_a_metre_is_no_way_and_two_are() -> None:
    here = Place(28.0, 115.0)
    near, far = Place(28.0 + 0.00009 / 111.2, 115.0), Place(28.0 + 0.0002 / 111.2, 115.0)
    problem = county([visit(1, place=near), visit(2, place=far)], offices=(here,), matrix=None)
    assert Travel.of(problem).table(0, [1, 2])[0].tolist() == [0, 0, 240]


def test_a_table_may_be_one_way_and_is_read_by_rows() -> None:
    problem = replace(county([visit(1), visit(2)]), matrix=((0, 1, 2), (10, 0, 12), (20, 21, 0)))
    assert Travel.of(problem).table(0, [2, 1]).tolist() == [[0, 2, 1], [20, 0, 21], [10, 12, 0]]


def test_nobody_gets_to_a_place_that_is_not_known() -> None:
    problem = county([visit(1, place=None), visit(2)], matrix=None)
    table = Travel.of(problem).table(0, [1, 2])
    assert table[0, 1] == table[1, 0] == table[2, 1] == UNREACHABLE
    assert table[0, 2] == 0


def test_ways_are_rounded_up_to_the_step_for_solver_and_judge_alike() -> None:
    places = {n: Place(30.0 + n / 50, 120.0 + n / 70) for n in (1, 2, 3)}
    visits = [visit(n, place=place) for n, place in places.items()]
    problem = county(visits, matrix=None, travel_step=300)
    plain = replace(problem, travel_step=1)
    ways, exact = Travel.of(problem).between(range(4)), Travel.of(plain).between(range(4))
    assert (ways % 300 == 0).all()
    assert ((ways >= exact) & (ways < exact + 300)).all()
    assert (exact % 300 != 0).any()
    assert [[Facts(problem).way(a, b) for b in range(4)] for a in range(4)] == ways.tolist()
