"""A dialogue that was asked for and approved, and contacts made under it or without it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from engagement.models import Contact, Decision, Engagement, Modality, Request
from engagement.policies.deciding import Choice
from engagement.screening import QUESTIONS
from engagement.services import contacts, deciding, submission
from tests.engagement import asking
from tests.engagement.asking import NOW, Field

MEETING = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
AFTERWARDS = MEETING + timedelta(hours=4)
ALL_NO = {question.code: False for question in QUESTIONS}


def approve(field: Field, *, level: int = 0, at: datetime = NOW, **choice: Any) -> Engagement:
    """Ask for a low-risk dialogue as aline, and approve it as helen."""
    request = asking.complete(asking.start(field), field, level=level, at=at)
    submission.submit(request=request, by=field.eyes("aline", at), at=at)
    return decide(field, asking.again(request, field), at=at, **choice)


def decide(field: Field, request: Request, *, at: datetime = NOW, **choice: Any) -> Engagement:
    """Approve a request as helen."""
    by = field.eyes("helen", at)
    outcome = Decision.Outcome.APPROVE
    deciding.decide(request=request, choice=Choice(request.assessment_id, outcome, **choice), by=by, at=at)
    return reread(field, Engagement(request=request))


def reread(field: Field, engagement: Engagement) -> Engagement:
    """Read a dialogue anew."""
    visible = Engagement.objects.visible_to(field.eyes("helen"))
    return visible.select_related("request__mission", "decision", "group", "area").get(request=engagement.request_id)


def told(field: Field, **changes: Any) -> dict[str, Any]:
    """Return what somebody says about a meeting on 25 November."""
    said = {
        "happened_at": MEETING,
        "modality": Modality.IN_PERSON,
        "area": field.area,
        "summary": "They asked for the names of traders; we asked for free passage.",
    }
    return said | changes


def log_planned(
    field: Field, engagement: Engagement, *, name: str = "aline", at: datetime = AFTERWARDS, **changes: Any
) -> Contact:
    """Log a contact under an approval."""
    return contacts.log_planned(engagement=engagement, by=field.eyes(name, at), at=at, **told(field, **changes))


def log_unplanned(field: Field, *, name: str = "aline", at: datetime = AFTERWARDS, **changes: Any) -> Contact:
    """Log a contact that nobody planned."""
    said = {"mission": field.mission, "group": field.group} | told(field, **changes)
    return contacts.log_unplanned(by=field.eyes(name, at), at=at, **said)


def log_screened(field: Field, *, name: str = "aline", at: datetime = AFTERWARDS, **changes: Any) -> Contact:
    """Log a contact that was screened as low risk."""
    said = {"mission": field.mission, "group": field.group, "screening": ALL_NO} | told(field, **changes)
    return contacts.log_screened(by=field.eyes(name, at), at=at, **said)
