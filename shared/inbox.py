"""Taking an event once: its id is stored in the same transaction as its effect."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, TypeAlias
from uuid import UUID

import asyncpg

_TAKE: Final = """
INSERT INTO inbox (event_id) SELECT DISTINCT unnest($1::uuid[])
ON CONFLICT (event_id) DO NOTHING
RETURNING event_id
"""
_FORGET: Final = "DELETE FROM inbox WHERE taken_at < now() - $1::interval"

# Longer than any topic keeps a record that could come again; compacted incidents are known by their revision.
KEPT: Final = timedelta(days=45)

Connection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)


async def take(connection: Connection, event_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these were never taken before. They are now; roll back and they are not."""
    rows = await connection.fetch(_TAKE, event_ids)
    return {row["event_id"] for row in rows}


async def forget(connection: Connection, older_than: timedelta) -> None:
    """Drop ids that the topics themselves no longer hold, and so can't be redelivered."""
    await connection.execute(_FORGET, older_than)
