"""The frame of every page: where one is, where one can go, in the words of one's roles."""

import uuid
from pathlib import Path

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import User
from config import chrome
from missions.access import Access, LivePosting
from missions.roles import Role

TEMPLATES = Path(__file__).parents[2] / "templates"


def access_of(*roles, mission="MINUSCA"):
    postings = tuple(LivePosting(role, uuid.uuid4() if mission else None, mission, "", None, "", 1) for role in roles)
    return Access(user=User(), at=timezone.now(), postings=postings)


@pytest.mark.parametrize("role", Role)
def test_every_role_has_words_in_its_bar(role):
    words = next(words for roles, words in chrome.BARS if role in roles)

    assert 1 <= len(words) <= 6


def test_the_bar_marks_the_page_one_is_on(monkeypatch):
    monkeypatch.setattr(chrome, "address", lambda name: {"engagement:work": "/"}.get(name, f"/{name.split(':')[1]}/"))

    items = chrome.navigation(access_of(Role.FIELD_STAFF), "/requests/R-2026-0143/")

    assert [str(item.label) for item in items if item.is_current] == ["Requests"]


def test_nobody_without_a_posting_gets_a_bar():
    assert chrome.navigation(access_of(), "/") == []


def test_the_place_names_missions_and_headquarters():
    assert chrome.place(access_of(Role.FIELD_STAFF)) == "MINUSCA"
    assert chrome.place(access_of(Role.HEADQUARTERS_DESK, mission="")) == "Headquarters"


@pytest.mark.parametrize(("theme", "mark"), [("dark", 'data-theme="dark"'), ("light", 'data-theme="light"')])
def test_the_theme_of_the_account_stands_on_the_page(theme, mark):
    assert mark in render_to_string("base.html", {"theme": theme})


def test_the_theme_follows_the_computer_when_none_is_chosen():
    assert "data-theme" not in render_to_string("base.html", {"theme": ""})


def test_the_demonstration_says_that_it_is_one():
    assert "Demonstration: invented data" in render_to_string("base.html", {"demo": True})
    assert "Demonstration" not in render_to_string("base.html", {"demo": False})


def test_languages_switch_without_script(rf):
    page = render_to_string("base.html", request=rf.get("/help/"))

    assert 'action="/language/"' in page
    assert 'value="/help/"' in page
    assert "Français" in page


@pytest.mark.parametrize(
    ("crumbs", "shown"),
    [
        ("", ""),
        (
            '<li><a href="/a/">A</a></li><li>B</li>',
            '<li><a href="/a/">A</a></li><li aria-current="page">B</li></ol></nav>',
        ),
        ('<li><a href="/a/">A</a></li>', '<ol><li><a href="/a/">A</a></li></ol></nav>'),
    ],
)
def test_the_way_to_a_page_ends_with_the_page_itself(crumbs, shown):
    page = Template("{% crumbs %}" + crumbs + "{% endcrumbs %}").render(Context())

    assert page.endswith(shown)
    assert ("<nav" in page) == bool(crumbs)


def test_no_page_writes_the_list_around_its_crumbs():
    by_hand = [path.name for path in TEMPLATES.rglob("*.html") if 'class="crumbs"' in path.read_text()]

    assert by_hand == []
