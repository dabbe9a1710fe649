"""What a record points to is named to those alone who may see that as well: groups, requests, threats and sources."""

from datetime import timedelta

import pytest

from engagement.models import Modality, RequestStatus
from engagement.services import contacts, sharing, sources
from missions.access import Marking, names_seen
from missions.models import Posting
from missions.refusals import Refused
from nsags.models import Group
from tests import factories
from tests.engagement import handling

pytestmark = pytest.mark.django_db
ALERT = "No informed consent of the intermediary is on record"


@pytest.fixture
def page(signed_in):
    """Return what somebody reads at an address: page(amina, "/contacts/")."""

    def read(user, address):
        return signed_in(user).get(address).content.decode()

    return read


def mark_strictly(record):
    type(record).objects.unscoped("as it stood before").filter(pk=record.pk).update(
        marking=Marking.STRICTLY_CONFIDENTIAL
    )


# --- Sources -------------------------------------------------------------------------------------------------------


@pytest.fixture
def through(mission, at):
    """Log a contact through an intermediary, whose consent stands unless told otherwise."""
    lena, karim = handling.handlers(mission, at=at)

    def made(*, consented=True, **told):
        source = handling.make_source(handler=lena, alternate=karim, at=at, consented=consented)
        return factories.make_contact(author=lena, at=at, intermediary=source, **told)

    return made


@pytest.mark.parametrize("name", ["amina", "odile", "hana", "otto", "sven"])
@pytest.mark.parametrize("modality", [Modality.IN_PERSON, Modality.INTERMEDIARY])
def test_the_consent_of_an_intermediary_moves_nothing_for_who_may_not_read_it(cast, page, through, name, modality):
    reader = cast[name]
    pages = [
        page(reader, f"/contacts/{through(consented=consented, modality=modality).reference}/")
        for consented in (True, False)
    ]

    assert len({ALERT in text for text in pages}) == 1
    assert (ALERT in pages[0]) == (modality == Modality.INTERMEDIARY)


@pytest.mark.parametrize("name", ["clara", "pierre", "joseph"])
def test_whoever_reads_the_consent_is_told_when_it_is_missing(cast, page, through, name):
    assert ALERT in page(cast[name], f"/contacts/{through(consented=False).reference}/")
    assert ALERT not in page(cast[name], f"/contacts/{through().reference}/")


def test_the_handler_learns_that_the_consent_was_taken_back(page, through, access, at):
    contact = through()
    lena = contact.created_by
    sources.withdraw_consent(source=contact.intermediary, withdrawn_on=at.date(), by=access(lena), at=at)

    assert ALERT in page(lena, f"/contacts/{contact.reference}/")


# --- Groups, requests and threats ----------------------------------------------------------------------------------


def test_names_are_given_of_what_may_be_seen_and_of_nothing_else(amina, clara, access, at):
    known, hidden = (factories.make_group(author=amina, name=name, at=at) for name in ("Known", "Hidden"))
    mark_strictly(hidden)
    keys = [known.pk, hidden.pk, None]

    assert names_seen(access(amina), Group, keys, "reference") == {known.pk: known.reference}
    assert set(names_seen(access(clara), Group, keys)) == {known.pk, hidden.pk}


def test_a_name_that_is_shown_counts_for_the_banner(amina, clara, access, at):
    hidden = factories.make_group(author=amina, at=at)
    mark_strictly(hidden)
    by = access(clara)

    names_seen(by, Group, [hidden.pk])

    assert by.shown.highest == Marking.STRICTLY_CONFIDENTIAL


def test_a_contact_does_not_name_a_request_that_its_reader_cannot_open(amina, odile, clara, page, at):
    engagement = factories.make_engagement(author=amina, at=at)
    contact = factories.make_contact(author=amina, engagement=engagement, at=at)
    mark_strictly(engagement.request)
    reference = engagement.request.reference

    for address in ("/contacts/", f"/contacts/{contact.reference}/"):
        assert reference not in page(odile, address)
        assert "Held back" in page(odile, address)
        assert reference in page(clara, address)
    assert "Suspend dialogue" not in page(odile, f"/contacts/{contact.reference}/")


def test_the_interface_names_a_group_to_whoever_may_see_it(amina, odile, clara, signed_in, at):
    hidden = factories.make_group(author=amina, at=at)
    contact = factories.make_contact(author=amina, group=hidden, at=at)
    unknown = factories.make_contact(author=amina, at=at)
    request = factories.make_request(author=amina, group=hidden, at=at)
    mark_strictly(hidden)

    def told(user):
        browser = signed_in(user)
        answers = [browser.get(f"/api/v1/contacts/{one.reference}/").json()["group"] for one in (contact, unknown)]
        return [*answers, browser.get(f"/api/v1/requests/{request.reference}/").json()["group"]]

    assert told(odile) == ["held back", None, "held back"]
    assert told(clara) == [hidden.reference, None, hidden.reference]
    listed = signed_in(odile).get("/api/v1/contacts/").content.decode()
    assert "held back" in listed
    assert hidden.reference not in listed


def test_whoever_was_let_into_one_request_learns_no_other_reference(amina, omar, pierre, access, signed_in, at):
    # The paper says with whom: that much goes with the request.
    group = factories.make_group(author=amina, name="Mbali Boys", at=at)
    request = factories.make_request(author=amina, group=group, status=RequestStatus.READY, at=at)
    month = at + timedelta(days=20)
    sharing.share(request=request, user=omar, reason="Works next door.", expires_at=month, by=access(pierre), at=at)
    browser = signed_in(omar)

    assert browser.get(f"/api/v1/requests/{request.reference}/").json()["group"] == "held back"
    page = browser.get(f"/requests/{request.reference}/").content.decode()
    assert request.threat.reference not in page
    assert request.group.reference not in page


def test_an_author_who_has_moved_office_is_not_led_to_a_threat_that_stays_behind(amina, clara, mission, page, at):
    group = factories.make_group(author=amina, name="Mbali Boys", at=at)
    request = factories.make_request(author=amina, group=group, status=RequestStatus.READY, at=at)
    assert request.threat.reference in page(amina, f"/requests/{request.reference}/")

    bria, kesi = mission.offices.order_by("name")
    Posting.objects.filter(user=amina).update(office=kesi)
    for record in (request.threat, request.group):
        type(record).objects.unscoped("as it stood").filter(pk=record.pk).update(created_by=clara, office=bria)

    assert request.threat.reference not in page(amina, f"/requests/{request.reference}/")


def test_an_approval_for_another_group_does_not_say_for_which(amina, access, at):
    engagement = factories.make_engagement(author=amina, at=at)
    other = factories.make_group(author=amina, name="Lakeside Guards", at=at)

    with pytest.raises(Refused) as refused:
        contacts.log_planned(
            engagement=engagement,
            group=other,
            area=engagement.area,
            modality=engagement.modality,
            happened_at=at,
            summary="They came.",
            by=access(amina),
            at=at,
        )

    (refusal,) = refused.value.refusals
    assert refusal.code == "wrong_group"
    assert engagement.group.name not in refusal.message
