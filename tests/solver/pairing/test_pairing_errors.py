"""Refusals of a pairing say what stands in the way, in a sentence and in parameters."""

from __future__ import annotations

from fractions import Fraction

from solver.pairing.errors import CapTooLow


def test_a_cap_below_the_lowest_names_both_caps_the_seats_and_the_people() -> None:
    people = [f"i{number}" for number in range(1, 7)]
    error = CapTooLow(Fraction(1, 10), Fraction(1, 6), [("t1", "member")], people)
    assert error.message == (
        "概率上限 1/10 低于最低可行上限 1/6：检查任务 t1 的组员席位只有 i1、i2、i3等 6 人可派。"
        "请把上限提高到 1/6 或以上，或为上述席位增加符合条件的人员。"
    )
    assert error.code == "pairing_cap"
    assert error.params == {
        "cap": "1/10",
        "lowest_cap": "1/6",
        "seats": [["t1", "member"]],
        "inspectors": people,
    }
