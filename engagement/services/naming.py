"""Keeping names of sources out of what people write: whoever may know a name is asked to write the code name."""

import logging
from collections.abc import Mapping
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from engagement import fingerprints
from engagement.models import Reveal, SourceIdentity
from engagement.vault import VaultError, index_key, key_store
from missions.access import Access
from missions.refusals import Refusal, refuse_if_any

logger = logging.getLogger(__name__)


def refuse_names(texts: Mapping[str, object], *, by: Access) -> None:
    """Raise Refused, beside each field, when a text names a source whom this person may know.

    Nobody else's texts are looked at: a refusal would tell a stranger that a guess was right.
    """
    message = _("This names a source, or gives their number. Write the code name instead.")
    refuse_if_any(Refusal("names_a_source", message, field) for field in fields_that_name(texts, by.user_id))


def fields_that_name(texts: Mapping[str, object], user_id: UUID) -> list[str]:
    """Return the fields whose text holds a name or number of a source whom this person may know."""
    written = {field: text for field, text in texts.items() if isinstance(text, str) and text.strip()}
    if not written:
        return []
    known = [(_key_of(identity), identity.blind_index) for identity in _may_be_known_to(user_id)]
    marks = {field: fingerprints.marks_of(text) for field, text in written.items()} if known else {}
    return [
        field
        for field, found in marks.items()
        if any(key and fingerprints.stand_in(found, key, prints) for key, prints in known)
    ]


def _may_be_known_to(user_id: UUID) -> list[SourceIdentity]:
    seen = Reveal.objects.unscoped("whom a person has seen").filter(asked_by=user_id, opened_at__isnull=False)
    identities = SourceIdentity.objects.unscoped("names that must not stand in a text").filter(shredded_at=None)
    mine = Q(source__handler=user_id) | Q(source__alternate=user_id)
    return list(identities.filter(mine | Q(source__in=seen.values("source"))))


def _key_of(identity: SourceIdentity) -> bytes | None:
    """Return the key of the fingerprints, or None while the store cannot give it: a report is not held up for that."""
    try:
        return index_key(key_store().read(identity.key_id))
    except (VaultError, OSError) as error:
        logger.warning("A text was not searched for one identity: %s", type(error).__name__)
        return None
