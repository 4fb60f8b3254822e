"""How the public site answers: one address, as a page, or with .json, .csv or .xlsx behind it as data.

Answers may be kept by caches for a short while; an unchanged one is not sent twice (``ETag``, RFC 9110).
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime
from fractions import Fraction
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api import sheets
from api.pages import render
from supervision.paging import Page
from supervision.publication.rules import NotPublished

MAX_AGE = 60
ROWS_ON_A_PAGE = 20
ROWS_AS_DATA = 1000
JSON = "application/json; charset=utf-8"
SUFFIXES = ("json", "csv", "xlsx")

Endpoint = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as a file: its name, its heads, its rows."""

    name: str
    head: Sequence[str]
    rows: Iterable[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: ``suffix`` empty for the page, and how much of a list."""

    suffix: str
    after: str | None
    limit: int


def asked(
    request: Request,
    after: Annotated[str, Query(max_length=40)] = "",
    limit: Annotated[int | None, Query(ge=1, le=ROWS_AS_DATA)] = None,
) -> Asked:
    suffix = request.path_params.get("suffix", "")
    if suffix and suffix not in SUFFIXES:
        raise NotPublished(what="页面", key=request.url.path)
    return Asked(suffix, after or None, limit or (ROWS_AS_DATA if suffix else ROWS_ON_A_PAGE))


AskedFor = Annotated[Asked, Depends(asked)]


def shown_at(router: APIRouter, path: str) -> Callable[[Endpoint], Endpoint]:
    """Put an endpoint at ``path``, and at ``path`` with a suffix for its data."""

    def put(endpoint: Endpoint) -> Endpoint:
        for address in (path + ".{suffix}", path):
            router.add_api_route(address, endpoint, methods=["GET", "HEAD"])
        return endpoint

    return put


def page(request: Request, template: str, *, changed: datetime | None = None, **context: Any) -> Response:
    """A page, to be kept for a short while."""
    return kept(request, render(request, f"public/{template}.html", **context), changed)


def data(
    request: Request, asked: Asked, value: Any, table: Table | None = None, changed: datetime | None = None
) -> Response:
    """The same as data: ``value`` as JSON, ``table`` as a file; refuses a suffix that has no table."""
    if asked.suffix == "json":
        return kept(request, Response(json_bytes(value), media_type=JSON), changed)
    if table is None:
        raise NotPublished(what="页面", key=request.url.path)
    if asked.suffix == "csv":
        body, kind = sheets.csv_bytes(table.head, table.rows), sheets.CSV
    else:
        body, kind = sheets.xlsx_bytes(table.name, table.head, table.rows), sheets.XLSX
    response = sheets.attachment(body, kind, f"{table.name}.{asked.suffix}")
    if isinstance(value, Mapping) and value.get("next"):
        response.headers["Link"] = f'<{value["next"]}>; rel="next"'
    return kept(request, response, changed)


def listed(request: Request, found: Page[Any, str]) -> dict[str, Any]:
    """A stretch of a list as JSON: its rows and the address of the next stretch."""
    return {"items": found.rows, "next": next_address(request, found.after)}


def next_address(request: Request, after: str | None) -> str | None:
    """This address, from ``after`` on; none on the last stretch."""
    if after is None:
        return None
    query = {name: value for name, value in request.query_params.items() if value and name != "after"}
    return f"{request.url.path}?{urlencode({**query, 'after': after})}"


def downloads(request: Request, *suffixes: str) -> list[tuple[str, str]]:
    """The addresses of a page's data, with the page's filters."""
    query = {
        name: value
        for name, value in request.query_params.items()
        if value and name not in ("after", "lang", "limit")
    }
    tail = f"?{urlencode(query)}" if query else ""
    return [(suffix.upper(), f"{request.url.path}.{suffix}{tail}") for suffix in suffixes]


def kept(request: Request, response: Response, changed: datetime | None = None) -> Response:
    """Let caches keep an answer, and answer 304 to who has it already."""
    tag = f'"{hashlib.sha256(bytes(response.body)).hexdigest()[:32]}"'
    response.headers["ETag"] = tag
    # an answer that sets the language belongs to one reader
    scope = "private, no-cache" if "set-cookie" in response.headers else f"public, max-age={MAX_AGE}"
    response.headers["Cache-Control"] = scope
    if changed is not None:
        response.headers["Last-Modified"] = format_datetime(changed.astimezone(UTC), usegmt=True)
    if tag not in _tags(request):
        return response
    unchanged = Response(status_code=304)
    for name, value in response.headers.items():
        if name not in ("content-length", "content-type"):
            unchanged.headers[name] = value
    return unchanged


def json_bytes(value: Any) -> bytes:
    """JSON in UTF-8, moments in UTC by ISO 8601."""
    return json.dumps(value, ensure_ascii=False, indent=1, default=_plain).encode()


def _tags(request: Request) -> list[str]:
    given = request.headers.get("if-none-match", "")
    return [tag.strip().removeprefix("W/") for tag in given.split(",")]


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return {"numerator": value.numerator, "denominator": value.denominator}
    raise TypeError(f"{type(value).__name__} has no JSON form")
