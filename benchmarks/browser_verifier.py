"""The verifier in a real Chromium: 100,000 and 1,000,000 entities, at a desk and with a quarter of the CPU.

``python -m benchmarks.browser_verifier``. Needs the packages of the tests. A phone's CPU is imitated by the
browser's own throttling, which slows a page but not its workers: there the verifier runs in the page itself.
"""

import base64
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console
from rich.table import Table

from api.app import create_app
from supervision.clock import now
from supervision.database import Database
from supervision.settings import Settings
from tests.browser.conftest import find_chromium, served
from tests.browser.verifier import RATE, VERIFIER, register, three_files
from tests.conftest import lay_tables
from tests.vectors.frauds import zipped

NUMBERS = (100_000, 1_000_000)
SETTINGS = {"desk": ((1280, 800), 1), "phone, 4x slower": ((390, 844), 4)}
#: Verifies in a worker, or (throttled) in the page; answers with milliseconds, verdict and the page's memory.
TIMED = """async ([address, zip, inPage]) => {
  const bytes = Uint8Array.from(atob(zip), (letter) => letter.charCodeAt(0));
  const material = { zip: new Blob([bytes]) };
  const worker = inPage ? window : new Worker(address);
  const report = await new Promise((resolve) => {
    const start = performance.now();
    worker.addEventListener("message", ({ data }) => {
      if (data.type === "report") resolve({ ms: performance.now() - start, ...data.report });
    });
    worker.postMessage({ type: "verify", id: 1, material, logKey: "" });
  });
  return { ms: report.ms, verdict: report.verdict, n: report.summary.n };
}"""


@contextmanager
def page_of(browser: Browser, address: str, size: tuple[int, int], slower: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
    context.set_default_timeout(600_000)
    page = context.new_page()
    page.goto(f"{address}/verify")
    if slower > 1:
        page.add_script_tag(url=page.locator(VERIFIER).get_attribute("data-verifier") or "")
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    yield page
    context.close()


def peak_memory(browser: Browser) -> float:
    """Largest resident set of a renderer process so far, MiB."""
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    peaks = [_high_water(process["id"]) for process in processes if process["type"] == "renderer"]
    return max(peaks, default=0.0)


def _high_water(process: int) -> float:
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    line = next((line for line in status.splitlines() if line.startswith("VmHWM")), "VmHWM: 0 kB")
    return int(line.split()[1]) / 1024


def run() -> None:
    table = Table(title="the verifier in Chromium, rate mode")
    for name in ("", "s", "renderer peak MiB"):
        table.add_column(name, justify="left" if not name else "right")
    bundles = {
        number: base64.b64encode(zipped(three_files(register(number), RATE))).decode() for number in NUMBERS
    }
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Settings(_env_file=None, data_folder=Path(folder))  # type: ignore[call-arg]
        url = f"sqlite:///{folder}/site.db"
        lay_tables(url)
        with served(create_app(Database(url), site, now)) as address:
            for name, (size, slower) in SETTINGS.items():
                for number, bundle in bundles.items():
                    browser = playwright.chromium.launch(
                        executable_path=find_chromium(playwright), args=["--no-sandbox"]
                    )
                    with page_of(browser, address, size, slower) as page:
                        at = page.locator(VERIFIER).get_attribute("data-verifier")
                        found: dict[str, Any] = page.evaluate(TIMED, [at, bundle, slower > 1])
                        if found["verdict"] != "ok":
                            raise AssertionError(found)
                        seconds, peak = f"{found['ms'] / 1000:.1f}", f"{peak_memory(browser):.0f}"
                    browser.close()
                    table.add_row(f"{number:,} entities, {name}", seconds, peak)
    Console().print(table)


if __name__ == "__main__":
    run()
