"""One's own account: proving again who sits there, preferences, password and travel mode."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import entering, services, step_up
from accounts.carrying import carried_by
from accounts.entering import next_page
from accounts.expired import offer_to_continue
from accounts.factors import Factors
from accounts.forms import AccountForm, ConfirmForm, LanguageForm, PasswordForm, TravelForm
from accounts.models import User

A_YEAR = 365 * 24 * 60 * 60


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Take the proof of who sits there, and go on with what was being done."""
    user = _person(request)
    carried = carried_by(request)
    form = ConfirmForm(request.POST if request.method == "POST" else None, factors=Factors(user))
    if form.is_valid() and (form.shown or _knows_password(request, form)):
        services.confirm(request=request, user=user, at=timezone.now())
        return offer_to_continue(request, carried, sends_itself=True) if carried else redirect(next_page(request))
    if form.is_a_try:
        services.refuse_factor(user=user, at=timezone.now())
    return step_up.ask_who_sits_there(request, carried, next_page=next_page(request), form=form)


def _knows_password(request: HttpRequest, form: ConfirmForm) -> bool:
    username, password = _person(request).username, form.cleaned_data["password"]
    answer = services.check_password(request=request, username=username, password=password, at=timezone.now())
    if answer.user is None:
        wrong = _("That is not your password. Try again.")
        form.add_error("password", str(entering.TOO_MANY) if answer.is_throttled else wrong)
    return answer.user is not None


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


@sensitive_post_parameters("password", "password_again")
@step_up.step_up_required
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Let a person choose another password."""
    form = PasswordForm(request.POST if request.method == "POST" else None, user=_person(request))
    if form.is_valid():
        user, chosen = _person(request), form.cleaned_data["password"]
        services.set_password(request=request, user=user, password=chosen, at=timezone.now())
        messages.success(request, _("Your password was saved."))
        return redirect("accounts:account")
    return render(request, "accounts/password.html", {"form": form})


@require_http_methods(["GET", "POST"])
def travel(request: HttpRequest) -> HttpResponse:
    """Let a person take less into the field; only somebody else can give it back."""
    user = _person(request)
    form = TravelForm(request.POST if request.method == "POST" else None, below=user.travel_ceiling)
    if form.is_valid():
        services.start_travel(user=user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Travel mode is on, on every computer that you use."))
        return redirect("accounts:travel")
    return render(request, "accounts/travel.html", {"form": form})


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language of all pages, for this browser and for the person signed in."""
    form = LanguageForm(request.POST)
    chosen = form.cleaned_data["language"] if form.is_valid() else ""
    user = request.user
    if chosen and isinstance(user, User):
        services.set_preferences(user=user, language=chosen, theme=user.theme, shortcuts=user.shortcuts)
    return _speak(redirect(next_page(request)), chosen)


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
