"""Identifiers: sortable ones for rows, derived ones where a repeat must meet the same row, codes that people read aloud."""

import secrets
from typing import Annotated
from uuid import UUID

import uuid_utils.compat
from pydantic import StringConstraints

MunicipalityCode = Annotated[str, StringConstraints(pattern=r"^\d{4}$")]

_NAMESPACE = UUID("6f2c1f6e-3c0a-4a53-9d0e-6a3f4c1b7a10")
# No 0/O, 1/I/L, U/V: the code is read over the telephone.
_TRACKING_ALPHABET = b"23456789ABCDEFGHJKMNPQRSTWXYZ"
_TRACKING_LENGTH = 12
# As many bytes for each letter; those left over are thrown away, so that no letter is likelier than another.
_LETTER_OF = (_TRACKING_ALPHABET * 9)[:256]
_TOO_HIGH = bytes(range(256 // len(_TRACKING_ALPHABET) * len(_TRACKING_ALPHABET), 256))


def new_id() -> UUID:
    """A version 7 UUID: sorts by time of creation, so indexes stay compact."""
    return uuid_utils.compat.uuid7()


def read_id(text: str) -> UUID | None:
    """None when it is no UUID."""
    try:
        return UUID(text)
    except ValueError:
        return None


def derived_id(*parts: object) -> UUID:
    """The same UUID for the same parts, on every machine and every re-run."""
    return uuid_utils.compat.uuid5(_NAMESPACE, "\x1f".join(str(part) for part in parts))


def new_tracking_code() -> str:
    """Twelve characters in three groups, about 58 bits from a secure source: `7KQM-2XTD-9RWA`."""
    letters = ""
    while len(letters) < _TRACKING_LENGTH:
        letters += secrets.token_bytes(24).translate(_LETTER_OF, _TOO_HIGH).decode()
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:12]}"
