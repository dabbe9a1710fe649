"""May this person add a source, write about it, see who it is, or have that destroyed? If not, why not."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from engagement.models import Consent, Reveal, Shredding, Source, SourceIdentity
from engagement.models.sources import READ_RISK_SHEET
from missions.access import Access
from missions.models import Compartment, Mission, Office
from missions.policies.compartments import draft_inside
from missions.postings import access_for
from missions.refusals import Refusal
from missions.roles import WITHOUT_CONTENT, Permission, Role
from nsags.models import Group

REVIEW_WITHIN = timedelta(days=90)
REVEALS_A_DAY = 5
A_DAY = timedelta(days=1)
# Who may need a name without having dealt with the person, and who may agree that somebody sees it.
NEED_IDENTITY = frozenset({Role.POC_ADVISER, Role.SECURITY_ADVISER, Role.HEAD_OF_MISSION})
AGREE_TO_REVEAL = frozenset({Role.POC_ADVISER, Role.HEAD_OF_MISSION})

# Those who serve the system, or check it, deal with nobody.
NO_CUSTODIANS = WITHOUT_CONTENT | {Role.AUDITOR}


# --- Adding and describing -----------------------------------------------------------------------------------------


def add_source(
    mission: Mission,
    *,
    office: Office | None,
    kind: str,
    group: Group | None,
    compartment: Compartment | None,
    marking: int,
    alternate: User,
    by: Access,
    at: datetime,
) -> Iterator[Refusal]:
    """Say why this person cannot add a source with that alternate."""
    if not by.may(Permission.LOG, mission.pk):
        yield Refusal("may_not_log", _("Your posting does not include dealing with sources."))
    yield from _no_travel(by)
    held = (mission, office.pk if office else None, marking, compartment.pk if compartment else None)
    if not could_read(by, *held):
        yield Refusal(
            "above_ceiling",
            _("Sources are strictly confidential, and your posting is not. Ask the information manager."),
        )
    if kind not in Source.Kind.values:
        yield Refusal("no_kind", _("Choose what this person does."), "kind")
    if group is not None and group.mission_id != mission.pk:
        yield Refusal("group_elsewhere", _("This group is not in the mission. Choose one that is."), "group")
    if group is not None and group.compartment_id and compartment and group.compartment_id != compartment.pk:
        yield Refusal(
            "other_circle", _("Another circle of people holds this group. Choose that circle."), "compartment"
        )
    yield from draft_inside(mission, compartment, by)
    if alternate.pk == by.user_id:
        message = _("Choose somebody else: the alternate steps in when you are away.")
        yield Refusal("own_alternate", message, "alternate")
    elif not could_read(access_for(alternate, at), *held):
        message = _("This person may not read the record of this source. Choose another one.")
        yield Refusal("alternate_cannot_read", message, "alternate")


def could_read(
    access: Access, mission: Mission, office_id: UUID | None, marking: int, compartment_id: UUID | None
) -> bool:
    """Say whether a posting of this person would open a record that is held so."""
    if compartment_id and compartment_id not in access.compartments:
        return False
    dealing = [posting for posting in access.postings if posting.role not in NO_CUSTODIANS]
    return any(posting.opens(mission.pk, office_id, marking) for posting in dealing)


def record_consent(
    source: Source, *, scope: str, language: str, given_on: date, is_informed: bool, by: Access, at: datetime
) -> Iterator[Refusal]:
    """Say why this consent cannot be recorded by that person."""
    yield from _writes_about(source, by)
    if not scope.strip():
        yield Refusal("no_scope", _("Write what they agreed to, and what not."), "scope")
    if not language.strip():
        yield Refusal("no_language", _("Write in which language it was explained to them."), "language")
    if given_on > source.mission.local_day(at):
        yield Refusal("in_the_future", _("That day has not come yet. Enter the day on which they agreed."), "given_on")
    if not is_informed:
        message = _("Explain first what could happen to them, and that they can take it back. Then record it.")
        yield Refusal("not_informed", message, "is_informed")


def withdraw_consent(
    source: Source, consent: Consent | None, *, withdrawn_on: date, by: Access, at: datetime
) -> Iterator[Refusal]:
    """Say why the withdrawal of this consent cannot be noted by that person."""
    if not source.is_custodian(by.user_id) and not AGREE_TO_REVEAL & set(by.roles_in(source.mission_id)):
        yield Refusal("not_custodian", _("Handler, alternate, POC adviser or head of mission notes a withdrawal."))
    if not consent or consent.withdrawn_on:
        yield Refusal("no_consent", _("There is no consent in force that could be taken back."))
    elif withdrawn_on < consent.given_on:
        yield Refusal("too_early", _("That is before they agreed. Check the day."), "withdrawn_on")
    if withdrawn_on > source.mission.local_day(at):
        yield Refusal("in_the_future", _("That day has not come yet. Enter today or an earlier day."), "withdrawn_on")


def assess_source(
    source: Source,
    *,
    exposure: str,
    consequences: str,
    protection: str,
    review_on: date,
    by: Access,
    at: datetime,
) -> Iterator[Refusal]:
    """Say why this risk sheet cannot be written by that person."""
    yield from _writes_about(source, by)
    if not exposure.strip():
        yield Refusal("no_exposure", _("Write who could see or guess that they deal with us."), "exposure")
    if not consequences.strip():
        yield Refusal("no_consequences", _("Write what could happen to them."), "consequences")
    if not protection.strip():
        yield Refusal("no_protection", _("Write what protects them, and who does it."), "protection")
    today = source.mission.local_day(at)
    if review_on <= today:
        yield Refusal("review_past", _("Enter a day in the future on which you will look again."), "review_on")
    elif review_on > today + REVIEW_WITHIN:
        yield Refusal("review_late", _("Look again within 90 days. Enter an earlier day."), "review_on")


def reads_risk_sheet(source: Source, by: Access) -> bool:
    """Say whether this person reads what was agreed and what could happen, and not only that the source exists."""
    return source.is_custodian(by.user_id) or bool(READ_RISK_SHEET & set(by.roles_in(source.mission_id)))


def writes_about(source: Source, by: Access) -> bool:
    """Say whether this person writes consent and risk sheet."""
    return source.is_custodian(by.user_id) or Role.POC_ADVISER in by.roles_in(source.mission_id)


def _writes_about(source: Source, by: Access) -> Iterator[Refusal]:
    if not writes_about(source, by):
        yield Refusal("not_custodian", _("Handler, alternate or POC adviser writes this. Ask one of them."))


# --- Who it is -----------------------------------------------------------------------------------------------------


def store_identity(
    source: Source, identity: SourceIdentity | None, consent: Consent | None, *, by: Access
) -> Iterator[Refusal]:
    """Say why this person may not put an identity into the vault now."""
    yield from _no_travel(by)
    if not source.is_custodian(by.user_id):
        yield Refusal("not_custodian", _("Handler or alternate puts an identity into the vault."))
    if identity and identity.shredded_at:
        yield Refusal("destroyed", _("The identity was destroyed for good. Add a new source if they come back."))
    elif not consent:
        yield Refusal("no_consent", _("Record first that they agreed to be known to us."))
    elif consent.withdrawn_on:
        yield Refusal("withdrawn", _("They withdrew their consent, so nothing about who they are is kept."))


def ask_reveal(
    source: Source,
    identity: SourceIdentity | None,
    consent: Consent | None,
    *,
    reason: str,
    waiting: bool,
    opened_today: int,
    by: Access,
) -> Iterator[Refusal]:
    """Say why this person may not ask to see the identity now."""
    yield from _needs_identity(source, by)
    yield from _can_be_shown(identity, consent)
    if waiting:
        yield Refusal("asked_already", _("You have asked already. Wait for the answer of the second person."))
    yield from _too_many(opened_today)
    if not reason.strip():
        message = _("Write why you need to know who it is. The person who agrees reads it.")
        yield Refusal("no_reason", message, "reason")


def decide_reveal(reveal: Reveal, *, by: Access) -> Iterator[Refusal]:
    """Say why this person may not agree to the reveal, or refuse it."""
    source = reveal.source
    yield from _second_person(reveal.asked_by_id == by.user_id)
    if not source.is_custodian(by.user_id) and not AGREE_TO_REVEAL & set(by.roles_in(source.mission_id)):
        message = _("Handler, alternate, POC adviser or head of mission answers this. Ask one of them.")
        yield Refusal("not_custodian", message)
    if not reveal.is_waiting:
        yield Refusal("decided_already", _("This has been answered already."))


def approve_reveal(
    reveal: Reveal, identity: SourceIdentity | None, consent: Consent | None, *, by: Access
) -> Iterator[Refusal]:
    """Say why this person may not agree that the other one sees the identity."""
    yield from _no_travel(by)
    yield from decide_reveal(reveal, by=by)
    yield from _can_be_shown(identity, consent)


def open_reveal(
    reveal: Reveal,
    identity: SourceIdentity | None,
    consent: Consent | None,
    *,
    opened_today: int,
    by: Access,
    at: datetime,
) -> Iterator[Refusal]:
    """Say why this person may not open the identity now."""
    if reveal.asked_by_id != by.user_id:
        yield Refusal("not_yours", _("Only the person who asked opens it."))
    yield from _needs_identity(reveal.source, by)
    yield from _can_be_shown(identity, consent)
    if reveal.opened_at:
        yield Refusal("opened_already", _("It has been shown, and it is shown once. Ask again if you must."))
    elif reveal.opens_until is None:
        yield Refusal("not_approved", _("A second person has not agreed to this."))
    elif at > reveal.opens_until:
        yield Refusal("too_late", _("The 15 minutes in which it could be opened are over. Ask again if you must."))
    yield from _too_many(opened_today)


def _needs_identity(source: Source, by: Access) -> Iterator[Refusal]:
    yield from _no_travel(by)
    if not source.is_custodian(by.user_id) and not NEED_IDENTITY & set(by.roles_in(source.mission_id)):
        yield Refusal("no_need", _("Your role does not need to know who this is. The code name is enough."))


def _can_be_shown(identity: SourceIdentity | None, consent: Consent | None) -> Iterator[Refusal]:
    if identity is None:
        yield Refusal("nothing_stored", _("No identity is in the vault, so there is nothing to show."))
    elif identity.shredded_at:
        yield Refusal("destroyed", _("The identity was destroyed. Nobody can see it again."))
    elif not consent or consent.withdrawn_on:
        yield Refusal("withdrawn", _("They withdrew their consent, so nobody sees who they are."))


def _too_many(opened_today: int) -> Iterator[Refusal]:
    if opened_today >= REVEALS_A_DAY:
        yield Refusal("too_many", _("You have seen five identities within a day. Wait until tomorrow."))


def _second_person(is_the_first: bool) -> Iterator[Refusal]:
    if is_the_first:
        yield Refusal("own_request", _("You asked for this, so somebody else must answer it."))


def _no_travel(by: Access) -> Iterator[Refusal]:
    if by.travel_ceiling is not None:
        message = _("You travel: identities stay in the office. End travel mode once you are back.")
        yield Refusal("travelling", message)
    if by.emergencies:
        yield Refusal("emergency", _("Emergency access never opens identities. Close it first."))


# --- Destroying ----------------------------------------------------------------------------------------------------


def ask_shredding(
    source: Source, identity: SourceIdentity | None, *, reason: str, waiting: bool, by: Access
) -> Iterator[Refusal]:
    """Say why this person may not ask that the identity be destroyed."""
    if not source.is_custodian(by.user_id) and Role.HEAD_OF_MISSION not in by.roles_in(source.mission_id):
        yield Refusal("not_custodian", _("Handler, alternate or head of mission asks for this."))
    yield from _can_be_destroyed(identity)
    if waiting:
        yield Refusal("asked_already", _("Somebody has asked for this already. A second person must confirm it."))
    if reason not in Shredding.Reason.values:
        yield Refusal("no_reason", _("Choose why it is destroyed."), "reason")


def decide_shredding(shredding: Shredding, identity: SourceIdentity | None, *, by: Access) -> Iterator[Refusal]:
    """Say why this person may not confirm that the identity is destroyed, or say that it stays."""
    source = shredding.source
    yield from _second_person(shredding.asked_by_id == by.user_id)
    if not source.is_custodian(by.user_id) and not AGREE_TO_REVEAL & set(by.roles_in(source.mission_id)):
        message = _("Handler, alternate, POC adviser or head of mission answers this. Ask one of them.")
        yield Refusal("not_custodian", message)
    if not shredding.is_waiting:
        yield Refusal("decided_already", _("This has been answered already."))
    yield from _can_be_destroyed(identity)


def _can_be_destroyed(identity: SourceIdentity | None) -> Iterator[Refusal]:
    if identity is None:
        yield Refusal("nothing_stored", _("No identity is in the vault, so there is nothing to destroy."))
    elif identity.shredded_at:
        yield Refusal("destroyed", _("The identity was destroyed already."))
