"""Leaves are recorded with their days; their reasons stay out of the journal; other organs cannot touch them."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from supervision.database import Database
from supervision.errors import Forbidden, InvalidInput, NotFound
from supervision.journal.tables import Entry
from supervision.people.rules import Actor
from supervision.people.tables import Organ, Role
from supervision.register import leaves
from tests.supervision.factories import add_inspector

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 14)


def test_a_leave_is_recorded_and_withdrawn_and_the_journal_says_when_but_not_why(
    database: Database, organ: Organ, planner: Actor
) -> None:
    with database.writing() as session:
        who = add_inspector(session, organ, 1)
        leave = leaves.add_leave(
            session, planner, who.id or 0, starts=FIRST, ends=LAST, reason=" 病假 ", now=NOW
        )
        assert [(one.starts, one.ends, one.reason) for one in leaves.leaves(session, planner)] == [
            (FIRST, LAST, "病假")
        ]
        leaves.remove_leave(session, planner, leave.id or 0, NOW)
        assert leaves.leaves(session, planner, who.id) == []
        told = session.exec(select(Entry).where(Entry.act == "leave.add")).one()
    assert told.detail == {"inspector": who.id, "from": "2026-12-01", "to": "2026-12-14"}


def test_a_leave_ends_after_it_starts_and_has_a_reason(
    database: Database, organ: Organ, planner: Actor
) -> None:
    with database.writing() as session:
        who = add_inspector(session, organ, 1).id or 0
        with pytest.raises(InvalidInput, match="不能早于"):
            leaves.add_leave(session, planner, who, starts=LAST, ends=FIRST, reason="病假", now=NOW)
        with pytest.raises(InvalidInput, match="事由"):
            leaves.add_leave(session, planner, who, starts=FIRST, ends=LAST, reason="  ", now=NOW)


def test_inspectors_record_no_leaves_and_what_is_not_there_is_not_found(
    database: Database, organ: Organ, planner: Actor, enrol: Callable[..., Actor]
) -> None:
    with database.writing() as session:
        who = add_inspector(session, organ, 1).id or 0
    inspector = enrol(Role.INSPECTOR, inspector_id=who)
    with database.writing() as session:
        with pytest.raises(Forbidden):
            leaves.add_leave(session, inspector, who, starts=FIRST, ends=LAST, reason="病假", now=NOW)
        with pytest.raises(NotFound):
            leaves.remove_leave(session, planner, 99, NOW)
