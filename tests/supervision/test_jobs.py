"""Jobs: one after another, each name once at a time, and a failure stops nothing."""

import threading
from collections.abc import Iterator

import structlog
import structlog.testing

from supervision.jobs import Jobs, Ticker


def test_jobs_run_to_their_end_in_order() -> None:
    jobs, done = Jobs(), []

    def count(name: str) -> Iterator[int]:
        for step in range(3):
            done.append((name, step))
            yield step

    jobs.submit("import:1", lambda: count("a"))
    jobs.submit("import:2", lambda: count("b"))
    jobs.join()
    jobs.close()
    assert done == [("a", 0), ("a", 1), ("a", 2), ("b", 0), ("b", 1), ("b", 2)]


def test_a_name_that_waits_or_runs_is_not_taken_twice() -> None:
    jobs, gate, runs = Jobs(), threading.Event(), []

    def wait() -> Iterator[None]:
        gate.wait(10)
        runs.append(1)
        yield

    assert jobs.submit("import:1", wait)
    assert not jobs.submit("import:1", wait)
    assert jobs.pending() == {"import:1"}
    gate.set()
    jobs.join()
    assert jobs.submit("import:1", wait)
    jobs.join()
    jobs.close()
    assert len(runs) == 2


def test_the_log_of_a_failed_job_says_where_and_quotes_no_row() -> None:
    jobs = Jobs()

    def fails() -> Iterator[None]:
        raise ValueError("COPY entity, line 5: 13970155501")
        yield

    with structlog.testing.capture_logs() as logs:
        jobs.submit("import:1", fails)
        jobs.join()
    jobs.close()
    (entry,) = logs
    assert (entry["job"], entry["error"]) == ("import:1", "ValueError")
    assert entry["where"][-1].startswith("fails:")
    assert "13970155501" not in str(logs)


def test_a_job_that_fails_does_not_stop_the_next() -> None:
    jobs, done = Jobs(), []

    def fails() -> Iterator[None]:
        raise OSError("disk full")
        yield

    def works() -> Iterator[None]:
        done.append("works")
        yield

    jobs.submit("import:1", fails)
    jobs.submit("import:2", works)
    jobs.join()
    jobs.close()
    assert done == ["works"]
    assert jobs.pending() == frozenset()


def test_a_ticker_works_at_once_again_after_a_failure_and_stops_when_told() -> None:
    turns, third = [], threading.Event()

    def work() -> None:
        turns.append(len(turns))
        if len(turns) == 1:
            raise OSError("the database is away")
        if len(turns) == 3:
            third.set()

    ticker = Ticker(0.001, work)
    ticker.start()
    assert third.wait(10)
    ticker.close()
    done = len(turns)
    assert turns[:3] == [0, 1, 2]
    assert len(turns) == done
