"""Who may assess threats to civilians: each rule yields the reasons against."""

from collections.abc import Iterator
from datetime import date, datetime

from django.utils.translation import gettext as _

from missions.access import Access, Marking
from missions.dates import day_in_words
from missions.models import Area, Compartment, Mission
from missions.policies.compartments import draft_inside
from missions.refusals import Refusal
from missions.roles import Permission
from nsags.models import Group
from protection.models import FRESH_FOR


def assess(mission: Mission, by: Access) -> Iterator[Refusal]:
    """Say why that person does not assess threats in the mission."""
    if not by.may(Permission.ASSESS_THREAT, mission.pk):
        yield Refusal("not_assessor", _("You do not assess threats in this mission. Ask the POC adviser."))


def assess_threat(
    *,
    mission: Mission,
    area: Area | None,
    group: Group | None,
    compartment: Compartment | None,
    title: str,
    people_at_risk: str,
    levels: tuple[int, ...],
    assessed_on: date,
    valid_until: date,
    marking: int,
    by: Access,
    at: datetime,
) -> Iterator[Refusal]:
    """Say why this assessment cannot be recorded by that person."""
    yield from assess(mission, by)
    ceilings = [posting.ceiling for posting in by.postings if posting.mission_id == mission.pk]
    if marking > max(ceilings, default=Marking.UNCLASSIFIED):
        yield Refusal("above_ceiling", _("You may not write at this marking. Choose a lower one."), "marking")
    if not title.strip():
        yield Refusal("no_title", _("Say in a few words what threatens whom, and where."), "title")
    if not people_at_risk.strip():
        yield Refusal("no_people", _("Say who may be harmed, and about how many."), "people_at_risk")
    if not all(0 <= level <= 4 for level in levels):
        yield Refusal("out_of_range", _("Choose a level from 0 to 4."))
    if area is not None and area.mission_id != mission.pk:
        yield Refusal("area_elsewhere", _("This area is not in the mission. Choose one that is."), "area")
    if group is not None and group.mission_id != mission.pk:
        yield Refusal("group_elsewhere", _("This group is not in the mission. Choose one that is."), "group")
    elif group is not None and group.compartment_id and compartment and group.compartment_id != compartment.pk:
        yield Refusal(
            "other_circle", _("Another circle of people holds this group. Choose that circle."), "compartment"
        )
    yield from draft_inside(mission, compartment, by)
    if assessed_on > at.date():
        yield Refusal("future", _("The day of the assessment is in the future."), "assessed_on")
    if valid_until <= assessed_on:
        yield Refusal("ends_first", _("Enter a day after the assessment: it must be valid for a while."), "valid_until")
    elif valid_until > assessed_on + FRESH_FOR:
        latest = day_in_words(assessed_on + FRESH_FOR)
        sentence = _("An assessment stands for 90 days at most. Enter %(day)s or an earlier day.") % {"day": latest}
        yield Refusal("too_long", sentence, "valid_until")
