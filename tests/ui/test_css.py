"""What the stylesheet and the script may not contain, and what they may weigh."""

import gzip
import re
from collections.abc import Iterator
from itertools import combinations
from math import dist
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "static"
CSS = re.sub(r"/\*.*?\*/", "", (STATIC / "app.css").read_text(), flags=re.S)

CSS_BUDGET = 8 * 1024
JS_BUDGET = 4 * 1024

FORBIDDEN_FEATURES = {
    "nesting": r"&",
    "the parent selector": r":has\(",
    "light-dark()": r"light-dark\(",
    "color-mix()": r"color-mix\(",
    "cascade layers": r"@layer",
    "subgrid": r"subgrid",
    "the direction selector": r":dir\(",
    "container queries": r"@container",
    "field sizing": r"field-sizing",
    "remote or embedded files": r"url\(|@import|@font-face",
}
PHYSICAL = {
    "sides": r"(margin|padding|border|inset)-(left|right|top|bottom)|border-(top|bottom)-(left|right)-radius",
    "offsets": r"(?<![\w-])(left|right|top|bottom)\s*:",
    "sizes": r"(?<![\w-])(min-|max-)?(width|height)\s*:(?![^{};]*\)\s*\{)",
    "alignment": r"(text-align|float|clear)\s*:\s*(left|right)",
}
AA_TEXT = 4.5
AA_PARTS = 3.0
EASILY_TOLD_APART = 15

# How linear red, green and blue look without one kind of cone (Machado, Oliveira and Fernandes 2009, severity 1).
WITHOUT = {
    "red cones": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "green cones": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "blue cones": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
TO_XYZ = ((0.4339, 0.3762, 0.1899), (0.2126, 0.7152, 0.0722), (0.0178, 0.1095, 0.8728))


def _blocks() -> Iterator[tuple[str, str, int]]:
    """Yield each prelude with what it holds and how deep it stands."""
    stack: list[tuple[str, int]] = []
    start = 0
    for at, sign in enumerate(CSS):
        if sign == "{":
            stack.append((CSS[start:at].strip(), at + 1))
            start = at + 1
        elif sign == "}":
            prelude, opened = stack.pop()
            yield prelude, CSS[opened:at], len(stack)
            start = at + 1
        elif sign == ";":
            start = at + 1


def _tokens(selector: str) -> dict[str, str]:
    """Return the colours of the first rule with this selector."""
    body = next(body for prelude, body, _depth in _blocks() if prelude == selector)
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})", body))


LIGHT = _tokens(":root, [data-theme=light]")
DARK = LIGHT | _tokens("[data-theme=dark]")


def _linear(colour: str) -> list[float]:
    digits = colour.lstrip("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _times(matrix, values: list[float]) -> list[float]:
    return [max(sum(m * v for m, v in zip(row, values, strict=True)), 0) for row in matrix]


def _seen(colour: str, without: str) -> tuple[float, float, float]:
    """Return lightness and the two colour axes (CIE L*a*b*) of what a person without these cones sees."""
    x, y, z = (
        v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116
        for v in _times(TO_XYZ, _times(WITHOUT[without], _linear(colour)))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("feature", FORBIDDEN_FEATURES)
def test_the_stylesheet_does_without(feature):
    assert not re.search(FORBIDDEN_FEATURES[feature], CSS)


@pytest.mark.parametrize("kind", PHYSICAL)
def test_the_stylesheet_follows_the_writing_direction_in(kind):
    without_media = re.sub(r"@media[^{]*", "", CSS)

    found = re.search(PHYSICAL[kind], without_media)

    assert not found, without_media[found.start() - 40 : found.end() + 20]


def test_rules_stand_in_no_other_rule():
    nested = [prelude for prelude, _body, depth in _blocks() if depth > 1]

    assert not nested


def test_the_dark_theme_is_the_same_by_choice_and_by_system():
    assert _tokens("[data-theme=dark]") == _tokens(":root:not([data-theme=light])")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *[(text, ground) for text in ("ink", "muted", "link", "link-h", "visited") for ground in ("canvas", "surface")],
        *[(text, ground) for text in ("ink", "muted") for ground in ("sunk", "info-b", "ok-b", "warn-b", "bad-b")],
        *[(tone, f"{tone}-b") for tone in ("ok", "info", "warn", "bad", "off")],
        *[("link", ground) for ground in ("info-b", "ok-b", "warn-b", "bad-b")],
        ("bad", "surface"),
        ("bad", "canvas"),
        ("surface", "link"),
        ("surface", "link-h"),
        ("surface", "bad"),
        ("on-brand", "brand"),
        ("on-focus", "focus"),
    ],
)
def test_text_can_be_read(theme, text, ground):
    tokens = LIGHT if theme == "light" else DARK

    assert _contrast(tokens[text], tokens[ground]) >= AA_TEXT


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("part", "ground"), [("ctl", "surface"), ("ctl", "canvas"), ("ink", "focus"), ("ink", "surface")]
)
def test_controls_and_outlines_can_be_seen(theme, part, ground):
    tokens = LIGHT if theme == "light" else DARK
    # In the dark theme the light outline of the focus ring stands out from the page, not from its yellow halo.
    against = "canvas" if (theme, ground) == ("dark", "focus") else ground

    assert _contrast(tokens[part], tokens[against]) >= AA_PARTS


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("scale", ["r", "p"])
def test_a_higher_level_is_always_further_from_the_page(tokens, scale):
    steps = [_contrast(tokens[f"{scale}{n}"], tokens["surface"]) for n in range(1, 5)]

    assert steps == sorted(steps)


@pytest.mark.parametrize("scale", ["r", "p"])
def test_neighbouring_levels_can_be_told_apart_on_a_grey_print(scale):
    for n in range(1, 4):
        assert _contrast(LIGHT[f"{scale}{n}"], LIGHT[f"{scale}{n + 1}"]) >= 1.5


@pytest.mark.parametrize("without", WITHOUT)
@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("scale", ["r", "p"])
def test_levels_can_be_told_apart_without_one_kind_of_cone(scale, tokens, without):
    seen = [_seen(tokens[f"{scale}{n}"], without) for n in range(1, 5)]

    assert min(dist(one, other) for one, other in combinations(seen, 2)) >= EASILY_TOLD_APART


@pytest.mark.parametrize(("name", "budget"), [("app.css", CSS_BUDGET), ("app.js", JS_BUDGET)])
def test_the_file_stays_within_its_weight(name, budget):
    assert len(gzip.compress((STATIC / name).read_bytes(), 9)) <= budget
