"""One request in the queue of a decider."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import risk
from engagement.models import Advice, Request
from engagement.paper.voices import voices_of
from engagement.paper.words import band_code, band_word, risk_name
from engagement.policies.deciding import RISKS
from engagement.policies.dossier import Dossier

# Within this time of a deadline its hour counts; before, the day says enough.
NEAR = timedelta(hours=48)


@dataclass(frozen=True)
class QueueRow:
    """One request in the queue of a decider: never more than two tags, chosen by their weight."""

    request: Request
    protection: str
    risks: tuple[tuple[str, str], ...]
    tags: tuple[tuple[str, str], ...]
    is_sealed: bool = False
    is_late: bool = False
    is_far: bool = True


def queue_row(request: Request, dossier: Dossier, *, at: datetime, is_sealed: bool = False) -> QueueRow:
    """Return what the queue shows of a request: levels as words, and what the decider must know first.

    To who was asked to rate the risks and has not, it shows neither levels nor how they moved.
    """
    clock = {"is_late": is_late(request, at), "is_far": request.decide_by is None or request.decide_by - at > NEAR}
    if is_sealed:
        return QueueRow(request, "", (), (), is_sealed=True, **clock)
    assessment = dossier.assessment
    risks = tuple(
        (risk_name(code), band_word(band_code(getattr(assessment, column))).lower()) for code, column in RISKS.items()
    )
    protection = band_code(assessment.protection, protection=True)
    return QueueRow(request, protection, risks, tuple(_tags(dossier))[:2], **clock)


def is_late(request: Request, at: datetime) -> bool:
    """Say whether a request has waited for its decision beyond the deadline."""
    return request.decide_by is not None and request.decide_by < at


def is_due_today(request: Request, at: datetime) -> bool:
    """Say whether a decision is due on this day of the mission, and not late yet."""
    if request.decide_by is None or is_late(request, at):
        return False
    return request.mission.local_day(request.decide_by) == request.mission.local_day(at)


def _tags(dossier: Dossier) -> Iterator[tuple[str, str]]:
    voices = list(voices_of(dossier))
    if holds := len(dossier.open_holds):
        yield "HOLD", ngettext("%(n)d answer awaited", "%(n)d answers awaited", holds) % {"n": holds}
    if changed := _risen(dossier):
        yield "CHANGED", _("Changed: %(what)s") % {"what": changed}
    if against := sum(voice.is_against for voice in voices):
        text = ngettext("%(n)d adviser does not support", "%(n)d advisers do not support", against)
        yield "DO_NOT_SUPPORT", text % {"n": against}
    if missing := sum(voice.is_missing for voice in voices):
        text = ngettext("%(n)d adviser not yet heard", "%(n)d advisers not yet heard", missing)
        yield "MISSING", text % {"n": missing}
    if any(voice.outcome == Advice.Outcome.SUPPORT_WITH_CONDITIONS for voice in voices):
        yield "SUPPORT_WITH_CONDITIONS", _("Conditions proposed")
    elif voices and not (against or missing):
        yield "SUPPORT", _("All advice in support")


def _risen(dossier: Dossier) -> str:
    before, after = dossier.at_submission, dossier.assessment
    if before is None:
        return ""
    for code, column in [*RISKS.items(), (risk.PROTECTION, "protection")]:
        old, new = getattr(before, column), getattr(after, column)
        if old != new:
            words = {"name": risk_name(code).lower()}
            if code == risk.PROTECTION:
                return (_("%(name)s up") if new > old else _("%(name)s down")) % words
            return (_("%(name)s risk up") if new > old else _("%(name)s risk down")) % words
    return _("facts") if {gate["id"] for gate in before.gates} != {gate["id"] for gate in after.gates} else ""
