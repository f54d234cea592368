"""Deciding on one submission: what is kept here as it was said, and what of it is told to the other services."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from services.intake.domain.refusal import FieldError, Refused
from services.intake.domain.submission import MAX_TEXT, Contact, Submission
from shared.events import Point, ReportReceived, Source
from shared.identity import new_id, new_tracking_code
from shared.redaction import redact, redact_identifier

CLOCK_SKEW: Final = timedelta(minutes=5)
OLDEST: Final = timedelta(days=3653)
_MAX_PLACE: Final = 500


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One accepted report. `text` and `contact` stay with intake; `event` is all that others are told.

    `open311`: what only that protocol asks for, as columns of its table; None for what came another way. `form`: the same of
    the citizen's form. `doubt`: what speaks for a machine, and whether its event is held back for that.
    """

    tracking_code: str
    text: str
    place_text: str | None
    contact: Contact | None
    language: str | None
    event: ReportReceived
    open311: Mapping[str, Any] | None = None
    form: Mapping[str, Any] | None = None
    doubt: Mapping[str, Any] | None = None

    @property
    def report_id(self) -> UUID:
        return self.event.report_id


def accept(submission: Submission, source: Source, municipality: str, now: datetime) -> Acceptance:
    """`municipality` is the installation's own. Raises `Refused` when the time it happened can't be true."""
    text, place = redact(submission.text), redact(submission.place_text or "")
    contact = submission.contact
    return Acceptance(
        tracking_code=new_tracking_code(),
        text=submission.text,
        place_text=submission.place_text,
        contact=None if contact is None or contact.is_empty else contact,
        language=submission.language,
        event=ReportReceived(
            municipality=submission.municipality or municipality,
            report_id=new_id(),
            source=source,
            text=_shortened(text.text, MAX_TEXT),
            place_text=_shortened(place.text, _MAX_PLACE) or None,
            point=_point(submission),
            occurred_at=_occurred_at(submission.occurred_at, now),
            received_at=now,
            category_hint=submission.category,
            redactions=_counted(text.kinds, place.kinds),
            external_id=_external_id(submission.external_id, source),
        ),
    )


def _counted(first: Mapping[str, int], second: Mapping[str, int]) -> dict[str, int]:
    return {kind: first.get(kind, 0) + second.get(kind, 0) for kind in (*first, *second)}


def _external_id(external_id: str | None, source: Source) -> str | None:
    """A party's identifiers must come back unchanged, and some look like telephone numbers; a citizen's is free text."""
    if not external_id:
        return external_id
    return redact(external_id).text if source is Source.CITIZEN else redact_identifier(external_id)


def _shortened(text: str, limit: int) -> str:
    """A mark is longer than what it stands for, so a long text full of numbers may outgrow the event."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _point(submission: Submission) -> Point | None:
    if submission.lat is None or submission.lon is None:
        return None
    return Point(lat=submission.lat, lon=submission.lon, accuracy_m=submission.accuracy_m)


def _occurred_at(told: datetime | None, now: datetime) -> datetime:
    if told is None:
        return now
    if told > now + CLOCK_SKEW:
        raise Refused([FieldError("occurred_at", "future", "must not lie in the future")])
    if told < now - OLDEST:
        raise Refused([FieldError("occurred_at", "too_old", "must be within the last ten years")])
    return told.astimezone(UTC)
