"""Opening a reporter's contact details: by whom, by which way, why. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from pydantic_core import PydanticCustomError

from services.intake.domain.wording import cleaned_line, required
from shared.redaction import redact

MAX_REASON: Final = 500


class Way(StrEnum):
    PAGE = "page"
    API = "api"
    SERVER = "server"


class BadReasonError(ValueError):
    """`code`: `missing`, `too_long` or `unreadable`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Opener:
    """`municipality` None is any. `token_id` None: somebody at the server itself."""

    token_id: UUID | None
    name: str
    municipality: str | None
    way: Way

    def holds(self, municipality: str) -> bool:
        return self.municipality is None or self.municipality == municipality


@dataclass(frozen=True, slots=True)
class Disclosure:
    """`reason` None: the report is disposed of."""

    id: UUID
    report_id: UUID
    municipality: str
    way: Way
    token_id: UUID | None
    opened_by: str
    reason: str | None
    at: datetime


def checked_reason(given: str) -> str:
    """One line, without what points at one person: it is kept. Raises `BadReasonError`."""
    try:
        line = cleaned_line(required(given))
    except PydanticCustomError as fault:
        raise BadReasonError(fault.type) from None
    assert line is not None
    if len(line) > MAX_REASON:
        raise BadReasonError("too_long")
    return redact(line).text
