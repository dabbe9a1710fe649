"""One family of records (a group, a threat, requests in three states, a dialogue, contacts, a promise), and its copies.

It is written through the services that staff use, read back and taken away again; a copy has keys, references and texts
of its own, and stands at a place. Every text is a token that stands nowhere else.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.apps import apps
from django.db import models, transaction

from engagement.models import RequestStatus, Reveal, Shredding, Source
from engagement.services import contacts, sources
from missions.access import PartOfRecord, Record
from missions.models import (
    Area,
    Mission,
)
from missions.postings import access_for
from missions.references import ALPHABET
from nsags import services as nsags
from nsags.models import Label
from tests import factories
from tests.access.people import HOME, LIBRARY, OFFICES, Facts
from tests.access.places import PLACES, Place
from tests.access.things import Thing, World, key, letters

AUTHOR_OF_THE_FIRST = "field_staff"
MEASURE, GATE, FACTOR = "M-01", "G-19", "SEC-02"
HANDLER, ALTERNATE = "political_adviser", "poc_adviser"

# Short words, codes and hashes that carry no content of their own.
NOT_A_TEXT = re.compile(r"reference|\w*(digest|ruleset|hash|factor|code|gate|role|language|rule_advice|confidence)")
# A blank here means something: that a measure is not verified, that a level is known.
STAYS_BLANK = {
    "Measure.evidence",
    "Answer.why_unknown",
    "Answer.source",
    "RecordedLevel.why_unknown",
    "Decision.deferred_event",
}


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


def family_of(world: World) -> Family:
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
    known = nsags.add_person(mission=group.mission, name="Commander of the zone", checked_on=at.date(), by=by, at=at)
    nsags.join_group(group=group, person=known, role="Commander", by=by, at=at)
    threat = factories.make_threat(author=author, group=group, at=at)
    case: dict[str, Any] = {"author": author, "group": group, "threat": threat, "at": at}
    case["measures"] = {MEASURE: "Head of office"}
    draft = factories.make_request(**case, title="The first road")
    submitted = factories.make_request(
        **case, title="The second road", status=RequestStatus.IN_ADVICE, involves_detainees=True
    )
    factories.advise(submitted, "poc_adviser", at=at)
    submitted = factories.worsen(submitted, at=at)
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


def copy_to(world: World, family: Family, name: str, place: Place) -> None:
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
    code = letters(f"{name} {what}", ALPHABET, 5)
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
        where |= {"code": MEASURE, "gate": GATE, "section": "purpose", "factor": FACTOR}
    elif what in {"label", "commitment", "reveal", "shredding"}:
        where[what] = copy.pk
    elif what not in {"group", "threat", "contact", "planned", "source"}:
        return
    world.things.append(Thing(place, what, root, where))
