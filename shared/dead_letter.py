"""Setting a record apart: its own bytes, where it stood, and why it could not be read."""

from datetime import UTC, datetime

from aiokafka import ConsumerRecord

from shared.kafka_clients import Producer
from shared.metrics import EVENTS_SET_APART
from shared.topics import DEAD_LETTER_MAX_BYTES, Service, dead_letter_topic_name

_HEADER_ROOM = 64 * 1024


async def set_apart(
    producer: Producer, service: Service, record: "ConsumerRecord[bytes, bytes]", reason: str
) -> None:
    """Publish to the service's dead-letter topic and wait for the broker's word. An oversize body is cut, and says so."""
    body = record.value
    room = DEAD_LETTER_MAX_BYTES - _HEADER_ROOM
    headers = [
        ("dl_reason", reason.encode()[:4000]),
        ("dl_topic", record.topic.encode()),
        ("dl_partition", str(record.partition).encode()),
        ("dl_offset", str(record.offset).encode()),
        ("dl_service", service.encode()),
        ("dl_at", datetime.now(UTC).isoformat().encode()),
        *((name, value) for name, value in record.headers if value is not None and len(value) < 4096),
    ]
    if body is not None and len(body) > room:
        headers.append(("dl_cut_from_bytes", str(len(body)).encode()))
        body = body[:room]
    # The client refuses a record with neither key nor value, which other clients may well have sent.
    key = b"" if record.key is None and body is None else record.key
    await producer.send_and_wait(dead_letter_topic_name(service), value=body, key=key, headers=headers)
    EVENTS_SET_APART.labels(record.topic).inc()
