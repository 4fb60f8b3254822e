"""bundle/1: the rule's promises, its known answers, and the stand-alone verifier written from the contract."""

from __future__ import annotations

import ast
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from solver import verify_bundles
from solver.schedule.units import Point, UnitError, bundles_json, check_bundles, cut, cut_apart
from solver.schedule.units.bisecting import bisected
from solver.schedule.units.plane import spots
from tests.vectors import bundles as vectors

VERIFIER = Path(verify_bundles.__file__)


def scattered(n: int, seed: int = 1) -> list[Point]:
    chance = random.Random(seed)
    return [
        Point(
            f"V{i:03d}",
            30_000_000 + chance.randrange(400_000),
            120_000_000 + chance.randrange(400_000),
            "330521",
            chance.randrange(30, 200),
            tuple(range(10)) if i % 5 == 0 else (),
            "am" if i % 7 == 0 else "",
        )
        for i in range(n)
    ]


@pytest.mark.parametrize("case", vectors.CASES)
def test_the_known_answers_of_bundle_1_come_out_again(case: str) -> None:
    kept = json.loads((vectors.FOLDER / f"{case}.bundles.json").read_text("utf-8"))
    bundles, points = vectors.bundles_of(case)
    assert bundles_json(bundles, points) == kept
    assert check_bundles(kept) == bundles


@pytest.mark.parametrize("case", vectors.CASES)
def test_the_verifier_written_from_the_contract_cuts_the_same_bundles(case: str) -> None:
    kept = json.loads((vectors.FOLDER / f"{case}.bundles.json").read_text("utf-8"))
    assert verify_bundles.faults(kept) == []


def test_library_and_verifier_agree_on_forty_random_counties() -> None:
    for seed in range(40):
        points = scattered(10 + seed * 3, seed)
        told = bundles_json(cut(points, 2 + seed % 9), points)
        assert verify_bundles.faults(told) == []


def test_the_verifier_needs_the_standard_library_alone() -> None:
    tree = ast.parse(VERIFIER.read_text("utf-8"))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= {"__future__", "hashlib", "json", "math", "sys", "zipfile", "pathlib", "typing"}


def test_the_table_of_cosines_is_what_the_verifier_computes() -> None:
    from solver.schedule.units.plane import COSINES

    assert [verify_bundles.cosine(degree) for degree in range(91)] == list(COSINES)


@pytest.mark.parametrize(("points", "count"), [(37, 5), (60, 7), (5, 5), (6, 1), (3, 9)])
def test_sizes_of_bundles_differ_by_one_at_most_and_nobody_is_lost(points: int, count: int) -> None:
    groups = cut(scattered(points), count).groups
    assert len(groups) == min(points, count)
    assert max(map(len, groups)) - min(map(len, groups)) <= 1
    assert sorted(code for group in groups for code in group) == [f"V{i:03d}" for i in range(points)]


def test_the_order_of_the_register_moves_no_bundle() -> None:
    points = scattered(50)
    shuffled = points[:]
    random.Random(9).shuffle(shuffled)
    assert cut(shuffled, 6) == cut(points, 6)


def test_bundles_are_compact_and_share_deadlines_and_mornings_evenly() -> None:
    points = scattered(120)
    groups = cut(points, 8).groups
    by_code = {point.code: point for point in points}

    def width(codes: tuple[str, ...]) -> int:
        return max(by_code[c].lon or 0 for c in codes) - min(by_code[c].lon or 0 for c in codes)

    assert sum(width(group) for group in groups) / 8 < 250_000  # of 400,000
    deadlines = [sum(1 for code in group if by_code[code].days) for group in groups]
    mornings = [sum(1 for code in group if by_code[code].half) for group in groups]
    halved = [[points[i] for i in group] for group in bisected(spots(points), 8)]
    assert sorted(sum(1 for point in group if point.half) for group in halved) == [1, 1, 2, 2, 3, 3, 3, 3]
    assert sorted(mornings) == [1, 2, 2, 2, 2, 3, 3, 3]
    assert max(deadlines) - min(deadlines) <= 2


def test_whoever_has_no_place_stands_with_his_area_and_is_named() -> None:
    town = [Point(f"T{i}", 30_000_000 + i, 120_000_000, "330521东门路") for i in range(4)]
    far = [Point(f"U{i}", 30_900_000 + i, 120_900_000, "330521西门路") for i in range(3)]
    lost = Point("Z9", area="330521西门路8号")
    bundles = cut([*town, *far, lost], 2)
    assert bundles.placed_by_area == ("Z9",)
    assert ("U0", "U1", "U2", "Z9") in bundles.groups


def test_without_any_place_bundles_follow_the_order_of_areas() -> None:
    points = [Point(f"V{i}", area=f"3605{80 + i % 2}") for i in range(6)]
    assert cut(points, 2).groups == (("V0", "V2", "V4"), ("V1", "V3", "V5"))


def test_counties_are_cut_apart_and_numbered_together() -> None:
    first, second = scattered(12, 1), [Point(f"W{i}", 31_000_000 + i, 121_000_000) for i in range(4)]
    both = cut_apart([(2, second), (3, first)])
    assert both.groups == (*cut(first, 3).groups, *cut(second, 2).groups)
    assert both.of_code["W0"] in ("B0004", "B0005")


@pytest.mark.parametrize(
    ("what", "code"),
    [
        (lambda told: told["bundles"][0].append(told["bundles"][1].pop()), "unit_digest"),
        (lambda told: told["points"][0].__setitem__(3, 5), "unit_digest"),
        (lambda told: told.pop("cuts"), "unit_file"),
        (lambda told: told.__setitem__("v", "bundle/2"), "unit_file"),
        (lambda told: told["points"][0].__setitem__(3, 1.5), "unit_file"),
    ],
)
def test_a_changed_file_of_bundles_is_refused(what: object, code: str) -> None:
    points = scattered(20)
    told = json.loads(json.dumps(bundles_json(cut(points, 3), points)))
    what(told)  # type: ignore[operator]
    with pytest.raises(UnitError) as refusal:
        check_bundles(told)
    assert refusal.value.code == code


def test_bundles_cut_by_hand_with_right_digests_are_found_out_by_both() -> None:
    from solver.schedule.units.points import bundles_digest

    points = scattered(20)
    told = bundles_json(cut(points, 4), points)
    a, b = told["bundles"][0], told["bundles"][1]
    a[0], b[0] = b[0], a[0]
    told["bundles"] = sorted(sorted(group) for group in told["bundles"])
    cuts = tuple((count, tuple(codes)) for count, codes in told["cuts"])
    told["bundles_sha256"] = bundles_digest(told["points_sha256"], cuts, told["bundles"])
    with pytest.raises(UnitError) as refusal:
        check_bundles(told)
    assert refusal.value.code == "unit_replay"
    assert verify_bundles.faults(told) == ["按 bundle/1 重新分片，结果与文件不一致"]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ({"lat": 1}, "unit_point"),
        ({"lat": 91_000_000, "lon": 0}, "unit_point"),
        ({"days": (3, 2)}, "unit_point"),
        ({"minutes": 1441}, "unit_point"),
        ({"half": "noon"}, "unit_point"),
    ],
)
def test_a_point_out_of_range_is_refused(bad: dict[str, object], code: str) -> None:
    with pytest.raises(UnitError) as refusal:
        Point("V1", **bad)  # type: ignore[arg-type]
    assert refusal.value.code == code


def test_points_behind_a_salt_are_bound_without_being_guessable() -> None:
    points = scattered(15)
    bundles = cut(points, 3)
    salted = bundles.salted(points, "a secret of the office")
    assert salted.groups == bundles.groups
    assert (
        len({salted.points_sha256, bundles.points_sha256, bundles.salted(points, "other").points_sha256}) == 3
    )
    told = bundles_json(salted, points, "a secret of the office")
    assert check_bundles(told) == salted
    assert verify_bundles.faults(told) == []
    assert verify_bundles.faults({key: value for key, value in told.items() if key != "salt"}) != []


def test_no_bundles_and_a_code_twice_are_refused() -> None:
    with pytest.raises(UnitError, match="正整数"):
        cut(scattered(3), 0)
    with pytest.raises(UnitError, match="重复"):
        cut([*scattered(3), Point("V001")], 2)


def test_the_verifier_exits_by_what_it_found(tmp_path: Path) -> None:
    def run(text: str) -> tuple[int, str]:
        file = tmp_path / "bundles.json"
        file.write_text(text, "utf-8")
        done = subprocess.run(
            [sys.executable, "-I", str(VERIFIER), str(file)], capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    points = scattered(15)
    bundles = cut(points, 3)
    assert run(json.dumps(bundles_json(bundles, points)))[0] == 0
    code, said = run(json.dumps(bundles_json(bundles)))
    assert (code, "未公布位置" in said) == (0, True)
    assert run(json.dumps(bundles_json(bundles, points) | {"bundles_sha256": "0" * 64}))[0] == 1
    assert run("{}")[0] == run("[")[0] == 2
