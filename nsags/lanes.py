"""Drawing where a group came from: one lane for each group, time from left to right."""

from collections.abc import Sequence
from dataclasses import dataclass

from nsags.models import Group, LineageEvent

MOST_LANES = 12
LANE_HEIGHT = 40
LEFT, RIGHT, TOP = 190, 660, 24


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


def lanes(events: Sequence[LineageEvent], subject: Group) -> Drawing | None:
    """Return the drawing of these events, or None when there is nothing to draw or too much."""
    born = _born(events)
    if not events or len(born) > MOST_LANES:
        return None
    first, last = min(e.happened_on.year for e in events) - 1, max(e.happened_on.year for e in events) + 2
    scale = (RIGHT - LEFT) / (last - first)

    def x(year: float) -> int:
        return round(LEFT + (year - first) * scale)

    heights = {group: TOP + number * LANE_HEIGHT for number, group in enumerate(born)}
    return Drawing(
        lanes=[Lane(g.name, x(born[g] or first), y, g.pk == subject.pk) for g, y in heights.items()],
        links=[Link(x(_moment(e)), heights[e.parent], heights[e.child], e) for e in events],
        years=[(x(year), year) for year in range(first + 1, last, max(1, (last - first) // 6))],
        height=TOP + len(heights) * LANE_HEIGHT + 8,
    )


def _born(events: Sequence[LineageEvent]) -> dict[Group, float | None]:
    """Return the groups from oldest to youngest with the moment of their first appearance, None before all events."""
    born: dict[Group, float | None] = {}
    for event in events:
        born.setdefault(event.parent, None)
        born.setdefault(event.child, _moment(event))
    return dict(sorted(born.items(), key=lambda item: item[1] or 0.0))


def _moment(event: LineageEvent) -> float:
    return event.happened_on.year + (event.happened_on.timetuple().tm_yday - 1) / 366
