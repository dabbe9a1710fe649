"""Breaking the glass: what opens, for how long, what stays shut, who is told, and who judges it."""

import re
from datetime import timedelta

import pytest

from audit.models import Event, Kind
from engagement.models import Contact, Notice, Request, RequestStatus
from engagement.policies import emergencies as policies
from engagement.services import emergencies as services
from missions.access import Marking
from missions.models import EmergencyAccess, Mission
from nsags.models import Group
from tests import factories
from tests.refusing import refused

pytestmark = pytest.mark.django_db

STORY = "A convoy is under fire on the road that this request is about."


@pytest.fixture
def asked(amina, at) -> Request:
    """A request of the office in Bria, which nobody in Kesi reads."""
    return factories.make_request(author=amina, status=RequestStatus.READY, at=at)


def break_glass(user, access, at, reference="", mission=None, **terms) -> EmergencyAccess:
    said = {"reason": "life_at_risk", "explanation": STORY} | terms
    mission = mission or Mission.objects.get(code="MINUBEK")
    return services.open_emergency(mission=mission, reference=reference, by=access(user, at), at=at, **said)


def sees(eyes, record) -> bool:
    return type(record).objects.visible_to(eyes).filter(pk=record.pk).exists()


def mark(record, **fields) -> None:
    type(record).objects.unscoped("a test").filter(pk=record.pk).update(**fields)


# --- What opens ----------------------------------------------------------------------------------------------------


def test_yusuf_reads_one_request_of_another_office(yusuf, asked, access, at):
    assert not sees(access(yusuf), asked)

    break_glass(yusuf, access, at, asked.reference)

    assert sees(access(yusuf), asked)


def test_one_reference_opens_that_record_and_no_other(yusuf, amina, asked, access, at):
    other = factories.make_contact(author=amina, at=at)

    break_glass(yusuf, access, at, asked.reference)

    assert not sees(access(yusuf), other)


def test_a_mission_opens_up_to_confidential(yusuf, amina, asked, access, at):
    contact = factories.make_contact(author=amina, at=at)
    break_glass(yusuf, access, at)

    assert sees(access(yusuf), asked)
    assert sees(access(yusuf), contact)

    mark(asked, marking=Marking.STRICTLY_CONFIDENTIAL)
    assert not sees(access(yusuf), asked)


def test_it_opens_nothing_above_the_marking_of_the_posting(yusuf, asked, access, at):
    mark(asked, marking=Marking.STRICTLY_CONFIDENTIAL)

    break_glass(yusuf, access, at, asked.reference)

    assert not sees(access(yusuf), asked)


@pytest.mark.parametrize("is_named", [True, False])
def test_it_never_opens_a_compartment(yusuf, joseph, mission, asked, access, at, is_named):
    mark(asked, compartment=factories.make_compartment(mission=mission, owner=joseph, at=at))

    break_glass(yusuf, access, at, asked.reference if is_named else "")

    assert not sees(access(yusuf), asked)


def test_a_record_of_another_mission_stays_shut(omar, yusuf, access, at):
    there = factories.make_group(author=omar, at=at)

    break_glass(yusuf, access, at, there.reference)

    assert not sees(access(yusuf), there)


def test_it_ends_after_four_hours_to_the_second(yusuf, asked, access, at):
    break_glass(yusuf, access, at, asked.reference)
    end = at + timedelta(hours=4)

    assert sees(access(yusuf, end - timedelta(seconds=1)), asked)
    assert not sees(access(yusuf, end), asked)


def test_closing_it_shuts_the_record_at_once(yusuf, asked, access, at):
    opened = break_glass(yusuf, access, at, asked.reference)
    soon = at + timedelta(minutes=3)

    services.close_emergency(emergency=opened, by=access(yusuf, soon), at=soon)

    assert not sees(access(yusuf, soon), asked)


def test_it_stays_at_home_when_a_person_travels(yusuf, asked, access, at):
    break_glass(yusuf, access, at, asked.reference)
    yusuf.travel_ceiling = Marking.CONFIDENTIAL

    assert not sees(access(yusuf), asked)


# --- Who may, and how often ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["omar", "ingrid", "maya"])
def test_who_does_not_serve_there_with_its_substance_cannot(cast, access, at, name):
    assert "not_serving" in refused(break_glass, cast[name], access, at)


def test_somebody_whose_posting_has_ended_cannot(yusuf, access, at):
    yusuf.postings.update(ends_at=at)

    assert refused(break_glass, yusuf, access, at) == {"not_serving"}


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"explanation": "Too short."}, "too_short"),
        ({"explanation": " " * 40}, "too_short"),
        ({"explanation": "x" * 2001}, "explanation_too_long"),
        ({"reason": "curious"}, "no_reason"),
        ({"reference": "R" * 17}, "reference_too_long"),
    ],
)
def test_it_wants_a_reason_and_a_story(yusuf, access, at, terms, code):
    assert refused(break_glass, yusuf, access, at, **terms) == {code}


def test_one_person_has_one_open_at_a_time(yusuf, access, at):
    break_glass(yusuf, access, at)

    assert refused(break_glass, yusuf, access, at + timedelta(minutes=1)) == {"open_already"}


def test_a_second_one_waits_for_twenty_four_hours_to_the_second(yusuf, access, at):
    break_glass(yusuf, access, at)
    day = timedelta(hours=24)

    assert refused(break_glass, yusuf, access, at + day - timedelta(seconds=1)) == {"too_soon"}
    assert break_glass(yusuf, access, at + day)


def test_nobody_breaks_the_glass_in_travel_mode(yusuf, access, at):
    yusuf.travel_ceiling = Marking.CONFIDENTIAL

    assert refused(break_glass, yusuf, access, at) == {"travelling"}


# --- Who is told ---------------------------------------------------------------------------------------------------


WATCHERS = {("maya", ""), ("deputy.minubek", ""), ("otto", "")}


def told() -> set[tuple[str, str]]:
    opened = Notice.objects.filter(kind=Notice.Kind.EMERGENCY_OPENED)
    return set(opened.values_list("user__username", "reference"))


def test_the_information_manager_the_auditor_and_the_author_are_told_at_once(yusuf, asked, access, at):
    break_glass(yusuf, access, at, asked.reference)

    assert told() == WATCHERS | {("amina", asked.reference)}


def test_nobody_writes_a_reference_that_does_not_exist_to_an_author(yusuf, access, at):
    break_glass(yusuf, access, at, "R-2026-AAAAA")

    assert told() == WATCHERS


def test_the_author_of_what_stays_shut_is_not_told(yusuf, joseph, mission, asked, access, at):
    mark(asked, compartment=factories.make_compartment(mission=mission, owner=joseph, at=at))

    break_glass(yusuf, access, at, asked.reference)

    assert told() == WATCHERS


def test_an_auditor_who_breaks_the_glass_is_not_told_by_themselves(otto, access, at):
    break_glass(otto, access, at)

    assert told() == WATCHERS - {("otto", "")}


def test_opening_closing_and_reviewing_are_events(yusuf, otto, access, at):
    opened = break_glass(yusuf, access, at)
    services.close_emergency(emergency=opened, by=access(yusuf), at=at + timedelta(hours=1))
    later = at + timedelta(hours=2)
    services.review_emergency(
        emergency=opened, finding="justified", review="Called him.", by=access(otto, later), at=later
    )

    kinds = list(Event.objects.filter(object_id=opened.pk).order_by("pk").values_list("kind", flat=True))
    assert kinds == [Kind.EMERGENCY_OPENED, Kind.EMERGENCY_CLOSED, Kind.EMERGENCY_REVIEWED]


def test_what_is_read_while_it_is_open_is_noted_for_the_log(yusuf, asked, access, at):
    break_glass(yusuf, access, at, asked.reference)
    eyes = access(yusuf)

    list(Request.objects.visible_to(eyes))
    list(Group.objects.visible_to(eyes))

    assert {record.reference for record in eyes.shown.closely_held} == {asked.reference}


# --- Who judges it -------------------------------------------------------------------------------------------------


def review(opened, user, access, at, **terms):
    said = {"finding": "justified", "review": "The convoy was real."} | terms
    return services.review_emergency(emergency=opened, by=access(user, at), at=at, **said)


@pytest.mark.parametrize("name", ["otto", "maya"])
def test_the_auditor_or_the_information_manager_reviews_it(cast, yusuf, access, at, name):
    opened = break_glass(yusuf, access, at)

    reviewed = review(opened, cast[name], access, at + timedelta(hours=5))

    assert (reviewed.reviewed_by, reviewed.finding) == (cast[name], "justified")


@pytest.mark.parametrize("name", ["joseph", "amina", "omar", "ingrid"])
def test_nobody_else_reviews_it(cast, yusuf, access, at, name):
    opened = break_glass(yusuf, access, at)

    assert refused(review, opened, cast[name], access, at + timedelta(hours=5)) == {"not_reviewer"}


def test_nobody_reviews_their_own(otto, access, at):
    opened = break_glass(otto, access, at)

    assert refused(review, opened, otto, access, at + timedelta(hours=5)) == {"own"}


@pytest.mark.parametrize(
    ("hours", "terms", "code"),
    [(1, {}, "still_open"), (5, {"finding": "maybe"}, "no_finding"), (5, {"review": " "}, "no_words")],
)
def test_a_review_is_whole_and_comes_afterwards(yusuf, otto, access, at, hours, terms, code):
    opened = break_glass(yusuf, access, at)

    assert refused(review, opened, otto, access, at + timedelta(hours=hours), **terms) == {code}


def test_a_review_stands(yusuf, otto, maya, access, at):
    opened = break_glass(yusuf, access, at)
    review(opened, otto, access, at + timedelta(hours=5))

    why = refused(review, opened, maya, access, at + timedelta(hours=6), finding="not_justified")

    assert why == {"reviewed_already"}


def test_a_review_is_late_after_seventy_two_hours(yusuf, access, at):
    opened = break_glass(yusuf, access, at)
    last = at + timedelta(hours=72)

    assert not policies.is_overdue(opened, last)
    assert policies.is_overdue(opened, last + timedelta(seconds=1))


@pytest.mark.parametrize(("name", "may"), [("otto", True), ("maya", True), ("joseph", False), ("omar", False)])
def test_who_reviews_it_can_also_end_it(cast, yusuf, access, at, name, may):
    opened = break_glass(yusuf, access, at)

    refusals = [refusal.code for refusal in policies.close_emergency(opened, by=access(cast[name]), at=at)]

    assert refusals == ([] if may else ["not_yours"])


# --- Pages ---------------------------------------------------------------------------------------------------------

FORM = {"mission": "MINUBEK", "scope": "record", "reason": "life_at_risk", "explanation": STORY}


def open_on_page(browser, reference, **said):
    return browser.post("/emergencies/new/", FORM | {"reference": reference} | said)


def plain(answer, *words) -> str:
    """Return a page without its token and what was asked for."""
    text = re.sub(r'name="(csrfmiddlewaretoken|submission_key)" value="[^"]+"', "", answer.content.decode())
    for word in words:
        text = text.replace(word, "WORD")
    return text


def test_yusuf_opens_reads_and_closes_on_the_pages(signed_in, yusuf, asked):
    browser = signed_in(yusuf)
    reader = f"/requests/{asked.reference}/"
    assert browser.get(reader).status_code == 404

    answer = open_on_page(browser, asked.reference.lower())

    assert reader in browser.get(answer.url).content.decode()
    assert browser.get(reader).status_code == 200
    browser.post(f"{answer.url}close/")
    assert browser.get(reader).status_code == 404


def test_opening_never_tells_whether_there_is_such_a_record(signed_in, yusuf, cast, asked, at, clock):
    pages = []
    for reference in (asked.reference, "R-2026-AAAAA"):
        EmergencyAccess.objects.all().delete()
        browser = signed_in(yusuf)
        answer = open_on_page(browser, reference)
        pages.append(plain(browser.get(answer.url), reference, answer.url))

    assert pages[0] == pages[1]


def test_the_same_form_sent_twice_opens_once(signed_in, yusuf, asked):
    browser, key = signed_in(yusuf), "b0a7c3de-1111-4222-8333-444455556666"

    first, second = (open_on_page(browser, asked.reference, submission_key=key) for _n in range(2))

    assert first.status_code == second.status_code == 302
    assert EmergencyAccess.objects.count() == 1


def test_opening_asks_first_who_sits_there(signed_in, yusuf, asked, clock, at):
    browser = signed_in(yusuf)
    clock(at + timedelta(minutes=6))

    assert open_on_page(browser, asked.reference).status_code == 401
    assert not EmergencyAccess.objects.exists()


def test_a_form_without_a_reference_says_how_to_mend_it(signed_in, yusuf):
    text = open_on_page(signed_in(yusuf), "", explanation="Short.").content.decode()

    assert "Write the reference of the record." in text
    assert "Say in at least 20 characters what has happened." in text


@pytest.mark.parametrize("name", ["ingrid", "maya"])
def test_who_has_nothing_to_open_does_not_find_the_form(signed_in, cast, name):
    assert signed_in(cast[name]).get("/emergencies/new/").status_code == 404


@pytest.mark.parametrize("page", ["/requests/", "/contacts/", "/help/", "/account/", "/nowhere/"])
def test_a_red_banner_stands_on_every_page_with_the_time_left_and_a_button(signed_in, yusuf, access, at, clock, page):
    opened = break_glass(yusuf, access, at)
    clock(at + timedelta(hours=1, minutes=15))

    text = signed_in(yusuf).get(page).content.decode()

    assert "open for 2 h 45 min more" in text
    assert f"/emergencies/{opened.pk}/close/" in text


def test_there_is_no_banner_without_emergency_access(signed_in, yusuf, access, at, clock):
    break_glass(yusuf, access, at)
    clock(at + timedelta(hours=4))

    assert "Emergency access is open" not in signed_in(yusuf).get("/requests/").content.decode()


# Everything that could change something, by anyone: whatever it is, it is refused before it is looked at.
CHANGES = [
    "/requests/start/",
    "/contacts/new/",
    "/contacts/unplanned/",
    "/groups/add/",
    "/seen/",
    "/drafts/contact/",
    "/exports/new/",
    "/requests/R-2026-AAAAA/decide/",
]


@pytest.mark.parametrize("address", CHANGES)
def test_nothing_can_be_changed_while_it_is_open(signed_in, yusuf, access, at, address):
    break_glass(yusuf, access, at)
    before = Event.objects.exclude(kind=Kind.ACCESS_DENIED).count()

    answer = signed_in(yusuf).post(address, {"title": "x"})

    assert answer.status_code == 403
    assert "Close emergency access, then send it again." in answer.content.decode()
    assert Event.objects.exclude(kind=Kind.ACCESS_DENIED).count() == before


def test_ones_own_affairs_go_on(signed_in, yusuf, access, at):
    break_glass(yusuf, access, at)
    browser = signed_in(yusuf)

    assert browser.post("/language/", {"language": "fr"}).status_code == 302
    assert browser.post("/sign-out/").status_code == 302


def test_what_was_typed_is_kept_and_taken_up_after_closing(signed_in, amina, access, at, clock):
    opened = break_glass(amina, access, at)
    browser = signed_in(amina)
    words = "They let the trucks pass at noon."
    ours = {"HTTP_ORIGIN": "http://testserver"}

    refused = browser.post("/contacts/unplanned/", {"summary": words}, **ours).content.decode()
    carried = dict(re.findall(r'name="(carried[^"]*)" value="([^"]*)"', refused))
    resumed = browser.post(f"/emergencies/{opened.pk}/close/", carried, **ours).content.decode()

    assert words in refused
    assert 'action="/contacts/unplanned/"' in resumed
    assert words in resumed
    assert not EmergencyAccess.objects.live(at).exists()
    assert not Contact.objects.unscoped("a test").exists()


def test_the_register_puts_what_waits_first_and_says_what_is_late(signed_in, yusuf, odile, otto, access, at, clock):
    reviewed = break_glass(odile, access, at)
    late = break_glass(yusuf, access, at - timedelta(hours=100), reference="R-2026-BBBBB")
    review(reviewed, otto, access, at + timedelta(hours=5))
    clock(at + timedelta(hours=6))

    text = signed_in(otto).get("/emergencies/").content.decode()

    assert text.index(str(late.pk)) < text.index(str(reviewed.pk))
    assert "1 waits to be reviewed." in text
    assert "Review overdue" in text


def test_the_menu_of_who_reviews_says_how_many_wait(signed_in, yusuf, otto, maya, access, at, clock):
    opened = break_glass(yusuf, access, at)
    clock(at + timedelta(hours=5))

    for user in (otto, maya):
        assert "Emergency access (1)" in signed_in(user).get("/missions/").content.decode()
    review(opened, otto, access, at + timedelta(hours=5))
    assert "Emergency access (" not in signed_in(maya).get("/missions/").content.decode()


@pytest.mark.parametrize(
    ("name", "status"), [("otto", 200), ("maya", 200), ("yusuf", 200), ("joseph", 404), ("omar", 404)]
)
def test_only_the_person_and_who_reviews_it_read_about_it(signed_in, cast, yusuf, access, at, name, status):
    opened = break_glass(yusuf, access, at)
    browser = signed_in(cast[name])

    assert browser.get(f"/emergencies/{opened.pk}/").status_code == status
    assert (str(opened.pk) in browser.get("/emergencies/").content.decode()) == (status == 200)


def test_which_record_it_was_is_read_by_who_asked_and_by_who_may_see_it(signed_in, cast, asked, yusuf, access, at):
    opened = break_glass(yusuf, access, at, asked.reference)
    pages = ["/emergencies/", f"/emergencies/{opened.pk}/"]

    told = {
        name: [asked.reference in signed_in(cast[name]).get(page).content.decode() for page in pages]
        for name in ("yusuf", "otto", "maya")
    }

    assert told == {"yusuf": [True, True], "otto": [True, True], "maya": [False, False]}
    assert "One record" in signed_in(cast["maya"]).get("/emergencies/").content.decode()


def test_the_auditor_reviews_it_on_the_page(signed_in, yusuf, otto, access, at, clock):
    opened = break_glass(yusuf, access, at)
    clock(at + timedelta(hours=5))
    browser = signed_in(otto)

    empty = browser.post(f"/emergencies/{opened.pk}/review/", {}).content.decode()
    browser.post(f"/emergencies/{opened.pk}/review/", {"finding": "not_justified", "review": "No convoy."})

    assert "Choose whether it was justified." in empty
    opened.refresh_from_db()
    assert (opened.finding, opened.reviewed_by) == ("not_justified", otto)
    assert "It was not justified" in signed_in(yusuf).get(f"/emergencies/{opened.pk}/").content.decode()


def test_the_way_in_is_on_the_help_page_and_the_account_page_only(signed_in, yusuf, client):
    browser = signed_in(yusuf)

    assert all("/emergencies/" in browser.get(page).content.decode() for page in ("/help/", "/account/"))
    assert "/emergencies/" not in browser.get("/requests/R-2026-AAAAA/").content.decode()
    assert "/emergencies/" not in client.get("/help/").content.decode()
