"""All SQL about messages that were sent or given up: counted, sent again, let go, come back. No address is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.intake.email.bounces import Bounce
from shared.inbox import Connection

_COUNTED: Final = """
SELECT message.state, message.kind, message.reason, count(*) AS messages,
    count(*) FILTER (WHERE message.state = 'given_up' AND message.kind = 'news' AND news.state = 'verified') AS sendable,
    min(message.made_at) AS first_at, max(coalesce(message.settled_at, message.made_at)) AS last_at
FROM email_message AS message JOIN email_news AS news USING (report_id)
GROUP BY 1, 2, 3 ORDER BY 1, 4 DESC, 2, 3
"""
_GIVEN_UP: Final = """
SELECT id, reason FROM email_message
WHERE state = 'given_up' AND ($1::text IS NULL OR reason = $1) ORDER BY settled_at, id LIMIT $2
"""
# A code is not kept once it is given up, and an address not once it is refused.
_SEND_AGAIN: Final = """
UPDATE email_message AS message
SET state = 'waiting', reason = NULL, tries = 0, made_at = $3, next_try_at = $3, settled_at = NULL
FROM email_news AS news
WHERE news.report_id = message.report_id AND news.state = 'verified' AND message.kind = 'news'
  AND message.state = 'given_up' AND ($1::uuid[] IS NULL OR message.id = ANY($1)) AND ($2::text IS NULL OR message.reason = $2)
RETURNING message.id
"""
_DROP: Final = """
UPDATE email_message SET state = 'dropped'
WHERE state = 'given_up' AND ($1::uuid[] IS NULL OR id = ANY($1)) AND ($2::text IS NULL OR reason = $2)
RETURNING id
"""
_BOUNCE: Final = """
WITH bounced AS (
    UPDATE email_message SET state = 'bounced', reason = $2, settled_at = $4 WHERE id = $1 AND state = 'sent' RETURNING report_id
), refused AS (
    UPDATE email_news SET state = 'refused', address = NULL, refusal = $2 FROM bounced
    WHERE email_news.report_id = bounced.report_id AND email_news.state <> 'refused' AND $3 RETURNING email_news.report_id
), unsent AS (
    UPDATE email_message SET state = 'given_up', reason = $2, code = NULL, settled_at = $4
    WHERE report_id IN (SELECT report_id FROM refused) AND state = 'waiting'
)
SELECT EXISTS (SELECT FROM bounced) AS is_new, EXISTS (SELECT FROM refused) AS is_refused
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """`sendable`: how many of them can be sent again."""

    state: str
    kind: str
    reason: str | None
    messages: int
    sendable: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class GivenUp:
    message_id: UUID
    reason: str | None


@dataclass(frozen=True, slots=True)
class Bounced:
    """`is_new`: it is the first word of it on a message that is known; `is_refused`: its address is erased by it."""

    is_new: bool
    is_refused: bool


async def counted(connection: Connection) -> list[Counted]:
    return [Counted(**row) for row in await connection.fetch(_COUNTED)]


async def given_up(connection: Connection, reason: str | None, most: int) -> list[GivenUp]:
    """Those that were first given up."""
    return [GivenUp(row["id"], row["reason"]) for row in await connection.fetch(_GIVEN_UP, reason, most)]


async def send_again(
    connection: Connection, ids: Sequence[UUID] | None, reason: str | None, now: datetime
) -> set[UUID]:
    """Those that wait now, with all their tries before them."""
    return {row["id"] for row in await connection.fetch(_SEND_AGAIN, ids, reason, now)}


async def drop(connection: Connection, ids: Sequence[UUID] | None, reason: str | None) -> set[UUID]:
    return {row["id"] for row in await connection.fetch(_DROP, ids, reason)}


async def take_bounce(connection: Connection, bounce: Bounce, now: datetime) -> Bounced:
    """Where it is the address that failed it is forgotten, with all that waits for it; its reporter is shown why."""
    (row,) = await connection.fetch(_BOUNCE, bounce.message_id, bounce.status, bounce.is_of_address, now)
    return Bounced(row["is_new"], row["is_refused"])
