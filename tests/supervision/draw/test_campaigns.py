"""Campaigns: two departments, one set of parties, one frame key, the same tickets."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import Session

from solver.seed import commitment
from supervision.database import Database
from supervision.draw import campaigns, entropy, opening, records
from supervision.draw import service as draws
from supervision.draw.campaigns import (
    CampaignDiffers,
    CampaignNotSealed,
    CampaignPlansOpen,
    CampaignSealed,
)
from supervision.draw.rules import CommitmentReused, FourEyes
from supervision.draw.tables import Draw, DrawState
from supervision.draw.upkeep import keep_up
from supervision.errors import Conflict, InvalidInput, NotFound
from supervision.people import service as people
from supervision.people.rules import Actor
from supervision.people.tables import Role
from supervision.plan import service as plans
from supervision.plan.tables import Task
from supervision.register.tables import Inspector, Item
from supervision.transparency import records as log
from supervision.verification.service import verify_draw
from tests.supervision import county
from tests.supervision.county import FRAME_KEY, NOW, SECRETS, Office
from tests.supervision.draw.beacons import AFTER, REVEAL_BY, WITH_BEACON, answer_to, chain

__all__ = ["chain"]
pytestmark = pytest.mark.usefixtures("chain")
KEY = bytes(range(1, 33))
SOURCES = {"reveal_by": REVEAL_BY, "use_beacon": True}


@pytest.fixture
def fire(database: Database, organ: object, enrol: Callable[..., Actor]) -> Office:
    """The fire brigade of the county, with a register of its own."""
    with database.writing() as session:
        brigade = people.add_organ(session, people.SYSTEM, "360681-9", "贵溪市消防救援大队", "360681", NOW)
        session.add(
            Item(
                organ_id=brigade.id or 0,
                code="XF-01",
                name="消防检查",
                legal_basis="《中华人民共和国消防法》第五十三条",
                digest="-",
                updated_at=NOW,
            )
        )
        session.add(
            Inspector(
                organ_id=brigade.id or 0,
                code="X01",
                name="消防员",
                certificate="X01",
                certificate_until=date(2028, 1, 1),
                region_prefix="360681",
                may_lead=True,
                digest="-",
                updated_at=NOW,
            )
        )
    planner = enrol(Role.PLANNER, "fire-planner", organ_code="360681-9")
    approver = enrol(Role.APPROVER, "fire-approver", organ_code="360681-9")
    return Office(planner, approver, planner)


def joined(session: Session, office: Office, fire: Office, **more: object) -> tuple[str, Task, Task]:
    """A campaign of the regulator that the brigade's task has joined."""
    own = county.new_task(session, office, **(SOURCES | more))
    campaign = campaigns.create_campaign(session, office.planner, own.code, "联合抽查", NOW, KEY)
    other = county.new_task(session, fire, items=("XF-01",))
    campaigns.join_campaign(session, fire.planner, campaign.code, other.code, NOW)
    return campaign.code, own, other


def approved(session: Session, office: Office, fire: Office, own: Task, other: Task) -> tuple[Draw, Draw]:
    county.committed(session, office, own)
    found = []
    for people_of, task in ((office, own), (fire, other)):
        draw = draws.freeze(session, people_of.planner, task.code, WITH_BEACON, NOW, FRAME_KEY)
        found.append(draws.approve(session, people_of.approver, draw.draw_id, NOW))
    return found[0], found[1]


def _by_cell(session: Session, draw: Draw) -> dict[str, list[tuple[str, str]]]:
    """Cell → (credit code, ticket) of its drawn, in the order of tickets."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row, entity in records.drawn(session, draw.id or 0):
        found.setdefault(row.cell, []).append((entity.uscc, row.ticket))
    return found


def kinds(session: Session, draw: Draw) -> list[str]:
    return [entry.kind for entry in log.of_draw(session, draw.draw_id)]


def test_two_departments_draw_the_same_firms_from_one_set_of_secrets(
    database: Database, office: Office, fire: Office
) -> None:
    with database.writing() as session:
        code, own, other = joined(session, office, fire)
        first, second = approved(session, office, fire, own, other)
        sealed = campaigns.seal_campaign(session, office.planner, code, NOW)
        for actor, secret in zip(office.parties, SECRETS, strict=True):
            draws.reveal(session, actor, own.code, secret.hex(), NOW)
        entropy.enter_beacon(session, office.planner, first.draw_id, answer_to(session, first), AFTER)
        draws.run(session, office.planner, first.draw_id, AFTER)
        draws.run(session, fire.planner, second.draw_id, AFTER)
    with database.reading() as session:
        for draw in (first, second):
            assert kinds(session, draw) == ["plan", "reveal", "reveal", "beacon", "closing", "opening"]
            assert verify_draw(session, draw.draw_id).ok, str(verify_draw(session, draw.draw_id))
        drawn = [_by_cell(session, draw) for draw in (first, second)]
        [entry] = log.of_kind(session, "campaign")
    shared = 0
    for cell in drawn[0].keys() & drawn[1].keys():
        one, two = drawn[0][cell], drawn[1][cell]
        both = min(len(one), len(two))
        assert abs(len(one) - len(two)) <= 1  # each plan rounds by itself
        assert one[:both] == two[:both]  # the same firms by the same tickets
        shared += both
    assert shared == 21  # of 23 drawn by each
    assert first.seed != second.seed
    plan = json.loads(second.plan_json)
    assert (plan["campaign"], plan["commits"]) == (code, json.loads(first.plan_json)["commits"])
    listed = sorted([first.plan_hash, second.plan_hash])
    assert json.loads(entry.body)["record"] == {"v": "campaign/1", "campaign": code, "plans": listed}
    assert json.loads(sealed.record or "") == json.loads(entry.body)["record"]


def test_nobody_reveals_before_all_plans_are_approved_and_the_campaign_is_sealed(
    database: Database, office: Office, fire: Office
) -> None:
    with database.writing() as session:
        code, own, other = joined(session, office, fire)
        county.committed(session, office, own)
        first = draws.freeze(session, office.planner, own.code, WITH_BEACON, NOW, FRAME_KEY)
        draws.approve(session, office.approver, first.draw_id, NOW)
        with pytest.raises(CampaignNotSealed):
            draws.reveal(session, office.planner, own.code, SECRETS[0].hex(), NOW)
        with pytest.raises(CampaignPlansOpen, match=other.code):
            campaigns.seal_campaign(session, office.planner, code, NOW)
        second = draws.freeze(session, fire.planner, other.code, WITH_BEACON, NOW, FRAME_KEY)
        draws.approve(session, fire.approver, second.draw_id, NOW)
        with pytest.raises(NotFound):  # only the organiser seals
            campaigns.seal_campaign(session, fire.planner, code, NOW)
        with pytest.raises(InvalidInput):
            campaigns.seal_campaign(session, office.planner, code, REVEAL_BY)
        campaigns.seal_campaign(session, office.planner, code, NOW)
        with pytest.raises(CampaignSealed):
            campaigns.seal_campaign(session, office.planner, code, NOW)
        draws.reveal(session, office.planner, own.code, SECRETS[0].hex(), NOW)
        with pytest.raises(Conflict):
            draws.reveal(session, office.planner, other.code, SECRETS[0].hex(), NOW)


def test_who_stays_away_is_missing_from_every_draw(database: Database, office: Office, fire: Office) -> None:
    with database.writing() as session:
        code, own, other = joined(session, office, fire)
        first, second = approved(session, office, fire, own, other)
        campaigns.seal_campaign(session, office.planner, code, NOW)
        draws.reveal(session, office.witness, other.code, SECRETS[1].hex(), NOW)
        draws.note_missing(session, fire.planner, second.draw_id, REVEAL_BY + timedelta(seconds=5))
        assert kinds(session, first) == kinds(session, second) == ["plan", "reveal", "missing"]


def test_a_void_draw_leaves_the_others_of_its_campaign_to_go_on(
    database: Database, office: Office, fire: Office
) -> None:
    with database.writing() as session:
        code, own, other = joined(session, office, fire)
        first, second = approved(session, office, fire, own, other)
        draws.void(session, fire.approver, second.draw_id, "plan-error", "范围有误", NOW)
        sealed = campaigns.seal_campaign(session, office.planner, code, NOW)
        assert json.loads(sealed.record or "")["plans"] == [first.plan_hash]
        for actor, secret in zip(office.parties, SECRETS, strict=True):
            draws.reveal(session, actor, own.code, secret.hex(), NOW)
        assert kinds(session, second) == ["plan", "closing"]


def test_what_is_sealed_is_opened_together(database: Database, office: Office, fire: Office) -> None:
    open_by = NOW + timedelta(days=20)
    with database.writing() as session:
        code, own, other = joined(session, office, fire, disclosure="sealed", open_by=open_by)
        first, second = approved(session, office, fire, own, other)
        campaigns.seal_campaign(session, office.planner, code, NOW)
        for actor, secret in zip(office.parties, SECRETS, strict=True):
            draws.reveal(session, actor, own.code, secret.hex(), NOW)
        entropy.enter_beacon(session, office.planner, first.draw_id, answer_to(session, first), AFTER)
        draws.run(session, office.planner, first.draw_id, AFTER)
        with pytest.raises(Conflict):  # the other draw's tickets would be known before it is drawn
            opening.open_draw(session, office.approver, first.draw_id, AFTER)
        draws.run(session, fire.planner, second.draw_id, AFTER)
        opening.open_draw(session, fire.approver, second.draw_id, AFTER)
        assert first.opened_at == second.opened_at == AFTER


def test_tasks_join_before_their_freeze_and_share_the_organisers_parties_and_sources(
    database: Database, office: Office, fire: Office
) -> None:
    with database.writing() as session:
        code, own, other = joined(session, office, fire)
        assert (other.reveal_by, other.use_beacon, other.campaign) == (REVEAL_BY, True, code)
        with pytest.raises(Conflict):
            campaigns.join_campaign(session, fire.planner, code, other.code, NOW)
        named = county.named_as(county.TWO, (fire.planner, office.witness))
        with pytest.raises(Conflict):
            draws.name_parties(session, fire.planner, other.code, named, NOW)
        county.committed(session, office, own)
        plans.change_task(
            session,
            fire.planner,
            other.code,
            county.draft(items=("XF-01",), reveal_by=AFTER, use_beacon=True),
            NOW,
        )
        with pytest.raises(CampaignDiffers):
            draws.freeze(session, fire.planner, other.code, WITH_BEACON, NOW, FRAME_KEY)
        with pytest.raises(Conflict):
            campaigns.leave_campaign(session, office.planner, code, own.code, NOW)
        campaigns.leave_campaign(session, fire.planner, code, other.code, NOW)
        campaigns.join_campaign(session, fire.planner, code, other.code, NOW)
        draw = draws.freeze(session, fire.planner, other.code, WITH_BEACON, NOW, FRAME_KEY)
        assert draw.state is DrawState.FROZEN
        assert records.frame_of(session, draw.id or 0).key == KEY.hex()
        [seen] = campaigns.campaigns(session, office.planner)
        assert [(m.organ_name, m.task_code) for m in seen.members] == [
            ("贵溪市市场监督管理局", own.code),
            ("贵溪市消防救援大队", other.code),
        ]


def test_plans_that_no_longer_go_together_are_not_sealed(
    database: Database, office: Office, fire: Office
) -> None:
    with database.writing() as session:
        code, own, other = joined(session, office, fire)
        county.committed(session, office, own)
        for people_of, task in ((fire, other), (office, own)):
            if task is own:
                later = county.draft(reveal_by=AFTER, use_beacon=True)
                plans.change_task(session, office.planner, own.code, later, NOW)
            draw = draws.freeze(session, people_of.planner, task.code, WITH_BEACON, NOW, FRAME_KEY)
            draws.approve(session, people_of.approver, draw.draw_id, NOW)
        with pytest.raises(CampaignDiffers):
            campaigns.seal_campaign(session, office.planner, code, NOW)


def test_an_organ_elsewhere_finds_no_campaign_here(
    database: Database, office: Office, fire: Office, enrol: Callable[..., Actor]
) -> None:
    with database.writing() as session:
        people.add_organ(session, people.SYSTEM, "360622", "余江区市场监督管理局", "360622", NOW)
    away = enrol(Role.PLANNER, "away", organ_code="360622")
    with database.writing() as session:
        code, *_ = joined(session, office, fire)
        assert campaigns.campaigns(session, away) == []
        with pytest.raises(NotFound):
            campaigns.campaign_of(session, away, code)


def test_a_secret_serves_one_campaign_only(database: Database, office: Office, fire: Office) -> None:
    with database.writing() as session:
        _, own, other = joined(session, office, fire)
        approved(session, office, fire, own, other)
        task = county.new_task(session, office)
        named = county.named_as(county.TWO, office.parties)
        draws.name_parties(session, office.planner, task.code, named, NOW)
        with pytest.raises(CommitmentReused):
            draws.commit(session, office.planner, task.code, commitment(SECRETS[0]).hex(), NOW)


def test_a_campaign_of_which_every_draw_is_void_cannot_be_sealed(
    database: Database, office: Office, fire: Office
) -> None:
    with database.writing() as session:
        code, own, other = joined(session, office, fire)
        for draw, actor in zip(approved(session, office, fire, own, other), (office, fire), strict=True):
            draws.void(session, actor.approver, draw.draw_id, "plan-error", "不再联合", NOW)
        with pytest.raises(Conflict):
            campaigns.seal_campaign(session, office.planner, code, NOW)


def test_without_its_seal_nobody_of_a_campaign_is_noted_as_missing(
    database: Database, office: Office, fire: Office
) -> None:
    between = REVEAL_BY + timedelta(seconds=30)
    with database.writing() as session:
        _, own, other = joined(session, office, fire)
        first, second = approved(session, office, fire, own, other)
        with pytest.raises(CampaignNotSealed):
            draws.note_missing(session, office.planner, first.draw_id, between)
    keep_up(database, lambda: between)
    with database.reading() as session:
        assert [kinds(session, draw) for draw in (first, second)] == [["plan"], ["plan"]]


def test_tasks_whose_deadlines_have_come_apart_are_not_sealed(
    database: Database, office: Office, fire: Office
) -> None:
    with database.writing() as session:
        lottery = {"use_beacon": False, "lotteries": ({"game": "ssq", "issue": "2026135"},)}
        code, own, other = joined(session, office, fire, **lottery)
        county.committed(session, office, own)
        second = draws.freeze(session, fire.planner, other.code, WITH_BEACON, NOW, FRAME_KEY)
        later = county.draft(**(SOURCES | lottery | {"reveal_by": REVEAL_BY + timedelta(days=1)}))
        plans.change_task(session, office.planner, own.code, later, NOW)
        first = draws.freeze(session, office.planner, own.code, WITH_BEACON, NOW, FRAME_KEY)
        for draw, actor in ((first, office), (second, fire)):
            draws.approve(session, actor.approver, draw.draw_id, NOW)
        with pytest.raises(CampaignDiffers):
            campaigns.seal_campaign(session, office.planner, code, NOW)


def test_who_joined_a_task_to_a_campaign_does_not_approve_it(
    database: Database, office: Office, fire: Office
) -> None:
    both = replace(fire.approver, roles=frozenset({Role.APPROVER, Role.PLANNER}))
    with database.writing() as session:
        own = county.new_task(session, office, **SOURCES)
        campaign = campaigns.create_campaign(session, office.planner, own.code, "联合抽查", NOW, KEY)
        other = county.new_task(session, fire, items=("XF-01",))
        campaigns.join_campaign(session, both, campaign.code, other.code, NOW)
        county.committed(session, office, own)
        draw = draws.freeze(session, fire.planner, other.code, WITH_BEACON, NOW, FRAME_KEY)
        with pytest.raises(FourEyes):
            draws.approve(session, both, draw.draw_id, NOW)
