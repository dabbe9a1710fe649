"""A field office with its people, a group and a threat, and a request that lacks nothing."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from accounts.models import User
from engagement import sections
from engagement.models import Request
from engagement.services import drafting
from engagement.services.drafting import AnswerInput
from missions import services as missions
from missions.access import Access
from missions.models import Area, Mission, Office
from missions.postings import access_for
from missions.roles import Role
from nsags import services as nsags
from nsags.models import Group
from protection import services as protection
from protection.models import ThreatAssessment
from risk import current_ruleset

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(days=90)


@dataclass
class Field:
    """Where the stories of these tests take place."""

    mission: Mission
    office: Office
    area: Area
    group: Group
    threat: ThreatAssessment
    people: dict[str, User]

    def eyes(self, name: str, at: datetime = NOW) -> Access:
        """Return what somebody may see and do."""
        return access_for(self.people[name], at)


CAST = {
    "aline": Role.FIELD_STAFF,
    "bruno": Role.FIELD_STAFF,
    "paula": Role.POC_ADVISER,
    "sven": Role.SECURITY_ADVISER,
    "hana": Role.HEAD_OF_OFFICE,
    "diego": Role.PILLAR_HEAD,
    "helen": Role.HEAD_OF_MISSION,
}


def make_field(code: str = "UNMIKA", posture: str = "EXPECTED") -> Field:
    """Open a mission with an office, an area, a cast, a posture, a group and a fresh threat assessment."""
    manager = User.objects.create_user(f"manager-{code}", name="Imani")
    mission = missions.open_mission(
        code=code, name="Mission in Mika", host_state="Mika", information_manager=manager, at=BEFORE
    )
    area = Area.objects.create(mission=mission, name="Tora", pcode=f"{code}01")
    office = Office.objects.create(mission=mission, name="Kesi", area=area)
    people = {name: _post(mission, office, code, name, role, manager) for name, role in CAST.items()}
    people["omar"] = User.objects.create_user(f"omar-{code}", name="Omar")
    missions.set_posture(
        mission=mission, code=posture, issuer_title="Head of mission", by=access_for(people["helen"], BEFORE), at=BEFORE
    )
    by = access_for(people["aline"], BEFORE)
    group = nsags.add_group(mission=mission, name="Upper Mbali Front", by=by, at=BEFORE)
    threat = protection.assess_threat(
        mission=mission,
        title="Checkpoints on the market road",
        people_at_risk="Traders",
        intent=3,
        capability=3,
        opportunity=3,
        impact=3,
        group=group,
        assessed_on=(NOW - timedelta(days=10)).date(),
        valid_until=(NOW + timedelta(days=60)).date(),
        by=access_for(people["aline"], NOW),
        at=NOW,
    )
    return Field(mission, office, area, group, threat, people)


def _post(mission: Mission, office: Office, code: str, name: str, role: str, manager: User) -> User:
    user = User.objects.create_user(f"{name}-{code}", name=name.title())
    bound = office if role in {Role.FIELD_STAFF, Role.HEAD_OF_OFFICE} else None
    by = access_for(manager, BEFORE)
    missions.open_posting(user=user, mission=mission, role=role, office=bound, starts_at=BEFORE, by=by, at=BEFORE)
    return user


def start(field: Field, *, name: str = "aline", **changes: Any) -> Request:
    """Start a request as somebody."""
    asked = {
        "office": field.office,
        "group": field.group,
        "title": "Reopen the market road",
        "is_urgent": False,
        "language": "en",
    }
    return drafting.start_request(mission=field.mission, by=field.eyes(name), at=NOW, **(asked | changes))


def answers(section: str, level: int = 1) -> dict[str, AnswerInput]:
    """Answer every question of a section at one level, with a source."""
    given = AnswerInput(level, "B", "Situation report", date(2026, 11, 20))
    return dict.fromkeys(sections.BY_SLUG[section].factors, given)


def fields(field: Field) -> dict[str, dict[str, Any]]:
    """Return what a complete request says, by section."""
    return {
        "purpose": {
            "title": "Reopen the market road",
            "purpose_scale": "commitment",
            "purpose": "Traders pass without payment.",
            "threat": field.threat,
            "if_not_engaging": "The market stays closed.",
            "alternatives": "",
        },
        "group": {
            "group": field.group,
            "interlocutors": "Zone commander",
            "involves_children": False,
            "involves_detainees": False,
        },
        "plan": {
            "type": "protection_advocacy",
            "modality": "in_person",
            "area": field.area,
            "contacts_planned": 3,
            "starts_on": date(2026, 11, 24),
            "ends_on": date(2026, 12, 20),
            "uses_intermediary": False,
            "is_third_country": False,
        },
        "host-government": {},
        "legitimacy": {},
        "security": {"srm_reference": "SRM-12", "srm_valid_until": date(2026, 12, 31)},
        "measures": {"red_lines": "An attack on civilians.", "proposed_conditions": ""},
    }


def complete(
    request: Request, field: Field, *, level: int = 1, name: str = "aline", at: datetime = NOW, **changed: AnswerInput
) -> Request:
    """Fill every section of a request, risks at one level and protection at 3; `changed` names factors like GOV_01."""
    for section, said in fields(field).items():
        given = answers(section, 3 if section == "purpose" else level)
        given |= {key.replace("_", "-"): value for key, value in changed.items() if key.replace("_", "-") in given}
        drafting.save_section(
            request=request, section=section, fields=said, answers=given, by=field.eyes(name, at), at=at
        )
    return again(request, field, name)


def again(request: Request, field: Field, name: str = "aline") -> Request:
    """Read a request anew."""
    return Request.objects.visible_to(field.eyes(name)).get(pk=request.pk)


def codes(refusals: Any) -> set[str]:
    """Return the codes of refusals."""
    return {refusal.code for refusal in refusals}


def everything() -> set[str]:
    """Return every factor of the ruleset."""
    return set(current_ruleset().factors)
