"""All SQL about sending: gathering what is due into messages, claiming one, and what became of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.intake.email.letters import Told
from services.intake.vault import Wrapped
from shared.identity import derived_id
from shared.inbox import Connection

# One message of a report at a time: what comes while one waits is told after it.
_DUE: Final = """
SELECT report_id FROM email_news AS news
WHERE report_id IN (
    SELECT report_id FROM email_item WHERE message_id IS NULL AND due_at <= now() ORDER BY due_at LIMIT $1
) AND state = 'verified'
  AND NOT EXISTS (SELECT FROM email_message AS message WHERE message.report_id = news.report_id AND message.state = 'waiting')
FOR UPDATE SKIP LOCKED
"""
_ITEMS: Final = """
SELECT id, report_id FROM email_item WHERE report_id = ANY($1::uuid[]) AND message_id IS NULL ORDER BY report_id, id
"""
_GATHER: Final = """
INSERT INTO email_message (id, report_id, kind, made_at, next_try_at)
SELECT id, report_id, 'news', now(), now() FROM unnest($1::uuid[], $2::uuid[]) AS made (id, report_id)
"""
_PUT_INTO: Final = """
UPDATE email_item SET message_id = put.message_id
FROM unnest($1::uuid[], $2::uuid[]) AS put (id, message_id) WHERE email_item.id = put.id
"""
_CLAIM: Final = """
WITH claimed AS (
    UPDATE email_message SET tries = tries + 1, next_try_at = now() + $1::interval
    WHERE id = (
        SELECT id FROM email_message WHERE state = 'waiting' AND next_try_at <= now()
        ORDER BY next_try_at LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING id, report_id, kind, code, made_at, tries
)
SELECT claimed.*, news.asked_id, news.address, news.language, news.code_ends_at, report.municipality, report.tracking_code,
       report_key.master_key, report_key.wrapped
FROM claimed JOIN email_news AS news USING (report_id) JOIN report ON report.id = claimed.report_id
JOIN report_key USING (report_id)
"""
_TOLD: Final = "SELECT kind, status, at FROM email_item WHERE message_id = $1 ORDER BY at"
_SETTLE: Final = """
UPDATE email_message SET state = $3, reason = $4, code = NULL, settled_at = now()
WHERE id = $1 AND tries = $2 AND state = 'waiting'
"""
_TRY_LATER: Final = """
UPDATE email_message SET next_try_at = now() + $3::interval, reason = $4 WHERE id = $1 AND tries = $2 AND state = 'waiting'
"""
_REFUSE: Final = """
WITH refused AS (
    UPDATE email_news SET state = 'refused', address = NULL, refusal = $3
    WHERE report_id = $1 AND asked_id = $2 AND state <> 'refused' RETURNING report_id
)
UPDATE email_message SET state = 'given_up', reason = $3, code = NULL, settled_at = now()
WHERE report_id IN (SELECT report_id FROM refused) AND state = 'waiting'
"""
_WAITING: Final = """
SELECT count(*) AS messages, min(made_at) AS oldest FROM email_message WHERE state = 'waiting'
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this process sends now. `address` and `code` are sealed."""

    message_id: UUID
    report_id: UUID
    asked_id: UUID
    kind: str
    made_at: datetime
    tries: int
    address: bytes
    language: str
    code: bytes | None
    code_ends_at: datetime
    municipality: str
    tracking_code: str
    key: Wrapped


@dataclass(frozen=True, slots=True)
class Waiting:
    messages: int
    oldest: datetime | None


async def gather(connection: Connection, most: int) -> int:
    """What is due goes into a message for each report, with all else there is to tell of it. How many messages."""
    async with connection.transaction():
        due = [row["report_id"] for row in await connection.fetch(_DUE, most)]
        if not due:
            return 0
        items: dict[UUID, list[UUID]] = {}
        for row in await connection.fetch(_ITEMS, due):
            items.setdefault(row["report_id"], []).append(row["id"])
        messages = {report_id: derived_id("email", *ids) for report_id, ids in items.items()}
        await connection.execute(_GATHER, list(messages.values()), list(messages))
        put = [(item, messages[report_id]) for report_id, ids in items.items() for item in ids]
        await connection.execute(_PUT_INTO, [item for item, _ in put], [message for _, message in put])
        return len(messages)


async def claim(connection: Connection, held_for: timedelta) -> Claimed | None:
    """The one that waits longest; another process may take it over when the time is up."""
    row = await connection.fetchrow(_CLAIM, held_for)
    if row is None:
        return None
    return Claimed(
        row["id"],
        row["report_id"],
        row["asked_id"],
        row["kind"],
        row["made_at"],
        row["tries"],
        row["address"],
        row["language"],
        row["code"],
        row["code_ends_at"],
        row["municipality"],
        row["tracking_code"],
        Wrapped(row["master_key"], row["wrapped"]),
    )


async def told_by(connection: Connection, message_id: UUID) -> tuple[list[Told], bool]:
    """Its statuses, and whether it tells of a question."""
    rows = await connection.fetch(_TOLD, message_id)
    told = [Told(row["status"], row["at"]) for row in rows if row["status"] is not None]
    return told, any(row["status"] is None for row in rows)


async def settle(connection: Connection, claimed: Claimed, state: str, reason: str | None) -> None:
    await connection.execute(_SETTLE, claimed.message_id, claimed.tries, state, reason)


async def try_later(connection: Connection, claimed: Claimed, after: timedelta, reason: str) -> None:
    await connection.execute(_TRY_LATER, claimed.message_id, claimed.tries, after, reason)


async def refuse(connection: Connection, claimed: Claimed, reason: str) -> None:
    """The address is forgotten, with all that waits to be sent to it; its reporter is shown why."""
    await connection.execute(_REFUSE, claimed.report_id, claimed.asked_id, reason)


async def waiting(connection: Connection) -> Waiting:
    (row,) = await connection.fetch(_WAITING)
    return Waiting(row["messages"], row["oldest"])
