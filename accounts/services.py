"""Opening, locking and closing a person's session, their second factors, and how they like their pages."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest

from accounts import entering, session_rules, throttling
from accounts.carrying import Carried
from accounts.factors import CODES, Factors
from accounts.models import KeptForm, OpenSession, User
from accounts.sessions import digest
from audit import log
from audit.models import Kind

BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class Oneself:
    """A person acting on their own session, in no role; nobody, while it is not known who it is."""

    user_id: UUID | None

    def role_in(self, mission_id: UUID | None) -> str:
        """Return no role: a session belongs to no mission."""
        return ""


@dataclass(frozen=True)
class Answer:
    """Whose name and password they were, if anybody's; or that there were too many tries to look."""

    user: User | None
    is_throttled: bool


# --- Sessions --------------------------------------------------------------------------------------------------------


@transaction.atomic
def check_password(*, request: HttpRequest, username: str, password: str, at: datetime) -> Answer:
    """Say whose name and password these are; every failure is counted and logged."""
    # One guess at a time for each account, or many at once would outrun the count.
    account = User.objects.select_for_update().filter(username=username).first()
    attempt = throttling.attempt_of(request)
    user = authenticate(attempt, username=username, password=password)
    if isinstance(user, User):
        if account is not None and account.password != user.password:
            # Django has written it anew, with a costlier digest than before.
            log.record(Kind.PASSWORD_SET, target=user, by=Oneself(user.pk), at=at, fields=["digest"])
        return Answer(user, is_throttled=False)
    log.record(Kind.SIGN_IN_REFUSED, target=account, by=Oneself(None), at=at)
    return Answer(None, is_throttled=bool(getattr(attempt, "axes_locked_out", False)))


@transaction.atomic
def refuse_factor(*, user: User, at: datetime) -> None:
    """Note that somebody who knows the password showed a wrong second factor."""
    log.record(Kind.SIGN_IN_REFUSED, target=user, by=Oneself(None), at=at, fields=["second_factor"])


@transaction.atomic
def sign_in(*, request: HttpRequest, user: User, has_second_factor: bool = True, at: datetime) -> None:
    """Open a session of this person; it is whole once a second factor was shown."""
    login(request, user, backend=BACKEND)
    session_rules.begin(request.session, at)
    if has_second_factor or session_rules.is_whole(request.session):
        complete_sign_in(request=request, user=user, at=at)


@transaction.atomic
def complete_sign_in(*, request: HttpRequest, user: User, at: datetime) -> None:
    """Make the session whole under a new key, end every other one of this person, and take up what they had typed."""
    # Of two who come in at once, the second waits here and then finds the session of the first, which it ends.
    User.objects.select_for_update().get(pk=user.pk)
    request.session.cycle_key()
    session_rules.complete(request.session, at)
    others = OpenSession.objects.filter(user=user).exclude(session_key=digest(request.session.session_key))
    request.session[entering.ENDED_ELSEWHERE] = others.filter(expire_date__gt=at).exists()
    others.delete()
    OpenSession.objects.filter(expire_date__lte=at).delete()
    kept = KeptForm.objects.filter(user=user).order_by("kept_at")
    held = session_rules.take_held(request.session, user.pk)
    request.session[session_rules.KEPT] = [*held, *kept.values_list("address", "fields")]
    kept.delete()
    KeptForm.objects.filter(kept_at__lt=at - session_rules.KEEPING).delete()
    log.record(Kind.SIGNED_IN, target=user, by=Oneself(user.pk), at=at)


@transaction.atomic
def confirm(*, request: HttpRequest, user: User, at: datetime) -> None:
    """Keep that this person proved again who they are."""
    session_rules.confirm(request.session, at)
    log.record(Kind.STEPPED_UP, target=user, by=Oneself(user.pk), at=at)


@transaction.atomic
def sign_out(*, request: HttpRequest, at: datetime) -> None:
    """Close the session, if there is one."""
    _close(request, Kind.SIGNED_OUT, at)


@transaction.atomic
def lock(*, request: HttpRequest, at: datetime) -> None:
    """Close the session because nobody may look at the screen, or nobody has for a while."""
    _close(request, Kind.SESSION_LOCKED, at)


def _close(request: HttpRequest, kind: Kind, at: datetime) -> None:
    user = request.user
    if isinstance(user, User):
        log.record(kind, target=user, by=Oneself(user.pk), at=at)
    logout(request)


def hold_form(*, request: HttpRequest, user: User, carried: Carried | None) -> None:
    """Hold in this browser what its sign-in page carries: the password alone leaves nothing for anybody elsewhere."""
    session_rules.let_go(request.session)
    if carried and not carried.is_too_long:
        session_rules.hold(request.session, user.pk, carried.address, carried.fields)


def keep_form(*, user: User, carried: Carried, at: datetime) -> None:
    """Keep what a person who had signed in wholly had typed, until they sign in again."""
    KeptForm.objects.create(user=user, address=carried.address, fields=carried.fields, kept_at=at)


# --- Second factors --------------------------------------------------------------------------------------------------


@transaction.atomic
def add_app(*, user: User, secret: str, at: datetime) -> list[str]:
    """Let the person sign in with this authenticator app; return the recovery codes if they are new."""
    TOTP.activate(user, secret)
    return _added(user, at)


@transaction.atomic
def add_passkey(*, user: User, name: str, credential: object, at: datetime) -> list[str]:
    """Let the person sign in with this passkey; return the recovery codes if they are new."""
    WebAuthn.add(user, name, credential)
    return _added(user, at)


def _added(user: User, at: datetime) -> list[str]:
    log.record(Kind.FACTOR_ADDED, target=user, by=Oneself(user.pk), at=at)
    return [] if Authenticator.objects.filter(user=user, type=CODES).exists() else renew_codes(user=user, at=at)


@transaction.atomic
def renew_codes(*, user: User, at: datetime) -> list[str]:
    """Make new recovery codes; the old ones open nothing any more."""
    user = User.objects.select_for_update().get(pk=user.pk)
    Authenticator.objects.filter(user=user, type=CODES).delete()
    log.record(Kind.FACTOR_ADDED, target=user, by=Oneself(user.pk), at=at, fields=["recovery_codes"])
    codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    return codes


@transaction.atomic
def remove_factor(*, factor: Authenticator, user: User, at: datetime) -> bool:
    """Take a factor away, unless it is the last one; say whether it is gone."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if [factor] == Factors(user).main:
        return False
    factor.delete()
    log.record(Kind.FACTOR_REMOVED, target=user, by=Oneself(user.pk), at=at)
    return True


@transaction.atomic
def start_anew(*, user: User, at: datetime) -> None:
    """Take every factor and session and the password of somebody who lost them; a link lets them choose anew."""
    Authenticator.objects.filter(user=user).delete()
    OpenSession.objects.filter(user=user).delete()
    user.set_unusable_password()
    user.save(update_fields=["password"])
    log.record(Kind.FACTOR_REMOVED, target=user, by=Oneself(None), at=at)


# --- Oneself ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def set_password(*, request: HttpRequest, user: User, password: str, at: datetime) -> None:
    """Keep a new password; every other session of this person ends."""
    user.set_password(password)
    user.save(update_fields=["password"])
    log.record(Kind.PASSWORD_SET, target=user, by=Oneself(user.pk), at=at)
    if request.user == user:
        update_session_auth_hash(request, user)


def set_preferences(*, user: User, language: str, theme: str, shortcuts: bool) -> None:
    """Keep how a person likes their pages, on whatever computer they sit."""
    user.language = language
    user.theme = theme
    user.shortcuts = shortcuts
    user.save(update_fields=["language", "theme", "shortcuts"])


@transaction.atomic
def start_travel(*, user: User, ceiling: int, at: datetime) -> None:
    """Lower what this person can open, from the next click on every computer; going lower is always possible."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.travel_ceiling is not None and user.travel_ceiling <= ceiling:
        return
    user.travel_ceiling = ceiling
    user.travelling_since = user.travelling_since or at
    user.save(update_fields=["travel_ceiling", "travelling_since"])
    log.record(Kind.TRAVEL_STARTED, target=user, by=Oneself(user.pk), at=at)
