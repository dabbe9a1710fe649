"""Taking a table out of Parley: what the person may see at that moment, on record before it leaves."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit import log
from audit.models import Kind
from engagement.exports import sheet
from engagement.models import Contact, Export, Request, RequestStatus
from engagement.paper.words import band_code, band_word
from engagement.policies import exports as policies
from engagement.services.sealing import sealed_for
from missions.access import Access, Marking, ScopedQuerySet
from missions.models import Mission
from missions.refusals import refuse_if_any
from nsags.models import Group

Row = list[str]


@transaction.atomic
def export(
    *,
    of: str,
    mission: Mission,
    starts_on: date | None,
    ends_on: date | None,
    purpose: str,
    recipient: str,
    by: Access,
    at: datetime,
) -> tuple[Export, bytes]:
    """Write the file, and record who took what for whom; nothing of a compartment and no name of a source is in it."""
    refuse_if_any(policies.export(of=of, mission=mission, purpose=purpose, recipient=recipient, by=by))
    found = (_requests if of == Export.Of.REQUESTS else _contacts)(by, mission)
    day = "created_at" if of == Export.Of.REQUESTS else "happened_at"
    found = _between(found, day, mission, starts_on, ends_on).order_by(f"-{day}", "reference")
    records = list(found[: policies.most_rows(by, mission) + 1])
    refuse_if_any(policies.fits(len(records), mission=mission, by=by))
    made = Export.objects.create(
        mission=mission,
        of=of,
        purpose=purpose,
        recipient=recipient,
        rows=len(records),
        marking=max((record.marking for record in records), default=Marking.UNCLASSIFIED),
        made_by=by.user,
        made_at=at,
    )
    log.record(Kind.EXPORTED, target=made, by=by, at=at, fields=[of])
    header, rows = (_request_rows if of == Export.Of.REQUESTS else _contact_rows)(by, records)
    return made, sheet(header, rows, _footer(made))


def _requests(by: Access, mission: Mission) -> ScopedQuerySet:
    """Return what the list of requests shows of a mission, without what is still being written."""
    open_ones = Request.objects.visible_to(by).filter(mission=mission, compartment=None)
    return open_ones.exclude(status=RequestStatus.DRAFT).select_related("office", "assessment")


def _contacts(by: Access, mission: Mission) -> ScopedQuerySet:
    """Return what the list of contacts shows of a mission."""
    open_ones = Contact.objects.visible_to(by).filter(mission=mission, compartment=None)
    return open_ones.select_related("area", "engagement")


def _between(
    found: ScopedQuerySet, day: str, mission: Mission, starts_on: date | None, ends_on: date | None
) -> ScopedQuerySet:
    """Keep what lies between two days of the mission's own calendar."""
    if starts_on:
        found = found.filter(**{f"{day}__gte": datetime.combine(starts_on, datetime.min.time(), mission.zone)})
    if ends_on:
        after = datetime.combine(ends_on + timedelta(days=1), datetime.min.time(), mission.zone)
        found = found.filter(**{f"{day}__lt": after})
    return found


def _request_rows(by: Access, records: list[Request]) -> tuple[Row, Iterable[Row]]:
    names, sealed = _group_names(by, records), sealed_for(by, records)
    header = [_("Reference"), _("Title"), _("Group"), _("Office"), _("State"), _("Urgent"), _("Overall risk"),
              _("Submitted (UTC)"), _("Advice by (UTC)"), _("Decide by (UTC)"), _("Marking")]  # fmt: skip
    return header, [
        [
            record.reference,
            record.title,
            _group(record, names),
            record.office.name if record.office else "",
            str(record.get_status_display()),
            str(_("Yes") if record.is_urgent else _("No")),
            band_word(band_code(record.assessment.overall)) if record.assessment and record.pk not in sealed else "",
            _moment(record.submitted_at),
            _moment(record.advice_due_at),
            _moment(record.decide_by),
            str(record.get_marking_display()),
        ]
        for record in records
    ]


def _contact_rows(by: Access, records: list[Contact]) -> tuple[Row, Iterable[Row]]:
    names = _group_names(by, records)
    under = [record.engagement.request_id for record in records if record.engagement]
    seen = Request.objects.visible_to(by).filter(pk__in=under, compartment=None)
    approvals = dict(seen.values_list("pk", "reference"))
    header = [_("Reference"), _("When (UTC)"), _("Group"), _("How"), _("Area"), _("Path"), _("Under"),
              _("Classified as"), _("Marking")]  # fmt: skip
    return header, [
        [
            record.reference,
            _moment(record.happened_at),
            _group(record, names),
            str(record.get_modality_display()),
            record.area.name if record.area else "",
            str(record.get_path_display()),
            approvals.get(record.engagement.request_id, "") if record.engagement else "",
            str(record.get_classification_display()),
            str(record.get_marking_display()),
        ]
        for record in records
    ]


def _group_names(by: Access, records: Iterable[Any]) -> dict[UUID, str]:
    """Return the names of the groups that the person may see and that stand in no compartment."""
    wanted = {record.group_id for record in records if record.group_id}
    return dict(Group.objects.visible_to(by).filter(pk__in=wanted, compartment=None).values_list("pk", "name"))


def _group(record: Any, names: dict[UUID, str]) -> str:
    if record.group_id is None:
        return _("Not known")
    return names.get(record.group_id) or _("Held back")


def _footer(made: Export) -> list[Row]:
    return [
        [_("Marking"), str(made.get_marking_display())],
        [_("Mission"), made.mission.code],
        [_("Exported by"), made.made_by.name],
        [_("Exported at (UTC)"), _moment(made.made_at)],
        [_("Export"), str(made.pk)],
        [_("Rows"), str(made.rows)],
    ]


def _moment(at: datetime | None) -> str:
    """Return a moment in UTC, as a spreadsheet sorts it."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if at else ""
