"""幂等: an act repeated under the same ``Idempotency-Key`` is answered as before and not done again.

The answer is kept in the transaction of the act. Of two equal requests at the same moment the second waits
for the first one's transaction, and then finds its answer.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.deps import Now, SignedIn, Writing
from supervision.journal.service import earlier_answer, keep_answer
from supervision.people.rules import Actor

REPLAYED = "Idempotency-Replayed"
BASE = "/api/v1"
CHUNK = 1 << 20
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


@dataclass(frozen=True, slots=True)
class Act:
    """一次办理: who acts, when, and the transaction in which it happens."""

    session: Session
    actor: Actor
    now: datetime


class Answered(Exception):
    """The act was done before; its answer is given again."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(status)
        self.status, self.body = status, body


async def request_digest(request: Request) -> str:
    """SHA-256 of what is asked for: method, address, and the body without passwords.

    A password is left out, lest its digest be tried against word lists. A form counts by its fields, since
    every sender separates them by another boundary.
    """
    digest = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    if request.headers.get("content-type", "").lower().startswith(FORMS):
        for name, value in (await request.form()).multi_items():
            digest.update(json.dumps(name).encode())
            if isinstance(value, UploadFile):
                await run_in_threadpool(_add_file, digest, value)
            else:
                digest.update(json.dumps(value).encode())
    else:
        digest.update(_without_password(await request.body()))
    return digest.hexdigest()


def _add_file(digest: Any, upload: UploadFile) -> None:
    upload.file.seek(0)
    while chunk := upload.file.read(CHUNK):
        digest.update(chunk)
    upload.file.seek(0)


def _without_password(body: bytes) -> bytes:
    if b"password" not in body:
        return body
    fields = json.loads(body)
    if isinstance(fields, dict):
        fields.pop("password", None)
    return json.dumps(fields, sort_keys=True).encode()


def acting(
    request: Request,
    session: Writing,
    actor: SignedIn,
    digest: Annotated[str, Depends(request_digest)],
    now: Now,  # after the digest, which waits for the whole request: see get_now
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=128,
            pattern=r"^[!-~]+$",
            description="幂等键：同一键的相同请求只办理一次，重复发送得到同样的答复",
            examples=["5f0c3f1e-7a52-4c55-9d0e-0a8f6c1b2d3e"],
        ),
    ] = None,
) -> Act:
    if key is not None:
        before = earlier_answer(session, actor, key, digest)
        if before is not None:
            raise Answered(before.status, before.body)

        def keep(status: int, body: str) -> None:
            keep_answer(session, actor, key, digest, status, body, now)
            session.flush()

        request.state.keep_answer = keep
    return Act(session, actor, now)


Acting = Annotated[Act, Depends(acting, scope="function")]


class ActRoute(APIRoute):
    """An address of the API. Keeps an act's answer while its transaction is open, and gives it again."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        handle = super().get_route_handler()
        place = (self.openapi_extra or {}).get("x-location")

        async def answer(request: Request) -> Response:
            try:
                response = await handle(request)
                if keep := getattr(request.state, "keep_answer", None):
                    await run_in_threadpool(keep, response.status_code, bytes(response.body).decode())
            except Answered as before:
                headers = {REPLAYED: "true"}
                response = Response(before.body or None, before.status, headers, "application/json")
            except HTTPException as error:
                raise _unreadable(error) from None
            if place and response.status_code in (201, 202):
                response.headers["Location"] = _address(place, response)
            return response

        return answer


def _address(place: str, response: Response) -> str:
    return BASE + quote(place.format_map(json.loads(bytes(response.body))))


def _unreadable(error: HTTPException) -> Exception:
    """A body that cannot even be read is refused like one that says the wrong things."""
    if error.status_code != 400:
        return error
    return RequestValidationError([{"loc": ("body",), "msg": str(error.detail), "type": "unreadable"}])


def created(place: str, status: int = 201) -> dict[str, Any]:
    """Settings of an act that makes something, found from then on at ``place`` (of the answer's fields)."""
    header = {"Location": {"description": "新记录的地址", "schema": {"type": "string"}}}
    return {
        "status_code": status,
        "openapi_extra": {"x-location": place},
        "responses": {status: {"headers": header}},
    }
