"""Forms as a stranger's script sees them: read off the page, filled with something sensible, then spoiled."""

from collections.abc import Iterator

from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests.site.visits import Element, Page, name_of

Fields = dict[str, list[str]]
# The clock of the tests stands on 2 March 2026.
DAYS = tuple({"day": day, "month": "3", "year": "2026", "time": "08:00"} for day in ("1", "20"))
NEVER_SPOILED = {"csrfmiddlewaretoken", "submission_key"}


def read(client: Client, address: str) -> Page:
    """Open a page and read it as a tree."""
    answer = client.get(address)
    return Page(address, answer.status_code, answer.content, name_of(address), "", "en")


def posting_forms(page: Page) -> Iterator[tuple[str, Element]]:
    """Yield each form of the main part that sends something, with the address that it sends to."""
    for form in page.root.all("form"):
        if form.get("method") == "post" and any(part.tag == "main" for part in form.ancestors):
            yield form.get("action") or page.path, form


def filled(form: Element, days: dict[str, str]) -> Fields:
    """Return what a sensible person might send."""
    said: Fields = {}
    for field in form.all("input", "textarea", "select"):
        name = field.get("name")
        if name and (values := _answer(field, name, said, days)):
            said[name] = values
    return said


def _answer(field: Element, name: str, said: Fields, days: dict[str, str]) -> list[str]:
    if field.tag == "select":
        options = [option.get("value") for option in field.all("option")]
        return [next((value for value in options if value), "")]
    if field.get("type") == "radio":
        return said.get(name) or [field.get("value")]
    if field.get("type") == "checkbox":
        return [*said.get(name, []), field.get("value", "on")]
    if field.get("type") == "hidden":
        return [field.get("value")]
    tail = name.rpartition("_")[2]
    if tail in days and "w" in field.get("class"):
        return [days[tail]]
    return [field.get("value") or field.text or ("3" if "numeric" in field.get("inputmode") else "Some plain words")]


def baseline(client: Client, address: str, form: Element) -> tuple[Fields, bool]:
    """Return a filling that the form takes, if one of the two calendars leads there, and whether it does."""
    for days in DAYS:
        said = filled(form, days)
        if send(client, address, said).status_code == 302:
            return said, True
    return said, False


def send(client: Client, address: str, said: Fields) -> HttpResponse:
    """Send a form and take back whatever it did."""
    with transaction.atomic():
        answer = client.post(address, said)
        transaction.set_rollback(True)
    return answer
