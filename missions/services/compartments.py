"""Opening compartments, and reading people in and out of them."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from audit import log
from audit.models import Kind
from missions.access import Access, Automatic
from missions.code_names import two_words
from missions.models import Compartment, CompartmentMember, Mission, Posting
from missions.policies import compartments as policies
from missions.refusals import refuse_if_any

# An owner who may not leave yet is kept for this long at a time, while the page asks for a successor.
KEPT_FOR = timedelta(days=14)
BEFORE_THE_END = timedelta(days=1)


@transaction.atomic
def open_compartment(*, mission: Mission, second_owner: User, by: Access, at: datetime) -> Compartment:
    """Open a need-to-know circle under two random words; the leader who opens it and one more person own it."""
    mission = Mission.objects.select_for_update().get(pk=mission.pk)
    refuse_if_any(policies.open_compartment(mission=mission, second_owner=second_owner, by=by, at=at))
    compartment = Compartment.objects.create(mission=mission, name=_new_name(mission), opened_by=by.user, opened_at=at)
    log.record(Kind.COMPARTMENT_OPENED, target=compartment, by=by, at=at)
    for owner in (by.user, second_owner):
        member = compartment.members.create(
            user=owner,
            is_owner=True,
            starts_at=at,
            ends_at=at + policies.LONGEST_FOR_OWNER,
            proposed_by=by.user,
            confirmed_by=by.user,
            confirmed_at=at,
        )
        log.record(Kind.COMPARTMENT_JOINED, target=member, by=by, at=at)
    return compartment


@transaction.atomic
def propose_member(
    *,
    compartment: Compartment,
    user: User,
    is_owner: bool = False,
    reason: str,
    ends_at: datetime,
    by: Access,
    at: datetime,
) -> CompartmentMember:
    """Propose that one more person be read in; nothing opens before another owner confirms."""
    compartment = _locked(compartment)
    refuse_if_any(
        policies.propose_member(
            compartment=compartment, user=user, is_owner=is_owner, reason=reason, ends_at=ends_at, by=by, at=at
        )
    )
    member: CompartmentMember = compartment.members.create(
        user=user, is_owner=is_owner, reason=reason.strip(), starts_at=at, ends_at=ends_at, proposed_by=by.user
    )
    log.record(Kind.COMPARTMENT_PROPOSED, target=member, by=by, at=at)
    return member


@transaction.atomic
def confirm_member(*, member: CompartmentMember, by: Access, at: datetime) -> CompartmentMember:
    """Read a proposed person in, from now on."""
    member = _fresh(member)
    refuse_if_any(policies.confirm_member(member=member, by=by, at=at))
    # A member who becomes an owner has one membership, not two.
    for earlier in member.compartment.members.live(at).filter(user=member.user_id):
        earlier.end(at)
    member.starts_at = at
    member.confirmed_by, member.confirmed_at = by.user, at
    member.save(update_fields=["starts_at", "confirmed_by", "confirmed_at"])
    log.record(Kind.COMPARTMENT_JOINED, target=member, by=by, at=at)
    return member


@transaction.atomic
def read_out(*, member: CompartmentMember, by: Access, at: datetime) -> CompartmentMember:
    """Close a compartment to somebody from the next click, or take a proposal back."""
    member = _fresh(member)
    refuse_if_any(policies.read_out(member=member, by=by, at=at))
    member.end(at)
    log.record(Kind.COMPARTMENT_LEFT, target=member, by=by, at=at)
    return member


@transaction.atomic
def renew_member(*, member: CompartmentMember, ends_at: datetime, by: Access, at: datetime) -> CompartmentMember:
    """Let somebody stay inside for longer."""
    member = _fresh(member)
    refuse_if_any(policies.renew_member(member=member, ends_at=ends_at, by=by, at=at))
    member.ends_at = ends_at
    member.save(update_fields=["ends_at"])
    log.record(Kind.COMPARTMENT_RENEWED, target=member, by=by, at=at, fields=["ends_at"])
    return member


@transaction.atomic
def keep_owners(at: datetime) -> int:
    """Keep the last two owners of a compartment for another while, and return how many were kept.

    An owner whose posting has ended is not kept: they are outside already.
    """
    owners = CompartmentMember.objects.live(at).filter(is_owner=True, ends_at__lte=at + BEFORE_THE_END)
    kept = 0
    for member in owners.select_for_update(of=("self",)).select_related("compartment").order_by("ends_at", "pk"):
        posted = Posting.objects.live(at).filter(user=member.user_id, mission=member.compartment.mission_id)
        if posted.exists() and not policies.has_owners_without(member, at + BEFORE_THE_END):
            member.ends_at = at + KEPT_FOR
            member.save(update_fields=["ends_at"])
            log.record(Kind.COMPARTMENT_RENEWED, target=member, by=Automatic(), at=at, fields=["ends_at"])
            kept += 1
    return kept


def _new_name(mission: Mission) -> str:
    """Return two random words that no compartment of the mission bears; nobody types or chooses them."""
    taken = set(mission.compartments.values_list("name", flat=True))
    while (name := two_words()) in taken:
        continue
    return name


def _locked(compartment: Compartment) -> Compartment:
    """Take the compartment, so that two owners who act at once act one after the other."""
    return Compartment.objects.select_for_update(of=("self",)).select_related("mission").get(pk=compartment.pk)


def _fresh(member: CompartmentMember) -> CompartmentMember:
    compartment = _locked(member.compartment)
    fresh = CompartmentMember.objects.select_for_update(of=("self",)).select_related("user").get(pk=member.pk)
    fresh.compartment = compartment
    return fresh
