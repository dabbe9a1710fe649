"""The rule is tested by breaking it: each of its conditions is dropped or turned, and something has to notice.

`make test-access ARGS=break` writes docs/reference/access-mutants.md, which says what noticed.
"""

import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any
from uuid import UUID

from engagement.models import Request
from engagement.models.sources import PartOfSource, Source, circle
from missions import access as rule
from missions import postings as reading
from missions.access import Access, PartOfRecord, Record, ScopedQuerySet, counted
from missions.models import (
    Compartment,
    CompartmentMemberQuerySet,
    CompartmentQuerySet,
    EmergencyAccessQuerySet,
    Mission,
    MissionQuerySet,
    PostingQuerySet,
)
from missions.postings import access_for
from tests.access.families import models_of_content
from tests.access.matrix import AT_EVERY_PLACE, Bench, Cell, Outcome
from tests.access.places import NAMED
from tests.access.things import Thing, key

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "access-mutants.md"


@dataclass(frozen=True)
class Mutant:
    """One change of the rule: which words of which function become which, and what that means."""

    name: str
    function: Any
    old: str
    new: str


MUTANTS = (
    Mutant("a posting opens what is marked above its ceiling", rule.reach, ", marking__lte=posting.ceiling", ""),
    Mutant("a ceiling is read as a floor", rule.reach, "marking__lte=posting.ceiling", "marking__gte=posting.ceiling"),
    Mutant("a posting opens every mission", rule.reach, "mission_id=posting.mission_id, ", ""),
    Mutant("field staff read every office", rule.reach, "posting.role in OFFICE_BOUND and posting.office_id", "False"),
    Mutant("field staff do not read what has no office", rule.reach, " | where(office_id=None)", ""),
    Mutant("roles without content read it", rule.reach, "posting.role not in WITHOUT_CONTENT", "True"),
    Mutant("only roles without content read it", rule.reach, "not in WITHOUT_CONTENT", "in WITHOUT_CONTENT"),
    Mutant("one's own records do not open", rule.reach,
           "reached |= within & where(created_by_id=access.user_id)", "pass"),
    Mutant("one's own records open above the ceiling of their mission", rule.reach,
           "within & where(created_by_id=access.user_id)",
           "where(created_by_id=access.user_id, mission_id__in=access.mission_ids, marking__lte=access.ceiling)"),
    Mutant("one's own records open in a mission that one has left", rule.reach,
           "within & where(created_by_id=access.user_id)",
           "where(created_by_id=access.user_id, marking__lte=posting.ceiling)"),
    Mutant("everybody's records count as one's own", rule.reach, "where(created_by_id=access.user_id)", "Q()"),
    Mutant("every mission is a library", rule.reach, "mission__is_library=True, ", ""),
    Mutant("the library is closed", rule.reach, "mission__is_library=True", "mission__is_library=None"),
    Mutant("a grant opens what is marked above every ceiling", rule.reach,
           "pk__in=access.grants, marking__lte=access.ceiling", "pk__in=access.grants"),
    Mutant("a grant opens nothing", rule.reach, "if access.grants:", "if False:"),
    Mutant("compartments open to everybody", rule.reach,
           "reached &= where(compartment_id=None) | where(compartment_id__in=access.compartments)", "pass"),
    Mutant("a compartment opens to nobody", rule.reach, " | where(compartment_id__in=access.compartments)", ""),
    Mutant("what stands in no compartment closes", rule.reach, "where(compartment_id=None) | ", ""),
    Mutant("membership opens records by itself", rule.reach,
           "reached &= where(compartment_id=None) | where(compartment_id__in=access.compartments)",
           "reached = (reached & where(compartment_id=None)) | where(compartment_id__in=access.compartments)"),
    Mutant("travel mode lowers nothing", rule.reach, "if access.travel_ceiling is None else", "if True else"),
    Mutant("emergency access to a record opens every record of the mission", rule._in_emergency,
           ", reference=emergency.reference", ""),
    Mutant("emergency access to a record is bound by no ceiling", rule._in_emergency,
           "reference=emergency.reference, marking__lte=access.ceiling", "reference=emergency.reference"),
    Mutant("emergency access to a mission opens what is strictly confidential", rule._in_emergency,
           "min(Marking.CONFIDENTIAL, access.ceiling)", "access.ceiling"),
    Mutant("emergency access to a mission is bound by no ceiling of one's own", rule._in_emergency,
           "min(Marking.CONFIDENTIAL, access.ceiling)", "Marking.CONFIDENTIAL"),
    Mutant("emergency access opens every mission", rule._in_emergency,
           "where(mission_id=emergency.mission_id, marking__lte=ceiling)", "where(marking__lte=ceiling)"),
    Mutant("parts of records are open to all", PartOfRecord.visibility.__func__,
           'reach(access, through=f"{cls.record}__")', "Q()"),
    Mutant("records are open to all", Record.visibility.__func__, "reach(access)", "Q()"),
    Mutant("visible_to narrows nothing", ScopedQuerySet.visible_to,
           "self.filter(self.model.visibility(access))", "self"),
    Mutant("a source is known to every reader", Source.visibility.__func__, " & circle(access, KNOW_OF_SOURCE)", ""),
    Mutant("handler and alternate lose their source", circle, """Q(**{f"{through}handler_id": access.user_id})
        | Q(**{f"{through}alternate_id": access.user_id})
        | """, ""),
    Mutant("who knows of a source in one mission knows of all", circle, " and posting.role in wanted", ""),
    Mutant("a risk sheet is read by whoever knows of the source", PartOfSource.visibility.__func__,
           "cls.readers", "KNOW_OF_SOURCE"),
    Mutant("every mission is open to everybody", MissionQuerySet.open_to, "library | Q(pk__in=access.mission_ids)", ""),
    Mutant("the library is open to who serves nowhere", MissionQuerySet.open_to,
           " if access.postings else Q(pk__in=())", ""),
    Mutant("compartments are known to every leader", CompartmentQuerySet.visible_to,
           "posting.role == Role.HEAD_OF_MISSION", "True"),
    Mutant("compartments are known on the road", CompartmentQuerySet.visible_to,
           "access.travel_ceiling is not None", "False"),
    Mutant("headquarters counts above its ceiling", counted, 'f"{through}marking__lte": ceiling, ', ""),
    Mutant("headquarters counts what stands in compartments", counted, ', f"{through}compartment_id": None', ""),
    Mutant("everybody counts what headquarters counts", counted,
           "p.mission_id is None and p.role in WITHOUT_CONTENT", "True"),
    Mutant("headquarters takes its figures on the road", counted, "access.travel_ceiling is not None", "False"),
    Mutant("a closed account still opens", reading.access_for, "if not user.is_active:", "if False:"),
    Mutant("travel mode takes circles, grants and emergencies along", reading._needs_to_know,
           "user.travel_ceiling is not None", "False"),
    Mutant("a grant has no end", reading._grants, ", expires_at__gt=at", ""),
    Mutant("a grant opens to everybody", reading._grants, "user=user, expires_at__gt=at", "expires_at__gt=at"),
    Mutant("a grant outlives the posting of its reader", reading._grants, "~Exists(left) | ", "~Q(pk=None) | "),
    Mutant("a grant outlives a posting at headquarters", reading._grants, " | Q(mission=None)", ""),
    Mutant("a grant closes though its reader still serves there", reading._grants, " | Exists(held.live(at))", ""),
    Mutant("a grant opens to nobody who has served there before", reading._grants,
           'ends_at__gt=OuterRef("granted_at"), ', ""),
    Mutant("a posting has no end", PostingQuerySet.live, "filter(Q(ends_at=None) | Q(ends_at__gt=at))", "all()"),
    Mutant("a posting still opens in its last moment", PostingQuerySet.live, "ends_at__gt=at", "ends_at__gte=at"),
    Mutant("a posting opens before it starts", PostingQuerySet.live, "filter(starts_at__lte=at)", "all()"),
    Mutant("one owner lets somebody into a compartment alone", CompartmentMemberQuerySet.live,
           "confirmed_at__isnull=False, ", ""),
    Mutant("membership has no end", CompartmentMemberQuerySet.live, ", ends_at__gt=at", ""),
    Mutant("membership opens before it starts", CompartmentMemberQuerySet.live, "starts_at__lte=at, ", ""),
    Mutant("a compartment stays open to who has left its mission", reading._opened_to,
           ", compartment__mission__in=served", ""),
    Mutant("emergency access outlives the posting", reading._opened_to, "user=user, mission__in=served", "user=user"),
    Mutant("emergency access has no end", EmergencyAccessQuerySet.live, "ends_at__gt=at, ", ""),
    Mutant("emergency access that was closed still opens", EmergencyAccessQuerySet.live, ", closed_at=None", ""),
)  # fmt: skip


@contextmanager
def broken(mutant: Mutant) -> Iterator[None]:
    """Put the changed function in place of the right one, for whoever has imported it."""
    function: FunctionType = mutant.function
    source = textwrap.dedent(inspect.getsource(function)).removeprefix("@classmethod\n")
    if source.count(mutant.old) != 1:
        raise LookupError(f"{mutant.old!r} does not stand once in {function.__qualname__}: mend the mutant")
    changed = compile(source.replace(mutant.old, mutant.new), function.__code__.co_filename, "exec")
    space: dict[str, Any] = {}
    exec(changed, function.__globals__, space)
    right, function.__code__ = function.__code__, space[function.__name__].__code__
    try:
        yield
    finally:
        function.__code__ = right


# --- What notices --------------------------------------------------------------------------------------------------


def records_that_open(bench: Bench) -> Iterator[Cell | str]:
    """Compare, for each person and each kind of content, what opens with what the matrix says.

    Yields a cell of the matrix where a page shows the difference, and words where none does.
    """
    whole = [model for model in models_of_content() if issubclass(model, Record)]
    parts = [model for model in models_of_content() if not issubclass(model, Record)]
    for models in (whole, parts):
        # Those at the edges of the rule first: most changes show with them.
        for name, user in reversed(bench.world.people.items()):
            access = access_for(user, bench.world.at)
            for model in models:
                yield from _differences(bench, name, access, model)


def _differences(bench: Bench, name: str, access: Access, model: Any) -> Iterator[Cell | str]:
    path = "" if issubclass(model, Record) else f"{model.record}__"
    opened = set(model.objects.visible_to(access).order_by().values_list(f"{path}reference", flat=True))
    person, records = bench.world.facts[name], bench.world.records
    expected = {
        reference for reference in bench.references[model] if bench.may(person, records[reference], model.__name__)
    }
    pages = {about: route for route, about in AT_EVERY_PLACE.items()}
    for reference in sorted(opened ^ expected):
        facts = records[reference]
        about = facts["id"].partition(": ")[2]
        if about in pages and facts["place"] in NAMED:
            yield Cell(pages[about], "GET", name, facts["place"], about)
        yield f"{model.__name__} as {name}: {facts['id']}"


def figures_of_headquarters(bench: Bench) -> Iterator[str]:
    """Compare what is counted for each person with what headquarters may count."""
    for name, user in bench.world.people.items():
        access, person = access_for(user, bench.world.at), bench.world.facts[name]
        counted_here = Request.objects.unscoped("a test counts").filter(counted(access))
        for reference in counted_here.values_list("reference", flat=True):
            if not bench.oracle.counts(person, bench.world.records[reference]):
                yield f"counted as {name}: {bench.world.records[reference]['id']}"


def missions_and_compartments(bench: Bench) -> Iterator[str]:
    """Compare the missions and the compartments that are open to each person with what the matrix says."""
    asked = ((Mission.objects.open_to, "mission", "mission", bench.oracle.is_open),
             (Compartment.objects.visible_to, "compartment", "compartment", bench.oracle.knows_of))  # fmt: skip
    for name, user in bench.world.people.items():
        access, person = access_for(user, bench.world.at), bench.world.facts[name]
        for look, about, where, may in asked:
            opened = {row.pk for row in look(access)}
            for thing in bench.world.things:
                if thing.about == about and (_key(thing) in opened) != may(person, thing.facts):
                    yield f"{where} as {name}: {thing.place}"


def _key(thing: Thing) -> UUID:
    return thing.address["compartment"] if thing.about == "compartment" else key("mission", thing.place)


DETECTORS: dict[str, Callable[[Bench], Iterator[Cell | str]]] = {
    "records that open": records_that_open,
    "figures of headquarters": figures_of_headquarters,
    "missions and compartments": missions_and_compartments,
}


def caught_by(bench: Bench, mutant: Mutant) -> str:
    """Return what notices a mutant first, or nothing: a page of the matrix where there is one."""
    with broken(mutant):
        for title, detector in DETECTORS.items():
            try:
                found = next(detector(bench), None)
            except Exception as error:
                return f"{title}: {type(error).__name__}"
            if found is not None:
                return f"{title}: {_on_a_page(bench, found)}"
    return ""


def _on_a_page(bench: Bench, found: Cell | str) -> str:
    if isinstance(found, str):
        return found
    outcome = Outcome()
    bench.judge(found, outcome)
    wrong = [*outcome.leaks, *outcome.wrong_refusals]
    return f"`{wrong[0]}`" if wrong else str(found)


def page_of(caught: dict[str, str]) -> str:
    """Return the page that says what noticed which mutant."""
    lines = [
        "# The rule broken on purpose, and what notices",
        "",
        "Each line is one condition of the rule of visibility, dropped or turned, and the first thing that noticed: a",
        "cell of the [permission matrix](access-matrix.yml), or a comparison of what opens to a person with what the",
        "matrix says. The tests fail when one of these changes goes unnoticed. Written by",
        "`make test-access ARGS=break`.",
        "",
        "| What was broken | What noticed |",
        "| --- | --- |",
    ]
    return "\n".join([*lines, *(f"| {name} | {what or 'nothing'} |" for name, what in caught.items())]) + "\n"
