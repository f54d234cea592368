"""Reporting's own events, ready for the outbox."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from services.reporting.domain.claims import Claim
from shared.envelope import Outgoing, outgoing
from shared.events import (
    ClaimChanged,
    CorrectionMade,
    Event,
    FollowStatus,
    Location,
    Point,
    Precision,
    QuestionChanged,
    ReportStatusChanged,
    RhythmChanged,
    TakenBack,
)
from shared.identity import derived_id
from shared.topics import CLAIM_CHANGED, CORRECTION, QUESTION, REPORT_STATUS, RHYTHM_CHANGED, Service, Topic

_AFTER_IT: Final = timedelta(microseconds=1)


def status_events(status: FollowStatus, rows: Sequence[Any], *, is_again: bool = False) -> list[Outgoing]:
    """One for each row of `mark_assessed`; a re-run publishes the same event id."""
    return [
        _outgoing(
            REPORT_STATUS,
            ReportStatusChanged(
                municipality=row["municipality"],
                report_id=row["report_id"],
                status=status,
                at=row["at"],
                category=row["category"],
                category_at=row["category_at"],
                place=None if row["location"] is None else _place(Location.model_validate(row["location"])),
            ),
            row["report_id"],
            traceparent=row["traceparent"],
            event_id=derived_id("report.status", row["report_id"], status, *_again(row, is_again=is_again)),
        )
        for row in rows
    ]


def _place(location: Location) -> Point | None:
    if location.lat is None or location.lon is None or location.precision is Precision.MUNICIPALITY:
        return None
    return Point(lat=location.lat, lon=location.lon, accuracy_m=location.uncertainty_m)


def step_event(row: Any) -> Outgoing:
    """What staff did, for a row of `now_due`."""
    told = ReportStatusChanged(
        municipality=row["municipality"],
        report_id=row["report_id"],
        status=row["status"],
        note=row["text"],
        note_en=row["text_en"],
        at=row["at"],
        category=row["category"],
        category_at=row["category_at"],
        step_id=row["step_id"],
        reason=row["reason"],
    )
    return _about_step(row, told, "told")


def taken_back_event(row: Any, holds: FollowStatus, now: datetime) -> Outgoing:
    """That it holds no more, for a row of `no_longer_told`. Never before what it takes back."""
    told = ReportStatusChanged(
        municipality=row["municipality"],
        report_id=row["report_id"],
        status=holds,
        at=max(now, row["step_at"] + _AFTER_IT),
        category=row["category"],
        category_at=row["category_at"],
        takes_back=TakenBack(step_id=row["step_id"], status=row["step_status"]),
    )
    return _about_step(row, told, "taken back")


def _about_step(row: Any, told: ReportStatusChanged, what: str) -> Outgoing:
    event_id = derived_id("report.status", told.report_id, row["step_id"], what, row["times"])
    return _outgoing(REPORT_STATUS, told, told.report_id, traceparent=row["traceparent"], event_id=event_id)


def _again(row: Any, *, is_again: bool) -> list[str]:
    """What tells a status that is told again, with another category, from the first time."""
    return [row["category"], row["category_at"].isoformat()] if is_again else []


def claim_event(claim: Claim, traceparent: str | None = None) -> Outgoing:
    changed = ClaimChanged(
        municipality=claim.municipality,
        claim_id=claim.claim_id,
        statement=claim.statement,
        verdict=claim.verdict,
        explanation=claim.explanation,
        incident_ids=claim.incident_ids,
        decided_by=claim.decided_by,
        at=claim.at,
    )
    return _outgoing(CLAIM_CHANGED, changed, claim.claim_id, traceparent=traceparent)


def rhythm_event(changed: RhythmChanged) -> Outgoing:
    return _outgoing(RHYTHM_CHANGED, changed, changed.municipality)


def correction_event(made: CorrectionMade) -> Outgoing:
    return outgoing(
        CORRECTION,
        made,
        key=made.municipality,
        subject=made.report_id or made.incident_id,
        source=Service.REPORTING,
        traceparent=None,
        event_id=made.correction_id,
    )


def question_event(changed: QuestionChanged) -> Outgoing:
    event_id = derived_id("question", changed.question_id, changed.status)
    return _outgoing(QUESTION, changed, changed.report_id, event_id=event_id)


def _outgoing(
    topic: Topic,
    event: Event,
    subject: UUID | str,
    *,
    traceparent: str | None = None,
    event_id: UUID | None = None,
) -> Outgoing:
    """Its subject is its key too."""
    return outgoing(
        topic,
        event,
        key=subject,
        subject=subject,
        source=Service.REPORTING,
        traceparent=traceparent,
        event_id=event_id,
    )
