"""核对: every violation of a timetable, also of one edited by hand (docs/schedule.md, section 2)."""

from __future__ import annotations

from collections.abc import Collection

from solver.schedule.judging.routes import judge_route
from solver.schedule.judging.violations import Violation
from solver.schedule.judging.ways import Facts, is_id, is_list, is_whole
from solver.schedule.judging.whole import cars, double_booked, figures, places, team_days
from solver.schedule.problem import Id, Problem, id_order
from solver.schedule.timetable import Timetable


def judge(problem: Problem, timetable: Timetable) -> tuple[Violation, ...]:
    """核对检查安排: all violations, in order of team, day and code; none for a lawful timetable.

    Nothing in the timetable is believed: text where numbers should be, unknown ids, a start too many: each is
    told, none raises.
    """
    return judge_touched(Facts(problem), timetable, None)


def judge_touched(
    facts: Facts, timetable: Timetable, touched: Collection[tuple[Id, int]] | None
) -> tuple[Violation, ...]:
    """As ``judge``, of the routes of ``touched`` (team, day) alone (``None``: all), and what couples them."""
    found: list[Violation] = []
    routes = [route for route in timetable.routes if is_list(route.visits) and is_list(route.starts)]
    for route in timetable.routes:
        if touched is None or (route.team, route.day) in touched:
            found += judge_route(facts, route)
    found += places(facts, timetable, routes)
    found += team_days(facts, routes)
    found += cars(facts, routes)
    found += double_booked(facts, routes)
    found += figures(facts, timetable, routes)
    return tuple(sorted(found, key=_order))


def _order(one: Violation) -> tuple[bool, tuple[bool, Id], int, str, str]:
    team = one.team if is_id(one.team) and one.team is not None else ""
    day = one.day if is_whole(one.day) and one.day is not None else -1
    return one.team is None, id_order(team), day, one.code, one.message
