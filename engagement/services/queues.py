"""What waits for one person: advice to give, and requests to decide, always by deadline and never by score."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from engagement.models import Advice, Request, RequestStatus
from engagement.policies.advising import OPEN_TO_ADVICE
from engagement.policies.deciding import required_level
from missions.access import Access
from missions.models import Delegation
from missions.roles import ADVISERS, AUTHORITY_OF_ROLE, Authority, Role, one_level_up

# Nobody works through more in one sitting; beyond it the page says "more than".
MOST = 200
SHOWN = ("assessment", "mission", "office", "created_by", "group", "area")
# The figures in full weigh more than all the rest of a row, and no queue shows them.
IN_FULL = ("assessment__result", "assessment__facts")
Levels = set[tuple[UUID, int]]


@dataclass(frozen=True)
class AdviceWanted:
    """One request that waits for the advice of one of a person's roles."""

    request: Request
    role: Role


def awaiting_decision(by: Access, at: datetime, delegations: Iterable[Delegation] | None = None) -> list[Request]:
    """Return the requests that this person's level decides, earliest deadline first."""
    if delegations is None:
        delegations = Delegation.objects.filter(to_user_id=by.user_id, revoked_at=None)
    own, held = own_levels(by), usable(by, delegations, at)
    levels = own | {(delegation.mission_id, delegation.level) for delegation in held}
    if not levels:
        return []
    against = Advice.objects.filter(
        submission_id=OuterRef("assessment__submission_id"),
        role__in=(Role.SECURITY_ADVISER, Role.LEGAL_ADVISER),
        outcome=Advice.Outcome.DO_NOT_SUPPORT,
    )
    ready = Request.objects.visible_to(by).annotate(has_objection=Exists(against))
    ready = ready.filter(_at_levels(levels, by), status=RequestStatus.READY, mission__is_library=False)
    rows: list[Any] = list(ready.select_related(*SHOWN).defer(*IN_FULL).order_by("decide_by", "reference")[:MOST])
    return _still_theirs(rows, own, held, by)


def usable(by: Access, delegations: Iterable[Delegation], at: datetime) -> list[Delegation]:
    """Return the delegations that carry this person now, each one level up at most."""
    return [
        held
        for held in delegations
        if held.is_live(at.date())
        and held.mission_id in by.mission_ids
        and held.level <= one_level_up(by.authority_in(held.mission_id))
    ]


def own_levels(by: Access) -> Levels:
    """Return the levels that this person's postings hold, as pairs of mission and level."""
    levels: Levels = set()
    for posting in by.postings:
        if posting.mission_id and posting.role in AUTHORITY_OF_ROLE:
            own = AUTHORITY_OF_ROLE[posting.role]
            both = (Authority.L3, Authority.L4) if own == Authority.L4 else (own,)
            levels |= {(posting.mission_id, level) for level in both}
    return levels


def _at_levels(levels: Levels, by: Access) -> Q:
    """Return the condition for requests at these levels, and for lower ones that an objection may have raised."""
    asked = Q(pk__in=())
    for mission_id, level in levels:
        here = Q(mission_id=mission_id)
        if level == Authority.L0:
            asked |= here & Q(assessment__authority=level, created_by_id=by.user_id)
        else:
            may_be = Q(assessment__authority=level) | Q(assessment__authority__lt=level, has_objection=True)
            asked |= here & may_be & ~Q(created_by_id=by.user_id)
    return asked


def _still_theirs(rows: list[Any], own: Levels, held: list[Delegation], by: Access) -> list[Request]:
    """Drop the requests whose level an objection has moved elsewhere, and those that no delegation covers."""
    objected = [row.pk for row in rows if row.has_objection]
    advice: dict[UUID, list[Advice]] = defaultdict(list)
    if objected:
        given = Advice.objects.visible_to(by).filter(request_id__in=objected).order_by("given_at")
        for row in given.only("role", "outcome", "request_id", "submission_id"):
            advice[row.submission_id].append(row)
    found = [(row, (row.mission_id, _level(row, advice))) for row in rows]
    return [row for row, level in found if level in own or _carried(row, level, held)]


def _carried(request: Request, level: tuple[UUID, Authority | None], held: list[Delegation]) -> bool:
    return any(
        (delegation.mission_id, delegation.level) == level
        and delegation.covers(area=request.area, group_id=request.group_id)
        for delegation in held
    )


def _level(request: Request, advice: dict[UUID, list[Advice]]) -> Authority | None:
    assert request.assessment is not None, "a request that is ready has been assessed"
    return required_level(request.assessment, advice[request.assessment.submission_id])


def awaiting_advice(by: Access) -> list[AdviceWanted]:
    """Return what waits for this person's advice, the clock that runs out first on top."""
    wanted: list[AdviceWanted] = []
    for role, missions in _adviser_roles(by).items():
        open_here = Request.objects.visible_to(by).filter(status__in=OPEN_TO_ADVICE, mission__is_library=False)
        open_here = open_here.exclude(created_by_id=by.user_id).filter(_asked_of(role, missions))
        given = Advice.objects.filter(submission_id=OuterRef("assessment__submission_id"), role=role)
        rows: Any = open_here.exclude(Exists(given)).select_related(*SHOWN).defer(*IN_FULL)
        wanted += [AdviceWanted(row, role) for row in rows.order_by("advice_due_at", "reference")[:MOST]]
    return sorted(wanted, key=lambda w: (w.request.advice_due_at or w.request.created_at, w.request.reference))


def _adviser_roles(by: Access) -> dict[Role, set[UUID]]:
    roles: dict[Role, set[UUID]] = defaultdict(set)
    for posting in by.postings:
        if posting.mission_id and posting.role in ADVISERS:
            roles[Role(posting.role)].add(posting.mission_id)
        elif posting.role == Role.HEADQUARTERS_DESK:
            roles[Role.HEADQUARTERS_DESK] = set()
    return dict(roles)


def _asked_of(role: Role, missions: set[UUID]) -> Q:
    """Return the condition for requests that ask for a role; what the desk may see has been opened to it for that."""
    if role == Role.HEADQUARTERS_DESK:
        return Q()
    return Q(mission_id__in=missions, assessment__advisers__icontains=f'"{role.value}"')
