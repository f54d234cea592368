"""What is shown, and to whom. Nobody is shown contact details, what was said before redaction, or an exact place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.intake.domain.open311.document import Document, Several
from services.intake.domain.open311.parameters import told
from services.intake.domain.open311.privacy import NEVER_TOLD
from services.intake.domain.open311.services import service_name, service_of
from shared.events import FollowStatus
from shared.identity import derived_id
from shared.redaction import redact

# About 110 by 55 metres.
_DECIMALS: Final = 3
_LONGEST: Final = 4000
_ASKED: Final = "question"
# FixMyStreet's further states; every other client knows open and closed alone.
_EXTENDED: Final = {
    FollowStatus.RECEIVED: "OPEN",
    FollowStatus.ASSESSED: "INVESTIGATING",
    FollowStatus.PASSED_ON: "INTERNAL_REFERRAL",
    FollowStatus.MEASURE_TAKEN: "IN_PROGRESS",
    FollowStatus.CLOSED: "CLOSED",
}


@dataclass(frozen=True, slots=True)
class Requested:
    """One request as it is kept, its words redacted. `is_own`: the asking token sent it; `is_open`: its service is open to who asks. One that is
    neither is known by its identifier alone.
    """

    report_id: UUID
    is_own: bool
    is_open: bool
    service_code: str
    description: str | None
    address: str | None
    address_id: str | None
    lat: float | None
    lon: float | None
    media_urls: Sequence[str]
    """Those that its sender sent, and those of the photos it has here."""
    requested_at: datetime
    status: FollowStatus
    updated_at: datetime
    note: str | None


@dataclass(frozen=True, slots=True)
class Changed:
    """One step on the way of a request; or, with a `question_id`, what staff ask its reporter, and how far it had come then."""

    report_id: UUID
    is_own: bool
    service_code: str
    status: FollowStatus
    at: datetime
    note: str | None
    question_id: UUID | None = None
    text: str | None = None
    text_en: str | None = None


def requests_shown(rows: Sequence[Requested], words: Mapping[str, Any], language: str) -> Document:
    """`words`: what each status means, in that language."""
    return Document("service_requests", [_request(row, words, language) for row in rows])


def updates_shown(
    rows: Sequence[Changed], words: Mapping[str, Any], asks: Mapping[str, str], language: str
) -> Document:
    """`asks`: how a question is told, in that language."""
    shown = [
        _update(row, words) if row.question_id is None else _question(row, asks, language) for row in rows
    ]
    return Document("service_request_updates", shown)


def _request(row: Requested, words: Mapping[str, Any], language: str) -> dict[str, Any]:
    service = service_of(row.service_code)
    says = tells_words(row)
    placed = row.is_own or row.is_open
    return {
        "service_request_id": str(row.report_id),
        "status": "closed" if row.status is FollowStatus.CLOSED else "open",
        "status_notes": _explained(row.status, row.note if says else None, words),
        "service_name": service_name(service, language) if service else row.service_code,
        "service_code": row.service_code,
        "description": _shortened(row.description) if says and row.description else None,
        "agency_responsible": None,
        "service_notice": None,
        "requested_datetime": told(row.requested_at),
        "updated_datetime": told(row.updated_at),
        "expected_datetime": None,
        "address": row.address if says else None,
        "address_id": row.address_id if says else None,
        "zipcode": None,
        "lat": round(row.lat, _DECIMALS) if placed and row.lat is not None else None,
        "long": round(row.lon, _DECIMALS) if placed and row.lon is not None else None,
        "media_url": Several(row.media_urls if says else ()),
    }


def tells_words(row: Requested | Changed) -> bool:
    """Whether words about it are told: to its sender alone, and never of grave matters."""
    return row.is_own and row.service_code not in NEVER_TOLD


def _update(row: Changed, words: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "update_id": str(derived_id("open311_update", row.report_id, row.at.isoformat(), row.status)),
        "service_request_id": str(row.report_id),
        "status": _EXTENDED[row.status],
        "updated_datetime": told(row.at),
        "description": _explained(row.status, row.note if tells_words(row) else None, words),
        "media_url": None,
        "external_status_code": row.status.value,
    }


def _question(row: Changed, asks: Mapping[str, str], language: str) -> dict[str, Any]:
    """With the status the request had: a question changes none."""
    text = row.text_en if language == "en" and row.text_en else row.text
    asked = (
        f"{asks['asked']} {_shortened(redact(text).text)}"
        if text and tells_words(row)
        else asks["asked_apart"]
    )
    return {
        "update_id": str(derived_id("open311_question", row.question_id)),
        "service_request_id": str(row.report_id),
        "status": _EXTENDED[row.status],
        "updated_datetime": told(row.at),
        "description": f"{asked}\n\n{asks['how']}",
        "media_url": None,
        "external_status_code": _ASKED,
    }


def _explained(status: FollowStatus, note: str | None, words: Mapping[str, Any]) -> str:
    """The name of the status and what it means, then what a person wrote to the reporter."""
    means = f"{words[status]['name']}. {words[status]['means']}"
    return f"{means}\n\n{_shortened(redact(note).text)}" if note else means


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
