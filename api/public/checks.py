"""在线复算: the server replays a draw for whoever asks, one draw at a time, and remembers it for a while."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request
from sqlmodel import Session

from solver.verify import STEPS
from supervision.errors import TooBusy
from supervision.verification.rules import Report, Step
from supervision.verification.service import verify_draw

KEPT = timedelta(minutes=5)
MOST = 64
WAITING = 4
"""Visitors who may wait for a replay at once: each holds a thread that other pages need."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A report and when it was made."""

    report: Report
    at: datetime

    @property
    def steps(self) -> tuple[Step, ...]:
        """For everyone: of checks on what is not public only whether they hold; messages may name people."""
        return tuple(
            step if step.name in STEPS else Step(step.name, step.title, step.status)
            for step in self.report.steps
        )


class Checks:
    """Reports by draw. A replay takes seconds, so that a crowd must not start one each."""

    def __init__(self) -> None:
        self._replaying = threading.Lock()
        self._entering = threading.Lock()
        self.free = WAITING
        self._kept: dict[str, Checked] = {}

    def of(self, session: Session, draw_id: str, now: datetime) -> Checked:
        """The report of a public draw, at most ``KEPT`` old; refused while too many wait for one."""
        found = self._fresh(draw_id, now)
        if found is not None:
            return found
        self._enter()
        try:
            with self._replaying:
                return self._fresh(draw_id, now) or self._replay(session, draw_id, now)
        finally:
            with self._entering:
                self.free += 1

    def _enter(self) -> None:
        with self._entering:
            if not self.free:
                raise TooBusy()
            self.free -= 1

    def _fresh(self, draw_id: str, now: datetime) -> Checked | None:
        found = self._kept.get(draw_id)
        return found if found is not None and timedelta(0) <= now - found.at < KEPT else None

    def _replay(self, session: Session, draw_id: str, now: datetime) -> Checked:
        found = Checked(verify_draw(session, draw_id), now)
        self._kept.pop(draw_id, None)
        while len(self._kept) >= MOST:
            self._kept.pop(next(iter(self._kept)))
        self._kept[draw_id] = found
        return found


def checks_of(request: Request) -> Checks:
    """Those of this application."""
    state = request.app.state
    if not hasattr(state, "checks"):
        state.checks = Checks()
    found: Checks = state.checks
    return found
