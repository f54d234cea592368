"""What intake hears: the status of a report, for its reporter to follow."""

from collections.abc import Sequence

import asyncpg

from services.intake import store
from shared import inbox
from shared.envelope import Envelope
from shared.events import Event, ReportStatusChanged
from shared.kafka import BatchHandler
from shared.metrics import EVENTS_REPEATED, EVENTS_TAKEN


def on_report_status_changed(pool: "asyncpg.Pool[asyncpg.Record]") -> BatchHandler:
    async def keep_statuses(envelopes: Sequence[Envelope[Event]]) -> None:
        async with pool.acquire() as connection, connection.transaction():
            fresh = await inbox.take(connection, [envelope.event_id for envelope in envelopes])
            news = {envelope.event_id: envelope for envelope in envelopes if envelope.event_id in fresh}
            await store.insert_statuses(
                connection,
                [each.event for each in news.values() if isinstance(each.event, ReportStatusChanged)],
            )
        for envelope in envelopes:
            counter = EVENTS_TAKEN if news.get(envelope.event_id) is envelope else EVENTS_REPEATED
            counter.labels(envelope.topic).inc()

    return keep_statuses
