"""draw/1 on synthetic frames: the library with root and checks, and the one-file verifier as a child."""

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import Figure, measure, show
from solver import verify_draw
from solver.draw import draw
from solver.frame import Entity, Frame
from solver.plan import NO_PREVIOUS, Plan
from solver.seed import commitment

SECRET = b"\x07" * 32
SIZES = (10_000, 122_078, 1_000_000)


def frame_of(size: int) -> Frame:
    """Entities in 138 counties and 20 sections, 60 / 25 / 10 / 5 % in the classes A to D."""
    chance = random.Random(size)
    return Frame.of(
        Entity(
            f"91{number:016d}",
            f"36{chance.randrange(138):04d}/{chance.choice('ABCDEFGHIJKLMNOPQRST')}",
            chance.choices("ABCD", weights=(60, 25, 10, 5))[0],
        )
        for number in range(size)
    )


def plan_of(frame: Frame) -> Plan:
    return Plan.of(
        {
            "v": "draw/1",
            "draw_id": "360000-2026-0001",
            "prev": NO_PREVIOUS,
            "register_root": frame.root(),
            "register_n": len(frame),
            "commits": [commitment(SECRET).hex()],
            "mode": "rate",
            "den": 1_000_000,
            "rates": {"A": 10_000, "B": 30_000, "C": 100_000, "D": 300_000},
        }
    )


def script(plan: Plan, frame: Frame) -> Figure:
    """The verifier as a citizen runs it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "plan.json").write_bytes(plan.canonical)
        (folder / "frame.csv").write_bytes(frame.data)
        (folder / "reveals.json").write_text(json.dumps([SECRET.hex()]))
        command = [sys.executable, verify_draw.__file__, "plan.json", "frame.csv", "reveals.json"]
        start = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        wall = time.perf_counter() - start
    return Figure(wall, wall, 0)


def main() -> None:
    rows = []
    for size in SIZES:
        frame = frame_of(size)
        plan = plan_of(frame)
        rows.append((f"library, {size:,} entities", measure(lambda f=frame, p=plan: draw(p, f, [SECRET]))))
        rows.append((f"verify_draw.py, {size:,} entities (wall)", script(plan, frame)))
    show("draw/1, mode rate", rows)


if __name__ == "__main__":
    main()
