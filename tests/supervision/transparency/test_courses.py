"""What only the whole log shows: a second plan, an event out of its order, a secret used again."""

import pytest

from solver.log.entries import Entry
from supervision.transparency.courses import check_courses

ONE, TWO = "360681-2026-0001", "360681-2026-0002"
HASHES = {ONE: "0a" * 32, TWO: "0b" * 32}
Told = list[tuple[str, dict[str, object]]]


def plan(draw_id: str, plan_hash: str = "") -> tuple[str, dict[str, object]]:
    return "plan", {"draw_id": draw_id, "plan_hash": plan_hash or HASHES[draw_id]}


def reveal(draw_id: str, commit: str, position: int = 0) -> tuple[str, dict[str, object]]:
    return "reveal", {"draw_id": draw_id, "position": position, "commit": commit * 32}


def closing(draw_id: str) -> tuple[str, dict[str, object]]:
    record = {
        "draw_id": draw_id,
        "plan_hash": HASHES[draw_id],
        "seed_commit": "1c" * 32,
        "result_sha256": "1d" * 32,
    }
    return "closing", {"draw_id": draw_id, "record": record}


CAMPAIGN = (
    "campaign",
    {"record": {"v": "campaign/1", "campaign": "joint", "plans": sorted(HASHES.values())}},
)


def problems(told: Told) -> list[tuple[str, int | None]]:
    entries = [
        Entry.of({"kind": kind, "at": "2026-03-02T01:00:00Z", **fields}, index)
        for index, (kind, fields) in enumerate(told)
    ]
    return [(problem.code, problem.index) for problem in check_courses(entries)]


def test_two_draws_side_by_side_take_their_course() -> None:
    assert (
        problems([plan(ONE), plan(TWO), reveal(TWO, "c0"), reveal(ONE, "c1"), closing(ONE), closing(TWO)])
        == []
    )


def test_draws_of_one_campaign_share_their_commitments() -> None:
    assert problems([plan(ONE), plan(TWO), CAMPAIGN, reveal(ONE, "c0"), reveal(TWO, "c0")]) == []


@pytest.mark.parametrize(
    ("told", "found"),
    [
        pytest.param([plan(ONE), plan(ONE, "0c" * 32)], ("log_twice", 1), id="second plan of a number"),
        pytest.param([reveal(ONE, "c0"), plan(ONE)], ("no_plan", 0), id="reveal before the plan"),
        pytest.param([plan(ONE), closing(ONE), closing(ONE)], ("log_twice", 2), id="second closing"),
        pytest.param(
            [plan(ONE), closing(ONE), reveal(ONE, "c0")], ("log_sequence", 2), id="reveal after the closing"
        ),
        pytest.param(
            [plan(ONE), reveal(ONE, "c0"), closing(ONE), plan(TWO), reveal(TWO, "c0")],
            ("commitment_reused", 4),
            id="a secret of an earlier draw",
        ),
    ],
)
def test_what_is_out_of_its_course_is_named(told: Told, found: tuple[str, int]) -> None:
    assert problems(told) == [found]
