"""Deciding: on the paper one has read, once, and on two sheets of paper."""

import re

from tests.browser.asking import fill

L1 = "8V4HC"
READ = "Four hundred families must sow before the rains, and the meeting is public."


def main(page):
    return page.locator("main").inner_text()


def open_paper(page, reference=L1):
    """Open the paper of a request from the queue, and return its address."""
    page.goto("/approvals/")
    page.locator(f'main a[href*="{reference}"]').first.click()
    page.wait_for_load_state()
    return page.url


def choose(page, outcome="return", words=READ):
    """Choose an outcome and go on to the page on which it is signed."""
    page.locator(f'[name="outcome"][value="{outcome}"]').check()
    page.locator('[name="relied_on"]').first.check()
    fill(page, {"reasons": words})
    page.get_by_role("button", name="Continue to confirm").click()
    page.wait_for_load_state()


def test_two_windows_with_the_same_paper_make_one_decision(as_person):
    first = as_person("Head of field office, Bria")
    second = first.context.new_page()
    open_paper(first)
    open_paper(second)
    choose(first)
    choose(second, words="Mine came later, and none of it may be lost.")
    first.get_by_role("button", name="Sign decision").click()
    first.wait_for_url(re.compile("/decided/$"))

    second.get_by_role("button", name="Sign decision").click()
    second.wait_for_load_state()

    text = main(second)
    assert "This cannot be signed" in text, text
    assert "Ruth Achieng" in text
    assert READ in text
    assert "Mine came later, and none of it may be lost." in text
    assert "/decided/" not in second.url


def test_a_paper_that_has_changed_since_it_was_read_is_not_signed(as_person):
    decider, adviser = as_person("Pillar head"), as_person("Security adviser")
    address = open_paper(decider, "K2D9W")
    revise(adviser, address)

    choose(decider)

    text = main(decider)
    assert "newer" in text or "changed" in text, text
    assert (
        decider.locator("main").get_by_text(READ).count() or READ in decider.locator('[name="reasons"]').input_value()
    )
    assert decider.get_by_role("button", name="Sign decision").count() == 0


def revise(page, address):
    """Record that the group has fired on staff since the request was submitted."""
    page.goto(f"{address}revise/?factor=SEC-02")
    page.locator('[name="level"][value="4"]').check()
    fill(
        page,
        {"confidence": "A", "source": "Incident report of the force", "note": "A patrol car was fired on last night."},
    )
    page.locator("main form button.btn").last.click()
    page.wait_for_url(address)


def test_without_script_a_decider_decides(as_person):
    page = as_person("Head of mission", java_script_enabled=False)
    page.goto("/approvals/")
    page.locator('main a[href*="/requests/R-"]').first.click()
    choose(page)
    assert "The standing rule" in main(page), main(page)
    if page.locator('[name="departure_reason"]').count():
        fill(page, {"departure_reason": "The families have waited for months and the rains come soon. " * 5})

    page.get_by_role("button", name="Sign decision").click()

    assert "Decision signed" in main(page), main(page)


def test_nothing_is_chosen_for_the_decider_and_no_rule_is_shown_before_the_choice(as_person):
    page = as_person("Pillar head")
    page.goto("/approvals/")
    for address in page.locator('main a[href*="/requests/R-"]').evaluate_all(
        "links => [...new Set(links.map(a => a.href))]"
    ):
        page.goto(address)
        assert page.locator("main :checked:not(option):not([name=m])").count() == 0
        assert "standing rule" not in main(page).lower()
