"""存放: problems and timetables as they are kept: the files of docs/schedule.md, gzip."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from solver.schedule.judging import Violation
from solver.schedule.problem import Id, Problem
from solver.schedule.reading import problem_from_json, timetable_from_json
from solver.schedule.timetable import Timetable
from solver.schedule.writing import problem_json, problem_sha256, timetable_json
from supervision.schedule.tables import Schedule


def pack(value: object) -> bytes:
    """JSON, gzip without a time stamp: the same value gives the same bytes."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return gzip.compress(text.encode(), mtime=0)


def unpack(data: bytes) -> Any:
    return json.loads(gzip.decompress(data))


def read(problem: Mapping[str, Any]) -> Problem:
    """P.json as a value; refuses it with every error that it has."""
    return problem_from_json(problem)


def problem_of(schedule: Schedule) -> Problem:
    return read(unpack(schedule.problem))


def timetable_of(problem: Problem, packed: bytes) -> Timetable:
    return timetable_from_json(problem, unpack(packed))


def opened(schedule: Schedule) -> tuple[Problem, Timetable]:
    """The problem and the timetable of a schedule that has one."""
    problem = problem_of(schedule)
    return problem, timetable_of(problem, schedule.timetable or b"")


def set_pin(schedule: Schedule, name: Id, at: tuple[int, int] | None) -> None:
    """Pin a visit in the problem of a schedule to a day (position) and second, or unpin it.

    The timetable stays as it is and names the problem's new digest.
    """
    problem = problem_of(schedule)
    found = unpack(schedule.problem)
    for visit in found["visits"]:
        if visit["id"] == name:
            visit.pop("pinned", None)
            if at is not None:
                visit["pinned"] = {"day": problem.given_days[at[0]], "start": at[1]}
    schedule.problem = pack(found)
    schedule.problem_sha256 = problem_sha256(read(found))
    if schedule.timetable is not None:
        timetable = unpack(schedule.timetable)
        schedule.timetable = pack(timetable | {"problem_sha256": schedule.problem_sha256})


def violation_json(found: Violation) -> dict[str, Any]:
    """A violation for answers."""
    told = asdict(found)
    return {key: told[key] for key in ("code", "message", "visit", "team", "day")} | {
        "params": dict(found.params)
    }


__all__ = [
    "opened", "pack", "problem_json", "problem_of", "problem_sha256", "read", "set_pin", "timetable_json",
    "timetable_of", "unpack", "violation_json",
]  # fmt: skip
