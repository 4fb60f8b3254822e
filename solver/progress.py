"""进度: how a long computation tells how far it is, and how it is stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from solver.errors import Cancelled

__all__ = ["Cancelled", "Progress", "in_runs", "in_steps", "silent"]

Item = TypeVar("Item")

#: ``progress(done, total, stage)``: units done, units in all, a stable stage code ("root", "tickets", …).
#: A callback stops the computation by raising ``Cancelled``.
Progress = Callable[[int, int, str], None]

STEP = 32_768


def silent(done: int, total: int, stage: str) -> None:
    """No display."""


def in_runs(total: int, stage: str, progress: Progress | None, step: int = STEP) -> Iterator[range]:
    """The numbers below ``total`` in runs of ``step``; tells ``progress`` at the start and after each."""
    tell = progress or silent
    tell(0, total, stage)
    for start in range(0, total, step):
        yield range(start, min(start + step, total))
        tell(min(start + step, total), total, stage)


def in_steps(
    items: Sequence[Item], stage: str, progress: Progress | None, step: int = STEP
) -> Iterator[Sequence[Item]]:
    """``items`` cut in runs of ``step``; tells ``progress`` as ``in_runs`` does."""
    return (items[run.start : run.stop] for run in in_runs(len(items), stage, progress, step))
