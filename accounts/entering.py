"""What a person meets on the way in: a refusal, what they had typed, or where they were going."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import session_rules
from accounts.carrying import Carried
from accounts.expired import offer_to_continue
from accounts.models import User

WRONG = gettext_lazy("That name and password do not belong together. Check both and try again.")
TOO_MANY = gettext_lazy("Too many tries. Wait 15 minutes, then try again.")
ENDED_ELSEWHERE = "ended_elsewhere"


def go_on(request: HttpRequest, user: User, address: str | None = None) -> HttpResponse:
    """Lead a person who has just signed in to the second factor, to what they had typed, or where they were going."""
    if not session_rules.is_whole(request.session):
        return redirect("accounts:factors")
    if request.session.pop(ENDED_ELSEWHERE, False):
        messages.info(request, _("You were signed in somewhere else as well. That sign-in has been ended."))
    if request.session.get(session_rules.KEPT):
        return redirect("accounts:carry_on", 1)
    return redirect(address or resolve_url(settings.LOGIN_REDIRECT_URL))


def offer_what_was_kept(request: HttpRequest, place: int = 1) -> HttpResponse | None:
    """Show what was typed before the screen was locked, one form after the other; None when nothing was."""
    kept = request.session.get(session_rules.KEPT, [])
    # On a journey with unclassified records alone, words that may become anything stay shut.
    if not 1 <= place <= len(kept) or getattr(request.user, "carries_only_unclassified", True):
        return None
    address, fields = kept[place - 1]
    carried = Carried(address, tuple((name, value) for name, value in fields))
    return offer_to_continue(request, carried, next_place=place + 1 if place < len(kept) else 0)


def refuse(request: HttpRequest) -> HttpResponse:
    """Send somebody back to sign in, with the sentence that answers every mistake."""
    messages.error(request, WRONG)
    return redirect("accounts:sign_in")


def next_page(request: HttpRequest) -> str:
    """Return where to go next, never outside this site."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    # A word alone would be looked for among the names of addresses.
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    if wanted.startswith("/") and is_ours:
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL)
