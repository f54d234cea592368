"""What is done against abuse by the clock: what was held long enough goes on, and what is no longer needed is forgotten."""

from datetime import UTC, datetime
from typing import Final

import asyncpg
import structlog

from services.intake.abuse import abuse_store, quarantine
from services.intake.abuse.judging import State
from services.intake.metrics import QUARANTINE_DECIDED, QUARANTINE_HELD, QUARANTINE_OLDEST_SECONDS

log = structlog.get_logger()

LOOKED_AT_EVERY_S: Final = 15.0
FORGOTTEN_EVERY_S: Final = 60.0
_AT_A_TIME: Final = 200


async def release_due(pool: "asyncpg.Pool[asyncpg.Record]", now: datetime) -> int:
    """How many went on."""
    done = 0
    while True:
        async with pool.acquire() as connection:
            ids = await quarantine.due(connection, now, _AT_A_TIME)
            released = await quarantine.release(connection, ids, quarantine.BY_ITSELF) if ids else []
        done += len(released)
        if released:
            QUARANTINE_DECIDED.labels(State.RELEASED).inc(len(released))
            log.info("quarantine_released", reports=len(released), by=quarantine.BY_ITSELF)
        if len(ids) < _AT_A_TIME:
            break
    async with pool.acquire() as connection:
        waiting = await quarantine.held(connection)
    QUARANTINE_HELD.set(waiting.reports)
    oldest = waiting.oldest
    QUARANTINE_OLDEST_SECONDS.set(0 if oldest is None else max(0.0, (now - oldest).total_seconds()))
    return done


async def forget(pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    async with pool.acquire() as connection:
        await abuse_store.forget(connection, datetime.now(UTC))
