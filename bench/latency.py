"""From POST to the alert readable on the police's own topic, as the police's own user, at a steady rate."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta
from random import Random
from time import perf_counter
from typing import Any, Final

from aiokafka import AIOKafkaConsumer

from bench.http_load import Connection
from deploy.system import System
from shared.events import Agency
from shared.geodata import municipalities
from shared.kafka_clients import client_options
from shared.topics import ALERTS, Service

# Each is an incident of its own that the police are told of: other places, other weeks, kinds nobody takes for another.
_TEXTS: Final = (
    "Det brinner i en lada, lågor slår ut genom taket, löpnummer q{n}q.",
    "Väpnat rån mot en butik, personalen hotades, löpnummer q{n}q.",
    "En man misshandlades svårt av flera personer, löpnummer q{n}q.",
    "Inbrott i en villa, smycken och datorer stulna, löpnummer q{n}q.",
)
_NUMBER: Final = re.compile(r"q(\d+)q")
_GRACE_S: Final = 20.0


def measure_latency(system: System, *, seed: int, per_second: float, seconds: float) -> dict[str, Any]:
    return asyncio.run(_measure(system, Random(seed), per_second, int(per_second * seconds)))


async def _measure(system: System, random: Random, per_second: float, measured: int) -> dict[str, Any]:
    """The first report of each municipality is not counted: its names are then read in, once for each process."""
    warm_up = len(municipalities())
    amount = warm_up + measured
    consumer = AIOKafkaConsumer(
        ALERTS[Agency.POLICE].name,
        **client_options(system.servers.kafka_as(Agency.POLICE).as_settings()),
        group_id="police.bench",
        auto_offset_reset="latest",
    )
    await consumer.start()
    await consumer.seek_to_end()
    sent: dict[int, float] = {}
    arrived: dict[int, float] = {}
    reader = asyncio.create_task(_read(consumer, arrived, amount))
    try:
        await _send(system.url(Service.INTAKE), random, per_second, amount, sent)
        await asyncio.wait([reader], timeout=_GRACE_S)
    finally:
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)
        await consumer.stop()
    counted = [number for number in sent.keys() & arrived.keys() if number >= warm_up]
    took = sorted(arrived[number] - sent[number] for number in counted)
    return {
        "reports": measured,
        "per_s": per_second,
        "alerts_read": len(took),
        "p50_ms": round(1000 * took[len(took) // 2]),
        "p99_ms": round(1000 * took[min(int(0.99 * len(took)), len(took) - 1)]),
        "max_ms": round(1000 * took[-1]),
    }


async def _send(intake: str, random: Random, per_second: float, amount: int, sent: dict[int, float]) -> None:
    connection, began = await Connection.open(f"{intake}/api/v1/reports"), perf_counter()
    codes, now = sorted(municipalities()), datetime.now(UTC)
    try:
        for number in range(amount):
            await asyncio.sleep(max(0.0, began + number / per_second - perf_counter()))
            round_of_codes, place = divmod(number, len(codes))
            body = {
                "text": _TEXTS[(number + round_of_codes) % len(_TEXTS)].format(n=number),
                "municipality": codes[place],
                "occurred_at": (now - timedelta(hours=random.random(), days=3 * round_of_codes)).isoformat(),
            }
            sent[number] = perf_counter()
            await connection.post(json.dumps(body).encode())
    finally:
        connection.close()


async def _read(consumer: AIOKafkaConsumer, arrived: dict[int, float], amount: int) -> None:
    async for record in consumer:
        if found := _NUMBER.search(json.loads(record.value)["summary"]):
            arrived.setdefault(int(found[1]), perf_counter())
        if len(arrived) == amount:
            return
