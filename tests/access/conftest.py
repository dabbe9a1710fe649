"""The world of the access tests, and the bench at which its people ask."""

from collections.abc import Iterator
from unittest import mock

import pytest
from django.utils import timezone

from tests.access.matrix import Bench
from tests.access.things import World
from tests.access.world import build_world
from tests.leaks.watch import leaks_expected


@pytest.fixture
def world(db: None) -> World:
    """The whole world."""
    return build_world()


@pytest.fixture
def bench(world: World) -> Iterator[Bench]:
    """Everybody signed in; what reaches them is judged by the matrix, and by nobody else."""
    with mock.patch.object(timezone, "now", return_value=world.at), leaks_expected():
        yield Bench(world)
