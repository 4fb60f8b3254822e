"""Tables as files that people open, read back."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from python_calamine import CalamineWorkbook

from api import sheets
from supervision.publication import exports
from supervision.publication.public import PublicResult

RESULT = PublicResult(
    uscc="91360681MA00000001",
    entity_name='贵溪市"老字号",食品店',
    plan_code="360681-2026-P01",
    plan_name="年度计划",
    task_code="360681-2026-P01-T01",
    task_name="食品检查",
    check_type="不定向抽查",
    organ_name="贵溪市市场监督管理局",
    completed_on=date(2026, 11, 18),
    result="1",
    result_text="未发现问题",
    draw_id="360681-2026-0001",
    release_code="360681-2026-0001-R1",
    published_at=datetime(2026, 11, 20, 2, 0, tzinfo=UTC),
    corrects=None,
    replaced_by=None,
)
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
