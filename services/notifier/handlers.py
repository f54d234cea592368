"""What the notifier hears: incidents that changed, and the agencies' receipts."""

from collections.abc import Callable, Sequence
from datetime import datetime

import asyncpg

from services.notifier.alerting import Alerting
from services.notifier.receiving import take_receipts
from services.notifier.store.incidents import IncidentState
from shared import inbox
from shared.envelope import Envelope
from shared.events import Event, IncidentChanged, Receipt
from shared.kafka import BatchHandler


def on_incident_changed_or_receipt(
    pool: "asyncpg.Pool[asyncpg.Record]",
    alerting: Alerting,
    wake: Callable[[], None],
    clock: Callable[[], datetime],
) -> BatchHandler:
    """`wake` is called after each commit: there may be something to send."""

    async def take(envelopes: Sequence[Envelope[Event]]) -> None:
        async with pool.acquire() as connection, connection.transaction():
            fresh = await inbox.take_fresh(connection, envelopes)
            states = [
                IncidentState(each.event, each.traceparent)
                for each in fresh
                if isinstance(each.event, IncidentChanged)
            ]
            receipts = [each.event for each in fresh if isinstance(each.event, Receipt)]
            await alerting.take(connection, states, clock())
            await take_receipts(connection, receipts, "kafka", clock())
        wake()
        inbox.count_taken(envelopes, fresh)

    return take
