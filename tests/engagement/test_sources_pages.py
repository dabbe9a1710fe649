"""The pages of sources, in the hands of people: what they see, press, and are told."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from audit.models import Event, FormReceipt, Kind
from engagement.models import Consent, Reveal, RiskSheet, Shredding, Source
from engagement.services import identities, sources
from missions import services as missions
from missions.access import Marking
from missions.models import Posting
from missions.postings import access_for
from tests import factories
from tests.engagement import handling
from tests.engagement.test_sources_identities import tables_that_hold
from tests.pages import typed_day

WHOLE = "a test looks at everything"


@pytest.fixture
def lena(people, signed_in):
    return signed_in(people["lena"])


@pytest.fixture
def karim(people, signed_in):
    return signed_in(people["karim"])


@pytest.fixture
def source(people, at):
    return handling.make_source(handler=people["lena"], alternate=people["karim"], identity=handling.zebediah(), at=at)


def url(name, source, *more):
    return reverse(f"engagement:{name}", args=[source.reference, *more])


def page(response):
    return response.content.decode()


def bare(response, reference):
    """Return a page without what differs each time, and without the address that was asked for."""
    return re.sub(r'csrfmiddlewaretoken" value="[^"]+"', "", page(response)).replace(reference, "")


IDENTITY = {
    "secret-given_names": handling.GIVEN,
    "secret-family_name": handling.FAMILY,
    "secret-also_known_as": handling.ALIAS,
    "secret-phones": handling.PHONE,
    "secret-whereabouts": handling.VILLAGE,
    "secret-safe_contact": "",
}


def clear_of_names(response):
    return not any(token in page(response).casefold() for token in handling.TOKENS)


# --- The whole way -------------------------------------------------------------------------------------------------


def test_a_handler_adds_a_source_from_the_empty_list_to_the_sealed_identity(people, lena, at):
    assert "You deal with no source" in page(lena.get(reverse("engagement:sources")))

    added = lena.post(
        reverse("engagement:add_source"), {"kind": "intermediary", "group": "", "alternate": people["karim"].pk}
    )
    source = Source.objects.unscoped(WHOLE).get()
    assert added.url == url("source", source)
    said = {"scope": "Carries letters.", "language": "Sango", "is_informed": "on", **typed_day("given_on", at.date())}
    assert lena.post(url("record_consent", source), said).url == url("source", source)
    assert lena.post(url("assess_source", source), handling.SHEET).url == url("source", source)
    assert lena.post(url("store_identity", source), IDENTITY).url == url("source", source)

    shown = lena.get(url("source", source))
    assert source.code_name in page(shown)
    assert "Carries letters." in page(shown)
    assert "The vault holds an identity." in page(shown)
    assert clear_of_names(shown)
    assert source.code_name in page(lena.get(reverse("engagement:sources")))


def test_two_people_bring_an_identity_to_the_screen_once(source, lena, karim, at, clock):
    asked = lena.post(url("ask_reveal", source), {"reason": "They must be warned tonight."})
    reveal = Reveal.objects.unscoped(WHOLE).get()
    assert asked.url == url("answer_reveal", source, reveal.pk)
    assert "They must be warned tonight." in page(karim.get(asked.url))
    karim.post(asked.url, {"answer": "agree"})
    ready = lena.get(asked.url)
    assert "It is shown once, for 60 seconds." in page(ready)
    assert clear_of_names(ready)

    shown = lena.post(url("open_reveal", source, reveal.pk))

    assert shown.status_code == 200
    for words in (handling.GIVEN, handling.FAMILY, handling.PHONE, handling.VILLAGE):
        assert words in page(shown)
    assert "no-store" in shown["Cache-Control"]
    assert shown["Refresh"] == f"60; url={url('source', source)}"
    assert 'data-gone-after="60"' in page(shown)
    again = lena.post(url("open_reveal", source, reveal.pk))
    assert again.status_code == 409
    assert "it is shown once" in page(again)
    assert clear_of_names(again)


def test_after_15_minutes_the_page_says_so_and_shows_nothing(source, people, signed_in, at, clock):
    reveal = handling.agree(handling.ask(source, by=people["lena"], at=at), by=people["karim"], at=at)
    clock(at + timedelta(minutes=16))

    late = signed_in(people["lena"]).post(url("open_reveal", source, reveal.pk))

    assert late.status_code == 409
    assert "15 minutes" in page(late)
    assert clear_of_names(late)


def test_nobody_agrees_opens_or_destroys_without_proving_again_who_sits_there(source, people, signed_in, at, clock):
    lena, karim = signed_in(people["lena"]), signed_in(people["karim"])
    waiting = handling.ask(source, by=people["lena"], at=at)
    asked = identities.ask_shredding(source=source, reason="danger", by=access_for(people["lena"], at), at=at)
    ready = handling.agree(handling.ask(source, by=people["karim"], at=at), by=people["lena"], at=at)
    clock(at + timedelta(minutes=6))

    for browser, address in (
        (karim, url("answer_reveal", source, waiting.pk)),
        (karim, url("answer_shredding", source, asked.pk)),
        (karim, url("open_reveal", source, ready.pk)),
    ):
        stopped = browser.post(address, {"answer": "agree"})
        assert stopped.status_code == 401
        assert clear_of_names(stopped)
    assert Reveal.objects.unscoped(WHOLE).get(pk=waiting.pk).is_waiting
    assert Reveal.objects.unscoped(WHOLE).get(pk=ready.pk).opened_at is None
    assert identities.state_of(source) == "kept"
    assert lena.get(url("answer_reveal", source, waiting.pk)).status_code == 200, "looking takes nothing more"


def test_the_second_person_may_refuse_and_the_first_reads_so(source, people, lena, karim, at):
    reveal = handling.ask(source, by=people["lena"], at=at)

    karim.post(url("answer_reveal", source, reveal.pk), {"answer": "refuse"})

    assert "A second person has not agreed" in page(lena.get(url("answer_reveal", source, reveal.pk)))


def test_an_answer_that_says_neither_yes_nor_no_answers_nothing(source, people, karim, at):
    reveal = handling.ask(source, by=people["lena"], at=at)

    assert karim.post(url("answer_reveal", source, reveal.pk), {"answer": "perhaps"}).status_code == 200

    assert Reveal.objects.unscoped(WHOLE).get().is_waiting


def test_two_people_destroy_an_identity(source, lena, karim):
    lena.post(url("ask_shredding", source), {"reason": "danger"})
    shredding = Shredding.objects.unscoped(WHOLE).get()
    assert "cannot be undone" in page(karim.get(url("answer_shredding", source, shredding.pk)))
    alone = lena.post(url("answer_shredding", source, shredding.pk), {"answer": "agree"})
    assert alone.status_code == 409
    assert "somebody else must answer it" in page(alone)

    karim.post(url("answer_shredding", source, shredding.pk), {"answer": "agree"})

    assert "The identity was destroyed" in page(lena.get(url("source", source)))
    assert identities.state_of(source) == "destroyed"


def test_a_consent_taken_back_asks_for_a_decision(source, lena, at):
    lena.post(url("withdraw_consent", source), typed_day("withdrawn_on", at.date()))

    shown = page(lena.get(url("source", source)))
    assert "They took their consent back" in shown
    assert "Decide now whether the identity is destroyed" in shown
    assert "They withdrew their consent" in page(lena.get(url("ask_reveal", source)))


def test_an_overdue_risk_sheet_is_flagged(source, people, signed_in, at, clock):
    clock(at + timedelta(days=91))
    lena = signed_in(people["lena"])

    assert "overdue" in page(lena.get(reverse("engagement:sources")))
    assert "The risk sheet is overdue" in page(lena.get(url("source", source)))


# --- Who is told what ----------------------------------------------------------------------------------------------

PAGES = (
    "source",
    "record_consent",
    "withdraw_consent",
    "assess_source",
    "store_identity",
    "ask_reveal",
    "ask_shredding",
)


@pytest.mark.parametrize(
    "name", ["amina", "yusuf", "odile", "lucia", "hana", "tomas", "otto", "maya", "ingrid", "omar"]
)
def test_for_everybody_else_a_source_is_not_there(source, people, signed_in, name, at):
    browser = signed_in(people[name])
    reveal = handling.ask(source, by=people["lena"], at=at)
    nothing = bare(browser.get(reverse("engagement:source", args=["S-22222"])), "S-22222")

    for address in [url(one, source) for one in PAGES] + [url("answer_reveal", source, reveal.pk)]:
        refused = browser.get(address)
        assert refused.status_code == 404
        assert source.code_name not in page(refused)
        assert browser.post(address).status_code in {404, 405}
    assert browser.post(url("open_reveal", source, reveal.pk)).status_code == 404
    assert bare(browser.get(url("source", source)), source.reference) == nothing
    assert source.code_name not in page(browser.get(reverse("engagement:sources")))


def test_a_hidden_source_and_one_that_is_not_there_take_the_same_number_of_queries(source, people, signed_in):
    browser = signed_in(people["lucia"])
    browser.get("/sources/")
    counted = []
    for reference in (source.reference, "S-22222"):
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse("engagement:source", args=[reference]))
        counted.append(len(queries))

    assert counted[0] == counted[1]


def test_the_security_adviser_sees_the_code_name_and_neither_consent_nor_risk_sheet(source, people, signed_in):
    shown = page(signed_in(people["sven"]).get(url("source", source)))

    assert source.code_name in shown
    assert "Sango" not in shown
    assert handling.SHEET["exposure"] not in shown
    assert "mission leadership read these" in shown


def test_the_pillar_head_reads_the_risk_sheet_and_finds_no_button_to_press(source, people, signed_in):
    browser = signed_in(people["pierre"])

    assert handling.SHEET["exposure"] in page(browser.get(url("source", source)))
    assert "Your role does not need to know who this is." in page(browser.get(url("ask_reveal", source)))
    assert "Handler or alternate puts an identity into the vault." in page(browser.get(url("store_identity", source)))


def test_after_the_posting_has_ended_the_pages_are_gone(source, people, lena, mission, at, access):
    missions.end_posting(posting=Posting.objects.get(user=people["lena"]), by=access(people["maya"]), at=at)

    for name in PAGES:
        assert lena.get(url(name, source)).status_code == 404


def test_who_is_not_signed_in_is_led_to_sign_in(source, client):
    for name in PAGES:
        assert client.get(url(name, source)).status_code == 302


def test_a_reveal_of_another_source_is_not_reached_through_this_one(source, people, lena, at):
    other = handling.make_source(handler=people["lena"], alternate=people["karim"], identity=handling.zebediah(), at=at)
    reveal = handling.agree(handling.ask(other, by=people["lena"], at=at), by=people["karim"], at=at)

    assert lena.post(url("open_reveal", source, reveal.pk)).status_code == 404


# --- Nothing is kept, doubled or lost ------------------------------------------------------------------------------


def test_a_form_sent_twice_makes_one_source_one_consent_and_one_question(people, lena, at):
    key = {"submission_key": "0b0e8a0e-54a7-4b7e-9a54-3a6d1f0f2d11"}
    form = {"kind": "source", "group": "", "alternate": people["karim"].pk} | key
    for _ in range(2):
        lena.post(reverse("engagement:add_source"), form)
    source = Source.objects.unscoped(WHOLE).get()
    said = {"scope": "Talks.", "language": "Sango", "is_informed": "on", **typed_day("given_on", at.date())}
    for _ in range(2):
        lena.post(url("record_consent", source), said | {"submission_key": "1b0e8a0e-54a7-4b7e-9a54-3a6d1f0f2d11"})

    assert Consent.objects.unscoped(WHOLE).count() == 1


def test_the_identity_form_leaves_no_receipt_no_session_and_no_message(people, lena, at):
    source = handling.make_source(handler=people["lena"], alternate=people["karim"], at=at)
    mended = IDENTITY | {"secret-family_name": ""}

    wrong = lena.post(
        url("store_identity", source), mended | {"submission_key": "2b0e8a0e-54a7-4b7e-9a54-3a6d1f0f2d11"}
    )
    assert "Enter the family name" in page(wrong)
    lena.post(url("store_identity", source), IDENTITY | {"submission_key": "2b0e8a0e-54a7-4b7e-9a54-3a6d1f0f2d11"})

    assert not FormReceipt.objects.exists()
    assert "Okonjowski" not in str(dict(lena.session.items()))
    assert tables_that_hold(handling.TOKENS) == set()
    assert clear_of_names(lena.get(url("source", source)))
    assert clear_of_names(lena.get(url("store_identity", source))), "the form is write-only"


def test_a_screen_that_locks_over_the_identity_form_keeps_nothing_of_it(people, lena, source):
    lena.post(
        reverse("accounts:lock"),
        {"carried-to": url("store_identity", source)} | {f"carried:{name}": value for name, value in IDENTITY.items()},
    )

    assert tables_that_hold(handling.TOKENS) == set()


def test_a_session_that_ended_over_the_identity_form_carries_nothing_of_it(source, client):
    ended = client.post(url("store_identity", source), IDENTITY, headers={"origin": "http://testserver"})

    assert clear_of_names(ended)


def test_a_name_typed_into_a_contact_is_refused_beside_the_field(source, people, lena, at):
    form = {
        "group": "unknown",
        "modality": "in_person",
        "place": "Tora",
        "summary": "Okonjowski came with us.",
        "has_safety_problem": "no",
        "happened_at_time": "08:00",
        **typed_day("happened_at", at),
    }

    refused = lena.post(reverse("engagement:log_unplanned"), form)

    assert "Write the code name instead." in page(refused)


def test_who_reads_the_page_of_a_source_stands_in_the_log(source, people, lena, signed_in):
    lena.get(url("source", source))
    signed_in(people["clara"]).get(url("source", source))

    read = Event.objects.filter(kind=Kind.RECORD_READ, object_id=source.pk).values_list("actor_id", flat=True)
    assert set(read) == {people["lena"].pk, people["clara"].pk}


def test_the_people_concerned_find_a_line_without_content_on_my_work(source, people, karim, at):
    User.objects.filter(username="karim").update(email="karim@example.org")
    handling.ask(source, by=people["lena"], at=at)

    shown = page(karim.get("/"))

    assert "Somebody asks to see an identity" in shown
    assert source.reference in shown
    assert source.code_name not in shown
    assert all(source.reference not in sent.body + sent.subject for sent in mail.outbox)


def test_somebody_who_travels_finds_no_sources(source, people, lena, at):
    User.objects.filter(username="lena").update(travel_ceiling=Marking.CONFIDENTIAL, travelling_since=at)

    assert source.code_name not in page(lena.get(reverse("engagement:sources")))
    assert lena.get(url("source", source)).status_code == 404


def test_the_contact_shows_the_code_name_to_those_who_know_and_to_nobody_else(source, people, signed_in, at):
    contact = factories.make_contact(author=people["lena"], at=at, intermediary=source)
    address = reverse("engagement:contact", args=[contact.reference])

    for name, knows in {"lena": True, "clara": True, "amina": False, "odile": False, "lucia": False}.items():
        assert (source.code_name in page(signed_in(people[name]).get(address))) == knows
    assert contact.reference in page(signed_in(people["lena"]).get(url("source", source)))


def test_only_those_who_deal_with_an_intermediary_are_asked_through_whom(source, people, signed_in):
    address = reverse("engagement:log_contact")

    assert source.code_name in page(signed_in(people["lena"]).get(address))
    for name in ("amina", "clara"):
        shown = page(signed_in(people[name]).get(address))
        assert source.code_name not in shown
        assert "Through which intermediary?" not in shown


@pytest.mark.parametrize("name", ["sources", "add_source"])
def test_lists_take_as_many_queries_for_twenty_sources_as_for_two(people, lena, at, name):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            lena.get(reverse(f"engagement:{name}"))
        return len(queries)

    for _ in range(2):
        handling.make_source(handler=people["lena"], alternate=people["karim"], at=at)
    cost()
    few = cost()
    for _ in range(18):
        handling.make_source(handler=people["lena"], alternate=people["karim"], at=at)

    assert cost() == few


def test_the_risk_sheet_form_begins_with_what_the_last_one_said(source, lena):
    assert handling.SHEET["exposure"] in page(lena.get(url("assess_source", source)))
    assert RiskSheet.objects.unscoped(WHOLE).count() == 1


def test_someone_who_adds_sources_nowhere_finds_no_page_to_add_one(people, signed_in):
    for name in ("pierre", "ingrid", "maya", "otto"):
        assert signed_in(people[name]).get(reverse("engagement:add_source")).status_code == 404


def test_the_field_officer_without_the_ceiling_reads_what_to_do(people, signed_in):
    refused = signed_in(people["amina"]).post(
        reverse("engagement:add_source"), {"kind": "source", "group": "", "alternate": people["karim"].pk}
    )

    assert "Ask the information manager." in page(refused)
    assert sources.Source.objects.unscoped(WHOLE).count() == 0
