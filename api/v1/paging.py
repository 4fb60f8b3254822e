"""Paging by cursor: stable while rows are added, and opaque, so that its meaning may change."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Query

from api.v1.models import Page
from supervision import paging
from supervision.errors import SupervisionError

Row = TypeVar("Row")
After = TypeVar("After", int, str)
Shown = TypeVar("Shown")
LARGEST = 2**63 - 1


class BadCursor(SupervisionError):
    code = "bad_cursor"
    status = 422
    sentence = "游标无效，请去掉 cursor 参数，从第一页重新查询。"


def encode(after: int | str) -> str:
    """The cursor that stands for "after this row": a row's number, or its code."""
    text = f"n{after}" if isinstance(after, int) else f"t{after}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str) -> int | str:
    """The row a cursor stands for; refuses what ``encode`` never gave."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        raise BadCursor() from None
    kind, value = text[:1], text[1:]
    if kind == "t" and value.isprintable() and value and encode(value) == cursor:
        return value
    if kind == "n" and value.isascii() and value.isdigit() and len(value) < 20 and int(value) <= LARGEST:
        return int(value)
    raise BadCursor()


@dataclass(frozen=True, slots=True)
class Paging:
    """分页: how many rows to show, and after which one."""

    limit: int
    cursor: str | None

    @property
    def number(self) -> int | None:
        """The row's number, for lists in the order of numbers."""
        after = decode(self.cursor) if self.cursor is not None else None
        if isinstance(after, str):
            raise BadCursor()
        return after

    @property
    def text(self) -> str | None:
        """The row's code, for lists in the order of codes."""
        after = decode(self.cursor) if self.cursor is not None else None
        if isinstance(after, int):
            raise BadCursor()
        return after

    def page(
        self, rows: Sequence[Row], key: Callable[[Row], int | str | None], show: Callable[[Row], Shown]
    ) -> Page[Shown]:
        """A page of rows that may go on beyond it."""
        shown = rows[: self.limit]
        after = key(shown[-1]) if len(rows) > self.limit else None
        return page(map(show, shown), after)


def page(items: "map[Shown] | list[Shown]", after: int | str | None) -> Page[Shown]:
    return Page(items=list(items), next=None if after is None else encode(after))


def asked(
    limit: Annotated[int, Query(ge=1, le=200, description="每页条数")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=200, description="上一页 next 的值", examples=["bjEyMw"])
    ] = None,
) -> Paging:
    return Paging(limit, cursor)


Paged = Annotated[Paging, Depends(asked)]


def shown(found: paging.Page[Row, After], show: Callable[[Row], Shown]) -> Page[Shown]:
    """A service's page as an answer."""
    return page(map(show, found.rows), found.after)
