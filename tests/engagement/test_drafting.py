"""Writing a request: who may, what is refused and in which words, and what stays as it was."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from audit.models import Event, Kind
from engagement import sections
from engagement.demo.steps import read
from engagement.models import Answer, Measure, Request, RequestStatus
from engagement.policies import drafting as policies
from engagement.services import assessing, drafting
from engagement.services.drafting import AnswerInput, Promise
from missions.models import Office
from missions.postings import access_for
from tests import factories
from tests.refusing import codes, refusals, refused

pytestmark = pytest.mark.django_db
KNOWN = AnswerInput(2, "B", "Situation report", date(2026, 2, 9))
TOMORROW = date(2026, 3, 3)


@pytest.fixture
def later(at):
    return at + timedelta(hours=1)


def start(user, mission, at, **changes):
    asked = {"office": None, "group": None, "title": "Reopen the market road", "is_urgent": False, "language": "en"}
    return drafting.start_request(mission=mission, by=access_for(user, at), at=at, **(asked | changes))


def save(request, user, at, *, section="host-government", said=None, given=None):
    by = access_for(user, at)
    drafting.save_section(request=request, section=section, fields=said or {}, answers=given or {}, by=by, at=at)
    return read(request)


def answered(request):
    return {answer.factor: answer for answer in Answer.objects.unscoped("test").filter(request=request)}


def test_a_field_officer_starts_a_draft_under_a_reference_that_says_nothing(amina, mission, group, at):
    request = start(amina, mission, at, group=group, office=mission.offices.get(name="Bria"))

    assert request.status == RequestStatus.DRAFT
    assert request.reference.startswith("R-2026-")
    assert Event.objects.get(kind=Kind.REQUEST_STARTED).object_id == request.pk


def test_a_head_of_mission_does_not_start_requests(joseph, mission, at):
    assert refused(start, joseph, mission, at) == {"not_proposer"}


def test_a_group_of_another_mission_cannot_be_chosen(amina, omar, mission, at):
    theirs = factories.make_group(author=omar, at=at)

    assert refused(start, amina, mission, at, group=theirs) == {"unknown_group"}


def test_a_section_is_saved_with_its_fields_and_answers(amina, mission, group, threat, draft, at):
    purpose = sections.BY_SLUG["purpose"]
    whole = factories.make_fields(mission=mission, threat=threat, group=group, at=at)
    said = {name: whole[name] for name in purpose.fields}

    given = dict.fromkeys(purpose.factors, replace(KNOWN, level=3))
    saved = save(draft, amina, at, section="purpose", said=said, given=given)

    assert saved.threat == threat
    assert answered(saved)["PRO-01"].level == 3
    event = Event.objects.get(kind=Kind.REQUEST_ANSWERED)
    assert {"threat", "PRO-01"} <= set(event.fields)


def test_saving_the_same_again_changes_nothing_and_writes_no_event(amina, draft, later, at):
    save(draft, amina, at, given={"GOV-01": KNOWN})

    save(draft, amina, later, given={"GOV-01": KNOWN})

    assert Event.objects.filter(kind=Kind.REQUEST_ANSWERED).count() == 1
    assert answered(draft)["GOV-01"].answered_at == at


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (replace(KNOWN, level=5), "out_of_range"),
        (replace(KNOWN, level=-1), "out_of_range"),
        (replace(KNOWN, level=True), "out_of_range"),
        (replace(KNOWN, confidence=""), "confidence_missing"),
        (replace(KNOWN, confidence="D"), "confidence_missing"),
        (AnswerInput(None), "reason_missing"),
        (AnswerInput(None, why_unknown=" "), "reason_missing"),
        (AnswerInput(None, why_unknown="x" * 201), "reason_too_long"),
        (replace(KNOWN, source="x" * 201), "source_too_long"),
        (replace(KNOWN, source_date=TOMORROW), "source_in_future"),
    ],
)
def test_a_faulty_answer_is_refused_beside_its_question_and_nothing_is_written(amina, draft, at, given, code):
    answers = {"GOV-02": KNOWN, "GOV-01": given}

    [refusal] = refusals(save, draft, amina, at, said={"objection_justification": "x"}, given=answers)

    assert (refusal.code, refusal.field) == (code, "GOV-01")
    assert refusal.message.startswith("Declared position")
    assert answered(draft) == {}
    assert read(draft).objection_justification == ""


def test_unknown_sections_fields_and_factors_are_refused(amina, draft, at):
    assert refused(save, draft, amina, at, section="nowhere") == {"unknown_section"}
    assert refused(save, draft, amina, at, said={"status": "approved"}) == {"unknown_field"}
    assert refused(save, draft, amina, at, given={"XYZ-01": KNOWN}) == {"unknown_factor"}
    assert refused(save, draft, amina, at, given={"SEC-01": KNOWN}) == {"other_section"}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"type": "war"}, "not_a_choice"),
        ({"contacts_planned": 0}, "out_of_range"),
        ({"place": "x" * 121}, "too_long"),
        ({"starts_on": date(2026, 3, 12), "ends_on": date(2026, 3, 11)}, "window_reversed"),
    ],
)
def test_a_faulty_field_is_refused(amina, draft, at, said, code):
    [refusal] = refusals(save, draft, amina, at, section="plan", said=said)

    assert (refusal.code, refusal.field) == (code, [*said][-1])


def test_a_threat_of_another_mission_cannot_be_linked(amina, omar, draft, at):
    theirs = factories.make_threat(author=omar, at=at)

    assert refused(save, draft, amina, at, section="purpose", said={"threat": theirs}) == {"out_of_sight"}


def test_a_colleague_cannot_write_but_a_poc_adviser_can(colleague, clara, draft, at):
    assert refused(save, draft, colleague, at, given={"GOV-01": KNOWN}) == {"not_writer"}

    save(draft, clara, at, given={"GOV-01": KNOWN})

    assert answered(draft)["GOV-01"].answered_by == clara


def test_what_was_submitted_is_not_written_any_more(amina, draft, access, at):
    drafting.withdraw(request=draft, by=access(amina), at=at)

    assert refused(save, draft, amina, at, given={"GOV-01": KNOWN}) == {"not_draft"}


def test_not_known_keeps_its_reason_and_drops_the_confidence(amina, draft, at):
    save(draft, amina, at, given={"GOV-01": KNOWN})

    save(draft, amina, at, given={"GOV-01": AnswerInput(None, "B", why_unknown="Nobody has asked them.")})

    answer = answered(draft)["GOV-01"]
    assert (answer.level, answer.confidence, answer.why_unknown) == (None, "", "Nobody has asked them.")


def test_an_answer_changed_after_the_preview_is_marked_and_stays_marked(amina, draft, access, later, at):
    save(draft, amina, at, given={"GOV-01": KNOWN, "GOV-02": KNOWN})
    drafting.note_preview(request=draft, by=access(amina), at=at)

    save(draft, amina, later, given={"GOV-01": replace(KNOWN, level=0), "GOV-03": KNOWN})
    save(draft, amina, later, given={"GOV-01": replace(KNOWN, level=0, source="Letter")})

    marked = {factor for factor, answer in answered(draft).items() if answer.changed_after_preview}
    assert marked == {"GOV-01"}


def test_the_first_preview_is_the_one_that_is_remembered(amina, draft, access, later, at):
    drafting.note_preview(request=draft, by=access(amina), at=at)
    drafting.note_preview(request=draft, by=access(amina), at=later)

    assert read(draft).previewed_at == at


def test_a_measure_is_promised_with_an_owner_and_a_date(amina, draft, access, at):
    measure = drafting.promise_measure(
        request=draft, code="M-04", owner="Head of office", due_on=TOMORROW, by=access(amina), at=at
    )

    assert (measure.code, measure.owner, measure.is_verified) == ("M-04", "Head of office", False)
    assert Event.objects.get(kind=Kind.MEASURE_PROMISED).fields == ["M-04"]


@pytest.mark.parametrize(
    ("code", "owner", "due_on", "why"),
    [
        ("M-99", "Head of office", TOMORROW, "unknown_measure"),
        ("M-04", " ", TOMORROW, "owner_missing"),
        ("M-04", "x" * 121, TOMORROW, "owner_too_long"),
        ("M-04", "Head of office", None, "due_date_missing"),
        ("M-04", "Head of office", date(2020, 1, 1), "due_date_past"),
        ("M-04", "Head of office", date(2026, 3, 1), "due_date_past"),
    ],
)
def test_a_faulty_promise_is_refused(amina, draft, access, at, code, owner, due_on, why):
    found = policies.promise_measure(draft, code=code, owner=owner, due_on=due_on, by=access(amina), at=at)

    assert [(r.code, r.field) for r in found] == [(why, code)]


def test_a_measure_that_can_lower_nothing_is_refused(amina, draft, access, at):
    save(draft, amina, at, given={factor: replace(KNOWN, level=0) for factor in ("GOV-02", "GOV-07")})
    said = {"fields": {"red_lines": "x"}, "promises": {"M-04": Promise("Head of office", TOMORROW)}}

    assert refused(drafting.save_measures, request=draft, **said, by=access(amina), at=at) == {"no_effect"}

    assert read(draft).red_lines == ""


def test_the_measures_section_promises_what_is_named_and_drops_the_rest(amina, draft, access, later, at):
    by, owner = access(amina), Promise("Head of office", TOMORROW)
    drafting.save_measures(request=draft, fields={}, promises={"M-04": owner, "M-10": owner}, by=by, at=at)

    changed = {"M-10": replace(owner, owner="Security adviser")}
    drafting.save_measures(request=draft, fields={}, promises=changed, by=by, at=later)

    standing = Measure.objects.visible_to(by).filter(request=draft)
    assert [(m.code, m.owner) for m in standing] == [("M-10", "Security adviser")]
    assert Event.objects.filter(kind=Kind.MEASURE_DROPPED).count() == 1


def test_a_measure_that_is_in_place_keeps_its_day(amina, clara, draft, access, at):
    by, owner = access(amina), Promise("Head of office", TOMORROW)
    drafting.save_measures(request=draft, fields={}, promises={"M-04": owner}, by=by, at=at)
    measure, later = Measure.objects.visible_to(by).get(), at + timedelta(days=3)
    seen = {"evidence": "The letter to the prefect.", "by": access(clara, later), "at": later}
    assessing.verify_measure(measure=measure, **seen)

    assert not [*policies.promises(draft, {"M-04": owner}, by=by, at=later)]


def test_promising_a_measure_anew_keeps_or_takes_back_what_was_answered_again(amina, draft, access, at):
    by, owner = access(amina), Promise("Head of office", TOMORROW, is_reaffirmed=True)

    for promise in (owner, owner, replace(owner, is_reaffirmed=False)):
        drafting.save_measures(request=draft, fields={}, promises={"M-04": promise}, by=by, at=at)
        assert Measure.objects.visible_to(by).get().is_reaffirmed is promise.is_reaffirmed

    assert Event.objects.filter(kind=Kind.MEASURE_PROMISED).count() == 2


def test_a_promise_can_be_taken_back_while_it_is_a_draft(amina, colleague, draft, access, at):
    by = access(amina)
    measure = drafting.promise_measure(
        request=draft, code="M-04", owner="Head of office", due_on=TOMORROW, by=by, at=at
    )

    assert codes(policies.drop_measure(measure, by=access(colleague), at=at)) == {"not_writer"}
    drafting.drop_measure(measure=measure, by=by, at=at)

    assert not Measure.objects.visible_to(by).exists()


def test_only_the_requester_withdraws_and_only_once(amina, clara, draft, access, at):
    assert codes(policies.withdraw(draft, by=access(clara), at=at)) == {"not_requester"}

    drafting.withdraw(request=draft, by=access(amina), at=at)

    withdrawn = read(draft)
    assert withdrawn.status == RequestStatus.WITHDRAWN
    assert codes(policies.withdraw(withdrawn, by=access(amina), at=at)) == {"already_closed"}


def test_a_request_about_a_closely_marked_group_is_marked_as_closely(amina, mission, group, at):
    type(group).objects.unscoped("test").filter(pk=group.pk).update(marking=2)
    group.refresh_from_db()
    amina.postings.update(ceiling=2)

    assert start(amina, mission, at, group=group).marking == 2


def test_a_request_about_the_group_of_one_office_stays_with_that_office(amina, clara, mission, group, access, at):
    elsewhere = Office.objects.get(mission=mission, name="Kesi")
    type(group).objects.unscoped("test").filter(pk=group.pk).update(office=elsewhere)
    group.refresh_from_db()

    started = start(clara, mission, at, group=group)
    named_later = start(clara, mission, at)
    save(named_later, clara, at, section="group", said={"group": group})

    seen = Request.objects.visible_to(access(clara)).select_related("office")
    assert [seen.get(pk=request.pk).office for request in (started, named_later)] == [elsewhere, elsewhere]
    assert not Request.objects.visible_to(access(amina)).exists()


def test_nobody_of_another_mission_finds_the_draft(ines, draft, access):
    assert not Request.objects.visible_to(access(ines)).filter(pk=draft.pk).exists()


def test_a_complete_request_has_an_answer_to_every_question(amina, at):
    request = factories.make_request(author=amina, at=at)

    assert len(answered(request)) == 35
