"""The request page, which is the decision paper, and its print."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from audit.models import Event, Kind
from engagement.forms.decisions import ChoiceForm
from engagement.library import notes
from engagement.models import Advice, EngagementStatus, Request
from engagement.models.status import LIVE, OPEN_TO_CONTACT, PENDING
from engagement.paper import Paper
from engagement.paper.words import band_code, band_word, risk_name
from engagement.policies import advising, deciding, dialogue, levels, sharing
from engagement.policies.blind_rating import still_to_rate
from engagement.policies.deciding import RISKS, Standing
from engagement.policies.dossier import Dossier
from engagement.policies.validity import longest_validity
from engagement.services.deciding import HOURS_TO_REPORT
from engagement.services.dossier import read_dossier
from engagement.services.queues import awaiting_decision
from missions.access import Access, names_seen
from missions.middleware import SignedInRequest
from missions.refusals import Refusal
from missions.roles import Authority, Permission, Role
from protection.models import ThreatAssessment

LATEST = 3
PARTS = ("assessment", "mission", "office", "group", "threat", "area", "created_by")


@dataclass(frozen=True)
class Step:
    """One line of the history: what happened, in which role, when."""

    what: str
    who: str
    at: datetime
    is_decision: bool


@dataclass(frozen=True)
class Place:
    """One role in which the reader could advise: what is in the way, and whether a rating comes first."""

    role: Role
    refusals: tuple[Refusal, ...]
    is_asked: bool
    must_rate: bool
    has_advised: bool


@dataclass(frozen=True)
class Act:
    """One thing to do about the dialogue: the filled button, another button ("alt"), or a link."""

    label: str
    url: str
    kind: str


@dataclass(frozen=True)
class Reader:
    """What this reader may do on this page, and what is in the way of the rest."""

    standing: Standing | None
    decide_refusals: tuple[Refusal, ...]
    is_pending: bool
    is_own: bool
    places: tuple[Place, ...]
    acts: tuple[Act, ...]
    still_to_rate: frozenset[str]
    may_reassess: bool
    may_settle: bool
    may_verify: bool
    may_take_up: bool
    may_see_readers: bool

    @property
    def may_decide(self) -> bool:
        """Say whether the panel holds the form."""
        return not self.decide_refusals

    @property
    def is_leader(self) -> bool:
        """Say whether deciding is this reader's work, so that they want to know why they cannot."""
        return self.is_pending and self.standing is not None and self.standing.level > Authority.L0

    @property
    def is_sealed(self) -> bool:
        """Say whether the model's levels stay shut, because this reader has still to rate the risks."""
        return bool(self.still_to_rate)


@dataclass(frozen=True)
class QueuePlace:
    """Where a request stands among those that wait for one decider."""

    number: int
    total: int
    next: Request | None
    previous: Request | None


def load(request: SignedInRequest, reference: str) -> Request:
    """Return a request that this person may see, with what its page shows."""
    visible = Request.objects.visible_to(request.access).select_related(*PARTS)
    found: Request = get_object_or_404(visible, reference=reference)
    return found


@require_GET
def request_page(request: SignedInRequest, reference: str) -> HttpResponse:
    """Show one request as its decision paper, with a panel for whoever has a part in it."""
    subject = load(request, reference)
    if subject.assessment is None:
        return unsent(request, subject)
    return show(request, subject, read_dossier(subject, by=request.access))


def unsent(request: SignedInRequest, subject: Request) -> HttpResponse:
    """Send the author of a draft to its sections, and tell everybody else that it is being written."""
    if subject.is_writable and subject.created_by_id == request.access.user_id:
        return redirect("engagement:edit", subject.reference)
    return render(request, "engagement/request_unsent.html", {"subject": subject})


def show(request: SignedInRequest, subject: Request, dossier: Dossier, form: ChoiceForm | None = None) -> HttpResponse:
    """Draw the page; `form` is a choice that came back with something to mend."""
    at, by = timezone.now(), request.access
    paper = Paper(subject, dossier, at, counted=_counted(request))
    reader = reader_of(subject, dossier, by=by, at=at)
    context: dict[str, Any] = {"paper": paper, "subject": subject, "reader": reader, "history": history(subject)}
    # Who was let into this one request, or moved office, cannot open all that it rests on.
    context["threat"] = next(iter(names_seen(by, ThreatAssessment, [subject.threat_id]).values()), "")
    if subject.mission.is_library:
        context["note"] = notes().get(subject.reference)
    if reader.may_decide:
        request.menu_path = reverse("engagement:approvals")
        context["queue"] = place_in_queue(subject, awaiting_decision(by, at, dossier.delegations))
        context["form"] = form or choice_form(paper, conditions=_new_conditions(request, paper))
    with timezone.override(subject.mission.zone):
        return render(request, "engagement/request.html", context)


def reader_of(subject: Request, dossier: Dossier, *, by: Access, at: datetime) -> Reader:
    """Return what a person may do with a request now."""
    is_followed = subject.status in PENDING or dossier.engagement is not None
    return Reader(
        standing=deciding.standing_of(subject, dossier, by=by, at=at),
        decide_refusals=tuple(deciding.decide(subject, dossier, by=by, at=at)),
        is_pending=subject.status in PENDING and not subject.mission.is_library,
        is_own=subject.created_by_id == by.user_id,
        places=tuple(_places(subject, dossier, by, at)),
        acts=() if subject.mission.is_library else tuple(_acts(subject, dossier, by)),
        still_to_rate=still_to_rate(subject, by, rated=dossier.roles_rated_by(by.user_id)),
        may_reassess=is_followed and by.may(Permission.REASSESS, subject.mission_id),
        may_settle=is_followed and not tuple(levels.settles(subject, by)),
        may_verify=is_followed and by.may(Permission.VERIFY, subject.mission_id),
        may_take_up=not tuple(deciding.take_up(subject, by=by, at=at)),
        may_see_readers=not subject.mission.is_library and sharing.may_look(subject, by=by),
    )


def _places(subject: Request, dossier: Dossier, by: Access, at: datetime) -> Iterator[Place]:
    if subject.status not in advising.OPEN_TO_ADVICE or subject.created_by_id == by.user_id:
        return
    for role in advising.advising_roles(subject, by):
        refusals = tuple(advising.advise(subject, dossier, role=role, by=by, at=at))
        must_rate = "rate_first" in {refusal.code for refusal in refusals}
        yield Place(
            role=role,
            refusals=tuple(refusal for refusal in refusals if refusal.code != "rate_first"),
            is_asked=role in dossier.required_roles or role == Role.HEADQUARTERS_DESK,
            must_rate=must_rate,
            has_advised=any(row.role == role for row in dossier.advice),
        )


def _acts(subject: Request, dossier: Dossier, by: Access) -> Iterator[Act]:
    """Yield what can be done about the dialogue as it stands, the next step first and ending it last."""
    if dossier.engagement is None:
        return
    status, here = EngagementStatus(dossier.engagement.status), [subject.reference]
    if status in OPEN_TO_CONTACT and by.may(Permission.LOG, subject.mission_id):
        yield Act(_("Log a contact"), reverse("engagement:log_contact"), "")
    if status in dialogue.CAN_BE_RESUMED:
        yield Act(_("Resume dialogue"), reverse("engagement:resume", args=here), "")
    if status in dialogue.CAN_BE_SUSPENDED:
        yield Act(_("Suspend dialogue"), reverse("engagement:suspend", args=here), "alt")
    if status in LIVE:
        yield Act(_("Conclude dialogue"), reverse("engagement:conclude", args=here), "link")


def choice_form(paper: Paper, data: Any = None, *, conditions: str = "") -> ChoiceForm:
    """Return the form of a decision, with this paper's own arguments and risks to choose from."""
    subject, assessment = paper.request, paper.dossier.assessment
    contacts = subject.contacts_planned or 1
    limit = longest_validity(subject, paper.dossier, contacts=contacts, at=paper.at)
    standing_terms = {
        "assessment": assessment.pk,
        "valid_until": limit.day,
        "contacts_max": contacts,
        "report_within_hours": HOURS_TO_REPORT[assessment.overall],
        "red_lines": subject.red_lines,
        "conditions": conditions or "\n".join(conditions_offered(paper)),
    }
    return ChoiceForm(
        data,
        initial=standing_terms,
        arguments=paper.arguments,
        longest=limit,
        risks=list(_risks_to_accept(paper)),
        adds_conditions=bool(conditions),
    )


def conditions_offered(paper: Paper) -> list[str]:
    """Return the conditions that the request and its advisers propose, one on each line, to keep or to delete."""
    by_advisers = [
        voice.conditions for voice in paper.voices if voice.outcome == Advice.Outcome.SUPPORT_WITH_CONDITIONS
    ]
    lines = [line.strip() for text in (paper.request.proposed_conditions, *by_advisers) for line in text.splitlines()]
    return list(dict.fromkeys(filter(None, lines)))


def _risks_to_accept(paper: Paper) -> Iterator[tuple[str, str]]:
    assessment = paper.dossier.assessment
    for code in deciding.acceptable_risks(assessment):
        words = {"risk": risk_name(code), "band": band_word(band_code(getattr(assessment, RISKS[code])))}
        yield code, _("%(risk)s (%(band)s)") % words


def place_in_queue(subject: Request, waiting: Sequence[Request]) -> QueuePlace:
    """Return where a request stands in the queue, and which one comes after it."""
    keys = [row.pk for row in waiting]
    number = keys.index(subject.pk) + 1 if subject.pk in keys else 0
    others = [row for row in waiting if row.pk != subject.pk]
    following = [*others[max(number - 1, 0) :], *others]
    before = waiting[number - 2] if number > 1 else None
    return QueuePlace(number, len(waiting), next(iter(following), None), before)


def history(subject: Request) -> list[Step]:
    """Return the last things that happened to a request, newest first."""
    events = Event.objects.filter(object_id=subject.pk).exclude(kind=Kind.RECORD_READ).order_by("-pk")[:LATEST]
    return [
        Step(
            what=str(Kind(event.kind).label),
            who=str(Role(event.actor_role).label) if event.actor_role in Role.values else "",
            at=event.at,
            is_decision=event.kind == Kind.REQUEST_DECIDED,
        )
        for event in events
    ]


def _counted(request: SignedInRequest) -> frozenset[str] | None:
    """Return the measures that the reader counts as in place, when the form of "what if" was sent."""
    return frozenset(request.GET.getlist("m")) if "whatif" in request.GET else None


def _new_conditions(request: SignedInRequest, paper: Paper) -> str:
    if request.GET.get("whatif") != "conditions":
        return ""
    return "\n".join([*conditions_offered(paper), *(line.name for line in paper.what_if.to_condition)])


@require_GET
def paper(request: SignedInRequest, reference: str) -> HttpResponse:
    """Print one request as a decision paper of two sheets."""
    subject = load(request, reference)
    if subject.assessment is None:
        return unsent(request, subject)
    at = timezone.now()
    dossier = read_dossier(subject, by=request.access)
    if reader_of(subject, dossier, by=request.access, at=at).is_sealed:
        return redirect("engagement:advise", subject.reference)
    context = {"papers": [Paper(subject, dossier, at)], "subject": subject, "printed_at": at}
    return render(request, "engagement/paper.html", context)
