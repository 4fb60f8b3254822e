"""After an event hardly a visit moves, and every plan is lawful by the problem as it is then."""

from dataclasses import replace

import pytest

from solver.schedule.judging import judge
from solver.schedule.judging.moving import refigured
from solver.schedule.problem import Fixed, Inspector, Problem
from solver.schedule.replanning import (
    Added,
    Appointment,
    Away,
    Cancelled,
    Cars,
    Closed,
    Event,
    Pin,
    ReplanError,
    Replanned,
    Unpin,
    diff,
    read_events,
    replan,
    substitutes,
)
from solver.schedule.timetable import Timetable
from tests.solver.schedule.small import county, plan, team, visit

TRIPS = {(1, 0): [1, 2], (1, 1): [3], (2, 0): [4, 5, 6]}


def standing(problem: Problem) -> Timetable:
    timetable = refigured(problem, plan(problem, TRIPS))
    assert judge(problem, timetable) == ()
    return timetable


def done(problem: Problem, *events: Event, today: int | str | None = None) -> Replanned:
    result = replan(problem, standing(problem), events, today)
    assert judge(result.problem, result.timetable) == ()
    return result


def kinds(result: Replanned) -> list[str]:
    return [step.kind for step in result.steps]


def moved(result: Replanned) -> list[object]:
    return [one.visit for one in result.changes if one.moved]


def with_spares(*spares: Inspector) -> Problem:
    people = tuple(Inspector(name) for name in "pqrs")
    return county(inspectors=(*people, *spares))


def test_nothing_happened_and_nothing_changes() -> None:
    problem = county()
    result = done(problem)
    assert (result.steps, result.changes) == ((), ())
    assert result.timetable.routes == standing(problem).routes


def test_somebody_spare_takes_the_place_and_no_visit_moves() -> None:
    problem = with_spares(Inspector("x", spare=True), Inspector("y", spare=True))
    result = done(problem, Away("p", (0, 1)))
    assert kinds(result) == ["substitute"]
    assert result.steps[0].params == {
        "team": 1, "inspector": "p", "substitute": "x", "days": [0, 1], "visits": [1, 2, 3],
    }  # fmt: skip
    assert result.steps[0].message == "第 1 组9月14日、9月15日由 x 替 p，1、2、3 均不变动。"
    assert result.changes == ()
    assert result.timetable.routes == standing(problem).routes
    assert result.problem.teams[0].members_on(1) == ("x", "q")


def test_the_office_may_say_who_was_drawn() -> None:
    problem = with_spares(Inspector("x", spare=True), Inspector("y", spare=True))
    assert substitutes(problem, standing(problem), "p", 1, (0, 1)) == ("x", "y")
    assert done(problem, Away("p", (0, 1), "y")).steps[0].params["substitute"] == "y"
    with pytest.raises(ReplanError) as told:
        done(problem, Away("p", (0, 1), "r"))
    assert told.value.code == "substitute_unfit"


@pytest.mark.parametrize(
    "spare",
    [
        Inspector("x"),
        Inspector("x", days=(1, 2, 3), spare=True),
        Inspector("x", hours={0: (0, 5000)}, spare=True),
    ],
)
def test_who_is_not_spare_or_not_there_takes_no_place(spare: Inspector) -> None:
    assert substitutes(with_spares(spare), standing(county()), "p", 1, (0,)) == ()


def test_who_must_stay_away_or_lacks_the_skill_takes_no_place() -> None:
    skilled = Inspector("p", skills=frozenset({"food"}))
    for planted in ({"recused": frozenset("x")}, {"skills": frozenset({"food"})}):
        visits = [visit(1, 1, **planted), *(visit(n, 1 if n <= 3 else 2) for n in range(2, 7))]
        people = (skilled, *(Inspector(name) for name in "qrs"), Inspector("x", spare=True))
        teams = (team(1, ("p", "q"), skills=frozenset({"food"})), team(2, ("r", "s")))
        problem = county(visits, teams, inspectors=people)
        assert substitutes(problem, standing(problem), "p", 1, (0,)) == ()
        assert substitutes(problem, standing(problem), "p", 1, (1,)) == ("x",)


def test_nobody_stands_in_at_two_places() -> None:
    problem = with_spares(Inspector("x", spare=True))
    result = done(problem, Away("p", (0,)), Away("r", (0,)))
    assert [(step.kind, step.team) for step in result.steps] == [("substitute", 1), ("redate", 2)]
    assert moved(result) == [4, 5, 6]


def test_without_anybody_spare_the_team_goes_on_another_day() -> None:
    result = done(county(), Away("p", (0,)))
    assert kinds(result) == ["redate"]
    assert moved(result) == [1, 2]
    assert result.changes[0].reason.endswith("因 p 当日不在岗且无人可替。")
    assert 0 not in result.problem.teams[0].days


def test_teams_that_are_not_touched_stay_to_the_second() -> None:
    problem = county()
    before, after = standing(problem), done(problem, Away("p", (0,))).timetable
    assert [one for one in after.routes if one.team == 2] == [one for one in before.routes if one.team == 2]


def test_what_is_pinned_does_not_move() -> None:
    problem = county(
        [visit(1, 1, pinned=Fixed(0, 600)), *(visit(n, 1 if n <= 3 else 2) for n in range(2, 7))]
    )
    result = done(problem, Closed(2, (0,)))
    assert moved(result) == [2]
    assert next(route for route in result.timetable.routes if 1 in route.visits).day == 0


def test_what_is_pinned_stays_even_where_somebody_is_missing() -> None:
    result = done(county(), Away("p", (0, 1)), Pin(3))
    assert [(step.kind, step.params) for step in result.steps] == [
        ("stands", {"team": 1, "day": 1}),
        ("redate", {"team": 1, "visits": [1, 2]}),
    ]
    assert 3 not in moved(result)
    assert done(county(), Pin(3), Closed(3, (1,))).changes == ()


def test_a_closed_entity_moves_alone() -> None:
    result = done(county(), Closed(1, (0,)))
    assert moved(result) == [1]
    assert [one.visit for one in result.changes] == [1]
    assert result.changes[0].reason.startswith("由9月14日 09:10（第 1 组）改为9月15日 ")


def test_the_past_and_today_stay() -> None:
    problem = county()
    result = done(problem, Away("p", (0, 1)), today="2026-09-14")
    assert kinds(result) == ["stands", "redate"]
    assert moved(result) == [3]
    assert {one.id: one.pinned for one in result.problem.visits}[1] == Fixed(0, 600)
    assert result.timetable.routes[0] == standing(problem).routes[0]


def test_today_somebody_may_still_stand_in_but_not_for_yesterday() -> None:
    problem = with_spares(Inspector("x", spare=True))
    assert done(problem, Away("p", (0,)), today=0).steps[0].params["substitute"] == "x"
    assert done(problem, Away("p", (0,)), today="2026-09-15").steps == ()


def test_an_appointment_is_kept_and_others_give_way() -> None:
    result = done(county(), Appointment(3, 0, 600))
    route = next(route for route in result.timetable.routes if 3 in route.visits)
    assert (route.day, route.starts[route.visits.index(3)]) == (0, 600)
    assert moved(result) == [3]


def test_no_appointment_in_the_past() -> None:
    with pytest.raises(ReplanError) as told:
        done(county(), Appointment(3, 0), today=1)
    assert told.value.code == "event_past"


def test_a_pin_and_its_end_move_nothing() -> None:
    problem = county()
    pinned = done(problem, Pin(3))
    assert pinned.changes == ()
    assert pinned.problem.visits[2].pinned == Fixed(1, 600)
    free = replan(pinned.problem, pinned.timetable, [Unpin(3)])
    assert (free.changes, free.problem.visits[2].pinned) == ((), None)


def test_a_cancelled_visit_leaves_the_others_their_times() -> None:
    result = done(county(), Cancelled(1))
    assert [(one.visit, one.new) for one in result.changes] == [(1, None)]
    assert len(result.problem.visits) == 5
    assert result.problem.matrix is not None
    assert len(result.problem.matrix) == 6


def test_a_new_visit_finds_its_place() -> None:
    problem = county([visit(n, 1 if n <= 3 else 2) for n in range(1, 7)], matrix=None)
    before = replan_base(problem)
    result = replan(problem, before, [Added(visit(7, 1))])
    assert judge(result.problem, result.timetable) == ()
    assert [(one.visit, one.old) for one in result.changes] == [(7, None)]


def replan_base(problem: Problem) -> Timetable:
    """All of a team's visits at the office's door on the first day."""
    from solver.schedule.explaining.bench import Bench
    from solver.schedule.team.plan import plan_team

    bench = Bench.of(problem, ())
    routes = [
        route
        for one in problem.teams
        for route in plan_team(problem, bench.travel, one.id, bench.limits).routes
    ]
    return refigured(problem, Timetable("", tuple(routes), (), 0, 0, 0, ()))


def test_a_new_visit_needs_a_row_in_a_table_of_ways() -> None:
    with pytest.raises(ReplanError) as told:
        done(county(), Added(visit(7, 1)))
    assert told.value.code == "event_no_travel"


def test_fewer_cars_move_whole_tours() -> None:
    result = done(county(), Cars(0, 1))
    assert len(moved(result)) == 2
    assert [one.visit for one in result.changes] == [1, 2]
    assert max(sum(one.day == day for one in result.timetable.routes) for day in range(4)) == 1


def test_what_fits_nowhere_is_named_for_a_new_draw_and_an_extension() -> None:
    visits = [visit(1, 1, days=(0,)), *(visit(n, 1 if n <= 3 else 2) for n in range(2, 7))]
    result = done(county(visits), Away("p", (0,)))
    assert kinds(result) == ["redate", "redraw", "extend"]
    assert result.steps[1].params == {"visit": 1, "teams": [2]}
    assert result.steps[2].params == {"visit": 1, "day": 1}
    (told,) = result.timetable.unscheduled
    assert (told.visit, told.code) == (1, "NO_COMMON_DAY")


def test_others_in_the_way_are_left_where_they_are() -> None:
    """One car, and team 2 has it on day 2: team 1 goes on day 1 or 3."""
    problem = county(cars={0: 1})
    before = refigured(problem, plan(problem, {(1, 0): [1, 2, 3], (2, 2): [4, 5, 6]}))
    assert judge(problem, before) == ()
    result = replan(problem, before, [Away("p", (0, 1))])
    assert judge(result.problem, result.timetable) == ()
    assert [(one.team, one.day) for one in result.timetable.routes] == [(1, 3), (2, 2)]


def test_events_are_read_from_a_file() -> None:
    problem = county()
    given = [
        {"kind": "away", "inspector": "p", "days": ["2026-09-15", 0]},
        {"kind": "closed", "visit": 1, "days": [3]},
        {"kind": "appointment", "visit": 1, "day": 2, "start": 60},
        {"kind": "pin", "visit": 1},
        {"kind": "unpin", "visit": 1},
        {"kind": "cancelled", "visit": 1},
        {
            "kind": "added",
            "visit": {
                "id": 9,
                "county": 0,
                "lat": 30,
                "lon": 120,
                "dur": 60,
                "tw": [0, 600],
                "days": [1],
                "team": 1,
            },
        },
        {"kind": "cars", "office": 0, "cars": 3},
    ]
    read = read_events(given, problem)
    assert read[0] == Away("p", (0, 1))
    assert read[2] == Appointment(1, 2, 60)
    assert isinstance(read[6], Added)
    assert (read[6].visit.windows, read[6].visit.days) == (((0, 600),), (1,))
    assert read[7] == Cars(0, 3)


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({"kind": "flood"}, "event_kind"),
        ({}, "event_kind"),
        ({"kind": "away", "inspector": 3, "days": [0]}, "event_malformed"),
        ({"kind": "away", "inspector": "p", "days": 0}, "event_malformed"),
        ({"kind": "away", "inspector": "p", "days": [9]}, "event_day"),
        ({"kind": "away", "inspector": "nobody", "days": [0]}, "event_inspector"),
        ({"kind": "closed", "visit": 99, "days": [0]}, "event_visit"),
        ({"kind": "closed", "visit": None, "days": [0]}, "event_malformed"),
        ({"kind": "pin", "visit": 99}, "event_visit"),
        ({"kind": "cars", "office": 5, "cars": 1}, "event_office"),
        ({"kind": "cars", "office": 0, "cars": "two"}, "event_malformed"),
        ({"kind": "added", "visit": 3}, "event_malformed"),
    ],
)
def test_an_event_that_says_nothing_is_refused_with_a_sentence(event: dict[str, object], code: str) -> None:
    with pytest.raises(ReplanError) as told:
        replan(county(), standing(county()), [event])
    assert told.value.code == code
    assert str(told.value).endswith("。")


def test_days_of_a_file_out_of_order_are_found() -> None:
    problem = county(given_days=(2, 0, 1, 3))
    assert read_events([{"kind": "away", "inspector": "p", "days": [2]}], problem) == (Away("p", (0,)),)


def test_the_difference_of_two_plans_tells_old_and_new() -> None:
    problem = county()
    old, new = (
        standing(problem),
        refigured(problem, plan(problem, {(1, 0): [2, 1], (1, 2): [3], (2, 0): [4, 5, 6]})),
    )
    found = diff(problem, old, new)
    assert [one.visit for one in found] == [1, 2, 3]
    assert [one.moved for one in found] == [False, False, True]
    assert found[0].reason == "日期不变，开始时间由9月14日 09:10 调整为 10:20。"
    assert found[2].reason == "由9月15日 09:10（第 1 组）改为9月16日 09:10（第 1 组）。"


def test_events_follow_one_another() -> None:
    problem = county()
    first = done(problem, Closed(1, (0,)))
    second = replan(first.problem, first.timetable, [Away("p", (1,))])
    assert judge(second.problem, second.timetable) == ()
    assert replace(second.timetable, routes=()) != replace(first.timetable, routes=())


def test_a_visit_without_a_place_that_is_cancelled_takes_its_cost_out_of_the_bound() -> None:
    """Nothing else changes, so that nothing can be known now that was not known before."""
    problem = county()
    old = plan(problem, {(1, 0): [1, 2, 3], (2, 0): [4, 5]}, missing=[6])
    old = replace(old, bound=old.objective - 1000)
    new = replan(problem, old, [{"kind": "cancelled", "visit": 6}]).timetable
    assert (old.objective - new.objective, old.bound - new.bound) == (21600, 21600)
