"""What an online geocoder has answered, and when it may next be asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.enrichment.geocoder.online import Asked, Hit
from shared.inbox import Connection

_ANSWERED: Final = """
SELECT municipality, query, hits, asked_at FROM online_place
WHERE server = $1 AND (municipality, query) IN (SELECT * FROM unnest($2::text[], $3::text[]))
"""
# Whoever asked first: a second answer changes nothing.
_KEEP: Final = """
INSERT INTO online_place (server, municipality, query, hits, asked_at, consent) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING
"""
_TAKE_TURN: Final = """
INSERT INTO online_turn (server, next_at) VALUES ($1, $2::timestamptz + $3::interval)
ON CONFLICT (server) DO UPDATE SET next_at = greatest(online_turn.next_at, $2) + $3
WHERE online_turn.next_at < $4
RETURNING next_at - $3::interval
"""
_REST: Final = "UPDATE online_turn SET next_at = greatest(next_at, $2) WHERE server = $1"


@dataclass(frozen=True, slots=True)
class Answered:
    hits: tuple[Hit, ...]
    at: datetime


async def answered(
    connection: Connection, server: str, asked: Iterable[Asked]
) -> dict[tuple[str, str], Answered]:
    """By municipality and query."""
    keys = [(each.municipality, each.query) for each in asked]
    rows = await connection.fetch(_ANSWERED, server, [one for one, _ in keys], [query for _, query in keys])
    return {
        (row["municipality"], row["query"]): Answered(
            tuple(Hit(**hit) for hit in row["hits"]), row["asked_at"]
        )
        for row in rows
    }


async def keep_answer(
    connection: Connection, server: str, asked: Asked, answer: Answered, consent: str
) -> None:
    hits = [hit.model_dump() for hit in answer.hits]
    await connection.execute(_KEEP, server, asked.municipality, asked.query, hits, answer.at, consent)


async def take_turn(
    connection: Connection, server: str, now: datetime, interval: timedelta, before: datetime
) -> datetime | None:
    """When to ask; None, and no turn is taken, when that would not be before the given time."""
    turn: datetime | None = await connection.fetchval(_TAKE_TURN, server, now, interval, before)
    return turn


async def leave_alone(connection: Connection, server: str, until: datetime) -> None:
    await connection.execute(_REST, server, until)
