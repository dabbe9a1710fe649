"""People, requests and dialogues that only the stories of engagement need, beside the cast."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from engagement.models import Decision, Engagement, Request, RequestStatus
from missions import services as missions
from missions.models import Mission, Posting
from missions.postings import access_for
from missions.roles import Role
from nsags.models import Group
from tests import factories
from tests.engagement import handling


@pytest.fixture
def people(cast: dict[str, User], mission: Mission, at: datetime) -> dict[str, User]:
    """Everybody of the cast, with two who deal with sources in Bria: Lena, and Karim as her alternate."""
    lena, karim = handling.handlers(mission, at=at)
    return cast | {"lena": lena, "karim": karim}


@pytest.fixture
def lena(people: dict[str, User]) -> User:
    """Handler of a source."""
    return people["lena"]


@pytest.fixture
def karim(people: dict[str, User]) -> User:
    """Alternate of the handler."""
    return people["karim"]


@pytest.fixture
def colleague(yusuf: User, mission: Mission, maya: User, at: datetime) -> User:
    """Yusuf, who has moved to Bria and there reads what Amina writes."""
    moved = at - timedelta(days=30)
    missions.end_posting(posting=Posting.objects.get(user=yusuf), by=access_for(maya, moved), at=moved)
    return factories.post(yusuf, mission=mission, role=Role.FIELD_STAFF, office="Bria", by=maya, at=moved)


@pytest.fixture
def ines(cast: dict[str, User], at: datetime) -> User:
    """POC adviser of another mission, who would read a draft if it were her mission's."""
    user, elsewhere = factories.make_user("ines", name="Ines Duarte"), Mission.objects.get(code="UNSTOR")
    return factories.post(
        user, mission=elsewhere, role=Role.POC_ADVISER, by=cast["nadia"], at=at - factories.SETTLED_IN
    )


@pytest.fixture
def draft(amina: User, group: Group, at: datetime) -> Request:
    """A draft of Amina's in which nothing is written yet."""
    return factories.make_request(author=amina, group=group, is_blank=True, at=at)


@pytest.fixture
def whole(amina: User, group: Group, at: datetime) -> Request:
    """A low-risk draft of Amina's that lacks nothing."""
    return factories.make_request(author=amina, group=group, band="LOW", at=at)


@pytest.fixture
def approve(amina: User, joseph: User, group: Group, at: datetime) -> Callable[..., Engagement]:
    """Have Joseph, or somebody else, approve a low-risk dialogue of Amina's from 4 to 30 March: approve(by=odile)."""

    def approve(*, by: User = joseph, **terms: Any) -> Engagement:
        first, last = at.date() + timedelta(days=2), at.date() + timedelta(days=28)
        request = factories.make_request(
            author=amina, group=group, band="LOW", starts_on=first, ends_on=last, status=RequestStatus.READY, at=at
        )
        factories.decide(request, Decision.Outcome.APPROVE, by=by, at=at, **terms)
        return factories.engagement_of(request)

    return approve


@pytest.fixture
def engagement(approve: Callable[..., Engagement]) -> Engagement:
    """A low-risk dialogue of Amina's that Joseph approved."""
    return approve()
