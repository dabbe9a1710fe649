"""What a page weighs on a slow line, compressed as the server compresses it; test_pages asks it of every page."""

import gzip
from collections.abc import Iterator
from pathlib import Path

from tests.site.visits import Page

ROOT = Path(__file__).resolve().parents[2]
CSS, SCRIPT = ROOT / "static" / "app.css", ROOT / "static" / "app.js"

FIELD_PAGE, REQUEST_PAGE, HEADQUARTERS_PAGE = 14_000, 25_000, 40_000
FIRST_VISIT = 40_000
MOST_ELEMENTS = 1_500
# What a page with a button for a passkey asks for besides; nothing else has a word for browsers without scripts.
PASSKEY_SCRIPTS = ("passkey.js", "webauthn-json.js")
# Pages that are read at a desk: the decision paper, and what the method is.
READING = {
    "engagement:request": REQUEST_PAGE,
    "engagement:check": REQUEST_PAGE,
    "engagement:risk_method": REQUEST_PAGE,
    "dashboards:headquarters": HEADQUARTERS_PAGE,
}


def compressed(content: bytes) -> int:
    return len(gzip.compress(content, 6))


FRAME = compressed(CSS.read_bytes()) + compressed(SCRIPT.read_bytes())


def budget(page: Page) -> int:
    return READING.get(page.name.partition("?")[0], FIELD_PAGE)


def is_light(page: Page) -> Iterator[str]:
    """Yield where a page is heavier than its budget, or asks for more than its stylesheet, script and icon."""
    weight, elements = compressed(page.content), sum(1 for _each in page.root.all())
    if weight > budget(page):
        yield f"{weight} bytes, at most {budget(page)}"
    if budget(page) == FIELD_PAGE and weight + FRAME > FIRST_VISIT:
        yield f"{weight + FRAME} bytes on a first visit"
    if elements > MOST_ELEMENTS:
        yield f"{elements} elements"
    if len(fetched(page)) > (3 + len(PASSKEY_SCRIPTS) if any(page.root.all("noscript")) else 3):
        yield f"asks for {fetched(page)}"


def fetched(page: Page) -> set[str]:
    """Return what a browser fetches to show a page."""
    sheets = {link.get("href") for link in page.root.all("link")}
    return sheets | {each.get("src") for each in page.root.all("script", "img", "iframe", "source")} - {""}


def test_the_stylesheet_and_the_script_stay_within_their_budgets():
    assert compressed(CSS.read_bytes()) <= 14_000
    assert compressed(SCRIPT.read_bytes()) <= 10_000


def test_html_is_compressed_on_its_way(client):
    page = client.get("/help/", headers={"accept-encoding": "gzip"})

    assert page.headers["Content-Encoding"] == "gzip"
