"""Writing a request, section by section, until it is submitted."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import transaction

from audit import log
from audit.models import Kind
from engagement.models import Answer, Measure, Request, RequestStatus
from engagement.policies import drafting as policies
from engagement.policies.drafting import NAMED_RECORDS, AnswerInput, Promise
from engagement.services.moves import locked, move
from engagement.services.naming import refuse_names
from missions.access import Access, Marking, Record
from missions.models import Compartment, Mission, Office
from missions.references import new_reference
from missions.refusals import refuse_if_any
from nsags.models import Group

__all__ = ["AnswerInput", "Promise"]


@transaction.atomic
def start_request(
    *,
    mission: Mission,
    office: Office | None,
    group: Group | None,
    title: str,
    is_urgent: bool,
    language: str,
    compartment: Compartment | None = None,
    by: Access,
    at: datetime,
) -> Request:
    """Open a draft of a request for dialogue."""
    refuse_if_any(
        policies.start_request(mission, office=office, group=group, compartment=compartment, title=title, by=by, at=at)
    )
    refuse_names({"title": title}, by=by)
    request = Request(
        reference=new_reference(Request, "R", at.year),
        mission=mission,
        office=office,
        compartment=compartment,
        group=group,
        title=title,
        is_urgent=is_urgent,
        language=language,
        created_by=by.user,
        created_at=at,
    )
    _hold(request, like=group)
    request.save(force_insert=True)
    log.record(Kind.REQUEST_STARTED, target=request, by=by, at=at, version=request.version)
    return request


def _hold(request: Request, *, like: Record | None) -> list[str]:
    """Hold a request as closely as a record that it names, and never less than before; return what may have changed."""
    if like is None:
        return []
    request.marking = max(Marking.CONFIDENTIAL, like.marking, request.marking)
    request.compartment_id = like.compartment_id or request.compartment_id
    request.office_id = like.office_id or request.office_id
    return ["marking", "compartment", "office"]


@transaction.atomic
def save_section(
    *,
    request: Request,
    section: str,
    fields: Mapping[str, Any],
    answers: Mapping[str, AnswerInput],
    by: Access,
    at: datetime,
) -> None:
    """Write one section of a draft, all of it or nothing."""
    request = locked(Request.objects.visible_to(by), request)
    refuse_if_any(policies.save_section(request, section=section, fields=fields, answers=answers, by=by, at=at))
    _write(request, fields, answers, by, at)


@transaction.atomic
def save_measures(
    *, request: Request, fields: Mapping[str, Any], promises: Mapping[str, Promise], by: Access, at: datetime
) -> None:
    """Write the section on measures: what is promised stands afterwards, and what is not named is dropped."""
    request = locked(Request.objects.visible_to(by), request)
    refuse_if_any(
        [
            *policies.save_section(request, section="measures", fields=fields, answers={}, by=by, at=at),
            *policies.promises(request, promises, by=by, at=at),
        ]
    )
    _write(request, fields, {}, by, at)
    for code, promise in promises.items():
        _promise(request, code, promise, by, at)
    for measure in Measure.objects.visible_to(by).filter(request=request).exclude(code__in=promises):
        _drop(measure, by, at)


def _write(
    request: Request, fields: Mapping[str, Any], answers: Mapping[str, AnswerInput], by: Access, at: datetime
) -> None:
    refuse_names(_texts(fields, answers), by=by)
    changed = _set_fields(request, fields) + _set_answers(request, answers, by, at)
    if changed:
        log.record(Kind.REQUEST_ANSWERED, target=request, by=by, at=at, version=request.version, fields=changed)


def _texts(fields: Mapping[str, Any], answers: Mapping[str, AnswerInput]) -> dict[str, Any]:
    """Return whatever is written in words, by the name of the input in which it stood."""
    sources = {f"{factor}-source": answer.source for factor, answer in answers.items()}
    return {**fields, **sources, **{f"{factor}-why": answer.why_unknown for factor, answer in answers.items()}}


def _set_fields(request: Request, fields: Mapping[str, Any]) -> list[str]:
    changed = [name for name, value in fields.items() if getattr(request, name) != value]
    written = [*changed]
    for name in changed:
        setattr(request, name, fields[name])
        if name in NAMED_RECORDS:
            written += _hold(request, like=fields[name])
    if written:
        request.save(update_fields=written)
    return changed


def _set_answers(request: Request, answers: Mapping[str, AnswerInput], by: Access, at: datetime) -> list[str]:
    present = Answer.objects.visible_to(by).filter(request=request, factor__in=answers)
    standing = {answer.factor: answer for answer in present} if answers else {}
    new = [factor for factor in answers if factor not in standing]
    Answer.objects.bulk_create(
        Answer(request=request, factor=factor, answered_by=by.user, answered_at=at, **_values(answers[factor]))
        for factor in new
    )
    changed = [factor for factor, answer in standing.items() if _differs(answer, answers[factor])]
    for factor in changed:
        _rewrite(standing[factor], answers[factor], request, by, at)
    return new + changed


def _values(given: AnswerInput) -> dict[str, Any]:
    """Return what is stored: confidence belongs to a level, the reason for not knowing to its absence."""
    is_known = given.level is not None
    return {
        "level": given.level,
        "confidence": given.confidence if is_known else "",
        "source": given.source.strip(),
        "source_date": given.source_date,
        "why_unknown": "" if is_known else given.why_unknown.strip(),
    }


def _differs(answer: Answer, given: AnswerInput) -> bool:
    return any(getattr(answer, name) != value for name, value in _values(given).items())


def _rewrite(answer: Answer, given: AnswerInput, request: Request, by: Access, at: datetime) -> None:
    seen = request.previewed_at is not None and request.previewed_at <= at
    if seen and (answer.level != given.level or answer.confidence != _values(given)["confidence"]):
        answer.changed_after_preview = True
    for name, value in _values(given).items():
        setattr(answer, name, value)
    answer.answered_by, answer.answered_at = by.user, at
    answer.save()


@transaction.atomic
def promise_measure(
    *,
    request: Request,
    code: str,
    owner: str,
    due_on: date | None,
    is_reaffirmed: bool = False,
    by: Access,
    at: datetime,
) -> Measure:
    """Promise a measure for a draft; promising it again changes what was said of it."""
    request = locked(Request.objects.visible_to(by), request)
    refuse_if_any(policies.promise_measure(request, code=code, owner=owner, due_on=due_on, by=by, at=at))
    return _promise(request, code, Promise(owner, due_on, is_reaffirmed), by, at)


def _promise(request: Request, code: str, promise: Promise, by: Access, at: datetime) -> Measure:
    measure = Measure.objects.visible_to(by).filter(request=request, code=code).first()
    said = asdict(promise)
    if measure and all(getattr(measure, name) == value for name, value in said.items()):
        return measure
    measure = measure or Measure(request=request, code=code, promised_by=by.user, promised_at=at)
    for name, value in said.items():
        setattr(measure, name, value)
    measure.save()
    log.record(Kind.MEASURE_PROMISED, target=request, by=by, at=at, version=request.version, fields=[code])
    return measure


@transaction.atomic
def drop_measure(*, measure: Measure, by: Access, at: datetime) -> None:
    """Take back the promise of a measure."""
    measure = Measure.objects.visible_to(by).select_related("request__mission").get(pk=measure.pk)
    locked(Request.objects.visible_to(by), measure.request)
    refuse_if_any(policies.drop_measure(measure, by=by, at=at))
    _drop(measure, by, at)


def _drop(measure: Measure, by: Access, at: datetime) -> None:
    request, code = measure.request, measure.code
    measure.delete()
    log.record(Kind.MEASURE_DROPPED, target=request, by=by, at=at, version=request.version, fields=[code])


@transaction.atomic
def note_preview(*, request: Request, by: Access, at: datetime) -> None:
    """Remember when the requester first saw what the answers imply: changes after that are shown to advisers."""
    if Request.objects.visible_to(by).filter(pk=request.pk, previewed_at=None).update(previewed_at=at):
        log.record(Kind.REQUEST_PREVIEWED, target=request, by=by, at=at, version=request.version)


@transaction.atomic
def withdraw(*, request: Request, by: Access, at: datetime) -> None:
    """Take a request back; it stays readable and nobody decides on it any more."""
    request = locked(Request.objects.visible_to(by), request)
    refuse_if_any(policies.withdraw(request, by=by, at=at))
    move(request, RequestStatus.WITHDRAWN)
    log.record(Kind.REQUEST_WITHDRAWN, target=request, by=by, at=at, version=request.version)
