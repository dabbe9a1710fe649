"""The decision paper on two A4 sheets, the longest one too."""

import re

import pytest

A4 = {"format": "A4", "margin": {"top": "0", "bottom": "0", "left": "0", "right": "0"}, "prefer_css_page_size": True}


def sheets(page):
    """Return how many sheets a page takes when it is printed."""
    pdf = page.pdf(**A4)
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def longest(page, listing):
    """Return the address of the paper with the most words among those of a list."""
    page.goto(listing)
    found = page.locator('main a[href*="/requests/R-"]').evaluate_all("links => links.map(each => each.pathname)")
    papers = sorted({re.match(r"/requests/[^/]+/", address)[0] + "paper/" for address in found})
    lengths = {}
    for address in papers:
        page.goto(address)
        if page.url.endswith("/paper/"):
            lengths[address] = len(page.locator("main").inner_text())
    return max(lengths, key=lengths.get)


@pytest.mark.parametrize(
    ("function", "listing"), [("Head of mission", "/requests/"), ("Field officer, Bria", "/library/")]
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_longest_paper_takes_two_sheets(as_person, function, listing, language):
    page = as_person(function, language=language)

    page.goto(longest(page, listing))

    assert sheets(page) == 2, page.url


def test_the_queue_prints_each_paper_from_a_new_sheet(as_person):
    page = as_person("Pillar head")
    page.goto("/approvals/")
    waiting = page.locator('main a[href*="/requests/R-"]').evaluate_all("links => new Set(links.map(a => a.href)).size")

    page.goto("/approvals/print/")

    assert waiting <= sheets(page) <= 2 * waiting + 1


def test_a_button_prints_the_paper_where_a_script_can(as_person):
    page = as_person("Field officer, Bria")
    page.add_init_script("window.print = () => { document.title = 'printed' }")
    page.goto("/requests/R-2016-C16/paper/")

    page.get_by_role("button", name="Print or save as PDF").click()

    assert page.title() == "printed"


def test_there_is_no_button_to_print_without_a_script(as_person):
    page = as_person("Field officer, Bria", java_script_enabled=False)
    page.goto("/requests/R-2016-C16/paper/")

    assert not page.get_by_role("button", name="Print or save as PDF").is_visible()
