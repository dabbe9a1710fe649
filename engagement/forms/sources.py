"""What is asked about sources: never a name, except in the one form whose answers go straight into the vault."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.carrying import SECRET
from accounts.models import User
from accounts.widgets import SplitDateField
from engagement.forms.requests import RecordField
from engagement.models import Shredding, Source
from engagement.services.identities import Identity
from missions.access import Access
from missions.forms import PersonField, closely_held_in, offer, offer_compartments
from missions.models import Mission
from nsags.models import Group


def _long(label: Any, hint: Any, missing: Any = "", rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=2000,
        required=bool(missing),
        widget=forms.Textarea({"rows": rows, "dir": "auto", "autocomplete": "off"}),
        error_messages={"required": missing},
    )


def _line(label: Any, hint: Any = "", missing: Any = "", longest: int = 80) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=longest,
        required=bool(missing),
        widget=forms.TextInput({"dir": "auto", "autocomplete": "off"}),
        error_messages={"required": missing},
    )


class SourceForm(forms.Form):
    """A new source: what they do and who deals with them, and nothing by which anybody could find them."""

    kind = forms.ChoiceField(
        label=_("What does this person do?"),
        choices=Source.Kind,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what this person does.")},
    )
    group = RecordField(
        Group.objects.none(),
        label=_("To which group do they lead?"),
        help_text=_("Leave it open if there is none, or if several."),
        say=lambda group: group.name,
    )
    alternate = PersonField(
        queryset=User.objects.none(),
        label=_("Who steps in when you are away?"),
        help_text=_("One colleague who may read strictly confidential records. You deal with the source yourself."),
        empty_label=_("Choose a person"),
        error_messages={
            "required": _("Choose who steps in when you are away."),
            "invalid_choice": _("Choose a person from the list."),
        },
    )
    compartment = closely_held_in()

    def __init__(self, *args: Any, access: Access, mission: Mission, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "group", Group.objects.visible_to(access).filter(mission=mission).order_by("name"))
        offer(self, "alternate", User.objects.filter(pk__in=[user.pk for user in people]).order_by("name"))
        offer_compartments(self, access)


class ConsentForm(forms.Form):
    """What somebody agreed to."""

    scope = _long(
        _("What did they agree to?"),
        _("What they do for us, what we may pass on and to whom, and what not. Write the code name, never a name."),
        _("Write what they agreed to, and what not."),
    )
    language = _line(
        _("In which language was it explained?"), missing=_("Write in which language it was explained."), longest=40
    )
    given_on = SplitDateField(label=_("On which day did they agree?"), missing=_("Enter the day, like 22 11 2026."))
    is_informed = forms.BooleanField(
        label=_("I explained what could happen to them, and that they can take it back at any time."),
        error_messages={"required": _("Explain this to them first. Then record that they agreed.")},
    )


class WithdrawalForm(forms.Form):
    """A consent that was taken back."""

    withdrawn_on = SplitDateField(
        label=_("On which day did they take it back?"), missing=_("Enter the day, like 22 11 2026.")
    )


class RiskSheetForm(forms.Form):
    """What could happen to somebody, and what protects them."""

    exposure = _long(
        _("Who could see or guess that they deal with us?"),
        _("Where you meet, how you call, who has noticed. Write the code name, never a name."),
        _("Write who could see or guess that they deal with us."),
    )
    consequences = _long(
        _("What could happen to them?"),
        _("To them, their family, their work, and from which side."),
        _("Write what could happen to them."),
    )
    protection = _long(
        _("What protects them?"),
        _("Each step with the person who takes it, and what is done when it goes wrong."),
        _("Write what protects them, and who does it."),
    )
    do_not_contact = _long(
        _("When must nobody contact them?"),
        _("For example: on market days, after dark, while their brother is at home."),
        rows=2,
    )
    review_on = SplitDateField(
        label=_("When do you look at this again?"),
        help_text=_("Leave it empty for 90 days from today, which is the longest."),
        required=False,
    )


class IdentityForm(forms.Form):
    """Who it is: written here, sealed at once and never shown in this form again."""

    # The fields of this form are named secret-..., which keeps them out of everything that carries forms on.
    prefix = SECRET.rstrip("-")

    given_names = _line(_("Given names"), missing=_("Enter at least one given name."))
    family_name = _line(
        _("Family name"),
        _("If they have one name only, write it here and above."),
        _("Enter the family name, or their only name."),
    )
    also_known_as = _long(_("Other names"), _("One on each line: nicknames, other spellings."), rows=2)
    phones = _long(_("Telephone numbers"), _("One on each line, with the code of the country."), rows=2)
    whereabouts = _long(_("Where they can be found"), _("Only what somebody would need to help them."), rows=2)
    safe_contact = _long(_("How to reach them safely"), _("Hours, go-betweens, agreed words."), rows=2)

    def identity(self) -> Identity:
        """Return what was written, for the vault."""
        return Identity(**self.cleaned_data)


class RevealForm(forms.Form):
    """Why somebody needs to know who it is."""

    reason = _long(
        _("Why do you need to know who it is?"),
        _("The person who agrees reads this, and it stays on record. Write the code name, never a name."),
        _("Write why you need to know who it is."),
        rows=3,
    )


class ShreddingForm(forms.Form):
    """Why an identity is destroyed: a choice, because a sentence could give the person away."""

    reason = forms.ChoiceField(
        label=_("Why is it destroyed?"),
        choices=Shredding.Reason,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why it is destroyed.")},
    )


AGREE, REFUSE = "agree", "refuse"


class AnswerForm(forms.Form):
    """The answer of the second person; which button was pressed says it."""

    answer = forms.ChoiceField(choices=[(AGREE, AGREE), (REFUSE, REFUSE)])
