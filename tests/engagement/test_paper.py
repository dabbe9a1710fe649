"""The paper tells the figures in words that add up, in both languages, and prints on two sheets."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

import risk
from engagement.demo.steps import read, verify
from engagement.models import Advice, RequestStatus
from engagement.paper import Paper
from engagement.paper.words import first_words
from engagement.services.dossier import read_dossier
from missions.postings import access_for
from missions.roles import Role
from tests.factories import advise, make_request, worsen

pytestmark = pytest.mark.django_db
READY, IN_ADVICE = RequestStatus.READY, RequestStatus.IN_ADVICE


def paper_of(request, at, counted=None):
    request = read(request)
    return Paper(request, read_dossier(request, by=access_for(request.created_by, at)), at, counted=counted)


def why(paper, code):
    return next(why for why in paper.whys if why.code == code)


def test_the_highest_risk_is_explained_first_and_the_protection_case_last(amina, at):
    paper = paper_of(make_request(author=amina, band="HIGH", status=READY, at=at), at)

    codes = [why.code for why in paper.whys]
    assert (codes[0], codes[-1]) == ("SEC", "PRO")


def test_the_points_of_the_factors_add_up_to_the_points_of_the_risk(amina, at):
    paper = paper_of(make_request(author=amina, band="HIGH", measures={"M-10": "A"}, status=READY, at=at), at)

    for why in paper.whys:
        assert sum(line.points for line in why.lines) == why.score


def test_the_five_factors_that_count_most_come_first_and_the_others_are_summed_up(amina, at):
    paper = paper_of(make_request(author=amina, band="HIGH", status=READY, at=at), at)

    for why in paper.whys:
        assert len(why.greater) == 5
        assert min(line.points for line in why.greater) >= max(line.points for line in why.smaller)
        assert sum(line.points for line in why.greater) + why.smaller_points == why.score


def test_promises_and_proofs_are_told_apart_in_one_sentence(amina, sven, at, access):
    request = make_request(author=amina, band="HIGH", measures={"M-10": "A", "M-11": "B"}, status=READY, at=at)
    verify(request, {"M-10": "Signed"}, by=access(sven), at=at)

    paper = paper_of(request, at)

    figure = paper.assessment.risks["SEC"]
    hoped = sum(row.removed_promised for row in figure.rows)
    assert hoped
    sentence = (
        f"{figure.inherent} before any measure, {figure.score} with all, {figure.score + hoped} with the verified"
    )
    assert any(said.startswith(sentence) for said in why(paper, "SEC").sentences)


def test_a_critical_answer_is_named_as_what_sets_the_level(amina, at):
    request = make_request(author=amina, levels={"SEC-02": 4}, status=READY, at=at)

    sentences = " ".join(why(paper_of(request, at), "SEC").sentences)

    assert "High whatever the points, because of one critical answer" in sentences
    assert "±" not in sentences


def test_a_score_close_to_a_cut_is_called_borderline(amina, at):
    request = make_request(author=amina, band="LOW", levels={"SEC-06": 4, "SEC-08": 0}, status=READY, at=at)
    figures = paper_of(request, at).assessment.risks["SEC"]
    sentences = " ".join(why(paper_of(request, at), "SEC").sentences)

    assert ("Borderline" in sentences) == (figures.robust_pct < 10 and not figures.floors)


def test_evidence_that_is_too_old_says_so(amina, at):
    request = make_request(author=amina, status=READY, at=at)
    later = at + timedelta(days=400)
    from_then = paper_of(request, later)

    sources = [line.source for why in from_then.whys for line in why.lines]

    assert any("13 months old, past its shelf life" in source for source in sources)


def test_what_would_change_a_level_is_asked_as_questions(amina, at):
    request = make_request(author=amina, levels={"SEC-06": None}, status=READY, at=at)

    pivots = why(paper_of(request, at), "SEC").pivots

    assert any("the level would be" in pivot for pivot in pivots)


def test_counting_a_measure_gives_the_figures_that_its_verification_would_give(amina, sven, at, access):
    request = make_request(author=amina, band="HIGH", measures={"M-10": "A"}, status=READY, at=at)
    imagined = paper_of(request, at, counted=frozenset({"M-10"})).imagined

    verify(request, {"M-10": "Signed"}, by=access(sven), at=at)

    now = paper_of(request, at).balance
    assert [(row.band, row.score, row.low, row.high) for row in imagined] == [
        (row.band, row.score, row.low, row.high) for row in now
    ]


def test_the_effect_of_a_measure_is_told_before_anybody_ticks_it(amina, at):
    request = make_request(author=amina, band="HIGH", status=READY, at=at)
    lines = paper_of(request, at).what_if.lines

    for line in lines:
        first, second = map(int, re.search(r"from (\d+) to (\d+)", line.effect).groups())
        assert second < first


def test_a_measure_that_nobody_promised_is_folded_away_until_the_reader_counts_it(amina, at):
    request = make_request(author=amina, band="HIGH", measures={"M-10": "A"}, status=READY, at=at)
    left = [line.code for line in paper_of(request, at).what_if.left]

    what_if = paper_of(request, at, counted=frozenset({"M-10", left[0]})).what_if

    assert [line.code for line in what_if.taken_up] == ["M-10", left[0]]
    assert left[0] not in [line.code for line in what_if.left]


def test_dropping_a_verified_measure_shows_what_its_loss_would_mean(amina, sven, at, access):
    request = make_request(author=amina, band="HIGH", measures={"M-10": "A"}, status=READY, at=at)
    verify(request, {"M-10": "Signed"}, by=access(sven), at=at)

    paper = paper_of(request, at, counted=frozenset())

    now = {row.code: row.score for row in paper.balance}
    assert next(row.score for row in paper.imagined if row.code == "SEC") > now["SEC"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Short enough", "Short enough"),
        ("Sécurité\u00a0: une embuscade", "Sécurité…"),
        ("Unpunctuated", "Unpunctuated"),
    ],
)
def test_an_argument_is_cut_between_words(text, shown):
    assert first_words(text, 12) == shown


def test_arguments_hold_dissent_as_well_as_support(amina, at):
    request = make_request(author=amina, band="HIGH", status=READY, at=at)
    advise(
        request, Role.LEGAL_ADVISER, Advice.Outcome.DO_NOT_SUPPORT, reason="The statute forbids it. See annex.", at=at
    )

    texts = [argument.text for argument in paper_of(request, at).arguments]

    assert "Legal adviser, do not support: The statute forbids it." in texts


def test_nothing_has_changed_until_a_fact_moves(amina, at):
    request = make_request(author=amina, band="MODERATE", status=READY, at=at)
    assert paper_of(request, at).changes == ()

    worsen(request, at=at)

    assert any("Security" in change for change in paper_of(request, at).changes)


def test_both_languages_carry_the_same_numbers(amina, at):
    request = make_request(author=amina, band="HIGH", measures={"M-10": "A"}, status=READY, at=at)
    told = []
    for language in ("en", "fr"):
        with translation.override(language):
            paper = paper_of(request, at)
            told.append([re.findall(r"\d+", " ".join(why.sentences)) for why in paper.whys])

    assert told[0] == told[1]


def test_every_factor_of_the_ruleset_is_explained_once(amina, at):
    paper = paper_of(make_request(author=amina, status=READY, at=at), at)

    assert sorted(line.id for why in paper.whys for line in why.lines) == sorted(risk.current_ruleset().factors)


def test_the_marking_stands_in_the_head_and_foot_that_repeat_on_each_sheet(amina, joseph, signed_in, at):
    request = make_request(author=amina, band="HIGH", status=READY, at=at)

    text = signed_in(joseph).get(reverse("engagement:paper", args=[request.reference])).content.decode()

    head, foot = (
        re.search(r"<thead>.*?</thead>", text, re.DOTALL)[0],
        re.search(r"<tfoot>.*?</tfoot>", text, re.DOTALL)[0],
    )
    assert "UN Confidential" in head
    assert "UN Confidential" in foot
    assert "copy printed by Joseph Addo" in foot
    assert "<details" not in text
