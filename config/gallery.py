"""The gallery at /_components/: every component in every state, in both themes and both directions."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.utils.functional import lazystr
from django.views.decorators.http import require_GET

from accounts.carrying import Carried
from accounts.widgets import SplitDateTimeField

PANELS = (("light", "ltr"), ("dark", "ltr"), ("light", "rtl"), ("dark", "rtl"))


@dataclass(frozen=True)
class Sample:
    """One component: its name, the template source that draws it, and whether it needs the full width."""

    name: str
    source: str
    is_wide: bool = False


@dataclass(frozen=True)
class Panel:
    """One drawing of a sample in one theme and direction."""

    theme: str
    direction: str
    html: str


class SampleForm(forms.Form):
    """One field of every kind."""

    when = SplitDateTimeField(label="When was it?", missing="Enter the day the contact took place, like 22 11 2026.")
    spoke = forms.CharField(
        label="Who spoke for the group?",
        help_text="Role is enough. Do not write a name if it could put someone at risk.",
        error_messages={"required": "Enter who spoke for the group."},
    )
    how = forms.ChoiceField(
        label="How?",
        choices=[("person", "In person"), ("phone", "Phone or radio"), ("unknown", "I do not know")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how the contact took place."},
    )
    topics = forms.MultipleChoiceField(
        label="What was spoken about?",
        help_text="Choose all that apply.",
        choices=[("road", "Access and checkpoints"), ("people", "People held")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    area = forms.ChoiceField(label="Where?", choices=[("", "Choose an area"), ("k", "Kesi")], required=False)
    said = forms.CharField(
        label="What was said about protecting civilians?",
        widget=forms.Textarea(attrs={"data-max": 600, "dir": "auto", "rows": 4}),
        required=False,
    )
    safety = forms.BooleanField(label="There was a safety problem", help_text="Opens one more page.", required=False)


class DecisionForm(forms.Form):
    """The five outcomes of a decision."""

    outcome = forms.ChoiceField(
        label="What do you decide?",
        choices=[
            ("approve", "Approve"),
            ("conditions", "Approve with conditions"),
            ("return", "Return for more work"),
            ("defer", "Defer to a date or event"),
            ("decline", "Decline"),
        ],
        widget=forms.RadioSelect,
    )


SAMPLES = (
    Sample(
        "Level sign",
        """{% for band in risk_bands %}<p>{% level band %}</p>{% endfor %}
{% for band in protection_bands %}<p>{% level band %}</p>{% endfor %}
<p>{% level None %}</p><p>{% pair "Security" "high" %}</p>
<p>{% level "HIGH" 384 296 724 %}</p>
<p>{% level "P3_MAJOR" 610 520 700 %}</p>""",
    ),
    Sample(
        "Range bar",
        """<p>{% numbers 384 296 724 %}</p>{% range_bar 384 296 724 %}
<p>{% numbers 404 310 640 %}, at submission 318</p>{% range_bar 404 310 640 previous=318 %}
<p>{% numbers 610 520 700 %}</p>{% range_bar 610 520 700 scale="protection" %}
<p>{% numbers 0 0 0 %}</p>{% range_bar 0 0 0 %}
<p>{% numbers 1000 940 1000 %}</p>{% range_bar 1000 940 1000 %}""",
    ),
    Sample(
        "Factor bar",
        """<p>160 of 160</p>{% factor_bar 160 160 %}
<p>120 of 200, 80 removed by a promised measure</p>{% factor_bar 200 120 promised=80 %}
<p>8 of 80, 40 removed by a verified measure</p>{% factor_bar 80 8 verified=40 %}
<p>80 of 80, not known</p>{% factor_bar 80 80 unknown=True %}
<p>0 of 120</p>{% factor_bar 120 0 %}
{% legend "factor" %}""",
    ),
    Sample(
        "Pills",
        """<p class="tags">{% for code, text in pills %}{% pill code text %} {% endfor %}</p>""",
    ),
    Sample(
        "Notes",
        """{% note title="Posture" heading=3 %}<p>Staff at all levels are expected to engage.</p>{% endnote %}
{% note "ok" %}<p>Saved as C-7F3K2, 14:53.</p>{% endnote %}
{% note "warn" title="2 things changed since this was submitted" heading=3 %}<ul>
<li>Host government: {% level "MODERATE" %} to {% level "HIGH" %}, from 318 to 404. <a href="#top">See changes</a></li>
<li>Security adviser: support with conditions.</li></ul>{% endnote %}
{% note "bad" title="A prohibition is in force" heading=3 %}<p>Contact with this group is prohibited by the head of
mission until 12 Dec 2026. The legal adviser can say whether it covers this person.</p>{% endnote %}""",
    ),
    Sample(
        "Card and facts",
        """{% card card_title id=card_id heading=3 %}
<p><strong>Approve one meeting</strong> at Kesi mission base, led by Civil Affairs.</p>
{% kv facts %}{% endcard %}""",
    ),
    Sample("Posture", """{% posture_sentence posture url="#top" %}{% posture_sentence None %}"""),
    Sample(
        "Dates",
        """<p>{% when moment %}</p><p>{% when moment zone="Africa/Bangui" %}</p><p>{% when on %}</p>
<p>{% when None %}</p><p>{% moment moment %}</p><p>{% moment moment "Africa/Bangui" True %}</p>""",
    ),
    Sample("Timeline", """{% timeline events %}"""),
    Sample("Task list", """{% task_list tasks %}"""),
    Sample(
        "Actions",
        """<div class="acts">{% action "Save contact" "#top" %}{% action "Save as draft" "#top" kind="alt" %}
{% action "Suspend now" "#top" kind="stop" %}{% action "Print or save as PDF" "#top" kind="alt" method="get" %}</div>
{% action action_label "#top" refusals=refusals %}
<p>{% draft_status %}</p><p>{% draft_status moment %}</p>""",
    ),
    Sample("What was typed", """{% typed_words carried %}"""),
    Sample("Fields", """<form novalidate>{{ form }}{% submission_key %}</form>"""),
    Sample("Fields with errors", """<form novalidate>{{ bad_form }}</form>"""),
    Sample("Outcome of a decision", """<form novalidate>{% choices decision_form.outcome keys=True %}</form>"""),
    Sample(
        "Unit marks",
        """<p>{% units "filled" 9 "half" 1 "cross" 3 "outline" 4 %}</p>
{% legend "commitments" %}""",
    ),
    Sample("Pages of a list", """{% pagination page pages_label %}"""),
    Sample(
        "Protection case and three risks",
        """{% table balance_title %}<thead><tr><th scope="col">What</th>
<th scope="col">Level</th><th scope="col" class="n">Points, 0 to 1000</th><th scope="col">Plausible range</th>
</tr></thead><tbody>{% for row in balance %}<tr>
<th scope="row">{{ row.name }}<span class="hint">{{ row.hint }}</span></th>
<td data-l="Level">{% level row.band %}</td><td class="n" data-l="Points">{% numbers row.score row.low row.high %}</td>
<td class="c" data-l="">{% range_bar row.score row.low row.high previous=row.previous scale=row.scale %}</td></tr>
{% endfor %}</tbody>{% endtable %}
{% legend "range" %}""",
        is_wide=True,
    ),
    Sample(
        "Queue",
        """<ol class="work">
{% work_row "Reopen the road before the harvest" "#top" "R-2026-0143 · Civil Affairs" "by Tue 24 Nov" row_pills %}
<p>Protection {% level "P3_MAJOR" %}</p><p class="muted">Legitimacy moderate · Host government high · Security high</p>
{% endwork_row %}
{% work_row "Phone line for clinic access" "#top" meta="R-2026-0144" due="by Tue 24 Nov" is_late=True %}
<p>Protection {% level "P4_CRITICAL" %}</p>{% endwork_row %}</ol>""",
        is_wide=True,
    ),
    Sample(
        "Protection against highest risk",
        """{% scatter points title="Pending requests by protection case and highest risk" id=scatter_id as chart %}
{% figure chart figure_title "scatter" %}
{% table points_title %}<thead><tr><th scope="col">Request</th><th scope="col" class="n">Protection</th>
<th scope="col" class="n">Highest risk</th></tr></thead><tbody>{% for point in points %}<tr>
<th scope="row">R-2026-0{{ point.label }}</th><td class="n" data-l="Protection">{{ point.protection.1 }}</td>
<td class="n" data-l="Highest risk">{{ point.risk.1 }}</td></tr>{% endfor %}</tbody>{% endtable %}{% endfigure %}""",
        is_wide=True,
    ),
)


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component in every state, with the source that draws it."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    shown = [(sample, _panels(request, number, sample)) for number, sample in enumerate(SAMPLES)]
    summary_form = SampleForm({"when_day": "31", "when_month": "2", "when_year": "2026"}, auto_id="top_%s")
    return render(request, "gallery.html", {"shown": shown, "summary_form": summary_form})


def _panels(request: HttpRequest, number: int, sample: Sample) -> list[Panel]:
    template = engines["django"].from_string(sample.source)
    return [
        Panel(
            theme,
            direction,
            template.render(_invented(f"s{number}{theme[0]}{direction[0]}", f"{theme}, {direction}"), request),
        )
        for theme, direction in PANELS
    ]


def _invented(key: str, panel: str) -> dict[str, Any]:
    """Return invented data; `key` and `panel` keep ids and names apart where a sample is drawn more than once."""
    moment = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
    bad = SampleForm({"when_day": "31", "when_month": "2", "when_year": "2026"}, auto_id=f"{key}b_%s")
    return {
        "risk_bands": ["LOW", "MODERATE", "HIGH", "VERY_HIGH"],
        "protection_bands": ["P1_MINOR", "P2_USEFUL", "P3_MAJOR", "P4_CRITICAL"],
        "pills": PILLS,
        "row_pills": [("CHANGED", "Changed: host government up"), ("DO_NOT_SUPPORT", "1 adviser does not support")],
        "card_id": f"{key}-card",
        "pages_label": f"Pages ({panel})",
        "card_title": f"The decision ({panel})",
        "balance_title": f"Protection case and three risks ({panel})",
        "points_title": f"Pending requests as a table ({panel})",
        "figure_title": f"Pending requests, protection case against highest risk ({panel})",
        "scatter_id": f"{key}-scatter",
        "action_label": f"Submit for advice {key}",
        "facts": FACTS,
        "posture": POSTURE,
        "moment": moment,
        "on": date(2026, 11, 30),
        "events": EVENTS,
        "tasks": TASKS,
        "refusals": REFUSALS,
        "carried": Carried(
            "/contacts/new/", (("summary", "They asked for salt.\nWe promised nothing."), ("how", "phone"))
        ),
        "form": SampleForm(auto_id=f"{key}_%s", initial={"when": moment, "how": "phone"}),
        "bad_form": bad,
        "decision_form": DecisionForm(auto_id=f"{key}d_%s"),
        "page": Paginator(range(260), 25).page(4),
        "balance": BALANCE,
        "points": POINTS,
    }


TYPED = (("summary", "They asked for salt.\nWe promised nothing."), ("how", "phone"))
PILLS = [
    ("SUPPORT", "Support"),
    ("SUPPORT_WITH_CONDITIONS", "Support with conditions"),
    ("DO_NOT_SUPPORT", "Do not support"),
    ("NO_OBJECTION", "No objection"),
    ("ABSTAIN", "Abstain"),
    ("DRAFT", "Draft"),
    ("IN_ADVICE", "In advice"),
    ("READY", "Ready for decision"),
    ("BLOCKED", "Blocked"),
    ("AUTHORISED", "Authorised"),
    ("SUSPENDED", "Suspended"),
    ("LAPSED", "Lapsed"),
    ("HOLD", "Hold: joint operation within 30 days"),
]
FACTS = [
    ("Asked by", "Civil Affairs, Kesi field office"),
    ("If we do not engage", "41 checkpoint incidents in 60 days, rising. Market closed.", "#top"),
    ("Who disagrees", "Force headquarters advises waiting until the joint operation ends."),
]
POSTURE = SimpleNamespace(
    get_code_display="Dialogue is expected of staff at all levels",
    explanation="",
    starts_at=datetime(2026, 3, 4, tzinfo=UTC),
    issuer_title="Head of mission",
)
EVENTS = [
    {
        "what": "Approved with conditions",
        "at": datetime(2026, 11, 21, 9, tzinfo=UTC),
        "who": "Head of mission",
        "is_decision": True,
    },
    {
        "what": "Advice: do not support",
        "at": datetime(2026, 11, 19, 15, tzinfo=UTC),
        "who": "Force liaison",
        "detail": "Overlaps the joint operation.",
        "url": "#top",
    },
    {"what": "Submitted", "at": datetime(2026, 11, 17, 8, 30, tzinfo=UTC), "who": "Field officer"},
]
TASKS = [
    {"title": "Purpose and civilians", "url": "#top", "state": "Completed"},
    {
        "title": "Host government",
        "url": "#top",
        "state": "3 answers missing",
        "pill": "MISSING",
        "hint": "Joint operations narrow the range most.",
    },
    {"title": "Check and submit", "state": "Not yet"},
]
REFUSALS = [
    lazystr("Three answers are missing in “Host government”."),
    lazystr("You wrote this request, so someone else must advise on it. Next: the security adviser."),
]
BALANCE = [
    {
        "name": "Protection case",
        "hint": "If this works, how much could it reduce harm to civilians?",
        "band": "P3_MAJOR",
        "score": 610,
        "low": 520,
        "high": 700,
        "scale": "protection",
        "previous": None,
    },
    {
        "name": "Legitimacy",
        "hint": "Could contact raise the group’s standing?",
        "band": "MODERATE",
        "score": 268,
        "low": 190,
        "high": 420,
        "scale": "risk",
        "previous": None,
    },
    {
        "name": "Host government",
        "hint": "Could the State object or retaliate?",
        "band": "HIGH",
        "score": 404,
        "low": 310,
        "high": 640,
        "scale": "risk",
        "previous": 318,
    },
    {
        "name": "Security",
        "hint": "Could staff or contacts be harmed?",
        "band": "HIGH",
        "score": 384,
        "low": 296,
        "high": 724,
        "scale": "risk",
        "previous": None,
    },
]
POINTS = [
    {"label": str(label), "protection": protection, "risk": risk, "state": state}
    for label, protection, risk, state in (
        (101, (250, 360, 470), (620, 790, 920), "new"),
        (102, (200, 300, 390), (210, 305, 400), "again"),
        (103, (410, 480, 590), (210, 318, 430), "review"),
        (104, (210, 290, 360), (250, 312, 380), "new"),
        (105, (660, 740, 810), (460, 560, 640), "again"),
        (106, (770, 830, 890), (330, 400, 480), "review"),
        (107, (760, 890, 990), (480, 590, 700), "new"),
        (108, (60, 150, 240), (620, 700, 790), "again"),
        (109, (510, 580, 640), (730, 865, 990), "review"),
        (110, (420, 500, 570), (250, 380, 510), "new"),
        (111, (180, 300, 410), (350, 480, 600), "again"),
        (112, (300, 430, 560), (310, 410, 510), "review"),
        (113, (300, 428, 560), (310, 414, 510), "new"),
    )
]
