"""How many drawn entities each drawn entity hides among, promised before the draw and counted after it."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.draw import trial_draw
from solver.frame import Entity, Frame
from solver.plan import Plan
from supervision.database import Database
from supervision.draw import anonymity
from supervision.draw.anonymity import anonymity_of, counted, promised, side_by_side
from supervision.draw.rules import public_paths
from supervision.people.rules import Actor
from supervision.people.tables import Organ
from supervision.risk.tables import RiskClass
from tests.supervision import county
from tests.supervision.county import Office

RATES = {"A": 10, "B": 30, "C": 100, "D": 300}


def plan_of(frame: Frame, **more: Any) -> Plan:
    fields = {
        "v": "draw/1", "draw_id": "x-2026-0001", "prev": "0" * 64, "register_root": frame.root(),
        "register_n": len(frame), "commits": ["1" * 64], "mode": "rate", "den": 1000, "rates": RATES,
        "frame": "blinded", "min_anonymity": 5,
    }  # fmt: skip
    return Plan.of(fields | more)


def frame_of(cells: dict[str, int]) -> Frame:
    lines, number = [], 0
    for cell, count in cells.items():
        path, _, risk_class = cell.rpartition("/")
        for _ in range(count):
            lines.append(Entity(f"{number:040x}", path, risk_class))
            number += 1
    return Frame.of(lines)


def test_the_promise_is_the_floor_of_the_path_with_the_fewest_expected() -> None:
    frame = frame_of({"p/A": 100, "p/D": 20, "q/C": 95})  # 1 + 6 and 9.5 expected
    found = promised(plan_of(frame), frame)
    assert (found.least, found.paths, found.uniform, found.counted) == (7, 2, 1, False)
    assert found.reached


def test_a_path_that_expects_less_than_one_promises_nothing_but_itself() -> None:
    frame = frame_of({"p/D": 100, "q/A": 3})
    found = promised(plan_of(frame), frame)
    assert found.least == 1
    assert not found.reached


def test_where_nobody_can_be_drawn_nobody_needs_to_hide() -> None:
    frame = frame_of({"p/A": 10})
    found = promised(plan_of(frame, rates={"A": 0}), frame)
    assert (found.least, found.paths) == (None, 0)
    assert found.reached


@given(
    st.dictionaries(st.sampled_from([f"{path}/{c}" for path in "pqr" for c in "ABCD"]), st.integers(1, 60)),
    st.binary(min_size=1, max_size=4),
)
@settings(max_examples=60, deadline=None)
def test_no_seed_breaks_the_promise(cells: dict[str, int], throwaway: bytes) -> None:
    frame = frame_of(cells)
    plan = plan_of(frame)
    before = promised(plan, frame)
    after = counted(
        5, [[c.cell, c.N, c.a, c.k, c.threshold] for c in trial_draw(plan, frame, throwaway).cells]
    )
    assert after.least is None or (before.least is not None and after.least >= before.least)


groups = st.dictionaries(
    st.tuples(st.sampled_from(["360681", "360622", "360602"]), st.sampled_from("CFHI")),
    st.fractions(min_value=0, max_value=30, max_denominator=50),
    min_size=1,
)


@given(groups, st.integers(1, 8))
@settings(max_examples=200, deadline=None)
def test_coarsening_goes_on_until_every_path_reaches_the_number_or_one_path_is_left(
    expected: dict[tuple[str, str], Fraction], least: int
) -> None:
    paths = public_paths(expected, least)
    assert set(paths) == set(expected)
    totals: dict[str, Fraction] = {}
    for group, path in paths.items():
        totals[path] = totals.get(path, Fraction(0)) + expected[group]
    short = [path for path, number in totals.items() if 0 < number <= least]
    assert len(totals) == 1 or short == []


def test_the_count_is_of_the_drawn_alone() -> None:
    found = counted(5, [["p/A", 900, 10, 4, "f"], ["p/D", 9, 300, 2, "f"], ["q/A", 50, 10, 0, ""]])
    assert (found.least, found.paths, found.uniform, found.counted) == (6, 1, 0, True)


def test_plans_of_a_campaign_betray_by_their_pattern_who_came_up_in_one_alone() -> None:
    one = dict.fromkeys("abcdef", "p")
    two = dict.fromkeys("abcdeg", "p")
    assert side_by_side({"1": one}, "1") == 6
    assert side_by_side({"1": one, "2": two}, "1") == 1  # f alone was drawn by the first and not the second
    assert side_by_side({"1": one, "2": one}, "1") == 6


@pytest.fixture
def office(planner: Actor, approver: Actor, witness: Actor) -> Office:
    return Office(planner, approver, witness)


def test_a_drawn_county_keeps_what_its_plan_promised(
    database: Database, organ: Organ, office: Office
) -> None:
    with database.writing() as session:
        county.settle(session, organ.id or 0)
        draw = county.drawn(session, office, county.new_task(session, office))
        before = anonymity_of(session, draw, revealed=False)
        after = anonymity_of(session, draw, revealed=True)
    assert before is not None
    assert after is not None
    assert before.least is not None
    assert (before.asked, before.counted, before.reached) == (5, False, True)
    assert (after.least or 0) >= before.least >= 5
    assert after.jointly is None


def test_nothing_hides_in_an_open_frame(database: Database, organ: Organ, office: Office) -> None:
    equal = dict.fromkeys(RiskClass, 30_000)
    with database.writing() as session:
        county.settle(session, organ.id or 0, 100)
        draw = county.drawn(session, office, county.new_task(session, office, by_class=False, rates=equal))
        assert anonymity.anonymity_of(session, draw, revealed=True) is None
