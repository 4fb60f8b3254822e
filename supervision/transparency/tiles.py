"""公开文件: the log as C2SP tlog-tiles, so that anyone can copy it with plain downloads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlmodel import Session

from supervision.transparency import records
from supervision.transparency.rules import last_of

WIDTH = 256
"""Hashes, or entries, in a full tile."""
HEIGHT = 8
LEVELS = 8

_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-7])/(?P<number>(?:x[0-9]{3}/){0,4}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """分片: number ``number`` of its level; ``level`` none: of entries. ``width`` below 256: so far."""

    level: int | None
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Below ``/log/``: thousands are folders, ``x001/x234/067``."""
        parts = [f"{self.number % 1000:03}"]
        rest = self.number // 1000
        while rest:
            parts.insert(0, f"x{rest % 1000:03}")
            rest //= 1000
        name = "entries" if self.level is None else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{name}/{'/'.join(parts)}{partial}"

    @classmethod
    def at(cls, path: str) -> Tile | None:
        """The tile of a path; none if it is none's, or not the one way to write it."""
        match = _PATH.fullmatch(path)
        if match is None:
            return None
        level = None if match["level"] == "entries" else int(match["level"])
        number = int(match["number"].replace("x", "").replace("/", ""))
        tile = cls(level, number, int(match["width"] or WIDTH))
        return tile if tile.path == path and tile.width <= WIDTH else None

    @property
    def height(self) -> int:
        """Of the subtrees whose hashes it holds."""
        return HEIGHT * (self.level or 0)

    @property
    def full(self) -> bool:
        return self.width == WIDTH


def tiles_of(size: int) -> Iterator[Tile]:
    """The tiles of a tree: all full ones, and the last of each level as wide as it is."""
    for level in (None, *range(LEVELS)):
        nodes = size >> (HEIGHT * (level or 0))
        for number in range(nodes // WIDTH):
            yield Tile(level, number)
        if nodes % WIDTH:
            yield Tile(level, nodes // WIDTH, nodes % WIDTH)


def tile_bytes(session: Session, tile: Tile) -> bytes | None:
    """The file; none while the log is not that long."""
    first = tile.number * WIDTH
    if tile.level is None:
        rows = records.slice_of(session, first, first + tile.width)
        if len(rows) != tile.width:
            return None
        return bundle(row.body.encode("ascii") for row in rows)
    wanted = [last_of((tile.height, first + at)) for at in range(tile.width)]
    if wanted[-1] >= records.size(session):
        return None
    found = records.by_index(session, wanted)
    return b"".join(found[index].whole(tile.height) if index in found else b"" for index in wanted)


def bundle(entries: Iterable[bytes]) -> bytes:
    """Entries one after another, each after its length in two bytes."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unbundle(data: bytes) -> list[bytes]:
    """The entries of a file; ``ValueError`` if it ends within one."""
    entries, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data) or at + 2 > len(data):
            raise ValueError("the file ends within an entry")
        entries.append(data[at + 2 : end])
        at = end
    return entries
