"""读取工作簿: XLSX and its relatives through calamine, after a look at how much they would unpack to."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from supervision.register.unreadable import (
    EmptyFile,
    FileTooLarge,
    PasswordProtected,
    UnreadableFile,
    mebibytes,
)

CHUNK = 1 << 20
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BROKEN = "不是有效的 Excel 工作簿，或文件已损坏。"
Cell = int | float | str | bool | time | date | datetime | timedelta


def workbook_lines(path: Path, unpacked: int, cells: int) -> tuple[int, Iterator[tuple[int, list[str]]]]:
    """(rows, (row number from 1, its cells as text)) of the first visible sheet that holds anything.

    ``unpacked`` bounds the bytes in the package, ``cells`` the rectangle a sheet may span: a few bytes
    may claim a sheet of seventeen thousand million cells.
    """
    with path.open("rb") as stream:
        packed = stream.read(2) == b"PK"
    if packed:
        _guard(path, unpacked, cells)
    elif _ENCRYPTED in path.read_bytes():
        raise PasswordProtected()
    try:
        book = CalamineWorkbook.from_path(str(path))
        for metadata in book.sheets_metadata:
            if metadata.typ != SheetTypeEnum.WorkSheet or metadata.visible != SheetVisibleEnum.Visible:
                continue
            sheet = book.get_sheet_by_name(metadata.name)
            if sheet.end is not None:
                rows = sheet.end[0] + 1
                _check_span(rows, sheet.end[1] + 1, cells)
                return rows, _rows(sheet)
    except PasswordError as error:
        raise PasswordProtected() from error
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFile(problem=_BROKEN) from error
    raise EmptyFile()


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(sheet.iter_rows(), 1):
        yield number, [cell if isinstance(cell, str) else _text(cell) for cell in row]


def _text(cell: Cell) -> str:
    """A cell as a clerk would have typed it."""
    match cell:
        case bool():
            return "是" if cell else "否"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case date() | time():
            return cell.isoformat()
        case _:
            return str(cell)


def _guard(path: Path, unpacked: int, cells: int) -> None:
    """Refuse a package that is no XLSX, is encrypted, unpacks to too much, or holds too wide a sheet."""
    try:
        with zipfile.ZipFile(path) as package:
            members = package.infolist()
            if any(member.flag_bits & 1 for member in members):
                raise PasswordProtected()
            if "xl/workbook.xml" not in package.namelist():
                raise UnreadableFile(problem="这不是 XLSX 工作簿。")
            total = sum(member.file_size for member in members)
            if total > unpacked:
                raise FileTooLarge(size=f"解压后 {mebibytes(total)}", limit=mebibytes(unpacked))
            for member in members:
                if member.filename.endswith(".xml") and not member.filename.startswith("xl/sharedStrings"):
                    _guard_sheet(package, member, cells)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, NotImplementedError, EOFError) as error:
        raise UnreadableFile(problem=_BROKEN) from error


def _guard_sheet(package: zipfile.ZipFile, member: zipfile.ZipInfo, cells: int) -> None:
    """Refuse a sheet whose used rectangle is too large, by the references its cells carry."""
    letters: set[bytes] = set()
    bottom, tail = 0, b""
    with package.open(member) as stream:
        while chunk := stream.read(CHUNK):
            found = _REFERENCE.findall(tail + chunk)
            letters.update(column for column, _ in found)
            bottom = max(bottom, max((int(row) for _, row in found), default=0))
            tail = chunk[-32:]
    _check_span(bottom, max(map(_column, letters), default=0), cells)


def _check_span(rows: int, columns: int, cells: int) -> None:
    if rows * columns > cells:
        raise FileTooLarge(size=f"工作表跨 {rows} 行 × {columns} 列", limit=f"{cells} 个单元格")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
