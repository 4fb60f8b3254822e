"""The checker finds each planted fault, and the JSON form says what is true."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solver.pairing import (
    Assignment,
    Inspector,
    PairingInfeasible,
    PairingInputError,
    Problem,
    Seat,
    Task,
    check,
    draw,
    infeasible_json,
    pair_json,
    solve,
)
from tests.solver.pairing.pairing_cases import Rows, loads_of, pairs_problem, seed

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


def rules_broken(rows: Rows) -> set[str]:
    wrong = Assignment(rows, loads_of(PROBLEM, rows), {"t1": "L0", "t2": "L0"})
    return {violation.rule for violation in check(PROBLEM, solve(PROBLEM), wrong, None).violations}


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


def test_another_seed_another_problem_and_false_loads_are_noticed() -> None:
    problem = pairs_problem(6, 5)
    table = solve(problem)
    drawn = draw(table, seed(1))
    assert check(problem, table, drawn, seed(1)).ok
    assert [one.rule for one in check(problem, table, drawn, seed(2)).violations] == ["replay"]
    assert "other_problem" in {
        one.rule for one in check(replace(problem, bits=21), table, drawn, None).violations
    }
    lied = replace(drawn, loads={**drawn.loads, "i1": 9})
    assert [one.rule for one in check(problem, table, lied, None).violations] == ["stated_load"]


def test_a_report_prints_its_verdict() -> None:
    table = solve(PROBLEM)
    assert str(check(PROBLEM, table, draw(table, seed(1)), seed(1))).startswith(
        "核验通过：检查任务 2 项、4 人次"
    )
    nothing = Assignment((), loads_of(PROBLEM, ()), {})
    assert "检查任务 t1 的组长席位应有 1 人，实有 0 人。" in str(check(PROBLEM, table, nothing, None))


def test_pair_json_answers_with_rows_loads_and_digests() -> None:
    told = pair_json(PROBLEM.to_json(), seed(8))
    drawn = draw(solve(PROBLEM), seed(8))
    assert told["assignment"] == [
        dict(zip(("task", "seat", "inspector"), row, strict=True)) for row in drawn.rows
    ]
    assert told["loads"] == {"i1": 1, "i2": 1, "i3": 1, "i4": 1}
    assert told["assignment_sha256"] == drawn.assignment_sha256
    assert told["problem_sha256"] == PROBLEM.problem_sha256
    assert "entropy_nats" not in told
    assert "table" not in told


def test_infeasible_json_carries_every_shortage() -> None:
    with pytest.raises(PairingInfeasible) as refusal:
        pair_json(
            {"inspectors": [], "tasks": [{"id": "t1", "seats": [{"id": "a", "eligible": []}]}]}, seed(0)
        )
    assert infeasible_json(refusal.value)["infeasible"][0]["seats"] == [["t1", "a"]]


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
            "demand 应为 0 到",
        ),
        (
            {
                "inspectors": [{"id": "i1"}],
                "tasks": [{"id": "t1", "seats": [SEAT | {"eligible": ["i1", "i1"]}]}],
            },
            "执法检查人员 i1 重复",
        ),
        ({"inspectors": [{"id": "i1"}], "tasks": [], "colleague_recusals": [["i1", "i1"]]}, "与本人成对"),
        ({"inspectors": [{"id": "i1"}], "tasks": [], "colleague_recusals": [["i1"]]}, "两个编号一组"),
        ({"inspectors": [], "tasks": [], "cap": "1/0"}, "cap 应为“1/4”这样的分数"),
        ({"inspectors": [], "tasks": [], "cap": "5/4"}, "cap 应大于 0"),
        ({"inspectors": [], "tasks": [], "bits": 99}, "bits 应在 4 到 40"),
        ({"inspectors": [], "tasks": [], "affinity": {"weight": float("nan")}}, "weight 应为有限的数"),
    ],
)
def test_bad_input_is_refused_with_the_place_and_a_sentence(data: object, said: str) -> None:
    with pytest.raises(PairingInputError, match=said):
        Problem.from_json(data)
