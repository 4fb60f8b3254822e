"""在线复算: the server replays a draw for whoever asks."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request
from sqlmodel import Session

from api.lately import Lately
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


def check_of(request: Request, session: Session, draw_id: str, now: datetime) -> Checked:
    """The report of a public draw, at most ``KEPT`` old; refused while too many wait for one."""
    kept: Lately[Checked] = request.app.state.checks
    return kept.of(draw_id, now, lambda: Checked(verify_draw(session, draw_id), now))
