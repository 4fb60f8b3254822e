"""The scorecard: integers from 0 to 1000, every factor explained, the authority's class first."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervision.risk.rules import (
    FACTORS,
    Facts,
    WrongScorecard,
    age_in_years,
    read_scorecard,
    score,
    scorecard,
    snapshot_line,
)
from supervision.risk.tables import RiskClass

SHIPPED = """rule,factor,lower,upper,points,class,sentence
points,age,,,7,,不详
points,age,0,4,300,,新
points,age,5,,100,,老
points,changes,0,,0,,变更 {value} 次
points,abnormal_listings,0,0,0,,无
points,abnormal_listings,1,,600,,列入 {value} 次
points,penalties,0,,0,,无
points,complaints,0,,0,,无
points,last_finding,0,0,0,,无
points,last_finding,1,1,-500,,好
points,last_finding,2,8,500,,差
band,total,0,250,,A,低
band,total,251,500,,B,较低
band,total,501,750,,C,较高
band,total,751,1000,,D,高
direct,complaints,30,,,D,投诉 {value} 次
"""


def test_an_old_enterprise_without_a_mark_is_a() -> None:
    found = score(Facts(), 25)
    assert (found.points, found.risk_class, found.given, found.direct) == (60, RiskClass.A, False, ())


def test_a_new_enterprise_with_two_penalties_and_a_listing_is_d() -> None:
    found = score(Facts(penalties=2, abnormal_listings=1), 0)
    assert (found.points, found.risk_class) == (320 + 280 + 200, RiskClass.D)


def test_every_factor_is_explained_and_the_points_add_up() -> None:
    found = score(Facts(changes=3, penalties=1, last_finding=5), 4)
    assert [part.factor for part in found.parts] == list(FACTORS)
    assert [part.points for part in found.parts] == [190, 30, 0, 150, 0, 80]
    assert (found.points, found.risk_class) == (450, RiskClass.B)
    assert found.parts[1].sentence == "登记事项变更 3 次，偏多"


def test_an_unknown_age_has_its_own_line() -> None:
    found = score(Facts(), None)
    assert (found.points, found.parts[0].sentence) == (260, "成立日期不详")


def test_the_authoritys_class_wins_and_the_points_are_kept() -> None:
    found = score(Facts(given=RiskClass.C), 25)
    assert (found.risk_class, found.given, found.points) == (RiskClass.C, True, 60)


def test_a_direct_rule_puts_an_entity_into_d_whatever_its_points() -> None:
    found = score(Facts(complaints=31), 25)
    assert (found.points, found.risk_class) == (310, RiskClass.D)
    assert found.direct == ("投诉举报达 31 次，直接列为 D 级",)


@pytest.mark.parametrize(
    ("points", "risk_class"),
    [(0, "A"), (250, "A"), (251, "B"), (500, "B"), (501, "C"), (750, "C"), (751, "D"), (1000, "D")],
)
def test_bands_meet_at_250_500_and_750(points: int, risk_class: str) -> None:
    table = read_scorecard(SHIPPED.replace("points,changes,0,,0,", f"points,changes,0,,{points - 100},"))
    found = table.score(Facts(), 9)
    assert (found.points, found.risk_class) == (points, risk_class)


def test_the_total_is_clipped_at_both_ends() -> None:
    table = read_scorecard(SHIPPED)
    assert table.score(Facts(last_finding=1), 9).points == 0
    assert table.score(Facts(abnormal_listings=1, last_finding=2), 0).points == 1000


counts = st.integers(0, 10**6)


@given(st.builds(Facts, counts, counts, counts, counts, st.integers(0, 8)), st.none() | st.integers(0, 400))
def test_any_facts_get_points_from_0_to_1000_and_a_class(facts: Facts, age: int | None) -> None:
    found = scorecard().score(facts, age)
    assert 0 <= found.points <= 1000
    assert found.risk_class in set(RiskClass)


@pytest.mark.parametrize(
    ("line", "instead", "problem"),
    [
        ("points,age,5,,100,,老", "points,age,6,,100,,老", "“age”在 5 处有空缺或重叠"),
        ("points,age,5,,100,,老", "points,age,4,,100,,老", "“age”在 5 处有空缺或重叠"),
        ("points,age,5,,100,,老", "points,age,5,90,100,,老", "“age”没有覆盖全部取值"),
        ("points,age,,,7,,不详\n", "", "缺少“不详”一行"),
        ("points,penalties,0,,0,,无\n", "", "“penalties”没有覆盖全部取值"),
        ("points,last_finding,2,8,500,,差", "points,last_finding,2,7,500,,差", "“last_finding”没有覆盖"),
        ("band,total,751,1000,,D,高", "band,total,751,999,,D,高", "“total”没有覆盖全部取值"),
        ("band,total,751,1000,,D,高", "band,total,751,1000,,E,高", "第 16 行无法识别"),
        ("points,age,5,,100,,老", "points,age,五,,100,,老", "第 4 行无法识别"),
        ("direct,complaints", "direct,size", "不认识的指标：size"),
        ("rule,factor", "kind,factor", "第 2 行无法识别"),
    ],
)
def test_a_table_with_a_hole_is_refused_by_name(line: str, instead: str, problem: str) -> None:
    assert line in SHIPPED
    with pytest.raises(WrongScorecard, match=problem):
        read_scorecard(SHIPPED.replace(line, instead))


@pytest.mark.parametrize(
    ("established", "on", "years"),
    [
        (date(2020, 11, 1), date(2026, 11, 1), 6),
        (date(2020, 11, 2), date(2026, 11, 1), 5),
        (date(2026, 11, 20), date(2026, 11, 1), 0),
        (date(2024, 2, 29), date(2025, 2, 28), 0),
        (date(2024, 2, 29), date(2025, 3, 1), 1),
        (None, date(2026, 11, 1), None),
    ],
)
def test_age_counts_completed_years(established: date | None, on: date, years: int | None) -> None:
    assert age_in_years(established, on) == years


def test_a_line_of_the_digest_is_code_class_points() -> None:
    assert snapshot_line("91361030MA35JDKC1J", "B", 255) == b"91361030MA35JDKC1J,B,255\n"
