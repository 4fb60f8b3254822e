"""An outsider's list of pairings: what a walk down a list shows, what a lot shows, and how lists are read."""

from __future__ import annotations

import json
import random
from itertools import combinations, permutations
from math import log2
from pathlib import Path

import numpy as np
import pytest

from solver.fairness.pairing import audit, audit_file, read_pairings
from solver.fairness.round_robin import teams as round_robin_teams
from solver.fairness.swaps import lists_alike, mixed
from solver.pairing.errors import PairingInputError

NAMES = tuple(f"p{number:02d}" for number in range(60))
Listed = list[tuple[str, str]]


def walked(tasks: int, names: tuple[str, ...], start: int, size: int = 2) -> Listed:
    """Round robin over the names in the order given."""
    found = round_robin_teams([size] * tasks, len(names), start)
    return [(f"t{task:04d}", names[place]) for task, team in enumerate(found) for place in team]


def drawn(tasks: int, names: tuple[str, ...], seed: int, size: int = 2) -> Listed:
    """Each team a fair lot by itself."""
    lot = random.Random(seed)
    return [(f"t{task:04d}", who) for task in range(tasks) for who in lot.sample(names, size)]


def test_a_walk_down_the_list_of_names_holds_log2_60_bits() -> None:
    found = audit(walked(300, NAMES, start=17))
    assert (found.pattern, found.order.listed, found.order.steps) == ("walk", 599, 599)
    assert found.at_most == pytest.approx(log2(60)) == pytest.approx(5.907, abs=1e-3)
    assert (found.neighbours, found.teams) == (300, 300)
    assert found.meetings.seen == 30  # an even list in twos: the same 30 teams over and over
    assert found.suspicious
    assert "轮流派人" in str(found)
    assert "5.9 比特" in str(found)


def test_a_walk_down_a_list_in_an_order_unknown_to_us_is_found_as_well() -> None:
    hidden = list(NAMES)
    random.Random(1).shuffle(hidden)
    found = audit(walked(300, tuple(hidden), start=4))
    assert found.order.listed < 60
    assert (found.order.repeated, found.order.again) == (539, 539)  # 599 steps, 60 of them first ones
    assert found.pattern == "walk"
    order_itself = sum(log2(number) for number in range(2, 60))
    assert found.at_most == pytest.approx(order_itself + log2(60))
    assert "事先定好的，只有 5.9 比特" in str(found)


def test_a_walk_that_passes_over_whoever_may_not_go_is_a_walk_still() -> None:
    lot = random.Random(2)
    eligible = {f"t{task:04d}": sorted(lot.sample(NAMES, 45)) for task in range(200)}
    rows, at = [], 0
    for task, may in eligible.items():
        for _ in range(2):
            while NAMES[at % 60] not in may:
                at += 1
            rows.append((task, NAMES[at % 60]))
            at += 1
    found = audit(rows, eligible)
    assert found.pattern == "walk"
    assert (found.order.listed, found.order.steps) == (399, 399)
    assert found.ineligible == 0


def test_a_walk_with_some_people_exchanged_keeps_its_pattern_and_gains_bits_for_each() -> None:
    rows = walked(300, NAMES, start=0)
    for place in (40, 200, 421):
        rows[place] = (rows[place][0], NAMES[(place + 31) % 60])
    found = audit(rows)
    assert found.pattern == "walk"
    assert found.order.exceptions == 6  # into the exchanged one and out again
    assert log2(60) < found.at_most < 100


def test_fixed_teams_hold_no_more_than_which_team_goes() -> None:
    lot = random.Random(3)
    pairs = [("甲", "乙"), ("丙", "丁"), ("戊", "己"), ("庚", "辛")]
    rows = [(f"t{task}", who) for task in range(50) for who in lot.choice(pairs)]
    found = audit(rows)
    assert found.pattern == "fixed_teams"
    assert found.at_most == 50 * 2
    assert found.different_teams == 4
    assert "检查组固定不变" in str(found)


@pytest.mark.parametrize("number", range(5))
def test_a_fair_lot_shows_no_pattern(number: int) -> None:
    found = audit(drawn(120, NAMES[:20], number))
    assert found.pattern == "none"
    assert not found.suspicious
    assert found.order.share < 0.3
    assert found.meetings.seen == pytest.approx(found.meetings.expected, rel=0.15)


def test_the_number_of_pairs_in_a_fair_lot_is_on_either_side_of_the_expected_one() -> None:
    shares = [audit(drawn(60, NAMES[:16], number)).meetings.fewer for number in range(10)]
    assert min(shares) > 0.001
    assert 0.3 < sum(shares) / len(shares) < 0.75


def test_colleagues_who_meet_too_seldom_are_found_without_any_order() -> None:
    # Two halves that never mix, told as one list: 2 · C(10, 2) = 90 of 190 pairs at most.
    lot = random.Random(5)
    halves = (NAMES[:10], NAMES[10:20])
    rows = [(f"t{task:03d}", who) for task in range(200) for who in lot.sample(lot.choice(halves), 2)]
    found = audit(rows)
    assert found.pattern == "none"
    assert found.meetings.seen <= 90
    assert found.meetings.expected > 110
    assert found.meetings.fewer == 1 / 1000
    assert found.suspicious
    assert "偏少" in str(found)


def test_two_areas_are_no_finding_where_it_is_known_who_may_go() -> None:
    lot = random.Random(5)
    rows, eligible = [], {}
    for task in range(200):
        half = lot.choice((NAMES[:10], NAMES[10:20]))
        eligible[f"t{task:03d}"] = half
        rows += [(f"t{task:03d}", who) for who in lot.sample(half, 2)]
    found = audit(rows, eligible)
    assert not found.suspicious
    assert found.all_lawful == pytest.approx(200 * log2(45))


def test_what_is_counted_besides() -> None:
    rows = [("t1", "甲"), ("t1", "乙"), ("t2", "甲"), ("t2", "丙"), ("t2", "丙"), ("t3", "丁")]
    found = audit(rows, {"t2": ("甲", "戊")}, {"t1": "甲公司", "t2": "甲公司", "t3": "乙公司"})
    assert found.returns == 1  # 甲 went to 甲公司 twice
    assert found.duplicates == 1
    assert found.ineligible == 1  # 丙 on t2
    assert found.loads == ((0, 1), (1, 3), (2, 1))
    assert found.meetings.samples == 0
    assert not found.suspicious
    assert "太短" in str(found)


def test_the_same_list_gives_the_same_audit() -> None:
    rows = drawn(80, NAMES[:12], 9, size=3)
    assert audit(rows).to_json() == audit(rows).to_json()
    assert json.loads(json.dumps(audit(rows).to_json()))["tasks"] == 80


def test_an_empty_list_is_refused() -> None:
    with pytest.raises(PairingInputError, match="没有任何搭配"):
        audit([])


def test_random_exchange_reaches_every_list_alike() -> None:
    # Three teams of two out of a, b, c, each twice, nobody twice in a team: the teams are ab, ac, bc in any
    # order (6 lists), or none other. With d, e, f besides, a count by hand over all lists is the reference.
    teams = [(0, 1), (2, 3), (0, 2)]
    reference = {
        lists
        for order in set(permutations([0, 0, 1, 2, 2, 3]))
        for lists in [tuple(frozenset(order[2 * at : 2 * at + 2]) for at in range(3))]
        if all(len(team) == 2 for team in lists)
    }
    counted: dict[tuple[frozenset[int], ...], int] = {}
    samples = 6_000
    for now in lists_alike(teams, None, samples):
        key = tuple(frozenset(row.tolist()) for row in now)
        counted[key] = counted.get(key, 0) + 1
    assert set(counted) == reference
    # Lists whose teams are equal sets weigh alike: within one team the order of seats is no matter.
    expected = samples / len(reference)
    chi2 = sum((many - expected) ** 2 / expected for many in counted.values())
    assert chi2 < 3 * len(reference)


def test_the_integer_hash_is_splitmix64() -> None:
    # Published first outputs of SplitMix64 with the seed 0.
    assert [hex(each) for each in mixed(np.arange(3, dtype=np.uint64)).tolist()] == [
        "0xe220a8397b1dcdaf",
        "0x6e789e6aa1b965f4",
        "0x6c45d188009454f",
    ]


def test_a_list_with_one_row_for_each_person(tmp_path: Path) -> None:
    file = tmp_path / "名单.csv"
    file.write_text(
        "检查任务,检查对象,检查人员\nt1,甲公司,张三\nt1,甲公司,李四\n\nt2,乙店,王五\n", encoding="utf-8-sig"
    )
    given = read_pairings(file)
    assert given.rows == (("t1", "张三"), ("t1", "李四"), ("t2", "王五"))
    assert given.entities == {"t1": "甲公司", "t2": "乙店"}


@pytest.mark.parametrize("between", ["、", "，", ";", "；", " / "])
def test_a_list_with_the_whole_team_in_one_cell(tmp_path: Path, between: str) -> None:
    file = tmp_path / "list.csv"
    file.write_text(f"任务编号,执法人员\nt1,张三{between}李四\n", encoding="gb18030")
    assert read_pairings(file).rows == (("t1", "张三"), ("t1", "李四"))


def test_a_list_with_a_column_for_each_seat(tmp_path: Path) -> None:
    file = tmp_path / "list.tsv"
    file.write_text("企业名称\t组长\t组员1\t组员2\n甲公司\t张三\t李四\t\n乙店\t王五\t\t赵六\n")
    assert read_pairings(file).rows == (
        ("甲公司", "张三"),
        ("甲公司", "李四"),
        ("乙店", "王五"),
        ("乙店", "赵六"),
    )


def test_an_assignment_of_ours_is_read_and_audited_with_its_problem(tmp_path: Path) -> None:
    rows = drawn(40, NAMES[:8], 1)
    assignment = [{"task": task, "seat": "member", "inspector": who} for task, who in rows]
    (tmp_path / "A.json").write_text(json.dumps({"assignment": assignment}))
    problem = {
        "inspectors": [{"id": who} for who in NAMES[:9]],
        "tasks": [
            {"id": task, "seats": [{"id": "member", "demand": 2, "eligible": NAMES[:9]}]}
            for task in sorted({task for task, _ in rows})
        ],
    }
    (tmp_path / "P.json").write_text(json.dumps(problem))
    found = audit_file(tmp_path / "A.json", tmp_path / "P.json")
    assert (found.tasks, found.inspectors, found.ineligible) == (40, 9, 0)
    assert found.loads[0] == (0, 1)
    assert found.all_lawful == pytest.approx(40 * log2(36))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "是空的"),
        ("编号,检查人员\n1,张三\n", "第 1 行的表头里没有“检查任务”"),
        ("检查任务,姓名\nt1,张三\n", "第 1 行的表头里没有“检查人员”"),
        ("检查任务,检查人员\nt1,张三\n,李四\n", "第 3 行没有写明检查任务"),
        ("检查任务,检查人员\nt1,张三\nt2, \n", "第 3 行（检查任务 t2）没有写明检查人员"),
        ('{"assignment": [{"task": "t1"}]}', "assignment 第 1 项"),
        ('{"table": []}', "没有 assignment"),
        ('{"assignment": [', "第 1 行第 17 列"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_with_its_place(
    tmp_path: Path, text: str, sentence: str
) -> None:
    file = tmp_path / "list.csv"
    file.write_text(text)
    with pytest.raises(PairingInputError, match=sentence):
        read_pairings(file)


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PairingInputError, match="读不到文件 none"):
        read_pairings(tmp_path / "none.csv")
    (tmp_path / "picture.csv").write_bytes(b"\xff\xd8\xff\xe0\x00\x81")
    with pytest.raises(PairingInputError, match="编码"):
        read_pairings(tmp_path / "picture.csv")


def test_pairs_of_colleagues_are_counted_once_whatever_the_order() -> None:
    rows = [(f"t{at}", who) for at, team in enumerate(combinations("abcde", 2)) for who in team]
    rows += [(f"u{at}", who) for at, team in enumerate(combinations("edcba", 2)) for who in team]
    assert audit(rows).meetings.seen == 10
