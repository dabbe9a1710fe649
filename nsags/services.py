"""Recording what is known of armed groups, their people, their labels and where they came from."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from audit import log
from audit.models import Kind
from missions.access import Access, Marking
from missions.models import Compartment, Mission, Office
from missions.references import new_reference
from missions.refusals import refuse_if_any
from nsags import policies
from nsags.models import Group, GroupName, Label, LineageEvent, Membership, Person

DESCRIPTION = ("name", "status", "structure", "people_and_networks", "community_relation", "wants", "unknowns")


@transaction.atomic
def add_group(
    *,
    mission: Mission,
    name: str,
    names: Iterable[tuple[str, str]] = (),
    status: str = Group.Status.ACTIVE,
    structure: str = Group.Structure.UNKNOWN,
    people_and_networks: str = "",
    community_relation: str = "",
    wants: str = "",
    unknowns: str = "",
    office: Office | None = None,
    marking: int = Marking.CONFIDENTIAL,
    compartment: Compartment | None = None,
    by: Access,
    at: datetime,
) -> Group:
    """Add a group with its other names, each a pair of the text and its GroupName.Type."""
    refuse_if_any(
        policies.add_group(mission=mission, name=name, marking=marking, compartment=compartment, by=by, at=at)
    )
    group = Group.objects.create(
        reference=new_reference(Group, "N"),
        mission=mission,
        office=office,
        marking=marking,
        compartment=compartment,
        created_by=by.user,
        created_at=at,
        name=name.strip(),
        status=status,
        structure=structure,
        people_and_networks=people_and_networks,
        community_relation=community_relation,
        wants=wants,
        unknowns=unknowns,
        reviewed_on=at.date(),
        reviewed_by=by.user,
    )
    GroupName.objects.bulk_create(GroupName(group=group, text=text, type=type) for text, type in names)
    log.record(Kind.GROUP_ADDED, target=group, by=by, at=at)
    return group


@transaction.atomic
def review(
    *,
    group: Group,
    name: str,
    status: str,
    structure: str,
    people_and_networks: str,
    community_relation: str,
    wants: str,
    unknowns: str,
    by: Access,
    at: datetime,
) -> Group:
    """Rewrite what is known of a group, and note who went through it and when."""
    group = _locked(group, by)
    refuse_if_any(policies.review(group=group, name=name, by=by, at=at))
    answers = (name.strip(), status, structure, people_and_networks, community_relation, wants, unknowns)
    after = dict(zip(DESCRIPTION, answers, strict=True))
    changed = [field for field, value in after.items() if getattr(group, field) != value]
    for field, value in after.items():
        setattr(group, field, value)
    group.reviewed_on = at.date()
    group.reviewed_by = by.user
    group.save(update_fields=[*DESCRIPTION, "reviewed_on", "reviewed_by"])
    log.record(Kind.GROUP_REVIEWED, target=group, by=by, at=at, fields=changed)
    return group


@transaction.atomic
def add_person(
    *,
    mission: Mission,
    name: str,
    listed_by_un: bool = False,
    icc_warrant: bool = False,
    travel_ban: bool = False,
    checked_on: date | None = None,
    office: Office | None = None,
    marking: int = Marking.CONFIDENTIAL,
    compartment: Compartment | None = None,
    by: Access,
    at: datetime,
) -> Person:
    """Add a person under the name that they are publicly known by."""
    refuse_if_any(
        policies.add_person(mission=mission, name=name, marking=marking, compartment=compartment, by=by, at=at)
    )
    person = Person.objects.create(
        reference=new_reference(Person, "P"),
        mission=mission,
        office=office,
        marking=marking,
        compartment=compartment,
        created_by=by.user,
        created_at=at,
        name=name.strip(),
        listed_by_un=listed_by_un,
        icc_warrant=icc_warrant,
        travel_ban=travel_ban,
        checked_on=checked_on,
    )
    log.record(Kind.PERSON_ADDED, target=person, by=by, at=at)
    return person


@transaction.atomic
def join_group(
    *,
    group: Group,
    person: Person,
    role: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
    by: Access,
    at: datetime,
) -> Membership:
    """Record a person's role in a group."""
    group = _locked(group, by)
    person = Person.objects.visible_to(by).get(pk=person.pk)
    refuse_if_any(policies.join_group(group=group, role=role, starts_on=starts_on, ends_on=ends_on, by=by, at=at))
    membership = Membership.objects.create(
        group=group, person=person, role=role.strip(), starts_on=starts_on, ends_on=ends_on
    )
    log.record(Kind.PERSON_ADDED, target=group, by=by, at=at, fields=["memberships"])
    return membership


@transaction.atomic
def introduce(
    *,
    group: Group,
    name: str,
    role: str,
    starts_on: date | None = None,
    listed_by_un: bool = False,
    icc_warrant: bool = False,
    travel_ban: bool = False,
    checked_on: date | None = None,
    by: Access,
    at: datetime,
) -> Membership:
    """Add a person who is new to us together with their role in a group, kept as closely as the group itself."""
    group = _locked(group, by)
    person = add_person(
        mission=group.mission,
        name=name,
        listed_by_un=listed_by_un,
        icc_warrant=icc_warrant,
        travel_ban=travel_ban,
        checked_on=checked_on,
        office=group.office,
        marking=group.marking,
        compartment=group.compartment,
        by=by,
        at=at,
    )
    return join_group(group=group, person=person, role=role, starts_on=starts_on, by=by, at=at)


@transaction.atomic
def label(
    *,
    group: Group,
    value: str,
    issuer: str,
    issuer_name: str = "",
    legal_basis: str = "",
    starts_on: date,
    by: Access,
    at: datetime,
) -> Label:
    """Record what an issuer says about a group."""
    group = _locked(group, by)
    refuse_if_any(
        policies.label(group=group, issuer=issuer, issuer_name=issuer_name, starts_on=starts_on, by=by, at=at)
    )
    recorded = Label.objects.create(
        group=group,
        value=value,
        issuer=issuer,
        issuer_name=issuer_name,
        legal_basis=legal_basis,
        starts_on=starts_on,
        recorded_by=by.user,
        recorded_at=at,
    )
    log.record(Kind.GROUP_LABELLED, target=group, by=by, at=at, fields=["labels"])
    return recorded


@transaction.atomic
def end_label(*, label: Label, ends_on: date, by: Access, at: datetime) -> Label:
    """Record the last day on which an issuer's statement stood."""
    group = _locked(label.group, by)
    label = Label.objects.visible_to(by).select_for_update(of=("self",)).get(pk=label.pk)
    label.group = group
    refuse_if_any(policies.end_label(label=label, ends_on=ends_on, by=by, at=at))
    label.ends_on = ends_on
    label.save(update_fields=["ends_on"])
    log.record(Kind.GROUP_LABEL_ENDED, target=group, by=by, at=at, fields=["labels"])
    return label


@transaction.atomic
def record_lineage(
    *,
    type: str,
    parent: Group,
    child: Group,
    happened_on: date,
    source: str = "",
    is_disputed: bool = False,
    by: Access,
    at: datetime,
) -> LineageEvent:
    """Record that one group came from another; approvals never follow."""
    parent = _locked(parent, by)
    child = Group.objects.visible_to(by).get(pk=child.pk)
    refuse_if_any(policies.record_lineage(type=type, parent=parent, child=child, happened_on=happened_on, by=by, at=at))
    event = LineageEvent.objects.create(
        type=type, parent=parent, child=child, happened_on=happened_on, source=source, is_disputed=is_disputed
    )
    log.record(Kind.GROUP_LINEAGE_RECORDED, target=parent, by=by, at=at)
    log.record(Kind.GROUP_LINEAGE_RECORDED, target=child, by=by, at=at)
    return event


def _locked(group: Group, by: Access) -> Group:
    locked: Group = (
        Group.objects.visible_to(by).select_for_update(of=("self",)).select_related("mission").get(pk=group.pk)
    )
    return locked
