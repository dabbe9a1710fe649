"""Asking for dialogue: the list of requests, the three questions at the start, and the seven sections."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import risk
from audit.receipts import once
from engagement import facts, readback, sections
from engagement.forms.requests import FilterForm, MeasuresForm, SectionForm, StartForm
from engagement.gathering import gather
from engagement.models import Answer, Assessment, Decision, Measure, Request, RequestStatus
from engagement.models.status import DECIDED, PENDING
from engagement.outlook import Outlook, outlook
from engagement.policies import drafting as drafting_policies
from engagement.policies import exports
from engagement.policies import submission as submission_policies
from engagement.policies.blind_rating import will_rate
from engagement.sections import Section
from engagement.services import drafting, form_drafts, submission
from engagement.services.sealing import sealed_for
from engagement.views.contacts import MOST_COUNTED, CappedPaginator
from engagement.views.stamps import changes_between, stamp_of
from missions.access import Access
from missions.middleware import SignedInRequest
from missions.models import Mission, Posting, Posture
from missions.refusals import Refusal, Refused
from missions.roles import Authority, Permission, Role

PAGE = 25
STATES = {
    "draft": frozenset({RequestStatus.DRAFT, RequestStatus.RETURNED}),
    "pending": PENDING,
    "decided": DECIDED,
    "withdrawn": frozenset({RequestStatus.WITHDRAWN}),
}

EFFECTS = {
    "BLOCK": pgettext_lazy("gate", "Blocks"),
    "HOLD": pgettext_lazy("gate", "Holds the decision"),
    "ESCALATE": pgettext_lazy("gate", "Raises the level"),
    "ALERT": pgettext_lazy("gate", "To be known"),
}


def missions_to_ask_in(access: Access) -> QuerySet[Mission]:
    """Return the missions in which this person may propose dialogue."""
    proposing = [pk for pk in access.mission_ids if access.may(Permission.PROPOSE, pk)]
    return Mission.objects.filter(pk__in=proposing).order_by("code")


@require_GET
def requests(request: SignedInRequest) -> HttpResponse:
    """List the requests that a person may see, newest first; never by points."""
    form = FilterForm(request.GET, access=request.access, label_suffix="")
    chosen = form.cleaned_data if form.is_valid() else {}
    found = Request.objects.visible_to(request.access).filter(mission__is_library=False)
    found = found.exclude(_being_written_by_others(request.access))
    if mission_id := form.mission_id():
        found = found.filter(mission=mission_id)
    found = _filtered(found, request.access, chosen.get("whose", ""), chosen.get("state", ""))
    listed = found.select_related("group", "mission", "office", "created_by", "assessment")
    page = CappedPaginator(listed.order_by("-created_at", "pk"), PAGE).get_page(request.GET.get("page"))
    sealed = sealed_for(request.access, list(page))
    rows = [(row, *_levels(row.assessment if row.pk not in sealed else None)) for row in page]
    may_ask = any(request.access.may(Permission.PROPOSE, pk) for pk in request.access.mission_ids)
    context = {
        "page": page,
        "rows": rows,
        "form": form,
        "is_capped": page.paginator.count >= MOST_COUNTED,
        "may_ask": may_ask,
        "may_export": bool(exports.missions_of(request.access)),
        "is_filtered": bool(chosen.get("whose") or chosen.get("state")),
    }
    return render(request, "engagement/requests.html", context)


def _levels(assessment: Assessment | None) -> tuple[str, str]:
    """Return the level of the protection case and of the highest risk, as bands; nothing before an assessment."""
    if assessment is None:
        return "", ""
    return list(risk.ProtectionBand)[assessment.protection - 1], list(risk.Band)[assessment.overall - 1]


def _being_written_by_others(access: Access) -> Q:
    """Return the condition for drafts that this person neither writes nor, as POC adviser, helps with."""
    advised = [posting.mission_id for posting in access.postings if posting.role == Role.POC_ADVISER]
    return Q(status=RequestStatus.DRAFT) & ~Q(created_by=access.user_id) & ~Q(mission__in=advised)


def _filtered(found: Any, access: Access, whose: str, state: str) -> Any:
    if whose == "mine":
        found = found.filter(created_by=access.user_id)
    elif whose == "area":
        found = found.filter(office__in={posting.office_id for posting in access.postings if posting.office_id})
    return found.filter(status__in=STATES[state]) if state in STATES else found


@require_http_methods(["GET", "POST"])
@once
def start(request: SignedInRequest) -> HttpResponse:
    """Ask three questions, then lead to the log, to the urgent card, or to a new request."""
    missions = missions_to_ask_in(request.access)
    if not missions:
        raise Http404
    initial = {"group": request.GET.get("group", "")}
    form = StartForm(request.POST or None, access=request.access, missions=missions, initial=initial)
    is_urgent_card = False
    if form.is_valid():
        if form.cleaned_data["happened"] == "yes":
            return redirect("engagement:log_unplanned")
        is_urgent_card = form.cleaned_data["urgent"] == "yes" and "ask_urgently" not in request.POST
        if not is_urgent_card and (draft := _start(request, form)):
            return redirect("engagement:edit", draft.reference)
    context = {"form": form, "missions": [_posture_of(mission) for mission in missions]}
    return render(request, "engagement/start_urgent.html" if is_urgent_card else "engagement/start.html", context)


def _start(request: SignedInRequest, form: StartForm) -> Request | None:
    mission = form.cleaned_data["mission"]
    offices = [p.office_id for p in request.access.postings if p.mission_id == mission.pk and p.office_id]
    try:
        return drafting.start_request(
            mission=mission,
            office=mission.offices.filter(pk__in=offices).first(),
            group=form.cleaned_data["group"],
            title="",
            is_urgent=form.cleaned_data["urgent"] == "yes",
            compartment=form.cleaned_data.get("compartment"),
            language=(get_language() or "en")[:2],
            by=request.access,
            at=timezone.now(),
        )
    except Refused as refused:
        refused.add_to(form)
        return None


def _posture_of(mission: Mission) -> dict[str, Any]:
    """Return a mission with its posture, and who decides there on a low request."""
    posture = Posture.objects.in_force(mission, timezone.now())
    ruleset = risk.current_ruleset()
    keys = [key for key in ruleset.postures if posture and key.partition("/")[0] == posture.code]
    lowest = [Authority[ruleset.postures[key].level(risk.Band.LOW).value] for key in keys]
    return {"mission": mission, "posture": posture, "is_yours": bool(lowest) and max(lowest) == Authority.L0,
            "decides_low": max(lowest).label if lowest else ""}  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """A request with everything that its writing pages show, read once."""

    request: Request
    answers: Mapping[str, Answer]
    measures: Mapping[str, Measure]
    registers: facts.Registers

    @property
    def at(self) -> datetime:
        """Return when it was read."""
        return self.registers.at

    @property
    def today(self) -> date:
        """Return that day in the mission."""
        return self.request.mission.local_day(self.at)

    @property
    def levels(self) -> dict[str, int | None]:
        """Return the level of each answer."""
        return {factor: answer.level for factor, answer in self.answers.items()}

    @property
    def sources(self) -> list[str]:
        """Return the sources that were named so far, to choose from instead of typing them again."""
        return sorted({answer.source for answer in self.answers.values() if answer.source})

    @property
    def is_designated(self) -> bool:
        """Say whether somebody designates the group as terrorist or proscribed today."""
        return any(label.value in submission_policies.NEEDS_WORKSHEET for label in self.registers.labels)

    def gaps(self) -> list[Refusal]:
        """Return all that is still missing."""
        return list(
            submission_policies.missing(
                self.request,
                answers=dict(self.answers),
                measures=list(self.measures.values()),
                labels=self.registers.labels,
                posture=self.registers.posture.code if self.registers.posture else "",
                on=self.today,
            )
        )

    def outlook(self) -> Outlook:
        """Return what the stored answers imply."""
        measures = list(self.measures.values())
        return outlook(self.request, answers=self.answers, measures=measures, registers=self.registers)

    def shown(self, section: Section) -> tuple[str, ...]:
        """Return the fields of a section that this request has to answer."""
        return tuple(name for name in section.fields if self._is_asked(name))

    def _is_asked(self, name: str) -> bool:
        if name == "label_worksheet":
            return self.is_designated
        posture = self.registers.posture
        return name != "inside_strategy" or bool(posture and posture.code == Posture.Code.STRATEGY_BASED)


def find(access: Access, reference: str) -> Request:
    """Return a request that this person may see, or answer 404."""
    related = ("mission", "group", "threat", "area", "office", "created_by", "assessment")
    return get_object_or_404(Request.objects.visible_to(access).select_related(*related), reference=reference)


def render_there(request: SignedInRequest, found: Request, template: str, context: dict[str, Any]) -> HttpResponse:
    """Draw a page in the local time of the mission."""
    with timezone.override(found.mission.zone):
        return render(request, template, context)


def read_draft(access: Access, found: Request) -> Draft:
    """Read what hangs on a request."""
    answers = Answer.objects.visible_to(access).filter(request=found)
    measures = Measure.objects.visible_to(access).filter(request=found)
    rows = gather(answers, measures)
    return Draft(
        request=found,
        answers={answer.factor: answer for answer in rows[Answer]},
        measures={measure.code: measure for measure in rows[Measure]},
        registers=facts.Registers(found, timezone.now()),
    )


@require_GET
def edit(request: SignedInRequest, reference: str) -> HttpResponse:
    """Show the seven sections of a request with their states, and what the answers imply so far."""
    found = find(request.access, reference)
    if not drafting_policies.may_write(found, request.access) or found.status not in STATES["draft"]:
        return redirect("engagement:request", reference)
    draft = read_draft(request.access, found)
    gaps = draft.gaps()
    context = {
        "draft": found,
        "tasks": _tasks(draft, gaps),
        "next_step": _next_step(draft, gaps),
        "card": draft.outlook(),
        "gaps": len(gaps),
        "helpers": _helpers(found),
        "sources": _earlier(request.access, found) if not draft.answers else [],
        "returned": _last_return(request.access, found),
        "refusals": list(drafting_policies.withdraw(found, by=request.access, at=draft.at)),
    }
    return render_there(request, found, "engagement/edit.html", context)


def _tasks(draft: Draft, gaps: list[Refusal]) -> list[dict[str, Any]]:
    tasks = [_task(draft, section, gaps) for section in sections.SECTIONS]
    check = {"title": _("Check and submit"), "state": _("Ready") if not gaps else _missing_words(len(gaps))}
    return [*tasks, check | {"url": reverse("engagement:check", args=[draft.request.reference])}]


def _next_step(draft: Draft, gaps: list[Refusal]) -> dict[str, str]:
    """Return the first section that lacks something, or the check once nothing is missing."""
    here = draft.request.reference
    for section in sections.SECTIONS:
        if any(section.holds(gap.field) for gap in gaps):
            label = _("Continue: %(section)s") % {"section": f"{section.number} {section.title}"}
            return {"label": label, "url": reverse("engagement:section", args=[here, section.slug])}
    return {"label": _("Check and submit"), "url": reverse("engagement:check", args=[here])}


def _task(draft: Draft, section: Section, gaps: list[Refusal]) -> dict[str, Any]:
    lacking = sum(section.holds(gap.field) for gap in gaps)
    touched = any(factor in draft.answers for factor in section.factors) or (
        section.takes_measures and bool(draft.measures)
    )
    begun = touched or any(not submission_policies.is_blank(getattr(draft.request, name)) for name in section.fields)
    state = _("Completed") if not lacking else _missing_words(lacking) if begun else _("Not started")
    url = reverse("engagement:section", args=[draft.request.reference, section.slug])
    return {"title": f"{section.number} {section.title}", "url": url, "state": state, "hint": section.intro}


def _missing_words(count: int) -> str:
    return ngettext("%(n)s answer missing", "%(n)s answers missing", count) % {"n": count}


def _helpers(found: Request) -> list[str]:
    """Return the names of the POC advisers of the mission."""
    holding = Posting.objects.live(timezone.now()).holding(Role.POC_ADVISER, found.mission).select_related("user")
    return [posting.user.name for posting in holding.order_by("user__name")[:3]]


def _earlier(access: Access, found: Request) -> list[Request]:
    """Return requests on the same group that were submitted before, the newest first."""
    if found.group_id is None:
        return []
    same = Request.objects.visible_to(access).filter(group=found.group_id, submitted_at__isnull=False)
    return list(same.exclude(pk=found.pk).order_by("-submitted_at", "pk")[:3])


def _last_return(access: Access, found: Request) -> Decision | None:
    if found.status != RequestStatus.RETURNED and found.version == 1:
        return None
    returned = Decision.objects.visible_to(access).filter(request=found, outcome=Decision.Outcome.RETURN)
    return returned.select_related("decided_by").order_by("-decided_at").first()


def writable(access: Access, reference: str) -> Request:
    """Return a draft that this person writes; anything else answers 404."""
    found = find(access, reference)
    if not drafting_policies.may_write(found, access):
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
def section(request: SignedInRequest, reference: str, section: str) -> HttpResponse:
    """Write one section of a request."""
    found, theme = writable(request.access, reference), sections.BY_SLUG.get(section)
    if theme is None:
        raise Http404
    if not found.is_writable and request.method == "GET":
        return redirect("engagement:edit", reference)
    draft, form_name = read_draft(request.access, found), draft_name(found, theme)
    if not found.is_writable:
        return _too_late(request, draft, theme)
    if request.method == "POST":
        return _save(request, draft, theme, form_name)
    kept = form_drafts.find(user=request.user, form=form_name)
    form = _form(request, draft, theme)
    if kept:
        form.resume(kept.content, kept.saved_at)
    return _section_page(request, draft, theme, form, kept=kept)


def draft_name(found: Request, section: Section) -> str:
    """Return the name under which unsent words of a section are kept."""
    return f"{found.reference}-{section.number}"


def _form(request: SignedInRequest, draft: Draft, section: Section, data: Any = None) -> SectionForm:
    what: dict[str, Any] = {
        "request": draft.request,
        "section": section,
        "access": request.access,
        "answers": draft.answers,
        "shown": draft.shown(section),
    }
    source = request.GET.get("from", "")
    if source and section.factors:
        what |= _carried(request.access, draft, source)
    if section.takes_measures:
        return MeasuresForm(data, measures=draft.measures, levels=draft.levels, **what)
    return SectionForm(data, **what)


def _carried(access: Access, draft: Draft, reference: str) -> dict[str, Any]:
    """Return the answers of an earlier request on the same group, without context past its shelf life."""
    earlier = Request.objects.visible_to(access).filter(group=draft.request.group_id, reference=reference)
    answers = Answer.objects.visible_to(access).filter(request__in=earlier, level__isnull=False)
    today, factors = draft.at.date(), risk.current_ruleset().factors
    fresh = {}
    for answer in answers:
        life = factors[answer.factor].shelf_life_days if answer.factor in factors else 0
        written = answer.source_date or answer.answered_at.date()
        if life is None or (today - written).days <= life:
            fresh[answer.factor] = answer
    return {"carried": {f: a for f, a in fresh.items() if f not in draft.answers}, "carried_from": reference}


def _save(request: SignedInRequest, draft: Draft, section: Section, form_name: str) -> HttpResponse:
    if "discard" in request.POST:
        form_drafts.discard(user=request.user, form=form_name)
        return redirect("engagement:section", draft.request.reference, section.slug)
    form = _form(request, draft, section, request.POST)
    if _is_clean(request, draft, section, form) and _written(request, draft, section, form):
        form_drafts.discard(user=request.user, form=form_name)
        drafting.note_preview(request=draft.request, by=request.access, at=draft.at)
        return _onward(request, draft, section)
    content = dict(request.POST.lists())
    form_drafts.keep(user=request.user, form=form_name, content=content, at=draft.at)
    if "back_to_list" in request.POST:
        messages.warning(request, _("Kept as you typed it. It counts once the section is complete: open it again."))
        return redirect("engagement:edit", draft.request.reference)
    return _section_page(request, draft, section, form)


def _too_late(request: SignedInRequest, draft: Draft, section: Section) -> HttpResponse:
    """Say that a section was written after the request had moved on, with everything typed still there."""
    context = {
        "draft": draft.request,
        "section": section,
        "form": _form(request, draft, section, request.POST),
        "refusals": list(drafting_policies.writing(draft.request, by=request.access)),
    }
    return render(request, "engagement/section_closed.html", context, status=409)


def _is_clean(request: SignedInRequest, draft: Draft, section: Section, form: SectionForm) -> bool:
    """Check the form, and that nobody else has saved other answers since it was opened."""
    if not form.is_valid():
        return False
    if request.POST.get("seen") in {None, "", stamp_of(draft.request, section, draft.answers, draft.measures)}:
        return True
    differing = changes_between(form, draft.request, draft.answers)
    if differing:
        sentence = _("Somebody saved this section while you were writing. Yours differs in: %(names)s. "
                     "Save again to keep your version.")  # fmt: skip
        form.add_error(None, sentence % {"names": "; ".join(differing)})
    return not differing


def _written(request: SignedInRequest, draft: Draft, section: Section, form: SectionForm) -> bool:
    what: dict[str, Any] = {"request": draft.request, "fields": form.section_fields(), "by": request.access}
    try:
        if isinstance(form, MeasuresForm):
            drafting.save_measures(promises=form.promises(), at=draft.at, **what)
        else:
            drafting.save_section(section=section.slug, answers=form.answers(), at=draft.at, **what)
    except Refused as refused:
        refused.add_to(form)
        return False
    return True


def _onward(request: SignedInRequest, draft: Draft, section: Section) -> HttpResponse:
    if "back_to_list" in request.POST:
        return redirect("engagement:edit", draft.request.reference)
    if section.following is None:
        return redirect("engagement:check", draft.request.reference)
    address = reverse("engagement:section", args=[draft.request.reference, section.following.slug])
    source = request.GET.get("from")
    return redirect(f"{address}?{urlencode({'from': source})}" if source else address)


def _section_page(
    request: SignedInRequest, draft: Draft, section: Section, form: SectionForm, kept: Any = None
) -> HttpResponse:
    context = {
        "draft": draft.request,
        "section": section,
        "form": form,
        "form_name": draft_name(draft.request, section),
        "kept": kept,
        "seen": stamp_of(draft.request, section, draft.answers, draft.measures),
        "card": draft.outlook(),
        "sources": draft.sources,
        "may_assess_threat": request.access.may(Permission.ASSESS_THREAT, draft.request.mission_id),
    }
    return render_there(request, draft.request, "engagement/section.html", context)


@require_POST
def preview(request: SignedInRequest, reference: str) -> HttpResponse:
    """Return the card for what stands in the form now; nothing is saved but that it was seen."""
    found, theme = writable(request.access, reference), sections.BY_SLUG.get(request.POST.get("section", ""))
    if theme is None or not found.is_writable:
        raise Http404
    draft = read_draft(request.access, found)
    form = _form(request, draft, theme, request.POST)
    form.is_valid()
    for name, value in form.section_fields().items():
        setattr(found, name, value)
    measures = list(draft.measures.values())
    if isinstance(form, MeasuresForm):
        promised = form.promises()
        measures = [draft.measures.get(code) or Measure(request=found, code=code) for code in promised]
    drafting.note_preview(request=found, by=request.access, at=draft.at)
    card = outlook(found, answers={**draft.answers, **form.answers()}, measures=measures, registers=draft.registers)
    return render(request, "engagement/partials/preview.html", {"card": card})


@require_GET
def check(request: SignedInRequest, reference: str) -> HttpResponse:
    """Show everything that a request says, what it lacks, what it costs, and who will decide."""
    found = find(request.access, reference)
    is_writer = drafting_policies.may_write(found, request.access)
    if not found.is_writable or (will_rate(found, request.access) and not is_writer):
        return redirect("engagement:request", reference)
    draft = read_draft(request.access, found)
    gaps, card = draft.gaps(), draft.outlook()
    context = {
        "draft": found,
        "is_writer": is_writer,
        "gaps": [(gap, _place_of(found, gap.field)) for gap in gaps],
        "seen": card.seen,
        "gates": [_gate_in_words(fired) for fired in card.seen.gates],
        "card": card,
        "parts": _parts(draft, card),
        "refusals": [*drafting_policies.writing(found, by=request.access), *_in_short(gaps)],
    }
    return render_there(request, found, "engagement/check.html", context)


def _parts(draft: Draft, card: Outlook) -> list[readback.Part]:
    return readback.parts_of(
        draft.request,
        shown={section.slug: draft.shown(section) for section in sections.SECTIONS},
        answers=draft.answers,
        measures=draft.measures,
        assessment=card.seen.assessment,
    )


def _gate_in_words(fired: risk.Fired) -> dict[str, str]:
    """Return a gate that is in force, why, and what lifts it."""
    rule, language = risk.current_ruleset().gates[fired.gate], get_language() or "en"
    return {
        "effect": fired.effect.value,
        "word": str(EFFECTS[fired.effect.value]),
        "name": rule.name(language),
        "reason": fired.reason(language),
        "lift": rule.lift(language),
    }


def _in_short(gaps: list[Refusal]) -> list[Refusal]:
    """Return one reason for all that is missing: the list itself stands above."""
    return [Refusal("incomplete", _missing_words(len(gaps)))] if gaps else []


def _place_of(found: Request, field: str) -> str:
    theme = sections.section_of(field)
    if theme is None:
        return ""
    anchor = f"f-{field}" if field in theme.fields else field
    return f"{reverse('engagement:section', args=[found.reference, theme.slug])}#{anchor}"


@require_POST
def submit(request: SignedInRequest, reference: str) -> HttpResponse:
    """Send a request on."""
    found = writable(request.access, reference)
    try:
        submission.submit(request=found, by=request.access, at=timezone.now())
    except Refused as refused:
        return _told(request, found, refused, "engagement:check")
    messages.success(request, _("Submitted. What you wrote is frozen as this version."))
    return redirect("engagement:request", reference)


def _told(request: SignedInRequest, found: Request, refused: Refused, page: str) -> HttpResponse:
    """Say why nothing was done, on the page where it can be mended."""
    for refusal in refused.refusals[:3]:
        messages.error(request, str(refusal.message))
    return redirect(page, found.reference)


@require_POST
def withdraw(request: SignedInRequest, reference: str) -> HttpResponse:
    """Take a request back."""
    found = find(request.access, reference)
    try:
        drafting.withdraw(request=found, by=request.access, at=timezone.now())
    except Refused as refused:
        return _told(request, found, refused, "engagement:request")
    messages.success(request, _("Withdrawn. It stays readable, and nobody decides on it any more."))
    return redirect("engagement:work")


@require_POST
def reopen(request: SignedInRequest, reference: str) -> HttpResponse:
    """Make a returned request a draft again."""
    found = find(request.access, reference)
    try:
        submission.reopen(request=found, by=request.access, at=timezone.now())
    except Refused as refused:
        return _told(request, found, refused, "engagement:request")
    messages.success(request, _("Reopened as a new version. Every answer came along."))
    return redirect("engagement:edit", reference)


@require_POST
def lift_block(request: SignedInRequest, reference: str) -> HttpResponse:
    """Look at the gates of a blocked request again."""
    found = find(request.access, reference)
    try:
        submission.lift_block(request=found, by=request.access, at=timezone.now())
    except Refused as refused:
        return _told(request, found, refused, "engagement:request")
    messages.success(request, _("Nothing blocks the request any more. It has been sent on."))
    return redirect("engagement:request", reference)
