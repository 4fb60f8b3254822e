"""Public instances, where their folder is at hand: routes keep every rule, and come near the best known."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from solver.schedule.routing import formats, vrptw

ROOT = Path(__file__).parents[4]
FOLDER = Path(os.environ.get("DR_VRPTW") or ROOT.parent / "shared" / "data" / "vrptw")
needs_folder = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"no public instances in a folder {FOLDER.name}: set DR_VRPTW"
)


def files() -> list[tuple[Path, float]]:
    """Instances with their best-known distances."""
    if not FOLDER.is_dir():
        return []
    with (FOLDER / "bks.csv").open(encoding="utf-8") as table:
        known = {row["name"]: float(row["bks_cost"]) for row in csv.DictReader(table)}
    return sorted((path, known[path.stem]) for path in FOLDER.glob("*/*.[tv][xr][tp]"))


def judged(given: formats.Vrptw, routes: tuple[tuple[int, ...], ...]) -> int:
    """Total distance in tenths, after asserting the rules from the file alone."""
    assert sorted(stop for route in routes for stop in route) == list(range(1, len(given.places)))
    ways, total = given.distances().tolist(), 0
    for route in routes:
        assert sum(given.demands[stop] for stop in route) <= given.capacity
        clock, at = given.windows[0][0], 0
        for stop in route:
            clock = max(clock + ways[at][stop], given.windows[stop][0])
            assert clock <= given.windows[stop][1]
            clock += given.service[stop]
            total += ways[at][stop]
            at = stop
        assert clock + ways[at][0] <= given.windows[0][1]
        total += ways[at][0]
    return total


@needs_folder
def test_published_solutions_cost_what_they_are_published_to_cost() -> None:
    """So the convention of rounding is theirs."""
    assert len(files()) == 17
    for path, known in files():
        routes = formats.read_solution(path.with_suffix(".sol"))
        assert judged(formats.read(path), routes) == round(known * 10), path.stem


@needs_folder
@pytest.mark.parametrize(("path", "known"), [pytest.param(*each, id=each[0].stem) for each in files()])
def test_routes_keep_every_rule_and_come_near_the_best_known(path: Path, known: float) -> None:
    """By turns, so that the answer is the same everywhere: far fewer than a minute gives."""
    given = formats.read(path)
    large = len(given.places) > 500
    found = vrptw.solve_file(path, 0, iterations=4_000 if large else 20_000)
    assert judged(given, found.routes) == found.cost
    assert found.cost <= known * 10 * (1.5 if large else 1.1)


@needs_folder
def test_the_same_turns_give_the_same_routes() -> None:
    path = FOLDER / "solomon" / "RC208.txt"
    first, again = (vrptw.solve_file(path, 0, iterations=3_000) for _ in range(2))
    assert first == again
    assert first.text() == again.text()


@needs_folder
def test_a_limit_that_is_over_before_it_begins_still_gives_lawful_routes() -> None:
    path = FOLDER / "solomon" / "R101.txt"
    found = vrptw.solve_file(path, 0.01, age=1.0)
    assert judged(formats.read(path), found.routes) == found.cost
    assert found.iterations == 1
    assert not found.reproducible


def test_the_age_of_this_process_is_more_than_nothing() -> None:
    assert vrptw.process_age() > 0
