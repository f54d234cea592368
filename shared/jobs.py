"""Work done by the clock, beside the stream of events."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import asyncpg
import structlog

from shared import inbox
from shared.metrics import JOBS_FAILED, begin_at_zero
from shared.postgres import TRANSIENT_ERRORS

log = structlog.get_logger()

INBOX_CHECKED_EVERY_S: Final = 3600.0


async def every(seconds: float, work: Callable[[], Awaitable[object]], name: str) -> None:
    """Do the work again and again until cancelled; what fails is logged and tried at the next turn."""
    begin_at_zero(JOBS_FAILED, [name])
    while True:
        try:
            await work()
        except TRANSIENT_ERRORS as error:
            log.warning("job_waits", job=name, error=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - a job outlives whatever one turn meets
            JOBS_FAILED.labels(name).inc()
            log.error("job_failed", job=name, error=type(error).__name__)  # noqa: TRY400 - its words may quote a report
        await asyncio.sleep(seconds)


async def forget_old_events(pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    """Keep the inbox as long as a topic could bring an event again, and no longer."""
    async with pool.acquire() as connection:
        await inbox.forget(connection, inbox.KEPT)
