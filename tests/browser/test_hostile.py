"""Sixty scripts through every text field of every form, then every page that shows them: nothing runs."""

import re
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

import pytest

from tests.access.oracle import read_matrix
from tests.attacks import forms
from tests.attacks.payloads import SCRIPTS, held, packed
from tests.browser.test_every_page import NOBODY, PAGES
from tests.site.visits import Element, Page, name_of

pytestmark = pytest.mark.nightly

# What the payloads call, and what the browser says where the policy had to stop something.
TRAP = """
window.x = () => window.ran('x()');
window.alert = window.confirm = window.prompt = () => window.ran('a dialogue');
addEventListener('securitypolicyviolation', event =>
  window.ran(`${event.violatedDirective} stopped ${event.blockedURI} in ${event.sourceFile}:${event.sample}`));
"""
PLANTED = "document.querySelectorAll('#zq').length"
TABS = 3
# A form that keeps less than all payloads at once takes several rounds.
NO_LIMIT = 4000
# Whoever does this may do less afterwards.
LAST = {"engagement:open_emergency", "accounts:travel"}
# These take no words from anybody in a demonstration: passwords and codes, single buttons, and what is no page.
WITHOUT_WORDS = {
    "accounts:confirm",
    "accounts:first_password",
    "accounts:second_factor",
    "accounts:language",
    "accounts:lock",
    "accounts:remove_factor",
    "accounts:renew_codes",
    "accounts:sign_in_as",
    "engagement:close_emergency",
    "engagement:open_reveal",
    "engagement:reopen",
    "engagement:submit",
    "engagement:take_up",
    "missions:end_travel",
    "healthz",
}
# What a script sends along while somebody writes.
SENT_ALONG = ("data-draft", "data-live")
OF_A_FACTOR = re.compile(r"^[A-Z]+-[0-9]+")


@dataclass
class Proof:
    """What was tried, and what came of it."""

    ran: list[str] = field(default_factory=list)
    # Which payloads a field has taken, or has given back beside a message.
    tried: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    saved: set[str] = field(default_factory=set)
    # The addresses of all forms that were met, with words in them or without.
    met: set[str] = field(default_factory=set)
    seen: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


class Desk:
    """Somebody with a browser that has several tabs, and a hand for sending forms without them."""

    def __init__(self, chromium: Any, site: str, function: str, proof: Proof) -> None:
        self.proof = proof
        self.context = chromium.new_context(base_url=site, locale="en-GB")
        self.context.set_default_timeout(45_000)
        self.context.expose_binding("ran", lambda source, what: proof.ran.append(f"{what} on {source['page'].url}"))
        self.context.add_init_script(TRAP)
        self.context.on("dialog", lambda dialog: proof.ran.append(f"dialogue on {dialog.page.url}"))
        self.tabs = [self.context.new_page() for _tab in range(TABS)]
        self.function, self.turn = function, 0
        if function:
            self.tabs[0].goto("/sign-in/")
            self.tabs[0].locator(f'button[formaction]:has-text("{function}")').first.click()
            self.tabs[0].wait_for_url(lambda url: "/sign-in/" not in url)

    def read(self, address: str) -> Page:
        """Fetch a page without drawing it."""
        answer = self.context.request.get(address)
        path = urlsplit(answer.url)._replace(scheme="", netloc="").geturl()
        return Page(path, answer.status, answer.body(), name_of(path), self.function, "en")

    def send(self, address: str, said: dict[str, list[str]]) -> Any:
        """Send a form as the browser would."""
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin", "Origin": "null"}
        return self.context.request.post(address, data=urlencode(said, doseq=True), headers=kind, max_redirects=0)

    def draw(self, address: str, body: Any = None) -> None:
        """Open a page in the next tab, or show an answer there that a form got; look at it when the tab is needed."""
        tab = self.tabs[self.turn % TABS]
        self.turn += 1
        self.look(tab)
        if body is not None:
            tab.route("**" + urlsplit(address).path, lambda route: route.fulfill(response=body), times=1)
        tab.goto(address, wait_until="commit")
        self.proof.seen[name_of(urlsplit(address).path)].add(address)

    def look(self, tab: Any) -> None:
        """See whether anything of a payload has become part of the page in a tab."""
        if tab.url == "about:blank":
            return
        tab.wait_for_load_state("load")
        if tab.evaluate(PLANTED):
            self.proof.ran.append(f"markup on {tab.url}")

    def close(self) -> None:
        """Look at what is open, and leave."""
        for tab in self.tabs:
            self.look(tab)
        self.context.close()


@pytest.fixture
def desks(site: str, chromium: Any) -> Iterator[tuple[Any, Proof]]:
    """Return the desk of a person, the same one each time, and the proof."""
    proof, there = Proof(), {}

    def sit_down(function: str) -> Desk:
        if function not in there:
            there[function] = Desk(chromium, site, function, proof)
        return there[function]

    yield sit_down, proof
    for desk in there.values():
        desk.context.close()


def words_in(form: Element) -> dict[str, int]:
    """Return the text fields of a form, each with the most characters that it takes."""
    found = {}
    for each in form.all("input", "textarea"):
        is_text = each.tag == "textarea" or each.get("type", "text") in {"text", "search", "email", "tel", "url"}
        is_part = "numeric" in each.get("inputmode") or each.get("name").endswith(("_time", "_day", "_month", "_year"))
        if is_text and not is_part and each.get("name"):
            found[each.get("name")] = int(each.get("maxlength") or NO_LIMIT)
    return found


def calendars() -> Iterator[dict[str, str]]:
    """Yield days that suit one form or another: some time ago, and some time on."""
    for days in (-1, 20):
        day = date.today() + timedelta(days=days)
        yield {"day": str(day.day), "month": str(day.month), "year": str(day.year), "time": "08:00"}


def test_no_script_runs_that_anybody_typed_anywhere(desks):
    sit_down, proof = desks
    for kind, (function, start, *links) in sorted(PAGES.items(), key=lambda page: page[0] in LAST):
        desk = sit_down(function)
        if kind != "gallery" and (page := arrive(desk, start, links)) is not None:
            for target, form in list(forms.posting_forms(page)):
                address = urldefrag(urljoin(page.path, target))[0]
                proof.met.add(name_of(urlsplit(address).path))
                if words := words_in(form):
                    fill_in(desk, page.path, address, form, words)
    for _kind, (function, start, *links) in PAGES.items():
        desk = sit_down(function)
        if (page := arrive(desk, start, links)) is not None:
            desk.draw(page.path)
    for function in {function for function, *_way in PAGES.values()} - {NOBODY}:
        sit_down(function).close()

    assert proof.ran == []
    short = {name: len(tried) for name, tried in proof.tried.items() if len(tried) < len(SCRIPTS)}
    assert short == {}
    assert len(proof.tried) > 60
    posted = {name for name, route in read_matrix()["routes"].items() if "POST" in route.get("methods", [])}
    assert posted - proof.met == WITHOUT_WORDS


def arrive(desk: Desk, start: str, links: list[str]) -> Page | None:
    """Follow the way to a kind of page; a record may have moved on since."""
    page = desk.read(start)
    for part in links:
        if part.startswith("+"):
            address = page.path + part.removeprefix("+")
        else:
            address = next((link for link in page.links if re.search(part, link)), "")
        if not address:
            return None
        page = desk.read(address)
    return page if page.status == 200 else None


def fill_in(desk: Desk, path: str, target: str, form: Element, words: dict[str, int]) -> None:
    """Put all payloads through each text field of a form, in as few rounds as they fit into.

    The factors of a section are asked alike, so they share the payloads between them.
    """
    kinds = {name: OF_A_FACTOR.sub("factor", name) for name in words}
    texts = {kind: deque(packed(SCRIPTS, min(words[name] for name in kinds if kinds[name] == kind)))
             for kind in kinds.values()}  # fmt: skip
    view, days = name_of(urlsplit(target).path), list(calendars())
    open_kinds = set(texts)
    while open_kinds:
        typed = {}
        for name, kind in kinds.items():
            typed[name] = texts[kind][0]
            texts[kind].rotate(-1)
        answer = send_once(desk, target, form, typed, days)
        assert answer.status in {200, 302, 409}, (answer.status, target)
        for name, text in typed.items():
            desk.proof.tried[f"{view} {kinds[name]}"] |= set(held(text))
            if answer.status == 302:
                desk.proof.saved.add(f"{view} {kinds[name]}")
        show(desk, path, target, answer)
        send_along(desk, path, form, typed)
        open_kinds = {kind for kind in open_kinds if len(desk.proof.tried[f"{view} {kind}"]) < len(SCRIPTS)}


def send_along(desk: Desk, path: str, form: Element, typed: dict[str, str]) -> None:
    """Send what the page's own script would send while somebody writes, and open the page that takes it up again."""
    for address in filter(None, map(form.get, SENT_ALONG)):
        desk.proof.met.add(name_of(urlsplit(address).path))
        answer = desk.send(address, forms.filled(form, {}) | {name: [text] for name, text in typed.items()})
        assert answer.status in {200, 204}, (answer.status, address)
        desk.draw(path)


def show(desk: Desk, path: str, target: str, answer: Any) -> None:
    """Open the page that shows what was saved, or what came back beside a message."""
    if answer.status != 302:
        desk.draw(target, answer)
        return
    there = urljoin(path, answer.headers["location"])
    is_record = re.search(r"/[A-Z]-[0-9A-Z-]+/$", urlsplit(there).path) and "/edit/" not in path
    desk.draw(there if is_record else path)


def send_once(desk: Desk, target: str, form: Element, typed: dict[str, str], days: list[dict[str, str]]) -> Any:
    """Send a form with what was typed, under the calendar that it took last, or the other one."""
    for _try in range(2):
        said = forms.filled(form, days[0]) | {name: [text] for name, text in typed.items()}
        said.pop("submission_key", None)
        answer = desk.send(target, said)
        if answer.status == 302:
            break
        days.reverse()
    return answer


def test_nobody_puts_a_page_of_ours_into_a_frame(site, chromium):
    context = chromium.new_context()
    page = context.new_page()
    html = f"<h1>Win a prize</h1><iframe src='{site}/sign-in/' name=stolen></iframe>"
    page.route("http://evil.test/", lambda route: route.fulfill(content_type="text/html", body=html))

    page.goto("http://evil.test/")
    page.wait_for_load_state("networkidle")

    assert page.frame("stolen").url.startswith("chrome-error:")
    context.close()
