"""Provisional deadlines are counted again once the holidays of a year are known."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import select

from supervision.database import Database
from supervision.inspection.deadlines import recount
from supervision.inspection.tables import Visit, VisitState
from supervision.journal.tables import Entry
from supervision.people.rules import Actor
from supervision.people.service import SYSTEM
from supervision.people.tables import Organ
from supervision.reference import calendar
from supervision.reference.notices import read_notice
from supervision.reference.tables import CalendarSource
from tests.supervision.factories import MOMENT, Scene, enter, set_scene
from tests.supervision.reference.test_calendar import NOTICE_2027

DECEMBER = MOMENT.replace(month=12, day=20)


@pytest.fixture
def scene(database: Database, organ: Organ, enrol: Callable[..., Actor]) -> Scene:
    found = set_scene(database, organ, enrol)
    with database.writing() as session:
        enter(session, found, found.codes[0], day=date(2026, 12, 10), now=DECEMBER)
        enter(session, found, found.codes[1], day=date(2026, 11, 18), now=DECEMBER)
        enter(session, found, found.codes[2], day=date(2026, 12, 10), now=DECEMBER)
    return found


def deadlines(database: Database) -> list[tuple[date | None, bool]]:
    with database.reading() as session:
        visits = session.exec(select(Visit).order_by(Visit.code)).all()
    return [(each.publish_by, each.publish_by_provisional) for each in visits]


def announce(database: Database) -> int:
    with database.writing() as session:
        calendar.save_year(
            session, SYSTEM, read_notice(NOTICE_2027), CalendarSource.NOTICE, NOTICE_2027, DECEMBER
        )
        return recount(session, SYSTEM, calendar.working_calendar(session), 20, DECEMBER)


def test_what_waits_gets_its_final_day_and_what_is_public_keeps_the_day_it_was_held_to(
    database: Database, scene: Scene
) -> None:
    assert deadlines(database) == [
        (date(2027, 1, 7), True),
        (date(2026, 12, 16), False),
        (date(2027, 1, 7), True),
    ]
    with database.writing() as session:
        published = session.exec(select(Visit).where(Visit.code == scene.codes[2])).one()
        published.state = VisitState.PUBLISHED
        session.add(published)
    assert announce(database) == 1
    # 1 January 2027 is a Friday: one working day fewer
    assert deadlines(database) == [
        (date(2027, 1, 8), False),
        (date(2026, 12, 16), False),
        (date(2027, 1, 7), True),
    ]
    with database.reading() as session:
        told = session.exec(select(Entry).where(Entry.act == "visit.recount")).one()
    assert told.detail == {"visits": 1}


def test_nothing_is_told_where_nothing_changes(database: Database, scene: Scene) -> None:
    assert announce(database) == 2
    with database.writing() as session:
        assert recount(session, SYSTEM, calendar.working_calendar(session), 20, DECEMBER) == 0
        assert len(session.exec(select(Entry).where(Entry.act == "visit.recount")).all()) == 1
