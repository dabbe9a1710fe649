"""Logging contacts: few acts, one record however it is sent, and nothing typed is ever lost."""

import re
from urllib.parse import urlsplit

import pytest

from tests.browser.asking import choose, fill

BRIA = "Field officer, Bria"
COMMITTEES = "Comités d’autodéfense de Tora"
SAVED = re.compile(r"Saved as (C-\w{5})")
EARLY = "00:01"
SAID = "They asked for a patrol at the ford. We asked for the school to be left alone."


class Acts:
    """Clicks, taps and choices, counted as a person makes them; typing is not an act, coming to a field is."""

    def __init__(self, page):
        self.page = page
        self.fields = 0
        self.count = 0

    def choose(self, name, value):
        self._one_more_field()
        field = self.page.locator(f'main [name="{name}"]')
        if field.first.evaluate("field => field.tagName") == "SELECT":
            choose(field, value)
        else:
            self.page.locator(f'main [name="{name}"][value="{value}"]').check()

    def name(self, name, words):
        self._one_more_field()
        self.page.locator("main").get_by_label(words, exact=True).check()
        assert self.page.locator(f'main [name="{name}"]:checked').count() == 1

    def write(self, name, words):
        self._one_more_field()
        self.page.locator(f'main [name="{name}"]').fill(words)

    def press(self, button):
        self.count += 1
        self.page.get_by_role("button", name=button, exact=True).click()
        self.page.wait_for_load_state()

    def _one_more_field(self):
        self.fields += 1
        self.count += 1


def main(page):
    return page.locator("main").inner_text()


def reference_on(page):
    found = SAVED.search(main(page))
    assert found, main(page)
    return found[1]


def own_contacts(page):
    page.goto("/contacts/?mine=1")
    addresses = page.locator('main a[href*="/contacts/C-"]').evaluate_all("links => links.map(each => each.pathname)")
    return set(addresses)


def chance_contact(page):
    """Log a contact that nobody planned, and return what it took."""
    page.goto("/contacts/unplanned/")
    acts = Acts(page)
    acts.write("happened_at_time", EARLY)
    acts.name("group", COMMITTEES)
    acts.choose("modality", "in_person")
    acts.write("place", "Mill path")
    acts.write("summary", SAID)
    acts.choose("has_safety_problem", "no")
    return acts


def test_a_chance_contact_is_six_fields_and_eight_acts(as_person):
    page = as_person(BRIA)

    acts = chance_contact(page)
    acts.press("Save contact")

    assert acts.fields <= 6
    # One more act opened the form.
    assert acts.count + 1 <= 8
    assert reference_on(page)


def test_the_quick_log_asks_no_more_than_six_questions(as_person):
    page = as_person(BRIA)
    page.goto("/contacts/unplanned/")

    questions = page.locator("main form > .f, main form > fieldset, main form > div > fieldset")

    names = set(page.locator("main form [name]:not([type=hidden]):not(button)").evaluate_all(
        "fields => fields.map(each => each.name.replace(/^happened_at_.*/, 'happened_at'))"
    ))  # fmt: skip
    assert len(names - {"other_group"}) <= 6, names
    assert questions.count() <= 7


def test_a_planned_contact_is_eleven_acts(as_person):
    page = as_person(BRIA)
    page.goto("/contacts/new/")

    acts = Acts(page)
    acts.write("happened_at_time", EARLY)
    acts.name("group", "Upper Mbali Front")
    acts.write("spokesperson", "The commander’s deputy")
    acts.choose("modality", "in_person")
    acts.choose("area", "Bria")
    acts.write("place", "Clinic gate")
    page.locator("main").get_by_label(re.compile("4N7RB")).check()
    acts.fields, acts.count = acts.fields + 1, acts.count + 1
    acts.write("summary", SAID)
    acts.choose("has_promise", "no")
    acts.choose("has_safety_problem", "no")
    acts.press("Save contact")

    assert acts.count <= 11
    assert reference_on(page)
    assert "4N7RB" in main(page)


def test_seven_times_no_logs_a_low_risk_contact(as_person):
    page = as_person(BRIA)
    page.goto("/contacts/screen/")

    questions = page.locator('main [type=radio][value="no"]:not([name="has_safety_problem"])')
    assert questions.count() == 7
    for no in questions.all():
        no.check()
    page.locator("main").get_by_label(COMMITTEES, exact=True).check()
    fill(page, {"happened_at_time": EARLY, "modality": "remote", "place": "Bria", "summary": SAID})
    fill(page, {"has_safety_problem": "no"})
    page.get_by_role("button", name="Save contact").click()

    assert reference_on(page)
    assert "screening" in main(page).lower()


def test_one_yes_asks_for_a_request_and_keeps_what_was_typed(as_person):
    page = as_person(BRIA)
    page.goto("/contacts/screen/")
    for no in page.locator('main [type=radio][value="no"]').all():
        no.check()
    fill(
        page, {"attacked_un": "yes", "happened_at_time": EARLY, "modality": "remote", "place": "Bria", "summary": SAID}
    )
    page.locator("main").get_by_label(COMMITTEES, exact=True).check()

    page.get_by_role("button", name="Save contact").click()

    assert "This contact needs a full request" in main(page)
    assert "security advice comes first" in main(page)
    assert page.locator('[name="summary"]').input_value() == SAID


@pytest.mark.parametrize("has_script", [True, False], ids=["with-script", "without-script"])
def test_a_sign_in_that_expires_in_mid_form_costs_nothing(as_person, has_script):
    page = as_person(BRIA, java_script_enabled=has_script)
    before = own_contacts(page)
    acts = chance_contact(page)

    page.context.clear_cookies(name="parley_session")
    acts.press("Save contact")
    assert "Your sign-in has expired. What you typed is still here." in main(page)
    page.get_by_role("button", name=BRIA, exact=True).click()
    assert SAID in main(page)
    page.get_by_role("button", name="Continue where you stopped").click()

    reference = reference_on(page)
    assert SAID in main(page)
    assert {urlsplit(address).path for address in own_contacts(page) - before} == {f"/contacts/{reference}/"}


def test_a_double_click_makes_one_record(as_person):
    page = as_person(BRIA)
    before = own_contacts(page)
    chance_contact(page)

    page.get_by_role("button", name="Save contact", exact=True).dblclick()
    page.wait_for_url(re.compile(r"/contacts/C-\w+/$"))

    assert len(own_contacts(page) - before) == 1


def test_two_presses_without_script_make_one_record(as_person):
    page = as_person(BRIA, java_script_enabled=False)
    before = own_contacts(page)
    chance_contact(page)

    page.get_by_role("button", name="Save contact", exact=True).dblclick()
    page.wait_for_url(re.compile(r"/contacts/C-\w+/$"))

    assert len(own_contacts(page) - before) == 1


def test_a_form_sent_again_because_the_line_broke_tells_that_it_was_received(as_person):
    page = as_person(BRIA)
    before = own_contacts(page)
    acts = chance_contact(page)
    send_without_hearing_back(page)

    acts.press("Save contact")

    assert "Already received" in main(page)
    assert len(own_contacts(page) - before) == 1


def send_without_hearing_back(page):
    """Send the form as the button does, while the page never learns that it arrived."""
    typed = page.evaluate("() => Object.fromEntries(new FormData(document.querySelector('main form')))")
    answer = page.context.request.post(page.url, form=typed, max_redirects=0)
    assert answer.status == 302


def test_going_back_after_saving_shows_nothing_to_the_next_person_and_doubles_nothing(as_person):
    page = as_person(BRIA)
    before = own_contacts(page)
    acts = chance_contact(page)
    acts.press("Save contact")
    assert reference_on(page)

    page.go_back()
    acts.press("Save contact")

    # The browser keeps no copy of these pages, so the form is a new one, and blank.
    assert "There is a problem" in main(page)
    assert len(own_contacts(page) - before) == 1


def test_a_draft_is_kept_by_itself_and_comes_back(as_person):
    page = as_person("Field officer, Kesi")
    page.goto("/contacts/new/")
    with page.expect_response("**/drafts/contact/") as kept:
        page.locator('[name="summary"]').fill("Half a sentence")
    assert kept.value.status < 300

    page.goto("/")
    page.goto("/contacts/new/")

    assert page.locator('[name="summary"]').input_value() == "Half a sentence"


def test_without_script_a_contact_is_logged_and_a_promise_follows(as_person):
    page = as_person(BRIA, java_script_enabled=False)
    page.goto("/")
    page.get_by_role("link", name="Log a contact", exact=True).first.click()
    page.locator("main").get_by_label("Upper Mbali Front", exact=True).check()
    page.locator("main").get_by_label(re.compile("4N7RB")).check()
    fill(
        page,
        {
            "happened_at_time": EARLY,
            "modality": "in_person",
            "area": "Bria",
            "place": "Clinic gate",
            "summary": SAID,
            "has_promise": "yes",
            "has_safety_problem": "no",
        },
    )
    page.get_by_role("button", name="Save contact").click()

    assert page.url.endswith("/commitments/new/"), main(page)
    assert "Saved as" in main(page)
    fill(page, {"author": "them", "text": "No arms at the clinic gate."})
    fill(page, {"check_on_day": "1", "check_on_month": "12", "check_on_year": "2099"})
    page.locator("main form button.btn").first.click()
    assert "No arms at the clinic gate." in main(page)
