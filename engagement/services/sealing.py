"""Keeping the model's levels shut for advisers who have still to rate the risks themselves."""

from collections.abc import Sequence
from uuid import UUID

from engagement.models import Rating, Request
from engagement.models.status import PENDING
from engagement.policies.advising import COMPETENCE
from missions.access import Access


def sealed_for(access: Access, records: Sequence[Request]) -> set[UUID]:
    """Return the requests whose levels this person may not see yet: asked for their rating, and not given one."""
    asked = {record.pk: roles for record in records if (roles := _asked(access, record))}
    if not asked:
        return set()
    ratings = Rating.objects.visible_to(access).filter(rated_by=access.user_id, request__in=asked)
    versions = {record.pk: record.version for record in records}
    for request_id, role, number in ratings.values_list("request_id", "role", "submission__number"):
        if number == versions[request_id]:
            asked[request_id] -= {role}
    return {pk for pk, roles in asked.items() if roles}


def will_rate(access: Access, record: Request) -> bool:
    """Say whether this person may be asked for a rating once the request is sent, so should see no level before."""
    return bool(set(access.roles_in(record.mission_id)) & set(COMPETENCE))


def _asked(access: Access, record: Request) -> set[str]:
    if record.assessment is None or record.status not in PENDING:
        return set()
    return set(access.roles_in(record.mission_id)) & set(COMPETENCE) & set(record.assessment.advisers)
