"""Whatever is typed into a form or an address, it answers with a sentence and never breaks, on either database."""

import re

import pytest

from engagement.models import FormDraft, Request, RequestStatus
from tests.attacks import forms
from tests.factories import make_contact, make_group, make_request, make_threat

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7|add:7 }}"
SPOILT = {
    "nought byte": "meeting\x00place",
    "too much": "palaver " * 12_500,
    "other writing": "\u202egnp.exe \u2066\u200f\U0001f54a\ufe0f\ud7ff\ufffe مرحبا",
    "a script": SCRIPT,
}
NUMBERS = {"enormous": "9" * 400, "more than the column holds": "40000", "below nothing": "-1", "not one": "²"}
DAYS = [("31", "2", "2026"), ("1", "1", "0000"), ("1", "1", "0001"), ("31", "12", "9999"), ("9" * 5000, "1", "2026")]
OF_A_FACTOR = re.compile(r"^[A-Z]+-\d+")
KEPT = "csrfmiddlewaretoken"
PARTS = ("day", "month", "year")
UNKNOWN = "00000000-0000-4000-8000-000000000007"


def spoilt(said):
    """Yield what was said with something in it spoilt, and what: any text in every field, the rest one at a time."""
    texts = {name for name, values in said.items() if " " in values[0]}
    for what, text in SPOILT.items():
        yield what, said | {name: [text] for name in texts}
    # Every factor is asked alike, so one stands for all of them.
    kinds = {OF_A_FACTOR.sub("", name): name for name in said if name != KEPT}
    for name in kinds.values():
        if said[name][0].isdecimal():
            yield from ((f"{name}: {what}", said | {name: [text]}) for what, text in NUMBERS.items())
        else:
            yield f"{name}: too long", said | {name: ["x" * 400]}
            yield f"{name}: unknown", said | {name: [UNKNOWN]}
        if name.endswith("_year"):
            stem = name.removesuffix("year")
            for day in DAYS:
                yield f"{name}: {day}", said | {f"{stem}{n}": [part] for n, part in zip(PARTS, day, strict=True)}
    yield "nothing", {}


@pytest.mark.slow
def test_no_form_breaks_on_any_nonsense_in_any_field(stage, browser):
    broken, taken = [], 0
    for name, address in stage.doors:
        client = browser(name)
        client.raise_request_exception = False
        page = forms.read(client, address)
        assert page.status == 200, (page.status, address)
        for target, form in forms.posting_forms(page):
            said, is_taken = forms.baseline(client, target, form)
            taken += is_taken
            for what, sent in spoilt(said):
                answer = forms.send(client, target, sent)
                if answer.status_code >= 500 or b"<script>alert" in answer.content:
                    broken.append((target, what, repr(getattr(answer, "exc_info", [""] * 2)[1])[:150]))
    assert not broken
    assert taken > len(stage.doors) // 2


@pytest.mark.parametrize(
    "address",
    [
        "/requests/R-2026-%00/",
        "/requests/?mission=%00",
        "/contacts/new/?mission=%00",
        "/contacts/?group=%00&mission=a%00",
        "/threats/new/?group=%00",
        "/missions/%00/posture/",
        "/groups/%00/",
        "/api/v1/requests/%00/",
        "/sign-in/?next=%00",
    ],
)
def test_a_nought_byte_in_an_address_is_not_looked_for(signed_in, amina, address):
    assert signed_in(amina).get(address).status_code == 400


def test_a_nought_byte_in_a_cookie_is_not_looked_for(client):
    assert client.get("/", headers={"cookie": 'parley_session="abcdefgh\\000"'}).status_code == 400


def test_a_draft_keeps_what_was_typed_without_its_nought_bytes(signed_in, amina):
    assert signed_in(amina).post("/drafts/contact/", {"summ\x00ary": "They \x00came."}).status_code == 204

    assert FormDraft.objects.get().content == {"summary": ["They came."]}


def test_a_long_address_under_a_form_leaves_a_receipt_all_the_same(signed_in, amina):
    address = f"/contacts/new/?mission=MINUBEK&group={'a' * 300}"
    said = {"draft": "1", "submission_key": UNKNOWN, "summary": "They came."}
    client = signed_in(amina)

    assert client.post(address, said).status_code == 302
    assert client.post(address, said).url == "/contacts/new/"


@pytest.mark.parametrize("day", DAYS[1:4])
def test_a_year_out_of_all_reason_gets_one_sentence(signed_in, maya, mission, amina, day):
    said = {"user": str(amina.pk), "role": "analyst", "ceiling": "1"}
    said |= {f"ends_on_{n}": part for n, part in zip(PARTS, day, strict=True)}

    page = signed_in(maya).post(f"/missions/{mission.code}/postings/new/", said)

    assert page.context["form"].errors["ends_on"] == ["Check the year: it lies between 1900 and 2199."]


@pytest.mark.parametrize("fields", [1_001, 10_000])
def test_ten_thousand_fields_are_not_read(signed_in, amina, fields):
    answer = signed_in(amina).post("/requests/start/", {f"f{n}": "1" for n in range(fields)})

    assert answer.status_code == 400
    assert "could not read" in answer.content.decode()


def test_what_was_written_is_escaped_wherever_it_is_shown(signed_in, amina, clara, joseph, access, at):

    group = make_group(author=amina, name=SCRIPT, wants=SCRIPT, at=at)
    threat = make_threat(author=amina, group=group, title=SCRIPT, people_at_risk=SCRIPT, at=at)
    said = dict.fromkeys(("title", "purpose", "interlocutors", "red_lines", "if_not_engaging", "place"), SCRIPT)
    request = make_request(author=amina, group=group, threat=threat, status=RequestStatus.READY, at=at, **said)
    contact = make_contact(author=amina, group=group, summary=SCRIPT, place=SCRIPT, spokesperson=SCRIPT, at=at)
    r = f"/requests/{request.reference}/"
    pages = [r, f"{r}paper/", f"{r}changes/", f"{r}history/", "/requests/", "/contacts/", "/groups/", "/threats/",
             f"/contacts/{contact.reference}/", f"/groups/{group.reference}/", f"/threats/{threat.reference}/",
             "/approvals/", "/approvals/print/", "/missions/MINUBEK/", "/advice/"]  # fmt: skip

    for page in pages:
        for person in (amina, joseph, clara):
            text = signed_in(person).get(page, follow=True).content.decode()
            assert "<script>alert" not in text, page
            assert "<img src=x" not in text, page
            assert "}14" not in text, page
    assert Request.objects.unscoped("test").get().title == SCRIPT
