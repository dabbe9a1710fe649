"""One request opened to one person for a time: who gives, who receives, until when, and that reading is all."""

import re
from datetime import date, timedelta

import pytest

from audit.models import Event, Kind
from engagement.models import Notice, Request, RequestGrant, RequestStatus
from engagement.policies import sharing as policies
from engagement.services import deciding, dialogue, drafting, sharing, submission
from missions.access import Marking
from missions.models import Delegation, Posting
from missions.refusals import Refused
from tests import factories
from tests.pages import typed_day
from tests.refusing import refused

pytestmark = pytest.mark.django_db

REASON = "Follows the same group across the border."


@pytest.fixture
def asked(amina, at) -> Request:
    """A request that is ready for decision."""
    return factories.make_request(author=amina, status=RequestStatus.READY, at=at)


def give(request, user, by, at, **terms):
    said = {"reason": REASON, "expires_at": at + timedelta(days=7)} | terms
    return sharing.share(request=request, user=user, by=by, at=at, **said)


def sees(eyes, request) -> bool:
    return Request.objects.visible_to(eyes).filter(pk=request.pk).exists()


def post_elsewhere(user, at):
    """End what somebody is in this mission, and post them in the other one."""
    Posting.objects.filter(user=user).update(ends_at=at)
    keeper = factories.User.objects.get(username="nadia")
    mission = factories.Mission.objects.get(code="UNSTOR")
    return factories.post(user, mission=mission, role="field_staff", office="Lumo", by=keeper, at=at)


# --- Who gives, and to whom ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["pierre", "joseph"])
def test_leadership_opens_a_request_to_somebody_of_another_mission(cast, omar, asked, access, at, name):
    assert not sees(access(omar), asked)

    give(asked, omar, access(cast[name]), at)

    assert sees(access(omar), asked)


@pytest.mark.parametrize("name", ["amina", "odile", "clara", "sven", "otto"])
def test_nobody_below_leadership_gives_access(cast, omar, asked, access, at, name):
    assert "not_leadership" in refused(give, asked, omar, access(cast[name]), at)
    assert not RequestGrant.objects.exists()


def test_leadership_of_another_mission_gives_nothing_of_this_one(omar, yusuf, asked, access, at):
    keeper = factories.User.objects.get(username="nadia")
    there = factories.Mission.objects.get(code="UNSTOR")
    chief = factories.make_user("chief")
    factories.post(chief, mission=there, role="head_of_mission", ceiling=2, by=keeper, at=at)

    with pytest.raises(Request.DoesNotExist):
        give(asked, omar, access(chief), at)


def test_somebody_with_a_grant_does_not_pass_it_on(omar, yusuf, joseph, asked, access, at):
    give(asked, omar, access(joseph), at)

    assert "not_leadership" in refused(give, asked, yusuf, access(omar), at)


def test_the_reason_has_to_be_written(omar, joseph, asked, access, at):
    assert refused(give, asked, omar, access(joseph), at, reason="  ") == {"no_reason"}


@pytest.mark.parametrize(
    ("lasts", "code"), [(timedelta(0), "past"), (timedelta(days=30, seconds=1), "too_long"), (-timedelta(1), "past")]
)
def test_access_ends_within_thirty_days(omar, joseph, asked, access, at, lasts, code):
    assert refused(give, asked, omar, access(joseph), at, expires_at=at + lasts) == {code}


def test_who_may_not_read_the_marking_is_not_given_it(omar, joseph, asked, access, at):
    Request.objects.unscoped("a test").filter(pk=asked.pk).update(marking=Marking.STRICTLY_CONFIDENTIAL)

    assert refused(give, asked, omar, access(joseph), at) == {"ceiling"}


def test_who_serves_nowhere_is_given_nothing(omar, joseph, asked, access, at):
    Posting.objects.filter(user=omar).update(ends_at=at)

    assert refused(give, asked, omar, access(joseph), at) == {"not_posted"}


def test_nothing_of_a_compartment_is_ever_given(omar, joseph, mission, asked, access, at):
    circle = factories.make_compartment(mission=mission, owner=joseph, at=at)
    Request.objects.unscoped("a test").filter(pk=asked.pk).update(compartment=circle)

    assert "compartment" in refused(give, asked, omar, access(joseph), at)


def test_a_grant_given_before_a_compartment_closed_round_the_request_opens_nothing(
    omar, joseph, mission, asked, access, at
):
    give(asked, omar, access(joseph), at)
    circle = factories.make_compartment(mission=mission, owner=joseph, at=at)
    Request.objects.unscoped("a test").filter(pk=asked.pk).update(compartment=circle)

    assert not sees(access(omar), asked)


def test_who_reads_it_already_needs_no_grant(clara, joseph, asked, access, at):
    assert refused(give, asked, clara, access(joseph), at) == {"reads_already"}


def test_giving_again_puts_a_later_end_in_place_of_the_first(omar, joseph, asked, access, at):
    give(asked, omar, access(joseph), at)

    give(asked, omar, access(joseph), at, expires_at=at + timedelta(days=20))

    assert RequestGrant.objects.get().expires_at == at + timedelta(days=20)


def test_giving_again_does_not_shorten_what_somebody_has(ingrid, joseph, asked, access, at):
    submission.consult_headquarters(request=asked, by=access(joseph), at=at)

    assert refused(give, asked, ingrid, access(joseph), at) == {"given_already"}
    assert RequestGrant.objects.get().expires_at == at + timedelta(days=30)


# --- Until when ----------------------------------------------------------------------------------------------------


def test_a_grant_opens_until_its_last_second_and_not_one_longer(omar, joseph, asked, access, at):
    ends = give(asked, omar, access(joseph), at).expires_at

    assert sees(access(omar, ends - timedelta(seconds=1)), asked)
    assert not sees(access(omar, ends), asked)


def test_withdrawing_closes_it_with_the_next_click_and_keeps_it_on_record(omar, joseph, pierre, asked, access, at):
    grant = give(asked, omar, access(joseph), at)
    later = at + timedelta(hours=1)

    sharing.unshare(grant=grant, by=access(pierre, later), at=later)

    assert not sees(access(omar, later), asked)
    assert RequestGrant.objects.get().expires_at == later


def test_only_leadership_withdraws(omar, amina, joseph, asked, access, at):
    grant = give(asked, omar, access(joseph), at)

    assert refused(sharing.unshare, grant=grant, by=access(amina), at=at) == {"not_leadership"}


def test_what_has_ended_is_not_withdrawn_again(omar, joseph, asked, access, at):
    grant = give(asked, omar, access(joseph), at)

    assert [r.code for r in policies.unshare(grant, request=asked, by=access(joseph), at=grant.expires_at)] == [
        "ended_already"
    ]


def test_giving_and_withdrawing_are_events_and_the_person_is_told(omar, joseph, asked, access, at):
    grant = give(asked, omar, access(joseph), at)
    sharing.unshare(grant=grant, by=access(joseph), at=at)

    told = Notice.objects.get(user=omar)
    kinds = list(Event.objects.filter(object_id=asked.pk).order_by("-pk").values_list("kind", flat=True)[:2])
    assert (told.kind, told.reference) == (Notice.Kind.ACCESS_GIVEN, asked.reference)
    assert kinds == [Kind.REQUEST_UNSHARED, Kind.REQUEST_SHARED]


def test_headquarters_is_consulted_through_the_same_grant(ingrid, joseph, asked, access, at):
    submission.consult_headquarters(request=asked, by=access(joseph), at=at)

    grant = RequestGrant.objects.get(user=ingrid)
    assert sees(access(ingrid), asked)
    assert grant.expires_at == at + timedelta(days=30)
    assert Notice.objects.get(user=ingrid).kind == Notice.Kind.CONSULTATION


# --- Reading is all ------------------------------------------------------------------------------------------------

ACTS = {
    "edit/purpose/": 404,
    "preview/": 404,
    "submit/": 404,
    "advise/": 404,
    "revise/": 404,
    "access/": 404,
}


@pytest.mark.parametrize(("act", "status"), ACTS.items())
def test_who_was_given_access_finds_no_page_on_which_to_act(signed_in, omar, joseph, asked, access, at, act, status):
    give(asked, omar, access(joseph), at)

    assert signed_in(omar).post(f"/requests/{asked.reference}/{act}").status_code == status


@pytest.mark.parametrize("act", ["withdraw/", "reopen/", "lift-block/", "take-up/", "decide/", "gates/G-04/"])
def test_who_was_given_access_changes_nothing(signed_in, omar, joseph, asked, access, at, act):
    give(asked, omar, access(joseph), at)
    before = Request.objects.unscoped("a test").filter(pk=asked.pk).values().get()
    events = Event.objects.exclude(kind=Kind.ACCESS_DENIED).count()

    said = {"assessment": str(asked.assessment_id), "outcome": "approve", "reasons": "Yes.", "sign": "1", "text": "x"}
    signed_in(omar).post(f"/requests/{asked.reference}/{act}", said)

    assert Request.objects.unscoped("a test").filter(pk=asked.pk).values().get() == before
    assert Event.objects.exclude(kind=Kind.ACCESS_DENIED).count() == events


@pytest.mark.parametrize("act", ["suspend", "resume", "conclude"])
def test_who_was_given_access_does_not_stop_a_dialogue(omar, amina, joseph, access, at, act):
    engagement = factories.make_engagement(author=amina, at=at)
    give(engagement.request, omar, access(joseph), at)

    with pytest.raises(Refused):
        getattr(dialogue, act)(engagement=engagement, reason="Because.", by=access(omar), at=at)


def test_an_author_who_has_left_the_mission_reads_by_a_grant_and_no_longer_acts(amina, joseph, access, at):
    draft = factories.make_request(author=amina, at=at)
    later = at + timedelta(days=1)
    post_elsewhere(amina, later)
    give(draft, amina, access(joseph, later), later)
    eyes = access(amina, later)

    assert sees(eyes, draft)
    assert "not_serving" in refused(drafting.withdraw, request=draft, by=eyes, at=later)
    with pytest.raises(Refused):
        submission.submit(request=draft, by=eyes, at=later)


def test_an_author_who_has_left_the_mission_does_not_end_the_dialogue(amina, joseph, access, at):
    engagement = factories.make_engagement(author=amina, at=at)
    later = at + timedelta(days=1)
    post_elsewhere(amina, later)
    give(engagement.request, amina, access(joseph, later), later)

    why = refused(dialogue.conclude, engagement=engagement, reason="Done.", by=access(amina, later), at=later)

    assert "may_not_conclude" in why


def test_a_delegation_does_not_outlive_the_posting_through_a_grant(signed_in, yusuf, joseph, asked, access, at):
    later = at + timedelta(days=1)
    Delegation.objects.create(
        mission=asked.mission, from_user=joseph, to_user=yusuf, level=1, highest_band="HIGH", reason="Away",
        starts_on=at.date(), ends_on=at.date() + timedelta(days=20),
    )  # fmt: skip
    post_elsewhere(yusuf, later)
    give(asked, yusuf, access(joseph, later), later)
    choice = deciding.policies.Choice(assessment_id=asked.assessment_id, outcome="decline", reasons="No.")

    assert "wrong_level" in refused(deciding.decide, request=asked, choice=choice, by=access(yusuf, later), at=later)


# --- Pages ---------------------------------------------------------------------------------------------------------

FORM = typed_day("expires_on", date(2026, 3, 9)) | {"reason": REASON}


def page_of(request) -> str:
    return f"/requests/{request.reference}/access/"


def test_joseph_gives_yusuf_access_on_the_page_and_takes_it_back(signed_in, joseph, yusuf, asked):
    browser = signed_in(joseph)
    answer = browser.post(page_of(asked), FORM | {"user": yusuf.pk}, follow=True)

    assert "Yusuf Bello can read this request now." in answer.content.decode()
    assert signed_in(yusuf).get(f"/requests/{asked.reference}/").status_code == 200

    away = f"{page_of(asked)}{yusuf.pk}/withdraw/"
    assert "can no longer open it" in browser.get(away).content.decode()
    browser.post(away)
    assert signed_in(yusuf).get(f"/requests/{asked.reference}/").status_code == 404


def test_the_same_form_sent_twice_gives_access_once(signed_in, joseph, omar, asked):
    browser = signed_in(joseph)
    form = FORM | {"user": omar.pk, "submission_key": "b0a7c3de-1111-4222-8333-444455556666"}
    first = browser.post(f"{page_of(asked)}?serving=UNSTOR", form)
    second = browser.post(f"{page_of(asked)}?serving=UNSTOR", form)

    assert (first.status_code, second.status_code) == (302, 302)
    assert Event.objects.filter(kind=Kind.REQUEST_SHARED).count() == 1


def test_the_thirtieth_day_can_be_chosen_and_ends_at_the_hour_of_giving(signed_in, joseph, omar, asked, at):
    form = FORM | typed_day("expires_on", at + timedelta(days=30)) | {"user": omar.pk}

    signed_in(joseph).post(f"{page_of(asked)}?serving=UNSTOR", form)

    assert RequestGrant.objects.get().expires_at == at + timedelta(days=30)


def test_giving_access_asks_first_who_sits_there(signed_in, joseph, omar, asked, clock, at):
    browser = signed_in(joseph)
    clock(at + timedelta(minutes=6))

    answer = browser.post(f"{page_of(asked)}?serving=UNSTOR", FORM | {"user": omar.pk})

    assert answer.status_code == 401
    assert not RequestGrant.objects.exists()


def test_only_people_of_the_chosen_mission_are_offered(signed_in, joseph, asked):
    browser = signed_in(joseph)

    own, theirs = (browser.get(page_of(asked) + query).content.decode() for query in ("", "?serving=UNSTOR"))

    assert "Omar Diop" in theirs
    assert "Omar Diop" not in own
    assert "Yusuf Bello" in own
    assert "Yusuf Bello" not in theirs


@pytest.mark.parametrize("name", ["amina", "odile", "clara", "ingrid", "omar", "maya"])
def test_who_neither_leads_nor_audits_does_not_learn_who_reads(signed_in, cast, asked, name):
    assert signed_in(cast[name]).get(page_of(asked)).status_code == 404


def test_the_auditor_looks_and_gives_nothing(signed_in, otto, omar, joseph, asked, access, at):
    give(asked, omar, access(joseph), at)
    browser = signed_in(otto)

    text = browser.get(page_of(asked)).content.decode()
    browser.post(page_of(asked), FORM | {"user": omar.pk})

    assert "Omar Diop" in text
    assert "Give access" not in text
    assert Event.objects.filter(kind=Kind.REQUEST_SHARED).count() == 1


def test_the_way_to_the_page_is_shown_to_leadership_only(signed_in, joseph, amina, asked):
    link = page_of(asked)

    assert link in signed_in(joseph).get(f"/requests/{asked.reference}/").content.decode()
    assert link not in signed_in(amina).get(f"/requests/{asked.reference}/").content.decode()


def test_a_hidden_request_and_one_that_does_not_exist_answer_alike(signed_in, omar, asked):
    browser = signed_in(omar)
    there, nowhere = browser.get(page_of(asked)), browser.get("/requests/R-2026-AAAAA/access/")

    assert there.status_code == nowhere.status_code == 404
    assert plain(there, asked.reference) == plain(nowhere, "R-2026-AAAAA")


def plain(answer, reference) -> str:
    """Return a page without its token and the address that was asked for."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return text.replace(reference, "REFERENCE")
