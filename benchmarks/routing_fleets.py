"""Fleets handed to the peers, and what their answers cost by our own account of the rules."""

import json
import sys
from collections import Counter
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.measure import ROOT, child
from solver.schedule.routing.fleet import Fleet
from solver.schedule.routing.timing import times

#: The libraries, and the interpreter each is in.
PEERS = {"ortools": sys.executable, "pyvrp": str(ROOT / ".venv-bench" / "bin" / "python")}
GRACE = 1.5
"""Times its limit after which a peer is killed (with half a minute for starting)."""


def written(fleets: list[Fleet], path: Path) -> None:
    """The fleets as the peers read them."""
    path.write_text(
        json.dumps(
            [
                {
                    "matrix": fleet.matrix.tolist(),
                    "duration": fleet.duration,
                    "demand": fleet.demand,
                    "starts": fleet.starts,
                    "kinds": [list(asdict(kind).values()) for kind in fleet.kinds],
                    "room": fleet.room,
                    "route_cost": fleet.route_cost,
                    "missed_cost": fleet.missed_cost,
                }
                for fleet in fleets
            ]
        )
    )


def peer(name: str, path: Path, limit: float) -> tuple[dict[str, Any] | None, float, float]:
    """A peer's answer in a process of its own, CPU seconds and peak MiB; no answer where it is absent, fails
    or does not end.
    """
    if not Path(PEERS[name]).exists():
        return None, 0.0, 0.0
    command = [PEERS[name], str(ROOT / "benchmarks" / "routing_peers.py"), name, str(path), str(limit)]
    text, cpu, peak = child(command, limit * GRACE + 30)
    return (json.loads(text) if text else None), cpu, peak


def account(fleet: Fleet, tours: list[tuple[int, list[int]]]) -> tuple[int, int, int, int]:
    """Travel, routes, stops left out, and rules broken, of tours of whatever origin."""
    travel, faults, met = 0, 0, Counter[int]()
    used = Counter(kind for kind, _ in tours)
    faults += sum(many > fleet.kinds[kind].most for kind, many in used.items())
    for kind, stops in tours:
        rules = fleet.kinds[kind]
        depot = fleet.stops + rules.home
        ways = [int(fleet.matrix[a, b]) for a, b in pairwise((depot, *stops, depot))]
        spans = [fleet.starts[stop][kind] for stop in stops]
        durations = [fleet.duration[stop] for stop in stops]
        faults += times(ways, durations, spans, rules.opens, rules.closes) is None
        faults += sum(fleet.demand[stop] for stop in stops) > fleet.room
        travel += sum(ways)
        met.update(stops)
    faults += sum(many > 1 for many in met.values())
    return travel, len(tours), fleet.stops - len(met), faults
