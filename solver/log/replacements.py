"""替补的登记: a replacement brings in the next ticket of its cell, and nobody else (draw/1, part 7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from solver.draw import DrawResult
from solver.errors import LogError, UnknownCell
from solver.log.entries import Entry


def check_replacements(entries: Iterable[Entry], result: DrawResult) -> None:
    """核对替补: the j-th of a cell is the j-th ticket after the drawn ones; ``LogError`` names the first not.

    Who goes out was drawn in the cell or came in there before, and goes once. In the mode pps there is none.
    """
    replacements = [entry for entry in entries if entry.kind == "replacement"]
    present: dict[str, set[str]] = defaultdict(set)
    for row in result.rows if replacements else ():
        present[row.cell].add(row.id)
    came: dict[str, int] = defaultdict(int)
    for entry in replacements:
        cell, out = entry.fields["cell"], entry.fields["out"]
        came[cell] += 1
        told = (entry.fields["in"], entry.fields["ticket"])
        if told != _next(result, cell, came[cell]) or out not in present[cell]:
            raise LogError.of("log_replacement", index=entry.index)
        present[cell] = (present[cell] - {out}) | {told[0]}


def _next(result: DrawResult, cell: str, number: int) -> tuple[str, str] | None:
    """Id and ticket that come ``number``-th after the drawn ones of the cell; none where it runs out."""
    try:
        reserve = result.reserve(cell, number)
    except UnknownCell:
        return None
    return (reserve[-1].id, reserve[-1].ticket) if len(reserve) == number else None
