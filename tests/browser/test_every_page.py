"""Every page as its readers meet it: no fault that axe finds, no sideways scroll, nothing from outside."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Witness, speak
from tests.site.visits import name_of

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}}
LANGUAGES = ("en", "fr")
WIDTHS = (360, 1280)

BRIA, KESI, HEAD = "Field officer, Bria", "Field officer, Kesi", "Head of field office, Bria"
POC, SECURITY, PILLAR, MISSION_HEAD = "POC adviser", "Security adviser", "Pillar head", "Head of mission"
DESK, MANAGER, AUDITOR = "Headquarters desk", "Information manager", "Auditor"
RIGHTS = "Human rights officer"
NOBODY = ""
CIRCLE = "^/compartments/"

# Who opens which kind of page, and how they get there: an address, then links by a pattern of their address.
PAGES: dict[str, tuple[str, ...]] = {
    "accounts:sign_in": (NOBODY, "/sign-in/"),
    "accounts:lock": (NOBODY, "/lock/"),
    "accounts:help": (NOBODY, "/help/"),
    "accounts:words": (BRIA, "/help/words/"),
    "accounts:accessibility": (BRIA, "/accessibility/"),
    "accounts:privacy": (BRIA, "/privacy/"),
    "accounts:account": (BRIA, "/account/"),
    "accounts:password": (BRIA, "/account/password/"),
    "accounts:travel": (BRIA, "/account/travel/"),
    "accounts:factors": (BRIA, "/account/second-factor/"),
    "accounts:add_app": (BRIA, "/account/second-factor/app/"),
    "accounts:add_passkey": (BRIA, "/account/second-factor/passkey/"),
    "gallery": (BRIA, "/_components/"),
    "missions:list": (BRIA, "/missions/"),
    "missions:posture": (BRIA, "/missions/UNMIKA/posture/"),
    "missions:set_posture": (MISSION_HEAD, "/missions/UNMIKA/posture/new/"),
    "nsags:delegate": (MISSION_HEAD, "/missions/UNMIKA/delegations/new/"),
    "missions:revoke_delegation": (MISSION_HEAD, "/missions/UNMIKA/posture/", "/revoke/"),
    "missions:lift_prohibition": (MISSION_HEAD, "/missions/UNMIKA/posture/", "/lift/"),
    "missions:postings": (MANAGER, "/missions/UNMIKA/postings/"),
    "missions:open_posting": (MANAGER, "/missions/UNMIKA/postings/new/"),
    "missions:extend_posting": (MANAGER, "/missions/UNMIKA/postings/", "/extend/"),
    "missions:end_posting": (MANAGER, "/missions/UNMIKA/postings/", "/end/"),
    "missions:set_ceiling": (MANAGER, "/missions/UNMIKA/postings/", "/ceiling/"),
    "missions:ceilings": (MANAGER, "/missions/UNMIKA/ceilings/"),
    "missions:confirm_ceiling": (MISSION_HEAD, "/missions/UNMIKA/ceilings/", "/confirm/"),
    "missions:travellers": (MANAGER, "/missions/UNMIKA/travellers/"),
    "missions:lock_remotely": (SECURITY, "/missions/UNMIKA/travellers/", "/travellers/.+/lock/"),
    "missions:compartments": (MISSION_HEAD, "/missions/UNMIKA/compartments/"),
    "missions:open_compartment": (MISSION_HEAD, "/missions/UNMIKA/compartments/new/"),
    "missions:compartment": (MISSION_HEAD, "/missions/UNMIKA/compartments/", CIRCLE),
    "missions:propose_member": (MISSION_HEAD, "/missions/UNMIKA/compartments/", CIRCLE, "/propose/"),
    "missions:confirm_member": (PILLAR, "/missions/UNMIKA/compartments/", CIRCLE, "/confirm/"),
    "missions:renew_member": (MISSION_HEAD, "/missions/UNMIKA/compartments/", CIRCLE, "/renew/"),
    "missions:read_out": (MISSION_HEAD, "/missions/UNMIKA/compartments/", CIRCLE, "/read-out/"),
    "missions:set_marking": (MISSION_HEAD, "/requests/", "4N7RB", "/marking/"),
    "nsags:groups": (BRIA, "/groups/"),
    "nsags:add": (BRIA, "/groups/new/"),
    "nsags:group": (BRIA, "/groups/N-K3F7B/"),
    "nsags:edit": (BRIA, "/groups/N-K3F7B/edit/"),
    "nsags:introduce": (BRIA, "/groups/N-K3F7B/people/new/"),
    "nsags:label": (BRIA, "/groups/N-K3F7B/labels/new/"),
    "nsags:end_label": (BRIA, "/groups/N-K3F7B/", "/end/"),
    "nsags:record_lineage": (BRIA, "/groups/N-K3F7B/lineage/new/"),
    "nsags:prohibit": (MISSION_HEAD, "/missions/UNMIKA/prohibitions/new/"),
    "protection:threats": (BRIA, "/threats/"),
    "protection:assess": (BRIA, "/threats/new/"),
    "protection:threat": (KESI, "/threats/T-C6H5N/"),
    "engagement:work": (BRIA, "/"),
    "engagement:requests": (BRIA, "/requests/"),
    "engagement:start": (BRIA, "/requests/start/"),
    "engagement:edit": (BRIA, "/requests/", "3F7K2"),
    "engagement:section purpose": (BRIA, "/requests/", "3F7K2", "/edit/purpose/"),
    "engagement:section group": (BRIA, "/requests/", "3F7K2", "/edit/group/"),
    "engagement:section plan": (BRIA, "/requests/", "3F7K2", "/edit/plan/"),
    "engagement:section host-government": (BRIA, "/requests/", "3F7K2", "/edit/host-government/"),
    "engagement:section legitimacy": (BRIA, "/requests/", "3F7K2", "/edit/legitimacy/"),
    "engagement:section security": (BRIA, "/requests/", "3F7K2", "/edit/security/"),
    "engagement:section measures": (BRIA, "/requests/", "3F7K2", "/edit/measures/"),
    "engagement:check": (BRIA, "/requests/", "3F7K2", "/check/"),
    "engagement:request to decide": (PILLAR, "/approvals/", "K2D9W"),
    "engagement:request to advise on": (SECURITY, "/requests/", "5M8QT"),
    "engagement:request of one's own": (BRIA, "/requests/", "8V4HC"),
    "engagement:request that may not go on": (KESI, "/requests/", "R4T7D"),
    "engagement:request in force": (BRIA, "/requests/", "4N7RB"),
    "engagement:request whose facts have moved": (MISSION_HEAD, "/requests/", "6Q3ZV"),
    "engagement:request of the library": (BRIA, "/library/", "C13"),
    "engagement:changes": (MISSION_HEAD, "/requests/", "6Q3ZV", "/changes/"),
    "engagement:history": (AUDITOR, "/requests/", "4N7RB", "/history/"),
    "engagement:paper": (PILLAR, "/approvals/", "K2D9W", "/paper/"),
    "engagement:decided": (PILLAR, "/requests/", "4N7RB", "+decided/"),
    "engagement:revise": (SECURITY, "/requests/", "4N7RB", "/revise/"),
    "engagement:revise one answer": (SECURITY, "/requests/", "4N7RB", "/revise/", "+?factor=SEC-02"),
    "engagement:verify_measure": (POC, "/requests/", "4N7RB", "/verify/"),
    "engagement:answer_gate": (PILLAR, "/requests/", "T8W2F", "/gates/"),
    "engagement:suspend": (SECURITY, "/requests/", "4N7RB", "/suspend/"),
    "engagement:resume": (PILLAR, "/requests/", "H9V5C", "/resume/"),
    "engagement:resume by who decides": (MISSION_HEAD, "/requests/", "H9V5C", "/resume/"),
    "engagement:conclude": (BRIA, "/requests/", "4N7RB", "/conclude/"),
    "engagement:advice": (SECURITY, "/advice/"),
    "engagement:advise": (SECURITY, "/advice/", "5M8QT"),
    "engagement:approvals": (PILLAR, "/approvals/"),
    "engagement:approvals_print": (PILLAR, "/approvals/print/"),
    "engagement:contacts": (BRIA, "/contacts/"),
    "engagement:log_contact": (BRIA, "/contacts/new/"),
    "engagement:log_unplanned": (BRIA, "/contacts/unplanned/"),
    "engagement:screen": (BRIA, "/contacts/screen/"),
    "engagement:contact": (POC, "/contacts/?show=unplanned", "/contacts/C-"),
    "engagement:classify": (POC, "/contacts/?show=waiting", "/contacts/C-", "/classify/"),
    "engagement:note_safety": (BRIA, "/contacts/", "/contacts/C-", "+safety/"),
    "engagement:record_commitment": (BRIA, "/contacts/?show=planned", "/contacts/C-", "+commitments/new/"),
    "engagement:commitments": (BRIA, "/commitments/"),
    "engagement:check_commitment": (HEAD, "/commitments/", "/check/"),
    "engagement:access": (MISSION_HEAD, "/requests/", "4N7RB", "/access/"),
    "engagement:withdraw_access": (MISSION_HEAD, "/requests/", "4N7RB", "/access/", "/withdraw/"),
    "engagement:emergencies": (BRIA, "/emergencies/"),
    "engagement:open_emergency": (BRIA, "/emergencies/new/"),
    "engagement:emergency": (AUDITOR, "/emergencies/", "^/emergencies/[0-9a-f]{8}"),
    "engagement:exports": (BRIA, "/exports/"),
    "engagement:export": (BRIA, "/exports/new/?of=contacts"),
    "engagement:sources": (BRIA, "/sources/"),
    "engagement:add_source": (BRIA, "/sources/new/"),
    "engagement:source": (KESI, "/sources/", "/sources/S-"),
    "engagement:record_consent": (KESI, "/sources/", "/sources/S-", "+consent/"),
    "engagement:withdraw_consent": (KESI, "/sources/", "/sources/S-", "/consent/withdraw/"),
    "engagement:assess_source": (KESI, "/sources/", "/sources/S-", "+risk/"),
    "engagement:store_identity": (KESI, "/sources/", "/sources/S-", "+identity/"),
    "engagement:ask_reveal": (KESI, "/sources/", "/sources/S-", "+reveals/new/"),
    "engagement:answer_reveal": (KESI, "/sources/", "/sources/S-", "/reveals/[0-9a-f]{8}"),
    "engagement:ask_shredding": (KESI, "/sources/", "/sources/S-", "+destroy/"),
    "engagement:answer_shredding": (RIGHTS, "/sources/", "/sources/S-", "/destroy/[0-9a-f]{8}"),
    "engagement:library": (BRIA, "/library/"),
    "engagement:risk_method": (BRIA, "/risk/"),
    "dashboards:log": (AUDITOR, "/log/"),
    "dashboards:log_record": (AUDITOR, "/log/", "^/log/[0-9a-f]{8}"),
    "dashboards:headquarters": (DESK, "/hq/"),
    "dashboards:mission": (BRIA, "/missions/UNMIKA/"),
}
# Forms that are sent blank, so that the page with its errors is looked at too.
BLANK = {
    "engagement:log_contact": "Save contact|Enregistrer le contact",
    "engagement:log_unplanned": "Save contact|Enregistrer le contact",
    "engagement:screen": "Save contact|Enregistrer le contact",
    "engagement:start": "Continue|Continuer",
    "engagement:request to decide": "Continue to confirm|.*confirm.*",
}


@pytest.fixture(scope="module")
def desks(site: str, chromium: Any) -> Iterator[Callable[..., tuple[Any, Witness]]]:
    """Return the window of a person in one language and one colour scheme, the same one each time.

    A person has one window: the language is theirs, and would change behind the back of a second one.
    """
    open_windows: dict[str, tuple[Any, Witness]] = {}

    def sit_down(function: str, language: str, scheme: str) -> tuple[Any, Witness]:
        if function not in open_windows:
            context = chromium.new_context(base_url=site, viewport={"width": 360, "height": 800})
            witness = Witness(site)
            witness.watch(context)
            page = context.new_page()
            if function:
                page.goto("/sign-in/")
                page.locator(f'button[formaction]:has-text("{function}")').first.click()
                page.wait_for_url(lambda url: "/sign-in/" not in url)
            open_windows[function] = page, witness
        page, witness = open_windows[function]
        page.emulate_media(color_scheme=scheme)
        if page.url == "about:blank" or urlsplit(page.url).path == "/lock/":
            page.goto("/sign-in/")
        speak(page, language)
        return page, witness

    yield sit_down
    for page, _witness in open_windows.values():
        page.context.close()


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_can_be_read_by_everybody(desks, kind, language):
    function, start, *links = PAGES[kind]
    page, witness = desks(function, language, scheme_of(kind, language))
    page.set_viewport_size({"width": WIDTHS[0], "height": 800})

    go(page, start, links)

    assert name_of(urlsplit(page.url).path) == kind.split()[0]
    assert page.locator("html").get_attribute("lang") == language
    assert faults_of(page) == []
    assert witness.complaints == []


@pytest.mark.parametrize("kind", BLANK)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_that_comes_back_with_errors_can_be_read_too(desks, kind, language):
    function, start, *links = PAGES[kind]
    page, witness = desks(function, language, scheme_of(kind, language))
    go(page, start, links)

    page.get_by_role("button", name=re.compile(f"^({BLANK[kind]})$")).first.click()
    page.locator(".errs").wait_for()

    page.wait_for_function("document.activeElement.classList.contains('errs')")
    assert faults_of(page) == []
    assert witness.complaints == []


def scheme_of(kind: str, language: str) -> str:
    """Show every other page in the dark, and in the other language the other ones."""
    return ("light", "dark")[(list(PAGES).index(kind) + LANGUAGES.index(language)) % 2]


def go(page: Any, start: str, links: list[str]) -> None:
    """Open an address and follow links; a "+" adds to the address that one has come to."""
    answer = page.goto(start)
    for part in links:
        if part.startswith("+"):
            address = urlsplit(page.url).path + part.removeprefix("+")
        else:
            address = page.locator("main a[href]").evaluate_all(FIRST, part)
        answer = page.goto(address)
    assert answer.status == 200, page.url


def faults_of(page: Any) -> list[str]:
    """Return what axe finds, and where the page is wider than a window of each width."""
    faults = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            faults.append(f"{wide} px wide in a window of {width}: {page.evaluate(WIDEST, width)}")
    found = Axe().run(page, options=RULES).response["violations"]
    return faults + [
        f"{rule['id']}: {node['html'][:160]} ({node['failureSummary'][:200]})"
        for rule in found
        for node in rule["nodes"]
    ]


FIRST = "(links, part) => links.map(link => link.getAttribute('href')).find(href => RegExp(part).test(href))"
# The elements that stick out, so that a failure says where to look.
WIDEST = """width => [...document.querySelectorAll('main *')]
  .filter(each => each.getBoundingClientRect().right > width + 1 && !each.closest('.scroll, .vh, svg'))
  .slice(0, 3).map(each => each.outerHTML.slice(0, 120))"""
