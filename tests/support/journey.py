"""Asking the running system as citizens, staff and agencies do."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition

from deploy.system import System
from shared.events import Agency
from shared.kafka_clients import client_options
from shared.topics import ALERTS, Service

ARBOGA = {"lat": 59.3939, "lon": 15.8388}
# A person must look at these: grave words that don't say what happened, and places far from the pin that was set. Several
# of each, since models differ.
UNCLEAR: list[dict[str, Any]] = [
    {"text": "konstigt ljud och sen sprang folk, en tjej är skadad"},
    {"text": "Nåt hände vid bussen, en kille blöder, vet inte varför"},
    {"text": "de jagade honom runt på torget o sen försvann alla, såg blod på marken"},
    {"text": "Någon ropar på hjälp bakom huset, kan vara kniv men ser inget"},
    {"text": "Slagsmål utanför affären i Kolsva, en man blöder", **ARBOGA},
    {"text": "Rån mot kiosken i Munktorp, han hade kniv", **ARBOGA},
]


async def report_unclear(citizen: httpx.AsyncClient, municipality: str) -> None:
    for unclear in UNCLEAR:
        accepted = await citizen.post("/api/v1/reports", json={**unclear, "municipality": municipality})
        assert accepted.status_code == 202, accepted.text


def intake(system: System) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=system.url(Service.INTAKE), timeout=30)


def reporting(system: System) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {system.secrets.staff_token}"}
    return httpx.AsyncClient(base_url=system.url(Service.REPORTING), headers=headers, timeout=30)


@dataclass(frozen=True)
class Told:
    report_id: str
    code: str
    incident_id: str


async def told_and_read(system: System, text: str) -> Told:
    """A report, when it is in an incident."""
    async with intake(system) as citizen, reporting(system) as staff:
        report = (await citizen.post("/api/v1/reports", json={"text": text})).json()
        incident = await until(lambda: incident_of(staff, report["id"]), bool)
    return Told(report["id"], report["tracking_code"], incident["incident_id"])


async def incident_of(
    staff: httpx.AsyncClient, report_id: str, municipality: str | None = None
) -> dict[str, Any]:
    """Its summary in the picture and its detail; empty when the report is in none."""
    asked = {"municipality": municipality} if municipality else {}
    for summary in (await staff.get("/api/v1/picture", params=asked)).json()["incidents"]:
        incident: dict[str, Any] = (await staff.get(f"/api/v1/incidents/{summary['incident_id']}")).json()
        if report_id in {report["report_id"] for report in incident["reports"]}:
            return {**summary, **incident}
    return {}


async def until(
    ask: Callable[[], Awaitable[Any]], is_so: Callable[[Any], bool], within_s: float = 60.0
) -> Any:
    """The first answer that is."""
    answer = None
    try:
        async with asyncio.timeout(within_s):
            while not is_so(answer := await ask()):
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise AssertionError(f"still {answer!r}") from None
    return answer


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
