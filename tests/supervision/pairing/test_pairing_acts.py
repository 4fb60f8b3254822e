"""Teams given by the lot are lawful, even, and follow from the draw's seed alone."""

from collections import Counter
from datetime import date
from fractions import Fraction

import pytest
from sqlmodel import col, select

from solver.pairing import PairingInfeasible
from supervision.database import Database
from supervision.draw import records as draw_records
from supervision.draw.tables import DrawnEntity
from supervision.errors import Conflict, Forbidden
from supervision.inspection.tables import Visit
from supervision.journal.tables import Entry
from supervision.pairing import service as pairing
from supervision.pairing.previewing import preview
from supervision.pairing.rules import NobodyToSend, Officer, Terms, VisitNeed, build_problem, serves
from supervision.pairing.tables import TeamMember
from supervision.plan.tables import TaskState
from supervision.register.tables import Entity, Inspector, Leave, Recusal
from tests.supervision import county
from tests.supervision.county import ALIAS_KEY, NOW, Office


def test_every_drawn_entity_gets_a_lawful_team_and_loads_differ_by_one_at_most(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        task = county.new_task(session, office)
        draw = county.drawn(session, office, task)
        pairing.pair(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
        assert task.state is TaskState.PAIRED
    with database.reading() as session:
        drawn = draw_records.drawn(session, draw.id or 0)
        visits = {visit.drawn_id: visit for visit in session.exec(select(Visit))}
        inspectors = {one.id: one for one in session.exec(select(Inspector))}
        members = list(session.exec(select(TeamMember)))
    assert len(visits) == len(drawn)
    teams: dict[int, list[TeamMember]] = {}
    for member in members:
        teams.setdefault(member.visit_id, []).append(member)
    for row, entity in drawn:
        team = teams[visits[row.id or 0].id or 0]
        assert len({member.inspector_id for member in team}) == len(team) >= 2
        leads = [inspectors[member.inspector_id] for member in team if member.seat == "lead"]
        assert [lead.may_lead for lead in leads] == [True]
        if "food" in entity.tags:
            assert any("food" in inspectors[member.inspector_id].qualifications for member in team)
    loads = Counter(member.inspector_id for member in members)
    expired = next(one.id for one in inspectors.values() if one.certificate_until == date(2026, 11, 25))
    assert expired not in loads
    assert max(loads.values()) - min(loads.values()) <= 1


def test_the_same_draw_is_paired_once_only(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
        with pytest.raises(Forbidden):
            pairing.pair(session, office.approver, draw.draw_id, NOW, ALIAS_KEY)
        pairing.pair(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
        with pytest.raises(Conflict):
            pairing.pair(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)


def test_a_table_worked_out_ahead_is_fixed_without_solving_again(
    database: Database, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
    with database.reading() as session:
        ahead = pairing.table_ahead(session, office.planner, draw.draw_id, ALIAS_KEY)
    assert ahead is not None
    monkeypatch.setattr(pairing, "solved", lambda *_: pytest.fail("solved again"))
    with database.writing() as session:
        fixed = pairing.commit_table(session, office.planner, draw.draw_id, NOW, ALIAS_KEY, ahead=ahead)
        assert fixed.table_sha256 == ahead.table_sha256
    with database.reading() as session:
        assert pairing.table_ahead(session, office.planner, draw.draw_id, ALIAS_KEY) is None, "it has one"


def test_a_table_worked_out_ahead_is_left_aside_once_the_register_changed(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
    with database.reading() as session:
        ahead = pairing.table_ahead(session, office.planner, draw.draw_id, ALIAS_KEY)
    assert ahead is not None
    with database.writing() as session:
        gone = session.exec(select(Inspector).where(Inspector.code == "J02")).one()
        gone.certificate_until = date(2026, 11, 1)
        session.flush()
        fixed = pairing.commit_table(session, office.planner, draw.draw_id, NOW, ALIAS_KEY, ahead=ahead)
        assert fixed.problem_sha256 != ahead.problem.problem_sha256
        pairing.draw_teams(session, office.planner, draw.draw_id, NOW)
        members = session.exec(select(TeamMember.inspector_id)).all()
    assert gone.id not in members


def test_the_journal_tells_a_cap_and_most_visits_that_are_not_the_task_s(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office, cap="1/2"))
        pairing.commit_table(session, office.planner, draw.draw_id, NOW, ALIAS_KEY, Fraction(1), 90)
        found = session.exec(select(Entry).where(Entry.act == "pairing.table")).one()
    assert found.detail["cap"] == {"task": "1/2", "table": "1"}
    assert found.detail["max_visits"] == {"task": None, "table": 90}


def test_a_recused_inspector_is_never_sent(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
        entity = draw_records.drawn(session, draw.id or 0)[0][1]
        for inspector_id in (2, 3, 4):
            session.add(
                Recusal(
                    inspector_id=inspector_id, entity_id=entity.id, reason="亲属", decided_by="局长", at=NOW
                )
            )
        session.flush()
        pairing.pair(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
        visit = session.exec(select(Visit).where(Visit.entity_id == entity.id)).one()
        team = session.exec(select(TeamMember).where(TeamMember.visit_id == visit.id)).all()
    assert not {member.inspector_id for member in team} & {2, 3, 4}


def test_a_task_nobody_may_lead_is_refused_and_the_reason_names_the_seat(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
        for inspector in session.exec(select(Inspector)):
            inspector.may_lead = False
        session.flush()
        with pytest.raises(PairingInfeasible) as refusal:
            pairing.pair(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
    assert "组长" in refusal.value.message


def test_a_preview_that_falls_short_names_the_cheapest_changes_and_who_could_come_from_elsewhere(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        task = county.new_task(session, office)
        draw = county.drawn(session, office, task)
        leaders = session.exec(select(Inspector).where(Inspector.may_lead)).all()
        leader = max(leaders, key=lambda one: one.certificate_until)
        for one in leaders:
            one.may_lead = one is leader
        leader.region_prefix = "360602"
        session.flush()
        found = preview(session, office.planner, draw.draw_id)
    assert not found.feasible
    assert "组长席位" in found.shortages[0]
    assert any(leader.name in sentence and "组长席位" in sentence for sentence in found.suggestions)


def test_the_second_round_evens_out_the_first(database: Database, office: Office) -> None:
    with database.writing() as session:
        for _ in range(3):
            draw = county.drawn(session, office, county.new_task(session, office))
            pairing.pair(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
        loads = Counter(member.inspector_id for member in session.exec(select(TeamMember)))
        entities = session.exec(select(Entity.id)).all()
    assert len(entities) == 600
    assert max(loads.values()) - min(loads.values()) <= 1


def test_the_problem_follows_certificates_areas_and_recusals() -> None:
    def officer(code: str, **more: object) -> Officer:
        fields = {
            "certificate_until": date(2027, 1, 1),
            "area": "360681",
            "qualifications": frozenset[str](),
            "may_lead": True,
            "past_load": 0,
        }
        return Officer(code=code, **(fields | more))  # type: ignore[arg-type]

    officers = [
        officer("A"),
        officer("B", certificate_until=date(2026, 12, 30)),
        officer("C", area="360602"),
        officer("D", may_lead=False, qualifications=frozenset({"food"})),
        officer("E", area="3606"),
    ]
    terms = Terms(team_size=2, last_day=date(2026, 12, 31))
    problem = build_problem(
        officers,
        [VisitNeed("V1", "91", "360681", ("food",)), VisitNeed("V2", "92", "360681", ())],
        terms,
        recusals=[("A", "92")],
        colleague_recusals=[("A", "B"), ("A", "D")],
    )
    seats = {(task.id, seat.id): seat.eligible for task in problem.tasks for seat in task.seats}
    assert seats == {
        ("V1", "lead"): ("A", "E"),
        ("V1", "qualification:food"): ("D",),
        ("V2", "lead"): ("E",),
        ("V2", "member"): ("D", "E"),
    }
    assert problem.colleague_recusals == (("A", "D"),)
    with pytest.raises(NobodyToSend):
        build_problem(officers[:1], [], Terms(2, date(2028, 1, 1)), recusals=[], colleague_recusals=[])


def test_an_entity_that_moved_away_after_the_freeze_still_gets_a_team(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
        number = len((draw.result or "").splitlines())
        moved = session.exec(
            select(Entity).join(DrawnEntity, col(DrawnEntity.entity_id) == col(Entity.id)).limit(1)
        ).one()
        moved.region_code = "360102"  # another city
        session.add(moved)
        pairing.pair(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
        assert len(session.exec(select(TeamMember)).all()) == 2 * number


def test_whoever_serves_part_of_a_wider_area_may_look_for_an_entity_that_moved_within_it() -> None:
    assert serves("360681", "360681")
    assert serves("36", "360681")
    assert serves("360681", "3606")
    assert not serves("360681", "360602")


def test_whoever_is_on_leave_for_the_whole_task_is_sent_nowhere(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
        for inspector_id, last in ((3, date(2026, 12, 31)), (4, date(2026, 12, 30))):
            session.add(
                Leave(
                    inspector_id=inspector_id,
                    starts=date(2026, 11, 1),
                    ends=last,
                    reason="病假",
                    recorded_by="planner",
                    at=NOW,
                )
            )
        session.flush()
        pairing.pair(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
        sent = set(session.exec(select(TeamMember.inspector_id)))
    assert 3 not in sent
    assert 4 in sent


def test_who_visited_an_entity_the_last_time_does_not_visit_it_again(
    database: Database, office: Office
) -> None:
    everybody = dict.fromkeys(county.RATES, 1_000_000)
    with database.writing() as session:
        for entity in session.exec(select(Entity).where(col(Entity.id) > 12)):
            entity.region_code = "360602"
        session.flush()
        for _ in range(2):
            task = county.new_task(session, office, by_class=False, rates=everybody)
            draw = county.drawn(session, office, task)
            pairing.pair(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
        went = session.exec(
            select(Visit.entity_id, TeamMember.inspector_id).join(
                TeamMember, col(TeamMember.visit_id) == col(Visit.id)
            )
        ).all()
    assert len(went) == 12 * 2 * 2
    assert len(set(went)) == len(went)
