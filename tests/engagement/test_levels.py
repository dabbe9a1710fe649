"""Advisers read a fact differently: each level stands, the highest counts, and the POC adviser settles it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit.models import Event, Kind
from engagement.demo import steps
from engagement.models import Answer, RecordedLevel, RequestStatus
from engagement.policies.levels import by_factor, differ
from engagement.services import assessing, submission
from engagement.services.dossier import read_dossier
from missions.refusals import Refused
from tests.factories import make_request

pytestmark = pytest.mark.django_db
FACTOR = "SEC-03"


@pytest.fixture
def waiting(amina, at):
    """A request before the advisers, with every security factor at 2."""
    return make_request(author=amina, status=RequestStatus.IN_ADVICE, at=at)


@pytest.fixture
def record(waiting, access, at):
    """Have somebody record a level, so many minutes later: record(sven, 4, 1)."""

    def revise(user, level, minutes, factor=FACTOR, request=waiting):
        return assessing.revise_answer(
            request=request,
            factor=factor,
            level=level,
            confidence="A",
            source=f"Report of {user.name}",
            source_date=at.date(),
            why_unknown="" if level is not None else "Nobody has been there.",
            note=f"Seen by {user.name}.",
            by=access(user),
            at=at + timedelta(minutes=minutes),
        )

    return revise


@pytest.fixture
def settle(waiting, access, at):
    """Have somebody settle which role's level counts: settle(clara, "security_adviser")."""

    def choose(user, role, minutes=9, note="The security adviser was there."):
        return assessing.settle_level(
            request=waiting, factor=FACTOR, role=role, note=note, by=access(user), at=at + timedelta(minutes=minutes)
        )

    return choose


def counted(request, factor=FACTOR):
    return Answer.objects.unscoped("test").get(request=request, factor=factor).level


def standing(request, access, user, factor=FACTOR):
    dossier = read_dossier(steps.read(request), by=access(user))
    return {row.role: row.level for row in by_factor(dossier.levels)[factor]}


def test_a_lower_level_of_another_adviser_does_not_take_the_place_of_a_higher_one(
    waiting, record, sven, lucia, joseph, access
):
    record(sven, 4, 1)
    after = record(lucia, 0, 2)

    assert counted(waiting) == 4
    assert after.facts["answers"][FACTOR] == [4, "A"]
    assert standing(waiting, access, joseph) == {"security_adviser": 4, "political_adviser": 0}


def test_the_order_in_which_advisers_write_makes_no_difference(waiting, record, sven, lucia):
    record(lucia, 0, 1)
    record(sven, 4, 2)

    assert counted(waiting) == 4


def test_an_adviser_may_change_their_own_mind(waiting, record, sven):
    record(sven, 4, 1)
    record(sven, 1, 2)

    assert counted(waiting) == 1
    assert RecordedLevel.objects.unscoped("test").count() == 2


def test_what_one_adviser_does_not_know_counts_as_the_worst_of_a_risk_and_nothing_of_the_protection_case(
    waiting, record, sven, lucia
):
    record(sven, 4, 1)
    record(lucia, None, 2)
    record(sven, 2, 3, factor="PRO-01")
    record(lucia, None, 4, factor="PRO-01")

    assert counted(waiting) is None
    assert counted(waiting, "PRO-01") == 2


def test_the_poc_adviser_settles_it_with_a_note(waiting, record, settle, sven, lucia, clara, access):
    record(sven, 4, 1)
    record(lucia, 0, 2)

    after = settle(clara, "political_adviser", note="The post was given up on Sunday.")

    assert counted(waiting) == 0
    assert after.note == "The post was given up on Sunday."
    assert standing(waiting, access, clara) == {"poc_adviser": 0}
    assert RecordedLevel.objects.unscoped("test").count() == 3
    assert Event.objects.get(kind=Kind.LEVEL_SETTLED).fields == [FACTOR]


def test_after_a_settlement_a_new_level_opens_the_difference_again(waiting, record, settle, sven, lucia, clara):
    record(sven, 4, 1)
    record(lucia, 0, 2)
    settle(clara, "political_adviser")

    record(sven, 3, 12)

    assert counted(waiting) == 3


def test_only_the_poc_adviser_settles_and_says_why(waiting, record, settle, sven, lucia, clara):
    record(sven, 4, 1)
    record(lucia, 0, 2)

    with pytest.raises(Refused, match="not_poc_adviser"):
        settle(sven, "security_adviser")
    with pytest.raises(Refused, match="no_level"):
        settle(clara, "legal_adviser")
    with pytest.raises(Refused, match="no_note"):
        settle(clara, "security_adviser", note=" ")

    assert counted(waiting) == 4


def test_nothing_is_settled_where_nobody_differs(waiting, record, settle, sven, lucia, clara):
    record(sven, 4, 1)
    record(lucia, 4, 2)

    with pytest.raises(Refused, match="nothing_differs"):
        settle(clara, "security_adviser")


def test_whoever_wrote_the_request_does_not_settle_it(clara, sven, lucia, record, access, at):
    own = make_request(author=clara, status=RequestStatus.IN_ADVICE, at=at)
    record(sven, 4, 1, request=own)
    record(lucia, 0, 2, request=own)

    with pytest.raises(Refused, match="own_request"):
        assessing.settle_level(
            request=own, factor=FACTOR, role="political_adviser", note="So.", by=access(clara), at=at
        )


def test_what_was_sent_stays_as_it_was_sent(waiting, record, sven, lucia, settle, clara):
    sent = waiting.submissions.unscoped("test").get()

    record(sven, 4, 1)
    record(lucia, 0, 2)
    settle(clara, "security_adviser")

    again = waiting.submissions.unscoped("test").get()
    assert (again.digest, again.content) == (sent.digest, sent.content)
    assert again.content["answers"][FACTOR]["level"] == 2


def test_a_new_version_starts_from_the_level_that_counted(amina, odile, record, sven, lucia, access, at):
    request = make_request(author=amina, status=RequestStatus.READY, at=at)
    record(sven, 4, 1, request=request)
    record(lucia, 0, 2, request=request)
    steps.decide(request, "return", at=at + timedelta(hours=1))
    submission.reopen(request=request, by=access(amina), at=at + timedelta(hours=2))
    submission.submit(request=request, by=access(amina), at=at + timedelta(hours=3))

    dossier = read_dossier(steps.read(request), by=access(odile))
    assert dossier.levels == ()
    assert counted(request) == 4


def test_whoever_recorded_a_level_has_taken_part_even_where_another_level_counts(
    waiting, record, sven, lucia, joseph, access
):
    record(sven, 4, 1)
    record(lucia, 0, 2)

    assert {sven.pk, lucia.pk} <= read_dossier(steps.read(waiting), by=access(joseph)).authors


def test_the_page_says_who_recorded_what_and_gives_the_poc_adviser_the_way_to_settle_it(
    amina, record, sven, lucia, clara, joseph, signed_in, access, at
):
    request = make_request(author=amina, status=RequestStatus.READY, at=at)
    record(sven, 4, 1, request=request)
    record(lucia, 0, 2, request=request)
    page, address = (
        f"/requests/{request.reference}/",
        reverse("engagement:settle_level", args=[request.reference, FACTOR]),
    )

    read_by_head, read_by_poc = (signed_in(who).get(page).content.decode() for who in (joseph, clara))

    assert "Security adviser, 2 Mar 2026: 4 of 4; Political adviser, 2 Mar 2026: 0 of 4" in read_by_head
    assert "advisers differ, so the highest counts until the POC adviser settles it" in read_by_head
    assert address in read_by_poc
    assert address not in read_by_head


def test_the_poc_adviser_settles_it_on_its_page(waiting, record, sven, lucia, clara, signed_in, clock, at):
    record(sven, 4, 1)
    record(lucia, 0, 2)
    clock(at + timedelta(minutes=5))
    browser, address = signed_in(clara), reverse("engagement:settle_level", args=[waiting.reference, FACTOR])

    asked = browser.get(address).content.decode()
    told = browser.post(address, {"role": "political_adviser", "note": ""}).content.decode()
    done = browser.post(address, {"role": "political_adviser", "note": "The post was given up."})

    assert "Seen by Sven Lindqvist." in asked
    assert "Say in one sentence why this level counts." in told
    assert done.status_code == 302
    assert counted(waiting) == 0


def test_others_read_on_that_page_why_they_cannot(waiting, record, sven, lucia, signed_in):
    record(sven, 4, 1)
    record(lucia, 0, 2)

    text = signed_in(sven).get(reverse("engagement:settle_level", args=[waiting.reference, FACTOR])).content.decode()

    assert "Only the POC adviser settles which level counts." in text


def test_a_factor_of_which_nobody_recorded_anything_has_no_such_page(waiting, clara, signed_in):
    address = reverse("engagement:settle_level", args=[waiting.reference, FACTOR])

    assert signed_in(clara).get(address).status_code == 404


def test_two_roles_that_agree_do_not_differ(waiting, record, sven, lucia, clara, access):
    record(sven, 3, 1)
    record(lucia, 3, 2)

    assert not differ(by_factor(read_dossier(steps.read(waiting), by=access(clara)).levels)[FACTOR])
