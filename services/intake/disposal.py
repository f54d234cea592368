"""Disposing of reports: taken back by who sent them, kept long enough, or asked for by somebody with a right to it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
import structlog

from services.intake import disposal_store, retention_store
from services.intake.disposal_store import Gone, Tombstone
from services.intake.domain.retention import Retention
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
_FIRST: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """`tombstone` None: there is no report of this code. `is_first`: it was there until now."""

    tombstone: Tombstone | None
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """How many went, and the last that was kept long enough; None when there are no more."""

    reports: int
    last: UUID | None


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


async def dispose_of_old(pool: "asyncpg.Pool[asyncpg.Record]", retention: Retention, now: datetime) -> int:
    """Those received longer ago than their kind is kept, a few at a time; how many it were."""
    done, after = 0, _FIRST
    while True:
        async with pool.acquire() as connection:
            step = await dispose_of_oldest(connection, retention, now, after)
        if step.last is None:
            return done
        done, after = done + step.reports, step.last
        await asyncio.sleep(_PAUSE_S)


async def dispose_of_oldest(
    connection: Connection, retention: Retention, now: datetime, after: UUID = _FIRST
) -> Step:
    """A few of those that come after that one, in a transaction of its own."""
    async with connection.transaction():
        due = await retention_store.due(connection, retention, now, _AT_A_TIME, after)
        gone = await dispose(connection, due, DisposalReason.RETENTION, now)
    count_disposed(DisposalReason.RETENTION, gone)
    return Step(len(gone), due[-1] if due else None)


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
