"""Who may let a person see everything again after a journey, and who may lock somebody out from afar."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from missions.access import Access
from missions.models import Mission, Posting
from missions.refusals import Refusal
from missions.roles import Permission, Role

WELCOMERS = frozenset({Role.HEAD_OF_OFFICE, Role.SECURITY_ADVISER})


def welcomes_back(mission_id: UUID, by: Access) -> bool:
    """Say whether this person ends travel mode for others in the mission."""
    return by.may(Permission.MANAGE_POSTINGS, mission_id) or bool(WELCOMERS & set(by.roles_in(mission_id)))


def end_travel(*, traveller: User, mission: Mission, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why that person cannot end the travel mode of this one."""
    if not welcomes_back(mission.pk, by):
        yield Refusal(
            "not_welcomer", _("A head of office, the security adviser or the information manager ends travel mode.")
        )
    if traveller.pk == by.user_id:
        yield Refusal("own_travel", _("Nobody ends their own travel mode. Ask somebody who sees you."))
    elif by.travel_ceiling is not None:
        yield Refusal("travelling", _("You travel yourself. Somebody who does not has to end it."))
    yield from _serves_here(traveller, mission, at)
    if traveller.travel_ceiling is None:
        yield Refusal("not_travelling", _("This person is not in travel mode any more."))


def lock_remotely(*, person: User, mission: Mission, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why that person cannot close every session of this one."""
    if not welcomes_back(mission.pk, by):
        yield Refusal(
            "not_welcomer", _("A head of office, the security adviser or the information manager locks people out.")
        )
    if person.pk == by.user_id:
        yield Refusal("oneself", _("This is you. Sign out, or start travel mode in your account."))
    yield from _serves_here(person, mission, at)


def _serves_here(person: User, mission: Mission, at: datetime) -> Iterator[Refusal]:
    if not Posting.objects.live(at).filter(user=person, mission=mission).exists():
        yield Refusal("not_posted", _("This person does not serve in the mission now."))
