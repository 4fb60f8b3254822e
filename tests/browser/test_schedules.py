"""Schedules in a real browser: dragged, moved by keyboard and without scripts, on a desk and on a phone."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlmodel import Session

from api.app import create_app
from supervision.database import Database
from supervision.people import service as people
from supervision.people.rules import Actor
from supervision.people.tables import Role
from supervision.schedule import service
from supervision.schedule.tables import Schedule
from supervision.settings import Settings
from tests.browser.sites import SIZES, faults, faults_here, watch
from tests.conftest import MOMENT, PASSWORD, lay_tables
from tests.supervision.schedule import scene
from tests.supervision.schedule.scene import FIRST, County

pytestmark = pytest.mark.browser
TILES = "https://tiles.example.gov.cn/{z}/{x}/{y}.png"


@dataclass(frozen=True)
class Served:
    """A served office with a county, and the schedules of its tests."""

    address: str
    county: County

    def at(self, schedule: Schedule, part: str = "") -> str:
        return f"{self.address}/office/schedules/{schedule.code}{part}"

    def week(self, schedule: Schedule) -> str:
        return self.at(schedule, f"/week?from={FIRST}")

    def tall(self, page: Page) -> None:
        """A window in which the whole week stands: nothing scrolls between the grasp and the drop."""
        page.set_viewport_size({"width": 1280, "height": 1600})

    def enter(self, page: Page, username: str = "planner", site: str = "office") -> None:
        page.goto(f"{self.address}/{site}/sign-in")
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("button", name="退出")).to_be_visible()

    def day_of(self, page: Page, schedule: Schedule, visit: str) -> str:
        """The column in which the visit's card stands."""
        page.goto(self.week(schedule))
        column = page.locator("[data-day]", has=page.locator(f'[data-visit="{visit}"]'))
        return str(column.get_attribute("data-day"))


@pytest.fixture(scope="module")
def served(serve: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("schedules")

    class Here(Settings):
        @property
        def data_folder(self) -> Path:
            return folder / "var"

    url = f"sqlite:///{folder / 'office.db'}"
    lay_tables(url)
    database = Database(url)
    with database.writing() as session:
        organ = people.add_organ(session, people.SYSTEM, "360681", "贵溪市市场监督管理局", "360681", MOMENT)
        planner, approver = (_account(session, role) for role in (Role.PLANNER, Role.APPROVER))
        session.refresh(organ)
        session.expunge(organ)
    county = scene.settle(database, organ, planner, approver)
    with database.writing() as session:
        _account(session, Role.INSPECTOR, inspector_id=county.inspectors[0].id)
    settings = Here(_env_file=None, sign_in_attempts_per_minute=1000)  # type: ignore[call-arg]
    with serve(create_app(database, settings, lambda: scene.NOW)) as address:
        yield Served(address, county)
    database.close()


def _account(session: Session, role: Role, **more: Any) -> Actor:
    account = people.add_account(
        session,
        people.SYSTEM,
        username=role.value,
        roles=[role],
        organ_code="360681",
        display_name="李敏",
        password=PASSWORD,
        now=MOMENT,
        **more,
    )
    return people.actor_for(session, account)


def card(page: Page, visit: str) -> Locator:
    return page.locator(f'[data-visit="{visit}"]')


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_every_page_of_a_schedule_fits_and_axe_finds_nothing(page: Page, served: Served, size: str) -> None:
    schedule = served.county.ready()
    served.enter(page)
    complaints = watch(page)
    visit = served.county.codes[0]
    parts = [
        "", f"/week?from={FIRST}", "/gantt", f"/gantt?day={FIRST}", "/map", "/unscheduled", "/changes", "/print",
        f"/visits/{visit}?compare=1",
    ]  # fmt: skip
    found = []
    for part in parts:
        found += faults(page, served.at(schedule, part), size, axe=size == "phone")
    for path in ("/office/schedules", "/office/schedules/new", "/office/schedules/bases", "/office"):
        found += faults(page, served.address + path, size, axe=size == "phone")
    assert found == []
    assert complaints == []


def test_a_card_dragged_to_another_day_is_judged_at_once_and_moved_once_confirmed(
    page: Page, served: Served
) -> None:
    schedule, visit = served.county.ready(), served.county.codes[0]
    served.tall(page)
    served.enter(page)
    complaints = watch(page)
    before = served.day_of(page, schedule, visit)
    other = "2026-11-26"
    assert before != other
    card(page, visit).drag_to(page.locator(f'[data-day="{other}"]'))
    expect(dialog(page)).to_contain_text("可以改：11-26 周四")
    expect(dialog(page)).to_contain_text("贵溪市第1食品经营部")
    expect(dialog(page)).to_contain_text("路上")
    assert faults_here(page, "the verdict") == []
    dialog(page).get_by_role("button", name="不改了").click()
    expect(dialog(page)).to_be_hidden()
    assert served.day_of(page, schedule, visit) == before, "nothing moves before it is confirmed"
    card(page, visit).drag_to(page.locator(f'[data-day="{other}"]'))
    dialog(page).get_by_role("button", name="确认改到这一天").click()
    expect(page.get_by_text("已改期。")).to_be_visible()
    expect(page.locator(f'[data-day="{other}"]').locator(f'[data-visit="{visit}"]')).to_be_visible()
    assert complaints == []


def test_while_a_card_is_dragged_the_days_it_may_go_to_are_marked(page: Page, served: Served) -> None:
    schedule, visit = served.county.ready(), served.county.codes[0]
    served.tall(page)
    served.enter(page)
    page.goto(served.week(schedule))
    card(page, visit).hover()
    page.mouse.down()
    page.locator('[data-day="2026-11-26"]').hover()
    page.locator('[data-day="2026-11-26"]').hover()
    assert page.locator(".week__day--open").count() == 4
    expect(page.locator('[data-day="2026-11-26"]')).to_have_class("week__day week__day--open week__day--over")
    page.mouse.move(5, 5)
    page.mouse.up()
    assert page.locator(".week__day--open").count() == 0


def test_a_visit_is_moved_by_keyboard_alone(page: Page, served: Served) -> None:
    schedule, visit = served.county.ready(), served.county.codes[1]
    served.enter(page)
    before = served.day_of(page, schedule, visit)
    link = card(page, visit).get_by_role("link", name="改到…")
    link.focus()
    page.keyboard.press("Enter")
    expect(dialog(page)).to_contain_text("改到哪一天？")
    days = dialog(page).locator(".choices__day")
    expect(days.first).to_be_focused()
    assert 1 <= days.count() <= 5
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_hidden()
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(days.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_role("button", name="确认改到这一天")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("已改期。")).to_be_visible()
    assert served.day_of(page, schedule, visit) != before


def test_without_scripts_the_same_is_done_on_a_page(browser: Browser, served: Served) -> None:
    schedule, visit = served.county.ready(), served.county.codes[2]
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    served.enter(page)
    before = served.day_of(page, schedule, visit)
    expect(page.get_by_text("点“改到…”可以改日期。")).to_be_visible()
    expect(page.get_by_text("拖动一户到另一天")).to_be_hidden()
    card(page, visit).get_by_role("link", name="改到…").click()
    page.get_by_role("group", name="最合适的几天").get_by_role("radio").first.check()
    page.get_by_role("button", name="判断能不能改").click()
    page.get_by_role("button", name="确认改到这一天").click()
    expect(page.get_by_text("已改期。")).to_be_visible()
    assert served.day_of(page, schedule, visit) != before
    page.goto(served.at(schedule, "/map"))
    expect(page.get_by_role("table", name="图上的地点").get_by_role("row")).to_have_count(9)
    expect(page.locator("#routes")).to_be_hidden()
    context.close()


def test_a_day_that_breaks_a_rule_is_refused_in_words(page: Page, served: Served) -> None:
    schedule, visit = served.county.ready(max_visits=2), served.county.codes[0]
    served.tall(page)
    served.enter(page)
    before = served.day_of(page, schedule, visit)
    own = page.locator(f'[data-day="{before}"]')
    team = own.locator(".week__trip", has=card(page, visit)).locator(".week__team").inner_text()
    full = [
        str(column.get_attribute("data-day"))
        for column in page.locator("[data-day]").all()
        if column.get_attribute("data-day") != before
        and column.locator(".week__trip", has_text=team).locator(".stop").count() == 2
    ]
    card(page, visit).drag_to(page.locator(f'[data-day="{full[0]}"]'))
    expect(dialog(page)).to_contain_text("不能改")
    expect(dialog(page)).to_contain_text("每天最多 2 户")
    expect(dialog(page).get_by_role("button", name="确认改到这一天")).to_be_hidden()


def test_the_map_draws_routes_without_fetching_anything_from_elsewhere(page: Page, served: Served) -> None:
    schedule = served.county.ready()
    served.enter(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    complaints = watch(page)
    page.goto(served.at(schedule, "/map"))
    expect(page.locator("#routes[data-drawn]")).to_be_visible()
    expect(page.locator(".routes__stop")).to_have_count(8)
    assert page.locator("#routes path").count() >= 1
    assert [url for url in asked if not url.startswith((served.address, "data:"))] == []
    assert complaints == []
    assert page.locator("[style*='url']").count() == 0


def test_long_work_shows_its_progress_and_leads_on_by_itself(page: Page, served: Served) -> None:
    served.enter(page)
    page.goto(f"{served.address}/office/schedules/new")
    page.get_by_label("从", exact=True).fill(str(FIRST))
    page.get_by_role("button", name="先核对").click()
    expect(page.get_by_text("将安排 8 户，2 个检查组")).to_be_visible()
    page.get_by_role("button", name="编制并求解").click()
    expect(page.get_by_text("个组全部证明最优")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("heading", level=1)).to_contain_text("待下发")


def test_papers_print_a_sheet_a_page(page: Page, served: Served) -> None:
    schedule = served.county.ready()
    served.enter(page)
    page.goto(served.at(schedule, "/sheets"))
    page.emulate_media(media="print")
    breaks = page.locator(".paper").evaluate_all(
        "parts => parts.map(part => getComputedStyle(part).breakBefore)"
    )
    assert breaks[0] == "auto"
    assert set(breaks[1:]) == {"page"}


def test_an_inspector_sees_the_days_and_the_order_on_a_phone(page: Page, served: Served) -> None:
    county = served.county
    schedule = county.ready()
    with county.database.writing() as session:
        service.issue(session, county.approver, schedule.code, scene.NOW)
    width, height = SIZES["phone"]
    page.set_viewport_size({"width": width, "height": height})
    served.enter(page, "inspector", "field")
    complaints = watch(page)
    page.goto(f"{served.address}/field/visits?from={FIRST}")
    stops = page.locator(".itinerary__stop")
    expect(stops).to_have_count(4)
    expect(stops.first).to_contain_text("第 1 站")
    expect(stops.first).to_contain_text("09:")
    assert faults_here(page, "the week on a phone") == []
    for link in page.locator("main a:visible, .nav a:visible").all():
        box = link.bounding_box()
        assert box is not None
        assert box["height"] >= 24
    stops.first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("贵溪市第")
    assert complaints == []
