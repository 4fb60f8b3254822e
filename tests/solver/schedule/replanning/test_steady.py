"""What people were told stays: the same tours begin at the same times, wherever that is lawful and no dearer."""

from dataclasses import replace

from solver.schedule import judge, solve
from solver.schedule.problem import Fixed, Place, Problem, Published, Team, Visit
from solver.schedule.replanning.steady import keep_times
from solver.schedule.timetable import Timetable

DAY = 25_200


def visit(name: int, team: str, north: float, **more: object) -> Visit:
    fields: dict[str, object] = {"windows": ((0, DAY),), "days": (0, 1), "team": team} | more
    return Visit(id=name, county=0, place=Place(28.29 + north, 117.22), duration=2700, **fields)  # type: ignore[arg-type]


def problem(*visits: Visit, **more: object) -> Problem:
    """Two teams that share an inspector, one after the other."""
    fields: dict[str, object] = {"sharing": "time"} | more
    return Problem(
        name="steady",
        day_length=DAY,
        max_visits=4,
        day_cost=1800,
        miss_cost=21_600,
        days=("2026-11-23", "2026-11-24"),
        offices=(Place(28.29, 117.22),),
        teams=(Team("A+B", 0, 0, ("A", "B"), (0, 1)), Team("B+C", 0, 0, ("B", "C"), (0, 1))),
        visits=visits,
        **fields,  # type: ignore[arg-type]
    )


def told(timetable: Timetable, later: int = 0) -> dict[int | str, Published]:
    """A timetable as people were told it, each route by so many seconds later than it needs to be."""
    return {
        name: Published(route.team, route.day, start + later)
        for route in timetable.routes
        for name, start in zip(route.visits, route.starts, strict=True)
    }


def starts(timetable: Timetable) -> dict[int | str, tuple[int, int]]:
    return {
        name: (route.day, start)
        for route in timetable.routes
        for name, start in zip(route.visits, route.starts, strict=True)
    }


def test_visits_begin_when_people_were_told_though_they_could_begin_sooner() -> None:
    posed = problem(visit(1, "A+B", 0.02), visit(2, "A+B", 0.03))
    first = solve(posed)
    again = replace(posed, published=told(first, later=1200))
    kept = keep_times(again, solve(again))
    assert starts(kept) == {name: (spot.day, spot.start) for name, spot in again.published.items()}
    assert judge(again, kept) == ()
    assert kept.travel == first.travel


def test_a_time_that_is_no_longer_possible_is_not_kept_and_the_others_are() -> None:
    posed = problem(visit(1, "A+B", 0.02), visit(2, "B+C", 0.03))
    published = told(solve(posed), later=900)
    shut = visit(2, "B+C", 0.03, appointment=Fixed(1, 18_000))
    again = replace(problem(visit(1, "A+B", 0.02), shut), published=published)
    kept = keep_times(again, solve(again))
    assert judge(again, kept) == ()
    assert starts(kept)[1] == (published[1].day, published[1].start)
    assert starts(kept)[2] == (1, 18_000)


def test_old_times_that_would_put_somebody_in_two_places_are_given_up() -> None:
    posed = problem(visit(1, "A+B", 0.02), visit(2, "B+C", 0.03))
    first = solve(posed)
    clash = {name: Published(spot.team, 0, 3600) for name, spot in told(first).items()}
    again = replace(posed, published=clash)
    plan = solve(again)
    kept = keep_times(again, plan)
    assert judge(again, kept) == ()
    assert len(starts(kept)) == 2


def test_one_clash_of_a_day_does_not_cost_the_other_teams_of_that_day_their_times() -> None:
    teams = tuple(Team("+".join(pair), 0, 0, tuple(pair), (0,)) for pair in ("AB", "BC", "DE"))
    visits = [visit(n, team.id, 0.02 * n, days=(0,)) for n, team in enumerate(teams, 1)]  # type: ignore[arg-type]
    posed = replace(problem(*visits), teams=teams)
    plan = solve(posed)
    asked = {1: 3600, 2: 3600, 3: 18_000}  # B would be with 1 and 2 at once
    again = replace(
        posed, published={name: Published(teams[name - 1].id, 0, start) for name, start in asked.items()}
    )
    kept = keep_times(again, plan)
    assert judge(again, kept) == ()
    assert starts(kept)[3] == (0, 18_000)


def test_without_a_published_plan_nothing_changes() -> None:
    posed = problem(visit(1, "A+B", 0.02))
    plan = solve(posed)
    assert keep_times(posed, plan) is plan
