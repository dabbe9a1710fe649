"""Adding sources, and writing down what they agreed to and what could happen to them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import User
from audit import log
from audit.models import Kind
from engagement.models import Consent, Notice, RiskSheet, Source
from engagement.policies import sources as policies
from engagement.services import noticing
from engagement.services.naming import refuse_names
from missions.access import Access, Marking
from missions.code_names import two_words
from missions.models import Compartment, Mission, Office
from missions.references import new_reference
from missions.refusals import refuse_if_any
from missions.roles import Permission, Role
from nsags.models import Group

REVIEW_AFTER = timedelta(days=90)


@transaction.atomic
def add_source(
    *,
    mission: Mission,
    kind: str,
    alternate: User,
    group: Group | None = None,
    compartment: Compartment | None = None,
    by: Access,
    at: datetime,
) -> Source:
    """Give somebody a code name; who adds them handles them, and the record is as closely held as their group's."""
    office = _office_of(mission, by)
    group = Group.objects.visible_to(by).get(pk=group.pk) if group else None
    marking = max(Marking.STRICTLY_CONFIDENTIAL, group.marking if group else Marking.UNCLASSIFIED)
    held_in = compartment or (group.compartment if group else None)
    refuse_if_any(
        policies.add_source(
            mission,
            office=office,
            kind=kind,
            group=group,
            compartment=held_in,
            marking=marking,
            alternate=alternate,
            by=by,
            at=at,
        )
    )
    source = Source.objects.create(
        reference=new_reference(Source, "S"),
        mission=mission,
        office=office,
        marking=marking,
        compartment=held_in,
        created_by=by.user,
        created_at=at,
        code_name=_free_name(mission),
        kind=kind,
        group=group,
        handler=by.user,
        alternate=alternate,
    )
    log.record(Kind.SOURCE_ADDED, target=source, by=by, at=at)
    return source


def _office_of(mission: Mission, by: Access) -> Office | None:
    offices = [posting.office_id for posting in by.postings if posting.mission_id == mission.pk and posting.office_id]
    return Office.objects.filter(pk__in=offices).order_by("name").first()


def _free_name(mission: Mission) -> str:
    taken = Source.objects.unscoped("a code name is given once").filter(mission=mission)
    while taken.filter(code_name=(name := two_words())).exists():
        pass
    return name


def alternates(mission: Mission, *, by: Access, at: datetime) -> list[User]:
    """Return who could step in for this person in that mission, as the record of a new source is held."""
    roles = [role for role in Role.values if role not in policies.NO_CUSTODIANS]
    like = Source(mission=mission, office=_office_of(mission, by))
    people = noticing.holding(mission, roles, at, like)
    return [user for user in people if user.pk != by.user_id]


@transaction.atomic
def record_consent(
    *, source: Source, scope: str, language: str, given_on: date, is_informed: bool, by: Access, at: datetime
) -> Consent:
    """Write down what a source agreed to; nothing is signed, and an earlier consent stays on record."""
    source = locked(source, by)
    refuse_if_any(
        policies.record_consent(
            source, scope=scope, language=language, given_on=given_on, is_informed=is_informed, by=by, at=at
        )
    )
    refuse_names({"scope": scope, "language": language}, by=by)
    consent = Consent.objects.create(
        source=source, scope=scope, language=language, given_on=given_on, recorded_by=by.user, recorded_at=at
    )
    log.record(Kind.SOURCE_CONSENTED, target=source, by=by, at=at)
    return consent


@transaction.atomic
def withdraw_consent(*, source: Source, withdrawn_on: date, by: Access, at: datetime) -> Consent:
    """Note that a source took their consent back: nobody sees who they are, and somebody decides on destruction."""
    source = locked(source, by)
    consent = latest_consent(source)
    refuse_if_any(policies.withdraw_consent(source, consent, withdrawn_on=withdrawn_on, by=by, at=at))
    assert consent is not None
    consent.withdrawn_on, consent.withdrawn_by, consent.withdrawn_at = withdrawn_on, by.user, at
    consent.save(update_fields=["withdrawn_on", "withdrawn_by", "withdrawn_at"])
    log.record(Kind.SOURCE_CONSENT_WITHDRAWN, target=source, by=by, at=at)
    leaders = noticing.holding(source.mission, policies.AGREE_TO_REVEAL, at, source)
    tell_custodians(source, Notice.Kind.CONSENT_WITHDRAWN, also=leaders, by=by, at=at)
    return consent


@transaction.atomic
def assess_source(
    *,
    source: Source,
    exposure: str,
    consequences: str,
    protection: str,
    do_not_contact: str = "",
    review_on: date | None = None,
    by: Access,
    at: datetime,
) -> RiskSheet:
    """Write a new risk sheet; the earlier ones stay on record. It is looked at again within 90 days."""
    source = locked(source, by)
    review_on = review_on or source.mission.local_day(at) + REVIEW_AFTER
    texts = {"exposure": exposure, "consequences": consequences, "protection": protection}
    refuse_if_any(policies.assess_source(source, **texts, review_on=review_on, by=by, at=at))
    refuse_names(texts | {"do_not_contact": do_not_contact}, by=by)
    sheet = RiskSheet.objects.create(
        source=source, **texts, do_not_contact=do_not_contact, assessed_by=by.user, assessed_at=at, review_on=review_on
    )
    log.record(Kind.SOURCE_ASSESSED, target=source, by=by, at=at)
    return sheet


def locked(source: Source, by: Access) -> Source:
    """Return the source as it stands now, for this person, so that nobody else changes it meanwhile."""
    visible = Source.objects.visible_to(by).select_for_update(of=("self",))
    found: Source = visible.select_related("mission", "handler", "alternate").get(pk=source.pk)
    return found


def latest_consent(source: Source) -> Consent | None:
    """Return the consent that counts."""
    consents = Consent.objects.unscoped("what rules whether a source may be known").filter(source=source)
    found: Consent | None = consents.order_by("-recorded_at", "-pk").first()
    return found


def tell_custodians(source: Source, kind: Notice.Kind, *, also: Iterable[User] = (), by: Access, at: datetime) -> None:
    """Leave a line without content for handler and alternate, and some others, but not for who did it."""
    present = {user.pk for user in noticing.holding(source.mission, Role.values, at, source)}
    people = [user for user in (source.handler, source.alternate) if user.pk in present]
    others = [user for user in [*people, *also] if user.pk != by.user_id]
    noticing.notify(users=others, kind=kind, reference=source.reference, at=at)


def may_add(by: Access) -> list[Mission]:
    """Return the missions in which this person deals with sources."""
    own = [key for key in by.mission_ids if by.may(Permission.LOG, key)]
    return list(Mission.objects.filter(pk__in=own, is_library=False).order_by("code"))
