"""为什么抽中我: the holder of a code opens its own line. What is typed stays in the body of the request."""

import threading
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from api import sheets
from api.deps import Reading
from api.i18n import error_message
from api.pages import language_of, render
from api.public import answers
from api.security import SignInGuard, address_of, check_origin
from supervision.draw.own_line import WrongCode
from supervision.errors import SupervisionError, TooBusy
from supervision.people.rules import TooManyAttempts
from supervision.publication import material
from supervision.register.uscc import tidy

router = APIRouter()
AT_ONCE = 2
PATIENCE = 20
"""Seconds: a province's frame is read and hashed for each proof, so that only a few may be at it."""


class TooManyQueries(SupervisionError):
    code = "too_many_queries"
    status = 429
    sentence = "查询过于频繁，请 {seconds} 秒后再试。"


@dataclass(frozen=True, slots=True)
class Typed:
    """What a visitor typed. Never part of an address, a log or an error."""

    uscc: str
    code: str
    wants_file: bool


async def typed(request: Request) -> Typed:
    """The fields of the form: nobody is signed in, so the origin alone tells a forged one."""
    check_origin(request)
    form: FormData = await request.form(max_files=0, max_fields=10)
    uscc, code = (str(form.get(name, ""))[:200].replace("\0", "") for name in ("uscc", "code"))
    return Typed(uscc.strip(), code.strip(), form.get("as") == "file")


class Bounds:
    """限速: as for signing in, per credit code and per address; and how many may be answered at once."""

    def __init__(self, per_minute: int) -> None:
        self._guard = SignInGuard(per_minute)
        self._turn = threading.BoundedSemaphore(AT_ONCE)

    def __enter__(self) -> None:
        if not self._turn.acquire(timeout=PATIENCE):
            raise TooBusy()

    def __exit__(self, *_: object) -> None:
        self._turn.release()

    def check(self, draw_id: str, uscc: str, address: str) -> None:
        try:
            self._guard.check(f"{draw_id}/{tidy(uscc)}", address)
        except TooManyAttempts as refusal:
            raise TooManyQueries(**refusal.params) from None


@router.api_route("/draws/{draw_id}/mine", methods=["GET", "HEAD"])
def ask(request: Request, session: Reading, draw_id: str) -> Response:
    """The empty form."""
    return answers.page(request, "mine", about=material.about(session, draw_id), asked=None, errors={})


@router.post("/draws/{draw_id}/mine")
def show(
    request: Request, session: Reading, draw_id: str, asked: Annotated[Typed, Depends(typed)]
) -> Response:
    """本户一行 in plain words, or as a file to be checked elsewhere."""
    about = material.about(session, draw_id)
    bounds: Bounds = request.app.state.own_line_bounds
    try:
        bounds.check(draw_id, asked.uscc, address_of(request))
        with bounds:
            if asked.wants_file:
                body = material.own_proof(session, draw_id, asked.uscc, asked.code)
                return _private(sheets.attachment(body, answers.JSON, f"{draw_id}-own-line.json"))
            found = material.own_line(session, draw_id, asked.uscc, asked.code)
    except (WrongCode, TooManyQueries) as refusal:
        errors = {"uscc": error_message(refusal, language_of(request))}
        page = render(
            request, "public/mine.html", status_code=refusal.status, about=about, asked=asked, errors=errors
        )
        return _private(page)
    return _private(render(request, "public/own_line.html", about=about, line=found, asked=asked))


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
