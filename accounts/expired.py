"""The pages between an expired sign-in and the form that was being sent."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.carrying import Carried
from accounts.demo_people import people_by_step
from accounts.forms import SignInForm


def ask_to_sign_in(
    request: HttpRequest, carried: Carried, *, form: forms.Form | None = None, status: int = 401
) -> HttpResponse:
    """Say that the sign-in has expired, with everything typed kept in the page."""
    context = {"form": form or SignInForm(), "steps": people_by_step(), "carried": carried}
    return render(request, "accounts/expired.html", context, status=status)


def offer_to_continue(
    request: HttpRequest, carried: Carried, *, sends_itself: bool = False, next_place: int = 0, status: int = 200
) -> HttpResponse:
    """Show what will be sent and under whose name, with one button that sends it.

    It sends itself where the person pressed the button already and only proved once more who they are.
    """
    context = {"carried": carried, "sends_itself": sends_itself, "next_place": next_place}
    return render(request, "accounts/carry_on.html", context, status=status)
