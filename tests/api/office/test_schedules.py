"""The pages of schedules, from a new one to its issue, over a small county."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from fastapi import FastAPI

from supervision.database import Database
from supervision.people.rules import Actor
from supervision.people.tables import Organ, Role
from supervision.register import leaves
from supervision.schedule import records, service
from supervision.schedule.tables import Schedule, ScheduleState
from tests.api.office.conftest import Clerk, plain
from tests.supervision.schedule.scene import FIRST, LAST, NOW, County, settle

Desk = Callable[[Actor], Clerk]
NEW = "/office/schedules/new"
BASES = "/office/schedules/bases"


@pytest.fixture
def county(app: FastAPI, database: Database, organ: Organ, planner: Actor, approver: Actor) -> County:
    return settle(database, organ, planner, approver)


@pytest.fixture
def clerk(county: County, at_desk: Desk) -> Clerk:
    return at_desk(county.planner)


def asked(county: County, **more: Any) -> dict[str, Any]:
    fields = {
        "task": county.task.code,
        "starts": str(FIRST),
        "ends": str(LAST),
        "merge": "1",
        "allow_provisional": "1",
    }
    clock = {f"clock_{n}": text for n, text in enumerate(("09:00", "12:00", "13:30", "17:30"))}
    return fields | clock | {"max_visits": "4", "base_minutes": "30", "minutes_per_item": "15"} | more


def here(schedule: Schedule) -> str:
    return f"/office/schedules/{schedule.code}"


def of(county: County, code: str) -> Schedule:
    with county.database.reading() as session:
        return service.schedule_of(session, county.planner, code)


def time_of(clerk: Clerk, schedule: Schedule, visit: str) -> str:
    page = plain(clerk.page(f"{here(schedule)}/visits/{visit}"))
    return page[page.index("现在的安排") : page.index("检查组", page.index("现在的安排"))]


def test_an_empty_list_says_what_comes_first(
    app: FastAPI, database: Database, organ: Organ, planner: Actor, approver: Actor, at_desk: Desk
) -> None:
    clerk = at_desk(planner)
    assert "先填写各组从哪里出发" in clerk.page("/office/schedules")
    county = settle(database, organ, planner, approver)
    assert "1 个任务已匹配检查组、待排期" in clerk.page("/office/schedules")
    county.made()
    assert "待求解" in clerk.page("/office/schedules")


def test_the_desk_of_a_planner_names_tasks_that_wait_for_a_schedule(clerk: Clerk, county: County) -> None:
    assert "1 个任务已匹配、待排期" in clerk.page("/office")
    county.ready()
    assert "待排期" not in clerk.page("/office")


def test_the_desk_of_an_approver_names_schedules_to_issue(county: County, at_desk: Desk) -> None:
    county.ready()
    assert "核对并下发检查安排" in at_desk(county.approver).page("/office")
    assert "核对并下发检查安排" not in at_desk(county.planner).page("/office")


def test_a_new_schedule_is_handed_to_be_solved_and_its_page_waits_for_it(
    clerk: Clerk, county: County
) -> None:
    there = clerk.act(NEW, **asked(county))
    assert there == "/office/schedules/360681-2026-S01?done=schedule_made"
    page = clerk.page(there)
    assert "就此为止" in page
    assert "“取消”不保留任何结果" in page
    assert 'data-progress="/office/schedules/360681-2026-S01/progress.json"' in page
    told = clerk.get("/office/schedules/360681-2026-S01/progress.json").json()
    assert (told["state"], told["next"]) == ("running", "/office/schedules/360681-2026-S01")


def test_cancelling_keeps_nothing_and_says_so(clerk: Clerk, county: County) -> None:
    clerk.act(NEW, **asked(county))
    assert clerk.act("/office/schedules/360681-2026-S01/cancel").endswith("?done=schedule_cancelled")
    assert of(county, "360681-2026-S01").state is ScheduleState.CANCELLED


def test_checking_first_tells_what_would_be_asked_and_keeps_nothing(clerk: Clerk, county: County) -> None:
    page = plain(clerk.press(NEW, **asked(county, check="1")).text)
    assert "将安排 8 户，2 个检查组，10 个工作日。" in page
    with county.database.reading() as session:
        assert service.schedules(session, county.planner) == []


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("max_visits", "viele", "请填写整数"),
        ("max_visits", "99", "超出允许的范围"),
        ("clock_0", "18:00", "四个时间要从早到晚"),
        ("starts", "gestern", "请按 2026-11-22 的格式填写"),
        ("ends", "2026-11-01", "截止日期不能早于开始日期"),
        ("task", "nowhere", "nowhere"),
    ],
)
def test_a_wrong_field_is_told_beside_the_form_which_keeps_what_was_entered(
    clerk: Clerk, county: County, field: str, value: str, sentence: str
) -> None:
    answer = clerk.press(NEW, **asked(county, name="保留的名称", **{field: value}))
    assert answer.status_code in (404, 422)
    assert sentence in plain(answer.text)
    assert "保留的名称" in answer.text


def test_the_overview_tells_figures_proof_and_digest(clerk: Clerk, county: County) -> None:
    schedule = county.ready()
    page = plain(clerk.page(here(schedule)))
    assert "2 个组全部证明最优" in page
    assert "已排检查 8" in page
    assert schedule.plan_sha256 is not None
    assert schedule.plan_sha256 in page
    assert 'aria-label="每天出车数"' in clerk.page(here(schedule))


def test_a_provisional_calendar_is_a_warning(clerk: Clerk, county: County) -> None:
    from supervision.schedule.rules import Options
    from supervision.schedule.service import Request
    from tests.supervision.schedule.scene import CALENDAR

    far = Request((county.task.code,), date(2026, 12, 28), date(2027, 1, 8), Options())
    with county.database.writing() as session:
        made = service.create(session, county.planner, far, NOW, CALENDAR)
    schedule = county.solved(made)
    assert "工作日历是暂定的" in clerk.page(here(schedule))
    assert "暂定" in clerk.page(f"{here(schedule)}/week", **{"from": "2027-01-04"})


def test_the_overview_of_a_schedule_that_no_longer_holds_says_what_changed(
    clerk: Clerk, county: County
) -> None:
    schedule = county.issued()
    assert "编制以后情况有变" not in clerk.page(here(schedule))
    with county.database.writing() as session:
        leaves.add_leave(
            session,
            county.planner,
            county.inspectors[0].id or 0,
            starts=FIRST,
            ends=LAST,
            reason="病假",
            now=NOW,
        )
    page = clerk.page(here(schedule))
    assert "编制以后情况有变" in page
    assert "4 户检查当天有人请假、证件到期或不在岗。请在“变更”中重新安排。" in page


def test_a_schedule_without_a_timetable_has_no_week_yet(clerk: Clerk, county: County) -> None:
    schedule = county.made()
    assert "开始求解" in clerk.page(here(schedule))
    assert clerk.get(f"{here(schedule)}/week").status_code == 404


def test_the_week_shows_every_visit_once_with_its_day_and_time(clerk: Clerk, county: County) -> None:
    schedule = county.ready()
    page = clerk.page(f"{here(schedule)}/week", **{"from": str(FIRST)})
    for code in county.codes:
        assert page.count(f'data-visit="{code}"') == 1
    assert page.count('draggable="true"') == 8
    one_team = clerk.page(f"{here(schedule)}/week", team="G001+G002", **{"from": str(FIRST)})
    assert one_team.count("data-visit=") == 4
    one_person = clerk.page(f"{here(schedule)}/week", inspector="G003", **{"from": str(FIRST)})
    assert one_person.count("data-visit=") == 4
    assert "data-visit=" not in clerk.page(f"{here(schedule)}/week", **{"from": "2026-11-30"})


def test_a_move_is_judged_before_it_is_made(clerk: Clerk, county: County) -> None:
    schedule = county.ready()
    at = f"{here(schedule)}/visits/{county.codes[0]}"
    days = clerk.get(f"{at}/days.json").json()["days"]
    assert 1 <= len(days) <= 5
    assert all("路上" in each["cost"] for each in days)
    answer = clerk.post(
        f"{at}/try", data=_form(clerk, day=days[0]["day"]), headers={"accept": "application/json"}
    )
    told = answer.json()
    assert (told["allowed"], told["sentence"]) == (True, days[0]["cost"])
    assert of(county, schedule.code).plan_sha256 == schedule.plan_sha256, "nothing was kept"
    there = clerk.act(f"{at}/move", day=days[0]["day"])
    assert there.startswith(f"{here(schedule)}/week?from={days[0]['day']}")
    assert there.endswith("done=visit_moved")
    assert days[0]["day"] in time_of(clerk, schedule, county.codes[0])
    assert of(county, schedule.code).version == schedule.version + 1


def _form(clerk: Clerk, **fields: str) -> dict[str, str]:
    from api.security import form_token

    return {"csrf_token": form_token(clerk.token), **fields}


def test_without_scripts_the_verdict_is_a_page_with_a_button(clerk: Clerk, county: County) -> None:
    schedule = county.ready()
    at = f"{here(schedule)}/visits/{county.codes[0]}"
    day = clerk.get(f"{at}/days.json").json()["days"][0]["day"]
    page = clerk.press(f"{at}/try", day=day)
    assert page.status_code == 200
    assert "确认改到这一天" in page.text


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2026-11-28", "不是工作日，或不在安排期间内"),
        ("2026-11-20", "已经过去或就是今天"),
        ("", "请选择一天"),
    ],
)
def test_a_day_that_cannot_be_is_refused_in_a_sentence(
    clerk: Clerk, county: County, day: str, sentence: str
) -> None:
    schedule = county.ready()
    at = f"{here(schedule)}/visits/{county.codes[0]}"
    told = clerk.post(f"{at}/try", data=_form(clerk, day=day), headers={"accept": "application/json"})
    assert told.status_code == 422
    said = told.json()["sentence"]
    assert sentence in said or (day == "2026-11-20" and "不是工作日" in said)
    assert clerk.press(f"{at}/move", day=day).status_code in (409, 422)


def test_a_pinned_visit_is_not_offered_other_days(clerk: Clerk, county: County) -> None:
    schedule = county.ready()
    at = f"{here(schedule)}/visits/{county.codes[0]}"
    assert clerk.act(f"{at}/pin") == f"{at}?done=visit_pinned"
    page = clerk.page(at)
    assert "解除锁定" in page
    assert "判断能不能改" not in page
    assert clerk.get(f"{at}/days.json").status_code == 422
    assert clerk.act(f"{at}/unpin") == f"{at}?done=visit_unpinned"
    assert "判断能不能改" in clerk.page(at)


def test_other_days_are_compared_by_solving(clerk: Clerk, county: County) -> None:
    schedule = county.ready()
    page = plain(clerk.page(f"{here(schedule)}/visits/{county.codes[0]}", compare="1"))
    assert "如果改到别的日子" in page
    assert "别的户都不动" in page or "要移动" in page


def test_terms_are_entered_as_people_write_them_and_shown_again(clerk: Clerk, county: County) -> None:
    schedule = county.ready()
    at = f"{here(schedule)}/visits/{county.codes[0]}"
    fields = {"minutes": "60", "openings": "周一至周五 08:00-17:00", "closed": "2026-11-23"}
    assert clerk.act(f"{at}/terms", **fields) == f"{at}?done=terms_set"
    page = clerk.page(at)
    for value in fields.values():
        assert f'value="{value}"' in page
    refused = clerk.press(f"{at}/terms", openings="有空就开", minutes="60")
    assert refused.status_code == 422
    assert "无法识别" in refused.text
    assert 'value="有空就开"' in refused.text
    refused = clerk.press(f"{at}/terms", appointment_on="2026-11-25", appointment_at="25:00")
    assert refused.status_code == 422
    assert "请按 24 小时制填写" in refused.text


def test_the_gantt_chart_has_its_numbers_in_a_table(clerk: Clerk, county: County) -> None:
    schedule = county.ready()
    days = {(route.team, route.day) for route in _routes(county, schedule)}
    assert clerk.page(f"{here(schedule)}/gantt", by="teams").count("gantt__bar--day") == len(days)
    page = clerk.page(f"{here(schedule)}/gantt")
    assert page.count("gantt__bar--day") == 2 * len(days), "a row for each of the two in a team"
    one = clerk.page(f"{here(schedule)}/gantt", inspector="G001")
    assert one.count("gantt__team") == 1
    on_map = clerk.page(f"{here(schedule)}/map", inspector="G001")
    assert plain(on_map).count("贵溪市第") < plain(clerk.page(f"{here(schedule)}/map")).count("贵溪市第")
    day = _routes(county, schedule)[0].day
    shown = str(FIRST + timedelta(days=day))
    by_hour = clerk.page(f"{here(schedule)}/gantt", day=shown)
    assert "gantt__bar--visit" in by_hour
    assert "09:00" in by_hour


def _routes(county: County, schedule: Schedule) -> Any:
    from supervision.schedule import storing

    return storing.opened(schedule)[1].routes


def test_the_map_draws_from_json_and_lists_the_same_stops(clerk: Clerk, county: County) -> None:
    schedule = county.ready()
    page = clerk.page(f"{here(schedule)}/map")
    assert f'data-routes="{here(schedule)}/map.json?day=all"' in page
    drawn = clerk.get(f"{here(schedule)}/map.json?day=all").json()
    names = {
        stop["title"].split(" ")[2].split("（")[0] for route in drawn["routes"] for stop in route["stops"]
    }
    assert len(names) == 8
    assert all(name in page for name in names)


def test_only_the_map_may_show_pictures_from_the_tiles_that_are_set(
    clerk: Clerk, county: County, app: FastAPI
) -> None:
    schedule = county.ready()
    plain_policy = clerk.get(f"{here(schedule)}/map").headers["content-security-policy"]
    assert "http" not in plain_policy
    tiles = "https://tiles.example.gov.cn:8443/{z}/{x}/{y}.png"
    app.state.settings = app.state.settings.model_copy(update={"tile_url": tiles, "tile_credit": "审图号 1"})
    answer = clerk.get(f"{here(schedule)}/map")
    policy = answer.headers["content-security-policy"]
    assert "img-src https://tiles.example.gov.cn:8443 'self' data:;" in policy
    assert policy.replace("https://tiles.example.gov.cn:8443 ", "") == plain_policy
    assert 'data-tiles="https://tiles.example.gov.cn:8443/{z}/{x}/{y}.png"' in answer.text
    assert clerk.get(f"{here(schedule)}/week").headers["content-security-policy"] == plain_policy


@pytest.mark.parametrize(
    "wrong", ["https://{s}.tile.example.org/{z}.png", "javascript:alert(1)//", "https://a b/"]
)
def test_a_tile_address_without_one_origin_is_not_used(
    clerk: Clerk, county: County, app: FastAPI, wrong: str
) -> None:
    schedule = county.ready()
    app.state.settings = app.state.settings.model_copy(update={"tile_url": wrong})
    answer = clerk.get(f"{here(schedule)}/map")
    assert 'data-tiles=""' in answer.text
    assert "https" not in answer.headers["content-security-policy"]


def test_what_could_not_be_placed_is_told_with_ways_out_that_lead_somewhere(
    database: Database, organ: Organ, planner: Actor, approver: Actor, at_desk: Desk, app: FastAPI
) -> None:
    county = settle(database, organ, planner, approver, located=False)
    schedule = county.ready()
    page = at_desk(planner).page(f"{here(schedule)}/unscheduled")
    assert page.count("没有经纬度") >= 8
    assert 'href="/office/schedules/bases#places"' in page
    assert "检查对象“贵溪市第1" in page, "by name, not by number"
    rows = at_desk(planner).get(f"{here(schedule)}/unscheduled.csv").text.splitlines()
    assert len(rows) == 9
    assert "NO_COORDINATES" in rows[1]


def test_when_everything_is_placed_the_page_says_so(clerk: Clerk, county: County) -> None:
    assert "全部检查都已排下。" in clerk.page(f"{here(county.ready())}/unscheduled")


def test_papers_have_a_sheet_for_each_team_and_day_or_a_table_a_week(clerk: Clerk, county: County) -> None:
    schedule = county.ready()
    routes = _routes(county, schedule)
    sheets = clerk.page(f"{here(schedule)}/sheets")
    assert sheets.count('<section class="paper">') == len(routes)
    weeks = clerk.page(f"{here(schedule)}/sheets", form="week")
    assert weeks.count('class="paper__week"') == 1
    assert "<script" not in sheets
    assert "style=" not in sheets


def test_files_hold_every_stop(clerk: Clerk, county: County) -> None:
    schedule = county.ready()
    rows = clerk.get(f"{here(schedule)}/visits.csv").text.splitlines()
    assert len(rows) == 9
    book = ZipFile(BytesIO(clerk.get(f"{here(schedule)}/visits.xlsx").content))
    assert "xl/worksheets/sheet1.xml" in book.namelist()
    assert clerk.get(f"{here(schedule)}/visits.exe").status_code == 404
    assert clerk.get(f"{here(schedule)}/timetable.json").json()["plan_sha256"] == schedule.plan_sha256
    assert len(clerk.get(f"{here(schedule)}/problem.json").json()["visits"]) == 8


def test_an_approver_issues_what_another_made(clerk: Clerk, county: County, at_desk: Desk) -> None:
    schedule = county.ready()
    assert "下发安排" not in clerk.page(here(schedule))
    approver = at_desk(county.approver)
    assert "下发安排" in approver.page(here(schedule))
    assert approver.act(f"{here(schedule)}/issue").endswith("?done=schedule_issued")
    assert "已下发" in clerk.page(here(schedule))
    refused = clerk.press(f"{here(schedule)}/issue")
    assert refused.status_code == 403


def test_planning_again_what_is_issued_is_told_before_and_after_and_to_the_approver(
    clerk: Clerk, county: County, at_desk: Desk
) -> None:
    first = county.issued()
    sentence = f"{len(county.codes)} 户已在下发的安排 {first.code} 中排定"
    form = clerk.page(NEW)
    assert f"其中 {len(county.codes)} 户已在下发的安排中排定" in form
    assert sentence in plain(clerk.press(NEW, **asked(county, check="1")).text)
    again = county.ready()
    assert sentence in plain(clerk.page(here(again)))
    warned = plain(at_desk(county.approver).page(here(again)))
    assert "下发以后会作废已下发的时间" in warned
    assert f"{first.code}（{len(county.codes)} 户）" in warned
    english = clerk.page(here(again), lang="en")
    assert "排定" not in english


def test_a_move_on_a_page_that_is_out_of_date_is_refused(clerk: Clerk, county: County) -> None:
    schedule = county.ready()
    at = f"{here(schedule)}/visits/{county.codes[0]}"
    days = [each["day"] for each in clerk.get(f"{at}/days.json").json()["days"]]
    assert 'name="version" value="1"' in clerk.page(f"{here(schedule)}/week")
    assert 'name="version" value="1"' in clerk.press(f"{at}/try", day=days[0]).text
    clerk.act(f"{at}/move", day=days[0], version="1")
    assert clerk.press(f"{at}/move", day=days[1], version="1").status_code == 409
    assert of(county, schedule.code).version == 2


def test_an_approver_who_saw_an_older_version_is_asked_to_look_again(
    clerk: Clerk, county: County, at_desk: Desk
) -> None:
    schedule = county.ready()
    at = f"{here(schedule)}/visits/{county.codes[0]}"
    day = clerk.get(f"{at}/days.json").json()["days"][0]["day"]
    clerk.act(f"{at}/move", day=day)
    refused = at_desk(county.approver).press(f"{here(schedule)}/issue", version="1")
    assert refused.status_code == 409
    assert of(county, schedule.code).state is ScheduleState.READY


def test_a_change_to_what_was_issued_goes_into_a_schedule_that_takes_its_place(
    clerk: Clerk, county: County
) -> None:
    schedule = county.issued()
    at = f"{here(schedule)}/visits/{county.codes[0]}"
    day = clerk.get(f"{at}/days.json").json()["days"][0]["day"]
    there = clerk.act(f"{at}/move", day=day)
    assert there.startswith("/office/schedules/360681-2026-S02/week")
    assert there.endswith("visit_moved_anew")
    page = plain(clerk.page("/office/schedules/360681-2026-S02/changes"))
    assert "与 360681-2026-S01 相比的变更" in page
    assert "户有变动，其余不变。" in page
    assert "换了日期或检查组" in page
    rows = clerk.get("/office/schedules/360681-2026-S02/changes.csv?with=360681-2026-S01").text.splitlines()
    of_it = next(row for row in rows if county.codes[0] in row)
    assert "换了日期或检查组" in of_it
    others = [row for row in rows[1:] if county.codes[0] not in row]
    assert all("只变时间" in row for row in others), "the other visits of the two days stay on them"
    assert any(county.codes[0] in row and day[5:] in row for row in rows), "the visit that was moved"


def test_an_illness_makes_a_new_schedule_and_a_leave(clerk: Clerk, county: County) -> None:
    schedule = county.issued()
    there = clerk.act(
        f"{here(schedule)}/replan",
        kind="away",
        inspector="G001",
        starts=str(FIRST),
        ends=str(FIRST),
        reason="病假",
    )
    assert there == "/office/schedules/360681-2026-S02?done=schedule_replanned"
    made = of(county, "360681-2026-S02")
    assert (made.state, made.reason) == (ScheduleState.SOLVING, "病假")
    assert "病假" in clerk.page("/office/register/leaves")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "away", "starts": "2026-11-24"}, "请选择不在岗的人"),
        ({"kind": "away", "inspector": "G001"}, "请选择一天"),
        ({"kind": "closed", "starts": "2026-11-24"}, "请选择检查户"),
        ({"kind": "strange"}, "请选择检查户"),
    ],
)
def test_an_event_that_says_too_little_is_refused_beside_its_field(
    clerk: Clerk, county: County, fields: dict[str, str], sentence: str
) -> None:
    schedule = county.issued()
    answer = clerk.press(f"{here(schedule)}/replan", **fields)
    assert answer.status_code == 422
    assert sentence in plain(answer.text)


def test_what_no_form_of_ours_sends_is_refused_and_never_an_error_of_the_server(
    clerk: Clerk, county: County
) -> None:
    schedule = county.ready()
    assert clerk.press(f"{BASES}/99999999999999999999/remove").status_code in (404, 422)
    assert clerk.get(f"{here(schedule)}/week", params={"from": "9999-12-31"}).status_code == 200
    for fields in (
        {"kind": "missed", "visit": "x" * 300},
        {"kind": "away", "inspector": "x" * 300, "starts": "2026-11-25"},
        {"kind": "appointment", "visit": county.codes[0], "starts": "2026-11-25", "at": "٠٣:٠٠"},
    ):
        assert clerk.press(f"{here(schedule)}/replan", **fields).status_code == 422, fields


def test_offices_are_added_changed_and_removed(clerk: Clerk, county: County) -> None:
    fields = {"name": "城东所", "station": "城东所", "latitude": "28.3", "longitude": "117.3", "cars": "2"}
    assert clerk.act(BASES, **fields) == f"{BASES}?done=base_added"
    page = clerk.page(BASES)
    assert "28.30000, 117.30000" in page
    with county.database.reading() as session:
        base = next(b for b in records.bases_of(session, county.organ.id or 0) if b.name == "城东所")
    assert 'value="城东所"' in clerk.page(BASES, change=str(base.id))
    assert clerk.act(f"{BASES}/{base.id}", **fields | {"cars": ""}).endswith("base_changed")
    assert "不限" in clerk.page(BASES)
    assert clerk.act(f"{BASES}/{base.id}/remove").endswith("base_removed")
    assert "28.30000" not in clerk.page(BASES)
    refused = clerk.press(BASES, **fields | {"latitude": "117.3", "longitude": "28.3"})
    assert refused.status_code == 422
    assert "纬度在前" in refused.text


def test_coordinates_come_from_a_file_and_wrong_lines_are_told(clerk: Clerk, county: County) -> None:
    text = (
        f"统一社会信用代码,经度,纬度,营业时间\n{county.entities[0].uscc},117.25,28.31,\nnobody,117.2,28.3,\n"
    )
    answer = clerk.press(f"{BASES}/places", files={"file": ("places.csv", text.encode(), "text/csv")})
    assert answer.status_code == 200
    page = plain(answer.text)
    assert "读了 2 行：更新坐标 1 户，营业时间 0 户。" in page
    assert "nobody" in page
    assert clerk.press(f"{BASES}/places").status_code == 422


def test_nobody_outside_the_office_sees_a_schedule(
    county: County, at_desk: Desk, enrol: Callable[..., Actor]
) -> None:
    schedule = county.ready()
    inspector = at_desk(enrol(Role.INSPECTOR, "inspector", inspector_id=county.inspectors[0].id))
    for part in ("", "/week", "/map.json", "/visits.csv", "/sheets", f"/visits/{county.codes[0]}"):
        assert inspector.get(here(schedule) + part).status_code == 403, part


def test_every_page_reads_in_english(clerk: Clerk, county: County) -> None:
    schedule = county.ready()
    week = plain(clerk.page(f"{here(schedule)}/week", lang="en", **{"from": str(FIRST)}))
    assert "Mon 11-23" in week
    assert "Move to…" in week
    assert "All 2 teams are proven best" in plain(clerk.page(here(schedule), lang="en"))
    day = clerk.get(f"{here(schedule)}/visits/{county.codes[0]}/days.json?lang=en").json()["days"][0]
    assert "on the road" in day["cost"]


def test_a_trial_of_draw_units_is_asked_for_once_and_shown_when_it_is_done(
    clerk: Clerk, county: County
) -> None:
    from supervision.jobs import records as jobs
    from supervision.jobs.tables import JobState
    from supervision.schedule import savings, storing

    schedule = county.ready()
    at = f"{here(schedule)}/savings"
    assert "不抽签，也不改变已经抽定的检查组" in clerk.page(at)
    assert clerk.act(at) == f"{at}?done=savings_begun"
    assert clerk.act(at) == f"{at}?done=savings_begun", "the same trial"
    assert clerk.get(f"{at}/progress.json").json()["state"] == "running"
    rows = savings.compute(lambda *_: None, lambda: "go", schedule.problem)
    assert [row["unit"] for row in rows] == ["entity", "bundle", "day-route"]
    assert storing.unpack(schedule.problem)["visits"], "the problem is as it was"
    with county.database.writing() as session:
        key = savings._key(records.schedule_by_id(session, schedule.id or 0))  # type: ignore[arg-type]
        job = jobs.by_key(session, key)
        assert job is not None
        job.state, job.result = JobState.DONE, {"rows": rows}
        session.add(job)
    page = plain(clerk.page(at))
    assert "按片区抽检查组" in page
    assert "每一户由任一组检查的机会不变" in page
