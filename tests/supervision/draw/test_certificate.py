"""The certificate's numbers: exact, recomputable from public files, and silent about single entities."""

import gzip
import json
import random
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest

from solver.canonical import canonical, parse, sha256_hex
from solver.closing import close
from solver.draw import draw
from solver.errors import FrameError, ResultMismatch
from solver.fairness.chances import chances
from solver.frame import Frame
from solver.plan import Plan
from solver.rates import PpsMode, RateMode
from supervision.draw.certificate import OTHER, Facts, Listed, Registered, certify, coarse, size_band
from supervision.draw.certifying import files_paper
from supervision.register.traits import capital_band, ownership
from tests.solver.drawing import SECRETS, frame_of, plan_of

FACTS = Facts("360681-2026-0001", "closed", "rate", 0, 100, True, False, ("party", "party"))
RATE = RateMode(100, {"A": 1, "B": 3, "C": 10, "D": 30})
#: 100 entities: 60 A, 25 B, 10 C, 5 D in two areas; 3.35 + … expected: 0.6 + 0.75 + 1 + 1.5 = 3.85
CLASSES = ["A"] * 60 + ["B"] * 25 + ["C"] * 10 + ["D"] * 5
PATHS = ["x/F", "y/F"] * 50


def registered(labels: list[str], *, with_drawn: bool = True) -> Registered:
    return Registered(labels, ["state"] * 100, ["c1"] * 100, list(range(100)), with_drawn)


def certified(scope: str, labels: list[str], drawn: list[int] | None = None, **more: bool):  # type: ignore[no-untyped-def]
    listed = Listed(PATHS, CLASSES, CLASSES, drawn)
    return certify(scope, FACTS, RATE, listed, registered(labels, **more), None, 5)  # type: ignore[arg-type]


def test_every_class_has_the_probability_of_the_plan_and_nobody_has_none() -> None:
    found = certified("office", ["1"] * 100)
    assert [(row.label, row.n, row.mean) for row in found.tables["class"]] == [
        ("A", 60, Fraction(1, 100)),
        ("B", 25, Fraction(3, 100)),
        ("C", 10, Fraction(1, 10)),
        ("D", 5, Fraction(3, 10)),
    ]
    assert (found.expected, found.never, found.facts.D) == (Fraction(385, 100), 0, 100)
    assert sum((row.expected for row in found.tables["area"]), Fraction(0)) == Fraction(385, 100)


def test_what_is_drawn_stands_beside_what_was_expected() -> None:
    found = certified("office", ["1"] * 100, drawn=[0, 70, 97, 99])
    assert {row.label: row.drawn for row in found.tables["class"]} == {"A": 1, "B": 1, "C": 0, "D": 2}
    area = {row.label: row for row in found.tables["area"]}
    assert (area["x"].drawn, area["y"].drawn) == (2, 2)
    assert found.deviation == max(abs(2 - area["x"].expected), abs(2 - area["y"].expected)) < 1


def test_fixed_step_selection_of_the_same_list_is_told_beside_it() -> None:
    found = certified("office", ["1"] * 97 + ["2"] * 3)  # 4 of 100: every 25th, all can be drawn
    assert (found.step.wanted, found.step.step, found.step.never) == (4, 25, 0)
    mode = RateMode(100, {"A": 30, "B": 30, "C": 30, "D": 30})  # 30 of 100: every 3rd, the last 10 never
    listed = Listed(PATHS, CLASSES, CLASSES)
    county = certify("office", FACTS, mode, listed, registered(["1"] * 88 + ["2"] * 12), None, 5).tables[
        "county"
    ]
    assert [(row.label, row.step_never, row.step_mean) for row in county] == [
        ("1", 0, Fraction(1, 3)),
        ("2", 10, Fraction(1, 18)),
    ]


def test_a_group_of_four_is_shown_to_nobody_and_one_of_five_to_the_office() -> None:
    labels = ["1"] * 91 + ["2"] * 5 + ["3"] * 4
    assert [row.label for row in certified("office", labels).tables["county"]] == ["1", OTHER]
    labels = ["1"] * 85 + ["2"] * 5 + ["3"] * 5 + ["4"] * 3 + ["5"] * 2
    assert [row.label for row in certified("office", labels).tables["county"]] == ["1", "2", "3", OTHER]


def test_the_public_sees_no_group_whose_mean_would_tell_a_class() -> None:
    # county 2: ten entities, all of class C; county 3: three C and the D
    labels = ["1"] * 85 + ["2"] * 10 + ["3"] * 5
    assert certified("office", labels).tables["county"][1].mean == Fraction(1, 10)
    assert [row.label for row in certified("public", labels).tables["county"]] == [OTHER]
    given = chances(RateMode(100, {"A": 10, "B": 30, "C": 40, "D": 50}), CLASSES)
    mixed = (["1", "2"] * 30) + (["1", "2"] * 20)
    assert coarse(mixed, given, 5, mixed=True) == {"1": "1", "2": "2"}
    mixed[85:95] = ["3"] * 10  # the ten C apart
    assert coarse(mixed, given, 5, mixed=True)["3"] == OTHER


def test_groups_put_together_are_large_enough_themselves() -> None:
    chance = random.Random(7)
    for _ in range(200):
        labels = [str(min(int(chance.expovariate(0.3)), 12)) for _ in CLASSES]
        given = chances(RateMode(100, {"A": 20, "B": 30, "C": 40, "D": 50}), CLASSES)
        for mixed in (False, True):
            shown = coarse(labels, given, 5, mixed=mixed)
            sizes = Counter(shown[label] for label in labels)
            assert len(sizes) == 1 or min(sizes.values()) >= 5
            for group in sizes:
                kinds = Counter(
                    cls for cls, label in zip(CLASSES, labels, strict=True) if shown[label] == group
                )
                assert not mixed or len(sizes) == 1 or kinds.total() - max(kinds.values()) >= 5


def test_the_public_is_told_no_extremes_and_no_numbers_drawn_while_the_list_is_kept() -> None:
    drawn = [0, 70, 97, 99]
    kept = certified("public", ["1"] * 100, drawn, with_drawn=False)
    assert [(row.low, row.high, row.drawn) for row in kept.tables["county"]] == [(None, None, None)]
    assert kept.drawn == 4
    assert kept.tables["area"][0].drawn == 2  # the cells of the frame are public


def test_the_digest_is_that_of_the_canonical_data_and_of_every_number_in_it() -> None:
    found = certified("office", ["1"] * 100)
    assert found.digest == sha256_hex(found.json)
    assert canonical(parse(found.json)) == found.json
    assert replace(found, never=1).digest != found.digest
    told = json.loads(found.json)
    assert told["groups"]["class"][3] == {
        "label": "D", "n": 5, "expected": "3/2", "low": "3/10", "mean": "3/10", "high": "3/10",
        "never": 0, "drawn": None, "step_mean": "1/25", "step_never": 0,
    }  # fmt: skip


def test_by_size_the_probabilities_are_told_by_the_order_of_magnitude() -> None:
    sizes = ["0", "5", "50", "70", "900"]
    found = certify("files", FACTS, PpsMode(2), Listed(["x"] * 5, ["A"] * 5, sizes), None, None, 5)
    assert [(row.label, row.n) for row in found.tables["size"]] == [
        ("d0", 1),
        ("d1", 1),
        ("d2", 2),
        ("d3", 1),
    ]
    assert (found.never, found.certain) == (1, 1)
    assert size_band("0") == "d0"


FRAME = frame_of(["360681/C/A"] * 40 + ["360681/F/B"] * 30 + ["360682/C/C"] * 20 + ["360682/F/D"] * 9)


def files(plan: Plan, frame: Frame) -> dict[str, bytes]:
    result = draw(plan, frame, SECRETS)
    return {
        "plan.json": plan.canonical,
        "frame.csv.gz": gzip.compress(frame.data),
        "result.csv": result.result_bytes,
        "closing.json": close(result).record,
    }


def test_public_files_alone_give_the_certificate_by_class_and_by_path() -> None:
    plan = plan_of(FRAME, {"mode": "fixed", "n": 12, "weights": {"A": 1, "B": 3, "C": 10, "D": 40}})
    paper = files_paper(files(plan, FRAME))
    found = paper.certificate
    assert (found.drawn, found.expected, found.facts.plan_hash) == (12, 12, plan.plan_hash)
    assert set(found.tables) == {"class", "area", "path"}
    assert [row.label for row in found.tables["path"]] == ["360681/C", "360681/F", "360682/C", "360682/F"]
    assert sum(row.drawn or 0 for row in found.tables["path"]) == 12
    assert found.deviation is not None
    assert found.deviation < 1
    assert files_paper(files(plan, FRAME)).certificate.digest == found.digest


def test_before_the_draw_plan_and_frame_are_enough() -> None:
    plan = plan_of(FRAME, {"mode": "rate", "den": 9, "rates": {"A": 1, "B": 2, "C": 3, "D": 9}})
    found = files_paper({"plan.json": plan.canonical, "frame.csv": FRAME.data}).certificate
    assert (found.drawn, found.certain, found.facts.state) == (None, 9, "approved")


def test_a_frame_or_a_result_that_is_not_the_plans_is_refused() -> None:
    plan = plan_of(FRAME, {"mode": "rate", "den": 9, "rates": {"A": 1, "B": 2, "C": 3, "D": 9}})
    given = files(plan, FRAME)
    other = frame_of(["360681/C/A"] * 99)
    with pytest.raises(FrameError):
        files_paper(given | {"frame.csv.gz": gzip.compress(other.data)})
    with pytest.raises(ResultMismatch):
        files_paper(given | {"result.csv": given["result.csv"][:-1]})


@pytest.mark.parametrize(
    ("written", "band"),
    [
        ("46.7000(万元人民币)", "c2"),
        ("51,800(万元人民币)", "c6"),
        ("0万人民币", "unstated"),
        ("N/A", "unstated"),
        ("", "unstated"),
        ("774(万美元)", "currency"),
        ("1,428,492.9324(万元人民币)", "c6"),
        ("10万元", "c2"),
        ("9.99万元", "c1"),
        ("30000元", "c1"),
        ("500(万)", "c4"),
    ],
)
def test_registered_capital_is_read_as_registers_write_it(written: str, band: str) -> None:
    assert capital_band(written) == band


@pytest.mark.parametrize(
    ("kind", "written", "expected"),
    [
        ("enterprise", "有限责任公司 国有企业", "state"),
        ("enterprise", "有限责任公司 港、澳、台", "foreign"),
        ("enterprise", "集体分支机构(非法人)", "collective"),
        ("enterprise", "有限责任公司(自然人独资)", "private"),
        ("enterprise", "有限责任公司", "company"),
        ("individual", "", "individual"),
        ("cooperative", "N/A", "cooperative"),
        ("enterprise", "N/A", "unstated"),
    ],
)
def test_the_owner_is_told_by_the_written_type_then_by_the_kind(
    kind: str, written: str, expected: str
) -> None:
    assert ownership(kind, written) == expected
