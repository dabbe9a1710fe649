"""The watch itself: whatever is shown, mailed or logged to the wrong person is found, and nothing else is."""

import logging

import pytest
from django.core import mail
from django.db.models import Q

from engagement.models import Contact, Decision, RequestStatus
from missions.access import Marking
from tests import factories
from tests.engagement import handling
from tests.leaks import canaries, knowing
from tests.leaks.watch import examine_mail, grant_tables, leaks_expected, records_by, watch

pytestmark = pytest.mark.django_db


@pytest.fixture
def circle(mission, joseph, amina, at):
    """Open a circle of those who need to know."""
    return factories.make_compartment(mission=mission, owner=joseph, members=[amina], at=at)


@pytest.fixture
def contact(amina, circle, at):
    """Log a contact with a group that only the circle knows of."""
    quiet = factories.make_group(author=amina, compartment=circle, at=at)
    return factories.make_contact(author=amina, group=quiet, safety_note="Shots.", has_safety_problem=True, at=at)


@pytest.fixture
def without_rule(monkeypatch):
    """Let everybody see everything."""
    monkeypatch.setattr("missions.access.reach", lambda access, through="": Q())


def test_words_of_a_record_that_its_reader_may_not_know_are_found(signed_in, sven, contact, without_rule):
    with leaks_expected() as leaks:
        signed_in(sven).get(f"/contacts/{contact.reference}/")

    word = canaries.SHAPE.search(contact.summary).group()
    assert f"{word} of {contact.reference}" in "\n".join(leaks)


def test_references_that_their_reader_may_not_know_are_found(signed_in, sven, contact, without_rule):
    with leaks_expected() as leaks:
        signed_in(sven).get("/contacts/")

    assert contact.reference in "\n".join(leaks)


@pytest.mark.parametrize("who", ["omar", "maya", "otto", "hana"])
def test_nobody_outside_a_circle_is_mistaken_for_a_member(signed_in, cast, contact, without_rule, who):
    with leaks_expected() as leaks:
        signed_in(cast[who]).get(f"/contacts/{contact.reference}/")

    assert leaks


def test_members_of_a_circle_read_what_it_holds_without_alarm(signed_in, amina, joseph, contact):
    for member in (amina, joseph):
        page = signed_in(member).get(f"/contacts/{contact.reference}/").content.decode()
        assert canaries.SHAPE.search(page)


def test_headquarters_may_meet_references_but_no_words(signed_in, ingrid, amina, at, monkeypatch):
    request = factories.make_request(author=amina, band="HIGH", status=RequestStatus.IN_ADVICE, at=at)
    assert request.reference in signed_in(ingrid).get("/hq/").content.decode()

    monkeypatch.setattr("missions.access.reach", lambda access, through="": Q())
    with leaks_expected() as leaks:
        signed_in(ingrid).get(f"/requests/{request.reference}/")
    assert "CNRY" in leaks[0]


def test_a_record_above_the_ceiling_of_its_reader_is_found(signed_in, tomas, clara, group, at, without_rule):
    threat = factories.make_threat(author=clara, group=group, marking=Marking.STRICTLY_CONFIDENTIAL, at=at)
    with leaks_expected() as leaks:
        signed_in(tomas).get(f"/threats/{threat.reference}/")
    assert leaks


def test_a_record_of_another_office_is_found(signed_in, yusuf, amina, at, without_rule):
    request = factories.make_request(author=amina, at=at)
    with leaks_expected() as leaks:
        signed_in(yusuf).get(f"/requests/{request.reference}/")
    assert leaks


def test_a_mail_that_names_a_record_is_found(contact):
    mail.send_mail("An item", f"See {contact.reference}", None, ["someone@example.org"])
    with leaks_expected() as leaks:
        examine_mail()
    mail.outbox.clear()
    assert contact.reference in leaks[0]


def test_a_line_of_the_log_with_words_of_a_record_is_found(contact):
    with leaks_expected() as leaks:
        logging.getLogger("engagement").warning("Could not save %s", contact.summary)
    assert "CNRY" in leaks[0]


def test_a_traceback_with_words_of_a_record_is_found(contact):
    with leaks_expected() as leaks:
        try:
            raise ValueError(contact.summary)
        except ValueError:
            logging.getLogger("engagement").exception("Could not save")
    assert "CNRY" in leaks[0]


@pytest.fixture
def source(mission, at):
    """Add a source with an identity in the vault; its handler is Lena, who stands in for nobody of the cast."""
    lena, karim = handling.handlers(mission, at=at)
    return handling.make_source(handler=lena, alternate=karim, identity=handling.zebediah(), at=at)


def test_who_a_source_is_may_be_said_by_no_page(signed_in, amina, source):
    amina.name = f"{handling.GIVEN} {handling.FAMILY}"
    amina.save()
    with leaks_expected() as leaks:
        signed_in(amina).get("/account/")
    assert handling.FAMILY in "\n".join(leaks)


def test_who_a_source_is_may_be_said_by_no_mail_and_no_line_of_the_log(source):
    mail.send_mail("An item", f"About {handling.FAMILY}", None, ["someone@example.org"])
    with leaks_expected() as leaks:
        logging.getLogger("engagement").warning("Not saved: %s", handling.FAMILY)
        examine_mail()
    mail.outbox.clear()
    assert len(leaks) == 2


def test_risk_sheets_are_for_fewer_eyes_than_their_source(sven, clara, amina, source, at):
    """The security adviser knows that there is a source, and nothing of what could happen to them."""
    (kept,) = records_by([source.reference])
    people = [knowing.knower(user.pk, at, grant_tables()) for user in (sven, clara, amina)]

    assert [knowing.may_know(person, kept) for person in people] == [True, True, False]
    assert [knowing.may_read_of_source(person, kept, in_depth=True) for person in people] == [False, True, False]


def test_every_sensitive_text_that_a_factory_writes_holds_a_canary(amina, contact, at):
    request = factories.make_request(author=amina, status=RequestStatus.DECLINED, band="HIGH", at=at)
    decision = Decision.objects.unscoped("test").get(request=request)

    for record in (request, request.threat, request.group, contact, decision):
        written = {field.name for field in canaries.sensitive() if field.model is type(record)}
        texts = {name: getattr(record, name) for name in written if getattr(record, name)}
        bare = {name for name, text in texts.items() if not canaries.SHAPE.search(text)}
        assert texts
        assert bare <= {"safety_note"}, record


def test_words_that_a_test_has_chosen_stay_as_they_are(amina, at):
    contact = factories.make_contact(author=amina, summary="Only this.", at=at)
    assert Contact.objects.unscoped("test").get(pk=contact.pk).summary == "Only this."


def test_the_watch_counts_what_it_has_searched(signed_in, amina, contact):
    before = watch.answers, watch.judged
    signed_in(amina).get("/contacts/")
    assert watch.answers == before[0] + 1
    assert watch.judged > before[1]
