"""The vault by itself: what is sealed opens in its place with its key, and in no other way."""

import os
import stat
import subprocess
import sys
import uuid

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from engagement.vault import KeyGone, KeyStore, Sealed, Tampered, WrappingKey, index_key, key_store, seal, unseal

TABLE, CONTENT = "engagement_sourceidentity", b'{"family_name": "Okonjowski"}'
WRAPPING, NEXT = WrappingKey.of("a" * 50), WrappingKey.of("b" * 50)


@pytest.fixture
def store(tmp_path):
    return KeyStore(tmp_path / "vault", WRAPPING)


@pytest.fixture
def row():
    return uuid.uuid4()


def flipped(data, position):
    return data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]


def test_what_was_sealed_opens_with_its_key_in_its_row(store, row):
    key = store.create()

    sealed = seal(CONTENT, key=key, table=TABLE, row=row)

    assert unseal(sealed, key=store.read(sealed.key_id), table=TABLE, row=row) == CONTENT


def test_the_ciphertext_tells_neither_the_words_nor_how_many(store, row):
    key = store.create()

    short, long = (seal(text, key=key, table=TABLE, row=row) for text in (b"Ba", b"Zebediah Quill Okonjowski"))

    assert b"Okonjowski" not in long.ciphertext
    assert len(short.ciphertext) == len(long.ciphertext)
    assert short.nonce != long.nonce


def test_an_identity_that_is_moved_to_another_row_does_not_open(store, row):
    key = store.create()
    sealed = seal(CONTENT, key=key, table=TABLE, row=row)

    with pytest.raises(Tampered):
        unseal(sealed, key=key, table=TABLE, row=uuid.uuid4())
    with pytest.raises(Tampered):
        unseal(sealed, key=key, table="engagement_contact", row=row)


def test_an_identity_that_names_another_key_does_not_open(store, row):
    key, other = store.create(), store.create()
    sealed = seal(CONTENT, key=key, table=TABLE, row=row)

    with pytest.raises(Tampered):
        unseal(Sealed(other.id, sealed.nonce, sealed.ciphertext), key=other, table=TABLE, row=row)
    with pytest.raises(Tampered):
        unseal(Sealed(other.id, sealed.nonce, sealed.ciphertext), key=key, table=TABLE, row=row)


def test_any_bit_that_flips_is_noticed(store, row):
    key = store.create()
    sealed = seal(CONTENT, key=key, table=TABLE, row=row)

    for position in range(0, len(sealed.ciphertext), 7):
        with pytest.raises(Tampered):
            unseal(Sealed(key.id, sealed.nonce, flipped(sealed.ciphertext, position)), key=key, table=TABLE, row=row)
    for position in range(len(sealed.nonce)):
        with pytest.raises(Tampered):
            unseal(Sealed(key.id, flipped(sealed.nonce, position), sealed.ciphertext), key=key, table=TABLE, row=row)
    with pytest.raises(Tampered):
        unseal(Sealed(key.id, sealed.nonce, sealed.ciphertext[:-1]), key=key, table=TABLE, row=row)


def test_the_file_of_a_key_is_for_its_owner_alone_and_holds_no_key_in_clear(store):
    key = store.create()
    path = store.directory / f"{key.id}.key"

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.directory.stat().st_mode) == 0o700
    assert key.material not in path.read_bytes()
    assert "material" not in repr(key)


def test_the_file_of_a_key_cannot_be_changed_or_take_anothers_place(store):
    key, other = store.create(), store.create()
    path = store.directory / f"{key.id}.key"
    held = path.read_bytes()

    for position in range(len(held)):
        path.write_bytes(flipped(held, position))
        with pytest.raises(Tampered):
            store.read(key.id)
    path.write_bytes((store.directory / f"{other.id}.key").read_bytes())
    with pytest.raises(Tampered):
        store.read(key.id)


def test_a_destroyed_key_is_gone_and_the_others_stay(store):
    key, other = store.create(), store.create()

    assert store.destroy(key.id)

    with pytest.raises(KeyGone):
        store.read(key.id)
    assert not store.holds(key.id)
    assert store.read(other.id) == other
    assert not store.destroy(key.id), "there is nothing left to destroy"


def test_the_file_is_overwritten_before_it_is_removed(store, tmp_path):
    key = store.create()
    path = store.directory / f"{key.id}.key"
    held = path.read_bytes()
    os.link(path, tmp_path / "another name of the same file")

    store.destroy(key.id)

    assert (tmp_path / "another name of the same file").read_bytes() != held


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "ABC", "0" * 31, "0" * 33, "x" * 32])
def test_a_name_that_is_no_key_reaches_no_file(store, name):
    for act in (store.read, store.destroy, store.holds):
        with pytest.raises(Tampered):
            act(name)


def test_without_the_wrapping_key_the_files_open_nothing(store):
    key = store.create()

    with pytest.raises(Tampered):
        KeyStore(store.directory, NEXT).read(key.id)


def test_wrapping_anew_leaves_every_identity_readable_and_the_old_key_useless(store, row):
    keys = [store.create() for _ in range(5)]
    sealed = seal(CONTENT, key=keys[0], table=TABLE, row=row)
    turning = KeyStore(store.directory, NEXT, WRAPPING)

    assert turning.rewrap() == 5
    assert turning.rewrap() == 0, "a second run finds nothing to do"

    turned = KeyStore(store.directory, NEXT)
    assert [turned.read(key.id) for key in keys] == keys
    assert unseal(sealed, key=turned.read(keys[0].id), table=TABLE, row=row) == CONTENT
    with pytest.raises(Tampered):
        store.read(keys[0].id)


def test_wrapping_anew_that_was_cut_off_is_finished_by_the_next_run(store):
    first, second = store.create(), store.create()
    turning = KeyStore(store.directory, NEXT, WRAPPING)
    turning._write(first)

    assert turning.read(first.id) == first
    assert turning.read(second.id) == second
    assert turning.rewrap() == 1


def test_wrapping_anew_does_not_bring_a_destroyed_key_back(store):
    key = store.create()
    store.destroy(key.id)

    KeyStore(store.directory, NEXT, WRAPPING).rewrap()

    assert not store.holds(key.id)


def test_nothing_but_keys_and_the_lock_is_left_in_the_store(store):
    key = store.create()
    KeyStore(store.directory, NEXT, WRAPPING).rewrap()

    assert {path.name for path in store.directory.iterdir()} == {f"{key.id}.key", ".lock"}


def test_fingerprints_are_made_with_the_key_of_the_identity(store):
    key, other = store.create(), store.create()

    assert index_key(key) != index_key(other)
    assert index_key(key) != key.material


def test_the_command_wraps_anew_and_says_what_to_do_next(settings, tmp_path, capsys):
    settings.VAULT_DIR, settings.VAULT_KEY, settings.VAULT_KEY_FORMER = tmp_path, "a" * 50, ""
    keys = [key_store().create() for _ in range(3)]
    settings.VAULT_KEY, settings.VAULT_KEY_FORMER = "b" * 50, "a" * 50

    call_command("rotate_vault_key")

    said = capsys.readouterr().out
    assert "Wrapped anew: 3." in said
    assert "empty PARLEY_VAULT_KEY_FORMER" in said
    settings.VAULT_KEY_FORMER = ""
    assert [key_store().read(key.id) for key in keys] == keys


def test_the_command_stops_when_it_does_not_hold_the_key_before(settings, tmp_path):
    settings.VAULT_DIR, settings.VAULT_KEY, settings.VAULT_KEY_FORMER = tmp_path, "a" * 50, ""
    key_store().create()
    settings.VAULT_KEY = "c" * 50

    with pytest.raises(CommandError, match="PARLEY_VAULT_KEY_FORMER"):
        call_command("rotate_vault_key")


def test_outside_a_demonstration_nothing_starts_without_a_vault_key():
    outside = {"PATH": os.environ["PATH"], "PARLEY_SECRET_KEY": "s" * 60, "DJANGO_SETTINGS_MODULE": "config.settings"}
    start = [sys.executable, "-c", "import django; django.setup()"]

    refused = subprocess.run(start, env=outside, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)

    assert refused.returncode
    assert "PARLEY_VAULT_KEY is not set" in refused.stderr
