"""Every component, as the gallery draws it."""

import random
import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import Http404
from django.template import engines
from django.template.loader import get_template
from django.utils import timezone, translation

from accounts.widgets import SplitDateField, SplitDateTimeField
from config import charts, ui_tags
from config.gallery import gallery
from engagement.models.decisions import Advice, Decision
from engagement.models.engagements import Commitment
from engagement.models.status import EngagementStatus, RequestStatus
from missions import dates
from missions.refusals import Refusal

ERROR_PAGES = ["400", "403", "403_csrf", "404", "409", "413", "429", "500"]
VOID = {"meta", "link", "input", "br", "hr", "img", "path", "rect", "circle", "use"}


class Page(HTMLParser):
    """What a page holds: every element with its attributes, its ancestors and the text inside it."""

    def __init__(self, html):
        super().__init__()
        self.elements = []
        self.open = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        element = {"tag": tag, "text": "", "inside": [e["tag"] for e in self.open], **dict(attrs)}
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        while self.open and self.open.pop()["tag"] != tag:
            pass

    def handle_data(self, data):
        for element in self.open:
            element["text"] += data

    def all(self, tag):
        return [element for element in self.elements if element["tag"] == tag]

    def having(self, css_class):
        return [e for e in self.elements if css_class in (e.get("class") or "").split()]


def draw(source, request=None, **context):
    return engines["django"].from_string(source).render(context, request)


@pytest.fixture
def page(rf, settings):
    settings.DEBUG = True
    return Page(gallery(rf.get("/_components/")).content.decode())


def test_the_gallery_is_closed_in_real_work(rf, settings):
    settings.DEBUG = settings.DEMO = False

    with pytest.raises(Http404):
        gallery(rf.get("/_components/"))


def test_every_level_sign_has_its_word(page):
    words = {str(w) for w in (*ui_tags.RISK_BANDS.values(), *ui_tags.PROTECTION_BANDS.values(), ui_tags.NOT_ASSESSED)}

    assert {sign["text"] for sign in page.having("lvl")} == words


def test_every_drawing_is_hidden_beside_its_numbers_or_has_a_title(page):
    for svg in page.all("svg"):
        titled = svg.get("role") == "img" and "aria-labelledby" in svg
        assert svg.get("aria-hidden") == "true" or titled


def test_every_id_stands_once(page):
    ids = [element["id"] for element in page.elements if "id" in element]

    assert len(ids) == len(set(ids))


def test_everything_named_by_id_exists(page):
    ids = {element["id"] for element in page.elements if "id" in element}
    named = [
        name
        for element in page.elements
        for attribute in ("aria-labelledby", "aria-describedby", "for")
        for name in (element.get(attribute) or "").split()
    ]

    assert named
    assert set(named) <= ids


def test_every_control_has_a_label(page):
    labelled = {label.get("for") for label in page.all("label")}
    controls = [e for e in page.elements if e["tag"] in {"input", "select", "textarea"} and e.get("type") != "hidden"]

    assert {control["id"] for control in controls} <= labelled


def test_no_element_carries_style_or_script(page):
    for element in page.elements:
        assert not [name for name in element if name == "style" or name.startswith("on")]
    assert all("src" in script for script in page.all("script"))


def test_the_page_has_one_first_heading_and_every_table_a_caption(page):
    assert len(page.all("h1")) == 1
    assert len(page.all("caption")) == len(page.all("table"))


def test_every_link_of_the_error_summary_leads_to_a_control(page):
    ids = {element["id"] for element in page.elements if "id" in element}
    links = [a for a in page.all("a") if "href" in a and a["href"].startswith("#top_")]

    assert links
    assert {link["href"].removeprefix("#") for link in links} <= ids


@pytest.mark.parametrize("words", [Advice.Outcome, Decision.Outcome, RequestStatus, EngagementStatus, Commitment.State])
def test_every_status_has_a_tone_and_a_glyph(words):
    for member in words:
        assert ui_tags.TONES[member.value.upper()][1] in ui_tags.GLYPHS
        assert str(member.label) in draw("{% pill word %}", word=member)


def test_every_glyph_is_drawn_in_the_frame():
    frame = get_template("base.html").template.source

    assert set(re.findall(r'id="g-(\w+)"', frame)) == set(ui_tags.GLYPHS)


def test_a_level_gives_its_numbers_in_the_same_line():
    text = re.sub(r"<[^>]+>", "", draw('{% level "HIGH" 384 296 724 %}'))

    assert text == "High 384 (296–724)"


def test_band_words_follow_the_language():
    with translation.override("fr"):
        french = draw('{% level "VERY_HIGH" %}')
    with translation.override("en"):
        english = draw('{% level "VERY_HIGH" %}')

    assert "Very high" in english
    assert "l4" in french


@pytest.mark.parametrize("count", [1, 12, 40])
def test_labels_of_the_scatter_never_collide(count):
    dice = random.Random(count)

    def reading(middle):
        return (max(middle - 90, 0), middle, min(middle + 90, 1000))

    points = [
        charts.Point(str(101 + n), reading(dice.randint(250, 600)), reading(dice.randint(250, 600)))
        for n in range(count)
    ]

    places = charts.place_labels(points)

    for n, place in enumerate(places):
        assert not any(place.meets(other) for other in places[n + 1 :])
        assert not any(place.meets(point.marker) for point in points)


def test_a_refused_action_is_a_button_with_its_reasons():
    refusals = [Refusal("own_request", "You wrote this request, so someone else must advise on it.")]

    html = draw('{% action "Give advice" "/x/" refusals %}', refusals=refusals)

    assert 'aria-disabled="true"' in html
    assert "You wrote this request" in html
    assert "<form" not in html


def test_an_allowed_action_is_one_form(rf):
    html = draw('{% action "Give advice" "/x/" refusals %}', rf.get("/"), refusals=[])

    assert html.count("<form") == 1
    assert "csrfmiddlewaretoken" in html


def test_a_submission_key_survives_a_failed_form(rf):
    key = "0b0e9c1a-2f33-4c0e-9f0a-5b7b5f5f2f11"

    again = draw("{% submission_key %}", rf.post("/", {"submission_key": key}))
    forged = draw("{% submission_key %}", rf.post("/", {"submission_key": "<script>"}))

    assert key in again
    assert "script" not in forged


def test_pages_keep_the_filters_of_the_list(rf):
    html = draw("{% pagination page %}", rf.get("/?state=draft&page=2"), page=Paginator(range(60), 25).page(2))

    assert 'href="?state=draft&amp;page=3"' in html
    assert html.count("page=2") == 0


@pytest.mark.parametrize("name", ERROR_PAGES)
def test_error_pages_need_no_request(name):
    page = Page(get_template(f"{name}.html").render())

    assert len(page.all("h1")) == 1
    assert "duty contact" in page.all("main")[0]["text"]


class DateForm(forms.Form):
    on = SplitDateField(missing="Enter the day the contact took place, like 22 11 2026.")
    at = SplitDateTimeField(required=False)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (("", "", ""), "Enter the day the contact took place, like 22 11 2026."),
        (("22", "", "2026"), "Enter the day, the month and the year, like 22 11 2026."),
        (("22", "Nov", "2026"), "Write the day, the month and the year in digits, like 22 11 2026."),
        (("22", "11", "26"), "Write the day, the month and the year in digits, like 22 11 2026."),
        (("31", "2", "2026"), "That day does not exist. Check the day and the month."),
    ],
)
def test_a_wrong_day_gets_one_sentence_and_stays_on_the_page(written, sentence):
    form = DateForm(dict(zip(("on_day", "on_month", "on_year"), written, strict=True)))

    assert form.errors["on"] == [sentence]
    assert f'value="{written[0]}"' in str(form["on"]) or not written[0]


@pytest.mark.parametrize("written", ["14:30", "14h30", "14.30", "1430", "14 h 30"])
def test_a_time_may_be_written_in_several_ways(written):
    day = {"on_day": "1", "on_month": "2", "on_year": "2026"}
    form = DateForm(day | {"at_day": "22", "at_month": "11", "at_year": "2026", "at_time": written})

    assert form.is_valid(), form.errors
    assert form.cleaned_data["at"].strftime("%H:%M") == "14:30"


@pytest.mark.parametrize(("written", "sentence"), [("", "Enter the time"), ("25:00", "Write the time")])
def test_a_wrong_time_gets_one_sentence(written, sentence):
    form = DateForm({"at_day": "22", "at_month": "11", "at_year": "2026", "at_time": written})

    assert form.errors["at"][0].startswith(sentence)


def test_an_error_stands_between_the_hint_and_the_control():
    class NameForm(forms.Form):
        name = forms.CharField(help_text="Role is enough.", error_messages={"required": "Enter who spoke."})

    html = NameForm({})["name"].as_field_group()

    assert html.index("<label") < html.index("Role is enough") < html.index("Enter who spoke") < html.index("<input")
    assert 'aria-invalid="true"' in html
    assert "required" not in html


def test_a_name_and_its_value_are_escaped_and_set_as_the_language_does(monkeypatch):
    assert draw('{% pair "Security" value %}', value="<b>") == "Security: &lt;b&gt;"

    monkeypatch.setattr(ui_tags, "pgettext", lambda context, text: "%(name)s\u00a0: %(value)s")
    assert draw('{% pair "Sécurité" "élevé" %}') == "Sécurité\u00a0: élevé"


def test_a_moment_in_a_list_is_short_and_names_its_year_only_when_it_is_another_one(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))
    soon, past = datetime(2026, 11, 23, 10, tzinfo=UTC), datetime(2025, 3, 1, 9, tzinfo=UTC)

    assert ">Mon 23 Nov, 11:00</time>" in draw('{% moment at "Africa/Bangui" %}', at=soon)
    assert ">Mon 23 Nov</time>" in draw('{% moment at "Africa/Bangui" True %}', at=soon)
    assert ">Sat 1 Mar 2025, 09:00</time>" in draw('{% moment at "UTC" %}', at=past)


def test_the_first_of_a_month_is_written_as_the_language_does(monkeypatch):
    monkeypatch.setattr(dates, "pgettext", lambda context, text: "1er" if text == "1" else text)

    assert dates.day_in_words(date(2026, 12, 1)) == "1er Dec 2026"
    assert dates.weekday_in_words(date(2026, 12, 11)) == "Fri 11 Dec 2026"


def test_a_line_of_a_queue_says_that_it_is_late():
    assert "Late" in draw('{% work_row "Road" "#top" due="by Tue" is_late=True %}{% endwork_row %}')
    assert "Late" not in draw('{% work_row "Road" "#top" due="by Tue" %}{% endwork_row %}')
