"""May this contact be logged so, classified, and its commitments recorded and checked? If not, why not."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.models import Event, Kind
from engagement import screening
from engagement.models import Commitment, Contact, Engagement, Modality, Source
from engagement.models.status import OPEN_TO_CONTACT
from engagement.policies.dialogue import closed_by, level_to_resume, to_the_minute
from missions.access import Access
from missions.dates import day_in_words, time_in_words
from missions.models import Area, Mission
from missions.refusals import Refusal
from missions.roles import Authority, Permission
from nsags.models import Group

# Clocks differ a little between laptops and servers.
CLOCK_DRIFT = timedelta(minutes=10)
TOO_LONG_AGO = timedelta(days=366)
REPORT_DUE = timedelta(hours=48)
CLASSIFY_WITHIN = timedelta(hours=72)

# Why a contact stood outside its approval, in a few words for the adviser who classifies it.
OUTSIDE_APPROVAL: dict[str, str | Promise] = {
    "before_approval": gettext_lazy("The contact came before the approval"),
    "not_open": gettext_lazy("The approval was not in force"),
    "reported_late": gettext_lazy("Its report came after it was due"),
    "wrong_group": gettext_lazy("The approval is for another group"),
    "wrong_area": gettext_lazy("The approval is for another area"),
    "wrong_modality": gettext_lazy("The approval is for another kind of contact"),
    "outside_dates": gettext_lazy("The approval did not cover that day"),
    "no_contacts_left": gettext_lazy("The approved number of contacts had been made"),
    "not_known": gettext_lazy("It was not known whether an approval covered it"),
    "screened_out": gettext_lazy("The screening asked for a full request"),
    "level": gettext_lazy("The mission’s posture asks for a decision first"),
}


def log_planned(
    engagement: Engagement,
    *,
    history: Sequence[Event],
    group: Group | None,
    area: Area | None,
    modality: str,
    happened_at: datetime,
    is_prohibited: bool,
    by: Access,
    at: datetime,
) -> Iterator[Refusal]:
    """Say why this contact cannot stand under the approval; nothing means it can.

    What counts is what held when it took place (LC-01, LC-10): `history` holds what opened and closed the dialogue,
    and `is_prohibited` tells whether there was a prohibition, which outweighs an approval from its first hour.
    """
    mission = engagement.request.mission
    yield from log(mission, happened_at=happened_at, by=by, at=at)
    if happened_at < to_the_minute(engagement.decision.decided_at):
        yield Refusal("before_approval", _before_words(engagement), "happened_at")
    elif closed := closed_by(history, happened_at):
        yield Refusal("not_open", _closed_words(engagement, closed, is_last=closed == history[-1]), "approval")
    elif is_prohibited:
        message = _("%(approval)s does not hold while contact with this group is prohibited.")
        yield Refusal("not_open", message % {"approval": engagement.request.reference}, "approval")
    elif engagement.status not in OPEN_TO_CONTACT and at > report_due(engagement, happened_at):
        yield Refusal("reported_late", _late_words(engagement, happened_at), "approval")
    yield from _outside_scope(engagement, group, area, modality)
    yield from _outside_dates(engagement, happened_at)
    yield from _used_up(engagement)


def log(mission: Mission, *, happened_at: datetime, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why no contact at all may be logged so by this person."""
    if not by.may(Permission.LOG, mission.pk):
        yield Refusal(
            "may_not_log",
            _("Your posting does not include logging contacts. Ask a field officer or an adviser to log this one."),
        )
    if happened_at > at + CLOCK_DRIFT:
        message = _("That time has not come yet. Log a contact once it has taken place.")
        yield Refusal("in_the_future", message, "happened_at")
    elif happened_at < at - TOO_LONG_AGO:
        yield Refusal("too_long_ago", _("That is more than a year ago. Check the year."), "happened_at")


def through(source: Source, mission: Mission, *, by: Access) -> Iterator[Refusal]:
    """Say why this person may not log a contact as made through that intermediary."""
    if source.mission_id != mission.pk or not source.is_custodian(by.user_id):
        yield Refusal("not_your_source", _("Choose an intermediary whom you deal with yourself."), "intermediary")


def _before_words(engagement: Engagement) -> str:
    message = _(
        "%(approval)s was approved at %(time)s on %(day)s. Correct the time of the contact, or save it as unplanned."
    )
    return message % _words(engagement, engagement.decision.decided_at)


def _closed_words(engagement: Engagement, closed: Event, *, is_last: bool) -> str:
    """Say what had closed the dialogue when the contact took place, and how it could go on where it is closed still."""
    words = _words(engagement, closed.at)
    if not is_last:
        message = _("%(approval)s was stopped at %(time)s on %(day)s, before this contact. Save it as unplanned.")
        return message % words
    message = {
        Kind.ENGAGEMENT_SUSPENDED: _("%(approval)s was suspended on %(day)s. %(level)s or above can resume it."),
        Kind.ENGAGEMENT_FROZEN: _("Facts have changed since %(approval)s was approved: it waits for a decision."),
        Kind.ENGAGEMENT_LAPSED: _("%(approval)s ended on %(day)s."),
        Kind.ENGAGEMENT_CONCLUDED: _("%(approval)s was concluded on %(day)s."),
    }[Kind(closed.kind)]
    if closed.kind == Kind.ENGAGEMENT_LAPSED:
        words["day"] = day_in_words(engagement.ends_on)
    return message % words


def report_due(engagement: Engagement, happened_at: datetime) -> datetime:
    """Return until when a contact that took place in time may still be reported once the dialogue is closed."""
    hours = engagement.decision.report_within_hours
    return happened_at + (timedelta(hours=hours) if hours else REPORT_DUE)


def _late_words(engagement: Engagement, happened_at: datetime) -> str:
    message = _(
        "%(approval)s no longer stands, and this contact was to be reported by %(time)s on %(day)s. "
        "Save it as unplanned."
    )
    return message % _words(engagement, report_due(engagement, happened_at))


def _words(engagement: Engagement, moment: datetime) -> dict[str, str]:
    local = moment.astimezone(engagement.request.mission.zone)
    return {
        "approval": engagement.request.reference,
        "level": (level_to_resume(engagement, ()) or Authority(engagement.decision.level)).name,
        "day": day_in_words(local),
        "time": time_in_words(local),
    }


def _outside_scope(engagement: Engagement, group: Group | None, area: Area | None, modality: str) -> Iterator[Refusal]:
    approval = engagement.request.reference
    if group is None or group.pk != engagement.group_id:
        # Its name is for those who may see the group itself: this may be somebody who was let into one request.
        message = _("%(approval)s is for another group, and never passes on. Choose the group that it names.")
        yield Refusal("wrong_group", message % {"approval": approval}, "group")
    if engagement.area and not _lies_within(area, engagement.area):
        message = _("%(approval)s is for this area only: %(area)s.")
        yield Refusal("wrong_area", message % {"approval": approval, "area": engagement.area.name}, "area")
    if modality != engagement.modality:
        message = _("%(approval)s is for this kind of contact only: %(kind)s.")
        kind = Modality(engagement.modality).label
        yield Refusal("wrong_modality", message % {"approval": approval, "kind": kind}, "modality")


def _lies_within(area: Area | None, whole: Area) -> bool:
    while area is not None:
        if area.pk == whole.pk:
            return True
        area = area.parent
    return False


def _outside_dates(engagement: Engagement, happened_at: datetime) -> Iterator[Refusal]:
    day = engagement.request.mission.local_day(happened_at)
    if not engagement.starts_on <= day <= engagement.ends_on:
        message = _("%(approval)s covers %(first)s to %(last)s, in the mission’s local time.") % {
            "approval": engagement.request.reference,
            "first": day_in_words(engagement.starts_on),
            "last": day_in_words(engagement.ends_on),
        }
        yield Refusal("outside_dates", message, "happened_at")


def _used_up(engagement: Engagement) -> Iterator[Refusal]:
    made = Contact.objects.unscoped("counting what an approval has been used for").filter(engagement=engagement)
    if made.count() >= engagement.contacts_max:
        message = ngettext(
            "%(approval)s was for %(n)d contact, and that has been made. A new request can ask for more.",
            "%(approval)s was for %(n)d contacts, and all have been made. A new request can ask for more.",
            engagement.contacts_max,
        )
        words = {"approval": engagement.request.reference, "n": engagement.contacts_max}
        yield Refusal("no_contacts_left", message % words, "approval")


def log_screened(
    mission: Mission,
    *,
    answers: Mapping[str, bool],
    level: Authority | None,
    happened_at: datetime,
    by: Access,
    at: datetime,
) -> Iterator[Refusal]:
    """Say why a contact is not low risk by screening; `level` is who decides a low risk under the posture."""
    yield from log(mission, happened_at=happened_at, by=by, at=at)
    for question in screening.QUESTIONS:
        if question.code not in answers:
            yield Refusal("not_answered", _("Answer yes or no."), question.code)
        elif answers[question.code]:
            yield Refusal("screened_out", question.if_yes, question.code)
    if level is not None and level > Authority.L0:
        message = _("Under this mission’s posture even a low risk is decided by %(level)s. Start a request.")
        yield Refusal("level", message % {"level": level.name})


def classify(contact: Contact, *, classification: str, by: Access) -> Iterator[Refusal]:
    """Say why this person may not classify this contact."""
    if not by.may(Permission.CLASSIFY, contact.mission_id):
        yield Refusal("not_poc_adviser", _("The POC adviser of the mission classifies unplanned contacts."))
    if contact.path != Contact.Path.UNPLANNED:
        yield Refusal("not_unplanned", _("Only a contact that was not planned needs to be classified."))
    if contact.classification:
        yield Refusal("already_classified", _("This contact has been classified already."))
    if classification not in Contact.Classification.values:
        yield Refusal("no_classification", _("Choose what follows from this contact."), "classification")


def note_safety(contact: Contact, *, by: Access) -> Iterator[Refusal]:
    """Say why this person may not describe the safety problem of this contact."""
    if contact.created_by_id != by.user_id:
        yield Refusal("not_yours", _("The person who logged the contact describes the safety problem."))
    if not contact.has_safety_problem or contact.safety_note:
        yield Refusal("nothing_to_add", _("No description of a safety problem is missing here."))


def record_commitment(contact: Contact, *, text: str, check_on: date, by: Access) -> Iterator[Refusal]:
    """Say why this commitment cannot be recorded."""
    if not by.may(Permission.LOG, contact.mission_id):
        yield Refusal("may_not_log", _("Your posting does not include recording commitments."))
    if not text.strip():
        yield Refusal("no_text", _("Write what was promised, in one sentence."), "text")
    if check_on < contact.mission.local_day(contact.happened_at):
        yield Refusal("check_too_early", _("Choose a day after the contact."), "check_on")


def check_commitment(
    commitment: Commitment, *, state: str, next_check_on: date | None, by: Access, at: datetime
) -> Iterator[Refusal]:
    """Say why this person may not say whether the commitment is kept."""
    if not by.may(Permission.LOG, commitment.contact.mission_id):
        yield Refusal("may_not_check", _("Your posting does not include checking commitments."))
    if _is_own(commitment, by):
        yield Refusal(
            "own_commitment",
            _("You logged the contact or wrote down this promise, so someone else must check whether it is kept."),
        )
    if state not in Commitment.State.values:
        yield Refusal("no_state", _("Choose what is known now."), "state")
    if next_check_on and next_check_on < commitment.contact.mission.local_day(at):
        yield Refusal("check_in_the_past", _("Choose today or a later day."), "next_check_on")


def _is_own(commitment: Commitment, by: Access) -> bool:
    recorded = Event.objects.filter(object_id=commitment.pk, kind=Kind.COMMITMENT_RECORDED, actor_id=by.user_id)
    return commitment.contact.created_by_id == by.user_id or recorded.exists()
