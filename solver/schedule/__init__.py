"""排期: drawn teams and entities become a calendar (docs/schedule.md)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.schedule.explaining import detect, explain, reasons, recommend
    from solver.schedule.judging import judge, judge_move
    from solver.schedule.plain import to_plain
    from solver.schedule.replanning import diff, replan, substitutes
    from solver.schedule.solving import solve

__all__ = [
    "detect",
    "diff",
    "explain",
    "judge",
    "judge_move",
    "reasons",
    "recommend",
    "replan",
    "solve",
    "substitutes",
    "to_plain",
]

HOMES = {
    "explaining": ("detect", "explain", "reasons", "recommend"),
    "judging": ("judge", "judge_move"),
    "plain": ("to_plain",),
    "replanning": ("diff", "replan", "substitutes"),
    "solving": ("solve",),
}


def __getattr__(name: str) -> object:
    """What is asked for is loaded then, so that looking at a value does not load the solvers."""
    for home, names in HOMES.items():
        if name in names:
            return getattr(import_module(f"solver.schedule.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
