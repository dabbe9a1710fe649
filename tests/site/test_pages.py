"""Every page that somebody of the demonstration can reach opens and is sound, and its title names nobody."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urldefrag, urlsplit

import pytest

from accounts.models import User
from missions.models import Area
from nsags.models import Group, GroupName, Person
from tests.site.test_weights import is_light
from tests.site.visits import Element, Page

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Everybody once, in one of the two languages; together they open every kind of page in both.
EVERYBODY = [
    ("aline", "fr"),
    ("aline", "en"),
    ("mateus", "fr"),
    ("ruth", "en"),
    ("ingeborg", "fr"),
    ("rajesh", "en"),
    ("camille", "fr"),
    ("noor", "en"),
    ("lucia", "fr"),
    ("fatou", "en"),
    ("kenji", "fr"),
    ("zeynep", "en"),
    ("peter", "fr"),
    ("peter", "en"),
    ("helena", "en"),
    ("helena", "fr"),
    ("thomas", "en"),
    ("thomas", "fr"),
    ("sefa", "en"),
    ("grace", "fr"),
]
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}


@pytest.mark.parametrize(("username", "language"), EVERYBODY)
def test_every_link_leads_to_a_sound_page(visitor, username, language):
    names = secret_words()
    faults = []
    for page in visitor(username, language).explore():
        if page.status != 200:
            faults.append(f"{page.status} {page}")
            continue
        faults += [f"{fault} on {page}" for check in CHECKS for fault in check(page)]
        faults += [f"the title says {name!r} on {page}" for name in names if name in title_of(page)]

    assert faults == []


def secret_words() -> list[str]:
    """Return what no title may say: people, groups and places of the demonstration."""
    people = User.objects.filter(is_demo=True).exclude(name="").values_list("name", flat=True)
    words = {*people, *Area.objects.values_list("name", flat=True)}
    for model, column in ((Group, "name"), (GroupName, "text"), (Person, "name")):
        words |= set(model.objects.unscoped("the test looks for all of them").values_list(column, flat=True))
    return sorted(word for word in words if len(word) > 3)


def title_of(page: Page) -> str:
    return next(page.root.all("title")).text


def has_one_heading(page: Page) -> Iterator[str]:
    headings = [each.text for each in page.root.all("h1")]
    if len(headings) != 1:
        yield f"{len(headings)} first headings: {headings}"


def nests(page: Page) -> Iterator[str]:
    yield from page.faults


def speaks_its_language(page: Page) -> Iterator[str]:
    root = next(page.root.all("html"))
    if (root.get("lang"), root.get("dir")) != (page.language, "ltr"):
        yield f"html says lang={root.get('lang')} dir={root.get('dir')}"


def labels_its_controls(page: Page) -> Iterator[str]:
    labelled = {label.get("for") for label in page.root.all("label")}
    for control in page.root.all("input", "select", "textarea"):
        if control.get("type") in UNLABELLED or control.get("aria-label") or control.get("aria-labelledby"):
            continue
        if control.get("id") not in labelled and not any(each.tag == "label" for each in control.ancestors):
            yield f"no label: {control}"


def names_its_buttons(page: Page) -> Iterator[str]:
    for button in page.root.all("button", "a"):
        if not button.text and not button.get("aria-label"):
            yield f"no words: {button}"


def repeats_no_id(page: Page) -> Iterator[str]:
    seen: set[str] = set()
    for element in page.root.all():
        identity = element.get("id")
        if identity and identity in seen:
            yield f"the id is there twice: {element}"
        seen.add(identity)


def refers_to_what_is_there(page: Page) -> Iterator[str]:
    there = {element.get("id") for element in page.root.all()}
    for element in page.root.all():
        wanted = [element.get("for")] if element.tag == "label" else []
        for attribute in ("aria-describedby", "aria-labelledby", "aria-controls"):
            wanted += element.get(attribute).split()
        if element.tag == "a" and element.get("href").startswith("#"):
            wanted.append(urldefrag(element.get("href"))[1])
        for identity in wanted:
            if identity and identity not in there:
                yield f"nothing has the id {identity!r}: {element}"


def hides_or_titles_its_drawings(page: Page) -> Iterator[str]:
    for drawing in page.root.all("svg"):
        inside = any(each.get("aria-hidden") == "true" for each in drawing.ancestors)
        if drawing.get("aria-hidden") != "true" and not inside and not any(drawing.all("title")):
            yield f"neither hidden nor titled: {drawing}"


def writes_no_style_and_no_script(page: Page) -> Iterator[str]:
    for element in page.root.all():
        for name in element.attributes:
            if name == "style" or name.startswith("on"):
                yield f"{name}= on {element}"
        if element.tag == "style" or (element.tag == "script" and not element.get("src")):
            yield f"inline: {element}"


def keeps_the_order_of_stops(page: Page) -> Iterator[str]:
    for element in page.root.all():
        if element.get("tabindex", "0").lstrip("-").isdigit() and int(element.get("tabindex", "0")) > 0:
            yield f"positive tabindex: {element}"


def captions_its_tables(page: Page) -> Iterator[str]:
    for table in page.root.all("table"):
        if not any(caption.text for caption in table.all("caption")) and not table.get("aria-labelledby"):
            yield f"no caption: {table}"


def names_its_groups_of_choices(page: Page) -> Iterator[str]:
    for fieldset in page.root.all("fieldset"):
        if not any(child.tag == "legend" and child.text for child in fieldset.children):
            yield f"no legend: {fieldset}"


def puts_words_beside_levels(page: Page) -> Iterator[str]:
    for level in page.root.all():
        if "lvl" in level.get("class").split() and not re.search(r"\w", words_beside(level)):
            yield f"a level without its word: {level}"


def words_beside(element: Element) -> str:
    return element.text or (element.parent.text if element.parent else "")


def calls_nobody_else(page: Page) -> Iterator[str]:
    for element in page.root.all("script", "link", "img", "iframe", "source", "video", "audio"):
        address = element.get("src") or element.get("href")
        if re.match(r"(\w+:)?//", address):
            yield f"another host: {element}"


# What an address may ask for: keys, references, codes, words of closed lists, days, numbers.
SHORT_WORD = re.compile(r"[\w.:+-]{0,60}")
ADDRESS_OF_OURS = re.compile(r"/[\w/.?=&%+-]*")
NO_WORDS = {"hidden", "checkbox", "radio", "submit", "date", "month", "number"}


def asks_for_no_free_text_by_address(page: Page) -> Iterator[str]:
    """What is typed into a form that is sent by GET ends in histories and in logs of proxies."""
    for form in page.root.all("form"):
        if form.get("method", "get") == "get":
            for each in form.all("input", "textarea"):
                if each.get("type", "text") not in NO_WORDS and "numeric" not in each.get("inputmode"):
                    yield f"free text in an address: {each}"
                if not SHORT_WORD.fullmatch(each.get("value")):
                    yield f"words in an address: {each}"
            for each in form.all("option"):
                if not SHORT_WORD.fullmatch(each.get("value")):
                    yield f"words in an address: {each}"


def links_by_reference_only(page: Page) -> Iterator[str]:
    for link in page.links:
        parts = urlsplit(link)
        said = [value for values in parse_qs(parts.query).values() for value in values]
        odd = [value for value in said if not SHORT_WORD.fullmatch(value) and not ADDRESS_OF_OURS.fullmatch(value)]
        if odd or not ADDRESS_OF_OURS.fullmatch(parts.path):
            yield f"words in an address: {link}"


def leaves_no_gap_in_headings(page: Page) -> Iterator[str]:
    before = 0
    for heading in page.root.all("h1", "h2", "h3", "h4", "h5", "h6"):
        level = int(heading.tag[1])
        if before and level > before + 1:
            yield f"from h{before} to {heading} {heading.text!r}"
        before = level


CHECKS = (
    nests,
    has_one_heading,
    leaves_no_gap_in_headings,
    speaks_its_language,
    labels_its_controls,
    names_its_buttons,
    names_its_groups_of_choices,
    repeats_no_id,
    refers_to_what_is_there,
    hides_or_titles_its_drawings,
    writes_no_style_and_no_script,
    keeps_the_order_of_stops,
    captions_its_tables,
    puts_words_beside_levels,
    calls_nobody_else,
    asks_for_no_free_text_by_address,
    links_by_reference_only,
    is_light,
)
