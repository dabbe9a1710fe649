"""How closely one record is kept."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.step_up import step_up
from audit.receipts import once
from missions import services
from missions.access import Access, Record
from missions.forms import MarkingForm
from missions.middleware import SignedInRequest
from missions.models import MarkingChange
from missions.policies.markings import loses_sight, raise_marking
from missions.refusals import Refused

# The page of each kind of record, where it has one of its own.
PAGES = {
    "request": "engagement:request",
    "contact": "engagement:contact",
    "source": "engagement:source",
    "group": "nsags:group",
    "threatassessment": "protection:threat",
}


@require_http_methods(["GET", "POST"])
@once
def set_marking(request: SignedInRequest, reference: str) -> HttpResponse:
    """Let whoever works on a record mark it higher, and whoever answers for it lower it with a reason."""
    record = _record(reference, request.access)
    form = MarkingForm(request.POST or None, record=record)
    closes = form.is_valid() and loses_sight(record, form.cleaned_data["marking"], request.access)
    if form.is_valid() and (form.cleaned_data["is_sure"] or not closes):
        if form.cleaned_data["marking"] < record.marking and (asked := step_up(request)):
            return asked
        if _marked(form, record, request):
            messages.success(request, _("The marking was changed. It holds from now on."))
            return redirect("/" if closes else _page_of(record))
    changes = MarkingChange.objects.filter(record_id=record.pk).select_related("changed_by").order_by("-changed_at")
    context = {"record": record, "form": form, "closes": closes, "changes": changes[:20], "page": _page_of(record)}
    return render(request, "missions/set_marking.html", context)


def _marked(form: MarkingForm, record: Record, request: SignedInRequest) -> bool:
    answers = {name: form.cleaned_data[name] for name in ("marking", "reason")}
    try:
        services.set_marking(record=record, **answers, by=request.access, at=timezone.now())
    except Refused as refused:
        refused.add_to(form)
        return False
    return True


def _record(reference: str, access: Access) -> Record:
    """Return the record of that reference, whatever its kind, for somebody who works on it; else 404."""
    found = [
        record
        for model in Record.__subclasses__()
        for record in model.objects.visible_to(access).filter(reference=reference)[:1]
    ]
    if not found or any(raise_marking(found[0], access)):
        raise Http404
    return found[0]


def _page_of(record: Record) -> str:
    name = PAGES.get(type(record).__name__.lower())
    return reverse(name, args=[record.reference]) if name else reverse("missions:set_marking", args=[record.reference])
