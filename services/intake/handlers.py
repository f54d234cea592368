"""What intake hears: the status of a report, for its reporter to follow."""

from collections.abc import Sequence

import asyncpg

from services.intake import store
from shared import inbox
from shared.envelope import Envelope
from shared.events import Event, ReportStatusChanged
from shared.kafka import BatchHandler


def on_report_status_changed(pool: "asyncpg.Pool[asyncpg.Record]") -> BatchHandler:
    async def keep_statuses(envelopes: Sequence[Envelope[Event]]) -> None:
        async with pool.acquire() as connection, connection.transaction():
            fresh = await inbox.take_fresh(connection, envelopes)
            await store.insert_statuses(
                connection, [each.event for each in fresh if isinstance(each.event, ReportStatusChanged)]
            )
        inbox.count_taken(envelopes, fresh)

    return keep_statuses
