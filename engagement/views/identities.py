"""Who a source is: one person asks, another agrees, the first sees it once; two people destroy it."""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts.step_up import step_up_required, step_up_to_send
from audit.receipts import once
from engagement.forms.sources import AGREE, AnswerForm, IdentityForm, RevealForm, ShreddingForm
from engagement.models import Reveal, Shredding
from engagement.policies import sources as policies
from engagement.services import identities as services
from engagement.views.sources import source_of
from missions.middleware import SignedInRequest
from missions.refusals import Refusal, Refused, unmendable

SHOWN_FOR_SECONDS = 60


@sensitive_post_parameters()
@sensitive_variables("form")
@require_http_methods(["GET", "POST"])
def store_identity(request: SignedInRequest, reference: str) -> HttpResponse:
    """Take in who a source is; the form shows nothing of what the vault holds.

    It leaves no receipt, because the fingerprint of a name could be guessed; sent twice, it stores the same again.
    """
    found = source_of(request, reference)
    form = IdentityForm(request.POST or None)
    if form.is_valid():
        try:
            services.store_identity(source=found, identity=form.identity(), by=request.access, at=timezone.now())
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("The identity is in the vault. It takes two people to see it."))
            return redirect("engagement:source", reference)
    context = {
        "source": found,
        "form": form,
        "vault": services.state_of(found),
        "refusals": services.why_not_store(found, by=request.access),
    }
    return render(request, "engagement/source_identity.html", context)


@once
@require_http_methods(["GET", "POST"])
def ask_reveal(request: SignedInRequest, reference: str) -> HttpResponse:
    """Ask to see who it is."""
    found = source_of(request, reference)
    form = RevealForm(request.POST or None)
    at, by = timezone.now(), request.access
    if form.is_valid():
        try:
            reveal = services.ask_reveal(source=found, by=by, at=at, **form.cleaned_data)
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("Asked. Once a second person agrees, you have 15 minutes to open it."))
            return redirect("engagement:answer_reveal", reference, reveal.pk)
    refusals = unmendable(services.why_not_ask(found, reason="", by=by, at=at))
    return render(request, "engagement/source_reveal_ask.html", {"source": found, "form": form, "refusals": refusals})


@step_up_to_send
@once
@require_http_methods(["GET", "POST"])
def answer_reveal(request: SignedInRequest, reference: str, reveal: UUID) -> HttpResponse:
    """Agree to a reveal or refuse it as the second person; the first one finds here how it stands."""
    found = _found(Reveal, request, reference, reveal)
    answer = _answer(request)
    if not answer:
        return _reveal_page(request, found)
    act = services.approve_reveal if answer == AGREE else services.refuse_reveal
    if refused := _refused(lambda: act(reveal=found, by=request.access, at=timezone.now())):
        return _reveal_page(request, found, refused)
    agreed = _("You agreed. They have 15 minutes to open it, once.")
    messages.success(request, agreed if answer == AGREE else _("You refused. They are told."))
    return redirect("engagement:source", reference)


def _reveal_page(request: SignedInRequest, found: Reveal, refused: Iterable[Refusal] = ()) -> HttpResponse:
    by, at = request.access, timezone.now()
    is_mine = found.asked_by_id == by.user_id
    context = {
        "source": found.source,
        "reveal": found,
        "refused": refused,
        "is_mine": is_mine,
        "why_not_open": list(services.why_not_open(found, by=by, at=at)) if is_mine else [],
        "why_not_agree": services.why_not_approve(found, by=by),
        "why_not_refuse": list(policies.decide_reveal(found, by=by)),
        "seconds": SHOWN_FOR_SECONDS,
    }
    with timezone.override(found.source.mission.zone):
        return render(request, "engagement/source_reveal.html", context, status=409 if refused else 200)


@step_up_required
@require_POST
@sensitive_variables("identity", "context")
def open_reveal(request: SignedInRequest, reference: str, reveal: UUID) -> HttpResponse:
    """Show who it is, this once; the page leaves by itself after a minute, with or without a script.

    It leaves no receipt: a repeat is refused and told so, and a receipt would undo what cannot be undone.
    """
    found = _found(Reveal, request, reference, reveal)
    try:
        identity = services.open_reveal(reveal=found, by=request.access, at=timezone.now())
    except Refused as refused:
        return _reveal_page(request, found, refused.refusals)
    away = reverse("engagement:source", args=[reference])
    context = {"source": found.source, "identity": identity, "seconds": SHOWN_FOR_SECONDS, "away": away}
    response = render(request, "engagement/source_revealed.html", context)
    response["Cache-Control"] = "no-store"
    response["Refresh"] = f"{SHOWN_FOR_SECONDS}; url={away}"
    return response


@once
@require_http_methods(["GET", "POST"])
def ask_shredding(request: SignedInRequest, reference: str) -> HttpResponse:
    """Ask that an identity be destroyed."""
    found = source_of(request, reference)
    form = ShreddingForm(request.POST or None)
    if form.is_valid():
        try:
            services.ask_shredding(source=found, by=request.access, at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("Asked. A second person has to confirm it."))
            return redirect("engagement:source", reference)
    refusals = unmendable(services.why_not_shred(found, reason="", by=request.access))
    return render(request, "engagement/source_shred_ask.html", {"source": found, "form": form, "refusals": refusals})


@step_up_to_send
@once
@require_http_methods(["GET", "POST"])
def answer_shredding(request: SignedInRequest, reference: str, shredding: UUID) -> HttpResponse:
    """Confirm as the second person that an identity is destroyed, or say that it stays."""
    found = _found(Shredding, request, reference, shredding)
    answer = _answer(request)
    if not answer:
        return _shredding_page(request, found)
    act = services.confirm_shredding if answer == AGREE else services.keep_identity
    if refused := _refused(lambda: act(shredding=found, by=request.access, at=timezone.now())):
        return _shredding_page(request, found, refused)
    destroyed = _("The identity is destroyed. Everything else stays on record.")
    messages.success(request, destroyed if answer == AGREE else _("It stays in the vault."))
    return redirect("engagement:source", reference)


def _shredding_page(request: SignedInRequest, found: Shredding, refused: Iterable[Refusal] = ()) -> HttpResponse:
    refusals = services.why_not_answer_shredding(found, by=request.access)
    context = {"source": found.source, "shredding": found, "refused": refused, "refusals": refusals}
    with timezone.override(found.source.mission.zone):
        return render(request, "engagement/source_shred.html", context, status=409 if refused else 200)


def _answer(request: SignedInRequest) -> str:
    """Return what the second person said, or nothing while they look."""
    form = AnswerForm(request.POST if request.method == "POST" else None)
    return form.cleaned_data["answer"] if form.is_valid() else ""


def _refused(act: Callable[[], object]) -> tuple[Refusal, ...]:
    """Do it and return nothing, or return why not."""
    try:
        act()
    except Refused as refused:
        return refused.refusals
    return ()


def _found(model: type[services.Act], request: SignedInRequest, reference: str, key: UUID) -> services.Act:
    """Return what somebody asked about the identity of a source, for who may see it; else 404."""
    visible = model.objects.visible_to(request.access).select_related("asked_by", "decided_by")
    found: services.Act = get_object_or_404(visible, pk=key, source__reference=reference)
    found.source = source_of(request, reference)
    return found
