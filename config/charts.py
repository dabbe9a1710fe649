"""Geometry of the small drawings that stand beside their numbers; returns SVG and never reads a model."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

POINTS = 1000
CUTS: dict[str, tuple[int, ...]] = {"risk": (150, 350, 600), "protection": (300, 500, 750)}
HIDDEN = 'aria-hidden="true" focusable="false"'


def _svg(parts: Iterable[str], box: str, classes: str, extra: str = HIDDEN) -> SafeString:
    return mark_safe(f'<svg class="chart {classes}" viewBox="{box}" {extra}>{"".join(parts)}</svg>')


def _diamond(x: float, y: float, half: float, css: str) -> str:
    return f'<path class="{css}" d="M{x:g} {y - half:g}l{half:g} {half:g}l-{half:g} {half:g}l-{half:g}-{half:g}z"/>'


def range_bar(*, score: int, low: int, high: int, previous: int | None, scale: str) -> SafeString:
    """Draw an estimate as a diamond on a thick line from its best to its worst plausible reading."""

    def x(points: int) -> float:
        return round(8 + points * 0.3, 1)

    css = ("ivp", "ptp") if scale == "protection" else ("iv", "pt")
    parts = ['<path class="ax" d="M8 14H308M8 9v10M308 9v10"/>']
    parts += [f'<path class="bd" d="M{x(cut):g} 3V25"/>' for cut in CUTS[scale]]
    parts.append(f'<path class="{css[0]}" d="M{x(low):g} 14H{max(x(high), x(low) + 1):g}"/>')
    parts.append(_diamond(x(score), 14, 9, css[1]))
    if previous is not None and previous != score:
        parts.append(f'<circle class="was" cx="{x(previous):g}" cy="14" r="4.5"/>')
    return _svg(parts, "0 0 316 28", "flip wide")


def factor_bar(*, weight: int, points: int, verified: int, promised: int, unknown: bool, heaviest: int) -> SafeString:
    """Draw what one factor counts inside an outline of the most it can count."""

    def width(value: int) -> float:
        return round(296 * value / heaviest, 1)

    parts = [f'<rect class="max" x="1" y="3" width="{width(weight):g}" height="14"/>']
    if points:
        css = "unk" if unknown else "up"
        parts.append(f'<rect class="{css}" x="1" y="3" width="{width(points):g}" height="14"/>')
    start = points
    for removed, css in ((verified, "cut"), (promised, "hope")):
        if removed:
            box = f'x="{1 + width(start) + 1.5:g}" y="5" width="{max(width(removed) - 3, 1):g}" height="10"'
            parts.append(f'<rect class="{css}" {box}/>')
            start += removed
    return _svg(parts, "0 0 300 20", "flip wide")


_MARKS = {
    "filled": '<rect class="down" x="{x}" y="{y}" width="14" height="14"/>',
    "half": '<rect class="max" x="{x}.5" y="{y}.5" width="13" height="13"/>'
    '<rect class="down" x="{x}" y="{y}" width="7" height="14"/>',
    "cross": '<path class="x" d="M{x} {y}m2 2l10 10m0-10l-10 10"/>',
    "outline": '<rect class="unk" x="{x}" y="{y}" width="12" height="12" transform="translate(1 1)"/>',
}


def units(counts: Iterable[tuple[str, int]], per_row: int = 16) -> SafeString:
    """Draw one small mark for each thing counted: filled, half, cross or outline."""
    marks = [mark for mark, count in counts for _each in range(count)]
    parts = [_MARKS[m].format(x=i % per_row * 18, y=1 + i // per_row * 18) for i, m in enumerate(marks)]
    wide = max(min(len(marks), per_row) * 18, 18)
    tall = max(-(-len(marks) // per_row) * 18, 18)
    return _svg(parts, f"0 0 {wide} {tall}", "flip units", f'width="{wide}" height="{tall}" {HIDDEN}')


# --- Protection against highest risk -------------------------------------------------------------------------------

LEFT, TOP, WIDE, TALL = 84, 26, 452, 320
LABEL_TALL, CHARACTER = 14, 7.6


@dataclass(frozen=True)
class Box:
    """A rectangle on the drawing."""

    x: float
    y: float
    wide: float
    tall: float

    def meets(self, other: "Box") -> bool:
        """Say whether two rectangles share any surface."""
        return (
            self.x < other.x + other.wide
            and other.x < self.x + self.wide
            and self.y < other.y + other.tall
            and other.y < self.y + self.tall
        )


@dataclass(frozen=True)
class Point:
    """One request: a short label, its state, and both estimates with their plausible ranges."""

    label: str
    protection: tuple[int, int, int]
    risk: tuple[int, int, int]
    state: str = "new"

    @property
    def x(self) -> float:
        """Return the position of the risk."""
        return across(self.risk[1])

    @property
    def y(self) -> float:
        """Return the position of the protection case."""
        return up(self.protection[1])

    @property
    def marker(self) -> Box:
        """Return the surface that the marker covers."""
        return Box(self.x - 7, self.y - 7, 14, 14)


def across(points: int) -> float:
    """Return the horizontal position of risk points."""
    return round(LEFT + WIDE * points / POINTS, 1)


def up(points: int) -> float:
    """Return the vertical position of protection points."""
    return round(TOP + TALL * (1 - points / POINTS), 1)


def _candidates(point: Point, wide: float) -> Iterator[Box]:
    """Yield places for a label, nearest first, inside the frame."""
    for gap in range(9, 400, 6):
        for side_x, side_y in ((1, -1), (1, 1), (-1, -1), (-1, 1), (1, 0), (-1, 0), (0, -1), (0, 1)):
            x = point.x + side_x * gap - (wide if side_x < 0 else 0 if side_x else wide / 2)
            y = point.y + side_y * gap - (LABEL_TALL if side_y < 0 else 0 if side_y else LABEL_TALL / 2)
            if LEFT < x < LEFT + WIDE - wide and TOP < y < TOP + TALL - LABEL_TALL:
                yield Box(x, y, wide, LABEL_TALL)


def place_labels(points: Sequence[Point]) -> list[Box]:
    """Return a place for every label that meets no other label and no marker."""
    taken = [point.marker for point in points]
    places = []
    for point in points:
        wide = len(point.label) * CHARACTER + 2
        free = (box for box in _candidates(point, wide) if not any(box.meets(other) for other in taken))
        place = next(free, Box(point.x + 9, point.y - 9, wide, LABEL_TALL))
        taken.append(place)
        places.append(place)
    return places


_SHAPES = {
    "new": '<circle class="pt" cx="{x:g}" cy="{y:g}" r="6"/>',
    "again": '<rect class="pt" x="{left:g}" y="{top:g}" width="11" height="11"/>',
    "review": '<path class="pt" d="M{x:g} {peak:g}l7 12.5h-14z"/>',
}


def shape(state: str, x: float, y: float) -> str:
    """Draw the marker of a state: a disc when new, a square when sent again, a triangle when under review."""
    return _SHAPES[state].format(x=x, y=y, left=x - 5.5, top=y - 5.5, peak=y - 7)


def _cross(point: Point) -> str:
    risk, case = point.risk, point.protection
    path = f"M{across(risk[0]):g} {point.y:g}H{across(risk[2]):g}M{point.x:g} {up(case[0]):g}V{up(case[2]):g}"
    return f'<path class="cross" d="{path}"/>'


def _label(point: Point, box: Box) -> str:
    middle = (box.x + box.wide / 2, box.y + LABEL_TALL / 2)
    leader = ""
    if abs(middle[0] - point.x) > 14 + box.wide / 2 or abs(middle[1] - point.y) > 24:
        leader = f'<path class="ax" d="M{point.x:g} {point.y:g}L{middle[0]:g} {middle[1]:g}"/>'
    text = (
        f'<text class="tx num" x="{middle[0]:g}" y="{box.y + 11.5:g}" text-anchor="middle">{escape(point.label)}</text>'
    )
    return leader + text


def _frame(risk_words: Sequence[str], protection_words: Sequence[str]) -> Iterator[str]:
    right, bottom = LEFT + WIDE, TOP + TALL
    yield f'<path class="ax" d="M{LEFT} {TOP}V{bottom}H{right}"/>'
    for cut in CUTS["risk"]:
        yield f'<path class="bd" d="M{across(cut):g} {TOP}V{bottom}"/>'
    for cut in CUTS["protection"]:
        yield f'<path class="bd" d="M{LEFT} {up(cut):g}H{right}"/>'
    for word, low, high in zip(risk_words, (0, *CUTS["risk"]), (*CUTS["risk"], POINTS), strict=True):
        x = (across(low) + across(high)) / 2
        yield f'<text class="tx" x="{x:g}" y="{bottom + 18}" text-anchor="middle">{escape(word)}</text>'
    for word, low, high in zip(protection_words, (0, *CUTS["protection"]), (*CUTS["protection"], POINTS), strict=True):
        y = (up(low) + up(high)) / 2 + 4
        yield f'<text class="tx" x="{LEFT - 8}" y="{y:g}" text-anchor="end">{escape(word)}</text>'
    middle = LEFT + WIDE / 2
    below = escape(_("Highest of the three risks"))
    yield f'<text class="tx b" x="{middle:g}" y="{bottom + 40}" text-anchor="middle">{below}</text>'
    yield f'<text class="tx b" x="4" y="14">{escape(_("Protection case"))}</text>'


def describe(points: Sequence[Point]) -> str:
    """Say in one sentence or three what the scatter shows, for those who hear the page."""
    clear = sum(p.protection[1] >= CUTS["protection"][1] and p.risk[1] < CUTS["risk"][1] for p in points)
    steep = sum(p.protection[1] < CUTS["protection"][0] and p.risk[1] >= CUTS["risk"][2] for p in points)
    sentences = [
        ngettext("%(n)d request.", "%(n)d requests.", len(points)) % {"n": len(points)},
        ngettext(
            "%(n)d has a major or critical protection case with no risk above moderate.",
            "%(n)d have a major or critical protection case with no risk above moderate.",
            clear,
        )
        % {"n": clear},
        ngettext(
            "%(n)d has a very high risk and a minor protection case.",
            "%(n)d have a very high risk and a minor protection case.",
            steep,
        )
        % {"n": steep},
        _("A table follows."),
    ]
    return " ".join(sentences)


def scatter(
    points: Sequence[Point], *, title: str, id: str, risk_words: Sequence[str], protection_words: Sequence[str]
) -> SafeString:
    """Draw protection against the highest risk: a cross for both ranges, a shape for the state, a short label."""
    places = place_labels(points)
    parts = [f'<title id="{id}-t">{escape(title)}</title><desc id="{id}-d">{escape(describe(points))}</desc>']
    parts.append('<g aria-hidden="true">')
    parts += _frame(risk_words, protection_words)
    parts += [_cross(point) for point in points]
    parts += [shape(point.state, point.x, point.y) for point in points]
    parts += [_label(point, box) for point, box in zip(points, places, strict=True)]
    parts.append("</g>")
    extra = f'role="img" direction="ltr" aria-labelledby="{id}-t {id}-d"'
    return _svg(parts, f"0 0 {LEFT + WIDE + 8} {TOP + TALL + 48}", "", extra)


def as_point(item: Any) -> Point:
    """Read a mapping with label, protection, risk (each low, score, high) and state."""
    if isinstance(item, Point):
        return item
    return Point(str(item["label"]), tuple(item["protection"]), tuple(item["risk"]), item.get("state", "new"))


_KEYS = {
    "new": shape("new", 14, 7),
    "again": shape("again", 14, 7),
    "review": shape("review", 14, 8),
    "estimate": _diamond(14, 7, 6, "pt"),
    "range": '<path class="iv" d="M1 7H27"/>',
    "cut": '<path class="bd" d="M14 0V14"/>',
    "cross_of_ranges": '<path class="cross" d="M2 7H26M14 0V14"/>',
    "most": '<rect class="max" x="1.5" y="2.5" width="25" height="9"/>',
    "earlier": '<circle class="was" cx="14" cy="7" r="4.5"/>',
    "counts": '<rect class="up" x="1" y="2" width="26" height="10"/>',
    "removed": '<rect class="cut" x="2" y="3" width="24" height="8"/>',
    "hoped": '<rect class="hope" x="2" y="3" width="24" height="8"/>',
    "unknown": '<rect class="unk" x="2" y="3" width="24" height="8"/>',
    "filled": _MARKS["filled"].format(x=7, y=0),
    "half": _MARKS["half"].format(x=7, y=0),
    "cross": _MARKS["cross"].format(x=7, y=0),
    "outline": _MARKS["outline"].format(x=7, y=0),
}


def key(name: str) -> SafeString:
    """Draw the sample of one mark, for the sentence that explains it."""
    return mark_safe(f'<svg class="key" viewBox="0 0 28 14" {HIDDEN}>{_KEYS[name]}</svg>')
