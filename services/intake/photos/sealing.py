"""A photo as it lies in the depot: sealed in pieces of 64 KiB, so that a part of it can be opened without the rest.

AES-256-GCM under a key that seals this one photo and nothing else; the nonce is the number of the piece. Photo, number and whether it
is the last are authenticated, so that no piece can be moved, left out or added. The key is given out once and kept by whoever takes
the photo up: a report's row, sealed by the report's own key, or until then the page that sent it.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any, Final, Self
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PIECE_BYTES: Final = 64 * 1024
_TAG_BYTES: Final = 16
_SEALED_PIECE_BYTES: Final = PIECE_BYTES + _TAG_BYTES
_BOUND: Final = b"vardkase.intake.photo\x01"
_LENGTH_BYTES: Final = 4


class BrokenError(Exception):
    """What lies there is not what was sealed by this key."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Which photo, and what opens it. As text it goes to the page that sent the photo, and nobody else has it."""

    photo_id: UUID
    key: bytes = field(repr=False)

    @property
    def text(self) -> str:
        return urlsafe_b64encode(self.photo_id.bytes + self.key).decode()

    @classmethod
    def read(cls, text: str) -> Self | None:
        """None when it can't be one."""
        if len(text) != 64 or not text.isascii():
            return None
        try:
            given = urlsafe_b64decode(text)
        except ValueError:
            return None
        return cls(UUID(bytes=given[:16]), given[16:]) if len(given) == 48 else None


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a photo before a report has it. `digest`: SHA-256 of the file that was sent."""

    digest: bytes
    width: int
    height: int
    thumbnail_bytes: int
    display_bytes: int

    @property
    def written(self) -> bytes:
        told = {name: getattr(self, name) for name in ("width", "height", "thumbnail_bytes", "display_bytes")}
        body = orjson.dumps({"digest": self.digest.hex(), **told})
        return len(body).to_bytes(_LENGTH_BYTES, "big") + body

    @classmethod
    def read(cls, opened: bytes) -> tuple[Self, int]:
        """And where the thumbnail begins."""
        start = _LENGTH_BYTES + int.from_bytes(opened[:_LENGTH_BYTES], "big")
        told: dict[str, Any] = orjson.loads(opened[_LENGTH_BYTES:start])
        return cls(**{**told, "digest": bytes.fromhex(told["digest"])}), start


def seal(reference: Reference, content: bytes) -> bytes:
    """To be called once for each key."""
    cipher, pieces = AESGCM(reference.key), range(0, len(content), PIECE_BYTES)
    return b"".join(
        cipher.encrypt(
            _nonce(number), content[start : start + PIECE_BYTES], _bound(reference, number, len(content))
        )
        for number, start in enumerate(pieces)
    )


def sealed_span(start: int, end: int, length: int) -> tuple[int, int]:
    """Which sealed bytes open what lies from `start` to before `end`, of content that is so long."""
    first, last = start // PIECE_BYTES, (end - 1) // PIECE_BYTES
    return first * _SEALED_PIECE_BYTES, min((last + 1) * _SEALED_PIECE_BYTES, sealed_length(length))


def sealed_length(length: int) -> int:
    return length + -(-length // PIECE_BYTES) * _TAG_BYTES


def content_length(sealed: int) -> int:
    return sealed - -(-sealed // _SEALED_PIECE_BYTES) * _TAG_BYTES


def open_span(reference: Reference, sealed: bytes, start: int, end: int, length: int) -> bytes:
    """From the bytes that `sealed_span` told. Raises `BrokenError`."""
    cipher, first = AESGCM(reference.key), start // PIECE_BYTES
    try:
        opened = b"".join(
            cipher.decrypt(
                _nonce(number), sealed[at : at + _SEALED_PIECE_BYTES], _bound(reference, number, length)
            )
            for number, at in enumerate(range(0, len(sealed), _SEALED_PIECE_BYTES), start=first)
        )
    except (InvalidTag, ValueError) as error:
        raise BrokenError(str(reference.photo_id)) from error
    skipped = start - first * PIECE_BYTES
    found = opened[skipped : skipped + end - start]
    if len(found) != end - start:
        raise BrokenError(str(reference.photo_id))
    return found


def open_whole(reference: Reference, sealed: bytes) -> bytes:
    """Raises `BrokenError`."""
    length = content_length(len(sealed))
    return open_span(reference, sealed, 0, length, length) if length > 0 else _nothing(reference)


def _nothing(reference: Reference) -> bytes:
    raise BrokenError(str(reference.photo_id))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _bound(reference: Reference, number: int, length: int) -> bytes:
    is_last = (number + 1) * PIECE_BYTES >= length
    return _BOUND + reference.photo_id.bytes + (b"\x01" if is_last else b"\x00")
