"""Logging contacts under an approval and without one, and following up what was promised."""

from datetime import UTC, date, datetime, timedelta

import pytest

from audit.models import Event
from engagement.models import (
    Assessment,
    Commitment,
    Contact,
    Decision,
    EngagementStatus,
    Modality,
    Notice,
    RequestStatus,
)
from engagement.services import assessing, contacts, dialogue
from missions.models import Area
from missions.postings import access_for
from tests import factories
from tests.factories import engagement_of
from tests.refusing import refusals, refused

pytestmark = pytest.mark.django_db

MEETING = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
AFTERWARDS = MEETING + timedelta(hours=4)


def log(author, **told):
    """Log what was said at the meeting."""
    return factories.make_contact(author=author, **({"happened_at": MEETING, "at": AFTERWARDS} | told))


@pytest.fixture
def other_group(amina):
    return factories.make_group(author=amina, name="Red Hills", at=MEETING)


# Under an approval


def test_the_first_contact_starts_the_dialogue(amina, group, mission, engagement):
    contact = log(amina, engagement=engagement)

    assert (contact.path, contact.group) == (Contact.Path.PLANNED, group)
    assert contact.office == mission.offices.get(name="Bria")
    assert engagement_of(engagement.request).status == EngagementStatus.ACTIVE
    kinds = Event.objects.filter(at=AFTERWARDS).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["contact.logged", "engagement.started"]


def test_a_second_contact_changes_no_status(amina, engagement):
    log(amina, engagement=engagement)
    log(amina, engagement=engagement, at=AFTERWARDS + timedelta(days=1))

    assert engagement_of(engagement.request).status_at == AFTERWARDS


def test_a_contact_with_another_group_is_refused(amina, other_group, engagement):
    [refusal] = refusals(log, amina, engagement=engagement, group=other_group)

    assert (refusal.code, refusal.field) == ("wrong_group", "group")
    assert "for another group" in refusal.message


def test_a_contact_in_another_area_is_refused_and_one_inside_the_area_is_not(amina, mission, engagement):
    other = Area.objects.create(mission=mission, name="Ndele", pcode="X02")
    inside = Area.objects.create(mission=mission, name="Bria market", pcode="X03", parent=engagement.area)

    assert refused(log, amina, engagement=engagement, area=other) == {"wrong_area"}
    assert refused(log, amina, engagement=engagement, area=None) == {"wrong_area"}
    assert log(amina, engagement=engagement, area=inside).area == inside


def test_a_contact_of_another_kind_is_refused(amina, engagement):
    [refusal] = refusals(log, amina, engagement=engagement, modality=Modality.REMOTE)

    assert refusal.code == "wrong_modality"
    assert refusal.message.endswith("In person.")


@pytest.mark.parametrize(
    ("happened_at", "is_covered"),
    [
        (datetime(2026, 3, 3, 22, 59, tzinfo=UTC), False),  # 3 March, 23:59 in Bangui
        (datetime(2026, 3, 3, 23, 0, tzinfo=UTC), True),  # 4 March, midnight in Bangui
        (datetime(2026, 3, 30, 22, 59, tzinfo=UTC), True),  # 30 March, the last minute in Bangui
        (datetime(2026, 3, 30, 23, 0, tzinfo=UTC), False),  # 31 March in Bangui
    ],
)
def test_an_approval_covers_its_days_from_midnight_to_midnight_in_the_mission(
    amina, mission, approve, happened_at, is_covered
):
    mission.timezone = "Africa/Bangui"
    mission.save()
    engagement = approve(valid_until=date(2026, 3, 30))
    told = {"engagement": engagement, "happened_at": happened_at, "at": happened_at + timedelta(minutes=30)}

    if is_covered:
        assert log(amina, **told).engagement == engagement
    else:
        [refusal] = refusals(log, amina, **told)
        assert refusal.code == "outside_dates"
        assert "4 Mar 2026 to 30 Mar 2026" in refusal.message


def test_no_more_contacts_than_approved(amina, approve):
    engagement = approve(contacts_max=1)
    log(amina, engagement=engagement)

    [refusal] = refusals(log, amina, engagement=engagement)

    assert refusal.code == "no_contacts_left"
    assert "1 contact, and that has been made" in refusal.message


def test_every_reason_is_given_at_once(amina, other_group, engagement):
    found = refusals(log, amina, engagement=engagement, group=other_group, area=None, modality=Modality.MESSAGE)

    assert {refusal.field for refusal in found} == {"group", "area", "modality"}


@pytest.fixture
def stop(amina, sven, clara, engagement):
    def stop(how, at):
        if how == "suspended":
            dialogue.suspend(engagement=engagement, reason="Shots heard.", by=access_for(sven, at), at=at)
        elif how == "redecision":
            said = {"gate": "G-20", "note": "A public report names the group."}
            assessing.declare_gate(request=engagement.request, by=access_for(clara, at), at=at, **said)
        else:
            dialogue.conclude(engagement=engagement, reason="Done.", by=access_for(amina, at), at=at)
        assert engagement_of(engagement.request).status == how

    return stop


@pytest.mark.parametrize("how", ["suspended", "redecision", "concluded"])
def test_no_planned_contact_while_the_approval_does_not_stand(amina, engagement, stop, how):
    stop(how, MEETING)

    [refusal] = refusals(log, amina, engagement=engagement)

    assert refusal.code == "not_open"
    assert engagement.request.reference in refusal.message


@pytest.mark.parametrize("how", ["suspended", "redecision", "concluded"])
def test_a_contact_made_before_the_dialogue_was_stopped_is_still_a_planned_one(amina, engagement, stop, how):
    stop(how, MEETING + timedelta(hours=2))

    contact = log(amina, engagement=engagement)

    assert (contact.path, contact.engagement) == (Contact.Path.PLANNED, engagement)
    assert engagement_of(engagement.request).status == how


def test_a_contact_made_before_a_suspension_is_reported_in_time(amina, engagement, stop):
    stop("suspended", MEETING + timedelta(hours=2))

    [refusal] = refusals(log, amina, engagement=engagement, at=MEETING + timedelta(hours=49))

    assert refusal.code == "reported_late"
    assert "7 Mar 2026" in refusal.message


def test_a_contact_made_while_the_dialogue_was_stopped_stays_outside_it_after_it_went_on(
    amina, joseph, engagement, stop
):
    stop("suspended", MEETING - timedelta(hours=3))
    again = MEETING + timedelta(hours=2)
    dialogue.resume(engagement=engagement, reason="The road is calm.", by=access_for(joseph, again), at=again)

    [refusal] = refusals(log, amina, engagement=engagement)

    assert refusal.code == "not_open"
    assert "was stopped at" in refusal.message
    later = again + timedelta(minutes=10)
    assert log(amina, engagement=engagement, happened_at=later, at=later).engagement == engagement


def test_a_decision_covers_no_contact_of_the_same_morning(amina, joseph, group):
    evening, morning = datetime(2026, 3, 4, 20, 36, 40, tzinfo=UTC), datetime(2026, 3, 4, 6, 0, tzinfo=UTC)
    request = factories.make_request(author=amina, group=group, band="LOW", status=RequestStatus.READY, at=evening)
    factories.decide(request, Decision.Outcome.APPROVE, by=joseph, at=evening)
    told = {"engagement": engagement_of(request), "at": evening + timedelta(hours=1)}

    [refusal] = refusals(log, amina, happened_at=morning, **told)

    assert (refusal.code, refusal.field) == ("before_approval", "happened_at")
    # A time is typed to the minute, and so is the one of the decision.
    assert log(amina, happened_at=evening.replace(second=0), **told).engagement == told["engagement"]


def test_a_lapsed_approval_covers_no_later_contact(amina, engagement):
    after = datetime(2026, 6, 9, 12, 0, tzinfo=UTC)
    dialogue.lapse_expired(after)

    assert refused(log, amina, engagement=engagement, happened_at=after, at=after) == {"not_open", "outside_dates"}


def test_the_report_of_a_contact_on_the_last_day_may_come_the_next_morning(amina, approve):
    engagement = approve(valid_until=MEETING.date())
    next_morning = MEETING + timedelta(hours=22)
    dialogue.lapse_expired(next_morning)
    assert engagement_of(engagement.request).status == EngagementStatus.LAPSED

    assert log(amina, engagement=engagement, at=next_morning).engagement == engagement

    assert refused(log, amina, engagement=engagement, at=MEETING + timedelta(hours=49)) == {"reported_late"}


def test_nobody_logs_what_has_not_happened_or_what_is_long_past(amina, group):
    tomorrow, in_another_year = AFTERWARDS + timedelta(days=1), AFTERWARDS - timedelta(days=400)

    assert refused(log, amina, group=group, happened_at=tomorrow) == {"in_the_future"}
    assert refused(log, amina, group=group, happened_at=in_another_year) == {"too_long_ago"}


def test_a_refused_contact_leaves_nothing_behind(amina, engagement, access):
    before = Event.objects.count()

    refused(log, amina, engagement=engagement, modality=Modality.REMOTE)

    assert Event.objects.count() == before
    assert not Contact.objects.visible_to(access(amina)).exists()


def test_a_stranger_cannot_log_in_the_mission(omar, group):
    assert "may_not_log" in refused(log, omar, group=group)


# Without an approval


def test_an_unplanned_contact_is_never_refused_for_lack_of_approval(amina, mission):
    contact = log(amina, group=None, area=None)

    assert (contact.path, contact.group) == (Contact.Path.UNPLANNED, None)
    assert contact.office == mission.offices.get(name="Bria")


def test_the_poc_adviser_is_told_of_an_unplanned_contact(amina, clara, group):
    contact = log(amina, group=group)

    notice = Notice.objects.get(kind=Notice.Kind.CONTACT_TO_CLASSIFY)
    assert (notice.user, notice.reference) == (clara, contact.reference)


def test_an_unplanned_contact_keeps_why_it_was_outside_the_approval(amina, group, engagement):
    contact = log(amina, group=group, outside_approval=["wrong_area"], offered_under=engagement)

    assert contact.outside_approval == ["wrong_area"]


def test_a_contact_offered_under_a_closely_held_request_stays_in_its_circle(
    amina, joseph, sven, clara, group, mission, engagement, access
):
    circle = factories.make_compartment(mission=mission, owner=joseph, at=MEETING)
    engagement.request.compartment = circle
    engagement.request.save()

    contact = log(amina, group=group, offered_under=engagement)

    assert contact.compartment == circle
    assert not Contact.objects.visible_to(access(sven, AFTERWARDS)).exists()
    assert not Notice.objects.filter(user=clara, reference=contact.reference).exists()


def test_the_security_adviser_is_told_of_a_safety_problem(amina, sven, group):
    contact = log(amina, group=group, has_safety_problem=True)

    notice = Notice.objects.get(kind=Notice.Kind.CONTACT_ALERT)
    assert (notice.user, notice.reference) == (sven, contact.reference)


def test_only_the_one_who_logged_a_contact_describes_its_safety_problem_and_once(amina, colleague, group):
    contact = log(amina, group=group, has_safety_problem=True)

    def note(user, text):
        return contacts.note_safety(contact=contact, text=text, by=access_for(user, AFTERWARDS), at=AFTERWARDS)

    assert refused(note, colleague, "x") == {"not_yours"}
    contact = note(amina, "A trader was followed.")
    assert contact.safety_note == "A trader was followed."
    assert refused(note, amina, "y") == {"nothing_to_add"}


# Classifying


def classify(contact, user, classification):
    by = access_for(user, AFTERWARDS)
    return contacts.classify(contact=contact, classification=classification, by=by, at=AFTERWARDS)


def test_the_poc_adviser_classifies_an_unplanned_contact_once(amina, clara, group):
    contact = classify(log(amina, group=group), clara, "needs_request")

    assert (contact.classification, contact.classified_by) == ("needs_request", clara)
    assert refused(classify, contact, clara, "no_action") == {"already_classified"}


def test_a_field_officer_classifies_nothing_and_a_planned_contact_needs_no_class(amina, engagement):
    contact = log(amina, engagement=engagement)

    assert refused(classify, contact, amina, "no_action") == {"not_poc_adviser", "not_unplanned"}


# Commitments


def promise(contact, user, *, author=Commitment.By.US, check_on=date(2026, 3, 11), text="We bring the list."):
    by = access_for(user, AFTERWARDS)
    return contacts.record_commitment(
        contact=contact, author=author, text=text, check_on=check_on, by=by, at=AFTERWARDS
    )


def check(commitment, user, state="consistent", **changes):
    at = AFTERWARDS + timedelta(days=7)
    return contacts.check_commitment(commitment=commitment, state=state, by=access_for(user, at), at=at, **changes)


@pytest.fixture
def commitment(amina, engagement):
    contact = log(amina, engagement=engagement)
    return promise(contact, amina, author=Commitment.By.THEM, text="The checkpoint is lifted by market day.")


def test_a_new_commitment_starts_with_not_enough_information(commitment):
    assert commitment.state == Commitment.State.NOT_ENOUGH
    assert commitment.contact.has_promise


def test_nobody_checks_their_own_commitment(amina, commitment):
    assert refused(check, commitment, amina) == {"own_commitment"}


def test_whoever_wrote_a_promise_down_does_not_check_it_either(clara, colleague, commitment):
    noted = promise(commitment.contact, colleague)

    assert refused(check, noted, colleague) == {"own_commitment"}
    assert check(noted, clara).checked_by == clara


def test_another_officer_records_a_check_and_the_day_of_the_next(colleague, commitment):
    checked = check(commitment, colleague, next_check_on=date(2026, 3, 25))

    assert (checked.state, checked.checked_by) == (Commitment.State.CONSISTENT, colleague)
    assert checked.check_on == date(2026, 3, 25)


def test_a_verified_breach_by_the_group_holds_the_dialogue_until_a_new_decision(
    amina, joseph, colleague, commitment, engagement
):
    check(commitment, colleague, state="breach")

    held = engagement_of(engagement.request)
    assert held.status == EngagementStatus.REDECISION
    assert commitment.contact.reference in held.status_reason
    told = Notice.objects.filter(kind=Notice.Kind.FACTS_CHANGED)
    assert {notice.user for notice in told} == {amina, joseph}


def test_a_breach_in_a_hidden_contact_is_not_told_to_readers_who_may_not_open_it(
    amina, colleague, joseph, sven, group, mission, engagement, access
):
    contact = log(amina, group=group)
    members = [amina, colleague]
    contact.compartment = factories.make_compartment(mission=mission, owner=joseph, members=members, at=MEETING)
    contact.save()
    hidden = promise(contact, amina, author=Commitment.By.THEM, text="No tax at Bria.")

    check(hidden, colleague, state="breach")

    held = engagement_of(engagement.request)
    assert (held.status, held.status_by) == (EngagementStatus.REDECISION, None)
    assert held.status_reason == "Breach of a commitment verified."
    written = Event.objects.filter(object_id=held.request_id, at__gte=AFTERWARDS)
    assert set(written.values_list("kind", "actor_id")) >= {("engagement.frozen", None), ("request.reassessed", None)}
    assert not written.filter(actor_id=colleague.pk).exists()
    latest = Assessment.objects.visible_to(access(sven)).filter(request=held.request_id).latest("assessed_at")
    assert (latest.note, latest.assessed_by) == ("Breach of a commitment verified.", None)


def test_a_breach_of_our_own_promise_stops_nothing(amina, colleague, commitment, engagement):
    ours = promise(commitment.contact, amina)

    check(ours, colleague, state="breach")

    assert engagement_of(engagement.request).status == EngagementStatus.ACTIVE


def test_a_commitment_is_checked_after_the_contact_in_a_stated_word(amina, colleague, commitment):
    before = date(2026, 2, 9)

    assert refused(promise, commitment.contact, amina, author="them", text=" ", check_on=before) == {
        "no_text",
        "check_too_early",
    }
    assert refused(check, commitment, colleague, "kept", next_check_on=before) == {"no_state", "check_in_the_past"}
