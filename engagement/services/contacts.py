"""Logging contacts, and following up what was promised in them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Required, TypedDict, Unpack

from django.db import transaction

import risk
from audit import log
from audit.models import Kind
from engagement import facts
from engagement.models import (
    Commitment,
    Consent,
    Contact,
    Engagement,
    EngagementStatus,
    Notice,
    Request,
    Source,
)
from engagement.models.sources import circle
from engagement.policies import contacts as policies
from engagement.services import assessing, dialogue, noticing
from engagement.services.moves import move_engagement
from engagement.services.naming import refuse_names
from engagement.services.sources import latest_consent
from missions.access import Access, Marking
from missions.models import Area, Compartment, Mission, Office
from missions.references import new_reference
from missions.refusals import refuse_if_any
from missions.roles import Authority, Role
from nsags.models import Group

# Where somebody could write a name.
WRITTEN = ("summary", "place", "spokesperson", "safety_note")


class Told(TypedDict, total=False):
    """What the person who logs a contact says about it."""

    happened_at: Required[datetime]
    modality: Required[str]
    summary: Required[str]
    area: Area | None
    place: str
    spokesperson: str
    intermediary: Source | None
    language: str
    has_promise: bool
    has_safety_problem: bool
    safety_note: str


@dataclass(frozen=True)
class _Standing:
    """Where a contact stands, and so who may see it."""

    mission: Mission
    office: Office | None
    marking: int
    compartment: Compartment | None

    @classmethod
    def beside(cls, request: Request) -> "_Standing":
        """Return the standing of the request that approved it."""
        return cls(request.mission, request.office, request.marking, request.compartment)

    @classmethod
    def where_posted(cls, mission: Mission, group: Group | None, by: Access) -> "_Standing":
        """Return the standing of what a person records at their office, as closely held as the group itself."""
        offices = [posting.office_id for posting in by.postings if posting.mission_id == mission.pk]
        office = Office.objects.filter(pk__in=[key for key in offices if key]).first()
        return cls(mission, office, Marking.CONFIDENTIAL, None).closed_for(group)

    def closed_for(self, group: Group | None) -> "_Standing":
        """Return this standing, drawn in to what the group itself asks for."""
        if group is None:
            return self
        marking, compartment = max(self.marking, group.marking), group.compartment or self.compartment
        return replace(self, office=group.office or self.office, marking=marking, compartment=compartment)


@transaction.atomic
def log_planned(
    *, engagement: Engagement, group: Group | None = None, by: Access, at: datetime, **told: Unpack[Told]
) -> Contact:
    """Log a contact under an approval; the first one starts the dialogue. `group` is the approval's unless told."""
    engagement = dialogue.locked(engagement, by)
    group = group or engagement.group
    refuse_if_any(
        policies.log_planned(
            engagement,
            history=dialogue.history_of(engagement),
            group=group,
            area=told.get("area"),
            modality=told["modality"],
            happened_at=told["happened_at"],
            is_prohibited=bool(facts.Registers(engagement.request, told["happened_at"]).prohibitions),
            by=by,
            at=at,
        )
    )
    contact = Contact(path=Contact.Path.PLANNED, engagement=engagement, group=group, **told)
    _keep(contact, _Standing.beside(engagement.request), by=by, at=at)
    if engagement.status == EngagementStatus.AUTHORISED:
        move_engagement(engagement, EngagementStatus.ACTIVE, reason="", by=by, at=at)
        log.record(Kind.ENGAGEMENT_STARTED, target=engagement.request, by=by, at=at)
    return contact


@transaction.atomic
def log_unplanned(
    *,
    mission: Mission,
    group: Group | None,
    outside_approval: Iterable[str] = (),
    offered_under: Engagement | None = None,
    by: Access,
    at: datetime,
    **told: Unpack[Told],
) -> Contact:
    """Log a contact that nobody planned; no approval is asked for, and the POC advisers are told.

    `outside_approval` keeps why it could not stand under `offered_under`, whose need-to-know it then shares.
    """
    refuse_if_any(policies.log(mission, happened_at=told["happened_at"], by=by, at=at))
    outside = list(outside_approval)
    contact = Contact(path=Contact.Path.UNPLANNED, group=group, outside_approval=outside, **told)
    beside = _Standing.beside(offered_under.request) if offered_under else _Standing.where_posted(mission, group, by)
    _keep(contact, beside.closed_for(group), by=by, at=at)
    _tell(contact, Role.POC_ADVISER, Notice.Kind.CONTACT_TO_CLASSIFY, at)
    return contact


@transaction.atomic
def log_screened(
    *,
    mission: Mission,
    group: Group | None,
    screening: Mapping[str, bool],
    by: Access,
    at: datetime,
    **told: Unpack[Told],
) -> Contact:
    """Log a contact that seven times "no" makes low risk; what the registers say is looked up afterwards."""
    level = level_for_low_risk(mission, group, at)
    happened_at = told["happened_at"]
    refuse_if_any(policies.log_screened(mission, answers=screening, level=level, happened_at=happened_at, by=by, at=at))
    contact = Contact(path=Contact.Path.SCREENED, group=group, screening=dict(screening), **told)
    _keep(contact, _Standing.where_posted(mission, group, by), by=by, at=at)
    if alerts(contact, at=at):
        _tell(contact, Role.POC_ADVISER, Notice.Kind.CONTACT_ALERT, at)
    return contact


def _keep(contact: Contact, standing: _Standing, *, by: Access, at: datetime) -> None:
    if contact.intermediary is not None:
        refuse_if_any(policies.through(contact.intermediary, standing.mission, by=by))
    refuse_names({field: getattr(contact, field) for field in WRITTEN}, by=by)
    contact.reference = new_reference(Contact, "C")
    contact.mission, contact.office = standing.mission, standing.office
    contact.marking, contact.compartment = standing.marking, standing.compartment
    contact.created_by, contact.created_at = by.user, at
    contact.save(force_insert=True)
    log.record(Kind.CONTACT_LOGGED, target=contact, by=by, at=at)
    if contact.has_safety_problem:
        _tell(contact, Role.SECURITY_ADVISER, Notice.Kind.CONTACT_ALERT, at)


def _tell(contact: Contact, role: Role, kind: Notice.Kind, at: datetime) -> None:
    noticing.notify_role(
        mission=contact.mission, roles=[role], kind=kind, reference=contact.reference, at=at, about=contact
    )


def level_for_low_risk(mission: Mission, group: Group | None, at: datetime) -> Authority | None:
    """Return who decides a low risk with this group under the mission's posture; None where contact is prohibited."""
    row = facts.posture_key(Request(mission=mission, group=group), at=at)
    level = risk.authority(row, risk.Band.LOW, risk.current_ruleset())
    return None if level == risk.Level.BLOCK else Authority[level.value]


def alerts(contact: Contact, *, at: datetime) -> tuple[str, ...]:
    """Return the gates that a contact without a request raises after the fact (domain reference 2.8).

    This counts a stored intermediary whom few may know of: it rules who is told, and stands on no page.
    """
    return _raised(contact, contact.intermediary, at)


def alerts_for(contact: Contact, *, by: Access, at: datetime) -> tuple[str, ...]:
    """Return those gates as far as this reader may know: without whatever intermediary has a consent shut to them."""
    known = Source.objects.visible_to(by).filter(circle(by, Consent.readers), contacts=contact).first()
    return _raised(contact, known, at)


def _raised(contact: Contact, intermediary: Source | None, at: datetime) -> tuple[str, ...]:
    consent = latest_consent(intermediary) if intermediary else None
    read_as = Request(
        mission=contact.mission,
        office_id=contact.office_id,
        marking=contact.marking,
        compartment_id=contact.compartment_id,
        group=contact.group,
        created_by=contact.created_by,
        modality=contact.modality,
        uses_intermediary=intermediary is not None,
        intermediary_consented_on=consent.given_on if consent and not consent.withdrawn_on else None,
    )
    found = facts.gate_facts_of(read_as, at=at, measures=())
    raised = {
        "G-01": found.prohibited,
        "G-02": found.un_listed or found.person_check_stale,
        "G-12": found.intermediary and not found.intermediary_consented,
        "G-16": found.parallel_contact,
    }
    return tuple(gate for gate, is_raised in raised.items() if is_raised)


@transaction.atomic
def classify(*, contact: Contact, classification: str, by: Access, at: datetime) -> Contact:
    """Say what follows from an unplanned contact."""
    contact = _locked(contact, by)
    refuse_if_any(policies.classify(contact, classification=classification, by=by))
    contact.classification, contact.classified_by, contact.classified_at = classification, by.user, at
    contact.save(update_fields=["classification", "classified_by", "classified_at"])
    log.record(Kind.CONTACT_CLASSIFIED, target=contact, by=by, at=at, fields=["classification"])
    return contact


@transaction.atomic
def note_safety(*, contact: Contact, text: str, by: Access, at: datetime) -> Contact:
    """Add what the safety problem was, once, to a contact just logged."""
    contact = _locked(contact, by)
    refuse_if_any(policies.note_safety(contact, by=by))
    refuse_names({"text": text}, by=by)
    contact.safety_note = text
    contact.save(update_fields=["safety_note"])
    log.record(Kind.CONTACT_LOGGED, target=contact, by=by, at=at, fields=["safety_note"])
    return contact


@transaction.atomic
def record_commitment(
    *, contact: Contact, author: str, text: str, check_on: date, by: Access, at: datetime
) -> Commitment:
    """Write down what was promised in a contact, by us or by them, and when somebody looks whether it is kept."""
    contact = _locked(contact, by)
    refuse_if_any(policies.record_commitment(contact, text=text, check_on=check_on, by=by))
    refuse_names({"text": text}, by=by)
    commitment = Commitment.objects.create(contact=contact, by=author, text=text, check_on=check_on)
    if not contact.has_promise:
        contact.has_promise = True
        contact.save(update_fields=["has_promise"])
    _record(Kind.COMMITMENT_RECORDED, commitment, by=by, at=at)
    return commitment


@transaction.atomic
def check_commitment(
    *, commitment: Commitment, state: str, by: Access, at: datetime, next_check_on: date | None = None
) -> Commitment:
    """Record what is known now about a commitment; a breach by the group asks for a new decision."""
    visible = Commitment.objects.visible_to(by).select_for_update(of=("self",))
    commitment = visible.select_related("contact__mission", "contact__group").get(pk=commitment.pk)
    refuse_if_any(policies.check_commitment(commitment, state=state, next_check_on=next_check_on, by=by, at=at))
    commitment.state, commitment.checked_by, commitment.checked_at = state, by.user, at
    commitment.check_on = next_check_on or commitment.check_on
    commitment.save(update_fields=["state", "checked_by", "checked_at", "check_on"])
    _record(Kind.COMMITMENT_CHECKED, commitment, by=by, at=at)
    if state == Commitment.State.BREACH and commitment.by == Commitment.By.THEM:
        assessing.cross_red_line(contact=commitment.contact, by=by, at=at)
    return commitment


def _record(kind: Kind, commitment: Commitment, *, by: Access, at: datetime) -> None:
    """Log on the commitment, for its own history, and on the contact, for the reader of its page."""
    log.record(kind, target=commitment, by=by, at=at)
    log.record(kind, target=commitment.contact, by=by, at=at)


def _locked(contact: Contact, by: Access) -> Contact:
    visible = Contact.objects.visible_to(by).select_for_update(of=("self",))
    return visible.select_related("mission", "group").get(pk=contact.pk)
