"""Regions, industries, kinds of entity and result codes: what the shipped tables say."""

import pytest

from supervision.reference.entity_types import EntityKind, entity_type_table
from supervision.reference.industries import industry_table
from supervision.reference.regions import region_table
from supervision.reference.results import Clock, result_codes


def test_a_county_in_force_bears_its_full_name() -> None:
    region = region_table().get("360681")
    assert region is not None
    assert (region.name, region.full_name, region.parent) == ("贵溪市", "江西省鹰潭市贵溪市", "360600")
    assert region.in_force


@pytest.mark.parametrize(("code", "name", "last"), [("360122", "新建县", 2015), ("360421", "九江县", 2017)])
def test_an_abolished_county_keeps_its_name_and_its_last_year(code: str, name: str, last: int) -> None:
    region = region_table().get(code)
    assert region is not None
    assert (region.name, region.valid_to, region.in_force) == (name, last, False)


def test_a_development_zone_known_from_registrations_is_named_but_not_a_division_in_force() -> None:
    region = region_table().get("360406")
    assert region is not None
    assert (region.name, region.source, region.in_force) == ("九江经济技术开发区", "registrations", False)


def test_an_unlisted_authority_of_a_known_city_is_named_after_city_and_code() -> None:
    region = region_table().resolve("360199")
    assert region is not None
    assert region.name == "南昌市（登记机关代码360199）"
    assert region.source == "rule"


@pytest.mark.parametrize("code", ["999999", "369901", "", "3601", "36019X", "３６０１９９"])
def test_a_code_of_no_known_city_is_unknown(code: str) -> None:
    assert region_table().resolve(code) is None


def test_every_parent_is_listed_and_a_city_has_its_counties() -> None:
    table = region_table()
    assert {r.name for r in table.children("360600")} == {"月湖区", "余江区", "贵溪市"}
    assert all(table.get(r.parent) for r in table.within("36") if r.parent)
    assert table.children("")[0].name == "北京市"


def test_a_region_is_found_by_full_name_and_by_an_unambiguous_short_one() -> None:
    table = region_table()
    assert table.find("江西省鹰潭市贵溪市") == table.find("贵溪市") == "360681"
    assert table.find("鼓楼区") is None  # four cities have one


def test_the_classification_has_20_sections_and_97_divisions() -> None:
    table = industry_table()
    assert [s.code for s in table.sections] == list("ABCDEFGHIJKLMNOPQRST")
    divisions = [d.code for s in table.sections for d in table.divisions(s.code)]
    assert divisions == [f"{n:02d}" for n in range(1, 98)]


@pytest.mark.parametrize(
    ("written", "section"),
    [
        ("F", "F"),
        ("f52", "F"),
        ("52", "F"),
        ("5211", "F"),
        ("零售业", "F"),
        ("H62餐饮业", "H"),
        ("F 批发和零售业", "F"),
    ],
)
def test_an_industry_is_understood_as_letter_code_or_name(written: str, section: str) -> None:
    assert industry_table().section_of(written) == section


@pytest.mark.parametrize("written", ["", "Z", "99", "餐饮", "F5A", "H52"])
def test_an_industry_that_is_none_is_not_guessed(written: str) -> None:
    assert industry_table().section_of(written) is None


@pytest.mark.parametrize(
    ("written", "name", "uscc", "kind"),
    [
        ("有限责任公司", "甲有限公司", "91", EntityKind.ENTERPRISE),
        ("个体工商户", "甲小吃店", "92", EntityKind.INDIVIDUAL),
        ("农民专业合作社", "甲专业合作社", "93", EntityKind.COOPERATIVE),
        ("农民专业合作社分支机构", "甲合作社分社", "93", EntityKind.BRANCH),
        ("外国（地区）企业常驻代表机构", "某公司代表处", "91", EntityKind.OFFICE),
        ("集体分支机构(非法人)", "甲门市部", "91", EntityKind.BRANCH),
        (None, "甲有限公司南昌分公司", "91", EntityKind.BRANCH),
        (None, "甲分店", "92", EntityKind.INDIVIDUAL),
        (None, "甲有限公司", "91", EntityKind.ENTERPRISE),
        (None, "甲学校", "52", EntityKind.OTHER),
    ],
)
def test_the_kind_follows_type_then_name_then_code(
    written: str | None, name: str, uscc: str, kind: EntityKind
) -> None:
    assert entity_type_table().kind(written, name, uscc) == kind


def test_eight_results_of_which_only_the_eighth_stays_open() -> None:
    codes = result_codes()
    assert list(codes) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [code for code, result in codes.items() if not result.final] == [8]
    assert codes[2].clock == Clock("calendar", 10)
    assert codes[2].then == Clock("working", 10)
    assert codes[1].clock is None
