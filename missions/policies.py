"""Who may lay down what in a mission: each rule yields the reasons against."""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from missions.access import Access
from missions.models import Compartment, Delegation, Mission, Office, Posting, Posture, Prohibition
from missions.refusals import Refusal
from missions.roles import LEADERSHIP, OFFICE_BOUND, Authority, Permission, Role

# Posted at headquarters, these reach every mission, so no role that decides or administers may stand there.
AT_HEADQUARTERS = frozenset({Role.HEADQUARTERS_DESK, Role.HEADQUARTERS_POLICY, Role.AUDITOR})
ONLY_AT_HEADQUARTERS = frozenset({Role.HEADQUARTERS_DESK, Role.HEADQUARTERS_POLICY})
DELEGABLE_BANDS = ("LOW", "MODERATE", "HIGH")


def open_posting(
    *,
    user: User,
    mission: Mission | None,
    role: str,
    office: Office | None,
    starts_at: datetime,
    ends_at: datetime | None,
    by: Access,
    at: datetime,
) -> Iterator[Refusal]:
    """Say why this person cannot be posted there by that one."""
    yield from _manages_postings(mission, by)
    if user.pk == by.user_id:
        yield Refusal("own_posting", _("Nobody posts themselves. Ask another information manager."), "user")
    if not user.is_active:
        yield Refusal("inactive", _("This account is closed. Open it again first."), "user")
    yield from _role_fits_place(mission, role)
    yield from _office_fits(mission, role, office)
    if ends_at is not None and ends_at <= starts_at:
        yield Refusal("ends_first", _("The posting ends before it starts. Enter a later day."), "ends_on")
    if Posting.objects.live(at).filter(user=user, mission=mission, role=role, office=office).exists():
        yield Refusal("posted_already", _("This person already serves there in this role."), "role")


def end_posting(*, posting: Posting, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why this posting cannot be ended now by that person."""
    yield from _manages_postings(posting.mission, by)
    if posting.ends_at is not None and posting.ends_at <= at:
        yield Refusal("ended_already", _("This posting has ended already."))


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
    starts_on: date,
    ends_on: date,
    by: Access,
    at: datetime,
) -> Iterator[Refusal]:
    """Say why this authority cannot be delegated to that person."""
    yield from _sets_posture(mission, by)
    if to_user.pk == by.user_id:
        yield Refusal("to_oneself", _("You cannot delegate to yourself. Choose another person."), "to_user")
    elif not Posting.objects.live(at).filter(user=to_user, mission=mission).exists():
        yield Refusal("not_posted", _("This person does not serve in the mission now. Choose another."), "to_user")
    if not Authority.L1 <= level <= Authority.L3:
        yield Refusal("level", _("Choose L1, L2 or L3. L4 cannot be delegated."), "level")
    if highest_band not in DELEGABLE_BANDS:
        yield Refusal("band", _("Very high risk cannot be delegated. Choose High or lower."), "highest_band")
    if not reason.strip():
        yield Refusal("no_reason", _("Say why the authority is delegated."), "reason")
    if ends_on < starts_on:
        yield Refusal("ends_first", _("The delegation ends before it starts. Enter a later day."), "ends_on")
    elif ends_on < at.date():
        yield Refusal("past", _("The last day is in the past. Enter a later day."), "ends_on")


def revoke_delegation(*, delegation: Delegation, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why this delegation cannot be revoked by that person."""
    yield from _sets_posture(delegation.mission, by)
    if delegation.revoked_at is not None:
        yield Refusal("revoked_already", _("This delegation has been revoked already."))


def open_compartment(*, mission: Mission, name: str, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why that person cannot open a compartment in the mission."""
    leads = bool(LEADERSHIP & set(by.roles_in(mission.pk)))
    if not leads and not by.may(Permission.MANAGE_POSTINGS, mission.pk):
        yield Refusal("not_leadership", _("Mission leadership or the information manager opens compartments."))
    if not name.strip():
        yield Refusal("no_name", _("Give the compartment a name that describes nothing."), "name")


def read_in(
    *, compartment: Compartment, user: User, reason: str, ends_at: datetime, by: Access, at: datetime
) -> Iterator[Refusal]:
    """Say why this person cannot be read into the compartment by that one."""
    owns = compartment.members.filter(user=by.user, is_owner=True, starts_at__lte=at, ends_at__gt=at).exists()
    if not owns and not by.may(Permission.MANAGE_POSTINGS, compartment.mission_id):
        yield Refusal("not_owner", _("The owner of a compartment or the information manager reads people in."))
    if user.pk == by.user_id:
        yield Refusal("oneself", _("Nobody reads themselves in. Ask the owner of the compartment."), "user")
    if not Posting.objects.live(at).filter(user=user, mission=compartment.mission).exists():
        yield Refusal("not_posted", _("This person does not serve in the mission now. Choose another."), "user")
    if not reason.strip():
        yield Refusal("no_reason", _("Say why this person needs to know."), "reason")
    if ends_at <= at:
        yield Refusal("past", _("Enter a day in the future on which access ends."), "ends_at")


def _sets_posture(mission: Mission, by: Access) -> Iterator[Refusal]:
    if not by.may(Permission.SET_POSTURE, mission.pk):
        yield Refusal("not_head_of_mission", _("Only the head of mission lays this down. Ask their office."))


def _manages_postings(mission: Mission | None, by: Access) -> Iterator[Refusal]:
    reachable = [mission.pk] if mission else by.mission_ids
    if not any(by.may(Permission.MANAGE_POSTINGS, mission_id) for mission_id in reachable):
        yield Refusal("not_information_manager", _("Only the information manager opens and ends postings."))


def _role_fits_place(mission: Mission | None, role: str) -> Iterator[Refusal]:
    if role not in Role.values:
        yield Refusal("unknown_role", _("Choose a role from the list."), "role")
    elif mission is None and role not in AT_HEADQUARTERS:
        yield Refusal("not_at_headquarters", _("This role serves in a mission, not at headquarters."), "role")
    elif mission is not None and role in ONLY_AT_HEADQUARTERS:
        yield Refusal("only_at_headquarters", _("This role serves at headquarters, not in a mission."), "role")


def _office_fits(mission: Mission | None, role: str, office: Office | None) -> Iterator[Refusal]:
    if office is not None and (mission is None or office.mission_id != mission.pk):
        yield Refusal("office_elsewhere", _("This office is not in the mission. Choose one that is."), "office")
    if office is None and mission is not None and role in OFFICE_BOUND and mission.offices.exists():
        yield Refusal("no_office", _("Choose the office: this role sees the records of one office."), "office")
