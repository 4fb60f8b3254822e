"""The frame and every component in a real browser, under the product's content policy."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from solver.seed import commitment
from tests.browser.foundation import foundation

pytestmark = pytest.mark.browser

SIZES = {"desk": (1280, 800), "phone": (360, 740)}
PAGES = ["/office", "/field", "/public"]


@pytest.fixture(scope="module")
def address(serve: Any) -> Iterator[str]:
    with serve(foundation()) as where:
        yield where


def visit(page: Page, address: str, size: str) -> list[str]:
    """Open a page at one of the two sizes; returns what the browser complains of, then and later."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda failed: complaints.append(failed.url))
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.goto(address)
    return complaints


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", [*PAGES, "/paper"])
def test_a_page_breaks_no_content_policy_and_fits_its_width(
    page: Page, address: str, path: str, size: str
) -> None:
    complaints = visit(page, address + path, size)
    page.wait_for_load_state("networkidle")
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") == SIZES[size][0]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", [*PAGES, "/public/missing", "/paper"])
def test_axe_finds_nothing_to_mend(page: Page, address: str, path: str, size: str) -> None:
    visit(page, address + path, size)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("path", PAGES)
def test_targets_of_fingers_are_large_in_the_field(page: Page, address: str, path: str) -> None:
    visit(page, address + path, "phone")
    least = 44 if path == "/field" else 24
    for control in page.locator("button:visible, .govuk-input:visible, .govuk-select:visible").all():
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= least, control.evaluate("each => each.outerHTML")


def test_on_a_phone_a_row_of_a_table_becomes_a_card_that_names_its_columns(page: Page, address: str) -> None:
    visit(page, address + "/public", "phone")
    cell = page.locator("table td").nth(1)
    assert cell.evaluate("each => getComputedStyle(each, '::before').content") == '"户数"'
    assert cell.evaluate("each => getComputedStyle(each).display") == "flow-root"
    expect(page.get_by_role("cell", name="81,203")).to_be_visible()


def test_the_first_tab_stop_leads_past_the_navigation(page: Page, address: str) -> None:
    visit(page, address + "/public", "desk")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_summary_of_errors_takes_the_focus_and_leads_to_the_field(page: Page, address: str) -> None:
    visit(page, address + "/office", "desk")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="抽查比例应在 0 与 100 之间").click()
    expect(page.get_by_label("抽查比例")).to_be_focused()


def test_the_bar_of_a_long_job_follows_its_state(page: Page, address: str) -> None:
    visit(page, address + "/office", "desk")
    expect(page.locator("[data-progress-count]")).to_have_text("122,078 / 122,078")
    assert page.locator("progress").evaluate("bar => bar.position") == 1
    expect(page.locator("[data-progress-message]")).to_have_text("已读 122,078 行")


def test_a_witness_makes_and_keeps_a_secret_and_sends_only_its_commitment(page: Page, address: str) -> None:
    visit(page, address + "/office", "desk")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
    page.get_by_role("button", name="在本机生成秘密值").click()
    secret = page.locator("[data-commitment-secret]").inner_text()
    commitment = page.get_by_label("承诺值", exact=True).input_value()
    assert re.fullmatch("[0-9a-f]{64}", secret)
    tag = b"draw/1 commit".ljust(32, b"\0")
    assert commitment == hashlib.sha256(tag + bytes.fromhex(secret)).hexdigest()
    with page.expect_download() as saving:
        page.get_by_role("link", name="下载为文本文件").click()
    assert saving.value.suggested_filename == "参与方秘密值-360681-2026-0007.txt"
    saved = saving.value.path().read_text(encoding="utf-8")
    assert secret in saved
    assert commitment in saved
    assert not [each for each in sent if secret in each]


def test_a_commitment_is_made_with_the_digest_of_the_office(page: Page, address: str) -> None:
    visit(page, address + "/office", "desk")
    script = (
        "alg => import('/static/js/commitment.js').then(m => m.commitmentOf(new Uint8Array(32).fill(7), alg))"
    )
    for alg in ("sha256", "sm3"):
        assert page.evaluate(script, alg) == commitment(bytes([7]) * 32, alg).hex()
    assert page.locator("[data-commitment]").get_attribute("data-alg") == "sha256"


def test_the_secret_of_a_draw_follows_from_the_one_kept_for_its_pairing(page: Page, address: str) -> None:
    visit(page, address + "/office", "desk")
    script = (
        "() => import('/static/js/commitment.js').then(m => "
        "Array.from(m.firstOf(new Uint8Array(32).fill(7)), byte => byte.toString(16).padStart(2, '0')).join(''))"
    )
    tag = b"pair/1 secret".ljust(32, b"\0")
    assert page.evaluate(script) == hashlib.sha256(tag + bytes([7]) * 32).hexdigest()


def test_a_digest_is_copied_whole(page: Page, address: str) -> None:
    visit(page, address + "/office", "desk")
    button = page.get_by_role("button", name="复制").first
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button.click()
    expect(page.locator("[data-copy]").first).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator(".hash__value").first.inner_text()


def test_a_page_without_scripts_still_shows_and_asks_everything(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(address + "/office")
    expect(page.get_by_role("button", name="保存")).to_be_visible()
    expect(page.get_by_text("刷新本页可看到最新进度。")).to_be_visible()
    expect(page.get_by_role("button", name="在本机生成秘密值")).to_be_hidden()
    context.close()


def test_the_language_switch_leads_to_the_same_page_in_english(page: Page, address: str) -> None:
    visit(page, address + "/public", "desk")
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(address + "/public?lang=en")
    expect(page.get_by_role("link", name="Skip to content")).to_be_attached()
    page.goto(address + "/public")  # remembered
    assert page.locator("html").get_attribute("lang") == "en"
