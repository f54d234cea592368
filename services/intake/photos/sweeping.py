"""Erasing photos from where they lie: those whose report is gone, at once, and those that no report took up."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg
import structlog

from services.intake.photos import photos_store
from services.intake.photos.depot import Depot, made_at
from services.intake.photos.faults import DepotAway
from services.intake.photos.metrics import PHOTOS_ERASED, PHOTOS_TO_ERASE

log = structlog.get_logger()

LOOKED_FOR_EVERY_S: Final = 10.0
SWEPT_EVERY_S: Final = 3600.0
_AT_A_TIME: Final = 200
_FIRST: Final = UUID(int=0)


async def erase_due(pool: "asyncpg.Pool[asyncpg.Record]", depot: Depot) -> int:
    """Those whose row is gone. A row of the list goes only after its photo, so nothing is forgotten; how many it were."""
    done, after = 0, _FIRST
    while True:
        async with pool.acquire() as connection:
            due = await photos_store.to_erase(connection, after, _AT_A_TIME)
            PHOTOS_TO_ERASE.set(await photos_store.count_to_erase(connection))
        if not due:
            return done
        if not await _erase(depot, due):
            return done
        async with pool.acquire() as connection:
            await photos_store.erased(connection, due)
        PHOTOS_ERASED.labels("report_gone").inc(len(due))
        log.info("photos_erased", photos=len(due))
        done, after = done + len(due), due[-1]


async def sweep(pool: "asyncpg.Pool[asyncpg.Record]", depot: Depot, kept: timedelta, now: datetime) -> int:
    """Those that lie there for longer than that and belong to no report; how many it were. Raises `DepotAway`."""
    done, before = 0, now - kept
    async for page in depot.photo_ids():
        old = [photo_id for photo_id in page if made_at(photo_id) < before]
        async with pool.acquire() as connection:
            known = await photos_store.known_among(connection, old)
        for photo_id in old:
            if photo_id not in known:
                await depot.delete(photo_id)
                done += 1
    broken_off = await depot.clear_broken_off(before)
    if done or broken_off:
        PHOTOS_ERASED.labels("never_taken_up").inc(done)
        log.info("photos_swept", photos=done, broken_off=broken_off)
    return done


async def _erase(depot: Depot, due: list[UUID]) -> bool:
    try:
        for photo_id in due:
            await depot.delete(photo_id)
    except DepotAway as away:
        log.warning("photos_not_erased", photos=len(due), error=str(away))
        return False
    return True
