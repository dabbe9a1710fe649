"""What is asked when a contact is logged: radios for the likely answers, no name where a role is enough."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.widgets import SplitDateField, SplitDateTimeField
from engagement import screening
from engagement.models import Commitment, Contact, Engagement, Modality, Source
from missions.models import Area, Mission
from nsags.models import Group

OTHER, UNKNOWN, NOT_PLANNED, NOT_KNOWN = "other", "unknown", "not_planned", "not_known"
AS_RADIOS = 5

# Decimal degrees, or degrees and minutes: a place this exact can lead somebody to a source's door.
COORDINATES = re.compile(r"\d{1,3}[.,]\d{3,}|\d{1,3}\s*°")

Choices = Sequence[tuple[str, Any]]


@dataclass(frozen=True)
class Offer:
    """What a person can choose from when they log a contact in one mission, the likeliest first."""

    mission: Mission
    groups: Sequence[Group]
    areas: Sequence[Area] = ()
    approvals: Sequence[Engagement] = ()
    approval_words: Mapping[str, str] = field(default_factory=dict)
    # By code name, and only those whom this person deals with.
    sources: Sequence[Source] = ()


def _yes_no(label: Any, *, yes: Any = "", missing: Any, **kwargs: Any) -> forms.Field:
    choices = [("yes", yes or _("Yes")), ("no", _("No"))]
    return forms.TypedChoiceField(
        label=label,
        choices=choices,
        coerce=lambda word: word == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": missing, "invalid_choice": missing},
        **kwargs,
    )


def _radios(label: Any, choices: Choices, missing: Any, **kwargs: Any) -> forms.ChoiceField:
    messages = {"required": missing, "invalid_choice": missing}
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, error_messages=messages, **kwargs)


class DraftableForm(forms.Form):
    """A form that can be opened again as it was left."""

    saved_at: datetime | None = None

    @classmethod
    def typed(cls, content: Mapping[str, list[str]], fields: Iterable[str], form: forms.Form) -> dict[str, Any]:
        """Return the initial values that put a draft back into the inputs."""
        data = QueryDict(mutable=True)
        for name, values in content.items():
            data.setlist(name, values)
        return {name: form.fields[name].widget.value_from_datadict(data, {}, name) for name in fields}

    def resume(self, content: Mapping[str, list[str]], saved_at: datetime | None = None) -> None:
        """Put what was kept of this form back into its inputs."""
        self.initial = {**(self.initial or {}), **self.typed(content, self.fields, self)}
        self.saved_at = saved_at

    def offer_choices(self, name: str, choices: Choices) -> None:
        """Set what a field lets people choose from."""
        chooser = self.fields[name]
        assert isinstance(chooser, forms.ChoiceField), name
        chooser.choices = choices

    def offer_the_rest(self, name: str, invitation: Any, rest: Choices) -> None:
        """Offer a list under an invitation; a list without entries is not asked."""
        self.offer_choices(name, [("", invitation), *rest])
        if not rest:
            del self.fields[name]


class _Talk(DraftableForm):
    """What every way of logging a contact asks for."""

    happened_at = SplitDateTimeField(
        label=_("When was it?"), missing=_("Enter the day the contact took place, like 22 11 2026.")
    )

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        self.offer = offer
        super().__init__(*args, **kwargs)
        self.fields["happened_at"].help_text = _("In mission time.")
        if "group" in self.fields:
            self._offer_groups()

    takes_unknown_group = False

    def _offer_groups(self) -> None:
        groups = [(str(group.pk), group.name) for group in self.offer.groups]
        few, rest = _few_and_rest(groups)
        last: list[tuple[str, Any]] = [(OTHER, _("Another group"))] if rest else []
        if self.takes_unknown_group or not groups:
            last.append((UNKNOWN, _("Not known")))
        if self.initial.get("group") in dict(rest):
            self.initial = {**self.initial, "group": OTHER, "other_group": self.initial["group"]}
        self.offer_choices("group", [*few, *last])
        self.offer_the_rest("other_group", _("Choose a group"), rest)

    def clean_place(self) -> str:
        """Refuse a place that is exact enough to lead to somebody's door."""
        place: str = self.cleaned_data["place"]
        if COORDINATES.search(place):
            raise forms.ValidationError(_("Write the town or area, without coordinates."), code="coordinates")
        return place

    def clean(self) -> dict[str, Any]:
        """Turn the chosen group into the record."""
        cleaned = super().clean() or self.cleaned_data
        chosen = cleaned.get("group")
        if chosen == OTHER:
            chosen = cleaned.get("other_group")
            if not chosen:
                self.add_error("other_group", _("Choose a group from the list."))
        cleaned["group"] = next((group for group in self.offer.groups if str(group.pk) == chosen), None)
        return cleaned

    def told(self) -> dict[str, Any]:
        """Return what was said about the contact, as the services take it."""
        given = self.cleaned_data
        area = next((area for area in self.offer.areas if str(area.pk) == given.get("area")), None)
        return {
            "happened_at": given["happened_at"],
            "modality": given["modality"],
            "area": area,
            "place": given["place"],
            "spokesperson": given.get("spokesperson", ""),
            "intermediary": next((one for one in self.offer.sources if str(one.pk) == given.get("intermediary")), None),
            "summary": given["summary"],
            "language": (get_language() or "en")[:2],
            "has_promise": bool(given.get("has_promise")),
            "has_safety_problem": bool(given["has_safety_problem"]),
        }


def _few_and_rest(choices: list[tuple[str, str]]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the first five as radios and the others for a list; a sixth alone is not worth a list."""
    if len(choices) <= AS_RADIOS + 1:
        return choices, []
    return choices[:AS_RADIOS], sorted(choices[AS_RADIOS:], key=lambda choice: choice[1])


def _how() -> forms.ChoiceField:
    return _radios(_("How?"), Modality.choices, _("Choose how the contact took place."))


def _text(label: Any, hint: Any, *, longest: int, is_needed: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=longest,
        required=bool(is_needed),
        widget=forms.TextInput({"autocomplete": "off", "dir": "auto"}),
        error_messages={"required": is_needed},
    )


def _story(label: Any, hint: Any, missing: Any, rows: int = 6) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=6000,
        widget=forms.Textarea({"rows": rows, "dir": "auto"}),
        error_messages={"required": missing},
    )


def _other_group() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Another group"), required=False)


GROUP_MISSING = _("Choose a group.")
SAFETY = _("Was there any threat, pressure or safety problem?")
SAFETY_MISSING = _("Say whether there was a safety problem.")


class ContactForm(_Talk):
    """A contact that may stand under an approval: at most eleven acts."""

    group = _radios(_("Which group?"), (), GROUP_MISSING)
    other_group = _other_group()
    spokesperson = _text(
        _("Who spoke for the group?"),
        _("Role is enough. Do not write a name if it could put someone at risk."),
        longest=120,
    )
    modality = _how()
    intermediary = forms.ChoiceField(
        label=_("Through which intermediary?"),
        required=False,
        error_messages={"invalid_choice": _("Choose one from the list, or leave it open.")},
    )
    area = forms.ChoiceField(
        label=_("Where: which area?"),
        error_messages={"required": _("Choose the area."), "invalid_choice": _("Choose the area.")},
    )
    place = _text(_("Where: which town or place?"), _("No coordinates."), longest=120)
    approval = _radios(_("Was this contact approved?"), (), _("Choose an approval, or choose that it was not planned."))
    other_approval = forms.ChoiceField(label=_("Another approval"), required=False)
    summary = _story(
        _("What was said about protecting civilians?"),
        _("What they asked. What we asked. What was agreed. Do not name sources."),
        _("Write what was said, in your own words."),
    )
    has_promise = _yes_no(
        _("Did they, or we, promise anything?"),
        yes=_("Yes, I add it next"),
        missing=_("Say whether anything was promised."),
    )
    has_safety_problem = _yes_no(SAFETY, yes=_("Yes, I say more next"), missing=SAFETY_MISSING)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = [(str(area.pk), area.name) for area in self.offer.areas]
        self.offer_the_rest("area", _("Choose an area"), areas)
        sources = [(str(source.pk), source.code_name) for source in self.offer.sources]
        self.offer_the_rest("intermediary", _("Nobody, we met or spoke ourselves"), sources)
        self._offer_approvals()

    def _offer_approvals(self) -> None:
        words = self.offer.approval_words
        few, rest = _few_and_rest([(str(one.pk), words[str(one.pk)]) for one in self.offer.approvals])
        another = [(OTHER, _("Yes, another approval"))] if rest else []
        last = [(NOT_PLANNED, _("No, it was not planned")), (NOT_KNOWN, _("I do not know"))]
        self.offer_choices("approval", [*few, *another, *last])
        self.offer_the_rest("other_approval", _("Choose an approval"), rest)

    def clean(self) -> dict[str, Any]:
        """Turn the chosen approval into the dialogue it opened."""
        cleaned = super().clean()
        chosen = cleaned.get("approval")
        if chosen == OTHER:
            chosen = cleaned.get("other_approval")
            if not chosen:
                self.add_error("other_approval", _("Choose an approval from the list."))
        cleaned["engagement"] = next((one for one in self.offer.approvals if str(one.pk) == chosen), None)
        return cleaned


class UnplannedForm(_Talk):
    """A contact that nobody planned: six fields and no blame."""

    takes_unknown_group = True

    group = _radios(_("Which group?"), (), _("Choose a group, or choose not known."))
    other_group = _other_group()
    modality = _how()
    place = _text(_("Where?"), _("Town or area. No coordinates."), longest=120)
    summary = _story(
        _("What happened?"),
        _("What they said, what we said, what was asked. Do not name sources."),
        _("Write what happened, in your own words."),
        rows=5,
    )
    has_safety_problem = _yes_no(SAFETY, yes=_("Yes, I say more next"), missing=SAFETY_MISSING)


class ScreeningForm(_Talk):
    """Seven questions and a short log of a contact with a group that is known."""

    group = _radios(_("Which group?"), (), GROUP_MISSING)
    other_group = _other_group()
    modality = _how()
    place = _text(_("Where?"), _("Town or area. No coordinates."), longest=120)
    summary = _story(
        _("What was said about protecting civilians?"),
        _("What they asked. What we asked. What was agreed. Do not name sources."),
        _("Write what was said, in your own words."),
        rows=5,
    )
    has_safety_problem = _yes_no(SAFETY, yes=_("Yes, I say more next"), missing=SAFETY_MISSING)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = {
            question.code: _yes_no(question.text, missing=_("Answer yes or no."), help_text=question.hint)
            for question in screening.QUESTIONS
        }
        self.fields = asked | self.fields

    @property
    def questions(self) -> list[forms.BoundField]:
        """Return the seven questions."""
        return [self[question.code] for question in screening.QUESTIONS]

    @property
    def log(self) -> list[forms.BoundField]:
        """Return what is asked about the contact itself."""
        return [bound for bound in self if bound.name not in screening.BY_CODE]

    def answers(self) -> dict[str, bool]:
        """Return the seven answers."""
        return {code: self.cleaned_data[code] for code in screening.BY_CODE}


class SafetyForm(forms.Form):
    """What the safety problem was."""

    text = _story(
        _("What was the safety problem?"),
        _("Who may be in danger, what they need, who knows. Do not name sources."),
        _("Write what the safety problem was."),
        rows=4,
    )


class ClassifyForm(forms.Form):
    """What follows from an unplanned contact."""

    classification = _radios(
        _("What follows from it?"), Contact.Classification.choices, _("Choose what follows from this contact.")
    )


class CommitmentForm(forms.Form):
    """One promise."""

    author = _radios(_("Who promised it?"), Commitment.By.choices, _("Choose who made the promise."))
    text = _text(
        _("What was promised?"),
        _("One sentence that somebody else can check, for example: the checkpoint at the bridge is lifted."),
        longest=300,
        is_needed=_("Write what was promised, in one sentence."),
    )
    check_on = SplitDateField(
        label=_("When should somebody check?"), missing=_("Enter the day for the first check, like 1 12 2026.")
    )


class CheckForm(forms.Form):
    """What is known now about a promise, in fixed words."""

    state = _radios(_("What is known now?"), Commitment.State.choices, _("Choose what is known now."))
    next_check_on = SplitDateField(
        label=_("When should somebody check again?"), help_text=_("Leave empty if no check is needed."), required=False
    )


class ReasonForm(forms.Form):
    """One reason, on record."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("One sentence. Do not name sources. Everyone who follows this dialogue can read it."),
        max_length=300,
        widget=forms.Textarea({"rows": 3, "dir": "auto", "data-max": "300"}),
        error_messages={"required": _("Write the reason in one sentence.")},
    )
