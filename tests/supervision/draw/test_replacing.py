"""Replacements: the next ticket of the cell and nobody else, four eyes, the same team, in the log."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import Session, select

from supervision.database import Database
from supervision.draw import records, replacing
from supervision.draw import service as draws
from supervision.draw.replacing import NotPairedYet, ReserveExhausted
from supervision.draw.rules import FourEyes, StillSealed
from supervision.draw.tables import Draw, DrawnEntity, ReplacementState
from supervision.errors import Conflict, Forbidden, InvalidInput, NotFound
from supervision.inspection import service as inspection
from supervision.inspection.replacing import TeamRefused
from supervision.inspection.tables import Visit, VisitState
from supervision.pairing import service as pairing
from supervision.people.rules import Actor
from supervision.people.tables import Role
from supervision.plan.tables import TaskState
from supervision.publication import portal
from supervision.register.tables import Entity, Inspector, Recusal
from supervision.transparency import records as log
from supervision.verification.service import verify_draw
from tests.supervision import county
from tests.supervision.county import ALIAS_KEY, NOW, Office

LATER = NOW + timedelta(days=5)


def paired(session: Session, office: Office, **more: object) -> Draw:
    draw = county.drawn(session, office, county.new_task(session, office, **more))
    pairing.pair(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
    return draw


def first_of_a_large_cell(session: Session, draw: Draw) -> tuple[DrawnEntity, Entity]:
    """A drawn entity whose cell has further entities."""
    spare = {cell for cell, population, _a, k, _t in draw.cells or () if population - k > 2}
    return next((row, entity) for row, entity in records.drawn(session, draw.id or 0) if row.cell in spare)


def propose(session: Session, office: Office, draw: Draw, entity: Entity) -> int:
    made = replacing.propose_replacement(
        session, office.planner, draw.draw_id, entity.uscc, "deregistered", "登记系统显示已注销", LATER
    )
    return made.id or 0


def replaced(session: Session, office: Office, draw: Draw, entity: Entity) -> DrawnEntity:
    number = propose(session, office, draw, entity)
    replacing.approve_replacement(session, office.approver, draw.draw_id, number, LATER)
    return records.drawn(session, draw.id or 0)[-1][0]


def test_the_next_ticket_of_the_cell_comes_is_logged_and_visited_by_the_same_team(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        draw = paired(session, office)
        row, entity = first_of_a_large_cell(session, draw)
        before = session.exec(select(Visit).where(Visit.drawn_id == row.id)).one()
        team = [seat.code for seat in inspection.visit_detail(session, office.planner, before.code).team]
        new = replaced(session, office, draw, entity)
        result = draws.replay(session, draw, records.frame_of(session, draw.id or 0))
        [following] = result.reserve(row.cell, 1)
        assert (new.frame_id, new.cell, new.ticket) == (following.id, following.cell, following.ticket)
        assert (new.replaces, new.position) == (row.position, result.n + 1)
        after = session.exec(select(Visit).where(Visit.drawn_id == new.id)).one()
        assert (before.state, after.state) == (VisitState.REPLACED, VisitState.ASSIGNED)
        assert after.code == f"{draw.draw_id}-V{result.n + 1:04d}"
        seen = inspection.visit_detail(session, office.planner, after.code)
        assert [seat.code for seat in seen.team] == team
        assert inspection.visit_detail(session, office.planner, before.code).cancelled
    with database.reading() as session:
        entry = json.loads(log.of_draw(session, draw.draw_id)[-1].body)
        report = verify_draw(session, draw.draw_id)
        [shown] = portal.draw_page(session, draw.draw_id).replacements
        listed = [each.uscc for each in draws.drawn_entities(session, office.planner, draw.draw_id)]
    at = entry.pop("at")
    assert at == "2026-11-25T02:00:00Z"
    assert entry == {
        "kind": "replacement",
        "draw_id": draw.draw_id,
        "cell": row.cell,
        "out": row.frame_id,
        "in": new.frame_id,
        "ticket": new.ticket,
        "reason": "deregistered",
    }
    assert report.ok, str(report)
    assert "replacements" in [step.name for step in report.steps]
    assert (shown.out, shown.new) == (row.frame_id, new.frame_id)
    assert entity.uscc not in listed


def test_several_replacements_in_one_cell_take_successive_tickets(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw = paired(session, office)
        row, entity = first_of_a_large_cell(session, draw)
        first = replaced(session, office, draw, entity)
        second = replaced(session, office, draw, records.entity_of(session, first.entity_id))
        result = draws.replay(session, draw, records.frame_of(session, draw.id or 0))
        assert [one.id for one in result.reserve(row.cell, 2)] == [first.frame_id, second.frame_id]
        assert second.replaces == first.position
        with pytest.raises(NotFound):
            propose(session, office, draw, entity)
    with database.reading() as session:
        assert verify_draw(session, draw.draw_id).ok


@pytest.mark.parametrize("change", ["ticket", "other", "unlogged"])
def test_a_replacement_that_is_not_the_logged_next_ticket_fails_the_verification(
    database: Database, office: Office, change: str
) -> None:
    with database.writing() as session:
        draw = paired(session, office)
        row, entity = first_of_a_large_cell(session, draw)
        new = replaced(session, office, draw, entity)
        if change == "ticket":
            new.ticket = "f" * 64
        elif change == "other":
            result = draws.replay(session, draw, records.frame_of(session, draw.id or 0))
            skipped = result.reserve(row.cell, 2)[1]
            new.frame_id, new.ticket = skipped.id, skipped.ticket
        else:
            new.replaces = None
        session.add(new)
    with database.reading() as session:
        failed = [step.name for step in verify_draw(session, draw.draw_id).failed]
    assert ("drawn" if change == "unlogged" else "replacements") in failed


def test_proposer_and_approver_are_two_people_of_their_roles(database: Database, office: Office) -> None:
    both = replace(office.planner, roles=frozenset({Role.PLANNER, Role.APPROVER}))
    with database.writing() as session:
        draw = paired(session, office)
        _, entity = first_of_a_large_cell(session, draw)
        with pytest.raises(Forbidden):
            replacing.propose_replacement(
                session, office.approver, draw.draw_id, entity.uscc, "deregistered", "x", LATER
            )
        number = propose(session, office, draw, entity)
        with pytest.raises(Conflict):
            propose(session, office, draw, entity)
        with pytest.raises(FourEyes):
            replacing.approve_replacement(session, both, draw.draw_id, number, LATER)
        with pytest.raises(NotFound):
            replacing.approve_replacement(session, office.approver, draw.draw_id, number + 1, LATER)
        replacing.refuse_replacement(session, office.approver, draw.draw_id, number, "请先实地核查", LATER)
        with pytest.raises(Conflict):
            replacing.approve_replacement(session, office.approver, draw.draw_id, number, LATER)
        [seen] = replacing.replacements_of(session, office.planner, draw.draw_id)
        assert (seen.state, seen.refused_because) == (ReplacementState.REFUSED, "请先实地核查")
        assert propose(session, office, draw, entity) == number + 1


@pytest.mark.parametrize(("reason", "evidence"), [("bored", "x"), ("deregistered", " ")])
def test_a_reason_of_the_list_and_its_evidence_are_needed(
    database: Database, office: Office, reason: str, evidence: str
) -> None:
    with database.writing() as session:
        draw = paired(session, office)
        _, entity = first_of_a_large_cell(session, draw)
        with pytest.raises(InvalidInput):
            replacing.propose_replacement(
                session, office.planner, draw.draw_id, entity.uscc, reason, evidence, LATER
            )


def test_a_cell_without_reserve_says_so(database: Database, office: Office) -> None:
    everyone = dict.fromkeys("ABCD", 1_000_000)
    with database.writing() as session:
        draw = paired(session, office, rates=everyone)
        _, entity = records.drawn(session, draw.id or 0)[0]
        with pytest.raises(ReserveExhausted):
            propose(session, office, draw, entity)


def test_before_the_pairing_and_before_the_opening_nobody_is_replaced(
    database: Database, office: Office
) -> None:
    sealed = {"disclosure": "sealed", "open_by": NOW + timedelta(days=20)}
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
        _, entity = first_of_a_large_cell(session, draw)
        with pytest.raises(NotPairedYet):
            propose(session, office, draw, entity)
        shut = paired(session, office, **sealed)
        _, entity = first_of_a_large_cell(session, shut)
        with pytest.raises(StillSealed):
            propose(session, office, shut, entity)


def test_a_visit_with_a_result_is_not_replaced(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw = paired(session, office)
        row, entity = first_of_a_large_cell(session, draw)
        number = propose(session, office, draw, entity)
        visit = session.exec(select(Visit).where(Visit.drawn_id == row.id)).one()
        visit.state = VisitState.SUBMITTED
        session.add(visit)
        session.flush()
        with pytest.raises(Conflict):
            replacing.approve_replacement(session, office.approver, draw.draw_id, number, LATER)


@pytest.mark.parametrize("rule", ["recused", "certificate", "area", "qualification"])
def test_a_team_that_may_not_visit_who_comes_is_refused_and_the_inspector_named(
    database: Database, office: Office, rule: str
) -> None:
    with database.writing() as session:
        draw = paired(session, office)
        row, entity = first_of_a_large_cell(session, draw)
        number = propose(session, office, draw, entity)
        visit = session.exec(select(Visit).where(Visit.drawn_id == row.id)).one()
        team = [
            session.get_one(Inspector, seat.inspector_id)
            for seat in inspection.visit_detail(session, office.planner, visit.code).team
        ]
        following = replacing.next_row(session, draw, row, [row])
        links = replacing.freezing.read_links(records.frame_of(session, draw.id or 0).links)
        coming = records.entity_of(session, links[following.id])
        coming.tags = " food "
        if rule == "recused":
            recusal = Recusal(
                inspector_id=team[0].id or 0,
                entity_id=coming.id,
                reason="近亲属",
                decided_by="j",
                at=NOW,
            )
            session.add(recusal)
        elif rule == "certificate":
            team[0].certificate_until = date(2026, 12, 1)
        elif rule == "area":
            team[0].region_prefix = "360602"
        else:
            for one in team:
                one.qualifications = " "
        session.add_all([*team, coming])
        session.flush()
        with pytest.raises(TeamRefused) as refusal:
            replacing.approve_replacement(session, office.approver, draw.draw_id, number, LATER)
        assert team[0].name in str(refusal.value.params["inspector"])
        assert visit.state is VisitState.ASSIGNED


def test_a_replaced_visit_keeps_no_task_from_its_end_and_a_new_one_reopens_it(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        draw = paired(session, office)
        _, entity = first_of_a_large_cell(session, draw)
        task = records.task_by_id(session, draw.task_id)
        task.state = TaskState.DONE
        session.add(task)
        session.flush()
        replaced(session, office, draw, entity)
        assert task.state is TaskState.PAIRED


def test_another_organ_replaces_nobody_here(
    database: Database, office: Office, enrol: Callable[..., Actor]
) -> None:
    other = replace(office.planner, organ_id=99)
    with database.writing() as session:
        draw = paired(session, office)
        _, entity = first_of_a_large_cell(session, draw)
        with pytest.raises(NotFound):
            replacing.propose_replacement(
                session, other, draw.draw_id, entity.uscc, "deregistered", "x", LATER
            )
