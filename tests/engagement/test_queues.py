"""Queues are ordered by deadline and never by score, and hold only what waits for this person."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from engagement.models import Advice, Request, RequestStatus
from engagement.services.queues import awaiting_advice, awaiting_decision
from missions import services as missions
from missions.postings import access_for
from missions.roles import Authority, Role
from tests.factories import advise, decide, make_group, make_request, make_threat, worsen

pytestmark = pytest.mark.django_db
READY, IN_ADVICE = RequestStatus.READY, RequestStatus.IN_ADVICE


def waiting(user, at):
    return [request.reference for request in awaiting_decision(access_for(user, at), at)]


def due(request, at, **delta):
    Request.objects.unscoped("test").filter(pk=request.pk).update(decide_by=at + timedelta(**delta))


def page(client, name="approvals"):
    return client.get(reverse(f"engagement:{name}")).content.decode()


def test_the_earliest_deadline_comes_first_whatever_the_points(amina, pierre, at):
    grave = make_request(author=amina, band="HIGH", levels={"SEC-06": 4}, status=READY, at=at)
    mild = make_request(author=amina, band="HIGH", status=READY, at=at)
    due(grave, at, days=3)
    due(mild, at, days=1)

    assert grave.assessment.highest_score > mild.assessment.highest_score
    assert waiting(pierre, at) == [mild.reference, grave.reference]


def test_each_level_sees_what_waits_for_it(amina, odile, pierre, joseph, at):
    moderate = make_request(author=amina, band="MODERATE", status=READY, at=at)
    high = make_request(author=amina, band="HIGH", status=READY, at=at)
    grave = make_request(author=amina, band="VERY_HIGH", status=READY, at=at)

    assert waiting(odile, at) == [moderate.reference]
    assert waiting(pierre, at) == [high.reference]
    assert waiting(joseph, at) == [grave.reference]


def test_a_field_officer_finds_only_their_own_low_requests(amina, yusuf, at):
    own = make_request(author=amina, band="LOW", status=READY, at=at)

    assert waiting(amina, at) == [own.reference]
    assert waiting(yusuf, at) == []


def test_nobody_finds_their_own_request_in_their_queue(odile, at):
    make_request(author=odile, band="MODERATE", status=READY, at=at)

    assert waiting(odile, at) == []


def test_a_decided_request_leaves_the_queue(amina, pierre, at):
    request = make_request(author=amina, band="HIGH", status=READY, at=at)
    decide(request, "return", by=pierre, at=at)

    assert waiting(pierre, at) == []


def test_a_security_objection_moves_a_request_from_one_queue_to_the_next(amina, pierre, joseph, at):
    request = make_request(author=amina, band="HIGH", status=READY, at=at)
    advise(request, Role.LEGAL_ADVISER, Advice.Outcome.DO_NOT_SUPPORT, at=at)
    assert waiting(pierre, at) == [request.reference]

    other = make_request(author=amina, band="HIGH", status=IN_ADVICE, at=at)
    advise(other, Role.POC_ADVISER, at=at)
    advise(other, Role.SECURITY_ADVISER, Advice.Outcome.DO_NOT_SUPPORT, at=at)

    assert waiting(pierre, at) == [request.reference]
    assert waiting(joseph, at) == [other.reference]


def test_a_delegation_brings_the_requests_of_its_level(amina, joseph, odile, mission, at):
    request = make_request(author=amina, band="HIGH", status=READY, at=at)
    missions.delegate(
        mission=mission,
        to_user=odile,
        level=Authority.L2,
        highest_band="HIGH",
        reason="Absence.",
        starts_on=at.date(),
        ends_on=at.date() + timedelta(days=5),
        by=access_for(joseph, at),
        at=at,
    )

    assert waiting(odile, at) == [request.reference]


def test_the_queue_page_has_no_checkbox_and_at_most_two_tags_a_row(amina, pierre, signed_in, at):
    request = make_request(author=amina, band="HIGH", levels={"SEC-02": 2}, status=READY, at=at)
    worsen(request, at=at)
    advise(request, Role.LEGAL_ADVISER, Advice.Outcome.DO_NOT_SUPPORT, at=at)

    text = page(signed_in(pierre))

    rows = re.findall(r"<li>.*?</li>", text[text.index('<ol class="work">') :], re.DOTALL)
    assert "checkbox" not in text
    assert all(len(re.findall(r'class="tag[ "]', row)) <= 2 for row in rows)


def test_a_row_says_first_what_weighs_most(amina, joseph, at, signed_in):
    request = make_request(author=amina, levels={"LEG-09": 3}, status=IN_ADVICE, at=at)
    for role in request.assessment.advisers:
        outcome = Advice.Outcome.DO_NOT_SUPPORT if role == Role.HUMAN_RIGHTS_OFFICER else Advice.Outcome.SUPPORT
        advise(request, role, outcome, at=at)

    text = page(signed_in(joseph))

    tags = re.findall(r'<span class="tag[^>]*>.*?</svg>\s*(.*?)</span>', text, re.DOTALL)
    assert tags[0].strip() == "1 answer awaited"


def test_labels_of_groups_are_not_in_the_queue(amina, pierre, signed_in, at):
    group = make_group(author=amina, labels=[("terrorist", "host_state")], at=at)
    worksheet = {"label_worksheet": "Two of five conditions are met."}
    request = make_request(author=amina, group=group, band="HIGH", status=IN_ADVICE, at=at, **worksheet)
    for role in request.assessment.advisers:
        advise(request, role, at=at)

    text = page(signed_in(pierre))

    assert request.reference in text
    assert "errorist" not in text


def test_an_empty_queue_says_what_would_be_here(pierre, signed_in):
    text = page(signed_in(pierre))

    assert "No request needs your decision" in text
    assert "Requests appear here when their advice is in" in text


def test_all_papers_print_as_one_document(amina, pierre, signed_in, at):
    references = [make_request(author=amina, band="HIGH", status=READY, at=at).reference for _n in range(2)]

    text = page(signed_in(pierre), "approvals_print")

    assert all(f"Decision paper {reference}" in text for reference in references)
    assert text.count('class="sheet"') == 2


def test_the_advice_queue_runs_by_clock_and_holds_what_a_role_is_asked_for(amina, sven, hana, at):
    first = make_request(author=amina, band="HIGH", status=IN_ADVICE, at=at)
    urgent = make_request(author=amina, band="HIGH", is_urgent=True, status=IN_ADVICE, at=at)

    wanted = [row.request.reference for row in awaiting_advice(access_for(sven, at))]

    assert wanted == [urgent.reference, first.reference]
    assert awaiting_advice(access_for(hana, at)) == []


def test_advice_that_was_given_leaves_the_queue(amina, sven, at):
    request = make_request(author=amina, band="HIGH", status=IN_ADVICE, at=at)
    advise(request, Role.SECURITY_ADVISER, at=at)

    assert awaiting_advice(access_for(sven, at)) == []


def test_headquarters_finds_what_it_is_consulted_on(amina, ingrid, at):
    request = make_request(author=amina, levels={"LEG-09": 3}, status=IN_ADVICE, at=at)
    assert awaiting_advice(access_for(ingrid, at)) == []

    advise(request, Role.LEGAL_ADVISER, Advice.Outcome.DO_NOT_SUPPORT, at=at)

    assert [row.role for row in awaiting_advice(access_for(ingrid, at))] == [Role.HEADQUARTERS_DESK]


def test_an_empty_advice_queue_says_what_would_be_here(sven, signed_in):
    assert "No request waits for your advice" in page(signed_in(sven), "advice")


@pytest.mark.parametrize(
    ("name", "reader"), [("approvals", "pierre"), ("approvals_print", "pierre"), ("advice", "sven")]
)
def test_a_queue_needs_the_same_few_queries_for_two_rows_and_for_twelve(
    cast, signed_in, at, name, reader, django_assert_max_num_queries
):
    client = signed_in(cast[reader])
    status = IN_ADVICE if name == "advice" else READY
    group = make_group(author=cast["amina"], at=at)
    threat = make_threat(author=cast["amina"], group=group, at=at)
    several = {"author": cast["amina"], "group": group, "threat": threat, "band": "HIGH", "status": status, "at": at}
    counts = []
    for more in (2, 6):
        for _n in range(more):
            make_request(**several)
        with django_assert_max_num_queries(12) as asked:
            page(client, name)
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_the_queue_marks_what_is_late_and_gives_the_hour_of_what_is_near(amina, pierre, signed_in, at):
    late, today, later = (make_request(author=amina, band="HIGH", status=READY, at=at) for _each in range(3))
    due(late, at, days=-1)
    due(today, at, hours=2)
    due(later, at, days=9)

    text = " ".join(page(signed_in(pierre)).split())
    lines = dict(zip((late, today, later), text.split("<li>")[-3:], strict=True))

    assert "1 is late." in text
    assert "1 is due today." in text
    assert ["</svg> Late</span>" in line for line in lines.values()] == [True, False, False]
    assert [bool(re.search(r", \d\d:\d\d</time>", line)) for line in lines.values()] == [True, True, False]


def test_the_list_of_requests_names_both_levels(amina, signed_in, at):
    make_request(author=amina, band="HIGH", status=READY, at=at)

    text = page(signed_in(amina), "requests")

    assert "Protection <span" in text
    assert "Highest risk <span" in text


def test_the_queue_writes_each_risk_as_a_name_with_its_value(amina, pierre, signed_in, at):
    make_request(author=amina, band="HIGH", status=READY, at=at)

    assert "Security: high" in page(signed_in(pierre))
