"""The draw's acts, in their only order, on both databases."""

import gzip
import json
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest

from solver.draw import draw as replay
from solver.frame import Frame
from solver.plan import NO_PREVIOUS, Plan
from supervision.database import Database
from supervision.draw import records
from supervision.draw import service as draws
from supervision.draw.rules import (
    AlreadyCommitted,
    BadHex,
    CommitmentMissing,
    EarlierDrawOpen,
    FourEyes,
    NotAParty,
    RevealMissing,
    RevealRefused,
    TooFewParties,
    parse_hex,
    public_paths,
)
from supervision.draw.tables import DrawState
from supervision.errors import Conflict, InvalidInput
from supervision.journal.service import check
from supervision.people.rules import Actor
from supervision.plan import service as plans
from supervision.plan.tables import TaskState
from supervision.register.tables import Entity
from tests.supervision import county
from tests.supervision.county import ALIAS_KEY, HOW, NOW, SECRETS, Office


def test_a_draw_replayed_from_its_public_pieces_gives_the_same_bytes(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
    with database.reading() as session:
        kept = records.draw_by_number(session, office.planner, draw.draw_id)
        assert kept is not None
        frame = Frame.parse(gzip.decompress(records.frame_of(session, kept.id or 0).frame))
        result = replay(Plan.parse(kept.plan_json), frame, SECRETS)
    assert result.result_sha256 == kept.result_sha256
    assert result.result_bytes.decode() == kept.result
    assert kept.state is DrawState.CLOSED


def test_the_public_frame_names_nobody_and_the_drawn_entities_are_those_of_its_lines(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
    with database.reading() as session:
        frozen = records.frame_of(session, draw.id or 0)
        public = gzip.decompress(frozen.frame).decode()
        links = gzip.decompress(frozen.links).decode().splitlines()
        rows = records.drawn(session, draw.id or 0)
    assert "91360681" not in public
    assert "360681" not in public
    uscc_of = {line.split(",")[0]: line.split(",")[1] for line in links}
    assert [uscc_of[drawn.frame_id] for drawn, _ in rows] == [entity.uscc for _, entity in rows]
    # classes kept their order: the class in the cell is the class of the entity's snapshot
    for drawn, entity in rows:
        assert drawn.cell.rpartition("/")[2] == county.classes(entity.id - 1 if entity.id else 0)


def test_the_first_draw_starts_the_chain_and_the_next_continues_it(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        first = county.drawn(session, office, county.new_task(session, office))
        second = county.frozen(session, office, county.new_task(session, office))
    assert json.loads(first.plan_json)["prev"] == NO_PREVIOUS
    assert json.loads(second.plan_json)["prev"] == first.closing_hash
    assert [first.draw_id, second.draw_id] == ["360681-2026-0001", "360681-2026-0002"]


def test_a_second_draw_waits_until_the_first_is_closed_or_void(database: Database, office: Office) -> None:
    with database.writing() as session:
        county.frozen(session, office, county.new_task(session, office))
        other = county.new_task(session, office)
        with pytest.raises(EarlierDrawOpen):
            county.frozen(session, office, other)


def test_nothing_is_frozen_before_every_party_has_committed(database: Database, office: Office) -> None:
    with database.writing() as session:
        task = county.new_task(session, office)
        with pytest.raises(TooFewParties):
            draws.freeze(session, office.planner, task.code, HOW, NOW, county.FRAME_KEY)
        parties = county.named_as(county.TWO, office.parties)
        draws.name_parties(session, office.planner, task.code, parties, NOW)
        with pytest.raises(CommitmentMissing):
            draws.freeze(session, office.planner, task.code, HOW, NOW, county.FRAME_KEY)


def test_a_draw_without_a_witness_is_refused(database: Database, office: Office) -> None:
    with database.writing() as session:
        task = county.new_task(session, office)
        parties = county.named_as(county.TWO, (office.planner, office.approver))
        draws.name_parties(session, office.planner, task.code, parties, NOW)
        for actor, digit in ((office.planner, "1"), (office.approver, "2")):
            draws.commit(session, actor, task.code, digit * 64, NOW)
        with pytest.raises(TooFewParties):
            draws.freeze(session, office.planner, task.code, HOW, NOW, county.FRAME_KEY)


def test_a_commitment_is_given_once_and_only_by_a_party(
    database: Database, office: Office, auditor: Actor
) -> None:
    with database.writing() as session:
        task = county.new_task(session, office)
        county.committed(session, office, task)
        with pytest.raises(AlreadyCommitted):
            draws.commit(session, office.witness, task.code, "3" * 64, NOW)
        with pytest.raises(NotAParty):
            draws.commit(session, auditor, task.code, "3" * 64, NOW)
        with pytest.raises(Conflict):
            draws.name_parties(session, office.planner, task.code, [], NOW)


@pytest.mark.parametrize("text", ["ab" * 32, " AB" * 32, "ａＢ" * 32])
def test_hex_digits_may_be_capitals_apart_or_of_full_width(text: str) -> None:
    assert parse_hex(text, "承诺") == bytes.fromhex("ab" * 32)


@pytest.mark.parametrize("text", ["", "zz", "1" * 63, "1" * 66, "十" * 64])
def test_a_commitment_that_is_not_64_hex_digits_is_refused(
    database: Database, office: Office, text: str
) -> None:
    with database.writing() as session:
        task = county.new_task(session, office)
        parties = county.named_as(county.TWO, office.parties)
        draws.name_parties(session, office.planner, task.code, parties, NOW)
        with pytest.raises(BadHex):
            draws.commit(session, office.witness, task.code, text, NOW)


def test_who_drew_up_or_froze_the_task_cannot_approve_it(
    database: Database, office: Office, enrol: object
) -> None:
    from supervision.people.tables import Role

    both = replace(office.planner, roles=frozenset({Role.PLANNER, Role.APPROVER}))
    with database.writing() as session:
        draw = county.frozen(session, office, county.new_task(session, office))
        with pytest.raises(FourEyes):
            draws.approve(session, both, draw.draw_id, NOW)


def test_nobody_reveals_before_the_approval(database: Database, office: Office) -> None:
    with database.writing() as session:
        task = county.new_task(session, office)
        county.frozen(session, office, task)
        with pytest.raises(Conflict):
            draws.reveal(session, office.witness, task.code, SECRETS[1].hex(), NOW)


def test_a_secret_other_than_the_committed_one_is_refused(database: Database, office: Office) -> None:
    with database.writing() as session:
        task = county.new_task(session, office)
        draw = county.frozen(session, office, task)
        draws.approve(session, office.approver, draw.draw_id, NOW)
        with pytest.raises(RevealRefused):
            draws.reveal(session, office.witness, task.code, SECRETS[0].hex(), NOW)
        with pytest.raises(RevealMissing):
            draws.run(session, office.planner, draw.draw_id, NOW)


def test_there_is_no_second_outcome(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office))
        with pytest.raises(Conflict):
            draws.run(session, office.planner, draw.draw_id, NOW)
        with pytest.raises(Conflict):
            draws.void(session, office.approver, draw.draw_id, "plan-error", "想重来", NOW)


def test_a_void_draw_stays_in_the_chain_and_its_redraw_names_it_and_says_why(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        task = county.new_task(session, office)
        draw = county.frozen(session, office, task)
        with pytest.raises(InvalidInput):
            draws.void(session, office.approver, draw.draw_id, "plan-error", " ", NOW)
        draws.void(session, office.approver, draw.draw_id, "register-error", "名录漏了一个乡镇", NOW)
        assert (draw.state, task.state) == (DrawState.VOID, TaskState.VOID)
        plan = plans.records.plan_by_id(session, task.plan_id)
        with pytest.raises(InvalidInput):
            plans.create_task(
                session, office.planner, plan.code, county.draft(), NOW, redraw_of=task.code, redraw_reason=""
            )
        again = plans.create_task(
            session,
            office.planner,
            plan.code,
            county.draft(),
            NOW,
            redraw_of=task.code,
            redraw_reason="补全名录",
        )
        second = county.frozen(session, office, again)
        assert json.loads(second.plan_json)["prev"] == draw.closing_hash
        assert again.redraw_of_id == task.id


def test_entities_visited_as_often_as_the_cap_allows_leave_the_frame_and_the_plan_says_so(
    database: Database, office: Office
) -> None:
    from supervision.pairing import service as pairing

    everyone = {"A": 1_000_000, "B": 1_000_000, "C": 1_000_000, "D": 1_000_000}
    with database.writing() as session:
        first = county.drawn(session, office, county.new_task(session, office))
        pairing.pair(session, office.planner, first.draw_id, NOW, ALIAS_KEY)
        visited = {entity.uscc for _, entity in records.drawn(session, first.id or 0)}
        task = county.new_task(session, office, rates=everyone)
        county.committed(session, office, task)
        once = replace(HOW, visit_cap=1)
        second = draws.freeze(session, office.planner, task.code, once, NOW, county.FRAME_KEY)
    assert second.register_n == 600 - len(visited)
    assert json.loads(second.plan_json)["exclusion"]["rule"] == "visits by this organ in 2026 reached 1"


def test_a_task_without_classes_draws_from_an_open_frame_in_which_all_are_alike(
    database: Database, office: Office
) -> None:
    same = dict.fromkeys("ABCD", 50_000)
    with database.writing() as session:
        draw = county.drawn(session, office, county.new_task(session, office, by_class=False, rates=same))
        frame = gzip.decompress(records.frame_of(session, draw.id or 0).frame).decode()
        key = records.frame_of(session, draw.id or 0).key
    assert frame.splitlines()[0] == f"{county.uscc(0)},360681/C,A"
    assert {line[-1] for line in frame.splitlines()} == {"A"}
    assert key is None
    assert len((draw.result or "").splitlines()) == 30


def test_a_register_changed_after_the_freeze_changes_nothing(database: Database, office: Office) -> None:
    with database.writing() as session:
        task = county.new_task(session, office)
        county.revealed(session, office, task)
        for entity_id in range(1, 601):
            entity = session.get(Entity, entity_id)
            assert entity is not None
            entity.industry = "Z"
        draw = records.draw_of_task(session, task.id or 0)
        assert draw is not None
        draws.run(session, office.planner, draw.draw_id, NOW)
    assert draw.state is DrawState.CLOSED


def test_every_act_of_a_draw_is_in_the_journal_and_the_chain_holds(
    database: Database, office: Office
) -> None:
    from supervision.journal import records as journal

    with database.writing() as session:
        county.drawn(session, office, county.new_task(session, office))
    with database.reading() as session:
        acts = Counter(entry.act for entry in journal.everything(session))
        assert check(session) == sum(acts.values())
    assert {act: acts[act] for act in acts if act.startswith("draw.")} == {
        "draw.name_parties": 1,
        "draw.commit": 2,
        "draw.freeze": 1,
        "draw.approve": 1,
        "draw.reveal": 2,
        "draw.close": 1,
        "draw.open": 1,
    }


def test_small_industries_hide_together_and_small_counties_too() -> None:
    expected = {
        ("360681", "C"): Fraction(20),
        ("360681", "F"): Fraction(30),
        ("360681", "H"): Fraction(3),
        ("360681", "I"): Fraction(4),
        ("360602", "F"): Fraction(2),
        ("360603", "F"): Fraction(9),
    }
    paths = public_paths(expected, 5)
    assert paths == {
        ("360681", "C"): "360681/C",
        ("360681", "F"): "360681/F",
        ("360681", "H"): "360681/rest",
        ("360681", "I"): "360681/rest",
        ("360602", "F"): "rest",  # two alone are too few, so the next smallest county joins them
        ("360603", "F"): "rest",
    }
    totals: Counter[str] = Counter()
    for group, path in paths.items():
        totals[path] += int(expected[group])
    assert min(totals.values()) > 5
