"""整体核对: what routes may not do together, and the totals."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from solver.schedule.judging.violations import Violation, figure_params, violation
from solver.schedule.judging.ways import Facts, is_id, is_whole
from solver.schedule.problem import Id, id_order
from solver.schedule.timetable import Params, Route, Timetable
from solver.schedule.wording import day_words, fixed_words


def places(facts: Facts, timetable: Timetable, routes: Sequence[Route]) -> Iterator[Violation]:
    """Every visit stands in exactly one place, and nothing else stands anywhere."""
    count: Counter[Id] = Counter(name for route in routes for name in route.visits if is_id(name))
    left_out: list[Id] = []
    for one in timetable.unscheduled:
        if facts.visit(one.visit) is None:
            yield violation("UNKNOWN_ID", {"kind": "visit", "id": str(one.visit)}, {"what": "检查对象"})
        else:
            left_out.append(one.visit)
    count.update(left_out)
    for visit in facts.problem.visits:
        times = count[visit.id]
        if times > 1:
            yield violation("VISIT_TWICE", {"visit": visit.id, "times": times}, visit=visit.id)
        elif not times:
            yield violation("VISIT_LOST", {"visit": visit.id}, visit=visit.id)
    for name in sorted(set(left_out), key=id_order):
        pinned = facts.visits[name].pinned
        if pinned is not None:
            words = {"fixed": fixed_words(facts.problem, pinned), "now": "未安排"}
            yield violation("PINNED_MOVED", {"visit": name, "day": pinned.day}, words, visit=name)


def _known(facts: Facts, routes: Sequence[Route]) -> Iterator[Route]:
    for route in routes:
        if facts.team(route.team) is not None and facts.is_day(route.day):
            yield route


def team_days(facts: Facts, routes: Sequence[Route]) -> Iterator[Violation]:
    """One route a team and day."""
    count = Counter((route.team, route.day) for route in _known(facts, routes))
    for (team, day), times in count.items():
        if times > 1:
            params: Params = {"team": team, "day": day, "times": times}
            words = {"date": day_words(facts.problem, day)}
            yield violation("TEAM_DAY_TWICE", params, words, team=team, day=day)


def cars(facts: Facts, routes: Sequence[Route]) -> Iterator[Violation]:
    """No more routes leave an office on a day than it has cars."""
    out = Counter((facts.teams[route.team].office, route.day) for route in _known(facts, routes))
    for (office, day), used in out.items():
        has = facts.problem.cars.get(office)
        if has is not None and used > has:
            params: Params = {"office": office, "day": day, "routes": used, "cars": has}
            yield violation("CAR_CAP", params, {"date": day_words(facts.problem, day)}, day=day)


def double_booked(facts: Facts, routes: Sequence[Route]) -> Iterator[Violation]:
    """Nobody is in two places."""
    out: dict[tuple[str, int], list[tuple[Id, int, int]]] = defaultdict(list)
    for route in _known(facts, routes):
        span = _away(facts, route)
        for name in facts.teams[route.team].members_on(route.day):
            out[name, route.day].append((route.team, *span))
    for (name, day), trips in sorted(out.items()):
        teams = {team for team, _, _ in trips}
        clash = sorted(
            {
                team
                for at, (one, leaves, returns) in enumerate(trips)
                for other, begins, ends in trips[at + 1 :]
                if one != other and (facts.problem.sharing == "day" or (leaves < ends and begins < returns))
                for team in (one, other)
            },
            key=id_order,
        )
        if len(teams) > 1 and clash:
            params: Params = {"inspector": name, "day": day, "teams": list(clash)}
            words = {"teams": "、".join(map(str, clash)), "date": day_words(facts.problem, day)}
            yield violation("INSPECTOR_DOUBLE_BOOKED", params, words, day=day)


def _away(facts: Facts, route: Route) -> tuple[int, int]:
    """From leaving the office to returning; the whole day where that cannot be told."""
    whole = (0, facts.problem.day_length)
    visits = [visit for visit in map(facts.visit, route.visits) if visit is not None]
    if not visits or len(visits) != len(route.starts) or not all(map(is_whole, route.starts)):
        return whole
    legs = facts.legs(facts.teams[route.team], visits)
    if legs[0] is None or legs[-1] is None:
        return whole
    return route.starts[0] - legs[0], route.starts[-1] + visits[-1].duration + legs[-1]


def changed(facts: Facts, routes: Sequence[Route]) -> frozenset[Id]:
    """Visits that stand on another day or with another team than in the published plan, or nowhere."""
    now = {name: (route.team, route.day) for route in routes for name in route.visits if is_id(name)}
    return frozenset(
        name
        for name, was in facts.problem.published.items()
        if name in facts.visits and now.get(name) not in (None, (was.team, was.day))
    )


def figures(facts: Facts, timetable: Timetable, routes: Sequence[Route]) -> Iterator[Violation]:
    """The totals, from the routes themselves."""
    problem = facts.problem
    for figure, stated, actual in timetable.amiss:
        yield _total(figure, stated, actual)
    travel = 0
    for route in routes:
        team, visits = facts.team(route.team), [facts.visit(name) for name in route.visits]
        if team is None or len(routes) != len(timetable.routes):
            return
        legs = facts.legs(team, [visit for visit in visits if visit is not None])
        if None in visits or None in legs:
            return
        travel += sum(leg for leg in legs if leg is not None)
    if len(timetable.routes) != len(routes):
        return
    moved = changed(facts, routes)
    objective = travel + problem.day_cost * len(routes) + problem.miss_cost * len(timetable.unscheduled)
    for figure, stated, actual in (
        ("travel_s", timetable.travel, travel),
        ("objective_s", timetable.objective, objective),
    ):
        if not is_whole(stated) or stated != actual:
            yield _total(figure, stated, actual)
    if not is_whole(timetable.bound) or timetable.bound > objective:
        yield _total("bound_s", timetable.bound, f"不超过 {objective}")
    yield from _lists(facts, timetable, routes, moved)


def _lists(
    facts: Facts, timetable: Timetable, routes: Sequence[Route], moved: frozenset[Id]
) -> Iterator[Violation]:
    out = Counter((facts.teams[route.team].office, route.day) for route in _known(facts, routes))
    for office, stated in sorted(timetable.peak_cars.items(), key=str):
        peak = max((used for (one, _), used in out.items() if one == office), default=0)
        if not is_whole(stated) or stated != peak:
            yield _total(f"peak_cars[{office}]", stated, peak)
    told = {name for name in timetable.changed if is_id(name)}
    if told != moved:
        actual = sorted(moved, key=id_order)
        yield _total("changed", list(timetable.changed), "、".join(map(str, actual)) or "无")
    for name in timetable.proven:
        if facts.team(name) is None:
            yield violation("UNKNOWN_ID", {"kind": "team", "id": str(name)}, {"what": "检查组"})


def _total(figure: str, stated: object, actual: object) -> Violation:
    return violation("WRONG_FIGURES", figure_params(figure, stated, actual), {"where": "整份检查安排"})
