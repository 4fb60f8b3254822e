"""守时: when to stop working, because the wall guard struck or somebody asked for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from solver.errors import Cancelled
from solver.schedule.limits import Limits, Watch

#: Seconds between two looks at whether to go on.
LOOK = 0.1

Answer = TypeVar("Answer")


@dataclass(slots=True)
class Guard:
    """守时. ``left`` is asked often; once it has said 0, what was found so far is kept (``struck``)."""

    until: float | None = None
    """Reading of ``time.monotonic`` at which to stop (none: never)."""
    watch: Watch = field(default_factory=Watch)
    struck: bool = False

    @classmethod
    def of(cls, limits: Limits, watch: Watch | None = None) -> Guard:
        until = None if limits.seconds is None else time.monotonic() + limits.seconds
        return cls(until, watch or Watch())

    def left(self) -> float | None:
        """Seconds left; none: no guard; 0: stop now. Raises ``Cancelled`` where that was asked."""
        wish = self.watch.wish()
        if wish == "cancel":
            raise Cancelled.of("cancelled")
        left = None if self.until is None else self.until - time.monotonic()
        if wish == "stop" or (left is not None and left <= 0):
            self.struck = True
            return 0.0
        return left


def watched(
    solve: Callable[[], Answer], interrupt: Callable[[], object], left: Callable[[], float | None]
) -> Answer:
    """Solves in a thread of its own, so that whoever asked can still be told to stop."""
    answers: list[Answer] = []
    thread = threading.Thread(target=lambda: answers.append(solve()))
    thread.start()
    try:
        while thread.is_alive():
            thread.join(LOOK)
            if left() == 0:
                interrupt()
    finally:
        while thread.is_alive():
            interrupt()
            thread.join(LOOK)
    return answers[0]
