"""逐行读取 CSV: one bad quote or byte costs one line, never the lines that follow it."""

import csv
import gzip
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from supervision.register.reasons import Reason
from supervision.register.unreadable import FileTooLarge, UnreadableFile, mebibytes

JOINED_LINES = 100
"""A quoted cell may run over this many physical lines."""
SAMPLE = 1 << 20
_FOREIGN = {
    b"%PDF": "这是 PDF 文件。",
    b"\x89PNG": "这是图片。",
    b"\xff\xd8\xff": "这是图片。",
    b"Rar!": "这是压缩包。",
    b"7z\xbc\xaf": "这是压缩包。",
    b"\xff\xfe": "文件为 UTF-16 编码。",
    b"\xfe\xff": "文件为 UTF-16 编码。",
}
csv.field_size_limit(1 << 28)
IsHeader = Callable[[Sequence[str]], bool]


@dataclass(frozen=True, slots=True)
class Line:
    """一条记录: its first line (from 1), its cells or why it has none, and how far the file is read."""

    number: int
    cells: Sequence[str]
    raw: str
    problem: Reason | None
    position: int


@dataclass(frozen=True, slots=True)
class _Physical:
    """One physical line; ``problem`` where it could not be decoded or was too long."""

    number: int
    text: str
    problem: Reason | None
    position: int


class _Source:
    """Physical lines, decoded one by one, with a way to give lines back; ``packed`` tells how far we are."""

    def __init__(self, unpacked: BinaryIO | gzip.GzipFile, packed: BinaryIO, line: int, total: int) -> None:
        self._unpacked, self._packed, self._longest, self._most = unpacked, packed, line, total
        self._given_back: list[_Physical] = []
        self._number = self._read = 0
        start = self._bytes(SAMPLE)
        self._encoding = _encoding(start)
        self._settled = not start.isascii()
        self.text = start[: 1 << 16].decode(self._encoding, "replace").removeprefix("\ufeff")
        unpacked.seek(3 if start.startswith(b"\xef\xbb\xbf") else 0)
        self._read = 0

    def next(self) -> _Physical | None:
        if self._given_back:
            return self._given_back.pop()
        data = self._bytes(self._longest + 1, line=True)
        if not data:
            return None
        self._number += 1
        position = self._packed.tell()
        if len(data) <= self._longest:
            return self._decoded(data, position)
        start = data[:1000].decode(self._encoding, "replace")
        while data and not data.endswith(b"\n"):
            data = self._bytes(self._longest + 1, line=True)
        return _Physical(self._number, start, Reason.LINE_TOO_LONG, position)

    def give_back(self, lines: list[_Physical]) -> None:
        self._given_back.extend(reversed(lines))

    def _decoded(self, data: bytes, position: int) -> _Physical:
        try:
            text = data.decode(self._encoding)
        except UnicodeDecodeError:
            if not self._settled:
                self._settled, self._encoding = True, "gb18030"
                return self._decoded(data, position)
            text = data.decode(self._encoding, "replace")
            return _Physical(self._number, text.rstrip("\r\n"), Reason.BAD_ENCODING, position)
        self._settled = self._settled or not data.isascii()
        return _Physical(self._number, text.rstrip("\r\n"), None, position)

    def _bytes(self, count: int, *, line: bool = False) -> bytes:
        try:
            data: bytes = self._unpacked.readline(count) if line else self._unpacked.read(count)
        except (OSError, EOFError, zlib.error) as error:
            raise UnreadableFile(problem="压缩文件已损坏或不完整。") from error
        self._read += len(data)
        if self._read > self._most:
            raise FileTooLarge(size=f"解压后超过 {mebibytes(self._most)}", limit=mebibytes(self._most))
        return data


def csv_lines(
    unpacked: BinaryIO | gzip.GzipFile, packed: BinaryIO, line: int, total: int, is_header: IsHeader
) -> Iterator[Line]:
    """Records of a CSV in UTF-8 (with or without BOM) or GB 18030, separated by comma, tab or semicolon.

    A record may run over several lines inside quotes, if it then has as many cells as the header.  Where the
    quoting does not come out, the first line alone is handed on with its problem and reading goes on at the
    next physical line.  ``line`` and ``total`` bound the bytes of a line and of all lines.
    """
    source = _Source(unpacked, packed, line, total)
    delimiter = _delimiter(source.text)
    width, header_met = 0, False
    while (first := source.next()) is not None:
        if first.problem:
            yield Line(first.number, (), first.text, first.problem, first.position)
            continue
        if '"' in first.text:
            record = _quoted(first, source, delimiter, width if header_met else 0)
        else:
            record = Line(first.number, first.text.split(delimiter), first.text, None, first.position)
        if not header_met:
            width, header_met = len(record.cells), is_header(record.cells)
        yield record


def _quoted(first: _Physical, source: _Source, delimiter: str, width: int) -> Line:
    """The record that begins at a line with quotes, or that line alone with its problem."""
    joined, text = [first], first.text
    while True:
        cells = _cells(text, delimiter)
        if cells is not None and (len(joined) == 1 or width in (0, len(cells))):
            return Line(first.number, cells, text, None, joined[-1].position)
        following = source.next() if cells is None and len(joined) < JOINED_LINES else None
        if following is not None:
            joined.append(following)
        if following is None or following.problem or _whole(following.text, delimiter, width):
            source.give_back(joined[1:])
            return Line(first.number, (), first.text, Reason.BROKEN_QUOTING, first.position)
        text = f"{text}\n{following.text}"


def _cells(text: str, delimiter: str) -> list[str] | None:
    """The cells of one record, or None while a quote is open or misplaced."""
    try:
        records = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return records[0] if len(records) == 1 else None


def _whole(text: str, delimiter: str, width: int) -> bool:
    """Whether a line inside an open quote could be a record by itself: then the quote is broken."""
    return width > 2 and text.count(delimiter) >= width - 1


def _encoding(start: bytes) -> str:
    for magic, problem in _FOREIGN.items():
        if start.startswith(magic):
            raise UnreadableFile(problem=problem)
    if start.count(b"\0") > len(start) // 10:
        raise UnreadableFile(problem="不是文本文件。")
    for encoding in ("utf-8", "gb18030"):
        try:
            start.decode(encoding)
        except UnicodeDecodeError as error:
            if len(start) == SAMPLE and error.start > SAMPLE - 4:
                return encoding
        else:
            return encoding
    # a few bad bytes cost their lines; a file of them is no text
    broken = start.decode("utf-8", "replace").count("\ufffd")
    if broken * 20 > len(start):
        raise UnreadableFile(problem="既不是 UTF-8 也不是 GB 18030 编码的文本。")
    return "utf-8"


def _delimiter(text: str) -> str:
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max((",", "\t", ";"), key=header.count)
