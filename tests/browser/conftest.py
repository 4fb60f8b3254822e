"""A browser for tests: one chromium per run, a fresh page per test."""

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from starlette.types import ASGIApp

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-default-apps",
]

Serve = Callable[[ASGIApp], AbstractContextManager[str]]


def find_chromium(playwright: Playwright) -> str:
    """$CHROMIUM, else a browser of the system, else the one playwright has downloaded."""
    named = os.environ.get("CHROMIUM")
    found = [named] if named else [path for name in NAMES if (path := shutil.which(name))]
    for path in [*found, playwright.chromium.executable_path]:
        if os.access(path, os.X_OK):
            return path
    raise RuntimeError(
        "no browser for the tests: install chromium (Debian: apt-get install chromium), "
        "or run `playwright install chromium`, or set CHROMIUM to one"
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        sandbox = [] if os.geteuid() else ["--no-sandbox"]
        chromium = playwright.chromium.launch(
            executable_path=find_chromium(playwright), args=[*QUIET, *sandbox]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The application on a free port of this machine."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)  # a browser that is quicker than the server waits instead of being refused
        config = uvicorn.Config(app, log_level="warning", lifespan="auto", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=10)


@pytest.fixture(scope="session")
def serve() -> Serve:
    """``with serve(app) as address``: the application on a free port of this machine."""
    return served
