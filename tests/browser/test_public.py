"""The public site in a real browser: every page at two widths, and a citizen's way through it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page, expect

from api.app import create_app
from solver.blind import salt
from solver.verify import check_own_line
from supervision.database import Database
from supervision.settings import Settings
from tests.api import published
from tests.api.published import LATER, Site
from tests.browser.sites import faults, faults_here, watch
from tests.conftest import lay_tables
from tests.supervision.county import FRAME_KEY

pytestmark = pytest.mark.browser


class Served(NamedTuple):
    address: str
    site: Site


@pytest.fixture(scope="module")
def served(serve: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    url = f"sqlite:///{tmp_path_factory.mktemp('public') / 'site.db'}"
    lay_tables(url)
    database = Database(url)
    site = published.build_alone(database)
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    with serve(create_app(database, settings, lambda: LATER)) as address:
        yield Served(address, site)


def pages(site: Site) -> list[str]:
    return [
        "/",
        "/results",
        "/results?q=没有这家",
        "/items",
        "/plans",
        "/tasks",
        f"/tasks/{site.task_code}",
        "/draws",
        *(f"/draws/{number}" for number in (site.draw_id, site.void_id, site.open_id)),
        f"/draws/{site.draw_id}/drawn",
        f"/draws/{site.draw_id}/check",
        f"/draws/{site.draw_id}/mine",
        "/releases",
        f"/releases/{site.releases[0]}",
        f"/entities/{site.usccs[1]}",
        "/log",
        "/verify",
        "/about",
    ]


def test_every_page_fits_a_phone_and_axe_finds_nothing_to_mend(page: Page, served: Served) -> None:
    complaints = watch(page)
    found = [fault for path in pages(served.site) for fault in faults(page, served.address + path, "phone")]
    assert found == []
    assert complaints == []


def test_every_page_fits_a_desk(page: Page, served: Served) -> None:
    complaints = watch(page)
    found = []
    for path in pages(served.site):
        # what axe finds hardly depends on the width: where tables change into cards, it looks again
        found += faults(page, served.address + path, "desk", axe=path in ("/", "/results", "/draws"))
    assert found == []
    assert complaints == []


def test_in_english_too(page: Page, served: Served) -> None:
    found = []
    for path in ("/", f"/draws/{served.site.draw_id}", f"/draws/{served.site.draw_id}/mine", "/about"):
        found += faults(page, f"{served.address}{path}?lang=en", "phone")
    assert found == []
    expect(page.get_by_role("heading", name="Why it is fair")).to_be_visible()


def test_a_citizen_finds_a_shop_and_checks_its_draw(page: Page, served: Served) -> None:
    page.goto(served.address)
    page.get_by_label("经营主体名称或统一社会信用代码").fill("商店")
    page.get_by_role("button", name="查询").click()
    page.get_by_role("link", name="贵溪市第").first.click()
    expect(page.get_by_role("heading", name="双随机抽查结果信息")).to_be_visible()
    page.get_by_role("link", name=served.site.releases[0]).first.click()
    page.get_by_role("link", name=served.site.draw_id, exact=True).click()
    page.get_by_role("link", name="在线复算").click()
    expect(page.get_by_text("验证通过")).to_be_visible()


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_an_enterprise_reads_why_it_was_drawn_and_takes_the_proof_with_it(
    page: Page, served: Served, size: str
) -> None:
    who = served.site.usccs[0]
    complaints = watch(page)
    assert faults(page, f"{served.address}/draws/{served.site.draw_id}/mine", size) == []
    page.get_by_label("统一社会信用代码").fill(who)
    page.get_by_label("查询码").fill("0" * 64)
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("alert")).to_contain_text("不相符")
    page.get_by_label("查询码").fill(salt(FRAME_KEY, who).hex())
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("本户被抽中").first).to_be_visible()
    assert faults_here(page) == []
    with page.expect_download() as saving:
        page.get_by_role("button", name="下载证明文件").click()
    assert check_own_line(saving.value.path().read_bytes()).drawn is True
    assert who not in page.url
    assert [each for each in complaints if "422" not in each] == []


def test_the_command_to_run_is_copied_whole(page: Page, served: Served) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{served.address}/draws/{served.site.draw_id}")
    page.locator('[data-copy="command"]').click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines()[1].startswith(f"python3 verify_draw.py {served.site.draw_id}-evidence.zip")


def test_the_material_is_downloaded_under_a_name_that_says_whose(
    page: Page, served: Served, tmp_path: Path
) -> None:
    page.goto(f"{served.address}/draws/{served.site.draw_id}")
    with page.expect_download() as saving:
        page.get_by_role("link", name="验证包 evidence.zip").click()
    assert saving.value.suggested_filename == f"{served.site.draw_id}-evidence.zip"
    assert saving.value.path().stat().st_size > 1000
