"""A whole draw verified: it agrees as it was made, and any change is named."""

import gzip
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import inspect
from sqlmodel import Session, SQLModel, col, select

from solver.verify import STEPS
from supervision.database import Database
from supervision.draw import replacing
from supervision.draw import service as draws
from supervision.draw.tables import Draw, DrawnEntity, DrawParty, FrozenFrame
from supervision.errors import Conflict, NotFound
from supervision.inspection import service as inspection
from supervision.inspection.replacing import TeamRefused
from supervision.inspection.rules import ItemAnswer
from supervision.inspection.tables import ItemOutcome, Visit
from supervision.pairing import reassigning, storing
from supervision.pairing import seconds as second_secrets
from supervision.pairing import service as pairing
from supervision.pairing.tables import Pairing, Reassignment, TeamMember
from supervision.people.rules import Actor
from supervision.people.tables import Role
from supervision.publication import service as publication
from supervision.publication.tables import ReleasedResult
from supervision.register import service as register
from supervision.register.tables import Entity
from supervision.verification.pairings import EARLY, NO_SECOND
from supervision.verification.rules import INSPECTORS_CHANGED, STEP_NAMES, Report, Step
from supervision.verification.service import verify_draw
from tests.supervision import county
from tests.supervision.county import ALIAS_KEY, NOW, Office
from tests.supervision.factories import CALENDAR

DRAW = "360681-2026-0001"
REPLAY = [name for name in STEPS if name not in {"sources", "checkpoint", "log", "consistency", "order"}]
TABLE = ["inspectors", "pairing_problem", "pairing_table", "pairing_order"]
TEAMS = ["pairing_seconds", "pairing_seed", "pairing", "teams"]
OWN = ["drawn", "links", "visits", *TABLE, *TEAMS, "releases"]


@pytest.fixture
def published(database: Database, office: Office, enrol: Callable[..., Actor]) -> None:
    """A draw of the small county, paired, with one published result."""
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
        pairing.pair(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
        visit = session.exec(select(Visit).order_by(col(Visit.code))).first()
        assert visit is not None
        member = session.exec(select(TeamMember).where(TeamMember.visit_id == visit.id)).first()
        assert member is not None
    inspector = enrol(Role.INSPECTOR, inspector_id=member.inspector_id)
    later = NOW + timedelta(days=5)
    with database.writing() as session:
        items = inspection.visit_detail(session, inspector, visit.code).items
        inspection.enter_finding(
            session,
            inspector,
            visit.code,
            inspected_on=date(2026, 11, 24),
            result="1",
            items={item.id: ItemAnswer(ItemOutcome.PASS) for item in items},
            now=later,
            working_days=CALENDAR,
            publication_working_days=20,
        )
        publication.publish(session, office.approver, [visit.code], later)


def verified(database: Database) -> Report:
    with database.reading() as session:
        return verify_draw(session, DRAW)


def first(session: Session, table: type[SQLModel], /, **values: Any) -> None:
    """Change the first row of a table behind everyone's back."""
    row = session.exec(select(table).order_by(*inspect(table).primary_key)).first()
    assert row is not None
    for name, value in values.items():
        setattr(row, name, value)
    session.add(row)


def failed_after(database: Database, table: type[SQLModel], /, **values: Any) -> list[str]:
    with database.writing() as session:
        first(session, table, **values)
    return [step.name for step in verified(database).failed]


def test_a_draw_agrees_from_its_plan_to_its_releases(database: Database, published: None) -> None:
    report = verified(database)
    assert [step.name for step in report.steps] == [*REPLAY, *OWN]
    assert report.ok, str(report)
    assert str(report).startswith(f"抽取 {DRAW}：验证通过")
    assert (report.denominator, report.failed) == (1_000_000, ())
    with database.reading() as session:
        draw = session.exec(select(Draw)).one()
        assert (report.result_sha256, report.drawn) == (
            draw.result_sha256,
            len(str(draw.result).splitlines()),
        )


def test_before_the_pairing_there_is_the_replay_alone(database: Database, office: Office) -> None:
    with database.writing() as session:
        county.drawn(session, office, county.new_task(session, office))
    report = verified(database)
    assert report.ok
    assert [step.name for step in report.steps] == [*REPLAY, "drawn", "links"]


def test_the_second_draw_links_to_the_first(database: Database, office: Office) -> None:
    with database.writing() as session:
        county.drawn(session, office, county.new_task(session, office))
        second = county.drawn(session, office, county.new_task(session, office))
        report = verify_draw(session, second.draw_id)
    assert report.ok
    assert [step.name for step in report.steps][2] == "previous"
    with database.writing() as session:
        first(session, Draw, closing_json='{"draw_id":"x","plan_hash":"' + "0" * 64 + '","void":"x"}')
        report = verify_draw(session, second.draw_id)
    assert [step.name for step in report.failed] == ["previous"]


def test_an_open_frame_is_verified_as_well(database: Database, office: Office) -> None:
    with database.writing() as session:
        rates = dict.fromkeys(county.RATES, 50_000)
        task = county.new_task(session, office, by_class=False, rates=rates)
        county.drawn(session, office, task)
    assert verified(database).ok


@pytest.mark.parametrize(
    ("table", "values", "step"),
    [
        (DrawParty, {"secret": "03" * 32}, "reveals"),
        (Draw, {"plan_hash": "0" * 64}, "plan_hash"),
        (Draw, {"cells_sha256": "0" * 64}, "cells"),
        (Draw, {"closing_hash": "0" * 64}, "closing_hash"),
        (FrozenFrame, {"frame": gzip.compress(b"")}, "register"),
        (DrawnEntity, {"ticket": "0" * 64}, "drawn"),
        (Pairing, {"seed": "0" * 64}, "pairing_seed"),
        (Pairing, {"problem_sha256": "0" * 64}, "pairing_problem"),
        (Pairing, {"table_sha256": "0" * 64}, "pairing_table"),
        (Pairing, {"table": storing.pack({})}, "pairing_table"),
        (Pairing, {"awaited": [0]}, "pairing_order"),
        (Pairing, {"alias_key": "0" * 64}, "teams"),
        (ReleasedResult, {"result_text": "未发现问题。"}, "releases"),
    ],
)
def test_each_change_behind_everyones_back_is_named(
    database: Database, published: None, table: type[SQLModel], values: dict[str, Any], step: str
) -> None:
    failed = failed_after(database, table, **values)
    assert failed
    assert failed[0] == step


def test_a_drawn_entity_put_in_the_place_of_another_is_named(database: Database, published: None) -> None:
    with database.writing() as session:
        drawn = session.exec(select(DrawnEntity).order_by(col(DrawnEntity.position))).first()
        taken = select(DrawnEntity.entity_id)
        other = session.exec(select(Entity).where(col(Entity.id).not_in(taken))).first()
        assert drawn is not None
        assert other is not None
        drawn.entity_id = other.id or 0
        session.add(drawn)
    report = verified(database)
    assert [step.name for step in report.failed] == ["links", "visits"]
    assert other.uscc in report.failed[0].message


def test_a_team_changed_by_hand_is_named(database: Database, published: None) -> None:
    with database.writing() as session:
        member = session.exec(select(TeamMember).where(TeamMember.seat == "member")).first()
        assert member is not None
        team = set(
            session.exec(select(TeamMember.inspector_id).where(TeamMember.visit_id == member.visit_id))
        )
        member.inspector_id = next(number for number in range(2, 13) if number not in team)
        session.add(member)
    (step,) = verified(database).failed
    assert step.name == "teams"
    assert "-V0" in step.message


def test_a_recusal_between_freeze_and_pairing_is_told(database: Database, office: Office) -> None:
    titles = []
    with database.writing() as session:
        for recuse in (False, True):
            draw = county.drawn(session, office, county.new_task(session, office))
            if recuse:
                register.add_recusal(
                    session, office.planner, 3, reason="近亲属", uscc=county.uscc(0), now=NOW
                )
            pairing.pair(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
            report = verify_draw(session, draw.draw_id)
            assert report.ok
            titles.append(next(step.title for step in report.steps if step.name == "inspectors"))
    assert titles == [STEP_NAMES["inspectors"], INSPECTORS_CHANGED]


def test_only_a_closed_draw_is_verified(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw = county.frozen(session, office, county.new_task(session, office))
        with pytest.raises(Conflict, match="待审批"):
            verify_draw(session, draw.draw_id)
        draws.void(session, office.approver, draw.draw_id, "plan-error", "范围填错", NOW)
        with pytest.raises(Conflict, match="已作废"):
            verify_draw(session, draw.draw_id)
        with pytest.raises(NotFound):
            verify_draw(session, "360681-2026-0099")


@pytest.fixture
def reassigned(database: Database, office: Office) -> None:
    """A pairing with second secrets, an entity replaced, and an inspector replaced before and after it."""
    with database.writing() as session:
        task = county.new_task(session, office, second_reveal=True)
        draw = county.drawn(session, office, task)
        pairing.commit_table(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
        second_secrets.reveal_second(session, office.witness, task.code, county.SECRETS[1].hex(), NOW)
        second_secrets.note_second_missing(session, office.planner, draw.draw_id, NOW)
        pairing.draw_teams(session, office.planner, draw.draw_id, NOW)
        reassign(session, office, 3)
        spare = {cell for cell, population, _a, k, _t in draw.cells or () if population - k > 2}
        rows = [row for row in draws.records.drawn(session, draw.id or 0) if row[0].cell in spare]
        for _, entity in rows:
            try:
                asked = replacing.propose_replacement(
                    session, office.planner, DRAW, entity.uscc, "moved-away", "已迁出", NOW
                )
                replacing.approve_replacement(session, office.approver, DRAW, asked.id or 0, NOW)
            except TeamRefused:
                continue
            break
        newest = session.exec(select(Visit).order_by(col(Visit.id).desc())).first()
        assert newest is not None
        member = session.exec(select(TeamMember).where(TeamMember.visit_id == newest.id)).first()
        assert member is not None
        reassign(session, office, member.inspector_id)


def reassign(session: Session, office: Office, inspector_id: int) -> None:
    asked = reassigning.propose_reassignment(
        session, office.planner, DRAW, inspector_id, "illness", "住院", NOW
    )
    reassigning.approve_reassignment(session, office.approver, DRAW, asked.id or 0, NOW)


def step_of(report: Report, name: str) -> Step:
    return next(step for step in report.steps if step.name == name)


def test_second_secrets_reassignments_and_replacements_all_agree(
    database: Database, reassigned: None
) -> None:
    report = verified(database)
    assert report.ok, str(report)
    assert step_of(report, "reassignments").ok
    assert step_of(report, "replacements").ok
    assert step_of(report, "pairing_seconds").title == STEP_NAMES["pairing_seconds"]


@pytest.mark.parametrize(
    ("table", "values", "step"),
    [
        (DrawParty, {"second_missing_at": None}, "pairing_order"),
        (Reassignment, {"seed": "0" * 64}, "reassignments"),
        (Reassignment, {"reason": "leave"}, "reassignments"),
        (Reassignment, {"changed": []}, "reassignments"),
        (Reassignment, {"number": None}, "reassignments"),
    ],
)
def test_each_change_of_what_came_after_the_table_is_named(
    database: Database, reassigned: None, table: type[SQLModel], values: dict[str, Any], step: str
) -> None:
    assert failed_after(database, table, **values)[0] == step


def test_a_second_secret_that_is_not_the_parties_own_is_named(database: Database, reassigned: None) -> None:
    with database.writing() as session:
        party = session.exec(select(DrawParty).where(col(DrawParty.second).is_not(None))).one()
        party.second = "0" * 64
        session.add(party)
    assert [step.name for step in verified(database).failed][:2] == ["pairing_seconds", "pairing_seed"]


def test_a_pairing_without_second_secrets_is_told_as_such(database: Database, published: None) -> None:
    assert step_of(verified(database), "pairing_seconds").title == NO_SECOND


def test_a_table_is_verified_before_its_teams_are_drawn(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
        pairing.commit_table(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
    report = verified(database)
    assert report.ok, str(report)
    assert [step.name for step in report.steps] == [*REPLAY, "drawn", "links", *TABLE]
    with database.writing() as session:
        kept = session.exec(select(Pairing)).one()
        table = storing.unpack(kept.table or b"")
        table["table"][0]["n"] -= 1
        kept.table = storing.pack(table)
        session.add(kept)
    (step,) = verified(database).failed
    assert step.name == "pairing_table"
    assert step.message


def test_a_pairing_of_before_tables_of_chances_is_told_as_not_replayed(
    database: Database, published: None
) -> None:
    with database.writing() as session:
        first(session, Pairing, table=None, table_sha256=None, alias_key="")
    report = verified(database)
    assert [(step.name, step.message) for step in report.steps if step.status == "skipped"] == [
        ("pairing", EARLY)
    ]
    assert report.failed == ()
