"""Opening and closing a person's session, and keeping how they like their pages."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth import login, logout
from django.db import transaction
from django.http import HttpRequest

from accounts import step_up
from accounts.models import User
from audit import log
from audit.models import Kind

BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class Oneself:
    """A person acting on their own session, in no role."""

    user_id: UUID

    def role_in(self, mission_id: UUID | None) -> str:
        """Return no role: a session belongs to no mission."""
        return ""


@transaction.atomic
def sign_in(*, request: HttpRequest, user: User, at: datetime) -> None:
    """Open a session of this person."""
    login(request, user, backend=BACKEND)
    step_up.confirm(request, at)
    log.record(Kind.SIGNED_IN, target=user, by=Oneself(user.pk), at=at)


@transaction.atomic
def confirm(*, request: HttpRequest, user: User, at: datetime) -> None:
    """Keep that this person proved again who they are."""
    step_up.confirm(request, at)
    log.record(Kind.STEPPED_UP, target=user, by=Oneself(user.pk), at=at)


@transaction.atomic
def sign_out(*, request: HttpRequest, at: datetime) -> None:
    """Close the session, if there is one."""
    user = request.user
    if isinstance(user, User):
        log.record(Kind.SIGNED_OUT, target=user, by=Oneself(user.pk), at=at)
    logout(request)


def set_preferences(*, user: User, language: str, theme: str, shortcuts: bool) -> None:
    """Keep how a person likes their pages, on whatever computer they sit."""
    user.language = language
    user.theme = theme
    user.shortcuts = shortcuts
    user.save(update_fields=["language", "theme", "shortcuts"])
