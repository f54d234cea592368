"""Disposing of reports: taken back by who sent them, kept long enough, or asked for by somebody with a right to it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg
import structlog

from services.intake import disposal_store
from services.intake.disposal_store import Gone, Tombstone
from services.intake.metrics import REPORTS_DISPOSED
from shared.envelope import Outgoing, outgoing
from shared.events import DisposalReason, ReportDisposed
from shared.identity import derived_id
from shared.inbox import Connection
from shared.outbox import store_outgoing
from shared.topics import REPORT_DISPOSED, REPORT_RECEIVED, Service

log = structlog.get_logger()

LOOKED_FOR_EVERY_S: Final = 3600.0
_AT_A_TIME: Final = 200
_PAUSE_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """`tombstone` None: there is no report of this code. `is_first`: it was there until now."""

    tombstone: Tombstone | None
    is_first: bool = False


async def dispose(
    connection: Connection, report_ids: Sequence[UUID], reason: DisposalReason, now: datetime
) -> list[Gone]:
    """Those that were still there, and what their reporters added to them, which repeats what they said; in the caller's
    transaction, with the event that tells the others.
    """
    whole = await disposal_store.with_additions(connection, report_ids)
    gone = await disposal_store.dispose(connection, whole, reason, now, REPORT_RECEIVED.name)
    await store_outgoing(connection, [_told(each, reason, now) for each in gone])
    return gone


async def withdraw(pool: "asyncpg.Pool[asyncpg.Record]", tracking_code: str, now: datetime) -> Withdrawal:
    """By who holds the code; the second time nothing more happens."""
    async with pool.acquire(timeout=5) as connection, connection.transaction():
        report_id = await disposal_store.report_of_code(connection, tracking_code)
        gone = (
            [] if report_id is None else await dispose(connection, [report_id], DisposalReason.WITHDRAWN, now)
        )
        tombstone = await disposal_store.tombstone_of_code(connection, tracking_code)
    count_disposed(DisposalReason.WITHDRAWN, gone)
    return Withdrawal(tombstone, is_first=bool(gone))


async def dispose_of_old(pool: "asyncpg.Pool[asyncpg.Record]", kept: timedelta, now: datetime) -> int:
    """Those received longer ago than they are kept, a few at a time; how many it were."""
    done = 0
    while True:
        async with pool.acquire() as connection:
            step = await dispose_of_oldest(connection, kept, now)
        done += step
        if not step:
            return done
        await asyncio.sleep(_PAUSE_S)


async def dispose_of_oldest(connection: Connection, kept: timedelta, now: datetime) -> int:
    """A few of them, in a transaction of its own; 0 when there are no more."""
    async with connection.transaction():
        due = await disposal_store.due(connection, now - kept, _AT_A_TIME)
        gone = await dispose(connection, due, DisposalReason.RETENTION, now)
    count_disposed(DisposalReason.RETENTION, gone)
    return len(gone)


def count_disposed(reason: DisposalReason, gone: Sequence[Gone]) -> None:
    """After the commit."""
    if gone:
        REPORTS_DISPOSED.labels(reason).inc(len(gone))
        log.info("reports_disposed", reports=len(gone), reason=reason)


def _told(gone: Gone, reason: DisposalReason, now: datetime) -> Outgoing:
    return outgoing(
        REPORT_DISPOSED,
        ReportDisposed(municipality=gone.municipality, report_id=gone.report_id, reason=reason, at=now),
        key=gone.report_id,
        subject=gone.report_id,
        source=Service.INTAKE,
        traceparent=None,
        event_id=derived_id("report.disposed", gone.report_id),
        now=now,
    )
