"""Signing in and out, one's own account, and the pages that help."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import glossary, services, step_up
from accounts.carrying import carried_by, carry
from accounts.demo_people import demo_people, people_by_step
from accounts.expired import ask_to_sign_in, offer_to_continue
from accounts.forms import AccountForm, ConfirmForm, LanguageForm, SignInForm
from accounts.models import User

A_YEAR = 365 * 24 * 60 * 60


@sensitive_post_parameters("password")
@login_not_required
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let a person in by name and password; in a demonstration, offer its people."""
    form = SignInForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if isinstance(user, User):
            return _enter(request, user)
        form.add_error(None, _("That name and password do not belong together. Check both and try again."))
    if carried := carried_by(request):
        return ask_to_sign_in(request, carried, form=form, status=200)
    if request.user.is_authenticated and request.method == "GET":
        return redirect(_next(request))
    context = {"form": form, "steps": people_by_step(), "next": request.GET.get("next", request.POST.get("next", ""))}
    return render(request, "accounts/sign_in.html", context)


@login_not_required
@require_POST
def sign_in_as(request: HttpRequest, person: UUID) -> HttpResponse:
    """Let anybody in as a person of the demonstration, and nowhere else."""
    if not settings.DEMO:
        raise Http404
    return _enter(request, get_object_or_404(demo_people(), pk=person))


def _enter(request: HttpRequest, user: User) -> HttpResponse:
    carried = carried_by(request)
    services.sign_in(request=request, user=user, at=timezone.now())
    if carried:
        return offer_to_continue(request, carried)
    return redirect(_next(request))


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Close the session; what a page still carries stays for whoever signs in next."""
    carried = carried_by(request)
    services.sign_out(request=request, at=timezone.now())
    if carried:
        return ask_to_sign_in(request, carried, status=200)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@login_not_required
@require_GET
def lock(request: HttpRequest) -> HttpResponse:
    """Close the session and show a page that says nothing."""
    services.sign_out(request=request, at=timezone.now())
    return render(request, "accounts/lock.html")


@login_not_required
def expired_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose protection ran out, keeping what was typed when it came from a page of ours."""
    carried = carry(request)
    if not carried:
        return render(request, "403_csrf.html", status=403)
    if request.user.is_authenticated:
        return offer_to_continue(request, carried, status=403)
    return ask_to_sign_in(request, carried, status=403)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Take the proof of who sits there, and go on with what was being done."""
    carried = carried_by(request)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if authenticate(request, username=_person(request).username, password=form.cleaned_data["password"]):
            services.confirm(request=request, user=_person(request), at=timezone.now())
            return offer_to_continue(request, carried) if carried else redirect(_next(request))
        form.add_error("password", _("That is not your password. Try again."))
    return step_up.ask_who_sits_there(request, carried, next_page=_next(request), form=form)


@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Let a person choose language, colours and shortcuts."""
    user = _person(request)
    initial = {"language": user.language, "theme": user.theme, "shortcuts": user.shortcuts}
    form = AccountForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        services.set_preferences(user=user, **form.cleaned_data)
        translation.activate(user.language or translation.get_language_from_request(request))
        messages.success(request, _("Your account was saved."))
        return _speak(redirect("accounts:account"), user.language)
    return render(request, "accounts/account.html", {"form": form})


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language of all pages, for this browser and for the person signed in."""
    form = LanguageForm(request.POST)
    chosen = form.cleaned_data["language"] if form.is_valid() else ""
    user = request.user
    if chosen and isinstance(user, User):
        services.set_preferences(user=user, language=chosen, theme=user.theme, shortcuts=user.shortcuts)
    return _speak(redirect(_next(request)), chosen)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _speak(response: HttpResponse, chosen: str) -> HttpResponse:
    if chosen:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=A_YEAR,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    else:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    return response


def _next(request: HttpRequest) -> str:
    """Return where to go next, never outside this site."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL)


@login_not_required
@require_GET
def help(request: HttpRequest) -> HttpResponse:
    """Say who to call and how to behave in a chance contact."""
    return render(request, "accounts/help.html")


@login_not_required
@require_GET
def words(request: HttpRequest) -> HttpResponse:
    """List the words of the product in English and French."""
    return render(request, "accounts/words.html", {"terms": glossary.TERMS})


@login_not_required
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say what was done so that everybody can use these pages, and what is missing."""
    return render(request, "accounts/accessibility.html")


@login_not_required
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept, who sees it and for how long."""
    return render(request, "accounts/privacy.html")
