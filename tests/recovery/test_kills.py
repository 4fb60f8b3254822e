"""Workers are killed in the middle of their jobs, again and again: every job is kept once, or not at all."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from supervision.clock import now
from supervision.database import Database
from supervision.jobs import service
from supervision.jobs.tables import Job, JobState
from supervision.journal.service import check
from supervision.journal.tables import Entry
from supervision.people.rules import Actor

ROOT = Path(__file__).parents[2]
PATIENCE = "2"
JOBS, KILLS, CANCELS = 30, 4, 3


@pytest.fixture
def worker(database: Database) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts another worker process over the test's database; what is left of them ends with the test."""
    started: list[subprocess.Popen[bytes]] = []
    url = database.url.render_as_string(hide_password=False)

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.recovery.work", url, PATIENCE]
        found = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        started.append(found)
        assert found.stdout is not None
        assert b"ready\n" in iter(found.stdout.readline, b""), "lines of the log may come before it"
        return found

    yield start
    for process in started:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def submit(database: Database, actor: Actor, kind: str, count: int, **args: object) -> list[int]:
    with database.writing() as session:
        return [
            service.submit(session, actor, kind, f"{kind}:{n}", args, now(), most_attempts=50).id or 0
            for n in range(count)
        ]


def counts(database: Database) -> dict[JobState, int]:
    with database.reading() as session:
        return dict(session.exec(select(Job.state, func.count()).group_by(col(Job.state))).all())


def wait(what: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)


def kept(database: Database) -> list[str]:
    with database.reading() as session:
        return sorted(session.exec(select(Entry.subject).where(Entry.act == "test.kept")).all())


def test_of_thirty_jobs_with_four_kills_and_three_cancels_twenty_seven_are_kept_once_and_none_twice(
    database: Database, planner: Actor, worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    ids = submit(database, planner, "slow", JOBS, steps=4)
    order = random.Random(20261122)
    cancelled = order.sample(range(JOBS // 2, JOBS), CANCELS)
    with database.writing() as session:
        for n in cancelled:
            service.cancel(session, planner, ids[n], now())
    workers = [worker(), worker()]
    for _ in range(KILLS):
        time.sleep(0.3)
        victim = workers.pop(order.randrange(len(workers)))
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        workers.append(worker())
    wait(lambda: counts(database) == {JobState.DONE: JOBS - CANCELS, JobState.CANCELLED: CANCELS})
    assert kept(database) == sorted(f"test:slow:{n}" for n in range(JOBS) if n not in cancelled)
    with database.reading() as session:
        attempts = session.exec(select(Job.attempt)).all()
        assert check(session) > JOBS
    assert max(attempts) > 1, "some job was begun more than once"


def test_a_server_killed_in_the_middle_of_a_job_has_it_done_once_after_its_restart(
    database: Database, planner: Actor, worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    (job_id,) = submit(database, planner, "slow", 1, steps=20)
    first = worker()
    wait(lambda: running_pid(database, job_id) == first.pid)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert counts(database) == {JobState.RUNNING: 1}, "nobody has noticed yet"
    worker()
    wait(lambda: counts(database) == {JobState.DONE: 1})
    assert kept(database) == ["test:slow:0"]
    with database.reading() as session:
        assert service.job_of(session, planner, job_id).attempt == 2


def test_a_worker_that_was_frozen_wakes_up_too_late_and_keeps_nothing(
    database: Database, planner: Actor, worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    (job_id,) = submit(database, planner, "slow", 1, steps=20)
    frozen = worker()
    wait(lambda: running_pid(database, job_id) == frozen.pid)
    frozen.send_signal(signal.SIGSTOP)
    worker()  # hears nothing for two seconds, and takes the job
    wait(lambda: counts(database) == {JobState.DONE: 1})
    frozen.send_signal(signal.SIGCONT)
    time.sleep(1.5)  # time enough for what was left of its work
    assert kept(database) == ["test:slow:0"]
    with database.reading() as session:
        job = service.job_of(session, planner, job_id)
    assert (job.state, job.attempt) == (JobState.DONE, 2)


def test_the_computing_process_of_a_killed_server_does_not_live_on(
    database: Database, planner: Actor, worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    submit(database, planner, "endless", 1)
    server = worker()
    wait(lambda: len(computing(server.pid)) > 0 and counts(database) == {JobState.RUNNING: 1})
    found = computing(server.pid)
    server.send_signal(signal.SIGKILL)
    server.wait()
    wait(lambda: not any(is_alive(pid) for pid in found), seconds=10)


def running_pid(database: Database, job_id: int) -> int:
    with database.reading() as session:
        job = session.exec(
            select(Job).where(Job.id == job_id, Job.state == JobState.RUNNING, Job.done > 0)
        ).first()
    return int((job.worker or "").split(":")[1]) if job else 0


def computing(parent: int) -> list[int]:
    """Processes that the server started to compute, and that lead a group of their own by now."""
    listed = Path(f"/proc/{parent}/task").glob("*/children")
    with suppress(OSError):
        children = [int(pid) for path in listed for pid in path.read_text().split()]
        return [pid for pid in children if os.getpgid(pid) == pid]
    return []


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
