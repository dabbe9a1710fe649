"""What the head of mission and the information manager fill in."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any, cast
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.widgets import SplitDateField
from missions.access import Access, Marking, Record
from missions.bands import RISK_BANDS
from missions.models import Area, Compartment, Mission, Office, Posture
from missions.offered import OfferedField
from missions.policies.postings import ONLY_AT_HEADQUARTERS
from missions.roles import WITHOUT_CONTENT, Authority, Role

LONG_TEXT = {"rows": 4, "dir": "auto", "data-max": 600}
DELEGABLE = [level for level in Authority if Authority.L1 <= level <= Authority.L3]
# The highest band is never delegated.
BANDS = [(code, word) for code, word in RISK_BANDS.items() if code != "VERY_HIGH"]


def offer(form: forms.Form, name: str, choices: QuerySet[Any]) -> None:
    """Let a choice of the form be made among these rows."""
    cast(OfferedField, form.fields[name]).queryset = choices


def closely_held_in() -> OfferedField:
    """Return the question in which compartment something new is kept; see offer_compartments."""
    return OfferedField(
        queryset=Compartment.objects.none(),
        label=_("Closely held in"),
        help_text=_("What is drafted inside a compartment stays inside: only its members ever see it."),
        required=False,
        empty_label=_("Not closely held"),
    )


def offer_compartments(form: forms.Form, access: Access) -> None:
    """Offer the compartments that a person is inside of; whoever is in none is not asked."""
    if access.compartments:
        offer(form, "compartment", Compartment.objects.filter(pk__in=access.compartments).order_by("name"))
    else:
        del form.fields["compartment"]


class PersonField(OfferedField):
    """A person, shown by name and what they do."""

    def label_from_instance(self, person: Any) -> str:
        """Return the name and the function."""
        return f"{person.name}, {person.function_in_words}" if person.function else person.name


class PostureForm(forms.Form):
    """A new posture for the mission."""

    code = forms.ChoiceField(
        label=_("What does the mission expect?"),
        choices=Posture.Code,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the mission expects.")},
    )
    explanation = forms.CharField(
        label=_("In your own words"),
        help_text=_("One or two sentences that staff read beside the posture."),
        max_length=300,
        required=False,
        widget=forms.Textarea({**LONG_TEXT, "data-max": 300}),
    )
    reason = forms.CharField(
        label=_("Why does it change now?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(LONG_TEXT),
    )
    issuer_title = forms.CharField(
        label=_("Issued as"),
        help_text=_("Your title, as it stands under the posture."),
        max_length=120,
        error_messages={"required": _("Enter the title under which you issue this.")},
    )


class DelegationForm(forms.Form):
    """Authority for a named person, for a time."""

    to_user = PersonField(
        queryset=User.objects.none(),
        label=_("To whom?"),
        empty_label=_("Choose a person"),
        error_messages={"required": _("Choose the person who will decide.")},
    )
    level = forms.TypedChoiceField(
        label=_("Which level may this person decide at?"),
        choices=[(level.value, level.label) for level in DELEGABLE],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a level.")},
    )
    highest_band = forms.ChoiceField(
        label=_("Up to which risk?"),
        help_text=_("Very high risk cannot be delegated."),
        choices=BANDS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the highest risk that this person may decide.")},
    )
    area = OfferedField(
        queryset=Area.objects.none(),
        label=_("In which area?"),
        required=False,
        empty_label=_("The whole mission"),
    )
    group_id = forms.TypedChoiceField(label=_("About which group?"), coerce=UUID, empty_value=None, required=False)
    subject = forms.CharField(
        label=_("That group, in the words that staff will read"),
        help_text=_("Everyone posted to the mission reads this, also those who may not see the record."),
        max_length=120,
        required=False,
    )
    reason = forms.CharField(
        label=_("Why?"), max_length=200, error_messages={"required": _("Say why the authority is delegated.")}
    )
    starts_on = SplitDateField(label=_("From which day?"), missing=_("Enter the first day, like 22 11 2026."))
    ends_on = SplitDateField(label=_("Until which day?"), missing=_("Enter the last day, like 22 12 2026."))

    def __init__(
        self, *args: Any, mission: Mission, groups: Iterable[tuple[UUID, str]], at: datetime, by: User, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        about: Any = self.fields["group_id"]
        about.choices = [("", _("Any group")), *((str(key), name) for key, name in groups)]
        offer(self, "area", mission.areas.order_by("name"))
        posted = User.objects.filter(postings__in=mission.postings.live(at), is_active=True)
        offer(self, "to_user", posted.exclude(pk=by.pk).distinct().order_by("name"))


class PostingForm(forms.Form):
    """A posting in one mission."""

    user = PersonField(
        queryset=User.objects.none(),
        label=_("Who?"),
        empty_label=_("Choose a person"),
        error_messages={"required": _("Choose the person to post.")},
    )
    role = forms.ChoiceField(
        label=_("In which role?"),
        choices=[("", _("Choose a role")), *((r.value, r.label) for r in Role if r not in ONLY_AT_HEADQUARTERS)],
        error_messages={"required": _("Choose a role.")},
    )
    office = OfferedField(
        queryset=Office.objects.none(),
        label=_("In which office?"),
        help_text=_("Field officers and heads of field office see the records of one office."),
        required=False,
        empty_label=_("The whole mission"),
    )
    ceiling = forms.TypedChoiceField(
        label=_("Up to which marking?"),
        choices=Marking,
        coerce=int,
        initial=Marking.CONFIDENTIAL,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the highest marking that this person may read.")},
    )
    ends_on = SplitDateField(
        label=_("Until which day?"), help_text=_("Leave it empty if the end is not known yet."), required=False
    )

    def __init__(self, *args: Any, mission: Mission, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mission = mission
        people = User.objects.filter(is_active=True, is_demo=mission.is_demo).exclude(pk=by.pk)
        offer(self, "user", people.order_by("name"))
        offer(self, "office", mission.offices.order_by("name"))

    def ends_at(self) -> datetime | None:
        """Return the last moment of the last day, in the mission's own time."""
        ends_on = self.cleaned_data["ends_on"]
        return datetime.combine(ends_on, time.max, self.mission.zone) if ends_on else None


class LastDayForm(forms.Form):
    """Another last day."""

    ends_on = SplitDateField(label=_("Until which day?"), missing=_("Enter the last day, like 22 12 2026."))

    def __init__(self, *args: Any, mission: Mission, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mission = mission

    def ends_at(self) -> datetime:
        """Return the last moment of the last day, in the mission's own time."""
        return datetime.combine(self.cleaned_data["ends_on"], time.max, self.mission.zone)


class CeilingForm(forms.Form):
    """Up to which marking a posting reads."""

    ceiling = forms.TypedChoiceField(
        label=_("Up to which marking?"),
        help_text=_("Above Confidential, a second person confirms before it holds."),
        choices=Marking,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the highest marking that this person may read.")},
    )


class CompartmentForm(forms.Form):
    """A new compartment; its name is drawn and never asked for."""

    second_owner = PersonField(
        queryset=User.objects.none(),
        label=_("Who owns it with you?"),
        help_text=_("Two owners decide together who is read in. Choose somebody who will be here when you are not."),
        empty_label=_("Choose a person"),
        error_messages={"required": _("Choose the second owner.")},
    )

    def __init__(self, *args: Any, mission: Mission, at: datetime, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "second_owner", _who_may_be_inside(mission, at).exclude(pk=by.pk))


class MemberForm(LastDayForm):
    """One more person for a compartment."""

    user = PersonField(
        queryset=User.objects.none(),
        label=_("Who needs to know?"),
        empty_label=_("Choose a person"),
        error_messages={"required": _("Choose the person to propose.")},
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("One line. The members read it."),
        max_length=200,
        error_messages={"required": _("Say why this person needs to know.")},
    )
    is_owner = forms.BooleanField(
        label=_("As an owner, who decides with you who is inside"),
        help_text=_("Owners are inside for 90 days at most, other members for 180. Both can be renewed."),
        required=False,
    )

    field_order = ("user", "reason", "is_owner", "ends_on")

    def __init__(self, *args: Any, mission: Mission, at: datetime, by: User, **kwargs: Any) -> None:
        super().__init__(*args, mission=mission, **kwargs)
        offer(self, "user", _who_may_be_inside(mission, at).exclude(pk=by.pk))


def _who_may_be_inside(mission: Mission, at: datetime) -> QuerySet[User]:
    posted = mission.postings.live(at).exclude(role__in=WITHOUT_CONTENT)
    return User.objects.filter(postings__in=posted, is_active=True).distinct().order_by("name")


class MarkingForm(forms.Form):
    """Another marking for one record."""

    marking = forms.TypedChoiceField(
        label=_("How closely is this kept?"),
        choices=Marking,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how closely this is kept.")},
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("Needed to lower a marking. It stays on record."),
        max_length=600,
        required=False,
        widget=forms.Textarea(LONG_TEXT),
    )
    is_sure = forms.BooleanField(label=_("Mark it, though I shall not see it any more"), required=False)

    def __init__(self, *args: Any, record: Record, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("marking", record.marking)
