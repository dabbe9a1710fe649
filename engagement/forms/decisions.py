"""What a decider fills in: the choice, then what a departure from the standing rule needs."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.widgets import SplitDateField
from engagement.forms.lengths import LongText
from engagement.models import Decision
from engagement.paper.document import Argument
from engagement.policies.deciding import Choice
from engagement.policies.validity import Limit
from missions.dates import day_in_words

OUTCOMES = [
    (Decision.Outcome.APPROVE, Decision.Outcome.APPROVE.label),
    (Decision.Outcome.APPROVE_WITH_CONDITIONS, Decision.Outcome.APPROVE_WITH_CONDITIONS.label),
    (Decision.Outcome.RETURN, Decision.Outcome.RETURN.label),
    (Decision.Outcome.DEFER, Decision.Outcome.DEFER.label),
    (Decision.Outcome.DECLINE, Decision.Outcome.DECLINE.label),
]


TERMS = ("conditions", "red_lines", "valid_until", "contacts_max", "report_within_hours")
WAITING = ("deferred_until", "deferred_event")


class BoundedForm(forms.Form):
    """A form whose required marks are left to the server's own sentences."""

    use_required_attribute = False


def offer(form: forms.Form, name: str, choices: Iterable[Any]) -> None:
    """Set what can be chosen in one field."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField), f"{name} is not chosen from a list"
    field.choices = list(choices)


class ChoiceForm(BoundedForm):
    """The five outcomes, equal and none of them chosen, with what each may need."""

    assessment = forms.UUIDField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=OUTCOMES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the five outcomes.")},
    )
    relied_on = forms.MultipleChoiceField(
        label=_("Reasons you rely on"),
        help_text=_("What this paper says, for and against."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reasons = LongText(
        label=_("Main reason, in your words"),
        help_text=_("One or two sentences. This is the record."),
        rows=4,
        attrs={"data-key": "r"},
        required=False,
    )
    accepted_risks = forms.MultipleChoiceField(
        label=_("Which risk do you accept?"),
        help_text=_("Asked for an approval, where a risk is High or above or its range crosses two levels."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    conditions = LongText(
        label=_("Conditions"),
        help_text=_("For an approval with conditions. One on each line, with who sees to it."),
        rows=4,
        required=False,
    )
    red_lines = LongText(label=_("We will stop if"), rows=3, required=False)
    valid_until = SplitDateField(label=_("Valid until"), required=False)
    contacts_max = forms.IntegerField(
        label=_("How many contacts does this cover?"),
        widget=forms.TextInput(attrs={"class": "w4", "inputmode": "numeric"}),
        required=False,
        error_messages={"invalid": _("Write the number of contacts in digits, like 3.")},
    )
    report_within_hours = forms.IntegerField(
        label=_("Report within how many hours?"),
        widget=forms.TextInput(attrs={"class": "w4", "inputmode": "numeric"}),
        required=False,
        min_value=1,
        max_value=336,
        error_messages={"invalid": _("Write the number of hours in digits, like 24.")},
    )
    deferred_until = SplitDateField(label=_("Wait until"), required=False)
    deferred_event = forms.CharField(
        label=_("Or until this has happened"),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        arguments: Iterable[Argument],
        risks: Iterable[tuple[str, str]],
        longest: Limit,
        adds_conditions: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        words = {"day": day_in_words(longest.day), "why": longest.why}
        self.fields["valid_until"].help_text = _("%(day)s at most: %(why)s.") % words
        self.arguments = {argument.key: argument for argument in arguments}
        self.risks, self.adds_conditions = dict(risks), adds_conditions
        offer(self, "relied_on", [(key, argument.short) for key, argument in self.arguments.items()])
        offer(self, "accepted_risks", self.risks.items())

    @property
    def opens_terms(self) -> bool:
        """Say whether the terms of an approval stand open: to be mended, or because a measure was just added."""
        return self.adds_conditions or any(name in self.errors for name in TERMS)

    @property
    def opens_waiting(self) -> bool:
        """Say whether what a deferral waits for stands open."""
        return any(name in self.errors for name in WAITING) or bool(self["deferred_event"].value())

    @property
    def conditions_count(self) -> int:
        """Count the conditions that an approval would carry as the form stands."""
        return len([line for line in str(self["conditions"].value() or "").splitlines() if line.strip()])

    def choice(self, **departure: str) -> Choice:
        """Return what was chosen, the arguments in the words of the paper."""
        given = self.cleaned_data
        return Choice(
            assessment_id=_or(given.get("assessment"), UUID(int=0)),
            outcome=given.get("outcome", ""),
            reasons=given.get("reasons", ""),
            relied_on=tuple(self.arguments[key].text for key in given.get("relied_on", ())),
            accepted_risks=tuple(given.get("accepted_risks", ())),
            conditions=tuple(given.get("conditions", "").splitlines()),
            red_lines=given.get("red_lines", ""),
            deferred_until=given.get("deferred_until"),
            deferred_event=given.get("deferred_event", ""),
            valid_until=given.get("valid_until"),
            contacts_max=given.get("contacts_max"),
            report_within_hours=given.get("report_within_hours"),
            **departure,
        )


class SigningForm(BoundedForm):
    """What is asked only when the choice departs from the standing rule."""

    departure_reason = LongText(
        label=_("Why do you depart from the standing rule?"),
        help_text=_("At least 30 words. They stand in the record beside the rule."),
        rows=6,
        required=False,
    )
    civilian_consequences = LongText(
        label=_("What does declining mean for civilians?"),
        help_text=_("What is likely to happen to them, and who will do what instead."),
        rows=4,
        required=False,
    )

    def __init__(self, *args: Any, asks: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {*self.fields} - {*asks}:
            del self.fields[name]

    def departure(self) -> dict[str, str]:
        """Return what was written, by field."""
        return {name: self.cleaned_data.get(name, "") for name in ("departure_reason", "civilian_consequences")}


def _or(value: UUID | None, otherwise: UUID) -> UUID:
    return value if value is not None else otherwise
