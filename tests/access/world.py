"""The world of the access tests: the same people, places and records every time, in a second or two.

One family of records (a group, a threat, requests in three states, a dialogue, contacts, a promise) is written through
the services that staff use, read back and taken away again; its copies, with keys, references and texts of their own,
then stand at every place: an office, a marking and a compartment. Every text is a token that stands nowhere else, so
that whatever reaches a page can be told to come from one field of one record.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group as RoleGroup
from django.contrib.auth.models import Permission as DjangoPermission
from django.db import models, transaction

from accounts.models import User
from audit import log
from audit.models import Kind
from engagement.models import FormDraft, Notice, RequestGrant, RequestStatus, Reveal, Shredding, Source
from engagement.services import contacts, sources
from missions.access import PartOfRecord, Record
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
from missions.references import ALPHABET
from missions.roles import PERMISSIONS_OF_ROLE
from nsags import services as nsags
from nsags.models import Label, LineageEvent
from tests import factories
from tests.access.people import COMPARTMENTS, HOME, LIBRARY, LONG_AGO, NEXT_DOOR, NOW, OFFICES, PEOPLE, SC, C, Facts, U

TOKEN = re.compile(r"CNRY-[A-Z2-7]{10}")
LETTERS_OF_TOKENS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
AUTHOR, AUTHOR_OF_THE_FIRST = "predecessor", "field_staff"
SPACE = uuid.UUID("6f1d3b1e-6a34-4c0e-9a0a-9b8f3f1f7a10")
MEASURE, GATE = "M-01", "G-19"
HANDLER, ALTERNATE = "political_adviser", "poc_adviser"


# --- Where records stand -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Where a family of records stands: what the rule asks of a record, and who wrote it."""

    mission: str
    office: str | None
    marking: int
    compartment: str | None = None
    author: str = AUTHOR


# The objects of the permission matrix, by what they are to somebody who serves in Bria.
NAMED: dict[str, Place] = {
    "own office": Place(HOME, "Bria", C),
    "other office": Place(HOME, "Kesi", C),
    "no office": Place(HOME, None, C),
    "open to all here": Place(HOME, "Bria", U),
    "marked higher": Place(HOME, "Bria", SC),
    "own compartment": Place(HOME, "Bria", C, "copper"),
    "own compartment, marked higher": Place(HOME, "Bria", SC, "copper"),
    "foreign compartment": Place(HOME, "Bria", C, "silver"),
    "other mission": Place(NEXT_DOOR, "Lumo", C),
    "other mission, marked higher": Place(NEXT_DOOR, "Tari", SC),
    "other mission, closely held": Place(NEXT_DOOR, "Lumo", C, "slate"),
    "library": Place(LIBRARY, None, U),
    # Grants on the requests.
    "let in": Place(HOME, "Kesi", C),
    "let in, marked higher": Place(HOME, "Kesi", SC),
    "let in, closely held": Place(HOME, "Kesi", C, "copper"),
    # Emergencies by reference.
    "emergency": Place(HOME, "Kesi", C),
    "emergency, marked higher": Place(HOME, "Kesi", SC),
    "emergency, closely held": Place(HOME, "Kesi", C, "copper"),
    # One's own records.
    "own record": Place(HOME, "Bria", C, author="field_staff"),
    "written before moving on": Place(HOME, "Bria", C, author="moved_on"),
    "written before, marked higher": Place(HOME, "Bria", SC, author="moved_on"),
    "written before, closely held": Place(HOME, "Bria", C, "copper", author="moved_on"),
    "written before moving away": Place(HOME, "Bria", C, author="moved_away"),
    "written above the ceiling": Place(HOME, "Kesi", SC, author="serves_two_missions"),
    "written as an officer": Place(HOME, "Bria", C, author="keeper_here_analyst_there"),
}


def _grid() -> Iterator[tuple[str, Place]]:
    """Yield every office, marking and compartment of two missions."""
    for mission, circles in ((HOME, (None, "copper", "silver")), (NEXT_DOOR, (None, "slate"))):
        for office in OFFICES[mission]:
            for marking in (U, C, SC):
                for compartment in circles:
                    name = ", ".join(filter(None, (office, ("open", "confidential", "strict")[marking], compartment)))
                    yield name, Place(mission, office, marking, compartment)


PLACES: dict[str, Place] = {**NAMED, **dict(_grid())}


# --- What is built -------------------------------------------------------------------------------------------------


@dataclass
class Thing:
    """Something that an address can name: its facts in plain words, and what stands in its address."""

    place: str
    about: str
    facts: Facts
    address: dict[str, Any]


@dataclass
class World:
    """Everything that was built, and what must not be seen where."""

    at: datetime
    people: dict[str, User] = field(default_factory=dict)
    # Facts of each person, with references where people.py names places.
    facts: dict[str, Facts] = field(default_factory=dict)
    things: list[Thing] = field(default_factory=list)
    # Facts of every record by its reference.
    records: dict[str, Facts] = field(default_factory=dict)
    # What each token stands in: token -> (facts of the record, name of the field).
    canaries: dict[str, tuple[Facts, str]] = field(default_factory=dict)

    def token(self, facts: Facts, what: str) -> str:
        """Return a text that stands nowhere else, and remember whose it is."""
        # They begin with a letter that those of tests/leaks never hold, so that each finds its own.
        made = "CNRY-A" + _letters(f"{facts['id']} {what}", LETTERS_OF_TOKENS, 9)
        self.canaries[made] = (facts, what)
        return made

    def thing(self, about: str, place: str) -> Thing:
        """Return what stands at a place."""
        return next(thing for thing in self.things if (thing.about, thing.place) == (about, place))


def key(*words: object) -> uuid.UUID:
    """Return the key that these words always have."""
    return uuid.uuid5(SPACE, " ".join(map(str, words)))


def _letters(words: str, alphabet: str, count: int) -> str:
    number = int.from_bytes(hashlib.sha256(words.encode()).digest()[:16], "big")
    found = ""
    for _ in range(count):
        number, index = divmod(number, len(alphabet))
        found += alphabet[index]
    return found


@transaction.atomic
def build_world(*, leave_out: Container[str] = (), at: datetime = NOW) -> World:
    """Write the whole world, without the records of the places named in `leave_out`."""
    world = World(at)
    _people(world)
    _missions()
    _postings(world)
    _laid_down(world)
    _compartments(world)
    family = _family(world)
    places = {name: place for name, place in PLACES.items() if name not in leave_out}
    for name, place in places.items():
        _copy(world, family, name, place)
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


# --- One family through the services, and its copies ---------------------------------------------------------------

# Short words, codes and hashes that carry no content of their own.
NOT_A_TEXT = re.compile(r"reference|\w*(digest|ruleset|hash|factor|code|gate|role|language|rule_advice|confidence)")
# A blank here means something: that a measure is not verified, that a level is known.
STAYS_BLANK = {"Measure.evidence", "Answer.why_unknown", "Answer.source", "Decision.deferred_event"}


def models_of_content() -> list[type[models.Model]]:
    """Return every kind of record, and everything that hangs on one."""
    return [model for model in apps.get_models() if issubclass(model, Record | PartOfRecord)]


def texts_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Return the fields of a model that people write into."""
    return [
        column
        for column in model._meta.concrete_fields
        if isinstance(column, models.CharField | models.TextField)
        and not column.choices
        and not NOT_A_TEXT.fullmatch(column.name)
    ]


@dataclass
class Family:
    """The rows of one family as the services wrote them, what some are called, and the copies made so far."""

    rows: list[models.Model]
    names: dict[uuid.UUID, str]
    copies: dict[type[models.Model], list[models.Model]] = field(default_factory=dict)

    def key(self, place: str, pk: uuid.UUID) -> uuid.UUID:
        """Return the key of the copy of a row at a place."""
        return key(place, self.names[pk])


def _family(world: World) -> Family:
    """Write one family through the services, read it back, and take it away."""
    with transaction.atomic():
        names = _through_the_services(world, world.at - timedelta(days=3))
        rows = [row for model in models_of_content() for row in _in_order(model, names)]
        transaction.set_rollback(True)
    for row in rows:
        names.setdefault(row.pk, f"{row._meta.label} {len(names)}")
    return Family(rows, names)


def _in_order(model: type[models.Model], names: Mapping[uuid.UUID, str]) -> list[models.Model]:
    """Return rows in an order that does not depend on their random keys: by what they belong to and what they say."""

    def says(row: models.Model) -> list[str]:
        values = {column: row.serializable_value(column.attname) for column in row._meta.concrete_fields}
        belongs_to = [names.get(value, "") for column, value in values.items() if column.is_relation]
        return belongs_to + [str(value) for column, value in values.items() if column.name in ORDERING]

    return sorted(model._base_manager.all(), key=says)


# What tells rows of one kind and one request apart.
ORDERING = {"factor", "code", "role", "number", "cause", "gate", "type"}


def _through_the_services(world: World, at: datetime) -> dict[uuid.UUID, str]:
    author = world.people[AUTHOR_OF_THE_FIRST]
    by = access_for(author, at)
    group = factories.make_group(author=author, at=at, names=[("Mbali Boys", "by_others")])
    label = nsags.label(
        group=group,
        value=Label.Value.SIGNATORY,
        issuer=Label.Issuer.OTHER_STATE,
        issuer_name="As published",
        starts_on=at.date() - timedelta(days=30),
        by=by,
        at=at,
    )
    known = nsags.add_person(mission=group.mission, name="Commander of the zone", by=by, at=at)
    nsags.join_group(group=group, person=known, role="Commander", by=by, at=at)
    threat = factories.make_threat(author=author, group=group, at=at)
    case: dict[str, Any] = {"author": author, "group": group, "threat": threat, "at": at}
    case["measures"] = {MEASURE: "Head of office"}
    draft = factories.make_request(**case, title="The first road")
    submitted = factories.make_request(
        **case, title="The second road", status=RequestStatus.IN_ADVICE, involves_detainees=True
    )
    factories.advise(submitted, "poc_adviser", at=at)
    engagement = factories.make_engagement(**case, title="The third road")
    planned = factories.make_contact(author=author, engagement=engagement, at=at + timedelta(hours=1), summary="Met.")
    chance = factories.make_contact(
        author=author, group=group, at=at, summary="They came.", has_promise=True, has_safety_problem=True
    )
    source = _source(world, at)
    planned.intermediary = source
    planned.save(update_fields=["intermediary"])
    promise = contacts.record_commitment(
        contact=chance, author="them", text="No levy.", check_on=at.date() + timedelta(days=9), by=by, at=at
    )
    return {
        group.pk: "group",
        label.pk: "label",
        known.pk: "somebody",
        threat.pk: "threat",
        draft.pk: "draft",
        submitted.pk: "submitted",
        engagement.request.pk: "dialogue",
        planned.pk: "planned",
        chance.pk: "contact",
        promise.pk: "commitment",
        source.pk: "source",
        Reveal._base_manager.get().pk: "reveal",
        Shredding._base_manager.get().pk: "shredding",
    }


def _source(world: World, at: datetime) -> Source:
    """Add a source that is handled by somebody whose role alone would not open it."""
    by, poc = access_for(world.people[HANDLER], at), world.people["poc_adviser"]
    mission = Mission.objects.get(code=HOME)
    source = sources.add_source(
        mission=mission, kind=Source.Kind.INTERMEDIARY, alternate=world.people[ALTERNATE], by=by, at=at
    )
    sources.record_consent(
        source=source, scope="To carry words.", language="French", given_on=at.date(), is_informed=True, by=by, at=at
    )
    sources.assess_source(
        source=source, exposure="Neighbours.", consequences="Threats.", protection="Night calls.", by=by, at=at
    )
    Reveal._base_manager.create(source=source, reason="To warn them.", asked_by=poc, asked_at=at)
    Shredding._base_manager.create(source=source, reason=Shredding.Reason.DANGER, asked_by=poc, asked_at=at)
    return source


def _copy(world: World, family: Family, name: str, place: Place) -> None:
    """Copy the family to a place: keys, references and texts of its own."""
    originals = {row.pk: row for row in family.rows}
    facts = {row.pk: _facts(world, family, name, place, row) for row in family.rows if isinstance(row, Record)}
    for row in family.rows:
        if isinstance(row, Record):
            keys = [column.attname for column in row._meta.concrete_fields if column.is_relation]
            named = [row.serializable_value(name) for name in keys]
            facts[row.pk]["names"] = [facts[pk]["reference"] for pk in named if pk in facts and pk != row.pk]
        root = facts[_record_of(row, originals).pk]
        copy = _copied(world, family, name, place, row, root)
        family.copies.setdefault(type(row), []).append(copy)
        _remember(world, family.names[row.pk], name, root, copy)


def _facts(world: World, family: Family, name: str, place: Place, row: Record) -> Facts:
    what = family.names[row.pk]
    code = _letters(f"{name} {what}", ALPHABET, 5)
    reference = f"{row.reference[:-5]}{code}"
    kind = "request" if what in {"draft", "submitted", "dialogue"} else row._meta.model_name
    facts = {
        "id": f"{name}: {what}",
        "kind": kind,
        "reference": reference,
        "mission": place.mission,
        "office": place.office,
        "marking": place.marking,
        "compartment": place.compartment,
        "author": place.author,
        "library": place.mission == LIBRARY,
        "place": name,
        "custodians": (HANDLER, ALTERNATE),
    }
    assert reference not in world.records
    world.records[reference] = facts
    return facts


def _record_of(row: models.Model, originals: Mapping[uuid.UUID, models.Model]) -> models.Model:
    """Return the record that a row hangs on, or itself."""
    while isinstance(row, PartOfRecord):
        row = originals[row.serializable_value(type(row).record.partition("__")[0])]
    return row


def _copied(world: World, family: Family, name: str, place: Place, row: models.Model, root: Facts) -> models.Model:
    values = {column.attname: row.serializable_value(column.attname) for column in row._meta.concrete_fields}
    for column in row._meta.concrete_fields:
        if column.primary_key or (column.is_relation and values[column.attname] in family.names):
            values[column.attname] = family.key(name, values[column.attname])
        elif column.related_model is Area and values[column.attname]:
            values[column.attname] = key("area", place.office or OFFICES[place.mission][0])
    if isinstance(row, Record):
        values |= {
            "reference": root["reference"],
            "mission_id": key("mission", place.mission),
            "office_id": key("office", place.office) if place.office else None,
            "marking": place.marking,
            "compartment_id": key("compartment", place.compartment) if place.compartment else None,
            "created_by_id": world.people[place.author].pk,
            "created_at": row.created_at + timedelta(minutes=list(PLACES).index(name)),
        }
    if "digest" in values:
        values["digest"] = hashlib.sha256(values["id"].bytes).hexdigest()
    _speak(world, row, values, root, family.names[row.pk])
    return type(row)(**values)


def _speak(world: World, row: models.Model, values: dict[str, Any], root: Facts, what: str) -> None:
    """Put a token into every text, and in place of every sentence that stands in JSON."""
    for column in texts_of(type(row)):
        name = f"{type(row).__name__}.{column.name}"
        if values[column.attname] or name not in STAYS_BLANK:
            values[column.attname] = world.token(root, f"{what} {name}")
    for column in row._meta.concrete_fields:
        if isinstance(column, models.JSONField):
            where = f"{what} {type(row).__name__}.{column.name}"
            values[column.attname] = _reworded(values[column.attname], where, partial(_said_anew, world, root))


SENTENCE = re.compile(r"\S+ \S+ .*|.*CNRY-.*", re.DOTALL)
REFERENCE = re.compile(rf"([A-Z])-(\d{{4}}-)?[{ALPHABET}]{{5}}")


def _said_anew(world: World, root: Facts, where: str, said: str) -> str:
    """Return a token for a sentence, and the reference of the copy for that of a record."""
    if SENTENCE.fullmatch(said):
        return world.token(root, where)
    if alike := REFERENCE.fullmatch(said):
        named = [root["reference"], *root["names"]]
        return next((reference for reference in named if reference.startswith(alike[1])), said)
    return said


def _reworded(content: Any, where: str, word: Callable[[str, str], str]) -> Any:
    """Return JSON in which every text was said anew."""
    if isinstance(content, dict):
        return {name: _reworded(value, f"{where}.{name}", word) for name, value in content.items()}
    if isinstance(content, list):
        return [_reworded(value, f"{where}.{number}", word) for number, value in enumerate(content)]
    return word(where, content) if isinstance(content, str) else content


def _remember(world: World, what: str, place: str, root: Facts, copy: models.Model) -> None:
    """Keep what an address can name."""
    where: dict[str, Any] = {"reference": root["reference"]}
    if what in {"draft", "submitted", "dialogue"}:
        where |= {"code": MEASURE, "gate": GATE, "section": "purpose"}
    elif what in {"label", "commitment", "reveal", "shredding"}:
        where[what] = copy.pk
    elif what not in {"group", "threat", "contact", "planned", "source"}:
        return
    world.things.append(Thing(place, what, root, where))


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
                world.facts[name]["grants"].append({"reference": reference, "until": grant["until"]})
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
