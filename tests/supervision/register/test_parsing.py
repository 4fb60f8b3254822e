"""Reading files: nothing that stands in a file may break the import or vanish from it."""

import gzip
import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from supervision.register.columns import DuplicateHeader, MissingColumns, UnknownMapping
from supervision.register.csvlines import csv_lines
from supervision.register.parsing import RAW, Limits, RawRow, open_register, read_headers
from supervision.register.reasons import Reason
from supervision.register.tables import RegisterKind
from supervision.register.unreadable import EmptyFile, FileTooLarge, PasswordProtected, UnreadableFile

HEADER = "企业名称,统一社会信用代码,经营范围\n"


def read(path: Path, mapping: dict[str, str] | None = None, limits: Limits | None = None) -> list[RawRow]:
    with open_register(path, RegisterKind.ENTITY, mapping, limits) as file:
        return list(file.rows())


def rows_of(folder: Path, content: str | bytes, limits: Limits | None = None) -> list[RawRow]:
    path = folder / "entities.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(path, None, limits)


def names(rows: list[RawRow]) -> list[str]:
    return [row.cells.get("企业名称", "?") for row in rows]


def workbook(path: Path, rows: list[list[Any]], **options: Any) -> Path:
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(at, column, cell, day)
                else:
                    sheet.write(at, column, cell)
    return path


def test_rows_come_with_their_physical_line_and_the_bytes_read(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, HEADER + "甲,1,a\n\n乙,2,b\n")
    assert [(row.line, row.cells["企业名称"]) for row in rows] == [(2, "甲"), (4, "乙")]
    assert rows[-1].position == len((HEADER + "甲,1,a\n\n乙,2,b\n").encode())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_encoding_is_told_from_the_content(tmp_path: Path, encoding: str) -> None:
    assert names(rows_of(tmp_path, (HEADER + "㛃贵溪,1,a\r\n").encode(encoding))) == ["㛃贵溪"]


def test_gb18030_is_told_even_when_chinese_begins_after_a_megabyte(tmp_path: Path) -> None:
    content = b"name,uscc\n" + b"x,1\n" * 300_000 + "贵溪,2\n".encode("gb18030")
    assert rows_of(tmp_path, content)[-1].cells["name"] == "贵溪"


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_comma_tab_and_semicolon_separate(tmp_path: Path, delimiter: str) -> None:
    content = (HEADER + "甲,1,a\n").replace(",", delimiter)
    assert rows_of(tmp_path, content)[0].cells == {"企业名称": "甲", "统一社会信用代码": "1", "经营范围": "a"}


def test_a_quoted_cell_may_hold_commas_quotes_and_line_breaks(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, HEADER + '甲,1,"食品,""散装"";\r\n酒\n水"\n乙,2,b\n')
    assert rows[0].cells["经营范围"] == '食品,"散装";\n酒\n水'
    assert [(row.line, row.problem) for row in rows] == [(2, None), (5, None)]


@pytest.mark.parametrize(
    "broken",
    [
        '甲,1,"没有结束',
        '"甲,1,a',
        '甲,1,"a"b',
        '甲,"1"",a',
    ],
)
def test_a_broken_quote_costs_its_own_line_and_no_other(tmp_path: Path, broken: str) -> None:
    rows = rows_of(tmp_path, f'{HEADER}零,0,z\n{broken}\n乙,2,b\n丙,3,"c"\n丁,4,d\n')
    assert [(row.line, row.problem) for row in rows] == [
        (2, None),
        (3, Reason.BROKEN_QUOTING),
        (4, None),
        (5, None),
        (6, None),
    ]
    assert rows[1].cells == {RAW: broken}


def test_two_broken_quotes_do_not_swallow_the_lines_between_them(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, HEADER + '甲,1,"a\n乙,2,b\n丙,3,c"\n丁,4,d\n')
    assert [row.line for row in rows] == [2, 3, 4, 5]
    assert rows[0].problem == Reason.BROKEN_QUOTING
    assert names(rows)[1:] == ["乙", "丙", "丁"]


def test_an_open_quote_at_the_end_of_the_file_is_set_aside(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, HEADER + '甲,1,"a\n尾')
    assert [(row.line, row.problem) for row in rows] == [
        (2, Reason.BROKEN_QUOTING),
        (3, Reason.WRONG_COLUMN_COUNT),
    ]


def test_a_thousand_open_quotes_cost_a_thousand_lines(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, HEADER + '"甲\n' * 1000)
    assert len(rows) == 1000
    assert {row.problem for row in rows} <= {Reason.BROKEN_QUOTING, Reason.WRONG_COLUMN_COUNT}


def test_too_few_or_too_many_cells_are_set_aside_but_empty_ones_at_the_end_are_not(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, HEADER + "甲,1\n乙,2,b,多\n丙,3,c,,\n")
    assert [row.problem for row in rows] == [Reason.WRONG_COLUMN_COUNT, Reason.WRONG_COLUMN_COUNT, None]
    assert rows[1].cells == {RAW: "乙,2,b,多"}


def test_a_line_of_wrong_bytes_costs_that_line(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, (HEADER + "甲,1,a\n").encode() + b"\xff\xfe\xb9,2,b\n" + "丙,3,c\n".encode())
    assert [row.problem for row in rows] == [None, Reason.BAD_ENCODING, None]


def test_nul_bytes_do_not_stop_the_reading(tmp_path: Path) -> None:
    content = HEADER + "甲\0,1,a\n" + "乙,2,bbbbbbbbbbbbbbbbbbbbbbbbbbb\n" * 20
    assert len(rows_of(tmp_path, content)) == 21


def test_a_cell_of_a_million_characters_is_handed_on(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, HEADER + f"甲,1,{'食' * 1_000_000}\n乙,2,b\n")
    assert [len(row.cells["经营范围"]) for row in rows] == [1_000_000, 1]


def test_a_line_beyond_the_limit_is_set_aside_and_the_next_is_read(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, HEADER + f"甲,1,{'a' * 5000}\n乙,2,b\n", Limits(line=1000))
    assert [(row.line, row.problem) for row in rows] == [(2, Reason.LINE_TOO_LONG), (3, None)]


def test_a_title_above_the_header_is_passed_over(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, "2026年检查对象名录,,\n,,\n" + HEADER + "甲,1,a\n")
    assert names(rows) == ["甲"]


def test_a_header_alone_gives_no_rows(tmp_path: Path) -> None:
    assert rows_of(tmp_path, HEADER) == []


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b" , ,\n"])
def test_an_empty_file_is_called_empty(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(EmptyFile):
        rows_of(tmp_path, content)


def test_missing_required_columns_are_named_together_with_those_found(tmp_path: Path) -> None:
    with pytest.raises(MissingColumns) as refusal:
        rows_of(tmp_path, "商号,地址\n甲,乙\n")
    assert "企业名称、统一社会信用代码" in refusal.value.message
    assert "商号、地址" in refusal.value.message


def test_a_field_with_two_columns_is_refused_until_one_is_chosen(tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    path.write_text("企业名称,统一社会信用代码,企业名称\n甲,1,乙\n", encoding="utf-8")
    with pytest.raises(DuplicateHeader, match="企业名称（2）"):
        read(path)
    with open_register(path, RegisterKind.ENTITY, {"name": "企业名称（2）"}) as file:
        assert file.columns.by_field["name"] == "企业名称（2）"
        assert file.columns.unknown == ("企业名称",)


def test_headers_are_known_by_synonym_star_and_width(tmp_path: Path) -> None:
    path = tmp_path / "headers.csv"
    path.write_text("主体名称*,社会信用代码 （必填）,备注,备注\n甲,1,x,y\n", encoding="utf-8")
    with open_register(path, RegisterKind.ENTITY) as file:
        assert file.columns.by_field == {"name": "主体名称*", "uscc": "社会信用代码 （必填）"}
        assert file.columns.unknown == ("备注", "备注（2）")


def test_a_mapping_names_columns_we_do_not_know(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("商号,代码\n甲,1\n", encoding="utf-8")
    rows = read(path, {"name": "商号", "uscc": "代码"})
    assert rows[0].cells == {"商号": "甲", "代码": "1"}


@pytest.mark.parametrize(
    ("mapping", "problem"),
    [
        ({"nome": "企业名称"}, "没有名为“nome”的字段"),
        ({"name": "商号"}, "没有名为“商号”的列"),
        ({"name": "经营范围", "scope": "经营范围"}, "被同时用于"),
    ],
)
def test_a_mapping_that_does_not_fit_is_explained(
    tmp_path: Path, mapping: dict[str, str], problem: str
) -> None:
    path = tmp_path / "entities.csv"
    path.write_text(HEADER, encoding="utf-8")
    with pytest.raises(UnknownMapping, match=problem):
        read(path, mapping)


def test_a_compressed_csv_is_known_by_content_and_measured_in_packed_bytes(tmp_path: Path) -> None:
    path = tmp_path / "entities.dat"
    path.write_bytes(gzip.compress((HEADER + "甲,1,a\n").encode()))
    with open_register(path, RegisterKind.ENTITY) as file:
        rows = list(file.rows())
        assert names(rows) == ["甲"]
        assert rows[0].position <= file.size == path.stat().st_size


def test_a_truncated_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "entities.csv.gz"
    path.write_bytes(gzip.compress((HEADER + "甲,1,a\n" * 9).encode())[:-12])
    with pytest.raises(UnreadableFile, match="压缩文件已损坏"):
        read(path)


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(HEADER.encode() + b"x,1,a\n" * 100_000))
    with pytest.raises(FileTooLarge, match="解压后超过"):
        read(path, None, Limits(unpacked=100_000))


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(FileTooLarge, match=r"0\.0 MB"):
        rows_of(tmp_path, HEADER, Limits(file=10))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "图片"),
        ("企业名称".encode("utf-16"), "UTF-16"),
        (bytes(range(256)) * 20, "不是|既不是"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "Excel"),
        (b"PK\x03\x04" + b"\0" * 100, "Excel"),
    ],
)
def test_what_is_no_table_is_refused_with_its_kind(tmp_path: Path, content: bytes, problem: str) -> None:
    with pytest.raises(UnreadableFile, match=problem):
        rows_of(tmp_path, content)


def test_a_workbook_gives_text_as_a_clerk_would_type_it(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["企业名称", "统一社会信用代码", "注册日期", "变更次数"],
        ["甲", "91360681", date(2019, 1, 2), 3],
        [],
        ["乙", 91360681, "2019年1月2日", 2.5],
        ["丙", "x", "", "=1+1"],
    ]
    read_rows = read(workbook(tmp_path / "entities.csv", rows))  # by content, not by name
    assert [list(row.cells.values()) for row in read_rows] == [
        ["甲", "91360681", "2019-01-02", "3"],
        ["乙", "91360681", "2019年1月2日", "2.5"],
        ["丙", "x", "", "0"],  # a formula's stored value
    ]
    assert [row.line for row in read_rows] == [2, 4, 5]


def test_merged_cells_leave_the_hidden_ones_empty(tmp_path: Path) -> None:
    path = tmp_path / "merged.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["企业名称", "统一社会信用代码"])
        sheet.merge_range(1, 0, 2, 0, "甲")
        sheet.write_column(1, 1, ["1", "2"])
    assert names(read(path)) == ["甲", ""]


def test_the_first_visible_sheet_with_content_is_read(tmp_path: Path) -> None:
    path = tmp_path / "sheets.xlsx"
    with xlsxwriter.Workbook(path) as book:
        hidden = book.add_worksheet("旧")
        hidden.write(0, 0, "旧")
        book.add_worksheet("空").activate()
        hidden.hide()
        book.add_worksheet("名录").write_row(2, 1, ["企业名称", "统一社会信用代码"])
    assert read(path) == []


def test_an_empty_workbook_is_called_empty(tmp_path: Path) -> None:
    with pytest.raises(EmptyFile):
        read(workbook(tmp_path / "empty.xlsx", []))


def test_a_sheet_that_claims_seventeen_thousand_million_cells_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wide.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["企业名称", "统一社会信用代码"])
        sheet.write(1_048_575, 16_383, "x")
    with pytest.raises(FileTooLarge, match="1048576 行 × 16384 列"):
        read(path)


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "big.xlsx", [["企业名称", "统一社会信用代码"], ["甲" * 30_000, "1"]])
    with pytest.raises(FileTooLarge, match="解压后"):
        read(path, None, Limits(unpacked=20_000))


def test_an_encrypted_workbook_asks_for_the_password_to_be_removed(tmp_path: Path) -> None:
    path = tmp_path / "secret.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 200 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600)
    with pytest.raises(PasswordProtected):
        read(path)


def test_an_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("readme.txt", "x")
    with pytest.raises(UnreadableFile, match="不是 XLSX"):
        rows_of(tmp_path, packed.getvalue())


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "half.xlsx", [["企业名称", "统一社会信用代码"], ["甲", "1"]])
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(UnreadableFile, match="已损坏"):
        read(path)


@given(st.lists(st.text(alphabet='甲a,"\t\r ', max_size=12), max_size=12))
def test_every_line_is_accounted_for_whatever_stands_in_it(lines: list[str]) -> None:
    content = (HEADER + "\n".join(lines)).encode()
    stream = io.BytesIO(content)
    found = list(csv_lines(stream, stream, 1 << 20, 1 << 20, lambda cells: "企业名称" in cells))
    covered = [line.number + extra for line in found for extra in range(line.raw.count("\n") + 1)]
    physical = content.count(b"\n") + (not content.endswith(b"\n"))
    assert covered == list(range(1, physical + 1))
    assert all(len(line.cells) == 3 for line in found if "\n" in line.raw)


def test_the_headers_of_a_file_are_read_known_or_not(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("甲列,乙列,甲列\n一,二,三\n", encoding="utf-8")
    assert read_headers(path, RegisterKind.ENTITY) == ("甲列", "乙列", "甲列（2）")
