"""The forms in which a request is started, written section by section, and looked for in a list."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.widgets import SplitDateField
from engagement.forms.contacts import DraftableForm
from engagement.forms.lengths import LONGEST_TEXT, LongText
from engagement.models import Answer, Measure, Modality, Request
from engagement.policies.drafting import AnswerInput, idle_measures
from engagement.sections import Section
from engagement.services.drafting import Promise
from missions.access import Access
from missions.forms import closely_held_in, offer_compartments
from missions.models import Area, Mission
from missions.offered import OfferedField
from nsags.models import Group
from protection.models import ThreatAssessment
from risk import Factor, current_ruleset
from risk import Measure as MeasureRule

UNKNOWN = "unknown"
SEVERAL, ONE = "several", "one"
SURE = [
    ("A", _("Sure: two independent sources, or an official document")),
    ("B", _("Fairly sure: one reliable source, or consistent analysis")),
    ("C", _("A judgement, or one weak source")),
]


def text(label: Any, help_text: Any = "", *, longest: int | None = None, rows: int = 0, guide: int = 0) -> forms.Field:
    """Make a text field, of one line or of several with a guide to its length."""
    attrs: dict[str, Any] = {"autocomplete": "off", "dir": "auto"}
    if not rows:
        widget = forms.TextInput(attrs)
        return forms.CharField(label=label, help_text=help_text, max_length=longest, widget=widget, required=False)
    if guide:
        attrs["data-max"] = guide
    return LongText(
        label=label, help_text=help_text, max_length=longest or LONGEST_TEXT, rows=rows, attrs=attrs, required=False
    )


def yes_no(label: Any, help_text: Any = "") -> forms.Field:
    """Make a question that is answered with yes or no, and has no answer at first."""
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda word: word == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        required=False,
    )


def one_of(label: Any, choices: Any, help_text: Any = "", *, as_radios: bool = False) -> forms.Field:
    """Make a choice among a few, as radios or as a list."""
    blank = [] if as_radios else [("", _("Choose one"))]
    widget = forms.RadioSelect if as_radios else forms.Select
    return forms.ChoiceField(
        label=label, help_text=help_text, choices=[*blank, *choices], widget=widget, required=False
    )


class RecordField(OfferedField):
    """A choice among records of the mission that the person may see."""

    def __init__(self, queryset: Any, *, label: Any, help_text: Any = "", say: Callable[[Any], str] = str) -> None:
        super().__init__(queryset, label=label, help_text=help_text, required=False, empty_label=_("Choose one"))
        self.say = say

    def label_from_instance(self, obj: Any) -> str:
        """Return the words of one option."""
        return self.say(obj)


def _threats(request: Request, access: Access) -> forms.Field:
    of_mission = ThreatAssessment.objects.visible_to(access).filter(mission=request.mission_id)
    return RecordField(
        of_mission.order_by("-assessed_on", "pk"),
        label=_("Which threat to civilians does this speak to?"),
        say=lambda threat: f"{threat.reference} · {threat.title}",
    )


def _groups(request: Request, access: Access) -> forms.Field:
    of_mission = Group.objects.visible_to(access).filter(mission=request.mission_id)
    return RecordField(of_mission.order_by("name", "pk"), label=_("Which group?"))


def _areas(request: Request, access: Access) -> forms.Field:
    return RecordField(Area.objects.filter(mission=request.mission_id).order_by("name"), label=_("In which area?"))


def _number_of_contacts(request: Request, access: Access) -> forms.Field:
    return forms.IntegerField(
        label=_("How many at most?"),
        required=False,
        min_value=1,
        max_value=365,
        widget=forms.TextInput(attrs={"class": "w2", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("Write the number of contacts in digits, like 4.")},
    )


FIVE_QUESTIONS = _(
    "Do both sides want a political way out? Does its community see the group as legitimate? Can it deliver what it "
    "promises? Could dialogue change what it does? Do victims or allies want it?"
)

FIELDS: Mapping[str, Callable[[Request, Access], forms.Field]] = {
    "title": lambda *_a: text(
        _("What do you ask for, in one line?"), _("Without names of people. It heads the paper."), longest=160
    ),
    "purpose_scale": lambda *_a: one_of(
        _("What do you want from this dialogue?"), Request.Purpose.choices, as_radios=True
    ),
    "purpose": lambda *_a: text(_("What should change, for which civilians?"), rows=4, guide=600),
    "threat": _threats,
    "if_not_engaging": lambda *_a: text(_("What happens to civilians if we do not engage?"), rows=3, guide=600),
    "alternatives": lambda *_a: text(_("What else was considered, and why is it not enough?"), rows=3, guide=600),
    "group": _groups,
    "interlocutors": lambda *_a: text(_("Whom would you meet?"), _("Functions, not names."), longest=200),
    "involves_children": lambda *_a: yes_no(_("Are children, or survivors of sexual violence, concerned?")),
    "involves_detainees": lambda *_a: yes_no(_("Does it concern people held, or an exchange?")),
    "is_recognised_step": lambda *_a: yes_no(
        _("If so, is it an agreed step of a recognised process?"), _("Leave blank if nobody held is concerned.")
    ),
    "label_worksheet": lambda *_a: text(
        _("What speaks for talking with a designated group?"), FIVE_QUESTIONS, rows=6, guide=1200
    ),
    "type": lambda *_a: one_of(_("What kind of dialogue is it?"), Request.Type.choices),
    "modality": lambda *_a: one_of(_("How is the contact made?"), Modality.choices, as_radios=True),
    "component": lambda *_a: text(_("Which component leads?"), _("For example, Civil Affairs."), longest=80),
    "area": _areas,
    "place": lambda *_a: text(_("At which place?"), _("A village or a road is enough. Never a home."), longest=120),
    "contacts_planned": _number_of_contacts,
    "starts_on": lambda *_a: SplitDateField(label=_("First day"), required=False),
    "ends_on": lambda *_a: SplitDateField(label=_("Last day"), required=False),
    "inside_strategy": lambda *_a: yes_no(_("Does it lie inside an approved strategy for this group?")),
    "uses_intermediary": lambda *_a: yes_no(_("Does an intermediary open or carry the contact?")),
    "intermediary_consented_on": lambda *_a: SplitDateField(
        label=_("If so, on which day did they agree, knowing the risks?"), required=False
    ),
    "is_third_country": lambda *_a: yes_no(_("Does anybody travel to another country for it?")),
    "objection_justification": lambda *_a: text(
        _("If the government objects: why should the contact go ahead all the same?"), rows=3, guide=600
    ),
    "srm_reference": lambda *_a: text(
        _("Which security risk management record covers area and route?"), _("Its reference."), longest=60
    ),
    "srm_valid_until": lambda *_a: SplitDateField(label=_("Until which day is that record valid?"), required=False),
    "red_lines": lambda *_a: text(_("What would make you stop?"), _("Your red lines."), rows=3, guide=600),
    "proposed_conditions": lambda *_a: text(_("Which conditions do you propose?"), rows=3, guide=600),
}


@dataclass(frozen=True)
class Question:
    """One factor on the page: what is asked, and the fields of its answer."""

    factor: Factor
    level: BoundField
    why: BoundField
    sure: BoundField
    source: BoundField
    on: BoundField
    carried_from: str

    @property
    def text(self) -> str:
        """Return the question in the reader's language."""
        return self.factor.question(_language())

    @property
    def name(self) -> str:
        """Return the short name in the reader's language."""
        return self.factor.name(_language())

    @property
    def anchors(self) -> list[Any]:
        """Return the radios of the five levels."""
        return list(self.level)[:-1]

    @property
    def unknown(self) -> Any:
        """Return the radio that says “I do not know”."""
        return list(self.level)[-1]

    @property
    def is_unsure(self) -> bool:
        """Say whether somebody has said less than that it is certain, or where it comes from."""
        return self.sure.value() != Answer.Confidence.A or bool(self.source.value())


def _language() -> str:
    return get_language() or "en"


class SectionForm(DraftableForm):
    """One section of a request: fields of the request, then one question for each factor."""

    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        request: Request,
        section: Section,
        access: Access,
        answers: Mapping[str, Answer],
        shown: tuple[str, ...],
        carried: Mapping[str, Answer] | None = None,
        carried_from: str = "",
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("auto_id", "id_%s")
        super().__init__(*args, **kwargs)
        self.section, self.shown = section, shown
        self.carried, self.carried_from = carried or {}, carried_from
        for name in shown:
            self._add_field(name, request, access)
        for factor in section.factors:
            self._add_question(current_ruleset().factors[factor], answers.get(factor) or self.carried.get(factor))

    def _add_field(self, name: str, request: Request, access: Access) -> None:
        value = getattr(request, name)
        if name == "contacts_planned":
            choices = [(SEVERAL, _("Several, until the last day")), (ONE, _("One"))]
            self.fields["covers"] = one_of(_("How many contacts does this cover?"), choices, as_radios=True)
            self.initial.setdefault("covers", ONE if value == 1 else SEVERAL)
        self.fields[name] = FIELDS[name](request, access)
        self.initial.setdefault(name, {True: "yes", False: "no"}[value] if isinstance(value, bool) else value)

    def _add_question(self, factor: Factor, answer: Answer | None) -> None:
        key = factor.id
        anchors = [(str(level), words) for level, words in enumerate(factor.anchors(_language()))]
        self.fields[key] = one_of(
            factor.question(_language()), [*anchors, (UNKNOWN, _("I do not know"))], as_radios=True
        )
        self.fields[key].error_messages["invalid_choice"] = _("Choose one of the answers offered.")
        self.fields[f"{key}-why"] = text(_("Why not?"), longest=200)
        self.fields[f"{key}-sure"] = one_of(_("How sure are you of this answer?"), SURE, as_radios=True)
        self.fields[f"{key}-source"] = text(
            _("Where does this come from?"), _("Type of source. Not a name."), longest=200
        )
        self.fields[f"{key}-source"].widget.attrs["list"] = "sources"
        self.fields[f"{key}-on"] = SplitDateField(label=_("Date of the source"), required=False)
        for name, value in _said(factor, answer).items():
            self.initial.setdefault(f"{key}{name}", value)

    def questions(self) -> Iterator[Question]:
        """Yield the questions of the section with their fields."""
        for factor in self.section.factors:
            yield Question(
                factor=current_ruleset().factors[factor],
                level=self[factor],
                why=self[f"{factor}-why"],
                sure=self[f"{factor}-sure"],
                source=self[f"{factor}-source"],
                on=self[f"{factor}-on"],
                carried_from=self.carried_from if factor in self.carried else "",
            )

    def plain_fields(self) -> list[BoundField]:
        """Return the fields of the request itself, in the order of the page."""
        return [self[name] for name in self.fields if name in self.shown or name == "covers"]

    def clean(self) -> dict[str, Any]:
        """Ask for a level where somebody wrote only what goes with one."""
        said = super().clean() or {}
        for factor in self.section.factors:
            aside = any(said.get(f"{factor}{part}") for part in ("-why", "-source", "-on"))
            if aside and not said.get(factor) and factor not in self.errors:
                self.add_error(factor, _("Choose one of the five answers, or “I do not know”."))
        return said

    def section_fields(self) -> dict[str, Any]:
        """Return the values of the request's own fields, as far as they could be read."""
        said = {name: self.cleaned_data[name] for name in self.shown if name in self.cleaned_data}
        if "contacts_planned" in said and self.cleaned_data.get("covers") == ONE:
            said["contacts_planned"] = 1
        return said

    def answers(self) -> dict[str, AnswerInput]:
        """Return the answers that were given, as far as they could be read."""
        said = self.cleaned_data
        return {
            factor: AnswerInput(
                level=None if said[factor] == UNKNOWN else int(said[factor]),
                confidence=said.get(f"{factor}-sure", ""),
                source=said.get(f"{factor}-source", ""),
                source_date=said.get(f"{factor}-on"),
                why_unknown=said.get(f"{factor}-why", ""),
            )
            for factor in self.section.factors
            if said.get(factor)
        }


def _said(factor: Factor, answer: Answer | None) -> dict[str, Any]:
    """Return what stands in the fields of an answer; the plan itself is known for sure unless somebody says less."""
    if answer is None:
        return {"-sure": Answer.Confidence.A if factor.kind == "design" else ""}
    return {
        "": UNKNOWN if answer.level is None else str(answer.level),
        "-why": answer.why_unknown,
        "-sure": answer.confidence or ("A" if factor.kind == "design" else ""),
        "-source": answer.source,
        "-on": answer.source_date,
    }


@dataclass(frozen=True)
class MeasureRow:
    """One measure on the page: what it lowers, what to look at again, and the fields of its promise."""

    rule: MeasureRule
    promised: BoundField
    owner: BoundField
    due_on: BoundField
    again: BoundField | None
    is_idle: bool

    @property
    def name(self) -> str:
        """Return what the measure is called."""
        return self.rule.name(_language())

    @property
    def lowers(self) -> list[tuple[str, int]]:
        """Return each factor that it lowers, and by how many levels."""
        factors = current_ruleset().factors
        return [(factors[factor].name(_language()), by) for factor, by in self.rule.effects.items()]

    @property
    def before(self) -> list[str]:
        """Return the questions about the plan that it lowers, whose answers must not count it already."""
        factors = [current_ruleset().factors[factor] for factor in self.rule.effects]
        return [factor.name(_language()) for factor in factors if factor.kind == "design"]

    @property
    def verified_when(self) -> str:
        """Return when it counts as verified."""
        return self.rule.verified_when(_language())

    @property
    def look_again(self) -> str:
        """Return what it may make worse."""
        return self.rule.reaffirm_text(_language())


class MeasuresForm(SectionForm):
    """The last section: red lines, conditions, and the measures that somebody promises."""

    def __init__(
        self, *args: Any, measures: Mapping[str, Measure], levels: Mapping[str, int | None], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.idle = {refusal.field for refusal in idle_measures(current_ruleset().measures, levels)}
        for code, rule in current_ruleset().measures.items():
            self._add_measure(code, rule, measures.get(code))

    def _add_measure(self, code: str, rule: MeasureRule, measure: Measure | None) -> None:
        self.fields[code] = forms.BooleanField(label=rule.name(_language()), required=False)
        self.fields[f"{code}-owner"] = text(_("Who answers for it?"), _("A function."), longest=120)
        self.fields[f"{code}-due"] = SplitDateField(label=_("In place by"), required=False)
        if rule.reaffirm:
            self.fields[f"{code}-again"] = _answered_again(rule)
        self.initial.setdefault(code, measure is not None)
        if measure:
            self.initial.setdefault(f"{code}-again", measure.is_reaffirmed)
            self.initial.setdefault(f"{code}-owner", measure.owner)
            self.initial.setdefault(f"{code}-due", measure.due_on)

    def rows(self) -> list[MeasureRow]:
        """Return the measures in the order of the ruleset."""
        return [self._row(code, rule) for code, rule in current_ruleset().measures.items()]

    def _row(self, code: str, rule: MeasureRule) -> MeasureRow:
        again = self[f"{code}-again"] if rule.reaffirm else None
        return MeasureRow(rule, self[code], self[f"{code}-owner"], self[f"{code}-due"], again, code in self.idle)

    def promises(self) -> dict[str, Promise]:
        """Return what is promised, with owners and dates as far as they could be read."""
        said = self.cleaned_data
        return {
            code: Promise(said.get(f"{code}-owner", ""), said.get(f"{code}-due"), bool(said.get(f"{code}-again")))
            for code in current_ruleset().measures
            if said.get(code)
        }


def _answered_again(rule: MeasureRule) -> forms.Field:
    """Make the tick that says that what a measure may make worse was answered with it in mind."""
    names = ", ".join(current_ruleset().factors[factor].name(_language()) for factor in rule.reaffirm)
    label = _("I have answered this again with the measure in mind: %(questions)s") % {"questions": names}
    return forms.BooleanField(label=label, required=False)


class StartForm(forms.Form):
    """Three questions, and one lands in the right place: a log, an urgent card or a request."""

    use_required_attribute = False

    mission = OfferedField(
        Mission.objects.none(), label=_("In which mission?"), empty_label=_("Choose one"),
        error_messages={"required": _("Choose the mission.")},
    )  # fmt: skip
    group = OfferedField(
        Group.objects.none(), label=_("Which group?"), required=False, empty_label=_("Not listed, or not known yet")
    )
    happened = forms.ChoiceField(
        label=_("Has the contact taken place already?"),
        choices=[("no", _("No, I am planning it")), ("yes", _("Yes, it has happened"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether the contact has taken place already.")},
    )
    urgent = forms.ChoiceField(
        label=_("Would waiting for an answer probably cost lives?"),
        choices=[("no", _("No")), ("yes", _("Yes"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether waiting would probably cost lives.")},
    )

    compartment = closely_held_in()

    def __init__(self, *args: Any, access: Access, missions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_compartments(self, access)
        groups = Group.objects.visible_to(access).filter(mission__in=missions)
        offered = {"mission": missions, "group": groups.order_by("name", "pk")}
        for name, queryset in offered.items():
            cast(OfferedField, self.fields[name]).queryset = queryset
        if len(missions) == 1:
            self.fields["mission"].widget = forms.HiddenInput()
            self.initial.setdefault("mission", missions[0].pk)


class FilterForm(forms.Form):
    """What a list of requests shows."""

    use_required_attribute = False

    mission = forms.ChoiceField(label=_("Mission"), required=False)
    whose = forms.ChoiceField(
        label=_("Whose"),
        choices=[("", _("All that I may see")), ("area", _("My office")), ("mine", _("Mine"))],
        required=False,
    )
    state = forms.ChoiceField(
        label=_("State"),
        choices=[
            ("", _("Any state")),
            ("draft", _("Drafts and returned")),
            ("pending", _("Waiting for advice or decision")),
            ("decided", _("Decided")),
            ("withdrawn", _("Withdrawn")),
        ],
        required=False,
    )

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.missions = {p.mission_code: p.mission_id for p in access.postings if p.mission_id}
        if len(self.missions) < 2:
            del self.fields["mission"]
        else:
            cast(forms.ChoiceField, self.fields["mission"]).choices = [(code, code) for code in self.missions]

    def mission_id(self) -> Any:
        """Return the mission to list: the chosen one, else the first of the person's own, else none."""
        own = next(iter(self.missions.values()), None)
        return self.missions.get(self.cleaned_data.get("mission", ""), own) if self.is_valid() else own
