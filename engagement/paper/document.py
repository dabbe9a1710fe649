"""The paper on one request: its ask, what changed, its balance, advice, gates, evidence and arguments."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

import risk
from engagement.models import Assessment, GateAnswer, Request
from engagement.paper.voices import OwnReading, Voice, own_readings_of, voices_of
from engagement.paper.what_if import WhatIf, what_if
from engagement.paper.why import Sources, Why, whys
from engagement.paper.words import (
    age_words,
    band_code,
    band_word,
    evidence_words,
    first_sentence,
    first_words,
    language,
    risk_name,
)
from engagement.policies.deciding import RISKS, required_level
from engagement.policies.dossier import Dossier, FiredGate
from engagement.policies.levels import by_factor
from missions.dates import day_in_words
from missions.roles import Authority

FIRST_WORDS = 50


@dataclass(frozen=True)
class Estimate:
    """One row of the balance: a level, its points and their plausible range, and where it stood at submission."""

    code: str
    name: str
    question: str
    band: str
    score: int
    low: int
    high: int
    was: int | None = None

    @property
    def scale(self) -> str:
        """Return the scale of its drawing."""
        return "protection" if self.code == risk.PROTECTION else "risk"


@dataclass(frozen=True)
class GateLine:
    """A gate that stands on the request, who answers it, and what they answered."""

    id: str
    name: str
    effect: str
    reason: str
    lift: str
    who: str
    answer: GateAnswer | None = None


@dataclass(frozen=True)
class Source:
    """Where answers come from, how good it is and how old."""

    name: str
    grade: str
    age: str
    day: date | None
    count: int


@dataclass(frozen=True)
class Argument:
    """Something that this paper says and a decider may rely on."""

    key: str
    text: str

    @property
    def short(self) -> str:
        """Return its first words, which are enough to tell it from the others beside the paper that holds the rest."""
        return first_words(self.text, FIRST_WORDS)


@dataclass(frozen=True)
class Paper:
    """One request as its decider reads it; every part is computed when a template first asks for it."""

    request: Request
    dossier: Dossier
    at: datetime
    counted: frozenset[str] | None = None

    @cached_property
    def assessment(self) -> risk.Assessment:
        """Return the stored figures."""
        return risk.Assessment.from_json(self.dossier.assessment.result)

    @cached_property
    def today(self) -> date:
        """Return the day it is in the mission; a historical case is read on the day it was assessed."""
        at = self.dossier.assessment.assessed_at if self.request.mission.is_library else self.at
        return self.request.mission.local_day(at)

    @cached_property
    def level(self) -> Authority | None:
        """Return the level that decides, or None while a block is in force."""
        return required_level(self.dossier.assessment, self.dossier.advice)

    @cached_property
    def ask(self) -> str:
        """Say in one sentence what is asked for."""
        return " ".join(_ask(self.request))

    @property
    def where(self) -> str:
        """Name the place and the area, each once."""
        return ", ".join(dict.fromkeys(filter(None, [self.request.place, str(self.request.area or "")])))

    @cached_property
    def changes(self) -> tuple[str, ...]:
        """Say what has changed since this version was submitted, before and after."""
        return tuple(_changes(self.dossier))

    @cached_property
    def balance(self) -> tuple[Estimate, ...]:
        """Return the protection case and the three risks, always in this order."""
        return balance(self.assessment, _scores(self.dossier.at_submission))

    @cached_property
    def own_readings(self) -> tuple[OwnReading, ...]:
        """Return where an adviser's first reading and the model differ."""
        return tuple(own_readings_of(self.dossier))

    @cached_property
    def whys(self) -> tuple[Why, ...]:
        """Return why each risk stands where it stands, the highest first and the protection case last."""
        answers = {answer.factor: answer for answer in self.dossier.answers}
        measures = {measure.code: measure for measure in self.dossier.measures}
        return whys(self.assessment, Sources(answers, measures, self.today, by_factor(self.dossier.levels)))

    @cached_property
    def what_if(self) -> WhatIf:
        """Return the measures, what each would take off, and the balance with those that the reader counts."""
        return what_if(self.dossier, self.assessment, self.counted)

    @cached_property
    def imagined(self) -> tuple[Estimate, ...]:
        """Return the balance with the measures that the reader counts, beside where it stands now."""
        now = {estimate.code: estimate.score for estimate in self.balance}
        return balance(self.what_if.result, now) if self.what_if.result else ()

    @cached_property
    def voices(self) -> tuple[Voice, ...]:
        """Return every adviser's position, and name the advice that is missing."""
        return tuple(voices_of(self.dossier))

    @cached_property
    def dissent(self) -> tuple[Voice, ...]:
        """Return who does not support the request."""
        return tuple(voice for voice in self.voices if voice.is_against)

    @cached_property
    def missing(self) -> tuple[Voice, ...]:
        """Return whose advice was asked for and has not come."""
        return tuple(voice for voice in self.voices if voice.is_missing)

    @cached_property
    def gates(self) -> tuple[GateLine, ...]:
        """Return the gates that stand on the request."""
        answers = {answer.gate: answer for answer in self.dossier.gate_answers}
        return tuple(_gate_line(gate, answers.get(gate.id)) for gate in self.dossier.gates)

    @property
    def blocks(self) -> tuple[GateLine, ...]:
        """Return the gates that keep everybody from deciding."""
        return tuple(gate for gate in self.gates if gate.effect == "BLOCK")

    @property
    def holds(self) -> tuple[GateLine, ...]:
        """Return the gates that an approval waits for, answered ones included."""
        return tuple(gate for gate in self.gates if gate.effect == "HOLD")

    @property
    def notices(self) -> tuple[GateLine, ...]:
        """Return the gates that only raise the level or want to be known."""
        return tuple(gate for gate in self.gates if gate.effect in {"ESCALATE", "ALERT"})

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Return where the answers come from, weakest and oldest first."""
        return tuple(_sources(self.dossier, self.today))

    @cached_property
    def unknown(self) -> int:
        """Count the answers that nobody knows."""
        return sum(answer.level is None for answer in self.dossier.answers)

    @cached_property
    def arguments(self) -> tuple[Argument, ...]:
        """Return what this paper says for and against, as something to rely on."""
        return tuple(_arguments(self))


# --- The ask ----------------------------------------------------------------------------------------------------


def _ask(request: Request) -> Iterator[str]:
    contacts = request.contacts_planned or 1
    words = {
        "count": contacts,
        "how": request.get_modality_display().lower(),
        "who": str(request.group or request.interlocutors),
    }
    yield (
        ngettext(
            "Approve %(count)d contact (%(how)s) with %(who)s",
            "Approve up to %(count)d contacts (%(how)s) with %(who)s",
            contacts,
        )
        % words
    )
    if request.starts_on and request.ends_on:
        window = {"start": day_in_words(request.starts_on), "end": day_in_words(request.ends_on)}
        yield _("between %(start)s and %(end)s") % window
    if request.component:
        yield _("led by %(component)s") % {"component": request.component}


# --- What changed -----------------------------------------------------------------------------------------------


def _changes(dossier: Dossier) -> Iterator[str]:
    if dossier.at_submission is not None:
        yield from _changed_levels(dossier.at_submission, dossier.assessment)
        yield from _changed_gates(dossier.at_submission, dossier.assessment)
    yield from _changed_advice(dossier)


def _changed_levels(before: Assessment, after: Assessment) -> Iterator[str]:
    for code, column in [*RISKS.items(), (risk.PROTECTION, "protection")]:
        old, new = _scores(before)[code], _scores(after)[code]
        if old == new:
            continue
        protection = code == risk.PROTECTION
        words = {
            "name": risk_name(code),
            "before": band_word(band_code(getattr(before, column), protection=protection)),
            "after": band_word(band_code(getattr(after, column), protection=protection)),
            "old": old,
            "new": new,
            "why": _because(after),
        }
        if words["before"] == words["after"]:
            yield _("%(name)s: still %(after)s, from %(old)d to %(new)d points. %(why)s") % words
        else:
            yield _("%(name)s: from %(before)s to %(after)s, from %(old)d to %(new)d points. %(why)s") % words


def _because(assessment: Assessment) -> str:
    words = {
        "cause": assessment.get_cause_display(),
        "day": day_in_words(assessment.assessed_at.date()),
        "note": assessment.note,
    }
    if assessment.note:
        return _("%(cause)s, %(day)s: %(note)s") % words
    return _("%(cause)s, %(day)s.") % words


def _changed_gates(before: Assessment, after: Assessment) -> Iterator[str]:
    names = risk.current_ruleset().gates
    old, new = ([gate["id"] for gate in assessment.gates] for assessment in (before, after))
    for gate in [gate for gate in new if gate not in old]:
        yield _("New: %(gate)s.") % {"gate": names[gate].name(language())}
    for gate in [gate for gate in old if gate not in new]:
        yield _("No longer: %(gate)s.") % {"gate": names[gate].name(language())}


def _changed_advice(dossier: Dossier) -> Iterator[str]:
    for voice in voices_of(dossier):
        if voice.before and voice.given_at:
            words = {"role": voice.role.label, "before": voice.before.lower(), "after": voice.label.lower()}
            yield _("%(role)s revised advice from “%(before)s” to “%(after)s”.") % words


# --- The balance ------------------------------------------------------------------------------------------------


def balance(assessment: risk.Assessment, before: Mapping[str, int]) -> tuple[Estimate, ...]:
    """Return the four rows; `before` holds the points that a ring is drawn at."""
    questions = {
        "PRO": _("If this works, how much could it reduce harm to civilians?"),
        "LEG": _("Could contact raise the group’s standing?"),
        "GOV": _("Could the State object or retaliate?"),
        "SEC": _("Could staff or contacts be harmed?"),
    }
    figures: dict[str, risk.ProtectionFigure | risk.RiskFigure] = {risk.PROTECTION: assessment.protection}
    figures |= assessment.risks
    return tuple(
        Estimate(
            code=code,
            name=risk_name(code),
            question=questions[code],
            band=figure.band.value,
            score=figure.score,
            low=figure.low,
            high=figure.high,
            was=before.get(code) if before.get(code) != figure.score else None,
        )
        for code, figure in figures.items()
    )


def _scores(assessment: Assessment | None) -> dict[str, int]:
    if assessment is None:
        return {}
    result = assessment.result
    return {code: result["risks"][code]["score"] for code in RISKS} | {risk.PROTECTION: result["protection"]["score"]}


# --- Gates --------------------------------------------------------------------------------------------------------


def _gate_line(gate: FiredGate, answer: GateAnswer | None) -> GateLine:
    rule, lang = risk.current_ruleset().gates[gate.id], language()
    return GateLine(
        id=gate.id,
        name=rule.name(lang),
        effect=gate.effect,
        reason=gate.reason.get(lang[:2], rule.reason(lang)),
        lift=rule.lift(lang),
        who=gate.answered_by,
        answer=answer,
    )


# --- Evidence and arguments -------------------------------------------------------------------------------------


def _sources(dossier: Dossier, today: date) -> Iterator[Source]:
    found: dict[tuple[str, date | None, str], int] = {}
    for answer in dossier.answers:
        if answer.level is not None and answer.source:
            key = (answer.source, answer.source_date, answer.confidence)
            found[key] = found.get(key, 0) + 1
    oldest = date.min
    for (name, day, grade), count in sorted(
        found.items(), key=lambda item: (-ord(item[0][2] or "C"), item[0][1] or oldest, item[0][0])
    ):
        age = age_words(day, today) if day else pgettext("source", "no date")
        yield Source(name=name, grade=evidence_words(grade), age=age, day=day, count=count)


def _arguments(paper: Paper) -> Iterator[Argument]:
    yield from _strongest(paper, risk.PROTECTION, 1)
    if paper.request.if_not_engaging:
        text = _("If we do not engage: %(text)s") % {"text": first_sentence(paper.request.if_not_engaging, 90)}
        yield Argument("not-engaging", text)
    for voice in paper.voices:
        if voice.reason:
            words = {
                "role": voice.role.label,
                "outcome": voice.label.lower(),
                "reason": first_sentence(voice.reason, 80),
            }
            yield Argument(f"advice-{voice.role.value}", _("%(role)s, %(outcome)s: %(reason)s") % words)
    for why in paper.whys:
        if why.band in {"HIGH", "VERY_HIGH"}:
            yield from _strongest(paper, why.code, 1)
    for measure in paper.dossier.measures:
        if measure.is_verified:
            name = risk.current_ruleset().measures[str(measure.code)].name(language())
            yield Argument(str(measure.code), _("Verified: %(measure)s") % {"measure": name})


def _strongest(paper: Paper, code: str, count: int) -> Iterator[Argument]:
    why = next(why for why in paper.whys if why.code == code)
    for line in [line for line in why.lines if line.points and not line.is_unknown][:count]:
        yield Argument(line.id, _("%(risk)s: %(fact)s") % {"risk": risk_name(code), "fact": line.anchor})
