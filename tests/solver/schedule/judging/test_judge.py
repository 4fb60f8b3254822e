"""The judge finds every rule broken once, and nothing else."""

from dataclasses import replace
from typing import Any

import pytest

from solver.schedule.judging import Violation, judge
from solver.schedule.problem import Fixed, Inspector, Place, Problem, Published, Visit
from solver.schedule.timetable import Unscheduled
from tests.solver.schedule.small import county, plan, route, swap, team, visit

TRIPS = {(1, 0): [1, 2], (1, 1): [3], (2, 0): [4, 5, 6]}


def visits(**changes: dict[str, Any]) -> list[Visit]:
    """The six visits; ``v3={…}`` changes visit 3."""
    return [visit(n, 1 if n <= 3 else 2, **changes.get(f"v{n}", {})) for n in range(1, 7)]


def only(found: tuple[Violation, ...]) -> Violation:
    assert len(found) == 1, [one.message for one in found]
    return found[0]


def codes(found: tuple[Violation, ...]) -> list[str]:
    return [one.code for one in found]


def test_a_lawful_plan_breaks_nothing() -> None:
    assert judge(county(), plan(county(), TRIPS)) == ()


def test_a_visit_nobody_knows_is_named() -> None:
    timetable = plan(county(), TRIPS)
    timetable = replace(
        timetable, unscheduled=(Unscheduled(99, "CAPACITY"),), objective=timetable.objective + 21600
    )
    found = only(judge(county(), timetable))
    assert (found.code, found.params) == ("UNKNOWN_ID", {"kind": "visit", "id": "99"})
    assert found.message == "检查对象“99”不在排期问题中。"


@pytest.mark.parametrize("name", ["1", True, None, 1.0])
def test_an_id_of_another_kind_is_not_the_same_id(name: Any) -> None:
    found = judge(county(), swap(plan(county(), TRIPS), 0, visits=(name, 2)))
    assert codes(found) == ["VISIT_LOST", "UNKNOWN_ID"] or codes(found) == ["UNKNOWN_ID", "VISIT_LOST"]


def test_an_unknown_team_and_an_unknown_day_are_named() -> None:
    assert "UNKNOWN_ID" in codes(judge(county(), swap(plan(county(), TRIPS), 1, team=9)))
    found = judge(county(), swap(plan(county(), TRIPS), 1, day=44))
    assert [(one.code, one.params["kind"]) for one in found] == [("UNKNOWN_ID", "day")]


def test_a_visit_placed_and_also_called_unscheduled_is_there_twice() -> None:
    found = only(judge(county(), plan(county(), TRIPS, missing=[3])))
    assert (found.code, found.params) == ("VISIT_TWICE", {"visit": 3, "times": 2})


def test_a_visit_nowhere_is_lost() -> None:
    found = only(judge(county(), plan(county(), {(1, 0): [1, 2], (2, 0): [4, 5, 6]})))
    assert (found.code, found.visit) == ("VISIT_LOST", 3)


def test_a_visit_stays_with_the_team_that_was_drawn() -> None:
    problem = county()
    found = only(judge(problem, plan(problem, {(1, 0): [1, 2, 4], (1, 1): [3], (2, 0): [5, 6]})))
    assert (found.code, found.params) == ("WRONG_TEAM", {"visit": 4, "team": 1, "drawn": 2})
    assert found.message == "检查对象 4 抽定由第 2 组检查，却排给了第 1 组。"


def test_a_team_has_one_route_a_day() -> None:
    problem = county()
    found = only(
        judge(
            problem,
            plan(
                problem,
                [route(problem, 1, 0, [1, 2]), route(problem, 1, 0, [3]), route(problem, 2, 0, [4, 5, 6])],
            ),
        )
    )
    assert (found.code, found.params) == ("TEAM_DAY_TWICE", {"team": 1, "day": 0, "times": 2})


def test_a_team_goes_out_on_its_days_alone() -> None:
    problem = county(teams=(team(1, ("p", "q"), (0, 2, 3)), team(2, ("r", "s"))))
    found = only(judge(problem, plan(problem, TRIPS)))
    assert (found.code, found.team, found.day) == ("TEAM_ABSENT", 1, 1)
    assert "9月15日" in found.message


def test_a_member_on_leave_keeps_the_team_at_home() -> None:
    problem = county(
        inspectors=(Inspector("p"), Inspector("q", days=(0, 2, 3)), Inspector("r"), Inspector("s"))
    )
    found = only(judge(problem, plan(problem, TRIPS)))
    assert (found.code, found.params) == ("TEAM_ABSENT", {"team": 1, "day": 1, "away": ["q"]})


def test_somebody_who_stands_in_lets_the_team_go() -> None:
    people = (
        Inspector("p"),
        Inspector("q", days=(0, 2, 3)),
        Inspector("r"),
        Inspector("s"),
        Inspector("x", spare=True),
    )
    problem = county(
        teams=(team(1, ("p", "q"), stand_ins={1: ("p", "x")}), team(2, ("r", "s"))), inspectors=people
    )
    assert judge(problem, plan(problem, TRIPS)) == ()


@pytest.mark.parametrize(("hours", "side"), [((600, 25200), "leave"), ((0, 4000), "return")])
def test_leaving_and_returning_lie_within_the_hours(hours: tuple[int, int], side: str) -> None:
    problem = county(teams=(team(1, ("p", "q"), hours={1: hours}), team(2, ("r", "s"))))
    found = only(judge(problem, plan(problem, TRIPS)))
    assert (found.code, found.params["side"], found.day) == ("OUT_OF_HOURS", side, 1)


def test_half_a_day_of_a_member_is_half_a_day_of_the_team() -> None:
    people = (Inspector("p"), Inspector("q", hours={1: (10800, 25200)}), Inspector("r"), Inspector("s"))
    found = only(judge(county(inspectors=people), plan(county(), TRIPS)))
    assert (found.code, found.params["time"], found.params["from"]) == ("OUT_OF_HOURS", 0, 10800)
    assert "09:00" in found.message
    assert "13:30" in found.message


def test_a_visit_comes_on_its_days_alone() -> None:
    problem = county(visits(v3={"days": (0, 2)}))
    found = only(judge(problem, plan(problem, TRIPS)))
    assert (found.code, found.params["allowed"]) == ("DAY_NOT_ALLOWED", [0, 2])


def test_days_of_a_year_not_announced_can_be_barred() -> None:
    problem = county(provisional=(1,), unknown_years=(2026,), allow_provisional=False)
    assert codes(judge(problem, plan(problem, TRIPS))) == ["DAY_NOT_ALLOWED"]
    assert judge(replace(problem, allow_provisional=True), plan(problem, TRIPS)) == ()


@pytest.mark.parametrize("windows", [((0, 4000),), ((700, 9000),), ((0, 2000), (2000, 9000))])
def test_a_visit_begins_and_ends_inside_one_window(windows: tuple[tuple[int, int], ...]) -> None:
    problem = county(visits(v3={"windows": windows}))
    found = only(judge(problem, plan(problem, TRIPS)))
    assert (found.code, found.visit) == ("OUT_OF_WINDOW", 3)


def test_the_windows_of_a_day_take_the_place_of_the_usual() -> None:
    problem = county(visits(v3={"windows_on": {1: ((7200, 10800),)}}))
    assert only(judge(problem, plan(problem, TRIPS))).code == "OUT_OF_WINDOW"


def test_lunch_is_not_worked_through() -> None:
    problem = county()
    trips = [route(problem, 1, 0, [1, 2]), route(problem, 1, 1, [3], [9000]), route(problem, 2, 0, [4, 5, 6])]
    found = only(judge(problem, plan(problem, trips)))
    assert (found.code, found.params) == ("OVER_LUNCH", {"visit": 3, "day": 1, "start": 9000, "dur": 3600})
    assert found.message == "检查对象 3 安排在9月15日 11:30—14:00，跨过了午休。"
    longer = county(visits(v3={"over_lunch": True}))
    assert judge(longer, plan(longer, trips)) == ()


def test_nobody_is_there_before_the_way_is_driven() -> None:
    problem = county()
    trips = [
        route(problem, 1, 0, [1, 2], [600, 4799]),
        route(problem, 1, 1, [3]),
        route(problem, 2, 0, [4, 5, 6]),
    ]
    found = only(judge(problem, plan(problem, trips)))
    assert (found.code, found.params["arrives"], found.params["start"]) == ("TRAVEL_TOO_SHORT", 4800, 4799)


def test_the_way_is_the_stated_formula_where_there_is_no_table() -> None:
    # 0.1 degree of latitude is 11.119 km, so 240 + 11.119 · 1.35 / (25 + 11.119 · 1.1) · 3600 = 1691 s
    far = county([visit(n, place=Place(30.1, 120.0)) for n in (1, 2, 3)], matrix=None)
    trips = plan(far, {(1, 0): [1], (1, 1): [2], (1, 2): [3]})
    figures = {
        one.params["actual"]
        for one in judge(far, trips)
        if one.params.get("figure") == "travel_s" and one.day is not None
    }
    assert figures == {2 * 1691}


def test_no_more_visits_than_a_day_may_hold() -> None:
    problem = county(max_visits=2)
    found = only(judge(problem, plan(problem, TRIPS)))
    assert (found.code, found.params) == ("TOO_MANY_VISITS", {"team": 2, "day": 0, "visits": 3, "most": 2})


def test_no_more_routes_than_cars() -> None:
    problem = county(cars={0: 1})
    found = only(judge(problem, plan(problem, TRIPS)))
    assert (found.code, found.params) == ("CAR_CAP", {"office": 0, "day": 0, "routes": 2, "cars": 1})


def shared(sharing: str) -> Problem:
    return county(teams=(team(1, ("p", "q")), team(2, ("q", "s"))), sharing=sharing)


def test_nobody_goes_out_with_two_teams_on_one_day() -> None:
    found = only(judge(shared("day"), plan(shared("day"), TRIPS)))
    assert (found.code, found.params) == (
        "INSPECTOR_DOUBLE_BOOKED",
        {"inspector": "q", "day": 0, "teams": [1, 2]},
    )


def test_one_after_the_other_is_allowed_where_people_are_shared_by_time() -> None:
    problem = shared("time")
    assert codes(judge(problem, plan(problem, TRIPS))) == ["INSPECTOR_DOUBLE_BOOKED"]
    after = [
        route(problem, 1, 0, [1, 2]),
        route(problem, 1, 1, [3]),
        route(problem, 2, 0, [4, 5, 6], [10800, 15000, 19200]),
    ]
    assert judge(problem, plan(problem, after)) == ()


def test_what_is_pinned_stays() -> None:
    problem = county(visits(v3={"pinned": Fixed(1, 1200)}))
    found = only(judge(problem, plan(problem, TRIPS)))
    assert (found.code, found.visit) == ("PINNED_MOVED", 3)
    assert found.message == "检查对象 3 已锁定在9月15日 09:20，现为9月15日 09:10。"


def test_what_is_pinned_is_not_left_out() -> None:
    problem = county(visits(v3={"pinned": Fixed(1)}))
    assert codes(judge(problem, plan(problem, {(1, 0): [1, 2], (2, 0): [4, 5, 6]}, missing=[3]))) == [
        "PINNED_MOVED"
    ]


def test_an_appointment_is_kept() -> None:
    problem = county(visits(v3={"appointment": Fixed(2)}))
    found = only(judge(problem, plan(problem, TRIPS)))
    assert (found.code, found.message) == (
        "APPOINTMENT_MISSED",
        "检查对象 3 已约定9月16日，现为9月15日 09:10。",
    )


def test_who_must_stay_away_stays_away() -> None:
    problem = county(visits(v3={"recused": frozenset({"q", "z"})}))
    found = only(judge(problem, plan(problem, TRIPS)))
    assert (found.code, found.params) == ("RECUSED", {"visit": 3, "team": 1, "inspectors": ["q"]})


def test_some_member_holds_each_skill() -> None:
    people = (Inspector("p", skills=frozenset({"food"})), Inspector("q"), Inspector("r"), Inspector("s"))
    problem = county(visits(v3={"skills": frozenset({"food", "drug"})}), inspectors=people)
    found = only(judge(problem, plan(problem, TRIPS)))
    assert (found.code, found.params) == ("SKILL_MISSING", {"visit": 3, "team": 1, "skills": ["drug"]})


@pytest.mark.parametrize(("figure", "stated"), [("leaves", 1), ("returns", 4), ("travel", 1801)])
def test_figures_of_a_route_are_what_the_route_says(figure: str, stated: int) -> None:
    found = only(judge(county(), swap(plan(county(), TRIPS), 0, **{figure: stated})))
    assert (found.code, found.team, found.day, found.params["stated"]) == ("WRONG_FIGURES", 1, 0, stated)


@pytest.mark.parametrize(
    ("figure", "stated"),
    [("travel", 1), ("objective", 1), ("bound", 10**9), ("peak_cars", {0: 1}), ("changed", (3,))],
)
def test_totals_are_what_the_routes_say(figure: str, stated: Any) -> None:
    found = only(judge(county(), replace(plan(county(), TRIPS), **{figure: stated})))
    assert (found.code, found.team) == ("WRONG_FIGURES", None)


def test_a_moved_visit_counts_as_changed() -> None:
    problem = county(published={3: Published(1, 2, 600), 4: Published(2, 0, 9000)})
    timetable = plan(problem, TRIPS)
    found = judge(problem, timetable)
    assert [one.params["figure"] for one in found] == ["changed"]
    assert judge(problem, replace(timetable, changed=(3,))) == ()


GARBAGE: list[tuple[str, Any]] = [
    ("starts", ("text", 4800)),
    ("starts", (600,)),
    ("starts", (600, None)),
    ("starts", "600"),
    ("starts", None),
    ("visits", "12"),
    ("visits", None),
    ("visits", ()),
    ("visits", ([1], {"a": 1})),
    ("team", [1]),
    ("team", None),
    ("day", "0"),
    ("day", None),
    ("day", -1),
    ("leaves", "soon"),
    ("returns", None),
    ("travel", 1800.0),
]


@pytest.mark.parametrize(("part", "value"), GARBAGE)
def test_text_where_numbers_should_be_is_told(part: str, value: Any) -> None:
    found = judge(county(), swap(plan(county(), TRIPS), 0, **{part: value}))
    assert found
    assert {one.code for one in found} <= {"WRONG_FIGURES", "UNKNOWN_ID", "VISIT_LOST"}


@pytest.mark.parametrize("part", ["travel", "objective", "bound"])
def test_totals_of_text_are_told(part: str) -> None:
    assert only(judge(county(), replace(plan(county(), TRIPS), **{part: "many"}))).params["stated"] == "many"


def test_every_violation_is_listed_at_once() -> None:
    problem = county(visits(v1={"recused": frozenset({"p"})}, v2={"days": (3,)}), cars={0: 0})
    found = judge(problem, plan(problem, TRIPS, missing=[6]))
    assert sorted(codes(found)) == ["CAR_CAP", "CAR_CAP", "DAY_NOT_ALLOWED", "RECUSED", "VISIT_TWICE"]


def test_a_visit_without_a_place_cannot_be_timed() -> None:
    problem = county(visits(v3={"place": None}), matrix=None)
    assert "TRAVEL_TOO_SHORT" in codes(judge(problem, plan(problem, TRIPS)))
