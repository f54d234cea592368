"""What is shown, and to whom. Nobody is shown contact details, what was said before redaction, or an exact place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.intake.domain.following import told_as
from services.intake.domain.open311.document import Document, Several
from services.intake.domain.open311.parameters import told
from services.intake.domain.open311.privacy import NEVER_TOLD
from services.intake.domain.open311.services import service_name, service_of
from shared.events import ClosingReason, FollowStatus, TakenBack
from shared.identity import derived_id
from shared.redaction import redact

# About 110 by 55 metres.
_DECIMALS: Final = 3
_LONGEST: Final = 4000
_ASKED: Final = "question"
Words = Mapping[str, Any]
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
    note_en: str | None = None
    reason: ClosingReason | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """One step on the way of a request; or, with a `question_id`, what staff ask its reporter, and how it stood then. `at`: when it
    was taken; `heard_at`: when it was heard of here. `takes_back`: the step that holds no longer; `status` is then what holds.
    """

    report_id: UUID
    is_own: bool
    service_code: str
    status: FollowStatus
    at: datetime
    heard_at: datetime
    note: str | None = None
    note_en: str | None = None
    reason: ClosingReason | None = None
    step_id: UUID | None = None
    takes_back: UUID | None = None
    takes_back_status: str | None = None
    question_id: UUID | None = None

    @property
    def told_as(self) -> str:
        if self.takes_back is None or self.takes_back_status is None:
            return self.status.value
        return told_as(
            self.status, TakenBack(step_id=self.takes_back, status=FollowStatus(self.takes_back_status))
        )


def requests_shown(rows: Sequence[Requested], words: Words, language: str) -> Document:
    """`words`: those of the pages, in that language."""
    return Document("service_requests", [_request(row, words, language) for row in rows])


def updates_shown(rows: Sequence[Changed], words: Words, asks: Mapping[str, str], language: str) -> Document:
    """`asks`: how a question is told, in that language."""
    shown = [
        _update(row, words, language) if row.question_id is None else _question(row, asks, language)
        for row in rows
    ]
    return Document("service_request_updates", shown)


def _request(row: Requested, words: Words, language: str) -> dict[str, Any]:
    service = service_of(row.service_code)
    says = tells_words(row)
    placed = row.is_own or row.is_open
    return {
        "service_request_id": str(row.report_id),
        "status": "closed" if row.status is FollowStatus.CLOSED else "open",
        "status_notes": _explained(row, row.status.value, words, language),
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


def _update(row: Changed, words: Words, language: str) -> dict[str, Any]:
    return {
        "update_id": str(derived_id("open311_update", *_names(row))),
        "service_request_id": str(row.report_id),
        "status": _EXTENDED[row.status],
        "updated_datetime": told(row.heard_at),
        "description": _explained(row, row.told_as, words, language),
        "media_url": None,
        "external_status_code": row.told_as,
    }


def _names(row: Changed) -> list[object]:
    """What makes it another than all other steps; it is known by that for good."""
    more = [each for each in (row.step_id, row.takes_back) if each is not None]
    return [row.report_id, row.at.isoformat(), row.status, *more]


def _question(row: Changed, asks: Mapping[str, str], language: str) -> dict[str, Any]:
    """With the status that the request had: a question changes none."""
    text = _written(row, language)
    asked = asks["asked_apart"] if text is None else f"{asks['asked']} {text}"
    return {
        "update_id": str(derived_id("open311_question", row.question_id)),
        "service_request_id": str(row.report_id),
        "status": _EXTENDED[row.status],
        "updated_datetime": told(row.heard_at),
        "description": f"{asked}\n\n{asks['how']}",
        "media_url": None,
        "external_status_code": _ASKED,
    }


def _explained(row: Requested | Changed, code: str, words: Words, language: str) -> str:
    """The name of the status and what it means, why it is closed, and then what a person wrote to the reporter."""
    status = words["status"][code]
    why = [] if row.reason is None else [words["follow"]["closing"][row.reason]]
    written = _written(row, language)
    return "\n\n".join(
        [f"{status['name']}. {status['means']}", *why, *([] if written is None else [written])]
    )


def _written(row: Requested | Changed, language: str) -> str | None:
    """None where nothing is written, or it is not told."""
    text = row.note_en if language == "en" and row.note_en else row.note
    return _shortened(redact(text).text) if text and tells_words(row) else None


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
