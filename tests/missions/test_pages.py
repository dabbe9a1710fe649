"""The pages on missions, told about people."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from missions import services
from missions.models import Mission, Posting, Posture, Prohibition
from tests import factories
from tests.pages import typed_day

pytestmark = pytest.mark.django_db

POSTURE = "/missions/MINUBEK/posture/"


@pytest.fixture
def ban(mission, joseph, group, at, access):
    return services.prohibit(
        mission=mission,
        group_id=group.pk,
        subject="The Front of the upper river",
        text="No contact.",
        review_on=at.date() + timedelta(days=30),
        issuer_title="Head of mission",
        by=access(joseph),
        at=at,
    )


@pytest.mark.parametrize("name", ["amina", "odile", "clara", "hana", "otto", "maya", "ingrid"])
def test_everyone_posted_reads_that_nothing_is_prohibited(cast, signed_in, name):
    page = signed_in(cast[name]).get(POSTURE)

    assert page.status_code == 200
    assert "No prohibition is in force." in page.content.decode()
    assert "Mon 2 Mar 2026" in page.content.decode()


def test_a_ban_is_read_by_people_who_may_not_see_the_group(ban, group, joseph, yusuf, mission, signed_in, at):
    group.compartment = factories.make_compartment(mission=mission, owner=joseph, at=at)
    group.save()

    page = signed_in(yusuf).get(POSTURE).content.decode()

    assert "The Front of the upper river" in page
    assert "No prohibition is in force." not in page
    assert "Upper Mbali Front" not in page


def test_a_neighbour_finds_no_such_mission(omar, signed_in, mission):
    assert signed_in(omar).get(POSTURE).status_code == 404


def test_a_neighbour_reads_the_posture_of_the_training_library(omar, signed_in, mission):
    Mission.objects.filter(pk=mission.pk).update(is_library=True)

    assert signed_in(omar).get(POSTURE).status_code == 200


def test_missions_are_listed_by_name_with_their_posture(ingrid, signed_in):
    page = signed_in(ingrid).get("/missions/").content.decode()

    assert page.index("MINUBEK") < page.index("UNSTOR")
    assert "Dialogue is expected of staff at all levels" in page
    assert "No posture is recorded for this mission." in page


def test_the_posture_page_says_who_decides_at_each_band(amina, signed_in):
    page = signed_in(amina).get(POSTURE).content.decode()

    for decider in ("L0, the field officer", "L1, the head of field office", "L2, the pillar head"):
        assert decider in page


def test_the_head_of_mission_changes_the_posture_once_however_often_she_presses(joseph, signed_in, mission):
    browser = signed_in(joseph)
    answers = {
        "code": "CLOSELY_HELD",
        "reason": "The talks",
        "issuer_title": "SRSG",
        "submission_key": str(uuid4()),
    }

    first, second = (browser.post(POSTURE + "new/", answers) for _n in range(2))

    assert first.status_code == second.status_code == 302
    assert Posture.objects.filter(mission=mission, code="CLOSELY_HELD").count() == 1


def test_a_posture_without_reason_comes_back_with_everything_typed(joseph, signed_in, mission):
    answers = {"code": "CLOSELY_HELD", "explanation": "Ask my office", "issuer_title": "SRSG"}

    page = signed_in(joseph).post(POSTURE + "new/", answers).content.decode()

    assert "Say why the posture changes." in page
    assert "Ask my office" in page
    assert Posture.objects.filter(mission=mission).count() == 1


@pytest.mark.parametrize("path", ["posture/new/", "delegations/new/", "prohibitions/new/"])
def test_only_the_head_of_mission_opens_the_forms(joseph, amina, signed_in, path):
    assert signed_in(joseph).get(f"/missions/MINUBEK/{path}").status_code == 200
    assert signed_in(amina).get(f"/missions/MINUBEK/{path}").status_code == 404


def test_lifting_a_ban_takes_a_second_look(joseph, ban, signed_in, mission, at):
    browser, path = signed_in(joseph), f"/missions/MINUBEK/prohibitions/{ban.pk}/lift/"

    asked = browser.get(path)
    assert "Lift this prohibition?" in asked.content.decode()
    assert Prohibition.objects.in_force(mission, at).exists()

    browser.post(path)
    assert not Prohibition.objects.in_force(mission, at).exists()
    assert "nothing to lift" in browser.get(path).content.decode()


def test_the_head_of_mission_prohibits_contact_with_a_group(joseph, group, signed_in, mission, at):
    answers = {
        "about": f"group {group.pk}",
        "subject": "The Front",
        "text": "No contact for now.",
        "issuer_title": "SRSG",
        **typed_day("review_on", date(2026, 6, 1)),
    }

    signed_in(joseph).post("/missions/MINUBEK/prohibitions/new/", answers)

    assert Prohibition.objects.in_force(mission, at).get().group_id == group.pk


def test_authority_is_delegated_and_shown(joseph, pierre, amina, signed_in):
    answers = {
        "to_user": str(pierre.pk),
        "level": "3",
        "highest_band": "HIGH",
        "reason": "Leave",
        **typed_day("starts_on", date(2026, 3, 2)),
        **typed_day("ends_on", date(2026, 3, 9)),
    }

    assert signed_in(joseph).post("/missions/MINUBEK/delegations/new/", answers).status_code == 302

    assert "Pierre Martin" in signed_in(amina).get(POSTURE).content.decode()


def test_a_delegation_may_be_limited_to_an_area_and_a_group(joseph, odile, amina, mission, group, signed_in):
    area = mission.areas.get(name="Bria")
    answers = {
        "to_user": str(odile.pk),
        "level": "2",
        "highest_band": "HIGH",
        "area": str(area.pk),
        "group_id": str(group.pk),
        "subject": "The front of the upper river",
        "reason": "Leave",
        **typed_day("starts_on", date(2026, 3, 2)),
        **typed_day("ends_on", date(2026, 3, 9)),
    }

    assert signed_in(joseph).post("/missions/MINUBEK/delegations/new/", answers).status_code == 302

    held = mission.delegations.get()
    assert (held.area, held.group_id) == (area, group.pk)
    assert "only in Bria; only about The front of the upper river" in signed_in(amina).get(POSTURE).content.decode()


def test_the_head_of_mission_is_asked_again_before_laying_anything_down(
    joseph, mission, group, signed_in, access, clock, at
):
    ban = services.prohibit(
        mission=mission, group_id=group.pk, subject="The front", text="None.", review_on=at.date() + timedelta(days=9),
        issuer_title="SRSG", by=access(joseph), at=at,
    )  # fmt: skip
    browser = signed_in(joseph)
    clock(at + timedelta(minutes=6))

    for path in ("posture/new/", "delegations/new/", f"prohibitions/{ban.pk}/lift/"):
        assert browser.get(f"/missions/MINUBEK/{path}").status_code == 401


def test_the_information_manager_posts_and_ends_postings(maya, mission, signed_in, at):
    lena, browser = factories.make_user("lena", name="Lena Fischer"), signed_in(maya)

    browser.post("/missions/MINUBEK/postings/new/", {"user": str(lena.pk), "role": "analyst", "ceiling": "1"})
    posting = Posting.objects.get(user=lena)
    assert "Lena Fischer" in browser.get("/missions/MINUBEK/postings/").content.decode()

    browser.post(f"/missions/MINUBEK/postings/{posting.pk}/end/")
    assert not Posting.objects.live(at).filter(user=lena).exists()


def test_nobody_else_sees_the_postings(joseph, signed_in):
    assert signed_in(joseph).get("/missions/MINUBEK/postings/").status_code == 404


def test_a_list_of_missions_costs_the_same_for_two_and_twenty(ingrid, signed_in, at):
    browser = signed_in(ingrid)
    browser.get("/missions/")
    few = _queries(browser, "/missions/")
    for number in range(18):
        factories.make_mission(
            code=f"UNX{number:02}", host_state="X", information_manager=factories.make_user(f"im{number}"), at=at
        )

    assert _queries(browser, "/missions/") == few


def _queries(browser, path):
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(path).status_code == 200
    return len(captured)


def test_delegated_authority_is_taken_back_after_a_second_look(joseph, pierre, mission, signed_in, access, at):
    delegation = services.delegate(
        mission=mission,
        to_user=pierre,
        level=3,
        highest_band="HIGH",
        reason="Leave",
        starts_on=at.date(),
        ends_on=at.date(),
        by=access(joseph),
        at=at,
    )
    browser, path = signed_in(joseph), f"/missions/MINUBEK/delegations/{delegation.pk}/revoke/"

    assert "Revoke this delegation?" in browser.get(path).content.decode()
    browser.post(path)

    delegation.refresh_from_db()
    assert delegation.revoked_by == joseph
    assert "revoked already" in browser.post(path).content.decode()


def test_a_refused_posting_comes_back_with_the_reason(maya, sven, signed_in):
    typed = {"user": str(sven.pk), "role": "security_adviser", "ceiling": "1"}

    page = signed_in(maya).post("/missions/MINUBEK/postings/new/", typed)

    assert "already serves there in this role" in page.content.decode()


def test_a_delegation_that_runs_backwards_comes_back_with_the_reason(joseph, pierre, signed_in):
    typed = {"to_user": str(pierre.pk), "level": "2", "highest_band": "LOW", "reason": "Leave of ten days"}

    page = signed_in(joseph).post(
        "/missions/MINUBEK/delegations/new/",
        typed | typed_day("starts_on", date(2026, 3, 9)) | typed_day("ends_on", date(2026, 3, 2)),
    )

    assert "ends before it starts" in page.content.decode()
    assert "Leave of ten days" in page.content.decode()
