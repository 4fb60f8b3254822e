"""The real register of Jiangxi (1978–2019), whole, on both databases. Its file is not part of the product."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import true
from sqlmodel import Session, func, select

from supervision.clock import today
from supervision.database import Database
from supervision.people.service import SYSTEM
from supervision.people.tables import Organ
from supervision.register import importing, records, service
from supervision.register.reasons import Reason
from supervision.register.records import EntityFilter
from supervision.register.tables import Entity
from supervision.risk import service as risk
from supervision.risk.tables import EntityClass
from tests.supervision.register.files import MOMENT, counts, imported

ROOT = Path(__file__).parents[3]
FILE = Path(os.environ.get("DR_REAL_REGISTER") or ROOT.parent / "shared" / "data" / "jiangxi_register.csv.gz")

pytestmark = [
    pytest.mark.scale,
    pytest.mark.skipif(not FILE.exists(), reason=f"no real register at {FILE.name}: set DR_REAL_REGISTER"),
]


def test_every_row_is_taken_once_or_set_aside_with_its_reason(database: Database, organ: Organ) -> None:
    system = replace(SYSTEM, organ_id=organ.id or 0)
    first = imported(database, system, FILE)
    assert counts(first) == (122_078, 122_077, 0, 0, 1)
    again = imported(database, system, FILE)
    assert counts(again) == (122_078, 0, 0, 122_077, 1)
    with database.reading() as session:
        assert importing.quarantine_reasons(session, system, first.import_id) == {Reason.BAD_USCC: 1}
        _holds_the_register(session)
    with database.writing() as session:
        taken = risk.take_snapshot(session, system, today(MOMENT), MOMENT)
        assert taken.count_a + taken.count_b + taken.count_c + taken.count_d == 122_077
        assert session.exec(select(func.count()).select_from(EntityClass)).one() == 122_077


def _holds_the_register(session: Session) -> None:
    found = service.counts(session, SYSTEM, EntityFilter())
    assert found.total == session.exec(select(func.count()).select_from(Entity)).one() == 122_077
    assert len(found.by_region) == 137
    assert sum(found.by_industry.values()) == 122_077
    banks = records.search_entities(session, "银行", true(), limit=5000)
    names = [name for name in session.exec(select(Entity.name)) if "银行" in name]
    assert sorted(bank.name for bank in banks) == sorted(names)
    assert len(names) > 100
