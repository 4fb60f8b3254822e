"""Routes by other libraries, on the fleets of ``benchmarks.vrptw`` and ``benchmarks.schedule``: needs nothing
of ours.

``python benchmarks/routing_peers.py pyvrp|ortools FILE SECONDS`` solves every fleet of a JSON file, the
seconds shared evenly among them, and prints one JSON object: the library, and for each fleet its tours, as
``[kind, [stops]]``. PyVRP needs the environment ``.venv-bench``; OR-Tools is where we are.
"""

import json
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

Tours = list[tuple[int, list[int]]]
FAR = 10_000_000


def window(fleet: dict[str, Any], stop: int) -> tuple[int, int]:
    """Where a stop may begin: both libraries know one window, the same on every route."""
    spans = {tuple(span) for several in fleet["starts"][stop] for span in several}
    if len(spans) > 1:
        raise ValueError("several windows, or other ones on other days")
    return next(iter(spans), (0, 0))


def pyvrp(fleet: dict[str, Any], seconds: float, number: int) -> Tours:
    """A day is a vehicle type; the stops that it may not have are far away on its map."""
    import numpy as np
    from pyvrp import Client, Depot, Location, ProblemData, VehicleType, solve
    from pyvrp.stop import MaxRuntime

    n, size = len(fleet["duration"]), len(fleet["matrix"])
    ways = np.array(fleet["matrix"], dtype=np.int64)
    maps: dict[tuple[int, ...], int] = {}
    matrices, types, kinds = [], [], []
    for kind, (most, opens, closes, home) in enumerate(fleet["kinds"]):
        barred = tuple(stop for stop in range(n) if not fleet["starts"][stop][kind])
        if barred not in maps:
            maps[barred] = len(maps)
            own = ways.copy()
            own[list(barred), :] = own[:, list(barred)] = FAR
            np.fill_diagonal(own, 0)
            matrices.append(own)
        if most:
            kinds.append(kind)
            types.append(
                VehicleType(
                    most, [fleet["room"]], home, home, fixed_cost=fleet["route_cost"], tw_early=opens,
                    tw_late=closes, profile=maps[barred],
                )
            )  # fmt: skip
    clients = []
    for stop in range(n):
        low, high = window(fleet, stop)
        optional = fleet["missed_cost"] < FAR
        clients.append(
            Client(
                stop, [fleet["demand"][stop]], [], fleet["duration"][stop], low, high,
                prize=fleet["missed_cost"] if optional else 0, required=not optional,
            )
        )  # fmt: skip
    data = ProblemData(
        [Location(0, 0) for _ in range(size)],
        clients,
        [Depot(at) for at in range(n, size)],
        types,
        matrices,
        matrices,
    )
    best = solve(data, MaxRuntime(seconds), seed=number, collect_stats=False).best
    return [
        (kinds[route.vehicle_type()], [one.idx for one in route if one.is_client()])
        for route in best.routes()
    ]


def ortools(fleet: dict[str, Any], seconds: float, _number: int) -> Tours:
    """A day is a vehicle; guided local search."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    n, size = len(fleet["duration"]), len(fleet["matrix"])
    vehicles = [
        (kind, *rules) for kind, (most, *rules) in enumerate(fleet["kinds"]) for _ in range(min(most, n))
    ]
    homes = [n + home for _, _, _, home in vehicles]
    manager = pywrapcp.RoutingIndexManager(size, len(vehicles), homes, homes)
    model = pywrapcp.RoutingModel(manager)
    service = [*fleet["duration"], *[0] * (size - n)]
    way = model.RegisterTransitMatrix(fleet["matrix"])
    busy = model.RegisterTransitMatrix(
        [[way + service[a] for way in row] for a, row in enumerate(fleet["matrix"])]
    )
    load = model.RegisterUnaryTransitVector([*fleet["demand"], *[0] * (size - n)])
    model.SetArcCostEvaluatorOfAllVehicles(way)
    horizon = max(closes for _, _, closes, _ in vehicles)
    model.AddDimension(busy, horizon, horizon, False, "time")
    model.AddDimension(load, 0, fleet["room"], True, "load")
    clock = model.GetDimensionOrDie("time")
    for vehicle, (_, opens, closes, _) in enumerate(vehicles):
        model.SetFixedCostOfVehicle(fleet["route_cost"], vehicle)
        clock.CumulVar(model.Start(vehicle)).SetRange(opens, closes)
        clock.CumulVar(model.End(vehicle)).SetRange(opens, closes)
    for stop in range(n):
        at = manager.NodeToIndex(stop)
        low, high = window(fleet, stop)
        clock.CumulVar(at).SetRange(low, max(low, high))
        allowed = [v for v, (kind, *_) in enumerate(vehicles) if fleet["starts"][stop][kind]]
        if len(allowed) < len(vehicles):
            model.VehicleVar(at).SetValues([-1, *allowed])
        if fleet["missed_cost"] < FAR:
            model.AddDisjunction([at], fleet["missed_cost"])
    search = pywrapcp.DefaultRoutingSearchParameters()
    search.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    search.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    search.time_limit.FromMilliseconds(max(int(seconds * 1000), 1))
    found = model.SolveWithParameters(search)
    tours = []
    for vehicle, (kind, *_) in enumerate(vehicles if found else ()):
        at, stops = found.Value(model.NextVar(model.Start(vehicle))), []
        while not model.IsEnd(at):
            stops.append(manager.IndexToNode(at))
            at = found.Value(model.NextVar(at))
        if stops:
            tours.append((kind, stops))
    return tours


PEERS: dict[str, Callable[[dict[str, Any], float, int], Tours]] = {f.__name__: f for f in (pyvrp, ortools)}


def main() -> None:
    if len(sys.argv) != 4:
        print(__doc__)
        return
    name, path, limit = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
    fleets = json.loads(path.read_text())
    begun, answers = time.monotonic(), []
    for number, fleet in enumerate(fleets):
        left = limit - (time.monotonic() - begun)
        answers.append(PEERS[name](fleet, max(left, 0.001) / (len(fleets) - number), number))
    wall = time.monotonic() - begun
    print(json.dumps({"library": f"{name} {version(name)}", "wall": wall, "tours": answers}))


if __name__ == "__main__":
    main()
