"""作业环境: all that the work of a job may ask and say. What it writes counts once, or not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from sqlmodel import Session

from supervision.clock import Clock
from supervision.database import Database
from supervision.jobs import child, records
from supervision.jobs.rules import Superseded, plain
from supervision.jobs.tables import JobState, JobWish
from supervision.people import service as people
from supervision.people.rules import Actor
from supervision.settings import Settings

Result = TypeVar("Result")
Wish = Literal["go", "stop", "cancel"]
Kept = Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Claim:
    """领取的作业: a job as it was when this worker took it."""

    job_id: int
    attempt: int
    kind: str
    key: str
    args: Mapping[str, Any]
    organ_id: int | None
    made_by: str


class JobContext:
    """作业环境 of one attempt at one job.

    The work reads the database in sessions of its own, computes, and hands what it found to ``commit``.
    ``progress`` and ``wish`` cost nothing: a pulse beside the work speaks with the database.
    """

    def __init__(self, claim: Claim, database: Database, clock: Clock, settings: Settings) -> None:
        self.claim, self.database, self.clock, self.settings = claim, database, clock, settings
        self.ended = False
        """Whether ``commit`` has kept the result."""
        self.closing = threading.Event()
        """Set when the server stops: the job is handed back and done again from the beginning."""
        self._wish: Wish = "go"
        self._progress = (0, 0, "")
        self._stopped = False

    @property
    def args(self) -> Mapping[str, Any]:
        """What the job was submitted with."""
        return self.claim.args

    def progress(self, done: int, total: int, stage: str) -> None:
        """Tell how far it is: units done, units in all, a stable code of the stage."""
        self._progress = (done, total, stage[:64])

    def wish(self) -> Wish:
        """What is wanted: ``go`` on; ``stop`` and keep the best; ``cancel``: leave, nothing will be kept."""
        found = "cancel" if self.closing.is_set() else self._wish
        self._stopped = self._stopped or found == "stop"
        return found

    def commit(self, work: Callable[[Session], Kept], *, stopped: bool | None = None) -> None:
        """Keep the result and end the job, in **one** transaction.

        ``work`` writes in the session it is given; what it returns (small JSON, or nothing) is the job's
        ``result``. The job ends as ``stopped`` where that is said, or where the work was told to stop.
        Raises ``Superseded`` and keeps nothing if the job was cancelled or another worker has it now.
        """
        early = self._stopped if stopped is None else stopped
        done, total, stage = self._progress
        with self.database.writing() as session:
            kept = records.hold(
                session,
                self.claim.job_id,
                self.claim.attempt,
                state=JobState.STOPPED if early else JobState.DONE,
                finished_at=self.clock(),
                done=done,
                total=total,
                stage=stage,
            )
            if not kept:
                raise Superseded(self.claim.key)
            result = work(session)
            if result is not None:
                found = plain(result)
                records.change(session, self.claim.job_id, self.claim.attempt, tuple(JobState), result=found)
        self.ended = True

    def note(self, work: Callable[[Session], Result]) -> Result:
        """Write something on the way (a state, a first plan) in a guarded transaction; the job goes on."""
        with self.database.writing() as session:
            job_id, attempt, now = self.claim.job_id, self.claim.attempt, self.clock()
            if not records.hold(session, job_id, attempt, beat=now):
                raise Superseded(self.claim.key)
            return work(session)

    def actor(self, session: Session) -> Actor:
        """Who submitted the job, as an actor of today; what was submitted by the server is done by it."""
        found = people.actor_named(session, self.claim.made_by)
        return people.SYSTEM if found is None else found

    def in_child(self, function: Callable[..., Result], *args: object) -> Result:
        """``function(progress, wish, *args)`` in a process of its own, so that pages are answered meanwhile.

        The function stands in a module (no closure); arguments and result can be pickled. Its refusals are
        raised here; a process that ended without a word is ``ProcessLost`` and the job is tried again.
        """
        return child.run(function, args, self.progress, self.wish)

    def told(self) -> tuple[int, int, str]:
        """The newest progress."""
        return self._progress

    def hear(self, wish: JobWish | None) -> None:
        """Take in what the table says; None: the attempt is no longer the job's."""
        self._wish = "cancel" if wish is None else wish.value
