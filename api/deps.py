"""What endpoints ask for: sessions, the moment, the settings, and who is asking."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlmodel import Session
from starlette.datastructures import FormData

from api.security import COOKIE, FORM_FIELD, SAFE_METHODS, check_form_token, check_origin, form_token
from supervision.database import Database
from supervision.errors import InvalidInput, NotSignedIn
from supervision.people.rules import Actor
from supervision.people.service import actor_of
from supervision.settings import Settings

MOST_FIELDS = 5000


def get_database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def get_settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def moment_of(request: Request) -> datetime:
    moment: datetime = request.app.state.clock()
    return moment


async def get_now(request: Request) -> datetime:
    """The moment of a request: when the whole of it has come.

    Else who sends the head of a form before a deadline, and the rest when more is known, would act in time.
    """
    if request.method not in SAFE_METHODS and "form" in request.headers.get("content-type", "").lower():
        await request.form(max_files=1, max_fields=MOST_FIELDS)
    return moment_of(request)


def reading(request: Request) -> Iterator[Session]:
    with get_database(request).reading() as session:
        yield session


def writing(request: Request) -> Iterator[Session]:
    with get_database(request).writing() as session:
        yield session


def session_token(request: Request) -> str | None:
    """The bearer token, or for pages and for reading the session cookie.

    An API act never trusts the cookie alone, so that no foreign page can act in somebody's name.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token
    if request.url.path.startswith("/api/") and request.method not in SAFE_METHODS:
        return None
    return request.cookies.get(COOKIE)


def optional_actor(request: Request) -> Actor | None:
    """Who is asking, if anybody signed in; also tells the page."""
    token = session_token(request)
    if not token:
        return None
    with get_database(request).reading() as session:
        actor = actor_of(session, token, moment_of(request))
    if actor is not None:
        request.state.user = actor
        request.state.organisation = actor.organ_name
        request.state.csrf_token = form_token(token)
    return actor


def required_actor(actor: Annotated[Actor | None, Depends(optional_actor)]) -> Actor:
    if actor is None:
        raise NotSignedIn()
    return actor


async def submitted(request: Request) -> AsyncIterator[FormData]:
    """The fields of a form sent by one of our own pages to somebody signed in."""
    check_origin(request)
    async with request.form(max_files=1, max_fields=MOST_FIELDS) as form:
        check_form_token(request.cookies.get(COOKIE, ""), str(form.get(FORM_FIELD, "")))
        if any("\0" in value for _, value in form.multi_items() if isinstance(value, str)):
            raise InvalidInput(field="表单", problem="含有无法保存的字符（NUL），请删去后重新提交。")
        yield form


# scope="function": the transaction ends, and may fail, before the answer is sent
Reading = Annotated[Session, Depends(reading, scope="function")]
Writing = Annotated[Session, Depends(writing, scope="function")]
Config = Annotated[Settings, Depends(get_settings)]
Now = Annotated[datetime, Depends(get_now)]
SomeActor = Annotated[Actor | None, Depends(optional_actor)]
SignedIn = Annotated[Actor, Depends(required_actor)]
Form = Annotated[FormData, Depends(submitted)]
