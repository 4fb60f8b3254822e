"""Whoever cannot go is replaced by lot, seat by seat; the rest of each team stays, and the log tells it."""

import json
from datetime import date

import pytest
from sqlmodel import Session, col, select

from solver.log.entries import Entry
from solver.log.order import check_course
from solver.pairing import PairingInfeasible
from solver.pairing.seeding import reassignment_seed
from supervision.database import Database
from supervision.draw.rules import FourEyes
from supervision.draw.tables import Draw, ReplacementState
from supervision.errors import Conflict, InvalidInput, NotFound
from supervision.inspection.tables import Visit, VisitState
from supervision.pairing import reassigning, records, storing
from supervision.pairing import service as pairing
from supervision.pairing.reassigning import NothingToReassign
from supervision.pairing.tables import Reassignment
from supervision.register import service as register
from supervision.register.tables import Inspector
from supervision.transparency.tables import LogEntry
from tests.supervision import county
from tests.supervision.county import ALIAS_KEY, NOW, Office

WHO = 3
"""``J02``, who may lead and has no qualification."""


def paired(session: Session, office: Office) -> Draw:
    draw = county.drawn(session, office, county.new_task(session, office))
    pairing.pair(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
    return draw


def proposed(session: Session, office: Office, draw: Draw, visits: list[str] | None = None) -> Reassignment:
    return reassigning.propose_reassignment(
        session, office.planner, draw.draw_id, WHO, "illness", "住院证明", NOW, visits
    )


def approved(session: Session, office: Office, draw: Draw, visits: list[str] | None = None) -> Reassignment:
    asked = proposed(session, office, draw, visits)
    return reassigning.approve_reassignment(session, office.approver, draw.draw_id, asked.id or 0, NOW)


def test_every_seat_of_who_cannot_go_is_taken_by_somebody_lawful_and_nothing_else_changes(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        draw = paired(session, office)
        before = records.team_codes(session, draw.id or 0)
        done = approved(session, office, draw)
        after = records.team_codes(session, draw.id or 0)
        may_lead = {one.code for one in session.exec(select(Inspector)) if one.may_lead}
    comes = {(visit, seat): into for visit, seat, _, into in done.changed}
    assert comes
    for visit, team in before.items():
        expected = [(seat, comes.get((visit, seat), who) if who == "J02" else who) for seat, who in team]
        assert sorted(after[visit]) == sorted(expected)
        assert len({who for _, who in after[visit]}) == len(team)
        assert "J02" not in {who for _, who in after[visit]}
    assert {into for (_, seat), into in comes.items() if seat == "lead"} <= may_lead


def test_the_log_counts_reassignments_and_their_seeds_follow_from_the_pairing(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        draw = paired(session, office)
        first, second = [visit.code for visit, _, _ in records.seats_of(session, WHO, draw.id)][:2]
        made = [approved(session, office, draw, [code]) for code in (first, second)]
        kept = pairing.pairing_of(session, office.planner, draw.draw_id)
        rows = select(LogEntry).where(LogEntry.draw_id == draw.draw_id).order_by(col(LogEntry.index))
        entries = [Entry.parse(row.body, row.index) for row in session.exec(rows)]
        shown = reassigning.reassignments_of(session, office.planner, draw.draw_id)
    check_course(entries)
    told = [entry.fields for entry in entries if entry.kind == "reassignment"]
    assert [fields["number"] for fields in told] == [1, 2] == [view.number for view in shown]
    for number, (fields, one) in enumerate(zip(told, made, strict=True), start=1):
        assert (fields["table_sha256"], fields["reason"]) == (one.table_sha256, "illness")
        assert fields["assignment_sha256"] == one.assignment_sha256
        seed = reassignment_seed(bytes.fromhex(kept.seed or ""), number, one.table_sha256 or "")
        assert one.seed == seed.hex()
        assert "J0" not in json.dumps(storing.unpack(one.outcome or b""))
    assert shown[0].changed[0].out.endswith("J02")


def test_two_people_decide_and_each_proposal_once(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw = paired(session, office)
        asked = proposed(session, office, draw)
        with pytest.raises(Conflict):
            proposed(session, office, draw)
        assert reassigning.waiting_reassignments(session, office.approver) == {draw.draw_id: 1}
        asked.proposed_by = office.approver.username
        with pytest.raises(FourEyes):
            reassigning.approve_reassignment(session, office.approver, draw.draw_id, asked.id or 0, NOW)
        asked.proposed_by = office.planner.username
        refused = reassigning.refuse_reassignment(
            session, office.approver, draw.draw_id, asked.id or 0, "已痊愈", NOW
        )
        assert (refused.state, refused.number) == (ReplacementState.REFUSED, None)
        with pytest.raises(Conflict):
            reassigning.approve_reassignment(session, office.approver, draw.draw_id, asked.id or 0, NOW)
        with pytest.raises(NotFound):
            reassigning.approve_reassignment(session, office.approver, draw.draw_id, 99, NOW)


def test_what_was_inspected_stays_and_nobody_without_visits_is_replaced(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        draw = paired(session, office)
        with pytest.raises(InvalidInput):
            reassigning.propose_reassignment(
                session, office.planner, draw.draw_id, WHO, "whim", "不想去", NOW
            )
        for visit in session.exec(select(Visit)):
            visit.state = VisitState.SUBMITTED
        session.flush()
        with pytest.raises(NothingToReassign):
            proposed(session, office, draw)


def test_where_nobody_can_come_the_refusal_names_the_entity_and_nothing_is_kept(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        draw = paired(session, office)
        visit, _, entity = records.seats_of(session, WHO, draw.id)[0]
        asked = proposed(session, office, draw, [visit.code])
        for one in session.exec(select(Inspector)):
            one.certificate_until = date(2026, 11, 30) if one.id != WHO else one.certificate_until
        session.flush()
        with pytest.raises(PairingInfeasible) as refusal:
            reassigning.approve_reassignment(session, office.approver, draw.draw_id, asked.id or 0, NOW)
        assert entity.name in refusal.value.message


def test_a_recusal_granted_after_the_pairing_points_to_the_visit(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw = paired(session, office)
        visit, _, entity = records.seats_of(session, WHO, draw.id)[0]
        register.add_recusal(session, office.planner, WHO, reason="亲属", now=NOW, uscc=entity.uscc)
        (found,) = reassigning.assigned_visits(session, office.planner, WHO, uscc=entity.uscc)
        assert (found.draw_id, found.visit, found.name) == (draw.draw_id, visit.code, entity.name)
        everything = reassigning.assigned_visits(session, office.planner, WHO)
        assert len(everything) == len(records.seats_of(session, WHO))
        team = records.team_codes(session, draw.id or 0)[visit.code]
        other = next(code for _, code in team if code != "J02")
        other_id = session.exec(select(Inspector.id).where(Inspector.code == other)).one()
        together = reassigning.assigned_visits(session, office.planner, WHO, colleague_id=other_id)
        assert visit.code in {one.visit for one in together}
        (told,) = reassigning.recused_visits(session, office.planner)
        assert (told.visit, told.inspector_id, told.entity) == (visit.code, WHO, entity.name)
        register.add_recusal(session, office.planner, WHO, reason="夫妻", now=NOW, colleague_id=other_id)
        assert {one.visit for one in reassigning.recused_visits(session, office.planner)} == {
            one.visit for one in together
        }
        approved(session, office, draw)
        assert reassigning.recused_visits(session, office.planner) == []
