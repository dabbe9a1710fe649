"""Advisers rate before they see the model, and advise in their own name."""

from datetime import timedelta

import pytest

from audit.models import Event, Kind
from engagement.demo.steps import holder, read
from engagement.models import Advice, Notice, Rating, Request, RequestStatus
from engagement.policies import advising as policies
from engagement.policies.blind_rating import COMPETENCE
from engagement.policies.deciding import required_level
from engagement.services import advising
from engagement.services.dossier import read_dossier
from missions.postings import access_for
from missions.refusals import Refused
from missions.roles import ADVISERS, Authority, Role
from tests.factories import advise, make_request
from tests.refusing import codes, refusals

pytestmark = pytest.mark.django_db
AGAINST = Advice.Outcome.DO_NOT_SUPPORT


@pytest.fixture
def request_in_advice(amina, at):
    return make_request(author=amina, band="HIGH", status=RequestStatus.IN_ADVICE, at=at)


def dossier_of(request, user, at):
    return read_dossier(read(request), by=access_for(user, at))


def why_not(request, user, role, at):
    by, request = access_for(user, at), read(request)
    return codes(policies.advise(request, read_dossier(request, by=by), role=role, by=by, at=at))


def test_the_security_adviser_rates_security_and_nothing_else_is_asked(request_in_advice, sven, at, access):
    rating = advising.rate(request=request_in_advice, role=Role.SECURITY_ADVISER, security=2, by=access(sven), at=at)

    assert (rating.security, rating.legitimacy, rating.host_government) == (2, None, None)
    assert Event.objects.filter(kind=Kind.RISK_RATED, object_id=request_in_advice.pk).count() == 1


def test_the_poc_adviser_rates_all_three_risks(request_in_advice, clara, at, access):
    found = refusals(
        advising.rate, request=request_in_advice, role=Role.POC_ADVISER, security=2, by=access(clara), at=at
    )

    assert {refusal.field for refusal in found} == {"legitimacy", "host_government"}


def test_a_first_reading_stays_as_it_was(request_in_advice, sven, at, access):
    first = {"request": request_in_advice, "role": Role.SECURITY_ADVISER, "by": access(sven), "at": at}
    advising.rate(security=2, **first)

    with pytest.raises(Refused, match="already_rated"):
        advising.rate(security=4, **first)

    assert Rating.objects.visible_to(access(sven)).get().security == 2


def test_a_rating_is_one_of_the_four_levels(request_in_advice, sven, at, access):
    with pytest.raises(Refused, match="rating_out_of_range"):
        advising.rate(request=request_in_advice, role=Role.SECURITY_ADVISER, security=5, by=access(sven), at=at)


def test_an_adviser_who_has_not_rated_is_asked_to_rate_first(request_in_advice, sven, at, access):
    said = {"role": Role.SECURITY_ADVISER, "outcome": "support", "reason": "Fine."}

    with pytest.raises(Refused, match="rate_first"):
        advising.advise(request=request_in_advice, by=access(sven), at=at, **said)

    assert not Advice.objects.visible_to(access(sven)).exists()


@pytest.mark.parametrize("role", sorted(ADVISERS))
def test_every_adviser_rates_what_they_know_before_advising(request_in_advice, role, at):
    by = holder(role, request_in_advice.mission, at=at)
    waiting = read(request_in_advice)
    dossier = read_dossier(waiting, by=by)

    refusals = policies.rate(waiting, dossier, role=role, bands={}, by=by, at=at)
    told = policies.advise(waiting, dossier, role=role, by=by, at=at)

    assert {refusal.field for refusal in refusals} == set(COMPETENCE[role]) != set()
    assert {refusal.code for refusal in told} == {"rate_first"}


def test_headquarters_is_asked_for_no_rating():
    assert Role.HEADQUARTERS_DESK not in COMPETENCE


def test_nobody_advises_in_a_role_that_they_do_not_hold(request_in_advice, sven, amina, at):
    assert "not_your_role" in why_not(request_in_advice, sven, Role.LEGAL_ADVISER, at)
    assert "not_your_role" in why_not(request_in_advice, amina, Role.POC_ADVISER, at)


def test_nobody_advises_on_a_request_they_wrote(clara, at):
    request = make_request(author=clara, status=RequestStatus.IN_ADVICE, at=at)

    assert "own_request" in why_not(request, clara, Role.POC_ADVISER, at)


def test_advice_is_closed_once_a_request_is_decided(amina, hana, at):
    request = make_request(author=amina, status=RequestStatus.DECLINED, at=at)

    assert "wrong_status" in why_not(request, hana, Role.LEGAL_ADVISER, at)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"outcome": "perhaps"}, "no_outcome"),
        ({"reason": "  "}, "no_reason"),
        ({"outcome": "support_with_conditions", "conditions": ""}, "no_conditions"),
    ],
)
def test_an_advice_says_what_and_why(said, code):
    whole = {"outcome": "support", "reason": "Because.", "conditions": ""}

    assert codes(policies.word_advice(**whole | said)) == {code}


def test_a_revised_advice_is_a_new_row_and_the_latest_counts(request_in_advice, joseph, at):
    advise(request_in_advice, Role.LEGAL_ADVISER, at=at)
    advise(request_in_advice, Role.LEGAL_ADVISER, AGAINST, at=at + timedelta(hours=1))

    dossier = dossier_of(request_in_advice, joseph, at)

    assert len(dossier.advice) == 2
    assert dossier.standing_advice[Role.LEGAL_ADVISER].outcome == AGAINST


def test_the_last_required_advice_puts_the_request_before_the_decider(request_in_advice, pierre, at):
    advise(request_in_advice, Role.POC_ADVISER, at=at)
    assert read(request_in_advice).status == RequestStatus.IN_ADVICE

    advise(request_in_advice, Role.SECURITY_ADVISER, at=at)

    assert read(request_in_advice).status == RequestStatus.READY
    assert Event.objects.filter(kind=Kind.REQUEST_READY, object_id=request_in_advice.pk).count() == 1
    assert Notice.objects.filter(user=pierre, kind=Notice.Kind.DECISION_WANTED).exists()


def test_when_the_advice_clock_runs_out_the_decider_gets_the_request_and_the_gap_is_named(
    request_in_advice, joseph, at
):
    advise(request_in_advice, Role.POC_ADVISER, at=at)
    due = read(request_in_advice).advice_due_at

    assert advising.ready_overdue(due - timedelta(minutes=1)) == 0
    assert advising.ready_overdue(due) == 1
    assert advising.ready_overdue(due) == 0

    assert read(request_in_advice).status == RequestStatus.READY
    assert dossier_of(request_in_advice, joseph, at).missing_roles == (Role.SECURITY_ADVISER,)


def test_security_advice_against_a_high_risk_moves_the_decision_one_level_up(amina, joseph, at):
    request = make_request(author=amina, band="HIGH", status=RequestStatus.IN_ADVICE, at=at)
    advise(request, Role.POC_ADVISER, at=at)

    advise(request, Role.SECURITY_ADVISER, AGAINST, at=at)

    advice = dossier_of(request, joseph, at).advice
    assert (request.assessment.authority, required_level(request.assessment, advice)) == (Authority.L2, Authority.L3)
    assert Notice.objects.filter(user=joseph, kind=Notice.Kind.DECISION_WANTED).exists()


def test_a_withdrawn_objection_brings_the_level_down_again(request_in_advice, joseph, sven, at):
    advise(request_in_advice, Role.SECURITY_ADVISER, AGAINST, at=at)
    advising.advise(
        request=request_in_advice,
        role=Role.SECURITY_ADVISER,
        outcome="support",
        reason="The plan has changed.",
        by=access_for(sven, at),
        at=at + timedelta(hours=1),
    )

    advice = dossier_of(request_in_advice, joseph, at).advice
    assert required_level(request_in_advice.assessment, advice) == Authority.L2


def test_security_advice_against_a_moderate_risk_moves_nothing(amina, joseph, at):
    request = make_request(author=amina, band="MODERATE", status=RequestStatus.IN_ADVICE, at=at)
    advise(request, Role.SECURITY_ADVISER, AGAINST, at=at)

    advice = dossier_of(request, joseph, at).advice
    assert required_level(request.assessment, advice) == request.assessment.authority


def test_legal_advice_against_a_material_benefit_moves_the_decision_to_l4_and_asks_headquarters(
    amina, joseph, ingrid, at
):
    request = make_request(author=amina, levels={"LEG-09": 3}, status=RequestStatus.IN_ADVICE, at=at)
    advise(request, Role.LEGAL_ADVISER, AGAINST, at=at)

    advice = dossier_of(request, joseph, at).advice
    assert required_level(request.assessment, advice) == Authority.L4
    assert Notice.objects.filter(user=ingrid, kind=Notice.Kind.CONSULTATION).exists()
    assert why_not(request, ingrid, Role.HEADQUARTERS_DESK, at) == set()


def test_the_headquarters_desk_is_not_asked_below_l4(request_in_advice, ingrid, at):
    assert "not_consulted" in why_not(request_in_advice, ingrid, Role.HEADQUARTERS_DESK, at)
    assert not Request.objects.visible_to(access_for(ingrid, at)).exists()
