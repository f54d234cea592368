"""Reports on `report.received.v1`, put there without intake, and a bare loop that only consumes and decodes them."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from deploy.system import System
from shared.envelope import Outgoing, decode, outgoing
from shared.events import ReportReceived, Source
from shared.identity import new_id
from shared.kafka_clients import client_options
from shared.topics import REPORT_RECEIVED, Service


def received(body: dict[str, Any]) -> Outgoing:
    report_id, now = new_id(), datetime.now(UTC)
    event = ReportReceived(
        municipality=body["municipality"],
        report_id=report_id,
        source=Source.CITIZEN,
        text=body["text"],
        occurred_at=body["occurred_at"],
        received_at=now,
    )
    return outgoing(
        REPORT_RECEIVED,
        event,
        key=event.municipality,
        subject=report_id,
        source=Service.INTAKE,
        traceparent=None,
    )


async def produce(producer: AIOKafkaProducer, records: Sequence[Outgoing]) -> None:
    """Ends when the broker has confirmed all of them."""
    pending = [
        await producer.send(
            record.topic,
            record.body,
            key=record.key.encode(),
            headers=[(name, value.encode()) for name, value in record.headers.items()],
        )
        for record in records
    ]
    await asyncio.gather(*pending)


async def bare_loop(system: System, amount: int) -> float:
    """Records a second that a consumer takes which does nothing but decode the first `amount` on the topic."""
    consumer = AIOKafkaConsumer(
        REPORT_RECEIVED.name,
        **client_options(system.servers.kafka_admin.as_settings()),
        group_id=f"bench.{new_id()}",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    try:
        taken, began = 0, 0.0
        while taken < amount:
            for records in (await consumer.getmany(timeout_ms=500, max_records=500)).values():
                began = began or perf_counter()
                for record in records:
                    decode(record.topic, record.headers, record.value)
                taken += len(records)
        return taken / (perf_counter() - began)
    finally:
        await consumer.stop()
