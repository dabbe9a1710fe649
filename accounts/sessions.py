"""Sessions in the database, under digests: a copy of the database opens nobody's session."""

from hashlib import sha256
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone


def digest(key: str | None) -> str:
    """Return what stands in the database for the key in a cookie."""
    return sha256((key or "").encode()).hexdigest()


class SessionStore(DatabaseStore):
    """Django's store with our own table, which also says whose session it is."""

    @classmethod
    def get_model_class(cls) -> Any:
        """Return the table."""
        from accounts.models import OpenSession

        return OpenSession

    def _get_session_from_db(self) -> Any:
        session = self.model.objects.filter(
            session_key=digest(self.session_key), expire_date__gt=timezone.now()
        ).first()
        if session is None:
            self._session_key = None
        return session

    def exists(self, session_key: str) -> bool:
        """Say whether a key is taken."""
        return super().exists(digest(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """Return the row of this session, with its owner."""
        row: Any = super().create_model_instance(data)
        row.session_key = digest(row.session_key)
        row.user_id = data.get("_auth_user_id")
        return row

    def delete(self, session_key: str | None = None) -> None:
        """Remove a session for good."""
        self.model.objects.filter(session_key=digest(session_key or self.session_key)).delete()
