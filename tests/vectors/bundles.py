"""Known answers of bundle/1: ``python -m tests.vectors.bundles`` writes them anew."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from solver.schedule.units import Bundles, Point, bundles_json, cut_apart

FOLDER = Path(__file__).parent / "bundle-1"
CASES = ("places", "deadlines", "unplaced", "areas", "counties")


def number(case: str, key: str, below: int) -> int:
    """A number that everybody can make: the same on every machine."""
    return int.from_bytes(hashlib.sha256(f"bundle/1 {case} {key}".encode()).digest()[:8]) % below


def point(case: str, n: int, *, placed: bool, terms: bool, south: int = 28_000_000) -> Point:
    code = f"{case}-V{n:04d}"
    days: tuple[int, ...] = ()
    half = ""
    if terms:
        days = (tuple(range(20)), tuple(range(10)), tuple(range(5, 20)), (0, 1, 3, 8, 13, 18))[
            min(number(case, f"{n} days", 6), 3)
        ]
        half = ("", "", "", "am", "pm", "")[number(case, f"{n} half", 6)]
    return Point(
        code=code,
        lat=south + number(case, f"{n} lat", 400_000) if placed else None,
        lon=116_000_000 + number(case, f"{n} lon", 500_000) if placed else None,
        area=f"3606{number(case, f'{n} area', 3) + 80}",
        minutes=45 + number(case, f"{n} minutes", 140) if terms else 60,
        days=days,
        half=half,  # type: ignore[arg-type]
    )


def parts_of(case: str) -> list[tuple[int, list[Point]]]:
    """Counts and points of a case."""
    if case == "places":
        return [(5, [point(case, n, placed=True, terms=False) for n in range(1, 38)])]
    if case == "deadlines":
        return [(12, [point(case, n, placed=True, terms=True) for n in range(1, 121)])]
    if case == "unplaced":
        return [(6, [point(case, n, placed=n % 4 != 0, terms=True) for n in range(1, 51)])]
    if case == "areas":
        return [(4, [point(case, n, placed=False, terms=True) for n in range(1, 31)])]
    south = [point(case, n, placed=True, terms=True) for n in range(1, 61)]
    north = [point(case, n, placed=True, terms=True, south=-1_000_000) for n in range(61, 65)]
    return [(7, south), (9, north)]


def bundles_of(case: str) -> tuple[Bundles, list[Point]]:
    parts = parts_of(case)
    return cut_apart(parts), [one for _, points in parts for one in points]


def write() -> None:
    lines = []
    for case in CASES:
        bundles, points = bundles_of(case)
        text = json.dumps(bundles_json(bundles, points), ensure_ascii=False, indent=1) + "\n"
        (FOLDER / f"{case}.bundles.json").write_text(text, "utf-8")
        lines.append(f"| {case} | {len(points)} | {len(bundles.groups)} | {bundles.bundles_sha256} |\n")
    head = (FOLDER / "README.md").read_text("utf-8").split("| case |")[0]
    table = "| case | points | bundles | bundles_sha256 |\n|---|---|---|---|\n" + "".join(lines)
    (FOLDER / "README.md").write_text(head + table, "utf-8")


if __name__ == "__main__":
    write()
