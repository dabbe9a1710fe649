"""Component tags, built in to every template; each component is shown in all its states at /_components/."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.template import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from accounts.carrying import Carried
from config import charts
from config.typed import NOT_SAID, rows_of, sent
from missions.access import Access, Marking, Record
from missions.bands import PROTECTION_BANDS, RISK_BANDS, RISKS
from missions.dates import short_day_in_words, time_in_words, weekday_in_words
from missions.policies.markings import raise_marking

register = template.Library()

NOT_ASSESSED = gettext_lazy("Not assessed")

# Tone and glyph of every status word; the words themselves come from the models, in the language of the reader.
TONES: dict[str, tuple[str, str]] = {
    # Advice
    "SUPPORT": ("ok", "check"),
    "SUPPORT_WITH_CONDITIONS": ("info", "half"),
    "DO_NOT_SUPPORT": ("bad", "cross"),
    "NO_OBJECTION": ("ok", "check"),
    "ABSTAIN": ("", "dash"),
    "NOT_YET_GIVEN": ("", "clock"),
    # Where a request stands
    "DRAFT": ("", "half"),
    "BLOCKED": ("bad", "cross"),
    "IN_ADVICE": ("info", "clock"),
    "READY": ("warn", "up"),
    "DEFERRED": ("", "clock"),
    "RETURNED": ("warn", "half"),
    "APPROVED": ("ok", "check"),
    "APPROVED_WITH_CONDITIONS": ("info", "half"),
    "DECLINED": ("bad", "cross"),
    "WITHDRAWN": ("", "dash"),
    # Where a dialogue stands
    "AUTHORISED": ("ok", "check"),
    "ACTIVE": ("ok", "check"),
    "SUSPENDED": ("bad", "cross"),
    "REDECISION": ("warn", "up"),
    "LAPSED": ("", "clock"),
    "CONCLUDED": ("", "check"),
    # Outcomes of a decision
    "APPROVE": ("ok", "check"),
    "APPROVE_WITH_CONDITIONS": ("info", "half"),
    "RETURN": ("warn", "half"),
    "DEFER": ("", "clock"),
    "DECLINE": ("bad", "cross"),
    # What became of a commitment
    "CONSISTENT": ("ok", "check"),
    "NOT_ENOUGH": ("", "dash"),
    "INCONSISTENT": ("warn", "half"),
    "BREACH": ("bad", "cross"),
    # Measures and sources
    "PROMISED": ("", "half"),
    "VERIFIED": ("ok", "check"),
    # Gates
    "BLOCK": ("bad", "cross"),
    "HOLD": ("warn", "up"),
    "ESCALATE": ("info", "up"),
    "ALERT": ("info", "up"),
    # Lines of a queue
    "CHANGED": ("warn", "up"),
    "MISSING": ("", "dash"),
    "LATE": ("bad", "clock"),
}
GLYPHS = ("check", "cross", "half", "up", "dash", "clock")
MESSAGE_TONES = {"success": "ok", "warning": "warn", "error": "bad"}


def _code(value: Any) -> str:
    return str(getattr(value, "value", value)).upper()


def _place(band: Any) -> tuple[int, Any]:
    """Return the number of boxes and the word of a band."""
    for bands in (RISK_BANDS, PROTECTION_BANDS):
        if band in bands:
            return [*bands].index(band) + 1, bands[band]
    return 0, NOT_ASSESSED


# --- Words ---------------------------------------------------------------------------------------------------------


@register.filter
def band_word(band: Any) -> str:
    """Give the word of a risk or protection band, "Not assessed" when there is none."""
    return str(_place(_code(band))[1])


@register.filter
def risk_name(code: Any) -> str:
    """Give the name of LEG, GOV, SEC or PRO."""
    return str(RISKS[_code(code)])


@register.simple_tag
def pair(name: Any, value: Any) -> SafeString:
    """Set a value behind its name as the language writes it: "Security: high", « Sécurité : élevé »."""
    words = {"name": conditional_escape(name), "value": conditional_escape(value)}
    return mark_safe(pgettext("name and value", "%(name)s: %(value)s") % words)


@register.simple_tag
def glyph(name: str) -> SafeString:
    """Draw one of the six marks of base.html: check, cross, half, up, dash, clock."""
    return format_html('<svg class="g" aria-hidden="true" focusable="false"><use href="#g-{}"/></svg>', name)


@register.simple_tag
def level(
    band: Any, score: int | None = None, low: int | None = None, high: int | None = None, scale: str = "risk"
) -> SafeString:
    """Show a band as its word and as many boxes, then "384 (296–724)" when the numbers are given."""
    code = _code(band)
    boxes, word = _place(code)
    protection = " prot" if code in PROTECTION_BANDS or scale == "protection" else ""
    sign = format_html('<span class="lvl l{}{}"><i aria-hidden="true"></i>{}</span>', boxes, protection, word)
    if score is None:
        return sign
    return format_html("{} {}", sign, numbers(score, low, high))


@register.simple_tag
def numbers(score: int, low: int | None = None, high: int | None = None) -> SafeString:
    """Show points and their plausible range, "384 (296–724)"."""
    if low is None or high is None:
        return format_html('<span class="num nowrap">{}</span>', score)
    return format_html(
        '<span class="num nowrap"><bdi>{} <span class="muted">({}–{})</span></bdi></span>', score, low, high
    )


@register.simple_tag
def when(value: datetime | date | None, zone: tzinfo | str | None = None) -> SafeString:
    """Show a date with its weekday, and for a moment the time and its zone: "Tue 24 Nov 2026, 18:00 mission time"."""
    if not value:
        return format_html('<span class="muted">{}</span>', _("No date"))
    if not isinstance(value, datetime):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), weekday_in_words(value))
    local = timezone.localtime(value, _zone(zone)) if timezone.is_aware(value) else value
    words = {"day": weekday_in_words(local), "time": time_in_words(local), "zone": _zone_words(local)}
    text = _("%(day)s, %(time)s %(zone)s") % words
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), text)


@register.simple_tag
def moment(value: datetime | None, zone: tzinfo | str | None = None, is_far: bool = False) -> SafeString:
    """Show a moment in a list, "Tue 24 Nov, 18:00"; the page says once whose time it is. Far off, the day is enough."""
    if value is None:
        return format_html('<span class="muted">{}</span>', _("No date"))
    local = timezone.localtime(value, _zone(zone))
    day = short_day_in_words(local, near=timezone.localtime(timezone.now(), _zone(zone)))
    text = day if is_far else pgettext("day and time", "%(day)s, %(time)s") % {"day": day, "time": time_in_words(local)}
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), text)


@register.filter
def day(value: date | None) -> str:
    """Give a date with its weekday as plain text, for sentences."""
    return weekday_in_words(value) if value else _("no date")


def _zone(zone: tzinfo | str | None) -> tzinfo:
    # Of somebody without a mission a template finds an empty text instead of a zone.
    if not zone:
        return timezone.get_current_timezone()
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def _zone_words(local: datetime) -> str:
    # A zone is named after a city that may lie in another State; whoever reads this serves in one mission.
    name = str(local.tzinfo)
    return _("mission time") if "/" in name else name


# --- Charts --------------------------------------------------------------------------------------------------------


@register.simple_tag
def range_bar(score: int, low: int, high: int, previous: int | None = None, scale: str = "risk") -> SafeString:
    """Draw points and their plausible range on 0 to 1000; `scale` is "risk" or "protection", `previous` a ring."""
    return charts.range_bar(score=score, low=low, high=high, previous=previous, scale=scale)


@register.simple_tag
def factor_bar(
    weight: int, points: int, verified: int = 0, promised: int = 0, unknown: bool = False, heaviest: int = 240
) -> SafeString:
    """Draw what a factor counts now, and what verified and promised measures take away."""
    return charts.factor_bar(
        weight=weight, points=points, verified=verified, promised=promised, unknown=unknown, heaviest=heaviest
    )


@register.simple_tag
def units(*counts: Any) -> SafeString:
    """Draw one mark for each thing counted: {% units "filled" 9 "cross" 3 "outline" 4 %}."""
    return charts.units(zip(counts[::2], counts[1::2], strict=True))


LEGENDS: dict[str, tuple[tuple[str, Any], ...]] = {
    "range": (
        ("estimate", gettext_lazy("the estimate")),
        ("range", gettext_lazy("from the best to the worst plausible reading of the evidence")),
        ("earlier", gettext_lazy("the estimate before")),
        ("cut", gettext_lazy("where the level changes")),
    ),
    "factor": (
        ("most", gettext_lazy("the most it can count")),
        ("counts", gettext_lazy("counts now")),
        ("removed", gettext_lazy("removed by a verified measure")),
        ("hoped", gettext_lazy("would be removed by a promised measure")),
        ("unknown", gettext_lazy("not known, so counted at its worst")),
    ),
    "scatter": (
        ("new", pgettext_lazy("request on a chart", "new")),
        ("again", pgettext_lazy("request on a chart", "sent again")),
        ("review", pgettext_lazy("request on a chart", "under review")),
        ("cross_of_ranges", gettext_lazy("plausible ranges; requests whose crosses overlap cannot be ranked")),
    ),
    "commitments": (
        ("filled", gettext_lazy("consistent so far")),
        ("half", gettext_lazy("inconsistent")),
        ("cross", gettext_lazy("breach verified")),
        ("outline", gettext_lazy("not enough information")),
    ),
}


@register.simple_tag
def legend(name: str) -> SafeString:
    """Explain the marks of a drawing: range, factor, scatter or commitments."""
    items = format_html_join("\n", "<li>{} {}</li>", ((charts.key(mark), words) for mark, words in LEGENDS[name]))
    return format_html('<ul class="legend">{}</ul>', items)


@register.simple_tag
def scatter(points: Iterable[Any], title: str, id: str = "scatter") -> SafeString:
    """Draw protection against the highest risk.

    Each point has `label`, `protection` and `risk` (each low, score, high) and `state`: new, again or review.
    """
    return charts.scatter(
        [charts.as_point(point) for point in points],
        title=title,
        id=id,
        risk_words=[str(word) for word in RISK_BANDS.values()],
        protection_words=[str(word) for word in PROTECTION_BANDS.values()],
    )


# --- Marking ------------------------------------------------------------------------------------------------------

# Stands where the banner goes until the page is written; no text of a person can hold it, because texts are escaped.
BANNER = "<!--banner-->"


@register.simple_tag
def banner() -> SafeString:
    """Say where the marking stands, inside {% marked %}…{% endmarked %}."""
    return mark_safe(BANNER)


@register.simple_block_tag(takes_context=True)
def marked(context: Context, content: str) -> SafeString:
    """Write a page first, and then the highest marking of what it shows wherever {% banner %} stands in it."""
    access = getattr(context.get("request"), "access", None)
    return mark_safe(content.replace(BANNER, _banner(access) if access else ""))


def _banner(access: Access) -> str:
    marking = format_html("<span>{}</span>", Marking(access.shown.highest).label)
    return format_html("{}<span>{}</span>", marking, _read_by(access)) if access.shown.closely_held else marking


@register.simple_tag(takes_context=True)
def read_by(context: Context) -> str:
    """Say who reads this page and when: a picture of the screen then tells where it was taken."""
    return _read_by(context["request"].access)


def _read_by(access: Access) -> str:
    now = timezone.localtime()
    words = {"name": access.user.name, "day": weekday_in_words(now), "time": f"{time_in_words(now)} {_zone_words(now)}"}
    return _("Read by %(name)s, %(day)s, %(time)s") % words


@register.inclusion_tag("components/marking.html", takes_context=True)
def marking_of(context: Context, record: Record) -> dict[str, Any]:
    """Say how closely a record is kept, with the way to change that for whoever works on it."""
    return {"record": record, "may_mark": not any(raise_marking(record, context["request"].access))}


# --- Small parts ---------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/pill.html")
def pill(value: Any, text: Any = "") -> dict[str, Any]:
    """Show a status as glyph, word and tone; the word is `text`, else the label of the enum member."""
    tone, mark = TONES.get(_code(value), ("", "dash"))
    return {"tone": tone, "glyph": mark, "text": text or getattr(value, "label", value)}


@register.simple_block_tag
def crumbs(content: str) -> SafeString:
    """Put the <li> of {% block crumbs %} into their list, and mark the last as this page where it is no link."""
    before, item, last = content.rpartition("<li>")
    if not item:
        return SafeString("")
    here = item if "<a " in last else '<li aria-current="page">'
    items = mark_safe(before + here + last)
    return format_html('<nav class="crumbs" aria-label="{}"><ol>{}</ol></nav>', _("Breadcrumb"), items)


@register.filter
def message_tone(tags: str) -> str:
    """Give the tone of a note for the level of a message."""
    return MESSAGE_TONES.get(tags.split()[-1] if tags else "", "")


@register.simple_block_tag
def card(content: str, title: str = "", id: str = "", heading: int = 2) -> SafeString:
    """Put content in a titled card: {% card title id="advice" %}…{% endcard %}."""
    anchor = id or slugify(title) or "card"
    return render_to_string(
        "components/card.html", {"content": content, "title": title, "id": anchor, "heading": f"h{heading}"}
    )


@register.simple_block_tag
def note(content: str, tone: str = "", title: str = "", heading: int = 2) -> SafeString:
    """Put content in a note; tone is "" for information, or ok, warn, bad."""
    return render_to_string(
        "components/note.html", {"content": content, "tone": tone, "title": title, "heading": f"h{heading}"}
    )


@register.simple_block_tag
def table(content: str, caption: str, stack: bool = True, visible: bool = False) -> SafeString:
    """Wrap thead and tbody in a named region that scrolls; below 640 px each row becomes a block.

    Cells carry `data-l` with the words of their column.
    """
    return render_to_string(
        "components/table.html", {"content": content, "caption": caption, "stack": stack, "visible": visible}
    )


@register.simple_block_tag
def figure(content: str, chart: str, caption: str, marks: str = "", summary: str = "") -> SafeString:
    """Put a chart above its caption and its table: {% figure chart caption "scatter" %}{% table … %}…{% endfigure %}.

    `marks` names the legend that explains the chart, see the legend tag.
    """
    shown = {"content": content, "chart": chart, "caption": caption, "marks": marks}
    return render_to_string("components/figure.html", shown | {"summary": summary or _("Show as a table")})


@register.inclusion_tag("components/kv.html")
def kv(rows: Iterable[Sequence[Any]]) -> dict[str, Any]:
    """List facts: each row is (term, value) or (term, value, address of its Change link)."""
    return {"rows": [(*row, "")[:3] for row in rows]}


@register.inclusion_tag("components/timeline.html")
def timeline(events: Iterable[Any]) -> dict[str, Any]:
    """List events, newest first: each has `what` and `at`, and may have `who`, `detail`, `url`, `is_decision`."""
    return {"events": events}


@register.simple_block_tag
def work_row(
    content: str,
    title: str,
    url: str,
    meta: str = "",
    due: Any = "",
    pills: Iterable[tuple[Any, Any]] = (),
    is_late: bool = False,
) -> SafeString:
    """Show one line of a queue inside <ol class="work">; content is the middle column, pills are (code, text)."""
    shown = {"content": content, "title": title, "url": url, "meta": meta, "due": due, "is_late": is_late}
    shown["pills"] = list(pills)[:2]
    return render_to_string("components/work_row.html", shown)


@register.inclusion_tag("components/task_list.html")
def task_list(tasks: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """List sections with their state: each task has `title`, `state`, and may have `url`, `hint`, `pill`."""
    return {"tasks": tasks}


@register.inclusion_tag("components/posture.html")
def posture_sentence(posture: Any, url: str = "", brief: bool = False) -> dict[str, Any]:
    """Say in one sentence what the mission expects, since when and by whose word; None says that nothing is set.

    `brief` leaves the rest to the page behind `url`.
    """
    return {"posture": posture, "url": url, "brief": brief}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], label: str = "") -> dict[str, Any]:
    """Link the pages of a list, keeping the filters of the address; a second list on a page needs its own label."""
    request = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    query.pop("page", None)
    kept = query.urlencode() + "&" if query else ""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1)
    return {"page": page, "kept": kept, "numbers": numbers, "label": label or _("Pages")}


# --- Forms ---------------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/errors.html")
def error_summary(*forms: BaseForm) -> dict[str, Any]:
    """List every error of the forms at the top of the page, each a link to its field."""
    return {"problems": [problem for form in forms if form for problem in _problems(form)]}


def _problems(form: BaseForm) -> list[tuple[str, str]]:
    found = [("", str(message)) for message in form.non_field_errors()]
    for field in form:
        anchor = "" if field.is_hidden else getattr(field, "anchor", field.id_for_label)
        found += [(anchor, str(message)) for message in field.errors]
    return found


@register.inclusion_tag("components/typed.html", takes_context=True)
def typed_words(context: Context, carried: Carried | None = None, form: BaseForm | None = None) -> dict[str, Any]:
    """Show in full what was filled in and not saved, so that nobody has to write it twice.

    That is what `carried` holds, else what this page was just sent; `form` has the words for it.
    """
    return {"rows": rows_of(carried or sent(context.get("request")), form)}


@register.simple_tag(takes_context=True)
def typed_again(context: Context) -> SafeString:
    """Write hidden inputs with what this page was just sent, for a form that sends it once more."""
    carried = sent(context.get("request"))
    fields = [field for field in carried.fields if field[0] not in NOT_SAID] if carried else []
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', fields)


@register.simple_tag(takes_context=True)
def submission_key(context: Context, anew: bool = False) -> SafeString:
    """Write the hidden key that makes one record of a form however often it is sent; `anew` makes it another record."""
    request = context.get("request")
    posted = request.POST.get("submission_key", "") if request and not anew else ""
    return format_html('<input type="hidden" name="submission_key" value="{}">', _as_uuid(posted) or uuid4())


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@register.inclusion_tag("components/action.html", takes_context=True)
def action(
    context: Context, label: str, url: str, refusals: Iterable[Any] = (), kind: str = "", method: str = "post"
) -> dict[str, Any]:
    """Show a button that posts to `url` (a link when method is "get"), or the reasons why it cannot be pressed.

    `kind` is "" for the one filled button of the page, "alt" or "stop". Where the button stands for the form of this
    very page and somebody was faster, what was filled in is shown below the reasons: `form` has the words for it.
    """
    reasons = [getattr(refusal, "message", refusal) for refusal in refusals]
    request = context.get("request")
    is_own_form = bool(reasons) and request is not None and url in {"", request.path}
    return {
        "label": label,
        "url": url,
        "reasons": reasons,
        "kind": kind,
        "method": method,
        "id": f"why-{slugify(url)}-{slugify(label)}",
        "csrf_token": context.get("csrf_token"),
        "rows": rows_of(sent(request), context.get("form")) if is_own_form else [],
        "title": _("What you typed"),
    }


@register.inclusion_tag("components/decide_panel.html")
def choices(field: BoundField, keys: bool = False) -> dict[str, Any]:
    """Show radios or checkboxes as equal rows; with keys, 1 to 9 move to them where the page has shortcuts."""
    options = list(field)
    if keys:
        for number, option in enumerate(options, start=1):
            option.data["attrs"]["data-key"] = str(number)
    return {"field": field, "options": options}


@register.inclusion_tag("components/draft_status.html")
def draft_status(saved_at: datetime | None = None) -> dict[str, Any]:
    """Say whether the draft is saved, and give the script its words."""
    return {"saved_at": saved_at}
