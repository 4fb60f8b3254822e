"""时间不动: on days that stay, visits begin when people were told, wherever that is lawful and no dearer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from solver.schedule.judging.judge import judge
from solver.schedule.judging.moving import timed
from solver.schedule.judging.ways import Facts
from solver.schedule.problem import Id, Problem
from solver.schedule.timetable import Route, Timetable

TURNS = 32
"""How often routes that broke a rule with their old times are given up; then all of them are."""

Key = tuple[Id, int]


def keep_times(problem: Problem, timetable: Timetable) -> Timetable:
    """The same tours on the same days, beginning at the ``published`` times as far as that can be.

    Nobody drives longer by it, and it breaks no rule that was kept before: routes of people who share a day
    are judged together.
    """
    if not problem.published:
        return timetable
    known = {(route.team, route.day): route for route in timetable.routes}
    wanted = _told(problem, known)
    for _ in range(TURNS):
        if not wanted:
            return timetable
        tried = replace(
            timetable, routes=tuple(wanted.get((one.team, one.day), one) for one in timetable.routes)
        )
        broken = _broken(problem, tried)
        if broken is None:
            return tried
        wanted = {key: route for key, route in wanted.items() if key not in broken and key[1] not in broken}
    return timetable


def _told(problem: Problem, known: Mapping[Key, Route]) -> dict[Key, Route]:
    """Routes as people were told them, where they are others now and drive no longer that way."""
    facts = Facts(problem)
    found: dict[Key, Route] = {}
    for (team, day), route in known.items():
        stood = {name: problem.published.get(name) for name in route.visits}
        wish = {
            name: spot.start
            for name, spot in stood.items()
            if spot is not None and (spot.team, spot.day) == (team, day)
        }
        if all(
            wish.get(name, start) == start for name, start in zip(route.visits, route.starts, strict=True)
        ):
            continue
        visits = tuple(
            facts.visits[name] for name in sorted(route.visits, key=lambda name: wish.get(name, 0))
        )
        told = timed(facts, facts.teams[team], day, visits, wish)
        if told.travel == route.travel:
            found[team, day] = told
    return found


def _broken(problem: Problem, timetable: Timetable) -> set[Key | int] | None:
    """Routes (or whole days) that break a rule; none: nothing is broken."""
    found: set[Key | int] = set()
    for each in judge(problem, timetable):
        if each.day is None:
            return set(range(len(problem.days)))
        teams = each.params.get("teams") if each.team is None else [each.team]
        found |= {(team, each.day) for team in teams} if isinstance(teams, list) else {each.day}
    return found or None
