"""Seven times "no" keeps a low-risk contact a two-minute log."""

from datetime import timedelta

import pytest

from engagement import screening
from engagement.models import Contact, Modality, Notice
from engagement.services import contacts
from missions import services as missions
from nsags import services as nsags
from tests import factories
from tests.refusing import refusals

pytestmark = pytest.mark.django_db

ALL_NO = {question.code: False for question in screening.QUESTIONS}


@pytest.fixture
def log(amina, group, at):
    """Have Amina, or whoever is named, log a contact that was screened."""

    def log(author=amina, **told):
        return factories.make_contact(author=author, group=group, path=Contact.Path.SCREENED, at=at, **told)

    return log


def reasons(log, **told):
    return [(refusal.code, refusal.field) for refusal in refusals(log, **told)]


def test_there_are_seven_questions_each_with_its_reason():
    assert len(screening.QUESTIONS) == len(screening.BY_CODE) == 7
    assert all(question.text and question.if_yes for question in screening.QUESTIONS)


def test_seven_times_no_is_logged_as_low_risk(log):
    contact = log()

    assert (contact.path, contact.screening, contact.engagement) == (Contact.Path.SCREENED, ALL_NO, None)
    assert not Notice.objects.exists()


@pytest.mark.parametrize("code", ALL_NO)
def test_any_yes_asks_for_a_full_request(log, code):
    assert reasons(log, screening={**ALL_NO, code: True}) == [("screened_out", code)]


def test_a_question_left_out_is_not_a_no(log):
    answers = {code: False for code in ALL_NO if code != "red_line"}

    assert reasons(log, screening=answers) == [("not_answered", "red_line")]


@pytest.mark.parametrize("posture", ["CLOSELY_HELD", "COMPLIANT_ONLY", "STRATEGY_BASED"])
def test_screening_is_no_way_round_a_posture_that_asks_for_a_decision(log, mission, joseph, at, posture):
    factories.make_posture(mission, posture, by=joseph, at=at)

    assert reasons(log) == [("level", "")]


def prohibit(group, by, at):
    missions.prohibit(
        mission=group.mission,
        group_id=group.pk,
        subject="Upper Mbali Front",
        text="No contact.",
        review_on=at.date() + timedelta(days=90),
        issuer_title="Head of mission",
        by=by,
        at=at,
    )


def told():
    return [notice.user for notice in Notice.objects.filter(kind=Notice.Kind.CONTACT_ALERT)]


def test_a_prohibition_is_found_after_the_fact_and_the_poc_adviser_is_told(log, group, joseph, clara, access, at):
    prohibit(group, access(joseph), at)

    contact = log()

    assert contacts.alerts(contact, at=at) == ("G-01",)
    assert told() == [clara]


def test_a_listing_by_the_security_council_is_found_after_the_fact(log, group, clara, access, at):
    nsags.label(
        group=group,
        value="sanctioned",
        issuer="unsc",
        issuer_name="1533 Committee",
        legal_basis="1533",
        starts_on=at.date(),
        by=access(clara),
        at=at,
    )

    contact = log()

    assert contacts.alerts(contact, at=at) == ("G-02",)
    assert told() == [clara]


def test_an_intermediary_without_recorded_consent_is_found_after_the_fact(log, at):
    contact = log(modality=Modality.INTERMEDIARY)

    assert contacts.alerts(contact, at=at) == ("G-12",)


def test_a_parallel_dialogue_of_somebody_else_is_found_after_the_fact(log, engagement, colleague, at):
    assert contacts.alerts(log(author=colleague), at=at) == ("G-16",)
    assert contacts.alerts(log(), at=at) == ()
