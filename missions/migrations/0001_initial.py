import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Compartment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=60)),
                ("opened_at", models.DateTimeField()),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CompartmentMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_owner", models.BooleanField(default=False)),
                ("reason", models.CharField(max_length=200)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "compartment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="members", to="missions.compartment"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="compartment_memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Mission",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=12, unique=True)),
                ("name", models.CharField(max_length=160)),
                ("name_fr", models.CharField(blank=True, max_length=160)),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("peacekeeping", "Peacekeeping operation"),
                            ("political", "Special political mission"),
                        ],
                        default="peacekeeping",
                        max_length=16,
                    ),
                ),
                ("host_state", models.CharField(max_length=80)),
                ("timezone", models.CharField(default="UTC", max_length=40)),
                ("duty_contact", models.CharField(blank=True, max_length=160)),
                ("is_library", models.BooleanField(default=False)),
                ("is_demo", models.BooleanField(default=False)),
                (
                    "predecessor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successors",
                        to="missions.mission",
                    ),
                ),
            ],
            options={
                "permissions": [
                    ("propose_request", "Propose a request"),
                    ("log_contact", "Log a contact"),
                    ("assess_threat", "Assess a threat"),
                    ("maintain_groups", "Maintain group profiles"),
                    ("advise_request", "Advise on a request"),
                    ("reassess_request", "Assess a request again"),
                    ("verify_measure", "Verify a measure"),
                    ("decide_request", "Decide a request"),
                    ("suspend_engagement", "Suspend a dialogue"),
                    ("classify_contact", "Classify an unplanned contact"),
                    ("set_posture", "Set posture, prohibitions and delegations"),
                    ("manage_postings", "Open and end postings"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("resolution", models.CharField(max_length=60)),
                ("summary", models.CharField(max_length=300)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                (
                    "mission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mandates", to="missions.mission"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="compartment",
            name="mission",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="compartments", to="missions.mission"
            ),
        ),
        migrations.CreateModel(
            name="Area",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=80)),
                ("pcode", models.CharField(max_length=20)),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="missions.area",
                    ),
                ),
                (
                    "mission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="areas", to="missions.mission"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MissionGroupPermission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "content_object",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="missions.mission"),
                ),
                ("group", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.group")),
                ("permission", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="MissionUserPermission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "content_object",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="missions.mission"),
                ),
                ("permission", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission")),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Office",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=80)),
                (
                    "area",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offices",
                        to="missions.area",
                    ),
                ),
                (
                    "mission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="offices", to="missions.mission"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("field_staff", "Field officer"),
                            ("head_of_office", "Head of field office"),
                            ("poc_adviser", "POC adviser"),
                            ("security_adviser", "Security adviser"),
                            ("political_adviser", "Political adviser"),
                            ("human_rights_officer", "Human rights officer"),
                            ("protection_adviser", "Child and women’s protection adviser"),
                            ("legal_adviser", "Legal adviser"),
                            ("force_liaison", "Force and police liaison"),
                            ("analyst", "Analyst"),
                            ("pillar_head", "Pillar head"),
                            ("head_of_mission", "Head of mission"),
                            ("headquarters_desk", "Headquarters desk"),
                            ("headquarters_policy", "Headquarters policy"),
                            ("information_manager", "Information manager"),
                            ("auditor", "Auditor"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "ceiling",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "UN Unclassified"), (1, "UN Confidential"), (2, "UN Strictly confidential")],
                        default=1,
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(null=True)),
                (
                    "mission",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings",
                        to="missions.mission",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings",
                        to="missions.office",
                    ),
                ),
                (
                    "role_group",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="postings", to="auth.group"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Posture",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("EXPECTED", "Dialogue is expected of staff at all levels"),
                            ("STRATEGY_BASED", "Dialogue follows a strategy for each group"),
                            ("COMPLIANT_ONLY", "Dialogue is regular with groups that keep the agreement"),
                            ("CLOSELY_HELD", "Dialogue is possible and closely held"),
                        ],
                        max_length=16,
                    ),
                ),
                ("explanation", models.CharField(blank=True, max_length=300)),
                ("issuer_title", models.CharField(max_length=120)),
                ("starts_at", models.DateTimeField()),
                ("reason", models.TextField(blank=True)),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "mission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="postures", to="missions.mission"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Prohibition",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("group_id", models.UUIDField(null=True)),
                ("person_id", models.UUIDField(null=True)),
                ("subject", models.CharField(max_length=120)),
                ("text", models.TextField()),
                ("issuer_title", models.CharField(max_length=120)),
                ("starts_at", models.DateTimeField()),
                ("review_on", models.DateField()),
                ("lifted_at", models.DateTimeField(null=True)),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "mission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="prohibitions", to="missions.mission"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Delegation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "L0, the field officer"),
                            (1, "L1, the head of field office"),
                            (2, "L2, the pillar head"),
                            (3, "L3, the head of mission"),
                            (4, "L4, the head of mission after consulting headquarters"),
                        ]
                    ),
                ),
                ("highest_band", models.CharField(default="MODERATE", max_length=10)),
                ("reason", models.CharField(max_length=200)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "from_user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "to_user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations_held",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "mission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="delegations", to="missions.mission"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                            models.Q(("revoked_at__isnull", True), ("revoked_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="delegation_revoked_at_revoked_by_together",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_user", models.F("to_user")), _negated=True),
                        name="nobody_delegates_to_themselves",
                    ),
                    models.CheckConstraint(condition=models.Q(("level__lte", 3)), name="delegation_below_headquarters"),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.UniqueConstraint(fields=("mission", "pcode"), name="one_area_per_pcode"),
        ),
        migrations.AlterUniqueTogether(
            name="missiongrouppermission",
            unique_together={("group", "permission", "content_object")},
        ),
        migrations.AlterUniqueTogether(
            name="missionuserpermission",
            unique_together={("user", "permission", "content_object")},
        ),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(fields=["user", "starts_at"], name="posting_of_person"),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at", None), ("ends_at__gt", models.F("starts_at")), _connector="OR"),
                name="posting_ends_after_it_starts",
            ),
        ),
        migrations.AddIndex(
            model_name="posture",
            index=models.Index(fields=["mission", "-starts_at"], name="posture_in_force"),
        ),
        migrations.AddConstraint(
            model_name="prohibition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lifted_at__isnull", False), ("lifted_by__isnull", False)),
                    models.Q(("lifted_at__isnull", True), ("lifted_by__isnull", True)),
                    _connector="OR",
                ),
                name="prohibition_lifted_at_lifted_by_together",
            ),
        ),
        migrations.AddConstraint(
            model_name="prohibition",
            constraint=models.CheckConstraint(
                condition=models.Q(("group_id__isnull", False), ("person_id__isnull", False), _connector="OR"),
                name="prohibition_names_a_subject",
            ),
        ),
    ]
