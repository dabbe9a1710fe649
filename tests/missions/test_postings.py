"""Postings: until when, up to which marking, and what closes with them."""

from datetime import date, timedelta

import pytest

from audit.models import Event, Kind
from engagement.models import Request, RequestGrant
from missions import services
from missions.access import Marking
from missions.models import Posting
from missions.roles import Role
from tests import factories
from tests.pages import typed_day
from tests.refusing import refused

pytestmark = pytest.mark.django_db

STRICT = Marking.STRICTLY_CONFIDENTIAL


@pytest.fixture
def of(mission):
    """Return the posting of somebody in the mission: of(hana)."""
    return lambda user: Posting.objects.get(user=user, mission=mission)


@pytest.fixture
def ask(of, maya, access, at):
    """Have the information manager ask for a marking: ask(hana, STRICT)."""
    return lambda user, ceiling=STRICT: services.set_ceiling(posting=of(user), ceiling=ceiling, by=access(maya), at=at)


def address(posting, verb):
    return f"/missions/MINUBEK/postings/{posting.pk}/{verb}/"


# Up to which marking


def test_nobody_reads_above_confidential_on_the_word_of_one_person(ask, hana, access):
    posting = ask(hana)

    assert (posting.ceiling, posting.asked_ceiling) == (Marking.CONFIDENTIAL, STRICT)
    assert access(hana).ceiling == Marking.CONFIDENTIAL


def test_a_posting_opened_above_confidential_waits_for_a_second_person(mission, maya, access, at):
    lena = factories.make_user("lena")
    asked = {"user": lena, "mission": mission, "role": Role.ANALYST, "ceiling": STRICT, "starts_at": at, "at": at}

    posting = services.open_posting(**asked, by=access(maya))

    assert access(lena).ceiling == Marking.CONFIDENTIAL
    assert posting.asked_by == maya


@pytest.mark.parametrize("second", ["joseph", "deputy.minubek"])
def test_the_head_of_mission_or_another_information_manager_confirms(cast, ask, hana, access, at, second):
    services.confirm_ceiling(posting=ask(hana), by=access(cast[second]), at=at)

    assert access(hana).ceiling == STRICT
    assert Event.objects.filter(kind=Kind.POSTING_CHANGED, actor_id=cast[second].pk, fields=["ceiling"]).exists()


@pytest.mark.parametrize(
    ("second", "code"),
    [("maya", "second_person"), ("pierre", "not_entitled"), ("hana", "not_entitled"), ("nadia", "not_entitled")],
)
def test_nobody_else_is_the_second_person(cast, ask, hana, access, at, second, code):
    assert code in refused(services.confirm_ceiling, posting=ask(hana), by=access(cast[second]), at=at)


def test_the_head_of_mission_does_not_confirm_her_own_marking(ask, joseph, access, at):
    ask(joseph, Marking.CONFIDENTIAL)

    assert refused(services.confirm_ceiling, posting=ask(joseph), by=access(joseph), at=at) == {"own_posting"}


def test_a_lower_ceiling_holds_at_once_and_takes_a_question_back(ask, of, clara, hana, access, joseph, at):
    ask(clara, Marking.UNCLASSIFIED)
    assert access(clara).ceiling == Marking.UNCLASSIFIED

    ask(hana)
    ask(hana, Marking.CONFIDENTIAL)
    assert refused(services.confirm_ceiling, posting=of(hana), by=access(joseph), at=at) == {"nothing_asked"}


def test_a_ceiling_that_stands_already_and_one_that_there_is_not_are_refused(ask, hana):
    assert refused(ask, user=hana, ceiling=Marking.CONFIDENTIAL) == {"same_ceiling"}
    assert refused(ask, user=hana, ceiling=7) == {"unknown_marking"}


def test_a_confirmed_marking_opens_what_it_covers_between_two_clicks(ask, hana, joseph, group, signed_in, access, at):
    group.marking = STRICT
    group.save()
    browser, page = signed_in(hana), f"/groups/{group.reference}/"
    posting = ask(hana)
    assert browser.get(page).status_code == 404

    services.confirm_ceiling(posting=posting, by=access(joseph), at=at)
    assert browser.get(page).status_code == 200

    ask(hana, Marking.CONFIDENTIAL)
    assert browser.get(page).status_code == 404


def test_two_people_raise_a_marking_on_their_pages(of, hana, maya, joseph, signed_in):
    manager, head = signed_in(maya), signed_in(joseph)

    told = manager.post(address(of(hana), "ceiling"), {"ceiling": "2"}, follow=True).content.decode()
    assert "Until a second person confirms, the posting reads up to UN Confidential." in told
    assert "UN Strictly confidential waits for a second person" in told
    assert (
        "You proposed this. A second person confirms it."
        in manager.get(address(of(hana), "ceiling/confirm")).content.decode()
    )

    assert "Confirm 1 marking" in head.get("/missions/MINUBEK/posture/").content.decode()
    assert "Hana Sato" in head.get("/missions/MINUBEK/ceilings/").content.decode()
    head.post(address(of(hana), "ceiling/confirm"))

    assert of(hana).ceiling == STRICT
    assert "Nothing waits for you here." in head.get("/missions/MINUBEK/ceilings/").content.decode()


@pytest.mark.parametrize("name", ["amina", "pierre", "otto", "omar", "ingrid"])
def test_others_find_no_page_on_markings(cast, of, hana, signed_in, name):
    browser = signed_in(cast[name])

    assert browser.get("/missions/MINUBEK/ceilings/").status_code == 404
    assert browser.get(address(of(hana), "ceiling/confirm")).status_code == 404
    assert browser.get(address(of(hana), "ceiling")).status_code == 404
    assert browser.get(address(of(hana), "extend")).status_code == 404


def test_a_second_person_of_another_mission_finds_no_such_posting(cast, of, hana, signed_in):
    path = f"/missions/UNSTOR/postings/{of(hana).pk}/ceiling/confirm/"

    assert signed_in(cast["nadia"]).get(path).status_code == 404


# Until when


def test_a_posting_that_runs_out_within_14_days_is_pointed_out(of, hana, tomas, maya, signed_in, at):
    Posting.objects.filter(user=hana).update(ends_at=at + timedelta(days=13))
    Posting.objects.filter(user=tomas).update(ends_at=at + timedelta(days=15))

    page = signed_in(maya).get("/missions/MINUBEK/postings/").content.decode()

    warning = page[page.index("These postings run out within 14 days") :].split("</ul>")[0]
    assert "Hana Sato" in warning
    assert "Tomas Novak" not in warning


def test_the_information_manager_extends_a_posting_to_the_end_of_a_day(of, hana, maya, signed_in, at):
    Posting.objects.filter(user=hana).update(ends_at=at + timedelta(days=3))

    sent = signed_in(maya).post(address(of(hana), "extend"), typed_day("ends_on", date(2026, 6, 1)))

    assert sent.status_code == 302
    assert of(hana).ends_at.date().isoformat() == "2026-06-01"
    assert Event.objects.filter(kind=Kind.POSTING_CHANGED, actor_id=maya.pk, fields=["ends_at"]).exists()


def test_an_earlier_day_comes_back_with_the_reason(of, hana, maya, signed_in, at):
    Posting.objects.filter(user=hana).update(ends_at=at + timedelta(days=30))

    page = signed_in(maya).post(address(of(hana), "extend"), typed_day("ends_on", date(2026, 3, 5))).content.decode()

    assert "Enter a day after the present end." in page


def test_a_posting_without_an_end_and_one_that_has_ended_are_not_extended(of, hana, maya, access, at):
    asked = {"ends_at": at + timedelta(days=9), "by": access(maya), "at": at}

    assert refused(services.extend_posting, posting=of(hana), **asked) == {"open_ended"}
    Posting.objects.filter(user=hana).update(ends_at=at)
    assert refused(services.extend_posting, posting=of(hana), **asked) == {"ended_already"}


def test_nobody_extends_or_raises_their_own_posting(of, maya, access, at):
    asked = {"posting": of(maya), "by": access(maya), "at": at}

    assert "own_posting" in refused(services.extend_posting, **asked, ends_at=at + timedelta(days=9))
    assert refused(services.set_ceiling, **asked, ceiling=STRICT) == {"own_posting"}


# What closes with a posting


def test_an_ended_posting_closes_with_the_next_click_of_somebody_signed_in(
    of, hana, maya, group, signed_in, access, at
):
    browser, page = signed_in(hana), f"/groups/{group.reference}/"
    assert browser.get(page).status_code == 200

    services.end_posting(posting=of(hana), by=access(maya), at=at)

    assert browser.get(page).status_code == 404


def test_a_grant_ends_with_the_posting_in_its_mission(mission, of, hana, amina, maya, access, at):
    request = factories.make_request(author=amina, at=at, is_blank=True)
    grant = _grant(request, hana, by=amina, at=at)
    neighbour = factories.make_mission(code="UNX", host_state="X", information_manager=maya, at=at)
    factories.post(hana, mission=neighbour, role=Role.LEGAL_ADVISER, by=maya, at=at)
    assert Request.objects.visible_to(access(hana)).filter(pk=request.pk).exists()

    services.end_posting(posting=of(hana), by=access(maya), at=at)

    grant.refresh_from_db()
    assert grant.expires_at == at
    assert not Request.objects.visible_to(access(hana)).filter(pk=request.pk).exists()


def test_a_grant_ends_with_the_last_posting_at_headquarters(ingrid, amina, maya, access, at):
    request = factories.make_request(author=amina, at=at, is_blank=True)
    grant = _grant(request, ingrid, by=amina, at=at)

    services.end_posting(posting=Posting.objects.get(user=ingrid), by=access(maya), at=at)

    grant.refresh_from_db()
    assert grant.expires_at == at


def _grant(request, user, *, by, at):
    permission = RequestGrant._meta.get_field("permission").related_model.objects.filter(
        content_type__app_label="engagement", content_type__model="request"
    )
    return RequestGrant.objects.create(
        user=user,
        permission=permission.first(),
        content_object=request,
        reason="Asked for advice.",
        granted_by=by,
        granted_at=at,
        expires_at=at + timedelta(days=30),
    )


def test_ending_twice_and_a_double_press_leave_one_event(of, hana, maya, signed_in):
    browser, path = signed_in(maya), address(of(hana), "end")

    for _press in range(2):
        browser.post(path)

    assert Event.objects.filter(kind=Kind.POSTING_ENDED, actor_id=maya.pk).count() == 1


# What opens more is opened after a fresh proof


@pytest.mark.parametrize("verb", ["new", "extend", "ceiling"])
def test_a_posting_opens_or_opens_more_after_a_fresh_proof_only(signed_in, of, maya, hana, clock, at, verb):
    client = signed_in(maya)
    clock(at + timedelta(minutes=5, seconds=1))
    place = "/missions/MINUBEK/postings/new/" if verb == "new" else address(of(hana), verb)

    assert client.get(place).status_code == 401
    assert client.get(address(of(hana), "end")).status_code == 200
