"""Finding a group under another spelling: accents, capitals and acronyms do not matter."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

from missions.access import Access
from nsags.models import Group, GroupName

CLOSE_ENOUGH = 0.85
SHORTEST_PART = 4
# Words that an acronym leaves out, in the languages of the missions.
LINKING = {
    "a",
    "al",
    "and",
    "d",
    "de",
    "des",
    "du",
    "en",
    "et",
    "for",
    "in",
    "l",
    "la",
    "le",
    "les",
    "of",
    "pour",
    "the",
}


def look_alikes(names: Iterable[str], access: Access) -> list[Group]:
    """Return the groups a person may see whose name, or another name, is close to one of these."""
    wanted = [name for name in names if _plain(name)]
    # Compared by columns, so that only those that are found count as read.
    known = list(Group.objects.visible_to(access).values_list("pk", "name"))
    known += GroupName.objects.visible_to(access).values_list("group_id", "text")
    found = {pk for pk, text in known for name in wanted if alike(name, text)}
    groups = Group.objects.visible_to(access).filter(pk__in=found).select_related("mission").order_by("name")
    return list(groups) if found else []


def alike(one: str, other: str) -> bool:
    """Say whether two names may mean the same group."""
    first, second = _plain(one), _plain(other)
    shorter, longer = sorted((first, second), key=len)
    if not shorter:
        return False
    return (
        first == second
        or (len(shorter) >= SHORTEST_PART and shorter in longer)
        or first in _initials(other)
        or second in _initials(one)
        or SequenceMatcher(None, first, second).ratio() >= CLOSE_ENOUGH
    )


def _plain(name: str) -> str:
    return "".join(re.findall(r"\w", _unaccented(name)))


def _unaccented(name: str) -> str:
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def _initials(name: str) -> set[str]:
    words = re.findall(r"\w+", _unaccented(name))
    every = "".join(word[0] for word in words)
    weighty = "".join(word[0] for word in words if word not in LINKING)
    return {letters for letters in (every, weighty) if len(letters) > 2}
