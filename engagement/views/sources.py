"""Sources and intermediaries by their code names: what they agreed to and what could happen to them."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from audit.models import Event, Kind
from audit.receipts import once
from engagement.forms.sources import ConsentForm, RiskSheetForm, SourceForm, WithdrawalForm
from engagement.models import Consent, Contact, Reveal, RiskSheet, Shredding, Source
from engagement.policies import sources as policies
from engagement.services import identities
from engagement.services import sources as services
from missions.middleware import SignedInRequest
from missions.models import Mission
from missions.refusals import Refused, unmendable
from missions.roles import Role
from nsags.models import Group

PER_PAGE = 25


@require_GET
def sources(request: SignedInRequest) -> HttpResponse:
    """List the sources that a person deals with, then those that they know of, each with what is overdue."""
    request.menu_path = reverse("engagement:contacts")
    access = request.access
    consent = Consent.objects.visible_to(access).filter(source=OuterRef("pk")).order_by("-recorded_at", "-pk")
    sheet = RiskSheet.objects.visible_to(access).filter(source=OuterRef("pk")).order_by("-assessed_at", "-pk")
    found = Source.objects.visible_to(access).annotate(
        given_on=Subquery(consent.values("given_on")[:1]),
        withdrawn_on=Subquery(consent.values("withdrawn_on")[:1]),
        review_on=Subquery(sheet.values("review_on")[:1]),
    )
    found = found.select_related("mission", "handler", "alternate").order_by("mission__is_library", "code_name", "pk")
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "may_add": bool(services.may_add(access)),
        "today": timezone.localdate(),
    }
    return render(request, "engagement/sources.html", context)


@once
@require_http_methods(["GET", "POST"])
def add_source(request: SignedInRequest) -> HttpResponse:
    """Give somebody a code name."""
    mission = _mission_to_add_in(request)
    request.menu_path = reverse("engagement:contacts")
    at, by = timezone.now(), request.access
    people = services.alternates(mission, by=by, at=at)
    form = SourceForm(request.POST or None, access=by, mission=mission, people=people)
    if form.is_valid():
        try:
            added = services.add_source(mission=mission, by=by, at=at, **form.cleaned_data)
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("The source was added. Use the code name from now on, in speech too."))
            return redirect("engagement:source", added.reference)
    return render(request, "engagement/source_add.html", {"form": form, "mission": mission})


def _mission_to_add_in(request: SignedInRequest) -> Mission:
    allowed = services.may_add(request.access)
    named = request.GET.get("mission")
    found = next((mission for mission in allowed if mission.code == named), next(iter(allowed), None))
    if found is None:
        raise Http404
    return found


@require_GET
def source(request: SignedInRequest, reference: str) -> HttpResponse:
    """Show one source: code name, consent, risk sheet, contacts, and what was asked about the identity."""
    found = source_of(request, reference)
    by, at = request.access, timezone.now()
    with timezone.override(found.mission.zone):
        consents = list(Consent.objects.visible_to(by).filter(source=found).order_by("-recorded_at", "-pk")[:10])
        sheets = RiskSheet.objects.visible_to(by).filter(source=found).select_related("assessed_by")
        contacts = Contact.objects.visible_to(by).filter(intermediary=found).select_related("area")
        asked = {"source": found, "outcome": ""}
        context = {
            "source": found,
            "group": Group.objects.visible_to(by).filter(sources=found).first(),
            "consents": consents,
            "consent": next(iter(consents), None),
            "sheet": sheets.order_by("-assessed_at", "-pk").first(),
            "contacts": list(contacts.order_by("-happened_at", "reference")[:PER_PAGE]),
            "vault": identities.state_of(found),
            "reveals": list(_reveals(request, found)),
            "shredding": Shredding.objects.visible_to(by).filter(**asked).first(),
            "today": found.mission.local_day(at),
            "reads_sheet": policies.reads_risk_sheet(found, by),
            "is_custodian": found.is_custodian(by.user_id),
            "writes_sheet": policies.writes_about(found, by),
            "events": [_event(event) for event in _history(found)],
        }
        return render(request, "engagement/source.html", context)


def _reveals(request: SignedInRequest, found: Source) -> list[Reveal]:
    visible = Reveal.objects.visible_to(request.access).filter(source=found).select_related("asked_by", "decided_by")
    return list(visible.order_by("-asked_at", "-pk")[:5])


def _history(found: Source) -> Iterable[Event]:
    """Return what was done to the source; who read its page stands in the log, for the auditor."""
    return Event.objects.filter(object_id=found.pk).exclude(kind=Kind.RECORD_READ).order_by("-id")[:50]


def _event(event: Event) -> dict[str, Any]:
    return {"what": event.get_kind_display(), "at": event.at, "who": dict(Role.choices).get(event.actor_role, "")}


def source_of(request: SignedInRequest, reference: str) -> Source:
    """Return the source that the address names, for somebody who may know of it.

    Each reading of such a page is an event, inside a compartment or not (domain reference 7.3).
    """
    visible = Source.objects.visible_to(request.access).select_related("mission", "handler", "alternate")
    found: Source = get_object_or_404(visible, reference=reference)
    request.access.shown.closely_held.add(found)
    request.menu_path = reverse("engagement:contacts")
    return found


# --- Writing -------------------------------------------------------------------------------------------------------


@once
@require_http_methods(["GET", "POST"])
def record_consent(request: SignedInRequest, reference: str) -> HttpResponse:
    """Write down what a source agreed to."""
    found = source_of(request, reference)
    form = ConsentForm(request.POST or None)
    if _written(request, found, form, services.record_consent):
        messages.success(request, _("The consent is on record. Nothing was signed, and nothing should be."))
        return redirect("engagement:source", reference)
    at, by = timezone.now(), request.access
    asked = policies.record_consent(found, scope="", language="", given_on=at.date(), is_informed=False, by=by, at=at)
    context = {"source": found, "form": form, "refusals": unmendable(asked)}
    return render(request, "engagement/source_consent.html", context)


@once
@require_http_methods(["GET", "POST"])
def withdraw_consent(request: SignedInRequest, reference: str) -> HttpResponse:
    """Note that a source took their consent back."""
    found = source_of(request, reference)
    today = found.mission.local_day(timezone.now())
    form = WithdrawalForm(request.POST or None, initial={"withdrawn_on": today})
    if _written(request, found, form, services.withdraw_consent):
        messages.success(request, _("Noted. Nobody sees who they are any more. Decide now whether it is destroyed."))
        return redirect("engagement:source", reference)
    consent, at = services.latest_consent(found), timezone.now()
    asked = policies.withdraw_consent(found, consent, withdrawn_on=today, by=request.access, at=at)
    context = {"source": found, "form": form, "refusals": unmendable(asked)}
    return render(request, "engagement/source_withdrawal.html", context)


@once
@require_http_methods(["GET", "POST"])
def assess_source(request: SignedInRequest, reference: str) -> HttpResponse:
    """Write the risk sheet anew, beginning with what the last one said."""
    found = source_of(request, reference)
    at, by = timezone.now(), request.access
    latest = RiskSheet.objects.visible_to(by).filter(source=found).order_by("-assessed_at", "-pk").first()
    form = RiskSheetForm(request.POST or None, initial=_said_before(latest))
    if _written(request, found, form, services.assess_source):
        messages.success(request, _("The risk sheet was saved."))
        return redirect("engagement:source", reference)
    blank = {"exposure": "", "consequences": "", "protection": ""}
    asked = policies.assess_source(found, **blank, review_on=at.date(), by=by, at=at)
    context = {"source": found, "form": form, "refusals": unmendable(asked)}
    return render(request, "engagement/source_risk_sheet.html", context)


def _said_before(sheet: RiskSheet | None) -> dict[str, str]:
    asked = ("exposure", "consequences", "protection", "do_not_contact")
    return {name: getattr(sheet, name) for name in asked} if sheet else {}


def _written(request: SignedInRequest, found: Source, form: Form, act: Callable[..., Any]) -> bool:
    """Do what the form says and return True, or leave beside its fields why not."""
    if not form.is_valid():
        return False
    try:
        act(source=found, by=request.access, at=timezone.now(), **form.cleaned_data)
    except Refused as refused:
        refused.add_to(form)
        return False
    return True
