"""Recording threats to civilians."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from audit import log
from audit.models import Kind
from missions.access import Access, Marking
from missions.models import Area, Compartment, Mission, Office
from missions.references import new_reference
from missions.refusals import refuse_if_any
from nsags.models import Group
from protection import policies
from protection.models import FRESH_FOR, ThreatAssessment


@transaction.atomic
def assess_threat(
    *,
    mission: Mission,
    office: Office | None = None,
    title: str,
    people_at_risk: str,
    intent: int,
    capability: int,
    opportunity: int,
    impact: int,
    area: Area | None = None,
    group: Group | None = None,
    early_signs: str = "",
    dissent: str = "",
    assessed_on: date | None = None,
    valid_until: date | None = None,
    marking: int = Marking.CONFIDENTIAL,
    compartment: Compartment | None = None,
    by: Access,
    at: datetime,
) -> ThreatAssessment:
    """Record an assessment, valid for 90 days unless said otherwise.

    A threat by a group is kept at least as close as the group itself: its office, marking and compartment carry over.
    """
    group = Group.objects.visible_to(by).select_related("office").get(pk=group.pk) if group else None
    office = (group.office if group else None) or office
    marking = max(marking, group.marking) if group else marking
    assessed_on = assessed_on or at.date()
    valid_until = valid_until or assessed_on + FRESH_FOR
    refuse_if_any(
        policies.assess_threat(
            mission=mission,
            area=area,
            group=group,
            compartment=compartment,
            title=title,
            people_at_risk=people_at_risk,
            levels=(intent, capability, opportunity, impact),
            assessed_on=assessed_on,
            valid_until=valid_until,
            marking=marking,
            by=by,
            at=at,
        )
    )
    threat = ThreatAssessment.objects.create(
        reference=new_reference(ThreatAssessment, "T"),
        mission=mission,
        office=office,
        marking=marking,
        compartment_id=_circle(group, compartment),
        created_by=by.user,
        created_at=at,
        title=title.strip(),
        people_at_risk=people_at_risk,
        area=area,
        group=group,
        intent=intent,
        capability=capability,
        opportunity=opportunity,
        impact=impact,
        early_signs=early_signs,
        dissent=dissent,
        assessed_on=assessed_on,
        valid_until=valid_until,
    )
    log.record(Kind.THREAT_ASSESSED, target=threat, by=by, at=at)
    return threat


def _circle(group: Group | None, compartment: Compartment | None) -> UUID | None:
    """Return the compartment that the group stands in, or else the one that the author chose."""
    if group is not None and group.compartment_id:
        return group.compartment_id
    return compartment.pk if compartment else None
