"""What was logged and published of a draw passes every step of the verification of a bundle (log/1 part 5)."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from solver.evidence import Evidence
from solver.log.checkpoint import Signer
from solver.verify import Report, verify
from supervision.database import Database
from supervision.draw import campaigns, entropy, opening, replacing
from supervision.draw import service as draws
from supervision.draw.tables import Draw
from supervision.pairing import service as pairing
from supervision.publication import material
from tests.supervision import county
from tests.supervision.county import ALIAS_KEY, NOW, SECRETS, Office
from tests.supervision.draw.beacons import (
    AFTER,
    BETWEEN,
    NUMBERS,
    REVEAL_BY,
    SSQ,
    WITH_BEACON,
    answer_to,
    approved,
    chain,
    reveal,
)
from tests.supervision.draw.test_replacing import first_of_a_large_cell

__all__ = ["chain"]
pytestmark = pytest.mark.usefixtures("chain")
SIGNER = Signer("example.org/log", bytes(range(32)))
EVERY = (
    "plan", "plan_hash", "previous", "frame", "register", "reveals", "sources", "draw", "result", "cells", "closing",
    "closing_hash", "checkpoint", "log", "consistency", "order",
)  # fmt: skip


def checked(session: Session, draw: Draw) -> Report:
    return verify(Evidence.of(material.bundle(session, draw.draw_id, SIGNER)), log_key=SIGNER.key)


def told(report: Report) -> str:
    return "\n".join(f"{step.name} {step.status} {step.message}" for step in report.steps)


def test_a_draw_with_a_missing_party_a_beacon_and_a_lottery(database: Database, office: Office) -> None:
    with database.writing() as session:
        county.drawn(session, office, county.new_task(session, office))  # so that there is one before
        draw, task = approved(session, office, lotteries=(SSQ,))
        reveal(session, office, task, 1)
        draws.note_missing(session, office.planner, draw.draw_id, BETWEEN)
        entropy.enter_beacon(session, office.planner, draw.draw_id, answer_to(session, draw), AFTER)
        for actor in (office.planner, office.approver):
            entropy.enter_lottery(session, actor, draw.draw_id, "ssq", "2026135", NUMBERS, AFTER)
        draws.run(session, office.planner, draw.draw_id, AFTER)
        pairing.pair(session, office.planner, draw.draw_id, AFTER, ALIAS_KEY)
        _, entity = first_of_a_large_cell(session, draw)
        number = replacing.propose_replacement(
            session, office.planner, draw.draw_id, entity.uscc, "moved-away", "已迁往外县", AFTER
        ).id
        replacing.approve_replacement(session, office.approver, draw.draw_id, number or 0, AFTER)
        report = checked(session, draw)
    assert report.ok, told(report)
    assert [step.name for step in report.steps] == list(EVERY)


def test_a_sealed_draw_before_and_after_its_opening(database: Database, office: Office) -> None:
    with database.writing() as session:
        open_by = NOW + timedelta(days=20)
        draw, task = approved(session, office, disclosure="sealed", open_by=open_by)
        reveal(session, office, task)
        entropy.enter_beacon(session, office.planner, draw.draw_id, answer_to(session, draw), AFTER)
        draws.run(session, office.planner, draw.draw_id, AFTER)
        shut = checked(session, draw)
        assert shut.failed == (), told(shut)
        assert shut.step("draw").status == "skipped"
        assert shut.step("order").status == "ok"
        opening.open_on_time(session, draw.draw_id, open_by)
        opened = checked(session, draw)
    assert opened.ok, told(opened)


def test_a_draw_of_a_campaign(database: Database, office: Office) -> None:
    with database.writing() as session:
        task = county.new_task(session, office, reveal_by=REVEAL_BY, use_beacon=True)
        campaign = campaigns.create_campaign(session, office.planner, task.code, "联合抽查", NOW, bytes(32))
        county.committed(session, office, task)
        draw = draws.freeze(session, office.planner, task.code, WITH_BEACON, NOW, county.FRAME_KEY)
        draws.approve(session, office.approver, draw.draw_id, NOW)
        campaigns.seal_campaign(session, office.planner, campaign.code, NOW)
        for actor, secret in zip(office.parties, SECRETS, strict=True):
            draws.reveal(session, actor, task.code, secret.hex(), NOW)
        entropy.enter_beacon(session, office.planner, draw.draw_id, answer_to(session, draw), AFTER)
        draws.run(session, office.planner, draw.draw_id, AFTER)
        report = checked(session, draw)
    assert report.ok, told(report)


def test_a_draw_voided_before_its_approval_has_its_plan_in_the_log(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        draw = county.frozen(session, office, county.new_task(session, office))
        draws.void(session, office.approver, draw.draw_id, "plan-error", "范围有误", NOW)
        report = checked(session, draw)
    assert report.step("order").status == "ok", told(report)
