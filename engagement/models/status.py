"""The states of a request and of a dialogue, and the only moves between them.

This table is the state machine: services move records along it and `docs/reference/states.md` is drawn from it.
"""

from django.db import models
from django.utils.translation import pgettext_lazy


class RequestStatus(models.TextChoices):
    """Where a request for dialogue stands (domain reference 3.1)."""

    DRAFT = "draft", pgettext_lazy("request", "Draft")
    BLOCKED = "blocked", pgettext_lazy("request", "Blocked")
    IN_ADVICE = "in_advice", pgettext_lazy("request", "In advice")
    READY = "ready", pgettext_lazy("request", "Ready for decision")
    DEFERRED = "deferred", pgettext_lazy("request", "Deferred")
    RETURNED = "returned", pgettext_lazy("request", "Returned")
    APPROVED = "approved", pgettext_lazy("request", "Approved")
    APPROVED_WITH_CONDITIONS = "approved_with_conditions", pgettext_lazy("request", "Approved with conditions")
    DECLINED = "declined", pgettext_lazy("request", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("request", "Withdrawn")


_S = RequestStatus
REQUEST_TRANSITIONS: dict[RequestStatus, frozenset[RequestStatus]] = {
    _S.DRAFT: frozenset({_S.BLOCKED, _S.IN_ADVICE, _S.READY, _S.WITHDRAWN}),
    _S.BLOCKED: frozenset({_S.IN_ADVICE, _S.READY, _S.WITHDRAWN}),
    _S.IN_ADVICE: frozenset({_S.READY, _S.BLOCKED, _S.WITHDRAWN}),
    _S.READY: frozenset(
        {
            _S.APPROVED,
            _S.APPROVED_WITH_CONDITIONS,
            _S.RETURNED,
            _S.DEFERRED,
            _S.DECLINED,
            _S.BLOCKED,
            _S.IN_ADVICE,
            _S.WITHDRAWN,
        }
    ),
    _S.DEFERRED: frozenset({_S.READY, _S.BLOCKED, _S.WITHDRAWN}),
    _S.RETURNED: frozenset({_S.DRAFT, _S.WITHDRAWN}),
    _S.APPROVED: frozenset(),
    _S.APPROVED_WITH_CONDITIONS: frozenset(),
    _S.DECLINED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}
# Somebody other than the requester has it in hand.
PENDING = frozenset({_S.BLOCKED, _S.IN_ADVICE, _S.READY, _S.DEFERRED})
# A decision stands.
DECIDED = frozenset({_S.APPROVED, _S.APPROVED_WITH_CONDITIONS, _S.DECLINED})


class EngagementStatus(models.TextChoices):
    """Where an authorised dialogue stands (domain reference 3.1)."""

    AUTHORISED = "authorised", pgettext_lazy("dialogue", "Authorised")
    ACTIVE = "active", pgettext_lazy("dialogue", "Active")
    SUSPENDED = "suspended", pgettext_lazy("dialogue", "Suspended")
    REDECISION = "redecision", pgettext_lazy("dialogue", "Waiting for a new decision")
    LAPSED = "lapsed", pgettext_lazy("dialogue", "Lapsed")
    CONCLUDED = "concluded", pgettext_lazy("dialogue", "Concluded")


_E = EngagementStatus
ENGAGEMENT_TRANSITIONS: dict[EngagementStatus, frozenset[EngagementStatus]] = {
    _E.AUTHORISED: frozenset({_E.ACTIVE, _E.SUSPENDED, _E.REDECISION, _E.LAPSED, _E.CONCLUDED}),
    _E.ACTIVE: frozenset({_E.SUSPENDED, _E.REDECISION, _E.LAPSED, _E.CONCLUDED}),
    _E.SUSPENDED: frozenset({_E.ACTIVE, _E.LAPSED, _E.CONCLUDED}),
    _E.REDECISION: frozenset({_E.ACTIVE, _E.SUSPENDED, _E.LAPSED, _E.CONCLUDED}),
    _E.LAPSED: frozenset(),
    _E.CONCLUDED: frozenset(),
}
# Contacts may be logged as planned.
OPEN_TO_CONTACT = frozenset({_E.AUTHORISED, _E.ACTIVE})
# An approval that still stands, even if frozen.
LIVE = frozenset({_E.AUTHORISED, _E.ACTIVE, _E.SUSPENDED, _E.REDECISION})


class IllegalTransition(RuntimeError):
    """Code tried to move a record along a path that the table does not hold."""


def check_transition(
    table: dict, before: RequestStatus | EngagementStatus, after: RequestStatus | EngagementStatus
) -> None:
    """Raise IllegalTransition unless the table holds the move."""
    if after not in table[before]:
        raise IllegalTransition(f"{before} to {after}")
