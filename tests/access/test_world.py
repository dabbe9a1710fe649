"""The world of the access tests: the same every time, and with a token in every text."""

import pytest
from django.db import transaction

from tests.access.families import models_of_content, texts_of
from tests.access.people import PEOPLE
from tests.access.places import PLACES
from tests.access.things import TOKEN
from tests.access.world import build_world

pytestmark = pytest.mark.django_db


def taken_away_again():
    with transaction.atomic():
        world = build_world()
        rows = [model._base_manager.order_by("pk").values_list() for model in models_of_content()]
        found = world.facts, world.records, world.canaries, [list(each) for each in rows]
        transaction.set_rollback(True)
    return found


def test_the_world_is_the_same_every_time():
    assert taken_away_again() == taken_away_again()


def test_every_text_of_every_record_is_a_token(world):
    without = []
    for model in models_of_content():
        for column in texts_of(model):
            for said in model._base_manager.values_list(column.name, flat=True):
                if said and not TOKEN.fullmatch(said):
                    without.append(f"{model.__name__}.{column.name}: {said}")

    assert without == []


def test_every_kind_of_content_stands_at_every_place(world):
    missing = [model.__name__ for model in models_of_content() if not model._base_manager.exists()]

    # Gates are answered and identities stored where a test needs them.
    assert set(missing) <= {"GateAnswer", "SourceIdentity"}
    assert {facts["place"] for facts in world.records.values()} == set(PLACES)
    assert len(world.people) == len(PEOPLE)


def test_no_token_stands_twice(world):
    found = []
    for model in models_of_content():
        for column in texts_of(model):
            found += [said for said in model._base_manager.values_list(column.name, flat=True) if said]

    assert len(found) == len(set(found)) <= len(world.canaries)


def test_a_world_can_do_without_some_of_its_records(db):
    smaller = build_world(leave_out={"foreign compartment", "marked higher"})

    assert {facts["place"] for facts in smaller.records.values()} == set(PLACES) - {
        "foreign compartment",
        "marked higher",
    }
