"""What nobody may do around a draw once something is known, or in place of somebody else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select, text

from solver.seed import commitment
from supervision.database import Database
from supervision.draw import service as draws
from supervision.draw.rules import CommitmentReused, FourEyes, TooFewParties
from supervision.draw.tables import Draw
from supervision.errors import InvalidInput, NotFound
from supervision.journal.tables import Entry
from supervision.people import service as people
from supervision.people.rules import Actor
from supervision.people.tables import AccountRole, Role
from supervision.plan import service as plans
from supervision.plan.rules import UnpublishedItem
from supervision.register.tables import Item
from supervision.risk.tables import RiskClass
from tests.supervision import county
from tests.supervision.county import FRAME_KEY, HOW, NOW, SECRETS, Office

EVERYBODY = dict.fromkeys(RiskClass, 1_000_000)


def name(session: Session, office: Office, task_code: str, *parties: Actor) -> None:
    named = county.named_as(county.TWO, parties)
    draws.name_parties(session, office.planner, task_code, named, NOW)


def test_a_commitment_copied_from_another_party_is_refused(database: Database, office: Office) -> None:
    copied = commitment(SECRETS[0]).hex()
    with database.writing() as session:
        task = county.new_task(session, office)
        name(session, office, task.code, *office.parties)
        draws.commit(session, office.planner, task.code, copied, NOW)
        with pytest.raises(CommitmentReused):
            draws.commit(session, office.witness, task.code, copied, NOW)


def test_a_secret_published_with_an_earlier_draw_cannot_serve_again(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        county.drawn(session, office, county.new_task(session, office))
        task = county.new_task(session, office)
        name(session, office, task.code, *office.parties)
        with pytest.raises(CommitmentReused):
            draws.commit(session, office.witness, task.code, commitment(SECRETS[1]).hex(), NOW)


@pytest.mark.parametrize("where", ["planner", "witness who plans"])
def test_who_plans_is_no_witness_even_with_the_role_of_one(
    database: Database, office: Office, where: str
) -> None:
    with database.writing() as session:
        second = office.approver if where == "planner" else office.witness
        role = Role.WITNESS if where == "planner" else Role.PLANNER
        holder = office.planner if where == "planner" else office.witness
        session.add(AccountRole(account_id=holder.account_id, role=role))
        task = county.new_task(session, office)
        name(session, office, task.code, office.planner, second)
        for actor, secret in zip((office.planner, second), SECRETS, strict=True):
            draws.commit(session, actor, task.code, commitment(secret).hex(), NOW)
        with pytest.raises(TooFewParties):
            draws.freeze(session, office.planner, task.code, HOW, NOW, FRAME_KEY)


def test_who_changed_the_task_or_named_its_parties_cannot_approve_it(
    database: Database, office: Office, enrol: Callable[..., Actor]
) -> None:
    both = replace(office.approver, roles=frozenset({Role.PLANNER, Role.APPROVER}))
    other = replace(enrol(Role.APPROVER, "second"), roles=frozenset({Role.PLANNER, Role.APPROVER}))
    with database.writing() as session:
        task = county.new_task(session, office)
        plans.change_task(session, both, task.code, county.draft(name="另一个名称"), NOW)
        name(session, replace(office, planner=other), task.code, *office.parties)
        draw = county.frozen(session, office, task)
        for actor in (both, other):
            with pytest.raises(FourEyes):
                draws.approve(session, actor, draw.draw_id, NOW)


def test_an_item_that_lost_its_legal_basis_keeps_the_task_from_the_freeze(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        task = county.new_task(session, office)
        county.committed(session, office, task)
        item = session.exec(select(Item).where(Item.code == "GS-02")).one()
        item.legal_basis = " "
        session.add(item)
        with pytest.raises(UnpublishedItem):
            draws.freeze(session, office.planner, task.code, HOW, NOW, FRAME_KEY)


def test_a_task_whose_days_have_passed_is_not_frozen(database: Database, office: Office) -> None:
    with database.writing() as session:
        task = county.new_task(session, office)
        county.committed(session, office, task)
        with pytest.raises(InvalidInput):
            draws.freeze(session, office.planner, task.code, HOW, NOW + timedelta(days=90), FRAME_KEY)


def test_the_cap_counts_who_is_drawn_though_no_team_is_matched_yet(
    database: Database, office: Office
) -> None:
    once = replace(HOW, visit_cap=1)
    with database.writing() as session:
        first = county.drawn(session, office, county.new_task(session, office))
        drawn = len((first.result or "").splitlines())
        task = county.new_task(session, office)
        county.committed(session, office, task)
        second = draws.freeze(session, office.planner, task.code, once, NOW, FRAME_KEY)
    assert drawn > 0
    assert second.register_n == 600 - drawn


def test_a_void_draw_counts_against_nobodys_cap(database: Database, office: Office) -> None:
    with database.writing() as session:
        void = county.revealed(session, office, county.new_task(session, office, rates=EVERYBODY))
        draws.void(session, office.approver, void.draw_id, "register-error", "名录有误", NOW)
        task = county.new_task(session, office)
        county.committed(session, office, task)
        how = replace(HOW, visit_cap=1)
        assert draws.freeze(session, office.planner, task.code, how, NOW, FRAME_KEY).register_n == 600


def test_a_redraw_follows_a_void_task_of_its_own_organ_only(database: Database, office: Office) -> None:
    with database.writing() as session:
        organ = people.add_organ(session, people.SYSTEM, "360681-WJ", "卫生健康委员会", "360681", NOW)
        other = replace(office.planner, organ_id=organ.id or 0, organ_code=organ.code)
        task = county.new_task(session, office)
        draw = county.frozen(session, office, task)
        draws.void(session, office.approver, draw.draw_id, "plan-error", "范围有误", NOW)
        plan = plans.create_plan(session, other, 2026, "2026年度抽查计划", NOW)
        session.add(
            Item(
                organ_id=organ.id or 0,
                code="GS-01",
                name="事项",
                legal_basis="依据",
                digest="-",
                updated_at=NOW,
            )
        )
        session.flush()
        draft = county.draft(items=("GS-01",))
        with pytest.raises(NotFound):
            plans.create_task(
                session, other, plan.code, draft, NOW, redraw_of=task.code, redraw_reason="范围有误"
            )


def test_the_freeze_cites_the_snapshot_it_used(database: Database, office: Office) -> None:
    with database.writing() as session:
        county.frozen(session, office, county.new_task(session, office))
        entry = session.exec(select(Entry).where(Entry.act == "draw.freeze")).one()
    assert entry.detail["snapshot"] == "0" * 64


def test_while_one_act_holds_a_draw_no_other_gets_at_it_or_its_task(
    database: Database, office: Office
) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer")
    with database.writing() as session:
        task = county.new_task(session, office)
        draw = county.revealed(session, office, task)
    with database.writing() as first:
        draws.run(first, office.planner, draw.draw_id, NOW)
        for act in (
            lambda session: draws.void(session, office.approver, draw.draw_id, "plan-error", "x", NOW),
            lambda session: plans.change_task(session, office.planner, task.code, county.draft(), NOW),
        ):
            with database.reading() as second:
                second.connection().execute(text("SET LOCAL lock_timeout = '50ms'"))
                with pytest.raises(OperationalError, match="lock timeout"):
                    act(second)
    with database.reading() as session:
        assert session.exec(select(Draw.void_reason)).one() is None
