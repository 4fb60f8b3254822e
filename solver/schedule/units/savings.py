"""省多少: the same county drawn by entity, bundle or day-route, with or without merging, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from solver.schedule.limits import Limits, Watch
from solver.schedule.problem import Problem
from solver.schedule.timetable import Timetable
from solver.schedule.units.lots import lot
from solver.schedule.units.merging import merge

RANDOM = {
    "entity": "每一户由哪个检查组检查，逐户抽签决定。",
    "bundle": (
        "先按公开规则把抽中对象分成片区，再抽签决定每个片区由哪个检查组检查。"
        "每一户由任一检查组检查的机会与逐户抽签相同；不同的是同一片区的各户由同一检查组检查。"
    ),
    "day-route": (
        "先排好每天的行程，再抽签决定每条行程由哪个当天能出勤的检查组承担，每组一天至多一条。"
        "同一天同一行程的各户由同一检查组检查；各组的机会只受出勤日期影响。"
    ),
}
"""抽签单元 → what stays random, in plain words."""
MERGED = "同一对象的多项检查尽量合并为一次上门。抽签结果不变：原定各组的人员一同前往。"


@dataclass(frozen=True, slots=True)
class Saving:
    """一种做法的结果. ``travel`` in seconds; ``doors``: visits that knock at a door, scheduled or not;
    ``people_days``: inspectors out, summed over team-days; ``saved``: share of travel less than the first."""

    unit: str
    merged: bool
    doors: int
    travel: int
    team_days: int
    people_days: int
    unscheduled: int
    saved: float
    words: str


def compare(
    problem: Problem,
    seed: bytes,
    limits: Limits | None = None,
    *,
    units: Sequence[str] = ("entity", "bundle", "day-route"),
    watch: Watch | None = None,
) -> tuple[Saving, ...]:
    """What-if: each unit as drawn with this seed, then ``entity`` with merging, where some entity has several
    visits. The seed is a trial one: nothing is drawn by asking.
    """
    found: list[Saving] = []
    for unit in units:
        drawn = lot(problem, unit, seed, limits).problem
        found.append(_saving(unit, drawn, limits, watch, found))
    doors = [visit.entity for visit in problem.visits if visit.entity]
    if len(doors) > len(set(doors)):
        drawn = lot(problem, "entity", seed, limits).problem
        found.append(_saving("entity", merge(drawn).problem, limits, watch, found, merged=True))
    return tuple(found)


def _saving(
    unit: str,
    problem: Problem,
    limits: Limits | None,
    watch: Watch | None,
    before: Sequence[Saving],
    *,
    merged: bool = False,
) -> Saving:
    from solver.schedule import solve  # numba and OR-Tools: only where a schedule is wanted

    timetable: Timetable = solve(problem, limits or Limits(), watch or Watch())
    members = {team.id: len(team.members) for team in problem.teams}
    base = before[0].travel if before else timetable.travel
    return Saving(
        unit=unit,
        merged=merged,
        doors=len(problem.visits),
        travel=timetable.travel,
        team_days=timetable.team_days,
        people_days=sum(members[route.team] for route in timetable.routes),
        unscheduled=len(timetable.unscheduled),
        saved=1 - timetable.travel / base if base else 0.0,
        words=f"{RANDOM[unit]}{MERGED if merged else ''}",
    )
