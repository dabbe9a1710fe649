"""Suspending, resuming and concluding a dialogue: one question each, and the effect in words."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.step_up import step_up_to_send
from audit.receipts import once
from engagement.forms.contacts import ReasonForm
from engagement.models import Engagement
from engagement.policies import dialogue as policies
from engagement.services import dialogue as services
from engagement.services.dossier import read_dossier
from missions.middleware import SignedInRequest
from missions.refusals import Refused


@once
@require_http_methods(["GET", "POST"])
def suspend(request: SignedInRequest, reference: str) -> HttpResponse:
    """Stop a dialogue at once."""
    return _act(request, reference, "suspend", services.suspend, _("Suspended. Those concerned have been told."))


@step_up_to_send
@once
@require_http_methods(["GET", "POST"])
def resume(request: SignedInRequest, reference: str) -> HttpResponse:
    """Let a stopped dialogue go on."""
    return _act(request, reference, "resume", services.resume, _("Resumed. Contacts can be logged again."))


@once
@require_http_methods(["GET", "POST"])
def conclude(request: SignedInRequest, reference: str) -> HttpResponse:
    """End a dialogue."""
    return _act(request, reference, "conclude", services.conclude, _("Concluded. Commitments are still checked."))


def _act(
    request: SignedInRequest, reference: str, verb: str, service: Callable[..., Engagement], done: str
) -> HttpResponse:
    engagement = _engagement(request, reference)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            service(engagement=engagement, by=request.access, at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, done)
            return redirect("engagement:request", reference)
    refusals = [refusal for refusal in _refusals(request, verb, engagement) if refusal.code != "no_reason"]
    context: dict[str, Any] = {"form": form, "engagement": engagement, "refusals": refusals}
    return render(request, f"engagement/{verb}.html", context)


def _refusals(request: SignedInRequest, verb: str, engagement: Engagement) -> list[Any]:
    if verb == "resume":
        dossier = read_dossier(engagement.request, by=request.access)
        return list(policies.resume(engagement, dossier, reason="", by=request.access, at=timezone.now()))
    return list(getattr(policies, verb)(engagement, reason="", by=request.access))


def _engagement(request: SignedInRequest, reference: str) -> Engagement:
    visible = Engagement.objects.visible_to(request.access).select_related(
        "request__mission", "request__assessment", "decision", "area", "status_by"
    )
    return get_object_or_404(visible, request__reference=reference)
