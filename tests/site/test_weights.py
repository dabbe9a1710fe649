"""What a page weighs on a slow line, compressed as the server compresses it."""

import gzip
from pathlib import Path

import pytest

from tests.site.visits import Page

ROOT = Path(__file__).resolve().parents[2]
CSS, SCRIPT = ROOT / "static" / "app.css", ROOT / "static" / "app.js"

FIELD_PAGE, REQUEST_PAGE, HEADQUARTERS_PAGE = 14_000, 25_000, 40_000
FIRST_VISIT = 40_000
MOST_ELEMENTS = 1_500
# Pages that are read at a desk: the decision paper, and what the method is.
READING = {
    "engagement:request": REQUEST_PAGE,
    "engagement:check": REQUEST_PAGE,
    "engagement:risk_method": REQUEST_PAGE,
    "dashboards:headquarters": HEADQUARTERS_PAGE,
}
# Who sees the fullest pages: a field officer, the adviser who reads everything, the head of mission, headquarters.
READERS = [("aline", "fr"), ("mateus", "fr"), ("ingeborg", "fr"), ("helena", "fr"), ("thomas", "fr")]


def compressed(content: bytes) -> int:
    return len(gzip.compress(content, 6))


def budget(page: Page) -> int:
    return READING.get(page.name.partition("?")[0], FIELD_PAGE)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(("username", "language"), READERS)
def test_pages_stay_within_their_budgets(visitor, username, language):
    frame = compressed(CSS.read_bytes()) + compressed(SCRIPT.read_bytes())
    faults = []
    for page in visitor(username, language).explore():
        weight, elements = compressed(page.content), sum(1 for _each in page.root.all())
        if weight > budget(page):
            faults.append(f"{page}: {weight} bytes, at most {budget(page)}")
        if budget(page) == FIELD_PAGE and weight + frame > FIRST_VISIT:
            faults.append(f"{page}: {weight + frame} bytes on a first visit")
        if elements > MOST_ELEMENTS:
            faults.append(f"{page}: {elements} elements")
        if len(fetched(page)) > 3:
            faults.append(f"{page} asks for {fetched(page)} beside itself")

    assert faults == []


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
