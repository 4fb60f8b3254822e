"""读取导入文件: CSV, CSV.GZ and workbooks become numbered rows; broken lines are never swallowed.

A file is known by its content, not by its extension.  Only a file that cannot be read at all raises; a line
that cannot be read is handed on with its problem, and reading goes on at the next physical line.
"""

import gzip
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from supervision.register.columns import ColumnMap, looks_like_header, map_columns
from supervision.register.csvlines import IsHeader, Line, csv_lines
from supervision.register.reasons import Reason
from supervision.register.tables import RegisterKind
from supervision.register.unreadable import EmptyFile, FileTooLarge, UnreadableFile, mebibytes
from supervision.register.workbook import workbook_lines

RAW = "原文"
"""Header under which a line that could not be cut into cells is kept."""
HEADER_SEARCH = 10


@dataclass(frozen=True, slots=True)
class Limits:
    """读取上限, in bytes of the file, bytes unpacked, bytes of a line, and cells a sheet spans."""

    file: int = 200 << 20
    unpacked: int = 1 << 30
    line: int = 8 << 20
    cells: int = 12_000_000


@dataclass(frozen=True, slots=True)
class RawRow:
    """待判断的一行: cells by header as read; a row with a ``problem`` holds its raw text under ``RAW``.

    ``line`` counts physical lines (CSV) or rows of the sheet from 1; ``position`` is in the units of the
    file's size.
    """

    line: int
    cells: Mapping[str, str]
    problem: Reason | None
    position: int


class RegisterFile:
    """导入文件, opened: its columns, its size in bytes (CSV) or rows (workbook), and its rows, once."""

    def __init__(
        self, columns: ColumnMap, headers: tuple[str, ...], size: int, lines: Iterator[Line]
    ) -> None:
        self.columns = columns
        self.headers = headers
        self.size = size
        self._lines = lines

    def rows(self) -> Iterator[RawRow]:
        """Every record below the header; blank ones are passed over."""
        headers, width = self.headers, len(self.headers)
        for line in self._lines:
            cells, problem = line.cells, line.problem
            if problem is None and len(cells) != width:
                if len(cells) < width or any(map(str.strip, cells[width:])):
                    problem = Reason.WRONG_COLUMN_COUNT
                cells = cells[:width]
            if problem is None:
                yield RawRow(line.number, dict(zip(headers, cells, strict=True)), None, line.position)
            else:
                yield RawRow(line.number, {RAW: line.raw}, problem, line.position)


@contextmanager
def open_register(
    path: Path,
    kind: RegisterKind,
    mapping: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> Iterator[RegisterFile]:
    """Open a register's file, find its header within the first ten lines, and match its columns.

    Raises a SupervisionError for a file that cannot be used as a whole: UnreadableFile, EmptyFile,
    FileTooLarge, PasswordProtected, MissingColumns, DuplicateHeader, UnknownMapping.
    """
    wanted = set((mapping or {}).values())

    def is_header(cells: Sequence[str]) -> bool:
        named = bool(wanted) and wanted <= {" ".join(cell.split()) for cell in cells}
        return named or looks_like_header(kind, cells)

    with _opened(path, limits or Limits(), is_header) as (size, lines):
        headers, rest = _below_header(lines, is_header)
        yield RegisterFile(map_columns(kind, headers, mapping), headers, size, rest)


def read_headers(path: Path, kind: RegisterKind, limits: Limits | None = None) -> tuple[str, ...]:
    """表头 of a file as it is, known or not: what a person chooses from to match columns by hand."""

    def is_header(cells: Sequence[str]) -> bool:
        return looks_like_header(kind, cells)

    with _opened(path, limits or Limits(), is_header) as (_, lines):
        return _below_header(lines, is_header)[0]


@contextmanager
def _opened(path: Path, limits: Limits, is_header: IsHeader) -> Iterator[tuple[int, Iterator[Line]]]:
    """The size of a file, in bytes (CSV) or rows (workbook), and its lines."""
    size = path.stat().st_size
    if size > limits.file:
        raise FileTooLarge(size=mebibytes(size), limit=mebibytes(limits.file))
    with path.open("rb") as stream:
        magic = stream.read(8)
        stream.seek(0)
        if magic.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            size, rows = workbook_lines(path, limits.unpacked, limits.cells)
            yield size, (Line(number, cells, "\t".join(cells), None, number) for number, cells in rows)
        elif magic.startswith(b"\x1f\x8b"):
            with gzip.GzipFile(fileobj=stream) as unpacked:
                yield size, csv_lines(unpacked, stream, limits.line, limits.unpacked, is_header)
        else:
            yield size, csv_lines(stream, stream, limits.line, limits.unpacked, is_header)


def _below_header(lines: Iterator[Line], is_header: IsHeader) -> tuple[tuple[str, ...], Iterator[Line]]:
    """The header within the first lines that are not blank, and the lines below it."""
    lines = (line for line in lines if line.problem or any(map(str.strip, line.cells)))
    first = list(islice(lines, HEADER_SEARCH))
    if not first:
        raise EmptyFile()
    whole = [line for line in first if line.problem is None]
    if not whole:
        raise UnreadableFile(problem="表头行的引号或编码有误。")
    header = next((line for line in whole if is_header(line.cells)), whole[0])
    return _headers(header.cells), chain(first[first.index(header) + 1 :], lines)


def _headers(cells: Sequence[str]) -> tuple[str, ...]:
    """Headers made distinct: a second 备注 becomes 备注（2）, a nameless column 第3列."""
    seen: dict[str, int] = {}
    headers: list[str] = []
    for number, cell in enumerate(cells, 1):
        name = " ".join(cell.split()) or f"第{number}列"
        seen[name] = seen.get(name, 0) + 1
        headers.append(name if seen[name] == 1 else f"{name}（{seen[name]}）")
    return tuple(headers)
