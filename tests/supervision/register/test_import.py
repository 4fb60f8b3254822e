"""Importing entities: every row is taken or set aside, twice is never two, and a crash costs nothing."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import true
from sqlmodel import Session, select

from supervision.database import Database
from supervision.errors import Conflict, Forbidden, InvalidInput
from supervision.journal import service as journal
from supervision.journal.tables import Entry
from supervision.people.rules import Actor
from supervision.people.service import SYSTEM
from supervision.people.tables import Organ
from supervision.register import importing, records, service
from supervision.register.importing import INTERRUPTED, ask_cancel, mark_interrupted, run_import
from supervision.register.parsing import Limits
from supervision.register.tables import Entity, EntityStatus, Import, ImportState, QuarantinedRow
from supervision.register.unreadable import FileTooLarge
from supervision.risk.tables import RiskClass, RiskFacts
from tests.supervision.register.files import (
    HEADER,
    MOMENT,
    begin,
    code,
    counts,
    imported,
    reasons,
    shop,
    written,
)


def entities(session: Session) -> dict[str, Entity]:
    return {each.uscc: each for each in session.exec(select(Entity))}


def aside(session: Session, import_id: int) -> list[tuple[int, str]]:
    return reasons(records.quarantined(session, import_id, 0, 1000))


def test_a_file_becomes_entities_with_region_industry_tags_and_name_search(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    file = written(tmp_path / "名录.csv", [shop(1), shop(2)])
    done = imported(database, planner, file)
    assert counts(done) == (2, 2, 0, 0, 0)
    assert done.state == ImportState.DONE
    with database.reading() as session:
        found = entities(session)[code(1)]
        assert (found.name, found.region_code, found.industry) == ("贵溪第1食品店", "360681", "F")
        assert (found.established, found.address) == (date(2019, 5, 6), "雄石路1号")
        assert " food_sale " in found.tags
        assert (found.inferred, found.status, found.import_id) == (True, EntityStatus.ACTIVE, done.import_id)
        assert found.updated_at == MOMENT
        assert [each.uscc for each in records.search_entities(session, "第2", true(), 9)] == [code(2)]


def test_every_one_of_250_rows_is_found_by_its_name(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    file = written(tmp_path / "a.csv", [shop(number) for number in range(1, 251)])
    assert counts(imported(database, planner, file)) == (250, 250, 0, 0, 0)
    with database.reading() as session:
        for number in range(1, 251):
            found = records.search_entities(session, f"第{number}食品", true(), 9)
            assert [each.uscc for each in found] == [code(number)]


def test_importing_again_changes_nothing_and_one_changed_row_changes_one(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    file = written(tmp_path / "a.csv", [shop(1), shop(2), shop(3)])
    imported(database, planner, file)
    assert counts(imported(database, planner, file)) == (3, 0, 0, 3, 0)
    written(file, [shop(1), shop(2, 企业名称="贵溪龙虎山茶行"), shop(3), shop(4)])
    assert counts(imported(database, planner, file)) == (4, 1, 1, 2, 0)
    with database.reading() as session:
        assert len(entities(session)) == 4
        assert entities(session)[code(2)].name == "贵溪龙虎山茶行"
        assert [each.uscc for each in records.search_entities(session, "茶行", true(), 9)] == [code(2)]
        assert records.search_entities(session, "第2食品", true(), 9) == []


def test_bad_rows_are_set_aside_with_line_and_reason_and_the_rest_is_taken(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    wrong_check = code(2)[:17] + ("0" if code(2)[17] != "0" else "1")
    file = written(
        tmp_path / "a.csv",
        [
            shop(1),
            shop(2, 统一社会信用代码=wrong_check),
            shop(1),
            shop(3, 企业名称=""),
            shop(4, 注册日期="2019-02-30"),
            shop(5, 注册日期="2027-01-01"),
            shop(6, region="999999"),
            ["多", "了"],
            shop(7),
        ],
    )
    done = imported(database, planner, file)
    assert counts(done) == (9, 2, 0, 0, 7)
    with database.reading() as session:
        assert aside(session, done.import_id) == [
            (3, "bad_uscc"),
            (4, "duplicate"),
            (5, "missing_value"),
            (6, "bad_date"),
            (7, "future_date"),
            (8, "unknown_region"),
            (9, "wrong_column_count"),
        ]
        assert sorted(entities(session)) == sorted([code(1), code(7)])


def test_broken_quoting_and_nul_do_not_stop_the_import(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    file = written(tmp_path / "a.csv", [shop(1)])
    lines = [",".join(shop(2)).replace("雄", '"雄'), ",".join(shop(3)).replace("贵溪第", "贵\x00溪第")]
    broken = f'"没有关上的引号,{code(4)},,,'
    file.write_bytes(file.read_bytes() + "\r\n".join([*lines, broken, ",".join(shop(5))]).encode())
    done = imported(database, planner, file)
    with database.reading() as session:
        found = entities(session)
        assert {code(1), code(5)} <= set(found)
        assert done.read == done.added + done.set_aside == 5
        assert all("\x00" not in each.name for each in found.values())
        assert any(reason == "broken_quoting" for _, reason in aside(session, done.import_id))


def test_a_row_that_was_set_aside_simply_becomes_an_entity_once_mended(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    imported(database, planner, written(tmp_path / "a.csv", [shop(1), shop(2, 企业名称="")]))
    done = imported(database, planner, written(tmp_path / "b.csv", [shop(2)]))
    assert counts(done) == (1, 1, 0, 0, 0)


def test_rows_of_other_regions_are_out_of_scope_for_a_county_but_not_for_the_system(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    file = written(tmp_path / "a.csv", [shop(1), shop(2, region="360102")])
    done = imported(database, planner, file)
    assert counts(done) == (2, 1, 0, 0, 1)
    with database.reading() as session:
        assert aside(session, done.import_id) == [(3, "out_of_scope")]


def test_a_county_cannot_take_an_entity_from_another_by_a_region_column(
    database: Database, planner: Actor, organ: Organ, tmp_path: Path
) -> None:
    whole = system_for(organ)
    imported(database, whole, written(tmp_path / "a.csv", [shop(1, region="360102")]))
    header = (*HEADER, "行政区划")
    file = written(tmp_path / "b.csv", [[*shop(1, region="360102"), "360681"]], header)
    done = imported(database, planner, file)
    assert counts(done) == (1, 0, 0, 0, 1)
    with database.reading() as session:
        assert aside(session, done.import_id) == [(2, "out_of_scope")]
        assert entities(session)[code(1, "360102")].region_code == "360102"


def system_for(organ: Organ) -> Actor:
    return replace(SYSTEM, organ_id=organ.id or 0)


FACTS = ("信用风险等级", "变更次数", "列入异常次数", "处罚次数", "投诉次数", "最近检查结果")


def test_risk_facts_are_kept_and_what_a_later_file_does_not_say_stays(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    header = (*HEADER, *FACTS)
    rows = [[*shop(1), "C", "4", "1", "2", "3", "5"], [*shop(2), "", "", "", "", "", ""]]
    imported(database, planner, written(tmp_path / "a.csv", rows, header))
    with database.reading() as session:
        first, second = entities(session)[code(1)].id, entities(session)[code(2)].id
        facts = session.get_one(RiskFacts, first)
        assert (facts.given_class, facts.changes, facts.abnormal_listings) == (RiskClass.C, 4, 1)
        assert (facts.penalties, facts.complaints, facts.last_finding) == (2, 3, "5")
        assert session.get(RiskFacts, second) is None
    later = [[*shop(1), "3"], [*shop(2), "7"]]
    done = imported(database, planner, written(tmp_path / "b.csv", later, (*HEADER, "处罚次数")))
    assert counts(done) == (2, 0, 2, 0, 0)
    with database.reading() as session:
        facts = session.get_one(RiskFacts, first)
        assert (facts.penalties, facts.complaints, facts.given_class) == (3, 3, RiskClass.C)
        other = session.get_one(RiskFacts, second)
        assert (other.penalties, other.complaints, other.last_finding) == (7, 0, "")


def test_a_correction_by_hand_outlives_a_changed_row_unless_the_file_gives_the_industry(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    imported(database, planner, written(tmp_path / "a.csv", [shop(1)]))
    with database.writing() as session:
        service.correct_entity(session, planner, code(1), industry="H", tags=["catering"], now=MOMENT)
    done = imported(database, planner, written(tmp_path / "b.csv", [shop(1, 注册地址="新址1号")]))
    assert counts(done) == (1, 0, 1, 0, 0)
    with database.reading() as session:
        found = entities(session)[code(1)]
        assert (found.address, found.industry, found.tags) == ("新址1号", "H", " catering ")
        assert found.inferred is False
    file = written(tmp_path / "c.csv", [[*shop(1), "G"]], (*HEADER, "行业门类"))
    imported(database, planner, file)
    with database.reading() as session:
        assert entities(session)[code(1)].industry == "G"


def test_columns_by_other_names_are_mapped(database: Database, planner: Actor, tmp_path: Path) -> None:
    header = ("店名", "代码", "注册日期", "经营范围", "注册地址")
    file = written(tmp_path / "a.csv", [shop(1)], header)
    done = imported(database, planner, file, mapping={"name": "店名", "uscc": "代码"})
    assert counts(done) == (1, 1, 0, 0, 0)


def test_a_mapping_for_no_field_is_refused_before_anything_begins(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    file = written(tmp_path / "a.csv", [shop(1)])
    with database.writing() as session, pytest.raises(InvalidInput, match="“shop”"):
        begin(session, planner, file, mapping={"shop": "店名"})


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "文件是空的"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "无法读取文件|缺少必需的列"),
        (b"PK\x03\x04 not a workbook", "无法读取文件"),
        (gzip.compress("企业名称,统一社会信用代码\n".encode() * 5000)[:60], "无法读取文件"),
        ("名称,数量\n甲,1\n".encode(), "缺少必需的列"),
    ],
    ids=["empty", "picture", "no workbook", "gzip cut short", "other columns"],
)
def test_a_file_that_cannot_be_read_fails_with_a_sentence_and_is_in_the_journal(
    database: Database, planner: Actor, tmp_path: Path, content: bytes, sentence: str
) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(content)
    with pytest.raises(Exception, match=sentence) as raised:
        imported(database, planner, file)
    with database.reading() as session:
        failed = session.exec(select(Import)).one()
        assert (failed.state, failed.error) == (ImportState.FAILED, str(raised.value))
        entry = session.exec(select(Entry).where(Entry.act == "register.import")).one()
        assert entry.detail["state"] == "failed"


def test_a_file_over_the_limit_is_refused(database: Database, planner: Actor, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", [shop(1)])
    with database.writing() as session:
        import_id = begin(session, planner, file).id or 0
    with pytest.raises(FileTooLarge):
        list(run_import(database, import_id, file, planner, lambda: MOMENT, Limits(file=10)))


def test_a_crash_in_the_middle_leaves_what_was_taken_and_the_same_file_finishes_the_work(
    database: Database, planner: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 2)
    file = written(tmp_path / "a.csv", [shop(number) for number in range(1, 6)])
    real, calls = importing.take, []

    def fails_at_the_second(*given: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise OSError("disk full")
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "take", fails_at_the_second)
    with pytest.raises(OSError, match="disk full"):
        imported(database, planner, file)
    with database.reading() as session:
        failed = session.exec(select(Import)).one()
        assert (failed.state, failed.read, failed.added) == (ImportState.FAILED, 2, 2)
        assert "请重新导入同一文件" in (failed.error or "")
        assert len(entities(session)) == 2
    assert counts(imported(database, planner, file)) == (5, 3, 0, 2, 0)


def test_an_import_left_running_by_a_dead_server_is_marked_failed(
    database: Database, planner: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 1)
    file = written(tmp_path / "a.csv", [shop(1), shop(2)])
    with database.writing() as session:
        import_id = begin(session, planner, file).id or 0
        begin(session, planner, file)
    first: Iterator[object] = run_import(database, import_id, file, planner, lambda: MOMENT)
    next(first)
    with database.writing() as session:
        assert mark_interrupted(session, SYSTEM, MOMENT) == 2
    with database.reading() as session:
        stopped = session.get_one(Import, import_id)
        assert (stopped.state, stopped.error, stopped.added) == (ImportState.FAILED, INTERRUPTED, 1)


def test_an_import_by_command_goes_on_although_the_server_starts_anew(
    database: Database, planner: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 1)
    file = written(tmp_path / "a.csv", [shop(1), shop(2)])
    with database.writing() as session:
        import_id = begin(session, planner, file).id or 0
    steps = run_import(database, import_id, file, planner, lambda: MOMENT)
    next(steps)
    with database.writing() as session:
        mark_interrupted(session, SYSTEM, MOMENT)
    assert [each.added for each in steps] == [2, 2]
    with database.reading() as session:
        done = session.get_one(Import, import_id)
        assert (done.state, done.error, done.finished_at) == (ImportState.DONE, None, MOMENT)


def test_asking_to_cancel_stops_after_the_chunk_and_keeps_what_was_taken(
    database: Database, planner: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 2)
    file = written(tmp_path / "a.csv", [shop(number) for number in range(1, 8)])
    with database.writing() as session:
        import_id = begin(session, planner, file).id or 0
    steps = run_import(database, import_id, file, planner, lambda: MOMENT)
    next(steps)
    with database.writing() as session:
        ask_cancel(session, planner, import_id, MOMENT)
    assert [(each.state, each.added) for each in steps] == [(ImportState.CANCELLED, 2)]
    with database.writing() as session, pytest.raises(Conflict, match="已取消"):
        ask_cancel(session, planner, import_id, MOMENT)


def test_an_import_cancelled_while_waiting_never_runs(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    file = written(tmp_path / "a.csv", [shop(1)])
    with database.writing() as session:
        import_id = begin(session, planner, file).id or 0
        ask_cancel(session, planner, import_id, MOMENT)
    assert list(run_import(database, import_id, file, planner, lambda: MOMENT)) == []


def test_an_import_runs_once(database: Database, planner: Actor, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", [shop(1)])
    done = imported(database, planner, file)
    with pytest.raises(Conflict, match="已完成"):
        list(run_import(database, done.import_id, file, planner, lambda: MOMENT))


def test_the_journal_tells_the_counts_by_reason_and_its_chain_holds(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    imported(database, planner, written(tmp_path / "a.csv", [shop(1), shop(2, 企业名称=""), shop(1)]))
    with database.reading() as session:
        detail = session.exec(select(Entry).where(Entry.act == "register.import")).one().detail
        assert detail["reasons"] == {"duplicate": 1, "missing_value": 1}
        assert [detail[name] for name in ("read", "added", "changed", "unchanged", "set_aside")] == [
            3, 1, 0, 0, 2,
        ]  # fmt: skip
        assert journal.check(session) > 0


def test_an_approver_does_not_import(database: Database, approver: Actor, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", [shop(1)])
    with database.writing() as session, pytest.raises(Forbidden):
        begin(session, approver, file)


def test_the_name_of_an_uploaded_file_keeps_no_folders(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    file = written(tmp_path / "a.csv", [shop(1)])
    with database.writing() as session:
        started = importing.start_import(
            session,
            planner,
            kind=importing.RegisterKind.ENTITY,
            filename="C:\\用户\\..\\名录.csv",
            sha256="0" * 64,
            mapping={},
            now=MOMENT,
        )
    assert started.filename == "名录.csv"
    assert file.exists()


def test_what_is_set_aside_is_kept_as_read(database: Database, planner: Actor, tmp_path: Path) -> None:
    imported(database, planner, written(tmp_path / "a.csv", [shop(1, 注册日期="二零一九")]))
    with database.reading() as session:
        row = session.exec(select(QuarantinedRow)).one()
        assert (row.column, row.value) == ("注册日期", "二零一九")
        assert row.cells == dict(zip(HEADER, shop(1, 注册日期="二零一九"), strict=True))
        assert "二零一九" in row.message


def test_coordinates_known_already_outlive_a_changed_row_that_has_none(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    placed = written(
        tmp_path / "placed.csv", [[*shop(1), "117.22", "28.29"]], header=(*HEADER, "经度", "纬度")
    )
    assert counts(imported(database, planner, placed)) == (1, 1, 0, 0, 0)
    changed = written(tmp_path / "changed.csv", [shop(1, 注册地址="解放路1号")])
    assert counts(imported(database, planner, changed)) == (1, 0, 1, 0, 0)
    with database.reading() as session:
        entity = session.exec(select(Entity)).one()
    assert (entity.address, entity.longitude, entity.latitude) == ("解放路1号", 117.22, 28.29)
    moved = written(tmp_path / "moved.csv", [[*shop(1), "117.30", "28.31"]], header=(*HEADER, "经度", "纬度"))
    imported(database, planner, moved)
    with database.reading() as session:
        entity = session.exec(select(Entity)).one()
    assert (entity.longitude, entity.latitude) == (117.3, 28.31)
