"""The factories reach every state by the steps that people take."""

import pytest

from engagement.models import Contact, EngagementStatus, Request, RequestStatus
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.parametrize("status", RequestStatus)
def test_a_request_can_be_taken_to_every_status(amina, at, status):
    request = factories.make_request(author=amina, at=at, status=status)

    assert request.status == status


@pytest.mark.parametrize("status", EngagementStatus)
def test_a_dialogue_can_be_taken_to_every_status(amina, at, status):
    engagement = factories.make_engagement(author=amina, at=at, status=status)

    assert engagement.status == status


@pytest.mark.parametrize(("band", "level"), [("LOW", 0), ("MODERATE", 1), ("HIGH", 2), ("VERY_HIGH", 3)])
def test_each_band_asks_for_its_own_level(amina, at, band, level):
    request = factories.make_request(author=amina, at=at, status=RequestStatus.READY, band=band)

    assert request.assessment.authority == level


@pytest.mark.parametrize("path", [Contact.Path.SCREENED, Contact.Path.UNPLANNED])
def test_a_contact_can_be_logged_outside_any_approval(amina, at, path):
    contact = factories.make_contact(author=amina, at=at, path=path)

    assert contact.path == path


def test_a_planned_contact_stands_under_its_approval(amina, at):
    engagement = factories.make_engagement(author=amina, at=at)

    contact = factories.make_contact(author=amina, at=at, engagement=engagement)

    assert contact.path == Contact.Path.PLANNED


def test_the_neighbour_sees_nothing(amina, omar, at, access):
    factories.make_request(author=amina, at=at)

    assert not Request.objects.visible_to(access(omar)).exists()


def test_a_page_answers_the_person_who_signed_in(signed_in, amina):
    assert signed_in(amina).session["_auth_user_id"] == str(amina.pk)
