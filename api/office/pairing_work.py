"""后台计算: tables that take longer than a page may, worked out by the server's jobs.

How far it is stands in memory: after a restart the page offers to begin anew, and nothing was written.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

from fastapi import FastAPI
from sqlmodel import Session

from api.i18n import lazy
from api.office.answers import REFUSALS, Refusal
from supervision.database import Database

Made = TypeVar("Made")
WORKING = lazy("系统在后台计算，可以离开本页，稍后回来查看。")


@dataclass(frozen=True, slots=True)
class Progress:
    """进度."""

    done: int = 0
    total: int = 1
    message: str = WORKING


@dataclass
class Works:
    """后台作业 of pairings, by draw."""

    running: dict[str, Progress] = field(default_factory=dict)
    failed: dict[str, Refusal] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def progress(self, draw_id: str) -> Progress | None:
        with self.lock:
            return self.running.get(draw_id)

    def failure(self, draw_id: str) -> Refusal | None:
        """Why the last work came to nothing; told once."""
        with self.lock:
            return self.failed.pop(draw_id, None)

    def submit(self, app: FastAPI, draw_id: str, work: Callable[[], object]) -> None:
        """Do it when its turn comes; a second request for the same draw changes nothing."""
        with self.lock:
            if draw_id in self.running:
                return
            self.running[draw_id] = Progress()
            self.failed.pop(draw_id, None)
        app.state.jobs.submit(f"pairing:{draw_id}", lambda: self._work(draw_id, work))

    def submit_act(
        self,
        app: FastAPI,
        draw_id: str,
        ahead: Callable[[Session], Made],
        act: Callable[[Session, Made], object],
    ) -> None:
        """As ``submit``: what takes long is made ``ahead``, the act has a transaction of its own."""
        database: Database = app.state.database

        def work() -> None:
            with database.reading() as session:
                made = ahead(session)
            with database.writing() as session:
                act(session, made)

        self.submit(app, draw_id, work)

    def _work(self, draw_id: str, work: Callable[[], object]) -> Iterator[None]:
        try:
            work()
            yield
        except REFUSALS as refusal:
            with self.lock:
                self.failed[draw_id] = refusal
        finally:
            with self.lock:
                self.running.pop(draw_id, None)


def of(app: Any) -> Works:
    """The works of an application."""
    found: Works | None = getattr(app.state, "pairing_works", None)
    if found is None:
        found = app.state.pairing_works = Works()
    return found
