"""The kafka deliveries' own word: sent is what the broker has confirmed, no sooner."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from services.notifier.delivery_log import deliveries_changed
from services.notifier.metrics import ATTEMPTS
from services.notifier.store import deliveries as delivery_table
from shared.events import Channel
from shared.inbox import Connection
from shared.outbox import OnConfirmed, store_outgoing
from shared.topics import ALERTS

_ALERT_TOPICS = frozenset(topic.name for topic in ALERTS.values())


def on_alerts_confirmed(clock: Callable[[], datetime]) -> OnConfirmed:
    async def mark_sent(connection: Connection, confirmed: Sequence[tuple[str, UUID]]) -> None:
        event_ids = [event_id for topic, event_id in confirmed if topic in _ALERT_TOPICS]
        if not event_ids:
            return
        sent = await delivery_table.mark_published(connection, event_ids, clock())
        await store_outgoing(connection, deliveries_changed(sent))
        ATTEMPTS.labels(Channel.KAFKA, "delivered").inc(len(sent))

    return mark_sent
