"""日程: the address under which an inspector's phone finds the visits (the feed is the API's)."""

from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.deps import Config, Form, Now, Reading, SignedIn, Writing
from api.pages import render
from supervision.inspection import service

router = APIRouter()


@router.get("/field/calendar")
def calendar(request: Request, session: Reading, actor: SignedIn, config: Config, done: str = "") -> Response:
    """日历订阅: whether there is an address; the address itself was shown once."""
    since = service.calendar_since(session, actor)
    told: dict[str, Any] = {"since": since, "reveal_hours": config.reveal_hours, "closed": done == "closed"}
    return render(request, "field/calendar.html", address="", webcal="", **told)


@router.post("/field/calendar")
def open_calendar(
    request: Request, session: Writing, actor: SignedIn, now: Now, config: Config, _: Form
) -> Response:
    """开通: shows the new address, once; an earlier one stops working."""
    token = service.calendar_token(session, actor, now)
    address = f"{config.public_address.rstrip('/')}/calendar/{token}.ics"
    webcal = urlsplit(address)._replace(scheme="webcal").geturl()
    told: dict[str, Any] = {"since": now, "reveal_hours": config.reveal_hours, "closed": False}
    page = render(request, "field/calendar.html", address=address, webcal=webcal, **told)
    page.headers["Cache-Control"] = "no-store"
    return page


@router.post("/field/calendar/close")
def close_calendar(session: Writing, actor: SignedIn, now: Now, _: Form) -> Response:
    """停用."""
    service.close_calendar(session, actor, now)
    return RedirectResponse("/field/calendar?done=closed", status_code=303)
