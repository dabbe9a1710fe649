"""The request page is the decision paper: people first, the model beside them, the rule sealed until a choice."""

import gzip
import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from engagement.demo.steps import CONSEQUENCES, DEPARTURE, read, verify
from engagement.models import Advice, Decision, Rating, RequestStatus
from missions.roles import Role
from tests.factories import advise, decide, make_request, worsen

pytestmark = pytest.mark.django_db
READY, IN_ADVICE = RequestStatus.READY, RequestStatus.IN_ADVICE
# Words of the standing rule that must not reach a decider before they have chosen.
RULE = ("Proceed with conditions", "standing rule", "CONDITIONS", "Redesign")


@pytest.fixture
def high(amina, at):
    return make_request(author=amina, band="HIGH", status=READY, measures={"M-10": "Security section"}, at=at)


@pytest.fixture
def in_advice(amina, at):
    return make_request(author=amina, band="HIGH", status=IN_ADVICE, at=at)


def page(client, request, name="request"):
    return client.get(reverse(f"engagement:{name}", args=[request.reference]))


def html(client, request, name="request"):
    response = page(client, request, name)
    assert response.status_code == 200
    return response.content.decode()


def chosen(request, outcome="approve_with_conditions", **more):
    """Return what a decider sends from the panel."""
    data = {
        "assessment": str(read(request).assessment.pk),
        "outcome": outcome,
        "reasons": "Four thousand people are cut off.",
        "accepted_risks": ["SEC"],
        "conditions": "Base meeting only",
        "submission_key": str(uuid.uuid4()),
    }
    return data | more


def post(client, request, data, name="decide"):
    return client.post(reverse(f"engagement:{name}", args=[request.reference]), data)


# --- What the page shows, and in which order --------------------------------------------------------------------


def test_the_paper_has_its_fixed_order(high, pierre, signed_in):
    text = html(signed_in(pierre), high)

    order = ["ask", "balance", "why", "what-if", "advice", "evidence", "alternatives", "history"]
    places = [text.index(f'id="{part}"') for part in order]
    assert places == sorted(places)


def test_the_four_rows_never_change_their_order(high, pierre, signed_in):
    text = html(signed_in(pierre), high)

    balance = text[text.index('id="balance"') : text.index('id="why"')]
    rows = re.findall(r'<th scope="row">([^<]+)<', balance)
    assert rows == ["Protection case", "Legitimacy", "Host government", "Security"]


def test_every_level_has_its_numbers_beside_it(high, pierre, signed_in):
    figure = high.assessment.result["risks"]["SEC"]

    text = html(signed_in(pierre), high)

    assert f"{figure['low']}–{figure['high']}" in text
    assert str(figure["score"]) in text


def test_the_title_names_nobody_and_no_place(high, pierre, signed_in):
    text = html(signed_in(pierre), high)

    title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)[1]
    assert high.reference in title
    assert "Market" not in title
    assert "market" not in title


def test_what_changed_since_submission_stands_first_before_and_after(high, pierre, signed_in, at):
    request = make_request(author=high.created_by, status=READY, at=at)
    old = request.assessment.result["risks"]["SEC"]["score"]
    worsen(request, at=at)

    text = html(signed_in(pierre), request)

    assert "since this was submitted" in text
    assert f"from {old} to" in text
    assert "Base attacked overnight." in text
    assert text.index("since this was submitted") < text.index('id="ask"')


def test_dissent_stands_in_the_decision_and_in_the_same_table_as_support(high, pierre, signed_in, at):
    advise(high, Role.LEGAL_ADVISER, Advice.Outcome.DO_NOT_SUPPORT, reason="The statute forbids it.", at=at)

    text = html(signed_in(pierre), high)

    assert text.count("The statute forbids it.") >= 2
    assert "Do not support" in text[text.index('id="advice"') : text.index('id="evidence"')]


def test_missing_advice_is_named(in_advice, amina, signed_in):
    text = html(signed_in(amina), in_advice)

    advice = text[text.index('id="advice"') : text.index('id="evidence"')]
    assert "Security adviser" in advice
    assert "Not yet given" in advice


def test_an_adviser_who_read_the_case_otherwise_is_shown_beside_the_model(amina, pierre, signed_in, at):
    request = make_request(author=amina, band="HIGH", status=IN_ADVICE, at=at)
    advise(request, Role.POC_ADVISER, at=at)
    advise(request, Role.SECURITY_ADVISER, rated=(None, None, 1), at=at)

    text = html(signed_in(pierre), request)

    assert "rated Security before seeing the model" in text
    assert "levels lower than the model" in text


def test_an_answer_that_nobody_knows_says_so_and_counts_at_its_worst(amina, pierre, signed_in, at):
    request = make_request(author=amina, levels={"GOV-09": None}, status=READY, at=at)

    text = html(signed_in(pierre), request)

    assert "Not known, counted as 4 of 4" in text
    assert "Nobody here has met them yet." in text


def test_a_promised_and_a_verified_measure_are_told_apart_by_word(high, amina, pierre, sven, signed_in, access, at):
    request = make_request(
        author=amina, band="HIGH", measures={"M-10": "A", "M-02": "B"}, uses_intermediary=True,
        intermediary_consented_on=at.date(), status=READY, at=at,
    )  # fmt: skip
    verify(request, {"M-10": "Plan signed"}, by=access(sven), at=at)

    text = html(signed_in(pierre), request)

    assert "verified: Security plan and SRM measures in place" in text
    assert "only promised: Trusted intermediary opens or carries the contact" in text


def test_a_block_stands_on_top_with_who_can_lift_it(amina, joseph, signed_in, at):
    request = make_request(author=amina, status=RequestStatus.BLOCKED, at=at)

    text = html(signed_in(joseph), request)

    assert text.index("Nobody can decide while this stands.") < text.index("<h1")
    assert "Written lift" in text


def test_an_open_hold_is_named_in_the_panel_with_who_answers_it(amina, joseph, signed_in, at):
    request = make_request(author=amina, levels={"LEG-09": 3}, status=IN_ADVICE, at=at)
    for role in request.assessment.advisers:
        advise(request, role, at=at)

    text = html(signed_in(joseph), request)

    panel = text[text.index('<aside class="stick"') :]
    assert "An approval waits for" in panel
    assert "Answered by: Legal adviser." in panel


def test_whoever_may_not_see_a_request_is_told_nothing(high, omar, signed_in):
    for name in ("request", "paper", "advise", "decided"):
        assert page(signed_in(omar), high, name).status_code == 404
    assert post(signed_in(omar), high, chosen(high)).status_code == 404


def test_a_draft_leads_its_author_to_the_sections(amina, signed_in, at):
    draft = make_request(author=amina, at=at)

    assert page(signed_in(amina), draft).url == reverse("engagement:edit", args=[draft.reference])


# --- What if ----------------------------------------------------------------------------------------------------


def test_what_if_shows_other_figures_and_writes_nothing(high, pierre, signed_in):
    client = signed_in(pierre)
    address = reverse("engagement:request", args=[high.reference])

    text = client.get(address, {"m": ["M-10", "M-11"], "whatif": "1"}).content.decode()

    assert "With these measures in place" in text
    assert read(high).assessment_id == high.assessment_id
    assert not read(high).measures.unscoped("test").filter(code="M-11").exists()


def test_a_measure_can_be_made_a_condition_from_what_if(high, pierre, signed_in):
    address = reverse("engagement:request", args=[high.reference])

    text = signed_in(pierre).get(address, {"m": ["M-11"], "whatif": "conditions"}).content.decode()

    conditions = text[text.index('name="conditions"') :]
    assert "Community and source protection plan" in conditions[: conditions.index("</textarea>")]
    assert "<details open><summary>Terms of an approval" in text


def test_an_unknown_measure_in_the_address_does_no_harm(high, pierre, signed_in):
    address = reverse("engagement:request", args=[high.reference])

    assert signed_in(pierre).get(address, {"m": "M-99", "whatif": "1"}).status_code == 200


# --- Biases, and what stops them --------------------------------------------------------------------------------


def test_the_adviser_page_holds_no_figure_of_the_model_before_the_rating(in_advice, sven, signed_in):
    text = html(signed_in(sven), in_advice, "advise")

    for figure in in_advice.assessment.result["risks"].values():
        assert not re.search(rf"\b{figure['score']}\b", text)
    assert 'class="lvl' not in text
    assert "checked" not in text
    assert not any(word in text for word in RULE)


def test_the_request_page_stays_sealed_for_an_adviser_who_has_not_rated(in_advice, sven, signed_in):
    client = signed_in(sven)

    text = html(client, in_advice)

    assert "Rate the risks first" in text
    assert 'class="lvl' not in text
    assert 'id="balance"' not in text
    assert page(client, in_advice, "paper").url == reverse("engagement:advise", args=[in_advice.reference])


def test_the_advice_queue_shows_no_figure_of_the_model(in_advice, sven, signed_in):
    text = signed_in(sven).get(reverse("engagement:advice")).content.decode()

    assert in_advice.reference in text
    assert 'class="lvl' not in text


def test_after_the_rating_the_models_level_stands_beside_the_advisers_own(in_advice, sven, signed_in):
    client = signed_in(sven)

    response = post(client, in_advice, {"role": "security_adviser", "security": "2"}, "advise")
    text = client.get(response.url).content.decode()

    assert Rating.objects.unscoped("test").get().security == 2
    assert "Your reading and the model’s" in text
    assert 'class="lvl l2"' in text
    assert 'class="lvl l3"' in text


def test_no_outcome_and_no_reason_is_chosen_beforehand(high, pierre, signed_in):
    text = html(signed_in(pierre), high)

    panel = text[text.index('<aside class="stick"') :]
    assert panel.count('type="radio" name="outcome"') == 5
    assert "checked" not in panel


def test_five_outcomes_look_equal(high, pierre, signed_in):
    text = html(signed_in(pierre), high)

    panel = text[text.index('<aside class="stick"') :]
    rows = re.findall(r'<div class="([^"]*)">\s*<input type="radio" name="outcome"', panel)
    assert rows == ["opt"] * 5


def test_the_standing_rule_is_nowhere_on_the_page_before_a_choice(high, pierre, signed_in):
    text = html(signed_in(pierre), high)
    paper = html(signed_in(pierre), high, "paper")

    assert not any(word in text for word in RULE)
    assert not any(word in paper for word in RULE)


def test_the_standing_rule_opens_on_the_page_that_is_signed(high, pierre, signed_in):
    response = post(signed_in(pierre), high, chosen(high, "decline"))

    text = response.content.decode()
    assert "Proceed with conditions" in text
    assert "Why do you depart from the standing rule?" in text
    assert "What does declining mean for civilians?" in text
    assert not Decision.objects.unscoped("test").exists()


def test_the_reasons_to_rely_on_are_this_papers_own(high, pierre, signed_in):
    panel = html(signed_in(pierre), high)
    panel = panel[panel.index('<aside class="stick"') :]

    assert "If we do not engage: The market stays closed…" in panel
    assert "POC adviser, support:" in panel


# --- The panel --------------------------------------------------------------------------------------------------


def test_the_requester_reads_the_same_paper_without_a_form(high, amina, signed_in):
    text = html(signed_in(amina), high)

    assert 'id="balance"' in text
    assert "Continue to confirm" not in text
    assert 'name="outcome"' not in text


def test_a_head_of_office_is_told_why_they_cannot_decide_a_high_risk(high, odile, signed_in):
    text = html(signed_in(odile), high)

    assert 'aria-disabled="true"' in text
    assert "This request is decided at L2, the pillar head. You decide up to L1." in text


def test_the_decider_reads_in_which_capacity_they_act(high, pierre, signed_in):
    assert "as L2, the pillar head" in html(signed_in(pierre), high)


def test_a_field_officer_decides_their_own_low_request_on_its_page(amina, signed_in, at):
    request = make_request(author=amina, band="LOW", status=READY, at=at)
    client = signed_in(amina)
    assert "as L0, the field officer" in html(client, request)

    response = post(client, request, chosen(request, "approve", reasons="", accepted_risks=[], sign="1"))

    assert response.status_code == 302
    assert read(request).status == RequestStatus.APPROVED


def test_somebody_who_may_not_advise_in_that_role_finds_no_page(in_advice, odile, signed_in):
    assert page(signed_in(odile), in_advice, "advise").status_code == 404


# --- Choosing, confirming, signing ------------------------------------------------------------------------------


def test_a_choice_without_an_outcome_comes_back_with_everything_typed(high, pierre, signed_in):
    response = post(signed_in(pierre), high, chosen(high, "", reasons="Kept as typed."))

    text = response.content.decode()
    assert "Choose one of the five outcomes." in text
    assert "Kept as typed." in text
    assert 'id="balance"' in text


def test_a_risk_that_is_not_accepted_comes_back_to_the_panel(high, pierre, signed_in):
    text = post(signed_in(pierre), high, chosen(high, accepted_risks=[])).content.decode()

    assert "Tick the risk that you accept, or choose another outcome." in text
    assert "standing rule" not in text


def test_a_choice_on_an_older_assessment_comes_back_with_what_changed(high, pierre, signed_in, at):
    request = make_request(author=high.created_by, levels={"SEC-02": 2}, band="HIGH", status=READY, at=at)
    data = chosen(request)
    worsen(request, at=at)

    text = post(signed_in(pierre), request, data).content.decode()

    assert "The assessment changed on" in text
    assert "Four thousand people are cut off." in text
    assert str(read(request).assessment_id) in text


def test_a_decision_is_signed_once_however_often_it_is_sent(high, pierre, signed_in):
    client = signed_in(pierre)
    data = chosen(high, sign="1")

    first, second = post(client, high, data), post(client, high, data)

    assert first.url == second.url == reverse("engagement:decided", args=[high.reference])
    assert Decision.objects.unscoped("test").count() == 1


def test_a_reason_that_is_shown_by_its_first_words_is_recorded_in_all_of_them(high, pierre, signed_in):
    post(signed_in(pierre), high, chosen(high, sign="1", relied_on=["not-engaging"]))

    relied_on = Decision.objects.unscoped("test").get().relied_on
    assert relied_on == ["If we do not engage: The market stays closed until the harvest is lost."]


def test_the_terms_of_an_approval_stay_closed_and_say_how_many_conditions_they_hold(amina, pierre, signed_in, at):
    request = make_request(author=amina, band="HIGH", status=READY, at=at)
    outcome = Advice.Outcome.SUPPORT_WITH_CONDITIONS
    advise(request, Role.LEGAL_ADVISER, outcome, conditions="Two cars\nNo night", at=at)

    text = html(signed_in(pierre), request)

    terms = re.search(r"<details( open)?><summary>(Terms of an approval[^<]*)<", text)
    assert not terms[1]
    assert terms[2].endswith("conditions: 2")


def test_a_term_to_be_mended_stands_open(high, pierre, signed_in):
    text = post(signed_in(pierre), high, chosen(high, contacts_max="many")).content.decode()

    assert "<details open><summary>Terms of an approval" in text


def test_a_departure_that_is_too_short_keeps_everything_typed(high, pierre, signed_in):
    data = chosen(high, "decline", sign="1", departure_reason="Too early.", civilian_consequences="Escorts go on.")

    text = post(signed_in(pierre), high, data).content.decode()

    assert "Say why in at least 30 words; you wrote 2." in text
    assert "Too early." in text
    assert "Escorts go on." in text
    assert 'name="reasons" value="Four thousand people are cut off."' in text


def test_a_departure_with_its_reasons_is_signed(high, pierre, signed_in):
    data = chosen(high, "decline", sign="1", departure_reason=DEPARTURE, civilian_consequences=CONSEQUENCES)

    response = post(signed_in(pierre), high, data)

    assert response.status_code == 302
    assert read(high).status == RequestStatus.DECLINED


def test_a_decider_can_go_back_and_find_the_choice_as_it_was(high, pierre, signed_in):
    text = post(signed_in(pierre), high, chosen(high, back="1")).content.decode()

    assert re.search(r'value="approve_with_conditions"[^>]*checked', text)
    assert "Base meeting only" in text


def test_whoever_comes_second_reads_both_decisions(high, pierre, joseph, signed_in, at):
    decide(high, "approve_with_conditions", by=pierre, at=at)

    text = post(signed_in(joseph), high, chosen(high, "decline", reasons="My own view.")).content.decode()

    assert "Pierre Martin decided this at" in text
    assert "My own view." in text
    assert "Sign decision" not in text


def test_the_success_page_says_what_happens_next_to_whom_and_what_comes_next(high, amina, pierre, signed_in, at):
    other = make_request(author=amina, band="HIGH", status=READY, at=at)

    response = signed_in(pierre).post(
        reverse("engagement:decide", args=[high.reference]), chosen(high, sign="1"), follow=True
    )

    text = response.content.decode()
    assert "Amina Sow logs each contact under this approval within 24 hours." in text
    assert f"Next: {other.reference}" in text
    assert "1 left" in text


def test_a_decision_taken_can_be_read_with_its_reasons(high, pierre, amina, signed_in, at):
    decide(high, "decline", by=pierre, at=at)

    text = html(signed_in(amina), high)

    assert "The decision taken" in text
    assert DEPARTURE.split(";")[0] in text
    assert CONSEQUENCES.split(";")[0] in text


# --- Small pages beside the paper -------------------------------------------------------------------------------


def test_an_adviser_verifies_a_measure_and_the_levels_follow(high, sven, signed_in):
    address = reverse("engagement:verify_measure", args=[high.reference, "M-10"])

    assert "Security adviser signs" in signed_in(sven).get(address).content.decode()
    assert signed_in(sven).post(address, {"evidence": "Plan signed on Monday"}).status_code == 302
    assert read(high).assessment_id != high.assessment_id


def test_the_requester_is_told_why_they_cannot_verify_their_own_measure(high, amina, signed_in):
    text = signed_in(amina).get(reverse("engagement:verify_measure", args=[high.reference, "M-10"])).content.decode()

    assert "You promised this measure, so somebody else must verify it." in text


def test_the_competent_adviser_answers_a_hold(amina, hana, signed_in, at):
    request = make_request(author=amina, levels={"LEG-09": 3}, status=IN_ADVICE, at=at)
    address = reverse("engagement:answer_gate", args=[request.reference, "G-14"])

    response = signed_in(hana).post(address, {"text": "No funds pass; opinion of Monday on file."})

    assert response.status_code == 302
    assert request.gate_answers.unscoped("test").get().gate == "G-14"


def test_a_gate_that_does_not_stand_has_no_page(high, hana, signed_in):
    assert signed_in(hana).get(reverse("engagement:answer_gate", args=[high.reference, "G-01"])).status_code == 404


def test_an_adviser_records_that_a_fact_has_changed(high, clara, signed_in):
    address = reverse("engagement:revise", args=[high.reference])
    client = signed_in(clara)
    assert "Military operations" in client.get(address).content.decode()

    data = {
        "factor": "GOV-05",
        "level": "4",
        "confidence": "A",
        "source": "Operations cell",
        "note": "Joint operation ordered.",
    }
    assert client.post(address, data).status_code == 302

    assert read(high).assessment.note == "Joint operation ordered."


def test_a_changed_fact_needs_its_source(high, clara, signed_in):
    data = {"factor": "GOV-05", "level": "4", "note": "Joint operation ordered."}

    text = signed_in(clara).post(reverse("engagement:revise", args=[high.reference]), data).content.decode()

    assert "Enter where this comes from." in text
    assert "Joint operation ordered." in text


def test_only_those_who_assess_find_the_page_for_changed_facts(high, amina, signed_in):
    assert page(signed_in(amina), high, "revise").status_code == 404


def test_a_deferred_request_is_taken_up_from_its_page(high, pierre, signed_in, at):
    decide(high, "defer", by=pierre, deferred_until=None, deferred_event="The harvest is in", at=at)
    client = signed_in(pierre)
    assert "Take up again now" in html(client, high)

    post(client, high, {}, "take_up")

    assert read(high).status == READY


# --- Weight -----------------------------------------------------------------------------------------------------


def test_the_page_weighs_25_kilobytes_at_most(amina, joseph, signed_in, at):
    measures = {f"M-{n:02}": "Security section" for n in range(1, 13)}
    request = make_request(
        author=amina, band="VERY_HIGH", levels={"GOV-09": None}, measures=measures, uses_intermediary=True,
        status=READY, at=at,
    )  # fmt: skip
    worsen(request, at=at + timedelta(hours=1))

    content = page(signed_in(joseph), request).content

    assert len(gzip.compress(content)) <= 25_000


def test_the_page_needs_the_same_few_queries_however_much_hangs_on_it(
    amina, joseph, signed_in, at, django_assert_max_num_queries
):
    small = make_request(author=amina, band="HIGH", status=READY, at=at)
    large = make_request(
        author=amina, band="HIGH", measures={f"M-{n:02}": "A" for n in range(1, 10)}, uses_intermediary=True,
        status=READY, at=at,
    )  # fmt: skip
    for role in (Role.LEGAL_ADVISER, Role.HUMAN_RIGHTS_OFFICER, Role.FORCE_LIAISON):
        advise(large, role, at=at)
    worsen(large, at=at)
    client = signed_in(joseph)

    with django_assert_max_num_queries(12) as first:
        assert page(client, small).status_code == 200
    with django_assert_max_num_queries(12) as second:
        assert page(client, large).status_code == 200

    assert len(first) == len(second)
