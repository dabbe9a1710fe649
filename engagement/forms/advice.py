"""What advisers fill in: their own reading of the risks, then their advice; and the small forms beside the paper."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

import risk
from accounts.widgets import SplitDateField
from engagement.forms.decisions import BoundedForm, offer
from engagement.forms.lengths import LongText
from engagement.models import Advice, Answer
from engagement.policies.assessing import DECLARED_BY_PEOPLE
from missions.bands import RISK_BANDS

LEVELS = [(str(rank), word) for rank, word in enumerate(RISK_BANDS.values(), start=1)]
QUESTIONS = {
    "legitimacy": _("Legitimacy: how high is the risk that contact raises the group’s standing?"),
    "host_government": _("Host government: how high is the risk that the State objects or retaliates?"),
    "security": _("Security: how high is the risk that staff or contacts are harmed?"),
}


class RatingForm(BoundedForm):
    """The risks that an adviser rates in their own competence, before any figure is shown."""

    def __init__(self, *args: Any, risks: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in risks:
            self.fields[name] = forms.TypedChoiceField(
                label=QUESTIONS[name],
                choices=LEVELS,
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose a level, as you read the case yourself.")},
            )


class AdviceForm(BoundedForm):
    """One of five positions, with its reason."""

    outcome = forms.ChoiceField(
        label=_("What do you advise?"),
        choices=Advice.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you advise.")},
    )
    reason = LongText(
        label=_("Main reason"),
        help_text=_("One or two sentences. The decider reads them in the paper, in the same size as everyone’s."),
        rows=4,
        error_messages={"required": _("Give your main reason in one or two sentences.")},
    )
    conditions = LongText(
        label=_("Conditions"),
        help_text=_("For support with conditions. One on each line."),
        rows=3,
        required=False,
    )


class EvidenceForm(BoundedForm):
    """What somebody has seen that proves a measure."""

    evidence = LongText(
        label=_("What have you seen that proves it?"),
        help_text=_("A reference is enough. Do not write a name if it could put someone at risk."),
        max_length=300,
        rows=3,
        error_messages={"required": _("Say what you have seen that proves the measure.")},
    )


class GateAnswerForm(BoundedForm):
    """What lifts a hold or acknowledges an alert."""

    text = LongText(
        label=_("What answers it?"),
        help_text=_("Say what was done or decided, by whom, and where that is on record."),
        rows=5,
        error_messages={"required": _("Say what answers the gate, and where that is on record.")},
    )


class SettlementForm(BoundedForm):
    """Which of the levels that advisers recorded counts from now on, and why."""

    role = forms.ChoiceField(
        label=_("Which level counts from now on?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the level that counts from now on.")},
    )
    note = forms.CharField(
        label=_("Why does it count?"),
        help_text=_("One sentence. It stands above the paper, where the decider reads first."),
        max_length=300,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": _("Say in one sentence why this level counts.")},
    )

    def __init__(self, *args: Any, recorded: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "role", list(recorded))


def _note() -> forms.CharField:
    return forms.CharField(
        label=_("What has happened?"),
        help_text=_("One sentence. It stands above the paper, where the decider reads first."),
        max_length=300,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": _("Say in one sentence what has happened.")},
    )


class EventForm(BoundedForm):
    """Something that has happened, and that no question asks about: a gate fires."""

    factor = forms.CharField(widget=forms.HiddenInput)
    note = _note()


class RevisionForm(BoundedForm):
    """A fact that has changed since submission: one factor, answered anew."""

    factor = forms.ChoiceField(
        label=_("Which question has another answer now?"), error_messages={"required": _("Choose a question.")}
    )
    level = forms.ChoiceField(
        label=_("What is the answer now?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer, or choose not known.")},
    )
    confidence = forms.ChoiceField(
        label=_("How sure is that?"), choices=Answer.Confidence.choices, widget=forms.RadioSelect, required=False
    )
    source = forms.CharField(label=_("Where does it come from?"), max_length=200, required=False)
    source_date = SplitDateField(label=_("Date of the source"), required=False)
    why_unknown = forms.CharField(
        label=_("If it is not known: why?"),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        required=False,
    )
    note = _note()

    def __init__(self, *args: Any, lang: str, factor: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ruleset = risk.current_ruleset()
        by_risk = [
            (ruleset.risk_name(code, lang), [(f.id, f.name(lang)) for f in ruleset.factors_of(code)])
            for code in (*risk.RISKS, risk.PROTECTION)
        ]
        events = [(key, ruleset.gates[key].name(lang)) for key in DECLARED_BY_PEOPLE]
        offer(self, "factor", [*by_risk, (_("Something that has happened"), events)])
        anchors = ruleset.factors[factor].anchors(lang) if factor in ruleset.factors else ()
        offer(self, "level", [*((str(n), text) for n, text in enumerate(anchors)), ("unknown", _("Not known"))])

    def clean(self) -> dict[str, Any]:
        """Ask for a source with a level, and for a reason without one."""
        given = super().clean() or {}
        if given.get("level") == "unknown":
            if not given.get("why_unknown"):
                self.add_error("why_unknown", _("Say why it is not known."))
        elif given.get("level"):
            for name, text in (
                ("confidence", _("Choose how sure that is.")),
                ("source", _("Enter where this comes from.")),
            ):
                if not given.get(name):
                    self.add_error(name, text)
        return given
