"""The work by keyboard alone."""

import re

BRIA = "Field officer, Bria"
MOST_STOPS = 60
FOCUSED = "() => document.activeElement"


def main(page):
    return page.locator("main").inner_text()


def tab_to(page, is_there, key="Tab"):
    """Press Tab until a condition on the focused element holds; each stop on the way must show where it is."""
    page.wait_for_load_state()
    for _stop in range(MOST_STOPS):
        page.keyboard.press(key)
        assert page.evaluate(SHOWS_FOCUS), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if page.evaluate(f"(({is_there})(document.activeElement))"):
            return
    raise AssertionError(f"not reached in {MOST_STOPS} stops: {is_there}")


# An outline of at least two pixels, or a halo: on the element itself, or on what stands for it.
SHOWS_FOCUS = """() => {
  const at = document.activeElement;
  const seen = [at, ...(at.labels || [])].map(each => getComputedStyle(each));
  return seen.some(style => (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2)
    || style.boxShadow !== 'none');
}"""


def named(name):
    return f"at => at.name === '{name}'"


def reads(words):
    return f"at => at.textContent.trim() === '{words}'"


def test_somebody_signs_in_and_logs_a_contact_by_keyboard_alone(window):
    page = window()
    page.goto("/sign-in/")
    tab_to(page, reads(BRIA))
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in/" not in url)

    tab_to(page, reads("Chance contact: quick log"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/contacts/unplanned/")

    tab_to(page, named("happened_at_time"))
    page.keyboard.type("00:01")
    tab_to(page, named("group"))
    page.keyboard.press("Space")
    tab_to(page, named("modality"))
    page.keyboard.press("Space")
    tab_to(page, named("place"))
    page.keyboard.type("Mill path")
    tab_to(page, named("summary"))
    page.keyboard.type("They asked who patrols the ford.")
    tab_to(page, named("has_safety_problem"))
    page.keyboard.press("ArrowDown")
    tab_to(page, reads("Save contact"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/contacts/C-\w+/$"))

    assert re.search(r"Saved as C-\w{5}", main(page))


def test_the_first_stop_skips_to_the_content(as_person):
    page = as_person(BRIA)
    page.goto("/requests/")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    assert page.locator("a.skip").bounding_box()["x"] >= 0
    assert page.evaluate(SHOWS_FOCUS)
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"
    tab_to(page, "at => at.closest('main') !== null")


def test_three_times_shift_hides_the_screen_and_signs_out(as_person):
    page = as_person(BRIA)
    page.goto("/contacts/new/")

    for _press in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("**/lock/")

    assert "Mbali" not in page.locator("body").inner_text()
    page.go_back()
    page.wait_for_load_state()
    assert "Upper Mbali Front" not in page.locator("body").inner_text()
    page.goto("/contacts/")
    assert "/sign-in/" in page.url


def test_typing_capitals_does_not_hide_the_screen(as_person):
    page = as_person(BRIA)
    page.goto("/contacts/new/")
    page.locator('[name="place"]').click()

    page.keyboard.type("UN Base KAGA Bandoro")

    assert page.url.endswith("/contacts/new/")
    assert page.locator('[name="place"]').input_value() == "UN Base KAGA Bandoro"


def test_keys_choose_an_outcome_and_never_sign(as_person):
    page = as_person("Pillar head")
    page.goto("/approvals/")
    page.locator('main a[href*="T8W2F"]').first.click()
    page.wait_for_url("**/requests/**")
    page.wait_for_load_state()
    address = page.url

    page.keyboard.press("2")
    assert page.locator('[name="outcome"]:checked').count() == 1
    page.keyboard.press("r")
    assert page.evaluate("document.activeElement.name") == "reasons"
    page.keyboard.type("2 vehicles")

    assert page.url == address
    assert page.locator('[name="reasons"]').input_value() == "2 vehicles"
