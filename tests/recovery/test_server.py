"""A whole server: it answers while a job computes, and the job outlives it."""

import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError

import pytest

from supervision.clock import now
from supervision.database import Database
from supervision.jobs import service
from supervision.jobs.tables import Job, JobState
from supervision.people.rules import Actor
from tests.recovery.test_kills import kept, wait

ROOT = Path(__file__).parents[2]
Server = tuple["subprocess.Popen[bytes]", str]


@pytest.fixture
def serve(database: Database, tmp_path: Path) -> Iterator[Callable[[], Server]]:
    """Starts a server over the test's database; its process and its address."""
    started: list[subprocess.Popen[bytes]] = []
    url = database.url.render_as_string(hide_password=False)

    def start() -> Server:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "tests.recovery.serve", url, str(port)]
        found = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        started.append(found)
        address = f"http://127.0.0.1:{port}"
        wait(lambda: answers(address))
        return found, address

    yield start
    for process in started:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/api/v1/public/draws", timeout=30) as page:
            return int(page.status) == 200
    except URLError:
        return False


def job(database: Database, actor: Actor, job_id: int) -> Job:
    with database.reading() as session:
        return service.job_of(session, actor, job_id)


def test_a_server_answers_while_it_computes_and_after_a_kill_and_a_restart_the_job_is_done_once(
    database: Database, planner: Actor, serve: Callable[[], Server]
) -> None:
    server, address = serve()
    with database.writing() as session:
        job_id = service.submit(session, planner, "heavy", "heavy:1", {}, now()).id or 0
    wait(lambda: job(database, planner, job_id).done > 0)
    assert [answers(address) for _ in range(10)] == [True] * 10
    found = job(database, planner, job_id)
    assert found.state is JobState.RUNNING, "all of them while it computed"
    server.send_signal(signal.SIGKILL)
    server.wait()
    assert not answers(address)
    assert job(database, planner, job_id).state is JobState.RUNNING, "nobody has noticed yet"
    serve()  # finds at once that the process that had the job is no more
    wait(lambda: job(database, planner, job_id).attempt == 2 and job(database, planner, job_id).done > 0)
    with database.writing() as session:
        service.stop(session, planner, job_id, now())
    wait(lambda: job(database, planner, job_id).state is JobState.STOPPED)
    assert kept(database) == ["test:heavy:1"]
