"""Pages that only tell: what has changed, what happened, what history decided, and how the risk method works."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

import risk
from accounts.models import User
from audit.models import Event, Kind
from engagement import readback, sections
from engagement.library import notes
from engagement.models import Answer, Assessment, Decision, Measure, Request, Submission
from engagement.readback import term
from engagement.services.sealing import sealed_for
from engagement.views.requests import find, render_there
from missions.middleware import SignedInRequest
from missions.roles import Authority, Role

EVENTS = 25
FIGURES = (("PRO", "protection"), ("LEG", "legitimacy"), ("GOV", "host_government"), ("SEC", "security"))


@require_GET
def changes(request: SignedInRequest, reference: str) -> HttpResponse:
    """Set what a request said when it was submitted beside what is known now."""
    found = find(request.access, reference)
    submission = Submission.objects.visible_to(request.access).filter(request=found).order_by("-number").first()
    is_sealed = bool(sealed_for(request.access, [found]))
    first = last = None
    if submission:
        stored = Assessment.objects.visible_to(request.access).filter(submission=submission)
        first, last = stored.order_by("assessed_at").first(), stored.order_by("-assessed_at").first()
    context = {
        "record": found,
        "submission": submission,
        "is_sealed": is_sealed,
        "levels": _levels(first, last) if first and last and not is_sealed else [],
        "rows": _changed(request.access, found, submission) if submission else [],
        "checked": len(risk.current_ruleset().factors) + len(sections.TERMS),
    }
    return render_there(request, found, "engagement/changes.html", context)


def _levels(first: Assessment, last: Assessment) -> list[dict[str, Any]]:
    """Return the four rows at submission and now."""
    return [_level(code, first, last) for code, _field in FIGURES]


def _level(code: str, first: Assessment, last: Assessment) -> dict[str, Any]:
    then, now = (_figure(code, assessment.result) for assessment in (first, last))
    return {"code": code, "then": then, "now": now, "scale": "protection" if code == "PRO" else "risk",
            "is_changed": then["band"] != now["band"] or then["score"] != now["score"]}  # fmt: skip


def _figure(code: str, result: Mapping[str, Any]) -> Mapping[str, Any]:
    return result["protection"] if code == "PRO" else result["risks"][code]


def _changed(access: Any, found: Request, submission: Submission) -> list[dict[str, Any]]:
    then = submission.content
    answers = Answer.objects.visible_to(access).filter(request=found).select_related("answered_by")
    rows = [_changed_answer(answer, then["answers"].get(answer.factor, {})) for answer in answers.order_by("factor")]
    measures = Measure.objects.visible_to(access).filter(request=found).order_by("code")
    rows += [_changed_measure(measure, then["measures"].get(measure.code)) for measure in measures]
    return [row for row in rows if row]


def _changed_answer(answer: Answer, before: Mapping[str, Any]) -> dict[str, Any]:
    if (before.get("level"), before.get("confidence")) == (answer.level, answer.confidence):
        return {}
    rule, language = risk.current_ruleset().factors[answer.factor], get_language() or "en"
    return {
        "name": rule.name(language),
        "then": readback.level_in_words(rule, before.get("level"), language),
        "now": readback.level_in_words(rule, answer.level, language),
        "why": readback.evidence_in_words(answer),
        "who": answer.answered_by.name,
        "at": answer.answered_at,
    }


def _changed_measure(measure: Measure, before: Mapping[str, Any] | None) -> dict[str, Any]:
    if not measure.is_verified or (before and before.get("verified")):
        return {}
    return {
        "name": readback.measure_name(measure.code),
        "then": _("Promised"),
        "now": _("Verified"),
        "why": measure.evidence,
        "who": "",
        "at": measure.verified_at,
    }


@require_GET
def history(request: SignedInRequest, reference: str) -> HttpResponse:
    """List everything that happened to a request: who, in which role, on which version."""
    found = find(request.access, reference)
    events = Event.objects.filter(object_id=found.pk).exclude(kind=Kind.RECORD_READ).order_by("-pk")
    page = Paginator(events, EVENTS).get_page(request.GET.get("page"))
    people = User.objects.in_bulk({event.actor_id for event in page if event.actor_id})
    context = {"record": found, "page": page, "events": [_told(event, people) for event in page]}
    return render_there(request, found, "engagement/history.html", context)


def _told(event: Event, people: Mapping[Any, User]) -> dict[str, Any]:
    person = people.get(event.actor_id)
    role = Role(event.actor_role).label if event.actor_role in Role.values else ""
    details = [_("Version %(n)s") % {"n": event.object_version}] if event.object_version else []
    return {
        "what": event.get_kind_display(),
        "at": event.at,
        "who": ", ".join(str(part) for part in (person.name if person else _("Parley itself"), role) if part),
        "detail": " · ".join([*details, *_names(event.fields)]),
        "is_decision": event.kind == Kind.REQUEST_DECIDED,
    }


def _names(fields: Iterable[str]) -> list[str]:
    """Return what was touched, in words; many answers at once are counted."""
    names = [words for name in fields if (words := term(name))]
    return [_("%(n)s answers and fields") % {"n": len(names)}] if len(names) > 4 else names


@require_GET
def library(request: SignedInRequest) -> HttpResponse:
    """Show the historical cases by mission: levels, what the record tells became of them, and decisions if any."""
    decisions = Prefetch(
        "decisions", Decision.objects.visible_to(request.access).order_by("decided_at"), to_attr="decided"
    )
    cases = Request.objects.visible_to(request.access).filter(mission__is_library=True)
    cases = cases.select_related("mission", "group", "assessment").prefetch_related(decisions)
    rows = [_case(case) for case in cases.order_by("mission__code", "created_at", "pk")]
    return render(request, "engagement/library.html", {"rows": rows})


def _case(case: Request) -> dict[str, Any]:
    decided = getattr(case, "decided", [])
    return {
        "case": case,
        "note": notes().get(case.reference),
        "bands": _bands(case.assessment),
        "decision": decided[-1] if decided else None,
    }


def _bands(assessment: Assessment | None) -> list[str | None]:
    """Return the bands of the four rows, none of them before an assessment."""
    if assessment is None:
        return [None] * len(FIGURES)
    scales: list[list[str]] = [[*risk.ProtectionBand], [*risk.Band], [*risk.Band], [*risk.Band]]
    return [scale[getattr(assessment, f) - 1] for scale, (_code, f) in zip(scales, FIGURES, strict=True)]


@require_GET
def risk_method(request: SignedInRequest) -> HttpResponse:
    """Explain the ruleset in plain words: questions, weights, cuts, measures, gates and who decides."""
    ruleset, language = risk.current_ruleset(), get_language() or "en"
    context = {
        "ruleset": ruleset,
        "risks": [_risk_in_words(ruleset, code, language) for code in (*risk.RISKS, risk.PROTECTION)],
        "confidence": [(code, ruleset.confidence_label(code, language)) for code in ("A", "B", "C", "U")],
        "cuts": [_cuts(ruleset, code) for code in ("SEC", "PRO")],
        "measures": [_measure_in_words(ruleset, measure, language) for measure in ruleset.measures.values()],
        "floors": [_floor_in_words(ruleset, floor, language) for floor in ruleset.floors],
        "gates": [(gate, gate.name(language), gate.trigger(language), gate.lift(language))
                  for gate in ruleset.gates.values()],
        "postures": [_posture_in_words(posture, language) for posture in ruleset.postures.values()],
        "levels": Authority.choices,
    }  # fmt: skip
    return render(request, "engagement/risk_method.html", context)


def _risk_in_words(ruleset: risk.Ruleset, code: str, language: str) -> dict[str, Any]:
    caps = {floor.factor: floor for floor in ruleset.floors}
    return {
        "code": code,
        "name": ruleset.risk_name(code, language),
        "meaning": ruleset.risk_meaning(code, language),
        "factors": [
            {
                "rule": factor,
                "name": factor.name(language),
                "question": factor.question(language),
                "anchors": list(zip(factor.anchors(language), factor.points, strict=True)),
                "is_critical": factor.id in caps,
            }
            for factor in ruleset.factors_of(code)
        ],
    }


def _cuts(ruleset: risk.Ruleset, code: str) -> list[tuple[str, int, int]]:
    """Return each band with the points from which and up to which it reaches."""
    bands: list[str] = [*risk.ProtectionBand] if code == risk.PROTECTION else [*risk.Band]
    starts = [0, *ruleset.tables[code].cuts]
    ends = [start - 1 for start in starts[1:]] + [1000]
    return list(zip(map(str, bands), starts, ends, strict=True))


def _measure_in_words(ruleset: risk.Ruleset, measure: risk.Measure, language: str) -> dict[str, Any]:
    lowers = [(ruleset.factors[factor].name(language), by) for factor, by in measure.effects.items()]
    return {
        "rule": measure,
        "name": measure.name(language),
        "lowers": lowers,
        "verified_when": measure.verified_when(language),
        "look_again": measure.reaffirm_text(language),
    }


def _floor_in_words(ruleset: risk.Ruleset, floor: risk.Floor, language: str) -> dict[str, Any]:
    factor = ruleset.factors[floor.factor]
    return {"factor": floor.factor, "name": factor.name(language), "from": floor.level,
            "words": factor.anchors(language)[floor.level], "band": floor.band.value}  # fmt: skip


def _posture_in_words(posture: risk.Posture, language: str) -> dict[str, Any]:
    return {"name": posture.name(language), "sentence": posture.sentence(language),
            "levels": [posture.level(band).value for band in risk.Band]}  # fmt: skip
