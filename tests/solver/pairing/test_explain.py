"""Why this team, and with what chance: read off the table exactly, in words an official understands."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import pytest

from solver.pairing import Inspector, Problem, Seat, Task
from solver.pairing.errors import PairingInputError
from solver.pairing.explain import chances, who_could, why
from solver.pairing.table import Row, Rows, Table, Tickets
from solver.pairing.words.wording import percent


@dataclass(frozen=True)
class Outcome:
    rows: tuple[Row, ...]


def a_table(rung: str = "L0", tickets: tuple[Tickets, ...] = ()) -> Table:
    """t1: lead 甲 for certain, member one of 乙, 丙, 丁 (1/2, 1/4, 1/4); t2: 乙 3/8, 丙 5/8."""
    problem = Problem(
        tuple(Inspector(name) for name in "甲乙丙丁戊"),
        (
            Task("t1", (Seat("lead", ("甲",)), Seat("member", ("乙", "丙", "丁")))),
            Task("t2", (Seat("member", ("乙", "丙", "戊")),)),
            Task("t3", (Seat("member", ("甲", "乙")),)),
        ),
        bits=4,
    )
    rows = [
        ("t1", "lead", "甲", 16),
        ("t1", "member", "乙", 8),
        ("t1", "member", "丙", 4),
        ("t1", "member", "丁", 4),
        ("t2", "member", "乙", 6),
        ("t2", "member", "丙", 10),
        ("t3", "member", "甲", 16),
    ]
    loads = dict(zip("甲乙丙丁戊", map(Fraction, ("2", "7/8", "7/8", "1/4", "0")), strict=True))
    rungs = {"t1": rung, "t2": rung, "t3": rung}
    return Table(problem, Rows.of(problem, rows), Fraction(1), Fraction(1), loads, rungs, tickets=tickets)


TEAM = Outcome((("t1", "lead", "甲"), ("t1", "member", "丙"), ("t2", "member", "乙"), ("t3", "member", "甲")))


def test_each_seat_is_told_with_its_exact_chance_and_the_number_of_people_it_could_have_been() -> None:
    explanation = why(a_table(), TEAM, "t1")
    assert explanation.sentences == (
        "检查任务 t1 的组长席位：甲，必然搭配：符合条件的只有本人。",
        "检查任务 t1 的组员席位：丙，由 3 名符合条件的人员中抽签产生，抽中的概率为 25%（1/4）。",
        "检查组由一次公开抽签直接产生，概率即概率表所载。",
    )
    assert [(one.probability, one.people, one.certain) for one in explanation.team] == [
        (Fraction(1), 1, True),
        (Fraction(1, 4), 3, False),
    ]


def test_what_is_certain_although_others_are_eligible_is_laid_to_the_rules_not_to_a_lack_of_people() -> None:
    assert why(a_table(), TEAM, "t3").sentences[0] == (
        "检查任务 t3 的组员席位：甲，必然搭配：符合条件的虽有 2 人，按任务量均衡等规则只能由其担任。"
    )


def test_reasons_are_told_of_those_alone_who_could_not_have_been_drawn() -> None:
    reasons = {"戊": "与检查对象有利害关系，已回避", "丁": "证件到期"}
    explanation = why(a_table(), TEAM, "t1", reasons)
    assert explanation.left_out == {"戊": "与检查对象有利害关系，已回避"}
    assert explanation.sentences[2] == "未列入抽签的人员：戊（与检查对象有利害关系，已回避）。"
    assert why(a_table(), TEAM, "t1").left_out == {}


@pytest.mark.parametrize(
    ("rung", "words"),
    [("L1", "只列入同一席位"), ("L2", "所载概率是重抽之前的概率"), ("L3", "事先封存 2 张签票")],
)
def test_the_rung_says_how_recusals_were_kept_and_what_the_chance_means(rung: str, words: str) -> None:
    tickets = Tickets(("t1",), (("t1", "lead"), ("t1", "member")), (8, 8), (("甲", "乙"), ("甲", "丙")))
    table = a_table(rung, (tickets,) if rung == "L3" else ())
    assert words in why(table, TEAM, "t1").sentences[-1]


def test_who_could_lists_the_likeliest_first_and_seats_of_a_task_add_up_to_their_people() -> None:
    found = who_could(a_table(), "t2")
    assert [(one.inspector, one.probability) for one in found] == [
        ("丙", Fraction(5, 8)),
        ("乙", Fraction(3, 8)),
    ]
    assert (found[0].people, found[0].eligible) == (2, 3)


def test_the_chances_of_an_inspector_add_up_to_the_visits_expected_of_him() -> None:
    table = a_table()
    for person, load in table.loads.items():
        assert sum(one.probability for one in chances(table, person)) == load
    assert [one.task for one in chances(table, "乙")] == ["t1", "t2"]


def test_json_carries_the_exact_fraction_beside_the_percent() -> None:
    told = why(a_table(), TEAM, "t2").to_json()
    assert told["team"] == [
        {
            "task": "t2",
            "seat": "member",
            "inspector": "乙",
            "probability": "3/8",
            "percent": "37.5%",
            "people": 2,
            "eligible": 3,
            "certain": False,
            "message": "检查任务 t2 的组员席位：乙，由 2 名符合条件的人员中抽签产生，抽中的概率为 37.5%（3/8）。",
        }
    ]


def test_a_chance_is_never_shown_as_nothing_or_certain_when_it_is_neither() -> None:
    assert percent(Fraction(1, 10_000)) == "不到 0.1%"
    assert percent(Fraction(9_999, 10_000)) == "99.9% 以上"
    assert (percent(Fraction(0)), percent(Fraction(1)), percent(Fraction(1, 3))) == ("0%", "100%", "33.3%")


def test_unknown_tasks_people_and_rows_are_refused() -> None:
    with pytest.raises(PairingInputError, match="没有检查任务 t9"):
        who_could(a_table(), "t9")
    with pytest.raises(PairingInputError, match="没有执法检查人员 己"):
        chances(a_table(), "己")
    with pytest.raises(PairingInputError, match="没有检查任务 t2 由 戊 担任"):
        why(a_table(), Outcome((("t2", "member", "戊"),)), "t2")
