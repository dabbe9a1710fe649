"""What is asked before a table leaves Parley."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.widgets import SplitDateField
from engagement.models import Export
from missions.forms import offer
from missions.models import Mission
from missions.offered import OfferedField


def _line(label: Any, hint: Any, longest: int, missing: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=longest,
        widget=forms.TextInput({"autocomplete": "off", "dir": "auto"}),
        error_messages={"required": missing},
    )


class ExportForm(forms.Form):
    """Which rows, for what, and for whom."""

    of = forms.ChoiceField(
        label=_("What do you export?"),
        choices=Export.Of,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose requests or contacts.")},
    )
    mission = OfferedField(
        queryset=Mission.objects.none(),
        label=_("From which mission?"),
        empty_label=None,
        to_field_name="code",
        error_messages={"required": _("Choose the mission."), "invalid_choice": _("Choose the mission.")},
    )
    starts_on = SplitDateField(
        label=_("From which day?"), help_text=_("Leave it empty to begin with the oldest."), required=False
    )
    ends_on = SplitDateField(
        label=_("Until which day?"), help_text=_("Leave it empty to end with the newest."), required=False
    )
    purpose = _line(
        _("What is it for?"),
        _("One sentence. It stays on record."),
        300,
        _("Say what the table is for. It stays on record."),
    )
    recipient = _line(
        _("Who receives it?"),
        _("By function, like head of the political section."),
        120,
        _("Say who receives it, by function. It stays on record."),
    )

    def __init__(self, *args: Any, missions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.missions = missions
        offer(self, "mission", missions)
        if len(missions) == 1:
            self.fields["mission"].widget = forms.HiddenInput()
            self.fields["mission"].initial = missions[0].code

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        cleaned = super().clean() or self.cleaned_data
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The period ends before it begins. Enter a later day."))
        return cleaned
