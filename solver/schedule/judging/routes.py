"""一条行程的核对: one team on one day, by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from solver.schedule.judging.violations import Violation, figure_params, violation
from solver.schedule.judging.ways import Facts, is_list, is_whole
from solver.schedule.problem import Team, Visit
from solver.schedule.timetable import Params, Route
from solver.schedule.wording import (
    day_words,
    days_words,
    fixed_words,
    ids_words,
    moment_words,
    span_words,
    time_words,
)


def judge_route(facts: Facts, route: Route) -> Iterator[Violation]:
    """Everything that is wrong with a route, whatever the others do."""
    for figure, value in (("visits", route.visits), ("start_s", route.starts)):
        if not is_list(value):
            yield wrong(facts, route, figure, value, "一列数")
            return
    team, day = facts.team(route.team), route.day
    yield from _unknown(facts, route, team)
    if team is None or not facts.is_day(day):
        return
    yield from _presence(facts, team, day)
    visits = [facts.visit(name) for name in route.visits]
    known = [visit for visit in visits if visit is not None]
    if len(visits) > facts.problem.max_visits:
        params: Params = {
            "team": team.id,
            "day": day,
            "visits": len(visits),
            "most": facts.problem.max_visits,
        }
        words = {"date": day_words(facts.problem, day)}
        yield violation("TOO_MANY_VISITS", params, words, team=team.id, day=day)
    for one in known:
        yield from _suits(facts, one, team, day)
    if len(route.starts) != len(visits) or not all(is_whole(start) for start in route.starts):
        yield wrong(facts, route, "start_s", ids_words(map(str, route.starts)), f"{len(visits)} 个整数秒")
        return
    for visit, start in zip(visits, route.starts, strict=True):
        if visit is not None:
            yield from _times(facts, visit, team, day, start)
    if known and len(known) == len(visits):
        yield from _drive(facts, route, team, known)


def wrong(facts: Facts, route: Route, figure: str, stated: object, actual: object) -> Violation:
    """A figure of a route that is not what the route says."""
    day = route.day if facts.is_day(route.day) else None
    where = f"第 {route.team} 组" + (day_words(facts.problem, day) if day is not None else f"（{route.day}）")
    team = route.team if facts.team(route.team) else None
    params = figure_params(figure, stated, actual)
    return violation("WRONG_FIGURES", params, {"where": where}, team=team, day=day)


def _unknown(facts: Facts, route: Route, team: Team | None) -> Iterator[Violation]:
    day = route.day if facts.is_day(route.day) else None
    named = team.id if team else None
    if team is None:
        yield violation("UNKNOWN_ID", {"kind": "team", "id": str(route.team)}, {"what": "检查组"}, day=day)
    if day is None:
        params = {"kind": "day", "id": str(route.day)}
        yield violation("UNKNOWN_ID", params, {"what": "日期序号"}, team=named)
    for name in route.visits:
        if facts.visit(name) is None:
            params = {"kind": "visit", "id": str(name)}
            yield violation("UNKNOWN_ID", params, {"what": "检查对象"}, team=named, day=day)
    if not route.visits:
        yield wrong(facts, route, "visits", 0, "至少一户")


def _presence(facts: Facts, team: Team, day: int) -> Iterator[Violation]:
    away = facts.absent(team, day)
    if not away and day in team.days:
        return
    params: Params = {"team": team.id, "day": day, "away": list(away)}
    who = f"{'、'.join(away)} 不在岗" if away else "当天不是该组的外出日"
    words = {"date": day_words(facts.problem, day), "who": who}
    yield violation("TEAM_ABSENT", params, words, team=team.id, day=day)


def _suits(facts: Facts, visit: Visit, team: Team, day: int) -> Iterator[Violation]:
    """Whether this team may go there, and on this day."""
    problem = facts.problem

    def tell(code: str, params: Params, words: Mapping[str, object] | None = None) -> Violation:
        named: Params = {"visit": visit.id, "team": team.id, **params}
        return violation(code, named, words, team=team.id, visit=visit.id, day=day)

    if visit.team is not None and visit.team != team.id:
        yield tell("WRONG_TEAM", {"drawn": visit.team})
    allowed = [one for one in visit.days if problem.allow_provisional or one not in problem.provisional]
    if day not in allowed:
        words = {"date": day_words(problem, day), "allowed": days_words(problem, allowed)}
        yield tell("DAY_NOT_ALLOWED", {"day": day, "allowed": list(allowed)}, words)
    stay_away = sorted(visit.recused.intersection(team.members_on(day)))
    if stay_away:
        yield tell("RECUSED", {"inspectors": list(stay_away)}, {"inspectors": "、".join(stay_away)})
    lacking = sorted(visit.skills - facts.skills(team, day))
    if lacking:
        yield tell("SKILL_MISSING", {"skills": list(lacking)}, {"skills": "、".join(lacking)})


def _times(facts: Facts, visit: Visit, team: Team, day: int, start: int) -> Iterator[Violation]:
    problem = facts.problem
    params: Params = {"visit": visit.id, "day": day, "start": start, "dur": visit.duration}
    words = {
        "date": day_words(problem, day),
        "begins": time_words(problem, start),
        "ends": time_words(problem, start + visit.duration, ends=True),
    }

    def tell(code: str, **more: str) -> Violation:
        return violation(code, params, {**words, **more}, team=team.id, visit=visit.id, day=day)

    if not facts.inside(visit, day, start):
        spans = [
            f"{time_words(problem, begin)}—{time_words(problem, end, ends=True)}"
            for begin, end in facts.windows(visit, day)
        ]
        yield tell("OUT_OF_WINDOW", windows="、".join(spans) or "（当天不开门）")
    if facts.over_lunch(visit, start):
        yield tell("OVER_LUNCH")
    for code, fixed in (("PINNED_MOVED", visit.pinned), ("APPOINTMENT_MISSED", visit.appointment)):
        if fixed is not None and (day != fixed.day or fixed.start not in (None, start)):
            yield tell(code, fixed=fixed_words(problem, fixed), now=moment_words(problem, day, start))


def _drive(facts: Facts, route: Route, team: Team, visits: Sequence[Visit]) -> Iterator[Violation]:
    """The ways: each start, leaving and returning, and what the route says of them."""
    legs = facts.legs(team, visits)
    for at, (visit, start) in enumerate(zip(visits, route.starts, strict=True)):
        way = legs[at]
        ready = route.starts[at - 1] + visits[at - 1].duration if at else None
        if way is None:
            yield _late(facts, team, route.day, visit, start, start, -1)
        elif ready is not None and start < ready + way:
            yield _late(facts, team, route.day, visit, start, ready + way, way)
    ways = [leg for leg in legs if leg is not None]
    if len(ways) != len(legs):
        return
    leaves, returns = route.starts[0] - ways[0], route.starts[-1] + visits[-1].duration + ways[-1]
    yield from _hours(facts, team, route.day, leaves, returns)
    for figure, stated, actual in (
        ("leave_s", route.leaves, leaves),
        ("return_s", route.returns, returns),
        ("travel_s", route.travel, sum(ways)),
    ):
        if not is_whole(stated) or stated != actual:
            yield wrong(facts, route, figure, stated, actual)


def _late(facts: Facts, team: Team, day: int, visit: Visit, start: int, arrives: int, way: int) -> Violation:
    params: Params = {"visit": visit.id, "day": day, "start": start, "arrives": arrives, "way": way}
    words = {
        "team": team.id,
        "arrives": time_words(facts.problem, arrives) if way >= 0 else "（坐标缺失，无法核算）",
        "way": span_words(way) if way >= 0 else "不详",
        "date": day_words(facts.problem, day),
        "begins": time_words(facts.problem, start),
    }
    return violation("TRAVEL_TOO_SHORT", params, words, team=team.id, visit=visit.id, day=day)


def _hours(facts: Facts, team: Team, day: int, leaves: int, returns: int) -> Iterator[Violation]:
    problem = facts.problem
    opens, closes = facts.hours(team, day)
    sides = (("leave", "出发", leaves, leaves < opens), ("return", "返回", returns, returns > closes))
    for side, act, second, outside in sides:
        if not outside:
            continue
        params: Params = {
            "team": team.id,
            "day": day,
            "side": side,
            "time": second,
            "from": opens,
            "to": closes,
        }
        words = {
            "date": day_words(problem, day),
            "act": act,
            "time": time_words(problem, second, ends=side == "return"),
            "opens": time_words(problem, opens),
            "closes": time_words(problem, closes, ends=True),
        }
        yield violation("OUT_OF_HOURS", params, words, team=team.id, day=day)
