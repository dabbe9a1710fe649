"""Drawing where a group came from: one lane for each group, time from left to right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from nsags.models import Group, LineageEvent

MOST_LANES = 12
LANE_HEIGHT = 40
LEFT, RIGHT, TOP = 190, 660, 24
# Room for the longest word of an event, in either language.
WORD = 130


@dataclass(frozen=True)
class Lane:
    """One group: its name, where its line starts, and at which height."""

    name: str
    start: int
    y: int
    is_subject: bool


@dataclass(frozen=True)
class Link:
    """One event: a line from one lane to another, with its word."""

    x: int
    from_y: int
    to_y: int
    event: LineageEvent

    @property
    def is_late(self) -> bool:
        """Say whether the word must stand to the left of the line to stay inside the drawing."""
        return self.x > RIGHT - WORD

    @property
    def word_y(self) -> int:
        """Return where the word stands: just above the lane that it leads to."""
        return self.to_y - 8 if self.to_y > self.from_y else self.to_y + 18


@dataclass(frozen=True)
class Drawing:
    """Everything that the template needs to draw."""

    lanes: list[Lane]
    links: list[Link]
    years: list[tuple[int, int]]
    height: int


def lanes(events: Sequence[LineageEvent], subject: Group, until: date) -> Drawing | None:
    """Return the drawing of these events up to a day, or None when there is nothing to draw or too much."""
    born = _born(events)
    if not events or len(born) > MOST_LANES:
        return None
    first, last = events[0].happened_on.year - 1, _moment(until)
    scale = (RIGHT - LEFT) / (last - first)

    def x(year: float) -> int:
        return round(LEFT + (year - first) * scale)

    heights = {group: TOP + number * LANE_HEIGHT for number, group in enumerate(born)}
    return Drawing(
        lanes=[Lane(g.name, x(born[g] or first), y, g.pk == subject.pk) for g, y in heights.items()],
        links=[Link(x(_moment(e.happened_on)), heights[e.parent], heights[e.child], e) for e in events],
        years=[(x(year), year) for year in range(first + 1, until.year + 1, max(1, (until.year - first) // 6))],
        height=TOP + len(heights) * LANE_HEIGHT + 8,
    )


def _born(events: Sequence[LineageEvent]) -> dict[Group, float | None]:
    """Return the groups from oldest to youngest with the moment of their first appearance, None before all events."""
    born: dict[Group, float | None] = {}
    for event in events:
        born.setdefault(event.parent, None)
        born.setdefault(event.child, _moment(event.happened_on))
    return dict(sorted(born.items(), key=lambda item: item[1] or 0.0))


def _moment(day: date) -> float:
    return day.year + (day.timetuple().tm_yday - 1) / 366
