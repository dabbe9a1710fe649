"""Who may describe armed groups: each rule yields the reasons against."""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from missions.access import Access, Marking
from missions.models import Compartment, Mission
from missions.policies.compartments import draft_inside
from missions.refusals import Refusal
from missions.roles import Permission
from nsags.models import Group, Label, LineageEvent

# "A regional body" says nothing until it is named.
ISSUERS_TO_NAME = frozenset({Label.Issuer.OTHER_STATE, Label.Issuer.REGIONAL_BODY})


def add_group(
    *, mission: Mission, name: str, marking: int, compartment: Compartment | None, by: Access, at: datetime
) -> Iterator[Refusal]:
    """Say why that person cannot add this group."""
    yield from maintain(mission, by)
    yield from _within_reach(mission, marking, compartment, by)
    if not name.strip():
        yield Refusal("no_name", _("Enter the name that your mission uses for the group."), "name")


def add_person(
    *, mission: Mission, name: str, marking: int, compartment: Compartment | None, by: Access, at: datetime
) -> Iterator[Refusal]:
    """Say why that person cannot add this person."""
    yield from maintain(mission, by)
    yield from _within_reach(mission, marking, compartment, by)
    if not name.strip():
        yield Refusal("no_name", _("Enter the name that the person is publicly known by."), "name")


def join_group(
    *, group: Group, role: str, starts_on: date | None, ends_on: date | None, by: Access, at: datetime
) -> Iterator[Refusal]:
    """Say why this role in the group cannot be recorded."""
    yield from maintain(group.mission, by)
    if not role.strip():
        yield Refusal("no_role", _("Enter the role that the person has in the group."), "role")
    yield from _in_order(starts_on, ends_on)


def label(
    *, group: Group, issuer: str, issuer_name: str, starts_on: date, by: Access, at: datetime
) -> Iterator[Refusal]:
    """Say why this statement about the group cannot be recorded."""
    yield from maintain(group.mission, by)
    if issuer not in Label.Issuer.values:
        yield Refusal("no_issuer", _("Choose who says so. A label without an issuer is not recorded."), "issuer")
    elif issuer in ISSUERS_TO_NAME and not issuer_name.strip():
        yield Refusal("unnamed_issuer", _("Name the State or the body that says so."), "issuer_name")
    if starts_on > at.date():
        yield Refusal("future", _("The label starts in the future. Enter the day on which it was issued."), "starts_on")


def end_label(*, label: Label, ends_on: date, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why this label cannot be ended on that day."""
    yield from maintain(label.group.mission, by)
    if label.ends_on is not None:
        yield Refusal("ended_already", _("This label has an end already. Record a new one if it was issued again."))
    yield from _in_order(label.starts_on, ends_on)


def record_lineage(
    *, type: str, parent: Group, child: Group, happened_on: date, by: Access, at: datetime
) -> Iterator[Refusal]:
    """Say why this group cannot be recorded as coming from the other."""
    yield from maintain(parent.mission, by)
    if parent.mission_id != child.mission_id:
        yield Refusal("group_elsewhere", _("This group is not in the mission. Choose one that is."), "other")
    elif parent.pk == child.pk:
        yield Refusal("itself", _("A group cannot come from itself. Choose another group."), "other")
    elif parent.pk in _descendants(child, by):
        yield Refusal(
            "circular",
            _("%(parent)s is recorded as coming from %(child)s, so the reverse cannot hold.")
            % {"parent": parent, "child": child},
            "other",
        )
    if happened_on > at.date():
        yield Refusal("future", _("That day is in the future. Enter the day on which it happened."), "happened_on")


def review(*, group: Group, name: str, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why that person cannot change the profile of this group."""
    yield from maintain(group.mission, by)
    if not name.strip():
        yield Refusal("no_name", _("Enter the name that your mission uses for the group."), "name")


def maintain(mission: Mission, by: Access) -> Iterator[Refusal]:
    """Say why that person does not keep the profiles of the mission's groups."""
    if not by.may(Permission.MAINTAIN_GROUPS, mission.pk):
        yield Refusal(
            "not_maintainer",
            _(
                "Field staff, the POC adviser, human rights officers and analysts of the mission keep these profiles. "
                "Ask one of them."
            ),
        )


def _within_reach(mission: Mission, marking: int, compartment: Compartment | None, by: Access) -> Iterator[Refusal]:
    ceilings = [posting.ceiling for posting in by.postings if posting.mission_id == mission.pk]
    if marking > max(ceilings, default=Marking.UNCLASSIFIED):
        yield Refusal("above_ceiling", _("You may not write at this marking. Choose a lower one."), "marking")
    yield from draft_inside(mission, compartment, by)


def _in_order(starts_on: date | None, ends_on: date | None) -> Iterator[Refusal]:
    if starts_on and ends_on and ends_on < starts_on:
        yield Refusal("ends_first", _("The last day lies before the first. Enter a later one."), "ends_on")


def _descendants(group: Group, by: Access) -> set[UUID]:
    """Return the keys of the groups that came from this one, as far as that person may know of them.

    A refusal that looked further would tell that there is a group in between.
    """
    found: set[UUID] = set()
    waiting: set[UUID] = {group.pk}
    events = LineageEvent.objects.visible_to(by).filter(child__in=Group.objects.visible_to(by))
    while waiting:
        children = set(events.filter(parent_id__in=waiting).values_list("child_id", flat=True))
        waiting = children - found
        found |= children
    return found
