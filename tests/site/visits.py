"""Walking through the site as a browser does: reading links off pages, and following those that lead to pages."""

import hashlib
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

HOST = "http://testserver"
# Pages of one kind that one person opens: the first, and a few more that differ from person to person.
OF_ONE_KIND = 3
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])


@dataclass
class Element:
    """One element of a page."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None"
    children: "list[Element]" = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    def get(self, name: str, otherwise: str = "") -> str:
        """Return an attribute."""
        return self.attributes.get(name, otherwise)

    def all(self, *tags: str) -> "Iterator[Element]":
        """Yield everything below of these kinds, or everything."""
        for child in self.children:
            if not tags or child.tag in tags:
                yield child
            yield from child.all(*tags)

    @property
    def text(self) -> str:
        """Return the words in here, outside child elements first."""
        return " ".join([*self.pieces, *(child.text for child in self.children)]).strip()

    @property
    def ancestors(self) -> "Iterator[Element]":
        """Yield what this stands in, from the inside out."""
        if self.parent is not None:
            yield self.parent
            yield from self.parent.ancestors

    def __str__(self) -> str:
        said = " ".join(f'{name}="{value}"' for name, value in self.attributes.items())
        return f"<{self.tag} {said}>"[:120]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.here = Element("", {}, None)
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _value in attrs]
        if len(set(names)) < len(names):
            self.faults.append(f"<{tag}> says an attribute twice: {names}")
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.here.tag != tag:
            self.faults.append(f"</{tag}> closes {self.here}")
            return
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.here.pieces.append(data.strip())


@dataclass
class Page:
    """One answer of the server to one person."""

    path: str
    status: int
    content: bytes
    name: str
    visitor: str
    language: str

    @cached_property
    def _read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.content.decode())
        reader.close()
        return reader

    @property
    def root(self) -> Element:
        """Return the page as a tree."""
        return self._read.root

    @property
    def faults(self) -> list[str]:
        """Return what the tree makes no sense of: elements that do not nest."""
        return self._read.faults + [f"{self._read.here} is never closed"] * (self._read.here.tag != "")

    @property
    def links(self) -> list[str]:
        """Return where links, and buttons that only lead somewhere, go on this site, without fragments."""
        named = [link.get("href") for link in self.root.all("a")]
        named += [form.get("action") for form in self.root.all("form") if _only_leads(form)]
        found = (urldefrag(urljoin(HOST + self.path, address))[0] for address in named)
        return [address.removeprefix(HOST) for address in found if address.startswith(HOST)]

    def __str__(self) -> str:
        return f"{self.path} as {self.visitor} in {self.language}"


@dataclass
class Visitor:
    """Somebody with a browser."""

    client: Client
    name: str
    language: str

    def open(self, path: str) -> Page:
        """Open a page, and the one that it sends on to."""
        answer = self.client.get(path, follow=True)
        landed = answer.redirect_chain[-1][0] if getattr(answer, "redirect_chain", None) else path
        return Page(landed, answer.status_code, answer.content, name_of(landed), self.name, self.language)

    def explore(self, start: str = "/") -> Iterator[Page]:
        """Open everything that can be reached by links, but only some pages of one kind."""
        seen, opened, waiting = {start}, Counter[str](), deque([start])
        while waiting:
            path = waiting.popleft()
            if opened[name_of(path)] >= OF_ONE_KIND:
                continue
            opened[name_of(path)] += 1
            page = self.open(path)
            yield page
            links = [link for link in dict.fromkeys(page.links) if link not in seen and is_page(link)]
            seen.update(links)
            waiting.extend(self._in_order(links))

    def _in_order(self, links: list[str]) -> list[str]:
        """Put the first link of each kind first, and the rest in another order for each person.

        Together they see more than the newest few.
        """
        first = {name_of(link): link for link in reversed(links)}.values()
        rest = [link for link in links if link not in first]
        return [*first, *sorted(rest, key=lambda link: hashlib.sha256((self.name + link).encode()).digest())]


def _only_leads(form: Element) -> bool:
    return form.get("method", "get") == "get" and not any(form.all("input", "select", "textarea"))


def name_of(path: str) -> str:
    """Return the name of the address, with what it asks for when it asks for something."""
    parts = urlsplit(path)
    try:
        name = resolve(parts.path).view_name
    except Resolver404:
        return ""
    return f"{name}?{parts.query.partition('=')[0]}" if parts.query else name


def is_page(path: str) -> bool:
    """Say whether a link leads to a page, and not to the screen that signs out, to a print or to a program."""
    return name_of(path).partition("?")[0] not in {"accounts:lock", "engagement:paper", "engagement:approvals_print"}
