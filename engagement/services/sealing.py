"""Keeping the model's levels shut for advisers who have still to rate the risks themselves."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from engagement.models import Rating, Request
from engagement.policies.blind_rating import still_to_rate
from missions.access import Access


def sealed_for(access: Access, records: Sequence[Request]) -> set[UUID]:
    """Return the requests whose levels this person may not see yet: asked for their rating, and not given one."""
    asked = [record for record in records if still_to_rate(record, access, rated=())]
    rated = _rated(access, asked) if asked else {}
    return {record.pk for record in asked if still_to_rate(record, access, rated=rated[record.pk, record.version])}


def _rated(access: Access, records: Sequence[Request]) -> dict[tuple[UUID, int], set[str]]:
    """Return the roles in which a person rated each version of these requests."""
    rated: dict[tuple[UUID, int], set[str]] = defaultdict(set)
    ratings = Rating.objects.visible_to(access).filter(rated_by=access.user_id, request__in=records)
    for request_id, number, role in ratings.values_list("request_id", "submission__number", "role"):
        rated[request_id, number].add(role)
    return rated
