"""English and French: the page stays, only its words change."""

import pytest

KESI = "Field officer, Kesi"
STAYING = ("/", "/contacts/new/", "/contacts/?show=waiting", "/groups/N-K3F7B/", "/risk/", "/missions/UNMIKA/posture/")


@pytest.mark.parametrize("address", STAYING)
def test_switching_the_language_stays_on_the_page(as_person, address):
    page = as_person(KESI)
    page.goto(address)
    before = page.locator("footer").inner_text()

    page.locator("footer").get_by_role("button", name="Français").click()
    page.wait_for_load_state()

    assert page.url.endswith(address)
    assert page.locator("html").get_attribute("lang") == "fr"
    assert page.locator("footer").inner_text() != before
    page.locator("footer").get_by_role("button", name="English").click()
    page.wait_for_load_state()
    assert page.url.endswith(address)
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_language_of_the_browser_is_spoken_before_anybody_signs_in(window):
    page = window(locale="fr-FR")
    page.goto("/sign-in/")

    assert page.locator("html").get_attribute("lang") == "fr"
    assert "démonstration" in page.locator("main").inner_text()


def test_a_switch_works_without_script(window):
    page = window(java_script_enabled=False)
    page.goto("/help/")

    page.locator("footer").get_by_role("button", name="Français").click()

    assert page.url.endswith("/help/")
    assert page.locator("html").get_attribute("lang") == "fr"
