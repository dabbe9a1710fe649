"""Who a source is: seen by agreement of two, once, and destroyed by two."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.core import serializers

from accounts.models import User
from audit import sealing, verifying
from audit.models import Event, Kind
from engagement.models import Notice, Reveal, Shredding, SourceIdentity
from engagement.policies.sources import REVEALS_A_DAY
from engagement.services import identities, sources
from engagement.services.identities import Identity
from missions import services as missions
from missions.access import LiveEmergency, Marking
from missions.models import Posting
from missions.refusals import Refused
from tests import factories
from tests.engagement import handling
from tests.engagement.handling import agree, ask, destroy, look, zebediah
from tests.refusing import refused

VAULT = "a test looks into the vault"


@pytest.fixture
def source(lena, karim, at):
    return handling.make_source(handler=lena, alternate=karim, identity=zebediah(), at=at)


def row_of(source):
    return SourceIdentity.objects.unscoped(VAULT).get(source=source)


def kinds_of(source):
    return list(Event.objects.filter(object_id=source.pk).order_by("id").values_list("kind", flat=True))


# --- Storing -------------------------------------------------------------------------------------------------------


def test_handler_and_alternate_put_an_identity_into_the_vault(source, karim, at, access):
    changed = replace(zebediah(), family_name="Halvorsdottir")

    identities.store_identity(source=source, identity=changed, by=access(karim), at=at)

    assert SourceIdentity.objects.unscoped(VAULT).count() == 1
    assert kinds_of(source)[-1] == Kind.IDENTITY_STORED


@pytest.mark.parametrize("name", ["clara", "joseph", "pierre", "sven"])
def test_nobody_else_puts_an_identity_into_the_vault(source, people, at, access, name):
    why = refused(identities.store_identity, source=source, identity=zebediah(), by=access(people[name]), at=at)

    assert "not_custodian" in why


def test_nothing_is_stored_about_somebody_who_has_not_agreed_or_has_taken_it_back(lena, karim, at, access):
    source = handling.make_source(handler=lena, alternate=karim, consented=False, at=at)

    why = refused(identities.store_identity, source=source, identity=zebediah(), by=access(lena), at=at)
    assert why == {"no_consent"}

    handling.consent(source, by=lena, at=at)
    sources.withdraw_consent(source=source, withdrawn_on=at.date(), by=access(lena), at=at)
    why = refused(identities.store_identity, source=source, identity=zebediah(), by=access(lena), at=at)
    assert why == {"withdrawn"}


def test_an_identity_stored_twice_is_one_identity(source, lena, karim, at, access):
    identities.store_identity(source=source, identity=zebediah(), by=access(lena), at=at)

    assert SourceIdentity.objects.unscoped(VAULT).count() == 1
    reveal = agree(ask(source, by=lena, at=at), by=karim, at=at)
    assert look(reveal, by=lena, at=at) == zebediah()


# --- Seeing --------------------------------------------------------------------------------------------------------


def test_one_asks_another_agrees_and_the_first_sees_who_it_is(source, lena, karim, at):
    reveal = agree(ask(source, by=lena, at=at), by=karim, at=at + timedelta(minutes=5))

    assert look(reveal, by=lena, at=at + timedelta(minutes=19)) == zebediah()
    assert kinds_of(source)[-3:] == [Kind.REVEAL_ASKED, Kind.REVEAL_APPROVED, Kind.IDENTITY_REVEALED]


def test_one_person_alone_sees_nothing(source, lena, at):
    reveal = ask(source, by=lena, at=at)

    assert refused(look, reveal, by=lena, at=at) == {"not_approved"}
    assert refused(agree, reveal, by=lena, at=at) == {"own_request"}


@pytest.mark.parametrize("name", ["karim", "clara", "joseph"])
def test_the_alternate_the_poc_adviser_and_the_head_of_mission_may_agree(source, lena, people, at, name):
    reveal = agree(ask(source, by=lena, at=at), by=people[name], at=at)

    assert look(reveal, by=lena, at=at) == zebediah()


@pytest.mark.parametrize("name", ["pierre", "sven"])
def test_those_who_only_know_of_the_source_cannot_agree(source, lena, people, at, name):
    reveal = ask(source, by=lena, at=at)

    assert refused(agree, reveal, by=people[name], at=at) == {"not_custodian"}


@pytest.mark.parametrize("name", ["amina", "yusuf", "lucia", "maya", "otto", "omar", "ingrid"])
def test_those_who_do_not_know_of_the_source_cannot_ask_or_agree(source, lena, people, at, name):
    reveal = ask(source, by=lena, at=at)

    with pytest.raises(sources.Source.DoesNotExist):
        ask(source, by=people[name], at=at)
    with pytest.raises(sources.Source.DoesNotExist):
        agree(reveal, by=people[name], at=at)


@pytest.mark.parametrize("name", ["clara", "sven", "joseph", "karim"])
def test_whoever_has_the_need_may_ask(source, lena, people, at, name):
    reveal = agree(ask(source, by=people[name], at=at), by=lena, at=at)

    assert look(reveal, by=people[name], at=at) == zebediah()


def test_the_pillar_head_has_no_need_to_know(source, people, at):
    assert refused(ask, source, by=people["pierre"], at=at) == {"no_need"}


def test_only_the_person_who_asked_opens_it(source, lena, karim, people, at):
    reveal = agree(ask(source, by=lena, at=at), by=karim, at=at)

    for other in (karim, people["clara"], people["joseph"]):
        assert refused(look, reveal, by=other, at=at) == {"not_yours"}


def test_it_is_shown_once(source, lena, karim, at):
    reveal = agree(ask(source, by=lena, at=at), by=karim, at=at)
    look(reveal, by=lena, at=at)

    assert refused(look, reveal, by=lena, at=at + timedelta(seconds=1)) == {"opened_already"}
    assert kinds_of(source).count(Kind.IDENTITY_REVEALED) == 1


def test_after_15_minutes_it_is_too_late(source, lena, karim, at):
    reveal = agree(ask(source, by=lena, at=at), by=karim, at=at)

    assert refused(look, reveal, by=lena, at=at + timedelta(minutes=15, seconds=1)) == {"too_late"}


def test_what_was_refused_is_not_shown(source, lena, karim, at, access):
    reveal = ask(source, by=lena, at=at)
    identities.refuse_reveal(reveal=reveal, by=access(karim), at=at)

    assert refused(look, reveal, by=lena, at=at) == {"not_approved"}
    assert refused(agree, reveal, by=karim, at=at) == {"decided_already"}
    assert kinds_of(source)[-1] == Kind.REVEAL_REFUSED


def test_nothing_is_shown_after_the_consent_was_taken_back(source, lena, karim, at, access):
    reveal = agree(ask(source, by=lena, at=at), by=karim, at=at)
    waiting = ask(source, by=karim, at=at)
    sources.withdraw_consent(source=source, withdrawn_on=at.date(), by=access(lena), at=at)

    for act in (
        lambda: look(reveal, by=lena, at=at),
        lambda: agree(waiting, by=lena, at=at),
        lambda: ask(source, by=lena, at=at),
    ):
        assert refused(act) == {"withdrawn"}


def test_nothing_is_shown_after_the_posting_ended(source, lena, karim, people, at, access):
    reveal = agree(ask(source, by=lena, at=at), by=karim, at=at)
    missions.end_posting(posting=Posting.objects.get(user=lena), by=access(people["maya"]), at=at)

    with pytest.raises(sources.Source.DoesNotExist):
        look(reveal, by=lena, at=at + timedelta(minutes=1))


def test_nobody_sees_an_identity_while_travelling_even_at_the_highest_marking(source, lena, karim, at):
    reveal = agree(ask(source, by=lena, at=at), by=karim, at=at)
    lena.travel_ceiling, lena.travelling_since = Marking.STRICTLY_CONFIDENTIAL, at
    lena.save()

    assert refused(look, reveal, by=lena, at=at) == {"travelling"}


def test_nobody_sees_an_identity_during_emergency_access(source, lena, karim, mission, at, access):
    reveal = agree(ask(source, by=lena, at=at), by=karim, at=at)
    in_emergency = replace(access(lena), emergencies=(LiveEmergency(mission.pk, ""),))

    assert refused(identities.open_reveal, reveal=reveal, by=in_emergency, at=at) == {"emergency"}


def test_emergency_access_to_a_source_shows_it_to_nobody_new(source, people, mission, at, access):
    breaking_in = replace(access(people["lucia"]), emergencies=(LiveEmergency(mission.pk, source.reference),))

    with pytest.raises(sources.Source.DoesNotExist):
        identities.ask_reveal(source=source, reason="I must know.", by=breaking_in, at=at)


def test_a_person_sees_five_identities_a_day_at_most(lena, karim, at):
    made = [
        handling.make_source(handler=lena, alternate=karim, identity=zebediah(), at=at)
        for _ in range(REVEALS_A_DAY + 1)
    ]
    reveals = [agree(ask(one, by=lena, at=at), by=karim, at=at) for one in made]
    for reveal in reveals[:REVEALS_A_DAY]:
        look(reveal, by=lena, at=at)

    assert refused(look, reveals[-1], by=lena, at=at) == {"too_many"}
    assert refused(ask, made[0], by=lena, at=at) == {"too_many"}
    tomorrow = at + timedelta(days=1, minutes=1)
    assert look(agree(ask(made[0], by=lena, at=tomorrow), by=karim, at=tomorrow), by=lena, at=tomorrow)


def test_a_reason_is_needed_and_asking_twice_is_asking_once(source, lena, at):
    assert refused(ask, source, by=lena, at=at, reason="  ") == {"no_reason"}
    ask(source, by=lena, at=at)

    assert refused(ask, source, by=lena, at=at) == {"asked_already"}


def test_the_other_custodian_is_told_each_time_and_told_nothing(source, lena, karim, people, at):
    reveal = ask(source, by=people["sven"], at=at)
    agree(reveal, by=people["clara"], at=at)
    look(reveal, by=people["sven"], at=at)

    told = Notice.objects.filter(reference=source.reference)
    wanted = {Notice.Kind.REVEAL_WANTED, Notice.Kind.REVEAL_DECIDED, Notice.Kind.IDENTITY_REVEALED}
    for custodian in (lena, karim):
        assert set(told.filter(user=custodian).values_list("kind", flat=True)) == wanted
    assert told.filter(user=people["sven"]).values_list("kind", flat=True).get() == Notice.Kind.REVEAL_DECIDED
    assert not told.filter(user__username__in=["amina", "omar", "lucia", "maya"]).exists()


def test_an_identity_that_was_moved_in_the_database_opens_for_nobody(source, lena, karim, at):
    other = handling.make_source(
        handler=lena, alternate=karim, identity=Identity(given_names="Ann", family_name="Petrossian"), at=at
    )
    moved, target = row_of(other), SourceIdentity.objects.unscoped(VAULT).filter(source=source)
    target.update(key_id=moved.key_id, nonce=bytes(moved.nonce), ciphertext=bytes(moved.ciphertext))
    reveal = agree(ask(source, by=lena, at=at), by=karim, at=at)

    assert refused(look, reveal, by=lena, at=at) == {"unreadable"}
    assert Reveal.objects.unscoped(VAULT).get(pk=reveal.pk).opened_at is None, "nothing was shown"


# --- Destroying ----------------------------------------------------------------------------------------------------


def test_two_people_destroy_an_identity_and_the_rest_stays(source, lena, karim, at, access):
    contact = factories.make_contact(author=lena, at=at, intermediary=source)
    reveal = agree(ask(source, by=lena, at=at), by=karim, at=at)

    destroy(source, asked_by=lena, confirmed_by=karim, at=at)

    row = row_of(source)
    assert (bytes(row.ciphertext), bytes(row.nonce), row.blind_index) == (b"", b"", [])
    assert row.shredded_by == karim
    assert identities.state_of(source) == "destroyed"
    source.refresh_from_db()
    assert source.code_name
    contact.refresh_from_db()
    assert contact.intermediary == source
    assert Reveal.objects.visible_to(access(lena)).get().pk == reveal.pk
    assert sources.latest_consent(source)
    assert kinds_of(source)[-2:] == [Kind.SHREDDING_ASKED, Kind.IDENTITY_SHREDDED]


def test_what_was_agreed_before_is_not_shown_after_the_identity_was_destroyed(source, lena, karim, at):
    reveal = agree(ask(source, by=lena, at=at), by=karim, at=at)
    destroy(source, asked_by=lena, confirmed_by=karim, at=at)

    assert refused(look, reveal, by=lena, at=at) == {"destroyed"}


def test_one_person_alone_destroys_nothing(source, lena, people, at, access):
    asked = identities.ask_shredding(source=source, reason="danger", by=access(lena), at=at)

    assert refused(identities.confirm_shredding, shredding=asked, by=access(lena), at=at) == {"own_request"}
    assert identities.state_of(source) == "kept"


@pytest.mark.parametrize(("name", "code"), [("pierre", "not_custodian"), ("sven", "not_custodian")])
def test_others_do_not_ask_for_destruction_or_confirm_it(source, lena, people, at, access, name, code):
    assert refused(identities.ask_shredding, source=source, reason="danger", by=access(people[name]), at=at) == {code}
    asked = identities.ask_shredding(source=source, reason="danger", by=access(lena), at=at)

    assert refused(identities.confirm_shredding, shredding=asked, by=access(people[name]), at=at) == {code}


def test_the_head_of_mission_asks_and_the_poc_adviser_confirms_when_both_custodians_are_away(source, people, at):
    destroy(source, asked_by=people["joseph"], confirmed_by=people["clara"], at=at)

    assert identities.state_of(source) == "destroyed"


def test_the_second_person_may_keep_it(source, lena, karim, at, access):
    asked = identities.ask_shredding(source=source, reason="not_needed", by=access(lena), at=at)
    identities.keep_identity(shredding=asked, by=access(karim), at=at)

    assert identities.state_of(source) == "kept"
    assert kinds_of(source)[-1] == Kind.SHREDDING_REFUSED
    with pytest.raises(Refused):
        identities.confirm_shredding(shredding=asked, by=access(karim), at=at)


def test_destruction_is_asked_for_once_and_done_once(source, lena, karim, people, at, access):
    asked = identities.ask_shredding(source=source, reason="danger", by=access(lena), at=at)
    why = refused(identities.ask_shredding, source=source, reason="danger", by=access(people["joseph"]), at=at)
    assert why == {"asked_already"}
    identities.confirm_shredding(shredding=asked, by=access(karim), at=at)

    why = refused(identities.confirm_shredding, shredding=asked, by=access(karim), at=at)
    assert why == {"decided_already", "destroyed"}
    why = refused(identities.store_identity, source=source, identity=zebediah(), by=access(lena), at=at)
    assert why == {"destroyed"}
    assert kinds_of(source).count(Kind.IDENTITY_SHREDDED) == 1
    assert Shredding.objects.visible_to(access(lena)).count() == 1


def test_a_destruction_that_cannot_be_written_leaves_the_identity_as_it_was(
    source, lena, karim, at, access, monkeypatch
):
    asked = identities.ask_shredding(source=source, reason="danger", by=access(lena), at=at)

    def fails(*args):
        raise OSError("the disk of the key store is not there")

    monkeypatch.setattr("engagement.vault.KeyStore.destroy", fails)
    with pytest.raises(OSError, match="disk"):
        identities.confirm_shredding(shredding=asked, by=access(karim), at=at)
    monkeypatch.undo()

    assert identities.state_of(source) == "kept"
    assert look(agree(ask(source, by=lena, at=at), by=karim, at=at), by=lena, at=at) == zebediah()


def test_an_older_backup_of_the_database_gives_back_everybody_but_those_who_were_destroyed(lena, karim, at, access):
    made = [
        handling.make_source(
            handler=lena, alternate=karim, identity=Identity(given_names=f"Given{n}", family_name=f"Family{n}"), at=at
        )
        for n in range(50)
    ]
    destroyed, kept = made[:20], made[20:]
    backup = serializers.serialize("json", SourceIdentity.objects.unscoped(VAULT))
    for source in destroyed:
        destroy(source, asked_by=lena, confirmed_by=karim, at=at)

    for restored in serializers.deserialize("json", backup):
        restored.save()

    assert SourceIdentity.objects.unscoped(VAULT).filter(shredded_at=None).count() == 50, "the rows are as of old"
    for source in destroyed:
        assert identities.state_of(source) == "lost"
        assert refused(identities._unsealed, source) == {"unreadable"}
    assert [identities._unsealed(source).given_names for source in kept] == [f"Given{n}" for n in range(20, 50)]


def test_the_sealed_log_agrees_after_a_reveal_and_a_destruction_and_notices_a_swapped_identity(source, lena, karim, at):
    other = handling.make_source(handler=lena, alternate=karim, identity=zebediah(), at=at)
    look(agree(ask(source, by=lena, at=at), by=karim, at=at), by=lena, at=at)
    destroy(source, asked_by=lena, confirmed_by=karim, at=at)
    sealing.seal(at, everything=True)
    assert verifying.verify().findings == ()

    row = row_of(other)
    swapped = bytes(row.ciphertext)[::-1]
    SourceIdentity.objects.unscoped(VAULT).filter(pk=row.pk).update(ciphertext=swapped)

    assert not verifying.verify().is_sound


# --- Nothing of it anywhere ----------------------------------------------------------------------------------------


def everything_in_the_database():
    for model in apps.get_models():
        rows = model._base_manager.all()
        if hasattr(rows, "unscoped"):
            rows = rows.unscoped("a test reads every table")
        for row in rows:
            yield model._meta.label, " ".join(_as_text(getattr(row, f.attname)) for f in model._meta.concrete_fields)


def _as_text(value):
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).decode("latin-1")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else str(value)


def tables_that_hold(tokens):
    return {
        (label, token) for label, text in everything_in_the_database() for token in tokens if token in text.casefold()
    }


def test_the_search_of_every_table_would_find_a_name(db, at):
    User.objects.create_user("x", name="Zebediah Quill Okonjowski")

    assert {label for label, _token in tables_that_hold(handling.TOKENS)} == {"accounts.User"}


def test_nothing_of_who_it_is_stands_in_any_table_or_log_before_and_after(source, lena, karim, at, access, caplog):
    look(agree(ask(source, by=lena, at=at), by=karim, at=at), by=lena, at=at)
    assert tables_that_hold(handling.TOKENS) == set()

    destroy(source, asked_by=lena, confirmed_by=karim, at=at)

    assert tables_that_hold(handling.TOKENS) == set()
    assert not any(token in caplog.text.casefold() for token in handling.TOKENS)


def test_who_it_is_does_not_show_when_it_is_printed_by_mistake():
    assert "Okonjowski" not in repr(zebediah())
    assert "Okonjowski" not in f"{zebediah()}"


def test_the_key_store_of_tests_is_not_the_one_of_the_demonstration():
    assert str(settings.BASE_DIR) not in str(settings.VAULT_DIR)
