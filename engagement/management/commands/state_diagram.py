"""The states of a request and of a dialogue, drawn from the table that the services obey."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import TextChoices
from django.utils import translation

from engagement.models import EngagementStatus, RequestStatus
from engagement.models.status import ENGAGEMENT_TRANSITIONS, REQUEST_TRANSITIONS

Table = Mapping[Any, frozenset[Any]]

HEAD = """\
# States

Printed by `manage.py state_diagram` from `engagement/models/status.py`; a test compares this page with the table.

A request asks for leave to talk. An approval opens a dialogue, which has states of its own. Nothing else moves either.
"""


class Command(BaseCommand):
    """Print docs/reference/states.md."""

    help = (
        "Print the states of requests and dialogues as Mermaid diagrams: save the output as docs/reference/states.md."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print both diagrams, in English."""
        with translation.override("en"):
            self.stdout.write(page(), ending="")


def page() -> str:
    """Return the whole page."""
    requests = diagram(RequestStatus, REQUEST_TRANSITIONS, start=RequestStatus.DRAFT)
    dialogues = diagram(EngagementStatus, ENGAGEMENT_TRANSITIONS, start=EngagementStatus.AUTHORISED)
    return f"{HEAD}\n## Requests\n\n{requests}\n## Dialogues\n\n{dialogues}"


def diagram(states: type[TextChoices], table: Table, *, start: TextChoices) -> str:
    """Return a table of moves as a Mermaid state diagram."""
    return "\n".join(["```mermaid", "stateDiagram-v2", *_lines(states, table, start), "```", ""])


def _lines(states: type[TextChoices], table: Table, start: TextChoices) -> Iterator[str]:
    for state in states:
        yield f"    {state.value} : {state.label}"
    yield f"    [*] --> {start.value}"
    for state in states:
        for following in (after for after in states if after in table[state]):
            yield f"    {state.value} --> {following.value}"
        if not table[state]:
            yield f"    {state.value} --> [*]"
