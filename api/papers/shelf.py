"""证书存放: certificates printed lately, so that a crowd of visitors does not print one each."""

from collections.abc import Callable
from datetime import datetime, timedelta

from fastapi import Request
from starlette.responses import Response

from api.lately import Lately
from api.pages import language_of
from api.papers.printing import Print
from supervision.draw.certifying import Paper
from supervision.errors import NotFound

KEPT = timedelta(minutes=10)
MOST = 32
KINDS = {
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "json": "application/json; charset=utf-8",
}

Key = tuple[str, ...]


def answer(request: Request, key: Key, now: datetime, kind: str, paper: Callable[[], Paper]) -> Response:
    """A certificate as ``pdf``, ``html`` or ``json``, in the language of the request."""
    if kind not in KINDS:
        raise NotFound(what="页面", key=request.url.path)
    lang = language_of(request)
    shelf: Lately[Print] = request.app.state.shelf
    printed = shelf.of((*key, lang), now, lambda: Print(paper(), lang))
    body = printed.pdf if kind == "pdf" else printed.json if kind == "json" else printed.html().encode()
    response = Response(body, media_type=KINDS[kind])
    response.headers["Content-Language"] = lang
    response.headers.add_vary_header("Cookie, Accept-Language")
    name = f"{printed.paper.certificate.facts.draw_id}-certificate.{kind}"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
