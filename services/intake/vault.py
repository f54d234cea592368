"""Sealing what a reporter said and who they are: a data key for each report, and a master key around each data key.

AES-256-GCM throughout. A sealed value is a version byte, a random nonce of 12 bytes, and the ciphertext with its tag; what it
belongs to (report, part, version, and for a data key the master key) is authenticated with it, so that no value can be moved to
another row. A data key seals a few values in its life and a master key some millions: far below what random nonces allow.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from services.intake.domain.submission import Contact
from shared.errors import Retry

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_VERSION: Final = b"\x01"
_WORDS: Final = b"words"
_CONTACT: Final = b"contact"


class UnknownMasterKey(Retry):
    """A data key is wrapped by a master key that is not in the key file."""


class WrongMasterKeyError(Exception):
    """A master key has the right name and opens nothing: it is another key."""


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """`current` wraps new data keys; the others open what they wrapped earlier."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Words:
    """What a report said, as it was said."""

    text: str
    place_text: str | None


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A data key as it is kept."""

    master_key: str
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class Sealed:
    """What is kept of one report's words and contact details."""

    key: Wrapped
    words: bytes
    contact: bytes | None


class Vault:
    """Seals and opens. `reread` gives the keys of the file as they are now; it is asked when an unknown key is met."""

    def __init__(self, keys: MasterKeys, reread: Callable[[], MasterKeys] | None = None) -> None:
        self._reread = reread
        self.take(keys)

    def take(self, keys: MasterKeys) -> None:
        """Go on with these keys."""
        self._ciphers = {name: AESGCM(key) for name, key in keys.keys.items()}
        self._current = keys.current

    @property
    def current(self) -> str:
        return self._current

    @property
    def known(self) -> frozenset[str]:
        return frozenset(self._ciphers)

    def seal(self, report_id: UUID, words: Words, contact: Contact | None) -> Sealed:
        key = os.urandom(KEY_BYTES)
        cipher = AESGCM(key)
        told = _seal(cipher, _bound(_WORDS, report_id), [words.text, words.place_text])
        who = None
        if contact is not None:
            who = _seal(cipher, _bound(_CONTACT, report_id), [contact.name, contact.email, contact.phone])
        return Sealed(self._wrap(report_id, key), told, who)

    def open_words(self, report_id: UUID, key: Wrapped, sealed: bytes) -> Words:
        text, place_text = _open(self._data_cipher(report_id, key), _bound(_WORDS, report_id), sealed)
        return Words(text, place_text)

    def open_contact(self, report_id: UUID, key: Wrapped, sealed: bytes) -> Contact:
        name, email, phone = _open(self._data_cipher(report_id, key), _bound(_CONTACT, report_id), sealed)
        return Contact.model_construct(name=name, email=email, phone=phone)

    def seal_line(self, report_id: UUID, key: Wrapped, part: bytes, line: str) -> bytes:
        """Something more about a report, under the key that it has. `part` names what it is."""
        return _seal(self._data_cipher(report_id, key), _bound(part, report_id), [line])

    def open_line(self, report_id: UUID, key: Wrapped, part: bytes, sealed: bytes) -> str:
        (line,) = _open(self._data_cipher(report_id, key), _bound(part, report_id), sealed)
        return str(line)

    def mark(self, report_id: UUID, key: Wrapped, part: bytes, value: bytes) -> bytes:
        """A keyed digest of 32 bytes, which nobody can make or try out without the report's key."""
        derived = HKDFExpand(hashes.SHA256(), KEY_BYTES, b"mark " + _bound(part, report_id))
        digest = hmac.HMAC(derived.derive(self._unwrap(report_id, key)), hashes.SHA256())
        digest.update(value)
        return digest.finalize()

    def rewrap(self, report_id: UUID, key: Wrapped) -> Wrapped:
        """The same data key, wrapped by the current master key."""
        return self._wrap(report_id, self._unwrap(report_id, key))

    def check(self, report_id: UUID, key: Wrapped) -> None:
        """Raises `UnknownMasterKey` or `WrongMasterKeyError` when this data key can't be opened."""
        self._unwrap(report_id, key)

    def _wrap(self, report_id: UUID, key: bytes) -> Wrapped:
        nonce = os.urandom(_NONCE_BYTES)
        bound = _bound(self._current.encode(), report_id)
        return Wrapped(
            self._current, _VERSION + nonce + self._ciphers[self._current].encrypt(nonce, key, bound)
        )

    def _unwrap(self, report_id: UUID, key: Wrapped) -> bytes:
        if key.master_key not in self._ciphers and self._reread is not None:
            self.take(self._reread())
        cipher = self._ciphers.get(key.master_key)
        if cipher is None:
            raise UnknownMasterKey(f"the master key {key.master_key!r} is not in the key file")
        return _decrypt(cipher, _bound(key.master_key.encode(), report_id), key.wrapped)

    def _data_cipher(self, report_id: UUID, key: Wrapped) -> AESGCM:
        return AESGCM(self._unwrap(report_id, key))


def _bound(what: bytes, report_id: UUID) -> bytes:
    return b"vardkase.intake" + _VERSION + report_id.bytes + what


def _seal(cipher: AESGCM, bound: bytes, parts: list[str | None]) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + cipher.encrypt(nonce, orjson.dumps(parts), bound)


def _open(cipher: AESGCM, bound: bytes, sealed: bytes) -> Any:
    return orjson.loads(_decrypt(cipher, bound, sealed))


def _decrypt(cipher: AESGCM, bound: bytes, sealed: bytes) -> bytes:
    if sealed[:1] != _VERSION:
        raise WrongMasterKeyError(f"sealed in a way that is not known: version {sealed[:1]!r}")
    nonce, rest = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return cipher.decrypt(nonce, rest, bound)
    except InvalidTag as error:
        raise WrongMasterKeyError("the key does not open what is kept, or it was changed") from error
