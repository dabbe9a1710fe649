"""Signing in and out, locking the screen, and choosing the first password."""

from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import perform_password_login, record_authentication
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.tokens import default_token_generator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import entering, services
from accounts.adapters import SecondFactorStage
from accounts.carrying import carried_by, carry
from accounts.demo_people import demo_people, people_by_step
from accounts.entering import next_page
from accounts.expired import ask_to_sign_in, offer_to_continue
from accounts.factors import Factors, options_to_get
from accounts.forms import FactorForm, PasswordForm, SignInForm
from accounts.models import User

# What the browser drops when a screen is hidden. Cookies are left alone: those of neighbouring sites would go as well.
CLEARED = '"cache", "storage"'


@sensitive_post_parameters("password")
@login_not_required
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Take a name and a password, and ask for the second factor; in a demonstration, offer its people."""
    form = SignInForm(request.POST if request.method == "POST" else None)
    carried = carried_by(request)
    if form.is_valid():
        answer = services.check_password(request=request, at=timezone.now(), **form.cleaned_data)
        if answer.user:
            services.hold_form(request=request, user=answer.user, carried=carried)
            login = Login(user=answer.user, redirect_url=next_page(request))
            return perform_password_login(request, {"username": answer.user.username}, login)
        form.add_error(None, entering.TOO_MANY if answer.is_throttled else entering.WRONG)
    if carried:
        return ask_to_sign_in(request, carried, form=form, status=200)
    if request.user.is_authenticated and request.method == "GET":
        return redirect(next_page(request))
    context = {
        "form": form,
        "steps": people_by_step(),
        "provider": settings.OIDC_NAME,
        "next": request.GET.get("next", request.POST.get("next", "")),
    }
    return render(request, "accounts/sign_in.html", context)


@login_not_required
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Take the passkey or the code of somebody whose password was right."""
    stage = LoginStageController.enter(request, SecondFactorStage.key)
    if stage is None or not isinstance(stage.login.user, User):
        return redirect("accounts:sign_in")
    user = stage.login.user
    form = FactorForm(request.POST if request.method == "POST" else None, factors=Factors(user))
    if form.is_valid() and form.shown:
        record_authentication(request, user, "mfa", id=form.shown.pk, type=form.shown.type)
        response: HttpResponse = stage.exit()
        return response
    if form.is_a_try:
        services.refuse_factor(user=user, at=timezone.now())
    options = options_to_get(user) if form.factors.passkeys else ""
    return render(request, "accounts/second_factor.html", {"form": form, "passkey_options": options})


@login_not_required
@require_POST
def sign_in_as(request: HttpRequest, person: UUID) -> HttpResponse:
    """Let anybody in as a person of the demonstration, and nowhere else."""
    if not settings.DEMO:
        raise Http404
    user = get_object_or_404(demo_people(), pk=person)
    carried = carried_by(request)
    services.sign_in(request=request, user=user, at=timezone.now())
    if carried:
        return offer_to_continue(request, carried)
    return entering.go_on(request, user, next_page(request))


@require_GET
def carry_on(request: HttpRequest, place: int) -> HttpResponse:
    """Show once more what was typed before the sign-in, or go to the start."""
    return entering.offer_what_was_kept(request, place) or redirect(settings.LOGIN_REDIRECT_URL)


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
@require_http_methods(["GET", "POST"])
def lock(request: Any) -> HttpResponse:
    """Close the session and show a page that says nothing; what was typed is kept for this person alone."""
    # Never of a newcomer: who knows the password alone leaves nothing for the person to send.
    user = request.locked_out or request.user
    carried = carried_by(request)
    if carried and isinstance(user, User) and not carried.is_too_long:
        services.keep_form(user=user, carried=carried, at=timezone.now())
    if request.method == "POST" and "stay" in request.GET:
        # Another window began it, and signs out once every window has handed over what it held.
        return HttpResponse(status=204)
    if isinstance(user, User) or request.newcomer:
        services.lock(request=request, at=timezone.now())
    response = redirect("accounts:lock") if request.method == "POST" else render(request, "accounts/lock.html")
    response["Clear-Site-Data"] = CLEARED
    return response


@sensitive_post_parameters("password", "password_again")
@login_not_required
@require_http_methods(["GET", "POST"])
def first_password(request: HttpRequest, person: UUID, token: str) -> HttpResponse:
    """Let somebody choose a password with the link that they were handed; it works once."""
    user = User.objects.filter(pk=person, is_active=True).first()
    if user is None or not default_token_generator.check_token(user, token):
        raise Http404
    form = PasswordForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_valid():
        services.set_password(request=request, user=user, password=form.cleaned_data["password"], at=timezone.now())
        messages.success(request, _("Your password was saved. Now sign in with it."))
        return redirect("accounts:sign_in")
    return render(request, "accounts/first_password.html", {"form": form, "person": user})


@login_not_required
def expired_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose protection ran out, keeping what was typed when it came from a page of ours."""
    carried = carry(request)
    if not carried:
        return render(request, "403_csrf.html", status=403)
    if request.user.is_authenticated:
        return offer_to_continue(request, carried, status=403)
    return ask_to_sign_in(request, carried, status=403)
