"""What intake does by the clock: what was kept long enough is dropped."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final

import asyncpg
import structlog

from services.intake import disclosure_store, store

log = structlog.get_logger()

TOKEN_USES_NOTED_EVERY_S: Final = 60.0
_STEP: Final = 500
_PAUSE_S: Final = 0.05


async def purge_keys(pool: "asyncpg.Pool[asyncpg.Record]") -> int:
    """Small steps, so that no lock is held for long; how many keys went."""
    gone = 0
    while True:
        async with pool.acquire() as connection:
            step = await store.purge_keys(connection, _STEP)
        gone += step
        if step < _STEP:
            log.info("idempotency_keys_purged", keys=gone)
            return gone
        await asyncio.sleep(_PAUSE_S)


async def forget_disclosures(pool: "asyncpg.Pool[asyncpg.Record]", kept: timedelta) -> int:
    """How many openings of disposed reports' contact details are no longer known."""
    async with pool.acquire() as connection:
        gone = await disclosure_store.forget(connection, datetime.now(UTC) - kept)
    if gone:
        log.info("disclosures_forgotten", disclosures=gone)
    return gone
