import uuid

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("missions", "0001_initial"),
        ("nsags", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ThreatAssessment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("reference", models.CharField(editable=False, max_length=16, unique=True)),
                (
                    "marking",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "UN Unclassified"), (1, "UN Confidential"), (2, "UN Strictly confidential")],
                        default=1,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("title", models.CharField(max_length=160)),
                ("people_at_risk", models.TextField()),
                ("intent", models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(4)])),
                (
                    "capability",
                    models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(4)]),
                ),
                (
                    "opportunity",
                    models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(4)]),
                ),
                ("impact", models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(4)])),
                ("early_signs", models.TextField(blank=True)),
                ("dissent", models.TextField(blank=True)),
                ("assessed_on", models.DateField()),
                ("valid_until", models.DateField()),
                (
                    "area",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="missions.area"
                    ),
                ),
                (
                    "compartment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="missions.compartment",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="threats", to="nsags.group"
                    ),
                ),
                (
                    "mission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="missions.mission"
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="missions.office"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["mission", "-assessed_on"], name="threat_list_of_mission")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("capability__lte", 4), ("impact__lte", 4), ("intent__lte", 4), ("opportunity__lte", 4)
                        ),
                        name="threat_levels_between_0_and_4",
                    )
                ],
            },
        ),
    ]
