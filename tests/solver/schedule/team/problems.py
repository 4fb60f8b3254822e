"""Tiny problems of one team, with every rule of a day in them."""

from __future__ import annotations

from hypothesis import strategies as st

from solver.schedule.problem import Fixed, Place, Problem, Published, Team, Visit

DAY = 100


@st.composite
def windows(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    some = draw(st.lists(st.tuples(st.integers(0, DAY), st.integers(0, DAY)), min_size=1, max_size=2))
    return tuple(sorted((min(pair), max(pair)) for pair in some))


@st.composite
def visits(draw: st.DrawFn, number: int, days: int) -> Visit:
    fixed = st.none() | st.builds(Fixed, st.integers(0, days - 1), st.none() | st.integers(0, 80))
    rare = st.sampled_from([True, False, False, False])
    everyday = ((0, DAY),)
    return Visit(
        id=number,
        county=0,
        place=None,
        duration=draw(st.integers(0, 45)),
        windows=draw(st.just(everyday) | windows()),
        days=tuple(sorted(draw(st.sets(st.integers(0, days - 1), min_size=1)))),
        team=7,
        windows_on=draw(st.dictionaries(st.integers(0, days - 1), windows(), max_size=1))
        if draw(rare)
        else {},
        appointment=draw(fixed) if draw(rare) else None,
        pinned=draw(fixed) if draw(rare) else None,
        skills=draw(st.sampled_from([frozenset(), frozenset(), frozenset({"药"})])),
        recused=draw(st.sampled_from([frozenset(), frozenset(), frozenset({"甲"}), frozenset({"丙"})])),
        over_lunch=draw(st.booleans()),
    )


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """At most five visits on at most three days; ways need no triangle inequality."""
    days, count = draw(st.integers(1, 3)), draw(st.integers(1, 5))
    seconds = st.integers(0, 40)
    matrix = tuple(tuple(draw(seconds) for _ in range(count + 1)) for _ in range(count + 1))
    hours = st.tuples(st.integers(0, 40), st.integers(60, DAY))
    team = Team(
        id=7,
        county=0,
        office=0,
        members=("甲", "乙"),
        days=tuple(sorted(draw(st.sets(st.integers(0, days - 1), min_size=1)))),
        hours=draw(st.dictionaries(st.integers(0, days - 1), hours, max_size=2)),
        skills=draw(st.sampled_from([frozenset(), frozenset({"药"})])),
    )
    was = st.builds(Published, st.sampled_from([7, 7, 8]), st.integers(0, days - 1), st.just(0))
    return Problem(
        name="tiny",
        day_length=DAY,
        max_visits=draw(st.integers(1, 4)),
        day_cost=draw(st.integers(0, 50)),
        miss_cost=draw(st.integers(0, 200)),
        days=tuple(f"2026-09-{14 + day}" for day in range(days)),
        offices=(Place(28.0, 115.0),),
        teams=(team,),
        visits=tuple(draw(visits(number, days)) for number in range(count)),
        lunch=draw(st.none() | st.integers(30, 60)),
        aims=draw(st.sampled_from(["lexicographic", "lexicographic", "weighted"])),
        change_cost=draw(st.integers(0, 60)),
        published=draw(st.dictionaries(st.integers(0, count - 1), was, max_size=3)),
        matrix=matrix,
    )
