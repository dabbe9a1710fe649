"""The pages on which staff log contacts, read them and follow them up."""

import gzip
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from engagement.models import Commitment, Contact, FormDraft
from engagement.screening import QUESTIONS
from engagement.services import contacts, dialogue
from missions.postings import access_for
from tests import factories
from tests.pages import typed_day

pytestmark = pytest.mark.django_db

NEW, UNPLANNED, SCREEN = "/contacts/new/", "/contacts/unplanned/", "/contacts/screen/"
ALL_NO = {question.code: "no" for question in QUESTIONS}


@pytest.fixture
def when(at):
    """An hour ago, as it is typed."""
    return typed_day("happened_at", at) | {"happened_at_time": (at - timedelta(hours=1)).strftime("%H:%M")}


@pytest.fixture
def quick(when, group):
    return when | {
        "group": str(group.pk),
        "modality": "remote",
        "place": "Bria",
        "summary": "They rang about the road.",
        "has_safety_problem": "no",
    }


@pytest.fixture
def engagement(amina, group, at):
    return factories.make_engagement(author=amina, group=group, at=at - timedelta(hours=3))


@pytest.fixture
def full(quick, engagement):
    return quick | {
        "modality": "in_person",
        "area": str(engagement.area_id),
        "approval": str(engagement.pk),
        "has_promise": "no",
    }


@pytest.fixture
def everything(amina, access):
    def look():
        return Contact.objects.visible_to(access(amina)).order_by("created_at")

    return look


def key_of(response):
    return re.search(r'name="submission_key" value="([^"]+)"', response.content.decode())[1]


# Under an approval


def test_a_field_officer_logs_a_contact_under_an_approval(signed_in, amina, full, everything, engagement):
    answer = signed_in(amina).post(NEW, full, follow=True)

    contact = everything().get()
    assert (contact.engagement, contact.path) == (engagement, "planned")
    assert f"Saved as {contact.reference}, 09:00." in answer.content.decode()


def test_the_form_opens_with_today_and_lists_what_is_likely(signed_in, amina, engagement):
    page = signed_in(amina).get(NEW).content.decode()

    assert 'value="2026"' in page
    assert "Upper Mbali Front" in page
    assert f"Yes: {engagement.request.reference}" in page


def test_a_planned_contact_takes_at_most_eleven_acts(signed_in, amina, engagement):
    form = signed_in(amina).get(NEW).context["form"]

    prefilled = {"happened_at"}
    acts = [name for name in form.fields if name not in prefilled]
    # The time is the one part of the moment that is not filled in; the last act is to save.
    assert len(acts) + 1 + 1 <= 11 + len({"other_group", "other_approval"} & set(acts))


def test_outside_the_approval_each_reason_stands_beside_its_field(signed_in, amina, full, everything):
    page = signed_in(amina).post(NEW, full | {"modality": "message"})

    text = page.content.decode()
    assert page.status_code == 200
    assert not everything().exists()
    assert page.context["form"].errors.keys() == {"modality"}
    assert text.count('name="as_unplanned"') == 1
    assert "They rang about the road." in text


def test_one_button_saves_it_as_unplanned_with_everything_typed(signed_in, amina, full, everything):
    signed_in(amina).post(NEW, full | {"modality": "message", "as_unplanned": "1"})

    contact = everything().get()
    assert (contact.path, contact.engagement, contact.summary) == ("unplanned", None, "They rang about the road.")
    assert contact.outside_approval == ["wrong_modality"]


def test_a_contact_in_the_future_is_not_offered_as_unplanned(signed_in, amina, full, at):
    tomorrow = full | {"happened_at_day": str(at.day + 1)}

    page = signed_in(amina).post(NEW, tomorrow)

    assert page.context["form"].errors.keys() == {"happened_at"}
    assert 'name="as_unplanned"' not in page.content.decode()


def test_not_planned_is_a_normal_answer(signed_in, amina, full, everything):
    signed_in(amina).post(NEW, full | {"approval": "not_planned"})

    assert (everything().get().path, everything().get().outside_approval) == ("unplanned", [])


def test_i_do_not_know_is_kept_for_the_adviser(signed_in, amina, full, everything):
    answer = signed_in(amina).post(NEW, full | {"approval": "not_known"}, follow=True)

    assert everything().get().outside_approval == ["not_known"]
    assert "It was not known whether an approval covered it" in answer.content.decode()


def test_an_empty_form_says_what_is_missing_beside_each_field(signed_in, amina, engagement):
    page = signed_in(amina).post(NEW, {"place": "5.1234, 22.9876"})

    errors = page.context["form"].errors
    assert errors["group"] == ["Choose a group."]
    assert errors["place"] == ["Write the town or area, without coordinates."]
    assert "There is a problem" in page.content.decode()


def test_the_same_form_sent_twice_makes_one_contact(signed_in, amina, full, everything):
    browser = signed_in(amina)
    typed = full | {"submission_key": key_of(browser.get(NEW))}

    browser.post(NEW, typed)
    again = browser.post(NEW, typed, follow=True)

    assert everything().count() == 1
    assert "Already received" in again.content.decode()


def test_another_missions_approval_is_no_choice(signed_in, omar, full):
    page = signed_in(omar).post(NEW, full)

    assert {"group", "approval"} <= page.context["form"].errors.keys()


def test_somebody_who_logs_no_contacts_is_refused_the_form(signed_in, ingrid):
    assert signed_in(ingrid).get(NEW).status_code == 403


# By chance


def test_the_quick_log_has_exactly_six_fields(signed_in, amina, group):
    form = signed_in(amina).get(UNPLANNED).context["form"]

    assert [str(field.label) for field in form] == [
        "When was it?",
        "Which group?",
        "How?",
        "Where?",
        "What happened?",
        "Was there any threat, pressure or safety problem?",
    ]


def test_the_quick_log_takes_a_group_that_is_not_known(signed_in, amina, quick, everything):
    signed_in(amina).post(UNPLANNED, quick | {"group": "unknown"})

    assert (everything().get().group, everything().get().place) == (None, "Bria")


def test_a_safety_problem_is_asked_about_next_and_nothing_else(signed_in, amina, full, everything):
    answer = signed_in(amina).post(NEW, full | {"has_safety_problem": "yes", "has_promise": "yes"})

    assert answer.url == reverse("engagement:note_safety", args=[everything().get().reference])


def test_a_promise_is_asked_about_next(signed_in, amina, full, everything):
    answer = signed_in(amina).post(NEW, full | {"has_promise": "yes"})

    assert answer.url == reverse("engagement:record_commitment", args=[everything().get().reference])


# Drafts


def test_a_draft_is_resumed_where_it_stopped_and_gone_once_saved(signed_in, amina, full, everything):
    browser = signed_in(amina)

    kept = browser.post(NEW, full | {"draft": "1", "summary": "Half a sen"}, follow=True).content.decode()
    assert "Draft saved 09:00" in kept
    assert "Half a sen" in kept
    assert 'value="08:00"' in kept
    assert re.search(r'value="in_person"[^>]*checked', kept)
    assert not everything().exists()

    browser.post(NEW, full)
    assert not FormDraft.objects.exists()
    assert "Half a sen" not in browser.get(NEW).content.decode()


def test_the_script_keeps_a_draft_without_a_word(signed_in, amina, full):
    answer = signed_in(amina).post("/drafts/contact/", full)

    assert (answer.status_code, answer.content) == (204, b"")
    assert FormDraft.objects.get().content["summary"] == ["They rang about the road."]


def test_nobody_sees_the_draft_of_another(signed_in, amina, yusuf, full):
    signed_in(amina).post("/drafts/contact/", full | {"summary": "Mine alone"})

    assert "Mine alone" not in signed_in(yusuf).get(NEW).content.decode()


# Screening


def test_seven_times_no_logs_a_low_risk_contact(signed_in, amina, quick, everything):
    signed_in(amina).post(SCREEN, quick | ALL_NO)

    assert everything().get().path == "screened"


def test_one_yes_logs_nothing_and_says_what_comes_next(signed_in, amina, quick, everything):
    page = signed_in(amina).post(SCREEN, quick | ALL_NO | {"on_paper": "yes"})

    text = page.content.decode()
    assert not everything().exists()
    assert page.context["form"].errors.keys() == {"on_paper"}
    assert 'name="as_request"' in text
    assert 'name="as_unplanned"' in text
    assert "They rang about the road." in text


def test_what_has_already_happened_is_saved_as_unplanned(signed_in, amina, quick, everything):
    signed_in(amina).post(SCREEN, quick | ALL_NO | {"on_paper": "yes", "as_unplanned": "1"})

    assert (everything().get().path, everything().get().outside_approval) == ("unplanned", ["screened_out"])


def test_a_full_request_starts_with_the_group_and_keeps_the_draft(signed_in, amina, quick, group):
    answer = signed_in(amina).post(SCREEN, quick | ALL_NO | {"on_paper": "yes", "as_request": "1"})

    assert answer.url == f"/requests/start/?group={group.pk}"
    assert FormDraft.objects.get(form="screen").content["summary"] == ["They rang about the road."]


def test_a_group_named_in_the_address_is_chosen_even_from_the_list(signed_in, amina, at):
    groups = [factories.make_group(author=amina, at=at, name=f"Group {letter}") for letter in "ABCDEFGH"]

    page = signed_in(amina).get(f"{UNPLANNED}?group={groups[-1].pk}")

    assert page.context["form"].initial["group"] == "other"
    assert re.search(rf'value="{groups[-1].pk}" selected', page.content.decode())


def test_enter_in_a_text_field_never_presses_the_offer(signed_in, amina, full):
    text = signed_in(amina).post(NEW, full | {"modality": "message"}).content.decode()

    form = text[text.index("<form method=") :]
    assert form.index("Save contact") < form.index('name="as_unplanned"')


# Reading and following up


@pytest.fixture
def contact(amina, engagement, at):
    return factories.make_contact(author=amina, engagement=engagement, at=at - timedelta(hours=1))


def page_of(contact, *more):
    return "/".join(["/contacts", contact.reference, *more, ""])


def test_the_page_of_a_contact_says_what_happened(signed_in, clara, contact):
    page = signed_in(clara).get(page_of(contact)).content.decode()

    assert contact.summary in page
    assert "Contact logged" in page
    assert "<title>" + contact.reference in page


def test_a_contact_of_another_mission_does_not_exist(signed_in, omar, contact):
    browser = signed_in(omar)

    assert {browser.get(page_of(contact)).status_code, browser.get("/contacts/C-ZZZZZ/").status_code} == {404}


def test_a_group_that_is_held_back_is_not_named_on_a_contact(signed_in, sven, joseph, contact, group, at):
    group.compartment = factories.make_compartment(mission=group.mission, owner=joseph, at=at)
    group.save()

    for address in (page_of(contact), "/contacts/"):
        page = signed_in(sven).get(address).content.decode()
        assert "Held back" in page
        assert group.name not in page


def test_the_poc_adviser_classifies_from_the_page(signed_in, clara, amina, at):
    chance = factories.make_contact(author=amina, at=at)
    browser = signed_in(clara)

    assert "Classify contact" in browser.get(page_of(chance)).content.decode()
    answer = browser.post(page_of(chance, "classify"), {"classification": "no_action"}, follow=True)
    assert "No action needed" in answer.content.decode()


def test_the_form_is_absent_for_those_who_may_not_classify(signed_in, amina, at):
    chance = factories.make_contact(author=amina, at=at)

    page = signed_in(amina).get(page_of(chance, "classify")).content.decode()

    assert 'name="classification"' not in page
    assert "The POC adviser of the mission classifies unplanned contacts." in page


def test_a_commitment_is_recorded_listed_and_checked_by_someone_else(signed_in, amina, clara, contact, access):
    typed = {"author": "us", "text": "We bring the list."} | typed_day("check_on", date(2026, 3, 9))
    signed_in(amina).post(page_of(contact, "commitments", "new"), typed)
    commitment = Commitment.objects.visible_to(access(amina)).get()

    browser = signed_in(clara)
    assert "We bring the list." in browser.get("/commitments/").content.decode()
    browser.post(f"/commitments/{commitment.pk}/check/", {"state": "consistent"})

    commitment.refresh_from_db(from_queryset=Commitment.objects.visible_to(access(amina)))
    assert (commitment.state, commitment.checked_by) == ("consistent", clara)


def test_the_one_who_promised_is_told_that_someone_else_checks(signed_in, amina, contact, access, at):
    commitment = contacts.record_commitment(
        contact=contact, author="us", text="A list.", check_on=at.date(), by=access(amina), at=at
    )

    page = signed_in(amina).get(f"/commitments/{commitment.pk}/check/").content.decode()

    assert "someone else must check" in page
    assert 'name="state"' not in page


def test_the_safety_problem_is_described_once(signed_in, amina, at):
    chance = factories.make_contact(author=amina, at=at, has_safety_problem=True)

    answer = signed_in(amina).post(page_of(chance, "safety"), {"text": "A trader was followed."}, follow=True)

    assert "A trader was followed." in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "expected"), [("", 3), ("?show=planned", 1), ("?show=waiting", 2), ("?mine=1", 2), ("?group=odd", 3)]
)
def test_the_list_is_filtered_without_names_in_the_address(signed_in, amina, odile, contact, at, query, expected):
    factories.make_contact(author=amina, at=at)
    factories.make_contact(author=odile, at=at)

    assert len(signed_in(amina).get(f"/contacts/{query}").context["rows"]) == expected


@pytest.mark.parametrize("address", ["/contacts/", NEW, UNPLANNED, SCREEN, "/commitments/"])
def test_twenty_rows_take_as_many_queries_as_two(signed_in, amina, engagement, access, at, address):
    browser = signed_in(amina)
    counts = []
    for more in (2, 18):
        for _each in range(more):
            contact = factories.make_contact(author=amina, at=at, group=engagement.group)
            contacts.record_commitment(
                contact=contact, author="them", text="A promise.", check_on=at.date(), by=access(amina), at=at
            )
        with CaptureQueriesContext(
            connection,
        ) as queries:
            browser.get(address)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 12


@pytest.mark.parametrize("address", [NEW, UNPLANNED, SCREEN, "/contacts/", "/commitments/"])
def test_a_field_page_weighs_at_most_fourteen_kilobytes(signed_in, amina, engagement, at, address):
    for _each in range(25):
        factories.make_contact(author=amina, at=at, group=engagement.group)

    assert len(gzip.compress(signed_in(amina).get(address).content)) <= 14_000


# Stopping


def test_from_a_contact_the_dialogue_is_stopped_in_two_acts(signed_in, sven, amina, contact):
    link = f'href="/requests/{contact.engagement.request.reference}/suspend/"'

    assert link in signed_in(sven).get(page_of(contact)).content.decode()
    assert link not in signed_in(amina).get(page_of(contact)).content.decode()


def address(engagement, verb):
    return f"/requests/{engagement.request.reference}/{verb}/"


def test_suspending_says_its_effect_and_asks_one_question(signed_in, sven, engagement):
    page = signed_in(sven).get(address(engagement, "suspend"))

    assert "No contact can be logged as planned" in page.content.decode()
    assert list(page.context["form"].fields) == ["reason"]


def test_the_security_adviser_suspends_and_the_head_of_mission_resumes(signed_in, sven, joseph, engagement):
    signed_in(sven).post(address(engagement, "suspend"), {"reason": "Shots heard."})
    assert factories.engagement_of(engagement.request).status == "suspended"

    signed_in(joseph).post(address(engagement, "resume"), {"reason": "Calm again."})
    assert factories.engagement_of(engagement.request).status == "active"


def test_the_button_is_replaced_by_the_reason_for_those_who_may_not(signed_in, amina, engagement):
    page = signed_in(amina).get(address(engagement, "suspend")).content.decode()

    assert "Call one of them now." in page
    assert "<textarea" not in page


def test_the_officer_concludes_a_dialogue(signed_in, amina, engagement):
    signed_in(amina).post(address(engagement, "conclude"), {"reason": "The road is open."})

    assert factories.engagement_of(engagement.request).status == "concluded"


@pytest.mark.parametrize("verb", ["suspend", "resume", "conclude"])
def test_a_dialogue_of_another_mission_cannot_be_touched(signed_in, omar, engagement, verb):
    assert signed_in(omar).post(address(engagement, verb), {"reason": "x"}).status_code == 404


def test_a_suspended_approval_is_shown_as_such_in_the_form(signed_in, amina, sven, engagement, at):
    dialogue.suspend(engagement=engagement, reason="Shots.", by=access_for(sven, at), at=at)

    assert "suspended" in signed_in(amina).get(NEW).content.decode()
