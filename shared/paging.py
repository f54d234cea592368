"""Cursors: where a list goes on. Opaque to who is given one, and unmoved by what is put in or taken out before it."""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, TypeAlias
from uuid import UUID

from fastapi import Query
from starlette.requests import Request

from shared.problem import Problem

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
# Microseconds since 1970, and an identifier.
_PLACE: Final = struct.Struct(">q16s")
_NUMBER: Final = struct.Struct(">q")

Cursor: TypeAlias = Annotated[
    str | None, Query(max_length=100, description="`next` of the page before, as it was given.")
]
Place: TypeAlias = tuple[datetime, UUID]


def cursor_at(at: datetime, row_id: UUID) -> str:
    packed = _PLACE.pack((at - _EPOCH) // _MICROSECOND, row_id.bytes)
    return urlsafe_b64encode(packed).decode()


def place_of(cursor: str) -> Place:
    """Raises `Problem` 422 for what is no cursor of ours."""
    try:
        microseconds, row_id = _PLACE.unpack(urlsafe_b64decode(cursor))
        found = _EPOCH + microseconds * _MICROSECOND, UUID(bytes=row_id)
    except (ValueError, struct.error, OverflowError):
        found = None
    if found is None or cursor_at(*found) != cursor:
        raise _unfit()
    return found


def cursor_of_number(number: int) -> str:
    """For rows that are numbered."""
    return urlsafe_b64encode(_NUMBER.pack(number)).decode()


def number_of(cursor: str) -> int:
    """Raises `Problem` 422 for what is no cursor of ours."""
    try:
        (number,) = _NUMBER.unpack(urlsafe_b64decode(cursor))
    except (ValueError, struct.error):
        raise _unfit() from None
    if number < 0 or cursor_of_number(number) != cursor:
        raise _unfit()
    return int(number)


def next_link(request: Request, cursor: str) -> str:
    """A `Link` header's value: the same question from there on. Without our host's name, since a proxy may have another."""
    return f'<{request.url.path}?{request.url.include_query_params(cursor=cursor).query}>; rel="next"'


def _unfit() -> Problem:
    return Problem(422, "invalid-cursor", "The cursor does not fit", "Use `next` as it was given.")
