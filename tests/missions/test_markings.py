"""Markings: who raises and lowers them, and what rises along."""

import pytest

from audit.models import Event, Kind
from missions import services
from missions.access import Marking, PartOfRecord, Record
from missions.models import MarkingChange
from missions.services import markings
from nsags.models import Group
from tests import factories
from tests.refusing import refused

pytestmark = pytest.mark.django_db

OPEN, CONFIDENTIAL, STRICT = Marking


@pytest.fixture
def mark(access, at):
    """Mark a record as somebody: mark(group, STRICT, by=clara)."""

    def as_somebody(record, marking, *, by, reason=""):
        return services.set_marking(record=record, marking=marking, reason=reason, by=access(by), at=at)

    return as_somebody


def page_of(record):
    return f"/records/{record.reference}/marking/"


def stands(record):
    return type(record).objects.unscoped("looks after the test").get(pk=record.pk).marking


@pytest.mark.parametrize("name", ["amina", "odile", "clara", "sven", "hana", "pierre", "joseph"])
def test_whoever_works_on_a_record_marks_it_higher_without_a_reason(cast, group, mark, name):
    mark(group, STRICT, by=cast[name])

    assert stands(group) == STRICT
    assert Event.objects.filter(kind=Kind.MARKING_RAISED, object_id=group.pk, fields=["marking"]).exists()


def test_somebody_who_only_reads_marks_nothing(group, mark, otto):
    assert refused(mark, record=group, marking=STRICT, by=otto) == {"not_at_work_on_it"}


def test_somebody_who_sees_nothing_cannot_mark_it(group, mark, omar):
    with pytest.raises(Group.DoesNotExist):
        mark(group, STRICT, by=omar)


def test_what_names_a_record_rises_with_it(group, threat, mark, clara, amina, at):
    request = factories.make_request(author=amina, group=group, threat=threat, at=at)
    contact = factories.make_contact(author=amina, group=group, at=at)

    mark(group, STRICT, by=clara)

    assert {stands(record) for record in (group, threat, request, contact)} == {STRICT}
    assert Event.objects.filter(kind=Kind.MARKING_RAISED, actor_id=clara.pk).count() == 4


@pytest.mark.parametrize(
    ("before", "after", "name", "codes"),
    [
        (CONFIDENTIAL, OPEN, "pierre", set()),
        (CONFIDENTIAL, OPEN, "joseph", set()),
        (CONFIDENTIAL, OPEN, "clara", {"no_authority"}),
        (CONFIDENTIAL, OPEN, "amina", {"no_authority"}),
        (STRICT, CONFIDENTIAL, "joseph", set()),
        (STRICT, OPEN, "joseph", set()),
        (STRICT, CONFIDENTIAL, "pierre", {"no_authority"}),
        (STRICT, CONFIDENTIAL, "clara", {"no_authority"}),
    ],
)
def test_lowering_takes_who_answers_for_it(cast, group, mark, before, after, name, codes):
    Group.objects.unscoped("as it stood before").filter(pk=group.pk).update(marking=before)
    asked = {"record": group, "marking": after, "by": cast[name], "reason": "Published by the Council."}

    if codes:
        assert refused(mark, **asked) == codes
    else:
        mark(**asked)

    assert stands(group) == (before if codes else after)


def test_lowering_takes_a_reason_that_stays_on_record(group, mark, joseph):
    assert refused(mark, record=group, marking=OPEN, by=joseph, reason=" ") == {"no_reason"}

    mark(group, OPEN, by=joseph, reason="Published by the Council.")

    change = MarkingChange.objects.get(record_id=group.pk)
    assert (change.reason, change.changed_by, change.before, change.after) == (
        "Published by the Council.",
        joseph,
        CONFIDENTIAL,
        OPEN,
    )
    assert Event.objects.filter(kind=Kind.MARKING_LOWERED, object_id=group.pk).get().fields == ["marking"]


def test_a_record_is_not_lowered_below_what_it_names(group, threat, mark, joseph):
    codes = refused(mark, record=threat, marking=OPEN, by=joseph, reason="Published.")

    assert codes == {"parts_higher"}


def test_a_contact_is_not_lowered_below_the_request_behind_it(mark, joseph, amina, at):
    engagement = factories.make_engagement(author=amina, at=at, status="active")
    contact = engagement.contacts.unscoped("reads what it made").get()
    mark(contact.group, OPEN, by=joseph, reason="Published.")

    assert refused(mark, record=contact, marking=OPEN, by=joseph, reason="Published.") == {"parts_higher"}


def test_a_contact_rises_with_the_request_under_which_it_was_logged(mark, clara, odile, amina, signed_in, at):
    engagement = factories.make_engagement(author=amina, at=at, status="active")
    contact = engagement.contacts.unscoped("reads what it made").get()

    mark(engagement.request, STRICT, by=clara)

    assert stands(contact) == STRICT
    browser = signed_in(odile)
    assert browser.get(f"/contacts/{contact.reference}/").status_code == 404
    assert engagement.request.reference not in browser.get("/contacts/").content.decode()


def test_a_request_with_figures_is_lowered_like_any_other_record(mark, clara, joseph, amina, at):
    request = factories.make_request(author=amina, at=at, status="in_advice")
    mark(request, STRICT, by=clara)

    mark(request, CONFIDENTIAL, by=joseph, reason="The Council has published it.")

    assert stands(request) == CONFIDENTIAL


def test_whatever_holds_a_record_down_rises_with_it():
    """Raising follows each path by which lowering finds what a record names."""
    for kind in Record.__subclasses__():
        for field in kind._meta.concrete_fields:
            named = field.related_model
            if isinstance(named, type) and issubclass(named, PartOfRecord):
                whole = named._meta.get_field(named.record).related_model
                assert (kind, f"{field.name}__{named.record}") in list(markings._paths_to(whole))
            elif isinstance(named, type) and issubclass(named, Record):
                assert (kind, field.name) in list(markings._paths_to(named))


def test_a_marking_that_stands_already_and_one_that_there_is_not_are_refused(group, mark, joseph):
    assert refused(mark, record=group, marking=CONFIDENTIAL, by=joseph) == {"same_marking"}
    assert refused(mark, record=group, marking=9, by=joseph) == {"unknown_marking"}


def test_headquarters_marks_nothing(group, mark, ingrid, mission):
    mission.is_library = True
    mission.save()

    assert refused(mark, record=group, marking=STRICT, by=ingrid) == {"not_at_work_on_it"}


# The page


def test_an_adviser_marks_a_group_higher_on_its_page(group, clara, signed_in):
    browser = signed_in(clara)
    assert page_of(group) in browser.get(f"/groups/{group.reference}/").content.decode()

    sent = browser.post(page_of(group), {"marking": "2", "reason": ""})

    assert sent.headers["Location"] == f"/groups/{group.reference}/"
    assert stands(group) == STRICT


def test_whoever_would_lose_sight_of_it_is_asked_first(group, amina, signed_in):
    browser, typed = signed_in(amina), {"marking": "2", "reason": "Names a family."}

    asked = browser.post(page_of(group), typed).content.decode()
    assert "You will not see this record any more" in asked
    assert "Names a family." in asked
    assert stands(group) == CONFIDENTIAL

    assert browser.post(page_of(group), typed | {"is_sure": "on"}).headers["Location"] == "/"
    assert stands(group) == STRICT
    assert browser.get(page_of(group)).status_code == 404


def test_a_refused_change_comes_back_with_what_was_typed(group, joseph, signed_in):
    page = signed_in(joseph).post(page_of(group), {"marking": "0", "reason": ""}).content.decode()

    assert "Say why it may be read more widely." in page


def test_earlier_changes_stand_below(group, joseph, signed_in):
    browser = signed_in(joseph)
    browser.post(page_of(group), {"marking": "0", "reason": "Published by the Council."})

    assert "Published by the Council." in browser.get(page_of(group)).content.decode()


@pytest.mark.parametrize("name", ["omar", "ingrid", "maya", "otto"])
def test_a_record_out_of_reach_and_one_that_does_not_exist_look_the_same(cast, group, signed_in, name):
    browser = signed_in(cast[name])

    assert browser.get(page_of(group)).status_code == browser.get("/records/N-22222/marking/").status_code == 404
    assert browser.post(page_of(group), {"marking": "2"}).status_code == 404


@pytest.mark.parametrize("kind", ["request", "contact", "threat"])
def test_every_kind_of_record_leads_to_its_marking(kind, amina, clara, threat, signed_in, at):
    made = {
        "request": lambda: factories.make_request(author=amina, at=at, status="in_advice"),
        "contact": lambda: factories.make_contact(author=amina, at=at),
        "threat": lambda: threat,
    }
    record = made[kind]()
    browser = signed_in(clara)

    assert page_of(record) in browser.get(f"/{kind}s/{record.reference}/").content.decode()
    assert browser.get(page_of(record)).status_code == 200
