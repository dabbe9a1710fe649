"""Who serves in a mission, until when, and up to which marking."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.step_up import step_up_required
from audit.receipts import once
from missions import policies, services
from missions.access import Access
from missions.forms import CeilingForm, LastDayForm, PostingForm
from missions.middleware import SignedInRequest
from missions.models import Mission, Posting
from missions.policies.postings import is_second_person
from missions.refusals import Refused, in_the_way
from missions.roles import Permission
from missions.views.reaching import mission_of, posting_of

# How long before its end a posting is pointed out.
SOON = timedelta(days=14)


@require_GET
def postings(request: SignedInRequest, code: str) -> HttpResponse:
    """List who serves in a mission and until when, those whose time runs out first of all."""
    mission = mission_of(request, code, Permission.MANAGE_POSTINGS)
    now = timezone.now()
    live = list(mission.postings.live(now).select_related("user", "office").order_by("user__name", "starts_at"))
    ending = [posting for posting in live if posting.ends_at and posting.ends_at <= now + SOON]
    context = {
        "mission": mission,
        "postings": live,
        "ending": sorted(ending, key=lambda posting: posting.ends_at or now),
        "waiting": [posting for posting in live if posting.asked_ceiling is not None],
    }
    return render(request, "missions/postings.html", context)


@require_http_methods(["GET", "POST"])
@once
@step_up_required
def open_posting(request: SignedInRequest, code: str) -> HttpResponse:
    """Let the information manager post a person."""
    mission = mission_of(request, code, Permission.MANAGE_POSTINGS)
    now = timezone.now()
    form = PostingForm(request.POST or None, mission=mission, by=request.user)
    if form.is_valid():
        answers = {name: form.cleaned_data[name] for name in ("user", "role", "office", "ceiling")}
        try:
            posting = services.open_posting(
                mission=mission, **answers, starts_at=now, ends_at=form.ends_at(), by=request.access, at=now
            )
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("The posting was opened. It holds from now on."))
            _say_what_waits(request, posting)
            return redirect("missions:postings", mission.code)
    return render(request, "missions/open_posting.html", {"mission": mission, "form": form})


@require_http_methods(["GET", "POST"])
def end_posting(request: SignedInRequest, code: str, posting: UUID) -> HttpResponse:
    """Let the information manager end a posting, after a second look."""
    mission = mission_of(request, code, Permission.MANAGE_POSTINGS)
    found = posting_of(mission, posting)
    now = timezone.now()
    is_sent = request.method == "POST"
    refusals = in_the_way(policies.end_posting(posting=found, by=request.access, at=now), tried=is_sent)
    if is_sent and not refusals:
        services.end_posting(posting=found, by=request.access, at=now)
        messages.success(request, _("The posting was ended."))
        return redirect("missions:postings", mission.code)
    context = {"mission": mission, "posting": found, "refusals": refusals}
    return render(request, "missions/end_posting.html", context)


@require_http_methods(["GET", "POST"])
@once
@step_up_required
def extend_posting(request: SignedInRequest, code: str, posting: UUID) -> HttpResponse:
    """Let the information manager move the last day of a posting."""
    mission = mission_of(request, code, Permission.MANAGE_POSTINGS)
    found = posting_of(mission, posting)
    form = LastDayForm(request.POST or None, mission=mission)
    if form.is_valid():
        try:
            services.extend_posting(posting=found, ends_at=form.ends_at(), by=request.access, at=timezone.now())
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("The posting was extended."))
            return redirect("missions:postings", mission.code)
    return render(request, "missions/extend_posting.html", {"mission": mission, "posting": found, "form": form})


@require_http_methods(["GET", "POST"])
@once
@step_up_required
def set_ceiling(request: SignedInRequest, code: str, posting: UUID) -> HttpResponse:
    """Let the information manager say up to which marking a posting reads."""
    mission = mission_of(request, code, Permission.MANAGE_POSTINGS)
    found = posting_of(mission, posting)
    form = CeilingForm(request.POST or None, initial={"ceiling": found.ceiling})
    if form.is_valid():
        try:
            changed = services.set_ceiling(
                posting=found, ceiling=form.cleaned_data["ceiling"], by=request.access, at=timezone.now()
            )
        except Refused as refused:
            refused.add_to(form)
        else:
            if changed.asked_ceiling is None:
                messages.success(request, _("The marking was changed. It holds from the next click."))
            _say_what_waits(request, changed)
            return redirect("missions:postings", mission.code)
    return render(request, "missions/set_ceiling.html", {"mission": mission, "posting": found, "form": form})


@require_GET
def ceilings(request: SignedInRequest, code: str) -> HttpResponse:
    """List the higher markings that wait for a second person."""
    mission = mission_of(request, code)
    if not _seconds(mission, request.access):
        raise Http404
    waiting = _waiting(mission, timezone.now()).select_related("user", "office", "asked_by").order_by("asked_at")
    return render(request, "missions/ceilings.html", {"mission": mission, "waiting": waiting})


@require_http_methods(["GET", "POST"])
@step_up_required
def confirm_ceiling(request: SignedInRequest, code: str, posting: UUID) -> HttpResponse:
    """Let a second person confirm that somebody reads above Confidential, after a second look."""
    mission = mission_of(request, code)
    found = posting_of(mission, posting)
    if not _seconds(mission, request.access):
        raise Http404
    now = timezone.now()
    is_sent = request.method == "POST"
    refusals = in_the_way(policies.confirm_ceiling(posting=found, by=request.access, at=now), tried=is_sent)
    if is_sent and not refusals:
        services.confirm_ceiling(posting=found, by=request.access, at=now)
        messages.success(request, _("The marking was confirmed. It holds from the next click."))
        return redirect("missions:ceilings", mission.code)
    context = {"mission": mission, "posting": found, "refusals": refusals}
    return render(request, "missions/confirm_ceiling.html", context)


def waiting_for_second(mission: Mission, access: Access, at: datetime) -> int:
    """Count the higher markings that wait for a second person, for somebody who may be that person."""
    return _waiting(mission, at).count() if _seconds(mission, access) else 0


def _waiting(mission: Mission, at: datetime) -> "QuerySet[Posting]":
    return mission.postings.live(at).filter(asked_ceiling__isnull=False)


def _seconds(mission: Mission, access: Access) -> bool:
    return is_second_person(Posting(mission=mission), access)


def _say_what_waits(request: SignedInRequest, posting: Posting) -> None:
    if posting.asked_ceiling is not None:
        messages.info(
            request,
            _("Until a second person confirms, the posting reads up to %(marking)s.")
            % {"marking": posting.get_ceiling_display()},
        )
