"""Jobs of the table: done once, stopped, cancelled, retried, given up, with an engine in this process."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlmodel import col, select

from supervision.database import Database
from supervision.errors import Conflict, Forbidden, NotFound
from supervision.jobs import records, service
from supervision.jobs.context import JobContext
from supervision.jobs.engine import Engine, worker_name
from supervision.jobs.kinds import engine as engine_of
from supervision.jobs.rules import EngineMissing, Superseded, failure_of
from supervision.jobs.tables import Job, JobState
from supervision.journal.service import check
from supervision.journal.tables import Entry
from supervision.people.rules import Actor
from supervision.people.tables import Role
from supervision.settings import Settings
from tests.conftest import MOMENT
from tests.supervision.jobs.kinds import KINDS, keep

SETTINGS = Settings(_env_file=None)


def engine(database: Database, **more: object) -> Engine:
    return Engine(database, KINDS, lambda: MOMENT, SETTINGS, **more)  # type: ignore[arg-type]


def submit(database: Database, actor: Actor, kind: str, key: str = "", **args: object) -> int:
    with database.writing() as session:
        return service.submit(session, actor, kind, key or f"{kind}:1", args, MOMENT).id or 0


def job(database: Database, job_id: int) -> Job:
    with database.reading() as session:
        found = records.by_id(session, job_id)
    assert found is not None
    return found


def acts(database: Database, *names: str) -> list[str]:
    with database.reading() as session:
        found = session.exec(select(Entry).where(col(Entry.act).in_(names)).order_by(col(Entry.seq)))
        return [entry.act for entry in found]


@contextmanager
def running(found: Engine) -> Iterator[Engine]:
    found.start()
    try:
        yield found
    finally:
        found.close()


def until(database: Database, job_id: int, *states: JobState, stage: str = "") -> Job:
    for _ in range(600):
        found = job(database, job_id)
        if found.state in states and (not stage or found.stage == stage):
            return found
        time.sleep(0.05)
    raise AssertionError(f"{found.state} {found.stage}")


def test_a_job_is_done_once_and_its_result_and_end_are_one_transaction(
    database: Database, planner: Actor
) -> None:
    job_id = submit(database, planner, "quick")
    assert engine(database).run_all() == 1
    done = job(database, job_id)
    assert (done.state, done.attempt, done.done, done.total, done.stage) == (JobState.DONE, 1, 1, 2, "half")
    assert done.result is not None
    assert done.result["attempt"] == 1
    assert done.finished_at == MOMENT
    assert acts(database, "test.kept", "job.submit") == ["job.submit", "test.kept"]
    assert engine(database).run_all() == 0


def test_the_same_key_submitted_again_is_the_same_job(
    database: Database, planner: Actor, approver: Actor
) -> None:
    first = submit(database, planner, "quick", "schedule:1")
    assert submit(database, approver, "quick", "schedule:1") == first
    assert engine(database).run_all() == 1
    assert submit(database, planner, "quick", "schedule:1") == first
    assert engine(database).run_all() == 0


def test_a_result_that_cannot_be_written_leaves_nothing_behind(database: Database, planner: Actor) -> None:
    job_id = submit(database, planner, "half")

    def half(context: JobContext) -> None:
        def work(session: object) -> None:
            keep(context)(session)  # type: ignore[arg-type]
            raise ValueError("the second half fails")

        context.commit(work)  # type: ignore[arg-type]

    Engine(database, {"half": half}, lambda: MOMENT, SETTINGS).run_all()
    assert job(database, job_id).state is JobState.FAILED
    assert acts(database, "test.kept") == []


def test_a_refusal_is_told_with_its_own_code_and_sentence_and_no_other_error_quotes_a_row(
    database: Database, planner: Actor
) -> None:
    refused, broken = submit(database, planner, "refused"), submit(database, planner, "broken")
    assert engine(database).run_all() == 2
    failure = failure_of(job(database, refused))
    assert failure is not None
    assert (failure.code, failure.message) == ("invalid_input", "“日期”填写有误：不能早于今天。")
    failure = failure_of(job(database, broken))
    assert failure is not None
    assert failure.code == "job_broken"
    assert "ValueError" in failure.message
    assert "13970155501" not in failure.message
    assert acts(database, "job.fail") == ["job.fail", "job.fail"]
    with database.reading() as session:
        assert check(session) > 0


def test_a_job_that_does_not_wait_for_anybody_is_left_to_who_knows_its_kind(
    database: Database, planner: Actor
) -> None:
    job_id = submit(database, planner, "unheard-of")
    assert engine(database).run_all() == 0
    assert job(database, job_id).state is JobState.WAITING


def test_a_cancelled_job_keeps_nothing_not_even_when_its_work_is_finished(
    database: Database, planner: Actor
) -> None:
    job_id = submit(database, planner, "late")

    def late(context: JobContext) -> None:
        with database.writing() as session:
            service.cancel(session, planner, job_id, MOMENT)
        context.commit(keep(context))

    Engine(database, {"late": late}, lambda: MOMENT, SETTINGS).run_all()
    assert job(database, job_id).state is JobState.CANCELLED
    assert acts(database, "test.kept", "job.cancel") == ["job.cancel"]


def test_cancel_reaches_work_that_runs_and_stop_keeps_the_best(database: Database, planner: Actor) -> None:
    cancelled = submit(database, planner, "endless", "endless:1")
    stopped = submit(database, planner, "endless", "endless:2")
    with running(engine(database, threads=2)):
        for job_id, ask in ((cancelled, service.cancel), (stopped, service.stop)):
            until(database, job_id, JobState.RUNNING, stage="improving")
            with database.writing() as session:
                ask(session, planner, job_id, MOMENT)
        assert until(database, cancelled, JobState.CANCELLED).result is None
        kept = until(database, stopped, JobState.STOPPED).result
    assert kept is not None
    assert kept["best"] > 1
    assert acts(database, "test.kept") == ["test.kept"]


def test_a_job_nobody_has_begun_is_cancelled_at_once_and_can_be_tried_again(
    database: Database, planner: Actor
) -> None:
    job_id = submit(database, planner, "quick")
    with database.writing() as session:
        assert service.stop(session, planner, job_id, MOMENT).state is JobState.CANCELLED
    assert engine(database).run_all() == 0
    with database.writing() as session, pytest.raises(Conflict):
        service.cancel(session, planner, job_id, MOMENT)
    with database.writing() as session:
        service.retry(session, planner, job_id, MOMENT)
    assert engine(database).run_all() == 1
    assert job(database, job_id).state is JobState.DONE
    with database.writing() as session, pytest.raises(Conflict):
        service.retry(session, planner, job_id, MOMENT)


def test_a_worker_that_fell_silent_loses_the_job_and_what_it_still_writes_is_refused(
    database: Database, planner: Actor
) -> None:
    job_id = submit(database, planner, "quick")
    silent = engine(database)
    claim = silent._take()
    assert claim is not None
    later = Engine(database, KINDS, lambda: MOMENT + timedelta(seconds=61), SETTINGS)
    assert engine(database).run_all() == 0, "heard of a moment ago"
    assert later.run_all() == 1
    done = job(database, job_id)
    assert (done.state, done.attempt) == (JobState.DONE, 2)
    context = JobContext(claim, database, lambda: MOMENT, SETTINGS)
    with pytest.raises(Superseded):
        context.commit(keep(context))
    with pytest.raises(Superseded):
        context.note(keep(context))
    assert acts(database, "test.kept") == ["test.kept"]


def test_three_attempts_that_were_cut_off_are_enough(database: Database, planner: Actor) -> None:
    job_id = submit(database, planner, "quick")
    for turn in range(3):
        moment = MOMENT + turn * timedelta(minutes=2)
        assert Engine(database, KINDS, lambda moment=moment: moment, SETTINGS)._take() is not None  # type: ignore[misc]
    last = Engine(database, KINDS, lambda: MOMENT + timedelta(minutes=6), SETTINGS)
    assert last.run_all() == 0
    failure = failure_of(job(database, job_id))
    assert failure is not None
    assert failure.code == "job_given_up"
    assert "执行了 3 次" in failure.message
    with database.writing() as session:
        service.retry(session, planner, job_id, MOMENT)
    assert last.run_all() == 1
    assert (job(database, job_id).state, job(database, job_id).attempt) == (JobState.DONE, 4)


def test_two_engines_share_the_work_and_none_of_it_is_done_twice(database: Database, planner: Actor) -> None:
    ids = [submit(database, planner, "quick", f"quick:{n}") for n in range(30)]
    with running(engine(database, threads=2)), running(engine(database, threads=2)):
        for job_id in ids:
            until(database, job_id, JobState.DONE)
    with database.reading() as session:
        kept = session.exec(select(Entry.subject).where(Entry.act == "test.kept")).all()
    assert sorted(kept) == sorted(f"test:quick:{n}" for n in range(30))


def test_a_server_that_stops_hands_its_job_back(database: Database, planner: Actor) -> None:
    job_id = submit(database, planner, "endless")
    with running(engine(database)):
        until(database, job_id, JobState.RUNNING, stage="improving")
    handed = job(database, job_id)
    assert (handed.state, handed.attempt, handed.most_attempts, handed.worker) == (
        JobState.WAITING,
        1,
        4,
        None,
    )


def test_a_job_of_a_dead_process_of_this_machine_is_taken_up_at_the_next_start(
    database: Database, planner: Actor
) -> None:
    job_id, mine = submit(database, planner, "quick"), submit(database, planner, "quick", "quick:mine")
    assert engine(database)._take() is not None
    assert engine(database)._take() is not None
    machine = worker_name().partition(":")[0]
    with database.writing() as session:
        found = records.by_id(session, job_id)
        assert found is not None
        found.worker = f"{machine}:999999999:00000000"  # beyond the numbers of processes
    assert engine(database).recover() == 1
    assert job(database, job_id).state is JobState.WAITING
    assert job(database, mine).state is JobState.RUNNING


def test_work_in_a_process_of_its_own_answers_refuses_and_is_tried_again_when_it_dies(
    database: Database, planner: Actor
) -> None:
    done = submit(database, planner, "calculated", numbers=[1, 2, 39])
    refused, broken = submit(database, planner, "refused_there"), submit(database, planner, "broken_there")
    killed = submit(database, planner, "killed")
    engine(database).run_all()
    result = job(database, done).result
    assert result is not None
    assert result["sum"] == 42
    failures = [failure_of(job(database, each)) for each in (refused, broken, killed)]
    assert [each.code for each in failures if each] == ["invalid_input", "job_broken", "job_given_up"]
    assert failures[1] is not None
    assert "ZeroDivisionError，divide:" in failures[1].message
    assert job(database, killed).attempt == 3


def test_a_solver_at_work_in_its_process_leaves_this_one_free(database: Database, planner: Actor) -> None:
    job_id = submit(database, planner, "endless")
    with running(engine(database)):
        until(database, job_id, JobState.RUNNING, stage="improving")
        turns = [threading.Event().wait(0.001) for _ in range(100)]
        assert len(turns) == 100
        first = job(database, job_id).done
        until_more = time.monotonic() + 10
        while job(database, job_id).done <= first:
            assert time.monotonic() < until_more
        with database.writing() as session:
            service.stop(session, planner, job_id, MOMENT)
        assert until(database, job_id, JobState.STOPPED).done >= first


def test_jobs_are_for_the_organ_that_wants_them(
    database: Database, planner: Actor, auditor: Actor, witness: Actor, enrol: object
) -> None:
    job_id = submit(database, planner, "quick")
    stranger = Actor(77, "elsewhere", "外", 99, "110000", "外局", "11", frozenset({Role.PLANNER}))
    with database.reading() as session:
        assert service.job_of(session, auditor, job_id).key == "quick:1"
        assert [each.id for each in service.jobs(session, auditor)] == [job_id]
        assert service.jobs(session, stranger) == []
        with pytest.raises(NotFound):
            service.job_of(session, stranger, job_id)
    for who, refusal in ((auditor, Forbidden), (witness, Forbidden), (stranger, NotFound)):
        with database.writing() as session, pytest.raises(refusal):
            service.cancel(session, who, job_id, MOMENT)
    with database.writing() as session, pytest.raises(Forbidden):
        service.submit(session, witness, "quick", "quick:2", {}, MOMENT)


def test_work_knows_for_whom_it_is_done(database: Database, planner: Actor) -> None:
    submit(database, planner, "mine")
    seen: list[str] = []

    def mine(context: JobContext) -> None:
        with context.database.reading() as session:
            seen.append(context.actor(session).username)

    assert Engine(database, {"mine": mine}, lambda: MOMENT, SETTINGS).run_all() == 1
    assert seen == [planner.username]


def test_an_engine_that_is_not_built_is_refused_by_a_sentence(database: Database) -> None:
    with pytest.raises(EngineMissing, match="DR_ENGINE=inline"):
        engine_of(database, SETTINGS.model_copy(update={"engine": "dask"}), lambda: MOMENT)
