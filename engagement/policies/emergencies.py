"""May this person break the glass, end that, or judge it? If not, why not."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from missions.access import Access, in_sight
from missions.models import EmergencyAccess, Mission
from missions.refusals import Refusal
from missions.roles import WITHOUT_CONTENT, Role

LASTS = timedelta(hours=4)
ONCE_IN = timedelta(hours=24)
REVIEW_WITHIN = timedelta(hours=72)
SHORTEST, LONGEST = 20, 2000
LONGEST_REFERENCE = 16

# They are told at once, and judge it afterwards.
WATCHERS = frozenset({Role.INFORMATION_MANAGER, Role.AUDITOR})


def open_emergency(
    *, mission: Mission, reference: str, reason: str, explanation: str, by: Access, at: datetime
) -> Iterator[Refusal]:
    """Say why this person cannot open emergency access now; what the reference names makes no difference."""
    if mission.pk not in missions_of(by):
        sentence = _("Emergency access opens the records of a mission to those who do substantive work there.")
        yield Refusal("not_serving", sentence, "mission", is_wall=True)
    if by.travel_ceiling is not None:
        yield Refusal("travelling", _("You are in travel mode, which opens nothing more. Leave travel mode first."))
    yield from _again(by, at)
    if len(reference) > LONGEST_REFERENCE:
        yield Refusal("reference_too_long", _("Write the reference as it stands on paper, like C-7F3K2."), "reference")
    if reason not in EmergencyAccess.Reason.values:
        yield Refusal("no_reason", _("Choose why you need it."), "reason")
    if len(explanation.strip()) < SHORTEST:
        yield Refusal("too_short", _("Say in at least 20 characters what has happened."), "explanation")
    elif len(explanation) > LONGEST:
        yield Refusal("explanation_too_long", _("Shorten the explanation to 2,000 characters."), "explanation")


def _again(by: Access, at: datetime) -> Iterator[Refusal]:
    earlier = EmergencyAccess.objects.filter(user=by.user_id)
    if earlier.live(at).exists():
        yield Refusal("open_already", _("You have emergency access open already. Close it first."))
    elif earlier.filter(opened_at__gt=at - ONCE_IN).exists():
        sentence = _(
            "You have used emergency access in the last 24 hours. Ask your information manager for a posting, "
            "or mission leadership for access to the request."
        )
        yield Refusal("too_soon", sentence)


def close_emergency(emergency: EmergencyAccess, *, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why this person cannot end it now."""
    if emergency.user_id != by.user_id and not watches(by, emergency.mission_id):
        yield Refusal("not_yours", _("The person who opened it closes it, or an information manager or auditor."))
    if not is_open(emergency, at):
        yield Refusal("over", _("It is over already, so there is nothing to close."))


def review_emergency(
    emergency: EmergencyAccess, *, finding: str, review: str, by: Access, at: datetime
) -> Iterator[Refusal]:
    """Say why this person cannot judge it now, or not in these words."""
    if emergency.user_id == by.user_id:
        yield Refusal("own", _("Nobody reviews their own emergency access. Somebody else does."))
    elif not watches(by, emergency.mission_id):
        yield Refusal("not_reviewer", _("The auditor or an information manager of the mission reviews it."))
    if is_open(emergency, at):
        yield Refusal("still_open", _("It is still open. Close it first, or wait until it has ended."))
    if emergency.reviewed_at is not None:
        yield Refusal("reviewed_already", _("It has been reviewed already."))
    if finding not in EmergencyAccess.Finding.values:
        yield Refusal("no_finding", _("Choose whether it was justified."), "finding")
    if not review.strip():
        yield Refusal("no_words", _("Write in a sentence or two what you found."), "review")
    elif len(review) > LONGEST:
        yield Refusal("review_too_long", _("Shorten this to 2,000 characters."), "review")


def missions_of(by: Access) -> frozenset[UUID]:
    """Return the missions whose records emergency access could open to this person."""
    return frozenset(p.mission_id for p in by.postings if p.mission_id and p.role not in WITHOUT_CONTENT)


def watches(by: Access, mission_id: UUID) -> bool:
    """Say whether this person is told of emergency access in that mission, and reviews it."""
    return bool(WATCHERS & set(by.roles_in(mission_id)))


def known_to(by: Access) -> Q:
    """Return the condition for the emergencies that this person may read about: their own, and those they review."""
    if by.user.carries_only_unclassified:
        return Q(pk__in=())
    watched = [posting.mission_id for posting in by.postings if posting.role in WATCHERS]
    if None in watched:
        return Q()
    return Q(user=by.user_id) | Q(mission__in=watched)


def named_to(by: Access, found: Collection[EmergencyAccess]) -> frozenset[UUID]:
    """Return those of these emergencies whose record is named to this person: who asked, and who may see it."""
    references = {emergency.reference for emergency in found if emergency.reference}
    seen = {reference for (reference,) in in_sight(by, "reference", reference__in=references)} if references else set()
    return frozenset(each.pk for each in found if each.user_id == by.user_id or each.reference in seen)


def unreviewed(by: Access) -> QuerySet[EmergencyAccess]:
    """Return the emergencies of others that wait for this person, or somebody in the same role, to review them."""
    return EmergencyAccess.objects.filter(known_to(by), reviewed_at=None).exclude(user=by.user_id)


def is_open(emergency: EmergencyAccess, at: datetime) -> bool:
    """Say whether it opens something at that moment."""
    return emergency.closed_at is None and emergency.opened_at <= at < emergency.ends_at


def is_overdue(emergency: EmergencyAccess, at: datetime) -> bool:
    """Say whether its review is late."""
    return emergency.reviewed_at is None and at > emergency.opened_at + REVIEW_WITHIN
