"""Kinds of jobs for tests; those that run in another process stand in a module."""

import os
import time
from collections.abc import Callable

from sqlmodel import Session

from supervision.errors import InvalidInput
from supervision.jobs.context import JobContext
from supervision.journal.service import record
from supervision.people.service import SYSTEM


def keep(context: JobContext) -> Callable[[Session], dict[str, object]]:
    """Something countable: one entry of the journal for each time that a result is kept."""

    def work(session: Session) -> dict[str, object]:
        record(
            session,
            SYSTEM,
            "test.kept",
            f"test:{context.claim.key}",
            {"attempt": context.claim.attempt},
            context.clock(),
        )
        return {"attempt": context.claim.attempt, "pid": os.getpid()}

    return work


def quick(context: JobContext) -> None:
    context.progress(1, 2, "half")
    context.commit(keep(context))


def slow(context: JobContext) -> None:
    """Half a second of work, in the process of its own."""
    for step in range(int(context.args.get("steps", 10))):
        if context.wish() == "cancel":
            return
        if context.wish() == "stop":
            break
        context.progress(step, 10, "steps")
        time.sleep(0.05)
    context.commit(keep(context))


def refused(context: JobContext) -> None:
    raise InvalidInput(field="日期", problem="不能早于今天。")


def broken(context: JobContext) -> None:
    raise ValueError("COPY entity, line 5: 13970155501")


def calculated(context: JobContext) -> None:
    total = context.in_child(add, list(context.args["numbers"]))
    context.commit(lambda session: keep(context)(session) | {"sum": total})


def endless(context: JobContext) -> None:
    best = context.in_child(improve, 1)
    context.commit(lambda session: keep(context)(session) | {"best": best})


def heavy(context: JobContext) -> None:
    """Arithmetic that never rests, until told to stop."""
    best = context.in_child(grind)
    context.commit(lambda session: keep(context)(session) | {"best": best})


def killed(context: JobContext) -> None:
    context.in_child(die, 9)


def refused_there(context: JobContext) -> None:
    context.in_child(refuse)


def broken_there(context: JobContext) -> None:
    context.in_child(divide, 0)


# In the process of its own:


def add(progress: Callable[[int, int, str], None], wish: Callable[[], str], numbers: list[int]) -> int:
    progress(len(numbers), len(numbers), "added")
    return sum(numbers)


def improve(progress: Callable[[int, int, str], None], wish: Callable[[], str], first: int) -> int:
    """Better and better until told to stop; deaf to a cancel, as native code may be."""
    best = first
    while wish() != "stop":
        best += 1
        progress(best, 1_000_000_000, "improving")
        time.sleep(0.01)
    return best


def grind(progress: Callable[[int, int, str], None], wish: Callable[[], str]) -> int:
    number = 0
    while wish() != "stop":
        number += sum(range(1000)) % 7 + 1
        progress(number, 1_000_000_000, "grinding")
    return number


def die(progress: Callable[[int, int, str], None], wish: Callable[[], str], code: int) -> None:
    os.kill(os.getpid(), code)


def refuse(progress: Callable[[int, int, str], None], wish: Callable[[], str]) -> None:
    raise InvalidInput(field="日期", problem="不能早于今天。")


def divide(progress: Callable[[int, int, str], None], wish: Callable[[], str], by: int) -> float:
    return 1 / by


KINDS = {
    each.__name__: each
    for each in (
        quick,
        slow,
        refused,
        broken,
        calculated,
        endless,
        heavy,
        killed,
        refused_there,
        broken_there,
    )
}
