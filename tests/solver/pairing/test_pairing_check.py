"""The checker names every planted fault, in the table and in the teams, and at which step it is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from solver.pairing.errors import CapTooLow, PairingInfeasible, PairingInputError
from solver.pairing.lottery import Assignment, draw
from solver.pairing.problem import Inspector, Problem, Seat, Task
from solver.pairing.proof.answer import assignment_from_json, parse_json, table_from_json
from solver.pairing.proof.answer_writing import assignment_json, cap_json, infeasible_json, table_json
from solver.pairing.proof.checking import check, check_json
from solver.pairing.solve import solve
from solver.pairing.table import Rows as TableRows
from solver.pairing.table import Table
from tests.solver.pairing.pairing_cases import Rows, loads_of, pairs_problem, seed
from tests.vectors.pair_story import GOOD as STORIES
from tests.vectors.pair_story import honest

PEOPLE = (
    Inspector("i1", period_cap=1),
    Inspector("i2", max_load=1),
    Inspector("i3", min_load=1),
    Inspector("i4"),
)
PROBLEM = Problem(
    PEOPLE,
    (
        Task("t1", (Seat("lead", ("i1", "i2")), Seat("member", ("i1", "i2", "i3", "i4"))), "W1"),
        Task("t2", (Seat("lead", ("i1", "i2")), Seat("member", ("i1", "i2", "i3", "i4"))), "W1"),
    ),
    colleague_recusals=(("i1", "i4"),),
)


TABLE = solve(PROBLEM)


def rules_broken(rows: Rows) -> set[str]:
    wrong = Assignment(rows, loads_of(PROBLEM, rows), dict(TABLE.rung))
    return {violation.rule for violation in check(PROBLEM, TABLE, wrong, None).violations}


GOOD = (("t1", "lead", "i1"), ("t1", "member", "i3"), ("t2", "lead", "i2"), ("t2", "member", "i4"))


def test_a_lawful_assignment_passes() -> None:
    assert rules_broken(GOOD) == set()


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        (GOOD[:3], "seat_demand"),
        ((("t1", "lead", "i3"), ("t1", "member", "i1"), *GOOD[2:]), "not_eligible"),
        ((*GOOD, ("t2", "driver", "i3")), "unknown_seat"),
        ((("t1", "lead", "i1"), ("t1", "member", "i1"), *GOOD[2:]), "twice_in_team"),
        ((("t1", "lead", "i1"), ("t1", "member", "i4"), *GOOD[2:]), "colleague_recusal"),
        ((("t1", "lead", "i1"), ("t1", "member", "i3"), ("t2", "lead", "i1"), GOOD[3]), "period_cap"),
        ((("t1", "lead", "i2"), ("t1", "member", "i3"), *GOOD[2:]), "max_load"),
        ((("t1", "lead", "i1"), ("t1", "member", "i2"), *GOOD[2:]), "min_load"),
        ((("t1", "lead", "i1"), ("t1", "member", "i3"), GOOD[2], ("t2", "member", "i3")), "uneven"),
    ],
)
def test_each_broken_rule_is_named(rows: Rows, rule: str) -> None:
    assert rule in rules_broken(rows)


def test_all_faults_are_listed_and_not_only_the_first() -> None:
    broken = rules_broken((("t1", "lead", "i1"), ("t1", "member", "i1"), ("t2", "lead", "i1")))
    assert {"twice_in_team", "seat_demand", "period_cap", "min_load", "uneven"} <= broken


def test_rows_out_of_order_or_twice_are_named() -> None:
    assert rules_broken(GOOD[::-1]) == {"order"}
    assert {"order", "seat_demand", "twice_in_team"} <= rules_broken((GOOD[0], *GOOD))


def test_another_seed_another_problem_and_false_loads_are_noticed() -> None:
    problem = pairs_problem(6, 5)
    table = solve(problem)
    drawn = draw(table, seed(1))
    assert check(problem, table, drawn, seed(1)).ok
    assert [one.rule for one in check(problem, table, drawn, seed(2)).violations] == ["replay"]
    other = check(replace(problem, bits=21), table, drawn, None)
    assert (other.violations[0].rule, other.failed) == ("other_problem", "table")
    lied = replace(drawn, loads={**drawn.loads, "i1": 9})
    assert [one.rule for one in check(problem, table, lied, None).violations] == ["stated_load"]
    rung = replace(drawn, rung={**drawn.rung, "t1": "L2"})
    assert [one.rule for one in check(problem, table, rung, None).violations] == ["rung"]


def test_what_the_table_makes_certain_has_to_happen_and_what_it_excludes_cannot() -> None:
    problem = replace(STORY.problem, tasks=STORY.problem.tasks)
    drawn = draw(STORY, seed(3))
    assert ("t4", "lead", "方") in STORY.forced
    kept = tuple(row for row in drawn.rows if row != ("t4", "lead", "方"))
    wrong = replace(drawn, rows=(*kept, ("t4", "lead", "安")))
    rules = [one.rule for one in check(problem, STORY, wrong, None).violations]
    assert {"certain_missing", "not_in_table", "not_eligible"} <= set(rules)


STORY = table_from_json(Problem.from_json(STORIES["open"].problem), STORIES["open"].answer)


def with_rows(change: dict[tuple[str, str, str], int]) -> Table:
    rows = {row[:3]: row[3] for row in STORY.rows} | change
    return replace(STORY, rows=TableRows.of(STORY.problem, ((*row, n) for row, n in rows.items())))


def shuffled() -> Table:
    rows, order = STORY.rows, np.arange(len(STORY.rows))[::-1]
    turned = TableRows(rows.seats, rows.people, rows.seat[order], rows.person[order], rows.n[order])
    return replace(STORY, rows=turned)


@pytest.mark.parametrize(
    ("table", "rule", "step"),
    [
        (lambda: shuffled(), "order", "table"),
        (lambda: with_rows({("t1", "lead", "安"): 0}), "range", "table"),
        (lambda: replace(STORY, cap=Fraction(7, 8)), "other_cap", "table"),
        (lambda: replace(STORY, lowest_cap=Fraction(7, 8)), "cap_range", "table"),
        (lambda: replace(STORY, loads={}), "loads", "table"),
        (lambda: with_rows({("t1", "lead", "安"): 127}), "seat_sum", "sound"),
        (lambda: with_rows({("t1", "lead", "鄂"): 1}), "row_not_eligible", "sound"),
        (lambda: with_rows({("t4", "member", "丁"): 193}), "above_cap", "sound"),
        (lambda: with_rows({("t2", "lead", "安"): 129}), "period_sum", "sound"),
        (lambda: replace(STORY, loads={**STORY.loads, "方": Fraction(1)}), "load_sum", "sound"),
        (lambda: replace(STORY, loads={**STORY.loads, "柏": Fraction(2)}), "load_bounds", "sound"),
        (lambda: replace(STORY, rung={**STORY.rung, "t3": "L0"}), "rung", "sound"),
        (lambda: replace(STORY, entropy=STORY.entropy + 0.001), "entropy", "sound"),
        (lambda: replace(STORY, gap=-0.1), "gap", "sound"),
        (lambda: replace(STORY, gap=float("nan")), "gap", "sound"),
        (lambda: replace(STORY, forced=(("t1", "lead", "安"),)), "forced", "sound"),
        (lambda: replace(STORY, acceptance={"t1": Fraction(1, 2)}), "acceptance", "sound"),
        (lambda: replace(STORY, rung={**STORY.rung, "t2": "L3"}), "ticket", "tickets"),
    ],
)
def test_a_table_that_is_not_sound_is_refused_with_the_rule_and_the_step(
    table: Callable[[], Table], rule: str, step: str
) -> None:
    report = check(STORY.problem, table(), None, None)
    assert rule in {one.rule for one in report.violations}
    assert report.failed == step


def test_a_table_that_is_not_sound_is_not_drawn_from() -> None:
    drawn = draw(STORY, seed(1))
    assert check(STORY.problem, STORY, drawn, seed(1)).replayed
    assert not check(STORY.problem, replace(STORY, gap=-1.0), drawn, seed(1)).replayed


def test_a_report_prints_its_verdict() -> None:
    assert str(check(PROBLEM, TABLE, draw(TABLE, seed(1)), seed(1))).startswith(
        "核验通过：检查任务 2 项、4 人次，并已按种子重算"
    )
    nothing = Assignment((), loads_of(PROBLEM, ()), dict(TABLE.rung))
    assert "检查任务 t1 的组长席位应有 1 人，实有 0 人。" in str(check(PROBLEM, TABLE, nothing, None))


def test_the_answer_holds_table_rows_and_digests() -> None:
    drawn = draw(TABLE, seed(8))
    told = assignment_json(TABLE, drawn)
    assert told["assignment"] == [
        dict(zip(("task", "seat", "inspector"), row, strict=True)) for row in drawn.rows
    ]
    assert told["loads"] == {"i1": "1", "i2": "1", "i3": "1", "i4": "1"}
    assert told["assignment_sha256"] == drawn.assignment_sha256
    assert (told["problem_sha256"], told["table_sha256"]) == (PROBLEM.problem_sha256, TABLE.table_sha256)
    assert told.items() >= table_json(TABLE).items()
    assert check_json(PROBLEM.to_json(), told, seed(8)).ok


@pytest.mark.parametrize(
    ("at", "value", "said"),
    [
        ("v", "pair/0", "v 应为pair/1"),
        ("cap", "0.75", "cap 应为“1/4”这样的最简分数"),
        ("loads", {"安": "1"}, "loads 没有逐一载明"),
        ("table", [{"task": "t1"}], "table 第 1 行 应为 task、seat、inspector、n 四项"),
        ("forced", [["t9", "lead", "安"]], "forced 应为匹配问题中的检查任务、席位和人员"),
        ("entropy_nats", "5", "entropy_nats 应为有限的数"),
        ("tickets", [{"tasks": []}], "签票缺少 outcomes"),
        ("rung", {"t1": 0}, "rung.t1 应为文字"),
        ("table_sha256", "00", "与其摘要 table_sha256 不符"),
        ("note", "", "不认识的项 note"),
    ],
)
def test_an_answer_is_read_strictly_and_refused_with_the_place(at: str, value: Any, said: str) -> None:
    told = honest("open").answer | {at: value}
    with pytest.raises(PairingInputError, match=said):
        table_from_json(STORY.problem, told)


@pytest.mark.parametrize(
    ("at", "value", "said"),
    [
        ("assignment", [{"task": "t1"}], "assignment 第 1 行缺少 inspector"),
        ("rejected", [{}], "rejected缺少 counter"),
        ("assignment_sha256", "00", "与其摘要 assignment_sha256 不符"),
    ],
)
def test_an_outcome_is_read_strictly_and_refused_with_the_place(at: str, value: Any, said: str) -> None:
    told = honest("open").answer | {at: value}
    with pytest.raises(PairingInputError, match=said):
        assignment_from_json(STORY, told)
    with pytest.raises(PairingInputError, match="只有概率表，还没有匹配结果"):
        assignment_from_json(STORY, table_json(STORY))


def test_a_key_told_twice_and_a_number_that_is_none_are_refused_with_their_names() -> None:
    with pytest.raises(PairingInputError, match=r"P\.json中 a 一项重复出现"):
        parse_json(b'{"a": 1, "b": 2, "a": 3}', "P.json")
    with pytest.raises(PairingInputError, match=r"P\.json中的 Infinity 不是数"):
        parse_json(b'{"a": Infinity}', "P.json")


def test_infeasible_json_carries_every_shortage() -> None:
    with pytest.raises(PairingInfeasible) as refusal:
        solve(Problem((), (Task("t1", (Seat("a", ()),)), Task("t2", (Seat("a", ()),)))))
    told: Any = infeasible_json(refusal.value)
    assert [one["seats"] for one in told["infeasible"]] == [[["t1", "a"]], [["t2", "a"]]]
    assert told["suggestions"] == []


def test_cap_json_names_the_seats_and_the_people_in_the_way() -> None:
    error = CapTooLow(Fraction(1, 4), Fraction(1, 2), [("t1", "lead")], ["i1", "i2"])
    told: Any = cap_json(error)
    assert told["cap_too_low"]["seats"] == [["t1", "lead"]]
    assert (told["cap_too_low"]["cap"], told["cap_too_low"]["lowest_cap"]) == ("1/4", "1/2")
    assert told["cap_too_low"]["message"] == error.message


def test_a_problem_survives_the_trip_through_json() -> None:
    full = PROBLEM.to_json() | {"affinity": {"weight": 2.0, "scores": {"t1": {"i1": 0.25}}}, "cap": "1/4"}
    problem = Problem.from_json(full)
    assert problem.to_json() == full
    assert Problem.from_json(PROBLEM.to_json()) == PROBLEM


SEAT = {"id": "lead", "eligible": ["i1"]}
TASK = {"id": "t1", "seats": [SEAT]}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], "匹配问题应为 JSON 对象"),
        ({"inspectors": []}, "匹配问题缺少 tasks"),
        ({"inspectors": [], "tasks": [], "recusals": []}, "不认识的项 recusals"),
        ({"inspectors": [{"id": "i1"}, {"id": "i1"}], "tasks": []}, "执法检查人员 i1 重复出现"),
        ({"inspectors": [{"id": ""}], "tasks": []}, "编号应为 1 到 200 个字符"),
        ({"inspectors": [{"id": "i\t1"}], "tasks": []}, "不可见字符"),
        ({"inspectors": [{"id": "i1", "past_load": -1}], "tasks": []}, "past_load 应为 0 到"),
        ({"inspectors": [{"id": "i1", "past_load": 1.5}], "tasks": []}, "past_load 应为整数"),
        ({"inspectors": [{"id": "i1", "max_load": True}], "tasks": []}, "max_load 应为整数"),
        ({"inspectors": [{"id": "i1", "min_load": 3, "max_load": 2}], "tasks": []}, "最高任务量 2 小于"),
        ({"inspectors": [], "tasks": [TASK]}, "名单里没有的执法检查人员 i1"),
        ({"inspectors": [{"id": "i1"}], "tasks": [TASK, TASK]}, "检查任务 t1 重复出现"),
        ({"inspectors": [{"id": "i1"}], "tasks": [{"id": "t1", "seats": []}]}, "没有席位"),
        ({"inspectors": [{"id": "i1"}], "tasks": [{"id": "t1", "seats": [SEAT, SEAT]}]}, "席位 lead 重复"),
        (
            {"inspectors": [{"id": "i1"}], "tasks": [{"id": "t1", "seats": [SEAT | {"demand": -1}]}]},
            "检查任务 t1 席位 lead的 demand 应为 0 到",
        ),
        (
            {
                "inspectors": [{"id": "i1"}],
                "tasks": [{"id": "t1", "seats": [SEAT | {"eligible": ["i1", "i1"]}]}],
            },
            "检查任务 t1 席位 lead里执法检查人员 i1 重复",
        ),
        ({"inspectors": [{"id": "i1"}], "tasks": [], "colleague_recusals": [["i1", "i1"]]}, "与本人成对"),
        ({"inspectors": [{"id": "i1"}], "tasks": [], "colleague_recusals": [["i1"]]}, "两个编号一组"),
        ({"inspectors": [], "tasks": [], "cap": "1/0"}, "cap 应为“1/4”这样的分数"),
        ({"inspectors": [], "tasks": [], "cap": "5/4"}, "cap 应大于 0"),
        ({"inspectors": [], "tasks": [], "cap": "1e-999999999"}, "cap 应为“1/4”这样的分数"),
        ({"inspectors": [], "tasks": [], "affinity": {"weight": 10**400}}, "weight 应为有限的数"),
        ({"inspectors": [], "tasks": [], "bits": 99}, "bits 应在 4 到 40"),
        ({"inspectors": [], "tasks": [], "affinity": {"weight": float("nan")}}, "weight 应为有限的数"),
    ],
)
def test_bad_input_is_refused_with_the_place_and_a_sentence(data: object, said: str) -> None:
    with pytest.raises(PairingInputError, match=said):
        Problem.from_json(data)
