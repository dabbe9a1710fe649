"""Which advisers rate the risks of a request before the model's levels open to them."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from engagement.models import Request
from engagement.models.status import PENDING
from missions.access import Access
from missions.refusals import Refusal
from missions.roles import Role

# Which risks each adviser knows, and so must rate before the model's levels are shown to them.
COMPETENCE: Mapping[str, tuple[str, ...]] = {
    Role.POC_ADVISER: ("legitimacy", "host_government", "security"),
    Role.SECURITY_ADVISER: ("security",),
    Role.POLITICAL_ADVISER: ("legitimacy", "host_government"),
    Role.HUMAN_RIGHTS_OFFICER: ("legitimacy", "security"),
    Role.PROTECTION_ADVISER: ("legitimacy", "security"),
    Role.LEGAL_ADVISER: ("legitimacy", "host_government"),
    Role.FORCE_LIAISON: ("security",),
}


def will_rate(request: Request, by: Access) -> bool:
    """Say whether this person may be asked for a rating once the request is sent, so should see no level before."""
    return bool(_rating_roles(request, by))


def still_to_rate(request: Request, by: Access, *, rated: Collection[str]) -> frozenset[str]:
    """Return the roles in which a person is asked to rate a request and has not: its levels stay shut until then.

    `rated` holds the roles in which they rated this version. Whoever wrote the request rates nothing.
    """
    if request.assessment is None or request.status not in PENDING or request.created_by_id == by.user_id:
        return frozenset()
    return (_rating_roles(request, by) & frozenset(request.assessment.advisers)) - frozenset(rated)


def rate_first() -> Refusal:
    """Return what somebody is told who wants to go on before they have rated."""
    return Refusal("rate_first", _("Rate the risks first. The model’s levels open after that."))


def _rating_roles(request: Request, by: Access) -> frozenset[str]:
    return frozenset(by.roles_in(request.mission_id)) & frozenset(COMPETENCE)
