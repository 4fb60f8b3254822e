"""事件入案: each event changes the problem, and names the teams that must be solved again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from solver.schedule.problem import Fixed, Id, Inspector, Team, Visit, id_order
from solver.schedule.replanning.events import (
    Added,
    Appointment,
    Away,
    Cancelled,
    Cars,
    Closed,
    Event,
    Pin,
    ReplanError,
    Unpin,
)
from solver.schedule.replanning.ledger import STANDS, SUBSTITUTE, Ledger, Step
from solver.schedule.replanning.substitutes import stand_ins
from solver.schedule.timetable import Route
from solver.schedule.wording import day_words, days_words, fixed_words, ids_words


def apply(ledger: Ledger, event: Event) -> None:
    """Work one event in. ``ReplanError``: it says nothing about this problem."""
    match event:
        case Away():
            _away(ledger, event)
        case Closed():
            _closed(ledger, event)
        case Appointment():
            _appointment(ledger, event)
        case Pin():
            _pin(ledger, event)
        case Unpin():
            ledger.put_visit(replace(_visit(ledger, event.visit), pinned=None))
        case Cancelled():
            _cancelled(ledger, event)
        case Added():
            _added(ledger, event)
        case Cars():
            _cars(ledger, event)


def _visit(ledger: Ledger, name: Id) -> Visit:
    found = ledger.visit(name)
    if found is None:
        raise ReplanError.of("event_visit", visit=name)
    return found


def _day(ledger: Ledger, day: int) -> int:
    if not 0 <= day < len(ledger.problem.days):
        raise ReplanError.of("event_day", day=day)
    return day


# -- people


def _away(ledger: Ledger, event: Away) -> None:
    """替班 where somebody spare can go; else the team stays at home on those days."""
    days = tuple(_day(ledger, day) for day in sorted(set(event.days)))
    teams = [team for team in ledger.problem.teams if event.inspector in team.members]
    known = next((one for one in ledger.problem.inspectors if one.id == event.inspector), None)
    standing = [
        team
        for team in ledger.problem.teams
        if any(event.inspector in own for own in team.stand_ins.values())
    ]
    if not teams and not standing and known is None:
        raise ReplanError.of("event_inspector", inspector=event.inspector)
    stay: set[int] = set()
    for team in sorted(
        {one.id: one for one in (*teams, *standing)}.values(), key=lambda one: id_order(one.id)
    ):
        stay |= _away_from(ledger, event, team.id, days)
    gone = set(days) - stay - {day for day in days if day < ledger.since}
    inspector = known or Inspector(event.inspector)
    there = inspector.days if inspector.days is not None else tuple(range(len(ledger.problem.days)))
    ledger.put_inspector(replace(inspector, days=tuple(day for day in there if day not in gone)))


def _away_from(ledger: Ledger, event: Away, name: Id, days: Sequence[int]) -> set[int]:
    """One team. What is returned: days that stand although somebody is away, today's."""
    team = ledger.team(name)
    mine = [day for day in days if event.inspector in team.members_on(day)]
    routes = [ledger.routes[name, day] for day in mine if (name, day) in ledger.routes]
    open_routes = [route for route in routes if route.day >= ledger.since]
    for substitute, covered in _shared_out(ledger, event, team, open_routes):
        _stand_in(ledger, event, name, substitute, covered)
    helped = ledger.team(name).stand_ins
    bare = [route for route in open_routes if route.day not in helped or event.inspector in helped[route.day]]
    firm = {route.day for route in bare if route.day <= ledger.until or _pinned(ledger, route)}
    for day in sorted(firm):
        ledger.kept.add((name, day))
        state = "已锁定" if day > ledger.until else "今日"
        words = (
            f"第 {name} 组{day_words(ledger.problem, day)}（{state}）的安排不再变动，"
            f"{event.inspector} 缺席且无人可替，请现场协调。"
        )
        ledger.steps.append(Step(STANDS, {"team": name, "day": day}, words, name))
    lost = {day for day in mine if day > ledger.until and (name, day) not in ledger.kept}
    team = ledger.team(name)
    ledger.put_team(replace(team, days=tuple(day for day in team.days if day not in lost)))
    moving = [route for route in bare if route.day not in firm]
    if moving:
        ledger.touched[name] = (
            f"{event.inspector} {days_words(ledger.problem, [route.day for route in moving])}不在岗"
        )
        for route in moving:
            for visit in route.visits:
                ledger.why[visit] = f"因 {event.inspector} 当日不在岗且无人可替。"
    return firm | {route.day for route in routes if route.day < ledger.since}


def _pinned(ledger: Ledger, route: Route) -> bool:
    """Whether something on the route was pinned."""
    found = [ledger.visit(name) for name in route.visits]
    return any(one is not None and one.pinned is not None for one in found)


def _shared_out(
    ledger: Ledger, event: Away, team: Team, routes: Sequence[Route]
) -> list[tuple[str, list[Route]]]:
    """Who takes which routes: one for all where possible, else day by day."""
    if not routes:
        return []
    problem, beside = ledger.problem, ledger.beside
    days = days_words(problem, [route.day for route in routes])
    if event.substitute is not None:
        if event.substitute not in stand_ins(problem, beside, team, event.inspector, routes):
            raise ReplanError.of(
                "substitute_unfit", substitute=event.substitute, days=days, inspector=event.inspector
            )
        return [(event.substitute, list(routes))]
    all_days = stand_ins(problem, beside, team, event.inspector, routes)
    if all_days:
        return [(all_days[0], list(routes))]
    shared: dict[str, list[Route]] = {}
    for route in routes:
        one_day = stand_ins(problem, beside, team, event.inspector, [route])
        if one_day:
            known = [name for name in one_day if name in shared]
            shared.setdefault((known or one_day)[0], []).append(route)
    return list(shared.items())


def _stand_in(ledger: Ledger, event: Away, name: Id, substitute: str, routes: Sequence[Route]) -> None:
    team = ledger.team(name)
    new = dict(team.stand_ins)
    for route in routes:
        new[route.day] = tuple(
            substitute if member == event.inspector else member for member in team.members_on(route.day)
        )
        ledger.kept.add((name, route.day))
    ledger.put_team(replace(team, stand_ins=new))
    days = [route.day for route in routes]
    visits = [visit for route in routes for visit in route.visits]
    words = (
        f"第 {name} 组{days_words(ledger.problem, days)}由 {substitute} 替 {event.inspector}，"
        f"{ids_words(visits)} 均不变动。"
    )
    params = {
        "team": name,
        "inspector": event.inspector,
        "substitute": substitute,
        "days": list[int | str](days),
        "visits": list[int | str](visits),
    }
    ledger.steps.append(Step(SUBSTITUTE, params, words, name))


# -- visits


def _touch(ledger: Ledger, visit: Visit, why: str) -> None:
    """The visit's team is solved again, as far as the visit has one."""
    ledger.why[visit.id] = why
    if visit.team is not None:
        ledger.touched.setdefault(visit.team, why)


def _closed(ledger: Ledger, event: Closed) -> None:
    visit = _visit(ledger, event.visit)
    spot = ledger.old.get(visit.id)
    days = {_day(ledger, day) for day in event.days}
    if spot is not None and spot.day in days and (spot.day <= ledger.until or visit.pinned is not None):
        days.discard(spot.day)
        state = "已在执行" if spot.day <= ledger.until else "已锁定"
        words = (
            f"检查对象 {visit.id} {day_words(ledger.problem, spot.day)}的安排{state}，不再变动，请现场处置。"
        )
        ledger.steps.append(Step(STANDS, {"visit": visit.id, "day": spot.day}, words, visit.team))
    ledger.put_visit(replace(visit, days=tuple(day for day in visit.days if day not in days)))
    if spot is not None and spot.day in days:
        _touch(ledger, visit, f"因该户{days_words(ledger.problem, days)}停业。")


def _appointment(ledger: Ledger, event: Appointment) -> None:
    visit, day = _visit(ledger, event.visit), _day(ledger, event.day)
    if day <= ledger.until:
        raise ReplanError.of("event_past", day=day_words(ledger.problem, day))
    fixed = Fixed(day, event.start)
    days = tuple(sorted({*visit.days, day}))
    spot = ledger.old.get(visit.id)
    if spot is not None and spot.day <= ledger.until:
        raise ReplanError.of("event_past", day=day_words(ledger.problem, spot.day))
    ledger.put_visit(replace(visit, appointment=fixed, pinned=None, days=days))
    if spot is None or spot.day != day or event.start not in (None, spot.start):
        _free(ledger, visit, day)
        _touch(ledger, visit, f"与该户约定{fixed_words(ledger.problem, fixed)}。")


def _free(ledger: Ledger, visit: Visit, *days: int) -> None:
    """Days with somebody standing in may change after all, where an appointment asks for it."""
    spot = ledger.old.get(visit.id)
    for day in (*days, *((spot.day,) if spot else ())):
        if visit.team is not None:
            ledger.kept.discard((visit.team, day))


def _pin(ledger: Ledger, event: Pin) -> None:
    visit = _visit(ledger, event.visit)
    spot = ledger.old.get(visit.id)
    if spot is None:
        raise ReplanError.of("event_unplaced", visit=visit.id)
    ledger.put_visit(replace(visit, pinned=Fixed(spot.day, spot.start)))


def _cancelled(ledger: Ledger, event: Cancelled) -> None:
    visit = _visit(ledger, event.visit)
    spot = ledger.old.get(visit.id)
    if spot is not None and spot.day <= ledger.until:
        raise ReplanError.of("event_past", day=day_words(ledger.problem, spot.day))
    ledger.take_out(visit.id)
    ledger.why[visit.id] = "该户已取消检查。"
    if spot is not None:
        ledger.touched.setdefault(spot.team, f"检查对象 {visit.id} 已取消")
        ledger.kept.discard((spot.team, spot.day))


def _added(ledger: Ledger, event: Added) -> None:
    visit = event.visit
    if ledger.visit(visit.id) is not None:
        raise ReplanError.of("event_twice", visit=visit.id)
    if ledger.problem.matrix is not None:
        raise ReplanError.of("event_no_travel", visit=visit.id)
    if visit.team is not None and all(team.id != visit.team for team in ledger.problem.teams):
        raise ReplanError.of("event_team", visit=visit.id, team=visit.team)
    ledger.problem = replace(ledger.problem, visits=(*ledger.problem.visits, visit))
    _touch(ledger, visit, "新增检查对象。")


# -- cars


def _cars(ledger: Ledger, event: Cars) -> None:
    """Another number of cars; days with too few are seen to at the end, but today's routes stand."""
    problem = ledger.problem
    if not 0 <= event.office < len(problem.offices):
        raise ReplanError.of("event_office", office=event.office)
    ledger.problem = replace(problem, cars={**problem.cars, event.office: event.cars})
    teams = {team.id for team in problem.teams if team.office == event.office}
    out = sum(route.day == ledger.until and route.team in teams for route in ledger.routes.values())
    if ledger.since == ledger.until and out > event.cars:
        today = day_words(problem, ledger.until)
        words = f"{today}（今日）已安排 {out} 组外出，只有 {event.cars} 辆车，请现场协调。"
        ledger.steps.append(Step(STANDS, {"office": event.office, "day": ledger.until}, words))
