"""Who may read one request besides those whose posting reaches it: looking, giving, withdrawing."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.step_up import step_up_required
from audit.receipts import once
from engagement.forms.sharing import FromForm, SharingForm
from engagement.models import Request, RequestGrant
from engagement.policies import sharing as policies
from engagement.services import sharing as services
from missions.middleware import SignedInRequest
from missions.refusals import Refused, in_the_way


@require_http_methods(["GET", "POST"])
def access(request: SignedInRequest, reference: str) -> HttpResponse:
    """Show to whom a request is open and until when, and open it to one more person."""
    found = _request(request, reference)
    return _give(request, found) if request.method == "POST" else _page(request, found, _form(request, found))


@step_up_required
@once
def _give(request: SignedInRequest, found: Request) -> HttpResponse:
    at, form = timezone.now(), _form(request, found, request.POST)
    if form.is_valid():
        try:
            grant = services.share(request=found, **form.terms(at), by=request.access, at=at)
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("%(name)s can read this request now.") % {"name": grant.user.name})
            return redirect("engagement:access", found.reference)
    return _page(request, found, form)


@require_http_methods(["GET", "POST"])
def withdraw_access(request: SignedInRequest, reference: str, person: UUID) -> HttpResponse:
    """Take access back from one person, after a second look."""
    found, at = _request(request, reference), timezone.now()
    grant = get_object_or_404(RequestGrant.objects.select_related("user"), content_object=found, user=person)
    is_sent = request.method == "POST"
    refusals = in_the_way(policies.unshare(grant, request=found, by=request.access, at=at), tried=is_sent)
    if is_sent and not refusals:
        services.unshare(grant=grant, by=request.access, at=at)
        messages.success(request, _("Access was withdrawn. It closes with the person’s next click."))
        return redirect("engagement:access", reference)
    return render(request, "engagement/access_withdraw.html", {"subject": found, "grant": grant, "refusals": refusals})


def _request(request: SignedInRequest, reference: str) -> Request:
    """Return a request that the person may see, if it is theirs to know who else reads it; else 404."""
    visible = Request.objects.visible_to(request.access).select_related("mission", "office")
    found: Request = get_object_or_404(visible, reference=reference)
    if not policies.may_look(found, by=request.access):
        raise Http404
    return found


def _form(request: SignedInRequest, found: Request, data: Any = None) -> SharingForm:
    people = _serving(request, found).people(found, timezone.now(), request.user)
    return SharingForm(data, people=people, mission=found.mission)


def _serving(request: SignedInRequest, found: Request) -> FromForm:
    return FromForm(request.GET, mission=found.mission, label_suffix="")


def _page(request: SignedInRequest, found: Request, form: SharingForm) -> HttpResponse:
    at = timezone.now()
    grants = RequestGrant.objects.filter(content_object=found).select_related("user", "granted_by")
    context = {
        "subject": found,
        "grants": [(grant, grant.expires_at > at) for grant in grants.order_by("-expires_at", "user__name")],
        "leads": policies.leads(found, request.access),
        "refusals": list(policies.may_give(found, by=request.access)),
        "serving": _serving(request, found),
        "form": form,
    }
    with timezone.override(found.mission.zone):
        return render(request, "engagement/access.html", context)
