"""Who may lay down posture, prohibitions and delegations: each rule yields the reasons against."""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from missions.access import Access
from missions.models import Area, Delegation, Mission, Posting, Posture, Prohibition
from missions.refusals import Refusal
from missions.roles import AUTHORITY_OF_ROLE, Authority, Permission, one_level_up

DELEGABLE_BANDS = ("LOW", "MODERATE", "HIGH")


def set_posture(*, mission: Mission, code: str, reason: str, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why this posture cannot be set by that person."""
    yield from _sets_posture(mission, by)
    if code not in Posture.Code.values:
        yield Refusal("unknown_posture", _("Choose one of the four postures."), "code")
    if not reason.strip() and Posture.objects.in_force(mission, at):
        yield Refusal("no_reason", _("Say why the posture changes. Everyone in the mission reads it."), "reason")


def prohibit(
    *,
    mission: Mission,
    group_id: UUID | None,
    person_id: UUID | None,
    subject: str,
    text: str,
    review_on: date,
    by: Access,
    at: datetime,
) -> Iterator[Refusal]:
    """Say why contact cannot be prohibited in these terms by that person."""
    yield from _sets_posture(mission, by)
    if group_id is None and person_id is None:
        yield Refusal("no_subject", _("Choose the group or the person that the prohibition is about."), "about")
    if not subject.strip():
        yield Refusal("no_words", _("Write in a few words who is meant, as staff will read it."), "subject")
    if not text.strip():
        yield Refusal("no_text", _("Write what is prohibited and why."), "text")
    if review_on <= at.date():
        yield Refusal("review_past", _("Enter a day in the future on which you will review it."), "review_on")


def lift_prohibition(*, prohibition: Prohibition, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why this prohibition cannot be lifted now by that person."""
    yield from _sets_posture(prohibition.mission, by)
    if not prohibition.is_in_force(at):
        yield Refusal("not_in_force", _("This prohibition is not in force, so there is nothing to lift."))


def delegate(
    *,
    mission: Mission,
    to_user: User,
    level: int,
    highest_band: str,
    reason: str,
    area: Area | None = None,
    group_id: UUID | None = None,
    subject: str = "",
    starts_on: date,
    ends_on: date,
    by: Access,
    at: datetime,
) -> Iterator[Refusal]:
    """Say why this authority cannot be delegated to that person."""
    yield from _sets_posture(mission, by)
    if to_user.pk == by.user_id:
        yield Refusal("to_oneself", _("You cannot delegate to yourself. Choose another person."), "to_user")
    else:
        yield from _is_near_enough(mission, to_user, level, at)
    if not Authority.L1 <= level <= Authority.L3:
        yield Refusal("level", _("Choose L1, L2 or L3. L4 cannot be delegated."), "level")
    if highest_band not in DELEGABLE_BANDS:
        yield Refusal("band", _("Very high risk cannot be delegated. Choose High or lower."), "highest_band")
    if area is not None and area.mission_id != mission.pk:
        yield Refusal("other_mission", _("This area is not one of the mission’s. Choose another."), "area")
    if group_id is not None and not subject.strip():
        yield Refusal("no_words", _("Write in a few words which group is meant, as staff will read it."), "subject")
    if group_id is None and subject.strip():
        yield Refusal("no_group", _("Choose the group that these words are about, or take the words out."), "group_id")
    if not reason.strip():
        yield Refusal("no_reason", _("Say why the authority is delegated."), "reason")
    if ends_on < starts_on:
        yield Refusal("ends_first", _("The delegation ends before it starts. Enter a later day."), "ends_on")
    elif ends_on < at.date():
        yield Refusal("past", _("The last day is in the past. Enter a later day."), "ends_on")


def _is_near_enough(mission: Mission, to_user: User, level: int, at: datetime) -> Iterator[Refusal]:
    """Say why authority of this level does not go to that person: it moves one level down and no further."""
    held = list(Posting.objects.live(at).filter(user=to_user, mission=mission).values_list("role", flat=True))
    if not held:
        yield Refusal("not_posted", _("This person does not serve in the mission now. Choose another."), "to_user")
        return
    own = max((AUTHORITY_OF_ROLE[role] for role in held if role in AUTHORITY_OF_ROLE), default=None)
    highest = one_level_up(own)
    if highest < level <= Authority.L3:
        words = {"name": to_user.name, "level": highest.name}
        text = _(
            "Authority moves one level down: %(name)s may be given %(level)s at most. Choose that, or another person."
        )
        yield Refusal("too_far_down", text % words, "level")


def revoke_delegation(*, delegation: Delegation, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why this delegation cannot be revoked by that person."""
    yield from _sets_posture(delegation.mission, by)
    if delegation.revoked_at is not None:
        yield Refusal("revoked_already", _("This delegation has been revoked already."))


def _sets_posture(mission: Mission, by: Access) -> Iterator[Refusal]:
    if not by.may(Permission.SET_POSTURE, mission.pk):
        yield Refusal("not_head_of_mission", _("Only the head of mission lays this down. Ask their office."))
