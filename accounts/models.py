"""People who sign in."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit.constraints import all_or_none


class UserManager(BaseUserManager["User"]):
    """Creates people; there is no superuser path to content."""

    def create_user(self, username: str, *, name: str, password: str | None = None, **fields: object) -> "User":
        """Create a person; without a password they cannot sign in by one."""
        user = self.model(username=username, name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A member of staff who signs in; what they may see and do follows from their postings."""

    class Theme(models.TextChoices):
        SYSTEM = "", _("As on this computer")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    function = models.CharField(max_length=120, blank=True)
    # Where notices go; without one, they stand on "My work" only.
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=5, blank=True)
    theme = models.CharField(max_length=5, choices=Theme, blank=True, default=Theme.SYSTEM)
    shortcuts = models.BooleanField(default=True)
    # Travel mode: the highest marking that opens while this person carries the laptop through the field.
    travel_ceiling = models.PositiveSmallIntegerField(null=True)
    travelling_since = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)

    USERNAME_FIELD = "username"
    objects = UserManager()

    @property
    def carries_only_unclassified(self) -> bool:
        """Say whether this person travels with what is unclassified alone: no unsent words and no registers."""
        return self.travel_ceiling == 0

    class Meta:
        constraints = [all_or_none("travel_ceiling", "travelling_since")]

    def __str__(self) -> str:
        return self.name

    @property
    def function_in_words(self) -> str:
        """Return what this person does, in the language of whoever reads it where that is known."""
        return gettext(self.function) if self.function else ""


class OpenSession(AbstractBaseSession):
    """A browser that somebody signs in with; the key in its cookie stands here as a digest only."""

    session_key = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="open_sessions")

    class Meta:
        pass


class KeptForm(models.Model):
    """What a person had typed when their screen was locked, until they sign in again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="kept_forms")
    address = models.CharField(max_length=500)
    fields = models.JSONField()
    kept_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} {self.kept_at:%Y-%m-%d %H:%M}"


class CachedValue(models.Model):
    """A row of Django's database cache: counts of wrong codes and codes used up, which a restart must not forget."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "accounts_cache"

    def __str__(self) -> str:
        return self.cache_key
