"""Who may decide a request, at which level, and what a decision must hold."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

import risk
from engagement.models import Advice, Assessment, Decision, Request, RequestStatus
from engagement.models.status import DECIDED
from engagement.policies.blind_rating import rate_first, still_to_rate
from engagement.policies.dossier import Dossier, FiredGate, standing
from engagement.policies.validity import longest_validity
from engagement.policies.wording import is_only_a_label, words_in
from missions.access import Access
from missions.dates import day_in_words, time_in_words
from missions.models import Delegation
from missions.refusals import Refusal
from missions.roles import AUTHORITY_OF_ROLE, Authority, Permission, Role, one_level_up

MODERATE, HIGH, VERY_HIGH = 2, 3, 4
BANDS = ("LOW", "MODERATE", "HIGH", "VERY_HIGH")
RISKS = {"LEG": "legitimacy", "GOV": "host_government", "SEC": "security"}
DEPARTURE_WORDS = 30
# As many as can be asked for.
MOST_CONTACTS = 365

_O = Decision.Outcome
APPROVALS = frozenset({_O.APPROVE, _O.APPROVE_WITH_CONDITIONS})
# Sending back and waiting are steps on the way, so they never depart from the standing rule.
ON_THE_WAY = frozenset({_O.RETURN, _O.DEFER})
AFTER_A_DECISION = DECIDED | {RequestStatus.RETURNED, RequestStatus.DEFERRED}
# What the standing rule (domain reference 2.9) covers; any other outcome departs from it and needs a reason.
FOLLOWS: dict[str, frozenset[str]] = {
    "PROCEED": APPROVALS,
    "CONDITIONS": frozenset({_O.APPROVE_WITH_CONDITIONS}),
    "OPTIONAL": APPROVALS | {_O.DECLINE},
    "RECONSIDER": frozenset({_O.DECLINE}),
    "REDESIGN": frozenset({_O.DECLINE}),
    "EXCEPTIONAL": frozenset({_O.DECLINE}),
    "DECLINE": frozenset({_O.DECLINE}),
}
# Declining against these has a price for civilians, which must be named (L390).
IN_FAVOUR = frozenset({"PROCEED", "CONDITIONS"})

LEGAL_GATES = frozenset({"G-02", "G-04", "G-14"})


@dataclass(frozen=True)
class Choice:
    """What a decider has chosen, on which assessment, and everything they wrote."""

    assessment_id: UUID
    outcome: str
    reasons: str = ""
    relied_on: tuple[str, ...] = ()
    accepted_risks: tuple[str, ...] = ()
    departure_reason: str = ""
    civilian_consequences: str = ""
    conditions: tuple[str, ...] = ()
    red_lines: str = ""
    deferred_until: date | None = None
    deferred_event: str = ""
    valid_until: date | None = None
    contacts_max: int | None = None
    report_within_hours: int | None = None

    @property
    def is_approval(self) -> bool:
        """Say whether the choice lets the dialogue happen."""
        return self.outcome in APPROVALS


@dataclass(frozen=True)
class Standing:
    """In which capacity a person would decide: the level, the role, and the delegation that carries it."""

    level: Authority
    role: str
    delegation: Delegation | None = None


def required_level(assessment: Assessment, advice: Iterable[Advice]) -> Authority | None:
    """Return the level at which a request is decided, or None while a block is in force.

    The assessment holds the table of postures and the gates; security advice against a high risk moves it one level
    up, and legal advice against a listing, a warrant or a material benefit moves it to L4 (domain reference 3.2).
    """
    if assessment.authority is None:
        return None
    level = Authority(assessment.authority)
    against = {row.role for row in standing(advice).values() if row.outcome == Advice.Outcome.DO_NOT_SUPPORT}
    if Role.SECURITY_ADVISER in against and assessment.overall >= HIGH:
        level = Authority(min(level + 1, Authority.L4))
    if Role.LEGAL_ADVISER in against and LEGAL_GATES & {gate["id"] for gate in assessment.gates}:
        level = Authority.L4
    return level


def standing_of(request: Request, dossier: Dossier, *, by: Access, at: datetime) -> Standing | None:
    """Return the capacity in which a person would decide: their own, or a delegation where that is not enough."""
    required = required_level(dossier.assessment, dossier.advice)
    own = _own_standing(request, required, by)
    if required is None or (own and own.level >= required):
        return own
    delegated = [_delegated(d, by) for d in usable_delegations(request, dossier, by=by, at=at) if d.level >= required]
    return next(iter(delegated), own)


def _own_standing(request: Request, required: Authority | None, by: Access) -> Standing | None:
    if not by.may(Permission.DECIDE, request.mission_id):
        return None
    roles = [role for role in by.roles_in(request.mission_id) if role in AUTHORITY_OF_ROLE]
    role = max(roles, key=lambda role: AUTHORITY_OF_ROLE[role], default=None)
    if role is None:
        return None
    level = AUTHORITY_OF_ROLE[role]
    # The head of mission signs at L4 only where headquarters has to be consulted.
    return Standing(Authority.L3 if level == Authority.L4 != required else level, role)


def _delegated(delegation: Delegation, by: Access) -> Standing:
    return Standing(Authority(delegation.level), by.role_in(delegation.mission_id), delegation)


def usable_delegations(request: Request, dossier: Dossier, *, by: Access, at: datetime) -> list[Delegation]:
    """Return the delegations that reach this request: live, in its area, about its group and up to its band.

    None goes more than one level down, none reaches a VERY HIGH risk, and none crosses a gate.
    """
    day = request.mission.local_day(at)
    band = dossier.assessment.overall
    own = by.authority_in(request.mission_id) if by.may(Permission.DECIDE, request.mission_id) else None
    gate_level = max((gate.least for gate in dossier.gates if gate.least is not None), default=None)
    if band == VERY_HIGH or (gate_level is not None and (own is None or gate_level > own)):
        return []
    if request.mission_id not in by.mission_ids:  # who has left may still read it, by a grant
        return []
    return [
        delegation
        for delegation in dossier.delegations
        if delegation.to_user_id == by.user_id
        and delegation.mission_id == request.mission_id
        and delegation.is_live(day)
        and BANDS.index(delegation.highest_band) + 1 >= band
        and delegation.level <= one_level_up(by.authority_in(request.mission_id))
        and delegation.covers(area=request.area, group_id=request.group_id)
    ]


def decide(request: Request, dossier: Dossier, *, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why the person may not decide this request now, whatever they would choose; nothing means they may."""
    yield from _may_be_decided(request, dossier)
    yield from _high_enough(request, dossier, by=by, at=at)
    yield from _is_somebody_else(request, dossier, by=by)
    if still_to_rate(request, by, rated=dossier.roles_rated_by(by.user_id)):
        yield rate_first()


def choose(request: Request, dossier: Dossier, choice: Choice, *, at: datetime) -> Iterator[Refusal]:
    """Say what is missing in a choice, before the standing rule is opened; nothing means that it can be confirmed."""
    if choice.assessment_id != dossier.assessment.pk:
        yield Refusal("stale_assessment", _stale_words(dossier))
    if choice.outcome not in Decision.Outcome:
        yield Refusal("no_outcome", _("Choose one of the five outcomes."), "outcome")
    yield from _reasons(dossier, choice)
    if choice.is_approval:
        yield from _approval(request, dossier, choice, at=at)
    if choice.outcome == _O.DEFER:
        yield from _deferral(request, choice, at=at)
    if choice.outcome in {*APPROVALS, _O.DECLINE}:
        yield from _consultation(dossier)


def sign(request: Request, dossier: Dossier, choice: Choice, *, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why this decision cannot be signed now; nothing means that it can."""
    yield from decide(request, dossier, by=by, at=at)
    yield from choose(request, dossier, choice, at=at)
    yield from depart(dossier, choice)


def departs(rule_advice: str, outcome: str) -> bool:
    """Say whether an outcome goes against the standing rule, in either direction."""
    return outcome not in ON_THE_WAY and outcome not in FOLLOWS[rule_advice]


def needs_consequences(rule_advice: str, outcome: str) -> bool:
    """Say whether the decider must name what declining means for civilians."""
    return outcome == _O.DECLINE and rule_advice in IN_FAVOUR


def depart(dossier: Dossier, choice: Choice) -> Iterator[Refusal]:
    """Say what is missing where a choice departs from the standing rule."""
    rule = dossier.assessment.rule_advice
    if choice.outcome not in Decision.Outcome:
        return
    if departs(rule, choice.outcome) and words_in(choice.departure_reason) < DEPARTURE_WORDS:
        words = {"least": DEPARTURE_WORDS, "written": words_in(choice.departure_reason)}
        text = _(
            "Your choice departs from the standing rule. Say why in at least %(least)d words; you wrote %(written)d."
        )
        yield Refusal("departure_reason", text % words, "departure_reason")
    elif is_only_a_label(choice.departure_reason):
        yield Refusal("label_only_reason", label_words(), "departure_reason")
    if needs_consequences(rule, choice.outcome):
        if not choice.civilian_consequences.strip():
            text = _("Say what declining means for civilians, and who will do what instead.")
            yield Refusal("civilian_consequences", text, "civilian_consequences")
        elif is_only_a_label(choice.civilian_consequences):
            yield Refusal("label_only_reason", label_words(), "civilian_consequences")


def acceptable_risks(assessment: Assessment) -> tuple[str, ...]:
    """Return the risks that an approval must name: High or above, or with a range that crosses two levels."""
    figures = assessment.result["risks"]
    return tuple(
        code
        for code, column in RISKS.items()
        if getattr(assessment, column) >= HIGH or _levels_crossed(figures[code]["low"], figures[code]["high"]) >= 2
    )


def already_decided(request: Request, decision: Decision) -> Refusal:
    """Return the refusal for whoever comes second: who decided, when, and that nothing typed is lost."""
    local = decision.decided_at.astimezone(request.mission.zone)
    words = {
        "name": getattr(decision, "who", "") or str(decision.decided_by),
        "outcome": decision.get_outcome_display().lower(),
        "time": time_in_words(local),
        "day": day_in_words(local),
    }
    text = _(
        "%(name)s decided this at %(time)s on %(day)s: %(outcome)s. What you wrote is still here; nothing was lost."
    )
    return Refusal("already_decided", text % words)


def label_words() -> str:
    """Return the sentence for a reason that is only a label (E-026)."""
    return _(
        "A label alone is not a reason. Say what this group does or controls here, and why that settles the matter."
    )


def _may_be_decided(request: Request, dossier: Dossier) -> Iterator[Refusal]:
    last = dossier.last_decision
    is_open = request.status == RequestStatus.READY
    if request.status == RequestStatus.BLOCKED or (is_open and dossier.assessment.authority is None):
        yield Refusal("blocked", block_words(dossier.blocks))
    elif request.status in AFTER_A_DECISION and last is not None:
        yield already_decided(request, last)
    elif request.status != RequestStatus.READY:
        words = {"status": request.get_status_display().lower()}
        yield Refusal("wrong_status", _("Only a request that is ready can be decided; this one is %(status)s.") % words)


def _high_enough(request: Request, dossier: Dossier, *, by: Access, at: datetime) -> Iterator[Refusal]:
    required = required_level(dossier.assessment, dossier.advice)
    holder = standing_of(request, dossier, by=by, at=at)
    if required is None or (holder is not None and holder.level >= required):
        return
    words = {"required": str(required.label)}
    if holder is None:
        yield Refusal(
            "wrong_level", _("You do not decide requests in this mission. This one is decided at %(required)s.") % words
        )
        return
    words["own"] = holder.level.name
    yield Refusal("wrong_level", _("This request is decided at %(required)s. You decide up to %(own)s.") % words)


def _is_somebody_else(request: Request, dossier: Dossier, *, by: Access) -> Iterator[Refusal]:
    required = required_level(dossier.assessment, dossier.advice)
    if request.created_by_id == by.user_id:
        if required != Authority.L0:
            yield Refusal("own_request", _("You wrote this request, so someone else must decide it."))
    elif dossier.assessment.overall < MODERATE:
        return
    elif by.user_id in dossier.authors:
        yield Refusal("participant", _("You took part in preparing this request, so someone else must decide it."))
    if dossier.assessment.overall >= MODERATE and any(row.given_by_id == by.user_id for row in dossier.advice):
        yield Refusal("adviser_of_record", _("You gave advice on this request, so someone else must decide it."))


def _stale_words(dossier: Dossier) -> str:
    assessed_at = dossier.assessment.assessed_at
    day, clock = day_in_words(assessed_at), time_in_words(assessed_at)
    text = _("The assessment changed on %(when)s, after you opened this page. Read what changed, then decide again.")
    return text % {"when": f"{day}, {clock} UTC"}


def _reasons(dossier: Dossier, choice: Choice) -> Iterator[Refusal]:
    needed = dossier.assessment.overall >= HIGH or choice.outcome in {*ON_THE_WAY, _O.DECLINE}
    if not choice.reasons.strip():
        if needed:
            yield Refusal(
                "no_reasons", _("Give your main reason in one or two sentences. This is the record."), "reasons"
            )
    elif is_only_a_label(choice.reasons):
        yield Refusal("label_only_reason", label_words(), "reasons")


def _approval(request: Request, dossier: Dossier, choice: Choice, *, at: datetime) -> Iterator[Refusal]:
    if holds := dossier.open_holds:
        yield Refusal("hold_open", hold_words(holds), "outcome")
    if missing := [code for code in acceptable_risks(dossier.assessment) if code not in choice.accepted_risks]:
        text = ngettext(
            "Tick the risk that you accept, or choose another outcome.",
            "Tick each risk that you accept, or choose another outcome.",
            len(missing),
        )
        yield Refusal("unaccepted_risk", text, "accepted_risks")
    if choice.outcome == _O.APPROVE_WITH_CONDITIONS and not any(line.strip() for line in choice.conditions):
        yield Refusal("no_conditions", _("Write at least one condition, one on each line."), "conditions")
    yield from _scope(request, dossier, choice, at=at)


def _scope(request: Request, dossier: Dossier, choice: Choice, *, at: datetime) -> Iterator[Refusal]:
    if choice.contacts_max is not None and not 1 <= choice.contacts_max <= MOST_CONTACTS:
        yield Refusal("no_contacts", _("Enter how many contacts this covers, from 1 to 365."), "contacts_max")
    latest = longest_validity(request, dossier, contacts=planned_contacts(request, choice), at=at)
    earliest = max(request.starts_on or date.min, request.mission.local_day(at))
    if choice.valid_until and choice.valid_until > latest.day:
        text = _("The approval may last until %(day)s at most: %(why)s.")
        yield Refusal("validity", text % {"day": day_in_words(latest.day), "why": latest.why}, "valid_until")
    if latest.day < earliest:
        text = _(
            "The approval would end on %(end)s, before the first possible contact on %(day)s: %(why)s. "
            "Have that renewed, or return the request for new dates."
        )
        words = {"end": day_in_words(latest.day), "day": day_in_words(earliest), "why": latest.why}
        yield Refusal("validity", text % words, "valid_until")
    elif choice.valid_until and choice.valid_until < earliest:
        text = _("The approval would end before the first possible contact on %(day)s. Enter a later day.")
        yield Refusal("validity", text % {"day": day_in_words(earliest)}, "valid_until")


def planned_contacts(request: Request, choice: Choice) -> int:
    """Return how many contacts an approval would cover."""
    return choice.contacts_max if choice.contacts_max is not None else request.contacts_planned or 1


def _deferral(request: Request, choice: Choice, *, at: datetime) -> Iterator[Refusal]:
    if choice.deferred_until is None and not choice.deferred_event.strip():
        yield Refusal("no_date_or_event", _("Enter the day or the event that you wait for."), "deferred_until")
    if choice.deferred_until is not None and choice.deferred_until <= request.mission.local_day(at):
        yield Refusal("date_passed", _("Enter a day after today."), "deferred_until")


def _consultation(dossier: Dossier) -> Iterator[Refusal]:
    if required_level(dossier.assessment, dossier.advice) != Authority.L4:
        return
    if not any(row.role == Role.HEADQUARTERS_DESK for row in dossier.advice):
        text = _("At L4 headquarters is consulted first, and its desk has not yet advised on this version.")
        yield Refusal("no_consultation", text)


def hold_words(holds: Iterable[FiredGate]) -> str:
    """Say that an approval waits for these holds, and who can answer each of them."""
    return _("An approval waits for an answer to: %(items)s.") % {"items": name_holds(holds)}


def name_holds(holds: Iterable[FiredGate]) -> str:
    """Name the open holds and who can answer each of them."""
    names = risk.current_ruleset().gates
    lang = get_language() or "en"
    return "; ".join(
        _("%(gate)s (%(who)s)") % {"gate": names[gate.id].name(lang), "who": gate.answered_by} for gate in holds
    )


def block_words(blocks: Iterable[FiredGate]) -> str:
    """Name what blocks a request, and what lifts each of the blocks."""
    names, lang = risk.current_ruleset().gates, get_language() or "en"
    items = "; ".join(
        _("%(gate)s (what lifts it: %(lift)s)") % {"gate": names[gate.id].name(lang), "lift": names[gate.id].lift(lang)}
        for gate in blocks
    )
    if not items:
        return _("A block is in force, so nobody can decide this request until its owner lifts it.")
    return _("Nobody can decide this request while a block is in force: %(items)s.") % {"items": items}


def _levels_crossed(low: int, high: int) -> int:
    return sum(low < cut <= high for cut in risk.current_ruleset().tables["SEC"].cuts)


def take_up(request: Request, *, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why the person may not take a deferred request up again; nothing means they may."""
    if request.status != RequestStatus.DEFERRED:
        yield Refusal("wrong_status", _("Only a deferred request can be taken up again."))
    if not (by.may(Permission.DECIDE, request.mission_id) or by.may(Permission.REASSESS, request.mission_id)):
        yield Refusal("not_your_role", _("Deciders and POC, security or political advisers take a request up again."))
