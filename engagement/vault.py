"""Sealing identities, and the store of their keys outside the database and its backups.

Each identity has a data key of its own. That key stands in one file of the key store, wrapped by the key-encrypting
key, which comes from the environment. Destroying the file makes the identity unreadable for good, also in every older
backup of the database, while all others stay readable.
"""

import fcntl
import os
import re
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

KEY_BYTES = 32
NONCE_BYTES = 12
MARK_BYTES = 8
# A sealed identity is as long as its next full block, so that its length tells nothing of a name's.
BLOCK = 512
KEY_ID = re.compile(r"[0-9a-f]{32}")
VERSION = b"\x01"


class VaultError(Exception):
    """The vault gave nothing away: the reason names no content."""


class KeyGone(VaultError):
    """The key of this identity is not in the store: it was destroyed, or the store is not the right one."""


class Tampered(VaultError):
    """What is stored is not what was sealed there, or the key-encrypting key is not the one it was wrapped by."""


@dataclass(frozen=True)
class Sealed:
    """An identity as the database holds it."""

    key_id: str
    nonce: bytes
    ciphertext: bytes


@dataclass(frozen=True, repr=False)
class DataKey:
    """The key of one identity, for as long as one operation needs it."""

    id: str
    material: bytes


@dataclass(frozen=True, repr=False)
class WrappingKey:
    """A key-encrypting key, and the mark by which the files that it wrapped are told from others."""

    material: bytes
    mark: bytes

    @classmethod
    def of(cls, secret: str) -> "WrappingKey":
        """Derive the key from the secret of the environment."""
        return cls(_derive(secret.encode(), b"parley vault wrapping"), _derive(secret.encode(), b"mark")[:MARK_BYTES])


def _derive(material: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"parley " + purpose).derive(material)


# --- Sealing -------------------------------------------------------------------------------------------------------


def seal(content: bytes, *, key: DataKey, table: str, row: uuid.UUID) -> Sealed:
    """Return content as ciphertext that opens with this key, in this row of this table and nowhere else."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    padded = content + b" " * (-len(content) % BLOCK)
    ciphertext = AESGCM(_derive(key.material, b"seal")).encrypt(nonce, padded, _bond(table, row, key.id))
    return Sealed(key.id, nonce, ciphertext)


def unseal(sealed: Sealed, *, key: DataKey, table: str, row: uuid.UUID) -> bytes:
    """Return the content, or raise Tampered when a bit has changed or it was moved from another row."""
    try:
        padded = AESGCM(_derive(key.material, b"seal")).decrypt(
            sealed.nonce, sealed.ciphertext, _bond(table, row, sealed.key_id)
        )
    except (InvalidTag, ValueError) as error:
        raise Tampered("the ciphertext does not belong here") from error
    return padded.rstrip(b" ")


def _bond(table: str, row: uuid.UUID, key_id: str) -> bytes:
    return b"\x00".join([VERSION, table.encode(), row.bytes, key_id.encode()])


def index_key(key: DataKey) -> bytes:
    """Return the key of the fingerprints of this identity: it dies with the data key."""
    return _derive(key.material, b"index")


# --- The key store -------------------------------------------------------------------------------------------------


class KeyStore:
    """A directory with one small file for each identity."""

    def __init__(self, directory: Path, wrapping: WrappingKey, *former: WrappingKey) -> None:
        self.directory = directory
        self.wrapping = wrapping
        self.known = {key.mark: key for key in (wrapping, *former)}

    def create(self) -> DataKey:
        """Draw a new key and keep it."""
        key = DataKey(uuid.uuid4().hex, secrets.token_bytes(KEY_BYTES))
        with self._alone():
            self._write(key)
        return key

    def read(self, key_id: str) -> DataKey:
        """Return a key; raise KeyGone when it was destroyed, Tampered when its file is not what was written."""
        try:
            held = self._path(key_id).read_bytes()
        except FileNotFoundError as error:
            raise KeyGone("no key of that name is kept") from error
        return self._unwrap(key_id, held)

    def holds(self, key_id: str) -> bool:
        """Say whether a key of that name is kept."""
        return self._path(key_id).exists()

    def destroy(self, key_id: str) -> bool:
        """Overwrite and remove the file of a key, and say whether there was one."""
        path = self._path(key_id)
        with self._alone():
            try:
                with path.open("r+b") as file:
                    file.write(secrets.token_bytes(path.stat().st_size))
                    file.flush()
                    os.fsync(file.fileno())
            except FileNotFoundError:
                return False
            path.unlink()
            self._settle()
        return True

    def rewrap(self) -> int:
        """Wrap every key by the present key-encrypting key, and return how many were not yet."""
        changed = 0
        for path in sorted(self.directory.glob("*.key")):
            # One at a time, so that a key that is destroyed meanwhile does not come back.
            with self._alone():
                if path.exists() and not path.read_bytes().startswith(VERSION + self.wrapping.mark):
                    self._write(self.read(path.stem))
                    changed += 1
        return changed

    def _unwrap(self, key_id: str, held: bytes) -> DataKey:
        mark, rest = held[len(VERSION) :][:MARK_BYTES], held[len(VERSION) + MARK_BYTES :]
        wrapping = self.known.get(mark)
        if wrapping is None or not held.startswith(VERSION):
            raise Tampered("the key was wrapped by another key-encrypting key, or its file was changed")
        try:
            material = AESGCM(wrapping.material).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], key_id.encode())
        except (InvalidTag, ValueError) as error:
            raise Tampered("the file of the key was changed or renamed") from error
        return DataKey(key_id, material)

    def _write(self, key: DataKey) -> None:
        nonce = secrets.token_bytes(NONCE_BYTES)
        wrapped = AESGCM(self.wrapping.material).encrypt(nonce, key.material, key.id.encode())
        beside = self.directory / f".{key.id}.{secrets.token_hex(4)}"
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(VERSION + self.wrapping.mark + nonce + wrapped)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path(key.id))
        self._settle()

    def _path(self, key_id: str) -> Path:
        if not KEY_ID.fullmatch(key_id):
            raise Tampered("that is not the name of a key")
        return self.directory / f"{key_id}.key"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(self.directory / ".lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _settle(self) -> None:
        """Make the change of the directory itself survive a loss of power."""
        descriptor = os.open(self.directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def key_store() -> KeyStore:
    """Return the key store of this installation."""
    former = [WrappingKey.of(secret) for secret in [settings.VAULT_KEY_FORMER] if secret]
    return KeyStore(Path(settings.VAULT_DIR), WrappingKey.of(settings.VAULT_KEY), *former)
