"""Receipts, given and refused, and what they make of their alerts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from services.notifier.store.deliveries import Delivery, delivery_of
from shared.events import Agency, Receipt, ReceiptStatus
from shared.inbox import Connection

Way = Literal["kafka", "http"]

_LOCK_ALERTS: Final = """
SELECT alert_id, agency, receipt_status, receipt_at FROM alert WHERE alert_id = ANY($1::uuid[])
ORDER BY alert_id FOR UPDATE
"""
_INSERT: Final = """
INSERT INTO receipt (receipt_id, alert_id, agency, status, at, note, way, refused)
SELECT receipt_id, alert_id, agency, status, at, note, $8, refused
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[])
     AS news (receipt_id, alert_id, agency, status, at, note, refused)
ON CONFLICT (receipt_id) DO NOTHING
RETURNING receipt_id
"""
_ANSWER_ALERTS: Final = """
UPDATE alert SET receipt_status = news.status, receipt_at = news.at
FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS news (alert_id, status, at)
WHERE alert.alert_id = news.alert_id
"""
# A channel that gave up never delivered, whatever the agency learnt by another.
_ANSWER_DELIVERIES: Final = """
UPDATE delivery SET status = news.status, reason = NULL, changed_at = $3, lease = NULL, leased_until = NULL
FROM unnest($1::uuid[], $2::text[]) AS news (alert_id, status), alert
WHERE delivery.alert_id = news.alert_id AND alert.alert_id = news.alert_id AND delivery.status <> 'gave_up'
RETURNING delivery.*, alert.kind, alert.municipality, alert.traceparent
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """Whose alert it is, and the farthest receipt it has."""

    agency: Agency
    status: ReceiptStatus | None
    at: datetime | None


async def lock_alerts(connection: Connection, alert_ids: Sequence[UUID]) -> dict[UUID, Answered]:
    rows = await connection.fetch(_LOCK_ALERTS, alert_ids)
    return {
        row["alert_id"]: Answered(
            Agency(row["agency"]),
            ReceiptStatus(row["receipt_status"]) if row["receipt_status"] else None,
            row["receipt_at"],
        )
        for row in rows
    }


async def insert(
    connection: Connection, receipts: Sequence[Receipt], refusals: Mapping[UUID, str], way: Way
) -> set[UUID]:
    """Which receipts were not known before. `refusals`: receipt id → why it has no effect."""
    columns: list[list[Any]] = [
        [receipt.receipt_id for receipt in receipts],
        [receipt.alert_id for receipt in receipts],
        [receipt.agency for receipt in receipts],
        [receipt.status for receipt in receipts],
        [receipt.at for receipt in receipts],
        [receipt.note for receipt in receipts],
        [refusals.get(receipt.receipt_id) for receipt in receipts],
    ]
    return {row["receipt_id"] for row in await connection.fetch(_INSERT, *columns, way)}


async def answer(connection: Connection, answers: Mapping[UUID, Receipt], now: datetime) -> list[Delivery]:
    """Let each alert and its deliveries carry the receipt; the deliveries that changed."""
    if not answers:
        return []
    ids, statuses = list(answers), [receipt.status for receipt in answers.values()]
    await connection.execute(_ANSWER_ALERTS, ids, statuses, [receipt.at for receipt in answers.values()])
    return [delivery_of(row) for row in await connection.fetch(_ANSWER_DELIVERIES, ids, statuses, now)]
