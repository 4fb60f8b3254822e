"""进一次门、查多项事: visits to one entity become one visit wherever days, windows and teams allow it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from solver.schedule.problem import Id, Problem, Published, Visit, id_order
from solver.schedule.travel import Travel
from solver.schedule.units.joining import Door, NotMerged, joined


@dataclass(frozen=True, slots=True)
class Merging:
    """并户结果. ``parts``: merged visit → the visits it stands for (it bears the id of the first).

    ``notes``: sentences on visits of one entity that stay apart.
    """

    problem: Problem
    parts: Mapping[Id, tuple[Id, ...]]
    notes: tuple[str, ...]


def merge(problem: Problem) -> Merging:
    """并户: each visit joins the first of its ``entity`` (in order of ids) with which it can be one.

    Where their teams differ, a new team of the members of both goes, on the days they share; it is called by
    its parts, ``"3+17"``. A visit that its own team could not make anyway stays as it is.
    """
    travel = Travel.of(problem)
    teams = {team.id: team for team in problem.teams}
    by_entity: dict[str, list[Door]] = {}
    for visit in problem.visits:
        door = Door.of(visit, None if visit.team is None else teams.get(visit.team))
        by_entity.setdefault(visit.entity, []).append(door)
    doors = by_entity.pop("", [])
    notes: list[str] = []
    for _, visits in sorted(by_entity.items()):
        found, apart = _together(problem, travel, visits)
        doors += found
        notes += apart
    return Merging(
        problem=_with(problem, doors),
        parts={door.visit.id: door.parts for door in doors if len(door.parts) > 1},
        notes=tuple(notes),
    )


def _together(problem: Problem, travel: Travel, visits: Sequence[Door]) -> tuple[list[Door], list[str]]:
    """One entity's visits, merged as far as may be, with a sentence for each that needs a door of its own."""
    doors: list[Door] = []
    notes: list[str] = []
    for one in visits:
        refusals: list[str] = []
        for at, other in enumerate(doors):
            try:
                doors[at] = joined(problem, travel, other, one)
                break
            except NotMerged as error:
                refusals.append(error.message)
        else:
            notes += refusals[:1]
            doors.append(one)
    return doors, notes


def _with(problem: Problem, doors: Sequence[Door]) -> Problem:
    """The problem with these visits; rows of the travel table that nobody needs any more are left out."""
    visits = tuple(sorted((door.visit for door in doors), key=lambda visit: id_order(visit.id)))
    known = {team.id for team in problem.teams}
    made = {door.team.id: door.team for door in doors if door.team is not None and door.team.id not in known}
    published = {door.visit.id: stood for door in doors if (stood := _published(problem, door))}
    return replace(
        problem,
        teams=(*problem.teams, *made.values()),
        visits=visits,
        published=published,
        matrix=_rows(problem, visits),
    )


def _published(problem: Problem, door: Door) -> Published | None:
    """Where the first of its parts stood in the plan issued before, if its team is the same."""
    stood = problem.published.get(door.parts[0])
    return stood if stood is not None and stood.team == door.visit.team else None


def _rows(problem: Problem, visits: Sequence[Visit]) -> tuple[tuple[int, ...], ...] | None:
    if problem.matrix is None:
        return None
    offices, keys = len(problem.offices), {visit.id for visit in visits}
    stay = [*range(offices), *(offices + n for n, one in enumerate(problem.visits) if one.id in keys)]
    return tuple(tuple(problem.matrix[a][b] for b in stay) for a in stay)
