"""Inspectors and items come in by their own number, organ by organ."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from supervision.database import Database
from supervision.errors import InvalidInput
from supervision.people import service as people
from supervision.people.rules import Actor
from supervision.people.tables import Role
from supervision.register import records, service
from supervision.register.tables import Inspector, Item, ItemKind, RegisterKind
from tests.supervision.register.files import MOMENT, counts, imported, reasons, written

PEOPLE = ("工号", "姓名", "单位", "执法证号", "证件有效期", "执法区域", "执法类别", "可任组长", "人员性质")
ITEMS = (
    "事项编号",
    "抽查类别",
    "抽查事项",
    "事项类别",
    "检查依据",
    "适用标签",
    "所需资格",
    "比例下限",
    "比例上限",
)


def officer(number: int, **more: str) -> list[str]:
    cells = {
        "工号": f"GX{number:03d}",
        "姓名": f"张{number}",
        "单位": "食品科",
        "执法证号": f"赣L{number:06d}",
        "证件有效期": "2028-12-31",
        "执法区域": "360681",
        "执法类别": "食品、特种设备",
        "可任组长": "是",
        "人员性质": "公务员",
    }
    return list((cells | more).values())


def item(number: int, **more: str) -> list[str]:
    cells = {
        "事项编号": f"S{number:02d}",
        "抽查类别": "登记事项检查",
        "抽查事项": f"事项{number}",
        "事项类别": "一般检查事项",
        "检查依据": "《中华人民共和国公司法》",
        "适用标签": "",
        "所需资格": "",
        "比例下限": "3%",
        "比例上限": "5%",
    }
    return list((cells | more).values())


def test_inspectors_are_taken_with_certificate_area_and_qualifications(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    file = written(tmp_path / "人员.csv", [officer(1), officer(2, 可任组长="否", 执法区域="江西省")], PEOPLE)
    assert counts(imported(database, planner, file, RegisterKind.INSPECTOR)) == (2, 2, 0, 0, 0)
    with database.reading() as session:
        first, second = session.exec(select(Inspector).order_by(Inspector.code)).all()
        assert (first.organ_id, first.code, first.certificate) == (planner.organ_id, "GX001", "赣L000001")
        assert (first.certificate_until, first.qualifications) == (date(2028, 12, 31), " 特种设备 食品 ")
        assert (first.may_lead, second.may_lead) == (True, False)
        assert (first.region_prefix, second.region_prefix) == ("360681", "36")


def test_auxiliary_staff_do_not_enter_the_register(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    file = written(tmp_path / "a.csv", [officer(1), officer(2, 人员性质="网格员")], PEOPLE)
    done = imported(database, planner, file, RegisterKind.INSPECTOR)
    with database.reading() as session:
        assert reasons(records.quarantined(session, done.import_id, 0, 9)) == [(3, "not_officer")]


def test_a_renewed_certificate_changes_the_inspector_in_place(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    imported(database, planner, written(tmp_path / "a.csv", [officer(1)], PEOPLE), RegisterKind.INSPECTOR)
    renewed = written(tmp_path / "b.csv", [officer(1, 证件有效期="2030-12-31")], PEOPLE)
    assert counts(imported(database, planner, renewed, RegisterKind.INSPECTOR)) == (1, 0, 1, 0, 0)
    assert counts(imported(database, planner, renewed, RegisterKind.INSPECTOR)) == (1, 0, 0, 1, 0)
    with database.reading() as session:
        assert session.exec(select(Inspector)).one().certificate_until == date(2030, 12, 31)


def test_two_organs_may_use_the_same_number_and_see_their_own(
    database: Database, planner: Actor, enrol: Callable[..., Actor], tmp_path: Path
) -> None:
    with database.writing() as session:
        people.add_organ(session, people.SYSTEM, "360102", "东湖区市场监督管理局", "360102", MOMENT)
    other = enrol(Role.PLANNER, "elsewhere", organ_code="360102")
    file = written(tmp_path / "a.csv", [officer(1)], PEOPLE)
    imported(database, planner, file, RegisterKind.INSPECTOR)
    assert counts(imported(database, other, file, RegisterKind.INSPECTOR)) == (1, 1, 0, 0, 0)
    with database.reading() as session:
        seen = [service.inspectors(session, actor).rows for actor in (planner, other)]
        assert [[each.organ_id for each in rows] for rows in seen] == [[planner.organ_id], [other.organ_id]]


def test_items_are_taken_with_kind_ratio_and_basis(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    rows = [item(1), item(2, 事项类别="重点", 适用标签="food_sale", 所需资格="食品", 比例上限="")]
    done = imported(database, planner, written(tmp_path / "清单.csv", rows, ITEMS), RegisterKind.ITEM)
    assert counts(done) == (2, 2, 0, 0, 0)
    with database.reading() as session:
        first, second = session.exec(select(Item).order_by(Item.code)).all()
        assert (first.kind, first.ratio_min_ppm, first.ratio_max_ppm) == (ItemKind.GENERAL, 30_000, 50_000)
        assert (second.kind, second.tag, second.qualification) == (ItemKind.KEY, "food_sale", "食品")
        assert (first.legal_basis, first.active) == ("《中华人民共和国公司法》", True)
        assert [each.code for each in service.items(session, planner).rows] == ["S01", "S02"]


def test_items_with_impossible_ratios_or_tags_are_set_aside(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    rows = [item(1, 比例下限="300%"), item(2, 比例下限="6%"), item(3, 适用标签="不存在"), item(4), item(4)]
    done = imported(database, planner, written(tmp_path / "a.csv", rows, ITEMS), RegisterKind.ITEM)
    with database.reading() as session:
        assert reasons(records.quarantined(session, done.import_id, 0, 9)) == [
            (2, "bad_number"),
            (3, "bad_number"),
            (4, "unknown_value"),
            (6, "duplicate"),
        ]


def test_pages_of_inspectors_follow_each_other(database: Database, planner: Actor, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", [officer(number) for number in range(1, 6)], PEOPLE)
    imported(database, planner, file, RegisterKind.INSPECTOR)
    with database.reading() as session:
        first = service.inspectors(session, planner, limit=3)
        rest = service.inspectors(session, planner, limit=3, after=first.after or 0)
        assert [each.code for each in (*first.rows, *rest.rows)] == [f"GX{n:03d}" for n in range(1, 6)]
        assert rest.after is None


def test_an_actor_without_an_organ_of_its_own_cannot_own_inspectors(
    database: Database, planner: Actor, tmp_path: Path
) -> None:
    nowhere = replace(planner, organ_id=0)
    file = written(tmp_path / "a.csv", [officer(1)], PEOPLE)
    with pytest.raises(InvalidInput, match="机关"):
        imported(database, nowhere, file, RegisterKind.INSPECTOR)
