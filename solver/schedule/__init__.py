"""排期: drawn teams and entities become a calendar (docs/schedule.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.schedule.judging import judge
    from solver.schedule.solving import solve

__all__ = ["judge", "solve"]


def __getattr__(name: str) -> object:
    """What is asked for is loaded then, so that looking at a value does not load the solvers."""
    if name == "solve":
        from solver.schedule.solving import solve

        return solve
    if name == "judge":
        from solver.schedule.judging import judge

        return judge
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
