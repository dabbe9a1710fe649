"""Signing in, and how a person likes their pages."""

from collections.abc import Callable
from typing import Any, cast

from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts.factors import Factors, check_code, check_new_app, check_new_passkey, check_passkey, secret_for_app
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


class FactorForm(forms.Form):
    """A passkey, or a code from the app or from the list of recovery codes."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("Six digits from your authenticator app, or one of your recovery codes."),
        max_length=40,
        required=False,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "class": "w10"}),
    )
    credential = forms.JSONField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, factors: Factors, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.factors = factors
        self.shown: Authenticator | None = None
        self.is_a_try = False
        if not factors.has_codes:
            del self.fields["code"]
        if not factors.passkeys:
            del self.fields["credential"]

    def clean(self) -> dict[str, Any]:
        """Find the factor that was shown."""
        given = super().clean() or {}
        if credential := given.get("credential"):
            self._show(lambda: check_passkey(self.factors.user, credential), None)
        elif code := given.get("code"):
            self._show(lambda: check_code(self.factors.user, code), "code")
        elif not self.errors:
            self.nothing_given()
        return given

    def nothing_given(self) -> None:
        """Say what is missing."""
        self.add_error("code" if "code" in self.fields else None, _("Enter the code, or use your passkey."))

    def _show(self, check: Callable[[], Authenticator], field: str | None) -> None:
        self.is_a_try = True
        try:
            self.shown = check()
        except forms.ValidationError as error:
            self.add_error(field, error)


class ConfirmForm(FactorForm):
    """A second factor or the password, before something that cannot be undone."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        required=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )

    def nothing_given(self) -> None:
        """Leave it to the password."""
        if not self.cleaned_data.get("password"):
            self.add_error("password", _("Enter your password, or show your second factor."))


class AppForm(forms.Form):
    """The first code that an authenticator app shows."""

    code = forms.CharField(
        label=_("Code from the app"),
        help_text=_("Six digits."),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "class": "w10"}),
        error_messages={"required": _("Enter the six digits that the app shows.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.secret = secret_for_app(is_new=not self.is_bound)

    def clean_code(self) -> str:
        """Compare the code with the secret that the page showed."""
        code: str = self.cleaned_data["code"]
        check_new_app(self.user, self.secret, code)
        return code


class PasskeyForm(forms.Form):
    """A new passkey, and what the person calls it."""

    name = forms.CharField(
        label=_("What do you call it?"),
        help_text=_("For example: blue key, laptop."),
        max_length=40,
        error_messages={"required": _("Give the passkey a name, so that you know it again.")},
    )
    credential = forms.JSONField(
        widget=forms.HiddenInput, error_messages={"required": _("The browser made no passkey. Try again.")}
    )

    def clean_credential(self) -> Any:
        """Check that this is the passkey that the page asked for."""
        credential = self.cleaned_data["credential"]
        check_new_passkey(credential)
        return credential


class PasswordForm(forms.Form):
    """A new password, twice."""

    password = forms.CharField(
        label=_("New password"),
        help_text=_("At least 14 characters. Four or five words that do not belong together are easy to keep."),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        error_messages={"required": _("Enter a new password.")},
    )
    password_again = forms.CharField(
        label=_("The same password again"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        error_messages={"required": _("Enter the password a second time.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Refuse what is short or often guessed."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        """Compare the two."""
        given = super().clean() or {}
        if "password_again" in given and given.get("password") not in {None, given["password_again"]}:
            self.add_error("password_again", _("The two are not the same. Enter the password again."))
        return given


class TravelForm(forms.Form):
    """How much stays within reach on the way."""

    ceilings = ((0, _("Only what is unclassified")), (1, _("Up to UN Confidential")))
    ceiling = forms.TypedChoiceField(
        label=_("What do you need on the way?"),
        choices=ceilings,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you need on the way.")},
    )

    def __init__(self, *args: Any, below: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.TypedChoiceField, self.fields["ceiling"])
        field.choices = [(level, words) for level, words in self.ceilings if below is None or level < below]


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
