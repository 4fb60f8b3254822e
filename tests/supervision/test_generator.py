"""The made-up county: readable by the ordinary import, skewed as wanted, the same for the same seed."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from supervision.demo.generator import (
    QUALIFICATIONS,
    DemoFiles,
    UnknownCounty,
    trades,
    write_demo,
    write_inspectors,
    write_items,
)
from supervision.reference.tags import keyword_table
from supervision.register.parsing import open_register
from supervision.register.reasons import Reason
from supervision.register.rules import Context, EntityRow, InspectorRow, ItemRow, Rejected, judge_file
from supervision.register.tables import RegisterKind
from supervision.risk.rules import Facts, age_in_years, score

TODAY = date(2026, 11, 22)
COUNT = 4_000


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    return write_demo(tmp_path_factory.mktemp("demo"), 1, today=TODAY, entities=COUNT)


def judged(path: Path, kind: RegisterKind) -> list[EntityRow | InspectorRow | ItemRow | Rejected]:
    with open_register(path, kind) as file:
        assert file.columns.unknown == ()
        return [result for _, result in judge_file(file, Context(TODAY, "360681"))]


@pytest.fixture(scope="module")
def entities(demo: DemoFiles) -> list[EntityRow]:
    return [row for row in judged(demo.entities, RegisterKind.ENTITY) if isinstance(row, EntityRow)]


def test_every_sound_row_is_taken_and_every_dirty_one_set_aside(
    demo: DemoFiles, entities: list[EntityRow]
) -> None:
    results = judged(demo.entities, RegisterKind.ENTITY)
    rejected = [row for row in results if isinstance(row, Rejected)]
    assert (len(entities), len(rejected)) == (COUNT, demo.dirty)
    assert demo.dirty == 13  # one in 333
    assert {row.reason for row in rejected} == {
        Reason.BAD_USCC,
        Reason.DUPLICATE,
        Reason.MISSING_VALUE,
        Reason.BAD_DATE,
        Reason.FUTURE_DATE,
        Reason.UNKNOWN_REGION,
        Reason.BROKEN_QUOTING,
        Reason.WRONG_COLUMN_COUNT,
        Reason.BAD_NUMBER,
    }


def test_the_county_is_guixi_and_no_name_or_code_occurs_twice(entities: list[EntityRow]) -> None:
    assert {row.region_code for row in entities} == {"360681"}
    assert all(row.name.startswith("贵溪市") for row in entities)
    assert len({row.name for row in entities}) == len({row.uscc for row in entities}) == COUNT


def test_nothing_in_it_could_be_taken_for_real(entities: list[EntityRow]) -> None:
    assert {row.uscc[8:10] for row in entities} == {"DE"}
    assert all("虚构" in row.contact and "虚构" in row.phone for row in entities)


def test_the_scorecard_finds_about_sixty_twenty_five_ten_and_five_in_a_hundred(
    entities: list[EntityRow],
) -> None:
    found = Counter(
        score(
            Facts(
                row.changes or 0,
                row.abnormal_listings or 0,
                row.penalties or 0,
                row.complaints or 0,
                row.last_finding or 0,
            ),
            age_in_years(row.established, TODAY),
        ).risk_class.value
        for row in entities
    )
    for letter, wanted in {"A": 0.60, "B": 0.25, "C": 0.10, "D": 0.05}.items():
        assert found[letter] / COUNT == pytest.approx(wanted, abs=0.03)


def test_every_trade_is_classified_as_it_is_meant() -> None:
    table = keyword_table()
    wrong = [
        (trade.word, trade.section, found)
        for trade in trades()
        if (found := table.classify(f"贵溪市宏达{trade.word}", trade.scope).section) != trade.section
    ]
    assert wrong == []


def test_every_item_concerns_some_entities(demo: DemoFiles, entities: list[EntityRow]) -> None:
    tags = Counter(tag for row in entities for tag in row.tags)
    items = [row for row in judged(demo.items, RegisterKind.ITEM) if isinstance(row, ItemRow)]
    assert len(items) == 12
    assert [item.code for item in items if item.tag and tags[item.tag] < 20] == []
    assert all(item.legal_basis and item.published_url for item in items)
    assert {item.qualification for item in items} <= {"", *QUALIFICATIONS}


def test_every_qualification_has_a_leader_and_a_second_with_a_valid_certificate(demo: DemoFiles) -> None:
    people = [row for row in judged(demo.inspectors, RegisterKind.INSPECTOR) if isinstance(row, InspectorRow)]
    assert len(people) == 60
    assert len({row.station for row in people}) == 6
    valid = [row for row in people if row.certificate_until > TODAY and row.active]
    assert 55 <= len(valid) < 60  # a few have expired, one has moved on
    for qualification in QUALIFICATIONS:
        holders = [row for row in valid if qualification in row.qualifications]
        assert len(holders) >= 8
        assert sum(row.may_lead for row in holders) >= 2


def test_recusals_name_inspectors_and_entities_that_exist(demo: DemoFiles, entities: list[EntityRow]) -> None:
    codes = {row.uscc for row in entities}
    assert len(demo.recusals) == 5
    assert all(r.uscc in codes and r.inspector.startswith("360681-") for r in demo.recusals)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    first, again, other = (
        write_demo(tmp_path / name, seed, today=TODAY, entities=300)
        for name, seed in (("a", 5), ("b", 5), ("c", 6))
    )
    assert first.entities.read_bytes() == again.entities.read_bytes()
    assert first.inspectors.read_bytes() == again.inspectors.read_bytes()
    assert first.entities.read_bytes() != other.entities.read_bytes()


def test_another_county_has_its_name_and_no_invented_position(tmp_path: Path) -> None:
    files = write_demo(tmp_path, 1, today=TODAY, entities=50, inspectors=4, county="330402")
    rows = [row for row in judged(files.entities, RegisterKind.ENTITY) if isinstance(row, EntityRow)]
    assert {row.region_code for row in rows} == {"330402"}
    assert all("南湖区" in row.name and row.longitude is None for row in rows)


def test_inspectors_can_be_made_for_any_counties(tmp_path: Path) -> None:
    numbers = write_inspectors(tmp_path / "i.csv", ["360681", "360122"], 10, 3, today=TODAY)
    people = judged(tmp_path / "i.csv", RegisterKind.INSPECTOR)
    assert len(numbers) == len(set(numbers)) == 20
    assert Counter(p.region_prefix for p in people if isinstance(p, InspectorRow)) == {
        "360681": 10,
        "360122": 10,
    }


def test_a_county_that_is_none_and_too_many_items_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownCounty):
        write_demo(tmp_path, 1, today=TODAY, county="999999")
    with pytest.raises(ValueError, match="12 items"):
        write_items(tmp_path / "items.csv", 13)
