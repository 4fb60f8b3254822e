"""What the address of a list asks for, read with forbearance: a wrong value narrows nothing."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from fastapi import Path
from starlette.requests import Request

from supervision.errors import NotFound

Choice = TypeVar("Choice", bound=StrEnum)
LARGEST = 2**31 - 1
RowNumber = Annotated[int, Path(ge=1, le=LARGEST)]
"""A number in an address that a database can hold."""


def refuse_nul(request: Request) -> None:
    """No address holds a NUL character: databases keep none."""
    if "\0" in request.url.path:
        raise NotFound(what="页面", key="…")


def text(request: Request, name: str, longest: int = 100) -> str:
    """A query parameter without blanks at its ends and without what no database keeps."""
    return request.query_params.get(name, "").replace("\0", "").strip()[:longest]


def number(request: Request, name: str) -> int | None:
    given = text(request, name, 12)
    if not (given.isascii() and given.isdigit()):
        return None
    return min(int(given), LARGEST)


def choice(request: Request, name: str, kind: type[Choice]) -> Choice | None:
    given = text(request, name)
    return next((member for member in kind if member.value == given), None)


def address(path: str, **parameters: object) -> str:
    """``path`` with those parameters that say something."""
    given = {name: value for name, value in parameters.items() if value not in ("", None)}
    return f"{path}?{urlencode(given)}" if given else path


def kept(request: Request, *names: str) -> Mapping[str, str]:
    """The parameters of these names as they stand in the address."""
    return {name: text(request, name) for name in names if text(request, name)}
