import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("session.opened", "Signed in"),
                            ("session.closed", "Signed out"),
                            ("mission.opened", "Mission opened"),
                            ("posting.opened", "Posting opened"),
                            ("posting.ended", "Posting ended"),
                            ("posture.set", "Posture set"),
                            ("prohibition.issued", "Contact prohibited"),
                            ("prohibition.lifted", "Prohibition lifted"),
                            ("delegation.granted", "Authority delegated"),
                            ("delegation.revoked", "Delegation revoked"),
                            ("compartment.opened", "Compartment opened"),
                            ("compartment.joined", "Read into a compartment"),
                            ("group.added", "Group added"),
                            ("group.reviewed", "Group profile reviewed"),
                            ("group.labelled", "Label recorded"),
                            ("group.label_ended", "Label ended"),
                            ("group.lineage_recorded", "Lineage event recorded"),
                            ("person.added", "Person added"),
                            ("threat.assessed", "Threat assessed"),
                            ("request.started", "Request started"),
                            ("request.answered", "Section saved"),
                            ("request.submitted", "Submitted"),
                            ("request.withdrawn", "Withdrawn"),
                            ("request.reopened", "Reopened as a new version"),
                            ("request.released", "Block lifted"),
                            ("request.ready", "Ready for decision"),
                            ("request.decided", "Decided"),
                            ("request.reassessed", "Assessed again"),
                            ("request.shared", "Access given"),
                            ("measure.promised", "Measure promised"),
                            ("measure.dropped", "Measure dropped"),
                            ("measure.verified", "Measure verified"),
                            ("gate.answered", "Gate answered"),
                            ("risk.rated", "Risk rated before the model was seen"),
                            ("advice.given", "Advice given"),
                            ("engagement.authorised", "Dialogue authorised"),
                            ("engagement.started", "First contact made"),
                            ("engagement.suspended", "Dialogue suspended"),
                            ("engagement.resumed", "Dialogue resumed"),
                            ("engagement.frozen", "Frozen for a new decision"),
                            ("engagement.lapsed", "Approval lapsed"),
                            ("engagement.concluded", "Dialogue concluded"),
                            ("contact.logged", "Contact logged"),
                            ("contact.classified", "Contact classified"),
                            ("commitment.recorded", "Commitment recorded"),
                            ("commitment.checked", "Commitment checked"),
                        ],
                        max_length=40,
                    ),
                ),
                ("actor_id", models.UUIDField(null=True)),
                ("actor_role", models.CharField(blank=True, max_length=40)),
                ("mission_id", models.UUIDField(null=True)),
                ("object_type", models.CharField(max_length=60)),
                ("object_id", models.UUIDField()),
                ("object_version", models.PositiveIntegerField(null=True)),
                ("fields", models.JSONField(default=list)),
            ],
            options={
                "indexes": [models.Index(fields=["object_id", "-id"], name="event_of_record")],
            },
        ),
        migrations.CreateModel(
            name="FormReceipt",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("user_id", models.UUIDField()),
                ("key", models.UUIDField()),
                ("digest", models.CharField(max_length=64)),
                ("location", models.CharField(blank=True, max_length=200)),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user_id", "key"), name="one_record_per_form")],
            },
        ),
    ]
