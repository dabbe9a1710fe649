"""Who may change what is known about a submitted request."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

import risk
from engagement.models import Engagement, Measure, Request
from engagement.models.status import LIVE, PENDING
from engagement.policies.drafting import AnswerInput, faults, name_of
from missions.access import Access
from missions.refusals import Refusal
from missions.roles import ROLE_OF_ADVISER, Authority, Permission

# Joint operations, red lines and public reports: no register here can tell, so advisers say so.
DECLARED_BY_PEOPLE = ("G-05", "G-08", "G-20")


def revise_answer(request: Request, *, factor: str, given: AnswerInput, by: Access, at: datetime) -> Iterator[Refusal]:
    """Say why this person may not record a changed fact now."""
    if not by.may(Permission.REASSESS, request.mission_id):
        yield Refusal("not_assessor", _("POC, security and political advisers record changed facts. Tell one of them."))
    if not is_watched(request):
        yield Refusal("not_open", _("Nothing waits on this request any more, so its facts are no longer followed."))
    if factor not in risk.current_ruleset().factors:
        yield Refusal("unknown_factor", _("Choose one of the listed questions."), field="factor")
        return
    for code, sentence in faults(given, at.astimezone(request.mission.zone).date()):
        yield Refusal(code, sentence % {"name": name_of(factor)}, field="level")


def declare_gate(request: Request, *, gate: str, note: str, by: Access) -> Iterator[Refusal]:
    """Say why this person may not record now that this has happened."""
    if not by.may(Permission.REASSESS, request.mission_id):
        yield Refusal("not_assessor", _("POC, security and political advisers record changed facts. Tell one of them."))
    if not is_watched(request):
        yield Refusal("not_open", _("Nothing waits on this request any more, so its facts are no longer followed."))
    if gate not in DECLARED_BY_PEOPLE:
        yield Refusal("unknown_gate", _("Choose one of the listed events."), field="factor")
    if not note.strip():
        yield Refusal("no_note", _("Say in one sentence what has happened."), field="note")


def is_watched(request: Request) -> bool:
    """Say whether changed facts matter still: the request is pending, or its dialogue stands."""
    if request.status in PENDING:
        return True
    standing = Engagement.objects.unscoped("dialogue of a request already at hand").filter(request=request)
    return standing.filter(status__in=LIVE).exists()


def verify_measure(measure: Measure, *, evidence: str, by: Access) -> Iterator[Refusal]:
    """Say why this person may not verify this measure now."""
    request = measure.request
    if not by.may(Permission.VERIFY, request.mission_id):
        yield Refusal("not_verifier", _("Advisers and heads of field office verify measures. Ask one of them."))
    if by.user_id in {measure.promised_by_id, request.created_by_id}:
        yield Refusal("own_measure", _("You promised this measure, so somebody else must verify it."))
    if measure.is_verified:
        yield Refusal("already_verified", _("This measure is verified already."))
    if not evidence.strip():
        yield Refusal("no_evidence", _("Say what you have seen that proves the measure."), field="evidence")
    if not (request.is_writable or is_watched(request)):
        yield Refusal("not_open", _("Nothing waits on this request any more."))


def answer_gate(request: Request, *, gate: str, text: str, by: Access) -> Iterator[Refusal]:
    """Say why this person may not answer this gate now."""
    fired = {row["id"]: row["min_authority"] for row in request.assessment.gates} if request.assessment else {}
    if gate not in fired:
        yield Refusal("not_fired", _("This gate does not stand on the request, so there is nothing to answer."))
    elif not _is_competent(request, gate, fired[gate], by):
        yield Refusal("not_competent", _("This gate is answered by the adviser or the level of leadership it names."))
    if by.user_id == request.created_by_id:
        yield Refusal("own_request", _("You wrote this request, so somebody else must answer its gates."))
    if not text.strip():
        yield Refusal("no_text", _("Say what answers the gate, and where that is on record."), field="text")


def _is_competent(request: Request, gate: str, min_authority: str | None, by: Access) -> bool:
    level = by.authority_in(request.mission_id)
    least = Authority[min_authority] if min_authority else Authority.L1
    holds_role = bool(set(by.roles_in(request.mission_id)) & advisers_of_gate(gate))
    return holds_role or (level is not None and level >= least)


def advisers_of_gate(gate: str) -> set[str]:
    """Return the roles whose advice answers a gate."""
    return {ROLE_OF_ADVISER[code] for code in risk.current_ruleset().gates[gate].advisers}
