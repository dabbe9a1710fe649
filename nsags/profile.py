"""What the page of one group shows, each part only as far as its reader may see it."""

from dataclasses import dataclass
from datetime import date, datetime

from missions.access import Access
from missions.models import Prohibition
from nsags.models import Group, GroupName, Label, LineageEvent, Membership, Person

STALE_AFTER_DAYS = 90


@dataclass(frozen=True)
class Profile:
    """A group with its names, people, labels and lineage."""

    group: Group
    names: list[GroupName]
    members: list[Membership]
    labels: list[Label]
    past_labels: list[Label]
    lineage: list[LineageEvent]
    bans: list[Prohibition]
    on: date

    @property
    def days_since_review(self) -> int | None:
        """Return how long ago somebody went through the profile."""
        return (self.on - self.group.reviewed_on).days if self.group.reviewed_on else None

    @property
    def is_stale(self) -> bool:
        """Say whether the profile wants another look."""
        return self.days_since_review is None or self.days_since_review > STALE_AFTER_DAYS


def profile_of(group: Group, *, access: Access, at: datetime) -> Profile:
    """Return what a person may read of a group."""
    on = group.mission.local_day(at)
    labels = list(Label.objects.visible_to(access).filter(group=group).order_by("issuer", "starts_on"))
    members = _members(group, access)
    return Profile(
        group=group,
        names=list(GroupName.objects.visible_to(access).filter(group=group).order_by("text")),
        members=members,
        labels=[label for label in labels if label.is_live(on)],
        past_labels=[label for label in labels if not label.is_live(on)],
        lineage=_lineage(group, access),
        bans=_bans(group, members, at),
        on=on,
    )


def _members(group: Group, access: Access) -> list[Membership]:
    seen = Membership.objects.visible_to(access).filter(group=group, person__in=Person.objects.visible_to(access))
    return list(seen.select_related("person").order_by("ends_on", "person__name"))


def _lineage(group: Group, access: Access) -> list[LineageEvent]:
    """Return every event that connects this group with others, through groups that the person may see."""
    seen = LineageEvent.objects.visible_to(access).filter(child__in=Group.objects.visible_to(access))
    events = list(seen.select_related("parent", "child").order_by("happened_on"))
    family = {group.pk}
    while reached := {
        e for e in events if {e.parent_id, e.child_id} & family and not {e.parent_id, e.child_id} <= family
    }:
        family |= {pk for event in reached for pk in (event.parent_id, event.child_id)}
    return [event for event in events if event.parent_id in family]


def _bans(group: Group, members: list[Membership], at: datetime) -> list[Prohibition]:
    people = {member.person_id for member in members}
    in_force = Prohibition.objects.in_force(group.mission, at)
    return [ban for ban in in_force if ban.group_id == group.pk or ban.person_id in people]
