"""证书存放: certificates printed lately, so that a crowd of visitors does not print one each."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from fastapi import Request
from starlette.responses import Response

from api.pages import language_of
from api.papers.printing import Print
from supervision.draw.certifying import Paper
from supervision.errors import NotFound, TooBusy

KEPT = timedelta(minutes=10)
MOST = 32
WAITING = 4
"""Visitors who may wait for a print at once: each holds a thread that other pages need."""
KINDS = {
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "json": "application/json; charset=utf-8",
}

Key = tuple[str, ...]


class Shelf:
    """Prints by draw, version and language, at most ``KEPT`` old."""

    def __init__(self) -> None:
        self._printing = threading.Lock()
        self._places = threading.BoundedSemaphore(WAITING)
        self._kept: dict[Key, tuple[datetime, Print]] = {}

    def of(self, key: Key, now: datetime, lang: str, paper: Callable[[], Paper]) -> Print:
        """The print of ``key``, made by ``paper`` if there is none; refused while too many wait for one."""
        found = self._fresh(key, now)
        if found is not None:
            return found
        if not self._places.acquire(blocking=False):
            raise TooBusy()
        try:
            with self._printing:
                return self._fresh(key, now) or self._put(key, now, Print(paper(), lang))
        finally:
            self._places.release()

    def _fresh(self, key: Key, now: datetime) -> Print | None:
        at, found = self._kept.get(key, (now - KEPT, None))
        return found if timedelta(0) <= now - at < KEPT else None

    def _put(self, key: Key, now: datetime, made: Print) -> Print:
        self._kept.pop(key, None)
        while len(self._kept) >= MOST:
            self._kept.pop(next(iter(self._kept)))
        self._kept[key] = now, made
        return made


def shelf_of(request: Request) -> Shelf:
    """That of this application."""
    state = request.app.state
    if not hasattr(state, "shelf"):
        state.shelf = Shelf()
    found: Shelf = state.shelf
    return found


def answer(request: Request, key: Key, now: datetime, kind: str, paper: Callable[[], Paper]) -> Response:
    """A certificate as ``pdf``, ``html`` or ``json``, in the language of the request."""
    if kind not in KINDS:
        raise NotFound(what="页面", key=request.url.path)
    lang = language_of(request)
    printed = shelf_of(request).of((*key, lang), now, lang, paper)
    body = printed.pdf if kind == "pdf" else printed.json if kind == "json" else printed.html().encode()
    response = Response(body, media_type=KINDS[kind])
    response.headers["Content-Language"] = lang
    response.headers.add_vary_header("Cookie, Accept-Language")
    name = f"{printed.paper.certificate.facts.draw_id}-certificate.{kind}"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
