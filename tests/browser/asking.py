"""Writing a request in the browser, as a field officer would."""

from collections.abc import Mapping
from typing import Any

Words = Mapping[str, str]


def fill(page: Any, words: Words) -> None:
    """Write into text fields, choose from lists and choose among radios, by the names of the inputs."""
    for name, value in words.items():
        field = page.locator(f'main [name="{name}"]:not([type=hidden])').first
        kind = field.evaluate("field => field.type")
        if kind == "radio":
            page.locator(f'main [name="{name}"][value="{value}"]').check()
        elif kind == "checkbox":
            field.check()
        elif kind == "select-one":
            choose(field, value)
        else:
            field.fill(value)


def choose(field: Any, words: str) -> None:
    """Choose from a list what holds these words."""
    option = field.locator("option").filter(has_text=words).first
    field.select_option(option.get_attribute("value"))


def answer(page: Any, factor: str, level: str, *, sure: str = "A", source: str = "Reports of this month") -> None:
    """Answer one question, with how sure that is and where it comes from."""
    question = page.locator(f"#{factor}")
    question.locator(f'[name="{factor}"][value="{level}"]').check()
    if level == "unknown":
        question.locator(f'[name="{factor}-why"]').fill(source)
        return
    closed = question.locator("details:not([open]) > summary").first
    if not question.locator(f'[name="{factor}-source"]').is_visible():
        closed.click()
    question.locator(f'[name="{factor}-sure"][value="{sure}"]').check()
    question.locator(f'[name="{factor}-source"]').fill(source)


def write_section(page: Any, words: Words, levels: Mapping[str, str]) -> None:
    """Fill one section and go on to the next."""
    fill(page, words)
    for factor, level in levels.items():
        answer(page, factor, level)
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_load_state()
