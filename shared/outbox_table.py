"""All SQL about what waits to be sent, a named function for each statement."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from shared.envelope import Outgoing
from shared.inbox import Connection

_STORE: Final = """
INSERT INTO outbox (event_id, topic, key, headers, body)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[], $5::bytea[])
"""
_AFTER: Final = """
SELECT position, event_id, topic, key, headers, body FROM outbox WHERE position > $1 ORDER BY position LIMIT $2
"""
_BETWEEN: Final = "SELECT position FROM outbox WHERE position > $1 AND position <= $2"
_LOWEST_AFTER: Final = "SELECT min(position) FROM outbox WHERE position > $1"
_LAST_POSITION: Final = (
    "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('outbox', 'position')), 0)"
)
# Whoever stores holds this lock from before a place is given out until the end of the transaction.
_WHO_STORES: Final = """
SELECT virtualtransaction FROM pg_locks
WHERE relation = 'outbox'::regclass AND granted AND pid IS DISTINCT FROM pg_backend_pid()
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND mode NOT IN ('AccessShareLock', 'RowShareLock', 'ShareUpdateExclusiveLock')
"""
_CONFIRM: Final = "DELETE FROM outbox WHERE position = ANY($1::bigint[])"
_REFUSE: Final = """
WITH gone AS (DELETE FROM outbox WHERE position = $1 RETURNING *)
INSERT INTO outbox_refused (position, event_id, topic, key, headers, body, stored_at, reason)
SELECT position, event_id, topic, key, headers, body, stored_at, $2 FROM gone
"""
_BACKLOG: Final = """
SELECT (SELECT extract(epoch FROM clock_timestamp() - stored_at) FROM outbox ORDER BY position LIMIT 1)::float8 AS age_s,
       (SELECT max(position) - min(position) + 1 FROM outbox) AS at_most
"""
_COUNT: Final = "SELECT count(*) FROM outbox"
# The session's own lock: it goes with the session, however that ends.
_LEAD: Final = "SELECT pg_try_advisory_lock(hashtext('vardkase-outbox-' || current_schema()))"
# An outbox is nearly always empty. Plans that the server made then and keeps would read the whole table, sort it and compare each
# row with each of thousands of positions, when a hundred thousand wait: 20 s for what takes two.
_BY_INDEX: Final = "SET enable_seqscan = off"
_TELL: Final = "SELECT pg_notify('vardkase_outbox_' || current_schema(), '')"
_CHANNEL: Final = "SELECT 'vardkase_outbox_' || current_schema()"
# A backend whose client is gone without a word, or hangs, still holds the lock. Whoever leads says something every few seconds.
_END_SILENT_LEADER: Final = """
WITH lead AS (SELECT hashtext('vardkase-outbox-' || current_schema())::bigint AS number)
SELECT pg_terminate_backend(pid)
FROM lead, pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND granted AND objsubid = 1
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND classid::bigint = (number >> 32) & 4294967295 AND objid::bigint = number & 4294967295
  AND pid <> pg_backend_pid() AND state LIKE 'idle%' AND state_change < clock_timestamp() - $1::float8 * interval '1 second'
"""
_COUNTED_UP_TO: Final = 10_000


@dataclass(frozen=True, slots=True)
class Backlog:
    """`age_s` of the oldest, 0 when none waits. `rows`: counted, or above ten thousand by their positions, so at most."""

    rows: int
    age_s: float


async def store(connection: Connection, events: Sequence[Outgoing]) -> None:
    await connection.execute(
        _STORE,
        [event.event_id for event in events],
        [event.topic for event in events],
        [event.key for event in events],
        [dict(event.headers) for event in events],
        [event.body for event in events],
    )


async def rows_after(connection: Connection, position: int, most: int) -> Sequence[Any]:
    """In order of their positions."""
    return await connection.fetch(_AFTER, position, most)


async def positions_between(connection: Connection, after: int, up_to: int) -> set[int]:
    return {row[0] for row in await connection.fetch(_BETWEEN, after, up_to)}


async def lowest_after(connection: Connection, position: int) -> int | None:
    found: int | None = await connection.fetchval(_LOWEST_AFTER, position)
    return found


async def last_position(connection: Connection) -> int:
    """The highest that was given out, whether or not its row is committed."""
    return int(await connection.fetchval(_LAST_POSITION))


async def who_stores(connection: Connection) -> set[str]:
    """The transactions that are storing something right now, our own left out."""
    return {row[0] for row in await connection.fetch(_WHO_STORES)}


async def confirm(connection: Connection, positions: Sequence[int]) -> None:
    await connection.execute(_CONFIRM, positions)


async def refuse(connection: Connection, position: int, reason: str) -> None:
    """Set it apart with the reason."""
    await connection.execute(_REFUSE, position, reason)


async def backlog(connection: Connection) -> Backlog:
    (found,) = await connection.fetch(_BACKLOG)
    if found["at_most"] is None:
        return Backlog(0, 0.0)
    rows = found["at_most"]
    if rows <= _COUNTED_UP_TO:
        rows = await connection.fetchval(_COUNT)
    return Backlog(rows, max(found["age_s"] or 0.0, 0.0))


async def lead(connection: Connection) -> bool:
    """Whether this session is the one that sends, from now until it ends."""
    leads = bool(await connection.fetchval(_LEAD))
    if leads:
        await connection.execute(_BY_INDEX)
    return leads


@asynccontextmanager
async def listening(connection: Connection, on_told: Callable[[], None]) -> AsyncIterator[None]:
    """Told when another process has stored something."""

    def told(*_: object) -> None:
        on_told()

    channel = await connection.fetchval(_CHANNEL)
    await connection.add_listener(channel, told)
    try:
        yield
    finally:
        if not connection.is_closed():
            await connection.remove_listener(channel, told)


async def tell_leader(connection: Connection) -> None:
    await connection.execute(_TELL)


async def end_silent_leader(connection: Connection, after_s: float) -> bool:
    """Whether a session that leads and has said nothing for so long was ended."""
    return bool(await connection.fetch(_END_SILENT_LEADER, after_s))
