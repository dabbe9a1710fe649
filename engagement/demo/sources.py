"""Somebody in the shadow of the invented mission: one intermediary, known by a code name, who does not exist."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from engagement.models import Source
from engagement.services import identities, sources
from engagement.services.identities import Identity

if TYPE_CHECKING:
    from engagement.demo.present import World

HANDLER, ALTERNATE, GROUP = "mateus", "ingeborg", "hills"
NOBODY = Identity(
    given_names="Ambrose",
    family_name="Tellerand",
    phones="+000 55 010 199",
    whereabouts="A stall that does not exist, on a square that does not exist.",
    safe_contact="Through the pharmacist of the same story.",
)


def one_intermediary(world: World) -> None:
    """Add an intermediary with consent, a risk sheet that is nearly due, and an identity in the vault."""
    at = world.on(75, 10)
    by = world.eyes(HANDLER, at)
    source = sources.add_source(
        mission=world.mission,
        kind=Source.Kind.INTERMEDIARY,
        alternate=world.people[ALTERNATE],
        group=world.groups[GROUP],
        by=by,
        at=at,
    )
    sources.record_consent(
        source=source,
        scope="Carries words between us and the commander of the zone. Tells us nothing about neighbours.",
        language="Kalenja",
        given_on=world.mission.local_day(at),
        is_informed=True,
        by=by,
        at=at + timedelta(minutes=10),
    )
    sources.assess_source(
        source=source,
        exposure="People at the market see who comes to the stall. One cousin has asked where the phone came from.",
        consequences="Taken for a spy by either side; the family lives next door.",
        protection="We meet at the clinic only (field officer). A room in town is ready (head of field office).",
        do_not_contact="Never on market days, and never after dark.",
        by=by,
        at=at + timedelta(minutes=20),
    )
    identities.store_identity(source=source, identity=NOBODY, by=by, at=at + timedelta(minutes=30))
