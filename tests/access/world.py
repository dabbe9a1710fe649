"""The world of the access tests: the same people, places and records every time, in a second or two.

A copy of one family of records stands at every place: an office, a marking and a compartment. Every text is a token
that stands nowhere else, so that whatever reaches a page can be told to come from one field of one record.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group as RoleGroup
from django.contrib.auth.models import Permission as DjangoPermission
from django.db import transaction

from accounts.models import User
from audit import log
from audit.models import Kind
from engagement.models import FormDraft, Notice, RequestGrant
from missions.models import (
    Area,
    Compartment,
    CompartmentMember,
    Delegation,
    EmergencyAccess,
    Mission,
    MissionGroupPermission,
    Office,
    Posting,
    Posture,
    Prohibition,
)
from missions.postings import access_for
from missions.roles import PERMISSIONS_OF_ROLE
from nsags.models import LineageEvent
from tests.access.families import copy_to, family_of
from tests.access.people import COMPARTMENTS, HOME, LIBRARY, LONG_AGO, NEXT_DOOR, NOW, OFFICES, PEOPLE, Facts
from tests.access.places import AUTHOR, PLACES, Place
from tests.access.things import Thing, World, key


@transaction.atomic
def build_world(*, leave_out: Container[str] = (), at: datetime = NOW) -> World:
    """Write the whole world, without the records of the places named in `leave_out`."""
    world = World(at)
    _people(world)
    _missions()
    _postings(world)
    _laid_down(world)
    _compartments(world)
    family = family_of(world)
    places = {name: place for name, place in PLACES.items() if name not in leave_out}
    for name, place in places.items():
        copy_to(world, family, name, place)
    for model, rows in family.copies.items():
        model._base_manager.bulk_create(rows, batch_size=400)
    _lineage(world, places)
    _let_in(world)
    _break_glass(world)
    _notices_and_drafts(world)
    return world


# --- People and missions -------------------------------------------------------------------------------------------


def _people(world: World) -> None:
    rows = [
        User(
            id=key("person", name),
            username=name,
            name=name.replace("_", " ").title(),
            password="!",
            language="en",
            is_active=facts["is_active"],
            travel_ceiling=facts["travels_with"],
            travelling_since=None if facts["travels_with"] is None else LONG_AGO,
        )
        for name, facts in PEOPLE.items()
    ]
    world.people = {user.username: user for user in User.objects.bulk_create(rows)}
    for name, facts in PEOPLE.items():
        world.facts[name] = {"name": name, "grants": [], "emergencies": []} | {
            what: facts[what] for what in ("postings", "travels_with", "is_active")
        }
        world.facts[name]["memberships"] = [
            {**held, "mission": COMPARTMENTS[held["compartment"]]} for held in facts["memberships"]
        ]
        where = {"person": world.people[name].pk}
        world.things.append(Thing(name, "person", {"id": f"person {name}", "kind": "person", "name": name}, where))


def _missions() -> None:
    Mission.objects.bulk_create(
        Mission(
            id=key("mission", code),
            code=code,
            name=f"United Nations Mission {code}",
            host_state="Bek",
            is_library=code == LIBRARY,
        )
        for code in OFFICES
    )
    places = [(code, name, number) for code, names in OFFICES.items() for number, name in enumerate(names, 1)]
    Area.objects.bulk_create(
        Area(id=key("area", name), mission_id=key("mission", code), name=name, pcode=f"{code[:6]}{number:02}")
        for code, name, number in places
    )
    Office.objects.bulk_create(
        Office(id=key("office", name), mission_id=key("mission", code), name=name, area_id=key("area", name))
        for code, name, _number in places
    )
    permissions = {each.codename: each for each in DjangoPermission.objects.filter(content_type__model="mission")}
    roles = RoleGroup.objects.bulk_create(
        RoleGroup(name=f"{code}:{role}") for code in OFFICES for role in PERMISSIONS_OF_ROLE
    )
    MissionGroupPermission.objects.bulk_create(
        MissionGroupPermission(group=group, permission=permissions[codename], content_object_id=key("mission", code))
        for group in roles
        for code, role in [group.name.split(":")]
        for codename in sorted(PERMISSIONS_OF_ROLE[role])
    )


def _of_mission(code: str, kind: str, name: str = "", **more: Any) -> Facts:
    return {"id": f"{kind} {code} {name}", "kind": kind, "mission": code, "library": code == LIBRARY, **more}


def _postings(world: World) -> None:
    groups = {group.name: group for group in RoleGroup.objects.all()}
    rows = []
    for name, facts in PEOPLE.items():
        for number, held in enumerate(facts["postings"]):
            code = held["mission"]
            row = Posting(
                id=key("posting", name, number),
                user=world.people[name],
                mission_id=key("mission", code) if code else None,
                role=held["role"],
                role_group=groups[f"{code}:{held['role']}"] if code else None,
                office_id=key("office", held["office"]) if held["office"] else None,
                ceiling=held["ceiling"],
                starts_at=held["from"],
                ends_at=held["until"],
            )
            rows.append(row)
            if code:
                where = {"code": code, "posting": row.pk, "person": row.user_id}
                world.things.append(Thing(name, "posting", _of_mission(code, "posting", name), where))
                if facts["travels_with"] is not None:
                    world.things.append(Thing(name, "traveller", _of_mission(code, "traveller", name), where))
    Posting.objects.bulk_create(rows)


def _laid_down(world: World) -> None:
    """Lay down a posture, a prohibition and a delegation in each mission: everybody who serves there reads them."""
    heads = {HOME: "head_of_mission", NEXT_DOOR: "head_next_door", LIBRARY: AUTHOR}
    deputies = {HOME: "pillar_head", NEXT_DOOR: "neighbour", LIBRARY: "auditor"}
    for code in OFFICES:
        head, mission_id = world.people[heads[code]], key("mission", code)
        facts = _of_mission(code, "mission")
        world.things.append(Thing(code, "mission", facts, {"code": code}))
        Posture.objects.create(
            id=key("posture", code),
            mission_id=mission_id,
            code=Posture.Code.EXPECTED,
            explanation=world.token(facts, "Posture.explanation"),
            issued_by=head,
            issuer_title="Head of mission",
            starts_at=LONG_AGO,
            reason=world.token(facts, "Posture.reason"),
        )
        ban = Prohibition.objects.create(
            id=key("prohibition", code),
            mission_id=mission_id,
            group_id=key("a group that nobody knows", code),
            subject=world.token(facts, "Prohibition.subject"),
            text=world.token(facts, "Prohibition.text"),
            issued_by=head,
            issuer_title="Head of mission",
            starts_at=LONG_AGO,
            review_on=(world.at + timedelta(days=60)).date(),
        )
        passed_on = Delegation.objects.create(
            id=key("delegation", code),
            mission_id=mission_id,
            from_user=head,
            to_user=world.people[deputies[code]],
            level=1,
            reason=world.token(facts, "Delegation.reason"),
            starts_on=LONG_AGO.date(),
            ends_on=(world.at + timedelta(days=60)).date(),
        )
        for kind, row in (("prohibition", ban), ("delegation", passed_on)):
            world.things.append(Thing(code, kind, _of_mission(code, kind), {"code": code, kind: row.pk}))
        log.record(Kind.CONTACT_PROHIBITED, target=ban, by=access_for(head, world.at), at=world.at)
        world.things.append(Thing(code, "logged", _of_mission(code, "logged"), {"key": ban.pk}))


def _compartments(world: World) -> None:
    for name, code in COMPARTMENTS.items():
        facts = _of_mission(code, "compartment", name, compartment=name)
        row = Compartment.objects.create(
            id=key("compartment", name),
            mission_id=key("mission", code),
            name=world.token(facts, "Compartment.name"),
            opened_by=world.people[AUTHOR],
            opened_at=LONG_AGO,
        )
        world.things.append(Thing(name, "compartment", facts, {"code": code, "compartment": row.pk}))
    CompartmentMember.objects.bulk_create(_members(world))


def _members(world: World) -> Iterator[CompartmentMember]:
    confirmer = world.people[AUTHOR]
    for name, facts in PEOPLE.items():
        for held in facts["memberships"]:
            circle = held["compartment"]
            about = _of_mission(COMPARTMENTS[circle], "member", f"{name} {circle}", compartment=circle, person=name)
            row = CompartmentMember(
                id=key("member", name, circle),
                compartment_id=key("compartment", circle),
                user=world.people[name],
                is_owner=held["owner"],
                reason=world.token(about, "CompartmentMember.reason"),
                starts_at=held["from"],
                ends_at=held["until"],
                proposed_by=confirmer,
                confirmed_by=confirmer if held["confirmed"] else None,
                confirmed_at=held["from"] if held["confirmed"] else None,
            )
            where = {"code": COMPARTMENTS[circle], "compartment": row.compartment_id, "member": row.pk}
            world.things.append(Thing(f"{circle}: {name}", "member", about, where))
            yield row


# --- What ties records and people together -------------------------------------------------------------------------


def _lineage(world: World, places: Mapping[str, Place]) -> None:
    """Have a group that many may see come from groups that fewer may see, and lead to others."""
    child = key("own office", "group")
    for number, name in enumerate(("marked higher", "foreign compartment", "own compartment", "other office")):
        if {name, "own office"} <= set(places):
            hidden = world.thing("group", name).facts
            before, after = (key(name, "group"), child) if number % 2 else (child, key(name, "group"))
            LineageEvent.objects.create(
                id=key("lineage", name),
                type=LineageEvent.Type.SPLIT,
                parent_id=before,
                child_id=after,
                happened_on=LONG_AGO.date(),
                source=world.token(hidden, "LineageEvent.source"),
            )


def _references_at(world: World, place: str, kinds: Container[str]) -> list[str]:
    return [ref for ref, facts in world.records.items() if facts["place"] == place and facts["kind"] in kinds]


def _let_in(world: World) -> None:
    """Let people into single requests."""
    granted = DjangoPermission.objects.filter(content_type__app_label="engagement", content_type__model="request")
    view = granted.get(codename="view_request")
    rows = []
    for name, facts in PEOPLE.items():
        for grant in facts["grants"]:
            for reference in _references_at(world, grant["place"], {"request"}):
                record = world.records[reference]
                world.facts[name]["grants"].append({"reference": reference, "from": LONG_AGO, "until": grant["until"]})
                row = RequestGrant(
                    user=world.people[name],
                    permission=view,
                    content_object_id=key(*record["id"].split(": ")),
                    reason=world.token(record, f"RequestGrant.reason {name}"),
                    granted_by=world.people[AUTHOR],
                    granted_at=LONG_AGO,
                    expires_at=grant["until"],
                )
                rows.append(row)
                where = {"reference": reference, "person": row.user_id}
                world.things.append(Thing(f"{name}: {record['id']}", "grant", record, where))
    RequestGrant.objects.bulk_create(rows)


EVERY_KIND = ("request", "contact", "group", "threatassessment", "person", "source")


def _break_glass(world: World) -> None:
    rows = []
    for name, facts in PEOPLE.items():
        for opened in facts["emergencies"]:
            references = _references_at(world, opened["place"], EVERY_KIND) if opened["place"] else [""]
            for reference in references:
                rows.append(_emergency(world, name, opened, reference))
                stated = {what: opened[what] for what in ("mission", "from", "until", "closed")}
                world.facts[name]["emergencies"].append({"reference": reference, **stated})
                if reference:
                    world.records[reference].setdefault("asked_for_by", []).append(name)
    EmergencyAccess.objects.bulk_create(rows)


def _emergency(world: World, name: str, opened: Facts, reference: str) -> EmergencyAccess:
    about = _of_mission(opened["mission"], "emergency", f"{name} {reference}", person=name)
    row = EmergencyAccess(
        id=key("emergency", name, reference),
        user=world.people[name],
        mission_id=key("mission", opened["mission"]),
        reference=reference,
        reason=EmergencyAccess.Reason.LIFE_AT_RISK,
        explanation=world.token(about, "EmergencyAccess.explanation"),
        opened_at=opened["from"],
        ends_at=opened["until"],
        closed_at=opened["closed"],
    )
    where = {"code": opened["mission"], "emergency": row.pk}
    world.things.append(Thing(f"{name} {reference}".strip(), "emergency", about, where))
    return row


# Of these, everybody has a notice from a time when they could see them, or by mistake.
TOLD_OF = ("own office", "marked higher", "own compartment", "foreign compartment", "other mission", "let in")


def _notices_and_drafts(world: World) -> None:
    """Give everybody notices about things they may not see, and words of their own that nobody else may see."""
    told_of = [ref for place in TOLD_OF for ref in _references_at(world, place, {"request", "contact"})]
    Notice.objects.bulk_create(
        Notice(
            id=key("notice", name, reference),
            user=user,
            kind=Notice.Kind.FACTS_CHANGED,
            reference=reference,
            created_at=world.at - timedelta(hours=number + 1),
            mailed_at=world.at,
        )
        for name, user in world.people.items()
        for number, reference in enumerate(told_of)
    )
    drafts = []
    for name, user in world.people.items():
        words = world.token({"id": f"words of {name}", "kind": "own words", "person": name}, "FormDraft.content")
        drafts.append(
            FormDraft(
                id=key("draft", name),
                user=user,
                form="unplanned",
                content={"summary": [words]},
                saved_at=world.at,
            )
        )
    FormDraft.objects.bulk_create(drafts)
