"""What is asked about a threat to civilians: worded anchors, never bare numbers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.widgets import SplitDateField
from missions.access import Access, Marking
from missions.forms import closely_held_in, offer, offer_compartments
from missions.models import Area, Mission
from missions.offered import OfferedField
from missions.roles import Permission
from nsags.models import Group
from protection.wording import CAPABILITY, IMPACT, INTENT, OPPORTUNITY, worded_later


def _level(label: Any, anchors: Any, missing: Any) -> forms.TypedChoiceField:
    choices = [(level, worded_later(level, anchors)) for level, _anchor in enumerate(anchors)]
    return forms.TypedChoiceField(
        label=label, choices=choices, coerce=int, widget=forms.RadioSelect, error_messages={"required": missing}
    )


def _long_text(label: Any, hint: Any, **options: Any) -> forms.CharField:
    widget = forms.Textarea({"rows": 4, "dir": "auto", "data-max": 1200})
    return forms.CharField(label=label, help_text=hint, widget=widget, **options)


class ShowForm(forms.Form):
    """Which threats to list; at first those of living missions, what is valid today on top."""

    show = forms.ChoiceField(
        label=_("Show"),
        choices=[
            ("", _("Current, then past")),
            ("current", pgettext_lazy("threats", "Current")),
            ("past", _("Past their date")),
            ("library", _("Historical cases")),
        ],
        required=False,
    )


class ThreatForm(forms.Form):
    """Who may be harmed, by whom, how gravely and how soon."""

    mission = OfferedField(
        queryset=Mission.objects.none(),
        label=_("In which mission?"),
        empty_label=None,
        error_messages={"required": _("Choose the mission.")},
    )
    title = forms.CharField(
        label=_("What is the threat?"),
        help_text=_("A few words: what threatens whom. No names of people."),
        max_length=160,
        error_messages={"required": _("Say in a few words what threatens whom, and where.")},
    )
    people_at_risk = _long_text(
        _("Who may be harmed?"),
        _("Which people, women or men, children or old people, and about how many."),
        error_messages={"required": _("Say who may be harmed, and about how many.")},
    )
    area = OfferedField(
        queryset=Area.objects.none(),
        label=_("Where?"),
        required=False,
        empty_label=_("Not known, or the whole mission"),
    )
    group = OfferedField(
        queryset=Group.objects.none(),
        label=_("By which group?"),
        help_text=_("The harm may also come from others; then leave this open and say so above."),
        required=False,
        empty_label=_("Not known, or not an armed group"),
    )
    intent = _level(_("Do they mean to?"), INTENT, _("Choose how far they mean to."))
    capability = _level(_("Are they able to?"), CAPABILITY, _("Choose how far they are able to."))
    opportunity = _level(_("Can they reach them?"), OPPORTUNITY, _("Choose how far they can reach them."))
    impact = _level(_("How grave would it be?"), IMPACT, _("Choose how grave it would be."))
    early_signs = _long_text(
        _("Early signs"), _("What would tell you that it is coming, and which of it was seen."), required=False
    )
    dissent = _long_text(
        _("Other readings"), _("What somebody else in the mission judges otherwise, and why."), required=False
    )
    valid_until = SplitDateField(
        label=_("Valid until"),
        help_text=_("Leave it empty for 90 days from today, which is the longest."),
        required=False,
    )
    marking = forms.TypedChoiceField(
        label=_("How closely is this kept?"),
        choices=Marking,
        coerce=int,
        initial=Marking.CONFIDENTIAL,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how closely this is kept.")},
    )
    compartment = closely_held_in()

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        missions = assessed_by(access)
        offer(self, "mission", missions)
        offer(self, "area", Area.objects.filter(mission__in=missions).order_by("name"))
        offer(self, "group", Group.objects.visible_to(access).filter(mission__in=missions).order_by("name"))
        offer_compartments(self, access)


def assessed_by(access: Access) -> Any:
    """Return the missions in which a person assesses threats."""
    own = [pk for pk in access.mission_ids if access.may(Permission.ASSESS_THREAT, pk)]
    return Mission.objects.filter(pk__in=own).order_by("code")
