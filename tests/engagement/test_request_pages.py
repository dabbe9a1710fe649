"""The pages on which a request is asked for, written and sent, without a line of script."""

import re
from datetime import date, timedelta
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from engagement.models import Answer, FormDraft, Measure, Notice, Request, RequestStatus
from engagement.services import advising, drafting, submission
from engagement.services.drafting import AnswerInput
from engagement.services.moves import move
from nsags import services as nsags
from risk import current_ruleset
from tests.engagement.asking import NOW, again, answers, complete, make_field, start

pytestmark = pytest.mark.django_db
KNOWN = AnswerInput(2, "B", "Situation report", date(2026, 11, 1))


@pytest.fixture(autouse=True)
def clock():
    with mock.patch("django.utils.timezone.now", return_value=NOW):
        yield


@pytest.fixture
def field():
    return make_field()


@pytest.fixture
def draft(field):
    return start(field)


@pytest.fixture
def aline(field):
    return signed_in(field, "aline")


def signed_in(field, name):
    client = Client()
    client.force_login(field.people[name])
    return client


def page(client, name, *args, **query):
    response = client.get(reverse(f"engagement:{name}", args=args), query)
    return response, response.content.decode()


def answer_post(factors, level="1", **more):
    said = {}
    for factor in factors:
        said |= {factor: level, f"{factor}-sure": "B", f"{factor}-source": "Situation report"}
        said |= {f"{factor}-on_day": "20", f"{factor}-on_month": "11", f"{factor}-on_year": "2026"}
    return said | more


def queries(client, address):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_my_work_greets_states_the_posture_and_offers_the_three_ways(field, aline):
    response, text = page(aline, "work")

    assert response.status_code == 200
    assert "Good morning, Aline" in text
    assert "Dialogue is expected of staff at all levels" in text
    assert "issued by: Head of mission" in text
    assert "Log a contact" in text
    assert "Ask for dialogue" in text
    assert "Nothing waits for you. Log a contact or look at a group." in text


def test_my_work_lists_drafts_returned_requests_and_what_waits_for_others(field, aline):
    start(field, title="A first draft")
    returned = complete(start(field, title="One"), field)
    submission.submit(request=returned, by=field.eyes("aline"), at=NOW)
    move(again(returned, field), RequestStatus.RETURNED)
    waiting = complete(start(field), field, level=2)
    submission.submit(request=waiting, by=field.eyes("aline"), at=NOW)
    own = complete(start(field), field)
    submission.submit(request=own, by=field.eyes("aline"), at=NOW)

    _, text = page(aline, "work")

    assert "A first draft" in text
    assert "Returned for more work" in text
    assert "POC adviser, Security adviser" in text
    assert "2 days left" in text
    assert "A low request: yours to decide" in text


def test_notices_can_be_taken_off_the_list(field, aline):
    told = start(field).reference
    Notice.objects.create(user=field.people["aline"], kind="decided", reference=told, created_at=NOW)
    assert "A decision was taken" in page(aline, "work")[1]

    aline.post(reverse("engagement:seen"))

    assert "A decision was taken" not in page(aline, "work")[1]


def test_leaders_and_advisers_begin_elsewhere(field):
    assert page(signed_in(field, "helen"), "work")[0].url == reverse("engagement:approvals")
    assert page(signed_in(field, "sven"), "work")[0].url == reverse("engagement:advice")
    assert "My work" in page(signed_in(field, "paula"), "work")[1]


def test_the_start_page_says_that_a_low_request_is_ones_own_to_decide(field, aline):
    assert "At your posture a low request is yours to decide." in page(aline, "start")[1]


def test_three_answers_start_a_draft_once_however_often_they_are_sent(field, aline):
    said = {
        "mission": field.mission.pk, "group": field.group.pk, "happened": "no", "urgent": "no",
        "submission_key": "b7f9c0a4-1111-4222-8333-444455556666",
    }  # fmt: skip

    first = aline.post(reverse("engagement:start"), said)
    second = aline.post(reverse("engagement:start"), said)

    request = Request.objects.unscoped("test").get()
    assert first.url == second.url == reverse("engagement:edit", args=[request.reference])
    assert request.group == field.group
    assert request.office == field.office


def test_what_has_happened_leads_to_the_log(field, aline):
    said = {"mission": field.mission.pk, "group": "", "happened": "yes", "urgent": "no"}

    assert aline.post(reverse("engagement:start"), said).url == reverse("engagement:log_unplanned")


def test_when_lives_depend_on_it_the_urgent_card_comes_first(field, aline):
    said = {"mission": field.mission.pk, "group": "", "happened": "no", "urgent": "yes"}

    card = aline.post(reverse("engagement:start"), said)
    assert "When waiting would probably cost lives" in card.content.decode()
    assert not Request.objects.unscoped("test").exists()

    aline.post(reverse("engagement:start"), said | {"ask_urgently": "1"})
    assert Request.objects.unscoped("test").get().is_urgent


def test_a_blank_start_form_asks_for_its_answers(field, aline):
    response = aline.post(reverse("engagement:start"), {"mission": field.mission.pk})

    assert "Say whether the contact has taken place already." in response.content.decode()


def test_the_task_list_shows_seven_sections_with_their_states(field, aline, draft):
    drafting.save_section(
        request=draft, section="legitimacy", fields={}, answers=answers("legitimacy"), by=field.eyes("aline"), at=NOW
    )

    _, text = page(aline, "edit", draft.reference)

    assert "5 Legitimacy and other talks" in text
    assert text.count("Completed") == 1
    assert text.count("Not started") == 4
    assert "POC adviser: Paula" in " ".join(text.split())


def test_the_task_list_of_a_frozen_request_leads_to_the_request(field, draft, aline):
    submission.submit(request=complete(draft, field), by=field.eyes("aline"), at=NOW)

    assert page(aline, "edit", draft.reference)[0].url == reverse("engagement:request", args=[draft.reference])


@pytest.mark.parametrize(
    "section", ["purpose", "group", "plan", "host-government", "legitimacy", "security", "measures"]
)
def test_every_section_has_a_page(field, aline, draft, section):
    response, text = page(aline, "section", draft.reference, section)

    assert response.status_code == 200
    assert "So far" in text
    assert "not a decision" in text
    assert "Save and continue" in text


def test_a_section_that_does_not_exist_is_not_found(field, aline, draft):
    assert page(aline, "section", draft.reference, "nowhere")[0].status_code == 404


def test_saving_a_section_leads_to_the_next_and_shows_what_it_implies(field, aline, draft):
    factors = [f.id for f in current_ruleset().factors.values() if f.id in answers("security")]
    said = answer_post(factors, srm_reference="SRM-9")

    response = aline.post(reverse("engagement:section", args=[draft.reference, "security"]), said)

    assert response.url == reverse("engagement:section", args=[draft.reference, "measures"])
    assert again(draft, field).srm_reference == "SRM-9"
    assert Answer.objects.unscoped("test").filter(request=draft, level=1).count() == 4
    assert again(draft, field).previewed_at == NOW


def test_save_and_go_to_list_goes_to_the_list(field, aline, draft):
    address = reverse("engagement:section", args=[draft.reference, "legitimacy"])

    response = aline.post(address, {"LEG-06": "2", "LEG-06-sure": "C", "back_to_list": "1"})

    assert response.url == reverse("engagement:edit", args=[draft.reference])
    assert Answer.objects.unscoped("test").get().level == 2


def test_a_missing_confidence_is_said_beside_its_question_and_everything_typed_is_still_there(field, aline, draft):
    address = reverse("engagement:section", args=[draft.reference, "legitimacy"])

    response = aline.post(address, {"LEG-06": "2", "LEG-06-source": "Radio log", "LEG-07": "1", "LEG-07-sure": "A"})

    text = response.content.decode()
    assert 'href="#id_LEG-06_0"' in text
    assert "say how sure you are." in text
    assert "Radio log" in text
    assert not Answer.objects.unscoped("test").exists()
    assert "Radio log" in page(aline, "section", draft.reference, "legitimacy")[1]


def test_not_known_asks_for_its_reason(field, aline, draft):
    address = reverse("engagement:section", args=[draft.reference, "legitimacy"])

    response = aline.post(address, {"LEG-06": "unknown"})

    assert "say in a few words why this is not known." in response.content.decode()


def test_a_source_without_a_level_is_asked_for_its_level(field, aline, draft):
    address = reverse("engagement:section", args=[draft.reference, "legitimacy"])

    response = aline.post(address, {"LEG-06-source": "Radio log"})

    assert "Choose one of the five answers" in response.content.decode()


def test_unfinished_words_are_kept_when_one_goes_back_to_the_list(field, aline, draft):
    address = reverse("engagement:section", args=[draft.reference, "legitimacy"])

    response = aline.post(address, {"LEG-06": "2", "back_to_list": "1"}, follow=True)

    assert "Kept as you typed it." in response.content.decode()
    assert FormDraft.objects.get().form == f"{draft.reference}-5"


def test_the_script_keeps_what_is_typed_and_saving_forgets_it(field, aline, draft):
    kept = aline.post(reverse("engagement:draft", args=[f"{draft.reference}-5"]), {"LEG-06-source": "Radio log"})
    assert kept.status_code == 204
    text = page(aline, "section", draft.reference, "legitimacy")[1]
    assert "You left this section unsaved" in text
    assert "Radio log" in text

    aline.post(reverse("engagement:section", args=[draft.reference, "legitimacy"]), {"LEG-06": "2", "LEG-06-sure": "C"})

    assert not FormDraft.objects.exists()


def test_what_was_typed_can_be_discarded(field, aline, draft):
    aline.post(reverse("engagement:draft", args=[f"{draft.reference}-5"]), {"LEG-06-source": "Radio log"})

    aline.post(reverse("engagement:section", args=[draft.reference, "legitimacy"]), {"discard": ""})

    assert not FormDraft.objects.exists()


def test_two_people_who_write_the_same_section_hear_of_each_other(field, aline, draft):
    _, text = page(aline, "section", draft.reference, "legitimacy")
    seen = text.split('name="seen" value="')[1].split('"')[0]
    drafting.save_section(
        request=draft, section="legitimacy", fields={}, answers={"LEG-06": KNOWN}, by=field.eyes("paula"), at=NOW
    )
    address = reverse("engagement:section", args=[draft.reference, "legitimacy"])
    mine = {"LEG-06": "0", "LEG-06-sure": "C", "seen": seen}

    refused = aline.post(address, mine).content.decode()
    assert "Somebody saved this section while you were writing." in refused
    assert Answer.objects.unscoped("test").get().level == 2

    fresh = refused.split('name="seen" value="')[1].split('"')[0]
    aline.post(address, mine | {"seen": fresh})
    assert Answer.objects.unscoped("test").get().level == 0


def test_a_colleague_does_not_find_the_pages_of_writing(field, draft):
    bruno = signed_in(field, "bruno")

    assert page(bruno, "section", draft.reference, "purpose")[0].status_code == 404
    assert bruno.post(reverse("engagement:submit", args=[draft.reference])).status_code == 404
    assert page(bruno, "check", draft.reference)[0].status_code == 200


def test_nobody_elsewhere_finds_the_request(field, draft):
    elsewhere = make_field("UNELSE")

    assert page(signed_in(elsewhere, "paula"), "check", draft.reference)[0].status_code == 404


def test_the_preview_shows_typed_answers_and_saves_none(field, aline, draft):
    said = answer_post(["LEG-06", "LEG-07", "GOV-08", "GOV-09"], level="4", section="legitimacy")

    response = aline.post(reverse("engagement:preview", args=[draft.reference]), said)

    text = response.content.decode()
    assert "Biggest unknown" in text
    assert "7 answers missing" in text
    assert not Answer.objects.unscoped("test").exists()
    assert again(draft, field).previewed_at == NOW


def test_every_section_names_the_same_decider_as_the_check_page_and_the_gate_that_raises_it(field, aline, draft):
    complete(draft, field)
    assert all("L0, " in text_of(aline, draft, where) for where in (None, "plan", "security"))
    list_by_the_un(field)

    for where in (None, "plan", "security"):
        text = text_of(aline, draft, where)
        assert "L3, the head of mission" in text
        assert "A gate raises the level. UN Security Council listing of the group or of a participant." in text
        assert "L0, " not in text


def test_the_preview_names_the_gate_that_blocks(field, aline, draft):
    text = text_of(aline, draft, "plan")

    assert "Nobody, while a gate blocks it." in text
    assert "No clear protection purpose" in text
    assert "Some may go once nothing is missing" in text


def list_by_the_un(field):
    nsags.label(
        group=field.group, value="sanctioned", issuer="unsc", starts_on=date(2026, 1, 1), by=field.eyes("paula"), at=NOW
    )


def text_of(browser, draft, section):
    """Return a section, or the check page, in one line."""
    if section is None:
        return " ".join(page(browser, "check", draft.reference)[1].split())
    address = reverse("engagement:section", args=[draft.reference, section])
    return " ".join(browser.get(address).content.decode().split())


def test_a_section_costs_as_many_queries_with_gates_as_without(field, aline, draft):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            text_of(aline, draft, "plan")
        return len(asked)

    complete(draft, field)
    without = cost()
    list_by_the_un(field)
    for number in range(3):
        nsags.introduce(group=field.group, name=f"Chief {number}", role="Chief", by=field.eyes("paula"), at=NOW)

    assert cost() == without <= 12


def test_the_preview_never_shows_the_advice_of_the_rule(field, aline, draft):
    complete(draft, field)
    labels = [current_ruleset().advice_text(code, "en") for code in ("PROCEED", "OPTIONAL", "CONDITIONS")]

    text = page(aline, "check", draft.reference)[1]

    assert not any(label in text for label in labels)


def test_measures_are_promised_with_owner_and_date(field, aline, draft):
    address = reverse("engagement:section", args=[draft.reference, "measures"])
    said = {
        "red_lines": "An attack.", "M-10": "on", "M-10-owner": "Security adviser",
        "M-10-due_day": "23", "M-10-due_month": "11", "M-10-due_year": "2026",
    }  # fmt: skip

    assert aline.post(address, said).url == reverse("engagement:check", args=[draft.reference])

    measure = Measure.objects.unscoped("test").get()
    assert (measure.code, measure.owner, measure.due_on) == ("M-10", "Security adviser", date(2026, 11, 23))


def test_the_tick_beside_a_measure_says_what_was_answered_again_and_stays(field, aline, draft):
    address = reverse("engagement:section", args=[draft.reference, "measures"])
    said = {
        "red_lines": "An attack.", "M-02": "on", "M-02-owner": "Civil Affairs", "M-02-again": "on",
        "M-02-due_day": "23", "M-02-due_month": "11", "M-02-due_year": "2026",
    }  # fmt: skip
    before = aline.get(address).content.decode()
    assert "I have answered this again with the measure in mind: Exposure of" in before
    assert "Answer as first proposed, before it: Visibility of the contact" in before
    assert 'name="M-07-again"' not in before

    aline.post(address, said)

    assert Measure.objects.unscoped("test").get().is_reaffirmed
    assert re.search(r'name="M-02-again"[^>]* checked', aline.get(address).content.decode())


def test_a_promise_without_an_owner_is_asked_for_one(field, aline, draft):
    address = reverse("engagement:section", args=[draft.reference, "measures"])

    text = aline.post(address, {"M-10": "on"}).content.decode()

    assert "say who answers for it, by function." in text
    assert not Measure.objects.unscoped("test").exists()


def test_the_check_page_lists_what_is_missing_with_links(field, aline, draft):
    _, text = page(aline, "check", draft.reference)

    assert reverse("engagement:section", args=[draft.reference, "purpose"]) + "#f-purpose" in text
    assert reverse("engagement:section", args=[draft.reference, "security"]) + "#SEC-01" in text
    assert "answers missing" in text
    assert '<form method="post" action="' + reverse("engagement:submit", args=[draft.reference]) not in text


def test_the_check_page_says_what_each_answer_costs_and_who_decides(field, aline, draft):
    complete(draft, field, level=2)

    _, text = page(aline, "check", draft.reference)

    assert "costs 48 of 160 points" in text
    assert "L2, the pillar head" in text
    assert "POC adviser" in text
    assert "Submit for advice" in text


def test_evidence_without_a_date_is_said_to_count_as_a_judgement(field, aline, draft):
    complete(draft, field, LEG_06=AnswerInput(1, "B", "Radio log"))

    assert "no date, so it counts as a judgement" in page(aline, "check", draft.reference)[1]


def test_submitting_leads_to_the_request_and_twice_does_no_harm(field, aline, draft):
    complete(draft, field)
    address = reverse("engagement:submit", args=[draft.reference])

    first, second = aline.post(address), aline.post(address)

    assert first.url == reverse("engagement:request", args=[draft.reference])
    assert second.status_code == 302
    assert again(draft, field).status == RequestStatus.READY


def test_an_incomplete_request_is_sent_back_to_the_check_page(field, aline, draft):
    response = aline.post(reverse("engagement:submit", args=[draft.reference]))

    assert response.url == reverse("engagement:check", args=[draft.reference])


def test_a_draft_can_be_withdrawn_and_a_returned_request_reopened(field, aline, draft):
    aline.post(reverse("engagement:withdraw", args=[draft.reference]))
    assert again(draft, field).status == RequestStatus.WITHDRAWN

    other = complete(start(field), field)
    submission.submit(request=other, by=field.eyes("aline"), at=NOW)
    move(again(other, field), RequestStatus.RETURNED)
    assert "Reopen as a new version" in page(aline, "edit", other.reference)[1]
    aline.post(reverse("engagement:reopen", args=[other.reference]))
    assert again(other, field).version == 2


def test_answers_carry_over_marked_and_stale_evidence_comes_in_blank(field, aline):
    earlier = complete(
        start(field), field,
        LEG_06=AnswerInput(3, "B", "Old report", date(2026, 6, 1)), LEG_07=AnswerInput(3, "B", "Radio log", NOW.date()),
    )  # fmt: skip
    submission.submit(request=earlier, by=field.eyes("aline"), at=NOW)
    draft = start(field)

    assert earlier.reference in page(aline, "edit", draft.reference)[1]
    _, text = page(aline, "section", draft.reference, "legitimacy", **{"from": earlier.reference})

    assert f"Carried over from {earlier.reference}" in text
    assert "Radio log" in text
    assert "Old report" not in text
    assert not Answer.objects.unscoped("test").filter(request=draft).exists()


def test_the_list_filters_by_state_and_by_whose(field, aline):
    mine = start(field, title="My own draft")
    theirs = start(field, name="bruno", title="A draft of a colleague")
    drafting.withdraw(request=mine, by=field.eyes("aline"), at=NOW)

    assert "My own draft" in page(aline, "requests")[1]
    assert "My own draft" not in page(aline, "requests", state="draft")[1]
    assert "No request matches." in page(aline, "requests", state="decided")[1]
    submission.submit(request=complete(theirs, field, name="bruno"), by=field.eyes("bruno"), at=NOW)
    assert theirs.reference not in page(aline, "requests", whose="mine")[1]
    assert theirs.reference in page(aline, "requests", whose="area", state="pending")[1]


def test_a_draft_is_listed_for_its_writer_and_for_the_poc_adviser(field, aline):
    start(field, name="bruno", title="A draft of a colleague")

    assert "A draft of a colleague" not in page(aline, "requests")[1]
    assert "A draft of a colleague" in page(signed_in(field, "bruno"), "requests")[1]
    assert "A draft of a colleague" in page(signed_in(field, "paula"), "requests")[1]


def test_an_empty_list_says_when_a_request_is_needed(field, aline):
    assert "No request yet." in page(aline, "requests")[1]


def test_lists_cost_as_much_for_twenty_rows_as_for_two(field, aline):
    for _ in range(2):
        start(field)
    few = [queries(aline, reverse(f"engagement:{name}")) for name in ("requests", "work")]

    for _ in range(18):
        start(field)

    assert [queries(aline, reverse(f"engagement:{name}")) for name in ("requests", "work")] == few


def test_the_history_tells_who_did_what_in_which_role(field, aline, draft):
    complete(draft, field)
    submission.submit(request=draft, by=field.eyes("aline"), at=NOW)

    _, text = page(aline, "history", draft.reference)

    assert "Aline, Field officer" in text
    assert "Section saved" in text
    assert "Version 1" in text


def test_changes_set_then_beside_now(field, draft, aline):
    complete(draft, field, level=2)
    submission.submit(request=draft, by=field.eyes("aline"), at=NOW)
    assert "Nothing has changed since" in page(aline, "changes", draft.reference)[1]

    Answer.objects.unscoped("test").filter(request=draft, factor="GOV-01").update(
        level=4, answered_at=NOW + timedelta(hours=3)
    )

    _, text = page(aline, "changes", draft.reference)
    assert "2 · " in text
    assert "4 · " in text


def test_the_library_is_empty_until_it_is_loaded(field, aline):
    assert "The library is empty." in page(aline, "library")[1]


def test_the_risk_method_names_every_question_measure_gate_and_posture(field, aline):
    _, text = page(aline, "risk_method")
    ruleset = current_ruleset()

    assert all(factor.id in text for factor in ruleset.factors.values())
    assert "±" not in text
    assert "up to 160" in text
    assert ruleset.hash[:12] in text


def test_a_whole_request_is_asked_for_without_script(field, aline):
    said = {"mission": field.mission.pk, "group": field.group.pk, "happened": "no", "urgent": "no"}
    address = aline.post(reverse("engagement:start"), said).url
    request = Request.objects.unscoped("test").get()
    typed = {
        "purpose": {
            "title": "Reopen the road", "purpose_scale": "commitment", "purpose": "Traders pass.",
            "threat": field.threat.pk, "if_not_engaging": "The market stays closed.",
        },
        "group": {
            "group": field.group.pk, "interlocutors": "Commander", "involves_children": "no",
            "involves_detainees": "no",
        },
        "plan": {
            "type": "security_liaison", "modality": "in_person", "area": field.area.pk, "covers": "several",
            "contacts_planned": "3", "starts_on_day": "24", "starts_on_month": "11", "starts_on_year": "2026",
            "ends_on_day": "20", "ends_on_month": "12", "ends_on_year": "2026",
            "uses_intermediary": "no", "is_third_country": "no",
        },
        "host-government": {},
        "legitimacy": {},
        "security": {
            "srm_reference": "SRM-1", "srm_valid_until_day": "31", "srm_valid_until_month": "12",
            "srm_valid_until_year": "2026",
        },
        "measures": {"red_lines": "An attack on civilians."},
    }  # fmt: skip
    assert "1 Purpose and civilians" in aline.get(address).content.decode()

    for section, fields in typed.items():
        level = "3" if section == "purpose" else "1"
        page_of = reverse("engagement:section", args=[request.reference, section])
        assert aline.post(page_of, answer_post(answers(section), level, **fields)).status_code == 302, section
    assert "Submit for decision" in page(aline, "check", request.reference)[1]
    aline.post(reverse("engagement:submit", args=[request.reference]))

    sent = again(request, field)
    assert sent.status == RequestStatus.READY
    assert sent.contacts_planned == 3
    assert sent.ends_on == date(2026, 12, 20)


def test_an_adviser_sees_no_level_before_rating(field):
    request = complete(start(field), field, level=2)
    submission.submit(request=request, by=field.eyes("aline"), at=NOW)
    sven = signed_in(field, "sven")

    assert 'class="lvl' not in page(sven, "requests")[1]
    assert "Rate the risks yourself first" in page(sven, "changes", request.reference)[1]

    rating = {"legitimacy": None, "host_government": None, "security": 3}
    advising.rate(request=request, role="security_adviser", by=field.eyes("sven"), at=NOW, **rating)

    assert 'class="lvl' in page(sven, "requests")[1]
    assert "Levels then and now" in page(sven, "changes", request.reference)[1]
