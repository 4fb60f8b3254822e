"""名录快照: the frozen register of one draw, as the exact bytes that its root covers (draw/1, part 1)."""

from __future__ import annotations

import operator
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from solver import merkle
from solver.canonical import LIMIT, Alg
from solver.engine.columns import LONGEST, Columns, read_columns
from solver.engine.lines import Lines
from solver.errors import FrameError
from solver.progress import Progress, in_runs

ID_BYTES = 18
BLIND_BYTES = 40

_CODE = rb"[0-9A-Za-z._-]+"
_REST = _CODE + rb"(?:/" + _CODE + rb")*,[A-D]"
_SIZE = rb",(?:0|[1-9][0-9]{0,15})"
_IDS = {ID_BYTES: rb"[0-9A-Z]{18}", BLIND_BYTES: rb"[0-9a-f]{40}"}
_LETTERS = {ID_BYTES: b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", BLIND_BYTES: b"0123456789abcdef"}


@dataclass(frozen=True, slots=True)
class Entity:
    """检查对象: one line. ``path`` = stratum codes, slash-joined; ``cls`` = A..D; ``size`` for pps."""

    id: str
    path: str
    cls: str
    size: int | None = None

    @property
    def cell(self) -> str:
        """分层: the cell name in the modes rate and fixed, ``path/class``."""
        return f"{self.path}/{self.cls}"

    @property
    def line(self) -> str:
        text = f"{self.id},{self.path},{self.cls}"
        return text if self.size is None else f"{text},{self.size}"


@dataclass(frozen=True, slots=True)
class Frame:
    """名录快照: ASCII lines ``id,path,class`` (``id,path,class,size`` for pps), strictly increasing by id.

    ``lines`` are without their line feed; ``width`` is the length of every id (18 in clear, 40 blinded);
    ``columns`` say the same as the lines, for arithmetic on millions of them.
    """

    lines: Lines
    width: int = field(compare=False)
    sized: bool = field(compare=False)
    columns: Columns = field(compare=False, repr=False)
    _roots: dict[Alg, str] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def parse(cls, data: bytes) -> Frame:
        """Read the bytes of a frame; ``FrameError`` names the first line that is not as the contract says."""
        if data.startswith(b"\xef\xbb\xbf"):
            raise FrameError.of("frame_bom")
        if (at := data.find(b"\r")) >= 0:
            raise FrameError.of("frame_cr", line=data.count(b"\n", 0, at) + 1)
        if data and not data.endswith(b"\n"):
            raise FrameError.of("frame_no_final_newline", line=data.count(b"\n") + 1)
        return cls._checked(Lines(data))

    @classmethod
    def of(cls, entities: Iterable[Entity]) -> Frame:
        """冻结: the frame of ``entities`` given in any order; duplicates and bad codes are refused."""
        try:
            lines = sorted(entity.line.encode("ascii") for entity in entities)
        except UnicodeEncodeError as error:
            raise FrameError.of("frame_line", line=1) from error
        for number, line in enumerate(lines, 1):
            if b"\n" in line:
                raise FrameError.of("frame_line", line=number)
        return cls._checked(Lines.of(lines))

    @classmethod
    def _checked(cls, lines: Lines) -> Frame:
        first = lines[0] if lines else b","
        width = first.find(b",") if lines else ID_BYTES
        sized = first.count(b",") == 3
        if width not in _IDS:
            raise FrameError.of("frame_line", line=1)
        columns = read_columns(lines, width, sized, _LETTERS[width], _REST)
        if columns is None:
            raise _first_wrong(lines, width, sized)
        return cls(lines, width, sized, columns)

    def __len__(self) -> int:
        return len(self.lines)

    def __iter__(self) -> Iterator[Entity]:
        return map(_entity, self.lines)

    @property
    def blinded(self) -> bool:
        return self.width == BLIND_BYTES

    @property
    def data(self) -> bytes:
        """The bytes of the file: every line with its line feed."""
        return self.lines.data

    def root(self, alg: Alg = "sha256", progress: Progress | None = None) -> str:
        """名录根摘要: the RFC 9162 root over the lines, 64 hex; computed once."""
        if alg not in self._roots:
            self._roots[alg] = merkle.root(self.lines, alg, progress).hex()
        else:
            for _ in in_runs(len(self), "root", progress, len(self) or 1):
                pass
        return self._roots[alg]

    def position(self, entity_id: str) -> int:
        """The place (from 0) of an entity; ``FrameError`` if the frame does not have it."""
        key = entity_id.encode("ascii", "replace")
        at = bisect_left(self.lines, key, key=lambda line: line[: self.width])
        if at == len(self.lines) or self.lines[at][: self.width] != key:
            raise FrameError.of("frame_no_entity", id=entity_id)
        return at

    def find(self, entity_id: str) -> Entity:
        """One entity by its id; ``FrameError`` if the frame does not have it."""
        return _entity(self.lines[self.position(entity_id)])

    def cells(self) -> dict[str, int]:
        """The number of entities of every cell ``path/class``, by name: what a preview needs."""
        counts = np.bincount(self.columns.codes, minlength=len(self.columns.rests)).tolist()
        named = sorted(zip(self.columns.rests, counts, strict=True))
        return {cell_name(rest): count for rest, count in named}


def cell_name(rest: bytes) -> str:
    """The name ``path/class`` of the cell of a line that ends in ``path,class``."""
    return rest.replace(b",", b"/").decode("ascii")


def _entity(line: bytes) -> Entity:
    entity_id, path, cls, *size = line.decode("ascii").split(",")
    return Entity(entity_id, path, cls, int(size[0]) if size else None)


def _first_wrong(lines: Sequence[bytes], width: int, sized: bool) -> FrameError:
    """The refusal that names the first wrong line, found one by one: form first, then order, then sizes."""
    pattern = re.compile(_IDS[width] + b"," + _REST + (_SIZE if sized else b""))
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST or not pattern.fullmatch(line):
            return FrameError.of("frame_line", line=number)
    ids = [line[:width] for line in lines]
    if any(map(operator.ge, ids, islice(ids, 1, None))):
        at = next(i for i in range(1, len(ids)) if ids[i - 1] >= ids[i])
        code = "frame_duplicate" if ids[at - 1] == ids[at] else "frame_order"
        return FrameError.of(code, line=at + 1)
    sizes = (int(line.rpartition(b",")[2]) for line in lines)
    return FrameError.of("frame_size", line=next(i for i, size in enumerate(sizes, 1) if size >= LIMIT))
