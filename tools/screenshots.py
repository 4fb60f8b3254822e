"""The README's pictures: run on a served demo, ``python tools/screenshots.py PASSWORD [ADDRESS]``."""

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent.parent / "docs" / "images"
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


def sign_in(page: Page, address: str, site: str, username: str, password: str) -> None:
    page.goto(f"{address}/{site}/sign-in")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", password)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"{address}/{site}")


def shoot(page: Page, address: str, name: str) -> None:
    page.goto(address)
    page.screenshot(path=str(FOLDER / f"{name}.png"))


def verify(page: Page, address: str, number: str) -> None:
    """The verifier after it ran on a draw of the site."""
    page.set_viewport_size({"width": 1280, "height": 1000})
    page.goto(f"{address}/verify?draw={number}")
    page.locator("[data-way=site] button").click()
    page.locator("[data-outcome]").wait_for()
    page.locator("[data-outcome]").evaluate("element => window.scrollTo(0, element.offsetTop - 24)")
    page.screenshot(path=str(FOLDER / "public-verify.png"))
    page.set_viewport_size(DESK)


def main(password: str, address: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    browser_file = Path(".venv/browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_file.read_text().strip(), args=["--no-sandbox"]
        )
        page = browser.new_context(viewport=DESK, locale="zh-CN").new_page()
        shoot(page, f"{address}/", "public-home")
        page.goto(f"{address}/draws")
        draw = page.locator("main a[href^='/draws/']").last.get_attribute("href") or ""
        shoot(page, f"{address}{draw}", "public-draw")
        verify(page, address, draw.rpartition("/")[2])
        sign_in(page, address, "office", "planner", password)
        page.goto(f"{address}/office/plans")
        page.locator("main a[href^='/office/plans/']").first.click()
        task = page.locator("main a[href^='/office/tasks/']").first.get_attribute("href")
        shoot(page, f"{address}{task}#preview", "office-task")
        phone = browser.new_context(viewport=PHONE, locale="zh-CN").new_page()
        sign_in(phone, address, "field", "inspector", password)
        shoot(phone, f"{address}/field", "field-phone")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "http://127.0.0.1:8000")
