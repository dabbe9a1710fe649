"""Sending a request on: what is still missing, what is frozen, and whom it reaches."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from audit.models import Event, Kind
from engagement.demo.steps import read
from engagement.models import Answer, Assessment, Notice, Request, RequestGrant, RequestStatus, Submission
from engagement.policies import submission as policies
from engagement.services import drafting, submission
from engagement.services.drafting import AnswerInput
from engagement.services.moves import move
from missions import services as missions
from missions.postings import access_for
from missions.roles import Authority
from nsags import services as nsags
from protection.models import ThreatAssessment
from tests.factories import every_risk, make_posture, make_request
from tests.refusing import codes, refused

pytestmark = pytest.mark.django_db
KNOWN = AnswerInput(1, "B", "Situation report", date(2026, 2, 28))


def missing(request, at):
    return {(r.code, r.field) for r in policies.submit(request, by=access_for(request.created_by, at), at=at)}


def change(request, section, at, *, said=None, given=None):
    by = access_for(request.created_by, at)
    drafting.save_section(request=request, section=section, fields=said or {}, answers=given or {}, by=by, at=at)
    return read(request)


def submit(request, at):
    submission.submit(request=request, by=access_for(request.created_by, at), at=at)
    return read(request)


def notices(user):
    return [notice.kind for notice in Notice.objects.filter(user=user)]


def test_an_empty_draft_hears_everything_that_is_missing(draft, at):
    found = missing(draft, at)

    assert {factor for code, factor in found if code == "no_answer"} >= {"LEG-01", "GOV-01", "SEC-01", "PRO-01"}
    assert len([1 for code, _ in found if code == "no_answer"]) == 35
    assert ("no_threat", "threat") in found
    assert ("missing", "purpose") in found
    assert ("missing", "involves_children") in found
    assert ("missing", "srm_reference") in found


def test_a_complete_request_lacks_nothing(whole, at):
    assert missing(whole, at) == set()


def test_nobody_else_submits_it(colleague, whole, access, at):
    assert codes(policies.submit(whole, by=access(colleague), at=at)) == {"not_writer"}


def test_a_stale_threat_is_named(whole, at):
    ThreatAssessment.objects.unscoped("test").update(valid_until=at.date() - timedelta(days=1))

    assert missing(read(whole), at) == {("stale_threat", "threat")}


@pytest.mark.parametrize("given", [replace(KNOWN, level=0), AnswerInput(None, why_unknown="Not discussed yet.")])
def test_a_request_without_a_protection_purpose_is_not_sent(whole, at, given):
    changed = change(whole, "purpose", at, given={"PRO-04": given})

    assert missing(changed, at) == {("no_purpose", "PRO-04")}


def test_security_records_are_asked_of_contacts_that_move_people(whole, at):
    expired = change(whole, "security", at, said={"srm_valid_until": date(2026, 2, 1)})
    assert missing(expired, at) == {("srm_expired", "srm_valid_until")}

    remote = change(whole, "plan", at, said={"modality": "remote"})
    assert missing(remote, at) == set()


@pytest.mark.parametrize("given", [replace(KNOWN, level=4), AnswerInput(None, why_unknown="No record yet.")])
def test_nobody_travels_at_unacceptable_risk(whole, at, given):
    changed = change(whole, "security", at, given={"SEC-01": given})

    assert missing(changed, at) == {("srm_unacceptable", "SEC-01")}


def test_an_objection_by_the_government_needs_a_justification(whole, at):
    changed = change(whole, "host-government", at, given={"GOV-01": replace(KNOWN, level=3)})
    assert missing(changed, at) == {("missing", "objection_justification")}

    changed = change(whole, "host-government", at, said={"objection_justification": "Lives depend on it."})
    assert missing(changed, at) == set()


def test_a_designated_group_needs_the_five_questions(clara, group, whole, access, at):
    nsags.label(
        group=group, value="terrorist", issuer="host_state", starts_on=date(2026, 1, 1), by=access(clara), at=at
    )

    assert missing(whole, at) == {("missing", "label_worksheet")}


def test_a_detainee_exchange_says_whether_it_is_an_agreed_step(whole, at):
    changed = change(whole, "group", at, said={"involves_detainees": True, "is_recognised_step": None})

    assert missing(changed, at) == {("missing", "is_recognised_step")}


def test_a_strategy_based_mission_asks_about_the_strategy(amina, joseph, mission, group, at):
    make_posture(mission, "STRATEGY_BASED", by=joseph, at=at)
    request = make_request(author=amina, group=group, band="LOW", inside_strategy=None, at=at)

    assert missing(request, at) == {("missing", "inside_strategy")}


def test_certainty_needs_a_source_and_a_judgement_does_not(whole, at):
    given = {"GOV-01": replace(KNOWN, source=""), "GOV-03": replace(KNOWN, source="", confidence="C")}

    changed = change(whole, "host-government", at, given=given)

    assert missing(changed, at) == {("no_source", "GOV-01")}


def test_a_window_that_is_over_is_named(whole, at):
    assert ("window_over", "ends_on") in missing(whole, at + timedelta(days=31))


def promise(request, code, at, *, is_reaffirmed=False):
    said = {"owner": "Civil Affairs", "due_on": at.date() + timedelta(days=2), "is_reaffirmed": is_reaffirmed}
    drafting.promise_measure(request=request, code=code, **said, by=access_for(request.created_by, at), at=at)


def test_what_a_measure_may_make_worse_is_answered_again_with_it_in_mind(whole, at):
    promise(whole, "M-04", at)
    (refusal,) = policies.submit(whole, by=access_for(whole.created_by, at), at=at)
    assert (refusal.code, refusal.field) == ("not_reaffirmed", "M-04")
    assert "Information security around the contact" in str(refusal.message)

    promise(whole, "M-04", at, is_reaffirmed=True)
    assert missing(whole, at) == set()


def test_a_measure_that_makes_nothing_worse_asks_for_no_second_answer(whole, at):
    promise(whole, "M-11", at)

    assert missing(whole, at) == set()


def test_a_measure_that_is_late_before_the_request_is_sent_is_named(whole, at):
    promise(whole, "M-11", at)

    assert missing(whole, at + timedelta(days=2)) == set()
    assert missing(whole, at + timedelta(days=3)) == {("due_date_past", "M-11")}


def test_an_incomplete_request_stays_a_draft_and_nothing_is_frozen(draft, at):
    assert "no_answer" in refused(submit, draft, at)

    assert read(draft).status == RequestStatus.DRAFT
    assert not Submission.objects.unscoped("test").exists()


def test_a_low_request_is_the_requesters_own_to_decide(colleague, odile, whole, at):
    sent = submit(whole, at)

    assert sent.status == RequestStatus.READY
    assert sent.assessment.authority == Authority.L0
    assert sent.advice_due_at is None
    assert sent.decide_by == at + timedelta(hours=24)
    assert notices(colleague) == notices(odile) == []


def test_a_graver_request_goes_to_its_advisers_with_clocks(amina, colleague, clara, sven, group, at):
    request = make_request(author=amina, group=group, levels=every_risk(2), at=at)

    sent = submit(request, at)

    assert sent.status == RequestStatus.IN_ADVICE
    assert sent.advice_due_at == at + timedelta(hours=48)
    assert sent.decide_by == at + timedelta(hours=72)
    assert notices(clara) == notices(sven) == ["advice_wanted"]
    assert notices(colleague) == []


def test_an_urgent_request_has_short_clocks(amina, group, at):
    request = make_request(author=amina, group=group, is_urgent=True, levels=every_risk(2), at=at)

    sent = submit(request, at)

    assert sent.advice_due_at == at + timedelta(hours=4)
    assert sent.decide_by == at + timedelta(hours=24)


def test_submission_freezes_what_was_said_with_its_digest(clara, group, whole, access, at):
    submit(whole, at)

    frozen = Submission.objects.visible_to(access(clara)).get(request=whole)
    assert frozen.content["fields"]["group"] == group.reference
    assert frozen.content["answers"]["GOV-01"]["level"] == 1
    assert frozen.content["facts"]["posture"] == "EXPECTED"
    assert len(frozen.digest) == 64
    assert Event.objects.filter(kind=Kind.REQUEST_SUBMITTED, object_id=whole.pk).count() == 1


def test_the_same_content_has_the_same_digest(amina, whole, access, at):
    first = submission.content_of(whole, by=access(amina), at=at)
    second = submission.content_of(read(whole), by=access(amina), at=at)

    assert first == second


def test_a_prohibition_blocks_and_lifting_it_lets_the_request_go_on(amina, joseph, mission, group, whole, access, at):
    ban = missions.prohibit(
        mission=mission,
        group_id=group.pk,
        subject="Upper Mbali Front",
        text="No contact.",
        review_on=date(2026, 6, 1),
        issuer_title="Head of mission",
        by=access(joseph),
        at=at,
    )
    blocked = submit(whole, at)
    assert blocked.status == RequestStatus.BLOCKED

    assert refused(submission.lift_block, request=blocked, by=access(amina), at=at) == {"still_blocked"}
    assert Assessment.objects.unscoped("test").count() == 1

    later = at + timedelta(hours=1)
    missions.lift_prohibition(prohibition=ban, by=access(joseph, later), at=later)
    submission.lift_block(request=blocked, by=access(amina, later), at=later)

    assert read(whole).status == RequestStatus.READY
    assert Event.objects.filter(kind=Kind.REQUEST_RELEASED).exists()


def test_only_a_blocked_request_can_be_released_and_only_by_its_writers(colleague, whole, access, at):
    assert codes(policies.lift_block(whole, by=access(colleague), at=at)) == {"not_writer", "not_blocked"}


def test_at_l4_the_headquarters_desk_may_read_the_request_for_30_days(
    amina, joseph, ingrid, mission, group, access, at
):
    make_posture(mission, "CLOSELY_HELD", by=joseph, at=at)
    request = make_request(author=amina, group=group, levels=every_risk(3) | {"GOV-01": 2}, at=at)

    sent = submit(request, at)

    assert sent.assessment.authority == Authority.L4
    grant = RequestGrant.objects.get(user=ingrid)
    assert grant.expires_at == at + timedelta(days=30)
    assert Request.objects.visible_to(access(ingrid)).filter(pk=request.pk).exists()
    assert notices(ingrid) == ["consultation"]
    too_late = access(ingrid, at + timedelta(days=31))
    assert not Request.objects.visible_to(too_late).filter(pk=request.pk).exists()


def test_a_returned_request_becomes_a_draft_again_as_a_new_version(amina, colleague, whole, access, at):
    sent = submit(whole, at)
    assert codes(policies.reopen(sent, by=access(colleague), at=at)) == {"not_writer", "not_returned"}
    move(sent, RequestStatus.RETURNED)

    submission.reopen(request=sent, by=access(amina), at=at)

    reopened = read(whole)
    assert (reopened.status, reopened.version) == (RequestStatus.DRAFT, 2)
    assert Answer.objects.visible_to(access(amina)).filter(request=reopened).count() == 35
    assert submit(reopened, at).status == RequestStatus.READY
    assert Submission.objects.visible_to(access(amina)).filter(request=reopened).count() == 2


def test_a_submitted_request_is_not_submitted_twice(whole, at):
    submit(whole, at)

    assert refused(submit, whole, at) == {"not_draft"}
