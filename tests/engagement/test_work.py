"""My work: what ends soon, what was promised, and what was left unfinished."""

from datetime import datetime, timedelta

from django.urls import reverse

from engagement.models import EngagementStatus, FormDraft, RequestStatus
from engagement.services import contacts
from missions import services as missions
from missions.roles import Authority, Role
from tests import factories
from tests.engagement import handling


def my_work(client):
    return " ".join(client.get(reverse("engagement:work")).content.decode().split())


def test_an_approval_that_ends_within_two_weeks_is_due_soon(amina, signed_in, clock, at):
    engagement = factories.make_engagement(author=amina, at=at)
    last_day = datetime.combine(engagement.ends_on, at.time(), tzinfo=at.tzinfo)

    assert "Approval ends" not in my_work(signed_in(amina))

    clock(last_day - timedelta(days=13))
    assert "Approval ends" in my_work(signed_in(amina))


def test_a_promise_to_check_is_due_soon_whoever_made_it(amina, signed_in, access, at):
    engagement = factories.make_engagement(author=amina, at=at, status=EngagementStatus.ACTIVE)
    contact = factories.make_contact(author=amina, engagement=engagement, at=at + timedelta(minutes=5))
    client = signed_in(amina)
    for author, text in (("us", "Send seeds"), ("them", "Open the road")):
        contacts.record_commitment(
            contact=contact, author=author, text=text, check_on=(at + timedelta(days=3)).date(), by=access(amina), at=at
        )

    text = my_work(client)

    assert "Send seeds" in text
    assert "Check: our promise" in text
    assert "Check: their promise" in text


def test_a_log_left_unfinished_can_be_taken_up_again(amina, signed_in, at):
    FormDraft.objects.create(user=amina, form="unplanned", content={}, saved_at=at)

    text = my_work(signed_in(amina))

    assert "Log of a chance contact" in text
    assert "Continue where you stopped" in text


def test_what_waits_says_for_whom_and_what_is_blocked_or_deferred(amina, signed_in, at):
    for status in (RequestStatus.IN_ADVICE, RequestStatus.READY, RequestStatus.BLOCKED, RequestStatus.DEFERRED):
        factories.make_request(author=amina, at=at, status=status)

    text = my_work(signed_in(amina))

    assert "Waiting for others (4)" in text
    assert "Blocked: nobody may decide while a gate stands" in text
    assert "Deferred by the decider" in text
    assert "POC adviser" in text


def test_what_is_late_says_so(amina, signed_in, clock, at):
    factories.make_request(author=amina, at=at, status=RequestStatus.IN_ADVICE)

    clock(at + timedelta(hours=5))
    assert "43 hours left" in my_work(signed_in(amina))

    clock(at + timedelta(hours=49))
    assert "Overdue" in my_work(signed_in(amina))


def test_another_officer_finds_none_of_it(amina, yusuf, signed_in, at):
    factories.make_request(author=amina, at=at, status=RequestStatus.IN_ADVICE)

    assert "Nothing waits for you." in my_work(signed_in(yusuf))


def test_somebody_whose_posting_has_ended_is_told_whom_to_ask(amina, maya, mission, signed_in, access, at):
    FormDraft.objects.create(user=amina, form="unplanned", content={}, saved_at=at)
    missions.end_posting(posting=mission.postings.get(user=amina), by=access(maya), at=at)

    text = my_work(signed_in(amina))

    assert "You are not posted to a mission now." in text
    assert "Log of a chance contact" in text


def test_advice_that_is_owed_stands_with_its_title_and_deadline_until_it_is_given(amina, clara, signed_in, at):
    asked = factories.make_request(author=amina, at=at, status=RequestStatus.IN_ADVICE)
    client = signed_in(clara)

    client.post(reverse("engagement:seen"))
    text = my_work(client)

    assert "Do now (1)" in text
    assert asked.title in text
    assert "Your advice is asked for" in text
    assert f"{reverse('engagement:advise', args=[asked.reference])}?role=" in text
    assert "Due" in text

    factories.advise(asked, Role.POC_ADVISER, at=at)
    assert "Give advice" not in my_work(client)


def test_a_contact_to_classify_is_owed_within_three_days(amina, clara, signed_in, clock, at):
    contact = factories.make_contact(author=amina, at=at)
    client = signed_in(clara)

    client.post(reverse("engagement:seen"))

    assert reverse("engagement:classify", args=[contact.reference]) in my_work(client)
    assert "Late" not in my_work(client)
    clock(at + timedelta(hours=73))
    assert "Late" in my_work(signed_in(clara))


def test_what_is_owed_stands_in_the_order_of_its_deadlines(amina, clara, signed_in, clock, at):
    contact = factories.make_contact(author=amina, at=at)
    asked = factories.make_request(author=amina, at=at, status=RequestStatus.IN_ADVICE)

    text = my_work(signed_in(clara))

    assert asked.advice_due_at < contact.created_at + timedelta(hours=72)
    assert text.index(asked.reference) < text.index(contact.reference)


def test_a_decision_that_waits_for_a_head_of_office_is_owed(amina, odile, signed_in, at):
    asked = factories.make_request(author=amina, at=at, status=RequestStatus.READY, band="MODERATE")

    text = my_work(signed_in(odile))

    assert asked.assessment.authority == Authority.L1
    assert "Your decision is asked for" in text
    assert asked.title in text


def test_what_a_second_person_has_to_answer_cannot_be_taken_off(mission, signed_in, at):
    lena, karim = handling.handlers(mission, at=at)
    source = handling.make_source(handler=lena, alternate=karim, at=at, identity=handling.zebediah())
    reveal = handling.ask(source, by=lena, at=at)
    client = signed_in(karim)

    client.post(reverse("engagement:seen"))
    assert "Do now (1)" in my_work(client)
    assert source.reference in my_work(client)

    handling.agree(reveal, by=karim, at=at)
    assert "Do now" not in my_work(client)


def test_a_notice_that_asks_for_nothing_can_be_taken_off(amina, signed_in, at):
    asked = factories.make_request(author=amina, at=at, status=RequestStatus.READY)
    factories.decide(asked, "approve", at=at)
    client = signed_in(amina)
    assert "A decision was taken" in my_work(client)
    assert asked.title in my_work(client)

    client.post(reverse("engagement:seen"))

    assert "A decision was taken" not in my_work(client)


def test_my_work_asks_the_database_no_more_however_much_waits(
    amina, clara, signed_in, at, django_assert_max_num_queries
):
    client = signed_in(clara)
    for number in range(4):
        factories.make_request(author=amina, at=at + timedelta(minutes=number), status=RequestStatus.IN_ADVICE)
        factories.make_contact(author=amina, at=at)

    with django_assert_max_num_queries(12):
        my_work(client)
