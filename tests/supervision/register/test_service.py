"""Looking up the registers within one's region, correcting an entity, and keeping people apart."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, select

from supervision.database import Database
from supervision.errors import AlreadyExists, Forbidden, InvalidInput, NotFound
from supervision.journal.tables import Entry
from supervision.people import service as people
from supervision.people.rules import Actor
from supervision.people.service import SYSTEM
from supervision.people.tables import Organ, Role
from supervision.register import service
from supervision.register.records import EntityFilter
from supervision.register.tables import Entity, EntityStatus, Inspector
from supervision.risk import service as risk
from supervision.risk.tables import RiskClass, RiskFacts
from tests.supervision.factories import add_entity, add_inspector
from tests.supervision.register.files import MOMENT, imported, shop, written

ALL = EntityFilter()


@pytest.fixture
def register(database: Database, organ: Organ) -> list[str]:
    """Five entities of the county and one elsewhere; returns their codes."""
    with database.writing() as session:
        rows = [
            add_entity(session, 1),
            add_entity(session, 2, industry="H", tags=" catering food_sale ", kind="individual"),
            add_entity(session, 3, industry="H", tags=" catering "),
            add_entity(session, 4, status=EntityStatus.CANCELLED, established=date(2025, 1, 1)),
            add_entity(session, 5, name="龙虎山茶行", tags=" "),
            add_entity(session, 6, region_code="360102", industry="C"),
        ]
        session.add(RiskFacts(entity_id=rows[2].id or 0, given_class=RiskClass.D))
        return [row.uscc for row in rows]


def listed(session: Session, actor: Actor, wanted: EntityFilter) -> list[str]:
    return [each.uscc for each in service.entities(session, actor, wanted).rows]


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (ALL, [0, 1, 2, 3, 4]),
        (EntityFilter(industry="H"), [1, 2]),
        (EntityFilter(tag="food_sale"), [0, 1, 3]),
        (EntityFilter(tag="food"), []),
        (EntityFilter(tag="%"), []),
        (EntityFilter(kind="individual"), [1]),
        (EntityFilter(status=EntityStatus.CANCELLED), [3]),
        (EntityFilter(words="茶行"), [4]),
        (EntityFilter(region="3606"), [0, 1, 2, 3, 4]),
        (EntityFilter(region="360102"), []),
        (EntityFilter(industry="H", tag="food_sale", words="食品"), [1]),
    ],
)
def test_filters_choose_within_the_actors_region(
    database: Database, planner: Actor, register: list[str], wanted: EntityFilter, chosen: list[int]
) -> None:
    with database.reading() as session:
        assert listed(session, planner, wanted) == [register[index] for index in chosen]


def test_the_system_sees_every_region(database: Database, register: list[str]) -> None:
    with database.reading() as session:
        assert listed(session, SYSTEM, EntityFilter(region="360102")) == [register[5]]


def test_pages_of_two_show_each_entity_once(database: Database, planner: Actor, register: list[str]) -> None:
    seen: list[str] = []
    after: int | None = 0
    with database.reading() as session:
        while after is not None:
            page = service.entities(session, planner, ALL, after, 2)
            seen += [each.uscc for each in page.rows]
            after = page.after
    assert seen == register[:5]


def test_counts_by_region_industry_kind_and_status(
    database: Database, planner: Actor, register: list[str]
) -> None:
    with database.reading() as session:
        found = service.counts(session, planner, ALL)
        assert (found.total, found.by_region) == (5, {"360681": 5})
        assert found.by_industry == {"F": 3, "H": 2}
        assert found.by_kind == {"company": 4, "individual": 1}
        assert found.by_status == {"active": 4, "cancelled": 1}
        assert service.counts(session, planner, EntityFilter(industry="C")).total == 0


def test_choosing_by_class_uses_the_newest_snapshot_and_is_not_for_everyone(
    database: Database, planner: Actor, enrol: Callable[..., Actor], register: list[str], moment: datetime
) -> None:
    high = EntityFilter(risk_class=RiskClass.D)
    with database.reading() as session, pytest.raises(NotFound, match="快照"):
        service.entities(session, planner, high)
    with database.writing() as session:
        risk.take_snapshot(session, planner, date(2026, 11, 1), moment)
    inspector = enrol(Role.INSPECTOR)
    with database.reading() as session:
        assert listed(session, planner, high) == [register[2]]
        rows = list(service.entities(session, planner, ALL).rows)
        classes = service.classes_of(session, planner, rows)
        assert [classes.get(each.id or 0) for each in rows] == ["B", "B", "D", None, "B"]
        assert listed(session, inspector, ALL) == register[:5]
        assert service.classes_of(session, inspector, rows) == {}
        with pytest.raises(Forbidden):
            service.entities(session, inspector, high)
        with pytest.raises(Forbidden):
            service.counts(session, inspector, high)


def test_an_entity_elsewhere_is_not_found(
    database: Database, planner: Actor, witness: Actor, register: list[str]
) -> None:
    with database.reading() as session:
        assert service.entity(session, planner, register[0]).uscc == register[0]
        with pytest.raises(NotFound):
            service.entity(session, planner, register[5])
        with pytest.raises(Forbidden):
            service.entity(session, witness, register[0])


def test_a_correction_by_hand_is_journalled_with_before_and_after(
    database: Database, planner: Actor, register: list[str], moment: datetime
) -> None:
    with database.writing() as session:
        service.correct_entity(
            session, planner, register[0], industry="H", tags=["food_sale", "catering"], now=moment
        )
    with database.reading() as session:
        found = service.entity(session, planner, register[0])
        assert (found.industry, found.tags, found.inferred) == ("H", " catering food_sale ", False)
        entry = session.exec(select(Entry).where(Entry.act == "entity.correct")).one()
        assert entry.detail == {
            "before": {"industry": "F", "tags": ["food_sale"]},
            "after": {"industry": "H", "tags": ["catering", "food_sale"]},
        }


@pytest.mark.parametrize(
    ("industry", "tags", "field"),
    [("U", [], "行业门类"), ("h", [], "行业门类"), ("F", ["不存在"], "监管标签"), ("F", ["a b"], "监管标签")],
)
def test_a_correction_to_an_unknown_industry_or_tag_is_refused(
    database: Database, planner: Actor, register: list[str], industry: str, tags: list[str], field: str
) -> None:
    with database.writing() as session, pytest.raises(InvalidInput, match=field):
        service.correct_entity(session, planner, register[0], industry=industry, tags=tags, now=MOMENT)


def test_an_auditor_corrects_nothing(database: Database, auditor: Actor, register: list[str]) -> None:
    with database.writing() as session, pytest.raises(Forbidden):
        service.correct_entity(session, auditor, register[0], industry="F", tags=[], now=MOMENT)


@pytest.fixture
def officers(database: Database, organ: Organ) -> list[int]:
    with database.writing() as session:
        return [add_inspector(session, organ, number).id or 0 for number in (1, 2)]


def test_an_inspector_is_kept_from_an_entity_and_let_back(
    database: Database, approver: Actor, register: list[str], officers: list[int], moment: datetime
) -> None:
    with database.writing() as session:
        decided = service.add_recusal(
            session, approver, officers[0], reason=" 近亲属任职 ", uscc=register[0], now=moment
        )
    with database.reading() as session:
        found = service.recusals(session, approver)
        assert [(each.inspector_id, each.reason, each.decided_by) for each in found] == [
            (officers[0], "近亲属任职", "approver")
        ]
        assert session.get_one(Entity, found[0].entity_id).uscc == register[0]
    with database.writing() as session:
        service.remove_recusal(session, approver, decided.id or 0, moment)
    with database.reading() as session:
        assert service.recusals(session, approver) == []
        acts = session.exec(select(Entry).where(Entry.act.startswith("recusal"))).all()  # type: ignore[attr-defined]
        assert [each.act for each in acts] == ["recusal.add", "recusal.remove"]
        assert "近亲属" not in str([each.detail for each in acts])


def test_two_colleagues_are_kept_apart_once_whoever_is_named_first(
    database: Database, planner: Actor, officers: list[int], moment: datetime
) -> None:
    first, second = officers
    with database.writing() as session:
        service.add_recusal(session, planner, first, reason="夫妻", colleague_id=second, now=moment)
        with pytest.raises(AlreadyExists):
            service.add_recusal(session, planner, second, reason="夫妻", colleague_id=first, now=moment)


def test_a_recusal_from_an_entity_is_decided_once(
    database: Database, planner: Actor, register: list[str], officers: list[int], moment: datetime
) -> None:
    with database.writing() as session:
        service.add_recusal(session, planner, officers[0], reason="持股", uscc=register[0], now=moment)
        service.add_recusal(session, planner, officers[0], reason="持股", uscc=register[1], now=moment)
        with pytest.raises(AlreadyExists):
            service.add_recusal(session, planner, officers[0], reason="持股", uscc=register[0], now=moment)


def test_a_recusal_needs_a_reason_and_exactly_one_other_party(
    database: Database, planner: Actor, register: list[str], officers: list[int], moment: datetime
) -> None:
    first, second = officers
    uscc = register[0]
    with database.writing() as session:
        with pytest.raises(InvalidInput, match="回避理由"):
            service.add_recusal(session, planner, first, reason=" ", uscc=uscc, now=moment)
        with pytest.raises(InvalidInput, match="200 字"):
            service.add_recusal(session, planner, first, reason="长" * 201, uscc=uscc, now=moment)
        with pytest.raises(InvalidInput, match="二者选一"):
            service.add_recusal(session, planner, first, reason="无", now=moment)
        with pytest.raises(InvalidInput, match="二者选一"):
            service.add_recusal(
                session, planner, first, reason="无", uscc=uscc, colleague_id=second, now=moment
            )
        with pytest.raises(InvalidInput, match="本人"):
            service.add_recusal(session, planner, first, reason="无", colleague_id=first, now=moment)
        with pytest.raises(NotFound):
            service.add_recusal(session, planner, first, reason="无", uscc=register[5], now=moment)
        with pytest.raises(NotFound):
            service.add_recusal(session, planner, first, reason="无", colleague_id=999, now=moment)
        with pytest.raises(NotFound):
            service.remove_recusal(session, planner, 999, moment)


def test_inspectors_of_other_organs_are_not_found(
    database: Database, planner: Actor, officers: list[int]
) -> None:
    with database.writing() as session:
        away = Organ(code="360102", name="东湖区市场监督管理局", region_code="360102")
        session.add(away)
        session.flush()
        stranger = add_inspector(session, away, 9).id or 0
    with database.reading() as session:
        assert [each.id for each in service.inspectors(session, planner).rows] == officers
        assert service.inspector(session, planner, officers[0]).id == officers[0]
        with pytest.raises(NotFound):
            service.inspector(session, planner, stranger)
        with pytest.raises(NotFound):
            service.item(session, planner, 1)


def test_inspectors_who_left_can_be_hidden(database: Database, planner: Actor, officers: list[int]) -> None:
    with database.writing() as session:
        session.get_one(Inspector, officers[0]).active = False
    with database.reading() as session:
        found = service.inspectors(session, planner, active_only=True).rows
        assert [each.id for each in found] == officers[1:]


def test_entities_imported_are_entities_listed(database: Database, planner: Actor, tmp_path: Path) -> None:
    imported(database, planner, written(tmp_path / "a.csv", [shop(1), shop(2)]))
    with database.reading() as session:
        assert service.counts(session, planner, ALL).total == 2


def test_no_other_organ_of_the_county_decides_on_recusals(
    database: Database, planner: Actor, register: list[str], officers: list[int], moment: datetime
) -> None:
    with database.writing() as session:
        organ = people.add_organ(session, people.SYSTEM, "360681-WJ", "卫生健康委员会", "360681", moment)
        other = replace(planner, organ_id=organ.id or 0, organ_code=organ.code)
        own = service.add_recusal(session, planner, officers[0], reason="持股", uscc=register[0], now=moment)
        with pytest.raises(NotFound):
            service.add_recusal(session, other, officers[1], reason="持股", uscc=register[0], now=moment)
        with pytest.raises(NotFound):
            service.remove_recusal(session, other, own.id or 0, moment)
