"""进一次门、查多项事: visits at one door become one, and what stood before is found again by its name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from supervision.schedule import storing


@dataclass(frozen=True, slots=True)
class Merged:
    """P.json after merging. ``parts``: visit of it → codes of the visits it stands for, where several."""

    problem: dict[str, Any]
    parts: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...]


def unmerged(problem: dict[str, Any]) -> Merged:
    return Merged(problem, {}, ())


def merged(problem: dict[str, Any]) -> Merged:
    """The problem with one visit for each door where that is possible; where not, a note says why."""
    doors = [visit["entity"] for visit in problem["visits"] if visit.get("entity")]
    if len(doors) == len(set(doors)):
        return unmerged(problem)
    from solver.schedule.units.merging import merge

    found = merge(storing.read(problem))
    parts = {f"{name}": tuple(map(str, codes)) for name, codes in found.parts.items() if len(codes) > 1}
    return Merged(storing.problem_json(found.problem), parts, tuple(found.notes))


def published(found: Merged, standing: Mapping[str, tuple[date, int]]) -> dict[str, Any]:
    """``published`` of a problem: where each visit stood, as far as its day is still one of the problem's."""
    days = {day: n for n, day in enumerate(found.problem["days"])}
    stood: dict[str, Any] = {}
    for visit in found.problem["visits"]:
        name = f"{visit['id']}"
        earlier = [standing[code] for code in found.parts.get(name, (name,)) if code in standing]
        if earlier and f"{earlier[0][0]}" in days and visit.get("team") is not None:
            day, start = earlier[0]
            stood[name] = {"team": visit["team"], "day": days[f"{day}"], "start": start}
    return stood
