import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("missions", "0001_initial"),
        ("nsags", "0001_initial"),
        ("protection", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Contact",
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
                (
                    "path",
                    models.CharField(
                        choices=[
                            ("planned", "Planned, under an approval"),
                            ("screened", "Low risk by screening"),
                            ("unplanned", "Not planned"),
                        ],
                        max_length=10,
                    ),
                ),
                ("happened_at", models.DateTimeField()),
                (
                    "modality",
                    models.CharField(
                        choices=[
                            ("in_person", "In person"),
                            ("remote", "Telephone or radio"),
                            ("message", "Written message"),
                            ("intermediary", "Through an intermediary"),
                        ],
                        max_length=12,
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=120)),
                ("spokesperson", models.CharField(blank=True, max_length=120)),
                ("summary", models.TextField()),
                ("language", models.CharField(default="en", max_length=2)),
                ("has_promise", models.BooleanField(default=False)),
                ("has_safety_problem", models.BooleanField(default=False)),
                ("safety_note", models.TextField(blank=True)),
                ("screening", models.JSONField(default=dict)),
                ("outside_approval", models.JSONField(default=list)),
                (
                    "classification",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_action", "No action needed"),
                            ("needs_request", "Needs a request"),
                            ("needs_review", "Needs a review"),
                        ],
                        max_length=16,
                    ),
                ),
                ("classified_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("approve", "Approve"),
                            ("approve_with_conditions", "Approve with conditions"),
                            ("return", "Return for more work"),
                            ("defer", "Defer to a date or event"),
                            ("decline", "Decline"),
                        ],
                        max_length=24,
                    ),
                ),
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
                ("relied_on", models.JSONField(default=list)),
                ("reasons", models.TextField(blank=True)),
                ("accepted_risks", models.JSONField(default=list)),
                ("rule_advice", models.CharField(max_length=12)),
                ("departs_from_rule", models.BooleanField(default=False)),
                ("departure_reason", models.TextField(blank=True)),
                ("civilian_consequences", models.TextField(blank=True)),
                ("conditions", models.JSONField(default=list)),
                ("red_lines", models.TextField(blank=True)),
                ("deferred_until", models.DateField(null=True)),
                ("deferred_event", models.CharField(blank=True, max_length=200)),
                ("valid_until", models.DateField(null=True)),
                ("contacts_max", models.PositiveSmallIntegerField(null=True)),
                ("report_within_hours", models.PositiveSmallIntegerField(null=True)),
                ("decided_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Engagement",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "modality",
                    models.CharField(
                        choices=[
                            ("in_person", "In person"),
                            ("remote", "Telephone or radio"),
                            ("message", "Written message"),
                            ("intermediary", "Through an intermediary"),
                        ],
                        max_length=12,
                    ),
                ),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("contacts_max", models.PositiveSmallIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("authorised", "Authorised"),
                            ("active", "Active"),
                            ("suspended", "Suspended"),
                            ("redecision", "Waiting for a new decision"),
                            ("lapsed", "Lapsed"),
                            ("concluded", "Concluded"),
                        ],
                        default="authorised",
                        max_length=12,
                    ),
                ),
                ("status_reason", models.CharField(blank=True, max_length=300)),
                ("status_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="FormDraft",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("form", models.CharField(max_length=24)),
                ("content", models.JSONField()),
                ("saved_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="GateAnswer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveSmallIntegerField()),
                ("gate", models.CharField(max_length=8)),
                ("text", models.TextField()),
                ("answered_role", models.CharField(max_length=24)),
                ("answered_at", models.DateTimeField()),
                ("reopened_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Measure",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=8)),
                ("owner", models.CharField(max_length=120)),
                ("due_on", models.DateField(null=True)),
                ("is_reaffirmed", models.BooleanField(default=False)),
                ("promised_at", models.DateTimeField()),
                ("evidence", models.CharField(blank=True, max_length=300)),
                ("verified_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("advice_wanted", "Your advice is asked for"),
                            ("decision_wanted", "Your decision is asked for"),
                            ("facts_changed", "Facts have changed"),
                            ("decided", "A decision was taken"),
                            ("suspended", "A dialogue was suspended"),
                            ("contact_to_classify", "An unplanned contact waits to be classified"),
                            ("contact_alert", "A contact raises a question"),
                            ("consultation", "Headquarters is consulted"),
                            ("lapsed", "An approval has lapsed"),
                        ],
                        max_length=24,
                    ),
                ),
                ("reference", models.CharField(max_length=16)),
                ("created_at", models.DateTimeField()),
                ("mailed_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Rating",
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
                ("legitimacy", models.PositiveSmallIntegerField(null=True)),
                ("host_government", models.PositiveSmallIntegerField(null=True)),
                ("security", models.PositiveSmallIntegerField(null=True)),
                ("rated_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Request",
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
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("blocked", "Blocked"),
                            ("in_advice", "In advice"),
                            ("ready", "Ready for decision"),
                            ("deferred", "Deferred"),
                            ("returned", "Returned"),
                            ("approved", "Approved"),
                            ("approved_with_conditions", "Approved with conditions"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        max_length=24,
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("language", models.CharField(default="en", max_length=2)),
                ("title", models.CharField(blank=True, max_length=160)),
                ("is_urgent", models.BooleanField(default=False)),
                (
                    "purpose_scale",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("line_open", "Keep a line open"),
                            ("incident", "Speak about an incident"),
                            ("theme", "Speak about a protection theme"),
                            ("commitment", "Obtain a commitment"),
                            ("agreement", "Facilitate an agreement"),
                        ],
                        max_length=12,
                    ),
                ),
                ("purpose", models.TextField(blank=True)),
                ("if_not_engaging", models.TextField(blank=True)),
                ("alternatives", models.TextField(blank=True)),
                ("interlocutors", models.CharField(blank=True, max_length=200)),
                ("involves_children", models.BooleanField(null=True)),
                ("involves_detainees", models.BooleanField(null=True)),
                ("is_recognised_step", models.BooleanField(null=True)),
                ("label_worksheet", models.TextField(blank=True)),
                (
                    "type",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("protection_advocacy", "Rights and protection advocacy"),
                            ("local_mediation", "Local mediation"),
                            ("security_liaison", "Security liaison"),
                            ("information_exchange", "Exchange of information"),
                            ("ddr_cvr", "DDR or community violence reduction"),
                            ("child_release", "Release of children"),
                            ("humanitarian_access", "Support to humanitarian access"),
                            ("formal_process", "Formal process"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "modality",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("in_person", "In person"),
                            ("remote", "Telephone or radio"),
                            ("message", "Written message"),
                            ("intermediary", "Through an intermediary"),
                        ],
                        max_length=12,
                    ),
                ),
                ("component", models.CharField(blank=True, max_length=80)),
                ("place", models.CharField(blank=True, max_length=120)),
                ("starts_on", models.DateField(null=True)),
                ("ends_on", models.DateField(null=True)),
                ("contacts_planned", models.PositiveSmallIntegerField(null=True)),
                ("inside_strategy", models.BooleanField(null=True)),
                ("uses_intermediary", models.BooleanField(null=True)),
                ("intermediary_consented_on", models.DateField(null=True)),
                ("is_third_country", models.BooleanField(null=True)),
                ("objection_justification", models.TextField(blank=True)),
                ("srm_reference", models.CharField(blank=True, max_length=60)),
                ("srm_valid_until", models.DateField(null=True)),
                ("red_lines", models.TextField(blank=True)),
                ("proposed_conditions", models.TextField(blank=True)),
                ("declared_gates", models.JSONField(default=list)),
                ("previewed_at", models.DateTimeField(null=True)),
                ("submitted_at", models.DateTimeField(null=True)),
                ("advice_due_at", models.DateTimeField(null=True)),
                ("decide_by", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="RequestGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200)),
                ("granted_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("content", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("submitted_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("factor", models.CharField(max_length=8)),
                ("level", models.PositiveSmallIntegerField(null=True)),
                (
                    "confidence",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("A", "Two independent sources, or an official document"),
                            ("B", "One reliable source, or consistent analysis"),
                            ("C", "Judgement, or one weak source"),
                        ],
                        max_length=1,
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=200)),
                ("source_date", models.DateField(null=True)),
                ("why_unknown", models.CharField(blank=True, max_length=200)),
                ("changed_after_preview", models.BooleanField(default=False)),
                ("answered_at", models.DateTimeField()),
                (
                    "answered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Assessment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("submitted", "Submitted"),
                            ("facts_changed", "Facts changed"),
                            ("measures_changed", "Measures changed"),
                            ("evidence_aged", "Evidence aged"),
                            ("gates_changed", "Gates changed"),
                        ],
                        max_length=16,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
                ("ruleset", models.CharField(max_length=40)),
                ("ruleset_hash", models.CharField(max_length=64)),
                ("facts", models.JSONField()),
                ("result", models.JSONField()),
                ("gates", models.JSONField(default=list)),
                ("advisers", models.JSONField(default=list)),
                ("digest", models.CharField(max_length=64)),
                ("overall", models.PositiveSmallIntegerField()),
                ("legitimacy", models.PositiveSmallIntegerField()),
                ("host_government", models.PositiveSmallIntegerField()),
                ("security", models.PositiveSmallIntegerField()),
                ("protection", models.PositiveSmallIntegerField()),
                ("highest_score", models.PositiveSmallIntegerField()),
                ("highest_low", models.PositiveSmallIntegerField()),
                ("highest_high", models.PositiveSmallIntegerField()),
                ("protection_score", models.PositiveSmallIntegerField()),
                ("protection_low", models.PositiveSmallIntegerField()),
                ("protection_high", models.PositiveSmallIntegerField()),
                (
                    "authority",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "L0, the field officer"),
                            (1, "L1, the head of field office"),
                            (2, "L2, the pillar head"),
                            (3, "L3, the head of mission"),
                            (4, "L4, the head of mission after consulting headquarters"),
                        ],
                        null=True,
                    ),
                ),
                ("rule_advice", models.CharField(max_length=12)),
                ("assessed_at", models.DateTimeField()),
                (
                    "assessed_by",
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
            name="Advice",
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
                    "outcome",
                    models.CharField(
                        choices=[
                            ("support", "Support"),
                            ("support_with_conditions", "Support with conditions"),
                            ("do_not_support", "Do not support"),
                            ("no_objection", "No objection"),
                            ("abstain", "Abstain"),
                        ],
                        max_length=24,
                    ),
                ),
                ("reason", models.TextField()),
                ("conditions", models.TextField(blank=True)),
                ("given_at", models.DateTimeField()),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="advice", to="engagement.assessment"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Commitment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("by", models.CharField(choices=[("us", "By us"), ("them", "By the group")], max_length=4)),
                ("text", models.CharField(max_length=300)),
                ("check_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("consistent", "Consistent with the commitment so far"),
                            ("not_enough", "Not enough information"),
                            ("inconsistent", "Inconsistent"),
                            ("breach", "Breach verified"),
                        ],
                        default="not_enough",
                        max_length=12,
                    ),
                ),
                ("checked_at", models.DateTimeField(null=True)),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="contact",
            name="area",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="missions.area"
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="classified_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="compartment",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="missions.compartment"
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="created_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="group",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="contacts", to="nsags.group"
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="mission",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="missions.mission"
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="office",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="missions.office"
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="contact",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="commitments", to="engagement.contact"
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="assessment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="engagement.assessment"
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="decided_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="delegation",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="missions.delegation"
            ),
        ),
        migrations.AddField(
            model_name="engagement",
            name="area",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="missions.area"
            ),
        ),
        migrations.AddField(
            model_name="engagement",
            name="assessment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="engagement.assessment"
            ),
        ),
        migrations.AddField(
            model_name="engagement",
            name="decision",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="engagement", to="engagement.decision"
            ),
        ),
        migrations.AddField(
            model_name="engagement",
            name="group",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="engagements", to="nsags.group"
            ),
        ),
        migrations.AddField(
            model_name="engagement",
            name="status_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="engagement",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contacts",
                to="engagement.engagement",
            ),
        ),
        migrations.AddField(
            model_name="formdraft",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="form_drafts", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="gateanswer",
            name="answered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="promised_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="verified_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="notices", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="rating",
            name="rated_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="request",
            name="area",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="missions.area"
            ),
        ),
        migrations.AddField(
            model_name="request",
            name="assessment",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="engagement.assessment"
            ),
        ),
        migrations.AddField(
            model_name="request",
            name="compartment",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="missions.compartment"
            ),
        ),
        migrations.AddField(
            model_name="request",
            name="created_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="request",
            name="group",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="nsags.group"
            ),
        ),
        migrations.AddField(
            model_name="request",
            name="mission",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="missions.mission"
            ),
        ),
        migrations.AddField(
            model_name="request",
            name="office",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="missions.office"
            ),
        ),
        migrations.AddField(
            model_name="request",
            name="threat",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="requests",
                to="protection.threatassessment",
            ),
        ),
        migrations.AddField(
            model_name="rating",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="ratings", to="engagement.request"
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="measures", to="engagement.request"
            ),
        ),
        migrations.AddField(
            model_name="gateanswer",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="gate_answers", to="engagement.request"
            ),
        ),
        migrations.AddField(
            model_name="engagement",
            name="request",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="engagement", to="engagement.request"
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="engagement.request"
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="assessments", to="engagement.request"
            ),
        ),
        migrations.AddField(
            model_name="answer",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="engagement.request"
            ),
        ),
        migrations.AddField(
            model_name="advice",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="advice", to="engagement.request"
            ),
        ),
        migrations.AddField(
            model_name="requestgrant",
            name="content_object",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="engagement.request"),
        ),
        migrations.AddField(
            model_name="requestgrant",
            name="granted_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="requestgrant",
            name="permission",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission"),
        ),
        migrations.AddField(
            model_name="requestgrant",
            name="user",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="submission",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="submissions", to="engagement.request"
            ),
        ),
        migrations.AddField(
            model_name="submission",
            name="submitted_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="rating",
            name="submission",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="ratings", to="engagement.submission"
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="submission",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="engagement.submission"
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="submission",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="assessments", to="engagement.submission"
            ),
        ),
        migrations.AddField(
            model_name="advice",
            name="submission",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="advice", to="engagement.submission"
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("checked_at__isnull", False), ("checked_by__isnull", False)),
                    models.Q(("checked_at__isnull", True), ("checked_by__isnull", True)),
                    _connector="OR",
                ),
                name="commitment_checked_by_checked_at_together",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["mission", "-happened_at"], name="contact_list_of_mission"),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["created_by", "-happened_at"], name="contact_of_person"),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("classified_at__isnull", False), ("classified_by__isnull", False)),
                    models.Q(("classified_at__isnull", True), ("classified_by__isnull", True)),
                    _connector="OR",
                ),
                name="contact_classified_by_classified_at_together",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("engagement__isnull", False), ("path", "planned")),
                    models.Q(models.Q(("path", "planned"), _negated=True), ("engagement", None)),
                    _connector="OR",
                ),
                name="planned_contact_has_an_approval",
            ),
        ),
        migrations.AddConstraint(
            model_name="formdraft",
            constraint=models.UniqueConstraint(fields=("user", "form"), name="one_draft_per_form"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["user", "seen_at"], name="notice_of_person"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(condition=models.Q(("mailed_at", None)), fields=["created_at"], name="notice_to_mail"),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(fields=["mission", "status", "decide_by"], name="request_queue"),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(fields=["mission", "-created_at"], name="request_list_of_mission"),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(fields=["created_by", "-created_at"], name="request_of_person"),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("starts_on", None), ("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                ),
                name="request_window_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.UniqueConstraint(fields=("request", "code"), name="one_promise_per_measure"),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("verified_at__isnull", False), ("verified_by__isnull", False)),
                    models.Q(("verified_at__isnull", True), ("verified_by__isnull", True)),
                    _connector="OR",
                ),
                name="measure_verified_by_verified_at_together",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verified_by", None),
                    models.Q(("verified_by", models.F("promised_by")), _negated=True),
                    _connector="OR",
                ),
                name="nobody_verifies_their_own_measure",
            ),
        ),
        migrations.AddIndex(
            model_name="engagement",
            index=models.Index(fields=["status", "ends_on"], name="engagement_expiry"),
        ),
        migrations.AddConstraint(
            model_name="engagement",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="engagement_window_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(fields=("request", "factor"), name="one_answer_per_factor"),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(("level", None), ("level__lte", 4), _connector="OR"), name="answer_between_0_and_4"
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("level__isnull", False), models.Q(("why_unknown", ""), _negated=True), _connector="OR"
                ),
                name="not_known_needs_a_reason",
            ),
        ),
        migrations.AlterUniqueTogether(
            name="requestgrant",
            unique_together={("user", "permission", "content_object")},
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(fields=("request", "number"), name="one_submission_per_version"),
        ),
        migrations.AddConstraint(
            model_name="rating",
            constraint=models.UniqueConstraint(
                fields=("submission", "role", "rated_by"), name="one_rating_before_the_model"
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "defer"), _negated=True),
                fields=("submission",),
                name="one_decision_per_version",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(fields=("submission", "decided_at"), name="one_decision_at_a_time"),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("departs_from_rule", False), models.Q(("departure_reason", ""), _negated=True), _connector="OR"
                ),
                name="departure_needs_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(fields=["request", "-assessed_at"], name="assessment_of_request"),
        ),
        migrations.AddIndex(
            model_name="advice",
            index=models.Index(fields=["request", "given_at"], name="advice_of_request"),
        ),
        migrations.AddConstraint(
            model_name="advice",
            constraint=models.UniqueConstraint(
                fields=("submission", "role", "given_at"), name="one_position_of_a_role_at_a_time"
            ),
        ),
        migrations.CreateModel(
            name="RecordedLevel",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("factor", models.CharField(max_length=8)),
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
                ("level", models.PositiveSmallIntegerField(null=True)),
                (
                    "confidence",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("A", "Two independent sources, or an official document"),
                            ("B", "One reliable source, or consistent analysis"),
                            ("C", "Judgement, or one weak source"),
                        ],
                        max_length=1,
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=200)),
                ("source_date", models.DateField(null=True)),
                ("why_unknown", models.CharField(blank=True, max_length=200)),
                ("note", models.CharField(max_length=300)),
                ("is_settlement", models.BooleanField(default=False)),
                ("recorded_at", models.DateTimeField()),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recorded_levels",
                        to="engagement.request",
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recorded_levels",
                        to="engagement.submission",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["submission", "recorded_at"], name="recorded_level_of_version")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("submission", "factor", "role", "recorded_at"), name="one_level_of_a_role_at_a_time"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level", None), ("level__lte", 4), _connector="OR"),
                        name="recorded_level_between_0_and_4",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("level__isnull", False), models.Q(("why_unknown", ""), _negated=True), _connector="OR"
                        ),
                        name="recorded_level_or_why_unknown",
                    ),
                ],
            },
        ),
    ]
