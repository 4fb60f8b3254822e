"""作业类别: which kinds of jobs there are, and how the engine of the settings is made."""

from collections.abc import Mapping

from supervision.clock import Clock
from supervision.database import Database
from supervision.jobs.context import JobContext
from supervision.jobs.engine import Engine, Work
from supervision.jobs.rules import EngineMissing
from supervision.settings import Settings


def kinds() -> Mapping[str, Work]:
    """Kind → work. A step that has long work names it here; the work's module is imported when it is done."""
    return {"schedule": _schedule, "schedule-savings": _savings}


def _schedule(context: JobContext) -> None:
    """求解检查安排."""
    from supervision.schedule.solving import solve_job

    solve_job(context)


def _savings(context: JobContext) -> None:
    """试算抽签单元."""
    from supervision.schedule.savings import work

    work(context)


def engine(database: Database, settings: Settings, clock: Clock, *, threads: int = 1) -> Engine:
    """The engine that ``DR_ENGINE`` asks for; refuses one that this version does not have."""
    if settings.engine != "inline":
        raise EngineMissing(engine=settings.engine)
    return Engine(database, kinds(), clock, settings, threads=threads)
