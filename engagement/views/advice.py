"""Advising: own reading first, then the model beside it, then the advice; and the small pages beside the paper."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

import risk
from audit.receipts import once
from engagement.forms.advice import (
    AdviceForm,
    EventForm,
    EvidenceForm,
    GateAnswerForm,
    RatingForm,
    RevisionForm,
    SettlementForm,
)
from engagement.forms.decisions import BoundedForm
from engagement.models import Measure, Request
from engagement.paper import Paper
from engagement.paper.why import recorded_in_full
from engagement.paper.words import band_code, risk_name
from engagement.policies import advising as policies
from engagement.policies import assessing as assessing_policies
from engagement.policies.blind_rating import COMPETENCE
from engagement.policies.deciding import RISKS
from engagement.policies.dossier import Dossier
from engagement.policies.levels import by_factor, settle
from engagement.services import advising as services
from engagement.services import assessing
from engagement.services.dossier import read_dossier
from engagement.services.queues import awaiting_advice
from engagement.views.request_page import load
from missions.middleware import SignedInRequest
from missions.refusals import Refused
from missions.roles import Permission, Role

PER_PAGE = 25
# Stands for a text that is still to be written, when asking whether somebody may write it.
PRESENT = "…"


@require_GET
def advice(request: SignedInRequest) -> HttpResponse:
    """List what waits for this person's advice, by clock; no figure of the model is on this page."""
    wanted = awaiting_advice(request.access)
    page = Paginator(wanted, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "total": len(wanted), "several_roles": len({row.role for row in wanted}) > 1}
    return render(request, "engagement/advice_queue.html", context | {"at": timezone.now()})


@require_http_methods(["GET", "POST"])
@once
def advise(request: SignedInRequest, reference: str) -> HttpResponse:
    """Take an adviser's own reading of the risks, then reveal the model's beside it and take the advice."""
    subject = load(request, reference)
    if subject.assessment is None:
        raise Http404
    request.menu_path = reverse("engagement:advice")
    dossier = read_dossier(subject, by=request.access)
    role = _role(request, subject, dossier)
    must_rate = role in COMPETENCE and dossier.rating_by(request.access.user_id, role) is None
    step = _rate if must_rate else _advise
    return step(request, subject, dossier, role)


def _role(request: SignedInRequest, subject: Request, dossier: Dossier) -> Role:
    """Return the role that was asked for, else the first whose advice is missing, else the first that could advise."""
    held = policies.advising_roles(subject, request.access)
    asked = request.POST.get("role") or request.GET.get("role")
    missing = [role for role in held if role in dossier.missing_roles]
    chosen = next(iter([*(role for role in held if role == asked), *missing, *held]), None)
    if chosen is None:
        raise Http404
    return chosen


def _rate(request: SignedInRequest, subject: Request, dossier: Dossier, role: Role) -> HttpResponse:
    form = RatingForm(request.POST or None, risks=COMPETENCE[role])
    if request.method == "POST" and form.is_valid():
        try:
            services.rate(request=subject, role=role, by=request.access, at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            refused.add_to(form)
        else:
            return redirect(f"{request.path}?role={role.value}")
    # Only whether this person may take part: the rating itself is what is missing.
    refusals = policies.advise(subject, dossier, role=role, by=request.access, at=timezone.now())
    context = _case(subject, dossier, role) | {"form": form, "step": 1}
    context["refusals"] = [refusal for refusal in refusals if refusal.code != "rate_first"]
    return render(request, "engagement/advise.html", context)


def _advise(request: SignedInRequest, subject: Request, dossier: Dossier, role: Role) -> HttpResponse:
    form = AdviceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.advise(request=subject, role=role, by=request.access, at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("Advice given on %(reference)s.") % {"reference": subject.reference})
            return redirect("engagement:request", subject.reference)
    context = _case(subject, dossier, role) | {"form": form, "step": 2}
    context["readings"] = _readings(request, dossier, role)
    context["refusals"] = list(policies.advise(subject, dossier, role=role, by=request.access, at=timezone.now()))
    context["standing"] = dossier.standing_advice.get(role)
    return render(request, "engagement/advise.html", context)


def _case(subject: Request, dossier: Dossier, role: Role) -> dict[str, object]:
    """Return what the requester says, without any figure: the facts that an adviser rates."""
    lang = get_language() or "en"
    ruleset = risk.current_ruleset()
    answers = {answer.factor: answer for answer in dossier.answers}
    asked = [code for code, column in RISKS.items() if column in COMPETENCE.get(role, ())]
    facts = [
        (risk_name(code), [(f.name(lang), _said(f, answers.get(f.id), lang)) for f in ruleset.factors_of(code)])
        for code in asked
    ]
    return {"subject": subject, "role": role, "facts": facts, "paper": Paper(subject, dossier, timezone.now())}


def _said(factor: risk.Factor, answer: object, lang: str) -> str:
    level = getattr(answer, "level", None)
    if level is None:
        return _("Not known. %(why)s") % {"why": getattr(answer, "why_unknown", "")}
    source = getattr(answer, "source", "") or _("no source named")
    return _("%(fact)s (%(source)s)") % {"fact": factor.anchors(lang)[level], "source": source}


def _readings(request: SignedInRequest, dossier: Dossier, role: Role) -> list[dict[str, str]]:
    """Return this adviser's own levels beside the model's."""
    rating = dossier.rating_by(request.access.user_id, role)
    if rating is None:
        return []
    figures = dossier.assessment.result["risks"]
    return [
        {"name": risk_name(code), "own": band_code(own), "model": band_code(getattr(dossier.assessment, column))}
        | {key: figures[code][key] for key in ("score", "low", "high")}
        for code, column in RISKS.items()
        if (own := getattr(rating, column)) is not None
    ]


@require_http_methods(["GET", "POST"])
@once
def verify_measure(request: SignedInRequest, reference: str, code: str) -> HttpResponse:
    """Record what somebody other than its owner has seen of a measure."""
    subject = load(request, reference)
    own = Measure.objects.visible_to(request.access).select_related("request")
    measure = get_object_or_404(own, request=subject, code=code)
    form = EvidenceForm(request.POST or None)
    rule = risk.current_ruleset().measures[measure.code]
    lang = get_language() or "en"

    def verify() -> None:
        evidence = form.cleaned_data["evidence"]
        assessing.verify_measure(measure=measure, evidence=evidence, by=request.access, at=timezone.now())

    if _done(request, form, verify, _("Measure verified. The levels were worked out again.")):
        return redirect("engagement:request", reference)
    context = {"subject": subject, "measure": measure, "form": form, "name": rule.name(lang)}
    context["refusals"] = list(assessing_policies.verify_measure(measure, evidence=PRESENT, by=request.access))
    return render(request, "engagement/verify_measure.html", context | {"proof": rule.verified_when(lang)})


@require_http_methods(["GET", "POST"])
@once
def answer_gate(request: SignedInRequest, reference: str, gate: str) -> HttpResponse:
    """Record what lifts a hold, or that an alert is known."""
    subject = load(request, reference)
    if subject.assessment is None:
        raise Http404
    paper = Paper(subject, read_dossier(subject, by=request.access), timezone.now())
    line = next((line for line in paper.gates if line.id == gate), None)
    if line is None:
        raise Http404
    form = GateAnswerForm(request.POST or None)

    def answer() -> None:
        text = form.cleaned_data["text"]
        assessing.answer_gate(request=subject, gate=gate, text=text, by=request.access, at=timezone.now())

    if _done(request, form, answer, _("Answer recorded.")):
        return redirect("engagement:request", reference)
    refusals = list(assessing_policies.answer_gate(subject, gate=gate, text=PRESENT, by=request.access))
    context = {"subject": subject, "gate": line, "form": form, "refusals": refusals}
    return render(request, "engagement/answer_gate.html", context)


@require_http_methods(["GET", "POST"])
@once
def revise(request: SignedInRequest, reference: str) -> HttpResponse:
    """Record that a fact has changed since submission, and have the levels worked out again."""
    subject = load(request, reference)
    if subject.assessment is None or not request.access.may(Permission.REASSESS, subject.mission_id):
        raise Http404
    factor = request.POST.get("factor") or request.GET.get("factor", "")
    if factor in assessing_policies.DECLARED_BY_PEOPLE:
        return _declare(request, subject, factor)
    lang = get_language() or "en"
    form = RevisionForm(request.POST or None, lang=lang, factor=factor, initial={"factor": factor})

    def record() -> None:
        given = dict(form.cleaned_data)
        level = given.pop("level")
        known = None if level == "unknown" else int(level)
        assessing.revise_answer(request=subject, level=known, by=request.access, at=timezone.now(), **given)

    if _done(request, form, record, _("Recorded. The levels were worked out again.")):
        return redirect("engagement:request", reference)
    context = {"subject": subject, "form": form, "factor": risk.current_ruleset().factors.get(factor), "lang": lang}
    context["question"] = risk.current_ruleset().factors[factor].question(lang) if context["factor"] else ""
    return render(request, "engagement/revise.html", context)


@require_http_methods(["GET", "POST"])
@once
def settle_level(request: SignedInRequest, reference: str, factor: str) -> HttpResponse:
    """Let the POC adviser say which level counts where advisers differ on a factor."""
    subject = load(request, reference)
    if subject.assessment is None:
        raise Http404
    standing = by_factor(read_dossier(subject, by=request.access).levels).get(factor)
    rule = risk.current_ruleset().factors.get(factor)
    if standing is None or rule is None:
        raise Http404
    lang = get_language() or "en"
    form = SettlementForm(request.POST or None, recorded=[(row.role, recorded_in_full(row, rule)) for row in standing])

    def record() -> None:
        assessing.settle_level(
            request=subject, factor=factor, **form.cleaned_data, by=request.access, at=timezone.now()
        )

    if _done(request, form, record, _("Recorded. The levels were worked out again.")):
        return redirect("engagement:request", reference)
    watched = assessing_policies.is_watched(subject)
    refusals = settle(subject, standing, role=standing[0].role, note=PRESENT, is_watched=watched, by=request.access)
    context = {"subject": subject, "form": form, "question": rule.question(lang), "refusals": list(refusals)}
    return render(request, "engagement/settle_level.html", context)


def _declare(request: SignedInRequest, subject: Request, gate: str) -> HttpResponse:
    """Record that something has happened which no question asks about."""
    form = EventForm(request.POST or None, initial={"factor": gate})

    def record() -> None:
        note = form.cleaned_data["note"]
        assessing.declare_gate(request=subject, gate=gate, note=note, by=request.access, at=timezone.now())

    if _done(request, form, record, _("Recorded. The levels were worked out again.")):
        return redirect("engagement:request", subject.reference)
    rule, lang = risk.current_ruleset().gates[gate], get_language() or "en"
    context = {"subject": subject, "form": form, "name": rule.name(lang), "lift": rule.lift(lang)}
    return render(request, "engagement/declare.html", context | {"trigger": rule.trigger(lang)})


def _done(request: SignedInRequest, form: BoundedForm, act: Callable[[], None], said: str) -> bool:
    """Carry out what a whole form asks for, and say so; put refusals on the form."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act()
    except Refused as refused:
        refused.add_to(form)
        return False
    messages.success(request, said)
    return True
