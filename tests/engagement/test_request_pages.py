"""The pages on which a request is asked for, written and sent, without a line of script."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from engagement import sections
from engagement.demo.steps import read
from engagement.models import Answer, FormDraft, Measure, Notice, Request, RequestStatus
from engagement.services import advising, drafting, submission
from engagement.services.drafting import AnswerInput
from nsags import services as nsags
from risk import current_ruleset
from tests.factories import every_risk, make_request
from tests.pages import typed_day

pytestmark = pytest.mark.django_db
KNOWN = AnswerInput(2, "B", "Situation report", date(2026, 2, 9))


@pytest.fixture
def browser(amina, signed_in):
    """The browser of Amina."""
    return signed_in(amina)


def page(client, name, *args, **query):
    response = client.get(reverse(f"engagement:{name}", args=args), query)
    return response, response.content.decode()


def answer_post(factors, level="1", **more):
    said = {}
    for factor in factors:
        said |= {factor: level, f"{factor}-sure": "B", f"{factor}-source": "Situation report"}
        said |= typed_day(f"{factor}-on", date(2026, 2, 28))
    return said | more


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_my_work_greets_states_the_posture_and_offers_the_three_ways(amina, browser):
    response, text = page(browser, "work")

    assert response.status_code == 200
    assert "Good morning, Amina" in text
    assert "Dialogue is expected of staff at all levels" in text
    assert "What that means for me" in text
    assert "Log a contact" in text
    assert "Ask for dialogue" in text
    assert "Nothing waits for you. Log a contact or look at a group." in text


def test_my_work_lists_drafts_returned_requests_and_what_waits_for_others(amina, group, browser, at):
    make_request(author=amina, group=group, is_blank=True, title="A first draft", at=at)
    make_request(author=amina, group=group, status=RequestStatus.RETURNED, at=at)
    make_request(author=amina, group=group, levels=every_risk(2), status=RequestStatus.IN_ADVICE, at=at)
    make_request(author=amina, group=group, band="LOW", status=RequestStatus.READY, at=at)

    _, text = page(browser, "work")

    assert "A first draft" in text
    assert "Returned for more work" in text
    assert "POC adviser, Security adviser" in text
    assert "2 days left" in text
    assert "A low request: yours to decide" in text


def test_notices_can_be_taken_off_the_list(amina, draft, browser, at):
    Notice.objects.create(user=amina, kind="decided", reference=draft.reference, created_at=at)
    assert "A decision was taken" in page(browser, "work")[1]

    browser.post(reverse("engagement:seen"))

    assert "A decision was taken" not in page(browser, "work")[1]


def test_leaders_and_advisers_begin_elsewhere(joseph, clara, sven, signed_in):
    assert page(signed_in(joseph), "work")[0].url == reverse("engagement:approvals")
    assert page(signed_in(sven), "work")[0].url == reverse("engagement:advice")
    assert "My work" in page(signed_in(clara), "work")[1]


def test_the_start_page_says_that_a_low_request_is_ones_own_to_decide(browser):
    assert "At your posture a low request is yours to decide." in page(browser, "start")[1]


def test_three_answers_start_a_draft_once_however_often_they_are_sent(mission, group, browser):
    said = {"mission": mission.pk, "group": group.pk, "happened": "no", "urgent": "no"}
    said["submission_key"] = "b7f9c0a4-1111-4222-8333-444455556666"

    first = browser.post(reverse("engagement:start"), said)
    second = browser.post(reverse("engagement:start"), said)

    request = Request.objects.unscoped("test").get()
    assert first.url == second.url == reverse("engagement:edit", args=[request.reference])
    assert request.group == group
    assert request.office == mission.offices.get(name="Bria")


def test_what_has_happened_leads_to_the_log(mission, browser):
    said = {"mission": mission.pk, "group": "", "happened": "yes", "urgent": "no"}

    assert browser.post(reverse("engagement:start"), said).url == reverse("engagement:log_unplanned")


def test_when_lives_depend_on_it_the_urgent_card_comes_first(mission, browser):
    said = {"mission": mission.pk, "group": "", "happened": "no", "urgent": "yes"}

    card = browser.post(reverse("engagement:start"), said)
    assert "When waiting would probably cost lives" in card.content.decode()
    assert not Request.objects.unscoped("test").exists()

    browser.post(reverse("engagement:start"), said | {"ask_urgently": "1"})
    assert Request.objects.unscoped("test").get().is_urgent


def test_a_blank_start_form_asks_for_its_answers(mission, browser):
    response = browser.post(reverse("engagement:start"), {"mission": mission.pk})

    assert "Say whether the contact has taken place already." in response.content.decode()


def test_the_task_list_shows_seven_sections_with_their_states(amina, clara, draft, browser, access, at):
    given = dict.fromkeys(sections.BY_SLUG["legitimacy"].factors, KNOWN)
    drafting.save_section(request=draft, section="legitimacy", fields={}, answers=given, by=access(amina), at=at)

    _, text = page(browser, "edit", draft.reference)

    assert "5 Legitimacy and other talks" in text
    assert text.count("Completed") == 1
    assert text.count("Not started") == 4
    assert f"POC adviser: {clara.name}" in " ".join(text.split())


def test_the_task_list_leads_to_the_first_section_that_lacks_something_and_then_to_the_check(draft, whole, browser):
    filled = re.compile(r'class="btn" href="([^"]*)">([^<]*)<')
    begun = filled.findall(page(browser, "edit", draft.reference)[1])

    ended = filled.findall(page(browser, "edit", whole.reference)[1])

    first = reverse("engagement:section", args=[draft.reference, "purpose"])
    assert begun == [(first, "Continue: 1 Purpose and civilians")]
    assert ended == [(reverse("engagement:check", args=[whole.reference]), "Check and submit")]


def test_a_source_that_was_typed_once_is_offered_again(draft, browser):
    said = {"LEG-06": "2", "LEG-06-sure": "C", "LEG-06-source": "Radio log"}
    browser.post(reverse("engagement:section", args=[draft.reference, "legitimacy"]), said)

    text = page(browser, "section", draft.reference, "security")[1]

    assert 'list="sources"' in text
    assert '<datalist id="sources"><option value="Radio log"></option></datalist>' in text


def test_the_task_list_of_a_frozen_request_leads_to_the_request(amina, whole, browser, access, at):
    submission.submit(request=whole, by=access(amina), at=at)

    assert page(browser, "edit", whole.reference)[0].url == reverse("engagement:request", args=[whole.reference])


@pytest.mark.parametrize(
    "section", ["purpose", "group", "plan", "host-government", "legitimacy", "security", "measures"]
)
def test_every_section_has_a_page(draft, browser, section):
    response, text = page(browser, "section", draft.reference, section)

    assert response.status_code == 200
    assert "So far" in text
    assert "not a decision" in text
    assert "Save and continue" in text


def test_a_section_that_does_not_exist_is_not_found(draft, browser):
    assert page(browser, "section", draft.reference, "nowhere")[0].status_code == 404


def test_saving_a_section_leads_to_the_next_and_shows_what_it_implies(draft, browser, at):
    said = answer_post(sections.BY_SLUG["security"].factors, srm_reference="SRM-9")

    response = browser.post(reverse("engagement:section", args=[draft.reference, "security"]), said)

    assert response.url == reverse("engagement:section", args=[draft.reference, "measures"])
    assert read(draft).srm_reference == "SRM-9"
    assert Answer.objects.unscoped("test").filter(request=draft, level=1).count() == 4
    assert read(draft).previewed_at == at


def test_save_and_go_to_list_goes_to_the_list(draft, browser):
    address = reverse("engagement:section", args=[draft.reference, "legitimacy"])

    response = browser.post(address, {"LEG-06": "2", "LEG-06-sure": "C", "back_to_list": "1"})

    assert response.url == reverse("engagement:edit", args=[draft.reference])
    assert Answer.objects.unscoped("test").get().level == 2


def test_a_missing_confidence_is_said_beside_its_question_and_everything_typed_is_still_there(draft, browser):
    address = reverse("engagement:section", args=[draft.reference, "legitimacy"])

    response = browser.post(address, {"LEG-06": "2", "LEG-06-source": "Radio log", "LEG-07": "1", "LEG-07-sure": "A"})

    text = response.content.decode()
    assert 'href="#id_LEG-06_0"' in text
    assert "say how sure you are." in text
    assert "Radio log" in text
    assert not Answer.objects.unscoped("test").exists()
    assert "Radio log" in page(browser, "section", draft.reference, "legitimacy")[1]


def test_not_known_asks_for_its_reason(draft, browser):
    address = reverse("engagement:section", args=[draft.reference, "legitimacy"])

    response = browser.post(address, {"LEG-06": "unknown"})

    assert "say in a few words why this is not known." in response.content.decode()


def test_a_source_without_a_level_is_asked_for_its_level(draft, browser):
    address = reverse("engagement:section", args=[draft.reference, "legitimacy"])

    response = browser.post(address, {"LEG-06-source": "Radio log"})

    assert "Choose one of the five answers" in response.content.decode()


def test_unfinished_words_are_kept_when_one_goes_back_to_the_list(draft, browser):
    address = reverse("engagement:section", args=[draft.reference, "legitimacy"])

    response = browser.post(address, {"LEG-06": "2", "back_to_list": "1"}, follow=True)

    assert "Kept as you typed it." in response.content.decode()
    assert FormDraft.objects.get().form == f"{draft.reference}-5"


def test_the_script_keeps_what_is_typed_and_saving_forgets_it(draft, browser):
    kept = browser.post(reverse("engagement:draft", args=[f"{draft.reference}-5"]), {"LEG-06-source": "Radio log"})
    assert kept.status_code == 204
    text = page(browser, "section", draft.reference, "legitimacy")[1]
    assert "You left this section unsaved" in text
    assert "Radio log" in text

    browser.post(
        reverse("engagement:section", args=[draft.reference, "legitimacy"]), {"LEG-06": "2", "LEG-06-sure": "C"}
    )

    assert not FormDraft.objects.exists()


def test_what_was_typed_can_be_discarded(draft, browser):
    browser.post(reverse("engagement:draft", args=[f"{draft.reference}-5"]), {"LEG-06-source": "Radio log"})

    browser.post(reverse("engagement:section", args=[draft.reference, "legitimacy"]), {"discard": ""})

    assert not FormDraft.objects.exists()


def test_two_people_who_write_the_same_section_hear_of_each_other(clara, draft, browser, access, at):
    _, text = page(browser, "section", draft.reference, "legitimacy")
    seen = text.split('name="seen" value="')[1].split('"')[0]
    drafting.save_section(
        request=draft, section="legitimacy", fields={}, answers={"LEG-06": KNOWN}, by=access(clara), at=at
    )
    address = reverse("engagement:section", args=[draft.reference, "legitimacy"])
    mine = {"LEG-06": "0", "LEG-06-sure": "C", "seen": seen}

    refused = browser.post(address, mine).content.decode()
    assert "Somebody saved this section while you were writing." in refused
    assert Answer.objects.unscoped("test").get().level == 2

    fresh = refused.split('name="seen" value="')[1].split('"')[0]
    browser.post(address, mine | {"seen": fresh})
    assert Answer.objects.unscoped("test").get().level == 0


def test_a_colleague_does_not_find_the_pages_of_writing(colleague, draft, signed_in):
    theirs = signed_in(colleague)

    assert page(theirs, "section", draft.reference, "purpose")[0].status_code == 404
    assert theirs.post(reverse("engagement:submit", args=[draft.reference])).status_code == 404
    assert page(theirs, "check", draft.reference)[0].status_code == 200


def test_nobody_elsewhere_finds_the_request(ines, draft, signed_in):
    assert page(signed_in(ines), "check", draft.reference)[0].status_code == 404


def test_the_preview_shows_typed_answers_and_saves_none(draft, browser, at):
    said = answer_post(["LEG-06", "LEG-07", "GOV-08", "GOV-09"], level="4", section="legitimacy")

    response = browser.post(reverse("engagement:preview", args=[draft.reference]), said)

    text = response.content.decode()
    assert "Biggest unknown" in text
    assert "7 answers missing" in text
    assert not Answer.objects.unscoped("test").exists()
    assert read(draft).previewed_at == at


def test_every_section_names_the_same_decider_as_the_check_page_and_the_gate_that_raises_it(
    browser, whole, clara, access, at
):
    assert all("L0, " in where_it_stands(browser, whole, where) for where in (None, "plan", "security"))
    list_by_the_un(whole.group, access(clara), at)

    for where in (None, "plan", "security"):
        text = where_it_stands(browser, whole, where)
        assert "L3, the head of mission" in text
        assert "A gate raises the level. UN Security Council listing of the group or of a participant." in text
        assert "L0, " not in text


def test_the_preview_names_the_gate_that_blocks(browser, draft):
    text = where_it_stands(browser, draft, "plan")

    assert "Nobody, while a gate blocks it." in text
    assert "No clear protection purpose" in text
    assert "Some may go once nothing is missing" in text


def list_by_the_un(group, by, at):
    nsags.label(group=group, value="sanctioned", issuer="unsc", starts_on=date(2026, 1, 1), by=by, at=at)


def where_it_stands(browser, draft, section):
    """Return a section, or the check page, in one line."""
    if section is None:
        return " ".join(page(browser, "check", draft.reference)[1].split())
    address = reverse("engagement:section", args=[draft.reference, section])
    return " ".join(browser.get(address).content.decode().split())


def test_a_section_costs_as_many_queries_with_gates_as_without(browser, whole, clara, access, at):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            where_it_stands(browser, whole, "plan")
        return len(asked)

    without = cost()
    list_by_the_un(whole.group, access(clara), at)
    for number in range(3):
        nsags.introduce(group=whole.group, name=f"Chief {number}", role="Chief", by=access(clara), at=at)

    assert cost() == without <= 12


def test_the_preview_never_shows_the_advice_of_the_rule(whole, browser):
    labels = [current_ruleset().advice_text(code, "en") for code in ("PROCEED", "OPTIONAL", "CONDITIONS")]

    text = page(browser, "check", whole.reference)[1]

    assert not any(label in text for label in labels)


def test_measures_are_promised_with_owner_and_date(draft, browser):
    address = reverse("engagement:section", args=[draft.reference, "measures"])
    said = {"red_lines": "An attack.", "M-10": "on", "M-10-owner": "Security adviser"}
    said |= typed_day("M-10-due", date(2026, 3, 3))

    assert browser.post(address, said).url == reverse("engagement:check", args=[draft.reference])

    measure = Measure.objects.unscoped("test").get()
    assert (measure.code, measure.owner, measure.due_on) == ("M-10", "Security adviser", date(2026, 3, 3))


def test_the_tick_beside_a_measure_says_what_was_answered_again_and_stays(draft, browser):
    address = reverse("engagement:section", args=[draft.reference, "measures"])
    said = {"red_lines": "An attack.", "M-02": "on", "M-02-owner": "Civil Affairs", "M-02-again": "on"}
    said |= typed_day("M-02-due", date(2026, 3, 3))
    before = browser.get(address).content.decode()
    assert "I have answered this again with the measure in mind: Exposure of" in before
    assert "Answer as first proposed, before it: Visibility of the contact" in before
    assert 'name="M-07-again"' not in before

    browser.post(address, said)

    assert Measure.objects.unscoped("test").get().is_reaffirmed
    assert re.search(r'name="M-02-again"[^>]* checked', browser.get(address).content.decode())


def test_a_promise_without_an_owner_is_asked_for_one(draft, browser):
    address = reverse("engagement:section", args=[draft.reference, "measures"])

    text = browser.post(address, {"M-10": "on"}).content.decode()

    assert "say who answers for it, by function." in text
    assert not Measure.objects.unscoped("test").exists()


def test_the_check_page_lists_what_is_missing_with_links(draft, browser):
    _, text = page(browser, "check", draft.reference)

    assert reverse("engagement:section", args=[draft.reference, "purpose"]) + "#f-purpose" in text
    assert reverse("engagement:section", args=[draft.reference, "security"]) + "#SEC-01" in text
    assert "answers missing" in text
    assert '<form method="post" action="' + reverse("engagement:submit", args=[draft.reference]) not in text


def test_the_check_page_says_what_each_answer_costs_and_who_decides(amina, group, browser, at):
    levels = every_risk(2) | {"SEC-02": 4}
    request = make_request(author=amina, group=group, levels=levels, at=at)

    _, text = page(browser, "check", request.reference)

    assert "costs 48 of 160 points" in text
    assert "L2, the pillar head" in text
    assert "POC adviser" in text
    assert "Submit for advice" in text


def test_evidence_without_a_date_is_said_to_count_as_a_judgement(amina, whole, browser, access, at):
    given = {"LEG-06": AnswerInput(1, "B", "Radio log")}
    drafting.save_section(request=whole, section="legitimacy", fields={}, answers=given, by=access(amina), at=at)

    assert "no date, so it counts as a judgement" in page(browser, "check", whole.reference)[1]


def test_submitting_leads_to_the_request_and_twice_does_no_harm(whole, browser):
    address = reverse("engagement:submit", args=[whole.reference])

    first, second = browser.post(address), browser.post(address)

    assert first.url == reverse("engagement:request", args=[whole.reference])
    assert second.status_code == 302
    assert read(whole).status == RequestStatus.READY


def test_an_incomplete_request_is_sent_back_to_the_check_page(draft, browser):
    response = browser.post(reverse("engagement:submit", args=[draft.reference]))

    assert response.url == reverse("engagement:check", args=[draft.reference])


def test_a_draft_can_be_withdrawn_and_a_returned_request_reopened(amina, group, draft, browser, at):
    browser.post(reverse("engagement:withdraw", args=[draft.reference]))
    assert read(draft).status == RequestStatus.WITHDRAWN

    other = make_request(author=amina, group=group, status=RequestStatus.RETURNED, at=at)
    assert "Reopen as a new version" in page(browser, "edit", other.reference)[1]
    browser.post(reverse("engagement:reopen", args=[other.reference]))
    assert read(other).version == 2


def test_answers_carry_over_marked_and_stale_evidence_comes_in_blank(amina, group, whole, browser, access, at):
    given = {
        "LEG-06": AnswerInput(3, "B", "Old report", date(2025, 9, 9)),
        "LEG-07": AnswerInput(3, "B", "Radio log", at.date()),
    }
    drafting.save_section(request=whole, section="legitimacy", fields={}, answers=given, by=access(amina), at=at)
    submission.submit(request=whole, by=access(amina), at=at)
    draft = make_request(author=amina, group=group, is_blank=True, at=at)

    assert whole.reference in page(browser, "edit", draft.reference)[1]
    _, text = page(browser, "section", draft.reference, "legitimacy", **{"from": whole.reference})

    assert f"Carried over from {whole.reference}" in text
    assert "Radio log" in text
    assert "Old report" not in text
    assert not Answer.objects.unscoped("test").filter(request=draft).exists()


def test_the_list_filters_by_state_and_by_whose(amina, colleague, group, browser, access, at):
    mine = make_request(author=amina, group=group, is_blank=True, title="My own draft", at=at)
    drafting.withdraw(request=mine, by=access(amina), at=at)

    assert "My own draft" in page(browser, "requests")[1]
    assert "My own draft" not in page(browser, "requests", state="draft")[1]
    assert "No request matches." in page(browser, "requests", state="decided")[1]

    theirs = make_request(author=colleague, group=group, band="LOW", status=RequestStatus.READY, at=at)
    assert theirs.reference not in page(browser, "requests", whose="mine")[1]
    assert theirs.reference in page(browser, "requests", whose="area", state="pending")[1]


def test_a_draft_is_listed_for_its_writer_and_for_the_poc_adviser(colleague, clara, group, browser, signed_in, at):
    make_request(author=colleague, group=group, is_blank=True, title="A draft of a colleague", at=at)

    assert "A draft of a colleague" not in page(browser, "requests")[1]
    assert "A draft of a colleague" in page(signed_in(colleague), "requests")[1]
    assert "A draft of a colleague" in page(signed_in(clara), "requests")[1]


def test_an_empty_list_says_when_a_request_is_needed(browser):
    assert "No request yet." in page(browser, "requests")[1]


def test_lists_cost_as_much_for_twenty_rows_as_for_two(amina, group, browser, at):
    for _ in range(2):
        make_request(author=amina, group=group, is_blank=True, at=at)
    few = [queries(browser, reverse(f"engagement:{name}")) for name in ("requests", "work")]

    for _ in range(18):
        make_request(author=amina, group=group, is_blank=True, at=at)

    assert [queries(browser, reverse(f"engagement:{name}")) for name in ("requests", "work")] == few


def test_the_history_tells_who_did_what_in_which_role(amina, whole, browser, access, at):
    submission.submit(request=whole, by=access(amina), at=at)

    _, text = page(browser, "history", whole.reference)

    assert f"{amina.name}, Field officer" in text
    assert "Section saved" in text
    assert "Version 1" in text


def test_changes_set_then_beside_now(amina, group, browser, at):
    request = make_request(author=amina, group=group, levels=every_risk(2), status=RequestStatus.IN_ADVICE, at=at)
    assert "Nothing has changed since" in page(browser, "changes", request.reference)[1]

    changed = Answer.objects.unscoped("test").filter(request=request, factor="GOV-01")
    changed.update(level=4, answered_at=at + timedelta(hours=3))

    _, text = page(browser, "changes", request.reference)
    assert "2 · " in text
    assert "4 · " in text


def test_the_library_is_empty_until_it_is_loaded(browser):
    assert "The library is empty." in page(browser, "library")[1]


def test_the_risk_method_names_every_question_measure_gate_and_posture(browser):
    _, text = page(browser, "risk_method")
    ruleset = current_ruleset()

    assert all(factor.id in text for factor in ruleset.factors.values())
    assert "±" not in text
    assert "up to 160" in text
    assert ruleset.hash[:12] in text


def test_a_whole_request_is_asked_for_without_script(mission, group, threat, browser):
    said = {"mission": mission.pk, "group": group.pk, "happened": "no", "urgent": "no"}
    address = browser.post(reverse("engagement:start"), said).url
    request = Request.objects.unscoped("test").get()
    typed = {
        "purpose": {
            "title": "Reopen the road",
            "purpose_scale": "commitment",
            "purpose": "Traders pass.",
            "threat": threat.pk,
            "if_not_engaging": "The market stays closed.",
        },
        "group": {
            "group": group.pk,
            "interlocutors": "Commander",
            "involves_children": "no",
            "involves_detainees": "no",
        },
        "plan": {
            "type": "security_liaison",
            "modality": "in_person",
            "area": mission.areas.get(name="Bria").pk,
            "covers": "several",
            "contacts_planned": "3",
            **typed_day("starts_on", date(2026, 3, 4)),
            **typed_day("ends_on", date(2026, 3, 30)),
            "uses_intermediary": "no",
            "is_third_country": "no",
        },
        "host-government": {},
        "legitimacy": {},
        "security": {"srm_reference": "SRM-1", **typed_day("srm_valid_until", date(2026, 4, 30))},
        "measures": {"red_lines": "An attack on civilians."},
    }
    assert "1 Purpose and civilians" in browser.get(address).content.decode()

    for section, fields in typed.items():
        level = "3" if section == "purpose" else "1"
        page_of = reverse("engagement:section", args=[request.reference, section])
        answered = answer_post(sections.BY_SLUG[section].factors, level, **fields)
        assert browser.post(page_of, answered).status_code == 302, section
    assert "Submit for decision" in page(browser, "check", request.reference)[1]
    browser.post(reverse("engagement:submit", args=[request.reference]))

    sent = read(request)
    assert sent.status == RequestStatus.READY
    assert sent.contacts_planned == 3
    assert sent.ends_on == date(2026, 3, 30)


def test_an_adviser_sees_no_level_before_rating(amina, sven, group, signed_in, access, at):
    request = make_request(author=amina, group=group, levels=every_risk(2), status=RequestStatus.IN_ADVICE, at=at)
    adviser = signed_in(sven)

    assert 'class="lvl' not in page(adviser, "requests")[1]
    assert "Rate the risks yourself first" in page(adviser, "changes", request.reference)[1]

    rating = {"legitimacy": None, "host_government": None, "security": 3}
    advising.rate(request=request, role="security_adviser", by=access(sven), at=at, **rating)

    assert 'class="lvl' in page(adviser, "requests")[1]
    assert "Levels then and now" in page(adviser, "changes", request.reference)[1]
