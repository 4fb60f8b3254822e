"""Second secrets: in only after the table, bound by the first, awaited or noted as missing, then decisive."""

import json

import pytest
from sqlmodel import Session, col, select

from solver.log.entries import Entry
from solver.log.order import check_course
from solver.pairing.seeding import pairing_seed
from supervision.database import Database
from supervision.draw import records as draw_records
from supervision.draw.rules import NotAParty
from supervision.draw.sources import NothingMissing
from supervision.draw.tables import Draw
from supervision.errors import Conflict, NotFound
from supervision.inspection.tables import Visit
from supervision.pairing import seconds, storing
from supervision.pairing import service as pairing
from supervision.pairing.rules import NoSecondYet, SecondMissing, SecondRefused, TableMissing
from supervision.pairing.tables import Pairing
from supervision.plan.tables import Task, TaskState
from supervision.transparency.tables import LogEntry
from tests.supervision import county
from tests.supervision.county import ALIAS_KEY, NOW, SECRETS, Office


def second_drawn(session: Session, office: Office) -> tuple[Task, Draw]:
    task = county.new_task(session, office, second_reveal=True)
    return task, county.drawn(session, office, task)


def logged(session: Session, draw: Draw) -> list[Entry]:
    rows = session.exec(
        select(LogEntry).where(LogEntry.draw_id == draw.draw_id).order_by(col(LogEntry.index))
    )
    return [Entry.parse(row.body, row.index) for row in rows]


def test_table_then_second_secrets_then_teams_and_the_log_tells_that_order(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        task, draw = second_drawn(session, office)
        table = pairing.commit_table(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
        assert (table.awaited, table.is_drawn, task.state) == ([0, 1], False, TaskState.DRAWN)
        for actor, second in zip(office.parties, SECRETS, strict=True):
            seconds.reveal_second(session, actor, task.code, second.hex(), NOW)
        paired = pairing.draw_teams(session, office.planner, draw.draw_id, NOW)
        seed = pairing_seed(bytes.fromhex(draw.seed or ""), paired.table_sha256 or "", SECRETS)
        assert (paired.seed, paired.second, task.state) == (seed.hex(), 2, TaskState.PAIRED)
        entries = logged(session, draw)
    check_course(entries)
    kinds = [entry.kind for entry in entries][-4:]
    assert kinds == ["pairing", "pairing_reveal", "pairing_reveal", "assignment"]
    assert entries[-4].fields["table_sha256"] == paired.table_sha256
    assert entries[-1].fields["assignment_sha256"] == paired.assignment_sha256
    for entry in entries[-3:]:
        assert not any(secret.hex() in json.dumps(dict(entry.fields)) for secret in SECRETS)


def test_no_second_secret_is_taken_before_the_table(database: Database, office: Office) -> None:
    with database.writing() as session:
        task, draw = second_drawn(session, office)
        with pytest.raises(TableMissing):
            seconds.reveal_second(session, office.planner, task.code, SECRETS[0].hex(), NOW)
        with pytest.raises(TableMissing):
            pairing.draw_teams(session, office.planner, draw.draw_id, NOW)
        with pytest.raises(TableMissing):
            seconds.note_second_missing(session, office.planner, draw.draw_id, NOW)


def test_only_the_secret_from_which_the_first_follows_is_taken_and_only_once(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        task, draw = second_drawn(session, office)
        pairing.commit_table(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
        for wrong in (SECRETS[1], bytes(32)):
            with pytest.raises(SecondRefused):
                seconds.reveal_second(session, office.planner, task.code, wrong.hex(), NOW)
        with pytest.raises(NotAParty):
            seconds.reveal_second(session, office.approver, task.code, SECRETS[0].hex(), NOW)
        seconds.reveal_second(session, office.planner, task.code, SECRETS[0].hex(), NOW)
        with pytest.raises(Conflict):
            seconds.reveal_second(session, office.planner, task.code, SECRETS[0].hex(), NOW)
        status = seconds.seconds_status(session, draw)
    assert [(view.awaited, view.handed_in) for view in status] == [(True, NOW), (True, None)]


def test_no_teams_while_somebody_is_awaited_and_an_absence_is_noted_in_the_log(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        task, draw = second_drawn(session, office)
        pairing.commit_table(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
        seconds.reveal_second(session, office.witness, task.code, SECRETS[1].hex(), NOW)
        with pytest.raises(SecondMissing):
            pairing.draw_teams(session, office.planner, draw.draw_id, NOW)
        assert len(seconds.note_second_missing(session, office.planner, draw.draw_id, NOW)) == 1
        with pytest.raises(Conflict):
            seconds.reveal_second(session, office.planner, task.code, SECRETS[0].hex(), NOW)
        with pytest.raises(NothingMissing):
            seconds.note_second_missing(session, office.planner, draw.draw_id, NOW)
        paired = pairing.draw_teams(session, office.planner, draw.draw_id, NOW)
        seed = pairing_seed(bytes.fromhex(draw.seed or ""), paired.table_sha256 or "", [None, SECRETS[1]])
        assert (paired.seed, paired.second) == (seed.hex(), 1)
        check_course(logged(session, draw))


def test_who_knew_the_only_second_secret_before_the_table_does_not_declare_the_others_absent(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        task, draw = second_drawn(session, office)
        pairing.commit_table(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
        seconds.reveal_second(session, office.planner, task.code, SECRETS[0].hex(), NOW)
        with pytest.raises(NoSecondYet):
            seconds.note_second_missing(session, office.planner, draw.draw_id, NOW)
        assert len(seconds.note_second_missing(session, office.approver, draw.draw_id, NOW)) == 1


def test_that_nobody_handed_in_anything_is_for_an_approver_to_note(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        _, draw = second_drawn(session, office)
        pairing.commit_table(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
        with pytest.raises(NoSecondYet):
            seconds.note_second_missing(session, office.planner, draw.draw_id, NOW)
        assert len(seconds.note_second_missing(session, office.approver, draw.draw_id, NOW)) == 2
        assert pairing.draw_teams(session, office.planner, draw.draw_id, NOW).second == 0


def test_a_draw_has_one_table_and_no_short_way_past_second_secrets(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        _, draw = second_drawn(session, office)
        with pytest.raises(Conflict):
            pairing.pair(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
        pairing.commit_table(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
        with pytest.raises(Conflict):
            pairing.commit_table(session, office.planner, draw.draw_id, NOW, bytes(32))
        with pytest.raises(NotFound):
            pairing.pairing_of(session, office.planner, draw.draw_id)
        assert pairing.table_of(session, office.planner, draw.draw_id).table_sha256
        assert session.exec(select(Visit)).first() is None


def test_in_one_step_the_table_is_logged_first_and_the_pairing_is_marked(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
        paired = pairing.pair(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
        assert (paired.second, paired.awaited) == (0, [])
        seed = pairing_seed(bytes.fromhex(draw.seed or ""), paired.table_sha256 or "", [None, None])
        assert paired.seed == seed.hex()
        entries = logged(session, draw)
    check_course(entries)
    assert [entry.kind for entry in entries][-2:] == ["pairing", "assignment"]
    assert entries[-2].fields["second"] == []


def test_what_is_kept_for_publication_names_nobody(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
        pairing.pair(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
    with database.reading() as session:
        kept = session.exec(select(Pairing)).one()
        codes = [one.code for one in draw_records.inspectors(session, draw.organ_id)]
        people = pairing.people_of(session, draw, kept)
    for data in (kept.problem, kept.table, kept.outcome):
        text = json.dumps(storing.unpack(data or b""))
        assert not [code for code in codes if f'"{code}"' in text]
    assert sorted(people.values()) == codes
