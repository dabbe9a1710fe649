"""The auditor's pages: who did what, who read and decided one record, and nothing that an auditor may not know."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

import risk
from audit import sealing
from audit.models import Event, Kind, Verification
from dashboards.audit_words import in_words
from engagement.models import Decision
from missions.access import Marking
from tests import factories
from tests.factories import make_compartment, make_group, make_request, make_threat
from tests.pages import text_of

pytestmark = pytest.mark.django_db

LOG = "/log/"


@pytest.fixture
def decided(amina, at):
    return make_request(author=amina, at=at, status="approved_with_conditions")


@pytest.fixture
def held(joseph, clara, mission, at):
    """A group in a compartment that Clara is in, and Otto is not."""
    circle = make_compartment(mission=mission, owner=joseph, members=[clara], at=at)
    return make_group(author=clara, at=at, name="Quiet Front", compartment=circle)


@pytest.mark.parametrize("name", ["amina", "odile", "clara", "joseph", "maya", "ingrid", "omar"])
def test_the_log_exists_for_auditors_only(signed_in, cast, decided, name):
    browser = signed_in(cast[name])

    answers = [browser.get(LOG), browser.post("/log/find/", {"word": "x"}), browser.get(f"/log/{decided.pk}/")]

    assert {answer.status_code for answer in answers} == {404}


def test_an_auditor_reads_who_did_what_to_which_record_and_which_fields_changed(signed_in, otto, decided):
    page = text_of(signed_in(otto).get(LOG))

    assert "Amina Sow" in page
    assert decided.reference in page
    assert "Decided" in page
    assert "Protection purpose" in text_of(signed_in(otto).get(LOG, {"kind": "request.answered"}))


def test_the_log_never_says_what_a_record_says(signed_in, otto, decided):
    page = text_of(signed_in(otto).get(LOG)) + text_of(signed_in(otto).get(LOG, {"kind": "request.answered"}))

    assert decided.title not in page
    assert decided.purpose not in page


def test_reading_the_log_is_a_line_of_the_log(signed_in, otto, decided, at):
    signed_in(otto).get(LOG, {"kind": "request.decided"})

    read = Event.objects.get(kind=Kind.LOG_READ)
    assert (read.actor_id, read.fields, read.route, read.at) == (otto.pk, ["kind"], "dashboards:log", at)


def test_an_auditor_of_one_mission_reads_nothing_of_another(signed_in, otto, omar, at):
    elsewhere = make_group(author=omar, at=at, name="Far Front")

    page = text_of(signed_in(otto).get(LOG))

    assert "Omar Diop" not in page
    assert str(elsewhere.pk)[:8] not in page
    assert signed_in(otto).get(f"/log/{elsewhere.pk}/").status_code == 404


def test_an_auditor_at_headquarters_reads_the_lines_of_every_mission_without_references(signed_in, maya, omar, at):
    iris = factories.make_user("iris", name="Iris Vance")
    factories.post(iris, mission=None, role="auditor", by=maya, at=at)
    elsewhere = make_group(author=omar, at=at, name="Far Front")

    page = text_of(signed_in(iris).get(LOG))

    assert "Omar Diop" in page
    assert elsewhere.reference not in page
    assert str(elsewhere.pk)[:8] in page


def test_what_is_closely_held_shows_a_number_that_tells_nothing(signed_in, otto, held):
    page = text_of(signed_in(otto).get(LOG))

    assert str(held.pk)[:8] in page
    assert held.reference not in page
    assert "Quiet Front" not in page
    found = signed_in(otto).post("/log/find/", {"word": held.reference})
    assert found.url == LOG


def test_an_auditor_sees_who_read_what_is_closely_held(signed_in, otto, clara, held):
    signed_in(clara).get(f"/groups/{held.reference}/")

    page = signed_in(otto).get(f"/log/{held.pk}/")

    assert [(reader.who, reader.times) for reader in page.context["readers"]] == [("Clara Reyes", 1)]


def test_an_auditor_sees_who_decided_on_which_assessment_and_why(signed_in, otto, decided):
    decision = Decision.objects.unscoped("the test looks").get(request=decided)

    page = text_of(signed_in(otto).get(f"/log/{decided.pk}/"))

    assert decision.decided_by.name in page
    assert decision.reasons in page
    assert decision.assessment.digest[:16] in page


def test_a_decision_in_a_compartment_stays_there(signed_in, otto, clara, held, at):
    threat = make_threat(author=clara, at=at, group=held)
    request = make_request(author=clara, at=at, group=held, threat=threat, status="in_advice")

    page = signed_in(otto).get(f"/log/{request.pk}/")

    assert page.context["decisions"] == []
    assert request.reference not in text_of(page)


def test_a_reference_is_found_without_standing_in_an_address(signed_in, otto, decided):
    answer = signed_in(otto).post("/log/find/", {"word": f" {decided.reference.lower()} "})

    assert answer.url == f"/log/{decided.pk}/"


def test_a_sign_in_name_leads_to_what_that_person_did(signed_in, otto, amina, decided):
    browser = signed_in(otto)

    answer = browser.post("/log/find/", {"word": "amina"}, follow=True)

    assert answer.redirect_chain[-1][0] == f"/log/?person={amina.pk}"
    assert {line.who for line in answer.context["lines"]} == {"Amina Sow"}


@pytest.mark.parametrize("word", ["omar", "nobody", "R-2026-22222", "", "x" * 200, "'; DROP TABLE audit_event"])
def test_what_an_auditor_may_not_know_is_not_found(signed_in, otto, omar, word):
    answer = signed_in(otto).post("/log/find/", {"word": word}, follow=True)

    assert "No line of the log that you may read" in text_of(answer)


def test_denials_can_be_read_by_themselves(signed_in, otto, amina):
    signed_in(amina).get("/requests/R-2026-AAAAA/")

    lines = signed_in(otto).get(LOG, {"denied": "1"}).context["lines"]

    assert [(line.who, line.route) for line in lines] == [("Amina Sow", "engagement:request")]


def test_a_period_leaves_out_what_is_older(signed_in, otto, amina, at):
    make_group(author=amina, at=at - timedelta(days=3), name="Older Front")
    make_group(author=amina, at=at, name="Newer Front")
    browser = signed_in(otto)

    counts = [
        len(browser.get(LOG, {"period": period, "kind": "group.added"}).context["lines"]) for period in ("day", "week")
    ]

    assert counts == [1, 2]


def test_fifty_lines_stand_on_a_page_and_the_rest_behind_it(signed_in, otto, amina, at):
    for number in range(60):
        make_group(author=amina, at=at, name=f"Front {number}")
    browser = signed_in(otto)

    first = browser.get(LOG, {"kind": "group.added"})
    second = browser.get(LOG + first.context["older"])

    assert len(first.context["lines"]) == 50
    assert len(second.context["lines"]) == 10
    assert second.context["older"] == ""
    assert "Older lines" in text_of(first)


def test_the_next_page_is_named_by_a_random_id_because_places_count_the_lines_of_every_mission(
    signed_in, otto, amina, at
):
    for number in range(60):
        make_group(author=amina, at=at, name=f"Front {number}")

    page = signed_in(otto).get(LOG, {"kind": "group.added"})

    named = page.context["older"].partition("before=")[2]
    assert Event.objects.filter(uid=named, kind="group.added").exists()


def test_a_line_of_another_mission_is_no_place_to_read_on_from(signed_in, otto, amina, omar, at):
    make_group(author=amina, at=at, name="Near Front")
    elsewhere = make_group(author=omar, at=at, name="Far Front")
    line = Event.objects.filter(object_id=elsewhere.pk).first()
    browser = signed_in(otto)

    hidden = browser.get(LOG, {"kind": "group.added", "before": str(line.uid)})
    made_up = browser.get(LOG, {"kind": "group.added", "before": str(uuid4())})

    assert hidden.context["lines"] == made_up.context["lines"] == []


def test_the_log_names_nobody_whose_lines_the_auditor_may_not_read(signed_in, otto, amina, omar, decided):
    browser = signed_in(otto)

    far = text_of(browser.get(LOG, {"person": str(omar.pk)}))

    assert "Omar Diop" not in far
    assert "Only what Amina Sow did." in text_of(browser.get(LOG, {"person": str(amina.pk)}))


def test_nothing_to_show_says_what_to_do(signed_in, otto):
    assert "No line matches" in text_of(signed_in(otto).get(LOG, {"kind": "export.made"}))


@pytest.mark.parametrize("query", ["kind=nothing", "person=x", "before=-1", f"before={10**30}", "period=century"])
def test_an_address_that_somebody_made_up_shows_the_whole_log(signed_in, otto, decided, query):
    assert signed_in(otto).get(f"{LOG}?{query}").context["lines"]


def test_the_number_of_queries_does_not_grow_with_the_lines(signed_in, otto, amina, at):
    browser, counts = signed_in(otto), []
    for more in (1, 30):
        for number in range(more):
            make_request(author=amina, at=at, is_blank=True, title=f"Talk {number}")
        with CaptureQueriesContext(connection) as queries:
            text_of(browser.get(LOG))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 14


def test_the_page_says_how_far_the_log_is_sealed_and_when_it_was_last_compared(signed_in, otto, decided, at):
    browser = signed_in(otto)
    assert "Never" in text_of(browser.get(LOG))

    sealing.seal(at)
    call_command("audit_verify", stdout=StringIO())
    page = browser.get(LOG)

    assert "The log and the records agree" in text_of(page)
    assert page.context["integrity"].checkpoint.number == 1
    # The first reading of the log, and this one.
    assert page.context["integrity"].waiting <= 2


def test_the_page_names_what_does_not_agree(signed_in, otto, at):
    Verification.objects.create(
        at=at, sealed=7, is_sound=False, what="engagement.request", where="4f0c", problem="altered"
    )

    assert "engagement.request 4f0c was changed without an event" in text_of(signed_in(otto).get(LOG))


def test_the_word_log_stands_in_the_auditors_menu(signed_in, otto, amina):
    assert 'href="/log/"' in text_of(signed_in(otto).get(LOG))
    assert 'href="/log/"' not in text_of(signed_in(amina).get("/requests/"))


def test_a_strictly_confidential_record_above_the_ceiling_shows_no_reference(signed_in, otto, clara, at):
    group = make_group(author=clara, at=at, name="High Front", marking=Marking.STRICTLY_CONFIDENTIAL)

    page = text_of(signed_in(otto).get(LOG))

    assert group.reference not in page
    assert str(group.pk)[:8] in page


def test_fields_of_a_line_stand_in_words():
    assert in_words(["ends_at", "security_adviser", "security", "red_lines"]) == (
        "Last day, Security adviser, Security, Red lines"
    )
    assert in_words(["SEC-01"]) == risk.current_ruleset().factors["SEC-01"].name("en")
    assert in_words(["no_name_of_ours"]) == "no_name_of_ours"
