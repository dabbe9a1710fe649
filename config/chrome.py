"""What base.html needs on every page: where one is, where one can go, and who can be asked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from accounts import session_rules
from accounts.models import User
from config.emergency import banner
from engagement.policies.emergencies import unreviewed
from missions.access import Access
from missions.models import Mission
from missions.policies.travel import welcomes_back
from missions.roles import ADVISERS, LEADERSHIP, Role


@dataclass(frozen=True)
class Item:
    """One word of the menu."""

    label: str | Promise
    url: str
    is_current: bool = False


WORK = (_("My work"), "engagement:work")
REQUESTS = (_("Requests"), "engagement:requests")
ADVICE = (_("Advice"), "engagement:advice")
DECISIONS = (_("Decisions"), "engagement:approvals")
GROUPS = (_("Groups"), "nsags:groups")
CONTACTS = (_("Contacts"), "engagement:contacts")
THREATS = (_("Threats"), "protection:threats")
MISSIONS = (_("Missions"), "missions:list")
EMERGENCIES = (_("Emergency access"), "engagement:emergencies")
OVERVIEW = (_("Overview"), "dashboards:headquarters")
LOG = (_("Log"), "dashboards:log")

HEADQUARTERS = frozenset({Role.HEADQUARTERS_DESK, Role.HEADQUARTERS_POLICY})

# Whose bar holds which words, in the order of ux section 3.3; a person with several roles gets the union.
BARS: tuple[tuple[frozenset[str], tuple[tuple[str | Promise, str], ...]], ...] = (
    (LEADERSHIP, (DECISIONS, MISSIONS, REQUESTS, GROUPS, CONTACTS)),
    (HEADQUARTERS, (OVERVIEW, MISSIONS, REQUESTS)),
    (frozenset({Role.AUDITOR}), (LOG, REQUESTS, GROUPS, CONTACTS, MISSIONS, EMERGENCIES)),
    (frozenset({Role.INFORMATION_MANAGER}), (MISSIONS, EMERGENCIES)),
    (frozenset({Role.HEAD_OF_OFFICE}), (WORK, DECISIONS, REQUESTS, GROUPS, CONTACTS, MISSIONS)),
    (frozenset({Role.POC_ADVISER}), (WORK, ADVICE, REQUESTS, GROUPS, THREATS, CONTACTS)),
    (ADVISERS, (ADVICE, REQUESTS, GROUPS, CONTACTS, MISSIONS)),
    (frozenset(Role.values), (WORK, REQUESTS, GROUPS, THREATS, CONTACTS, MISSIONS)),
)
FOOTER = (
    (_("Help and contact"), "accounts:help"),
    (_("Accessibility"), "accounts:accessibility"),
    (_("Privacy and handling"), "accounts:privacy"),
)


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Give every template the frame of the page."""
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    frame: dict[str, Any] = {
        "demo": settings.DEMO,
        "signed_in": signed_in,
        "theme": getattr(user, "theme", ""),
        "shortcuts": getattr(user, "shortcuts", False),
        "footer": _items(FOOTER, request.path),
        "language_url": address("accounts:language"),
        "language_choices": [
            (code, get_language_info(code)["name_local"].capitalize()) for code, _n in settings.LANGUAGES
        ],
    }
    if signed_in and hasattr(request, "access"):
        frame |= _for_a_person(request, request.access)
    return frame


def _for_a_person(request: HttpRequest, access: Access) -> dict[str, Any]:
    return {
        "navigation": _lazily(
            lambda: _with_reviews(navigation(access, getattr(request, "menu_path", request.path)), access)
        ),
        "place": _lazily(lambda: place(access)),
        "duty_contact": _lazily(lambda: duty_contact(access)),
        # Called by the template that tells a moment, because a zone cannot be stood in for.
        "own_zone": lambda: own_zone(access),
        "emergency_banner": _lazily(lambda: banner(access)),
        "emergencies_url": address("engagement:emergencies"),
        "exports_url": address("engagement:exports"),
        "hide_url": address("accounts:lock"),
        # A little before the server does it, so that what was typed is kept.
        "idle_seconds": int(session_rules.IDLE.total_seconds()) - 60,
        "travelling": travelling(request.user),
        "travel_desks": _lazily(lambda: travel_desks(access)),
        "account_url": address("accounts:account"),
    }


def navigation(access: Access, path: str) -> list[Item]:
    """Return the words of the bar for the roles a person holds, at most six."""
    for roles, words in BARS:
        if roles & access.roles:
            return _items(words, path)[:6]
    return []


def _with_reviews(items: list[Item], access: Access) -> list[Item]:
    """Say beside the word, to those who review emergency access, how many wait; nobody else has the word."""
    register = address(EMERGENCIES[1])
    if not any(item.url == register for item in items) or not (waiting := unreviewed(access).count()):
        return items
    return [replace(item, label=f"{item.label} ({waiting})") if item.url == register else item for item in items]


def place(access: Access) -> str:
    """Return the codes of the missions a person serves in, or headquarters."""
    codes = sorted({posting.mission_code for posting in access.postings if posting.mission_code})
    if access.is_at_headquarters:
        codes.insert(0, str(_("Headquarters")))
    return ", ".join(codes)


def own_zone(access: Access) -> tzinfo | None:
    """Return the local time of whoever serves in one mission; who serves in none or in several reads UTC."""
    zones = {mission.zone for mission in Mission.objects.filter(pk__in=access.mission_ids).only("timezone")}
    return zones.pop() if len(zones) == 1 and not access.is_at_headquarters else None


def travelling(user: User | AnonymousUser) -> str | Promise:
    """Say at the top of each page how far a travelling person can see."""
    if not isinstance(user, User) or user.travel_ceiling is None:
        return ""
    return _("Travel mode: unclassified only") if user.travel_ceiling == 0 else _("Travel mode: up to Confidential")


def travel_desks(access: Access) -> list[Item]:
    """Return where a person ends the travel mode of others."""
    missions = {
        p.mission_id: p.mission_code for p in access.postings if p.mission_id and welcomes_back(p.mission_id, access)
    }
    return [Item(code, reverse("missions:travellers", args=[code])) for code in missions.values()]


def duty_contact(access: Access) -> str:
    """Return whom to call now, in the first mission of a person."""
    return next((posting.duty_contact for posting in access.postings if posting.duty_contact), "")


def address(name: str) -> str:
    """Return the path of a page, or nothing where the installation does not serve it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _items(words: Iterable[tuple[str | Promise, str]], path: str) -> list[Item]:
    found = [(label, address(name)) for label, name in words]
    served = [(label, url) for label, url in found if url]
    current = max(
        (url for _l, url in served if path.startswith(url) and (url != "/" or path == "/")), key=len, default=""
    )
    return [Item(label, url, url == current) for label, url in served]


def _lazily(value: Callable[[], Any]) -> Any:
    return SimpleLazyObject(value)
