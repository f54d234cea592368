"""All SQL about disposing of reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from shared.events import DisposalReason
from shared.inbox import Connection

# Everything that belongs to a report goes with its row, or here. What waits to be told of it is not told any more.
_DISPOSE: Final = """
WITH gone AS (
    DELETE FROM report WHERE id = ANY($1::uuid[]) RETURNING id, municipality, tracking_code
), closed AS (
    DELETE FROM report_key WHERE report_id IN (SELECT id FROM gone)
), unasked AS ( -- what was answered by one that goes must not be asked again
    DELETE FROM staff_question
    WHERE question_id IN (SELECT question_id FROM form_report JOIN gone ON gone.id = form_report.report_id)
), untold AS (
    DELETE FROM outbox WHERE topic = $4 AND headers ->> 'ce_subject' IN (SELECT id::text FROM gone)
), refused AS (
    DELETE FROM outbox_refused WHERE topic = $4 AND headers ->> 'ce_subject' IN (SELECT id::text FROM gone)
), unproved AS ( -- a key that lasts stays, so that the same file adds nothing; what it was used with is told by nothing
    UPDATE idempotency SET fingerprint = '' WHERE expires_at = 'infinity' AND report_id IN (SELECT id FROM gone)
), unexplained AS ( -- that its contact details were opened stays known, not what somebody wrote about it
    UPDATE disclosure SET reason = NULL WHERE report_id IN (SELECT id FROM gone)
), kept AS (
    INSERT INTO disposal (report_id, municipality, reason, at, code_digest)
    SELECT id, municipality, $2, $3, sha256(convert_to(tracking_code, 'UTF8')) FROM gone
)
SELECT id, municipality FROM gone
"""
# Locked before its additions are looked for, so that none is on its way that would not be found.
_HOLD: Final = "SELECT id FROM report WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE"
_ADDITIONS: Final = "SELECT report_id FROM form_report WHERE follows = ANY($1::uuid[]) AND relation <> 'same'"
_OF_CODE: Final = "SELECT id FROM report WHERE tracking_code = $1"
_TOMBSTONE: Final = "SELECT municipality, reason, at FROM disposal WHERE code_digest = $1"
_DISPOSED: Final = "SELECT reason, count(*) AS reports FROM disposal GROUP BY reason"


@dataclass(frozen=True, slots=True)
class Gone:
    report_id: UUID
    municipality: str


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of a report: that there was one, when it went, and why."""

    municipality: str
    reason: DisposalReason
    at: datetime


async def with_additions(connection: Connection, report_ids: Sequence[UUID]) -> list[UUID]:
    """These and what their own reporters added to them; held until the transaction ends."""
    await connection.execute(_HOLD, list(report_ids))
    rows = await connection.fetch(_ADDITIONS, list(report_ids))
    return [*report_ids, *(row["report_id"] for row in rows)]


async def dispose(
    connection: Connection, report_ids: Sequence[UUID], reason: DisposalReason, at: datetime, topic: str
) -> list[Gone]:
    """Those that were still there. `topic`: the one on which reports are told of."""
    rows = await connection.fetch(_DISPOSE, list(report_ids), reason.value, at, topic)
    return [Gone(row["id"], row["municipality"]) for row in rows]


async def report_of_code(connection: Connection, tracking_code: str) -> UUID | None:
    found: UUID | None = await connection.fetchval(_OF_CODE, tracking_code)
    return found


async def tombstone_of_code(connection: Connection, tracking_code: str) -> Tombstone | None:
    row = await connection.fetchrow(_TOMBSTONE, sha256(tracking_code.encode()).digest())
    return None if row is None else Tombstone(row["municipality"], DisposalReason(row["reason"]), row["at"])


async def disposed(connection: Connection) -> dict[DisposalReason, int]:
    return {DisposalReason(row["reason"]): row["reports"] for row in await connection.fetch(_DISPOSED)}
