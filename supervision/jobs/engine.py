"""执行引擎 ``inline``: threads of this process that take jobs from the table and do them.

Any number of servers and commands may work on one database. A job is taken by a fenced update: whoever raised
its attempt has it. A worker that falls silent loses it; what it then still writes is refused.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache
from typing import Any

import structlog
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from supervision.clock import Clock
from supervision.database import Database
from supervision.jobs import records
from supervision.jobs.context import Claim, JobContext
from supervision.jobs.rules import PATIENCE, JobGivenUp, ProcessLost, Superseded, after_loss, told
from supervision.jobs.tables import Job, JobState, JobWish
from supervision.jobs.threads import where
from supervision.journal.service import record
from supervision.people.service import SYSTEM
from supervision.settings import Settings

Work = Callable[[JobContext], None]
IDLE = 0.5
"""Seconds between two looks at an empty table."""
PULSE = 0.5
"""Seconds between two looks at what is wanted of a job; progress is written at most as often."""
BEATS = 10
"""Every so many pulses a worker says that it is alive, though there be no progress."""
_log = structlog.get_logger("jobs")


@cache
def worker_name() -> str:
    """Who takes a job: machine, process, and a word of this process, for numbers of processes come again."""
    return f"{socket.gethostname()[:80].replace(':', '-')}:{os.getpid()}:{secrets.token_hex(4)}"


class Engine:
    """执行引擎. ``kinds``: kind → its work; jobs of other kinds are left to others."""

    def __init__(
        self,
        database: Database,
        kinds: Mapping[str, Work],
        clock: Clock,
        settings: Settings,
        *,
        patience: timedelta = PATIENCE,
        threads: int = 1,
    ) -> None:
        self._database, self._kinds, self._clock = database, dict(kinds), clock
        self._settings, self._patience = settings, patience
        self._threads = [
            threading.Thread(target=self._work, name=f"job-{n}", daemon=True) for n in range(threads)
        ]
        self._awake, self._closed = threading.Event(), threading.Event()

    def start(self) -> None:
        """Begin to work: first with what an earlier run of this machine left behind."""
        try:
            self.recover()
        except OperationalError as error:
            _log.error("job_recovery_failed", error=type(error).__name__, where=where(error))
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """There may be something to do: look at once."""
        self._awake.set()

    def close(self, seconds: float = 8.0) -> None:
        """Hand back what runs, and take no more."""
        self._closed.set()
        self._awake.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(seconds)

    def run_all(self) -> int:
        """Do all there is, on this thread; how many jobs that was."""
        count = 0
        while not self._closed.is_set() and self.run_one():
            count += 1
        return count

    def run_one(self) -> bool:
        """Take the oldest job that waits and do it; false if there is none."""
        claim = self._take()
        if claim is None:
            return False
        self._do(claim)
        return True

    def recover(self) -> int:
        """Take from the dead: jobs of processes of this machine that are no more; how many."""
        machine, _, _ = worker_name().partition(":")
        with self._database.writing() as session:
            lost = [job for job in records.running_here(session, machine) if _is_dead(job.worker or "")]
            for job in lost:
                self._lose(session, job)
        return len(lost)

    def _work(self) -> None:
        while not self._closed.is_set():
            self._awake.clear()
            try:
                busy = self.run_one()
            except Exception as error:  # a database that is away comes back
                _log.error("job_engine_failed", error=type(error).__name__, where=where(error))
                busy = False
            if not busy:
                self._awake.wait(IDLE)

    def _take(self) -> Claim | None:
        lost_before = self._clock() - self._patience
        with self._database.reading() as session:
            if not records.is_work(session, self._kinds, lost_before):
                return None
        with self._database.writing() as session:
            for job in records.take_lost(session, lost_before):
                self._lose(session, job)
            session.expire_all()
            found = records.take_waiting(session, self._kinds)
            return None if found is None else self._claim(session, found)

    def _claim(self, session: Session, job: Job) -> Claim | None:
        now, attempt = self._clock(), job.attempt + 1
        taken = records.change(
            session,
            job.id or 0,
            job.attempt,
            (JobState.WAITING,),
            state=JobState.RUNNING,
            attempt=attempt,
            worker=worker_name(),
            beat=now,
            started_at=now,
            done=0,
            total=0,
            stage="",
        )
        claim = Claim(job.id or 0, attempt, job.kind, job.key, dict(job.args), job.organ_id, job.made_by)
        return claim if taken else None

    def _lose(self, session: Session, job: Job) -> None:
        """The worker is gone: the job waits again, or ends where nothing is to be hoped for."""
        end = after_loss(job)
        values: dict[str, Any] = {"state": end}
        if end is not JobState.WAITING:
            values["finished_at"] = self._clock()
        if end is JobState.FAILED:
            values |= _failure(JobGivenUp(attempts=job.attempt))
        if not records.change(session, job.id or 0, job.attempt, (JobState.RUNNING,), **values):
            return
        _log.warning("job_lost", job=job.key, attempt=job.attempt, becomes=end.value)
        if end is JobState.FAILED:
            self._journal(session, job.id or 0, job.kind, JobGivenUp.code)

    def _do(self, claim: Claim) -> None:
        context = JobContext(claim, self._database, self._clock, self._settings)
        pulse = _Pulse(context, self._closed)
        pulse.start()
        problem: Exception | None = None
        try:
            self._kinds[claim.kind](context)
            if not context.ended:
                context.commit(lambda _session: None)
        except Superseded:
            problem = None
        except Exception as error:
            problem = error
        finally:
            pulse.close()
        if context.ended:
            if problem is not None:  # what was kept is kept
                _log.error(
                    "job_failed_late", job=claim.key, error=type(problem).__name__, where=where(problem)
                )
            return
        try:
            with self._database.writing() as session:
                self._settle(session, claim, problem)
        except OperationalError as error:  # it will be found silent, and done again
            _log.error("job_unsettled", job=claim.key, error=type(error).__name__, where=where(error))

    def _settle(self, session: Session, claim: Claim, problem: Exception | None) -> None:
        """The end of an attempt that kept nothing."""
        values: dict[str, Any] = {"state": JobState.WAITING, "worker": None}
        wish = records.wish_of(session, claim.job_id, claim.attempt)
        if wish is None:  # somebody else has it, or ended it
            return
        job = records.by_id(session, claim.job_id)
        assert job is not None
        if wish is JobWish.CANCEL:
            values = {"state": JobState.CANCELLED, "finished_at": self._clock()}
        elif self._closed.is_set():  # not its fault
            values["most_attempts"] = job.most_attempts + 1
        elif problem is None or isinstance(problem, (OperationalError, ProcessLost)):
            _log.warning("job_interrupted", job=claim.key, error=type(problem).__name__)
            if claim.attempt >= job.most_attempts:
                values = self._failed(session, claim, JobGivenUp(attempts=claim.attempt))
        else:
            _log.error("job_failed", job=claim.key, error=type(problem).__name__, where=where(problem))
            values = self._failed(session, claim, problem)
        records.change(session, claim.job_id, claim.attempt, (JobState.RUNNING,), **values)

    def _failed(self, session: Session, claim: Claim, problem: Exception) -> dict[str, Any]:
        found = _failure(problem)
        self._journal(session, claim.job_id, claim.kind, found["error"])
        return {"state": JobState.FAILED, "finished_at": self._clock(), **found}

    def _journal(self, session: Session, job_id: int, kind: str, code: str) -> None:
        record(session, SYSTEM, "job.fail", f"job:{job_id}", {"kind": kind, "error": code}, self._clock())


class _Pulse:
    """心跳: says that the worker lives and how far it is, and hears what is wanted; beside the work."""

    def __init__(self, context: JobContext, closed: threading.Event) -> None:
        self._context, self._closed = context, closed
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="job-pulse", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        turn, told = 0, self._context.told()
        while not self._over.wait(PULSE):
            turn += 1
            if self._closed.is_set():
                self._context.closing.set()
            try:
                now = self._context.told()
                if now != told or turn % BEATS == 0:
                    self._beat(now)
                    told = now
                else:
                    self._listen()
            except OperationalError as error:  # busy, or away: the next turn tries again
                _log.warning("job_pulse_missed", error=type(error).__name__)

    def _listen(self) -> None:
        claim = self._context.claim
        with self._context.database.reading() as session:
            self._context.hear(records.wish_of(session, claim.job_id, claim.attempt))

    def _beat(self, progress: tuple[int, int, str]) -> None:
        claim, (done, total, stage) = self._context.claim, progress
        values = {"beat": self._context.clock(), "done": done, "total": total, "stage": stage}
        with self._context.database.writing() as session:
            records.change(session, claim.job_id, claim.attempt, (JobState.RUNNING,), **values)
            self._context.hear(records.wish_of(session, claim.job_id, claim.attempt))


def _failure(problem: Exception) -> dict[str, Any]:
    code, params, sentence = told(problem)
    return {"error": code, "error_params": params, "error_sentence": sentence}


def _is_dead(worker: str) -> bool:
    """Whether a worker of this machine is surely no more."""
    _, _, rest = worker.partition(":")
    number, _, _ = rest.partition(":")
    if not number.isdigit() or worker == worker_name():
        return False
    if int(number) == os.getpid():
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
