"""登录与退出, for the office and the field alike: the cookie is the session."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from api.deps import Config, Form, Now, Reading, SignedIn, SomeActor, Writing
from api.office.answers import sentence_of
from api.pages import render, site_of
from api.security import COOKIE, SignInGuard, address_of, check_origin
from supervision.people import service as people
from supervision.people.rules import Actor, TooManyAttempts, WrongPassword
from supervision.people.tables import Role

router = APIRouter()
LONGEST = 256
INSPECTORS_ONLY = frozenset({Role.INSPECTOR})


async def credentials(request: Request) -> FormData:
    """The fields of the sign-in form: nobody is signed in yet, so the origin alone tells a forged one."""
    check_origin(request)
    return await request.form(max_files=0, max_fields=10)


Credentials = Annotated[FormData, Depends(credentials)]


def local_path(text: str, site: str) -> str:
    """``text`` if it is a path of this site, else the site's first page: nobody is led elsewhere."""
    plain = re.fullmatch(r"/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*", text)
    leads_back = "sign-in" in text or "sign-out" in text
    if plain and not text.startswith("//") and site_of(text.partition("?")[0]) == site and not leads_back:
        return text
    return f"/{site}"


def home_of(actor: Actor, site: str) -> str:
    """The first page: inspectors without an office role work in the field."""
    return "/field" if actor.roles == INSPECTORS_ONLY else f"/{site}"


@router.get("/office/sign-in")
@router.get("/field/sign-in")
def ask(request: Request, actor: SomeActor) -> Response:
    site = site_of(request.url.path)
    wanted = local_path(request.query_params.get("next", ""), site)
    if actor is not None:
        return RedirectResponse(wanted, status_code=303)
    return _form(request, site, wanted)


@router.post("/office/sign-in")
@router.post("/field/sign-in")
def enter(
    request: Request, form: Credentials, reading: Reading, session: Writing, now: Now, settings: Config
) -> Response:
    site = site_of(request.url.path)
    wanted = local_path(str(form.get("next", "")), site)
    username, password = (str(form.get(name, ""))[:LONGEST] for name in ("username", "password"))
    guard: SignInGuard = request.app.state.sign_in_guard
    try:
        guard.check(username, address_of(request))
        people.check_password(reading, username.strip(), password)
        guard.passed(username)
        token, actor = people.sign_in(session, username.strip(), now, settings.sign_in_hours)
    except (WrongPassword, TooManyAttempts) as refusal:
        session.rollback()
        return _form(request, site, wanted, username, sentence_of(request, refusal), refusal.status)
    response = RedirectResponse(home_of(actor, site) if wanted == f"/{site}" else wanted, status_code=303)
    response.set_cookie(
        COOKIE,
        token,
        max_age=settings.sign_in_hours * 3600,
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
    )
    return response


@router.post("/office/sign-out")
@router.post("/field/sign-out")
def leave(request: Request, actor: SignedIn, form: Form, session: Writing, now: Now) -> Response:
    people.sign_out(session, actor, request.cookies.get(COOKIE, ""), now)
    response = RedirectResponse(f"/{site_of(request.url.path)}/sign-in?left=1", status_code=303)
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return response


def _form(
    request: Request, site: str, wanted: str, username: str = "", problem: str = "", status: int = 200
) -> Response:
    return render(
        request,
        "office/sign_in.html",
        status_code=status,
        headers={"Cache-Control": "no-store"},
        wanted=wanted,
        username=username,
        errors={"username": problem} if problem else {},
        left=request.query_params.get("left") == "1",
        action=f"/{site}/sign-in",
    )
