"""Judging rows: what is taken, in which form, and what is set aside for which reason."""

from datetime import date
from pathlib import Path
from random import Random

import pytest
from stdnum.cn import uscc as stdnum_uscc

from supervision.reference.entity_types import EntityKind
from supervision.register.columns import FIELDS, headers_of, map_columns
from supervision.register.parsing import RawRow, open_register
from supervision.register.reasons import REASON_LABELS, Reason
from supervision.register.rules import (
    Context,
    EntityRow,
    InspectorRow,
    ItemRow,
    Rejected,
    judge_entity,
    judge_file,
    judge_inspector,
    judge_item,
)
from supervision.register.tables import EntityStatus, ItemKind, RegisterKind
from supervision.register.uscc import ALPHABET, check_character, is_valid, organisation_code, tidy
from supervision.register.values import read_date

TODAY = date(2026, 11, 22)
CONTEXT = Context(TODAY, "360681")
GOOD = "91360681DE0000014P"


def entity(**cells: str) -> EntityRow | Rejected:
    row = {"企业名称": "贵溪市阿福餐饮有限公司", "统一社会信用代码": GOOD} | cells
    columns = map_columns(RegisterKind.ENTITY, list(row))
    return judge_entity(RawRow(7, row, None, 0), columns, CONTEXT)


def inspector(**cells: str) -> InspectorRow | Rejected:
    row = {"工号": "G1", "姓名": "甲", "执法证号": "Z1", "证件有效期": "2028-01-01"} | cells
    columns = map_columns(RegisterKind.INSPECTOR, list(row))
    return judge_inspector(RawRow(2, row, None, 0), columns, CONTEXT)


def item(**cells: str) -> ItemRow | Rejected:
    row = {"事项编号": "SC-01", "抽查事项": "价格检查"} | cells
    return judge_item(RawRow(2, row, None, 0), map_columns(RegisterKind.ITEM, list(row)), CONTEXT)


def taken(judged: EntityRow | Rejected) -> EntityRow:
    assert isinstance(judged, EntityRow), judged
    return judged


def refused(judged: object) -> tuple[Reason, str]:
    assert isinstance(judged, Rejected), judged
    return judged.reason, judged.column


def test_our_check_character_agrees_with_stdnum_on_ten_thousand_codes() -> None:
    rng = Random(7)
    for _ in range(10_000):
        body = "9" + rng.choice("1239") + f"{rng.randrange(10**6):06d}" + "".join(rng.choices(ALPHABET, k=9))
        code = body + rng.choice(ALPHABET)
        assert check_character(body) == stdnum_uscc.calc_check_digit(body)
        assert is_valid(code) == stdnum_uscc.is_valid(code)


def test_one_wrong_letter_in_any_place_is_noticed() -> None:
    assert is_valid(GOOD)
    for at, letter in enumerate(GOOD):
        other = "1" if letter == "0" else "0"
        assert not is_valid(GOOD[:at] + other + GOOD[at + 1 :])


@pytest.mark.parametrize(
    "code", ["", GOOD[:17], GOOD + "0", GOOD[:8] + "I" + GOOD[9:], "9136068１DE0000014P"]
)
def test_a_code_of_wrong_length_or_letters_is_invalid(code: str) -> None:
    assert not is_valid(code)


def test_organisation_codes_carry_the_check_digit_of_gb_11714() -> None:
    assert organisation_code("D2143569") == "D2143569X"  # the example of the standard


@pytest.mark.parametrize(
    "written",
    [
        GOOD.lower(),
        f" {GOOD} ",
        "９１３６０６８１ＤＥ０００００１４Ｐ",
        "91360681-DE0000014-P",
        GOOD + "\u200b",
    ],
)
def test_a_code_is_taken_in_any_width_case_or_spacing(written: str) -> None:
    assert taken(entity(统一社会信用代码=written)).uscc == GOOD


def test_the_full_width_letter_is_levelled() -> None:
    assert tidy("ｋ ") == "K"


@pytest.mark.parametrize(
    ("cells", "reason", "column"),
    [
        ({"企业名称": ""}, Reason.MISSING_VALUE, "企业名称"),
        ({"企业名称": "无"}, Reason.MISSING_VALUE, "企业名称"),
        ({"企业名称": "\0\x07 "}, Reason.MISSING_VALUE, "企业名称"),
        ({"企业名称": "甲" * 201}, Reason.TOO_LONG, "企业名称"),
        ({"经营范围": "食" * 1_000_000}, Reason.TOO_LONG, "经营范围"),
        ({"统一社会信用代码": "N/A"}, Reason.MISSING_VALUE, "统一社会信用代码"),
        ({"统一社会信用代码": GOOD[:15]}, Reason.BAD_USCC, "统一社会信用代码"),
        ({"统一社会信用代码": GOOD[:17] + "L"}, Reason.BAD_USCC, "统一社会信用代码"),
        ({"注册日期": "2019-02-30"}, Reason.BAD_DATE, "注册日期"),
        ({"注册日期": "去年"}, Reason.BAD_DATE, "注册日期"),
        ({"注册日期": "1000-01-01"}, Reason.BAD_DATE, "注册日期"),
        ({"注册日期": "2026-11-23"}, Reason.FUTURE_DATE, "注册日期"),
        ({"行政区划": "999999"}, Reason.UNKNOWN_REGION, "行政区划"),
        ({"行政区划": "某县"}, Reason.UNKNOWN_REGION, "行政区划"),
        ({"行业": "Z99"}, Reason.UNKNOWN_VALUE, "行业"),
        ({"监管标签": "餐饮服务、飞行"}, Reason.UNKNOWN_VALUE, "监管标签"),
        ({"登记状态": "不详"}, Reason.UNKNOWN_VALUE, "登记状态"),
        ({"信用风险等级": "E"}, Reason.UNKNOWN_VALUE, "信用风险等级"),
        ({"处罚次数": "若干"}, Reason.BAD_NUMBER, "处罚次数"),
        ({"处罚次数": "-1"}, Reason.BAD_NUMBER, "处罚次数"),
        ({"处罚次数": "²"}, Reason.BAD_NUMBER, "处罚次数"),
        ({"最近检查结果": "9"}, Reason.UNKNOWN_VALUE, "最近检查结果"),
        ({"经度": "217.2", "纬度": "28.3"}, Reason.BAD_NUMBER, "经度"),
        ({"经度": "117.2"}, Reason.MISSING_VALUE, "纬度"),
    ],
)
def test_a_bad_cell_sets_the_row_aside_and_names_its_column(
    cells: dict[str, str], reason: Reason, column: str
) -> None:
    assert refused(entity(**cells)) == (reason, column)


def test_what_is_shown_of_a_bad_cell_is_short_and_without_control_characters() -> None:
    judged = entity(注册日期="\x00<b>" + "9" * 5000)
    assert isinstance(judged, Rejected)
    assert (judged.line, judged.value[:4], len(judged.value)) == (7, "<b>9", 200)


def test_a_code_of_no_known_city_is_set_aside_and_says_where_it_was_read() -> None:
    body = "91999999DE0000011"
    judged = entity(统一社会信用代码=body + check_character(body))
    assert refused(judged) == (Reason.UNKNOWN_REGION, "统一社会信用代码")
    assert "第 3 至 8 位“999999”" in judged.message  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "written",
    [
        "2019-01-02",
        "2019/1/2",
        "2019.01.02",
        "20190102",
        "2019年1月2日",
        "2019-01-02 08:30:00",
        "43467",
        " 2019-1-2 ",
    ],
)
def test_dates_are_read_in_every_usual_form(written: str) -> None:
    assert taken(entity(注册日期=written)).established == date(2019, 1, 2)


@pytest.mark.parametrize(
    "written", ["2019", "2019-13-01", "20191301", "0000-00-00", "12/31/2019", "２０１９-1", "99999999"]
)
def test_what_is_no_date_is_none(written: str) -> None:
    assert read_date(written) is None


def test_nothing_given_becomes_nothing_and_the_region_comes_from_the_code() -> None:
    row = taken(entity(注册日期="N/A", 注册资金="-", 企业类型="N/A", 注册地址="无"))
    assert (row.established, row.capital, row.type_name, row.address) == (None, "", "", "")
    assert (row.region_code, row.status, row.kind) == ("360681", EntityStatus.ACTIVE, EntityKind.ENTERPRISE)
    facts = (row.changes, row.abnormal_listings, row.penalties, row.complaints, row.last_finding)
    assert facts == (None,) * 5
    assert row.given_class is None


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("360602", "360602"),
        ("360681001000", "360681"),
        ("江西省鹰潭市月湖区", "360602"),
        ("月湖区", "360602"),
        ("360699", "360699"),
    ],
)
def test_a_region_given_goes_before_the_one_in_the_code(written: str, code: str) -> None:
    assert taken(entity(行政区划=written)).region_code == code


def test_section_and_tags_are_inferred_unless_given() -> None:
    row = taken(entity(经营范围="餐饮服务"))
    assert (row.industry, row.tags, row.inferred) == ("H", ("catering",), True)
    row = taken(entity(经营范围="餐饮服务", 行业="F52", 监管标签="食品销售、catering"))
    assert (row.industry, row.tags, row.inferred) == ("F", ("catering", "food_sale"), False)


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("存续（在营、开业、在册）", EntityStatus.ACTIVE),
        ("吊销，未注销", EntityStatus.REVOKED),
        ("已注销", EntityStatus.CANCELLED),
        ("迁出", EntityStatus.MOVED_OUT),
    ],
)
def test_the_state_is_read_as_gsxt_words_it(written: str, status: EntityStatus) -> None:
    assert taken(entity(登记状态=written)).status == status


def test_facts_for_the_scorecard_are_numbers() -> None:
    row = taken(
        entity(
            变更次数="3",
            列入异常次数="1.0",
            处罚次数="0",
            投诉次数="12",
            最近检查结果="发现问题已责令改正",
            信用风险等级="c级",
        )
    )
    assert (row.changes, row.abnormal_listings, row.penalties, row.complaints) == (3, 1, 0, 12)
    assert (row.last_finding, row.given_class) == (5, "C")


def test_control_characters_are_taken_out_and_line_breaks_become_blanks() -> None:
    row = taken(entity(企业名称="贵溪\0市\u200b甲\n店"))
    assert row.name == "贵溪市甲 店"


def test_a_repeated_code_is_set_aside_naming_the_first_line_taken(tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    path.write_text(f"企业名称,统一社会信用代码\n,{GOOD}\n甲,{GOOD}\n乙,{GOOD.lower()}\n", encoding="utf-8")
    with open_register(path, RegisterKind.ENTITY) as file:
        judged = [result for _, result in judge_file(file, CONTEXT)]
    assert refused(judged[0]) == (Reason.MISSING_VALUE, "企业名称")  # does not count as a first
    assert isinstance(judged[1], EntityRow)
    assert refused(judged[2]) == (Reason.DUPLICATE, "统一社会信用代码")
    assert "第 3 行" in judged[2].message  # type: ignore[union-attr]


def test_an_inspector_is_taken_with_all_that_pairing_asks() -> None:
    row = inspector(
        执法类别="食品安全检查员、药品检查员；综合执法",
        可任组长="是",
        状态="在岗",
        执法区域="360600",
        既往检查户数="4",
    )
    assert isinstance(row, InspectorRow)
    assert row.qualifications == ("食品安全检查员", "药品检查员", "综合执法")
    assert (row.may_lead, row.active, row.region_prefix, row.past_load) == (True, True, "3606", 4)


@pytest.mark.parametrize(
    ("written", "prefix"),
    [
        ("", "360681"),
        ("36", "36"),
        ("360000", "36"),
        ("3606", "3606"),
        ("贵溪市", "360681"),
        ("江西省", "36"),
    ],
)
def test_an_area_is_a_prefix_and_that_of_the_organ_where_none_is_given(written: str, prefix: str) -> None:
    row = inspector(执法区域=written)
    assert isinstance(row, InspectorRow)
    assert row.region_prefix == prefix


def test_an_expired_certificate_is_taken_because_pairing_looks_at_the_day() -> None:
    row = inspector(证件有效期="2020-01-01")
    assert isinstance(row, InspectorRow)
    assert row.certificate_until == date(2020, 1, 1)


@pytest.mark.parametrize(
    ("cells", "reason", "column"),
    [
        ({"证件有效期": ""}, Reason.MISSING_VALUE, "证件有效期"),
        ({"证件有效期": "长期"}, Reason.BAD_DATE, "证件有效期"),
        ({"执法证号": ""}, Reason.MISSING_VALUE, "执法证号"),
        ({"人员性质": "网格员"}, Reason.NOT_OFFICER, "人员性质"),
        ({"执法区域": "36068"}, Reason.UNKNOWN_REGION, "执法区域"),
        ({"执法区域": "990000"}, Reason.UNKNOWN_REGION, "执法区域"),
        ({"可任组长": "也许"}, Reason.UNKNOWN_VALUE, "可任组长"),
    ],
)
def test_an_inspector_who_may_not_inspect_is_set_aside(
    cells: dict[str, str], reason: Reason, column: str
) -> None:
    assert refused(inspector(**cells)) == (reason, column)


@pytest.mark.parametrize(
    ("written", "ppm"),
    [
        ("3%", 30_000),
        ("≥3％", 30_000),
        ("2‰", 2_000),
        ("0.03", 30_000),
        ("1", 1_000_000),
        ("5", 50_000),
        ("", None),
    ],
)
def test_a_ratio_is_kept_in_parts_per_million(written: str, ppm: int | None) -> None:
    row = item(比例下限=written)
    assert isinstance(row, ItemRow)
    assert row.ratio_min_ppm == ppm


def test_an_item_is_taken_with_tag_by_name_and_kind() -> None:
    row = item(适用标签="餐饮服务", 事项类别="重点检查事项", 清单公布网址="https://scjg.example/1")
    assert isinstance(row, ItemRow)
    assert (row.tag, row.kind, row.published_url) == ("catering", ItemKind.KEY, "https://scjg.example/1")


@pytest.mark.parametrize(
    ("cells", "reason", "column"),
    [
        ({"抽查事项": ""}, Reason.MISSING_VALUE, "抽查事项"),
        ({"适用标签": "没有的"}, Reason.UNKNOWN_VALUE, "适用标签"),
        ({"适用标签": "餐饮服务、食品销售"}, Reason.UNKNOWN_VALUE, "适用标签"),
        ({"事项类别": "特别"}, Reason.UNKNOWN_VALUE, "事项类别"),
        ({"比例下限": "120%"}, Reason.BAD_NUMBER, "比例下限"),
        ({"比例下限": "5%", "比例上限": "3%"}, Reason.BAD_NUMBER, "比例上限"),
        ({"清单公布网址": "javascript:alert(1)"}, Reason.UNKNOWN_VALUE, "清单公布网址"),
    ],
)
def test_an_item_that_cannot_be_right_is_set_aside(
    cells: dict[str, str], reason: Reason, column: str
) -> None:
    assert refused(item(**cells)) == (reason, column)


@pytest.mark.parametrize("kind", list(RegisterKind))
def test_our_own_headers_are_recognised_whole(kind: RegisterKind) -> None:
    columns = map_columns(kind, headers_of(kind))
    assert list(columns.by_field) == [field.name for field in FIELDS[kind]]
    assert columns.unknown == ()


def test_every_reason_has_a_label() -> None:
    assert set(REASON_LABELS) == set(Reason)
