"""The oracle: a second statement of who may see and do what, in plain Python.

It reads docs/reference/access-matrix.yml and knows people and records as plain facts. It imports nothing of the
application, neither its models nor its rule (a test reads its imports), so that a mistake there is not repeated here.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

MATRIX = Path(__file__).resolve().parents[2] / "docs" / "reference" / "access-matrix.yml"

Facts = Mapping[str, Any]

# What an answer can be. "elsewhere" is a page for this person, "told" a page that says why not.
OK, HIDDEN, FORBIDDEN, WRONG_METHOD, SIGN_IN, ELSEWHERE, TOLD = (
    "ok",
    "404",
    "403",
    "405",
    "sign in",
    "elsewhere",
    "told",
)
HEADQUARTERS = None
READING = {"GET", "HEAD", "OPTIONS"}


def read_matrix(path: Path = MATRIX) -> dict[str, Any]:
    """Return the matrix as it is written."""
    matrix: dict[str, Any] = yaml.safe_load(path.read_text())
    return matrix


class Oracle:
    """Judges by the matrix, at one moment."""

    def __init__(self, matrix: Mapping[str, Any], at: datetime) -> None:
        self.matrix = matrix
        self.at = at
        self.roles = matrix["roles"]
        self.routes = matrix["routes"]
        self.opens_too = matrix["opens_too"]
        self.narrowed_by = matrix["narrowed_by"]

    # --- Part 1: records ---

    def is_signed_in(self, person: Facts | None) -> bool:
        """Say whether somebody has an account that is open."""
        return person is not None and person["is_active"]

    def postings(self, person: Facts | None) -> list[Facts]:
        """Return the postings in force."""
        if person is None or not person["is_active"]:
            return []
        return [held for held in person["postings"] if self._holds(held["from"], held["until"])]

    def _holds(self, since: datetime, until: datetime | None) -> bool:
        return since <= self.at and (until is None or self.at < until)

    def highest(self, person: Facts) -> int:
        """Return the highest ceiling that a person has anywhere."""
        return max(held["ceiling"] for held in self.postings(person))

    def sees(self, person: Facts | None, record: Facts) -> bool:
        """Say whether a person may see a record."""
        if person is None or not self.postings(person):
            return False
        if not (self._by_posting(person, record) or self._otherwise(person, record)):
            return False
        if record["kind"] == "source" and not self._knows_of_source(person, record, "known_to"):
            return False
        return self._is_in_circle(person, record) and self._may_travel_with(person, record)

    def _by_posting(self, person: Facts, record: Facts) -> bool:
        return any(self._opens(held, record) for held in self.postings(person))

    def _opens(self, held: Facts, record: Facts) -> bool:
        """Say whether one posting opens a record, as long as nothing narrows it."""
        if held["mission"] != record["mission"] or record["marking"] > held["ceiling"]:
            return False
        reads = self.roles[held["role"]]["reads"]
        return reads == "mission" or (reads == "office" and record["office"] in {held["office"], None})

    def _otherwise(self, person: Facts, record: Facts) -> bool:
        ways = {
            "own_record": self._wrote(person, record),
            "grant": self._was_let_in(person, record),
            "emergency_on_a_record": self._broke_glass(person, record, record["reference"]),
            "emergency_on_a_mission": self._broke_glass(person, record, ""),
            "library": bool(record["library"]),
        }
        return any(ways[way] and self._below_ceiling(person, record, terms) for way, terms in self.opens_too.items())

    def _below_ceiling(self, person: Facts, record: Facts, terms: Facts) -> bool:
        ceiling = self.highest(person)
        if terms["ceiling"] == "of the mission":
            here = [held["ceiling"] for held in self.postings(person) if held["mission"] == record["mission"]]
            ceiling = max(here, default=-1)
        if "at_most" in terms:
            ceiling = min(ceiling, self.matrix["markings"][terms["at_most"]])
        return bool(record["marking"] <= ceiling)

    def _wrote(self, person: Facts, record: Facts) -> bool:
        serves_there = any(held["mission"] == record["mission"] for held in self.postings(person))
        return serves_there and record["author"] == person["name"]

    def _was_let_in(self, person: Facts, record: Facts) -> bool:
        if self._travels_without(person, "grants"):
            return False
        given = [g for g in person["grants"] if g["reference"] == record["reference"] and self.at < g["until"]]
        return any(not self._has_left_since(person, record, grant["from"]) for grant in given)

    def _has_left_since(self, person: Facts, record: Facts, since: datetime) -> bool:
        """Say whether a person has left the mission of a record, or headquarters, for good since that moment."""
        held = [one for one in person["postings"] if one["mission"] in {record["mission"], HEADQUARTERS}]
        left = any(one["until"] is not None and since < one["until"] <= self.at for one in held)
        return left and not any(self._holds(one["from"], one["until"]) for one in held)

    def _broke_glass(self, person: Facts, record: Facts, reference: str) -> bool:
        serves_there = any(held["mission"] == record["mission"] for held in self.postings(person))
        if self._travels_without(person, "emergencies") or not serves_there:
            return False
        return any(
            opened["mission"] == record["mission"]
            and opened["reference"] == reference
            and opened["closed"] is None
            and self._holds(opened["from"], opened["until"])
            for opened in person["emergencies"]
        )

    def _is_in_circle(self, person: Facts, record: Facts) -> bool:
        return record["compartment"] is None or record["compartment"] in self.circles(person)

    def circles(self, person: Facts | None) -> set[str]:
        """Return the compartments that are open to a person."""
        if person is None or not self.postings(person) or self._travels_without(person, "compartments"):
            return set()
        served = {held["mission"] for held in self.postings(person)}
        return {
            held["compartment"]
            for held in person["memberships"]
            if held["confirmed"] and self._holds(held["from"], held["until"]) and held["mission"] in served
        }

    def knows_of(self, person: Facts | None, compartment: Facts) -> bool:
        """Say whether a person may learn that a compartment exists: who is inside, and the head of its mission."""
        if person is None or person["travels_with"] is not None:
            return False
        heads = [held for held in self.postings(person) if held["role"] == "head_of_mission"]
        leads_there = any(held["mission"] == compartment["mission"] for held in heads)
        return leads_there or compartment["compartment"] in self.circles(person)

    def _owns(self, person: Facts, compartment: Facts) -> bool:
        owned = {held["compartment"] for held in person["memberships"] if held["owner"]}
        return compartment["compartment"] in owned & self.circles(person)

    def _may_travel_with(self, person: Facts, record: Facts) -> bool:
        return person["travels_with"] is None or record["marking"] <= person["travels_with"]

    def _travels_without(self, person: Facts, what: str) -> bool:
        return person["travels_with"] is not None and what in self.narrowed_by["travel"]["leaves_at_home"]

    def _knows_of_source(self, person: Facts, source: Facts, what: str) -> bool:
        """Say whether a person deals with a source, or holds a role that needs to know of it."""
        needs_to = self.narrowed_by["sources"][what]
        held = {one["role"] for one in self.postings(person) if one["mission"] == source["mission"]}
        return person["name"] in source["custodians"] or bool(held & set(needs_to))

    # --- What may stand on a page ---

    def may_read(self, person: Facts | None, what: Facts, field: str = "") -> bool:
        """Say whether a text of this record, or of something else, may reach a person."""
        kind = what["kind"]
        if kind == "own words":
            return person is not None and person["name"] == what["person"] and self._opens_registers(person)
        if kind == "emergency":
            return person is not None and self._is_concerned(person, what)
        if kind == "compartment":
            return self.knows_of(person, what)
        if kind == "member":
            return what["compartment"] in self.circles(person)
        if kind == "mission":
            return self.is_open(person, what)
        if kind == "source" and field.endswith("SourceIdentity"):
            return False
        if kind == "source" and any(part in field for part in self.narrowed_by["sources"]["sheet"]):
            return self.sees(person, what) and self._knows_of_source(person or {}, what, "sheet_read_by")
        return self.sees(person, what)

    def _reviews_emergencies(self, person: Facts | None, what: Facts) -> bool:
        reviewers = set(self.matrix["reviews_emergencies"])
        return any(held["role"] in reviewers and held["mission"] == what["mission"] for held in self.postings(person))

    def may_meet(self, person: Facts | None, record: Facts) -> bool:
        """Say whether the reference of a record may reach a person, who reads it or counts it."""
        return self.sees(person, record) or self.counts(person, record) or self._was_asked_for(person, record)

    def _was_asked_for(self, person: Facts | None, record: Facts) -> bool:
        """Say whether somebody wrote this reference themselves when they broke the glass."""
        return (person or {}).get("name") in record.get("asked_for_by", ())

    def tells_of(self, record: Facts, named: Facts) -> bool:
        """Say whether a record may tell its readers the name of another one that it is about."""
        walls = named["marking"] <= record["marking"] and named["compartment"] in {record["compartment"], None}
        return walls and named["kind"] in self.matrix["names"] and named["reference"] in record["names"]

    def is_a_name(self, field: str) -> bool:
        """Say whether a field is one of the names that a record may tell of another."""
        return any(field.endswith(name) for name in self.matrix["names"].values())

    def counts(self, person: Facts | None, record: Facts) -> bool:
        """Say whether a person at headquarters counts a record, which nobody there may read."""
        ceilings = [
            held["ceiling"]
            for held in self.postings(person)
            if held["mission"] is HEADQUARTERS and held["role"] in self.matrix["headquarters"]
        ]
        counted = record["compartment"] is None and record["marking"] <= max(ceilings, default=-1)
        return counted and person is not None and self._may_travel_with(person, record)

    def is_open(self, person: Facts | None, mission: Facts) -> bool:
        """Say whether the pages of a mission are open to a person."""
        held = self.postings(person)
        serves_there = any(one["mission"] in {mission["mission"], HEADQUARTERS} for one in held)
        return serves_there or (bool(held) and mission["library"])

    # --- Part 2: addresses ---

    def answer(self, person: Facts | None, name: str, method: str, what: Facts | None) -> str:
        """Return what a person is answered at an address; `what` is None where the address names nothing that exists.

        An address that names nothing at all is asked with an empty mapping.
        """
        route = self.routes[name]
        if person and method not in READING and self.may_only_read(person) and not self._in_any_case(name):
            return FORBIDDEN
        if route["who"] == "everybody":
            return OK if method in self.methods(name) else WRONG_METHOD
        if route["who"] == "nobody":
            return HIDDEN if method in self.methods(name) else WRONG_METHOD
        if person is None or not self.is_signed_in(person):
            return FORBIDDEN if name.startswith("api:") else SIGN_IN
        if method not in self.methods(name):
            return WRONG_METHOD
        if method == "OPTIONS":
            return OK
        if what is None or not self._is_answered(person, route, what) or self._is_shut_on_the_road(person, name):
            return HIDDEN
        if "needs" in route and not self._has(self._by(person, route, what), route["needs"], what):
            return str(route.get("otherwise", HIDDEN))
        return OK

    def _by(self, person: Facts, route: Facts, what: Facts) -> Facts:
        """Return a person with those postings alone that count at an address."""
        if "by" not in route:
            return person
        return {**person, "postings": [held for held in self.postings(person) if self._opens(held, what)]}

    def _is_shut_on_the_road(self, person: Facts, name: str) -> bool:
        return person["travels_with"] is not None and name in self.narrowed_by["travel"]["shuts"]

    def may_only_read(self, person: Facts) -> bool:
        """Say whether emergency access is open to a person, who sends nothing meanwhile."""
        if not self.postings(person) or self._travels_without(person, "emergencies"):
            return False
        served = {held["mission"] for held in self.postings(person)}
        opened = [one for one in person["emergencies"] if one["mission"] in served]
        live = [one for one in opened if self._holds(one["from"], one["until"])]
        return any(one["closed"] is None for one in live)

    def _in_any_case(self, name: str) -> bool:
        kept = self.narrowed_by["emergency"]
        return name in kept["sends_only"] or name.startswith(kept["own_affairs"])

    def methods(self, name: str) -> list[str]:
        """Return what an address takes."""
        found: list[str] = self.routes[name].get("methods", ["GET"])
        return found

    def _is_answered(self, person: Facts, route: Facts, what: Facts) -> bool:
        who = route["who"]
        if who == "signed in":
            return True
        if who == "serving":
            return bool(self.postings(person))
        if who == "open mission":
            return self.is_open(person, what)
        if who == "knows":
            return self.knows_of(person, what)
        if who == "concerned":
            return self._is_concerned(person, what)
        if who == "auditor there":
            return self._audits(person, what)
        if who == "reader":
            return self.sees(person, what)
        raise ValueError(f"the matrix does not say who {who!r} is")

    def _is_concerned(self, person: Facts, what: Facts) -> bool:
        opened_it = bool(what["person"] == person["name"])
        return (opened_it or self._reviews_emergencies(person, what)) and self._opens_registers(person)

    def _opens_registers(self, person: Facts) -> bool:
        """Say whether unsent words, registers and the log open: they count as this marking."""
        least = self.matrix["markings"][self.narrowed_by["travel"]["registers_count_as"]]
        return person["travels_with"] is None or least <= person["travels_with"]

    def _audits(self, person: Facts, what: Facts) -> bool:
        return self._opens_registers(person) and any(
            held["role"] == "auditor" and held["mission"] in {what["mission"], HEADQUARTERS}
            for held in self.postings(person)
        )

    def may_change(self, person: Facts | None, name: str, what: Facts | None) -> bool:
        """Say whether a POST of this person at this address may change anything."""
        if person is None or self.answer(person, name, "POST", what) != OK:
            return self.routes[name]["who"] == "everybody" and self.routes[name].get("changes") != "nobody"
        return "changes" not in self.routes[name] or self._has(person, self.routes[name]["changes"], what)

    def _has(self, person: Facts, needed: str | Iterable[str], what: Facts | None) -> bool:
        if not isinstance(needed, str):
            return any(self._has(person, each, what) for each in needed)
        here = self._roles_at(person, what)
        if needed == "nobody":
            return False
        if needed == "headquarters":
            return any(held["role"] in self.matrix["headquarters"] for held in self.postings(person))
        if needed == "substance":
            return any(
                held["mission"] and self.roles[held["role"]]["reads"] != "nothing" for held in self.postings(person)
            )
        if needed == "owner":
            return what is not None and self._owns(person, what)
        if needed == "oneself":
            return what is not None and what["person"] == person["name"]
        if needed == "custodian":
            return what is not None and person["name"] in what["custodians"]
        if needed == "adviser":
            return bool(here & {*self.matrix["advisers"], "headquarters_desk"})
        if needed == "leadership":
            return bool(here & set(self.matrix["leadership"]))
        if needed == "author":
            return what is not None and what.get("author") == person["name"]
        if needed == "writer":
            author = what is not None and what.get("author") == person["name"]
            return "poc_adviser" in here or (author and self._has(person, "propose_request", what))
        if needed in self.roles:
            return needed in here
        return any(needed in self.roles[role]["may"] for role in here)

    def _roles_at(self, person: Facts, what: Facts | None) -> set[str]:
        """Return the roles that count at an address: those of its mission and of headquarters, or all of a mission."""
        held = self.postings(person)
        if what and "mission" in what:
            return {one["role"] for one in held if one["mission"] in {what["mission"], HEADQUARTERS}}
        return {one["role"] for one in held if one["mission"] is not HEADQUARTERS}
