"""pair/1 on generated counties, beside CP-SAT with a random objective and a flow with random prices.

``python -m benchmarks.pairing [--sizes small,medium,large,stream] [--peers cp_sat,keyed_flow] [--limit
SECONDS] [--growth] [--runs N]``. Every line is a process of its own, so that its peak memory is its own;
the one-file verifier is run as a citizen runs it. Reading the county is in no figure; loading compiled code
is in none either.
"""

import argparse
import json
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks import pairing_peers as peers
from benchmarks.measure import child
from benchmarks.pairing_instances import GROWTH, SIZES, Size, counties, county
from solver import pairing, verify_pairing
from solver.fairness.pairing import of_table
from solver.pairing import Problem

SEED = bytes(range(32))
WHOLE = 10_000
"""Seconds after which a line of ours would be given up."""
HEAD = ("", "violations", "chances", "bits", "table", "draw", "all, CPU s", "check", "verifier", "peak MiB")
T = TypeVar("T")
Found = dict[str, float | int | str]


class Clock:
    """CPU seconds by step, added up."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    def of(self, step: str, work: Callable[[], T]) -> T:
        start = time.process_time()
        value = work()
        self.spent[step] = self.spent.get(step, 0.0) + time.process_time() - start
        return value


def warm() -> None:
    """Compiled code is loaded, and libraries imported."""
    given = county(Size(20, 8, 4, 8))
    table = pairing.solve(given)
    pairing.check(given, table, pairing.draw(table, SEED), SEED)


def ours(size: Size, folder: str) -> Found:
    """Every county of it, one after the other; if a folder is named, the files of the last go there."""
    warm()
    clock, bits, violations, gap = Clock(), 0.0, 0, 0.0
    for given in counties(size):
        table = clock.of("table", lambda p=given: pairing.solve(p))
        drawn = clock.of("draw", lambda t=table: pairing.draw(t, SEED))
        report = clock.of("check", lambda p=given, t=table, a=drawn: pairing.check(p, t, a, SEED))
        bits += table.entropy / math.log(2)
        violations += len(report.violations)
        gap = max(gap, table.gap)
        if folder:
            loads = {who: str(load) for who, load in table.loads.items()}
            Path(folder, "loads.json").write_text(json.dumps(loads))
            Path(folder, "P.json").write_text(json.dumps(given.to_json()))
            Path(folder, "A.json").write_text(json.dumps(pairing.assignment_json(table, drawn)))
    return {**clock.spent, "bits": bits, "violations": violations, "gap": gap}


def peer(name: str, size: Size, folder: str, limit: float) -> Found:
    """One drawing of the county by another way, and what the rules say of it."""
    given = county(size)
    loads = {who: Fraction(load) for who, load in json.loads(Path(folder, "loads.json").read_text()).items()}
    clock = Clock()
    if name == "cp_sat":
        rows, status = clock.of("all", lambda: peers.cp_sat(given, loads, 1, limit))
    else:
        rows, status = clock.of("all", lambda: peers.keyed_flow(given, loads, 1)), "OPTIMAL"
    return {**clock.spent, "status": status, "violations": broken(given, rows) if rows else -1}


def broken(given: Problem, rows: peers.Rows) -> int:
    """Rules broken by rows of whatever origin: seats, eligibility, teams, recusals, bounds."""
    found = 0
    eligible = {(task.id, seat.id): seat for task in given.tasks for seat in task.seats}
    filled = dict.fromkeys(eligible, 0)
    teams: dict[str, list[str]] = {}
    visits = {one.id: 0 for one in given.inspectors}
    for task, seat, who in rows:
        filled[task, seat] += 1
        found += who not in eligible[task, seat].eligible
        teams.setdefault(task, []).append(who)
        visits[who] += 1
    found += sum(many != eligible[seat].demand for seat, many in filled.items())
    found += sum(len(set(team)) < len(team) for team in teams.values())
    found += sum(a in team and b in team for team in teams.values() for a, b in given.colleague_recusals)
    for one in given.inspectors:
        found += visits[one.id] < one.min_load
        found += one.max_load is not None and visits[one.id] > one.max_load
    return found


def measured(*words: object, limit: float = WHOLE) -> tuple[Found | None, float]:
    """What a step of this file finds in a process of its own, and its peak MiB."""
    text, _, peak = child([sys.executable, "-m", "benchmarks.pairing", "--step", *map(str, words)], limit)
    return (json.loads(text) if text else None), peak


def lines_of(name: str, others: list[str], limit: float, runs: int) -> Iterator[list[str]]:
    size = SIZES[name]
    with tempfile.TemporaryDirectory() as folder:
        kept = folder if size.counties == 1 else ""
        every = [measured("ours", name, kept) for _ in range(runs)]
        found = [each for each, _ in every if each is not None]
        if not found:
            yield [f"pair/1, {size}", "failed", *[""] * (len(HEAD) - 2)]
            return
        steps = {
            step: statistics.median(float(each[step]) for each in found)
            for step in ("table", "draw", "check")
        }
        verifier = _verified(Path(folder)) if kept and size.edges <= 1_000_000 else ""
        yield [
            f"pair/1, {size}",
            str(found[0]["violations"]),
            "exact",
            f"{found[0]['bits']:,.0f}",
            f"{steps['table']:.2f}",
            f"{steps['draw']:.2f}",
            f"{steps['table'] + steps['draw']:.2f}",
            f"{steps['check']:.2f}",
            verifier,
            f"{statistics.median(peak for _, peak in every):.0f}",
        ]
        for other in others if kept else ():
            yield _peer_line(other, name, folder, limit)


def _peer_line(other: str, name: str, folder: str, limit: float) -> list[str]:
    told = {"cp_sat": "CP-SAT, random objective", "keyed_flow": "flow, random prices"}[other]
    given, peak = measured("peer", name, folder, other, limit, limit=10 * limit)
    if given is None or given["violations"] == -1:
        return [f"{told}: nothing within {limit:.0f} s", *[""] * (len(HEAD) - 2), f"{peak:.0f}"]
    done = "" if given["status"] == "OPTIMAL" else f" (best within {limit:.0f} s)"
    blank = ["unknown", "unknown", "", ""]
    return [told + done, str(given["violations"]), *blank, f"{given['all']:.2f}", "", "", f"{peak:.0f}"]


def _verified(folder: Path) -> str:
    """CPU seconds of the one-file verifier, interpreter and all; what it says goes to its standard error."""
    files = [str(folder / "P.json"), str(folder / "A.json")]
    command = [sys.executable, verify_pairing.__file__, *files, "--seed", SEED.hex()]
    text, cpu, _ = child(["/bin/sh", "-c", 'exec "$@" 2>&1', "sh", *command], WHOLE)
    return f"{cpu:.2f}" if text else "failed"


def growth(others: list[str], limit: float, runs: int) -> Table:
    """CPU seconds at five sizes of the same density, and how they grow with the number of edges."""
    table = Table(title="growth: CPU s; slope, log over log", box=box.MARKDOWN)
    for head in ("edges", "table", "draw", *others):
        table.add_column(head, justify="right")
    points: list[list[float | None]] = []
    for number, size in enumerate(GROWTH):
        with tempfile.TemporaryDirectory() as folder:
            every = [measured("ours", f"growth{number}", folder)[0] for _ in range(runs)]
            row: list[float | None] = [
                statistics.median(float(each[step]) for each in every if each is not None)
                for step in ("table", "draw")
            ]
            for other in others:
                found, _ = measured("peer", f"growth{number}", folder, other, limit, limit=10 * limit)
                good = found is not None and found["status"] == "OPTIMAL"
                row.append(float(found["all"]) if found is not None and good else None)
        points.append(row)
        table.add_row(
            f"{size.edges:,}", *(f"> {limit:.0f}" if each is None else f"{each:.2f}" for each in row)
        )
    edges = [size.edges for size in GROWTH]
    table.add_row("slope", *(_slope(edges, [row[at] for row in points]) for at in range(len(points[0]))))
    return table


def _slope(edges: list[int], times: list[float | None]) -> str:
    """Least squares through the points there are."""
    points = [
        (math.log(m), math.log(max(t, 0.01))) for m, t in zip(edges, times, strict=True) if t is not None
    ]
    if len(points) < 2:
        return ""
    return f"{statistics.linear_regression(*zip(*points, strict=True)).slope:.2f}"


def round_robin() -> str:
    """What walking down the list of inspectors would give on the smallest county."""
    return str(of_table(pairing.solve(county(SIZES["small"]))))


def size_of(name: str) -> Size:
    return GROWTH[int(name.removeprefix("growth"))] if name.startswith("growth") else SIZES[name]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default=",".join(SIZES))
    parser.add_argument("--peers", default="cp_sat,keyed_flow")
    parser.add_argument("--limit", type=float, default=120.0)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--step", nargs="+")
    given = parser.parse_args()
    if given.step:
        kind, name, folder, *rest = given.step
        found = (
            ours(size_of(name), folder)
            if kind == "ours"
            else peer(rest[0], size_of(name), folder, float(rest[1]))
        )
        print(json.dumps(found))
        return
    others = [name for name in given.peers.split(",") if name]
    table = Table(title="pairing: teams of two", box=box.MARKDOWN)
    for head in HEAD:
        table.add_column(head, justify="right" if head else "left")
    for name in filter(None, given.sizes.split(",")):
        for line in lines_of(name, others, given.limit, given.runs):
            table.add_row(*line)
    console = Console(width=160)
    if table.row_count:
        console.print(table)
    if given.growth:
        console.print(growth(others, given.limit, given.runs))
    console.print(round_robin())


if __name__ == "__main__":
    main()
