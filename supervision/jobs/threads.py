"""服务器内的队列: imports, one after another on one thread of the web server; and work done again and again.

A job here is a function that returns an iterator; the worker runs it to its end. How far it is stands in the
database (an import's row), not here. It ends with the server: what must outlive it is a ``Job`` of the table.
"""

import queue
import threading
import traceback
from collections.abc import Callable, Iterable

import structlog

Work = Callable[[], Iterable[object]]
_log = structlog.get_logger("jobs")


class Ticker:
    """定时办理: the same short work again and again, on a thread of its own, until the server stops."""

    def __init__(self, seconds: float, work: Callable[[], None]) -> None:
        self._seconds, self._work = seconds, work
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self, seconds: float = 5.0) -> None:
        """No further turn; wait a little for the one that runs."""
        self._stopped.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        while True:
            try:
                self._work()
            except Exception as error:  # a database that is away comes back; the next turn tries again
                _log.error("upkeep_failed", error=type(error).__name__, where=where(error))
            if self._stopped.wait(self._seconds):
                return


def where(error: BaseException) -> list[str]:
    """Where, not what: a message may quote what somebody typed or imported."""
    return [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]


class Jobs:
    """作业队列. Work that fails is logged; it has written its own failure down."""

    def __init__(self) -> None:
        self._queue: queue.Queue[tuple[str, Work] | None] = queue.Queue()
        self._pending: set[str] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def submit(self, name: str, work: Work) -> bool:
        """Queue work under a name, e.g. ``import:7``; false if that name already waits or runs."""
        with self._lock:
            if name in self._pending:
                return False
            self._pending.add(name)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
                self._thread.start()
        self._queue.put((name, work))
        return True

    def pending(self) -> frozenset[str]:
        """Names that wait or run."""
        with self._lock:
            return frozenset(self._pending)

    def join(self) -> None:
        """Wait until everything submitted is done."""
        self._queue.join()

    def close(self, seconds: float = 5.0) -> None:
        """Take no more work; wait a little for the job that runs."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(seconds)

    def _run(self) -> None:
        while (job := self._queue.get()) is not None:
            name, work = job
            try:
                for _ in work():
                    pass
            except Exception as error:
                _log.error("job_failed", job=name, error=type(error).__name__, where=where(error))
            finally:
                with self._lock:
                    self._pending.discard(name)
                self._queue.task_done()
        self._queue.task_done()
