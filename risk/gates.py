"""Gates: conditions outside the points that block, hold, escalate or alert, and whose advice they call for."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from risk.assessment import Assessment
from risk.facts import UNKNOWN, Answer
from risk.ruleset import Ruleset, Text
from risk.ruleset_checks import ADVISERS
from risk.scales import PROTECTION, Band, Effect, Level
from risk.tables import TOP

Answers = Mapping[str, Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFacts:
    """What the records say about a request. What must be there has no default: nobody can forget to look."""

    purpose_given: bool
    threat_linked: bool
    threat_fresh: bool  # within 90 days, and later than the latest critical incident
    srm_valid: bool  # a security risk record covers area and route, and is within its review date
    movement: bool = True  # False for a contact at a distance
    prohibited: bool = False
    un_listed: bool = False
    person_check_stale: bool = False
    proscribed: bool = False
    icc: bool = False
    joint_operation: bool = False
    red_line_breached: bool = False
    decided_at_level: Level | None = None  # of the dialogue that runs, when there is one
    children_or_survivors: bool = False
    intermediary: bool = False
    intermediary_consented: bool = False  # informed consent and risk sheet, within 90 days
    third_country_and_listed_travel_ban: bool = False
    asset_freeze: bool = False
    detainees: bool = False
    recognised_process_step: bool = False
    parallel_contact: bool = False
    public_report_in_window: bool = False


@dataclass(frozen=True, slots=True)
class Fired:
    """A gate that has fired: what it does, who must decide at least, and why in one sentence."""

    gate: str
    effect: Effect
    min_authority: Level | None
    raises_one: bool
    advisers: tuple[str, ...]
    reasons: Text

    def reason(self, lang: str) -> str:
        """Return the sentence to show."""
        return self.reasons(lang)


def fired(facts: GateFacts, answers: Answers, ruleset: Ruleset) -> tuple[Fired, ...]:
    """List the gates that fire on the facts, in the order of the ruleset. The one on the decider is `decider_gate`."""
    return tuple(
        _fire(gate, ruleset, effect=_effect(gate, facts, answers), least=_least(gate, facts, answers))
        for gate in ruleset.gates
        if gate in TRIGGERS and TRIGGERS[gate](facts, answers)
    )


def decider_gate(
    ruleset: Ruleset, *, is_requester: bool, is_participant: bool, is_sole_adviser: bool, has_tie: bool
) -> Fired | None:
    """Return the gate on conflicts of interest for one decider, or nothing when that person may decide."""
    conflict = is_requester or is_participant or is_sole_adviser or has_tie
    return _fire("G-10", ruleset) if conflict else None


def required_authority(posture_level: Level, gates: tuple[Fired, ...]) -> Level:
    """Return who must decide: the posture's level, raised by gates and never lowered; nobody while one blocks."""
    if any(gate.effect == Effect.BLOCK for gate in gates):
        return Level.BLOCK
    raised = posture_level.one_up() if any(gate.raises_one for gate in gates) else posture_level
    return max([raised, *(gate.min_authority for gate in gates if gate.min_authority)], key=lambda level: level.rank)


def advisers_required(
    assessment: Assessment, gates: tuple[Fired, ...], answers: Answers, *, movement: bool = True
) -> tuple[str, ...]:
    """List whose advice is mandatory, by band and by gate."""
    wanted = {adviser for gate in gates for adviser in gate.advisers} | set(_by_band(assessment, answers, movement))
    return tuple(adviser for adviser in ADVISERS if adviser in wanted)


def _by_band(assessment: Assessment, answers: Answers, movement: bool) -> Iterator[str]:
    if assessment.overall == Band.LOW:
        return
    yield "poc"
    if movement or assessment.risks["SEC"].band >= Band.MODERATE:
        yield "security"
    if assessment.risks["GOV"].band >= Band.MODERATE:
        yield "political"
    if _level(answers, "LEG-08") >= 2:
        yield "human_rights"


def _level(answers: Answers, factor: str) -> int:
    """Return the level answered before measures; Unknown, or no answer, reads as the worst."""
    level = answers.get(factor, UNKNOWN).level
    worst = 0 if factor.startswith(PROTECTION) else TOP
    return worst if level is None else level


def _at(factor: str, level: int) -> Callable[[GateFacts, Answers], bool]:
    return lambda _facts, answers: _level(answers, factor) >= level


TRIGGERS: dict[str, Callable[[GateFacts, Answers], bool]] = {
    "G-01": lambda facts, _: facts.prohibited,
    "G-02": lambda facts, _: facts.un_listed or facts.person_check_stale,
    "G-03": lambda facts, _: facts.proscribed,
    "G-04": lambda facts, _: facts.icc,
    "G-05": lambda facts, answers: facts.joint_operation or _level(answers, "GOV-05") == TOP,
    "G-06": lambda facts, answers: not facts.purpose_given or not facts.threat_linked or _level(answers, "PRO-04") == 0,
    "G-07": lambda facts, answers: facts.movement and (not facts.srm_valid or _level(answers, "SEC-01") == TOP),
    "G-08": lambda facts, _: facts.red_line_breached,
    "G-09": lambda facts, _: not facts.threat_linked or not facts.threat_fresh,
    "G-11": lambda facts, _: facts.children_or_survivors,
    "G-12": lambda facts, _: facts.intermediary and not facts.intermediary_consented,
    "G-13": lambda facts, _: facts.third_country_and_listed_travel_ban,
    "G-14": _at("LEG-09", 3),
    "G-15": _at("SEC-07", 4),
    "G-16": lambda facts, _: facts.parallel_contact,
    "G-17": _at("GOV-08", 4),
    "G-18": _at("GOV-01", 3),
    "G-19": lambda facts, _: facts.detainees and not facts.recognised_process_step,
    "G-20": lambda facts, _: facts.public_report_in_window,
}


def _effect(gate: str, facts: GateFacts, answers: Answers) -> Effect | None:
    """Return the graver effect of the one gate that has two."""
    frozen = gate == "G-14" and facts.asset_freeze and _level(answers, "LEG-09") == TOP
    return Effect.BLOCK if frozen else None


def _least(gate: str, facts: GateFacts, answers: Answers) -> Level | None:
    """Return the level of the gates whose level depends on the facts."""
    if gate == "G-08" and facts.decided_at_level is not None:
        return facts.decided_at_level.one_up()
    return Level.L3 if gate == "G-18" and _level(answers, "GOV-01") == TOP else None


def _fire(key: str, ruleset: Ruleset, *, effect: Effect | None = None, least: Level | None = None) -> Fired:
    gate = ruleset.gates[key]
    return Fired(
        gate=key,
        effect=effect or gate.effect,
        min_authority=least or gate.min_authority,
        raises_one=gate.raises_one,
        advisers=gate.advisers,
        reasons=gate.reasons,
    )
