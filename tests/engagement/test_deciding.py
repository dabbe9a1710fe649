"""One named person decides, at the right level, on what they saw, with reasons."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.models import Event, Kind
from engagement.demo.steps import CONSEQUENCES, DEPARTURE, read
from engagement.models import Advice, Answer, Decision, Engagement, EngagementStatus, Notice, Request, RequestStatus
from engagement.policies import deciding as policies
from engagement.policies.deciding import Choice, acceptable_risks
from engagement.policies.wording import is_only_a_label
from engagement.services import advising, deciding
from engagement.services.dossier import read_dossier
from engagement.services.queues import awaiting_decision
from missions import services as missions
from missions.models import Area, Delegation, Mandate
from missions.postings import access_for
from missions.refusals import Refused
from missions.roles import Authority, Role
from risk import current_ruleset
from tests.factories import advise, decide, make_group, make_request, worsen
from tests.refusing import codes, refusals

pytestmark = pytest.mark.django_db
READY = RequestStatus.READY
APPROVE, CONDITIONS = Decision.Outcome.APPROVE, Decision.Outcome.APPROVE_WITH_CONDITIONS
RETURN, DEFER, DECLINE = Decision.Outcome.RETURN, Decision.Outcome.DEFER, Decision.Outcome.DECLINE


@pytest.fixture
def high(amina, at):
    """A request at High with a Major protection case: the rule says conditions, the pillar head decides."""
    return make_request(author=amina, band="HIGH", status=READY, at=at)


def whole(request, outcome=CONDITIONS, **changed):
    """Return a choice that lacks nothing, changed where a test says so."""
    complete = Choice(
        assessment_id=request.assessment.pk,
        outcome=outcome,
        reasons="Four thousand people are cut off.",
        accepted_risks=acceptable_risks(request.assessment),
        departure_reason=DEPARTURE,
        civilian_consequences=CONSEQUENCES,
        conditions=("Base meeting only",),
    )
    return replace(complete, **changed)


def why_not(request, user, at):
    by, request = access_for(user, at), read(request)
    return codes(policies.decide(request, read_dossier(request, by=by), by=by, at=at))


def missing(request, user, choice, at):
    by, request = access_for(user, at), read(request)
    return codes(policies.sign(request, read_dossier(request, by=by), choice, by=by, at=at))


# --- What a decision does ---------------------------------------------------------------------------------------


def test_an_approval_opens_the_dialogue_within_its_bounds(high, pierre, at):
    decision = decide(high, CONDITIONS, by=pierre, at=at)

    engagement = Engagement.objects.visible_to(access_for(pierre, at)).get()
    assert engagement.status == EngagementStatus.AUTHORISED
    assert (engagement.starts_on, engagement.ends_on) == (at.date(), at.date() + timedelta(days=30))
    assert engagement.contacts_max == 3
    assert decision.report_within_hours == 24
    assert read(high).status == RequestStatus.APPROVED_WITH_CONDITIONS


def test_a_decision_keeps_the_level_role_rule_and_risks_it_was_taken_on(high, pierre, at):
    decision = decide(high, CONDITIONS, by=pierre, at=at)

    assert (decision.level, decision.role, decision.rule_advice) == (Authority.L2, Role.PILLAR_HEAD, "CONDITIONS")
    assert decision.accepted_risks == ["SEC"]
    assert not decision.departs_from_rule


def test_a_decision_is_logged_and_told_to_the_requester_and_the_advisers(high, pierre, amina, sven, at):
    decide(high, CONDITIONS, by=pierre, at=at)

    kinds = set(Event.objects.filter(object_id=high.pk, at=at).values_list("kind", flat=True))
    assert {Kind.REQUEST_DECIDED, Kind.ENGAGEMENT_AUTHORISED} <= kinds
    told = set(Notice.objects.filter(kind=Notice.Kind.DECIDED).values_list("user__username", flat=True))
    assert {"amina", "sven", "clara"} <= told
    assert "pierre" not in told


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (APPROVE, RequestStatus.APPROVED),
        (CONDITIONS, RequestStatus.APPROVED_WITH_CONDITIONS),
        (RETURN, RequestStatus.RETURNED),
        (DEFER, RequestStatus.DEFERRED),
        (DECLINE, RequestStatus.DECLINED),
    ],
)
def test_each_outcome_leads_to_its_own_status(high, pierre, at, outcome, status):
    decide(high, outcome, by=pierre, at=at)

    assert read(high).status == status


def test_a_field_officer_decides_their_own_low_request_where_the_posture_says_so(amina, at):
    request = make_request(author=amina, band="LOW", status=READY, at=at)

    decision = decide(request, APPROVE, by=amina, at=at)

    assert decision.level == Authority.L0
    assert decision.valid_until == request.ends_on


def test_the_head_of_mission_signs_at_l3_unless_headquarters_must_be_consulted(high, joseph, at):
    assert decide(high, CONDITIONS, by=joseph, at=at).level == Authority.L3


# --- Who may not decide -----------------------------------------------------------------------------------------


def test_a_level_below_the_required_one_does_not_decide(high, odile, at):
    assert why_not(high, odile, at) == {"wrong_level"}


def test_somebody_without_authority_does_not_decide(high, sven, at):
    assert "wrong_level" in why_not(high, sven, at)


def test_the_head_of_office_does_not_decide_their_own_request(odile, at):
    request = make_request(author=odile, band="MODERATE", status=READY, at=at)

    assert why_not(request, odile, at) == {"own_request"}


def test_whoever_helped_to_write_a_request_does_not_decide_it(high, pierre, at):
    by = access_for(pierre, at)
    request = read(high)
    dossier = replace(read_dossier(request, by=by), authors=frozenset({pierre.pk}))

    assert codes(policies.decide(request, dossier, by=by, at=at)) == {"participant"}


def test_an_adviser_of_record_does_not_decide(high, pierre, at):
    by = access_for(pierre, at)
    request = read(high)
    dossier = read_dossier(request, by=by)
    own = Advice(role=Role.POC_ADVISER, given_by_id=pierre.pk, outcome="support")

    found = policies.decide(request, replace(dossier, advice=(*dossier.advice, own)), by=by, at=at)

    assert codes(found) == {"adviser_of_record"}


def test_a_request_in_advice_is_not_decided(amina, pierre, at):
    request = make_request(author=amina, band="HIGH", status=RequestStatus.IN_ADVICE, at=at)

    assert why_not(request, pierre, at) == {"wrong_status"}


def test_a_blocked_request_is_decided_by_nobody(amina, joseph, at):
    request = make_request(author=amina, band="HIGH", status=RequestStatus.BLOCKED, at=at)

    assert why_not(request, joseph, at) == {"blocked"}


def test_the_refusal_of_a_blocked_request_says_what_lifts_the_block(amina, joseph, at):
    request = read(make_request(author=amina, band="HIGH", status=RequestStatus.BLOCKED, at=at))
    by = access_for(joseph, at)
    dossier = read_dossier(request, by=by)
    gates = current_ruleset().gates

    refusal = next(policies.decide(request, dossier, by=by, at=at))

    assert dossier.blocks
    for block in dossier.blocks:
        assert gates[block.id].name("en") in refusal.message
        assert gates[block.id].lift("en") in refusal.message


def test_whoever_comes_second_is_told_who_decided_and_when(high, pierre, joseph, at):
    decide(high, CONDITIONS, by=pierre, at=at)

    refusal, *_ = refusals(deciding.decide, request=high, choice=whole(high), by=access_for(joseph, at), at=at)

    assert refusal.code == "already_decided"
    assert "Pierre Martin" in refusal.message
    assert Decision.objects.visible_to(access_for(joseph, at)).count() == 1


# --- Delegation -------------------------------------------------------------------------------------------------


def delegate(joseph, to_user, mission, at, level=Authority.L2, highest_band="HIGH"):
    return missions.delegate(
        mission=mission,
        to_user=to_user,
        level=level,
        highest_band=highest_band,
        reason="Absence of the pillar head.",
        starts_on=at.date(),
        ends_on=at.date() + timedelta(days=10),
        by=access_for(joseph, at),
        at=at,
    )


def test_a_delegation_carries_its_holder_to_the_level_and_is_kept_with_the_decision(high, joseph, odile, mission, at):
    delegation = delegate(joseph, odile, mission, at)

    decision = decide(high, CONDITIONS, by=odile, at=at)

    assert (decision.level, decision.delegation) == (Authority.L2, delegation)


def test_a_delegation_ends_on_its_last_day(high, joseph, odile, mission, at):
    delegate(joseph, odile, mission, at)

    assert why_not(high, odile, at + timedelta(days=11)) == {"wrong_level"}


def test_a_delegation_reaches_no_higher_than_its_band(high, joseph, odile, mission, at):
    delegate(joseph, odile, mission, at, highest_band="MODERATE")

    assert why_not(high, odile, at) == {"wrong_level"}


def test_a_delegation_never_reaches_a_very_high_risk(amina, joseph, pierre, mission, at):
    request = make_request(author=amina, band="VERY_HIGH", status=READY, at=at)
    delegate(joseph, pierre, mission, at, level=Authority.L3, highest_band="HIGH")

    assert why_not(request, pierre, at) == {"wrong_level"}


def limited(joseph, to_user, mission, at, **limits):
    return missions.delegate(
        mission=mission, to_user=to_user, level=Authority.L2, highest_band="HIGH", reason="Absence of the pillar head.",
        starts_on=at.date(), ends_on=at.date() + timedelta(days=10), by=access_for(joseph, at), at=at, **limits,
    )  # fmt: skip


def test_a_delegation_for_one_area_reaches_no_other(high, joseph, odile, mission, at):
    limited(joseph, odile, mission, at, area=mission.areas.exclude(pk=high.area_id).get())

    assert why_not(high, odile, at) == {"wrong_level"}

    limited(joseph, odile, mission, at, area=high.area)

    assert why_not(high, odile, at) == set()


def test_a_delegation_for_an_area_reaches_the_places_in_it(high, joseph, odile, mission, at):
    province = Area.objects.create(mission=mission, name="Haute-Bek", pcode="BEK1")
    Area.objects.filter(pk=high.area_id).update(parent=province)
    limited(joseph, odile, mission, at, area=province)

    assert why_not(high, odile, at) == set()


def test_a_delegation_about_one_group_reaches_no_other(high, amina, joseph, odile, mission, at):
    other = make_group(author=amina, at=at, name="Lower Mbali Front")
    limited(joseph, odile, mission, at, group_id=other.pk, subject="The front of the lower river")

    assert why_not(high, odile, at) == {"wrong_level"}
    assert awaiting_decision(access_for(odile, at), at) == []

    limited(joseph, odile, mission, at, group_id=high.group_id, subject="The front of the upper river")

    assert why_not(high, odile, at) == set()
    assert [row.pk for row in awaiting_decision(access_for(odile, at), at)] == [high.pk]


def test_a_delegation_that_reaches_two_levels_down_carries_nobody(high, joseph, amina, yusuf, mission, at):
    Delegation.objects.create(
        mission=mission, from_user=joseph, to_user=yusuf, level=Authority.L2, highest_band="HIGH", reason="Away",
        starts_on=at.date(), ends_on=at.date() + timedelta(days=9),
    )  # fmt: skip

    assert "wrong_level" in why_not(high, yusuf, at)


def test_a_delegation_never_crosses_a_gate(amina, joseph, odile, mission, at):
    request = make_request(
        author=amina, band="HIGH", levels={"GOV-01": 3}, objection_justification="Lives.", status=READY, at=at
    )
    delegate(joseph, odile, mission, at)

    assert "G-18" in {gate["id"] for gate in request.assessment.gates}
    assert why_not(request, odile, at) == {"wrong_level"}


# --- What a decision must say -----------------------------------------------------------------------------------


def test_a_newer_assessment_makes_the_decision_stale(high, pierre, at):
    seen = whole(high)
    worsen(high, at=at + timedelta(hours=1))

    assert "stale_assessment" in missing(high, pierre, seen, at + timedelta(hours=1))


@pytest.mark.parametrize("outcome", [APPROVE, CONDITIONS, RETURN, DEFER, DECLINE])
def test_at_high_every_outcome_has_reasons(high, pierre, at, outcome):
    assert "no_reasons" in missing(high, pierre, whole(high, outcome, reasons=" "), at)


def test_at_moderate_an_approval_needs_no_words_of_ones_own(amina, odile, at):
    request = make_request(author=amina, status=READY, at=at)

    assert missing(request, odile, whole(request, CONDITIONS, reasons=""), at) == set()


@pytest.mark.parametrize("outcome", [RETURN, DECLINE])
def test_sending_back_and_declining_have_reasons_at_any_level(amina, odile, at, outcome):
    request = make_request(author=amina, status=READY, at=at)

    assert "no_reasons" in missing(request, odile, whole(request, outcome, reasons=""), at)


def test_an_approval_names_each_risk_that_it_accepts(high, pierre, at):
    assert missing(high, pierre, whole(high, accepted_risks=()), at) == {"unaccepted_risk"}


def test_a_range_that_crosses_two_levels_must_be_accepted_too(amina, odile, at):
    request = make_request(author=amina, status=READY, at=at)
    request.assessment.result["risks"]["LEG"] |= {"low": 100, "high": 360}

    assert "LEG" in acceptable_risks(request.assessment)


def test_an_approval_with_conditions_has_conditions(high, pierre, at):
    assert missing(high, pierre, whole(high, conditions=("  ",)), at) == {"no_conditions"}


@pytest.mark.parametrize(
    "words", ["terrorist", "They are terrorists.", "Ce sont des terroristes", "groupe désigné terroriste"]
)
def test_a_label_alone_is_not_a_reason(high, pierre, at, words):
    assert "label_only_reason" in missing(high, pierre, whole(high, DECLINE, reasons=words), at)


@pytest.mark.parametrize(
    "words", ["They burned the clinic in Tora.", "A terrorist listing freezes the funds we would pass on.", ""]
)
def test_a_reason_that_names_a_fact_is_a_reason(words):
    assert not is_only_a_label(words)


def test_declining_against_the_rule_says_why_in_thirty_words(high, pierre, at):
    assert "departure_reason" in missing(high, pierre, whole(high, DECLINE, departure_reason="Too early."), at)


def test_declining_against_the_rule_says_what_it_means_for_civilians(high, pierre, at):
    assert missing(high, pierre, whole(high, DECLINE, civilian_consequences=" "), at) == {"civilian_consequences"}


def test_approving_without_the_conditions_the_rule_asks_for_is_a_departure_too(high, pierre, at):
    assert missing(high, pierre, whole(high, APPROVE, departure_reason=""), at) == {"departure_reason"}


def test_following_the_rule_needs_no_explanation(high, pierre, at):
    assert missing(high, pierre, whole(high, departure_reason="", civilian_consequences=""), at) == set()


@pytest.mark.parametrize("outcome", [RETURN, DEFER])
def test_sending_back_and_waiting_never_depart_from_the_rule(outcome):
    assert not any(policies.departs(rule, outcome) for rule in policies.FOLLOWS)


def test_a_deferral_waits_for_a_day_or_an_event(high, pierre, at):
    assert missing(high, pierre, whole(high, DEFER), at) == {"no_date_or_event"}
    assert missing(high, pierre, whole(high, DEFER, deferred_event="After the harvest"), at) == set()
    assert missing(high, pierre, whole(high, DEFER, deferred_until=at.date()), at) == {"date_passed"}


@pytest.mark.parametrize(("band", "days"), [("LOW", 90), ("MODERATE", 60), ("HIGH", 30), ("VERY_HIGH", 14)])
def test_an_approval_lasts_as_long_as_its_band_allows(amina, joseph, at, band, days):
    request = make_request(author=amina, band=band, ends_on=at.date() + timedelta(days=365), status=READY, at=at)
    last = at.date() + timedelta(days=days)

    assert "validity" not in missing(request, joseph, whole(request, valid_until=last), at)
    assert "validity" in missing(request, joseph, whole(request, valid_until=last + timedelta(days=1)), at)


def test_a_single_contact_at_very_high_is_limited_by_its_number(amina, joseph, at):
    request = make_request(author=amina, band="VERY_HIGH", status=READY, at=at)
    once = whole(request, contacts_max=1, valid_until=at.date() + timedelta(days=20))

    assert "validity" not in missing(request, joseph, once, at)


def test_an_approval_never_outlasts_what_was_asked(amina, odile, at):
    request = make_request(author=amina, ends_on=at.date() + timedelta(days=9), status=READY, at=at)

    assert decide(request, CONDITIONS, by=odile, at=at).valid_until == request.ends_on


def test_an_approval_never_outlasts_the_dates_that_were_asked_for(amina, odile, at):
    request = make_request(author=amina, status=READY, ends_on=at.date() + timedelta(days=9), at=at)

    assert decide(request, CONDITIONS, by=odile, at=at).valid_until == at.date() + timedelta(days=9)
    assert "validity" in missing(request, odile, whole(request, valid_until=at.date() + timedelta(days=10)), at)


def test_an_approval_never_outlives_the_security_record(amina, odile, at):
    request = make_request(author=amina, status=READY, srm_valid_until=at.date() + timedelta(days=5), at=at)

    assert decide(request, CONDITIONS, by=odile, at=at).valid_until == at.date() + timedelta(days=5)


def too_long(request, user, at, days):
    """Return the sentence against an approval of so many days, and the day that it names."""
    choice = whole(request, contacts_max=2, valid_until=at.date() + timedelta(days=days))
    by, request = access_for(user, at), read(request)
    told = policies.choose(request, read_dossier(request, by=by), choice, at=at)
    return next((refusal.message for refusal in told if refusal.code == "validity"), "")


def mandate(mission, at, *, starts=-100, ends):
    day = at.date() + timedelta(days=ends) if ends is not None else None
    Mandate.objects.create(
        mission=mission, resolution="S/RES/1", summary="…", starts_on=at.date() + timedelta(days=starts), ends_on=day
    )


def test_an_approval_never_outlives_the_mandate(amina, odile, mission, at):
    request = make_request(author=amina, status=READY, at=at)
    mandate(mission, at, ends=7)

    assert too_long(request, odile, at, 7) == ""
    assert too_long(request, odile, at, 8) == (
        "The approval may last until 9 Mar 2026 at most: the mandate of the mission ends then."
    )
    assert decide(request, CONDITIONS, by=odile, at=at).valid_until == at.date() + timedelta(days=7)


@pytest.mark.parametrize(("starts", "ends"), [(8, 400), (8, None)])
def test_a_renewal_on_record_carries_an_approval_over_the_end_of_a_mandate(amina, odile, mission, at, starts, ends):
    request = make_request(author=amina, status=READY, at=at)
    mandate(mission, at, ends=7)
    mandate(mission, at, starts=starts, ends=ends)

    assert too_long(request, odile, at, 30) == ""


def test_a_mandate_that_begins_after_a_gap_carries_nothing_over_it(amina, odile, mission, at):
    request = make_request(author=amina, status=READY, at=at)
    mandate(mission, at, ends=7)
    mandate(mission, at, starts=20, ends=400)

    assert "9 Mar 2026" in too_long(request, odile, at, 30)


def test_a_mission_that_works_on_after_its_mandate_on_record_is_not_stopped_by_the_record(amina, odile, mission, at):
    request = make_request(author=amina, status=READY, at=at)
    mandate(mission, at, ends=-1)

    assert too_long(request, odile, at, 30) == ""


def seen(request, at, factor, days_ago):
    """Let the evidence on a factor be so many days old."""
    answers = Answer.objects.unscoped("test").filter(request=request, factor=factor)
    answers.update(source_date=at.date() - timedelta(days=days_ago))


@pytest.mark.parametrize(("days_ago", "left"), [(0, 30), (20, 10), (30, 0), (31, 29), (45, 15)])
def test_an_approval_never_outlives_the_evidence_on_a_critical_answer(high, pierre, at, days_ago, left):
    seen(high, at, "SEC-02", days_ago)
    Request.objects.unscoped("test").filter(pk=high.pk).update(ends_on=at.date() + timedelta(days=90))

    assert too_long(high, pierre, at, left) == ""
    assert "last until" in too_long(high, pierre, at, left + 1)


def test_the_decider_reads_which_evidence_sets_the_day(high, pierre, at, signed_in):
    seen(high, at, "SEC-02", 20)

    text = signed_in(pierre).get(f"/requests/{high.reference}/").content.decode()

    assert "12 Mar 2026 at most: the evidence on a critical answer (" in text


def test_evidence_on_an_answer_that_sets_no_level_by_itself_ends_no_approval(amina, odile, at):
    request = make_request(author=amina, status=READY, ends_on=at.date() + timedelta(days=60), at=at)
    seen(request, at, "SEC-02", 20)

    assert too_long(request, odile, at, 60) == ""


def test_an_approval_that_would_end_before_the_first_contact_is_returned_instead(amina, odile, at):
    starts_on = at.date() + timedelta(days=70)
    request = make_request(author=amina, starts_on=starts_on, ends_on=starts_on, status=READY, at=at)

    assert "validity" in missing(request, odile, whole(request), at)


def test_an_open_hold_stops_an_approval_and_names_who_answers(amina, joseph, at):
    request = make_request(author=amina, levels={"LEG-09": 3}, status=RequestStatus.IN_ADVICE, at=at)
    for role in request.assessment.advisers:
        advise(request, role, at=at)
    request = read(request)
    by = access_for(joseph, at)

    found = list(policies.choose(request, read_dossier(request, by=by), whole(request), at=at))

    assert codes(found) == {"hold_open"}
    assert "Material benefit to the group (Legal adviser)" in found[0].message
    assert missing(request, joseph, whole(request, RETURN), at) == set()


def test_l4_waits_for_the_headquarters_desk(amina, joseph, at):
    request = make_request(author=amina, levels={"LEG-09": 3}, status=READY, at=at)
    later = at + timedelta(hours=1)
    advise(request, Role.LEGAL_ADVISER, Advice.Outcome.DO_NOT_SUPPORT, at=later)
    choice = whole(request, departure_reason=DEPARTURE)
    assert missing(request, joseph, choice, later) == {"no_consultation"}

    advise(request, Role.HEADQUARTERS_DESK, at=later)

    assert missing(request, joseph, choice, later) == set()


def test_a_role_never_holds_two_positions_that_are_equally_late(amina, at):
    request = make_request(author=amina, levels={"LEG-09": 3}, status=READY, at=at)

    with pytest.raises(IntegrityError), transaction.atomic():
        advise(request, Role.LEGAL_ADVISER, Advice.Outcome.DO_NOT_SUPPORT, at=at)


# --- Waiting and coming back ------------------------------------------------------------------------------------


def test_a_deferred_request_comes_back_on_its_day(high, pierre, at):
    decide(high, DEFER, by=pierre, deferred_until=at.date() + timedelta(days=3), at=at)

    assert deciding.wake_deferred(at + timedelta(days=2)) == 0
    assert deciding.wake_deferred(at + timedelta(days=3)) == 1
    assert read(high).status == READY
    assert decide(high, CONDITIONS, by=pierre, at=at + timedelta(days=3)).outcome == CONDITIONS


def test_a_request_deferred_to_an_event_is_taken_up_by_hand(high, pierre, amina, at):
    decide(high, DEFER, by=pierre, deferred_until=None, deferred_event="The harvest is in", at=at)
    assert deciding.wake_deferred(at + timedelta(days=300)) == 0

    deciding.take_up(request=high, by=access_for(pierre, at), at=at)

    assert read(high).status == READY


def test_only_a_deferred_request_is_taken_up(high, pierre, sven, tomas, at):
    with pytest.raises(Refused, match="wrong_status"):
        deciding.take_up(request=high, by=access_for(pierre, at), at=at)
    assert codes(policies.take_up(high, by=access_for(tomas, at), at=at)) == {
        "wrong_status",
        "not_your_role",
    }


def test_the_clock_does_nothing_twice(high, at):
    assert advising.ready_overdue(at + timedelta(days=9)) == deciding.wake_deferred(at) == 0
    assert Request.objects.visible_to(access_for(high.created_by, at)).get().status == READY
