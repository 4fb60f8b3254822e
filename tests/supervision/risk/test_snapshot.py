"""Snapshots: every active entity of a region, frozen, versioned, and told to few."""

import hashlib
from datetime import date, datetime

import pytest
from sqlmodel import Session, select

from supervision.database import Database
from supervision.errors import Forbidden, InvalidInput, NotFound, OutOfScope
from supervision.journal.tables import Entry
from supervision.people.rules import Actor
from supervision.people.service import SYSTEM
from supervision.register.tables import Entity, EntityStatus
from supervision.risk import records, service
from supervision.risk.tables import EntityClass, RiskClass, RiskFacts

NOVEMBER = date(2026, 11, 1)


def add(session: Session, moment: datetime, uscc: str, region: str = "360681", **more: object) -> Entity:
    found = Entity(
        uscc=uscc,
        name=f"企业{uscc[-4:]}",
        kind="enterprise",
        region_code=region,
        industry="F",
        digest="",
        updated_at=moment,
        **more,  # type: ignore[arg-type]
    )
    session.add(found)
    session.flush()
    return found


@pytest.fixture
def county(database: Database, moment: datetime) -> dict[str, int]:
    """Three active entities of the county, one cancelled, one elsewhere: USCC → id."""
    with database.writing() as session:
        old = add(session, moment, "91360681000000002B", established=date(1990, 5, 1))
        new = add(session, moment, "91360681000000001A", established=date(2026, 6, 1))
        given = add(session, moment, "91360681000000003C", established=date(1990, 5, 1))
        add(session, moment, "91360681000000004D", status=EntityStatus.CANCELLED)
        add(session, moment, "91360102000000005E", region="360102")
        session.add(RiskFacts(entity_id=new.id or 0, penalties=2, abnormal_listings=1, last_finding="5"))
        session.add(RiskFacts(entity_id=given.id or 0, given_class=RiskClass.C))
        return {each.uscc: each.id or 0 for each in (old, new, given)}


def test_a_snapshot_classes_the_active_entities_of_the_region(
    database: Database, planner: Actor, county: dict[str, int], moment: datetime
) -> None:
    with database.writing() as session:
        found = service.take_snapshot(session, planner, date(2026, 11, 17), moment)
    with database.reading() as session:
        classes = {
            row.entity_id: (row.risk_class, row.points, row.given)
            for row in session.exec(select(EntityClass))
        }
    assert (found.region_prefix, found.month, found.version) == ("360681", NOVEMBER, 1)
    assert (found.count_a, found.count_b, found.count_c, found.count_d) == (1, 0, 1, 1)
    assert classes == {
        county["91360681000000002B"]: (RiskClass.A, 60, False),
        county["91360681000000001A"]: (RiskClass.D, 320 + 280 + 200 + 80, False),
        county["91360681000000003C"]: (RiskClass.C, 60, True),
    }


def test_the_digest_covers_code_class_points_in_code_order(
    database: Database, planner: Actor, county: dict[str, int], moment: datetime
) -> None:
    with database.writing() as session:
        found = service.take_snapshot(session, planner, NOVEMBER, moment)
    lines = "91360681000000001A,D,880\n91360681000000002B,A,60\n91360681000000003C,C,60\n"
    assert found.digest == hashlib.sha256(lines.encode()).hexdigest()


def test_a_second_snapshot_of_a_month_is_a_new_version_and_the_first_stays(
    database: Database, planner: Actor, county: dict[str, int], moment: datetime
) -> None:
    with database.writing() as session:
        first = service.take_snapshot(session, planner, NOVEMBER, moment)
    with database.writing() as session:
        facts = session.get(RiskFacts, county["91360681000000003C"])
        assert facts is not None
        facts.given_class = RiskClass.D
        session.add(facts)
        second = service.take_snapshot(session, planner, NOVEMBER, moment)
    assert (first.version, second.version) == (1, 2)
    assert first.digest != second.digest
    with database.reading() as session:
        kept = records.class_in(session, first.id or 0, county["91360681000000003C"])
        newest = records.newest_covering(session, "360681")
        assert kept is not None
        assert kept.risk_class == RiskClass.C
        assert newest is not None
        assert newest.id == second.id


def test_the_journal_tells_numbers_and_no_entity(
    database: Database, planner: Actor, county: dict[str, int], moment: datetime
) -> None:
    with database.writing() as session:
        service.take_snapshot(session, planner, NOVEMBER, moment)
    with database.reading() as session:
        detail = session.exec(select(Entry).where(Entry.act == "risk.snapshot")).one().detail
    assert detail["counts"] == {"A": 1, "B": 0, "C": 1, "D": 1}
    assert "91360681" not in str(detail)


def test_progress_is_told_batch_by_batch(
    database: Database,
    planner: Actor,
    county: dict[str, int],
    moment: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(records, "BATCH", 2)
    told: list[tuple[int, int]] = []
    with database.writing() as session:
        service.take_snapshot(
            session, planner, NOVEMBER, moment, lambda done, total: told.append((done, total))
        )
    assert told == [(2, 3), (3, 3)]


def test_next_month_cannot_be_taken_yet(
    database: Database, planner: Actor, county: dict[str, int], moment: datetime
) -> None:
    with database.writing() as session, pytest.raises(InvalidInput, match="快照月份"):
        service.take_snapshot(session, planner, date(2026, 12, 1), moment)


def test_a_region_without_entities_has_no_snapshot(
    database: Database, planner: Actor, moment: datetime
) -> None:
    with database.writing() as session, pytest.raises(NotFound, match="360681"):
        service.take_snapshot(session, planner, NOVEMBER, moment)


def test_a_provinces_snapshot_serves_its_county(
    database: Database, planner: Actor, county: dict[str, int], moment: datetime
) -> None:
    with database.writing() as session:
        found = service.take_snapshot(session, SYSTEM, NOVEMBER, moment)
    assert (found.region_prefix, found.count_a + found.count_b) == ("", 2)
    with database.reading() as session:
        assert service.snapshot(session, planner, found.id or 0).digest == found.digest
        assert [each.id for each in service.snapshots(session, planner)] == [found.id]
        assert service.counts_by_class(session, planner, found.id or 0) == {
            RiskClass.A: 1,
            RiskClass.B: 0,
            RiskClass.C: 1,
            RiskClass.D: 1,
        }


def test_an_auditor_is_told_why_and_a_witness_nothing(
    database: Database, auditor: Actor, witness: Actor, county: dict[str, int], moment: datetime
) -> None:
    with database.writing() as session:
        service.take_snapshot(session, SYSTEM, NOVEMBER, moment)
    with database.reading() as session:
        entity = session.get_one(Entity, county["91360681000000001A"])
        told = service.explain(session, auditor, entity, moment)
        assert (told.score.points, told.score.risk_class, told.age) == (880, RiskClass.D, 0)
        assert told.frozen is not None
        assert told.frozen.risk_class == RiskClass.D
        with pytest.raises(Forbidden):
            service.explain(session, witness, entity, moment)
        with pytest.raises(Forbidden):
            service.snapshots(session, witness)


def test_nobody_is_told_of_another_county(
    database: Database, planner: Actor, county: dict[str, int], moment: datetime
) -> None:
    with database.reading() as session:
        entity = session.exec(select(Entity).where(Entity.region_code == "360102")).one()
        with pytest.raises(OutOfScope):
            service.explain(session, planner, entity, moment)
