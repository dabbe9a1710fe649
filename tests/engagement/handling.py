"""Sources in any state, reached through the services that their handlers use."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from engagement.models import Reveal, Shredding, Source
from engagement.services import identities, sources
from engagement.services.identities import Identity
from missions.access import Marking
from missions.models import Mission
from missions.postings import access_for
from missions.roles import Role
from tests import factories
from tests.leaks.canaries import planting

# Invented, and written nowhere else: a test looks for these words in everything that was stored or sent.
GIVEN, FAMILY, ALIAS, PHONE, VILLAGE = "Zebediah Quill", "Okonjowski", "Papa Drum", "+236 75 12 34 56", "Velnarra Ferry"
TOKENS = ("zebediah", "okonjowski", "papa drum", "75123456", "75 12 34 56", "velnarra")
SHEET = {
    "exposure": "The neighbours see us park behind the school.",
    "consequences": "A beating, or worse, from either side.",
    "protection": "We meet at the clinic only; the head of office has a place ready in town.",
    "do_not_contact": "Never on market days.",
}


def handlers(mission: Mission, *, at: datetime) -> tuple[User, User]:
    """Post a handler and an alternate who read strictly confidential records in Bria."""
    by = User.objects.get(username="maya")
    since = at - factories.SETTLED_IN
    people = [factories.make_user("lena", name="Lena Fischer"), factories.make_user("karim", name="Karim Osman")]
    for user in people:
        factories.post(
            user,
            mission=mission,
            role=Role.FIELD_STAFF,
            office="Bria",
            ceiling=Marking.STRICTLY_CONFIDENTIAL,
            by=by,
            at=since,
        )
    return people[0], people[1]


@planting
def make_source(
    *,
    handler: User,
    alternate: User,
    at: datetime,
    consented: bool = True,
    identity: Identity | None = None,
    kind: str = Source.Kind.INTERMEDIARY,
    **fields: Any,
) -> Source:
    """Add a source with consent and risk sheet; with an identity in the vault when one is given."""
    by = access_for(handler, at)
    mission = fields.pop("mission", None) or factories.mission_of(by)
    source = sources.add_source(mission=mission, kind=kind, alternate=alternate, by=by, at=at, **fields)
    if consented:
        consent(source, by=handler, at=at)
        sources.assess_source(source=source, **SHEET, by=by, at=at)
    if identity:
        identities.store_identity(source=source, identity=identity, by=by, at=at)
    return source


def consent(source: Source, *, by: User, at: datetime) -> None:
    """Record that the source agreed to carry messages."""
    sources.record_consent(
        source=source,
        scope="Carries messages to the group. Nothing is passed on to others.",
        language="Sango",
        given_on=at.date() - timedelta(days=1),
        is_informed=True,
        by=access_for(by, at),
        at=at,
    )


def zebediah() -> Identity:
    """Return somebody who does not exist."""
    return Identity(
        given_names=GIVEN, family_name=FAMILY, also_known_as=ALIAS, phones=PHONE, whereabouts=VILLAGE, safe_contact=""
    )


def ask(source: Source, *, by: User, at: datetime, reason: str = "They must be warned tonight.") -> Reveal:
    """Ask to see who it is."""
    return identities.ask_reveal(source=source, reason=reason, by=access_for(by, at), at=at)


def agree(reveal: Reveal, *, by: User, at: datetime) -> Reveal:
    """Agree as the second person."""
    return identities.approve_reveal(reveal=reveal, by=access_for(by, at), at=at)


def look(reveal: Reveal, *, by: User, at: datetime) -> Identity:
    """Open what was agreed."""
    return identities.open_reveal(reveal=reveal, by=access_for(by, at), at=at)


def destroy(source: Source, *, asked_by: User, confirmed_by: User, at: datetime) -> Shredding:
    """Have two people destroy the identity."""
    asked = identities.ask_shredding(source=source, reason="danger", by=access_for(asked_by, at), at=at)
    return identities.confirm_shredding(shredding=asked, by=access_for(confirmed_by, at), at=at)
