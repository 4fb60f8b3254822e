"""The log only grows: numbers without gaps, moments that never fall, and rows that nobody changes."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from solver import merkle
from solver.errors import LogError
from solver.merkle import leaf_hash
from supervision.database import Database
from supervision.transparency import records, service
from supervision.transparency.rules import (
    EntryTooLong,
    consistency_ranges,
    inclusion_ranges,
    range_hash,
    whole_subtrees,
)
from tests.conftest import MOMENT

PLAN = {"draw_id": "360681-2026-0001", "plan_hash": "ab" * 32}


def test_entries_are_numbered_from_0_and_are_canonical_json(database: Database) -> None:
    with database.writing() as session:
        first = service.append(session, "plan", PLAN, MOMENT)
        second = service.append(session, "plan", PLAN, MOMENT)
    assert (first.index, second.index) == (0, 1)
    assert first.body == (
        '{"at":"2026-11-20T02:00:00Z","draw_id":"360681-2026-0001","kind":"plan","plan_hash":"'
        + "ab" * 32
        + '"}'
    )
    assert first.draw_id == "360681-2026-0001"
    assert first.leaf == leaf_hash(first.body.encode())


def test_a_clock_that_stepped_back_gives_the_moment_of_the_entry_before(database: Database) -> None:
    with database.writing() as session:
        service.append(session, "plan", PLAN, MOMENT)
        entry = service.append(session, "plan", PLAN, MOMENT - timedelta(hours=3))
    assert entry.at == MOMENT
    assert json.loads(entry.body)["at"] == "2026-11-20T02:00:00Z"


def test_fractions_of_a_second_are_left_out(database: Database) -> None:
    with database.writing() as session:
        entry = service.append(session, "plan", PLAN, datetime(2026, 11, 20, 2, 0, 7, 999_999, UTC))
    assert entry.at == datetime(2026, 11, 20, 2, 0, 7, tzinfo=UTC)


def test_an_entry_that_was_rolled_back_leaves_no_gap(database: Database) -> None:
    def append_and_fail() -> None:
        with database.writing() as session:
            service.append(session, "plan", PLAN, MOMENT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        append_and_fail()
    with database.writing() as session:
        assert service.append(session, "plan", PLAN, MOMENT).index == 0


def test_an_entry_too_long_for_a_tile_is_refused(database: Database) -> None:
    opening = {"draw_id": "360681-2026-0001", "reveals": ["ab" * 32] * 1_000}
    with database.writing() as session, pytest.raises(EntryTooLong):
        service.append(session, "opening", opening, MOMENT)


def test_an_entry_with_other_fields_than_its_kind_has_is_refused(database: Database) -> None:
    with database.writing() as session, pytest.raises(LogError):
        service.append(session, "plan", PLAN | {"note": "x"}, MOMENT)
    with database.reading() as session:
        assert records.size(session) == 0


@pytest.mark.parametrize(
    "statement",
    ["UPDATE log_entry SET body = '{}'", "DELETE FROM log_entry", 'UPDATE log_entry SET "index" = 5'],
)
def test_the_database_refuses_to_change_or_delete_an_entry(database: Database, statement: str) -> None:
    with database.writing() as session:
        service.append(session, "plan", PLAN, MOMENT)
    with pytest.raises(DatabaseError, match="the transparency log only grows"), database.writing() as session:
        session.connection().execute(text(statement))


def test_the_kept_hashes_give_the_root_and_the_proofs_of_every_size(database: Database) -> None:
    with database.writing() as session:
        for number in range(13):
            service.append(session, "plan", PLAN | {"plan_hash": f"{number:064x}"}, MOMENT)
    with database.reading() as session:
        rows = list(records.everything(session))
    leaves = [row.leaf for row in rows]

    def kept(node: tuple[int, int]) -> bytes:
        height, number = node
        return rows[((number + 1) << height) - 1].whole(height)

    for size in range(14):
        root = merkle.root_of_hashes(leaves[:size])
        assert range_hash(0, size, kept) == root
        for index in range(size):
            proof = [range_hash(*part, kept) for part in inclusion_ranges(index, size)]
            assert proof == list(merkle.inclusion_proof_of_hashes(leaves[:size], index))
        for old in range(1, size + 1):
            proof = [range_hash(*part, kept) for part in consistency_ranges(old, size)]
            assert proof == list(merkle.consistency_proof_of_hashes(leaves[:size], old))


def test_thirteen_entries_are_three_whole_subtrees() -> None:
    assert whole_subtrees(0, 13) == [(3, 0), (2, 2), (0, 12)]
