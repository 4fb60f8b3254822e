"""The keyword table: what it infers, how it counts, and what it says of a wrong line."""

import pytest

from supervision.reference.tags import Evidence, KeywordTable, KeywordTableInvalid, keyword_table

HEADER = "kind,code,name,where,keyword,weight,note\n"
SMALL = HEADER + (
    "section,F,批发和零售业,,销售,2,\n"
    "section,C,制造业,,生产,4,\n"
    "section,C,制造业,name,厂,6,\n"
    "section,H,住宿和餐饮业,,餐饮,5,\n"
    "tag,catering,餐饮服务,,餐饮,2,\n"
    "tag,food_sale,食品销售,,食品,1,\n"
    "tag,hazardous_chemical,危险化学品,,危险化学品,2,\n"
    "ignore,ignore,不作依据,,生产资料,0,\n"
    "exclusion,exclusion,除外说明,,不含…,0,\n"
    "exclusion,exclusion,除外说明,,…除外,0,\n"
)


def small() -> KeywordTable:
    return KeywordTable.from_csv(SMALL)


def test_the_main_activity_stated_first_counts_twice() -> None:
    assert small().classify("甲", "销售；餐饮").section == "H"  # 2·2 against 5
    assert (
        KeywordTable.from_csv(SMALL.replace("销售,2", "销售,3")).classify("甲", "销售；餐饮").section == "F"
    )


def test_a_word_in_the_name_counts_three_times() -> None:
    found = small().classify("甲厂", "餐饮；餐饮")
    assert found.section == "C"  # 18 against 10
    assert found.tags == ("catering",)


def test_a_longer_keyword_hides_the_shorter_one_inside_it() -> None:
    assert small().classify("甲", "销售农业生产资料").section == "F"


def test_an_exclusion_in_parentheses_is_not_read() -> None:
    table = small()
    assert table.classify("甲", "销售化工产品（不含危险化学品）").tags == ()
    assert table.classify("甲", "销售化工产品(危险化学品除外)").tags == ()
    assert table.classify("甲", "销售危险化学品（凭许可证经营）").tags == ("hazardous_chemical",)


def test_a_tag_needs_two_points_and_each_word_counts_once() -> None:
    assert small().classify("甲", "食品、食品").tags == ()
    assert small().classify("甲食品行", "").tags == ("food_sale",)


def test_each_of_five_hundred_first_letters_finds_its_words_and_the_longest_wins() -> None:
    letters = [chr(0x4E00 + number) for number in range(500)]
    words = [word for letter in letters for word in (f"{letter}一", f"{letter}一业")]
    lines = [f"section,{'AF'[len(word) - 2]},{'甲乙'[len(word) - 2]},,{word},1,\n" for word in words]
    table = KeywordTable.from_csv(HEADER + "".join(lines))
    for word in words:
        assert [each.keyword for each in table.explain("", f"（{word}）")] == [word]


def test_a_keyword_may_hold_what_means_something_in_a_pattern() -> None:
    for word in ("[x]", "^-]", "a-z", "（甲", "\\d"):
        table = KeywordTable.from_csv(SMALL + f"section,T,国际组织,,{word},90,\n")
        assert table.classify("甲", f"销售{word}").section == "T"
        assert table.classify("甲", "销售b5").section == "F"


def test_nothing_found_is_no_section() -> None:
    assert small().classify("甲", None).section is None


def test_the_explanation_shows_every_word_with_its_points() -> None:
    assert small().explain("甲厂", "餐饮，销售") == (
        Evidence("section", "C", "name", "厂", 18),
        Evidence("section", "H", "scope", "餐饮", 10),
        Evidence("tag", "catering", "scope", "餐饮", 2),
        Evidence("section", "F", "scope", "销售", 2),
    )


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("section,Z,某,,词,1,", "A 至 T"),
        ("section,F,批发和零售业,,词,一,", "整数"),
        ("tag,Bad Tag,某,,词,1,", "小写字母"),
        ("tag,food,食品,,,1,", "不能为空"),
        ("kind,food,食品,,词,1,", "kind"),
        ("tag,food,食品,both,词,1,", "where"),
        ("tag,food,食品,,词,1", "7 列"),
        ("section,F,批发和零售业,,销售,2,", "与第 2 行重复"),
        ("section,F,零售,,店,2,", "名称不一致"),
        ("exclusion,exclusion,除外说明,,不含,0,", "…"),
    ],
)
def test_a_wrong_line_is_named_by_its_number(line: str, problem: str) -> None:
    with pytest.raises(KeywordTableInvalid) as refusal:
        KeywordTable.from_csv(SMALL + line + "\n")
    assert "第 12 行" in refusal.value.message
    assert problem in refusal.value.message


@pytest.mark.parametrize("text", ["", "kind,code\n", HEADER])
def test_a_table_without_header_or_sections_is_refused(text: str) -> None:
    with pytest.raises(KeywordTableInvalid, match="第 1 行"):
        KeywordTable.from_csv(text)


def test_the_table_may_come_with_a_byte_order_mark() -> None:
    assert KeywordTable.from_csv("\ufeff" + SMALL).classify("甲", "餐饮").section == "H"


@pytest.mark.parametrize(
    ("name", "scope", "section", "tag"),
    [
        ("贵溪市阿福小吃店", "餐饮服务（热食类食品制售）。", "H", "catering"),
        ("贵溪市益民大药房有限公司", "中成药、处方药、非处方药零售。", "F", "drug_sale"),
        ("贵溪市东方加油站", "汽油、柴油零售。", "F", "fuel"),
        (
            "中国农业银行股份有限公司广昌县支行",
            "吸收公众存款；发放贷款；代理发行、代理兑付债券",
            "J",
            "pricing",
        ),
        ("贵溪市宏发烟花爆竹有限公司", "烟花爆竹批发（凭许可证经营）", "F", "fireworks"),
        ("贵溪市和谐物业管理有限公司", "物业管理；停车场服务", "K", "property_management"),
        ("江西万家建设有限公司", "房屋建筑工程、市政公用工程施工", "E", "construction"),
        ("贵溪市平安机动车检测有限公司", "机动车检测", "M", "inspection_body"),
        ("贵溪市顺达汽车修理厂", "三类汽车维修", "O", "auto_repair"),
        ("贵溪市丰收农资经营部", "化肥、农药（不含危险化学品）零售", "F", "agri_inputs"),
        ("贵溪市青山旅行社有限公司", "国内旅游业务", "L", "travel_agency"),
        ("贵溪市夕阳红养老服务有限公司", "养老服务", "Q", "elderly_care"),
        ("贵溪市聚财典当有限公司", "动产质押典当业务", "J", "pawn_finance"),
        ("贵溪市英才人力资源有限公司", "劳务派遣；职业介绍", "L", "human_resources"),
    ],
)
def test_the_shipped_table_reads_names_and_scopes_as_a_clerk_would(
    name: str, scope: str, section: str, tag: str
) -> None:
    found = keyword_table().classify(name, scope)
    assert found.section == section
    assert tag in found.tags


def test_a_bank_that_underwrites_bonds_cuts_no_hair() -> None:
    assert "beauty" not in keyword_table().classify("甲银行", "代理发行、代理兑付、承销政府债券").tags
