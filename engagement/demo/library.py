"""The training library: 21 historical cases, each walked into the database as a real request of its day."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import User
from engagement.demo import case_files, steps
from engagement.library import FILES, chapter, reference_of
from engagement.models import Request
from engagement.policies.drafting import AnswerInput
from engagement.services import advising, drafting, submission
from missions import services as missions
from missions.access import Access, Marking, Record
from missions.models import Area, Mission
from missions.postings import access_for
from missions.roles import Role
from nsags import services as nsags
from nsags.models import Group, GroupName
from protection import services as protection
from protection.models import ThreatAssessment

ADVICE_OVER = timedelta(hours=49)
STAYED_ON = timedelta(days=30)
SRM = {"en": "Assumed valid; not in the public record", "fr": "Supposée valide ; non publique"}

# Roles, not people: the record does not say who wrote what.
STAFF = {
    Role.INFORMATION_MANAGER: "information manager",
    Role.FIELD_STAFF: "field officer",
    Role.SECURITY_ADVISER: "security adviser",
    Role.HEAD_OF_MISSION: "head of mission",
}
SAID = (
    "title",
    "purpose_scale",
    "purpose",
    "if_not_engaging",
    "alternatives",
    "interlocutors",
    "involves_children",
    "involves_detainees",
    "is_recognised_step",
    "label_worksheet",
    "type",
    "modality",
    "component",
    "place",
    "contacts_planned",
    "inside_strategy",
    "uses_intermediary",
    "is_third_country",
    "objection_justification",
    "red_lines",
    "proposed_conditions",
)
NO_UNLESS_SAID = (
    "involves_children",
    "involves_detainees",
    "is_recognised_step",
    "is_third_country",
    "inside_strategy",
)


def load(say: Callable[[str], object]) -> int:
    """Load every mission of the library with its cases, and return the number of cases."""
    total = 0
    for name in FILES:
        told = _Chapter(chapter(name))
        told.load()
        say(f"{told.mission.code}: {len(told.cases)} cases")
        total += len(told.cases)
    return total


def file_under(record: Record, reference: str) -> None:
    """Give a record the same reference in every copy of the demonstration."""
    type(record).objects.unscoped(steps.WHOLE).filter(pk=record.pk).update(reference=reference)
    record.reference = reference


class _Chapter:
    """One mission of the library, from its opening to the day its last case was frozen."""

    def __init__(self, written: dict[str, Any]) -> None:
        self.written = written
        self.cases: list[dict[str, Any]] = sorted(written["cases"], key=lambda case: (case["date"], case["id"]))
        self.staff: dict[str, User] = {}
        self.areas: dict[str, Area] = {}
        self.groups: dict[str, Group] = {}

    def load(self) -> None:
        """Open the mission, describe its groups, and walk each case in."""
        self._open()
        self._lay_down_posture()
        for group in self.written["groups"]:
            self.groups[group["key"]] = self._describe(group)
        for person in self.written.get("people", ()):
            self._introduce(person)
        for case in self.cases:
            self._propose(case)
        self._close()

    def _open(self) -> None:
        about = self.written["mission"]
        code = about["code"]
        for role, title in STAFF.items():
            name = f"Library: {title}, {code}"
            self.staff[role] = User.objects.create_user(f"library-{code.lower()}-{role}", name=name, is_demo=True)
        before = about.get("predecessor")
        stated = {key: about[key] for key in ("code", "name", "name_fr", "type", "host_state", "timezone")}
        self.mission = missions.open_mission(
            **stated,
            is_library=True,
            is_demo=True,
            information_manager=self.staff[Role.INFORMATION_MANAGER],
            predecessor=Mission.objects.get(code=before) if before else None,
            at=case_files.morning(about["opened_on"], case_files.ZoneInfo(about["timezone"])),
        )
        opened_at = self._morning(about["opened_on"])
        for role in (Role.FIELD_STAFF, Role.SECURITY_ADVISER, Role.HEAD_OF_MISSION):
            missions.open_posting(
                user=self.staff[role],
                mission=self.mission,
                role=role,
                starts_at=opened_at,
                ends_at=self._left_at(),
                by=self._eyes(Role.INFORMATION_MANAGER, opened_at),
                at=opened_at,
            )
        for area in self.written["areas"]:
            self.areas[area["pcode"]] = Area.objects.create(mission=self.mission, **area)

    def _lay_down_posture(self) -> None:
        posture = dict(self.written["mission"]["posture"])
        at = self._morning(posture.pop("starts_on"))
        missions.set_posture(mission=self.mission, by=self._eyes(Role.HEAD_OF_MISSION, at), at=at, **posture)

    def _describe(self, written: dict[str, Any]) -> Group:
        at = self._morning(self._first_day(written["key"]) - timedelta(days=1))
        by = self._eyes(Role.FIELD_STAFF, at)
        about = {k: v for k, v in written.items() if k not in {"key", "reference", "names", "labels"}}
        names = [(text, GroupName.Type.BY_OTHERS) for text in written.get("names", ())]
        group = nsags.add_group(mission=self.mission, names=names, marking=Marking.UNCLASSIFIED, by=by, at=at, **about)
        file_under(group, written["reference"])
        for label in written.get("labels", ()):
            nsags.label(group=group, by=by, at=at, **label)
        return group

    def _introduce(self, written: dict[str, Any]) -> None:
        at = self._morning(self._first_day(written["group"]) - timedelta(days=1))
        by = self._eyes(Role.FIELD_STAFF, at)
        person = nsags.add_person(
            mission=self.mission,
            name=written["name"],
            listed_by_un=written.get("listed_by_un", False),
            checked_on=at.date(),
            marking=Marking.UNCLASSIFIED,
            by=by,
            at=at,
        )
        file_under(person, written["reference"])
        group = self.groups[written["group"]]
        nsags.join_group(group=group, person=person, role=written["role"], by=by, at=at)
        for ban in self.written.get("prohibitions", ()):
            if ban["person"] == written["key"]:
                self._prohibit(ban, group, person)

    def _prohibit(self, ban: dict[str, Any], group: Group, person: Record) -> None:
        at = self._morning(ban["starts_on"])
        stated = {key: ban[key] for key in ("subject", "text", "review_on", "issuer_title")}
        by = self._eyes(Role.HEAD_OF_MISSION, at)
        missions.prohibit(mission=self.mission, group_id=group.pk, person_id=person.pk, by=by, at=at, **stated)

    def _propose(self, case: dict[str, Any]) -> None:
        at = self._morning(case["date"])
        by = self._eyes(Role.FIELD_STAFF, at)
        request = drafting.start_request(
            mission=self.mission,
            office=None,
            group=self.groups[case["group"]],
            title=case["title"],
            is_urgent=case.get("is_urgent", False),
            language=case["language"],
            by=by,
            at=at,
        )
        request = steps.fill(
            request,
            fields=self._fields(case, self._threaten(case, by, at)),
            answers=answers_of(case),
            measures=case.get("measures"),
            by=by,
            at=at,
        )
        request = self._file(request, case)
        steps.verify(request, case.get("verified", {}), by=self._eyes(Role.SECURITY_ADVISER, at), at=at)
        submission.submit(request=request, by=by, at=at)
        # The record holds no advice, so the clock alone sends the case on to a decision that nobody recorded.
        advising.ready_overdue(at + ADVICE_OVER)

    def _file(self, request: Request, case: dict[str, Any]) -> Request:
        file_under(request, reference_of(case))
        own = Request.objects.unscoped(steps.WHOLE).filter(pk=request.pk)
        own.update(marking=Marking.UNCLASSIFIED, declared_gates=case.get("declared_gates", []))
        return steps.read(request)

    def _threaten(self, case: dict[str, Any], by: Access, at: datetime) -> ThreatAssessment:
        threat = protection.assess_threat(
            mission=self.mission,
            area=self.areas[case["area"]],
            group=self.groups[case["group"]],
            marking=Marking.UNCLASSIFIED,
            by=by,
            at=at,
            **case["threat"],
        )
        file_under(threat, f"T-{case['date'].year}-{case['id']}")
        return threat

    def _fields(self, case: dict[str, Any], threat: ThreatAssessment) -> dict[str, Any]:
        last_day = case["date"] + timedelta(days=case["days"])
        stated = dict.fromkeys(NO_UNLESS_SAID, False) | {name: case[name] for name in SAID if name in case}
        return stated | {
            "threat": threat,
            "group": self.groups[case["group"]],
            "area": self.areas[case["area"]],
            "starts_on": case["date"],
            "ends_on": last_day,
            "srm_reference": SRM[case["language"]],
            "srm_valid_until": last_day,
        }

    def _close(self) -> None:
        """End the last posting and lock the accounts: nobody signs in as a role of the past."""
        manager = self.staff[Role.INFORMATION_MANAGER]
        at = self._left_at()
        posting = manager.postings.get()
        missions.end_posting(posting=posting, by=access_for(manager, at), at=at)
        User.objects.filter(pk__in=[user.pk for user in self.staff.values()]).update(is_active=False)

    def _eyes(self, role: str, at: datetime) -> Access:
        return access_for(self.staff[role], at)

    def _morning(self, day: date) -> datetime:
        return case_files.morning(day, self.mission.zone)

    def _first_day(self, group: str) -> date:
        return min((case["date"] for case in self.cases if case["group"] == group), default=self.cases[0]["date"])

    def _left_at(self) -> datetime:
        return self._morning(self.cases[-1]["date"]) + STAYED_ON


def answers_of(case: Mapping[str, Any]) -> dict[str, AnswerInput]:
    """Return the 36 answers of a case, each with what it rests on."""
    return case_files.historical_answers(case)
