"""What the browser tests of a site have in common: a page opened at a size, and what is wrong with it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SIZES = {"desk": (1280, 800), "phone": (390, 844), "small phone": (360, 640)}


def watch(page: Page) -> list[str]:
    """What the browser complains of from now on."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    # the next page may open while the last one's icon is still on its way: that request is given up
    page.on(
        "requestfailed",
        lambda failed: complaints.append(failed.url) if failed.failure != "net::ERR_ABORTED" else None,
    )
    return complaints


def faults(page: Page, address: str, size: str, *, axe: bool = True) -> list[str]:
    """Open a page; says if it is wider than the window, and what axe finds."""
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    answer = page.goto(address)
    found = [] if answer is not None and answer.status < 400 else [f"{address} is refused"]
    return found + faults_here(page, f"{address} ({size})", axe=axe)


def faults_here(page: Page, what: str = "", *, axe: bool = True) -> list[str]:
    """Says of the page as it stands if it is wider than the window, and what axe finds."""
    found: list[str] = []
    wide, room = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    if wide > room:
        found.append(f"{what} is {wide} px wide")
    if axe and (results := Axe().run(page)).violations_count:
        found.append(f"{what}: {results.generate_report()}")
    return found
