"""Sending a request on: what is still missing, what is frozen, and whom it reaches."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from accounts.models import User
from audit.models import Event, Kind
from engagement.models import Answer, Assessment, Notice, Request, RequestGrant, RequestStatus, Submission
from engagement.policies import submission as policies
from engagement.services import drafting, submission
from engagement.services.drafting import AnswerInput
from engagement.services.moves import move
from missions import services as missions
from missions.postings import access_for
from missions.refusals import Refused
from missions.roles import Authority, Role
from nsags import services as nsags
from protection.models import ThreatAssessment
from tests.engagement.asking import BEFORE, NOW, again, codes, complete, make_field, start

pytestmark = pytest.mark.django_db
KNOWN = AnswerInput(1, "B", "Situation report", date(2026, 11, 20))


@pytest.fixture
def field():
    return make_field()


@pytest.fixture
def ready(field):
    return complete(start(field), field)


def missing(field, request, at=NOW):
    return {(r.code, r.field) for r in policies.submit(request, by=field.eyes("aline"), at=at)}


def change(field, request, section, *, said=None, given=None):
    by = field.eyes("aline")
    drafting.save_section(request=request, section=section, fields=said or {}, answers=given or {}, by=by, at=NOW)
    return again(request, field)


def submit(field, request, at=NOW, name="aline"):
    submission.submit(request=request, by=field.eyes(name, at), at=at)
    return again(request, field)


def notices(field, name):
    return [notice.kind for notice in Notice.objects.filter(user=field.people[name])]


def test_an_empty_draft_hears_everything_that_is_missing(field):
    found = missing(field, start(field))

    assert {factor for code, factor in found if code == "no_answer"} >= {"LEG-01", "GOV-01", "SEC-01", "PRO-01"}
    assert len([1 for code, _ in found if code == "no_answer"]) == 35
    assert ("no_threat", "threat") in found
    assert ("missing", "purpose") in found
    assert ("missing", "involves_children") in found
    assert ("missing", "srm_reference") in found


def test_a_complete_request_lacks_nothing(field, ready):
    assert missing(field, ready) == set()


def test_nobody_else_submits_it(field, ready):
    assert codes(policies.submit(ready, by=field.eyes("bruno"), at=NOW)) == {"not_writer"}


def test_a_stale_threat_is_named(field, ready):
    ThreatAssessment.objects.unscoped("test").update(valid_until=NOW.date() - timedelta(days=1))

    assert missing(field, again(ready, field)) == {("stale_threat", "threat")}


@pytest.mark.parametrize("given", [replace(KNOWN, level=0), AnswerInput(None, why_unknown="Not discussed yet.")])
def test_a_request_without_a_protection_purpose_is_not_sent(field, ready, given):
    changed = change(field, ready, "purpose", given={"PRO-04": given})

    assert missing(field, changed) == {("no_purpose", "PRO-04")}


def test_security_records_are_asked_of_contacts_that_move_people(field, ready):
    expired = change(field, ready, "security", said={"srm_valid_until": date(2026, 11, 1)})
    assert missing(field, expired) == {("srm_expired", "srm_valid_until")}

    remote = change(field, ready, "plan", said={"modality": "remote"})
    assert missing(field, remote) == set()


@pytest.mark.parametrize("given", [replace(KNOWN, level=4), AnswerInput(None, why_unknown="No record yet.")])
def test_nobody_travels_at_unacceptable_risk(field, ready, given):
    changed = change(field, ready, "security", given={"SEC-01": given})

    assert missing(field, changed) == {("srm_unacceptable", "SEC-01")}


def test_an_objection_by_the_government_needs_a_justification(field, ready):
    changed = change(field, ready, "host-government", given={"GOV-01": replace(KNOWN, level=3)})
    assert missing(field, changed) == {("missing", "objection_justification")}

    changed = change(field, ready, "host-government", said={"objection_justification": "Lives depend on it."})
    assert missing(field, changed) == set()


def test_a_designated_group_needs_the_five_questions(field, ready):
    nsags.label(
        group=field.group, value="terrorist", issuer="host_state", starts_on=date(2026, 1, 1), by=field.eyes("paula"),
        at=NOW,
    )  # fmt: skip

    assert missing(field, ready) == {("missing", "label_worksheet")}


def test_a_detainee_exchange_says_whether_it_is_an_agreed_step(field, ready):
    changed = change(field, ready, "group", said={"involves_detainees": True})

    assert missing(field, changed) == {("missing", "is_recognised_step")}


def test_a_strategy_based_mission_asks_about_the_strategy():
    field = make_field("UNSTRA", posture="STRATEGY_BASED")

    assert missing(field, complete(start(field), field)) == {("missing", "inside_strategy")}


def test_certainty_needs_a_source_and_a_judgement_does_not(field, ready):
    given = {"GOV-01": replace(KNOWN, source=""), "GOV-03": replace(KNOWN, source="", confidence="C")}

    changed = change(field, ready, "host-government", given=given)

    assert missing(field, changed) == {("no_source", "GOV-01")}


def test_a_window_that_is_over_is_named(field, ready):
    assert ("window_over", "ends_on") in missing(field, ready, at=NOW + timedelta(days=29))


def promise(field, request, code, *, due_on=date(2026, 11, 24), is_reaffirmed=False):
    drafting.promise_measure(
        request=request, code=code, owner="Civil Affairs", due_on=due_on, is_reaffirmed=is_reaffirmed,
        by=field.eyes("aline"), at=NOW,
    )  # fmt: skip


def test_what_a_measure_may_make_worse_is_answered_again_with_it_in_mind(field, ready):
    promise(field, ready, "M-04")
    (refusal,) = policies.submit(ready, by=field.eyes("aline"), at=NOW)
    assert (refusal.code, refusal.field) == ("not_reaffirmed", "M-04")
    assert "Information security around the contact" in str(refusal.message)

    promise(field, ready, "M-04", is_reaffirmed=True)
    assert missing(field, ready) == set()


def test_a_measure_that_makes_nothing_worse_asks_for_no_second_answer(field, ready):
    promise(field, ready, "M-11")

    assert missing(field, ready) == set()


def test_a_measure_that_is_late_before_the_request_is_sent_is_named(field, ready):
    promise(field, ready, "M-11")

    assert missing(field, ready, at=NOW + timedelta(days=2)) == set()
    assert missing(field, ready, at=NOW + timedelta(days=3)) == {("due_date_past", "M-11")}


def test_an_incomplete_request_stays_a_draft_and_nothing_is_frozen(field):
    request = start(field)

    with pytest.raises(Refused):
        submit(field, request)

    assert again(request, field).status == RequestStatus.DRAFT
    assert not Submission.objects.unscoped("test").exists()


def test_a_low_request_is_the_requesters_own_to_decide(field, ready):
    sent = submit(field, ready)

    assert sent.status == RequestStatus.READY
    assert sent.assessment.authority == Authority.L0
    assert sent.advice_due_at is None
    assert sent.decide_by == NOW + timedelta(hours=24)
    assert notices(field, "bruno") == notices(field, "hana") == []


def test_a_graver_request_goes_to_its_advisers_with_clocks(field):
    request = complete(start(field), field, level=2)

    sent = submit(field, request)

    assert sent.status == RequestStatus.IN_ADVICE
    assert sent.advice_due_at == NOW + timedelta(hours=48)
    assert sent.decide_by == NOW + timedelta(hours=72)
    assert notices(field, "paula") == notices(field, "sven") == ["advice_wanted"]
    assert notices(field, "bruno") == []


def test_an_urgent_request_has_short_clocks(field):
    request = complete(start(field, is_urgent=True), field, level=2)

    sent = submit(field, request)

    assert sent.advice_due_at == NOW + timedelta(hours=4)
    assert sent.decide_by == NOW + timedelta(hours=24)


def test_submission_freezes_what_was_said_with_its_digest(field, ready):
    submit(field, ready)

    frozen = Submission.objects.visible_to(field.eyes("paula")).get(request=ready)
    assert frozen.content["fields"]["group"] == field.group.reference
    assert frozen.content["answers"]["GOV-01"]["level"] == 1
    assert frozen.content["facts"]["posture"] == "EXPECTED"
    assert len(frozen.digest) == 64
    assert Event.objects.filter(kind=Kind.REQUEST_SUBMITTED, object_id=ready.pk).count() == 1


def test_the_same_content_has_the_same_digest(field, ready):
    first = submission.content_of(ready, by=field.eyes("aline"), at=NOW)
    second = submission.content_of(again(ready, field), by=field.eyes("aline"), at=NOW)

    assert first == second


def test_a_prohibition_blocks_and_lifting_it_lets_the_request_go_on(field, ready):
    helen = field.eyes("helen")
    ban = missions.prohibit(
        mission=field.mission, group_id=field.group.pk, subject="Upper Mbali Front", text="No contact.",
        review_on=date(2027, 1, 1), issuer_title="Head of mission", by=helen, at=BEFORE,
    )  # fmt: skip
    blocked = submit(field, ready)
    assert blocked.status == RequestStatus.BLOCKED

    with pytest.raises(Refused) as refused:
        submission.lift_block(request=blocked, by=field.eyes("aline"), at=NOW)
    assert codes(refused.value.refusals) == {"still_blocked"}
    assert Assessment.objects.unscoped("test").count() == 1

    later = NOW + timedelta(hours=1)
    missions.lift_prohibition(prohibition=ban, by=field.eyes("helen", later), at=later)
    submission.lift_block(request=blocked, by=field.eyes("aline", later), at=later)

    assert again(ready, field).status == RequestStatus.READY
    assert Event.objects.filter(kind=Kind.REQUEST_RELEASED).exists()


def test_only_a_blocked_request_can_be_released_and_only_by_its_writers(field, ready):
    assert codes(policies.lift_block(ready, by=field.eyes("bruno"), at=NOW)) == {"not_writer", "not_blocked"}


def test_at_l4_the_headquarters_desk_may_read_the_request_for_30_days():
    field = make_field("UNHELD", posture="CLOSELY_HELD")
    desk = User.objects.create_user("desk", name="Ingrid")
    manager = User.objects.get(username="manager-UNHELD")
    missions.open_posting(
        user=desk,
        mission=None,
        role=Role.HEADQUARTERS_DESK,
        starts_at=BEFORE,
        by=access_for(manager, BEFORE),
        at=BEFORE,
    )
    request = complete(start(field), field, level=3, GOV_01=replace(KNOWN, level=2))

    sent = submit(field, request)

    assert sent.assessment.authority == Authority.L4
    grant = RequestGrant.objects.get(user=desk)
    assert grant.expires_at == NOW + timedelta(days=30)
    assert Request.objects.visible_to(access_for(desk, NOW)).filter(pk=request.pk).exists()
    assert [n.kind for n in Notice.objects.filter(user=desk)] == ["consultation"]
    assert not Request.objects.visible_to(access_for(desk, NOW + timedelta(days=31))).filter(pk=request.pk).exists()


def test_a_returned_request_becomes_a_draft_again_as_a_new_version(field, ready):
    sent = submit(field, ready)
    assert codes(policies.reopen(sent, by=field.eyes("bruno"), at=NOW)) == {"not_writer", "not_returned"}
    move(sent, RequestStatus.RETURNED)

    submission.reopen(request=sent, by=field.eyes("aline"), at=NOW)

    reopened = again(ready, field)
    assert (reopened.status, reopened.version) == (RequestStatus.DRAFT, 2)
    assert Answer.objects.visible_to(field.eyes("aline")).filter(request=reopened).count() == 35
    assert submit(field, reopened).status == RequestStatus.READY
    assert Submission.objects.visible_to(field.eyes("aline")).filter(request=reopened).count() == 2


def test_a_submitted_request_is_not_submitted_twice(field, ready):
    submit(field, ready)

    with pytest.raises(Refused) as refused:
        submit(field, ready)

    assert codes(refused.value.refusals) == {"not_draft"}
