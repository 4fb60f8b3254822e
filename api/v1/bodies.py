"""Bodies read strictly: a number is a number and not a text, and no text holds what databases cannot."""

import re
from functools import cache
from typing import Annotated, Any

from fastapi import Request, params
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import UploadFile

NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""A NUL character as JSON writes it; PostgreSQL keeps none."""


async def strict_request(request: Request) -> None:
    """Refuse texts with NUL anywhere, and JSON whose values only resemble what is asked for.

    FastAPI reads bodies after Python's customs, in which ``"1"`` passes for 1 and half a surrogate for a
    character; here the JSON itself is held against the model once more.
    """
    if b"%00" in request.scope["query_string"] or "\0" in request.url.path:
        raise _refused("query", "text must not contain NUL")
    field = getattr(request.scope["route"], "body_field", None)
    if field is None:
        return
    if isinstance(field.field_info, params.Form):
        await _check_form(request)
        return
    body = await request.body()
    if NUL.search(body):
        raise _refused("body", "text must not contain NUL")
    try:
        _adapter(field).validate_json(body, strict=True)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in problems]) from None


async def _check_form(request: Request) -> None:
    for name, value in (await request.form()).multi_items():
        text = (value.filename or "") if isinstance(value, UploadFile) else value
        if "\0" in name + text or NUL.search(text.encode(errors="replace")):
            raise _refused(f"body.{name}".replace("\0", ""), "text must not contain NUL")


def _refused(where: str, problem: str) -> RequestValidationError:
    return RequestValidationError([{"loc": (where,), "msg": problem, "type": "nul"}])


@cache
def _adapter(field: Any) -> TypeAdapter[Any]:
    """Of the whole field: what tells the shapes of a body apart stands beside its type."""
    return TypeAdapter(Annotated[field.field_info.annotation, field.field_info])
