"""Sealed draws: what stays shut until the opening, who opens, and that the deadline opens without anybody."""

import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from supervision.cli import app
from supervision.database import Database
from supervision.draw import opening, records
from supervision.draw import service as draws
from supervision.draw.rules import StillSealed
from supervision.draw.upkeep import keep_up
from supervision.errors import Conflict, Forbidden
from supervision.inspection import service as inspection
from supervision.journal import records as journal
from supervision.pairing import service as pairing
from supervision.plan import service as plans
from supervision.publication import portal
from supervision.publication import service as publication
from supervision.transparency import records as log
from tests.supervision import county
from tests.supervision.county import ALIAS_KEY, NOW, SECRETS, Office

OPEN_BY = NOW + timedelta(days=20)
LATER = OPEN_BY + timedelta(minutes=1)
SEALED = {"disclosure": "sealed", "open_by": OPEN_BY}
OPEN = dict.fromkeys(county.RATES, 50_000)


def kinds(session: object, draw_id: str) -> list[str]:
    return [entry.kind for entry in log.of_draw(session, draw_id)]  # type: ignore[arg-type]


def test_an_open_draw_is_opened_with_its_closing(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
        assert kinds(session, draw.draw_id)[-2:] == ["closing", "opening"]
        assert draw.opened_at == draw.closed_at


def test_a_sealed_draw_shows_its_closing_record_and_nothing_that_tells_who_was_drawn(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office, **SEALED))
    with database.reading() as session:
        page = portal.draw_page(session, draw.draw_id)
        told_draws = [row.drawn for row in portal.draws(session).rows]
        statistics = portal.statistics(session).entities_drawn
        assert kinds(session, draw.draw_id)[-1] == "closing"
        drawn = records.drawn(session, draw.id or 0)
        told = repr(page) + json.dumps([entry.body for entry in log.everything(session)])
        told += json.dumps([entry.detail for entry in journal.everything(session)])
        told += repr(
            draws.parties_of(session, office.planner, records.task_by_id(session, draw.task_id).code)
        )
    assert page.closing_hash == draw.closing_hash
    assert (page.seed, page.drawn_n, told_draws, statistics) == (None, None, [None], 0)
    assert len(drawn) > 0
    hidden = [draw.seed or "", *(secret.hex() for secret in SECRETS), *(row.ticket for row, _ in drawn)]
    hidden += [row.frame_id for row, _ in drawn] + [entity.uscc for _, entity in drawn]
    assert [secret for secret in hidden if secret in told] == []


def test_who_is_drawn_by_a_sealed_draw_counts_towards_the_cap_from_its_opening(
    database: Database, office: Office
) -> None:
    everyone = dict.fromkeys(county.RATES, 1_000_000)
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office, rates=everyone, **SEALED))
        task = county.new_task(session, office)
        before = plans.preview(session, office.planner, task, 1, 30_000)
        opening.open_draw(session, office.approver, draw.draw_id, NOW)
        after = plans.preview(session, office.planner, task, 1, 30_000)
    assert (before.eligible, before.at_cap) == (600, 0)
    assert (after.eligible, after.at_cap) == (0, 600)


def test_the_frame_of_a_sealed_draw_is_blinded_though_its_list_will_be_public(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        draw = county.drawn(
            session, office, county.new_task(session, office, by_class=False, rates=OPEN, **SEALED)
        )
    assert json.loads(draw.plan_json)["frame"] == "blinded"
    assert json.loads(draw.plan_json)["open_by"] == "2026-12-10T02:00:00Z"


def test_an_approver_opens_early_and_only_once(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office, **SEALED))
        with pytest.raises(Forbidden):
            opening.open_draw(session, office.planner, draw.draw_id, NOW)
        opening.open_draw(session, office.approver, draw.draw_id, NOW + timedelta(days=1))
        with pytest.raises(Conflict):
            opening.open_draw(session, office.approver, draw.draw_id, NOW + timedelta(days=1))
        last = json.loads(log.of_draw(session, draw.draw_id)[-1].body)
        assert portal.draw_page(session, draw.draw_id).seed == draw.seed
    assert (last["kind"], last["reveals"]) == ("opening", [secret.hex() for secret in SECRETS])


def test_nothing_is_opened_that_is_not_drawn(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw = county.revealed(session, office, county.new_task(session, office, **SEALED))
        with pytest.raises(Conflict):
            opening.open_draw(session, office.approver, draw.draw_id, NOW)
        assert opening.due(session, LATER) == []


def test_the_deadline_opens_without_anybody(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office, **SEALED))
        assert opening.due(session, OPEN_BY - timedelta(seconds=1)) == []
        assert opening.is_overdue(draw, LATER)
    keep_up(database, lambda: LATER)
    with database.reading() as session:
        kept = records.any_draw(session, draw.draw_id)
        assert kept is not None
        assert (kept.opened_at, opening.is_overdue(kept, LATER)) == (LATER, False)
        [entry] = [e for e in journal.everything(session) if e.act == "draw.open"]
    assert entry.actor == "system"


def test_a_draw_run_after_its_deadline_is_open_at_once(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw = county.revealed(session, office, county.new_task(session, office, **SEALED))
        draws.run(session, office.planner, draw.draw_id, LATER)
        assert draw.opened_at == LATER


def test_no_result_of_a_sealed_draw_is_published(database: Database, office: Office) -> None:
    from tests.supervision import factories

    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office, **SEALED))
        pairing.pair(session, office.planner, draw.draw_id, NOW, ALIAS_KEY)
        task = records.task_by_id(session, draw.task_id)
        visit = inspection.visits_of_task(session, office.planner, task.id or 0, limit=1).rows[0]
        from dataclasses import replace

        from supervision.inspection.rules import ItemAnswer
        from supervision.inspection.tables import ItemOutcome
        from supervision.people.tables import Role

        seat = inspection.visit_detail(session, office.planner, visit.code).team[0]
        officer = replace(
            office.planner, username="j", roles=frozenset({Role.INSPECTOR}), inspector_id=seat.inspector_id
        )
        items = inspection.visit_detail(session, officer, visit.code).items
        inspection.enter_finding(
            session,
            officer,
            visit.code,
            inspected_on=task.starts,
            result="1",
            items={item.id: ItemAnswer(ItemOutcome.PASS) for item in items},
            now=NOW + timedelta(days=4),
            working_days=factories.CALENDAR,
            publication_working_days=20,
        )
        with pytest.raises(StillSealed):
            publication.publish(session, office.approver, [visit.code], NOW + timedelta(days=5))
        opening.open_draw(session, office.approver, draw.draw_id, NOW + timedelta(days=5))
        [release] = publication.publish(session, office.approver, [visit.code], NOW + timedelta(days=5))
        last = json.loads(log.of_draw(session, draw.draw_id)[-1].body)
    assert (last["kind"], last["code"], last["sha256"]) == ("release", release.code, release.sha256)


def test_the_command_opens_what_is_due(
    database: Database, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from supervision import clock
    from supervision.settings import settings

    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office, **SEALED))
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setattr(clock, "now", lambda: LATER)
    settings.cache_clear()
    try:
        assert draw.draw_id in CliRunner().invoke(app, ["draw", "open-due"]).output
        assert "没有到期未启封的抽取" in CliRunner().invoke(app, ["draw", "open-due"]).output
    finally:
        settings.cache_clear()
