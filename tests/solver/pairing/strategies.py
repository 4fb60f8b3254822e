"""Small random pairing problems, feasible and not."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from solver.pairing import Inspector, Problem, Seat, Task

PEOPLE = ("甲", "乙", "丙", "丁")
PERIODS = ("2026-W48", "2026-W49")
subsets = st.lists(st.sampled_from(PEOPLE), unique=True, max_size=4).map(tuple)


def seats() -> st.SearchStrategy[tuple[Seat, ...]]:
    two = st.builds(lambda a, b: (Seat("lead", a), Seat("member", b)), subsets, subsets)
    one = st.builds(lambda people, demand: (Seat("member", people, demand),), subsets, st.integers(1, 2))
    return st.one_of(two, one)


@st.composite
def problems(draw: st.DrawFn, recusals: bool = False) -> Problem:
    """Up to four tasks and four people with every rule of the form."""
    inspectors = []
    for name in PEOPLE:
        least = draw(st.sampled_from([0, 0, 0, 1, 2]))
        inspectors.append(
            Inspector(
                name,
                past_load=draw(st.integers(0, 3)),
                min_load=least,
                max_load=draw(st.one_of(st.none(), st.integers(least, 3))),
                period_cap=draw(st.sampled_from([None, None, 0, 1, 2])),
            )
        )
    tasks = tuple(
        Task(f"t{number}", draw(seats()), draw(st.sampled_from(PERIODS)))
        for number in range(draw(st.integers(0, 4)))
    )
    problem = Problem(tuple(inspectors), tasks)
    if not recusals:
        return problem
    pairs = [(a, b) for a in PEOPLE for b in PEOPLE if a < b]
    return replace(problem, colleague_recusals=tuple(draw(st.lists(st.sampled_from(pairs), max_size=3))))


@st.composite
def open_problems(draw: st.DrawFn) -> Problem:
    """Problems with few limits, most of them feasible."""
    wide = st.lists(st.sampled_from(PEOPLE), unique=True, min_size=2, max_size=4).map(tuple)
    inspectors = tuple(Inspector(name, past_load=draw(st.integers(0, 3))) for name in PEOPLE)
    tasks = tuple(
        Task(f"t{number}", (Seat("lead", draw(wide)), Seat("member", draw(wide))))
        for number in range(draw(st.integers(1, 4)))
    )
    return Problem(inspectors, tasks)


@st.composite
def roomy_problems(draw: st.DrawFn) -> Problem:
    """Five people who may mostly do everything, with a bound here and there: most are feasible."""
    people = (*PEOPLE, "戊")
    wide = st.lists(st.sampled_from(people), unique=True, min_size=3, max_size=5).map(tuple)
    narrow = st.lists(st.sampled_from(people), unique=True, min_size=1, max_size=3).map(tuple)
    inspectors = tuple(
        Inspector(
            name,
            past_load=draw(st.sampled_from([0, 0, 1, 2, 7])),
            min_load=draw(st.sampled_from([0, 0, 0, 1])),
            max_load=draw(st.sampled_from([None, None, None, 2, 3])),
            period_cap=draw(st.sampled_from([None, None, 1, 2])),
        )
        for name in people
    )
    teams = st.one_of(
        st.builds(lambda a: (Seat("member", a, 2),), wide),
        st.builds(lambda a, b: (Seat("lead", a), Seat("member", b)), narrow, wide),
        st.builds(lambda a, b: (Seat("lead", a), Seat("member", b, 2)), wide, wide),
        st.builds(lambda a: (Seat("member", a),), narrow),
    )
    return Problem(
        inspectors,
        tuple(
            Task(f"t{number}", draw(teams), draw(st.sampled_from(PERIODS)))
            for number in range(draw(st.integers(1, 5)))
        ),
    )
