"""Asking the running system as citizens, staff and agencies do."""

import asyncio
import json
from typing import Any

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition

from deploy.system import System
from shared.events import Agency
from shared.kafka_clients import client_options
from shared.topics import ALERTS, Service

# Grave words, and nothing that says what happened: a person must look. Several, since models differ.
UNCLEAR = [
    "konstigt ljud och sen sprang folk, en tjej är skadad",
    "Nåt hände vid bussen, en kille blöder, vet inte varför",
    "de jagade honom runt på torget o sen försvann alla, såg blod på marken",
    "hmm vad är det som händer egentligen, massa folk och någon är skadad",
    "Någon ropar på hjälp bakom huset, kan vara kniv men ser inget",
]


def intake(system: System) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=system.url(Service.INTAKE), timeout=30)


def reporting(system: System) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {system.secrets.staff_token}"}
    return httpx.AsyncClient(base_url=system.url(Service.REPORTING), headers=headers, timeout=30)


async def alerts_to(system: System, agency: Agency, incident_id: str) -> list[dict[str, Any]]:
    """What the agency reads with its own user and nothing else."""
    bodies = [json.loads(body) for body in await records_on(system, ALERTS[agency].name, user=agency)]
    return [body for body in bodies if body["incident_id"] == incident_id]


async def records_on(system: System, topic: str, user: str | None = None) -> list[bytes]:
    access = system.servers.kafka_admin if user is None else system.servers.kafka_as(user)
    consumer = AIOKafkaConsumer(
        topic,
        **client_options(access.as_settings()),
        group_id=f"{user or 'test'}.e2e",
        enable_auto_commit=False,
    )
    await consumer.start()
    try:
        async with asyncio.timeout(30):
            while not (places := consumer.assignment()):
                await consumer.getmany(timeout_ms=100)
            await consumer.seek_to_beginning()
            ends = await consumer.end_offsets(places)
            found: list[bytes] = []
            while not await _at_end(consumer, ends):
                for records in (await consumer.getmany(timeout_ms=100)).values():
                    found += [record.value for record in records if record.value is not None]
            return found
    finally:
        await consumer.stop()


async def _at_end(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> bool:
    return all([await consumer.position(place) >= end for place, end in ends.items()])
