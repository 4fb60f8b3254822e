"""限度: how long a solver may work, and how it is asked to stop.

Limits count work, not time, so that runs repeat.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Wish = Literal["go", "stop", "cancel"]


def go_on() -> Wish:
    """Nobody asks for anything."""
    return "go"


@dataclass(frozen=True, slots=True)
class Limits:
    """求解限度.

    ``tours``: a team with more feasible day-tours than this falls back to columns found by search, without
    proof. ``nodes``: branch-and-bound nodes a team. ``work``: deterministic seconds of CP-SAT for each
    component. ``seconds``: wall guard for the whole run (none: no guard); where it fires the timetable says
    ``reproducible: false``. ``workers``: processes; they never change the result.
    """

    tours: int = 100_000
    nodes: int = 20_000
    work: float = 10.0
    seconds: float | None = None
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Watch:
    """旁观: ``progress(done, total, stage)`` as in ``solver.progress``; ``wish`` is asked often.

    ``stop`` 就此为止: the best plan so far is kept (``reproducible`` false); ``cancel`` 取消: nothing is
    kept, ``solver.errors.Cancelled`` is raised.
    """

    progress: Callable[[int, int, str], None] | None = None
    wish: Callable[[], Wish] = go_on
