"""Seven times "no" keeps a low-risk contact a two-minute log."""

from datetime import timedelta

import pytest

from engagement import screening
from engagement.models import Contact, Modality, Notice
from engagement.services import contacts
from missions import services as missions
from missions.refusals import Refused
from nsags import services as nsags
from tests.engagement import talking
from tests.engagement.asking import BEFORE, make_field
from tests.engagement.talking import AFTERWARDS, ALL_NO, MEETING

pytestmark = pytest.mark.django_db


@pytest.fixture
def field():
    return make_field()


def codes_of(act):
    with pytest.raises(Refused) as refused:
        act()
    return [(refusal.code, refusal.field) for refusal in refused.value.refusals]


def test_there_are_seven_questions_each_with_its_reason():
    assert len(screening.QUESTIONS) == len(screening.BY_CODE) == 7
    assert all(question.text and question.if_yes for question in screening.QUESTIONS)


def test_seven_times_no_is_logged_as_low_risk(field):
    contact = talking.log_screened(field)

    assert (contact.path, contact.screening, contact.engagement) == (Contact.Path.SCREENED, ALL_NO, None)
    assert not Notice.objects.exists()


@pytest.mark.parametrize("code", ALL_NO)
def test_any_yes_asks_for_a_full_request(field, code):
    assert codes_of(lambda: talking.log_screened(field, screening={**ALL_NO, code: True})) == [("screened_out", code)]


def test_a_question_left_out_is_not_a_no(field):
    answers = {code: False for code in ALL_NO if code != "red_line"}

    assert codes_of(lambda: talking.log_screened(field, screening=answers)) == [("not_answered", "red_line")]


@pytest.mark.parametrize("posture", ["CLOSELY_HELD", "COMPLIANT_ONLY", "STRATEGY_BASED"])
def test_screening_is_no_way_round_a_posture_that_asks_for_a_decision(posture):
    field = make_field("UNMIT", posture)

    assert codes_of(lambda: talking.log_screened(field)) == [("level", "")]


def prohibit(field):
    missions.prohibit(
        mission=field.mission,
        group_id=field.group.pk,
        subject="Upper Mbali Front",
        text="No contact.",
        review_on=(MEETING + timedelta(days=90)).date(),
        issuer_title="Head of mission",
        by=field.eyes("helen", MEETING),
        at=MEETING,
    )


def told(field):
    return list(Notice.objects.filter(kind=Notice.Kind.CONTACT_ALERT).values_list("user__name", flat=True))


def test_a_prohibition_is_found_after_the_fact_and_the_poc_adviser_is_told(field):
    prohibit(field)

    contact = talking.log_screened(field)

    assert contacts.alerts(contact, at=AFTERWARDS) == ("G-01",)
    assert told(field) == ["Paula"]


def test_a_listing_by_the_security_council_is_found_after_the_fact(field):
    nsags.label(
        group=field.group,
        value="sanctioned",
        issuer="unsc",
        issuer_name="1533 Committee",
        legal_basis="1533",
        starts_on=BEFORE.date(),
        by=field.eyes("paula", BEFORE),
        at=BEFORE,
    )

    contact = talking.log_screened(field)

    assert contacts.alerts(contact, at=AFTERWARDS) == ("G-02",)
    assert told(field) == ["Paula"]


def test_an_intermediary_without_recorded_consent_is_found_after_the_fact(field):
    contact = talking.log_screened(field, modality=Modality.INTERMEDIARY)

    assert contacts.alerts(contact, at=AFTERWARDS) == ("G-12",)


def test_a_parallel_dialogue_of_somebody_else_is_found_after_the_fact(field):
    talking.approve(field)

    contact = talking.log_screened(field, name="bruno")

    assert contacts.alerts(contact, at=AFTERWARDS) == ("G-16",)
    assert contacts.alerts(talking.log_screened(field), at=AFTERWARDS) == ()
