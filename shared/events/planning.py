"""What the parties agree on over the picture: what is true, and how often they meet."""

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime

from shared.events.base import Event, ShortText


class Verdict(StrEnum):
    UNVERIFIED = "unverified"
    UNDER_REVIEW = "under_review"
    CONFIRMED = "confirmed"
    REFUTED = "refuted"


class ClaimChanged(Event):
    """Something said to be true, and what a person found."""

    claim_id: UUID
    statement: ShortText
    verdict: Verdict
    explanation: ShortText | None = None
    incident_ids: tuple[UUID, ...] = ()
    decided_by: ShortText | None = None
    at: AwareDatetime


class Rhythm(StrEnum):
    FORTNIGHTLY = "fortnightly"
    DAILY = "daily"


class RhythmChanged(Event):
    """How often the parties meet over the picture, why, and when it stands down if nothing more happens."""

    rhythm: Rhythm
    reason: ShortText
    reason_en: ShortText
    incident_ids: tuple[UUID, ...] = ()
    since: AwareDatetime
    stands_down_at: AwareDatetime | None = None
