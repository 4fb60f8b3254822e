"""The verifier in a real browser: every vector and every fraud, and a citizen's way through the page."""

import hashlib
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from api.app import create_app
from api.public.verifier import STEP_NAMES, texts
from solver.draw import draw
from solver.frame import Frame
from solver.plan import Plan
from solver.verify import STEPS, parse_reveals
from supervision.database import Database
from supervision.settings import Settings
from tests.api import published
from tests.api.published import LATER, Site
from tests.browser.sites import faults, watch
from tests.browser.verifier import RATE, register, run_all, three_files
from tests.conftest import lay_tables
from tests.solver.test_verifiers_agree import bent
from tests.solver.test_verify_draw_bundle import of_the_library
from tests.vectors.evidence import TELLING, honest
from tests.vectors.frauds import FRAUDS, GOOD, zipped
from tests.vectors.frauds_zip import GOOD_ZIPS, ZIPS
from tests.vectors.ledger import LOG

pytestmark = pytest.mark.browser

VECTORS = Path(__file__).parent.parent / "vectors" / "draw-1"
KNOWN = {
    "rate60": "bf15e34caf714f69857192c17f17f9c2b4ddaa28f25e3c4edb0186472e50a8e2",
    "fixed60": "73bea944819eeb5f6bd74a7198e374bf87034f8331dfc7f5bdfc65bb2122a8fd",
}
BEACON = json.dumps(
    {
        "round": 123,
        "randomness": "fb8f7bc29bf24db51871ec8c79f3a1e4bd0557bc0dfcee9ed1d924e69d1c60dc",
        "signature": "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482"
        "e26cd02df835d3546d23c4b13e0dfc92",
    }
).encode()


def settings(folders: pytest.TempPathFactory) -> Settings:
    """With a log's key of its own."""
    return Settings(_env_file=None, data_folder=folders.mktemp("data"))  # type: ignore[call-arg]


@pytest.fixture(scope="module")
def address(serve: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site that has published nothing: the verifier needs nothing of it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('verifier') / 'site.db'}"
    lay_tables(url)
    with serve(create_app(Database(url), settings(tmp_path_factory), lambda: LATER)) as where:
        yield where


@pytest.fixture(scope="module")
def open_bundle() -> bytes:
    return zipped(honest("open").files())


def hand_in(page: Page, data: bytes, name: str = "evidence.zip") -> None:
    """Choose a saved bundle and press the button."""
    page.get_by_label("核验保存在本机的验证包").set_input_files(
        {"name": name, "mimeType": "application/zip", "buffer": data}
    )
    page.locator('[data-way="zip"] button').click()


def verdict(page: Page) -> Any:
    return page.locator("[data-verdict]")


def test_the_known_answers_are_replayed_to_the_byte(page: Page, address: str) -> None:
    page.goto(f"{address}/verify")
    jobs = []
    for name in KNOWN:
        part = {
            suffix: (VECTORS / f"{name}.{suffix}").read_bytes() for suffix in ("plan.json", "register.csv")
        }
        reveals = (VECTORS / f"{name}.reveals.json").read_bytes()
        files = {"plan.json": part["plan.json"], "frame.csv": part["register.csv"]}
        jobs.append((name, zipped(files | {"reveals.json": reveals, "beacon.json": BEACON}), None))
    found = run_all(page, jobs)
    assert {name: report["summary"]["result_sha256"] for name, report in found.items()} == KNOWN
    assert {report["verdict"] for report in found.values()} == {"ok"}


def test_every_honest_bundle_passes_and_every_fraud_fails_at_its_step(page: Page, address: str) -> None:
    page.goto(f"{address}/verify")
    jobs = [(f"good {good.name}", zipped(good.files()), good.log_key) for good in GOOD]
    jobs += [(fraud.name, zipped(fraud.files()), fraud.log_key) for fraud in FRAUDS]
    found = run_all(page, jobs)
    honest_ones = {good.name: found[f"good {good.name}"]["verdict"] for good in GOOD}
    assert honest_ones == {good.name: "ok" if good.complete else "partial" for good in GOOD}
    assert {fraud.name: found[fraud.name]["failed"] for fraud in FRAUDS} == {
        fraud.name: fraud.step for fraud in FRAUDS
    }


def test_a_zip_that_could_be_read_in_two_ways_is_no_bundle_and_one_of_another_tool_is_as_good(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/verify")
    found = run_all(page, [(done, build(), None) for done, build in (ZIPS | GOOD_ZIPS).items()])
    assert {done: found[done]["failed"] for done in ZIPS} == dict.fromkeys(ZIPS, "bundle")
    assert {done: found[done]["verdict"] for done in GOOD_ZIPS} == dict.fromkeys(GOOD_ZIPS, "ok")


def test_browser_and_library_say_the_same_of_bundles_bent_anywhere(page: Page, address: str) -> None:
    page.goto(f"{address}/verify")
    dice = random.Random("browser")
    bundles = {f"{name} {number}": bent(name, dice) for name in TELLING for number in range(15)}
    found = run_all(page, [(name, zipped(files), None) for name, files in bundles.items()])
    steps = {name: [(step["name"], step["status"]) for step in found[name]["steps"]] for name in bundles}
    assert steps == {name: of_the_library(files, None) for name, files in bundles.items()}


@pytest.mark.parametrize("alg", ["sha256", "sm3"])
@pytest.mark.parametrize("mode", ["rate", "fixed", "pps"])
def test_browser_and_library_draw_the_same_from_a_few_thousand(
    page: Page, address: str, mode: str, alg: Any
) -> None:
    numbers: dict[str, Any] = {
        "rate": RATE,
        "fixed": {"mode": "fixed", "n": 800, "weights": {"A": 0, "B": 1, "C": 9007199254, "D": 90071992547}},
        "pps": {"mode": "pps", "n": 200},
    }[mode]
    lines = register(3000, sized=mode == "pps")
    files = three_files(lines, numbers, alg)
    page.goto(f"{address}/verify")
    summary = run_all(page, [("one", zipped(files), None)])["one"]["summary"]
    frame = Frame.parse(b"".join(line + b"\n" for line in lines))
    expected = draw(Plan.parse(files["plan.json"]), frame, parse_reveals(files["reveals.json"]))
    assert summary == {"draw_id": "330100-2026-0001"} | expected.summary()


def test_a_hundred_thousand_entities_are_verified_and_saved(page: Page, address: str, tmp_path: Path) -> None:
    lines = register(100_000)
    files = three_files(lines, RATE)
    page.goto(f"{address}/verify")
    hand_in(page, zipped(files))
    expect(verdict(page)).to_contain_text("通过", timeout=60_000)
    with page.expect_download() as saving:
        page.get_by_role("link", name="保存抽中各行").click()
    assert saving.value.suggested_filename == "330100-2026-0001-drawn.csv"
    frame = Frame.parse(b"".join(line + b"\n" for line in lines))
    expected = draw(Plan.parse(files["plan.json"]), frame, parse_reveals(files["reveals.json"]))
    assert hashlib.sha256(saving.value.path().read_bytes()).hexdigest() == expected.result_sha256


def test_a_citizen_sees_each_step_in_green_without_a_network(
    page: Page, address: str, open_bundle: bytes
) -> None:
    complaints = watch(page)
    page.goto(f"{address}/verify", wait_until="networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.context.set_offline(True)
    hand_in(page, open_bundle)
    expect(verdict(page)).to_have_text("通过：16 步全部一致")
    expect(page.locator("[data-about]")).to_have_text(
        re.compile(r"^抽取 [0-9]{6}-[0-9]{4}-[0-9]+，抽中 [0-9,]+ 户$")
    )
    expect(verdict(page)).to_be_focused()
    expect(page.get_by_text("日志公钥取自验证包本身")).to_be_visible()
    assert page.locator('.checks__item[data-status="ok"]').count() == 16
    assert [url for url in asked if not url.startswith("blob:")] == []
    assert complaints == []


def test_the_first_step_that_fails_stands_at_the_top(page: Page, address: str) -> None:
    page.goto(f"{address}/verify")
    fraud = next(fraud for fraud in FRAUDS if fraud.name == "reveals-swapped")
    hand_in(page, zipped(fraud.files()))
    expect(verdict(page)).to_have_text("不通过：第 6 步“各方揭示与承诺一致”")
    expect(page.locator("[data-cause]")).to_have_text("第 1 份揭示与其承诺不一致。")
    expect(page.locator('.checks__item[data-step="draw"]')).to_contain_text("未核验")
    expect(page.get_by_role("link", name="保存抽中各行")).to_be_hidden()


def test_the_log_is_believed_only_under_the_key_that_was_typed(
    page: Page, address: str, open_bundle: bytes
) -> None:
    page.goto(f"{address}/verify")
    page.get_by_text("日志公钥", exact=True).click()
    page.get_by_role("button", name="填入本网站的公钥").click()
    hand_in(page, open_bundle)
    expect(verdict(page)).to_have_text("不通过：第 13 步“公开日志的检查点由日志签名”")
    expect(page.locator("[data-cause]")).to_contain_text("检查点属于日志 log.example.gov.cn/draws，不是")
    page.get_by_label("公开日志的公钥（选填）").fill(LOG.verifier)
    page.locator('[data-way="zip"] button').click()
    expect(verdict(page)).to_have_text("通过：16 步全部一致")
    expect(page.get_by_text("日志公钥取自验证包本身")).to_be_hidden()


def test_a_shop_finds_its_own_line_by_code_and_salt(page: Page, address: str) -> None:
    story = honest("open")
    assert story.drawn
    drawn = story.drawn.result.split(b",")[0].decode()
    spared = next(line[:40].decode() for line in story.lines if line[:40] not in story.drawn.result)
    page.goto(f"{address}/verify")
    hand_in(page, zipped(story.files()))
    own = page.locator("[data-entity]")
    for code, outcome in ((drawn, "抽中：签号不大于本层的入选线"), (spared, "没有抽中")):
        page.get_by_label("统一社会信用代码或盲码").fill(code)
        page.get_by_role("button", name="查看本户").click()
        expect(own).to_contain_text(outcome)
        expect(own).to_contain_text(code)
    page.get_by_label("统一社会信用代码或盲码").fill("91330106MA0000001X")
    page.get_by_role("button", name="查看本户").click()
    expect(own).to_contain_text("名录快照中没有这一户")
    page.get_by_label("查询码").fill("abc")
    page.get_by_role("button", name="查看本户").click()
    expect(own).to_contain_text("查询码应为 64 位")


def test_three_files_by_themselves_are_enough_for_a_replay(page: Page, address: str) -> None:
    page.goto(f"{address}/verify")
    page.get_by_text("没有验证包，只有单个文件").click()
    for label, name in (
        ("抽取方案（plan.json）", "rate60.plan.json"),
        ("名录快照（frame.csv", "rate60.register.csv"),
        ("各方揭示的随机数（", "rate60.reveals.json"),
    ):
        page.get_by_label(label).set_input_files(VECTORS / name)
    page.locator('[data-way="files"]').get_by_role("button", name="核验").click()
    expect(verdict(page)).to_have_text("尚无不一致：6 步一致，1 步未核验")
    page.get_by_text("核验摘要（JSON）").click()
    expect(page.locator("#verifier-summary")).to_contain_text(KNOWN["rate60"])


@pytest.mark.parametrize("what", ["text", "cut", "flipped", "longer", "later"])
def test_a_wrong_or_damaged_file_is_no_bundle(
    page: Page, address: str, open_bundle: bytes, what: str
) -> None:
    middle = len(open_bundle) // 3
    data = {
        "text": b"id,path,class\n",
        "cut": open_bundle[:-100],
        "longer": open_bundle + b"\n",
        "later": b"\n" + open_bundle,
        "flipped": open_bundle[:middle] + bytes([open_bundle[middle] ^ 255]) + open_bundle[middle + 1 :],
    }[what]
    page.goto(f"{address}/verify")
    hand_in(page, data)
    expect(verdict(page)).to_have_text("不通过：这不是完整的验证包")
    expect(page.locator("[data-cause]")).to_have_text("不是完好的 ZIP 文件。")


def test_a_verification_is_stopped_and_another_begun(page: Page, address: str, open_bundle: bytes) -> None:
    page.goto(f"{address}/verify")
    hand_in(page, zipped(three_files(register(400_000), RATE)))
    page.get_by_role("button", name="取消").click()
    expect(page.locator("[data-problem]")).to_have_text("核验已取消，没有得出任何结论。")
    expect(verdict(page)).to_be_hidden()
    hand_in(page, open_bundle)
    expect(verdict(page)).to_have_text("通过：16 步全部一致")


def test_it_works_by_keyboard_alone(page: Page, address: str, open_bundle: bytes) -> None:
    page.goto(f"{address}/verify")
    page.get_by_label("核验保存在本机的验证包").set_input_files(
        {"name": "evidence.zip", "mimeType": "application/zip", "buffer": open_bundle}
    )
    page.get_by_label("核验保存在本机的验证包").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(verdict(page)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="保存抽中各行")).to_be_focused()


@pytest.mark.parametrize("size", ["desk", "phone", "small phone"])
def test_the_page_fits_and_axe_finds_nothing_before_and_after(
    page: Page, address: str, open_bundle: bytes, size: str
) -> None:
    complaints = watch(page)
    assert faults(page, f"{address}/verify", size) == []
    hand_in(page, open_bundle)
    expect(verdict(page)).to_be_visible()
    page.get_by_label("统一社会信用代码或盲码").fill(honest("open").lines[0][:40].decode())
    page.get_by_role("button", name="查看本户").click()
    expect(page.locator("[data-entity] dl")).to_be_visible()
    for summary in page.locator("[data-verifier] summary").all():
        summary.click()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    assert complaints == []


def test_in_english_every_sentence_is_english(page: Page, address: str, open_bundle: bytes) -> None:
    page.goto(f"{address}/verify?lang=en")
    chinese = page.evaluate(
        "[...document.querySelectorAll('template')].flatMap((each) => [...each.content.children])"
        ".map((each) => each.textContent).filter((text) => /[\\u4e00-\\u9fff]/.test(text))"
    )
    assert chinese == []
    page.locator("[name=zip]").set_input_files(
        {"name": "evidence.zip", "mimeType": "application/zip", "buffer": open_bundle}
    )
    page.locator('[data-way="zip"] button').click()
    expect(verdict(page)).to_have_text("Passed: all 16 steps agree")


def test_without_scripts_the_page_tells_another_way(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{address}/verify")
    expect(page.get_by_text("浏览器没有启用脚本")).to_be_visible()
    expect(page.get_by_role("link", name="verify_draw.py")).to_be_visible()
    expect(page.locator("[data-verifier]")).to_be_hidden()
    context.close()


def test_a_draw_of_this_site_is_fetched_and_verified(
    page: Page, serve: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    url = f"sqlite:///{tmp_path_factory.mktemp('site') / 'site.db'}"
    lay_tables(url)
    database = Database(url)
    site: Site = published.build_alone(database)
    with serve(create_app(database, settings(tmp_path_factory), lambda: LATER)) as where:
        page.goto(f"{where}/verify?draw={site.draw_id}")
        page.get_by_role("button", name="下载并核验").click()
        expect(verdict(page)).to_contain_text("一致", timeout=20_000)
        assert page.locator('.checks__item[data-status="failed"]').count() == 0
        assert page.locator('.checks__item[data-step="result"][data-status="ok"]').count() == 1


def test_the_steps_are_those_of_the_library_and_each_refusal_has_a_sentence() -> None:
    assert {name: title for name, title in STEP_NAMES.items() if name != "bundle"} == STEPS
    codes = dict(texts())
    assert len(codes) == len(list(texts())), "no code has two sentences"
    assert codes["log_too_late"].startswith("第 {index} 条日志")
    assert codes["checkpoint_signature"]
