"""From records to the risk model: rows go in, `risk.Facts` and gate facts come out; nothing is written here."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Protocol, cast
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

import risk
from engagement.gathering import Rows, gather
from engagement.models import Answer, Engagement, GateAnswer, Measure, Modality, Request
from engagement.models.status import LIVE, PENDING
from missions.access import Record
from missions.models import Posture, Prohibition
from missions.roles import ROLE_OF_ADVISER, Authority, Role
from nsags import lineage
from nsags.models import Label, LineageEvent, Membership, Person
from risk import gates

OWN_READING = "parts of a request that its caller may see"
SYSTEM_CHECK = "gates look at what every reader of the request may see"
PUBLIC_BANS = "a ban is read by everyone in its mission, and so is whom it follows"

PERSON_CHECK_HOLDS_FOR = timedelta(days=30)
CONSENT_HOLDS_FOR = timedelta(days=90)
PARALLEL_WITHIN = timedelta(days=30)
DESIGNATIONS = frozenset({Label.Value.TERRORIST, Label.Value.PROSCRIBED})
AT_A_DISTANCE = frozenset({Modality.REMOTE, Modality.MESSAGE})


@dataclass(frozen=True)
class Preview:
    """What the present answers imply: figures, gates, who would decide, and what nobody has answered yet."""

    facts: risk.Facts
    assessment: risk.Assessment
    gates: tuple[gates.Fired, ...]
    authority: Authority | None
    advisers: tuple[Role, ...]
    missing: tuple[str, ...]

    @property
    def decisive(self) -> tuple[risk.Fired, ...]:
        """Return the gates for which nobody may decide, or else those that alone raise the level as far as it is."""
        if self.authority is None:
            return tuple(gate for gate in self.gates if gate.effect == risk.Effect.BLOCK)
        by_points, level = self.assessment.authority, risk.Level[self.authority.name]
        if by_points == level:
            return ()
        return tuple(gate for gate in self.gates if gates.required_authority(by_points, (gate,)) == level)


@dataclass
class Registers:
    """What the registers of a mission say about one request at one moment, each read at most once."""

    request: Request
    at: datetime

    @cached_property
    def posture(self) -> Posture | None:
        """Return the posture in force."""
        return Posture.objects.in_force(self.request.mission, self.at)

    @property
    def labels(self) -> list[Label]:
        """Return the statements about the group that stand on that day."""
        return [label for label in self._of_group[Label] if label.is_live(self._day)]

    @property
    def people(self) -> list[Person]:
        """Return who is in the group on that day, as far as whoever reads the request knows of them."""
        return self._of_group[Person]

    @cached_property
    def prohibitions(self) -> list[Prohibition]:
        """Return the bans in force on the group, on one whose bans follow it, or on a person now in it."""
        in_force = list(Prohibition.objects.in_force(self.request.mission, self.at))
        return [ban for ban in in_force if self._covers(ban)]

    def _covers(self, ban: Prohibition) -> bool:
        return (ban.group_id is not None and ban.group_id in self._banned_with) or (
            ban.person_id is not None and ban.person_id in self._people
        )

    @cached_property
    def family(self) -> frozenset[UUID]:
        """Return the group and its kin, as far as whoever reads the request knows of them."""
        group, known = self.request.group_id, [event for event in self._of_group[LineageEvent] if event.is_open]
        return lineage.family_of(group, known, self._day) if group else frozenset()

    @cached_property
    def _banned_with(self) -> frozenset[UUID]:
        group = self.request.group_id
        return lineage.under_the_same_ban(group, self._of_group[LineageEvent], self._day) if group else frozenset()

    @cached_property
    def _of_group(self) -> Rows:
        """Return labels, people and lineage, read in one round trip."""
        if (group := self.request.group_id) is None:
            return defaultdict(list)
        labels = Label.objects.unscoped(SYSTEM_CHECK).filter(group_id=group)
        return gather(labels, _people(self.request, group, self._day), _lineage(self.request))

    @property
    def _day(self) -> date:
        return self.request.mission.local_day(self.at)

    @cached_property
    def _people(self) -> set[UUID]:
        return {person.pk for person in self.people}


def preview(request: Request, *, at: datetime) -> Preview:
    """Return what the present answers imply, without storing anything."""
    registers = Registers(request, at)
    return weigh(request, facts_of(request, at=at, registers=registers), registers)


def weigh(request: Request, stated: risk.Facts, registers: Registers) -> Preview:
    """Return what these facts imply for a request, gates and advisers included."""
    ruleset = risk.current_ruleset()
    assessment = risk.assess(stated, ruleset)
    seen = gate_facts_of(request, at=registers.at, measures=stated.promised | stated.verified, registers=registers)
    fired = gates.fired(seen, stated.answers, ruleset)
    level = gates.required_authority(assessment.authority, fired)
    return Preview(
        facts=stated,
        assessment=assessment,
        gates=fired,
        authority=None if level == risk.Level.BLOCK else Authority[level.value],
        advisers=_advisers(request, stated, assessment, fired),
        missing=risk.missing(stated, ruleset),
    )


def _advisers(
    request: Request, facts: risk.Facts, assessment: risk.Assessment, fired: tuple[gates.Fired, ...]
) -> tuple[Role, ...]:
    movement = request.modality not in AT_A_DISTANCE
    return tuple(
        ROLE_OF_ADVISER[code] for code in gates.advisers_required(assessment, fired, facts.answers, movement=movement)
    )


class Given(Protocol):
    """An answer as it stands in the database or as it is typed."""

    @property
    def level(self) -> int | None: ...
    @property
    def confidence(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def source_date(self) -> date | None: ...


def facts_of(request: Request, *, at: datetime, registers: Registers | None = None) -> risk.Facts:
    """Return the stored answers and measures of a request as the model reads them, evidence aged to that day."""
    answers = Answer.objects.unscoped(OWN_READING).filter(request=request)
    measures = Measure.objects.unscoped(OWN_READING).filter(request=request)
    by_factor = {answer.factor: answer for answer in answers}
    return facts_from(request, by_factor, list(measures), registers or Registers(request, at))


def facts_from(
    request: Request, answers: Mapping[str, Given], measures: Collection[Measure], registers: Registers
) -> risk.Facts:
    """Return these answers and measures as the model reads them, evidence aged to the day of the registers."""
    ruleset = risk.current_ruleset()
    stated = risk.Facts(
        answers={factor: _stated(given) for factor, given in answers.items() if factor in ruleset.factors},
        posture=posture_key(request, at=registers.at, registers=registers),
        promised=frozenset(measure.code for measure in measures if not measure.is_verified),
        verified=frozenset(measure.code for measure in measures if measure.is_verified),
    )
    evidence_on = {f: given.source_date for f, given in answers.items() if given.source and given.source_date}
    return risk.aged_facts(stated, evidence_on, request.mission.local_day(registers.at), ruleset)


def _stated(given: Given) -> risk.Answer:
    if given.level is None:
        return risk.UNKNOWN
    return risk.Answer(given.level, cast(risk.Confidence | None, given.confidence or None))


def posture_key(request: Request, *, at: datetime, registers: Registers | None = None) -> str:
    """Return the row of the posture table that holds for this request (domain reference 2.8)."""
    registers = registers or Registers(request, at)
    if registers.prohibitions:
        return "PROHIBITED"
    match registers.posture.code if registers.posture else Posture.Code.CLOSELY_HELD:
        case Posture.Code.STRATEGY_BASED:
            return "STRATEGY_BASED/strategy" if request.inside_strategy else "STRATEGY_BASED/none"
        case Posture.Code.COMPLIANT_ONLY:
            compliant = Label.Value.COMPLIANT in {label.value for label in registers.labels}
            return "COMPLIANT_ONLY/compliant" if compliant else "COMPLIANT_ONLY/other"
        case code:
            return str(code)


def _people(request: Request, group: UUID, day: date) -> QuerySet[Person]:
    """Return the people in the group on that day whom every reader of the request may know of."""
    serving = Membership.objects.unscoped(SYSTEM_CHECK).filter(
        Q(starts_on=None) | Q(starts_on__lte=day), Q(ends_on=None) | Q(ends_on__gte=day), group_id=group
    )
    known = Person.objects.unscoped(SYSTEM_CHECK).filter(_open_to_readers_of(request))
    return known.filter(pk__in=serving.values("person"))


def _lineage(request: Request) -> QuerySet[LineageEvent]:
    """Return the lineage of the mission's groups, each event with whether every reader of the request may know it."""
    known = _open_to_readers_of(request, "parent__") & _open_to_readers_of(request, "child__")
    events = LineageEvent.objects.unscoped(PUBLIC_BANS).filter(parent__mission=request.mission_id)
    return events.annotate(is_open=ExpressionWrapper(known, output_field=BooleanField()))


def gate_facts_of(
    request: Request, *, at: datetime, measures: Collection[str], registers: Registers | None = None
) -> gates.GateFacts:
    """Return what the gates look at, from the request, its measures and the registers of the mission."""
    day = request.mission.local_day(at)
    declared = set(request.declared_gates)
    registers = registers or Registers(request, at)
    labels = registers.labels
    people = registers.people
    un_listing = any(
        label.issuer == Label.Issuer.SECURITY_COUNCIL and label.value == Label.Value.SANCTIONED for label in labels
    )
    return gates.GateFacts(
        movement=request.modality not in AT_A_DISTANCE,
        prohibited=bool(registers.prohibitions),
        un_listed=un_listing or "G-02" in declared or any(person.listed_by_un for person in people),
        person_check_stale=not all(_holds(person.checked_on, PERSON_CHECK_HOLDS_FOR, day) for person in people),
        proscribed="G-03" in declared or any(label.value in DESIGNATIONS for label in labels),
        icc="G-04" in declared or any(person.icc_warrant for person in people),
        joint_operation="G-05" in declared,
        red_line_breached="G-08" in declared,
        decided_at_level=_level_decided(request) if "G-08" in declared else None,
        purpose_given=bool(request.purpose.strip()),
        threat_linked=request.threat_id is not None,
        threat_fresh=bool(request.threat and request.threat.is_fresh(day)),
        srm_valid=bool(request.srm_valid_until and request.srm_valid_until >= day),
        children_or_survivors="G-11" in declared or request.concerns_children,
        intermediary="G-12" in declared or request.has_intermediary(measures),
        intermediary_consented=_holds(request.intermediary_consented_on, CONSENT_HOLDS_FOR, day),
        third_country_and_listed_travel_ban=bool(request.is_third_country) and any(p.travel_ban for p in people),
        detainees="G-19" in declared or bool(request.involves_detainees),
        recognised_process_step=bool(request.is_recognised_step),
        parallel_contact=_has_parallel(request, registers.family, at),
        public_report_in_window="G-20" in declared,
        asset_freeze=un_listing,
    )


def _level_decided(request: Request) -> risk.Level | None:
    """Return at which level the dialogue was authorised, or None before there is one."""
    decided = Engagement.objects.unscoped(OWN_READING).filter(request=request)
    level = decided.values_list("decision__level", flat=True).first()
    return None if level is None else risk.Level[Authority(level).name]


def _holds(done_on: date | None, lasting: timedelta, day: date) -> bool:
    """Say whether a check or a consent stands on that day; what was never done does not."""
    return done_on is not None and day - done_on <= lasting


def _open_to_readers_of(request: Request, through: str = "") -> Q:
    """Return the condition for records that whoever reads this request may read as well.

    Gates look at nothing else: a figure that a hidden record moved would tell that there is one.
    """

    def where(**conditions: object) -> Q:
        return Q(**{through + name: value for name, value in conditions.items()})

    circle = where(compartment=None) | where(compartment=request.compartment_id)
    office = where(office=None) | where(office=request.office_id)
    return circle & office & where(marking__lte=request.marking)


def is_open_to_readers_of(request: Request, record: Record) -> bool:
    """Say whether whoever reads this request may read that record as well."""
    one = type(record).objects.unscoped(SYSTEM_CHECK).filter(pk=record.pk)
    return one.filter(_open_to_readers_of(request)).exists()


def _has_parallel(request: Request, family: Collection[UUID], at: datetime) -> bool:
    """Say whether somebody else is talking, or asking to talk, with the group or its kin within 30 days (gate G-16)."""
    if not family:
        return False
    others = Request.objects.unscoped(SYSTEM_CHECK).filter(_open_to_readers_of(request), group_id__in=family)
    others = others.exclude(pk=request.pk).exclude(created_by_id=request.created_by_id)
    asking = Q(status__in=PENDING, submitted_at__gte=at - PARALLEL_WITHIN, submitted_at__lte=at)
    talking = Q(
        engagement__status__in=LIVE,
        engagement__ends_on__gte=at.date(),
        engagement__starts_on__lte=at.date() + PARALLEL_WITHIN,
    )
    return others.filter(asking | talking).exists()


def open_holds(request: Request, fired: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return the stored gates of an assessment that hold the decision and that nobody has answered yet."""
    answered = GateAnswer.objects.unscoped(OWN_READING).filter(request=request, version=request.version)
    answered = answered.filter(reopened_at=None)
    gates_answered = set(answered.values_list("gate", flat=True))
    return [gate for gate in fired if gate["effect"] == risk.Effect.HOLD.value and gate["id"] not in gates_answered]
