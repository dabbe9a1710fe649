"""Roles in a mission, the level of authority they carry, and what each may do."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a posting makes a person, in the field's own terms."""

    FIELD_STAFF = "field_staff", _("Field officer")
    HEAD_OF_OFFICE = "head_of_office", _("Head of field office")
    POC_ADVISER = "poc_adviser", _("POC adviser")
    SECURITY_ADVISER = "security_adviser", _("Security adviser")
    POLITICAL_ADVISER = "political_adviser", _("Political adviser")
    HUMAN_RIGHTS_OFFICER = "human_rights_officer", _("Human rights officer")
    PROTECTION_ADVISER = "protection_adviser", _("Child and women’s protection adviser")
    LEGAL_ADVISER = "legal_adviser", _("Legal adviser")
    FORCE_LIAISON = "force_liaison", _("Force and police liaison")
    ANALYST = "analyst", _("Analyst")
    PILLAR_HEAD = "pillar_head", _("Pillar head")
    HEAD_OF_MISSION = "head_of_mission", _("Head of mission")
    HEADQUARTERS_DESK = "headquarters_desk", _("Headquarters desk")
    HEADQUARTERS_POLICY = "headquarters_policy", _("Headquarters policy")
    INFORMATION_MANAGER = "information_manager", _("Information manager")
    AUDITOR = "auditor", _("Auditor")


class Authority(models.IntegerChoices):
    """Who may decide (domain reference 2.8); L4 is the head of mission after consulting headquarters."""

    L0 = 0, _("L0, the field officer")
    L1 = 1, _("L1, the head of field office")
    L2 = 2, _("L2, the pillar head")
    L3 = 3, _("L3, the head of mission")
    L4 = 4, _("L4, the head of mission after consulting headquarters")


AUTHORITY_OF_ROLE: dict[str, Authority] = {
    Role.FIELD_STAFF: Authority.L0,
    Role.HEAD_OF_OFFICE: Authority.L1,
    Role.PILLAR_HEAD: Authority.L2,
    Role.HEAD_OF_MISSION: Authority.L4,
}


def one_level_up(own: Authority | None) -> Authority:
    """Return the highest level that may be delegated to somebody: one above their own, and never L4."""
    return Authority(min((own or Authority.L0) + 1, Authority.L3))


ADVISERS = frozenset(
    {
        Role.POC_ADVISER,
        Role.SECURITY_ADVISER,
        Role.POLITICAL_ADVISER,
        Role.HUMAN_RIGHTS_OFFICER,
        Role.PROTECTION_ADVISER,
        Role.LEGAL_ADVISER,
        Role.FORCE_LIAISON,
    }
)
# The risk model names advisers by a word of its own.
ROLE_OF_ADVISER: dict[str, Role] = {
    "poc": Role.POC_ADVISER,
    "security": Role.SECURITY_ADVISER,
    "political": Role.POLITICAL_ADVISER,
    "legal": Role.LEGAL_ADVISER,
    "human_rights": Role.HUMAN_RIGHTS_OFFICER,
    "protection": Role.PROTECTION_ADVISER,
    "force": Role.FORCE_LIAISON,
}

LEADERSHIP = frozenset({Role.PILLAR_HEAD, Role.HEAD_OF_MISSION})

# Field officers and heads of office work where they are posted; the others serve the whole mission.
OFFICE_BOUND = frozenset({Role.FIELD_STAFF, Role.HEAD_OF_OFFICE})

# These serve the system, not the substance: their postings open no content record.
WITHOUT_CONTENT = frozenset({Role.HEADQUARTERS_DESK, Role.HEADQUARTERS_POLICY, Role.INFORMATION_MANAGER})


class Permission(models.TextChoices):
    """What a role may do in a mission: guardian permissions on Mission, given to the group of each role."""

    PROPOSE = "propose_request", _("Propose a request")
    LOG = "log_contact", _("Log a contact")
    ASSESS_THREAT = "assess_threat", _("Assess a threat")
    MAINTAIN_GROUPS = "maintain_groups", _("Maintain group profiles")
    ADVISE = "advise_request", _("Advise on a request")
    REASSESS = "reassess_request", _("Assess a request again")
    VERIFY = "verify_measure", _("Verify a measure")
    DECIDE = "decide_request", _("Decide a request")
    SUSPEND = "suspend_engagement", _("Suspend a dialogue")
    CLASSIFY = "classify_contact", _("Classify an unplanned contact")
    SET_POSTURE = "set_posture", _("Set posture, prohibitions and delegations")
    MANAGE_POSTINGS = "manage_postings", _("Open and end postings")


_FIELD = frozenset({Permission.PROPOSE, Permission.LOG, Permission.ASSESS_THREAT, Permission.MAINTAIN_GROUPS})
_ADVISER = frozenset({Permission.ADVISE, Permission.VERIFY, Permission.LOG, Permission.ASSESS_THREAT})

PERMISSIONS_OF_ROLE: dict[str, frozenset[str]] = {
    Role.FIELD_STAFF: _FIELD | {Permission.DECIDE},
    Role.HEAD_OF_OFFICE: _FIELD | {Permission.DECIDE, Permission.SUSPEND, Permission.VERIFY},
    Role.POC_ADVISER: _FIELD | _ADVISER | {Permission.REASSESS, Permission.CLASSIFY},
    Role.SECURITY_ADVISER: _ADVISER | {Permission.REASSESS, Permission.SUSPEND},
    Role.POLITICAL_ADVISER: _ADVISER | {Permission.REASSESS},
    Role.HUMAN_RIGHTS_OFFICER: _FIELD | _ADVISER,
    Role.PROTECTION_ADVISER: _FIELD | _ADVISER,
    Role.LEGAL_ADVISER: frozenset({Permission.ADVISE, Permission.VERIFY}),
    Role.FORCE_LIAISON: frozenset({Permission.ADVISE, Permission.VERIFY, Permission.LOG}),
    Role.ANALYST: frozenset({Permission.ASSESS_THREAT, Permission.MAINTAIN_GROUPS}),
    Role.PILLAR_HEAD: frozenset({Permission.DECIDE, Permission.SUSPEND}),
    Role.HEAD_OF_MISSION: frozenset({Permission.DECIDE, Permission.SUSPEND, Permission.SET_POSTURE}),
    Role.HEADQUARTERS_DESK: frozenset({Permission.ADVISE}),
    Role.HEADQUARTERS_POLICY: frozenset(),
    Role.INFORMATION_MANAGER: frozenset({Permission.MANAGE_POSTINGS}),
    Role.AUDITOR: frozenset(),
}
