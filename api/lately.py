"""近期结果: what takes seconds to make is made once, one at a time, and remembered for a while."""

import threading
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from supervision.errors import TooBusy

WAITING = 4
"""Visitors who may wait at once: each holds a thread that other pages need."""

Made = TypeVar("Made")


class Lately(Generic[Made]):
    """At most ``most`` things by key, each at most ``lasts`` old, so that a crowd does not start one each."""

    def __init__(self, lasts: timedelta, most: int) -> None:
        self._lasts, self._most = lasts, most
        self._making = threading.Lock()
        self._entering = threading.Lock()
        self.free = WAITING
        self._kept: dict[Hashable, tuple[datetime, Made]] = {}

    def of(self, key: Hashable, now: datetime, make: Callable[[], Made]) -> Made:
        """What was made lately, else what ``make`` makes; refused while too many wait."""
        found = self._fresh(key, now)
        if found is not None:
            return found
        self._enter()
        try:
            with self._making:
                return self._fresh(key, now) or self._keep(key, now, make())
        finally:
            with self._entering:
                self.free += 1

    def _enter(self) -> None:
        with self._entering:
            if not self.free:
                raise TooBusy()
            self.free -= 1

    def _fresh(self, key: Hashable, now: datetime) -> Made | None:
        at, found = self._kept.get(key, (now - self._lasts, None))
        return found if timedelta(0) <= now - at < self._lasts else None

    def _keep(self, key: Hashable, now: datetime, made: Made) -> Made:
        self._kept.pop(key, None)
        while len(self._kept) >= self._most:
            self._kept.pop(next(iter(self._kept)))
        self._kept[key] = now, made
        return made
