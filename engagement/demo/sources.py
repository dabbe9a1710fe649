"""Sources in the shadow of the invented mission, known by code names: people who do not exist."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engagement.models import Source
from engagement.services import identities, sources
from engagement.services.identities import Identity

if TYPE_CHECKING:
    from engagement.demo.present import World

OF_THE_STALL = Identity(
    given_names="Ambrose",
    family_name="Tellerand",
    phones="+000 55 010 199",
    whereabouts="A stall that does not exist, on a square that does not exist.",
    safe_contact="Through the pharmacist of the same story.",
)
OF_THE_FERRY = Identity(
    given_names="Leocadia",
    family_name="Brindisar",
    whereabouts="A ferry that does not exist.",
    safe_contact="She asked us not to.",
)


def one_intermediary(world: World) -> Source:
    """Add an intermediary with consent, a risk sheet that is nearly due, and an identity in the vault."""
    at = world.on(75, 10)
    source = _known(
        world,
        Source.Kind.INTERMEDIARY,
        "mateus",
        alternate="ingeborg",
        group="hills",
        scope="Carries words between us and the commander of the zone. Tells us nothing about neighbours.",
        identity=OF_THE_STALL,
        at=at,
    )
    sources.assess_source(
        source=source,
        exposure="People at the market see who comes to the stall. One cousin has asked where the phone came from.",
        consequences="Taken for a spy by either side; the family lives next door.",
        protection="We meet at the clinic only (field officer). A room in town is ready (head of field office).",
        do_not_contact="Never on market days, and never after dark.",
        by=world.eyes("mateus", at),
        at=at + timedelta(minutes=20),
    )
    return source


def one_who_took_it_back(world: World) -> Source:
    """Add somebody who told us things for a while, and then withdrew the consent."""
    source = _known(
        world,
        Source.Kind.SOURCE,
        "ingeborg",
        alternate="lucia",
        group="front",
        scope="Tells us which boats cross at night. May be quoted to nobody.",
        identity=OF_THE_FERRY,
        at=world.on(60, 14),
    )
    at = world.on(3, 11)
    withdrawn_on = world.mission.local_day(at)
    sources.withdraw_consent(source=source, withdrawn_on=withdrawn_on, by=world.eyes("ingeborg", at), at=at)
    return source


def _known(
    world: World, kind: str, handler: str, *, alternate: str, group: str, scope: str, identity: Identity, at: datetime
) -> Source:
    """Add somebody who agreed to be known to two of us."""
    by = world.eyes(handler, at)
    source = sources.add_source(
        mission=world.mission,
        kind=kind,
        alternate=world.people[alternate],
        group=world.groups[group],
        by=by,
        at=at,
    )
    sources.record_consent(
        source=source,
        scope=scope,
        language="Kalenja",
        given_on=world.mission.local_day(at),
        is_informed=True,
        by=by,
        at=at + timedelta(minutes=10),
    )
    identities.store_identity(source=source, identity=identity, by=by, at=at + timedelta(minutes=30))
    return source
