"""Schedules of generated counties, beside OR-Tools routing and PyVRP, each in a process of its own, one after
the other.

``python -m benchmarks.schedule [--parts plans,units,replan,growth,digests] [--names n30a,n300a] [--peers
ortools,pyvrp] [--limit SECONDS] [--workers N]``. The peers are given the teams one by one, the limit shared
among them, with the same routes and costs; ``ortools-whole`` is given all teams of the county in one model.
Everybody's routes are judged here by the rules alone. Reading the problem is in no figure of the peers,
starting the processes in all of ours.
"""

import argparse
import json
import math
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.measure import child
from benchmarks.routing_fleets import account, peer, written
from benchmarks.schedule_instances import GROWTH, instance
from solver.schedule import diff, judge, replan, solve
from solver.schedule.limits import Limits
from solver.schedule.problem import Problem
from solver.schedule.routing.columns import fleet_of
from solver.schedule.routing.fleet import Fleet
from solver.schedule.solving import peaks, planned
from solver.schedule.team.frame import Frame
from solver.schedule.team.guard import Guard
from solver.schedule.timetable import Timetable
from solver.schedule.travel import Travel
from solver.schedule.units.savings import compare
from solver.schedule.writing import plan_sha256, problem_json

HOUR = 3600
LONG = 3_000.0
"""Seconds after which a line of ours would be given up."""
SEED = bytes(range(32))
PARTS = ("plans", "units", "replan", "growth", "digests")
Found = dict[str, float | int | str]


def plan_step(name: str, workers: int) -> Found:
    """Ours, and what the independent judge says of it; the judging is in no figure."""
    problem = instance(name)
    begun = time.monotonic()
    found = solve(problem, Limits(workers=workers))
    wall = time.monotonic() - begun
    return {
        "wall": wall,
        "travel": found.travel,
        "days": found.team_days,
        "left": len(found.unscheduled),
        "objective": found.objective,
        "bound": found.bound,
        "proven": len(found.proven),
        "teams": len(problem.teams),
        "faults": len(judge(problem, found)),
        "sha": plan_sha256(problem, found),
    }


def peaks_step(name: str) -> Found:
    """Most cars of an office on one day: as the teams' plans fall, made flat, and if every day were alike."""
    problem = instance(name)
    routes = [route for plan in planned(problem, Limits(), Guard.of(Limits(), None)) for route in plan.routes]
    flat = solve(problem)
    office = {team.id: team.office for team in problem.teams}
    days = Counter(office[route.team] for route in flat.routes)
    mean = {one: math.ceil(many / len(problem.days)) for one, many in days.items()}
    before = peaks(problem, routes)
    return {
        "before": max(before.values()),
        "after": max(flat.peak_cars.values()),
        "mean": max(mean.values()),
        "over": sum(flat.peak_cars[one] > mean[one] + 1 for one in mean),
        "offices": len(mean),
        "travel": int(flat.travel == sum(route.travel for route in routes)),
    }


def units_step(name: str, workers: int) -> list[Found]:
    """Entity, bundle, day-route: what each would travel."""
    return [
        {
            "unit": one.unit,
            "travel": one.travel,
            "days": one.team_days,
            "left": one.unscheduled,
            "saved": one.saved,
        }
        for one in compare(instance(name), SEED, Limits(workers=workers))
    ]


def replan_step(name: str, times: int) -> Found:
    """Somebody of one team falls ill for five of the team's days; the team is mended, and for comparison
    drawn up afresh. Medians over teams.
    """
    problem = instance(name)
    before = solve(problem)
    walls, moved, fresh = [], [], []
    for team in problem.teams[:times]:
        days = [problem.days[day] for day in team.days[3:8]]
        begun = time.process_time()
        mended = replan(problem, before, [{"kind": "away", "inspector": team.members[0], "days": days}])
        walls.append(time.process_time() - begun)
        forced = {
            visit for route in before.routes if route.team == team.id and problem.days[route.day] in days
            for visit in route.visits
        }  # fmt: skip
        moved.append(sum(one.visit not in forced for one in mended.changes))
        left = tuple(day for day in team.days if problem.days[day] not in days)
        teams = tuple(replace(one, days=left) if one.id == team.id else one for one in problem.teams)
        again = replace(problem, teams=teams, published={})
        own = solve(_only(again, team.id))
        fresh.append(sum(one.visit not in forced for one in diff(again, _of(before, team.id), own)))
    return {
        "cpu": statistics.median(walls),
        "most": max(walls),
        "moved": sum(moved),
        "fresh": sum(fresh),
        "teams": times,
    }


def _only(problem: Problem, team: int | str) -> Problem:
    visits = tuple(one for one in problem.visits if one.team == team)
    return replace(problem, visits=visits, teams=tuple(one for one in problem.teams if one.id == team))


def _of(timetable: Timetable, team: int | str) -> Timetable:
    return replace(
        timetable, routes=tuple(route for route in timetable.routes if route.team == team), unscheduled=()
    )


def digest_step(name: str, workers: int, seed: int) -> Found:
    """The plan's digest, of the problem with its lists shuffled."""
    from solver.schedule.reading import problem_from_json

    posed, chance = problem_json(instance(name)), random.Random(seed)
    for part in ("teams", "visits"):
        if seed:
            chance.shuffle(posed[part])
    problem = problem_from_json(posed)
    found = solve(problem, Limits(workers=workers))
    return {"sha": plan_sha256(problem, found), "problem": found.problem_sha256}


STEPS = {
    "plan": lambda name, workers: plan_step(name, int(workers)),
    "peaks": peaks_step,
    "units": lambda name, workers: units_step(name, int(workers)),
    "replan": lambda name, times: replan_step(name, int(times)),
    "digest": lambda name, workers, seed: digest_step(name, int(workers), int(seed)),
}


def measured(*words: object) -> tuple[Found | None, float, float]:
    """What a step of this file finds in a process of its own, its CPU seconds and peak MiB."""
    command = [sys.executable, "-m", "benchmarks.schedule", "--step", *map(str, words)]
    text, cpu, peak = child(command, LONG)
    return (json.loads(text) if text else None), cpu, peak


def plans(name: str, others: list[str], limit: float, workers: int) -> Iterator[list[str]]:
    """Ours and the peers' lines for one county."""
    problem = instance(name)
    size = f"{len(problem.teams)} × {len(problem.visits):,}"
    ours, cpu, peak = measured("plan", name, workers)
    if ours is None:
        yield [f"ours, {size}", "failed"]
    else:
        yield [
            f"ours, {size}, {workers} workers",
            *_costs(int(ours["objective"]), int(ours["travel"]), int(ours["days"]), int(ours["left"])),
            f"{ours['proven']} of {ours['teams']}",
            str(ours["faults"]),
            f"{cpu:.1f}",
            f"{ours['wall']:.1f}",
            f"{peak:.0f}",
        ]
    fleets, dropped = team_fleets(problem)
    for other in others:
        chosen = [whole_fleet(fleets)] if other == "ortools-whole" else fleets
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "fleets.json")
            written(chosen, path)
            answer, cpu, peak = peer(other.removesuffix("-whole"), path, limit)
        if answer is None:
            yield [f"{other}, {size}: no answer within {limit:.0f} s"]
            continue
        sums = np.sum([account(*pair) for pair in zip(chosen, answer["tours"], strict=True)], axis=0)
        travel, days, left, faults = (int(one) for one in sums)
        left += dropped
        objective = travel + problem.day_cost * days + problem.miss_cost * left
        yield [
            f"{answer['library']}{', one model' if other != other.removesuffix('-whole') else ''}, {size}",
            *_costs(objective, travel, days, left), "", str(faults), f"{cpu:.1f}", f"{answer['wall']:.1f}",
            f"{peak:.0f}",
        ]  # fmt: skip


def _costs(objective: int, travel: int, days: int, left: int) -> list[str]:
    return [f"{objective / HOUR:,.1f}", f"{travel / HOUR:,.1f}", f"{days:,}", str(left)]


def team_fleets(problem: Problem) -> tuple[list[Fleet], int]:
    """Each team's days and visits, and how many visits nobody can do at all."""
    travel, fleets, dropped = Travel.of(problem), [], 0
    for team in problem.teams:
        frame = Frame.of(problem, travel, team.id)
        fleet, rows = fleet_of(frame)
        fleets.append(replace(fleet, missed_cost=problem.miss_cost))
        dropped += len(frame.visits) - len(rows)
    return fleets, dropped


def whole_fleet(fleets: list[Fleet]) -> Fleet:
    """All teams of one county at once; a visit may only be on days of its own team."""
    kinds = [kind for fleet in fleets for kind in fleet.kinds]
    size = sum(fleet.stops for fleet in fleets)
    matrix = np.zeros((size + 1, size + 1), np.int32)
    starts, at, kind = [], 0, 0
    for fleet in fleets:
        places = np.append(np.arange(at, at + fleet.stops), size)
        matrix[np.ix_(places, places)] = fleet.matrix
        for spans in fleet.starts:
            starts.append(((),) * kind + spans + ((),) * (len(kinds) - kind - len(spans)))
        at, kind = at + fleet.stops, kind + len(fleet.kinds)
    first = fleets[0]
    return Fleet(
        matrix,
        tuple(one for fleet in fleets for one in fleet.duration),
        (1,) * size,
        tuple(starts),
        tuple(kinds),
        first.room,
        first.route_cost,
        first.missed_cost,
    )


def table(title: str, *heads: str) -> Table:
    made = Table(title=title, box=box.MARKDOWN)
    for at, head in enumerate(heads):
        made.add_column(head, justify="right" if at else "left")
    return made


def growth(workers: int) -> Table:
    """CPU seconds by the number of teams, and the slope of log over log."""
    made = table("growth", "teams", "visits", "CPU s", "wall s", "proven", "peak MiB")
    points = []
    for teams in GROWTH:
        found, cpu, peak = measured("plan", f"g{teams}", workers)
        if found is None:
            made.add_row(str(teams), "", "failed")
            continue
        points.append((math.log(teams), math.log(cpu)))
        made.add_row(
            str(teams),
            f"{teams * 20:,}",
            f"{cpu:.1f}",
            f"{found['wall']:.1f}",
            str(found["proven"]),
            f"{peak:.0f}",
        )
    if len(points) > 1:
        slope = statistics.linear_regression(*zip(*points, strict=True)).slope
        made.add_row("slope", "", f"{slope:.2f}")
    return made


def show_units(names: list[str], workers: int) -> Table:
    made = table("draw units", "", "travel h", "team-days", "left", "less travel")
    for name in names:
        found, _, _ = measured("units", name, workers)
        for one in found or ():
            made.add_row(
                f"{name}, {one['unit']}",
                f"{one['travel'] / HOUR:,.1f}",
                f"{one['days']:,}",
                str(one["left"]),
                f"{one['saved']:.1%}",
            )
        if found is None:
            made.add_row(name, "failed")
    return made


def show_peaks(names: list[str]) -> Table:
    heads = ("", "as planned", "made flat", "ceil(mean)", "offices above mean + 1", "same travel")
    made = table("cars of an office on one day", *heads)
    for name in names:
        found, _, _ = measured("peaks", name)
        if found is None:
            made.add_row(name, "failed")
            continue
        over = f"{found['over']} of {found['offices']}"
        made.add_row(
            name,
            str(found["before"]),
            str(found["after"]),
            str(found["mean"]),
            over,
            "yes" if found["travel"] else "no",
        )
    return made


def show_replan(name: str, times: int) -> Table:
    made = table(
        "an inspector away for five days", "", "teams", "CPU s", "most", "others moved", "fresh solve"
    )
    found, _, _ = measured("replan", name, times)
    if found is not None:
        figures = (f"{found['cpu']:.2f}", f"{found['most']:.2f}", str(found["moved"]), str(found["fresh"]))
        made.add_row(name, str(found["teams"]), *figures)
    return made


def show_digests(name: str) -> Table:
    made = table("digests", "", "problem", "plan")
    for workers, seed in ((1, 0), (1, 0), (2, 0), (1, 1), (2, 2)):
        found, _, _ = measured("digest", name, workers, seed)
        told = f"{name}, workers {workers}, {'shuffled' if seed else 'as given'}"
        made.add_row(told, *(str(found[key])[:16] if found else "failed" for key in ("problem", "sha")))
    return made


def main() -> None:
    if sys.argv[1:2] == ["--step"]:
        print(json.dumps(STEPS[sys.argv[2]](*sys.argv[3:])))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--names", default="n30a,n300a")
    parser.add_argument("--peers", default="ortools,ortools-whole,pyvrp")
    parser.add_argument("--limit", type=float, default=60.0)
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    parts, names = chosen.parts.split(","), [name for name in chosen.names.split(",") if name]
    others = [name for name in chosen.peers.split(",") if name]
    console = Console(width=150)
    if "plans" in parts:
        heads = ("objective h", "travel h", "team-days", "left", "proven", "faults", "CPU s", "wall s")
        made = table("plans", "", *heads, "peak MiB")
        for name in names:
            one_county = len(instance(name).offices) == 1
            here = [other for other in others if one_county or other != "ortools-whole"]
            for row in plans(name, here, chosen.limit, chosen.workers):
                made.add_row(*row)
        console.print(made)
        console.print(show_peaks(names))
    if "units" in parts:
        console.print(show_units(names, chosen.workers))
    if "replan" in parts:
        console.print(show_replan(names[0], 10))
    if "growth" in parts:
        console.print(growth(chosen.workers))
    if "digests" in parts:
        console.print(show_digests(names[0]))


if __name__ == "__main__":
    main()
