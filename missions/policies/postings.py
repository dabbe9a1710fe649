"""Who may post whom, and up to which marking: each rule yields the reasons against."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from missions.access import Access, Marking
from missions.models import Mission, Office, Posting
from missions.refusals import Refusal
from missions.roles import OFFICE_BOUND, Permission, Role

# Posted at headquarters, these reach every mission, so no role that decides or administers may stand there.
AT_HEADQUARTERS = frozenset({Role.HEADQUARTERS_DESK, Role.HEADQUARTERS_POLICY, Role.AUDITOR})
ONLY_AT_HEADQUARTERS = frozenset({Role.HEADQUARTERS_DESK, Role.HEADQUARTERS_POLICY})
# Above this, one person's word is not enough.
ONE_PERSON = Marking.CONFIDENTIAL


def open_posting(
    *,
    user: User,
    mission: Mission | None,
    role: str,
    office: Office | None,
    ceiling: int,
    starts_at: datetime,
    ends_at: datetime | None,
    by: Access,
    at: datetime,
) -> Iterator[Refusal]:
    """Say why this person cannot be posted there by that one."""
    yield from _manages_postings(mission, by)
    if user.pk == by.user_id:
        yield Refusal(
            "own_posting", _("Nobody posts themselves. Ask another information manager."), "user", is_wall=True
        )
    if not user.is_active:
        yield Refusal("inactive", _("This account is closed. Open it again first."), "user")
    yield from _role_fits_place(mission, role)
    yield from _office_fits(mission, role, office)
    yield from _is_marking(ceiling)
    if ends_at is not None and ends_at <= starts_at:
        yield Refusal("ends_first", _("The posting ends before it starts. Enter a later day."), "ends_on")
    if Posting.objects.live(at).filter(user=user, mission=mission, role=role, office=office).exists():
        yield Refusal("posted_already", _("This person already serves there in this role."), "role")


def end_posting(*, posting: Posting, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why this posting cannot be ended now by that person."""
    yield from _manages_postings(posting.mission, by)
    yield from _has_not_ended(posting, at)


def extend_posting(*, posting: Posting, ends_at: datetime, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why this posting cannot last until then."""
    yield from _manages_postings(posting.mission, by)
    yield from _is_of_somebody_else(posting, by)
    yield from _has_not_ended(posting, at)
    if posting.ends_at is None:
        yield Refusal("open_ended", _("This posting has no end, so there is nothing to extend."))
    elif ends_at <= max(posting.ends_at, at):
        yield Refusal("not_later", _("Enter a day after the present end. To stop it sooner, end it."), "ends_on")


def set_ceiling(*, posting: Posting, ceiling: int, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why that person cannot ask for this ceiling, or lay it down."""
    yield from _manages_postings(posting.mission, by)
    yield from _is_of_somebody_else(posting, by)
    yield from _has_not_ended(posting, at)
    yield from _is_marking(ceiling)
    if ceiling == posting.ceiling and posting.asked_ceiling is None:
        yield Refusal("same_ceiling", _("This person reads up to that marking already. Choose another."), "ceiling")


def confirm_ceiling(*, posting: Posting, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why that person is not the second one whom a ceiling above Confidential needs."""
    if not is_second_person(posting, by):
        yield Refusal(
            "not_entitled", _("The head of mission or another information manager confirms this. Ask one of them.")
        )
    if posting.user_id == by.user_id:
        yield Refusal("own_posting", _("Nobody confirms their own marking. Ask another information manager."))
    yield from _has_not_ended(posting, at)
    if posting.asked_ceiling is None:
        yield Refusal("nothing_asked", _("No higher marking waits for confirmation here."))
    elif posting.asked_by_id == by.user_id:
        yield Refusal("second_person", _("You proposed this. A second person confirms it."))


def is_second_person(posting: Posting, by: Access) -> bool:
    """Say whether somebody manages the postings of that place, or heads the mission."""
    heads = posting.mission_id is not None and Role.HEAD_OF_MISSION in by.roles_in(posting.mission_id)
    return heads or not any(_manages_postings(posting.mission, by))


def _manages_postings(mission: Mission | None, by: Access) -> Iterator[Refusal]:
    reachable = [mission.pk] if mission else by.mission_ids
    if not any(by.may(Permission.MANAGE_POSTINGS, mission_id) for mission_id in reachable):
        yield Refusal("not_information_manager", _("Only the information manager opens and ends postings."))


def _is_of_somebody_else(posting: Posting, by: Access) -> Iterator[Refusal]:
    if posting.user_id == by.user_id:
        yield Refusal("own_posting", _("This is your own posting. Ask another information manager."))


def _has_not_ended(posting: Posting, at: datetime) -> Iterator[Refusal]:
    if posting.ends_at is not None and posting.ends_at <= at:
        yield Refusal("ended_already", _("This posting has ended already."))


def _is_marking(ceiling: int) -> Iterator[Refusal]:
    if ceiling not in Marking.values:
        yield Refusal("unknown_marking", _("Choose one of the three markings."), "ceiling")


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
