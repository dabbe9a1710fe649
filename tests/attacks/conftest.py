"""A mission with one record of each kind in each state, and everybody's browser."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from engagement.models import RequestStatus
from tests import factories


@dataclass
class Stage:
    """Addresses of every page with a form, each with somebody who may fill it in."""

    doors: list[tuple[str, str]]
    records: dict[str, Any]


@pytest.fixture
def stage(cast: dict[str, User], group: Any, threat: Any, mission: Any, at: Any) -> Stage:
    """Set up a request in each state, a dialogue, contacts and a promise."""
    amina = cast["amina"]
    common = {"author": amina, "group": group, "threat": threat, "at": at}
    draft = factories.make_request(**common)
    advice = factories.make_request(status=RequestStatus.IN_ADVICE, band="HIGH", measures={"M-01": "Office"}, **common)
    ready = factories.make_request(status=RequestStatus.READY, **common)
    engagement = factories.make_engagement(**common)
    earlier = at - timedelta(hours=2)
    contact = factories.make_contact(author=amina, group=group, at=earlier, has_safety_problem=True)
    c, n, m = contact, group, mission
    written = f"/requests/{draft.reference}/edit"
    sections = ("purpose", "plan")
    doors = [
        *(("amina", f"{written}/{section}/") for section in sections),
        ("amina", "/requests/start/"),
        ("amina", f"/requests/{draft.reference}/check/"),
        ("amina", "/contacts/new/"),
        ("amina", "/contacts/unplanned/"),
        ("amina", "/contacts/screen/"),
        ("amina", f"/contacts/{c.reference}/safety/"),
        ("clara", f"/contacts/{c.reference}/classify/"),
        ("amina", f"/contacts/{c.reference}/commitments/new/"),
        ("sven", f"/requests/{advice.reference}/advise/"),
        ("clara", f"/requests/{advice.reference}/revise/?factor=SEC-02"),
        ("sven", f"/requests/{advice.reference}/measures/M-01/verify/"),
        ("pierre", f"/requests/{ready.reference}/"),
        ("sven", f"/requests/{engagement.request.reference}/suspend/"),
        ("amina", f"/requests/{engagement.request.reference}/conclude/"),
        ("amina", "/groups/new/"),
        ("amina", f"/groups/{n.reference}/edit/"),
        ("amina", "/threats/new/"),
        ("amina", f"/groups/{n.reference}/people/new/"),
        ("amina", f"/groups/{n.reference}/labels/new/"),
        ("joseph", f"/missions/{m.code}/posture/new/"),
        ("joseph", f"/missions/{m.code}/prohibitions/new/"),
        ("joseph", f"/missions/{m.code}/delegations/new/"),
        ("maya", f"/missions/{m.code}/postings/new/"),
    ]
    return Stage(
        doors, {"draft": draft, "advice": advice, "ready": ready, "engagement": engagement, "contact": contact}
    )


@pytest.fixture
def browser(cast: dict[str, User], signed_in: Callable[[User], Client]) -> Callable[[str], Client]:
    """Return the browser of somebody of the cast, by first name."""
    return lambda name: signed_in(cast[name])
