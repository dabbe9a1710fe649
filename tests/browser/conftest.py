"""Chromium before a server of the demonstration; whatever a page complains about fails the journey."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser import server

playwright_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Chromium writes this to the console for each answer that is not a page; the journeys look at answers themselves.
EXPECTED = "Failed to load resource: the server responded with a status of 4"
# Patience with a busy machine: nothing here measures time.
STEP_MS = 45_000


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """Return the address of a server of the demonstration that only this worker uses.

    PARLEY_SITE names one that runs already, for somebody who writes a journey and does not want to wait.
    """
    if running := os.environ.get("PARLEY_SITE"):
        yield running
        return
    folder = tmp_path_factory.getbasetemp()
    # Workers have folders of their own below the folder of the run.
    shared = folder if worker_id == "master" else folder.parent
    loaded = server.load_once(shared)
    try:
        with server.serving(loaded.copy(worker_id), shared / f"server-{worker_id}.log") as address:
            yield address
    finally:
        loaded.drop(worker_id)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Return Chromium, the one that the system brings."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("Chromium is not installed (on Debian: apt install chromium)")
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Witness:
    """What went wrong behind a page: errors in its script, and calls to other machines."""

    def __init__(self, site: str) -> None:
        self.site = urlsplit(site).netloc
        self.complaints: list[str] = []

    def watch(self, context: Any) -> None:
        """Listen to every page of a browser window."""
        context.on("request", lambda request: self._asked(request.url))
        context.on("console", self._said)
        context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https"} and parts.netloc != self.site:
            self.complaints.append(f"another host: {url}")

    def _said(self, message: Any) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED):
            self.complaints.append(f"console: {message.text}")


@pytest.fixture
def window(site: str, chromium: Any) -> Iterator[Callable[..., Any]]:
    """Return a fresh browser window: window(locale="fr-FR", java_script_enabled=False)."""
    contexts = []
    witness = Witness(site)

    def open_window(**options: Any) -> Any:
        settings = {"locale": "en-GB", "viewport": {"width": 1280, "height": 900}, "base_url": site} | options
        context = chromium.new_context(**settings)
        context.set_default_timeout(STEP_MS)
        witness.watch(context)
        contexts.append(context)
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()
    assert witness.complaints == []


@pytest.fixture
def as_person(window: Callable[..., Any]) -> Callable[..., Any]:
    """Return the window of somebody who signed in with one click: as_person("Field officer, Bria")."""

    def sign_in(function: str, *, language: str = "en", **options: Any) -> Any:
        page = window(**options)
        page.goto("/sign-in/")
        page.get_by_role("button", name=function, exact=True).click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        speak(page, language)
        return page

    return sign_in


def speak(page: Any, language: str) -> None:
    """Choose the language at the foot of the page, for the person as for the browser."""
    if page.locator("html").get_attribute("lang") != language:
        page.locator(f'footer button[value="{language}"]').click()
        page.locator(f'html[lang="{language}"]').wait_for(state="attached")
