"""交出的形式: what judge, explanations and re-planning say, as JSON for the API and the command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from solver.schedule.problem import Problem
from solver.schedule.timetable import Timetable
from solver.schedule.writing import problem_json, renumbered, timetable_json


def to_plain(problem: Problem, value: object) -> Any:
    """A value of this package as JSON; days by where they stood in the file, with their date beside."""
    filed = dict(enumerate(problem.given_days or range(len(problem.days))))
    return _plain(problem, filed, value)


def _plain(problem: Problem, filed: Mapping[int, int], value: object) -> Any:
    if isinstance(value, Timetable):
        return timetable_json(problem, value)
    if isinstance(value, Problem):
        return problem_json(value)
    if is_dataclass(value):
        found = {one.name: _plain(problem, filed, getattr(value, one.name)) for one in fields(value)}
        day = found.get("day")
        if type(day) is int and 0 <= day < len(problem.days):
            found |= {"day": filed[day], "date": problem.days[day]}
        return found
    if isinstance(value, Mapping):
        plain = {str(key): _plain(problem, filed, one) for key, one in value.items()}
        return renumbered(plain, filed)
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(problem, filed, one) for one in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
