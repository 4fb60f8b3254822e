"""The office in a real browser: from an empty register to a published result, and every page at two widths."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlmodel import Session, select

from api.app import create_app
from solver.beacon import QUICKNET
from supervision.database import Database
from supervision.draw import campaigns, entropy, replacing
from supervision.draw.tables import Draw
from supervision.inspection import service as inspection
from supervision.inspection.rules import ItemAnswer
from supervision.inspection.tables import ItemOutcome, VisitState
from supervision.pairing import service as pairings
from supervision.people import service as people
from supervision.people.rules import Actor
from supervision.people.tables import Role
from supervision.plan import service as plans
from supervision.plan.tables import Task
from supervision.register.tables import Inspector
from supervision.settings import Settings
from tests.api.v1.county import INSPECTORS_CSV, ITEMS_CSV, entities_csv
from tests.conftest import MOMENT, PASSWORD, lay_tables
from tests.supervision import county
from tests.supervision.factories import CALENDAR

pytestmark = pytest.mark.browser

SIZES = {"desk": (1280, 800), "phone": (390, 800)}
NAMES = {
    Role.PLANNER: "李敏",
    Role.APPROVER: "王建国",
    Role.WITNESS: "赵纪",
    Role.AUDITOR: "周审",
    Role.ADMINISTRATOR: "管理员",
}
TASK = "/office/tasks/360681-2026-P01-T01"
PART = "/office/draws/parts/360681-2026-P01-T01"
DRAW = "/office/draws/360681-2026-0001"
VISIT = "/office/visits/360681-2026-0001-V0001"
SEALED = "360681-2026-P01-T03"
WAITING = "360681-2026-P01-T04"
JOINT = "360681-2026-P01-T05"
CAMPAIGN = "/office/campaigns/360681-2026-C01"
KEY = bytes(range(32, 64))
SOURCES = {
    "reveal_by": MOMENT + timedelta(days=1),
    "use_beacon": True,
    "lotteries": ({"game": "ssq", "issue": "2026135"},),
}
PLANNER_PAGES = [
    "/office",
    "/office/register/entities",
    f"/office/register/entities/{county.uscc(1)}",
    "/office/register/inspectors",
    "/office/register/items",
    "/office/register/recusals",
    "/office/register/keywords?name=大众餐馆&scope=餐饮服务",
    "/office/register/imports",
    "/office/risk",
    "/office/risk/1",
    "/office/plans",
    "/office/plans/360681-2026-P01",
    "/office/plans/360681-2026-P01/tasks/new",
    TASK,
    "/office/tasks/360681-2026-P01-T02",
    "/office/draws",
    DRAW,
    f"{DRAW}/replacements?uscc={county.uscc(1)}",
    f"{DRAW}/pairing?check=1",
    f"{DRAW}/pairing/360681-2026-0001-V0001",
    f"{DRAW}/reassignments?inspector=3",
    "/office/draws/360681-2026-0002/pairing",
    "/draws/360681-2026-0001",
    "/draws/360681-2026-0001/pairing",
    "/office/register/leaves",
    f"/office/tasks/{SEALED}",
    "/office/draws/360681-2026-0002",
    f"/office/tasks/{WAITING}",
    f"/office/tasks/{JOINT}",
    f"/office/tasks/{JOINT}/edit",
    "/office/campaigns?task=360681-2026-P01-T06",
    CAMPAIGN,
    f"{TASK}/visits",
    VISIT,
    "/office/journal",
    "/office/people",
    "/office/nowhere",
]
OTHERS = [
    (Role.APPROVER, "/office"),
    (Role.APPROVER, "/office/results"),
    (Role.APPROVER, "/office/results/releases"),
    (Role.APPROVER, "/office/results/unsettled"),
    (Role.APPROVER, VISIT),
    (Role.WITNESS, "/office/draws"),
    (Role.WITNESS, "/office/draws/parts/360681-2026-P01-T02"),
    (Role.APPROVER, f"{DRAW}/replacements"),
    (Role.APPROVER, "/office/draws/360681-2026-0002"),
    (Role.APPROVER, f"/office/tasks/{WAITING}"),
    (Role.WITNESS, f"/office/draws/parts/{WAITING}"),
    (Role.AUDITOR, CAMPAIGN),
    (Role.AUDITOR, "/office/journal/check"),
    (Role.AUDITOR, DRAW),
    (Role.AUDITOR, f"{DRAW}/links"),
    (Role.ADMINISTRATOR, "/office/people"),
    (Role.ADMINISTRATOR, "/office/people/witness"),
]


@dataclass(frozen=True)
class Office:
    """A served office and its database."""

    address: str
    database: Database
    actors: dict[Role, Actor]

    def enter(self, page: Page, role: Role) -> None:
        page.goto(f"{self.address}/office/sign-in")
        page.get_by_label("用户名").fill(role.value)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("button", name="退出")).to_be_visible()


@pytest.fixture
def office(serve: Any, tmp_path: Path) -> Iterator[Office]:
    """An office with its people and empty registers."""
    yield from _opened(serve, tmp_path)


@pytest.fixture(scope="module")
def working(serve: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office in the midst of its work: one task inspected, its results waiting, another drawn up."""
    for found in _opened(serve, tmp_path_factory.mktemp("office")):
        _set_to_work(found)
        yield found


def _opened(serve: Any, folder: Path) -> Iterator[Office]:
    class Here(Settings):
        @property
        def data_folder(self) -> Path:
            return folder / "var"

    url = f"sqlite:///{folder / 'office.db'}"
    lay_tables(url)
    database = Database(url)
    with database.writing() as session:
        people.add_organ(session, people.SYSTEM, "360681", "贵溪市市场监督管理局", "360681", MOMENT)
        actors = {role: _account(session, role, name) for role, name in NAMES.items()}
    kinds = "organiser discipline"
    settings = Here(_env_file=None, sign_in_attempts_per_minute=1000, party_kinds=kinds)  # type: ignore[call-arg]
    app = create_app(database, settings, lambda: MOMENT + timedelta(days=4))
    with serve(app) as address:
        yield Office(address, database, actors)
    database.close()


def _account(session: Session, role: Role, name: str, **more: Any) -> Actor:
    fields = {"username": role.value, "roles": [role], "organ_code": "360681"} | more
    account = people.add_account(
        session, people.SYSTEM, display_name=name, password=PASSWORD, now=MOMENT, **fields
    )
    return people.actor_for(session, account)


def _set_to_work(office: Office) -> None:
    at = office.actors
    parties = county.Office(at[Role.PLANNER], at[Role.APPROVER], at[Role.WITNESS])
    with office.database.writing() as session:
        county.settle(session, at[Role.PLANNER].organ_id)
        task = county.new_task(session, parties)
        draw = county.drawn(session, parties, task)
        pairings.pair(session, parties.planner, draw.draw_id, MOMENT, bytes(32))
        enter_findings(session, at[Role.PLANNER], task.id or 0, 3)
        second = plans.create_task(
            session, parties.planner, "360681-2026-P01", county.draft(name="第二批定向抽查"), MOMENT
        )
        named = county.named_as(county.TWO, parties.parties)
        county.draws.name_parties(session, parties.planner, second.code, named, MOMENT)
        _propose_replacement(session, parties, draw)
        _draw_sealed(session, parties)
        _approve_with_sources(session, parties)
        joint = _draft(session, parties, "联合抽查", **SOURCES)
        campaigns.create_campaign(session, parties.planner, joint.code, "市场监管与消防联合抽查", MOMENT, KEY)
        _draft(session, parties, "可以加入的抽查")


def _draft(session: Session, parties: county.Office, name: str, **more: Any) -> Task:
    draft = county.draft(name=name, **more)
    return plans.create_task(session, parties.planner, "360681-2026-P01", draft, MOMENT)


def _propose_replacement(session: Session, parties: county.Office, draw: Draw) -> None:
    waiting = inspection.visits_of_task(session, parties.planner, draw.task_id, limit=1000).rows
    uscc = next(row.uscc for row in reversed(waiting) if row.state is VisitState.ASSIGNED)
    why = ("deregistered", "登记系统显示 2026-11-21 已注销")
    replacing.propose_replacement(session, parties.planner, draw.draw_id, uscc, *why, MOMENT)


def _draw_sealed(session: Session, parties: county.Office) -> None:
    """Closed, and not opened yet."""
    seal = {"disclosure": "sealed", "open_by": MOMENT + timedelta(days=30)}
    county.drawn(session, parties, _draft(session, parties, "封存的抽查", **seal))


def _approve_with_sources(session: Session, parties: county.Office) -> None:
    """Every party has revealed; a beacon and a lottery, which the witness has typed, are waited for."""
    task = _draft(session, parties, "有公开随机源的抽查", **SOURCES)
    county.committed(session, parties, task)
    how = replace(county.HOW, beacon_chain=QUICKNET.hash)
    draw = county.draws.freeze(session, parties.planner, task.code, how, MOMENT, KEY)
    county.draws.approve(session, parties.approver, draw.draw_id, MOMENT)
    for actor, secret in zip(parties.parties, county.secrets_of(session, task), strict=True):
        county.draws.reveal(session, actor, task.code, secret.hex(), MOMENT)
    numbers = "02-09-14-21-27-30-11"
    entropy.enter_lottery(session, parties.witness, draw.draw_id, "ssq", "2026135", numbers, MOMENT)
    entropy.enter_lottery(session, parties.planner, draw.draw_id, "ssq", "2026135", numbers[:-1], MOMENT)


def enter_findings(session: Session, planner: Actor, task_id: int, number: int) -> None:
    """The leads of the first visits enter what they found: every item passed."""
    for row in inspection.visits_of_task(session, planner, task_id, limit=number).rows:
        seat = inspection.visit_detail(session, planner, row.code).team[0]
        lead = session.exec(select(Inspector).where(Inspector.code == seat.code)).one()
        username = f"lead{row.code[-4:]}"
        actor = _account(session, Role.INSPECTOR, lead.name, username=username, inspector_id=lead.id)
        items = inspection.visit_detail(session, actor, row.code).items
        inspection.enter_finding(
            session,
            actor,
            row.code,
            inspected_on=row.starts,
            result="1",
            items={item.id: ItemAnswer(ItemOutcome.PASS) for item in items},
            now=MOMENT + timedelta(days=4),
            working_days=CALENDAR,
            publication_working_days=20,
        )


def watched(page: Page) -> list[str]:
    """What the browser complains of from now on."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def keep_picture(page: Page, name: str) -> None:
    """A picture of the page, where somebody wants to look at it."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def assert_sound(page: Page, address: str, expected: tuple[str, ...] = ()) -> None:
    """At both widths no complaint and nothing wider than the screen; on the phone nothing that axe would mend."""
    complaints = watched(page)
    page.goto(address)
    name = address.partition("/office")[2].strip("/").replace("/", "_").partition("?")[0]
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        keep_picture(page, f"{name}-{size}")
        assert page.evaluate("document.documentElement.scrollWidth") == width, (address, size)
    results = Axe().run(page)
    assert results.violations_count == 0, f"{address}\n{results.generate_report()}"
    assert [text for text in complaints if not any(known in text for known in expected)] == [], address


def test_every_page_of_a_planner_fits_its_width_and_axe_finds_nothing(page: Page, working: Office) -> None:
    assert_sound(page, f"{working.address}/office/sign-in")
    working.enter(page, Role.PLANNER)
    for path in PLANNER_PAGES:
        assert_sound(page, working.address + path, expected=("404",) if "nowhere" in path else ())


@pytest.mark.parametrize("role", [Role.APPROVER, Role.WITNESS, Role.AUDITOR, Role.ADMINISTRATOR])
def test_the_pages_of_the_other_roles_are_as_sound(page: Page, working: Office, role: Role) -> None:
    working.enter(page, role)
    for whose, path in OTHERS:
        if whose is role:
            assert_sound(page, working.address + path)


def test_a_refused_form_takes_the_keyboard_to_its_field(page: Page, working: Office) -> None:
    working.enter(page, Role.PLANNER)
    page.goto(f"{working.address}/office/plans/360681-2026-P01/tasks/new")
    page.get_by_label("任务名称").fill("保留的名称")
    page.get_by_label("C 信用风险较高").fill("130")
    page.get_by_role("button", name="保存并看预览").press("Enter")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="请填写 0 至 100 之间的百分数").press("Enter")
    expect(page.get_by_label("C 信用风险较高")).to_be_focused()
    assert page.get_by_label("任务名称").input_value() == "保留的名称"
    assert Axe().run(page).violations_count == 0


def test_without_scripts_a_clerk_still_signs_in_and_draws_up_a_plan(
    browser: Browser, working: Office
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    working.enter(page, Role.PLANNER)
    page.get_by_role("link", name="计划任务").click()
    page.get_by_label("计划名称").fill("没有脚本的计划")
    page.get_by_role("button", name="建立计划").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("没有脚本的计划")
    expect(page.get_by_text("计划已建立，可以在其中编制任务。")).to_be_visible()
    context.close()


def test_the_cap_is_chosen_by_keyboard_and_the_preview_follows(page: Page, working: Office) -> None:
    working.enter(page, Role.PLANNER)
    page.goto(f"{working.address}/office/draws/360681-2026-0002/pairing")
    slider = page.get_by_label("拖动选择概率上限")
    before = slider.input_value()
    slider.focus()
    page.keyboard.press("End")
    assert slider.input_value() != before
    expect(page.locator("[data-cap-told]")).to_contain_text("不设上限")
    assert slider.get_attribute("aria-valuetext") == page.locator("[data-cap-told]").inner_text()
    expect(page.get_by_label("不设上限")).to_be_checked()
    page.keyboard.press("Home")
    expect(page.locator("[data-cap-told]")).to_contain_text("最低")
    page.get_by_role("button", name="按所选上限预览").click()
    expect(page).to_have_url(re.compile(r"cap="))
    expect(page.locator("[data-cap-told]")).to_contain_text("最低")


def test_the_heat_map_of_a_pairing_scrolls_within_its_frame_on_a_phone(page: Page, working: Office) -> None:
    working.enter(page, Role.PLANNER)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{working.address}{DRAW}/pairing")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    frame = page.locator("#heat .chart__picture")
    assert frame.evaluate("part => part.scrollWidth > part.clientWidth")
    assert frame.get_attribute("tabindex") == "0", "so that a keyboard scrolls it"
    numbers = page.locator("#heat details")
    numbers.locator("summary").click()
    expect(numbers.get_by_role("table")).to_be_visible()


def test_the_office_reads_in_english(page: Page, working: Office) -> None:
    working.enter(page, Role.PLANNER)
    page.goto(f"{working.address}{TASK}?lang=en")
    expect(page.get_by_role("link", name="Plans and tasks").first).to_be_visible()
    expect(page.get_by_text("The task", exact=True)).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"


def test_a_county_goes_from_an_empty_register_to_publication(browser: Browser, office: Office) -> None:
    desks = {role: _desk(browser, office, role) for role in (Role.PLANNER, Role.APPROVER, Role.WITNESS)}
    planner, approver, witness = desks.values()
    complaints = [watched(desk) for desk in desks.values()]
    _import_registers(planner, office)
    _snapshot(planner, office)
    _draw_up(planner, office)
    secrets = {desk: _commit(desk, office) for desk in (planner, witness)}
    _press(planner, office, TASK, "冻结名录和方案", "名录和方案已冻结")
    _press(approver, office, TASK, "审批通过", "已审批，各参与方可以揭示")
    for desk, secret in secrets.items():
        _reveal(desk, office, secret.first)
    _press(planner, office, TASK, "开始抽取", "抽取完成，已结案")
    _press(planner, office, f"{DRAW}/pairing", "生成并登记概率表", "概率表已登记并写入公开日志")
    for desk, kept in secrets.items():
        _hand_in(desk, office, kept.second)
    _press(planner, office, f"{DRAW}/pairing", "抽签产生检查组", "匹配完成")
    planner.goto(office.address + DRAW)
    expect(planner.get_by_role("img", name="检查任务量")).to_be_visible()
    with office.database.writing() as session:
        actor = office.actors[Role.PLANNER]
        task = plans.task_of(session, actor, "360681-2026-P01-T01")
        enter_findings(session, actor, task.id or 0, 2)
    approver.goto(office.address + "/office")
    approver.get_by_role("link", name="审核并公示检查结果").click()
    approver.get_by_role("button", name="公示本页全部").click()
    expect(approver.get_by_text("检查结果已公示。")).to_be_visible()
    expect(approver.get_by_text("没有待公示的结果。")).to_be_visible()
    assert complaints == [[], [], []]
    for desk in desks.values():
        desk.context.close()


def _desk(browser: Browser, office: Office, role: Role) -> Page:
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(10_000)
    page = context.new_page()
    office.enter(page, role)
    return page


def _import_registers(page: Page, office: Office) -> None:
    """Each register in turn; the bar of progress leads to the counts by itself."""
    files = {
        "检查对象名录库": entities_csv(),
        "执法检查人员名录库": INSPECTORS_CSV,
        "抽查事项清单": ITEMS_CSV,
    }
    for kind, text in files.items():
        page.goto(office.address + "/office/register/imports")
        page.get_by_role("radio", name=kind).check()
        file = {"name": f"{kind}.csv", "mimeType": "text/csv", "buffer": text.encode()}
        page.get_by_label("文件", exact=True).set_input_files(file)
        page.get_by_role("button", name="上传并导入").click()
        expect(page.locator("h1 .tag")).to_have_text("已完成")
    expect(page.get_by_text("新增").first).to_be_visible()


def _snapshot(page: Page, office: Office) -> None:
    page.goto(office.address + "/office")
    page.get_by_role("link", name="生成本月等级快照").click()
    page.get_by_role("button", name="生成快照").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2026-11 等级快照")


def _draw_up(page: Page, office: Office) -> None:
    """A plan, a task with its rates in percent, and the parties."""
    page.goto(office.address + "/office/plans")
    page.get_by_label("计划名称").fill("2026年度双随机抽查工作计划")
    page.get_by_role("button", name="建立计划").click()
    page.get_by_role("link", name="编制任务").click()
    page.get_by_label("任务名称").fill("第四季度不定向抽查")
    for item in page.get_by_role("group", name="抽查事项").get_by_role("checkbox").all():
        item.check()
    for grade, rate in zip("ABCD", ("5", "10", "20", "50"), strict=True):
        page.locator(f"#rate_{grade}").fill(rate)
    page.get_by_label("开始日期").fill("2026-11-20")
    page.get_by_role("button", name="保存并看预览").click()
    expect(page.get_by_role("heading", name="预览")).to_be_visible()
    page.get_by_label("第 1 方名称").fill("组织方")
    page.get_by_label("第 2 方账号").select_option("witness")
    page.get_by_label("第 2 方名称").fill("派驻纪检监察组")
    page.get_by_role("button", name="保存参与方").click()
    expect(page.get_by_text("还在等待：组织方、派驻纪检监察组")).to_be_visible()


@dataclass(frozen=True)
class Kept:
    """What a party keeps: the secret of the draw, and that of its pairing."""

    first: str
    second: str


def _commit(page: Page, office: Office) -> Kept:
    """Secrets made in the browser; only the commitment is sent."""
    page.goto(office.address + PART)
    page.get_by_role("button", name="在本机生成秘密值").click()
    kept = Kept(
        page.locator("[data-commitment-secret]").inner_text(),
        page.locator("[data-commitment-second]").inner_text(),
    )
    page.get_by_role("button", name="提交承诺").click()
    expect(page.get_by_text("承诺已提交。")).to_be_visible()
    return kept


def _hand_in(page: Page, office: Office, second: str) -> None:
    page.goto(office.address + PART)
    page.get_by_label("匹配随机数", exact=True).fill(second)
    page.get_by_role("button", name="交出", exact=True).click()
    expect(page.get_by_text("匹配随机数已交出")).to_be_visible()


def _reveal(page: Page, office: Office, secret: str) -> None:
    page.goto(office.address + PART)
    page.get_by_label("秘密值").fill(secret)
    page.get_by_role("button", name="揭示", exact=True).click()
    expect(page.get_by_text("随机数已揭示，与承诺一致。")).to_be_visible()


def _press(page: Page, office: Office, path: str, button: str, says: str) -> None:
    page.goto(office.address + path)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text(says).first).to_be_visible()
