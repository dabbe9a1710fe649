import uuid
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from audit import keys
from audit.append_only import append_only, changeable
from audit.chain import mac_of


def vouch(apps: Any, schema_editor: Any) -> None:
    """Give every event that was written before this day its own number and what vouches for it."""
    events = apps.get_model("audit", "Event").objects.using(schema_editor.connection.alias)
    key = keys.of_events()
    for event in events.order_by("pk").iterator():
        event.uid = uuid.uuid4()
        event.mac = mac_of(event, key)
        event.save(update_fields=["uid", "mac"])


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        changeable("audit_event"),
        migrations.AddField("event", "uid", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
        migrations.AddField("event", "mac", models.CharField(default="", editable=False, max_length=64), False),
        migrations.RunPython(vouch, migrations.RunPython.noop),
        migrations.AlterField("event", "uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
        append_only("audit_event"),
        migrations.AddIndex("event", models.Index(fields=["actor_id", "-id"], name="event_of_person")),
        migrations.AddIndex("event", models.Index(fields=["kind", "-id"], name="event_of_kind")),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("position", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("record_type", models.CharField(blank=True, max_length=60)),
                ("record_id", models.UUIDField(null=True)),
                ("record_digest", models.CharField(blank=True, max_length=64)),
                ("digest", models.CharField(max_length=64)),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="seal", to="audit.event"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["record_id"], name="seal_of_record")]},
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("number", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("size", models.PositiveBigIntegerField()),
                ("head", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("key_id", models.CharField(max_length=8)),
                ("signature", models.CharField(max_length=88)),
            ],
        ),
        migrations.CreateModel(
            name="Verification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("sealed", models.PositiveBigIntegerField()),
                ("is_sound", models.BooleanField()),
                ("what", models.CharField(blank=True, max_length=60)),
                ("where", models.CharField(blank=True, max_length=60)),
                ("problem", models.CharField(blank=True, max_length=12)),
            ],
        ),
        append_only("audit_seal"),
        append_only("audit_checkpoint"),
    ]
