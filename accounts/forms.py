"""Signing in, and how a person likes their pages."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SignInForm(forms.Form):
    """A name and a password; the same sentence answers every mistake."""

    username = forms.CharField(
        label=_("Name"),
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("Enter your name.")},
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your password.")},
    )


class ConfirmForm(forms.Form):
    """The password once more, before something that cannot be undone."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your password.")},
    )


class AccountForm(forms.Form):
    """Language, colours and shortcuts."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("As on this computer")), ("en", "English"), ("fr", "Français")],
        required=False,
        widget=forms.RadioSelect,
    )
    theme = forms.ChoiceField(label=_("Colours"), choices=User.Theme, required=False, widget=forms.RadioSelect)
    shortcuts = forms.BooleanField(
        label=_("Single-key shortcuts on decision pages"),
        help_text=_("Switch them off if you use a screen reader or dictate."),
        required=False,
    )


class LanguageForm(forms.Form):
    """The language that somebody chose at the foot of a page."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)
