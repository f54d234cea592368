"""The delivery log: each way an alert goes, each attempt, and who works on it just now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from services.notifier.domain.attempts import OUTCOME_NAMES, Delivered, GiveUp, Outcome, TryAgain
from shared.events import Agency, Alert, AlertKind, Channel, DeliveryStatus
from shared.inbox import Connection

_INSERT: Final = """
INSERT INTO delivery (delivery_id, alert_id, incident_id, agency, revision, channel, endpoint, event_id,
                      next_attempt_at, created_at, changed_at)
SELECT delivery_id, alert_id, incident_id, agency, revision, channel, endpoint, event_id, at, at, at
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::integer[], $6::text[], $7::uuid[], $8::uuid[],
            $9::timestamptz[])
     AS news (delivery_id, alert_id, incident_id, agency, revision, channel, endpoint, event_id, at)
"""
_PUBLISHED: Final = """
UPDATE delivery
SET status = CASE status WHEN 'pending' THEN 'sent' ELSE status END, attempts = 1, changed_at = $2
FROM alert
WHERE delivery.event_id = ANY($1::uuid[]) AND delivery.attempts = 0 AND alert.alert_id = delivery.alert_id
RETURNING delivery.*, alert.kind, alert.municipality, alert.traceparent
"""
# A later word on an incident waits for the earlier one to the same receiver, so a correction never comes first.
_CLAIM: Final = """
WITH due AS (
    SELECT delivery_id FROM delivery AS candidate
    WHERE channel = 'webhook' AND status = 'pending' AND endpoint = $1 AND next_attempt_at <= $2
      AND (leased_until IS NULL OR leased_until < $2)
      AND NOT EXISTS (
          SELECT 1 FROM delivery AS earlier
          WHERE earlier.channel = 'webhook' AND earlier.status = 'pending'
            AND earlier.endpoint = candidate.endpoint AND earlier.incident_id = candidate.incident_id
            AND earlier.revision < candidate.revision)
    ORDER BY next_attempt_at LIMIT $3 FOR UPDATE SKIP LOCKED
)
UPDATE delivery SET lease = $4, leased_until = $2 + $5::interval, attempts = attempts + 1
FROM due, alert
WHERE delivery.delivery_id = due.delivery_id AND alert.alert_id = delivery.alert_id
RETURNING delivery.delivery_id, delivery.attempts, alert.body
"""
_SETTLE: Final = """
UPDATE delivery
SET status = CASE delivery.status WHEN 'pending' THEN $3 ELSE delivery.status END,
    reason = $4, next_attempt_at = $5, changed_at = $6, lease = NULL, leased_until = NULL
FROM alert
WHERE delivery.delivery_id = $1 AND delivery.lease = $2 AND alert.alert_id = delivery.alert_id
RETURNING delivery.*, alert.kind, alert.municipality, alert.traceparent
"""
_LOG_ATTEMPT: Final = """
INSERT INTO delivery_attempt (delivery_id, attempt, at, outcome, reason, took_ms) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (delivery_id, attempt) DO NOTHING
"""
_RELEASE: Final = "UPDATE delivery SET lease = NULL, leased_until = NULL WHERE lease = $1"
_ABANDON: Final = """
UPDATE delivery SET status = 'gave_up', reason = $2, changed_at = $3, lease = NULL, leased_until = NULL
FROM alert
WHERE delivery.channel = 'webhook' AND delivery.status = 'pending' AND delivery.endpoint <> ALL($1::uuid[])
  AND delivery.created_at < $4 AND alert.alert_id = delivery.alert_id
RETURNING delivery.*, alert.kind, alert.municipality, alert.traceparent
"""
_UNDELIVERED: Final = """
SELECT channel, count(*) AS waiting, min(created_at) AS oldest FROM delivery WHERE status = 'pending' GROUP BY channel
"""
_OF_AGENCY: Final = """
SELECT delivery.*, alert.kind, alert.municipality, alert.traceparent,
       coalesce((SELECT jsonb_agg(to_jsonb(attempt) - 'delivery_id' ORDER BY attempt.attempt)
                 FROM delivery_attempt AS attempt WHERE attempt.delivery_id = delivery.delivery_id), '[]') AS log
FROM delivery JOIN alert ON alert.alert_id = delivery.alert_id
WHERE delivery.agency = $1 AND delivery.position < $2
ORDER BY delivery.position DESC LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """`event_id` names the outbox row of a kafka delivery, `endpoint` the receiver of a webhook."""

    delivery_id: UUID
    alert: Alert
    channel: Channel
    endpoint: UUID | None = None
    event_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as it stands now."""

    position: int
    delivery_id: UUID
    alert_id: UUID
    incident_id: UUID
    municipality: str
    agency: Agency
    channel: Channel
    kind: AlertKind
    status: DeliveryStatus
    attempts: int
    reason: str | None
    created_at: datetime
    changed_at: datetime
    traceparent: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """`attempt` counts from 1 and is the one to make now."""

    delivery_id: UUID
    attempt: int
    alert: Alert


@dataclass(frozen=True, slots=True)
class Undelivered:
    channel: Channel
    waiting: int
    oldest: datetime


async def insert(connection: Connection, deliveries: Sequence[NewDelivery]) -> None:
    columns: list[list[Any]] = [
        [each.delivery_id for each in deliveries],
        [each.alert.alert_id for each in deliveries],
        [each.alert.incident_id for each in deliveries],
        [each.alert.agency for each in deliveries],
        [each.alert.revision for each in deliveries],
        [each.channel for each in deliveries],
        [each.endpoint for each in deliveries],
        [each.event_id for each in deliveries],
        [each.alert.issued_at for each in deliveries],
    ]
    await connection.execute(_INSERT, *columns)


async def mark_published(connection: Connection, event_ids: Sequence[UUID], now: datetime) -> list[Delivery]:
    """The broker has confirmed these outbox events; the deliveries they were."""
    return [delivery_of(row) for row in await connection.fetch(_PUBLISHED, event_ids, now)]


async def claim_due(
    connection: Connection, endpoint: UUID, lease: UUID, lease_time: timedelta, limit: int, now: datetime
) -> list[Claimed]:
    """Take due deliveries for one worker. After `lease_time` without a word they may be taken by another."""
    rows = await connection.fetch(_CLAIM, endpoint, now, limit, lease, lease_time)
    return [Claimed(row["delivery_id"], row["attempts"], Alert.model_validate(row["body"])) for row in rows]


async def settle(
    connection: Connection, claimed: Claimed, lease: UUID, outcome: Outcome, took_ms: int, now: datetime
) -> Delivery | None:
    """Log the attempt and what comes next. None when the lease was lost: another worker has it now."""
    name = OUTCOME_NAMES[type(outcome)]
    await connection.execute(
        _LOG_ATTEMPT, claimed.delivery_id, claimed.attempt, now, name, outcome.reason, took_ms
    )
    again_at = outcome.at if isinstance(outcome, TryAgain) else None
    row = await connection.fetchrow(
        _SETTLE, claimed.delivery_id, lease, _status(outcome), outcome.reason, again_at, now
    )
    return None if row is None else delivery_of(row)


async def release(connection: Connection, lease: UUID) -> None:
    """Give back what this worker did not finish."""
    await connection.execute(_RELEASE, lease)


async def abandon_unknown(
    connection: Connection, known: Sequence[UUID], older_than: datetime, reason: str, now: datetime
) -> list[Delivery]:
    """End deliveries to receivers that are no longer in the settings."""
    return [delivery_of(row) for row in await connection.fetch(_ABANDON, known, reason, now, older_than)]


async def undelivered(connection: Connection) -> list[Undelivered]:
    return [
        Undelivered(Channel(row["channel"]), row["waiting"], row["oldest"])
        for row in await connection.fetch(_UNDELIVERED)
    ]


async def of_agency(
    connection: Connection, agency: Agency, before: int, limit: int
) -> list[tuple[Delivery, list[dict[str, Any]]]]:
    """Newest first, from below position `before`, each with its log of attempts."""
    rows = await connection.fetch(_OF_AGENCY, agency, before, limit)
    return [(delivery_of(row), row["log"]) for row in rows]


def _status(outcome: Outcome) -> DeliveryStatus:
    match outcome:
        case Delivered():
            return DeliveryStatus.SENT
        case GiveUp():
            return DeliveryStatus.GAVE_UP
        case TryAgain():
            return DeliveryStatus.PENDING


def delivery_of(row: Any) -> Delivery:
    return Delivery(
        position=row["position"],
        delivery_id=row["delivery_id"],
        alert_id=row["alert_id"],
        incident_id=row["incident_id"],
        municipality=row["municipality"],
        agency=Agency(row["agency"]),
        channel=Channel(row["channel"]),
        kind=AlertKind(row["kind"]),
        status=DeliveryStatus(row["status"]),
        attempts=row["attempts"],
        reason=row["reason"],
        created_at=row["created_at"],
        changed_at=row["changed_at"],
        traceparent=row["traceparent"],
    )
