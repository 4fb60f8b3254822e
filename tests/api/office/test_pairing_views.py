"""What the pages make of a table of chances: three visits, four people, one of whom must go."""

from fractions import Fraction

import pytest

from api.office.answers import Translate
from api.office.cap_stops import cap_of, caps_from, cost_words, stops_of
from api.office.pairing_views import (
    MOST_TASKS,
    chances,
    figures,
    heat,
    load_lines,
    load_text,
    pair_sums,
)
from api.pairings import Names, seat_label
from solver.pairing.problem import Inspector, Problem, Seat, Task
from solver.pairing.table import Rows, Table
from tests.api.office.conftest import plain

HERE = Translate("zh-CN")
ONE = 16
"""2 to the power of 4 bits."""
PEOPLE = ("A", "B", "C", "D")
NAMES = Names(
    people={"A": ("张三", "A"), "B": ("李四", "B"), "C": ("王五", "C"), "D": ("王五", "D")},
    visits={"K-V0001": "甲店", "K-V0002": "乙店", "K-V0003": "丙店"},
)


def table_of(rows: list[tuple[str, str, str, int]], loads: dict[str, Fraction], past: int = 0) -> Table:
    """A table with these rows; everybody who has a row in a seat may sit there."""
    seats: dict[str, dict[str, list[str]]] = {}
    for task, seat, who, _n in rows:
        seats.setdefault(task, {}).setdefault(seat, []).append(who)
    problem = Problem(
        inspectors=tuple(Inspector(who, past_load=past) for who in sorted(loads)),
        tasks=tuple(
            Task(task, tuple(Seat(seat, tuple(sorted(set(able)))) for seat, able in found.items()))
            for task, found in seats.items()
        ),
        bits=4,
    )
    return Table(
        problem=problem,
        rows=Rows.of(problem, rows),
        cap=Fraction(3, 4),
        lowest_cap=Fraction(1, 2),
        loads=loads,
        rung=dict.fromkeys(seats, "L0"),
    )


@pytest.fixture
def table() -> Table:
    rows = [
        ("K-V0001", "lead", "A", ONE),
        ("K-V0001", "member", "B", 4),
        ("K-V0001", "member", "C", 12),
        ("K-V0002", "lead", "B", 8),
        ("K-V0002", "lead", "C", 8),
        ("K-V0002", "member", "B", 2),
        ("K-V0002", "member", "D", 14),
    ]
    return table_of(rows, {"A": Fraction(1), "B": Fraction(7, 8), "C": Fraction(5, 4), "D": Fraction(7, 8)})


def test_the_chance_of_a_visit_adds_up_over_its_seats(table: Table) -> None:
    assert pair_sums(table)["K-V0002", "B"] == 8 + 2
    assert pair_sums(table, ["K-V0001"]) == {
        ("K-V0001", "A"): 16,
        ("K-V0001", "B"): 4,
        ("K-V0001", "C"): 12,
    }


def test_chances_of_a_visit_stand_with_the_likeliest_first_and_exactly(table: Table) -> None:
    found = chances(HERE, table, ["K-V0002"], NAMES)
    assert [(each.who, each.exact) for each in found] == [
        ("王五 D", "14/16"),
        ("李四 B", "10/16"),
        ("王五 C", "8/16"),
    ]
    assert found[1].seats == "组长、组员"
    assert found[1].probability == Fraction(5, 8)
    assert found[0].visit == "V0002 乙店"


def test_the_highest_chance_does_not_count_what_is_certain(table: Table) -> None:
    found = figures(HERE, table)
    assert found.highest == Fraction(14, 16)
    assert found.certain == 1
    assert (found.tasks, found.people, found.rows) == (2, 4, 7)
    assert [(rung, visits) for rung, _words, visits in found.rungs] == [("L0", 2)]


def test_people_of_one_name_are_told_apart_by_their_numbers_in_the_heat_map(table: Table) -> None:
    text = plain(str(heat(HERE, table, NAMES).picture))
    assert "张三" in text
    assert "王五" not in text
    assert {"C", "D"} <= set(text.split())


def test_the_heat_map_shows_one_page_of_visits_and_says_which(table: Table) -> None:
    rows = [(f"K-V{n:04d}", "lead", who, 8) for n in range(1, 50) for who in ("A", "B")]
    many = table_of(rows, {"A": Fraction(49, 2), "B": Fraction(49, 2)})
    found = heat(HERE, many, NAMES, 2)
    assert (found.first, found.last, found.total) == (2 * MOST_TASKS + 1, 49, 49)
    assert {each.code for each in found.chances} == {f"K-V{n:04d}" for n in range(41, 50)}
    beyond = heat(HERE, many, NAMES, 999)
    assert (beyond.first, beyond.last) == (49, 49)


def test_loads_are_told_exactly_and_beside_what_came(table: Table) -> None:
    found = load_lines(table, NAMES, {"A": 1, "B": 1, "C": 1})
    assert [(line.who, line.expected, line.actual) for line in found] == [
        ("王五 C", "1 1/4", 1),
        ("张三 A", "1", 1),
        ("李四 B", "7/8", 1),
        ("王五 D", "7/8", 0),
    ]
    assert [line.chances for line in found] == [2, 1, 2, 1]
    assert load_text(Fraction(0)) == "0"


def test_a_seat_is_called_as_a_clerk_calls_it() -> None:
    assert seat_label(HERE, "lead") == "组长"
    assert seat_label(HERE, "member") == "组员"
    assert seat_label(HERE, "qualification:food") == "food资格席位"
    assert seat_label(HERE, "department:执法一科") == "执法一科席位"


def test_the_stops_of_a_cap_run_from_the_lowest_to_none() -> None:
    caps = caps_from(Fraction(1, 3))
    assert caps[0] == Fraction(1, 3)
    assert caps[-1] == 1
    assert caps == sorted(set(caps))
    assert all(cap.denominator in (1, 2, 4, 5, 10, 20, 25, 50, 100) for cap in caps[1:])
    assert caps_from(Fraction(1)) == [Fraction(1)]


def test_each_stop_says_what_it_costs_and_one_is_chosen() -> None:
    entropy = {Fraction(1, 2): 9.7, Fraction(3, 4): 9.995, Fraction(1): 10.0}
    found = stops_of(HERE, Fraction(1, 2), Fraction(3, 4), entropy.get)
    told = {stop.value: (stop.text, stop.words) for stop in found if stop.kept is not None}
    assert told == {
        "1/2": ("50%（最低）", "随机性有所损失"),
        "3/4": ("75%", "几乎不损失随机性"),
        "1": ("不设上限", "几乎不损失随机性"),
    }
    assert [stop.value for stop in found if stop.chosen] == ["3/4"]
    assert [stop.value for stop in found if stop.kept is None], "the others cost too much to work out"
    assert cost_words(HERE, 0.5) == "随机性损失明显"


@pytest.mark.parametrize("text", ["", "0", "2", "-1/4", "1/0", "x", "1/" + "9" * 40])
def test_what_is_no_cap_is_none(text: str) -> None:
    assert cap_of(text) is None


def test_loads_of_a_task_drawn_by_bundles_are_told_in_bundles() -> None:
    from api.office.pairing_told import unit_words
    from api.office.pairing_views import _count
    from supervision.plan.tables import DrawUnit

    chinese = Translate("zh-CN")
    assert unit_words(chinese, DrawUnit.ENTITY).name == ""
    assert unit_words(chinese, DrawUnit.BUNDLE).load == "每人期望片区数"
    assert _count(chinese, 3, "片区") == "3 片区"
    assert _count(chinese, 3, "") == "3 户"
