import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("missions", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Group",
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
                ("name", models.CharField(max_length=120)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("dormant", "Dormant"),
                            ("dissolved", "Dissolved"),
                            ("uncertain", "Uncertain"),
                        ],
                        default="active",
                        max_length=12,
                    ),
                ),
                (
                    "structure",
                    models.CharField(
                        choices=[
                            ("hierarchical", "One chain of command"),
                            ("federated", "Several commanders who coordinate"),
                            ("cellular", "Cells"),
                            ("loose", "Loose, no common command"),
                            ("unknown", "Not known"),
                        ],
                        default="unknown",
                        max_length=12,
                    ),
                ),
                ("people_and_networks", models.TextField(blank=True)),
                ("community_relation", models.TextField(blank=True)),
                ("wants", models.TextField(blank=True)),
                ("unknowns", models.TextField(blank=True)),
                ("reviewed_on", models.DateField(null=True)),
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
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GroupName",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("text", models.CharField(max_length=120)),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("official", "Official name"),
                            ("acronym", "Acronym"),
                            ("by_others", "Used by others"),
                        ],
                        default="by_others",
                        max_length=12,
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="names", to="nsags.group"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Label",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "value",
                    models.CharField(
                        choices=[
                            ("compliant", "Keeps the agreement"),
                            ("non_compliant", "Does not keep the agreement"),
                            ("self_defence", "Self-defence group"),
                            ("terrorist", "Designated as terrorist"),
                            ("proscribed", "Proscribed"),
                            ("sanctioned", "Under sanctions"),
                            ("listed_children", "Listed for violations against children"),
                            ("listed_sexual_violence", "Listed for sexual violence"),
                            ("signatory", "Signatory of the agreement"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "issuer",
                    models.CharField(
                        choices=[
                            ("unsc", "UN Security Council"),
                            ("sg", "UN Secretary-General"),
                            ("mission", "The mission"),
                            ("host_state", "Host State"),
                            ("other_state", "Another State"),
                            ("regional", "Regional body"),
                            ("agreement", "Body of the peace agreement"),
                        ],
                        max_length=12,
                    ),
                ),
                ("issuer_name", models.CharField(blank=True, max_length=120)),
                ("legal_basis", models.CharField(blank=True, max_length=200)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                ("recorded_at", models.DateTimeField()),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="labels", to="nsags.group"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LineageEvent",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("split", "Split"),
                            ("merge", "Merger"),
                            ("rename", "Change of name"),
                            ("absorb", "Absorption"),
                            ("re_form", "Re-formation"),
                        ],
                        max_length=8,
                    ),
                ),
                ("happened_on", models.DateField()),
                ("source", models.CharField(blank=True, max_length=200)),
                ("is_disputed", models.BooleanField(default=False)),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lineage_before", to="nsags.group"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lineage_onward", to="nsags.group"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Person",
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
                ("name", models.CharField(max_length=120)),
                ("listed_by_un", models.BooleanField(default=False)),
                ("icc_warrant", models.BooleanField(default=False)),
                ("travel_ban", models.BooleanField(default=False)),
                ("checked_on", models.DateField(null=True)),
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
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("role", models.CharField(max_length=120)),
                ("starts_on", models.DateField(null=True)),
                ("ends_on", models.DateField(null=True)),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="memberships", to="nsags.group"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="nsags.person"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="group",
            index=models.Index(fields=["mission", "name"], name="group_list_of_mission"),
        ),
        migrations.AddConstraint(
            model_name="group",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reviewed_by__isnull", False), ("reviewed_on__isnull", False)),
                    models.Q(("reviewed_by__isnull", True), ("reviewed_on__isnull", True)),
                    _connector="OR",
                ),
                name="group_reviewed_on_reviewed_by_together",
            ),
        ),
        migrations.AddConstraint(
            model_name="label",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                name="label_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="lineageevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent", models.F("child")), _negated=True), name="no_group_descends_from_itself"
            ),
        ),
    ]
