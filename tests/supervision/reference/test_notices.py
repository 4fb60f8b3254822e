"""The State Council's wording, read strictly: the notices as they were issued, and what is refused."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from supervision.reference.notices import (
    HOLIDAYS,
    NamedDay,
    NoticeUnclear,
    days_sha256,
    read_notice,
    read_table,
    table_text,
)

NOTICE_2026 = """\
国务院办公厅关于2026年
部分节假日安排的通知
国办发明电〔2025〕7号

各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
　　经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
　　一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
　　二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
　　三、清明节：4月4日（周六）至6日（周一）放假，共3天。
　　四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
　　五、端午节：6月19日（周五）至21日（周日）放假，共3天。
　　六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
　　七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
　　节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作，遇有重大突发事件，要按规定及时报告并妥善处置，
确保人民群众祥和平安度过节日假期。
国务院办公厅
2025年11月4日
（此件公开发布）
"""
NOTICE_2025 = """\
国务院办公厅关于2025年部分节假日安排的通知
一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。
"""
NOTICE_2024 = """\
国务院办公厅关于2024年部分节假日安排的通知
一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。
"""
NOTICE_2023 = """\
国务院办公厅关于2023年部分节假日安排的通知
一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。
二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。
三、清明节：4月5日放假，共1天。
四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。
"""


@pytest.mark.parametrize(
    ("year", "text"), [(2023, NOTICE_2023), (2024, NOTICE_2024), (2025, NOTICE_2025), (2026, NOTICE_2026)]
)
def test_every_day_of_a_notice_as_issued_is_read_as_the_library_knows_it(year: int, text: str) -> None:
    notice = read_notice(text)
    assert (notice.year, notice.missing) == (year, ())
    named = {each.day: each.working for each in notice.days}
    day = date(year, 1, 1)
    while day.year == year:
        works = named.get(day, day.weekday() < 5)
        if not (day.month == 12 and day.day > 29):  # the first days of the next year's notice
            assert works == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_the_sentence_around_national_day_2026_gives_nine_days_with_their_names() -> None:
    text = "国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。"
    notice = read_notice(text, 2026)
    assert [(f"{each.day:%m-%d}", each.working) for each in notice.days] == [
        ("09-20", True), *((f"10-0{n}", False) for n in range(1, 8)), ("10-10", True),
    ]  # fmt: skip
    assert {each.name for each in notice.days} == {"国庆节"}
    assert notice.missing == HOLIDAYS[:-1]


@pytest.mark.parametrize(
    "written",
    [
        "国庆节:10月1日(周四)—7日(周三)放假调休,共7天。9月20日(周日)、10月10日(周六)上班",
        "七、国庆节：10月1日（星期四）至10月7日（星期三）放假调休，共7天；9月20日（星期日）、10月10日（星期六）正常上班。",
        "国庆节：10月1日至7日放假7天。9月20日和10月10日上班。",
        "国庆节： 10 月 1 日（周四） ~ 7 日（周三）放假调休，共 7 天。９月２０日（周日）、\n１０月１０日（周六）上\n班。",
        "国庆节：10月1日（周四）至7日（周三）放假调休，共7天，9月20日（周日）、10月10日（周六）上班。",
    ],
)
def test_other_ways_of_writing_the_same_are_read_alike(written: str) -> None:
    plain = "国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。"
    assert read_notice(written, 2026).days == read_notice(plain, 2026).days


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("国庆节：10月1日（周四）至7日（周三）放假调休，共8天。", "写的是共 8 天，起止日期之间是 7 天"),
        ("国庆节：10月1日（周五）至7日（周三）放假。", "2026年10月1日是周四，写的是周五"),
        ("国庆节：10月7日至1日放假。", "起止日期前后颠倒"),
        ("元旦：12月31日至1月2日放假。", "跨年的请写明年份"),
        ("国庆节：10月1日至7日。", "有日期没有写明是放假还是上班"),
        ("国庆节：1日至7日放假。", "没有写明是几月"),
        ("国庆节：2月30日放假。", "没有2月30日这一天"),
        ("国庆节：10月1日至11月7日放假。", "超过 16 天"),
        ("国庆节：10月1日至7日放假。10月5日上班。", "既写放假又写上班"),
        ("国庆节：10月1日至7日放假。10月9日上班。", "这一天是周五，本来就上班"),
        ("10月1日至7日放假。", "没有写是哪个节日"),
        ("春节假期延长至2月2日，2月3日起正常上班。", "没有写是哪个节日"),
        ("春节：假期延长至2月2日，2月3日起正常上班。", "处不明白"),
        ("国庆节：10月1日左右放假。", "读到“左右放假”处不明白"),
        ("放假通知", "没有找到"),
        ("国务院办公厅关于2025年部分节假日安排的通知\n国庆节：10月1日至8日放假。", "与所选的 2026 年不一致"),
    ],
)
def test_what_is_ambiguous_is_refused_with_a_sentence(text: str, problem: str) -> None:
    with pytest.raises(NoticeUnclear, match=problem):
        read_notice(text, 2026)


def test_what_the_notice_for_2025_cites_of_the_law_sets_no_day() -> None:
    title, days = NOTICE_2025.split("\n", 1)
    cited = (
        "根据2024年11月修订的《全国年节及纪念日放假办法》，自2025年1月1日起，全体公民放假的假日增加2天，其中春节、劳动节各增加1天。"
        "除个别特殊情形外，春节自农历除夕起放假调休8天，国庆节自10月1日起放假调休7天。\n"
    )
    assert read_notice(f"{title}\n{cited}{days}") == read_notice(NOTICE_2025)


@pytest.mark.parametrize("notice", [NOTICE_2023, NOTICE_2024, NOTICE_2025, NOTICE_2026])
@pytest.mark.parametrize("between", ["", " "])
def test_a_notice_that_was_copied_without_its_lines_is_read_alike(notice: str, between: str) -> None:
    assert read_notice(notice.replace("\n", between)) == read_notice(notice)


def test_headings_numbered_in_brackets_are_read() -> None:
    assert (
        len(read_notice("2026年部分节假日安排（一）元旦：1月1日至3日放假。（二）劳动节：5月1日放假。").days)
        == 4
    )


def test_a_text_without_a_year_needs_one() -> None:
    with pytest.raises(NoticeUnclear, match="没有写明是哪一年"):
        read_notice("国庆节：10月1日至7日放假。")


def test_a_table_gives_back_what_was_written_and_the_order_of_lines_does_not_matter() -> None:
    notice = read_notice(NOTICE_2026)
    lines = table_text(notice.days).splitlines()
    again = read_table("\n".join([lines[0], *reversed(lines[1:])]))
    assert again == notice
    assert days_sha256(again.days) == days_sha256(notice.days)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("日期,上班,名称\n2026-10-01,0,国庆节", "表头应为 date,working,name"),
        ("date,working,name\n10月1日,0,国庆节", "日期请写成 2026-10-01"),
        ("date,working,name\n2026-10-01,也许,国庆节", "请写 1（上班）或 0（放假）"),
        ("date,working,name\n2026-10-01,0", "应有 3 列，实有 2 列"),
        ("date,working,name\n2026-10-01,0,", "请写明节日名称"),
        ("date,working,name\n2026-10-09,1,国庆节", "本来就上班"),
        (
            "date,working,name\n2026-10-01,0,国庆节\n2028-10-01,0,国庆节\n2026-10-02,0,国庆节",
            "不在 2026 年之内",
        ),
        ("date,working,name\n", "表中没有日期"),
    ],
)
def test_a_table_that_is_wrong_is_refused_at_its_line(text: str, problem: str) -> None:
    with pytest.raises(NoticeUnclear, match=problem):
        read_table(text)


def test_words_for_free_and_worked_days_are_those_of_offices() -> None:
    assert read_table("date,working,name\n2026/10/10,班,国庆节\n2026-10-01,休,国庆节\n").days == (
        NamedDay(date(2026, 10, 1), False, "国庆节"),
        NamedDay(date(2026, 10, 10), True, "国庆节"),
    )
