"""What may be written into a request, and by whom: everything that is wrong with it, in sentences."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from engagement import sections
from engagement.models import Answer, Measure, Request, RequestStatus
from engagement.models.status import REQUEST_TRANSITIONS
from missions.access import Access, Record
from missions.models import Compartment, Mission, Office
from missions.policies.compartments import draft_inside
from missions.refusals import Refusal
from missions.roles import Permission, Role
from nsags.models import Group
from risk import current_ruleset

HIGHEST_LEVEL = 4
LONGEST_REASON = 200
LONGEST_SOURCE = 200
LONGEST_OWNER = 120
# A request is held at least as closely as the records it names.
NAMED_RECORDS = frozenset({"group", "threat"})


@dataclass(frozen=True)
class AnswerInput:
    """What somebody answers to one factor; a level of None says that it is not known, and why."""

    level: int | None
    confidence: str = ""
    source: str = ""
    source_date: date | None = None
    why_unknown: str = ""


@dataclass(frozen=True)
class Promise:
    """Who answers for a measure, by when, and whether what it may make worse was answered again with it in mind."""

    owner: str
    due_on: date | None
    is_reaffirmed: bool = False


def may_write(request: Request, by: Access) -> bool:
    """Say whether this person writes this request: who started it, or a POC adviser of the mission."""
    if Role.POC_ADVISER in by.roles_in(request.mission_id):
        return True
    return request.created_by_id == by.user_id and by.may(Permission.PROPOSE, request.mission_id)


def writing(request: Request, *, by: Access) -> Iterator[Refusal]:
    """Yield why this person may not change this request now."""
    if not may_write(request, by):
        yield Refusal("not_writer", _("Only the person who started this request or a POC adviser can change it."))
    if not request.is_writable:
        yield Refusal("not_draft", _frozen(request))


def _frozen(request: Request) -> str:
    if request.status == RequestStatus.RETURNED:
        return _("This request was returned. Reopen it to write a new version.")
    if request.status == RequestStatus.WITHDRAWN:
        return _("This request was withdrawn, so its answers are frozen. Start a new request.")
    status = request.get_status_display().lower()
    sentence = _(
        "This request has been sent (it is %(status)s), so its answers are frozen. "
        "Take what is new to the POC adviser, who records that a fact has changed."
    )
    return sentence % {"status": status}


def start_request(
    mission: Mission,
    *,
    office: Office | None,
    group: Group | None,
    compartment: Compartment | None,
    title: str,
    by: Access,
    at: datetime,
) -> Iterator[Refusal]:
    """Yield why this person may not start a request in this mission."""
    if not by.may(Permission.PROPOSE, mission.pk):
        yield Refusal("not_proposer", _("Your role in this mission does not propose dialogue. Ask a field officer."))
    if office is not None and office.mission_id != mission.pk:
        yield Refusal("other_mission", _("Choose an office of this mission."), "office")
    if group is not None and not _is_in_sight(group, mission.pk, by):
        yield Refusal("unknown_group", _("Choose a group of this mission, or “not listed”."), "group")
    elif group is not None and group.compartment_id and compartment and group.compartment_id != compartment.pk:
        yield Refusal(
            "other_circle", _("Another circle of people holds this group. Choose that circle."), "compartment"
        )
    yield from draft_inside(mission, compartment, by)
    if len(title) > _longest("title"):
        yield _too_long("title")


def save_section(
    request: Request,
    *,
    section: str,
    fields: Mapping[str, Any],
    answers: Mapping[str, AnswerInput],
    by: Access,
    at: datetime,
) -> Iterator[Refusal]:
    """Yield everything that is wrong with one section as written."""
    yield from writing(request, by=by)
    if (theme := sections.BY_SLUG.get(section)) is None:
        yield Refusal("unknown_section", _("There is no such section. Go back to the list of sections."))
        return
    for name, value in fields.items():
        if name in theme.fields:
            yield from _field(request, name, value, by)
        else:
            yield Refusal("unknown_field", _("This section has no field “%(name)s”.") % {"name": name})
    yield from _window(request, fields)
    today = request.mission.local_day(at)
    for factor, given in answers.items():
        yield from _answer(theme, factor, given, today)


def _field(request: Request, name: str, value: Any, by: Access) -> Iterator[Refusal]:
    field = Request._meta.get_field(name)
    if isinstance(field, models.ForeignKey):
        if value is not None and not _is_in_sight(value, request.mission_id, by):
            yield Refusal("out_of_sight", _("Choose one from the list: this one is not in your mission."), name)
        elif name in NAMED_RECORDS and value is not None and _is_held_elsewhere(request, value):
            yield Refusal("other_circle", _("Another circle of people holds this one. Start a request there."), name)
    elif isinstance(field, models.PositiveSmallIntegerField):
        if value is not None and not 1 <= value <= 365:
            yield Refusal("out_of_range", _("Enter how many contacts you plan, from 1 to 365."), name)
    elif isinstance(field, models.CharField) and field.choices:
        if value and value not in dict(field.flatchoices):
            yield Refusal("not_a_choice", _("Choose one of the answers offered."), name)
    elif isinstance(field, models.CharField) and len(value) > _longest(name):
        yield _too_long(name)


def _is_in_sight(value: Any, mission_id: Any, by: Access) -> bool:
    """Say whether a record is of this mission and may be seen; an area has no secrets, only a mission."""
    if value.mission_id != mission_id:
        return False
    return not isinstance(value, Record) or type(value).objects.visible_to(by).filter(pk=value.pk).exists()


def _is_held_elsewhere(request: Request, record: Record) -> bool:
    held = {request.compartment_id, record.compartment_id} - {None}
    return len(held) > 1


def _longest(name: str) -> int:
    return getattr(Request._meta.get_field(name), "max_length", None) or 0


def _too_long(name: str) -> Refusal:
    return Refusal("too_long", _("Shorten this to %(n)s characters.") % {"n": _longest(name)}, name)


def _window(request: Request, fields: Mapping[str, Any]) -> Iterator[Refusal]:
    starts_on = fields.get("starts_on", request.starts_on)
    ends_on = fields.get("ends_on", request.ends_on)
    if starts_on and ends_on and ends_on < starts_on:
        yield Refusal("window_reversed", _("The last day comes before the first. Change one of them."), "ends_on")


def _answer(theme: sections.Section, factor: str, given: AnswerInput, today: date) -> Iterator[Refusal]:
    known = current_ruleset().factors
    if factor not in known:
        yield Refusal("unknown_factor", _("The ruleset has no question %(factor)s.") % {"factor": factor})
        return
    if factor not in theme.factors:
        yield Refusal("other_section", _("%(name)s is asked in another section.") % {"name": name_of(factor)}, factor)
        return
    for code, sentence in faults(given, today):
        yield Refusal(code, sentence % {"name": name_of(factor)}, factor)


def faults(given: AnswerInput, today: date) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with one answer: a code, and a sentence that waits for the name of the factor."""
    if given.level is None:
        yield from _faults_of_unknown(given)
    else:
        yield from _faults_of_known(given)
    if len(given.source) > LONGEST_SOURCE:
        yield "source_too_long", _("%(name)s: shorten the source to 200 characters.")
    if given.source_date and given.source_date > today:
        yield "source_in_future", _("%(name)s: the day of the source lies in the future. Check the date.")


def _faults_of_unknown(given: AnswerInput) -> Iterator[tuple[str, str]]:
    if not given.why_unknown.strip():
        yield "reason_missing", _("%(name)s: say in a few words why this is not known.")
    if len(given.why_unknown) > LONGEST_REASON:
        yield "reason_too_long", _("%(name)s: shorten the reason to 200 characters.")


def _faults_of_known(given: AnswerInput) -> Iterator[tuple[str, str]]:
    if type(given.level) is not int or not 0 <= given.level <= HIGHEST_LEVEL:
        yield "out_of_range", _("%(name)s: choose one of the five answers, or “I do not know”.")
    if given.confidence not in Answer.Confidence.values:
        yield "confidence_missing", _("%(name)s: say how sure you are.")


def name_of(factor: str) -> str:
    """Return the short name of a factor in the reader's language."""
    return current_ruleset().factors[factor].name(get_language() or "en")


def promise_measure(
    request: Request, *, code: str, owner: str, due_on: date | None, by: Access, at: datetime
) -> Iterator[Refusal]:
    """Yield why this measure cannot be promised for this request."""
    yield from writing(request, by=by)
    yield from promises(request, {code: Promise(owner, due_on)}, by=by, at=at)


def promises(request: Request, named: Mapping[str, Promise], *, by: Access, at: datetime) -> Iterator[Refusal]:
    """Yield what is wrong with these measures."""
    measures = Measure.objects.visible_to(by).filter(request=request)
    in_place = {measure.code for measure in measures if measure.is_verified}
    today = request.mission.local_day(at)
    for code, promise in named.items():
        yield from _promise(code, promise.owner, promise.due_on)
        if code not in in_place:
            yield from overdue(code, promise.due_on, today)
    yield from idle_measures(named, levels_of(request, by=by))


def _promise(code: str, owner: str, due_on: date | None) -> Iterator[Refusal]:
    if code not in current_ruleset().measures:
        yield Refusal("unknown_measure", _("The ruleset has no measure %(code)s.") % {"code": code}, code)
        return
    name = {"name": measure_name(code)}
    if not owner.strip():
        yield Refusal("owner_missing", _("%(name)s: say who answers for it, by function.") % name, code)
    if len(owner) > LONGEST_OWNER:
        yield Refusal("owner_too_long", _("%(name)s: shorten the owner to 120 characters.") % name, code)
    if due_on is None:
        yield Refusal("due_date_missing", _("%(name)s: enter the day by which it will be in place.") % name, code)


def overdue(code: str, due_on: date | None, today: date) -> Iterator[Refusal]:
    """Yield why a measure cannot be promised for that day: it has passed."""
    if due_on and due_on < today and code in current_ruleset().measures:
        sentence = _("%(name)s: the day by which it will be in place has passed. Enter today or a later day.")
        yield Refusal("due_date_past", sentence % {"name": measure_name(code)}, code)


def measure_name(code: str) -> str:
    """Return what a measure is called in the reader's language."""
    return current_ruleset().measures[code].name(get_language() or "en")


def levels_of(request: Request, *, by: Access) -> dict[str, int | None]:
    """Return the level of each answer given so far; None stands for not known."""
    answers = Answer.objects.visible_to(by).filter(request=request)
    return dict(answers.values_list("factor", "level"))


def idle_measures(codes: Iterable[str], levels: Mapping[str, int | None]) -> Iterator[Refusal]:
    """Yield the measures that could lower nothing at these levels; a blank answer may still turn out above 0."""
    measures = current_ruleset().measures
    for code in codes:
        if code in measures and all(levels.get(factor, HIGHEST_LEVEL) == 0 for factor in measures[code].effects):
            sentence = _("%(name)s has no effect here: what it would lower is at its lowest already. Leave it out.")
            yield Refusal("no_effect", sentence % {"name": measure_name(code)}, code)


def drop_measure(measure: Measure, *, by: Access, at: datetime) -> Iterator[Refusal]:
    """Yield why this promise cannot be taken back."""
    yield from writing(measure.request, by=by)


def withdraw(request: Request, *, by: Access, at: datetime) -> Iterator[Refusal]:
    """Yield why this request cannot be withdrawn."""
    if request.created_by_id != by.user_id:
        yield Refusal("not_requester", _("Only the person who started this request can withdraw it."))
    elif request.mission_id not in by.mission_ids:
        yield Refusal("not_serving", _("You no longer serve in this mission. Ask its POC adviser."))
    if RequestStatus.WITHDRAWN not in REQUEST_TRANSITIONS[RequestStatus(request.status)]:
        yield Refusal("already_closed", _("This request is closed, so there is nothing left to withdraw."))
