"""What a request needs before it leaves the hands of its requester, and who may send it on or take it back."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from engagement.models import Answer, Measure, Modality, Request, RequestStatus
from engagement.policies.drafting import (
    HIGHEST_LEVEL,
    idle_measures,
    may_write,
    measure_name,
    name_of,
    overdue,
    writing,
)
from missions.access import Access
from missions.models import Posture
from missions.refusals import Refusal
from nsags.models import Label
from risk import current_ruleset

# From this answer on, the government objects, and the request says why it is made all the same (gate G-18).
OBJECTION = 3
AT_A_DISTANCE = frozenset({Modality.REMOTE, Modality.MESSAGE})
CERTAIN = frozenset({Answer.Confidence.A, Answer.Confidence.B})
NEEDS_WORKSHEET = frozenset({Label.Value.TERRORIST, Label.Value.PROSCRIBED})

# What must be filled in whatever the case, with the sentence that asks for it.
ALWAYS: dict[str, str | Promise] = {
    "title": gettext_lazy("Say in one line what you ask for."),
    "purpose_scale": gettext_lazy("Choose what you want from this dialogue."),
    "purpose": gettext_lazy("Write the protection purpose: which civilians, which harm, which change."),
    "if_not_engaging": gettext_lazy("Write what happens to civilians if we do not engage."),
    "group": gettext_lazy("Choose the group you want to talk with."),
    "interlocutors": gettext_lazy("Say whom you would meet: functions are enough."),
    "involves_children": gettext_lazy("Say whether children or survivors of sexual violence are involved."),
    "involves_detainees": gettext_lazy("Say whether people held by anybody are involved."),
    "type": gettext_lazy("Choose the kind of dialogue."),
    "modality": gettext_lazy("Choose how the contact is made."),
    "area": gettext_lazy("Choose the area."),
    "contacts_planned": gettext_lazy("Say how many contacts this covers."),
    "starts_on": gettext_lazy("Enter the first day."),
    "ends_on": gettext_lazy("Enter the last day."),
    "uses_intermediary": gettext_lazy("Say whether an intermediary opens or carries the contact."),
    "is_third_country": gettext_lazy("Say whether anybody travels to another country."),
    "red_lines": gettext_lazy("Write your red lines: what would make you stop."),
}


def submit(request: Request, *, by: Access, at: datetime) -> Iterator[Refusal]:
    """Yield why this request cannot be submitted, and all that is still missing from it."""
    yield from writing(request, by=by)
    answers = {answer.factor: answer for answer in Answer.objects.visible_to(by).filter(request=request)}
    measures = Measure.objects.visible_to(by).filter(request=request)
    labels = Label.objects.visible_to(by).filter(group=request.group_id)
    posture = Posture.objects.in_force(request.mission, at)
    yield from missing(
        request,
        answers=answers,
        measures=list(measures),
        labels=list(labels),
        posture=posture.code if posture else "",
        on=request.mission.local_day(at),
    )


def missing(
    request: Request,
    *,
    answers: dict[str, Answer],
    measures: Collection[Measure],
    labels: list[Label],
    posture: str,
    on: date,
) -> Iterator[Refusal]:
    """Yield what a draft still lacks, each with the field or factor that it concerns; this reads nothing more."""
    for name, sentence in ALWAYS.items():
        if is_blank(getattr(request, name if name not in {"group", "area"} else f"{name}_id")):
            yield Refusal("missing", sentence, name)
    yield from _threat(request, answers, on)
    yield from _people(request, labels, on)
    yield from _plan(request, posture, on)
    yield from _contradictions(request, measures)
    yield from _justification(request, answers)
    yield from _security(request, answers, on)
    yield from _answers(answers)
    yield from _measures(measures, answers, on)


def is_blank(value: Any) -> bool:
    """Say whether nobody has filled this in: “no” and 0 are answers."""
    return value is None or (isinstance(value, str) and not value.strip())


def _threat(request: Request, answers: dict[str, Answer], on: date) -> Iterator[Refusal]:
    if request.threat is None:
        yield Refusal(
            "no_threat", _("Link the threat to civilians that this speaks to, or assess one first."), "threat"
        )
    elif not request.threat.is_fresh(on):
        stale = _("The threat assessment %(reference)s is out of date. Confirm it or link a newer one.")
        yield Refusal("stale_threat", stale % {"reference": request.threat.reference}, "threat")
    precision = answers.get("PRO-04")
    if precision is not None and not precision.level:
        sentence = _("A request needs a protection purpose: say what you ask the group for, or withdraw the request.")
        yield Refusal("no_purpose", sentence, "PRO-04")


def _people(request: Request, labels: list[Label], on: date) -> Iterator[Refusal]:
    if request.involves_detainees and request.is_recognised_step is None:
        sentence = _("Say whether the release or exchange is an agreed step of a recognised process.")
        yield Refusal("missing", sentence, "is_recognised_step")
    if request.label_worksheet.strip():
        return
    if any(label.value in NEEDS_WORKSHEET and label.is_live(on) for label in labels):
        sentence = _("Somebody designates this group as terrorist or proscribed: answer the five questions about it.")
        yield Refusal("missing", sentence, "label_worksheet")


def _plan(request: Request, posture: str, on: date) -> Iterator[Refusal]:
    if request.ends_on and request.ends_on < on:
        yield Refusal("window_over", _("The last day has passed. Choose a later one."), "ends_on")
    if posture == Posture.Code.STRATEGY_BASED and request.inside_strategy is None:
        yield Refusal("missing", _("Say whether this lies inside an approved strategy."), "inside_strategy")


def _contradictions(request: Request, measures: Collection[Measure]) -> Iterator[Refusal]:
    """Ask again where a “no” is belied by the rest of the plan: the gates go by the plan."""
    if request.involves_children is False and request.concerns_children:
        sentence = _("You ask for the release of children, so children are concerned: answer yes, or change the kind.")
        yield Refusal("contradicted", sentence, "involves_children")
    if request.uses_intermediary is not False:
        return
    if request.modality == Modality.INTERMEDIARY:
        sentence = _("The contact is made through an intermediary: answer yes, or choose another way.")
        yield Refusal("contradicted", sentence, "uses_intermediary")
    elif request.has_intermediary({measure.code for measure in measures}):
        sentence = _("You promise a trusted intermediary among the measures: answer yes, or leave the measure out.")
        yield Refusal("contradicted", sentence, "uses_intermediary")


def _justification(request: Request, answers: dict[str, Answer]) -> Iterator[Refusal]:
    position = answers.get("GOV-01")
    objects = position is not None and position.level is not None and position.level >= OBJECTION
    if objects and not request.objection_justification.strip():
        sentence = _("The government objects: write why the contact should go ahead all the same.")
        yield Refusal("missing", sentence, "objection_justification")


def _security(request: Request, answers: dict[str, Answer], on: date) -> Iterator[Refusal]:
    """Ask for a valid security risk management record, unless the contact moves nobody (gate G-07)."""
    if request.modality in AT_A_DISTANCE:
        return
    if not request.srm_reference.strip():
        yield Refusal("missing", _("Enter the reference of the security risk management record."), "srm_reference")
    if request.srm_valid_until is None:
        yield Refusal("missing", _("Enter the day until which that record is valid."), "srm_valid_until")
    elif request.srm_valid_until < on:
        sentence = _("The security risk management record has run out. Ask the security adviser for a new one.")
        yield Refusal("srm_expired", sentence, "srm_valid_until")
    residual = answers.get("SEC-01")
    if residual is not None and residual.level in {None, HIGHEST_LEVEL}:
        sentence = _(
            "Nobody travels at an unacceptable or unknown residual risk. Make the contact remote, or get a new record."
        )
        yield Refusal("srm_unacceptable", sentence, "SEC-01")


def _answers(answers: dict[str, Answer]) -> Iterator[Refusal]:
    for factor in current_ruleset().factors.values():
        answer = answers.get(factor.id)
        name = {"name": name_of(factor.id)}
        if answer is None:
            yield Refusal("no_answer", _("%(name)s: no answer yet.") % name, factor.id)
        elif factor.kind == "context" and answer.confidence in CERTAIN and not answer.source.strip():
            sentence = _("%(name)s: say what kind of source this comes from, or that it is a judgement.")
            yield Refusal("no_source", sentence % name, factor.id)


def _measures(measures: Collection[Measure], answers: dict[str, Answer], on: date) -> Iterator[Refusal]:
    yield from idle_measures(
        [measure.code for measure in measures], {factor: answer.level for factor, answer in answers.items()}
    )
    for measure in measures:
        if not measure.is_verified:
            yield from overdue(measure.code, measure.due_on, on)
        rule = current_ruleset().measures.get(measure.code)
        if rule and rule.reaffirm and not measure.is_reaffirmed:
            sentence = _("%(name)s: answer again with this measure in mind, then tick that you did: %(questions)s.")
            questions = ", ".join(name_of(factor) for factor in rule.reaffirm)
            words = {"name": measure_name(measure.code), "questions": questions}
            yield Refusal("not_reaffirmed", sentence % words, measure.code)


def reopen(request: Request, *, by: Access, at: datetime) -> Iterator[Refusal]:
    """Yield why this request cannot be reopened as a new version."""
    if not may_write(request, by):
        yield Refusal("not_writer", _("Only the person who started this request or a POC adviser can reopen it."))
    if request.status != RequestStatus.RETURNED:
        yield Refusal("not_returned", _("Only a request that was returned can be reopened."))


def lift_block(request: Request, *, by: Access, at: datetime) -> Iterator[Refusal]:
    """Yield why nobody needs to, or why this person may not, ask for the block to be looked at again."""
    if not may_write(request, by):
        yield Refusal("not_writer", _("Only the person who started this request or a POC adviser can send it on."))
    if request.status != RequestStatus.BLOCKED:
        yield Refusal("not_blocked", _("Nothing blocks this request."))
