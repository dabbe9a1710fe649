"""Who may rate the risks of a request and advise on it, and what an advice must say."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from engagement.models import Advice, Request, RequestStatus
from engagement.policies.blind_rating import COMPETENCE, rate_first
from engagement.policies.deciding import required_level
from engagement.policies.dossier import Dossier
from missions.access import Access
from missions.refusals import Refusal
from missions.roles import ADVISERS, Authority, Permission, Role

OPEN_TO_ADVICE = frozenset({RequestStatus.IN_ADVICE, RequestStatus.READY, RequestStatus.DEFERRED})
BANDS = range(1, 5)


def advising_roles(request: Request, by: Access) -> tuple[Role, ...]:
    """Return the roles in which a person could advise in the mission of this request."""
    held = dict.fromkeys(by.roles_in(request.mission_id))
    return tuple(Role(role) for role in held if role in ADVISERS or role == Role.HEADQUARTERS_DESK)


def rate(
    request: Request, dossier: Dossier, *, role: str, bands: Mapping[str, int | None], by: Access, at: datetime
) -> Iterator[Refusal]:
    """Say why the person may not put this rating on record; nothing means they may."""
    yield from _take_part(request, dossier, role=role, by=by)
    if dossier.rating_by(by.user_id, role):
        yield Refusal("already_rated", _("You have rated this version. The first reading stays as it was."))
    for risk in COMPETENCE.get(role, ()):
        if bands.get(risk) is None:
            yield Refusal("rating_missing", _("Choose a level, as you read the case yourself."), risk)
    if any(band is not None and band not in BANDS for band in bands.values()):
        yield Refusal("rating_out_of_range", _("Choose one of the four levels."))


def advise(request: Request, dossier: Dossier, *, role: str, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why the person may not advise in that role now; nothing means they may."""
    yield from _take_part(request, dossier, role=role, by=by)
    if role in COMPETENCE and dossier.rating_by(by.user_id, role) is None:
        yield rate_first()


def word_advice(*, outcome: str, reason: str, conditions: str) -> Iterator[Refusal]:
    """Say what is missing in an advice; nothing means that it can be recorded."""
    if outcome not in Advice.Outcome:
        yield Refusal("no_outcome", _("Choose what you advise."), "outcome")
    if not reason.strip():
        yield Refusal("no_reason", _("Give your main reason in one or two sentences."), "reason")
    if outcome == Advice.Outcome.SUPPORT_WITH_CONDITIONS and not conditions.strip():
        yield Refusal("no_conditions", _("Write the conditions on which you support this."), "conditions")


def _take_part(request: Request, dossier: Dossier, *, role: str, by: Access) -> Iterator[Refusal]:
    if role not in advising_roles(request, by) or not by.may(Permission.ADVISE, request.mission_id):
        yield Refusal("not_your_role", _("You do not hold this adviser’s role in this mission."), "role", is_wall=True)
    if request.created_by_id == by.user_id:
        yield Refusal("own_request", _("You wrote this request, so someone else must advise on it."))
    if request.status not in OPEN_TO_ADVICE:
        words = {"status": request.get_status_display().lower()}
        yield Refusal("wrong_status", _("Advice is closed: this request is %(status)s.") % words)
    if role == Role.HEADQUARTERS_DESK and required_level(dossier.assessment, dossier.advice) != Authority.L4:
        yield Refusal("not_consulted", _("Headquarters is consulted only where the level of decision is L4."))
