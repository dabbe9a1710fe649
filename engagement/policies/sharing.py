"""May this person open one request to somebody, or take that back? If not, why not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import User
from engagement.models import Request, RequestGrant
from missions.access import Access
from missions.models import Posting
from missions.postings import access_for
from missions.refusals import Refusal
from missions.roles import LEADERSHIP, Role

LONGEST = timedelta(days=30)
LONGEST_REASON = 200


def share(
    request: Request, *, user: User, reason: str, expires_at: datetime, by: Access, at: datetime
) -> Iterator[Refusal]:
    """Say why this person cannot open the request to that one until then."""
    yield from may_give(request, by=by)
    yield from _can_be_given_to(request, user, at)
    if not reason.strip():
        yield Refusal("no_reason", _("Say why this person needs to read it. The reason stays on record."), "reason")
    elif len(reason) > LONGEST_REASON:
        yield Refusal("reason_too_long", _("Shorten the reason to 200 characters."), "reason")
    if expires_at <= at:
        yield Refusal("past", _("Enter a day that is not over yet."), "expires_on")
    elif RequestGrant.objects.filter(content_object=request, user=user, expires_at__gte=expires_at).exists():
        sentence = _("This person has access until then already. If it should end sooner, withdraw it first.")
        yield Refusal("given_already", sentence, "expires_on")
    elif expires_at > at + LONGEST:
        yield Refusal("too_long", _("Access ends after 30 days at most. Enter an earlier day."), "expires_on")


def may_give(request: Request, *, by: Access) -> Iterator[Refusal]:
    """Say why nobody, or not this person, opens the request to others, whoever they are."""
    if not leads(request, by):
        sentence = _("The pillar head or the head of this mission gives access. Ask one of them.")
        yield Refusal("not_leadership", sentence)
    if request.compartment_id:
        sentence = _("This stands in a compartment. Only who is read into the compartment can read it.")
        yield Refusal("compartment", sentence)
    if request.mission.is_library:
        yield Refusal("library", _("Everybody may read the historical cases, so there is nothing to give."))


def unshare(grant: RequestGrant, *, request: Request, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why this person cannot take that access back now."""
    if not leads(request, by):
        sentence = _("The pillar head or the head of this mission withdraws access. Ask one of them.")
        yield Refusal("not_leadership", sentence)
    if grant.expires_at <= at:
        yield Refusal("ended_already", _("This access has ended already."))


def leads(request: Request, by: Access) -> bool:
    """Say whether this person leads the mission of the request."""
    return bool(LEADERSHIP & set(by.roles_in(request.mission_id)))


def may_look(request: Request, *, by: Access) -> bool:
    """Say whether this person may read to whom a request is open: leadership of its mission, and its auditor."""
    return leads(request, by) or Role.AUDITOR in by.roles_in(request.mission_id)


def _can_be_given_to(request: Request, user: User, at: datetime) -> Iterator[Refusal]:
    postings = Posting.objects.live(at).filter(user=user)
    if not user.is_active or not postings.exists():
        yield Refusal("not_posted", _("This person serves nowhere now. Choose somebody with a posting."), "user")
    elif not postings.filter(ceiling__gte=request.marking).exists():
        sentence = _("This request is marked %(marking)s, above what this person may read. Choose somebody else.")
        yield Refusal("ceiling", sentence % {"marking": request.get_marking_display()}, "user")
    elif _reads_anyway(request, user, at):
        yield Refusal("reads_already", _("This person reads the request already, through their posting."), "user")


def _reads_anyway(request: Request, user: User, at: datetime) -> bool:
    """Say whether somebody reads a request without any grant."""
    access = replace(access_for(user, at), grants=frozenset(), emergencies=())
    return bool(Request.objects.visible_to(access).filter(pk=request.pk).exists())
