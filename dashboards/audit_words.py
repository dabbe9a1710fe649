"""What the names of fields in the log mean, in words; a name that nobody has put into words stands as it is."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from engagement.readback import term
from missions.bands import RISKS
from missions.roles import Role

ROLES = dict(Role.choices)
FIELDS: Mapping[str, str | Promise] = {
    "asked_at": _("When it was asked for"),
    "asked_by": _("Who asked"),
    "asked_ceiling": _("Marking asked for"),
    "before": _("Older lines"),
    "ceiling": _("Highest marking"),
    "classification": _("What follows from the contact"),
    "community_relation": _("Communities"),
    "denied": _("Denied only"),
    "digest": _("Password"),
    "ends_at": _("Last day"),
    "host_government": RISKS["GOV"],
    "kind": _("Kind of event"),
    "labels": _("Labels"),
    "legitimacy": RISKS["LEG"],
    "marking": _("Marking"),
    "memberships": _("Role in the group"),
    "name": _("Name"),
    "outcome": _("Outcome"),
    "people_and_networks": _("People and networks"),
    "period": _("Period"),
    "person": _("Person"),
    "recovery_codes": _("Recovery codes"),
    "safety_note": _("Safety problem"),
    "second_factor": _("Second factor"),
    "security": RISKS["SEC"],
    "status": _("Status"),
    "structure": _("Led as"),
    "unknowns": _("What we do not know"),
    "wants": _("What it wants"),
}


def in_words(fields: Iterable[str]) -> str:
    """Return the fields of an event as a list of words."""
    return ", ".join(str(FIELDS.get(name) or ROLES.get(name) or term(name) or name) for name in fields)
