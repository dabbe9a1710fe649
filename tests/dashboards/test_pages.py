"""The mission page and the headquarters page: what waits, what changed, and nothing to anybody who may not know."""

import gzip
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import risk
from dashboards import queries
from engagement.figures import COLUMNS, figures
from engagement.models import Commitment, Contact, Engagement, Request, RequestStatus
from engagement.services import contacts
from missions.models import Mission
from tests import factories
from tests.pages import text_of

pytestmark = pytest.mark.django_db

HQ = "/hq/"
MISSION = "/missions/MINUBEK/"


def promise(contact, access, at, author="them", check_on=None):
    return contacts.record_commitment(
        contact=contact, author=author, text="A promise.", check_on=check_on or at.date(), by=access, at=at
    )


# One mission


def test_everyone_in_the_mission_reads_the_posture_with_its_date_and_issuer(signed_in, amina):
    page = text_of(signed_in(amina).get(MISSION))

    assert "Dialogue is expected of staff at all levels" in page
    assert "issued by: Head of mission" in page
    assert "In force since Tue 2 Dec 2025" in page


@pytest.mark.parametrize("person", ["maya", "ingrid"])
def test_those_without_content_read_the_posture_and_nothing_else(signed_in, cast, amina, at, person):
    request = factories.make_request(author=amina, at=at, status=RequestStatus.READY)

    page = text_of(signed_in(cast[person]).get(MISSION))

    assert "Dialogue is expected" in page
    assert request.reference not in page
    assert "Needs someone today" not in page


def test_a_mission_that_is_not_ones_own_does_not_exist(signed_in, omar):
    browser = signed_in(omar)

    assert {browser.get(MISSION).status_code, browser.get("/missions/NOWHERE/").status_code} == {404}


def test_what_is_late_stands_on_top(signed_in, pierre, amina, at):
    request = factories.make_request(author=amina, at=at - timedelta(days=30), status=RequestStatus.READY)

    page = signed_in(pierre).get(MISSION)

    assert [late.reference for late in page.context["page"].late] == [request.reference]
    assert "a decision was due on" in text_of(page)


def test_what_the_decider_put_off_is_not_late(signed_in, pierre, ingrid, amina, at):
    factories.make_request(author=amina, at=at - timedelta(days=12), status=RequestStatus.DEFERRED)

    assert signed_in(pierre).get(MISSION).context["page"].late == []
    assert signed_in(ingrid).get(HQ).context["page"].late == 0


def test_an_open_hold_is_named_until_it_is_answered(signed_in, pierre, amina, at):
    request = factories.make_request(author=amina, at=at, status=RequestStatus.IN_ADVICE, involves_children=True)
    browser = signed_in(pierre)

    page = browser.get(MISSION)
    assert "G-11" in [gate["id"] for _r, holds in page.context["page"].holds for gate in holds]
    assert risk.current_ruleset().gates["G-11"].name("en") in page.content.decode()
    assert request.title in page.content.decode()
    factories.steps.answer_holds(request, at=at)
    assert browser.get(MISSION).context["page"].holds == []


def test_an_approval_that_ends_soon_is_listed(signed_in, pierre, amina, at):
    engagement = factories.make_engagement(author=amina, at=at - timedelta(days=20), ends_on=at.date())

    rows = signed_in(pierre).get(MISSION).context["page"].ending

    expected = [engagement.request.reference] if engagement.ends_on <= at.date() + timedelta(days=14) else []
    assert [row["request__reference"] for row in rows] == expected


def test_an_unplanned_contact_nobody_classified_in_time_is_listed(signed_in, clara, amina, at):
    old = factories.make_contact(author=amina, at=at - timedelta(hours=73))
    factories.make_contact(author=amina, at=at - timedelta(hours=71))

    assert signed_in(clara).get(MISSION).context["page"].unclassified == [old]


def test_live_dialogues_are_counted_by_state(signed_in, pierre, amina, at):
    factories.make_engagement(author=amina, at=at, status="active")
    factories.make_engagement(author=amina, at=at, status="suspended")

    states = dict(signed_in(pierre).get(MISSION).context["page"].states)

    assert states == {"authorised": 0, "active": 1, "suspended": 1, "redecision": 0}


def test_a_risk_that_rose_since_the_decision_is_said_in_words(signed_in, pierre, amina, at):
    factories.make_engagement(author=amina, at=at - timedelta(hours=1), status="redecision", band="LOW")

    page = text_of(signed_in(pierre).get(MISSION))

    assert "Security: from" in page
    assert "Waiting for a new decision" in page


def test_our_late_commitments_come_first(signed_in, clara, amina, access, at):
    contact = factories.make_contact(author=amina, at=at - timedelta(days=9))
    later = promise(contact, access(amina), at, "us", at.date() + timedelta(days=9))
    late = promise(contact, access(amina), at, "us", at.date() - timedelta(days=1))
    promise(contact, access(amina), at, "them")

    page = signed_in(clara).get(MISSION).context["page"]

    assert (list(page.ours), page.ours_late) == ([late, later], 1)


def test_a_closely_held_request_leaves_no_trace_for_outsiders(signed_in, pierre, joseph, amina, mission, at):
    request = factories.make_request(author=amina, at=at, status=RequestStatus.READY)
    request.compartment = factories.make_compartment(mission=mission, owner=joseph, at=at)
    request.save()

    assert request.reference in text_of(signed_in(joseph).get(MISSION))
    assert request.reference not in text_of(signed_in(pierre).get(MISSION))
    assert request.reference not in text_of(signed_in(amina).get(MISSION))


# Headquarters


def test_headquarters_sees_what_waits_and_what_is_past_its_date(signed_in, ingrid, amina, at):
    factories.make_request(author=amina, at=at, status=RequestStatus.READY)
    factories.make_request(author=amina, at=at - timedelta(days=30), status=RequestStatus.IN_ADVICE)

    page = signed_in(ingrid).get(HQ).context["page"]

    assert (page.waiting, page.late) == (2, 1)


def test_only_headquarters_opens_the_page(signed_in, joseph, maya, otto):
    assert {signed_in(person).get(HQ).status_code for person in (joseph, maya, otto)} == {404}


def test_missions_stand_in_alphabetical_order_whatever_waits(signed_in, ingrid, omar, at):
    factories.make_contact(author=omar, at=at)

    rows = signed_in(ingrid).get(HQ).context["page"].missions

    assert [row.code for row in rows] == ["MINUBEK", "UNSTOR"]


def test_headquarters_reads_no_text_of_any_record(signed_in, ingrid, amina, access, at):
    engagement = factories.make_engagement(author=amina, at=at - timedelta(hours=2), status="active")
    request = factories.make_request(author=amina, at=at, status=RequestStatus.READY)
    contact = factories.make_contact(author=amina, at=at, summary="Whisper", place="Under the mango tree")
    promise(contact, access(amina), at)

    page = text_of(signed_in(ingrid).get(HQ))

    assert request.reference in page
    for private in (request.title, request.group.name, "Whisper", "mango", "A promise.", engagement.group.name):
        assert private not in page


def test_no_column_open_to_counting_holds_text():
    plain = {"CharField", "TextField", "JSONField"}
    codes = {"reference", "code", "status", "path", "by", "state"}

    for model, (_path, columns) in COLUMNS.items():
        for column in columns:
            *way, last = column.split("__")
            owner = model
            for step in way:
                owner = owner._meta.get_field(step).related_model
            field = owner._meta.pk if last == "pk" else owner._meta.get_field(last.removesuffix("_id"))
            assert field.get_internal_type() not in plain or last in codes, f"{model.__name__}.{column}"


def test_figures_stop_at_compartments_markings_and_the_door(ingrid, joseph, amina, mission, access, at):
    request = factories.make_request(author=amina, at=at, status=RequestStatus.READY)
    held = factories.make_request(author=amina, at=at, status=RequestStatus.READY)
    held.compartment = factories.make_compartment(mission=mission, owner=joseph, at=at)
    held.save()
    secret = factories.make_request(author=amina, at=at, status=RequestStatus.READY)
    secret.marking = 2
    secret.save()

    assert [row["reference"] for row in figures(Request, access(ingrid))] == [request.reference]
    for model in (Request, Engagement, Contact, Commitment):
        assert not figures(model, access(joseph)).exists()


def test_a_request_opens_for_headquarters_only_with_a_grant(signed_in, ingrid, amina, at):
    request = factories.make_request(author=amina, at=at, status=RequestStatus.READY)

    page = signed_in(ingrid).get(HQ)

    assert [row["may_open"] for row in page.context["page"].requests] == [False]
    assert f'href="/requests/{request.reference}/"' not in text_of(page)


@pytest.mark.parametrize(("made", "shown"), [(0, "<5"), (4, "<5"), (5, "5")])
def test_fewer_than_five_contacts_are_never_told(signed_in, ingrid, amina, at, made, shown):
    for _each in range(made):
        factories.make_contact(author=amina, at=at - timedelta(days=1))

    rows = {row.code: row for row in signed_in(ingrid).get(HQ).context["page"].missions}

    assert rows["MINUBEK"].contacts == shown


def test_a_silent_mission_is_named_so_that_silence_is_not_read_as_calm(signed_in, ingrid, amina, at):
    factories.make_contact(author=amina, at=at - timedelta(days=9))

    page = signed_in(ingrid).get(HQ)

    assert [(row.code, row.quiet_days) for row in page.context["page"].quiet] == [("MINUBEK", 9), ("UNSTOR", None)]
    assert "MINUBEK (9 days)" in text_of(page)


def test_headquarters_sees_which_risk_rose_since_the_decision(signed_in, ingrid, amina, at):
    engagement = factories.make_engagement(author=amina, at=at - timedelta(hours=1), status="redecision", band="LOW")

    changed = signed_in(ingrid).get(HQ).context["page"].changed

    assert [row["request__reference"] for row in changed] == [engagement.request.reference]
    assert [rise.risk for rise in changed[0]["rises"]] == ["SEC"]


def test_commitments_are_counted_by_the_fixed_words_and_ours_apart(signed_in, ingrid, amina, cast, access, at):
    contact = factories.make_contact(author=amina, at=at - timedelta(days=9))
    kept = promise(contact, access(amina), at)
    promise(contact, access(amina), at)
    promise(contact, access(amina), at, "us", at.date() - timedelta(days=2))
    contacts.check_commitment(commitment=kept, state="consistent", by=access(cast["odile"]), at=at)

    page = signed_in(ingrid).get(HQ).context["page"]

    row = page.commitments[0]
    assert (row["consistent"], row["not_enough"], row["breach"], row["ours_late"]) == (1, 1, 0, 1)
    assert (page.due, page.ours_late) == (3, 1)


def test_requests_are_counted_by_band_with_a_drawing_beside_the_numbers(signed_in, ingrid, amina, at):
    factories.make_request(author=amina, at=at, status=RequestStatus.READY, band="HIGH")
    factories.make_request(author=amina, at=at, status=RequestStatus.READY, band="MODERATE")

    page = signed_in(ingrid).get(HQ)

    row = page.context["page"].missions[0]
    assert row.bands == {"LOW": 0, "MODERATE": 1, "HIGH": 1, "VERY_HIGH": 0}
    assert row.highest["security"] == "HIGH"
    assert "units" in text_of(page)


def test_the_training_library_is_no_part_of_the_figures(signed_in, ingrid, amina, at):
    factories.make_request(author=amina, at=at, status=RequestStatus.READY)
    Mission.objects.update(is_library=True)

    page = signed_in(ingrid).get(HQ).context["page"]

    assert (page.waiting, list(page.missions)) == (0, [])


def test_the_same_figures_stand_for_the_historical_cases_and_every_case_opens(signed_in, ingrid, amina, at):
    request = factories.make_request(author=amina, at=at, status=RequestStatus.APPROVED)
    Mission.objects.filter(code="MINUBEK").update(is_library=True)

    page = signed_in(ingrid).get(f"{HQ}?library=1")

    assert [(row.code, row.waiting) for row in page.context["page"].missions] == [("MINUBEK", 1)]
    assert f'href="/requests/{request.reference}/"' in text_of(page)
    assert "Contacts are counted" not in text_of(page)


def test_the_page_of_a_historical_mission_asks_nothing_of_anybody(signed_in, omar, amina, at):
    request = factories.make_request(author=amina, at=at, status=RequestStatus.READY)
    Mission.objects.filter(code="MINUBEK").update(is_library=True)

    page = text_of(signed_in(omar).get(MISSION))

    assert request.reference in page
    assert "Needs someone today" not in page


# Budgets


@pytest.mark.slow
@pytest.mark.parametrize(("person", "address"), [("ingrid", HQ), ("pierre", MISSION), ("amina", MISSION)])
def test_twenty_rows_take_as_many_queries_as_two(signed_in, cast, amina, access, at, person, address):
    browser = signed_in(cast[person])
    counts = []
    for more in (1, 6):
        for _each in range(more):
            _busy_day(amina, access(amina), at)
        with CaptureQueriesContext(connection) as asked:
            page = browser.get(address)
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 12, counts
    assert len(gzip.compress(page.content)) <= (40_000 if address == HQ else 14_000)


def _busy_day(author, access, at):
    """Add a pending request, a dialogue with a risk that rose, and an old contact with two promises."""
    factories.make_request(author=author, at=at - timedelta(days=20), status=RequestStatus.READY)
    factories.make_engagement(author=author, at=at - timedelta(days=1), status="redecision", band="LOW")
    contact = factories.make_contact(author=author, at=at - timedelta(days=5))
    for by in ("us", "them"):
        promise(contact, access, at, by)


def test_a_small_count_is_written_as_less_than_five():
    assert [queries.few(count) for count in (0, 1, 4, 5, 29)] == ["<5", "<5", "<5", "5", "29"]
