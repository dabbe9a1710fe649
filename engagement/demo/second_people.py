"""What waits for a second person in the invented mission: a reading-in, a marking, an identity, and a review."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from engagement.demo import steps
from engagement.demo.sources import one_intermediary, one_who_took_it_back
from engagement.models import Request, Shredding
from engagement.services import emergencies, identities, sharing
from missions import services as missions
from missions.access import Marking
from missions.models import Compartment, EmergencyAccess, Posting

if TYPE_CHECKING:
    from engagement.demo.present import World


def waiting_for_a_second_person(world: World) -> None:
    """Leave one of each thing that nobody does alone, asked for by one person and not yet answered by another."""
    _proposed_for_the_circle(world)
    _asked_to_read_more(world)
    _let_into_one_request(world)
    _back_from_an_emergency(world)
    _wants_to_know_who(world)
    _to_be_destroyed(world)


def _proposed_for_the_circle(world: World) -> None:
    at = world.on(1, 15)
    missions.propose_member(
        compartment=Compartment.objects.get(mission=world.mission),
        user=world.people["fatou"],
        reason="Two of the officers say that boys serve under them; she would know what to ask for first.",
        ends_at=world.now + timedelta(days=60),
        by=world.eyes("helena", at),
        at=at,
    )


def _asked_to_read_more(world: World) -> None:
    at = world.on(1, 11)
    posting = Posting.objects.get(user=world.people["fatou"])
    ceiling = Marking.STRICTLY_CONFIDENTIAL
    missions.set_ceiling(posting=posting, ceiling=ceiling, by=world.eyes("samir", at), at=at)


def _let_into_one_request(world: World) -> None:
    at = world.on(4, 16)
    request = Request.objects.visible_to(world.eyes("peter", at)).get(reference__endswith="4N7RB")
    sharing.share(
        request=request,
        user=world.people["mateus"],
        reason="He drives the same road from the other end, and will meet the same people.",
        expires_at=world.now + timedelta(days=12),
        by=world.eyes("peter", at),
        at=at,
    )


def _back_from_an_emergency(world: World) -> None:
    at = world.on(2, 21)
    emergency = emergencies.open_emergency(
        mission=world.mission,
        reference=_held_in_kesi(world).reference,
        reason=EmergencyAccess.Reason.COLLEAGUE_ABSENT,
        explanation="Shots near the ford, and nobody answers in Kesi. I must know whom they had agreed to meet there.",
        by=world.eyes("aline", at),
        at=at,
    )
    later = at + timedelta(minutes=35)
    emergencies.close_emergency(emergency=emergency, by=world.eyes("aline", later), at=later)


def _held_in_kesi(world: World) -> Request:
    requests = Request.objects.unscoped(steps.WHOLE).filter(office=world.offices["Kesi"], compartment=None)
    earliest: Request = requests.earliest("created_at")
    return earliest


def _wants_to_know_who(world: World) -> None:
    source = one_intermediary(world)
    at = world.on(0, 8)
    identities.ask_reveal(
        source=source,
        reason="A patrol passes the square on Thursday. I must know which stall it has to stay away from.",
        by=world.eyes("rajesh", at),
        at=at,
    )


def _to_be_destroyed(world: World) -> None:
    source = one_who_took_it_back(world)
    at = world.on(3, 12)
    identities.ask_shredding(
        source=source, reason=Shredding.Reason.CONSENT_WITHDRAWN, by=world.eyes("ingeborg", at), at=at
    )
