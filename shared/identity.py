"""Identifiers: sortable ones for rows, derived ones where a repeat must meet the same row, codes that people read aloud."""

import secrets
from typing import Annotated
from uuid import UUID

import uuid_utils.compat
from pydantic import StringConstraints

MunicipalityCode = Annotated[str, StringConstraints(pattern=r"^\d{4}$")]

_NAMESPACE = UUID("6f2c1f6e-3c0a-4a53-9d0e-6a3f4c1b7a10")
# No 0/O, 1/I/L, U/V: the code is read over the telephone.
_TRACKING_ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"


def new_id() -> UUID:
    """A version 7 UUID: sorts by time of creation, so indexes stay compact."""
    return uuid_utils.compat.uuid7()


def derived_id(*parts: object) -> UUID:
    """The same UUID for the same parts, on every machine and every re-run."""
    return uuid_utils.compat.uuid5(_NAMESPACE, "\x1f".join(str(part) for part in parts))


def new_tracking_code() -> str:
    """Twelve characters in three groups, about 58 bits from a secure source: `7KQM-2XTD-9RWA`."""
    # So many more bits than are taken that no code is likelier than another, by one part in 2^69.
    number = int.from_bytes(secrets.token_bytes(16)) % len(_TRACKING_ALPHABET) ** 12
    letters = ""
    for _ in range(12):
        number, place = divmod(number, len(_TRACKING_ALPHABET))
        letters += _TRACKING_ALPHABET[place]
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"
