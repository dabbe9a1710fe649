"""The auditor's pages: the log, and what it says of one record. Reading it is written down as well."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from audit.log import record
from audit.models import Kind
from dashboards import audit_queries as queries
from missions.middleware import SignedInRequest
from missions.roles import Role


class LogForm(forms.Form):
    """Which lines to show; nothing that anybody types stands in the address."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("event", "What"), choices=[("", gettext_lazy("Everything")), *Kind.choices], required=False
    )
    period = forms.ChoiceField(
        label=gettext_lazy("When"),
        choices=[
            ("", gettext_lazy("At any time")),
            ("day", gettext_lazy("In the last 24 hours")),
            ("week", gettext_lazy("In the last 7 days")),
            ("month", gettext_lazy("In the last 30 days")),
            ("year", gettext_lazy("In the last 365 days")),
        ],
        required=False,
    )
    denied = forms.ChoiceField(
        label=pgettext_lazy("event", "Outcome"),
        choices=[("", gettext_lazy("Any")), ("1", gettext_lazy("Denied only"))],
        required=False,
    )
    person = forms.UUIDField(required=False, widget=forms.HiddenInput)
    before = forms.UUIDField(required=False, widget=forms.HiddenInput)


class FindForm(forms.Form):
    """What to look for; sent in the body, so that it stays out of addresses and histories."""

    word = forms.CharField(label=gettext_lazy("Reference or sign-in name"), max_length=80)


@require_GET
def log(request: SignedInRequest) -> HttpResponse:
    """Show the lines of the log that an auditor may read, newest first."""
    _require_auditor(request)
    form = LogForm(request.GET, label_suffix="")
    chosen = form.cleaned_data if form.is_valid() else {}
    wanted = {name: value for name, value in chosen.items() if value}
    now = timezone.now()
    lines, next_before = queries.page_of(
        queries.narrowed(queries.in_scope(request.access), wanted, now), request.access
    )
    record(Kind.LOG_READ, target=None, by=request.access, at=now, fields=wanted, route="dashboards:log")
    kept = {name: value for name, value in wanted.items() if name != "before"}
    context = {
        "form": form,
        "find": FindForm(label_suffix=""),
        "lines": lines,
        "older": _older(kept, next_before),
        "person": queries.name_of(wanted["person"], request.access) if "person" in wanted else "",
        "is_filtered": bool(kept),
        "integrity": queries.integrity(),
    }
    return render(request, "dashboards/audit_log.html", context)


@require_POST
def log_find(request: SignedInRequest) -> HttpResponse:
    """Lead to the lines of a record or of a person."""
    _require_auditor(request)
    form = FindForm(request.POST)
    word = form.cleaned_data["word"].strip() if form.is_valid() else ""
    if key := queries.record_by(word.upper(), request.access):
        return redirect("dashboards:log_record", key)
    if person := queries.person_by(word, request.access):
        return redirect(f"{reverse('dashboards:log')}?person={person}")
    messages.info(request, _("No line of the log that you may read has to do with that reference or name."))
    return redirect("dashboards:log")


@require_GET
def log_record(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Show who read one record, who decided on it, on which assessment, and what else was done to it."""
    _require_auditor(request)
    form = LogForm(request.GET)
    before = form.cleaned_data.get("before") if form.is_valid() else None
    events = queries.in_scope(request.access).filter(object_id=key)
    lines, next_before = queries.page_of(queries.narrowed(events, {"before": before}, timezone.now()), request.access)
    if not lines:
        raise Http404
    record(Kind.LOG_READ, target=None, by=request.access, at=timezone.now(), route="dashboards:log_record")
    context = {
        "subject": lines[0],
        "lines": lines,
        "older": _older({}, next_before),
        "readers": queries.readers_of(key, request.access),
        "decisions": queries.decisions_on(key, request.access),
    }
    return render(request, "dashboards/audit_record.html", context)


def _require_auditor(request: SignedInRequest) -> None:
    if Role.AUDITOR not in request.access.roles:
        raise Http404


def _older(kept: dict[str, Any], before: UUID | None) -> str:
    return f"?{urlencode({**kept, 'before': before})}" if before else ""
