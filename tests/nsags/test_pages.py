"""The pages on armed groups, told about people."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from engagement.services import contacts
from missions import services as missions
from nsags import services
from nsags.models import Group, GroupName, LineageEvent, Person
from tests import factories
from tests.pages import text_of, typed_day

pytestmark = pytest.mark.django_db


def new_group(mission, **changes):
    return {
        "mission": str(mission.pk),
        "name": "Red Hills Movement",
        "other_names": "RHM\nThe hill people",
        "status": "active",
        "structure": "cellular",
        "marking": "1",
    } | changes


def test_groups_are_listed_with_their_other_names(amina, signed_in, at):
    factories.make_group(author=amina, names=[("UMF", "acronym")], at=at)

    page = text_of(signed_in(amina).get("/groups/"))

    assert "Upper Mbali Front" in page
    assert "UMF" in page


def test_the_list_starts_with_the_groups_of_ones_own_mission(amina, maya, group, signed_in, at):
    library = factories.make_mission(code="PAST", host_state="Bygone", information_manager=maya, is_library=True, at=at)
    other = factories.make_group(author=amina, name="Front of the past", at=at)
    other.mission, other.office = library, None
    other.save()
    browser = signed_in(amina)

    assert other.name not in text_of(browser.get("/groups/"))
    assert group.name in text_of(browser.get("/groups/"))
    assert other.name in text_of(browser.get("/groups/?mission="))


def test_a_neighbour_finds_no_group_in_list_or_page(omar, group, signed_in):
    browser = signed_in(omar)

    assert "Upper Mbali Front" not in text_of(browser.get("/groups/"))
    assert browser.get(f"/groups/{group.reference}/").status_code == 404


def test_a_list_costs_the_same_for_two_and_twenty(amina, signed_in, at):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            assert browser.get("/groups/").status_code == 200
        return len(captured)

    browser = signed_in(amina)
    for name in ("A", "B"):
        factories.make_group(author=amina, name=name, names=[(f"{name}{name}", "acronym")], at=at)
    browser.get("/groups/")
    few = cost()
    for number in range(18):
        factories.make_group(author=amina, name=f"G{number}", names=[(f"N{number}", "acronym")], at=at)

    assert cost() == few


def test_a_group_like_another_is_asked_about_before_it_is_added(amina, mission, group, signed_in, access):
    browser, typed = signed_in(amina), new_group(mission, name="upper mbali front")

    page = text_of(browser.post("/groups/new/", typed))
    assert "Is it one of these?" in page
    assert group.reference in page
    assert "The hill people" in page

    assert browser.post("/groups/new/", typed | {"is_new": "on"}).status_code == 302
    assert Group.objects.visible_to(access(amina)).count() == 2


def test_a_new_group_keeps_its_names_and_its_office(amina, mission, signed_in, access):
    signed_in(amina).post("/groups/new/", new_group(mission))

    added = Group.objects.visible_to(access(amina)).get()
    names = GroupName.objects.visible_to(access(amina)).order_by("text").values_list("text", "type")
    assert list(names) == [("RHM", "acronym"), ("The hill people", "by_others")]
    assert added.office.name == "Bria"


def test_an_adviser_who_keeps_no_profiles_is_not_offered_to(sven, group, signed_in):
    browser = signed_in(sven)

    assert "Add a group" not in text_of(browser.get("/groups/"))
    assert browser.get("/groups/new/").status_code == 404
    assert browser.get(f"/groups/{group.reference}/edit/").status_code == 404


def test_people_stand_before_labels_and_lineage(amina, group, signed_in):
    page = text_of(signed_in(amina).get(f"/groups/{group.reference}/"))

    assert page.index("People and networks") < page.index("How it came about") < page.index("What others call it")
    assert f"<title>{group.reference} · Parley</title>" in page


def test_a_person_in_a_compartment_does_not_appear_in_an_open_group(
    amina, clara, joseph, mission, group, signed_in, access, at
):
    compartment = factories.make_compartment(mission=mission, owner=joseph, members=[clara], at=at)
    person = services.add_person(
        mission=mission, name="The Carpenter", compartment=compartment, by=access(clara), at=at
    )
    services.join_group(group=group, person=person, role="Commander", by=access(clara), at=at)

    assert "The Carpenter" in text_of(signed_in(clara).get(f"/groups/{group.reference}/"))
    assert "The Carpenter" not in text_of(signed_in(amina).get(f"/groups/{group.reference}/"))


def test_a_hidden_group_does_not_appear_in_the_lineage_of_another(
    amina, clara, joseph, mission, group, signed_in, access, at
):
    wing = factories.make_group(author=clara, name="Kesi wing", at=at)
    services.record_lineage(
        type="split", parent=group, child=wing, happened_on=at.date(), source="Reports", by=access(clara), at=at
    )
    wing.compartment = factories.make_compartment(mission=mission, owner=joseph, members=[clara], at=at)
    wing.save()

    assert "Kesi wing" in text_of(signed_in(clara).get(f"/groups/{group.reference}/"))
    assert "Kesi wing" not in text_of(signed_in(amina).get(f"/groups/{group.reference}/"))


def test_a_ban_stands_on_top_of_the_group_and_follows_its_people(amina, joseph, mission, group, signed_in, access, at):
    person = services.add_person(mission=mission, name="The Carpenter", by=access(amina), at=at)
    services.join_group(group=group, person=person, role="Commander", by=access(amina), at=at)
    missions.prohibit(
        mission=mission,
        person_id=person.pk,
        subject="The Carpenter",
        text="No contact.",
        review_on=at.date() + timedelta(days=9),
        issuer_title="SRSG",
        by=access(joseph),
        at=at,
    )

    assert "Contact is prohibited" in text_of(signed_in(amina).get(f"/groups/{group.reference}/"))


def test_a_profile_that_nobody_looked_at_for_long_says_so(amina, group, signed_in, clock, at):
    browser = signed_in(amina)
    assert "Not reviewed for" not in text_of(browser.get(f"/groups/{group.reference}/"))

    clock(at + timedelta(days=94))
    browser.force_login(amina)

    assert "Not reviewed for 94 days." in text_of(browser.get(f"/groups/{group.reference}/"))


def test_a_label_is_recorded_with_issuer_and_ended(amina, group, signed_in, access):
    browser, page = signed_in(amina), f"/groups/{group.reference}/"
    typed = {"issuer": "unsc", "value": "sanctioned", "legal_basis": "List of 2025"}

    assert "Enter the day of issue" in text_of(browser.post(f"{page}labels/new/", typed))
    browser.post(f"{page}labels/new/", typed | typed_day("starts_on", date(2026, 2, 1)))
    label = group.labels.visible_to(access(amina)).get()
    assert "UN Security Council" in text_of(browser.get(page))

    browser.post(f"{page}labels/{label.pk}/end/", typed_day("ends_on", date(2026, 2, 20)))
    label.refresh_from_db()
    assert str(label.ends_on) == "2026-02-20"


def test_lineage_is_recorded_drawn_and_listed(amina, group, signed_in, access, at):
    older = factories.make_group(author=amina, name="Ngiri League", at=at)
    typed = {"direction": "from", "other": str(older.pk), "type": "split", "source": "Two reports", "is_disputed": "on"}

    browser = signed_in(amina)
    browser.post(f"/groups/{group.reference}/lineage/new/", typed | typed_day("happened_on", date(2016, 5, 3)))

    event = LineageEvent.objects.visible_to(access(amina)).get()
    page = text_of(browser.get(f"/groups/{group.reference}/"))
    assert (event.parent, event.child) == (older, group)
    assert '<svg class="chart"' in page
    assert "(disputed)" in page


def test_a_person_is_added_as_closely_kept_as_the_group(clara, joseph, mission, group, signed_in, access, at):
    group.compartment = factories.make_compartment(mission=mission, owner=joseph, members=[clara], at=at)
    group.save()
    browser, page = signed_in(clara), f"/groups/{group.reference}/"

    assert "Enter the role" in text_of(browser.post(f"{page}people/new/", {"name": "The Carpenter"}))
    browser.post(f"{page}people/new/", {"name": "The Carpenter", "role": "Commander", "travel_ban": "on"})

    added = Person.objects.visible_to(access(clara)).get()
    assert (added.compartment, added.travel_ban) == (group.compartment, True)
    assert "The Carpenter" in text_of(browser.get(page))


def test_saving_the_profile_counts_as_a_review(clara, group, signed_in):
    typed = {"name": group.name, "status": "dormant", "structure": "loose", "unknowns": "Who pays them"}

    signed_in(clara).post(f"/groups/{group.reference}/edit/", typed)

    group.refresh_from_db()
    assert (group.status, group.unknowns, group.reviewed_by) == ("dormant", "Who pays them", clara)


def test_a_profile_without_name_comes_back_with_everything_typed(clara, group, signed_in):
    typed = {"name": "", "status": "dormant", "structure": "loose", "unknowns": "Who pays them"}

    page = text_of(signed_in(clara).post(f"/groups/{group.reference}/edit/", typed))

    assert "Enter the name that your mission uses for the group." in page
    assert "Who pays them" in page


@pytest.mark.parametrize(
    ("path", "typed", "sentence"),
    [
        ("labels/new/", {"issuer": "regional", "value": "sanctioned"}, "Name the State or the body"),
        ("labels/new/", {"issuer": "unsc", "value": ""}, "Choose what the issuer says."),
        ("people/new/", {"name": " ", "role": "Commander"}, "Enter the name"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(amina, group, signed_in, path, typed, sentence):
    page = signed_in(amina).post(f"/groups/{group.reference}/{path}", typed | typed_day("starts_on", date(2026, 2, 1)))

    assert page.status_code == 200
    assert sentence in text_of(page)


def test_a_prohibition_without_review_comes_back_with_everything_typed(joseph, group, signed_in):
    typed = {"about": f"group {group.pk}", "subject": "The Front", "text": "No contact.", "issuer_title": "SRSG"}
    browser = signed_in(joseph)

    assert "selected" in text_of(browser.get(f"/missions/MINUBEK/prohibitions/new/?group={group.reference}"))
    page = text_of(
        browser.post("/missions/MINUBEK/prohibitions/new/", typed | typed_day("review_on", date(2026, 2, 1)))
    )

    assert "Enter a day in the future" in page
    assert "No contact." in page


def test_the_page_of_a_group_tells_of_approvals_and_promises_and_leads_to_the_contacts(
    amina, omar, signed_in, access, at
):
    engagement = factories.make_engagement(author=amina, at=at, status="active")
    group = engagement.group
    contact = factories.make_contact(author=amina, engagement=engagement, at=at + timedelta(minutes=5))
    for author in ("us", "them"):
        contacts.record_commitment(
            contact=contact, author=author, text="Keep it open.", check_on=at.date(), by=access(amina), at=at
        )

    browser = signed_in(amina)
    page = text_of(browser.get(f"/groups/{group.reference}/"))

    assert engagement.request.reference in page
    assert page.count("Not enough information: 1") == 2
    listed = f"/contacts/?mission={group.mission.code}&amp;group={group.pk}"
    assert listed in page
    assert contact.reference in text_of(browser.get(listed.replace("&amp;", "&")))


def test_whoever_may_not_read_the_request_finds_nothing_of_it_beside_the_group(amina, yusuf, signed_in, at):
    engagement = factories.make_engagement(author=amina, at=at)

    page = text_of(signed_in(yusuf).get(f"/groups/{engagement.group.reference}/"))

    assert engagement.request.reference not in page
