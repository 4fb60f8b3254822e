"""Public sources: when which of them may be entered, by whom, and what is refused."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from pydantic import ValidationError
from sqlmodel import Session

from solver.errors import BeaconError
from supervision.database import Database
from supervision.draw import entropy, opening, parties, records
from supervision.draw import service as draws
from supervision.draw.rules import RevealMissing
from supervision.draw.sources import (
    MissingTooEarly,
    MissingTooLate,
    NoPublicSource,
    NoRelay,
    NothingMissing,
    RelayFailed,
    RevealsAwaited,
    RevealTooLate,
    SourceMissing,
    SourceTooEarly,
    tidy_result,
)
from supervision.draw.tables import Draw, DrawSource, DrawState
from supervision.draw.upkeep import fetch_rounds, keep_up
from supervision.errors import Conflict, Forbidden, InvalidInput, NotFound
from supervision.people.rules import Actor
from supervision.plan import service as plans
from supervision.settings import Settings
from supervision.transparency import records as log
from supervision.transparency.rules import BrokenLog
from supervision.verification.service import verify_draw
from tests.supervision import county
from tests.supervision.county import NOW, SECRETS, Office
from tests.supervision.draw.beacons import (
    AFTER,
    BETWEEN,
    NUMBERS,
    OWN,
    REVEAL_BY,
    SSQ,
    answer_to,
    approved,
    chain,
    reveal,
    round_of,
    signed,
)

__all__ = ["chain"]
pytestmark = pytest.mark.usefixtures("chain")
LOTTERY_ONLY = {"use_beacon": False, "lotteries": (SSQ,)}


def kinds(session: object, draw_id: str) -> list[str]:
    return [entry.kind for entry in log.of_draw(session, draw_id)]  # type: ignore[arg-type]


def test_the_plan_names_the_first_round_after_the_deadline_and_its_margin(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        draw, _ = approved(session, office)
        plan = json.loads(draw.plan_json)
        found = round_of(session, draw)
    assert plan["commits"][2:] == [None]
    assert plan["beacon"] == {"chain": OWN.hash, "round": found.round}
    assert found.due_at is not None
    late = found.due_at - REVEAL_BY
    assert timedelta(seconds=60) <= late < timedelta(seconds=90)  # a round every 30 seconds


def test_a_draw_with_a_beacon_passes_in_its_order_and_is_verified(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw, task = approved(session, office)
        reveal(session, office, task)
        entropy.enter_beacon(session, office.planner, draw.draw_id, answer_to(session, draw), AFTER)
        draws.run(session, office.planner, draw.draw_id, AFTER)
    with database.reading() as session:
        report = verify_draw(session, draw.draw_id)
        assert kinds(session, draw.draw_id) == ["plan", "reveal", "reveal", "beacon", "closing", "opening"]
        opening = json.loads(log.of_draw(session, draw.draw_id)[-1].body)
    assert report.ok, str(report)
    assert [step.name for step in report.steps if step.name == "sources"] == ["sources"]
    assert opening["reveals"] == [
        *(s.hex() for s in SECRETS),
        signed(round_of(session, draw).round or 0)["randomness"],
    ]


def test_a_reveal_after_the_deadline_is_refused(database: Database, office: Office) -> None:
    with database.writing() as session:
        _, task = approved(session, office)
        reveal(session, office, task, 0, now=REVEAL_BY)
        with pytest.raises(RevealTooLate):
            reveal(session, office, task, 1, now=REVEAL_BY + timedelta(seconds=1))


def test_who_stays_away_forces_no_voiding_where_a_beacon_follows(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw, task = approved(session, office)
        reveal(session, office, task, 0)
        with pytest.raises(RevealMissing):
            draws.run(session, office.planner, draw.draw_id, NOW)
        with pytest.raises(MissingTooEarly):
            draws.note_missing(session, office.planner, draw.draw_id, REVEAL_BY)
        [absent] = draws.note_missing(session, office.planner, draw.draw_id, BETWEEN)
        assert absent.missing_at == BETWEEN
        with pytest.raises(NothingMissing):
            draws.note_missing(session, office.planner, draw.draw_id, BETWEEN)
        entropy.enter_beacon(session, office.planner, draw.draw_id, answer_to(session, draw), AFTER)
        draws.run(session, office.planner, draw.draw_id, AFTER)
        assert draw.state is DrawState.CLOSED
    with database.reading() as session:
        assert kinds(session, draw.draw_id)[1:4] == ["reveal", "missing", "beacon"]
        assert verify_draw(session, draw.draw_id).ok


def test_nobody_is_noted_as_missing_once_the_round_can_be_known(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw, task = approved(session, office)
        reveal(session, office, task, 0)
        with pytest.raises(MissingTooLate):
            draws.note_missing(session, office.planner, draw.draw_id, AFTER)
        assert parties.overdue(session, AFTER) == []
        with pytest.raises(RevealsAwaited):
            entropy.enter_beacon(session, office.planner, draw.draw_id, answer_to(session, draw), AFTER)
        draws.void(session, office.approver, draw.draw_id, "party-absent", "纪检组未到", AFTER)
        assert kinds(session, draw.draw_id) == ["plan", "reveal", "closing"]


def test_without_a_public_source_nobody_can_be_noted_as_missing(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw, _ = approved(session, office, use_beacon=False)
        with pytest.raises(NoPublicSource):
            draws.note_missing(session, office.planner, draw.draw_id, AFTER)


def test_the_server_notes_by_itself_who_stayed_away_and_fetches_the_round(
    database: Database, office: Office
) -> None:
    asked: list[str] = []
    with database.writing() as session:
        draw, task = approved(session, office)
        reveal(session, office, task, 1)
        answer = answer_to(session, draw)

    def fetch(address: str) -> bytes:
        asked.append(address)
        return answer

    for moment in (NOW, BETWEEN, AFTER):
        at = partial(datetime.fromtimestamp, moment.timestamp(), UTC)
        keep_up(database, at)
        fetch_rounds(database, "https://relay.example/", at, fetch)
    with database.reading() as session:
        assert kinds(session, draw.draw_id) == ["plan", "reveal", "missing", "beacon"]
        number = round_of(session, draw).round
    assert asked == [f"https://relay.example/{OWN.hash}/public/{number}"]


def test_a_round_that_cannot_be_fetched_or_is_forged_is_left_for_the_next_turn(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        draw, task = approved(session, office)
        reveal(session, office, task)

    def away(address: str) -> bytes:
        raise RelayFailed(relay=address, reason="timed out")

    for fetch in (away, lambda _address: b"<html>"):
        fetch_rounds(database, "https://relay.example", lambda: AFTER, fetch)
    with database.reading() as session:
        assert round_of(session, draw).settled_at is None


def test_without_a_relay_nothing_is_fetched(database: Database, office: Office) -> None:
    def never(address: str) -> bytes:
        raise AssertionError(address)

    with database.writing() as session:
        draw, task = approved(session, office)
        reveal(session, office, task)
        with pytest.raises(NoRelay):
            entropy.ask_relay(session, office.planner, draw.draw_id, "", AFTER, never)


def test_a_fetched_round_is_trusted_no_more_than_a_file(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw, task = approved(session, office)
        reveal(session, office, task)
        number = round_of(session, draw).round or 0
        forged = signed(number) | {"randomness": "00" * 32}
        with pytest.raises(BeaconError):
            fetched(session, office, draw, forged)
        assert fetched(session, office, draw, signed(number)).randomness == signed(number)["randomness"]


def fetched(session: Session, office: Office, draw: Draw, told: dict[str, Any]) -> DrawSource:
    """Asked of a relay that says this, and entered."""
    relay = "https://relay.example"
    answer = entropy.ask_relay(
        session, office.planner, draw.draw_id, relay, AFTER, lambda _address: json.dumps(told).encode()
    )
    return entropy.enter_beacon(session, office.planner, draw.draw_id, answer, AFTER)


def test_a_lottery_alone_excuses_nobody_for_its_numbers_may_be_known_already(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        draw, task = approved(session, office, use_beacon=False, lotteries=(SSQ,))
        reveal(session, office, task, 0)
        with pytest.raises(NoPublicSource):
            draws.note_missing(session, office.planner, draw.draw_id, BETWEEN)
    keep_up(database, lambda: BETWEEN)
    with database.reading() as session:
        assert kinds(session, draw.draw_id) == ["plan", "reveal"]


def test_a_round_is_not_asked_for_while_a_party_is_awaited(database: Database, office: Office) -> None:
    def never(address: str) -> bytes:
        raise AssertionError(address)

    with database.writing() as session:
        draw, task = approved(session, office)
        reveal(session, office, task, 0)
        with pytest.raises(RevealsAwaited):
            entropy.ask_relay(session, office.planner, draw.draw_id, "https://r", AFTER, never)
    fetch_rounds(database, "https://relay.example", lambda: AFTER, never)


def test_while_a_relay_is_asked_everybody_else_can_write(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw, task = approved(session, office)
        reveal(session, office, task)
        answer = answer_to(session, draw)
    asked = []

    def slow(address: str) -> bytes:
        asked.append(address)
        with database.writing() as session:
            plans.create_plan(session, office.planner, 2026, "另一计划", AFTER)
        return answer

    fetch_rounds(database, "https://relay.example", lambda: AFTER, slow)
    with database.reading() as session:
        assert round_of(session, draw).settled_at == AFTER
    assert len(asked) == 1


def test_what_breaks_for_one_draw_keeps_no_other_waiting(
    database: Database, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.writing() as session:
        draw, _ = approved(session, office)

    def broken(_session: Session, _draw_id: str, _now: datetime) -> None:
        raise BrokenLog(index=0)

    monkeypatch.setattr(opening, "due", lambda _session, _now: ["another"])
    monkeypatch.setattr(opening, "open_on_time", broken)
    monkeypatch.setattr(parties, "overdue", lambda _session, _now: ["no such draw", draw.draw_id])
    with pytest.raises(BrokenLog):
        keep_up(database, lambda: BETWEEN)
    with database.reading() as session:
        assert kinds(session, draw.draw_id) == ["plan", "missing", "missing"]


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://relay"])
def test_only_web_addresses_are_asked(address: str) -> None:
    with pytest.raises(RelayFailed):
        entropy.get(address)


def test_a_beacon_before_its_moment_another_round_or_another_signer_is_refused(
    database: Database, office: Office
) -> None:
    from py_arkworks_bls12381 import Scalar

    with database.writing() as session:
        draw, task = approved(session, office)
        reveal(session, office, task)
        number = round_of(session, draw).round or 0
        with pytest.raises(SourceTooEarly):
            entropy.enter_beacon(session, office.planner, draw.draw_id, answer_to(session, draw), BETWEEN)
        for wrong in (signed(number + 1), signed(number, Scalar(7)), {"round": number}):
            with pytest.raises(BeaconError):
                entropy.enter_beacon(session, office.planner, draw.draw_id, json.dumps(wrong).encode(), AFTER)
        with pytest.raises(SourceMissing):
            draws.run(session, office.planner, draw.draw_id, AFTER)
        entropy.enter_beacon(session, office.witness, draw.draw_id, answer_to(session, draw), AFTER)
        with pytest.raises(Conflict):
            entropy.enter_beacon(session, office.witness, draw.draw_id, answer_to(session, draw), AFTER)


def test_a_draw_whose_plan_names_no_beacon_takes_none(
    database: Database, office: Office, auditor: Actor
) -> None:
    with database.writing() as session:
        draw, task = approved(session, office, **LOTTERY_ONLY)
        reveal(session, office, task)
        answer = json.dumps(signed(5)).encode()
        with pytest.raises(NotFound):
            entropy.enter_beacon(session, office.planner, draw.draw_id, answer, AFTER)
        with pytest.raises(Forbidden):
            entropy.enter_beacon(session, auditor, draw.draw_id, answer, AFTER)


def test_a_lottery_counts_once_two_people_typed_the_same(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw, task = approved(session, office, **LOTTERY_ONLY)
        reveal(session, office, task)

        def typed(actor: Actor, numbers: str) -> entropy.SourceView:
            return entropy.enter_lottery(session, actor, draw.draw_id, "ssq", "2026135", numbers, AFTER)

        assert typed(office.planner, "02 09 14 21 27 30 + 11").settled_at is None
        # the second person does not see what the first one typed
        [seen] = entropy.sources_of(session, office.witness, draw.draw_id)
        assert [(one.username, one.result) for one in seen.typed] == [("planner", None)]
        assert typed(office.planner, "2-9").settled_at is None  # the same person again does not count
        both = typed(office.witness, NUMBERS)
        assert both.settled_at is None
        assert [one.result for one in both.typed] == ["2-9", NUMBERS]
        with pytest.raises(SourceMissing):
            draws.run(session, office.planner, draw.draw_id, AFTER)
        assert typed(office.approver, NUMBERS).settled_at is None  # no majority: whoever erred corrects it
        settled = typed(office.planner, NUMBERS)
        assert (settled.settled_at, settled.result) == (AFTER, NUMBERS)
        with pytest.raises(Conflict):
            typed(office.witness, "1-2-3")
        draws.run(session, office.planner, draw.draw_id, AFTER)
    with database.reading() as session:
        assert verify_draw(session, draw.draw_id).ok
        entries = [json.loads(entry.body) for entry in log.of_draw(session, draw.draw_id)]
    assert [entry["result"] for entry in entries if entry["kind"] == "lottery"] == [NUMBERS]


def test_a_lottery_is_refused_while_somebody_could_still_choose_to_reveal(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        draw, task = approved(session, office, **LOTTERY_ONLY)
        reveal(session, office, task, 0)
        with pytest.raises(RevealsAwaited):
            entropy.enter_lottery(session, office.planner, draw.draw_id, "ssq", "2026135", NUMBERS, NOW)
        reveal(session, office, task, 1)
        with pytest.raises(NotFound):
            entropy.enter_lottery(session, office.planner, draw.draw_id, "ssq", "2026136", NUMBERS, AFTER)
        for numbers in ("", "02,09,x", "-", "1" * 10, "２，x"):
            with pytest.raises(InvalidInput):
                entropy.enter_lottery(session, office.planner, draw.draw_id, "ssq", "2026135", numbers, AFTER)


@pytest.mark.parametrize(
    "typed",
    ["02-09-14", "02 09 14", "02，09、14", "０２－０９－１４", "02—09–14", "02+09＋14", " ０２　０９ 14 "],
)
def test_numbers_are_read_however_a_chinese_keyboard_writes_them(typed: str) -> None:
    assert tidy_result(typed) == "02-09-14"


def test_a_beacon_and_lotteries_stand_in_plan_order(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw, _ = approved(session, office, lotteries=(SSQ, {"game": "dlt", "issue": "26134"}))
        found = records.sources(session, draw.id or 0)
        plan = json.loads(draw.plan_json)
    assert [(source.position, source.game) for source in found] == [(2, None), (3, "ssq"), (4, "dlt")]
    assert plan["commits"][2:] == [None] * 3
    assert [each["game"] for each in plan["lottery"]] == ["ssq", "dlt"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"use_beacon": True}, "揭示截止时间"),
        ({"lotteries": (SSQ,)}, "揭示截止时间"),
        ({"reveal_by": NOW}, "揭示截止时间"),
        ({"reveal_by": REVEAL_BY, "lotteries": (SSQ, SSQ)}, "彩票开奖"),
        ({"disclosure": "sealed"}, "启封期限"),
        ({"open_by": AFTER}, "启封期限"),
        ({"disclosure": "sealed", "open_by": REVEAL_BY, "reveal_by": REVEAL_BY}, "启封期限"),
        ({"disclosure": "sealed", "open_by": NOW}, "启封期限"),
        ({"disclosure": "sealed", "open_by": NOW + timedelta(days=400)}, "启封期限"),
    ],
)
def test_sources_and_moments_that_cannot_be_kept_are_refused_by_field(
    database: Database, office: Office, change: dict[str, object], field: str
) -> None:
    with database.writing() as session, pytest.raises(InvalidInput) as refusal:
        county.new_task(session, office, **change)
    assert refusal.value.params["field"] == field


def test_a_deadline_that_passed_keeps_the_task_from_freeze_and_approval(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        task = county.new_task(session, office, reveal_by=REVEAL_BY, use_beacon=True)
        county.committed(session, office, task)
        with pytest.raises(InvalidInput):
            draws.freeze(session, office.planner, task.code, county.HOW, REVEAL_BY, county.FRAME_KEY)
        from tests.supervision.draw.beacons import WITH_BEACON

        draw = draws.freeze(session, office.planner, task.code, WITH_BEACON, NOW, county.FRAME_KEY)
        with pytest.raises(InvalidInput):
            draws.approve(session, office.approver, draw.draw_id, REVEAL_BY)


def test_a_task_with_sources_read_back_as_a_draft_is_the_draft_that_was_given(
    database: Database, office: Office
) -> None:
    given = county.draft(
        reveal_by=REVEAL_BY, use_beacon=True, lotteries=(SSQ,), disclosure="sealed", open_by=AFTER
    )
    with database.writing() as session:
        plan = plans.create_plan(session, office.planner, 2026, "计划", NOW)
        code = plans.create_task(session, office.planner, plan.code, given, NOW).code
    with database.reading() as session:
        assert plans.draft_of(session, plans.task_of(session, office.planner, code)) == given


def test_the_margin_before_the_round_is_never_shorter_than_a_write_may_wait() -> None:
    with pytest.raises(ValidationError):
        Settings(_env_file=None, beacon_margin_seconds=29)  # type: ignore[call-arg]
