"""计算进程: one function in a process of its own, with progress coming back and wishes going there.

The process leads a group of its own: it and all that it starts end together, when nobody waits for the answer
any more: after a cancel, or when this server is gone however it went.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, Literal, TypeVar

from solver.errors import Cancelled, SolverError
from supervision.errors import SupervisionError
from supervision.jobs.rules import JobBroken, ProcessLost

Result = TypeVar("Result")
Wish = Literal["go", "stop", "cancel"]
Progress = Callable[[int, int, str], None]
LOOK = 0.1
GRACE = 3.0
"""Seconds that a process has to leave by itself after a cancel."""


def run(
    function: Callable[..., Result], args: tuple[object, ...], progress: Progress, wish: Callable[[], Wish]
) -> Result:
    """``function(progress, wish, *args)`` over there; its result, or its refusal, here."""
    ours, theirs = multiprocessing.Pipe()
    process = _started(theirs)
    theirs.close()
    try:
        ours.send((function, args))
        result: Result = _attend(ours, progress, wish)
        return result
    except (EOFError, ConnectionError):
        raise ProcessLost(exit=_ended(process)) from None
    finally:
        ours.close()
        _ended(process)


def _started(theirs: Connection) -> subprocess.Popen[bytes]:
    """A fresh interpreter that knows nothing of this one but where modules are: it loads the work alone."""
    place = theirs.fileno()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", f"from supervision.jobs.child import work; work({place})"]
    return subprocess.Popen(command, pass_fds=[place], env=environment, start_new_session=True)


def _ended(process: subprocess.Popen[bytes]) -> int:
    """Its exit code, after a moment's grace; then it ends with all that it started."""
    try:
        return process.wait(GRACE)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        return process.wait()


def _attend(ours: Connection, progress: Progress, wish: Callable[[], Wish]) -> Any:
    said: Wish = "go"
    patience: float | None = None
    while True:
        if ours.poll(LOOK):
            kind, value = ours.recv()
            if kind == "progress":
                progress(*value)
            elif kind == "result":
                return value
            else:
                raise _error(kind, value)
        wanted = wish()
        if wanted != said:
            ours.send(wanted)
            said = wanted
            if wanted == "cancel":
                patience = time.monotonic() + GRACE
        if patience is not None and time.monotonic() > patience:
            raise Cancelled.of("cancelled")


def _error(kind: str, value: Any) -> Exception:
    if kind == "refused":
        refusal, params = value
        found: SupervisionError = refusal(**params)
        return found
    if kind == "unsolved":
        unsolved: SolverError = value
        return unsolved
    return JobBroken(problem=value)


def work(place: int) -> None:
    """Over there: receives what is to be done, does it, and sends back what came of it."""
    theirs: Connection = Connection(place)
    function, args = theirs.recv()
    heard = _Heard(theirs)
    threading.Thread(target=heard.listen, name="wishes", daemon=True).start()
    try:
        answer = ("result", function(_Teller(theirs).tell, heard.wish, *args))
    except SolverError as error:
        theirs.send(("unsolved", error))
    except SupervisionError as error:
        theirs.send(("refused", (type(error), error.params)))
    except Exception as error:
        theirs.send(("broken", f"{type(error).__name__}，{_place(error)}"))
    else:
        theirs.send(answer)


def _place(error: Exception) -> str:
    """Where, not what: a message may quote what somebody imported."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.name}:{frame.lineno}"


class _Heard:
    """What the other side wants. When the other side is gone, this process and all its own are done."""

    def __init__(self, theirs: Connection) -> None:
        self._theirs = theirs
        self._wish: Wish = "go"

    def wish(self) -> Wish:
        return self._wish

    def listen(self) -> None:
        while True:
            try:
                self._wish = self._theirs.recv()
            except (EOFError, OSError):
                os.killpg(os.getpgrp(), signal.SIGKILL)


class _Teller:
    """Tells how far it is, ten times a second at most; a new stage at once."""

    def __init__(self, theirs: Connection) -> None:
        self._theirs, self._next, self._stage = theirs, 0.0, ""

    def tell(self, done: int, total: int, stage: str) -> None:
        moment = time.monotonic()
        if moment >= self._next or stage != self._stage or done >= total:
            self._next, self._stage = moment + LOOK, stage
            self._theirs.send(("progress", (done, total, stage)))
