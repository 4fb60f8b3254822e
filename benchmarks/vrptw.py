"""Public VRPTW instances, beside OR-Tools routing and PyVRP, each in a process of its own, one after the
other.

``python -m benchmarks.vrptw [--sets solomon,gh1000] [--names R101,…] [--peers ortools,pyvrp] [--limit
SECONDS]``. The folder (``DR_VRPTW``) holds ``SET/NAME.txt|vrp`` and ``bks.csv`` with the best-known
distances; it is no part of the project. Limits: 10 s for Solomon's 100 customers, 60 s for 1,000, unless
given. Ours counts its limit from the start of its process; the peers count their search alone.
"""

import argparse
import csv
import json
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.measure import ROOT, child
from benchmarks.routing_fleets import PEERS, account, peer, written
from solver.schedule.routing import formats, vrptw

FOLDER = Path(os.environ.get("DR_VRPTW") or ROOT.parent / "shared" / "data" / "vrptw")
LIMITS = {"solomon": 10.0, "gh1000": 60.0}


def ours(path: Path, limit: float) -> None:
    """In a process of its own: routes and turns."""
    found = vrptw.solve_file(path, limit)
    tours = [(0, [stop - 1 for stop in route]) for route in found.routes]
    print(json.dumps({"tours": [tours], "turns": found.iterations}))


def lines_of(row: dict[str, str], path: Path, others: list[str], limit: float) -> dict[str, float]:
    """Shares above the best known, by solver; printed as they come."""
    fleet, known = vrptw.fleet_of(formats.read(path)), float(row["bks_cost"]) * formats.TENTHS
    above: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder, "fleets.json")
        written([fleet], given)
        for name in ("ours", *others):
            begun = time.monotonic()
            if name == "ours":
                command = [sys.executable, "-m", "benchmarks.vrptw", "--step", str(path), str(limit)]
                text, cpu, peak = child(command, 10 * limit)
                answer = json.loads(text) if text else None
            else:
                answer, cpu, peak = peer(name, given, limit)
            wall = time.monotonic() - begun
            if answer is None:
                print(f"{path.stem:>10} {name:>8} no answer within {wall:.1f} s", flush=True)
                continue
            travel, routes, left, faults = account(fleet, answer["tours"][0])
            if left or faults:
                print(f"{path.stem:>10} {name:>8} {left} left out, {faults} rules broken", flush=True)
                continue
            above[name] = 100 * (travel / known - 1)
            turns = f"{answer['turns']:,} turns" if "turns" in answer else ""
            print(
                f"{path.stem:>10} {name:>8} {routes:4d} routes {travel / 10:9.1f} {above[name]:6.2f} % "
                f"wall {wall:5.1f} CPU {cpu:5.1f} s {peak:5.0f} MiB {turns}",
                flush=True,
            )
    return above


def main() -> None:
    if sys.argv[1:2] == ["--step"]:
        ours(Path(sys.argv[2]), float(sys.argv[3]))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", default="solomon,gh1000")
    parser.add_argument("--names", default="")
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--limit", type=float)
    chosen = parser.parse_args()
    if not FOLDER.is_dir():
        print(f"no public instances in a folder {FOLDER.name}: set DR_VRPTW")
        return
    others = [name for name in chosen.peers.split(",") if name]
    names = [name for name in chosen.names.split(",") if name]
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    table = Table(title="VRPTW: % above the best known", box=box.MARKDOWN)
    for head in ("", "customers", "best known", "ours", *others):
        table.add_column(head, justify="right" if head else "left")
    for row in csv.DictReader((FOLDER / "bks.csv").open(encoding="utf-8")):
        if row["set"] not in chosen.sets.split(",") or (names and row["name"] not in names):
            continue
        path = next((FOLDER / row["set"]).glob(f"{row['name']}.[tv][xr][tp]"))
        above = lines_of(row, path, others, chosen.limit or LIMITS.get(row["set"], 60.0))
        figures = [f"{above[name]:.2f}" if name in above else "" for name in ("ours", *others)]
        table.add_row(row["name"], row["n"], row["bks_cost"], *figures)
        for name, share in above.items():
            found[row["set"]][name].append(share)
    for group, shares in found.items():
        means = [f"{statistics.mean(shares[name]):.2f}" if shares[name] else "" for name in ("ours", *others)]
        table.add_row(f"mean of {group}", "", "", *means)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
