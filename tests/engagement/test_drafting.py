"""Writing a request: who may, what is refused and in which words, and what stays as it was."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from audit.models import Event, Kind
from engagement.models import Answer, Measure, Request, RequestStatus
from engagement.policies import drafting as policies
from engagement.services import assessing, drafting
from engagement.services.drafting import AnswerInput, Promise
from missions.models import Office
from missions.refusals import Refused
from tests.engagement.asking import NOW, again, answers, codes, complete, fields, make_field, start

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
KNOWN = AnswerInput(2, "B", "Situation report", date(2026, 11, 1))


@pytest.fixture
def field():
    return make_field()


@pytest.fixture
def request_(field):
    return start(field)


def save(field, request, *, section="host-government", said=None, given=None, name="aline", at=NOW):
    by = field.eyes(name)
    drafting.save_section(request=request, section=section, fields=said or {}, answers=given or {}, by=by, at=at)
    return again(request, field)


def answered(field, request):
    return {a.factor: a for a in Answer.objects.visible_to(field.eyes("aline")).filter(request=request)}


def refusals(field, request, **what):
    with pytest.raises(Refused) as refused:
        save(field, request, **what)
    return refused.value.refusals


def test_a_field_officer_starts_a_draft_under_a_reference_that_says_nothing(field):
    request = start(field)

    assert request.status == RequestStatus.DRAFT
    assert request.reference.startswith("R-2026-")
    assert Event.objects.get(kind=Kind.REQUEST_STARTED).object_id == request.pk


def test_a_head_of_mission_does_not_start_requests(field):
    with pytest.raises(Refused) as refused:
        start(field, name="helen")

    assert codes(refused.value.refusals) == {"not_proposer"}


def test_a_group_of_another_mission_cannot_be_chosen(field):
    elsewhere = make_field("UNELSE")

    with pytest.raises(Refused) as refused:
        start(field, group=elsewhere.group)

    assert codes(refused.value.refusals) == {"unknown_group"}


def test_a_section_is_saved_with_its_fields_and_answers(field, request_):
    saved = save(field, request_, section="purpose", said=fields(field)["purpose"], given=answers("purpose", 3))

    assert saved.threat == field.threat
    assert answered(field, saved)["PRO-01"].level == 3
    event = Event.objects.get(kind=Kind.REQUEST_ANSWERED)
    assert {"threat", "PRO-01"} <= set(event.fields)


def test_saving_the_same_again_changes_nothing_and_writes_no_event(field, request_):
    save(field, request_, given={"GOV-01": KNOWN})

    save(field, request_, given={"GOV-01": KNOWN}, at=LATER)

    assert Event.objects.filter(kind=Kind.REQUEST_ANSWERED).count() == 1
    assert answered(field, request_)["GOV-01"].answered_at == NOW


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
        (replace(KNOWN, source_date=date(2026, 11, 23)), "source_in_future"),
    ],
)
def test_a_faulty_answer_is_refused_beside_its_question_and_nothing_is_written(field, request_, given, code):
    refused = refusals(field, request_, said={"objection_justification": "x"}, given={"GOV-02": KNOWN, "GOV-01": given})

    assert [(r.code, r.field) for r in refused] == [(code, "GOV-01")]
    assert refused[0].message.startswith("Declared position")
    assert answered(field, request_) == {}
    assert again(request_, field).objection_justification == ""


def test_unknown_sections_fields_and_factors_are_refused(field, request_):
    assert codes(refusals(field, request_, section="nowhere")) == {"unknown_section"}
    assert codes(refusals(field, request_, said={"status": "approved"})) == {"unknown_field"}
    assert codes(refusals(field, request_, given={"XYZ-01": KNOWN})) == {"unknown_factor"}
    assert codes(refusals(field, request_, given={"SEC-01": KNOWN})) == {"other_section"}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"type": "war"}, "not_a_choice"),
        ({"contacts_planned": 0}, "out_of_range"),
        ({"place": "x" * 121}, "too_long"),
        ({"starts_on": date(2026, 12, 2), "ends_on": date(2026, 12, 1)}, "window_reversed"),
    ],
)
def test_a_faulty_field_is_refused(field, request_, said, code):
    refused = refusals(field, request_, section="plan", said=said)

    assert [(r.code, r.field) for r in refused] == [(code, [*said][-1])]


def test_a_threat_of_another_mission_cannot_be_linked(field, request_):
    elsewhere = make_field("UNELSE")

    refused = refusals(field, request_, section="purpose", said={"threat": elsewhere.threat})

    assert codes(refused) == {"out_of_sight"}


def test_a_colleague_cannot_write_but_a_poc_adviser_can(field, request_):
    assert codes(refusals(field, request_, given={"GOV-01": KNOWN}, name="bruno")) == {"not_writer"}

    save(field, request_, given={"GOV-01": KNOWN}, name="paula")

    assert answered(field, request_)["GOV-01"].answered_by == field.people["paula"]


def test_what_was_submitted_is_not_written_any_more(field, request_):
    drafting.withdraw(request=request_, by=field.eyes("aline"), at=NOW)

    assert codes(refusals(field, request_, given={"GOV-01": KNOWN})) == {"not_draft"}


def test_not_known_keeps_its_reason_and_drops_the_confidence(field, request_):
    save(field, request_, given={"GOV-01": KNOWN})

    save(field, request_, given={"GOV-01": AnswerInput(None, "B", why_unknown="Nobody has asked them.")})

    answer = answered(field, request_)["GOV-01"]
    assert (answer.level, answer.confidence, answer.why_unknown) == (None, "", "Nobody has asked them.")


def test_an_answer_changed_after_the_preview_is_marked_and_stays_marked(field, request_):
    save(field, request_, given={"GOV-01": KNOWN, "GOV-02": KNOWN})
    drafting.note_preview(request=request_, by=field.eyes("aline"), at=NOW)

    save(field, request_, given={"GOV-01": replace(KNOWN, level=0), "GOV-03": KNOWN}, at=LATER)
    save(field, request_, given={"GOV-01": replace(KNOWN, level=0, source="Letter")}, at=LATER)

    marked = {factor for factor, answer in answered(field, request_).items() if answer.changed_after_preview}
    assert marked == {"GOV-01"}


def test_the_first_preview_is_the_one_that_is_remembered(field, request_):
    drafting.note_preview(request=request_, by=field.eyes("aline"), at=NOW)
    drafting.note_preview(request=request_, by=field.eyes("aline"), at=LATER)

    assert again(request_, field).previewed_at == NOW


def test_a_measure_is_promised_with_an_owner_and_a_date(field, request_):
    measure = drafting.promise_measure(
        request=request_, code="M-04", owner="Head of office", due_on=date(2026, 11, 23), by=field.eyes("aline"), at=NOW
    )

    assert (measure.code, measure.owner, measure.is_verified) == ("M-04", "Head of office", False)
    assert Event.objects.get(kind=Kind.MEASURE_PROMISED).fields == ["M-04"]


@pytest.mark.parametrize(
    ("code", "owner", "due_on", "refused"),
    [
        ("M-99", "Head of office", date(2026, 11, 23), "unknown_measure"),
        ("M-04", " ", date(2026, 11, 23), "owner_missing"),
        ("M-04", "x" * 121, date(2026, 11, 23), "owner_too_long"),
        ("M-04", "Head of office", None, "due_date_missing"),
        ("M-04", "Head of office", date(2020, 1, 1), "due_date_past"),
        ("M-04", "Head of office", date(2026, 11, 21), "due_date_past"),
    ],
)
def test_a_faulty_promise_is_refused(field, request_, code, owner, due_on, refused):
    found = policies.promise_measure(request_, code=code, owner=owner, due_on=due_on, by=field.eyes("aline"), at=NOW)

    assert [(r.code, r.field) for r in found] == [(refused, code)]


def test_a_measure_that_can_lower_nothing_is_refused(field, request_):
    save(field, request_, given={f: replace(KNOWN, level=0) for f in ("GOV-02", "GOV-07")})
    promise = {"M-04": Promise("Head of office", date(2026, 11, 23))}

    with pytest.raises(Refused) as refused:
        drafting.save_measures(
            request=request_, fields={"red_lines": "x"}, promises=promise, by=field.eyes("aline"), at=NOW
        )

    assert codes(refused.value.refusals) == {"no_effect"}
    assert again(request_, field).red_lines == ""


def test_the_measures_section_promises_what_is_named_and_drops_the_rest(field, request_):
    by, owner = field.eyes("aline"), Promise("Head of office", date(2026, 11, 23))
    drafting.save_measures(request=request_, fields={}, promises={"M-04": owner, "M-10": owner}, by=by, at=NOW)

    changed = {"M-10": replace(owner, owner="Security adviser")}
    drafting.save_measures(request=request_, fields={}, promises=changed, by=by, at=LATER)

    standing = Measure.objects.visible_to(by).filter(request=request_)
    assert [(m.code, m.owner) for m in standing] == [("M-10", "Security adviser")]
    assert Event.objects.filter(kind=Kind.MEASURE_DROPPED).count() == 1


def test_a_measure_that_is_in_place_keeps_its_day(field, request_):
    by, owner = field.eyes("aline"), Promise("Head of office", date(2026, 11, 23))
    drafting.save_measures(request=request_, fields={}, promises={"M-04": owner}, by=by, at=NOW)
    measure, later = Measure.objects.visible_to(by).get(), NOW + timedelta(days=3)
    paula = field.eyes("paula", later)
    assessing.verify_measure(measure=measure, evidence="The letter to the prefect.", by=paula, at=later)

    assert not [*policies.promises(request_, {"M-04": owner}, by=by, at=later)]


def test_promising_a_measure_anew_keeps_or_takes_back_what_was_answered_again(field, request_):
    by, owner = field.eyes("aline"), Promise("Head of office", date(2026, 11, 23), is_reaffirmed=True)

    for promise in (owner, owner, replace(owner, is_reaffirmed=False)):
        drafting.save_measures(request=request_, fields={}, promises={"M-04": promise}, by=by, at=NOW)
        assert Measure.objects.visible_to(by).get().is_reaffirmed is promise.is_reaffirmed

    assert Event.objects.filter(kind=Kind.MEASURE_PROMISED).count() == 2


def test_a_promise_can_be_taken_back_while_it_is_a_draft(field, request_):
    by = field.eyes("aline")
    measure = drafting.promise_measure(
        request=request_, code="M-04", owner="Head of office", due_on=date(2026, 11, 23), by=by, at=NOW
    )

    assert codes(policies.drop_measure(measure, by=field.eyes("bruno"), at=NOW)) == {"not_writer"}
    drafting.drop_measure(measure=measure, by=by, at=NOW)

    assert not Measure.objects.visible_to(by).exists()


def test_only_the_requester_withdraws_and_only_once(field, request_):
    assert codes(policies.withdraw(request_, by=field.eyes("paula"), at=NOW)) == {"not_requester"}

    drafting.withdraw(request=request_, by=field.eyes("aline"), at=NOW)

    withdrawn = again(request_, field)
    assert withdrawn.status == RequestStatus.WITHDRAWN
    assert codes(policies.withdraw(withdrawn, by=field.eyes("aline"), at=NOW)) == {"already_closed"}


def test_a_request_about_a_closely_marked_group_is_marked_as_closely(field):
    type(field.group).objects.unscoped("test").filter(pk=field.group.pk).update(marking=2)
    field.group.refresh_from_db()
    for posting in field.people["aline"].postings.all():
        posting.ceiling = 2
        posting.save()

    assert start(field).marking == 2


def test_a_request_about_the_group_of_one_office_stays_with_that_office(field):
    elsewhere = Office.objects.create(mission=field.mission, name="Bria", area=field.area)
    type(field.group).objects.unscoped("test").filter(pk=field.group.pk).update(office=elsewhere)
    field.group.refresh_from_db()

    started = start(field, name="paula", office=None)
    named_later = start(field, name="paula", office=None, group=None)
    drafting.save_section(
        request=named_later, section="group", fields={"group": field.group}, answers={}, by=field.eyes("paula"), at=NOW
    )

    held = [again(request, field, "paula").office for request in (started, named_later)]
    assert held == [elsewhere, elsewhere]
    assert not Request.objects.visible_to(field.eyes("aline")).exists()


def test_nobody_of_another_mission_finds_the_draft(field, request_):
    elsewhere = make_field("UNELSE")

    assert not Request.objects.visible_to(elsewhere.eyes("paula")).filter(pk=request_.pk).exists()


def test_a_complete_request_has_an_answer_to_every_question(field, request_):
    complete(request_, field)

    assert len(answered(field, request_)) == 35
