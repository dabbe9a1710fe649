"""What is asked before emergency access opens, and when it is reviewed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from engagement.policies.emergencies import LONGEST, SHORTEST
from missions.forms import offer
from missions.models import EmergencyAccess, Mission
from missions.offered import OfferedField

ONE_RECORD, WHOLE_MISSION = "record", "mission"
LONG_TEXT = {"rows": 5, "dir": "auto", "data-max": LONGEST}


class EmergencyForm(forms.Form):
    """What is needed, why, and what has happened."""

    mission = OfferedField(
        queryset=Mission.objects.none(),
        label=_("In which mission?"),
        empty_label=None,
        to_field_name="code",
        error_messages={"required": _("Choose the mission."), "invalid_choice": _("Choose the mission.")},
    )
    scope = forms.ChoiceField(
        label=_("What do you need to read?"),
        choices=[
            (ONE_RECORD, _("One record, whose reference I know")),
            (WHOLE_MISSION, _("The records of the mission, up to UN Confidential")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you need to read.")},
    )
    reference = forms.CharField(
        label=_("Reference of that record"),
        help_text=_("As it stands on paper, like R-2026-7F3K2 or C-7F3K2."),
        max_length=16,
        required=False,
        widget=forms.TextInput({"class": "w10", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"max_length": _("Write the reference as it stands on paper, like C-7F3K2.")},
    )
    reason = forms.ChoiceField(
        label=_("Why do you need it now?"),
        choices=EmergencyAccess.Reason,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why you need it.")},
    )
    explanation = forms.CharField(
        label=_("What has happened?"),
        help_text=_("At least 20 characters. Who reviews it reads this. Do not name sources."),
        min_length=SHORTEST,
        max_length=LONGEST,
        widget=forms.Textarea(LONG_TEXT),
        error_messages={
            "required": _("Say in at least 20 characters what has happened."),
            "min_length": _("Say in at least 20 characters what has happened."),
        },
    )

    def __init__(self, *args: Any, missions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "mission", missions)
        if len(missions) == 1:
            self.fields["mission"].widget = forms.HiddenInput()
            self.fields["mission"].initial = missions[0].code

    def clean(self) -> dict[str, Any]:
        """Ask for the reference where one record is wanted, and drop it where the mission is."""
        cleaned = super().clean() or self.cleaned_data
        reference = (cleaned.get("reference") or "").upper()
        if cleaned.get("scope") == ONE_RECORD and not reference and "reference" not in self.errors:
            self.add_error("reference", _("Write the reference of the record."))
        cleaned["reference"] = reference if cleaned.get("scope") == ONE_RECORD else ""
        return cleaned

    def told(self) -> dict[str, Any]:
        """Return what was written, as the service takes it."""
        return {name: self.cleaned_data[name] for name in ("mission", "reference", "reason", "explanation")}


class ReviewForm(forms.Form):
    """Whether it was justified."""

    finding = forms.ChoiceField(
        label=_("What do you find?"),
        choices=EmergencyAccess.Finding,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether it was justified.")},
    )
    review = forms.CharField(
        label=_("In your words"),
        help_text=_("Whom you asked, what was read, and what follows."),
        max_length=LONGEST,
        widget=forms.Textarea(LONG_TEXT),
        error_messages={"required": _("Write in a sentence or two what you found.")},
    )
