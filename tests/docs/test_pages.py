"""Whoever follows a link in the documentation arrives."""

import re

import pytest

from tests.docs.pages import DOCS, PAGES, ROOT, anchors_of, links_of, name_of, text_of

INDEX = DOCS / "index.md"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_to_a_file_and_a_heading(page):
    broken = []
    for link in links_of(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if "://" not in link and (not target.exists() or (anchor and anchor not in anchors_of(target))):
            broken.append(link)

    assert broken == []


def test_every_page_is_reached_from_the_index():
    reached, frontier = {INDEX}, [INDEX]
    while frontier:
        page = frontier.pop()
        linked = {(page.parent / link.partition("#")[0]).resolve() for link in links_of(page) if "://" not in link}
        frontier += [path for path in linked - reached if path.suffix == ".md" and path.exists()]
        reached |= linked

    assert [name_of(page) for page in PAGES if page not in reached] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_page_begins_with_one_title(page):
    titles = re.findall(r"^# .+$", text_of(page), re.MULTILINE)

    assert page.read_text(encoding="utf-8").startswith(titles[0])
    assert len(titles) == 1


def test_decisions_are_numbered_without_gaps_and_give_context_decision_and_consequences():
    records = sorted((DOCS / "decisions").glob("*.md"))

    for number, record in enumerate(records, start=1):
        text = record.read_text(encoding="utf-8")
        assert record.name.startswith(f"{number:04}-")
        assert text.startswith(f"# {number}. ")
        assert re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
        assert len(text.splitlines()) <= 25


def test_pictures_are_light():
    pictures = [path for path in (DOCS / "images").iterdir() if path.is_file()]

    assert pictures
    assert [name_of(path) for path in pictures if path.stat().st_size > 200_000] == []


def test_the_readme_shows_the_decision_page():
    assert "docs/images/decision-page.png" in links_of(ROOT / "README.md")
