"""Cursors: where a list goes on. Opaque to who is given one, and unmoved by what is put in or taken out before it."""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from shared.problem import Problem

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
# Microseconds since 1970, and an identifier.
_PLACE: Final = struct.Struct(">q16s")


def cursor_at(at: datetime, row_id: UUID) -> str:
    packed = _PLACE.pack((at - _EPOCH) // _MICROSECOND, row_id.bytes)
    return urlsafe_b64encode(packed).decode()


def place_of(cursor: str) -> tuple[datetime, UUID]:
    """Raises `Problem` 422 for what is no cursor of ours."""
    try:
        microseconds, row_id = _PLACE.unpack(urlsafe_b64decode(cursor))
        found = _EPOCH + microseconds * _MICROSECOND, UUID(bytes=row_id)
    except (ValueError, struct.error, OverflowError):
        found = None
    if found is None or cursor_at(*found) != cursor:
        raise Problem(422, "invalid-cursor", "The cursor does not fit", "Use `next` as it was given.")
    return found
