"""分页: long lists are handed on in pages."""

from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")
After = TypeVar("After", int, str)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row, After]):
    """One page of a list. ``after``, a number or a code, asks for the next page; none: this was the last."""

    rows: tuple[Row, ...]
    after: After | None
