"""The field site on a phone: from the list to a submitted result, with and without scripts."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from api.app import create_app
from supervision.database import Database
from supervision.settings import Settings
from tests.api import published
from tests.api.published import LATER, Site
from tests.browser.sites import SIZES, faults, watch
from tests.conftest import PASSWORD, lay_tables

pytestmark = pytest.mark.browser


class Served(NamedTuple):
    address: str
    site: Site


@pytest.fixture(scope="module")
def served(serve: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    url = f"sqlite:///{tmp_path_factory.mktemp('field') / 'site.db'}"
    lay_tables(url)
    database = Database(url)
    site = published.build_alone(database)
    settings = Settings(_env_file=None, sign_in_attempts_per_minute=60)  # type: ignore[call-arg]
    with serve(create_app(database, settings, lambda: LATER)) as address:
        yield Served(address, site)


def sign_in(page: Page, served: Served, size: str = "small phone") -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{served.address}/field")
    page.get_by_label("用户名").fill("fieldworker")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{served.address}/field")


@pytest.mark.parametrize("size", ["desk", "small phone"])
def test_every_page_fits_and_axe_finds_nothing_to_mend(page: Page, served: Served, size: str) -> None:
    sign_in(page, served, size)
    complaints = watch(page)
    codes = served.site.visit_codes
    paths = ["/field", "/field/done", "/field/calendar", f"/field/visits/{codes[-1]}",
             f"/field/visits/{codes[1]}", f"/field/visits/{codes[1]}/correction"]  # fmt: skip
    found = []
    for path in paths:
        found += faults(page, served.address + path, size, axe=size == "small phone")
    assert found == []
    assert complaints == []


def test_everything_to_press_is_large_enough_for_a_thumb(page: Page, served: Served) -> None:
    sign_in(page, served)
    page.goto(f"{served.address}/field/visits/{served.site.visit_codes[-1]}")
    controls = page.locator(
        "main button:visible, main input:visible, main textarea:visible, .nav a:visible, summary:visible"
    ).all()
    assert len(controls) > 15
    for control in controls:
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 44, control.evaluate("each => each.outerHTML")


def test_a_calendar_address_is_copied(page: Page, served: Served) -> None:
    sign_in(page, served)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("link", name="日程").click()
    page.get_by_role("button", name="开通日历订阅").click()
    page.get_by_role("button", name="复制").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").endswith(".ics")


def test_without_scripts_a_refused_result_keeps_its_values_and_is_then_taken(
    browser: Browser, served: Served
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    sign_in(page, served)
    page.locator("article a").first.click()
    for group in page.get_by_role("group", name="单项结果").all():
        group.get_by_label("不合格").check()
    page.get_by_label("1 未发现问题").check()
    page.get_by_label("检查情况").fill("货架标签缺失")
    page.get_by_role("button", name="提交结果").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("未发现问题")
    expect(page.get_by_label("检查情况")).to_have_value("货架标签缺失")
    page.get_by_label("5 发现问题已责令改正").check()
    page.get_by_role("button", name="提交结果").click()
    expect(page.get_by_text("结果已提交，等待审批人审核公示。")).to_be_visible()
    context.close()
