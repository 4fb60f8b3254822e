"""在线复算: the server replays a draw for whoever asks, one draw at a time, and remembers it for a while."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request
from sqlmodel import Session

from solver.verify import STEPS
from supervision.verification.rules import Report, Step
from supervision.verification.service import verify_draw

KEPT = timedelta(minutes=5)
MOST = 64


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
        self._lock = threading.Lock()
        self._kept: dict[str, Checked] = {}

    def of(self, session: Session, draw_id: str, now: datetime) -> Checked:
        """The report of a public draw, at most ``KEPT`` old."""
        with self._lock:
            found = self._kept.get(draw_id)
            if found is None or not timedelta(0) <= now - found.at < KEPT:
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
