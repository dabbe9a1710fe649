"""Deciding: the confirmation, the signature, what happens next, and the queue."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import risk
from accounts.step_up import step_up
from audit.receipts import once
from engagement.forms.decisions import ChoiceForm, SigningForm
from engagement.models import Decision, Engagement, Request
from engagement.models.decisions import STATUS_AFTER
from engagement.paper import Paper, is_due_today, is_late, queue_row
from engagement.policies import deciding as policies
from engagement.policies.deciding import Choice
from engagement.services import deciding as services
from engagement.services.dossier import read_dossier, read_dossiers
from engagement.services.queues import MOST, awaiting_decision
from engagement.services.sealing import sealed_for
from engagement.views.request_page import PARTS, choice_form, load, place_in_queue, show
from missions.middleware import SignedInRequest
from missions.refusals import Refusal, Refused, in_the_way

PER_PAGE = 25
NOT_CARRIED = frozenset({"csrfmiddlewaretoken", "submission_key", "sign", "back", *SigningForm.base_fields})


@require_http_methods(["GET", "POST"])
def decide(request: SignedInRequest, reference: str) -> HttpResponse:
    """Take a choice, and before its signature a fresh proof of who signs."""
    return (step_up(request) if "sign" in request.POST else None) or _decide(request, reference)


@once
def _decide(request: SignedInRequest, reference: str) -> HttpResponse:
    """Take a choice, show what is signed and only then the standing rule, and record the signature."""
    subject = load(request, reference)
    if request.method == "GET" or subject.assessment is None:
        return redirect(f"{reverse('engagement:request', args=[reference])}#decide")
    dossier = read_dossier(subject, by=request.access)
    paper = Paper(subject, dossier, timezone.now())
    form = choice_form(paper, request.POST)
    refusals = in_the_way(policies.decide(subject, dossier, by=request.access, at=paper.at), tried=True)
    if refusals:
        return _confirm(request, paper, form, refusals=refusals)
    if not _is_whole(form, paper) or "back" in request.POST:
        return show(request, subject, dossier, _on_what_stands_now(form, request, paper))
    if "sign" in request.POST:
        return _sign(request, paper, form)
    return _confirm(request, paper, form)


def _is_whole(form: ChoiceForm, paper: Paper) -> bool:
    """Say whether a choice can be confirmed; what is missing stands beside its field."""
    if form.is_valid():
        Refused(policies.choose(paper.request, paper.dossier, form.choice(), at=paper.at)).add_to(form)
    return form.is_valid()


def _on_what_stands_now(form: ChoiceForm, request: SignedInRequest, paper: Paper) -> ChoiceForm:
    """Return the form with everything typed and what was found wrong, for the assessment that stands now."""
    data = request.POST.copy()
    data["assessment"] = str(paper.dossier.assessment.pk)
    form.data = data
    return form


def _sign(request: SignedInRequest, paper: Paper, form: ChoiceForm) -> HttpResponse:
    signing = SigningForm(request.POST, asks=_asks(paper, form.choice()))
    signing.is_valid()
    choice = form.choice(**signing.departure())
    try:
        services.decide(request=paper.request, choice=choice, by=request.access, at=timezone.now())
    except Refused as refused:
        refused.add_to(signing)
        return _confirm(request, paper, form, signing=signing)
    outcome = STATUS_AFTER[Decision.Outcome(choice.outcome)].label
    messages.success(request, _("Decision signed: %(outcome)s.") % {"outcome": outcome.lower()})
    return redirect("engagement:decided", paper.request.reference)


def _asks(paper: Paper, choice: Choice) -> list[str]:
    """Return what a departure from the standing rule has to explain."""
    rule = paper.dossier.assessment.rule_advice
    asked = []
    if policies.departs(rule, choice.outcome):
        asked.append("departure_reason")
    if policies.needs_consequences(rule, choice.outcome):
        asked.append("civilian_consequences")
    return asked


def _confirm(
    request: SignedInRequest,
    paper: Paper,
    form: ChoiceForm,
    *,
    signing: SigningForm | None = None,
    refusals: tuple[Refusal, ...] = (),
) -> HttpResponse:
    """Draw the page on which a decision is signed, or on which somebody learns that it cannot be any more."""
    form.is_valid()
    request.menu_path = reverse("engagement:approvals")
    choice = form.choice()
    rule = paper.dossier.assessment.rule_advice
    asks = _asks(paper, choice) if choice.outcome in Decision.Outcome and not refusals else []
    context = {
        "paper": paper,
        "subject": paper.request,
        "choice": choice,
        "outcome": Decision.Outcome(choice.outcome).label if choice.outcome in Decision.Outcome else "",
        "accepted": [label for code, label in form.risks.items() if code in choice.accepted_risks],
        "standing": policies.standing_of(paper.request, paper.dossier, by=request.access, at=paper.at),
        "refusals": refusals,
        "other": paper.dossier.last_decision if refusals else None,
        "departs": bool(asks),
        "form": signing or SigningForm(request.POST if "sign" in request.POST else None, asks=asks),
        "rule_label": risk.current_ruleset().advice_label(rule, get_language() or "en"),
        "rule_text": risk.current_ruleset().advice_text(rule, get_language() or "en"),
        "carried": [(n, v) for n, values in request.POST.lists() if n not in NOT_CARRIED for v in values],
    }
    return render(request, "engagement/decide.html", context)


@require_GET
def decided(request: SignedInRequest, reference: str) -> HttpResponse:
    """Say what happens next after a decision, to whom, and which request comes next."""
    subject = load(request, reference)
    own = Decision.objects.visible_to(request.access).filter(request=subject).order_by("decided_at")
    decision = own.select_related("decided_by").last()
    if decision is None:
        raise Http404
    queue = place_in_queue(subject, awaiting_decision(request.access, timezone.now()))
    engagement = Engagement.objects.visible_to(request.access).filter(request=subject).first()
    context = {"subject": subject, "decision": decision, "engagement": engagement, "queue": queue}
    request.menu_path = reverse("engagement:approvals")
    return render(request, "engagement/decided.html", context)


@require_POST
def take_up(request: SignedInRequest, reference: str) -> HttpResponse:
    """Put a deferred request before the decider again."""
    subject = load(request, reference)
    try:
        services.take_up(request=subject, by=request.access, at=timezone.now())
        messages.success(request, _("The request is ready for decision again."))
    except Refused as refused:
        for refusal in refused.refusals:
            messages.error(request, str(refusal.message))
    return redirect("engagement:request", reference)


@require_GET
def approvals(request: SignedInRequest) -> HttpResponse:
    """List the requests that wait for this person's decision, earliest deadline first."""
    at = timezone.now()
    waiting = awaiting_decision(request.access, at)
    page: Any = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    dossiers = read_dossiers(page.object_list, by=request.access, in_full=False)
    sealed = sealed_for(request.access, page.object_list)
    context = {
        "page": page,
        "rows": [queue_row(row, dossiers[row.pk], at=at, is_sealed=row.pk in sealed) for row in page.object_list],
        "total": len(waiting),
        "is_cut": len(waiting) >= MOST,
        "late": sum(is_late(row, at) for row in waiting),
        "due_today": sum(is_due_today(row, at) for row in waiting),
        "at": at,
    }
    return render(request, "engagement/approvals.html", context)


@require_GET
def approvals_print(request: SignedInRequest) -> HttpResponse:
    """Print the papers of the first requests in the queue as one document."""
    at = timezone.now()
    first = [row.pk for row in awaiting_decision(request.access, at)[:PER_PAGE]]
    whole = Request.objects.visible_to(request.access).filter(pk__in=first).select_related(*PARTS)
    found = list(whole.order_by("decide_by", "reference"))
    sealed = sealed_for(request.access, found)
    waiting = [row for row in found if row.pk not in sealed]
    dossiers = read_dossiers(waiting, by=request.access)
    papers = [Paper(row, dossiers[row.pk], at) for row in waiting]
    context = {"papers": papers, "printed_at": at, "left_out": len(sealed)}
    return render(request, "engagement/approvals_print.html", context)
