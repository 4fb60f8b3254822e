"""Tables as files that people open, read back."""

import csv
import io

import pytest
from python_calamine import CalamineWorkbook

from api import sheets
from supervision.publication import exports
from tests.supervision.publication.examples import ROW as RESULT

HEAD = ("代码", "名称", "户数")
ROWS = [("913606810000000012", "=1+1", 3), ("913606810000000020", "贵溪市老字号", 12)]


def test_published_results_for_spreadsheets_are_the_hashed_bytes_behind_a_bom() -> None:
    table = sheets.csv_bytes(exports.HEADER, [exports.columns(RESULT)])
    assert table == b"\xef\xbb\xbf" + exports.canonical_csv([RESULT])


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_name_that_looks_like_a_formula_is_disarmed(start: str) -> None:
    name = f"{start}HYPERLINK(1)"
    written = sheets.csv_bytes(["名称"], [[name]]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(written, newline=""))) == [["名称"], [f"'{name}"]]


def test_a_workbook_has_codes_as_text_counts_as_numbers_and_no_formula() -> None:
    data = sheets.xlsx_bytes("检查对象", HEAD, ROWS)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("检查对象").to_python()
    assert sheet[0] == list(HEAD)
    assert sheet[1] == ["913606810000000012", "'=1+1", 3.0]


def test_the_same_rows_give_the_same_workbook() -> None:
    assert sheets.xlsx_bytes("检查对象", HEAD, ROWS) == sheets.xlsx_bytes("检查对象", HEAD, ROWS)
