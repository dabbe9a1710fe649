"""May this person take a table out of Parley? If not, why not."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from engagement.models import Export
from missions.access import Access
from missions.models import Mission
from missions.refusals import Refusal
from missions.roles import WITHOUT_CONTENT, Role

MOST_ROWS, MOST_ROWS_IN_THE_FIELD = 500, 50


def export(*, of: str, mission: Mission, purpose: str, recipient: str, by: Access) -> Iterator[Refusal]:
    """Say why this person cannot export from that mission now."""
    if mission.pk not in missions_of(by):
        sentence = _("Tables are exported by those who do substantive work in the mission.")
        yield Refusal("not_serving", sentence, "mission", is_wall=True)
    if by.travel_ceiling is not None:
        yield Refusal("travelling", _("Nothing is exported in travel mode. Export it when you are back."))
    if by.emergencies:
        yield Refusal("emergency", _("Nothing is exported while emergency access is open. Close it first."))
    if of not in Export.Of.values:
        yield Refusal("unknown", _("Choose requests or contacts."), "of")
    if not purpose.strip():
        yield Refusal("no_purpose", _("Say what the table is for. It stays on record."), "purpose")
    if not recipient.strip():
        yield Refusal("no_recipient", _("Say who receives it, by function. It stays on record."), "recipient")


def fits(count: int, *, mission: Mission, by: Access) -> Iterator[Refusal]:
    """Say why so many rows cannot leave at once."""
    most = most_rows(by, mission)
    if count > most:
        sentence = _("That is more than %(n)s rows, the most you can export. Choose a shorter period.")
        yield Refusal("too_many", sentence % {"n": most}, "starts_on")


def most_rows(by: Access, mission: Mission) -> int:
    """Return how many rows a person may export at once: fewer for who is nothing but a field officer there."""
    roles = {posting.role for posting in by.postings if posting.mission_id == mission.pk}
    return MOST_ROWS_IN_THE_FIELD if roles <= {Role.FIELD_STAFF} else MOST_ROWS


def missions_of(by: Access) -> frozenset[UUID]:
    """Return the missions from which this person may export."""
    return frozenset(p.mission_id for p in by.postings if p.mission_id and p.role not in WITHOUT_CONTENT)


def known_to(by: Access) -> Q:
    """Return the condition for the exports that this person may read about.

    Those are their own from where they still serve with its substance, and those they audit.
    """
    if by.user.carries_only_unclassified:
        return Q(pk__in=())
    audited = [posting.mission_id for posting in by.postings if posting.role == Role.AUDITOR]
    if None in audited:
        return Q()
    return Q(made_by=by.user_id, mission__in=missions_of(by)) | Q(mission__in=audited)
