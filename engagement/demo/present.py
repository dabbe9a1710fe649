"""The invented mission of today: its people, its groups, and requests at every stage, dated from the day of loading."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import User
from engagement.demo import case_files, steps
from engagement.demo.library import file_under
from engagement.demo.scenes import SCENES
from engagement.models import Engagement, Modality, Request
from engagement.services import drafting, submission
from missions import services as missions
from missions.access import Access, Marking
from missions.models import Area, Compartment, Mandate, Mission, Office
from missions.postings import access_for
from missions.roles import Authority
from nsags import services as nsags
from nsags.models import Group, LineageEvent, Person
from protection import services as protection
from protection.models import ThreatAssessment

CODE = "UNMIKA"
DEPUTY = "samir"
OPENED = 150
# A request rests on evidence of the days before it.
EVIDENCE_AGE = timedelta(days=2)
SRM_VALID_FOR = timedelta(days=75)
NOT_WRITTEN = {"reference", "by", "language", "group", "threat", "area", "profile", "levels", "measures"}
UNLESS_SAID = {
    "alternatives": "",
    "modality": Modality.IN_PERSON,
    "involves_children": False,
    "involves_detainees": False,
    "is_recognised_step": False,
    "inside_strategy": False,
    "uses_intermediary": False,
    "is_third_country": False,
}


def load(say: Callable[[str], object], *, now: datetime) -> int:
    """Load the invented mission as it stands now, and return the number of its requests."""
    world = World(now)
    world.open()
    say(f"{CODE}: {len(world.people)} people")
    world.describe()
    say(f"{CODE}: {len(world.groups)} groups and {len(world.threats)} threats to civilians")
    for scene in SCENES:
        scene(world)
    count = Request.objects.unscoped(steps.WHOLE).filter(mission=world.mission).count()
    say(f"{CODE}: {count} requests")
    return count


class World:
    """Who and what there is in the invented mission, by the short names of the data files."""

    mission: Mission

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.written = case_files.read("present.toml")
        self.people: dict[str, User] = {}
        self.areas: dict[str, Area] = {}
        self.offices: dict[str, Office] = {}
        self.groups: dict[str, Group] = {}
        self.threats: dict[str, ThreatAssessment] = {}

    def on(self, days_ago: int, hour: int = 9, minute: int = 0) -> datetime:
        """Return a local time some days ago; today, never a moment that has not come yet."""
        day = (self.now.astimezone(self.mission.zone) - timedelta(days=days_ago)).replace(
            hour=hour, minute=minute, second=0, microsecond=0
        )
        return min(day, self.now)

    def day(self, days_ahead: int) -> date:
        """Return a local date some days from today."""
        return self.mission.local_day(self.now) + timedelta(days=days_ahead)

    def eyes(self, username: str, at: datetime) -> Access:
        """Return what somebody may see and do at that moment."""
        return access_for(self.people[username], at)

    # ---- the mission ----

    def open(self) -> None:
        """Open the mission, post its people and lay down the posture."""
        for person in self.written["people"]:
            stated = {key: person[key] for key in ("username", "name", "function")}
            self.people[person["username"]] = User.objects.create_user(**stated, is_demo=True)
        manager = next(p["username"] for p in self.written["people"] if p["role"] == "information_manager")
        opened_at = self.now - timedelta(days=OPENED)
        self.mission = missions.open_mission(
            **self.written["mission"], is_demo=True, information_manager=self.people[manager], at=opened_at
        )
        self._draw_map()
        by = self.eyes(manager, opened_at)
        # The deputy first: a second person confirms whoever reads above Confidential.
        for person in sorted(self.written["people"], key=lambda person: person["username"] != DEPUTY):
            if person["username"] != manager:
                self._post(person, by, opened_at)
        at = self.on(OPENED - 1)
        missions.set_posture(mission=self.mission, by=self.eyes("helena", at), at=at, **self.written["posture"])

    def _draw_map(self) -> None:
        for written in self.written["areas"]:
            area = Area.objects.create(mission=self.mission, **written)
            self.areas[area.pcode] = area
            if area.name in {"Bria", "Kesi"}:
                self.offices[area.name] = Office.objects.create(mission=self.mission, name=area.name, area=area)
        for mandate in self.written["mandates"]:
            Mandate.objects.create(mission=self.mission, starts_on=self.day(-OPENED), ends_on=self.day(200), **mandate)

    def _post(self, person: dict[str, Any], by: Access, at: datetime) -> None:
        posting = missions.open_posting(
            user=self.people[person["username"]],
            mission=None if person["role"] == "headquarters_desk" else self.mission,
            role=person["role"],
            office=self.offices.get(person.get("office", "")),
            ceiling=person.get("ceiling", Marking.CONFIDENTIAL),
            starts_at=at,
            ends_at=self.now + timedelta(days=person["days_left"]) if "days_left" in person else None,
            by=by,
            at=at,
        )
        if posting.asked_ceiling is not None:
            missions.confirm_ceiling(posting=posting, by=self.eyes(DEPUTY, at), at=at)

    # ---- groups, leaders, threats ----

    def describe(self) -> None:
        """Describe groups, their leaders and labels, the threats they pose, and what leadership has laid down."""
        circle = self._draw_circle()
        for key, group in self.written["groups"].items():
            self.groups[key] = self._describe(group, circle)
        for leader in self.written["leaders"].values():
            self._introduce(leader)
        self._split()
        for key, threat in self.written["threats"].items():
            self.threats[key] = self._assess(threat, self.on(OPENED - 30 if key == "road_before" else 42))
        self._lay_down()

    def _draw_circle(self) -> Compartment:
        at = self.on(50)
        by = self.eyes("helena", at)
        about = self.written["compartment"]
        second = self.people[about["second_owner"]]
        circle = missions.open_compartment(mission=self.mission, second_owner=second, by=by, at=at)
        for username in about["members"]:
            member = missions.propose_member(
                compartment=circle,
                user=self.people[username],
                reason=about["reason"],
                ends_at=self.now + timedelta(days=90),
                by=by,
                at=at,
            )
            missions.confirm_member(member=member, by=access_for(second, at), at=at)
        return circle

    def _describe(self, written: dict[str, Any], circle: Compartment) -> Group:
        is_held = written.get("in_compartment", False)
        at = self.on(49 if is_held else 125)
        left_out = {"reference", "by", "labels", "in_compartment", "marking"}
        group = nsags.add_group(
            mission=self.mission,
            marking=written.get("marking", Marking.CONFIDENTIAL),
            compartment=circle if is_held else None,
            by=self.eyes(written["by"], at),
            at=at,
            **{key: value for key, value in written.items() if key not in left_out},
        )
        file_under(group, written["reference"])
        for label in written.get("labels", ()):
            stated = {key: value for key, value in label.items() if key != "days_ago"}
            since = self.day(-label["days_ago"])
            nsags.label(group=group, starts_on=since, by=self.eyes(written["by"], at), at=at, **stated)
        return group

    def _introduce(self, written: dict[str, Any]) -> Person:
        at = self.on(1, hour=8)
        by = self.eyes(written["by"], at)
        person = nsags.add_person(
            mission=self.mission,
            name=written["name"],
            listed_by_un=written.get("listed_by_un", False),
            travel_ban=written.get("travel_ban", False),
            checked_on=at.date(),
            by=by,
            at=at,
        )
        file_under(person, written["reference"])
        nsags.join_group(group=self.groups[written["group"]], person=person, role=written["role"], by=by, at=at)
        return person

    def _split(self) -> None:
        at = self.on(38)
        nsags.record_lineage(
            type=LineageEvent.Type.SPLIT,
            parent=self.groups["front"],
            child=self.groups["wing"],
            happened_on=self.day(-40),
            source="Three community leaders, separately",
            by=self.eyes("zeynep", at),
            at=at,
        )

    def _assess(self, written: dict[str, Any], at: datetime) -> ThreatAssessment:
        if written["group"] == "quiet":
            at = self.on(41)
        intent, capability, opportunity, impact = written["levels"]
        threat = protection.assess_threat(
            mission=self.mission,
            title=written["title"],
            people_at_risk=written["people_at_risk"],
            intent=intent,
            capability=capability,
            opportunity=opportunity,
            impact=impact,
            area=self.areas[written["area"]],
            group=self.groups[written["group"]],
            early_signs=written.get("early_signs", ""),
            dissent=written.get("dissent", ""),
            by=self.eyes(written["by"], at),
            at=at,
        )
        file_under(threat, written["reference"])
        return threat

    def _lay_down(self) -> None:
        at = self.on(36)
        by = self.eyes("helena", at)
        yaro = Person.objects.unscoped(steps.WHOLE).get(name="Colonel Yaro")
        ban, passed = self.written["prohibition"], self.written["delegation"]
        missions.prohibit(mission=self.mission, person_id=yaro.pk, review_on=self.day(25), by=by, at=at, **ban)
        missions.delegate(
            mission=self.mission,
            to_user=self.people[passed["to"]],
            level=Authority.L2,
            highest_band="HIGH",
            reason=passed["reason"],
            starts_on=self.day(-6),
            ends_on=self.day(20),
            by=by,
            at=at,
        )

    # ---- requests ----

    def start(self, name: str, at: datetime) -> Request:
        """Start a request of the data file, as its author."""
        asked = case_files.read("present_requests.toml")[name]
        by = self.eyes(asked["by"], at)
        posting = by.postings[0]
        request = drafting.start_request(
            mission=self.mission,
            office=self.offices[posting.office_name],
            group=self.groups[asked["group"]],
            title=asked["title"],
            is_urgent=False,
            language=asked["language"],
            by=by,
            at=at,
        )
        file_under(request, f"R-{at.year}-{asked['reference']}")
        return steps.read(request)

    def write(self, name: str, at: datetime, *, only: tuple[str, ...] = (), **changes: Any) -> Request:
        """Write a request of the data file from end to end, or only what answers these factors."""
        asked = case_files.read("present_requests.toml")[name]
        request = self.start(name, at - timedelta(hours=1))
        answers = case_files.present_answers(
            self.written["profiles"][asked["profile"]],
            asked.get("levels", {}),
            language=asked["language"],
            on=(at - EVIDENCE_AGE).date(),
        )
        return steps.fill(
            request,
            fields=self._fields(asked, at) | changes,
            answers={factor: answer for factor, answer in answers.items() if not only or factor in only},
            measures=asked.get("measures"),
            by=self.eyes(asked["by"], at),
            at=at,
        )

    def _fields(self, asked: dict[str, Any], at: datetime) -> dict[str, Any]:
        stated = UNLESS_SAID | {key: value for key, value in asked.items() if key not in NOT_WRITTEN}
        today = at.date()
        return stated | {
            "group": self.groups[asked["group"]],
            "threat": self.threats[asked["threat"]],
            "area": self.areas[asked["area"]],
            "starts_on": today,
            "ends_on": today + timedelta(days=45),
            "srm_reference": f"SRM-{asked['area']}",
            "srm_valid_until": today + SRM_VALID_FOR,
        }

    def submit(self, name: str, at: datetime, **changes: Any) -> Request:
        """Write a request and submit it."""
        request = self.write(name, at - timedelta(minutes=30), **changes)
        submission.submit(request=request, by=access_for(request.created_by, at), at=at)
        return steps.read(request)

    def prepare(self, name: str, at: datetime, **changes: Any) -> Request:
        """Submit a request and bring all advice in, with every hold answered, on the day after."""
        request = self.submit(name, at, **changes)
        later = min(at + timedelta(hours=20), self.now)
        request = steps.take_all_advice(request, reason=AGREED[request.language], at=later)
        return steps.answer_holds(request, text=ANSWERED[request.language], at=later)

    def dialogue(self, request: Request) -> Engagement:
        """Return the dialogue that a request led to, as it stands now."""
        related = ("request__mission", "decision", "group", "area")
        found: Engagement = Engagement.objects.unscoped(steps.WHOLE).select_related(*related).get(request=request)
        return found


AGREED = {
    "en": "The purpose is clear, the measures answer what worries me, and waiting costs more.",
    "fr": "Le but est clair, les mesures répondent à mes réserves, et attendre coûterait davantage.",
}
ANSWERED = {
    "en": "Answered in my advice of today, which is attached to the file.",
    "fr": "Répondu dans mon avis de ce jour, joint au dossier.",
}
