"""工作日历 in the office: a year at a glance, the notice previewed and saved, differences from the library told."""

from collections.abc import Callable

from supervision.people.rules import Actor
from tests.api.office.conftest import Clerk, plain
from tests.supervision.reference.test_calendar import NOTICE_2027
from tests.supervision.reference.test_notices import NOTICE_2026

AT_DESK = Callable[[Actor], Clerk]
PAGE = "/office/calendar"


def test_a_known_year_shows_its_holidays_and_make_up_days_month_by_month(
    planner: Actor, at_desk: AT_DESK
) -> None:
    page = at_desk(planner).page(PAGE)
    assert page.count('<table class="month">') == 12
    assert (
        '<td class="month__day month__day--off" title="国庆节">1<span class="month__mark">休</span></td>'
        in page
    )
    assert (
        '<td class="month__day month__day--made-up" title="国庆节">10<span class="month__mark">班</span></td>'
        in page
    )
    read = plain(page)
    assert "10月 18 个工作日" in read
    assert "软件包 chinesecalendar" in read
    assert "暂用软件包自带的安排" in read


def test_a_year_not_announced_is_said_to_be_provisional(planner: Actor, at_desk: AT_DESK) -> None:
    read = plain(at_desk(planner).page(PAGE, year=2027))
    assert "2027 年的放假调休安排尚未录入" in read
    assert "暂定" in read
    assert "尚未公布" in read


def test_a_notice_is_read_looked_at_and_saved(planner: Actor, at_desk: AT_DESK) -> None:
    clerk = at_desk(planner)
    answer = clerk.press(f"{PAGE}/preview", text=NOTICE_2027, year="2027")
    assert answer.status_code == 200
    seen = plain(answer.text)
    assert "预览，还没有保存" in seen
    assert "2027-10-10 国庆节 上班" in seen
    assert "尚未录入" in plain(clerk.page(PAGE, year=2027)), "nothing was written"
    assert clerk.act(PAGE, text=NOTICE_2027, year="2027") == f"{PAGE}?year=2027&done=calendar_saved"
    saved = plain(clerk.page(PAGE, year=2027))
    assert "国务院办公厅通知" in saved
    assert "尚未录入" not in saved
    assert "planner" in saved


def test_a_file_serves_as_well_as_pasted_text_and_the_export_is_such_a_file(
    planner: Actor, at_desk: AT_DESK
) -> None:
    clerk = at_desk(planner)
    clerk.act(PAGE, files={"file": ("通知.txt", NOTICE_2027.encode("gb18030"))}, year="2027")
    table = clerk.get(f"{PAGE}/2027.csv").content
    assert "2027-10-10,1,国庆节" in table.decode("utf-8-sig")
    clerk.act(f"{PAGE}/2027/withdraw")
    assert "尚未录入" in plain(clerk.page(PAGE, year=2027))
    clerk.act(PAGE, files={"file": ("calendar.csv", table)}, year="2027")
    assert clerk.get(f"{PAGE}/2027.csv").content == table
    assert "撤回" in plain(clerk.page(PAGE, year=2027)), "the record of it stays"


def test_days_on_which_notice_and_library_disagree_are_told_before_and_after_saving(
    planner: Actor, at_desk: AT_DESK
) -> None:
    clerk = at_desk(planner)
    other = NOTICE_2026.replace("10月10日（周六）上班", "10月11日（周日）上班")
    told = "2026-10-10 国庆节 本单位日历为放假，软件包为上班"
    assert told in plain(clerk.press(f"{PAGE}/preview", text=other, year="2026").text)
    clerk.act(PAGE, text=other, year="2026")
    assert told in plain(clerk.page(PAGE, year=2026))
    clerk.act(PAGE, text=NOTICE_2026, year="2026")
    assert "与软件包的日历不一致" not in plain(clerk.page(PAGE, year=2026))


def test_what_is_unclear_stands_at_the_field_with_its_sentence(planner: Actor, at_desk: AT_DESK) -> None:
    clerk = at_desk(planner)
    for path in (f"{PAGE}/preview", PAGE):
        answer = clerk.press(path, text="国庆节：10月1日（周五）至7日放假。", year="2026")
        assert answer.status_code == 422
        assert '<a href="#text">' in answer.text
        assert "2026年10月1日是周四，写的是周五" in plain(answer.text)
        answer = clerk.press(path, text="", year="2026")
        assert answer.status_code == 422
        assert "请粘贴通知全文" in plain(answer.text)


def test_the_librarys_year_can_be_kept(administrator: Actor, at_desk: AT_DESK) -> None:
    clerk = at_desk(administrator)
    assert clerk.act(f"{PAGE}/2026/keep") == f"{PAGE}?year=2026&done=calendar_kept"
    assert "暂用软件包自带的安排" not in plain(clerk.page(PAGE, year=2026))


def test_auditors_see_the_calendar_and_change_nothing(auditor: Actor, at_desk: AT_DESK) -> None:
    clerk = at_desk(auditor)
    assert "读出并预览" not in clerk.page(PAGE)
    assert clerk.press(PAGE, text=NOTICE_2026, year="2026").status_code == 403


def test_in_november_the_desk_asks_for_the_next_years_holidays_until_they_are_entered(
    planner: Actor, at_desk: AT_DESK
) -> None:
    clerk = at_desk(planner)
    assert "录入放假调休安排" in clerk.page("/office")
    clerk.act(PAGE, text=NOTICE_2027, year="2027")
    assert "录入放假调休安排" not in clerk.page("/office")
