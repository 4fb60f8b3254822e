"""Rows set aside: listed, counted, downloaded, mended, and imported again."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import Session, select

from supervision.database import Database
from supervision.errors import Forbidden, NotFound
from supervision.people import service as people
from supervision.people.rules import Actor
from supervision.people.tables import Role
from supervision.register import importing
from supervision.register.reasons import Reason
from supervision.register.tables import Entity
from tests.supervision.register.files import HEADER, MOMENT, code, counts, imported, shop, written


def download(session: Session, actor: Actor, import_id: int) -> list[list[str]]:
    text = "".join(importing.quarantine_csv(session, actor, import_id))
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_download_has_the_columns_of_the_file_then_line_and_reason(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    header = (*HEADER, "备注")
    rows = [[*shop(1), "好"], [*shop(2, 企业名称=""), '他说:"缺名称",\n待补']]
    done = imported(database, planner, written(tmp_path / "a.csv", rows, header))
    with database.reading() as session:
        lines = download(session, planner, done.import_id)
    assert lines[0] == [*header, "行号", "原因"]
    assert lines[1][:6] == rows[1]
    assert lines[1][6:] == ["3", "必填项为空：“企业名称”不能为空。"]
    assert len(lines) == 2


def test_a_downloaded_file_once_mended_imports_without_a_trace_of_its_extra_columns(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    first = imported(database, planner, written(tmp_path / "a.csv", [shop(1), shop(2, 企业名称="")]))
    with database.reading() as session:
        lines = download(session, planner, first.import_id)
    lines[1][0] = "贵溪第2食品店"
    second = imported(database, planner, written(tmp_path / "b.csv", lines[1:], lines[0]))
    assert counts(second) == (1, 1, 0, 0, 0)
    with database.reading() as session:
        assert {each.uscc for each in session.exec(select(Entity))} == {code(1), code(2)}


def test_a_download_imported_unmended_is_set_aside_again_with_the_same_columns(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    first = imported(database, planner, written(tmp_path / "a.csv", [shop(2, 企业名称="")]))
    with database.reading() as session:
        lines = download(session, planner, first.import_id)
    second = imported(database, planner, written(tmp_path / "b.csv", lines[1:], lines[0]))
    assert counts(second) == (1, 0, 0, 0, 1)
    with database.reading() as session:
        again = download(session, planner, second.import_id)
    assert again[0] == lines[0]
    assert again[1][-2:] == ["2", "必填项为空：“企业名称”不能为空。"]


def test_a_line_that_could_not_be_cut_stands_whole_in_a_column_of_its_own(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    file = written(tmp_path / "a.csv", [shop(1), shop(2, 企业名称=""), ["少", "列"]])
    done = imported(database, planner, file)
    with database.reading() as session:
        lines = download(session, planner, done.import_id)
    assert lines[0] == [*HEADER, "原文", "行号", "原因"]
    assert lines[1][1] == code(2)
    assert lines[2] == ["", "", "", "", "", "少,列", "4", lines[2][-1]]
    assert lines[2][-1].startswith("列数与表头不符")


def test_a_file_of_which_no_line_could_be_cut_is_downloaded_under_the_usual_columns(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    done = imported(database, planner, written(tmp_path / "a.csv", [["少", "列"]]))
    with database.reading() as session:
        header = download(session, planner, done.import_id)[0]
    assert header[:2] == ["企业名称", "统一社会信用代码"]
    assert header[-3:] == ["原文", "行号", "原因"]


def test_an_import_without_bad_rows_downloads_as_a_header_alone(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    done = imported(database, planner, written(tmp_path / "a.csv", [shop(1)]))
    with database.reading() as session:
        assert len(download(session, planner, done.import_id)) == 1


def test_two_thousand_bad_rows_are_paged_counted_and_downloaded(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    rows = [shop(number, 企业名称="") for number in range(1, 2101)] + [shop(9999), shop(9999)]
    done = imported(database, planner, written(tmp_path / "a.csv", rows))
    assert counts(done) == (2102, 1, 0, 0, 2101)
    with database.reading() as session:
        assert importing.quarantine_reasons(session, planner, done.import_id) == {
            Reason.MISSING_VALUE: 2100,
            Reason.DUPLICATE: 1,
        }
        page = importing.quarantine(session, planner, done.import_id, limit=100)
        assert [page.rows[0].line, page.rows[-1].line] == [2, 101]
        page = importing.quarantine(session, planner, done.import_id, after=page.after or 0, limit=100)
        assert page.rows[0].line == 102
        only = importing.quarantine(session, planner, done.import_id, reason="duplicate")
        assert ([row.line for row in only.rows], only.after) == ([2103], None)
        assert len(download(session, planner, done.import_id)) == 2102


def test_imports_are_listed_newest_first_and_only_to_their_region(
    database: Database, planner: Actor, enrol: Callable[..., Actor], tmp_path: Path
) -> None:
    file = written(tmp_path / "a.csv", [shop(1)])
    ids = [imported(database, planner, file).import_id for _ in range(3)]
    with database.writing() as session:
        people.add_organ(session, people.SYSTEM, "360102", "东湖区市场监督管理局", "360102", MOMENT)
    other = enrol(Role.PLANNER, "elsewhere", organ_code="360102")
    with database.reading() as session:
        page = importing.imports(session, planner, limit=2)
        assert [each.id for each in page.rows] == [ids[2], ids[1]]
        assert [each.id for each in importing.imports(session, planner, before=page.after).rows] == [ids[0]]
        assert importing.imports(session, other).rows == ()
        with pytest.raises(NotFound):
            importing.quarantine(session, other, ids[0])
        with pytest.raises(NotFound):
            next(importing.quarantine_csv(session, other, ids[0]))


def test_an_inspector_sees_no_imports(database: Database, enrol: Callable[..., Actor]) -> None:
    with database.reading() as session, pytest.raises(Forbidden):
        importing.imports(session, enrol(Role.INSPECTOR))
