"""SQL about pictures that are to be fetched from where an Open311 client says they lie."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from shared.inbox import Connection

# Each time four times as long after the last one, from a minute on; then it is left alone. Several processes claim different ones.
_CLAIM: Final = """
UPDATE open311_request SET media_tries = media_tries + 1,
    media_due_at = CASE WHEN media_tries + 1 < $2 THEN now() + interval '1 minute' * 4 ^ media_tries END
WHERE report_id IN (
    SELECT report_id FROM open311_request
    WHERE media_due_at <= now() AND media_urls <> '{}' AND requested_at > now() - interval '2 days'
    ORDER BY media_due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING report_id, media_urls
"""
_FETCHED: Final = "UPDATE open311_request SET media_urls = array_remove(media_urls, $2) WHERE report_id = $1"
_DONE: Final = "UPDATE open311_request SET media_due_at = NULL WHERE report_id = $1"


@dataclass(frozen=True, slots=True)
class Due:
    report_id: UUID
    urls: tuple[str, ...]


async def claim_due(connection: Connection, most: int, tries: int) -> list[Due]:
    """Tried again later, should this process end over it."""
    rows = await connection.fetch(_CLAIM, most, tries)
    return [Due(row["report_id"], tuple(row["media_urls"])) for row in rows]


async def fetched(connection: Connection, report_id: UUID, url: str) -> None:
    """The photo stands in its address's stead."""
    await connection.execute(_FETCHED, report_id, url)


async def done(connection: Connection, report_id: UUID) -> None:
    await connection.execute(_DONE, report_id)
