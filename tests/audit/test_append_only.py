"""The log takes new lines and nothing else, whoever asks."""

import pytest
from django.db import DatabaseError, connection, transaction

from audit.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(group):
    """The line that adding a group left."""
    return Event.objects.get(object_id=group.pk)


@pytest.mark.parametrize(
    "change",
    [
        lambda event: Event.objects.filter(pk=event.pk).update(actor_role="someone else"),
        lambda event: Event.objects.filter(pk=event.pk).delete(),
        lambda event: Event(pk=event.pk, at=event.at, kind="x", object_type="x", object_id=event.object_id).save(),
    ],
)
def test_a_line_of_the_log_is_neither_changed_nor_removed(event, change):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change(event)

    assert Event.objects.get(pk=event.pk).actor_role == event.actor_role


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET kind = 'x'", "DELETE FROM audit_event"])
def test_the_database_itself_refuses(event, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_line_says_who_what_and_in_which_role(event, amina, group):
    assert (event.actor_id, event.actor_role, event.mission_id) == (amina.pk, "field_staff", group.mission_id)
    assert event.kind == "group.added"
