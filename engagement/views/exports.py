"""Exporting a table, and the list of what has left."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.step_up import step_up_required
from engagement.forms.exports import ExportForm
from engagement.models import Export
from engagement.policies import exports as policies
from engagement.services import exports as services
from engagement.views.contacts import CappedPaginator
from missions.access import Marking
from missions.middleware import SignedInRequest
from missions.models import Mission
from missions.refusals import Refused
from missions.roles import Role

PER_PAGE = 25


@require_http_methods(["GET", "POST"])
def export(request: SignedInRequest) -> HttpResponse:
    """Ask what leaves, for what and for whom, and hand over the file."""
    missions = Mission.objects.filter(pk__in=policies.missions_of(request.access)).order_by("is_library", "code")
    if not missions:
        raise Http404
    if request.method == "POST":
        return _hand_over(request, ExportForm(request.POST, missions=missions))
    asked = request.GET.get("of", "")
    return _asking(request, ExportForm(initial={"of": asked if asked in Export.Of else ""}, missions=missions))


# Not guarded against a second press: two files leave then, and two stand on record.
@step_up_required
def _hand_over(request: SignedInRequest, form: ExportForm) -> HttpResponse:
    if not form.is_valid():
        return _asking(request, form)
    try:
        made, content = services.export(**form.cleaned_data, by=request.access, at=timezone.now())
    except Refused as refused:
        refused.add_to(form)
        return _asking(request, form)
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def _asking(request: SignedInRequest, form: ExportForm) -> HttpResponse:
    most = max(policies.most_rows(request.access, mission) for mission in form.missions)
    return render(request, "engagement/export.html", {"form": form, "most": most})


@require_GET
def exports(request: SignedInRequest) -> HttpResponse:
    """List what a person has exported; an auditor sees what everybody in the mission has."""
    known = Export.objects.filter(policies.known_to(request.access)).select_related("made_by", "mission")
    page = CappedPaginator(known.order_by("-made_at", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    for made in page:
        # The words for what and for whom say more than an unclassified table does.
        request.access.shown.note_marking(max(made.marking, Marking.CONFIDENTIAL))
    context = {
        "page": page,
        "audits": Role.AUDITOR in request.access.roles,
        "may_export": bool(policies.missions_of(request.access)),
    }
    return render(request, "engagement/exports.html", context)
