"""What is asked about armed groups."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.widgets import SplitDateField
from missions.access import Access, Marking
from missions.forms import closely_held_in, offer, offer_compartments
from missions.models import Mission, Office
from missions.offered import OfferedField
from missions.roles import Permission
from nsags.models import Group, GroupName, Label, LineageEvent, Person

LONG_TEXT = {"rows": 4, "dir": "auto", "data-max": 1200}


def _long_text(label: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, required=False, widget=forms.Textarea(LONG_TEXT))


class DescriptionForm(forms.Form):
    """What is known of a group, people and networks first."""

    people_and_networks = _long_text(
        _("Who are the people, and whom are they tied to?"),
        _("Commanders by role, families, traders, officials. One name may cover people who do not act together."),
    )
    community_relation = _long_text(
        _("How do communities live with it?"), _("Whom it protects, taxes, recruits from or preys on, and where.")
    )
    wants = _long_text(_("What does it want?"), _("What it says, and what it does."))
    unknowns = _long_text(_("What do we not know?"), _("Say whom you asked last, and when."))
    structure = forms.ChoiceField(
        label=_("How is it led?"),
        choices=Group.Structure,
        initial=Group.Structure.UNKNOWN,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it is led, or that it is not known.")},
    )
    status = forms.ChoiceField(
        label=_("Where does it stand today?"),
        choices=Group.Status,
        initial=Group.Status.ACTIVE,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose where it stands today.")},
    )
    name = forms.CharField(
        label=_("Name"),
        help_text=_("The name that your mission uses. It is not a judgement."),
        max_length=120,
        error_messages={"required": _("Enter the name that your mission uses for the group.")},
    )

    field_order: tuple[str, ...] = (
        "name",
        "people_and_networks",
        "community_relation",
        "wants",
        "unknowns",
        "structure",
        "status",
    )


class GroupForm(DescriptionForm):
    """A new group."""

    mission = OfferedField(
        queryset=Mission.objects.none(),
        label=_("In which mission?"),
        empty_label=None,
        error_messages={"required": _("Choose the mission.")},
    )
    other_names = forms.CharField(
        label=_("Other names"),
        help_text=_("One on each line: acronyms, official names, what others call it."),
        required=False,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
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
    is_new = forms.BooleanField(label=_("It is none of these: add it as another group"), required=False)

    field_order = (
        *("mission", "name", "other_names"),
        *DescriptionForm.field_order[1:],
        *("marking", "compartment", "is_new"),
    )

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "mission", maintained_by(access))
        offer_compartments(self, access)

    @property
    def names(self) -> list[tuple[str, str]]:
        """Return the other names, each with its kind."""
        lines = (line.strip() for line in self.cleaned_data["other_names"].splitlines())
        return [(line[:120], _kind(line)) for line in lines if line]

    def description(self) -> dict[str, Any]:
        """Return what the service takes as it is."""
        taken = (*DescriptionForm.field_order, "mission", "marking", "compartment")
        return {name: self.cleaned_data[name] for name in taken if name in self.fields}


def _kind(name: str) -> str:
    is_acronym = " " not in name and name.upper() == name
    return GroupName.Type.ACRONYM if is_acronym else GroupName.Type.BY_OTHERS


def maintained_by(access: Access) -> Any:
    """Return the missions whose groups a person keeps."""
    own = [pk for pk in access.mission_ids if access.may(Permission.MAINTAIN_GROUPS, pk)]
    return Mission.objects.filter(pk__in=own).order_by("code")


def own_office(access: Access, mission: Mission) -> Office | None:
    """Return the office in which a person serves in that mission, if it is one."""
    offices = [posting.office_id for posting in access.postings if posting.mission_id == mission.pk]
    return mission.offices.filter(pk__in=[office for office in offices if office]).first()


class FilterForm(forms.Form):
    """Which groups to list."""

    mission = OfferedField(
        queryset=Mission.objects.none(), label=_("Mission"), required=False, empty_label=_("All missions")
    )
    status = forms.ChoiceField(
        label=_("Status"), choices=[("", _("Every status")), *Group.Status.choices], required=False
    )

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "mission", Mission.objects.open_to(access).order_by("code"))


class PersonForm(forms.Form):
    """A person with a role in a group."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("Only a name that is publicly known. Leave sources and intermediaries out."),
        max_length=120,
        error_messages={"required": _("Enter the name that the person is publicly known by.")},
    )
    role = forms.CharField(
        label=_("Role in the group"),
        max_length=120,
        error_messages={"required": _("Enter the role that the person has in the group.")},
    )
    starts_on = SplitDateField(label=_("Since which day?"), help_text=_("Leave it empty if not known."), required=False)
    listed_by_un = forms.BooleanField(label=_("Listed by the Security Council"), required=False)
    icc_warrant = forms.BooleanField(label=_("Warrant of the International Criminal Court"), required=False)
    travel_ban = forms.BooleanField(label=_("Travel ban"), required=False)
    checked_on = SplitDateField(
        label=_("When were the lists checked?"), help_text=_("Leave it empty if nobody checked yet."), required=False
    )


class LabelForm(forms.Form):
    """What an issuer says about a group."""

    issuer = forms.ChoiceField(
        label=_("Who says so?"),
        choices=Label.Issuer,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who says so. A label without an issuer is not recorded.")},
    )
    issuer_name = forms.CharField(
        label=_("Which one?"),
        help_text=_("Name the State, committee or body."),
        max_length=120,
        required=False,
    )
    value = forms.ChoiceField(
        label=_("What does it say?"),
        choices=Label.Value,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the issuer says.")},
    )
    legal_basis = forms.CharField(
        label=_("On which basis?"),
        help_text=_("Resolution, decree, list or article, with its number."),
        max_length=200,
        required=False,
    )
    starts_on = SplitDateField(label=_("Since which day?"), missing=_("Enter the day of issue, like 22 11 2026."))


class EndLabelForm(forms.Form):
    """The last day of a label."""

    ends_on = SplitDateField(
        label=_("Until which day did it stand?"), missing=_("Enter the last day, like 22 11 2026.")
    )


class LineageForm(forms.Form):
    """How one group came from another."""

    class Direction:
        FROM = "from"
        TO = "to"

    direction = forms.ChoiceField(
        label=_("Which way?"),
        choices=[
            (Direction.FROM, _("This group came from another")),
            (Direction.TO, _("Another came from this group")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose which group came from which.")},
    )
    other = OfferedField(
        queryset=Group.objects.none(),
        label=_("Which other group?"),
        empty_label=_("Choose a group"),
        error_messages={"required": _("Choose the other group. Add it first if it is not listed.")},
    )
    type = forms.ChoiceField(
        label=_("How?"),
        choices=LineageEvent.Type,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it came about.")},
    )
    happened_on = SplitDateField(
        label=_("When?"), help_text=_("A rough day will do."), missing=_("Enter the day, like 22 11 2026.")
    )
    source = forms.CharField(
        label=_("Where does this come from?"), help_text=_("Type of source and date. Not a name."), max_length=200
    )
    is_disputed = forms.BooleanField(label=_("This is disputed"), required=False)

    def __init__(self, *args: Any, group: Group, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Group.objects.visible_to(access).filter(mission__is_library=group.mission.is_library)
        offer(self, "other", others.exclude(pk=group.pk).order_by("name"))


class ProhibitionForm(forms.Form):
    """A ban on contact with a group or a person."""

    about = forms.ChoiceField(
        label=_("Contact with whom?"),
        error_messages={"required": _("Choose the group or the person that the prohibition is about.")},
    )
    subject = forms.CharField(
        label=_("In the words that staff will read"),
        help_text=_("Everyone posted to the mission reads this, also those who may not see the record."),
        max_length=120,
        error_messages={"required": _("Write in a few words who is meant, as staff will read it.")},
    )
    text = forms.CharField(
        label=_("What is prohibited, and why?"),
        max_length=2000,
        widget=forms.Textarea({"rows": 4, "dir": "auto", "data-max": 600}),
        error_messages={"required": _("Write what is prohibited and why.")},
    )
    review_on = SplitDateField(
        label=_("When will you review it?"), missing=_("Enter a day in the future, like 22 02 2027.")
    )
    issuer_title = forms.CharField(
        label=_("Issued as"),
        max_length=120,
        error_messages={"required": _("Enter the title under which you issue this.")},
    )

    def __init__(self, *args: Any, groups: Iterable[Group], people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        about: Any = self.fields["about"]
        about.choices = [
            ("", _("Choose a group or a person")),
            (_("Groups"), [(f"group {group.pk}", group.name) for group in groups]),
            (_("People"), [(f"person {person.pk}", person.name) for person in people]),
        ]

    def subject_ids(self) -> tuple[UUID | None, UUID | None]:
        """Return the key of the group, or of the person."""
        kind, _space, pk = self.cleaned_data["about"].partition(" ")
        return (UUID(pk), None) if kind == "group" else (None, UUID(pk))
