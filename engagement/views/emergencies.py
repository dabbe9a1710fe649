"""Emergency access: opening and closing it, and the register of those who review it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.carrying import carried_by
from accounts.step_up import step_up_required
from audit.receipts import once
from engagement.forms.emergencies import EmergencyForm, ReviewForm
from engagement.policies import emergencies as policies
from engagement.services import emergencies as services
from engagement.views.contacts import CappedPaginator
from missions.access import Access, Marking
from missions.middleware import SignedInRequest
from missions.models import EmergencyAccess, Mission
from missions.refusals import Refused, unmendable
from missions.roles import Role

PER_PAGE = 25


@require_GET
def emergencies(request: SignedInRequest) -> HttpResponse:
    """List the emergencies that a person reviews, unreviewed ones first, and their own."""
    at = timezone.now()
    known = EmergencyAccess.objects.filter(policies.known_to(request.access)).select_related("user", "mission")
    request.access.shown.note_marking(Marking.CONFIDENTIAL)
    listed = known.order_by(F("reviewed_at").asc(nulls_first=True), "-opened_at", "pk")
    page = CappedPaginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": _rows(page, request.access, at),
        "may_open": bool(policies.missions_of(request.access)),
        "reviews": any(posting.role in policies.WATCHERS for posting in request.access.postings),
        "waiting": policies.unreviewed(request.access).count(),
    }
    return render(request, "engagement/emergencies.html", context)


def _rows(found: Collection[EmergencyAccess], by: Access, at: datetime) -> list[dict[str, Any]]:
    """Return emergencies with where they stand."""
    named = policies.named_to(by, found)
    return [
        {
            "emergency": emergency,
            "is_open": policies.is_open(emergency, at),
            "is_overdue": policies.is_overdue(emergency, at),
            "review_by": emergency.opened_at + policies.REVIEW_WITHIN,
            "is_named": emergency.pk in named,
        }
        for emergency in found
    ]


@require_http_methods(["GET", "POST"])
def open_emergency(request: SignedInRequest) -> HttpResponse:
    """Ask what has happened, and open one record or a mission for four hours."""
    missions = Mission.objects.filter(pk__in=policies.missions_of(request.access)).order_by("is_library", "code")
    if not missions:
        raise Http404
    if request.method == "POST":
        return _open(request, EmergencyForm(request.POST, missions=missions))
    return _opening(request, EmergencyForm(missions=missions))


@step_up_required
@once
def _open(request: SignedInRequest, form: EmergencyForm) -> HttpResponse:
    if form.is_valid():
        try:
            opened = services.open_emergency(**form.told(), by=request.access, at=timezone.now())
        except Refused as refused:
            refused.add_to(form)
        else:
            return redirect("engagement:emergency", opened.pk)
    return _opening(request, form)


def _opening(request: SignedInRequest, form: EmergencyForm) -> HttpResponse:
    return render(request, "engagement/emergency_open.html", {"form": form})


@require_GET
def emergency(request: SignedInRequest, emergency: UUID) -> HttpResponse:
    """Show one emergency to the person who opened it, and to those who review it."""
    return _page(request, _found(request, emergency), ReviewForm())


@require_POST
def close_emergency(request: SignedInRequest, emergency: UUID) -> HttpResponse:
    """End emergency access now, and take up again what could not be sent while it was open."""
    found, carried = _found(request, emergency), carried_by(request)
    try:
        services.close_emergency(emergency=found, by=request.access, at=timezone.now())
        messages.success(request, _("Emergency access is closed. You can work again as before."))
    except Refused as refused:
        for refusal in refused.refusals:
            messages.info(request, str(refusal.message))
    if carried:
        return render(request, "accounts/carry_on.html", {"carried": carried})
    return redirect("engagement:emergency", found.pk)


@require_POST
@once
def review_emergency(request: SignedInRequest, emergency: UUID) -> HttpResponse:
    """Record what the reviewer found."""
    found, form = _found(request, emergency), ReviewForm(request.POST)
    if form.is_valid():
        try:
            services.review_emergency(emergency=found, **form.cleaned_data, by=request.access, at=timezone.now())
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("The review is on record."))
            return redirect("engagement:emergencies")
    return _page(request, found, form)


def _found(request: SignedInRequest, key: UUID) -> EmergencyAccess:
    known = EmergencyAccess.objects.filter(policies.known_to(request.access))
    return get_object_or_404(known.select_related("user", "mission", "reviewed_by"), pk=key)


def _page(request: SignedInRequest, found: EmergencyAccess, form: ReviewForm) -> HttpResponse:
    at, by = timezone.now(), request.access
    by.shown.note_marking(Marking.CONFIDENTIAL)
    (row,) = _rows([found], by, at)
    context = row | {
        "is_own": found.user_id == by.user_id,
        "read_at": _address_of(found.reference),
        "may_close": not list(policies.close_emergency(found, by=by, at=at)),
        "review_refusals": unmendable(policies.review_emergency(found, finding="", review="", by=by, at=at)),
        "may_read_log": Role.AUDITOR in by.roles_in(found.mission_id),
        "form": form,
    }
    with timezone.override(found.mission.zone):
        return render(request, "engagement/emergency.html", context)


READERS = {"R": "engagement:request", "C": "engagement:contact", "N": "nsags:group", "T": "protection:threat"}


def _address_of(reference: str) -> str:
    """Return the page that a reference of this kind has, whether or not there is such a record."""
    return READERS.get(reference[:1], "")
