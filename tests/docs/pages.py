"""The documentation as tests read it."""

import re
from pathlib import Path

import dev

ROOT = Path(dev.__file__).parent
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def name_of(page: Path) -> str:
    """Return the path of a page inside the repository."""
    return str(page.relative_to(ROOT))


def text_of(page: Path) -> str:
    """Return a page without its blocks of code."""
    return FENCED.sub("", page.read_text(encoding="utf-8"))


def links_of(page: Path) -> list[str]:
    """Return every address that a page links to or shows."""
    return LINK.findall(text_of(page))


def anchors_of(page: Path) -> set[str]:
    """Return the names that the headings of a page can be linked by."""
    headings = re.findall(r"^#+ (.+)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def block(page: Path, language: str, number: int = 0) -> str:
    """Return one block of code of a page."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return str(found[number])
