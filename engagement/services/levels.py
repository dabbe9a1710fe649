"""Writing down which level of a factor an adviser stands by, and keeping the answer at the one that counts."""

from datetime import datetime

from engagement.models import Answer, RecordedLevel, Request
from engagement.policies.drafting import AnswerInput
from engagement.policies.levels import standing_levels, that_counts
from missions.access import Access

OF_REQUEST = "parts of a request that its caller may see"


def standing_of(request: Request, factor: str) -> dict[str, RecordedLevel]:
    """Return the level that each role stands by on one factor of the version that was submitted last."""
    recorded = RecordedLevel.objects.unscoped(OF_REQUEST).filter(request=request, factor=factor)
    return standing_levels(recorded.filter(submission__number=request.version))


def record(
    *,
    request: Request,
    factor: str,
    role: str,
    given: AnswerInput,
    note: str,
    is_settlement: bool = False,
    by: Access,
    at: datetime,
) -> None:
    """Add what an adviser stands by, and answer the factor with the level that counts now.

    What others stand by is kept: a lower level of one role does not take the place of a higher one of another.
    """
    RecordedLevel.objects.create(
        request=request,
        submission=request.submissions.unscoped(OF_REQUEST).get(number=request.version),
        factor=factor,
        role=role,
        level=given.level,
        confidence=given.confidence if given.level is not None else "",
        source=given.source,
        source_date=given.source_date,
        why_unknown=given.why_unknown,
        note=note,
        is_settlement=is_settlement,
        recorded_by=by.user,
        recorded_at=at,
    )
    _answer(request, that_counts(factor, standing_of(request, factor).values()))


def _answer(request: Request, counts: RecordedLevel) -> None:
    said = ("level", "confidence", "source", "source_date", "why_unknown")
    Answer.objects.unscoped(OF_REQUEST).update_or_create(
        request=request,
        factor=counts.factor,
        defaults={name: getattr(counts, name) for name in said}
        | {"answered_by_id": counts.recorded_by_id, "answered_at": counts.recorded_at},
    )
