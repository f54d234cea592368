"""Taking an event once: its id is stored in the same transaction as its effect."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Final, TypeAlias
from uuid import UUID

import asyncpg

from shared.envelope import Envelope
from shared.events import Event
from shared.metrics import EVENTS_REPEATED, EVENTS_TAKEN

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


async def take_fresh(connection: Connection, envelopes: Sequence[Envelope[Event]]) -> list[Envelope[Event]]:
    """The envelopes that were never taken before, each once and in order. Call `count_taken` after the commit."""
    once = {envelope.event_id: envelope for envelope in envelopes}
    fresh = await take(connection, list(once))
    return [envelope for event_id, envelope in once.items() if event_id in fresh]


def count_taken(envelopes: Sequence[Envelope[Event]], fresh: Sequence[Envelope[Event]]) -> None:
    taken, all_of_them = (Counter(each.topic for each in some) for some in (fresh, envelopes))
    for topic, number in all_of_them.items():
        EVENTS_TAKEN.labels(topic).inc(taken[topic])
        EVENTS_REPEATED.labels(topic).inc(number - taken[topic])


async def forget(connection: Connection, older_than: timedelta) -> None:
    """Drop ids that the topics themselves no longer hold, and so can't be redelivered."""
    await connection.execute(_FORGET, older_than)
