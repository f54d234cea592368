"""What happens because time passes: the daily rhythm stands down, old event ids are forgotten."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from services.reporting.deciding import decide_rhythm
from services.reporting.domain.rhythm import RhythmRule
from services.reporting.store import Pool
from services.reporting.store.projections import lock_municipalities
from services.reporting.store.rhythms import daily_municipalities
from shared import inbox
from shared.outbox import OutboxRelay, store_outgoing

log = structlog.get_logger()
# Longer than any topic but the compacted one keeps records; that one's incidents are known by their revision.


@dataclass(frozen=True, slots=True)
class RhythmJob:
    pool: Pool
    relay: OutboxRelay
    rule: RhythmRule
    clock: Callable[[], datetime]
    every_s: float

    async def run(self) -> None:
        """For ever, until cancelled. A round that fails is logged and tried again at the next."""
        while True:
            await asyncio.sleep(self.every_s)
            try:
                await self.once()
            except Exception as error:  # noqa: BLE001 - the loop must outlive whatever one round meets
                log.warning("rhythm_job_failed", reason=f"{type(error).__name__}: {error}"[:300])

    async def once(self) -> None:
        async with self.pool.acquire() as connection:
            daily = await daily_municipalities(connection)
            await inbox.forget(connection, inbox.KEPT)
        for municipality in daily:
            async with self.pool.acquire() as connection, connection.transaction():
                await lock_municipalities(connection, [municipality])
                changes = await decide_rhythm(connection, municipality, self.clock(), self.rule)
                await store_outgoing(connection, changes)
            self.relay.wake()
