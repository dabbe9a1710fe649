"""Logging contacts under an approval and without one, and following up what was promised."""

from datetime import UTC, date, datetime, timedelta

import pytest

from audit.models import Event
from engagement.models import Assessment, Commitment, Contact, EngagementStatus, Modality, Notice
from engagement.services import assessing, contacts, dialogue
from missions.models import Area
from missions.refusals import Refused
from nsags import services as nsags
from tests import factories
from tests.engagement import talking
from tests.engagement.asking import Field, make_field
from tests.engagement.talking import AFTERWARDS, MEETING

pytestmark = pytest.mark.django_db


@pytest.fixture
def field() -> Field:
    return make_field()


@pytest.fixture
def engagement(field):
    return talking.approve(field)


def refusals_of(act):
    with pytest.raises(Refused) as refused:
        act()
    return {refusal.code: refusal for refusal in refused.value.refusals}


# Under an approval


def test_the_first_contact_starts_the_dialogue(field, engagement):
    contact = talking.log_planned(field, engagement)

    assert (contact.path, contact.group, contact.office) == (Contact.Path.PLANNED, field.group, field.office)
    assert talking.reread(field, engagement).status == EngagementStatus.ACTIVE
    kinds = Event.objects.filter(at=AFTERWARDS).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["contact.logged", "engagement.started"]


def test_a_second_contact_changes_no_status(field, engagement):
    talking.log_planned(field, engagement)
    later = AFTERWARDS + timedelta(days=1)
    talking.log_planned(field, engagement, at=later)

    assert talking.reread(field, engagement).status_at == AFTERWARDS


def test_a_contact_with_another_group_is_refused(field, engagement):
    other = nsags.add_group(mission=field.mission, name="Red Hills", by=field.eyes("aline"), at=MEETING)

    refused = refusals_of(lambda: talking.log_planned(field, engagement, group=other))

    assert set(refused) == {"wrong_group"}
    assert refused["wrong_group"].field == "group"
    assert "Upper Mbali Front" in refused["wrong_group"].message


def test_a_contact_in_another_area_is_refused_and_one_inside_the_area_is_not(field, engagement):
    other = Area.objects.create(mission=field.mission, name="Ndele", pcode="X02")
    inside = Area.objects.create(mission=field.mission, name="Tora market", pcode="X03", parent=field.area)

    assert set(refusals_of(lambda: talking.log_planned(field, engagement, area=other))) == {"wrong_area"}
    assert set(refusals_of(lambda: talking.log_planned(field, engagement, area=None))) == {"wrong_area"}
    assert talking.log_planned(field, engagement, area=inside).area == inside


def test_a_contact_of_another_kind_is_refused(field, engagement):
    refused = refusals_of(lambda: talking.log_planned(field, engagement, modality=Modality.REMOTE))

    assert set(refused) == {"wrong_modality"}
    assert refused["wrong_modality"].message.endswith("In person.")


@pytest.mark.parametrize(
    ("happened_at", "is_covered"),
    [
        (datetime(2026, 11, 23, 22, 59, tzinfo=UTC), False),  # 23 November, 23:59 in Bangui
        (datetime(2026, 11, 23, 23, 0, tzinfo=UTC), True),  # 24 November, midnight in Bangui
        (datetime(2026, 12, 20, 22, 59, tzinfo=UTC), True),  # 20 December, the last minute in Bangui
        (datetime(2026, 12, 20, 23, 0, tzinfo=UTC), False),  # 21 December in Bangui
    ],
)
def test_an_approval_covers_its_days_from_midnight_to_midnight_in_the_mission(field, happened_at, is_covered):
    field.mission.timezone = "Africa/Bangui"
    field.mission.save()
    engagement = talking.approve(field, valid_until=date(2026, 12, 20))
    at = happened_at + timedelta(minutes=30)

    if is_covered:
        assert talking.log_planned(field, engagement, happened_at=happened_at, at=at).engagement == engagement
    else:
        refused = refusals_of(lambda: talking.log_planned(field, engagement, happened_at=happened_at, at=at))
        assert set(refused) == {"outside_dates"}
        assert "24 Nov 2026 to 20 Dec 2026" in refused["outside_dates"].message


def test_no_more_contacts_than_approved(field):
    engagement = talking.approve(field, contacts_max=1)
    talking.log_planned(field, engagement)

    refused = refusals_of(lambda: talking.log_planned(field, engagement))

    assert set(refused) == {"no_contacts_left"}
    assert "1 contact, and that has been made" in refused["no_contacts_left"].message


def test_every_reason_is_given_at_once(field, engagement):
    other = nsags.add_group(mission=field.mission, name="Red Hills", by=field.eyes("aline"), at=MEETING)

    refused = refusals_of(
        lambda: talking.log_planned(field, engagement, group=other, area=None, modality=Modality.MESSAGE)
    )

    assert {refusal.field for refusal in refused.values()} == {"group", "area", "modality"}


def stop(field, engagement, how, at):
    if how == "suspended":
        dialogue.suspend(engagement=engagement, reason="Shots heard.", by=field.eyes("sven", at), at=at)
    elif how == "redecision":
        said = {"gate": "G-20", "note": "A public report names the group."}
        assessing.declare_gate(request=engagement.request, by=field.eyes("paula", at), at=at, **said)
    else:
        dialogue.conclude(engagement=engagement, reason="Done.", by=field.eyes("aline", at), at=at)
    assert talking.reread(field, engagement).status == how


@pytest.mark.parametrize("how", ["suspended", "redecision", "concluded"])
def test_no_planned_contact_while_the_approval_does_not_stand(field, engagement, how):
    stop(field, engagement, how, MEETING)

    refused = refusals_of(lambda: talking.log_planned(field, engagement))

    assert set(refused) == {"not_open"}
    assert engagement.request.reference in refused["not_open"].message


@pytest.mark.parametrize("how", ["suspended", "redecision", "concluded"])
def test_a_contact_made_before_the_dialogue_was_stopped_is_still_a_planned_one(field, engagement, how):
    stop(field, engagement, how, MEETING + timedelta(hours=2))

    contact = talking.log_planned(field, engagement)

    assert (contact.path, contact.engagement) == (Contact.Path.PLANNED, engagement)
    assert talking.reread(field, engagement).status == how


def test_a_contact_made_before_a_suspension_is_reported_in_time(field, engagement):
    stop(field, engagement, "suspended", MEETING + timedelta(hours=2))
    too_late = MEETING + timedelta(hours=49)

    refused = refusals_of(lambda: talking.log_planned(field, engagement, at=too_late))

    assert set(refused) == {"reported_late"}
    assert "27 Nov 2026" in refused["reported_late"].message


def test_a_contact_made_while_the_dialogue_was_stopped_stays_outside_it_after_it_went_on(field, engagement):
    stop(field, engagement, "suspended", MEETING - timedelta(hours=3))
    again = MEETING + timedelta(hours=2)
    dialogue.resume(engagement=engagement, reason="The road is calm.", by=field.eyes("helen", again), at=again)

    refused = refusals_of(lambda: talking.log_planned(field, engagement))

    assert set(refused) == {"not_open"}
    assert "was stopped at" in refused["not_open"].message
    later = again + timedelta(minutes=10)
    assert talking.log_planned(field, engagement, happened_at=later, at=later).engagement == engagement


def test_a_decision_covers_no_contact_of_the_same_morning(field):
    evening, morning = datetime(2026, 11, 24, 20, 36, 40, tzinfo=UTC), datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    engagement = talking.approve(field, at=evening)
    at = evening + timedelta(hours=1)

    refused = refusals_of(lambda: talking.log_planned(field, engagement, happened_at=morning, at=at))

    assert set(refused) == {"before_approval"}
    assert refused["before_approval"].field == "happened_at"
    # A time is typed to the minute, and so is the one of the decision.
    minute = evening.replace(second=0)
    assert talking.log_planned(field, engagement, happened_at=minute, at=at).engagement == engagement


def test_a_lapsed_approval_covers_no_later_contact(field, engagement):
    after = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
    dialogue.lapse_expired(after)

    refused = refusals_of(lambda: talking.log_planned(field, engagement, happened_at=after, at=after))

    assert set(refused) == {"not_open", "outside_dates"}


def test_the_report_of_a_contact_on_the_last_day_may_come_the_next_morning(field):
    engagement = talking.approve(field, valid_until=MEETING.date())
    next_morning = MEETING + timedelta(hours=22)
    dialogue.lapse_expired(next_morning)
    assert talking.reread(field, engagement).status == EngagementStatus.LAPSED

    assert talking.log_planned(field, engagement, at=next_morning).engagement == engagement

    too_late = MEETING + timedelta(hours=49)
    assert set(refusals_of(lambda: talking.log_planned(field, engagement, at=too_late))) == {"reported_late"}


def test_nobody_logs_what_has_not_happened_or_what_is_long_past(field):
    tomorrow, in_another_year = AFTERWARDS + timedelta(days=1), AFTERWARDS - timedelta(days=400)

    assert set(refusals_of(lambda: talking.log_unplanned(field, happened_at=tomorrow))) == {"in_the_future"}
    assert set(refusals_of(lambda: talking.log_unplanned(field, happened_at=in_another_year))) == {"too_long_ago"}


def test_a_refused_contact_leaves_nothing_behind(field, engagement):
    before = Event.objects.count()

    refusals_of(lambda: talking.log_planned(field, engagement, modality=Modality.REMOTE))

    assert Event.objects.count() == before
    assert not Contact.objects.visible_to(field.eyes("aline")).exists()


def test_a_stranger_cannot_log_in_the_mission(field):
    with pytest.raises(Refused):
        talking.log_unplanned(field, name="omar")


# Without an approval


def test_an_unplanned_contact_is_never_refused_for_lack_of_approval(field):
    contact = talking.log_unplanned(field, group=None, area=None)

    assert (contact.path, contact.group, contact.office) == (Contact.Path.UNPLANNED, None, field.office)


def test_the_poc_adviser_is_told_of_an_unplanned_contact(field):
    contact = talking.log_unplanned(field)

    notice = Notice.objects.get(kind=Notice.Kind.CONTACT_TO_CLASSIFY)
    assert (notice.user, notice.reference) == (field.people["paula"], contact.reference)


def test_an_unplanned_contact_keeps_why_it_was_outside_the_approval(field, engagement):
    contact = talking.log_unplanned(field, outside_approval=["wrong_area"], offered_under=engagement)

    assert contact.outside_approval == ["wrong_area"]


def test_a_contact_offered_under_a_closely_held_request_stays_in_its_circle(field, engagement):
    circle = factories.make_compartment(mission=field.mission, owner=field.people["helen"], at=MEETING)
    engagement.request.compartment = circle
    engagement.request.save()

    contact = talking.log_unplanned(field, offered_under=engagement)

    assert contact.compartment == circle
    assert not Contact.objects.visible_to(field.eyes("sven", AFTERWARDS)).exists()
    assert not Notice.objects.filter(user=field.people["paula"], reference=contact.reference).exists()


def test_the_security_adviser_is_told_of_a_safety_problem(field):
    contact = talking.log_unplanned(field, has_safety_problem=True)

    notice = Notice.objects.get(kind=Notice.Kind.CONTACT_ALERT)
    assert (notice.user, notice.reference) == (field.people["sven"], contact.reference)


def test_only_the_one_who_logged_a_contact_describes_its_safety_problem_and_once(field):
    contact = talking.log_unplanned(field, has_safety_problem=True)
    aline, bruno = field.eyes("aline", AFTERWARDS), field.eyes("bruno", AFTERWARDS)

    assert set(refusals_of(lambda: contacts.note_safety(contact=contact, text="x", by=bruno, at=AFTERWARDS))) == {
        "not_yours"
    }
    contact = contacts.note_safety(contact=contact, text="A trader was followed.", by=aline, at=AFTERWARDS)
    assert contact.safety_note == "A trader was followed."
    assert set(refusals_of(lambda: contacts.note_safety(contact=contact, text="y", by=aline, at=AFTERWARDS))) == {
        "nothing_to_add"
    }


# Classifying


def test_the_poc_adviser_classifies_an_unplanned_contact_once(field):
    contact = talking.log_unplanned(field)
    paula, at = field.eyes("paula", AFTERWARDS), AFTERWARDS

    contact = contacts.classify(contact=contact, classification="needs_request", by=paula, at=at)

    assert (contact.classification, contact.classified_by) == ("needs_request", field.people["paula"])
    again = refusals_of(lambda: contacts.classify(contact=contact, classification="no_action", by=paula, at=at))
    assert set(again) == {"already_classified"}


def test_a_field_officer_classifies_nothing_and_a_planned_contact_needs_no_class(field, engagement):
    contact = talking.log_planned(field, engagement)
    aline = field.eyes("aline", AFTERWARDS)

    refused = refusals_of(
        lambda: contacts.classify(contact=contact, classification="no_action", by=aline, at=AFTERWARDS)
    )

    assert set(refused) == {"not_poc_adviser", "not_unplanned"}


# Commitments


@pytest.fixture
def commitment(field, engagement):
    contact = talking.log_planned(field, engagement)
    return contacts.record_commitment(
        contact=contact,
        author=Commitment.By.THEM,
        text="The checkpoint at Tora is lifted by market day.",
        check_on=date(2026, 12, 1),
        by=field.eyes("aline", AFTERWARDS),
        at=AFTERWARDS,
    )


def check(field, commitment, name, state="consistent", **changes):
    at = AFTERWARDS + timedelta(days=7)
    return contacts.check_commitment(commitment=commitment, state=state, by=field.eyes(name, at), at=at, **changes)


def test_a_new_commitment_starts_with_not_enough_information(commitment):
    assert commitment.state == Commitment.State.NOT_ENOUGH
    assert commitment.contact.has_promise


def test_nobody_checks_their_own_commitment(field, commitment):
    refused = refusals_of(lambda: check(field, commitment, "aline"))

    assert set(refused) == {"own_commitment"}


def test_whoever_wrote_a_promise_down_does_not_check_it_either(field, commitment):
    noted = contacts.record_commitment(
        contact=commitment.contact,
        author=Commitment.By.US,
        text="We bring the list of incidents.",
        check_on=date(2026, 12, 1),
        by=field.eyes("bruno", AFTERWARDS),
        at=AFTERWARDS,
    )

    assert set(refusals_of(lambda: check(field, noted, "bruno"))) == {"own_commitment"}
    assert check(field, noted, "paula").checked_by == field.people["paula"]


def test_another_officer_records_a_check_and_the_day_of_the_next(field, commitment):
    checked = check(field, commitment, "bruno", next_check_on=date(2026, 12, 15))

    assert (checked.state, checked.checked_by) == (Commitment.State.CONSISTENT, field.people["bruno"])
    assert checked.check_on == date(2026, 12, 15)


def test_a_verified_breach_by_the_group_holds_the_dialogue_until_a_new_decision(field, commitment, engagement):
    check(field, commitment, "bruno", state="breach")

    held = talking.reread(field, engagement)
    assert held.status == EngagementStatus.REDECISION
    assert commitment.contact.reference in held.status_reason
    told = set(Notice.objects.filter(kind=Notice.Kind.FACTS_CHANGED).values_list("user__name", flat=True))
    assert told == {"Aline", "Helen"}


def test_a_breach_in_a_hidden_contact_is_not_told_to_readers_who_may_not_open_it(field, engagement):
    people = field.people
    members = [people["aline"], people["bruno"]]
    circle = factories.make_compartment(mission=field.mission, owner=people["helen"], members=members, at=MEETING)
    contact = talking.log_unplanned(field)
    contact.compartment = circle
    contact.save()
    promise = contacts.record_commitment(
        contact=contact,
        author=Commitment.By.THEM,
        text="No tax at Tora.",
        check_on=date(2026, 12, 1),
        by=field.eyes("aline", AFTERWARDS),
        at=AFTERWARDS,
    )

    check(field, promise, "bruno", state="breach")

    held = talking.reread(field, engagement)
    assert (held.status, held.status_by) == (EngagementStatus.REDECISION, None)
    assert held.status_reason == "Breach of a commitment verified."
    written = Event.objects.filter(object_id=held.request_id, at__gte=AFTERWARDS)
    assert set(written.values_list("kind", "actor_id")) >= {("engagement.frozen", None), ("request.reassessed", None)}
    assert not written.filter(actor_id=people["bruno"].pk).exists()
    latest = Assessment.objects.visible_to(field.eyes("sven")).filter(request=held.request_id).latest("assessed_at")
    assert (latest.note, latest.assessed_by) == ("Breach of a commitment verified.", None)


def test_a_breach_of_our_own_promise_stops_nothing(field, commitment, engagement):
    ours = contacts.record_commitment(
        contact=commitment.contact,
        author=Commitment.By.US,
        text="We bring the list.",
        check_on=date(2026, 12, 1),
        by=field.eyes("aline", AFTERWARDS),
        at=AFTERWARDS,
    )

    check(field, ours, "bruno", state="breach")

    assert talking.reread(field, engagement).status == EngagementStatus.ACTIVE


def test_a_commitment_is_checked_after_the_contact_in_a_stated_word(field, commitment):
    early = refusals_of(
        lambda: contacts.record_commitment(
            contact=commitment.contact,
            author="them",
            text=" ",
            check_on=date(2026, 11, 1),
            by=field.eyes("aline", AFTERWARDS),
            at=AFTERWARDS,
        )
    )
    odd = refusals_of(lambda: check(field, commitment, "bruno", "kept", next_check_on=date(2026, 11, 1)))

    assert set(early) == {"no_text", "check_too_early"}
    assert set(odd) == {"no_state", "check_in_the_past"}
