"""draw/1 on synthetic registers, from 10,000 to 10,000,000 entities in up to 200,000 cells.

``python -m benchmarks.draw [LARGEST]`` measures the library (compiled and plain), the one-file verifier, and,
in the environment ``.venv-bench`` if there is one, how long samplics and svy take to select. Every line of
the table is a process of its own, so that its peak memory is its own.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.measure import ROOT, child
from solver import engine, verify_draw
from solver.canonical import Alg
from solver.draw import draw
from solver.frame import Frame
from solver.plan import NO_PREVIOUS, Plan
from solver.seed import commitment
from solver.verify import check_entity

SECRET = b"\x07" * 32
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
RATE = {"mode": "rate", "den": 1_000_000, "rates": {"A": 10_000, "B": 30_000, "C": 100_000, "D": 300_000}}
PEERS = ROOT / ".venv-bench" / "bin" / "python"
PATIENCE = 30

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: CPU seconds of each step, peak MiB; "" for what does not apply."""

    what: str
    entities: int
    read: str = ""
    root: str = ""
    draw: str = ""
    total: str = ""
    peak: str = ""


def write_register(path: Path, size: int, sized: bool) -> None:
    """Entities in 2,778 counties and 18 sections, 60/25/10/5 % in the classes A to D; sizes 1 to 999."""
    chance = np.random.default_rng(size)
    with path.open("w", encoding="ascii", newline="") as file:
        for first in range(0, size, 100_000):
            n = min(100_000, size - first)
            county, section = chance.integers(110_000, 112_778, n), chance.integers(65, 83, n)
            cls = chance.choice(list("ABCD"), n, p=(0.6, 0.25, 0.1, 0.05))
            weight = chance.integers(1, 1000, n)
            rows = zip(range(first, first + n), county, section, cls, weight, strict=True)
            file.writelines(
                f"91{i:016d},{c}/{s:c},{k},{w}\n" if sized else f"91{i:016d},{c}/{s:c},{k}\n"
                for i, c, s, k, w in rows
            )


def plan_of(frame: Frame, alg: Alg) -> Plan:
    mode = {"mode": "pps", "n": len(frame) // 100} if frame.sized else RATE
    fields = {
        "v": "draw/1",
        "draw_id": "360000-2026-0001",
        "prev": NO_PREVIOUS,
        "register_root": frame.root(alg),
        "register_n": len(frame),
        "commits": [commitment(SECRET, alg).hex()],
        "alg": alg,
    }
    return Plan.of(fields | mode)


def library(path: Path, alg: Alg, compiled: bool) -> dict[str, float]:
    """CPU seconds of reading, root, draw (its root already known) and of checking one entity."""
    engine.COMPILED_FROM = 0 if compiled else sys.maxsize
    engine.compiled(alg, 1), engine.compiled("sha256", 1)  # loaded, so not part of the figures
    steps: dict[str, list[float]] = {"read": [], "root": [], "draw": [], "check": []}

    def step(name: str, work: Callable[[], T]) -> T:
        start = time.process_time()
        value = work()
        steps[name].append(time.process_time() - start)
        return value

    data = path.read_bytes()
    for _ in range(1 if len(data) > 10**8 else 3):
        frame = step("read", lambda: Frame.parse(data))
        step("root", lambda f=frame: f.root(alg))
        plan = plan_of(frame, alg)
        result = step("draw", lambda f=frame, p=plan: draw(p, f, [SECRET]))
        row = result.rows[0]
        threshold = result.threshold(row.cell)
        seed = result.ticket_seed
        step("check", lambda s=seed, r=row, t=threshold: check_entity(s, r.id, t, alg))
    return {name: statistics.median(found) for name, found in steps.items()}


def library_line(path: Path, size: int, alg: Alg, compiled: bool) -> tuple[Line, float]:
    how = "compiled" if compiled else "plain"
    command = [sys.executable, "-m", "benchmarks.draw", "measure", str(path), alg, how]
    text, _, peak = child(command, 1000)
    found = json.loads(text)
    total = found["read"] + found["root"] + found["draw"]
    times = [f"{found[name]:.2f}" for name in ("read", "root", "draw")]
    what = f"library, {how}" + (", SM3" if alg == "sm3" else "")
    return Line(what, size, *times, f"{total:.2f}", f"{peak:.0f}"), found["check"]


def verifier_line(path: Path, size: int) -> Line:
    """The verifier as a citizen runs it, interpreter and all."""
    plan, reveals = path.with_suffix(".plan"), path.with_suffix(".reveals")
    command = [sys.executable, verify_draw.__file__, str(plan), str(path), str(reveals)]
    _, cpu, peak = child(command, 1000)
    return Line("verify_draw.py", size, total=f"{cpu:.2f}", peak=f"{peak:.0f}")


def peer_line(name: str, path: Path, size: int) -> Line:
    library = name.partition("_")[0]
    if not PEERS.exists():
        return Line(f"{library}: no .venv-bench", size)
    text, _, peak = child([str(PEERS), "-W", "ignore", "benchmarks/peers.py", name, str(path)], PATIENCE)
    if not text:
        return Line(f"{library}: not within {PATIENCE} s", size)
    found = json.loads(text)
    return Line(f"{found['library']}, selection alone", size, draw=f"{found['cpu']:.2f}", peak=f"{peak:.0f}")


def lines_of(path: Path, size: int, sized: bool) -> tuple[list[Line], float]:
    measured = [library_line(path, size, "sha256", compiled) for compiled in (True, False)]
    if size == 1_000_000:
        measured += [library_line(path, size, "sm3", compiled) for compiled in (True, False)]
    lines = [line for line, _ in measured]
    if size <= 1_000_000:
        lines.append(verifier_line(path, size))
        mode = "pps" if sized else "rate"
        lines += [peer_line(f"{peer}_{mode}", path, size) for peer in ("svy", "samplics")]
    return lines, max(check for _, check in measured)


def show(title: str, lines: list[Line]) -> None:
    table = Table(title=title, box=box.MARKDOWN)
    for name in ("", "entities", "read", "root", "draw", "all", "peak MiB"):
        table.add_column(name, justify="right" if name else "left")
    for line in lines:
        table.add_row(line.what, f"{line.entities:,}", line.read, line.root, line.draw, line.total, line.peak)
    Console(width=130).print(table)


def write_all(path: Path, size: int, sized: bool) -> None:
    """A register, its plan and its reveals, side by side."""
    write_register(path, size, sized)
    if size <= 1_000_000:
        plan = plan_of(Frame.parse(path.read_bytes()), "sha256")
        path.with_suffix(".plan").write_bytes(plan.canonical)
        path.with_suffix(".reveals").write_text(json.dumps([SECRET.hex()]))


def main() -> None:
    if sys.argv[1:2] == ["write"]:
        write_all(Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "sized")
        return
    if sys.argv[1:2] == ["measure"]:
        path, alg, how = sys.argv[2:]
        print(json.dumps(library(Path(path), "sm3" if alg == "sm3" else "sha256", how == "compiled")))
        return
    largest = int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1]
    with tempfile.TemporaryDirectory() as folder:
        for sized in (False, True):
            lines, checks = [], []
            for size in SIZES:
                if size <= min(largest, 1_000_000 if sized else largest):
                    path = Path(folder) / f"{size}.csv"
                    # in a child: what this process holds counts as the peak of those it starts
                    kind = "sized" if sized else "unsized"
                    command = [sys.executable, "-m", "benchmarks.draw", "write", str(path), str(size), kind]
                    subprocess.run(command, cwd=ROOT, check=True)
                    more, check = lines_of(path, size, sized)
                    lines += more
                    checks.append(check)
                    path.unlink()
            show(f"draw/1, mode {'pps' if sized else 'rate'}: CPU seconds", lines)
            print(f"one entity checked in {1e6 * max(checks):.0f} µs at most")


if __name__ == "__main__":
    main()
