"""Travel mode: a person takes less into the field, and cannot be made to take it back."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts import services
from accounts.models import User
from audit.models import Event, Kind
from engagement.services import emergencies
from missions.access import Marking
from missions.postings import access_for
from missions.services.travel import end_travel
from nsags.models import Group
from tests import factories

pytestmark = pytest.mark.django_db

HERE = "/missions/MINUBEK/travellers/"


@pytest.fixture
def secret_group(amina, group):
    Group.objects.unscoped("the test marks it").filter(pk=group.pk).update(marking=Marking.CONFIDENTIAL)
    return f"/groups/{group.reference}/"


def travels(user):
    return User.objects.get(pk=user.pk).travel_ceiling is not None


def test_what_lies_above_the_ceiling_closes_with_the_next_click_in_every_session(signed_in, amina, secret_group):
    here, there = signed_in(amina), signed_in(amina)
    assert there.get(secret_group).status_code == 200

    here.post("/account/travel/", {"ceiling": "0"})

    assert here.get(secret_group).status_code == 404
    assert there.get(secret_group).status_code == 404
    assert Event.objects.filter(kind=Kind.TRAVEL_STARTED, actor_id=amina.pk).count() == 1


def test_every_page_shows_that_one_travels(signed_in, amina):
    client = signed_in(amina)
    client.post("/account/travel/", {"ceiling": "1"})

    assert "Travel mode: up to Confidential" in client.get("/missions/").content.decode()


WORDS = "The commander agreed to a market day"


@pytest.fixture
def drafted(signed_in, amina):
    """Amina has begun to log a contact and not sent it."""
    signed_in(amina).post("/drafts/contact/", {"summary": WORDS, "place": "Tora"})
    return "/contacts/new/"


def test_a_page_with_unsent_words_is_marked_as_what_becomes_of_them(signed_in, amina, drafted):
    page = signed_in(amina).get(drafted).content.decode()

    assert WORDS in page
    assert "UN Confidential" in page


@pytest.mark.parametrize(("ceiling", "is_shown"), [(Marking.UNCLASSIFIED, False), (Marking.CONFIDENTIAL, True)])
def test_unsent_words_open_as_what_is_confidential_does(signed_in, amina, drafted, at, ceiling, is_shown):
    services.start_travel(user=amina, ceiling=ceiling, at=at)
    browser = signed_in(amina)

    assert (WORDS in browser.get(drafted).content.decode()) == is_shown


def test_what_stays_at_home_is_not_overwritten_on_the_way(signed_in, amina, drafted, pierre, maya, mission, at):
    services.start_travel(user=amina, ceiling=Marking.UNCLASSIFIED, at=at)
    browser = signed_in(amina)
    assert browser.post("/drafts/contact/", {"summary": "On the road"}).status_code == 204
    answer = browser.post(drafted, {"summary": "On the road", "draft": "1"}).content.decode()
    assert "no draft is kept" in answer
    assert "On the road" in answer

    end_travel(traveller=amina, mission=mission, by=access_for(maya, at), at=at)

    assert WORDS in signed_in(amina).get(drafted).content.decode()


def test_the_register_of_exports_stays_at_home(signed_in, amina, at):
    factories.make_contact(author=amina, at=at)
    said = {"of": "contacts", "mission": "MINUBEK", "purpose": "For the talks in May", "recipient": "Political head"}
    browser = signed_in(amina)
    assert browser.post("/exports/new/", said).status_code == 200
    at_home = browser.get("/exports/").content.decode()
    assert "For the talks in May" in at_home
    assert "UN Confidential" in at_home

    services.start_travel(user=amina, ceiling=Marking.UNCLASSIFIED, at=at)

    assert "For the talks in May" not in signed_in(amina).get("/exports/").content.decode()


def test_the_register_of_emergency_access_and_the_log_stay_at_home(signed_in, yusuf, otto, mission, access, at):
    told = "The convoy is under fire near the ford."
    opened = emergencies.open_emergency(
        mission=mission, reference="", reason="life_at_risk", explanation=told, by=access(yusuf), at=at
    )
    page = f"/emergencies/{opened.pk}/"
    for user in (yusuf, otto):
        assert told in signed_in(user).get(page).content.decode()
        services.start_travel(user=user, ceiling=Marking.UNCLASSIFIED, at=at)
        assert signed_in(user).get(page).status_code == 404
        assert page not in signed_in(user).get("/emergencies/").content.decode()

    log = signed_in(otto).get("/log/").content.decode()
    assert "Yusuf" not in log
    assert signed_in(otto).get(f"/log/{opened.pk}/").status_code == 404


def test_a_compartment_stays_closed_on_the_way(signed_in, amina, pierre, mission, at):
    factories.make_compartment(mission=mission, owner=pierre, members=[amina], at=at)
    assert access_for(amina, at).compartments

    signed_in(amina).post("/account/travel/", {"ceiling": "1"})

    amina.refresh_from_db()
    assert not access_for(amina, at).compartments


@pytest.mark.parametrize("typed", [{"ceiling": "1"}, {"ceiling": "2"}, {"ceiling": ""}, {"ceiling": "-1"}, {}])
def test_a_traveller_cannot_raise_the_ceiling(signed_in, amina, typed):
    client = signed_in(amina)
    client.post("/account/travel/", {"ceiling": "0"})

    client.post("/account/travel/", typed)

    amina.refresh_from_db()
    assert amina.travel_ceiling == 0


def test_a_traveller_can_go_lower(signed_in, amina):
    client = signed_in(amina)
    client.post("/account/travel/", {"ceiling": "1"})
    client.post("/account/travel/", {"ceiling": "0"})

    amina.refresh_from_db()
    assert amina.travel_ceiling == 0


def test_signing_in_anew_does_not_end_it(signed_in, amina, secret_group):
    signed_in(amina).post("/account/travel/", {"ceiling": "0"})

    assert signed_in(amina).get(secret_group).status_code == 404


@pytest.mark.parametrize("name", ["odile", "sven", "maya"])
def test_a_head_of_office_the_security_adviser_or_the_information_manager_ends_it(signed_in, cast, name, at):
    services.start_travel(user=cast["amina"], ceiling=0, at=at)
    client = signed_in(cast[name])
    assert "Amina Sow" in client.get(HERE).content.decode()

    page = client.post(f"{HERE}{cast['amina'].pk}/end/", follow=True).content.decode()

    assert "Amina Sow sees everything again." in page
    assert not travels(cast["amina"])
    event = Event.objects.get(kind=Kind.TRAVEL_ENDED)
    assert (event.actor_id, event.object_id) == (cast[name].pk, cast["amina"].pk)


@pytest.mark.parametrize("name", ["amina", "yusuf", "pierre", "clara", "ingrid", "omar", "otto"])
def test_nobody_else_ends_it_or_sees_who_travels(signed_in, cast, name, at):
    services.start_travel(user=cast["amina"], ceiling=0, at=at)
    client = signed_in(cast[name])

    assert client.get(HERE).status_code == 404
    assert client.post(f"{HERE}{cast['amina'].pk}/end/").status_code == 404
    assert travels(cast["amina"])


@pytest.mark.parametrize("name", ["odile", "sven", "maya"])
def test_nobody_ends_their_own(signed_in, cast, name):
    client = signed_in(cast[name])
    client.post("/account/travel/", {"ceiling": "1"})

    page = client.post(f"{HERE}{cast[name].pk}/end/", follow=True).content.decode()

    assert "Nobody ends their own travel mode." in page
    assert travels(cast[name])


def test_two_who_are_stopped_together_cannot_free_each_other(signed_in, odile, sven, at):
    for person in (odile, sven):
        services.start_travel(user=person, ceiling=1, at=at)

    page = signed_in(odile).post(f"{HERE}{sven.pk}/end/", follow=True).content.decode()

    assert "You travel yourself." in page
    assert travels(sven)


def test_somebody_of_another_mission_is_not_there(signed_in, odile, omar, at):
    services.start_travel(user=omar, ceiling=0, at=at)
    client = signed_in(odile)

    assert omar.name not in client.get(HERE).content.decode()
    assert client.post(f"{HERE}{omar.pk}/end/").status_code == 404
    assert travels(omar)


def test_ending_it_asks_for_a_fresh_proof(signed_in, odile, amina, clock, at):
    services.start_travel(user=amina, ceiling=0, at=at)
    client = signed_in(odile)
    clock(at + timedelta(minutes=6))

    assert client.post(f"{HERE}{amina.pk}/end/", headers={"origin": "http://testserver"}).status_code == 401
    assert travels(amina)


def test_ending_it_twice_is_told_and_logged_once(access, odile, amina, mission, at, signed_in):
    services.start_travel(user=amina, ceiling=0, at=at)
    end_travel(traveller=amina, mission=mission, by=access(odile), at=at)

    page = signed_in(odile).post(f"{HERE}{amina.pk}/end/", follow=True).content.decode()

    assert "not in travel mode any more" in page
    assert Event.objects.filter(kind=Kind.TRAVEL_ENDED).count() == 1


def test_somebody_who_ends_travel_finds_the_page_in_the_account(signed_in, odile, amina):
    assert HERE in signed_in(odile).get("/account/travel/").content.decode()
    assert HERE not in signed_in(amina).get("/account/travel/").content.decode()


def test_a_stranger_starts_no_travel(amina):
    assert Client().post("/account/travel/", {"ceiling": "0"}).status_code == 302
    assert not travels(amina)


# A laptop is lost or seized


def locked_by(client, person):
    return client.post(f"{HERE}{person.pk}/lock/", follow=True)


def test_a_colleague_closes_every_session_and_leaves_only_what_is_unclassified(signed_in, sven, amina, secret_group):
    seized = signed_in(amina)
    assert seized.get(secret_group).status_code == 200

    page = locked_by(signed_in(sven), amina).content.decode()

    assert f"{amina.name} is signed out everywhere" in page
    assert seized.get("/help/words/").status_code == 200
    assert seized.get(secret_group).url.startswith("/sign-in/")
    assert signed_in(amina).get(secret_group).status_code == 404
    kinds = Event.objects.filter(object_id=amina.pk, actor_id=sven.pk).values_list("kind", flat=True)
    assert {*kinds} == {Kind.SESSION_LOCKED, Kind.TRAVEL_STARTED}


def test_somebody_on_the_road_goes_no_higher_when_they_are_locked_out(signed_in, sven, amina, at):
    services.start_travel(user=amina, ceiling=1, at=at)

    locked_by(signed_in(sven), amina)

    amina.refresh_from_db()
    assert (amina.travel_ceiling, amina.travelling_since) == (0, at)


@pytest.mark.parametrize("name", ["amina", "pierre", "joseph", "omar", "otto"])
def test_not_everybody_locks_others_out(cast, signed_in, yusuf, name):
    assert locked_by(signed_in(cast[name]), yusuf).status_code == 404
    assert not travels(yusuf)


def test_nobody_locks_themselves_or_a_stranger_out(signed_in, sven, omar):
    client = signed_in(sven)

    assert "This is you." in locked_by(client, sven).content.decode()
    assert locked_by(client, omar).status_code == 404
    assert not travels(sven)
    assert not travels(omar)


def test_locking_somebody_out_asks_for_a_fresh_proof(signed_in, sven, amina, clock, at):
    client = signed_in(sven)
    clock(at + timedelta(minutes=6))

    assert client.post(f"{HERE}{amina.pk}/lock/", headers={"origin": "http://testserver"}).status_code == 401
    assert not travels(amina)
