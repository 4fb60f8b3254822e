"""匹配的登记: the table of chances is fixed before anybody can know the seed (docs/pair-1.md, section 8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from solver.errors import LogError
from solver.log.entries import Entry

KINDS = ("pairing", "pairing_reveal", "pairing_missing", "assignment", "reassignment")
#: What each kind follows upon.
_AFTER = {
    "pairing_reveal": "pairing",
    "pairing_missing": "pairing",
    "assignment": "pairing",
    "reassignment": "assignment",
}
_SECOND = ("pairing_reveal", "pairing_missing")


def check_pairing(entries: Sequence[Entry]) -> None:
    """核对匹配的次序 among the entries of one draw; ``LogError`` at the first out of its place.

    Table, then one second secret (or its absence) for each party that the table's entry waits for, then the
    teams, once; reassignments afterwards, numbered from 1. Only who revealed a first secret is waited for.
    """
    handed = {entry.position for entry in entries if entry.kind == "reveal"}
    seen: set[str] = set()
    waiting: list[int] = []
    number = 0
    for entry in entries:
        if entry.kind not in KINDS:
            continue
        if entry.kind in seen and entry.kind in ("pairing", "assignment"):
            raise LogError.of("log_twice", index=entry.index, kind=entry.kind)
        late = entry.kind in _SECOND and "assignment" in seen
        if late or (entry.kind in _AFTER and _AFTER[entry.kind] not in seen):
            raise LogError.of("log_sequence", index=entry.index, kind=entry.kind)
        seen.add(entry.kind)
        if entry.kind == "pairing":
            waiting = _awaited(entry, handed)
        elif entry.kind in _SECOND:
            if entry.position not in waiting:
                raise LogError.of("log_position", index=entry.index, kind=entry.kind)
            waiting.remove(entry.position)
        elif entry.kind == "assignment" and waiting:
            raise LogError.of("log_second", index=entry.index, position=waiting[0] + 1)
        elif entry.kind == "reassignment":
            number += 1
            if entry.fields["number"] != number:
                raise LogError.of("log_number", index=entry.index, number=number)


def _awaited(entry: Entry, handed: Iterable[int]) -> list[int]:
    """The positions whose second secret is waited for: rising, each with a first secret."""
    second: list[int] = list(entry.fields["second"])
    if not set(second) <= set(handed) or any(b <= a for a, b in pairwise(second)):
        raise LogError.of("log_position", index=entry.index, kind=entry.kind)
    return second
