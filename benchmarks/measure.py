"""How every figure is taken: CPU seconds of this process, wall seconds, peak memory; the median of runs."""

import os
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Figure:
    """CPU and wall seconds (medians), and the process's peak memory so far in MiB."""

    cpu: float
    wall: float
    peak: float


def measure(work: Callable[[], object], runs: int = 3) -> Figure:
    """Run ``work`` a few times."""
    cpus, walls = [], []
    for _ in range(runs):
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        cpus.append(time.process_time() - cpu)
        walls.append(time.perf_counter() - wall)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Figure(statistics.median(cpus), statistics.median(walls), peak)


def child(command: list[str], limit: float) -> tuple[str, float, float]:
    """Output, CPU seconds and peak MiB of a process; no output if it failed or took more than ``limit``."""
    with tempfile.TemporaryFile() as out:
        running = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.DEVNULL)
        start = time.monotonic()
        while True:
            pid, status, usage = os.wait4(running.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() - start > limit:
                running.kill()
            time.sleep(0.02)
        running.returncode = status
        out.seek(0)
        text = "" if status else out.read().decode()
    return text, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def show(title: str, rows: list[tuple[str, Figure]]) -> None:
    table = Table(title=title)
    for name in ("", "CPU s", "wall s", "peak MiB"):
        table.add_column(name, justify="left" if not name else "right")
    for name, figure in rows:
        table.add_row(name, f"{figure.cpu:.2f}", f"{figure.wall:.2f}", f"{figure.peak:.0f}")
    Console().print(table)
