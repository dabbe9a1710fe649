"""Who may open a compartment and read people in and out: each rule yields the reasons against.

Two owners stand behind every reading-in. Where fewer than two are left, because one has rotated, the head of mission
takes the place of the missing one, so that no compartment is shut for ever.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import User
from missions.access import Access
from missions.models import Compartment, CompartmentMember, Mission, Posting
from missions.refusals import Refusal
from missions.roles import LEADERSHIP, WITHOUT_CONTENT, Role

OWNERS = 2
# How long somebody may be inside before two people have to say so again.
LONGEST_FOR_MEMBER = timedelta(days=180)
LONGEST_FOR_OWNER = timedelta(days=90)


def open_compartment(*, mission: Mission, second_owner: User, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why that person cannot open a compartment in the mission together with this one."""
    if not opens_compartments(mission, by):
        yield Refusal("not_leadership", _("A pillar head or the head of mission opens compartments. Ask one of them."))
    if second_owner.pk == by.user_id:
        yield Refusal("oneself", _("You are the first owner. Choose somebody else as the second."), "second_owner")
    yield from _may_be_inside(second_owner, mission, at, "second_owner")


def propose_member(
    *,
    compartment: Compartment,
    user: User,
    is_owner: bool,
    reason: str,
    ends_at: datetime,
    by: Access,
    at: datetime,
) -> Iterator[Refusal]:
    """Say why this person cannot be proposed for the compartment by that one."""
    yield from keep(compartment, by, at)
    if user.pk == by.user_id:
        yield Refusal(
            "oneself", _("Nobody reads themselves in. Ask the owner of the compartment."), "user", is_wall=True
        )
    yield from _may_be_inside(user, compartment.mission, at, "user")
    if not reason.strip():
        yield Refusal("no_reason", _("Say why this person needs to know."), "reason")
    yield from _ends_in_time(is_owner, ends_at, at)
    standing = compartment.members.filter(user=user, ends_at__gt=at)
    if standing.filter(confirmed_at=None).exists():
        yield Refusal("proposed_already", _("This person is proposed already, and waits for another owner."), "user")
    elif standing.filter(is_owner__gte=is_owner).exists():
        yield Refusal("inside_already", _("This person is inside already. Renew the membership instead."), "user")


def confirm_member(*, member: CompartmentMember, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why that person cannot confirm what another owner proposed."""
    yield from keep(member.compartment, by, at)
    if member.confirmed_at is not None:
        yield Refusal("confirmed_already", _("This person has been confirmed already."))
    if member.ends_at <= at:
        yield Refusal("over", _("This proposal has run out. Propose the person again."))
    if member.proposed_by_id == by.user_id:
        yield Refusal("second_person", _("You proposed this person. Another owner confirms."))
    if member.user_id == by.user_id:
        yield Refusal("oneself", _("Nobody reads themselves in. Ask the owner of the compartment."))
    yield from _may_be_inside(member.user, member.compartment.mission, at, "")


def read_out(*, member: CompartmentMember, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why this person cannot be read out by that one; anybody may leave."""
    if member.user_id != by.user_id:
        yield from keep(member.compartment, by, at)
    if member.ends_at <= at:
        yield Refusal("over", _("This person has left already."))
    elif member.is_owner and member.confirmed_at and not has_owners_without(member, at):
        yield Refusal("too_few_owners", _("A compartment keeps two owners. Have a successor confirmed first."))


def renew_member(*, member: CompartmentMember, ends_at: datetime, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why this membership cannot last until then."""
    yield from keep(member.compartment, by, at)
    if member.user_id == by.user_id:
        yield Refusal("oneself", _("Nobody renews their own access. Ask another owner."))
    if member.confirmed_at is None or member.ends_at <= at:
        yield Refusal("not_inside", _("This person is not inside now. Propose the person again."))
    elif ends_at <= member.ends_at:
        yield Refusal(
            "not_later", _("Enter a day after the present end. To stop it sooner, read the person out."), "ends_on"
        )
    yield from _ends_in_time(member.is_owner, ends_at, at)
    yield from _may_be_inside(member.user, member.compartment.mission, at, "")


def keep(compartment: Compartment, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why that person does not decide who is inside."""
    owners = compartment.members.live(at).filter(is_owner=True)
    owner_ids = set(owners.values_list("user_id", flat=True)) if by.travel_ceiling is None else set()
    stands_in = Role.HEAD_OF_MISSION in by.roles_in(compartment.mission_id) and owners.count() < OWNERS
    if by.user_id not in owner_ids and not stands_in:
        yield Refusal("not_owner", _("The owners of a compartment decide who is inside. Ask one of them."))


def draft_inside(mission: Mission, compartment: Compartment | None, by: Access) -> Iterator[Refusal]:
    """Say why something new of this mission cannot be kept in that compartment by that person."""
    if compartment is None:
        return
    if compartment.pk not in by.compartments:
        yield Refusal("outside_compartment", _("You are not read into that compartment."), "compartment")
    elif compartment.mission_id != mission.pk:
        yield Refusal(
            "compartment_elsewhere", _("This circle belongs to another mission. Choose another."), "compartment"
        )


def opens_compartments(mission: Mission, by: Access) -> bool:
    """Say whether somebody leads in that mission, and is not on the road."""
    return by.travel_ceiling is None and bool(LEADERSHIP & set(by.roles_in(mission.pk)))


def has_owners_without(member: CompartmentMember, at: datetime) -> bool:
    """Say whether enough owners are inside at that moment without this one."""
    others = CompartmentMember.objects.live(at).filter(compartment=member.compartment_id, is_owner=True)
    return others.exclude(user=member.user_id).count() >= OWNERS


def _may_be_inside(user: User, mission: Mission, at: datetime, field: str) -> Iterator[Refusal]:
    postings = Posting.objects.live(at).filter(user=user, mission=mission)
    if not user.is_active or not postings.exclude(role__in=WITHOUT_CONTENT).exists():
        yield Refusal(
            "not_posted", _("This person does no substantive work in the mission now. Choose another."), field
        )


def _ends_in_time(is_owner: bool, ends_at: datetime, at: datetime) -> Iterator[Refusal]:
    longest = LONGEST_FOR_OWNER if is_owner else LONGEST_FOR_MEMBER
    if ends_at <= at:
        yield Refusal("past", _("Enter a day in the future on which access ends."), "ends_on")
    # A day is entered, and access lasts to the end of it.
    elif ends_at > at + longest + timedelta(days=1):
        message = _("Enter a day within %(days)s days; access can be renewed.") % {"days": longest.days}
        yield Refusal("too_far", message, "ends_on")
