"""Events of the picture on a real broker."""

from collections.abc import Iterable

from aiokafka import AIOKafkaProducer

from shared.envelope import outgoing
from shared.events import Event
from shared.topics import TOPIC_BY_NAME, Service
from tests.support.kafka import KafkaForTests
from tests.support.picture_events import enveloped


async def send(kafka: KafkaForTests, events: Iterable[Event]) -> None:
    """As enrichment and the notifier would publish them."""
    producer = AIOKafkaProducer(**kafka.options(), acks="all", enable_idempotence=True)
    await producer.start()
    try:
        for event in events:
            envelope = enveloped(event)
            record = outgoing(
                TOPIC_BY_NAME[envelope.topic],
                event,
                key=getattr(event, "incident_id", envelope.event_id),
                subject="test",
                source=Service.ENRICHMENT,
                traceparent=None,
                event_id=envelope.event_id,
            )
            sent = [(name, value.encode()) for name, value in record.headers.items()]
            await producer.send(record.topic, record.body, key=record.key.encode(), headers=sent)
        await producer.flush()
    finally:
        await producer.stop()
