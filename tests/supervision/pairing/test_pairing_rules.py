"""Who may fill which seat, and why somebody may not; leaves, rotation, stations and joint inspections."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from supervision.pairing.rules import (
    Officer,
    Terms,
    Unfit,
    VisitNeed,
    alias,
    away_throughout,
    build_problem,
    is_own_station,
    neighbours,
    renamed,
    unfit,
)

LAST = date(2026, 12, 31)
VISIT = VisitNeed("V1", "91", "360681", ("food",), "江西省贵溪市滨江镇建设路 1 号", frozenset({"F"}))


def officer(code: str, **more: Any) -> Officer:
    fields = {
        "certificate_until": date(2027, 1, 1),
        "area": "360681",
        "qualifications": frozenset({"food"}),
        "may_lead": True,
        "past_load": 0,
        "department": "市场监管",
    }
    return Officer(code=code, **(fields | more))


OFFICERS = [
    officer("A"),
    officer("B", certificate_until=date(2026, 12, 30)),
    officer("C", away=True),
    officer("D", area="360602"),
    officer("E"),
    officer("F"),
    officer("G", station="滨江市场监督管理所"),
    officer("H", department="消防救援"),
    officer("I", may_lead=False, qualifications=frozenset()),
]


def seats(terms: Terms) -> dict[str, tuple[str, ...]]:
    problem = build_problem(OFFICERS, [VISIT], terms, recusals=[("E", "91")], colleague_recusals=[])
    return {seat.id: seat.eligible for seat in problem.tasks[0].seats}


def test_nobody_who_is_barred_has_a_seat_and_each_reason_is_told() -> None:
    terms = Terms(2, LAST, cross_station=True)
    assert seats(terms) == {"lead": ("A", "H"), "qualification:food": ("A", "H")}
    assert unfit(OFFICERS, VISIT, terms, [("E", "91")]) == {
        "B": Unfit.CERTIFICATE,
        "C": Unfit.LEAVE,
        "D": Unfit.AREA,
        "E": Unfit.RECUSAL,
        "F": Unfit.ROTATION,
        "G": Unfit.STATION,
        "I": Unfit.QUALIFICATION,
    }


def test_only_whom_the_area_alone_keeps_away_could_come_from_a_neighbouring_area() -> None:
    afar = [officer("J", area="360602", away=True), officer("K", area="360602", may_lead=False)]
    barred = [officer("L", area="360602")]
    found = neighbours([*OFFICERS, *afar, *barred], VISIT, Terms(3, LAST), [("L", "91")])
    assert found == {"lead": ("D",), "qualification:food": ("D", "K"), "member": ("D", "K")}


def test_without_rotation_and_crossing_the_last_team_and_the_own_station_may_come() -> None:
    assert seats(Terms(3, LAST, rotation=False))["member"] == ("A", "F", "G", "H", "I")


def test_each_department_of_a_joint_task_has_a_seat_of_its_own_and_others_send_nobody() -> None:
    terms = Terms(5, LAST, departments=("市场监管", "消防救援"), cross_station=True)
    assert seats(terms) == {
        "lead": ("A", "H"),
        "department:市场监管": ("A", "I"),
        "department:消防救援": ("H",),
        "qualification:food": ("A", "H"),
        "member": ("A", "H", "I"),
    }
    stranger = [*OFFICERS, officer("K", department="税务")]
    assert unfit(stranger, VISIT, terms, [])["K"] is Unfit.DEPARTMENT


def test_cap_and_most_visits_of_the_task_are_those_of_the_problem() -> None:
    terms = Terms(2, LAST, max_visits=3, cap=Fraction(1, 2))
    problem = build_problem(OFFICERS, [VISIT], terms, recusals=[], colleague_recusals=[])
    assert problem.cap == Fraction(1, 2)
    assert {one.max_load for one in problem.inspectors} == {3}


def test_a_problem_under_aliases_is_the_same_problem_and_names_nobody() -> None:
    problem = build_problem(
        OFFICERS, [VISIT], Terms(2, LAST), recusals=[], colleague_recusals=[("A", "F"), ("A", "B")]
    )
    key = bytes(32)
    hidden = renamed(problem, lambda code: alias(key, code))
    assert {len(one.id) for one in hidden.inspectors} == {13}
    assert not {one.id for one in hidden.inspectors} & {one.code for one in OFFICERS}
    back = {alias(key, one.code): one.code for one in OFFICERS}
    assert renamed(hidden, back.__getitem__) == problem
    assert alias(key, "A") != alias(bytes([1]) * 32, "A")


@pytest.mark.parametrize(
    ("station", "address", "own"),
    [
        ("滨江市场监督管理所", "贵溪市滨江镇建设路", True),
        ("滨江镇市场监管所", "贵溪市滨江镇建设路", True),
        ("东门街道工商所", "贵溪市东门街道 3 号", True),
        ("滨江所", "贵溪市志光镇", False),
        ("执法大队", "贵溪市滨江镇建设路", False),
        ("所", "贵溪市滨江镇派出所旁", False),
        ("", "贵溪市滨江镇", False),
    ],
)
def test_a_station_is_known_by_the_town_in_its_name(station: str, address: str, own: bool) -> None:
    assert is_own_station(station, address) is own


@pytest.mark.parametrize(
    ("leaves", "away"),
    [
        ([], False),
        ([(1, 30)], True),
        ([(5, 10)], True),
        ([(6, 10)], False),
        ([(5, 9)], False),
        ([(8, 12), (1, 7)], True),
        ([(1, 6), (8, 12)], False),
        ([(1, 8), (2, 3), (9, 10)], True),
    ],
)
def test_away_is_who_is_on_leave_on_every_day_of_the_task(leaves: list[tuple[int, int]], away: bool) -> None:
    days = [(date(2026, 12, first), date(2026, 12, last)) for first, last in leaves]
    assert away_throughout(days, date(2026, 12, 5), date(2026, 12, 10)) is away
