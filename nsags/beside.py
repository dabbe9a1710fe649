"""What other apps show on the page of a group: they hand in cards, and this app knows none of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from missions.access import Access
from nsags.models import Group


@dataclass(frozen=True)
class Card:
    """A template with what it shows of one group to one person."""

    template: str
    shown: Mapping[str, Any]


Reader = Callable[[Group, Access, datetime], Card]
_readers: list[Reader] = []


def add_card(reader: Reader) -> None:
    """Have a card shown on the page of every group; an app calls this once, when it is ready."""
    _readers.append(reader)


def cards_of(group: Group, access: Access, at: datetime) -> list[Card]:
    """Return the cards of a group, each with what this person may see."""
    return [reader(group, access, at) for reader in _readers]
