"""Planted reasons are found with their numbers, and every fix that is shown really works."""

from dataclasses import replace
from random import Random

import pytest

from solver.schedule import judge, solve
from solver.schedule.explaining import reasons
from solver.schedule.explaining.bench import Bench
from solver.schedule.explaining.reasons import reason_of
from solver.schedule.problem import Fixed, Inspector, Place, Problem, Visit
from solver.schedule.team.plan import fits
from solver.schedule.timetable import Unscheduled
from solver.schedule.travel import Travel
from tests.solver.schedule.explaining.mending import every_fix_works, explained, mended, planned, the_only
from tests.solver.schedule.small import county, route, team, visit

FOUR = (0, 1, 2, 3)


def with_one(**planted: object) -> Problem:
    """The small county; visit 1 is the planted one."""
    return county([visit(1, 1, **planted), *(visit(n, 1 if n <= 3 else 2) for n in range(2, 7))])


def kinds(told: Unscheduled) -> list[str]:
    return [fix.kind for fix in told.fixes]


def test_everything_fits_and_nothing_is_explained() -> None:
    assert explained(county()) == ()


def test_without_a_place_nobody_can_drive_there() -> None:
    problem = replace(with_one(place=None), matrix=None)
    told = the_only(problem)
    assert (told.visit, told.code, told.params) == (1, "NO_COORDINATES", {})
    assert kinds(told) == ["give_coordinates"]
    every_fix_works(problem, told)


def test_a_matrix_needs_no_places() -> None:
    assert explained(with_one(place=None)) == ()


def test_days_of_a_year_not_announced() -> None:
    problem = replace(
        with_one(days=(2, 3)),
        days=("2026-12-30", "2026-12-31", "2027-01-04", "2027-01-05"),
        provisional=(2, 3),
        unknown_years=(2027,),
        allow_provisional=False,
    )
    told = the_only(problem)
    assert (told.code, told.params) == ("CALENDAR_YEAR_UNKNOWN", {"years": [2027]})
    assert "2027 年" in told.message
    assert explained(replace(problem, allow_provisional=True)) == ()


def test_a_year_not_announced_comes_before_recusal() -> None:
    problem = replace(
        with_one(days=(3,), recused=frozenset("p")),
        provisional=(3,),
        unknown_years=(2026,),
        allow_provisional=False,
    )
    assert the_only(problem).code == "CALENDAR_YEAR_UNKNOWN"


def test_members_who_must_stay_away() -> None:
    problem = with_one(recused=frozenset({"q", "nobody"}))
    told = the_only(problem)
    assert (told.code, told.params) == ("RECUSED_ALL", {"inspectors": ["q"]})
    assert [(fix.kind, fix.params) for fix in told.fixes] == [("other_team", {"visit": 1, "team": 2})]
    every_fix_works(problem, told)


def test_a_skill_that_nobody_in_the_team_holds() -> None:
    problem = with_one(skills=frozenset({"food", "drug"}))
    problem = replace(
        problem,
        teams=(
            replace(problem.teams[0], skills=frozenset({"food"})),
            replace(problem.teams[1], skills=frozenset({"food", "drug"})),
        ),
    )
    told = the_only(problem)
    assert (told.code, told.params) == ("SKILL_MISSING", {"skills": ["drug"]})
    assert kinds(told) == ["other_team"]
    every_fix_works(problem, told)


def test_a_recused_team_is_no_fix() -> None:
    told = the_only(with_one(recused=frozenset({"q", "r"})))
    assert (told.code, told.fixes) == ("RECUSED_ALL", ())


def test_no_day_suits_both() -> None:
    problem = replace(with_one(days=(0, 1)), teams=(team(1, ("p", "q"), (2, 3)), team(2, ("r", "s"))))
    told = the_only(problem)
    assert (told.code, told.params) == ("NO_COMMON_DAY", {"visit_days": [0, 1], "team_days": [2, 3]})
    assert [(fix.kind, fix.params) for fix in told.fixes] == [
        ("extend_deadline", {"visit": 1, "day": 2}),
        ("add_day", {"team": 1, "day": 0}),
        ("other_team", {"visit": 1, "team": 2}),
    ]
    assert (
        told.message
        == "检查对象 1 可检查的日期为 9月14日、9月15日，第 1 组能外出的日期为 9月16日、9月17日，没有一天相同。"
    )
    every_fix_works(problem, told)


def test_a_day_on_which_it_does_not_open_is_no_common_day() -> None:
    told = the_only(with_one(days=(1,), windows_on={1: ()}))
    assert (told.code, told.params["visit_days"]) == ("NO_COMMON_DAY", [])


def test_an_appointment_on_a_day_without_the_team() -> None:
    problem = replace(
        with_one(appointment=Fixed(0, 3600)), teams=(team(1, ("p", "q"), (1, 2, 3)), team(2, ("r", "s")))
    )
    told = the_only(problem)
    assert (told.code, told.params["visit_days"]) == ("NO_COMMON_DAY", [0])


@pytest.mark.parametrize(
    ("planted", "params"),
    [
        # 09:10 is the earliest arrival; an hour is over at 10:10
        ({"windows": ((0, 4000),)}, {"closes": 4000, "arrives": 600, "dur": 3600}),
        # as long as its window, but the way takes ten minutes
        ({"windows": ((0, 3600),)}, {"closes": 3600, "arrives": 600, "dur": 3600}),
        # shorter than the visit altogether
        ({"windows": ((7200, 9000),)}, {"closes": 9000, "arrives": 600, "dur": 3600}),
        # long enough, but lunch lies in it
        ({"windows": ((9000, 13000),)}, {"closes": 13000, "arrives": 600, "dur": 3600}),
        # two, the second misses by less
        ({"windows": ((0, 3700), (7200, 10700))}, {"closes": 10700, "arrives": 600, "dur": 3600}),
    ],
)
def test_it_closes_before_the_visit_can_be_over(
    planted: dict[str, object], params: dict[str, object]
) -> None:
    problem = with_one(**planted)
    told = the_only(problem)
    assert (told.code, told.params) == ("CLOSES_TOO_EARLY", params)
    assert "open_longer" in kinds(told)
    every_fix_works(problem, told)


def test_what_closes_too_early_tells_times_of_day() -> None:
    told = the_only(with_one(windows=((0, 4000),)))
    assert (
        told.message
        == "检查对象 1 的检查需要 1 小时，第 1 组最早 09:10 到达，而该户 10:07 结束受检，时间不够。"
    )
    assert told.fixes[0].message == "商请检查对象 1 在 09:00—10:10 接受检查。"
    assert (told.fixes[0].params, told.fixes[1].params) == (
        {"visit": 1, "from": 0, "to": 4200},
        {"visit": 1, "dur": 3300},
    )


def test_the_team_has_half_a_day_and_it_is_over_by_then() -> None:
    problem = replace(
        with_one(windows=((0, 10800),)),
        teams=(team(1, ("p", "q"), hours=dict.fromkeys(FOUR, (10800, 25200))), team(2, ("r", "s"))),
    )
    told = the_only(problem)
    assert (told.code, told.params) == ("CLOSES_TOO_EARLY", {"closes": 10800, "arrives": 11400, "dur": 3600})


def far(seconds: int, **planted: object) -> Problem:
    """Visit 1 is so many seconds from everywhere."""
    problem = with_one(**planted)
    assert problem.matrix is not None
    rows = [list(row) for row in problem.matrix]
    for at in range(len(rows)):
        if at != 1:
            rows[at][1] = rows[1][at] = seconds
    return replace(problem, matrix=tuple(map(tuple, rows)))


def test_out_and_back_take_longer_than_the_day() -> None:
    problem = far(11000)
    told = the_only(problem)
    # 11,000 out, an hour, 11,000 back; the day has 25,200
    assert (told.code, told.params) == ("DAY_TOO_SHORT", {"needs": 25600, "has": 25200})
    assert kinds(told) == ["longer_day", "shorten"]
    # 400 s are missing: in whole five minutes
    assert (told.fixes[0].params["seconds"], told.fixes[1].params["dur"]) == (600, 3000)
    assert told.message == "去检查对象 1 往返加检查共需 7 小时 7 分，第 1 组当天只有 7 小时，放不下。"
    every_fix_works(problem, told)


def test_so_far_that_the_place_closes_with_the_day_is_still_too_short_a_day() -> None:
    assert (the_only(far(22000)).code, the_only(far(22000)).params["needs"]) == ("DAY_TOO_SHORT", 47600)


def test_a_window_that_ends_before_the_day_is_what_bars() -> None:
    assert the_only(far(11000, windows=((0, 12000),))).code == "CLOSES_TOO_EARLY"


def test_waiting_for_the_opening_makes_the_day_too_short() -> None:
    told = the_only(far(9000, windows=((20000, 25200),)))
    assert (told.code, told.params) == ("DAY_TOO_SHORT", {"needs": 32600, "has": 25200})


def full(**given: object) -> Problem:
    """Nine visits of two hours and a half for team 1, of which two fit a day of its four."""
    return county([visit(n, 1, duration=9000) for n in range(1, 10)], **given)


def test_a_team_that_has_too_much_to_do() -> None:
    problem = full()
    told = the_only(problem)
    assert (told.code, told.params) == ("CAPACITY", {"visits": list(range(1, 10)), "days": [0, 1, 2, 3]})
    assert "other_team" in kinds(told)
    every_fix_works(problem, told)


def test_only_the_visits_in_each_others_way_are_named() -> None:
    tight = [visit(n, 1, duration=9000, days=(1,)) for n in (1, 2, 3)]
    problem = county([*tight, *(visit(n, 1) for n in range(4, 9))])
    told = the_only(problem)
    assert (told.code, told.params) == ("CAPACITY", {"visits": [1, 2, 3], "days": [1]})
    assert kinds(told)[0] == "extend_deadline"
    assert told.message == "第 1 组9月15日可外出，放不下 1、2、3 这 3 户：其中任意去掉一户，其余才排得下。"
    every_fix_works(problem, told)


def test_a_conflict_is_minimal() -> None:
    """Days 0 and 1 hold two each; 1 to 4 may be on both, 5 on day 1 alone."""
    problem = county(
        [
            *(visit(n, 1, duration=9000, days=(0, 1)) for n in (1, 2, 3, 4)),
            visit(5, 1, duration=9000, days=(1,)),
            visit(6, 1),
        ],
    )
    told = the_only(problem)
    assert (told.code, told.params["visits"]) == ("CAPACITY", [1, 2, 3, 4, 5])
    _, missing = planned(replace(problem, visits=tuple(one for one in problem.visits if one.id != 3)))
    assert missing == set()


def test_the_number_of_visits_a_day_can_be_what_bars() -> None:
    problem = county([visit(n, 1, duration=600, days=(0,)) for n in range(1, 6)])
    told = the_only(problem)
    assert (told.code, told.params["visits"]) == ("CAPACITY", [1, 2, 3, 4, 5])
    assert ("more_visits", {"max_visits": 5}) in [(fix.kind, fix.params) for fix in told.fixes]
    every_fix_works(problem, told)


def test_where_nothing_else_helps_a_swap_is_offered() -> None:
    only = [visit(n, 1, duration=18000, windows=((0, 25200),), days=(3,), over_lunch=True) for n in (1, 2)]
    problem = county(only, teams=[team(1, ("p", "q"), (3,))])
    told = the_only(problem)
    assert (told.code, kinds(told)) == ("CAPACITY", ["drop_other"])
    every_fix_works(problem, told)


def shared(**given: object) -> Problem:
    """q serves in both teams; each has one visit, and only day 1."""
    visits = [visit(1, 1, days=(1,)), visit(2, 2, days=(1,))]
    return county(visits, teams=(team(1, ("p", "q"), (1,)), team(2, ("q", "s"), (1,))), **given)


def test_somebody_is_out_with_another_team() -> None:
    problem = shared()
    (told,) = reasons(problem, [route(problem, 2, 1, [2])], [1])
    assert (told.code, told.params) == ("INSPECTOR_DOUBLE_BOOKED", {"inspector": "q", "team": 2, "days": [1]})
    assert told.message == "检查对象 1 单就第 1 组排得下，但 q 9月15日已随第 2 组外出，不能同时去两处。"


def test_an_inspector_shared_by_time_leaves_the_rest_of_the_day() -> None:
    problem = shared(sharing="time")
    # team 2 is back at 10:20, so team 1 still has the day; the search was simply not finished
    (told,) = reasons(problem, [route(problem, 2, 1, [2])], [1])
    assert told.code == "NOT_FOUND"
    long = replace(problem, visits=(replace(problem.visits[0], windows=((0, 5000),)), problem.visits[1]))
    (told,) = reasons(long, [route(long, 2, 1, [2])], [1])
    assert (told.code, told.params["inspector"]) == ("INSPECTOR_DOUBLE_BOOKED", "q")


def test_all_cars_are_out() -> None:
    visits = [visit(1, 1, days=(1,)), visit(2, 2, days=(1,))]
    problem = county(visits, cars={0: 1})
    (told,) = reasons(problem, [route(problem, 2, 1, [2])], [1])
    assert (told.code, told.params) == ("CAR_CAP", {"office": 0, "cars": 1, "days": [1]})
    assert ("add_car", {"office": 0, "day": 1}) in [(fix.kind, fix.params) for fix in told.fixes]
    assert ("other_team", {"visit": 1, "team": 2}) in [(fix.kind, fix.params) for fix in told.fixes]


def test_people_are_named_before_cars_where_both_bar() -> None:
    problem = replace(shared(), cars={0: 1})
    (told,) = reasons(problem, [route(problem, 2, 1, [2])], [1])
    assert told.code == "INSPECTOR_DOUBLE_BOOKED"


def test_who_keeps_a_neighbour_from_moving_is_named_too() -> None:
    # one visit a day: 1 has day 1 alone, and 2 would make room for it but for q, who is out on day 0
    visits = [visit(1, 1, days=(1,)), visit(2, 1, days=(0, 1)), visit(3, 2, days=(0,))]
    teams = (team(1, ("p", "q"), (0, 1)), team(2, ("q", "s"), (0,)))
    problem = county(visits, teams=teams, max_visits=1)
    routes = [route(problem, 1, 1, [2]), route(problem, 2, 0, [3])]
    (told,) = reasons(problem, routes, [1])
    assert (told.code, told.params) == ("INSPECTOR_DOUBLE_BOOKED", {"inspector": "q", "team": 2, "days": [0]})
    strangers = (teams[0], replace(teams[1], members=("r", "s")))
    (told,) = reasons(replace(problem, teams=strangers, cars={0: 1}), routes, [1])
    assert (told.code, told.params) == ("CAR_CAP", {"office": 0, "cars": 1, "days": [0]})


def test_what_a_team_cannot_do_alone_is_no_matter_of_coupling() -> None:
    visits = [*(visit(n, 1, duration=9000, days=(1,)) for n in (1, 2, 3)), visit(4, 2, days=(1,))]
    problem = county(visits, cars={0: 2})
    routes, missing = planned(problem)
    (told,) = reasons(problem, routes, missing)
    assert told.code == "CAPACITY"


def test_too_dear_where_everything_is_weighed() -> None:
    problem = replace(with_one(days=(3,)), aims="weighted", miss_cost=2000)
    problem = replace(
        problem, visits=tuple(replace(one, days=(0,)) if one.id in (2, 3) else one for one in problem.visits)
    )
    told = {one.visit: one for one in explained(problem)}
    # a day (1,800 s) and two ways (1,200 s) for visit 1 alone
    assert (told[1].code, told[1].params) == ("DROPPED_FOR_COST", {"cost": 3000})
    assert "50 分钟" in told[1].message


def test_a_visit_that_no_team_was_drawn_for() -> None:
    problem = county([visit(1, None)])
    (told,) = reasons(problem, [], [1])
    assert told.code == "NO_TEAM"
    (told,) = reasons(county([visit(1, None, recused=frozenset("pr"))]), [], [1])
    assert (told.code, told.params) == ("RECUSED_ALL", {"inspectors": ["p", "r"]})


def test_no_more_than_three_fixes_and_one_of_a_kind() -> None:
    for problem in (full(), with_one(days=(0,), windows=((0, 4000),))):
        for told in explained(problem):
            assert len(told.fixes) <= 3
            assert len(set(kinds(told))) == len(told.fixes)


def test_reasons_do_not_depend_on_order() -> None:
    problem = full()
    routes, missing = planned(problem)
    assert reasons(problem, routes, missing) == reasons(problem, routes[::-1], sorted(missing, reverse=True))


def test_no_day_is_offered_on_which_a_member_is_on_leave() -> None:
    people = (Inspector("p", days=(0, 1, 3)), Inspector("q"), Inspector("r"), Inspector("s"))
    teams = (team(1, ("p", "q"), (0, 1)), team(2, ("r", "s")))
    problem = county([visit(1, 1, days=(2, 3)), visit(2, 2)], teams, inspectors=people)
    told = the_only(problem)
    assert ("add_day", {"team": 1, "day": 3}) in [(fix.kind, fix.params) for fix in told.fixes]
    never = replace(problem, inspectors=(Inspector("p", days=(0, 1)), *people[1:]))
    assert kinds(the_only(never)) == ["other_team"]


def test_a_half_day_of_a_member_is_not_made_longer() -> None:
    half = dict.fromkeys(FOUR, (0, 4000))
    teams = (team(1, ("p", "q"), hours=half), team(2, ("r", "s")))
    problem = replace(with_one(days=(0,)), teams=teams)
    problem = replace(problem, visits=tuple(one for one in problem.visits if one.id in (1, 4, 5, 6)))
    told = the_only(problem)
    assert (told.code, told.params) == ("DAY_TOO_SHORT", {"needs": 4800, "has": 4000})
    assert kinds(told)[0] == "longer_day"
    people = (Inspector("p", hours=half), Inspector("q"), Inspector("r"), Inspector("s"))
    assert "longer_day" not in kinds(the_only(replace(problem, inspectors=people)))


def at_random(seed: int) -> Problem:
    """A team with too few days and visits that open and close as they like."""
    draw = Random(seed)
    days = draw.randint(1, 3)
    spans = [((0, 25200),), ((0, 10800),), ((7200, 25200),), ((14400, 21600),)]
    visits = [
        visit(
            name,
            1,
            duration=draw.choice([3600, 5400, 7200, 9000]),
            windows=draw.choice(spans),
            days=tuple(sorted(draw.sample(range(4), draw.randint(1, 3)))),
        )
        for name in range(draw.randint(5, 9))
    ]
    teams = [team(1, ("p", "q"), tuple(range(days))), team(2, ("r", "s"))]
    return county(visits, teams, max_visits=draw.choice([2, 3, 4]))


@pytest.mark.parametrize("seed", range(25))
def test_of_problems_at_random_conflicts_are_minimal_and_fixes_work(seed: int) -> None:
    problem = at_random(seed)
    travel = Travel.of(problem)
    for told in explained(problem):
        every_fix_works(problem, told)
        if told.code == "CAPACITY":
            named = told.params["visits"]
            assert isinstance(named, list)
            assert told.visit in named
            assert not fits(problem, travel, 1, named)
            assert all(fits(problem, travel, 1, [one for one in named if one != out]) for out in named)


def test_a_place_beyond_the_formula_is_too_far() -> None:
    away: list[Visit] = [visit(1, 1, place=Place(33.0, 120.0)), visit(2, 1)]
    told = the_only(county(away, matrix=None))
    assert told.code == "DAY_TOO_SHORT"


def test_without_work_left_codes_are_still_right() -> None:
    for problem, code in ((full(), "CAPACITY"), (with_one(windows=((0, 4000),)), "CLOSES_TOO_EARLY")):
        routes, missing = planned(problem)
        told, used = reason_of(Bench.of(problem, routes), next(iter(missing)), rest=0)
        assert (told.code, told.fixes, used) == (code, (), 0)
    problem = shared()
    told, _ = reason_of(Bench.of(problem, [route(problem, 2, 1, [2])]), 1, rest=0)
    assert told.code == "INSPECTOR_DOUBLE_BOOKED"
    problem = county([visit(1, 1, days=(1,)), visit(2, 2, days=(1,))], cars={0: 1})
    told, _ = reason_of(Bench.of(problem, [route(problem, 2, 1, [2])]), 1, rest=0)
    assert told.code == "CAR_CAP"


def coupled_at_random(seed: int) -> Problem:
    """Three teams out of four people, one or two cars."""
    draw = Random(seed)
    teams = [
        team(name, tuple(draw.sample("pqrs", 2)), tuple(sorted(draw.sample(range(4), 2))))
        for name in (1, 2, 3)
    ]
    visits = [
        visit(
            name,
            draw.randint(1, 3),
            duration=draw.choice([3600, 7200, 9000]),
            days=tuple(sorted(draw.sample(range(4), draw.randint(1, 3)))),
        )
        for name in range(10)
    ]
    sharing = draw.choice(["day", "time"])
    return county(visits, teams, max_visits=3, cars={0: draw.choice([1, 2])}, sharing=sharing)


@pytest.mark.parametrize("seed", range(8))
def test_fixes_work_where_teams_share_people_and_cars(seed: int) -> None:
    problem = coupled_at_random(seed)
    before = solve(problem)
    assert judge(problem, before) == ()
    for told in before.unscheduled:
        assert told.code in {"NO_COMMON_DAY", "CAPACITY", "INSPECTOR_DOUBLE_BOOKED", "CAR_CAP"}
        for fix in told.fixes:
            after = solve(mended(problem, told.visit, fix))
            assert told.visit not in {one.visit for one in after.unscheduled}, fix
            assert len(after.unscheduled) < len(before.unscheduled), fix
