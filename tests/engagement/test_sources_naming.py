"""Names and numbers of sources do not stand in what people write: whoever may know them is asked for the code name."""

import itertools
import json
from datetime import timedelta

import pytest

from audit.models import Event
from engagement import fingerprints
from engagement.models import Contact, FormDraft, RiskSheet
from engagement.policies.drafting import AnswerInput
from engagement.services import contacts, drafting, form_drafts, identities, naming, sources
from engagement.services.identities import Identity
from engagement.vault import key_store
from missions.refusals import Refused
from tests import factories
from tests.engagement import handling
from tests.refusing import refusals

KEY = b"k" * 32
# Invented people, with how somebody in a hurry may write the same name.
PEOPLE = {
    ("Zebediah Quill", "Okonjowski"): [
        "Zebediah Quill Okonjowski",
        "zebediah quill okonjowski",
        "OKONJOWSKI Zebediah Quill",
        "Okonjowski, Zebediah Quill",
        "Zebediah-Quill Okonjowski",
        "Zebediah Okonjowski",
        "Okonjowski",
        "d’Okonjowski",
        "l'Okonjowski",
        "Okonjowski's",
    ],
    ("Moussa", "Traoré"): ["Moussa Traoré", "Moussa Traore", "MOUSSA TRAORE", "Traoré Moussa", "M. Traoré", "Traoré’s"],
    ("Fatou", "N'Dour"): ["Fatou N'Dour", "Fatou N’Dour", "Fatou Ndour", "N’Dour Fatou", "FATOU N'DOUR"],
    ("Jean-Baptiste", "Ngoé"): ["Jean-Baptiste Ngoé", "Jean Baptiste Ngoé", "Jean Baptiste Ngoe", "Jean‑Baptiste Ngoé"],
    ("Issa", "Ba"): ["Issa Ba", "Ba Issa", "ISSA BA", "Issa  Ba", "Issa\nBa", "issa,ba"],
    ("José María", "Ibáñez Núñez"): [
        "José María Ibáñez Núñez",
        "Jose Maria Ibanez Nunez",
        "Ibáñez",
        "Nuñez",
        "José Ibáñez Núñez",
    ],
    ("محمد", "الكاتب"): ["محمد الكاتب", "الكاتب", "مُحَمَّد الكاتب", "محـمد الكاتب"],
    ("Łukasz", "Wiśniewski"): ["Łukasz Wiśniewski", "Łukasz Wisniewski", "WIŚNIEWSKI"],
    ("Anna", "Straße"): ["Anna Straße", "Anna Strasse", "ANNA STRASSE"],
    ("Ｍｉｎ", "Ｈａｎｅｕｌ"): ["Min Haneul", "Ｍｉｎ Ｈａｎｅｕｌ", "min\u00a0haneul", "Min\u200b Haneul"],
}
PHONES = {
    "+236 75 12 34 56": [
        "+236 75 12 34 56",
        "+23675123456",
        "0023675123456",
        "75123456",
        "75 12 34 56",
        "75-12-34-56",
        "75.12.34.56",
        "(236) 75 12 34 56",
        "75/12/34/56",
        "call 75123456 tonight",
        "236 7512 3456",
        "75\u00a012\u00a034\u00a056",
        "75\u202f12\u202f34\u202f56",
        "7512\u200b3456",
        "٧٥١٢٣٤٥٦",
        "on 2 3 at 75 12 34 56",
        "+236-75-123-456",
        "75 – 12 – 34 – 56",
    ],
    "+243 812 345 678": ["+243812345678", "0812345678", "812 345 678", "(0)812-345-678", "00243 812345678", "12345678"],
    "445566": ["445566", "44 55 66", "+236 445566", "44-55-66"],
}
SENTENCES = (
    "{}",
    "We met {} at the market.",
    "{}: they said the road is closed",
    "On a rencontré « {} ».",
    "Ask ({}) first!",
)

NAME_CASES = [(given, family, written) for (given, family), ways in PEOPLE.items() for written in ways]
PHONE_CASES = [(phone, written) for phone, ways in PHONES.items() for written in ways]


def prints_of(identity):
    return fingerprints.of_person(
        KEY, names=identity.names, family_names=[identity.family_name], phones=identity.phones.splitlines()
    )


def stand_in(text, key, prints):
    return fingerprints.stand_in(fingerprints.marks_of(text), key, prints)


def test_the_corpus_holds_at_least_a_hundred_sentences_about_names_and_about_numbers():
    assert len(NAME_CASES) * len(SENTENCES) >= 100
    assert len(PHONE_CASES) * len(SENTENCES) >= 100


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize(("given", "family", "written"), NAME_CASES)
def test_a_name_is_found_however_it_is_written(given, family, written, sentence):
    prints = prints_of(Identity(given_names=given, family_name=family))

    assert stand_in(sentence.format(written), KEY, prints)


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize(("phone", "written"), PHONE_CASES)
def test_a_number_is_found_however_it_is_written(phone, written, sentence):
    prints = prints_of(Identity(given_names="Xa", family_name="Yo", phones=f"+1 000 000 0000\n{phone}"))

    assert stand_in(sentence.format(written), KEY, prints)


@pytest.mark.parametrize(
    "text",
    [
        "They asked about the road.",
        "Zebediah the baker was there too.",
        "Quill pens for the school.",
        "The report of 2 March 2026, 09:00, speaks of 75 houses and 12 wells.",
        "75 12 34 57",
        "SRM-12345, annex 3",
        "Okonjo",
        "",
    ],
)
def test_ordinary_words_and_numbers_are_let_through(text):
    assert not stand_in(text, KEY, prints_of(handling.zebediah()))


def test_a_name_is_not_found_with_another_key_nor_readable_in_its_fingerprints():
    prints = prints_of(handling.zebediah())

    assert not stand_in("Zebediah Quill Okonjowski", b"x" * 32, prints)
    assert "okonjowski" not in json.dumps(prints).casefold()


def test_a_long_report_is_searched_in_no_time():
    prints = prints_of(handling.zebediah())
    report = " ".join(f"word{n} and more" for n in range(400)) + " Okonjowski"

    assert stand_in(report, KEY, prints)


# --- In what people write ------------------------------------------------------------------------------------------


@pytest.fixture
def source(lena, people, at):
    return handling.make_source(handler=lena, alternate=people["karim"], identity=handling.zebediah(), at=at)


NAMED = ("Okonjowski brought the letter.", "Call +236 75 12 34 56.", "Papa Drum says yes.")


def fields_of(refusals):
    return {(refusal.code, refusal.field) for refusal in refusals}


@pytest.mark.parametrize(("field", "text"), list(itertools.product(["summary", "place", "spokesperson"], NAMED)))
def test_the_handler_cannot_name_the_source_in_a_contact(source, lena, at, field, text):
    found = refusals(factories.make_contact, author=lena, at=at, **{field: text})

    assert fields_of(found) == {("names_a_source", field)}
    assert not Contact.objects.unscoped("a test counts").exists()
    assert "code name" in str(found[0].message)


def test_the_alternate_cannot_name_the_source_either(source, people, at):
    with pytest.raises(Refused):
        factories.make_contact(author=people["karim"], at=at, summary=NAMED[0])


def test_the_code_name_is_what_one_writes(source, lena, at):
    assert factories.make_contact(author=lena, at=at, summary=f"{source.code_name} brought the letter.")


def test_a_safety_note_and_a_commitment_do_not_name_the_source(source, lena, at, access):
    contact = factories.make_contact(author=lena, at=at, has_safety_problem=True)

    found = refusals(contacts.note_safety, contact=contact, text=NAMED[0], by=access(lena), at=at)
    assert fields_of(found) == {("names_a_source", "text")}
    with pytest.raises(Refused):
        contacts.record_commitment(
            contact=contact, author="us", text=NAMED[0], check_on=at.date() + timedelta(days=5), by=access(lena), at=at
        )


@pytest.mark.parametrize("field", ["exposure", "consequences", "protection", "do_not_contact"])
def test_a_risk_sheet_does_not_name_the_source(source, lena, at, access, field):
    sheet = handling.SHEET | {field: NAMED[0]}

    found = refusals(sources.assess_source, source=source, **sheet, by=access(lena), at=at)

    assert fields_of(found) == {("names_a_source", field)}
    assert RiskSheet.objects.unscoped("a test counts").count() == 1


def test_a_request_does_not_name_the_source_in_its_title_its_texts_or_its_evidence(source, lena, mission, at, access):
    by = access(lena)
    start = {
        "mission": mission,
        "office": None,
        "group": None,
        "is_urgent": False,
        "language": "en",
        "by": by,
        "at": at,
    }
    found = refusals(drafting.start_request, title="With Okonjowski", **start)
    assert fields_of(found) == {("names_a_source", "title")}
    request = drafting.start_request(title="Reopen the road", **start)

    writing = {"request": request, "by": by, "at": at}
    found = refusals(drafting.save_section, section="purpose", fields={"purpose": NAMED[0]}, answers={}, **writing)
    assert fields_of(found) == {("names_a_source", "purpose")}
    said = AnswerInput(level=1, confidence="A", source=NAMED[1], source_date=at.date())
    found = refusals(drafting.save_section, section="plan", fields={}, answers={"LEG-01": said}, **writing)
    assert fields_of(found) == {("names_a_source", "LEG-01-source")}


def test_a_consent_and_a_reason_do_not_name_the_source(source, lena, at, access):
    with pytest.raises(Refused):
        sources.record_consent(
            source=source,
            scope=NAMED[0],
            language="Sango",
            given_on=at.date(),
            is_informed=True,
            by=access(lena),
            at=at,
        )
    with pytest.raises(Refused):
        handling.ask(source, by=lena, at=at, reason=NAMED[0])


def test_a_refusal_tells_a_stranger_nothing(source, people, at):
    """Whoever does not know the source writes what they like: an answer would say that a guess was right."""
    assert factories.make_contact(author=people["amina"], at=at, summary=NAMED[0])
    assert factories.make_contact(author=people["clara"], at=at, summary=NAMED[0])


def test_whoever_has_seen_the_identity_does_not_write_it_down(source, lena, people, at):
    clara = people["clara"]
    handling.look(handling.agree(handling.ask(source, by=clara, at=at), by=lena, at=at), by=clara, at=at)

    with pytest.raises(Refused):
        factories.make_contact(author=clara, at=at, summary=NAMED[0])


def test_a_draft_keeps_no_text_that_names_the_source(source, lena, at):
    form_drafts.keep(
        user=lena, form="contact", content={"summary": [NAMED[0]], "place": ["Tora"], "secret-phones": ["1"]}, at=at
    )

    assert FormDraft.objects.get().content == {"summary": [""], "place": ["Tora"]}


def test_after_destruction_the_names_are_ordinary_words_again(source, lena, people, at):
    handling.destroy(source, asked_by=lena, confirmed_by=people["karim"], at=at)

    assert factories.make_contact(author=lena, at=at, summary=NAMED[0])


def test_a_report_is_not_held_up_while_the_key_store_is_away(source, lena, at, caplog):
    for path in key_store().directory.glob("*.key"):
        path.unlink()

    assert factories.make_contact(author=lena, at=at, summary=NAMED[0])
    assert "Okonjowski" not in caplog.text


def test_a_refused_text_leaves_no_trace_in_the_log(source, lena, at):
    before = Event.objects.count()
    with pytest.raises(Refused):
        factories.make_contact(author=lena, at=at, summary=NAMED[0])

    assert Event.objects.count() == before


def test_a_new_name_in_the_vault_is_looked_for_from_then_on(source, lena, at, access):
    assert naming.fields_that_name({"text": "Halvorsdottir came."}, lena.pk) == []
    married = Identity(given_names="Zebediah", family_name="Halvorsdottir")

    identities.store_identity(source=source, identity=married, by=access(lena), at=at)

    assert naming.fields_that_name({"text": "Halvorsdottir came."}, lena.pk) == ["text"]
    assert naming.fields_that_name({"text": NAMED[0]}, lena.pk) == []
