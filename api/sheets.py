"""Tables as files that people open: CSV with a mark that spreadsheets need, XLSX; no cell is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from urllib.parse import quote

import xlsxwriter
from starlette.responses import Response

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 48
BOM = b"\xef\xbb\xbf"
"""Without it office programmes take the Chinese for something else."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

Rows = Iterable[Sequence[object]]


def csv_bytes(head: Sequence[str], rows: Rows) -> bytes:
    """RFC 4180, UTF-8 with a BOM, every field in quotation marks."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([safe_cell(_text(value)) for value in row] for row in rows)
    return BOM + target.getvalue().encode()


def xlsx_bytes(title: str, head: Sequence[str], rows: Rows) -> bytes:
    """One sheet; counts are numbers and all else is text, so that credit codes keep their digits."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    # a fixed moment of creation: the same rows give the same bytes
    book.set_properties({"title": title, "created": datetime(2000, 1, 1, tzinfo=UTC)})
    sheet = book.add_worksheet(title[:31])
    bold = book.add_format({"bold": True})
    widths = [2 * len(each) for each in head]
    sheet.write_row(0, 0, head, bold)
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, int) and not isinstance(value, bool):
                sheet.write_number(line, column, value)
            else:
                sheet.write_string(line, column, safe_cell(_text(value)))
            widths[column] = max(widths[column], len(_text(value).encode("gbk", "replace")))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(width + 2, WIDEST))
    sheet.freeze_panes(1, 0)
    book.close()
    return target.getvalue()


def attachment(body: bytes, media_type: str, filename: str) -> Response:
    """A file to keep; its name may be Chinese (RFC 6266)."""
    plain = "".join(letter if letter.isascii() and letter not in '"\\' else "_" for letter in filename)
    named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename)}"
    return Response(body, media_type=media_type, headers={"Content-Disposition": named})


def safe_cell(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet would take it for a formula (CWE-1236)."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(value)
