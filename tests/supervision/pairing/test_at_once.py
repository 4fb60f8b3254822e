"""Acts on one pairing at the same moment: one of equal acts happens, the others are refused; the log keeps its order."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import Session, col, select

from solver.log.entries import Entry
from solver.log.order import check_course
from supervision.database import Database
from supervision.errors import SupervisionError
from supervision.inspection.tables import Visit
from supervision.pairing import reassigning, seconds, storing
from supervision.pairing import service as pairing
from supervision.transparency.tables import LogEntry
from tests.supervision import county
from tests.supervision.county import NOW, SECRETS, Office

DRAW = "360681-2026-0001"
MANY = 6


@pytest.fixture
def task(database: Database, office: Office) -> str:
    with database.writing() as session:
        found = county.new_task(session, office, second_reveal=True)
        county.drawn(session, office, found)
        return found.code


def at_once(database: Database, *acts: Callable[[Session], object]) -> list[str]:
    """``ok`` of each act that happened, the code of the refusal of each other, all begun together."""

    def run(act: Callable[[Session], object]) -> str:
        try:
            with database.writing() as session:
                act(session)
        except SupervisionError as refusal:
            return refusal.code
        return "ok"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def course(database: Database) -> list[str]:
    with database.reading() as session:
        rows = session.exec(
            select(LogEntry).where(LogEntry.draw_id == DRAW).order_by(col(LogEntry.index))
        ).all()
    entries = [Entry.parse(row.body, row.index) for row in rows]
    check_course(entries)
    return [
        entry.kind for entry in entries if entry.kind.startswith(("pairing", "assignment", "reassignment"))
    ]


def test_of_many_at_once_one_fixes_the_table_one_draws_the_teams_and_one_approves(
    database: Database, office: Office, task: str
) -> None:
    def table(key: int) -> Callable[[Session], object]:
        return lambda each: pairing.commit_table(each, office.planner, DRAW, NOW, bytes([key]) * 32)

    assert at_once(database, *map(table, range(MANY))) == ["conflict"] * (MANY - 1) + ["ok"]
    with database.writing() as session:
        for actor, second in zip(office.parties, SECRETS, strict=True):
            seconds.reveal_second(session, actor, task, second.hex(), NOW)

    def teams(session: Session) -> object:
        return pairing.draw_teams(session, office.planner, DRAW, NOW)

    assert at_once(database, *[teams] * MANY) == ["conflict"] * (MANY - 1) + ["ok"]
    with database.writing() as session:
        visits = len(session.exec(select(Visit)).all())
        found = pairing.pairing_of(session, office.planner, DRAW)
        assert visits == len({row["task"] for row in storing.unpack(found.outcome or b"")["assignment"]})
        asked = reassigning.propose_reassignment(session, office.planner, DRAW, 3, "illness", "住院", NOW)
        number = asked.id or 0

    def approve(session: Session) -> object:
        return reassigning.approve_reassignment(session, office.approver, DRAW, number, NOW)

    assert at_once(database, *[approve] * MANY) == ["conflict"] * (MANY - 1) + ["ok"]
    assert course(database) == ["pairing", "pairing_reveal", "pairing_reveal", "assignment", "reassignment"]


def test_a_second_secret_and_its_absence_at_once_are_not_both_logged(
    database: Database, office: Office, task: str
) -> None:
    with database.writing() as session:
        pairing.commit_table(session, office.planner, DRAW, NOW, bytes(32))
        seconds.reveal_second(session, office.witness, task, SECRETS[1].hex(), NOW)
    acts = [
        lambda each: seconds.reveal_second(each, office.planner, task, SECRETS[0].hex(), NOW),
        lambda each: seconds.note_second_missing(each, office.planner, DRAW, NOW),
        lambda each: pairing.draw_teams(each, office.planner, DRAW, NOW),
    ]
    done = at_once(database, *acts, *acts)
    assert done.count("ok") in (1, 2)
    kinds = course(database)
    assert kinds[:2] == ["pairing", "pairing_reveal"]
    assert kinds[2] in ("pairing_reveal", "pairing_missing")
    assert kinds[3:] in ([], ["assignment"])
