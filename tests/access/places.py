"""Where the records of the access tests stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.access.people import HOME, LIBRARY, NEXT_DOOR, OFFICES, SC, C, U

AUTHOR = "predecessor"


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
