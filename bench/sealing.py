"""Measure how many events the sealer seals and the verification compares in a second, on a database of its own."""

import os
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

RECORDS = 1000
EVENTS_OF_EACH = 20
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def rates() -> dict[str, float]:
    """Return events sealed and events compared in a second, on SQLite in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PARLEY_DEBUG": "1",
            "PARLEY_AUDIT_DIR": folder,
            "DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.sqlite3'}",
        }
        return _measured()


def _measured() -> dict[str, float]:
    import django

    django.setup()
    from django.core.management import call_command

    from audit import sealing, verifying

    call_command("migrate", verbosity=0)
    _fill()
    events = RECORDS * EVENTS_OF_EACH
    return {
        "Events sealed": events / _seconds(lambda: sealing.seal(AT)),
        "Events compared, with the records they changed": events / _seconds(verifying.verify),
    }


def _fill() -> None:
    """Make some groups and many events, as if each group had been reviewed again and again."""
    from accounts.models import User
    from audit import keys
    from audit.chain import mac_of
    from audit.models import Event, Kind
    from missions.models import Mission
    from nsags.models import Group

    user = User.objects.create_user("bench", name="Bench")
    mission = Mission.objects.create(code="BENCH", name="Bench", host_state="Bench")
    common = {"mission": mission, "created_by": user, "created_at": AT}
    groups = [Group(reference=f"N-{number:05}", name=f"Front {number}", **common) for number in range(RECORDS)]
    Group.objects.bulk_create(groups)
    key = keys.of_events()
    events = [
        Event(
            uid=uuid.uuid4(),
            at=AT,
            kind=Kind.GROUP_REVIEWED,
            actor_id=user.pk,
            mission_id=mission.pk,
            object_type="nsags.group",
            object_id=group.pk,
            fields=["wants"],
        )
        for _time in range(EVENTS_OF_EACH)
        for group in groups
    ]
    for event in events:
        event.mac = mac_of(event, key)
    Event.objects.bulk_create(events, batch_size=2000)


def _seconds(work: Callable[[], object]) -> float:
    """Return the processor time that some work takes, so that other work on the machine counts less."""
    began = time.process_time()
    work()
    return time.process_time() - began
