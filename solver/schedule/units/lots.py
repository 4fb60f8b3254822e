"""按单元抽取检查组: the problem with the team of every visit drawn by lot, by entity, bundle or day-route."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from solver.pairing import Assignment, PairingInfeasible, Table, draw, solve
from solver.schedule.limits import Limits
from solver.schedule.problem import Id, Problem, Visit, id_order
from solver.schedule.units.cutting import cut_apart
from solver.schedule.units.errors import UnitError
from solver.schedule.units.points import Bundles, bundle_name
from solver.schedule.units.posing import Unit, able, may_go, point_of, pose, share_a_day, team_name

DrawUnit = Literal["entity", "bundle", "day-route"]
UNITS: tuple[DrawUnit, ...] = ("entity", "bundle", "day-route")


@dataclass(frozen=True, slots=True)
class Lot:
    """抽签结果: ``problem`` with the drawn teams. ``units``: what teams were drawn for.

    ``lots``: table and outcome of each pairing held, one after the other; anybody can replay them with the
    seed. ``bundles``: as they were cut. ``single``: visits drawn by themselves: no team may take their whole
    bundle, or the team drawn for it is there on none of their days. ``nobody``: visits that no team may make;
    they stand with the first team of their county, so that the schedule can say why they cannot be.
    """

    problem: Problem
    units: tuple[Unit, ...]
    lots: tuple[tuple[Table, Assignment], ...]
    bundles: Bundles | None = None
    single: tuple[Id, ...] = ()
    nobody: tuple[Id, ...] = ()


def draw_unit(problem: Problem, unit: str, seed: bytes, limits: Limits | None = None) -> Problem:
    """The problem with the drawn ``team`` at every visit (docs/bundle-1.md, section 6)."""
    return lot(problem, unit, seed, limits).problem


def lot(problem: Problem, unit: str, seed: bytes, limits: Limits | None = None) -> Lot:
    """抽取检查组. Pinned visits keep their team; by entity, all that have one do. The seed decides alone.

    Errors: ``UnitError`` for a unit that does not exist or no seed, ``PairingInfeasible`` for
    day-routes that nobody may drive.
    """
    if unit not in UNITS:
        raise UnitError.of("unit_kind", unit=unit)
    if not seed:
        raise UnitError.of("unit_seed")
    asked = [visit for visit in problem.visits if not _stands(visit, unit)]
    free = [visit for visit in asked if able(problem, [visit])]
    nobody = frozenset(visit.id for visit in asked) - {visit.id for visit in free}
    first = {team.county: team.id for team in reversed(problem.teams)}
    stuck = {visit.id: first.get(visit.county) for visit in asked if visit.id in nobody}
    start = Lot(_with_teams(problem, stuck), (), (), nobody=tuple(sorted(nobody, key=id_order)))
    if unit == "bundle":
        return _by_bundles(start, free, seed)
    if unit == "day-route":
        return _by_routes(start, free, seed, limits or Limits())
    return _drawn(start, _singly(free), seed)


def bundles(problem: Problem, visits: Sequence[Visit]) -> Bundles:
    """片区 of the visits, county by county: as many as the county has teams."""
    parts = []
    for county in sorted({visit.county for visit in visits}):
        count = sum(1 for team in problem.teams if team.county == county)
        if not count:
            raise UnitError.of("unit_no_team", county=county)
        parts.append((count, [point_of(problem, visit) for visit in visits if visit.county == county]))
    return cut_apart(parts)


def _stands(visit: Visit, unit: str) -> bool:
    return visit.team is not None and (unit == "entity" or visit.pinned is not None)


def _by_bundles(start: Lot, free: Sequence[Visit], seed: bytes) -> Lot:
    """If no team may take some whole bundle, visits that not every team may make are drawn by themselves."""
    problem = start.problem
    try:
        cut_up = bundles(problem, free)
        common = _drawn(start, _named(cut_up, free), seed)
        apart: list[Visit] = []
    except PairingInfeasible:
        anybody = [visit for visit in free if _anybody(problem, visit)]
        apart = [visit for visit in free if not _anybody(problem, visit)]
        cut_up = bundles(problem, anybody)
        common = _drawn(start, _named(cut_up, anybody), seed)
    apart += _not_there(common.problem, {visit.id for visit in free} - {visit.id for visit in apart})
    single = tuple(sorted((visit.id for visit in apart), key=id_order))
    return replace(_drawn(common, _singly(apart), seed), bundles=cut_up, single=single)


def _not_there(problem: Problem, keys: Collection[Id]) -> list[Visit]:
    """Visits whose drawn team is there on none of their days, though another that may go is."""
    teams = {team.id: team for team in problem.teams}

    def not_there(visit: Visit) -> bool:
        team = teams.get(visit.team) if visit.team is not None else None
        return team is not None and not share_a_day(team, visit)

    return [
        visit
        for visit in problem.visits
        if visit.id in keys and not_there(visit) and share_a_day(able(problem, [visit])[0], visit)
    ]


def _by_routes(start: Lot, free: Sequence[Visit], seed: bytes, limits: Limits) -> Lot:
    """Whole day-routes are planned for the county as if any team drove them; the lot then says who does.

    What no route could serve is drawn visit by visit, so that a team can be named with the reason.
    """
    from solver.schedule.routing.county import county_routes  # compiled code: only where it is wanted

    planned = county_routes(replace(start.problem, visits=tuple(free)), limits)
    units = [Unit(f"R{n:05d}", route.visits, route.day) for n, route in enumerate(planned, start=1)]
    served = {key for unit in units for key in unit.visits}
    left = [visit for visit in free if visit.id not in served]
    single = tuple(visit.id for visit in left)
    return replace(_drawn(_drawn(start, units, seed), _singly(left), seed), single=single)


def _anybody(problem: Problem, visit: Visit) -> bool:
    return all(may_go(team, [visit]) for team in problem.teams if team.county == visit.county)


def _named(cut_up: Bundles, visits: Sequence[Visit]) -> list[Unit]:
    keys = {str(visit.id): visit.id for visit in visits}
    return [
        Unit(bundle_name(at), tuple(keys[code] for code in group)) for at, group in enumerate(cut_up.groups)
    ]


def _singly(visits: Sequence[Visit]) -> list[Unit]:
    return [Unit(f"V{visit.id}", (visit.id,)) for visit in visits]


def _drawn(before: Lot, units: Sequence[Unit], seed: bytes) -> Lot:
    """The units' teams by pair/1. Nothing to draw for is no lot at all."""
    if not units:
        return before
    table = solve(pose(before.problem, units))
    outcome = draw(table, seed)
    names = {team_name(team.id): team.id for team in before.problem.teams}
    seated = {task: names[who] for task, _, who in outcome.rows}
    found = {key: seated[unit.name] for unit in units for key in unit.visits}
    return replace(
        before,
        problem=_with_teams(before.problem, found),
        units=(*before.units, *units),
        lots=(*before.lots, (table, outcome)),
    )


def _with_teams(problem: Problem, found: Mapping[Id, Id | None]) -> Problem:
    visits = (replace(one, team=found[one.id]) if one.id in found else one for one in problem.visits)
    return replace(problem, visits=tuple(visits))
