"""Threats to civilians: the list, the assessment and its page."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, When
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from audit.receipts import once
from missions.middleware import SignedInRequest
from missions.refusals import Refused
from missions.roles import Permission
from nsags.forms import own_office
from nsags.models import Group
from protection import services
from protection.forms import ShowForm, ThreatForm, assessed_by
from protection.models import PRIORITIES, ThreatAssessment
from protection.wording import CAPABILITY, IMPACT, INTENT, OPPORTUNITY, likelihood_sentence, worded

A_PAGE = 25


@require_GET
def threats(request: SignedInRequest) -> HttpResponse:
    """List the threats that a person may see, those valid today first; historical cases only when asked for."""
    form = ShowForm(request.GET, label_suffix="")
    show = form.cleaned_data["show"] if form.is_valid() else ""
    today = timezone.now().date()
    found = ThreatAssessment.objects.visible_to(request.access).filter(mission__is_library=show == "library")
    found = found.select_related("mission", "area").annotate(
        is_past=Case(When(ThreatAssessment.lapsed_by(today), then=True), default=False)
    )
    if show in {"current", "past"}:
        found = found.filter(is_past=show == "past")
    page = Paginator(found.order_by("is_past", "-assessed_on", "pk"), A_PAGE)
    context = {
        "form": form,
        "page": page.get_page(request.GET.get("page")),
        "is_filtered": bool(show),
        "may_assess": assessed_by(request.access).exists(),
    }
    return render(request, "protection/threats.html", context)


@require_http_methods(["GET", "POST"])
@once
def assess(request: SignedInRequest) -> HttpResponse:
    """Assess a threat."""
    missions = assessed_by(request.access)
    if not missions:
        raise Http404
    form = ThreatForm(request.POST or None, access=request.access, initial=_initial(request))
    if form.is_valid() and (threat := _assessed(form, request)):
        messages.success(request, _("The assessment was saved as %(reference)s.") % {"reference": threat.reference})
        return redirect("protection:threat", threat.reference)
    return render(request, "protection/assess.html", {"form": form, "one_mission": len(missions) == 1})


def _assessed(form: ThreatForm, request: SignedInRequest) -> ThreatAssessment | None:
    office = own_office(request.access, form.cleaned_data["mission"])
    try:
        return services.assess_threat(**form.cleaned_data, office=office, by=request.access, at=timezone.now())
    except Refused as refused:
        refused.add_to(form)
        return None


def _initial(request: SignedInRequest) -> dict[str, object]:
    reference = request.GET.get("group", "")
    group = Group.objects.visible_to(request.access).filter(reference=reference).first() if reference else None
    return {"group": group.pk, "mission": group.mission_id} if group else {}


@require_GET
def threat(request: SignedInRequest, reference: str) -> HttpResponse:
    """Show one threat: who may be harmed, how likely, how grave, and what could be done."""
    visible = ThreatAssessment.objects.visible_to(request.access)
    found: ThreatAssessment = get_object_or_404(
        visible.select_related("mission", "area", "created_by"), reference=reference
    )
    group = Group.objects.visible_to(request.access).filter(threats=found).first()
    context = {
        "threat": found,
        "group": group,
        "is_fresh": found.is_fresh(found.mission.local_day(timezone.now())),
        "likelihood": likelihood_sentence(found),
        "levels": [
            (_("They mean to"), worded(found.intent, INTENT)),
            (_("They are able to"), worded(found.capability, CAPABILITY)),
            (_("They can reach them"), worded(found.opportunity, OPPORTUNITY)),
            (_("Impact"), worded(found.impact, IMPACT)),
        ],
        "priorities": [
            (likelihood, [ThreatAssessment.Priority(code).label for code in row])
            for likelihood, row in enumerate(PRIORITIES)
        ],
        "may_propose": request.access.may(Permission.PROPOSE, found.mission_id),
    }
    return render(request, "protection/threat.html", context)
