"""Reports a second from the topic to the situation picture, beside a bare loop that only consumes and decodes."""

import asyncio
from itertools import islice
from time import perf_counter
from typing import Any

import asyncpg

from bench.reports import report_bodies
from bench.topic import bare_loop, produce, received
from deploy.system import System
from shared.kafka_clients import create_producer
from shared.topics import Service

_LINKED = "SELECT count(*) FROM enrichment.report"
_PICTURED = "SELECT count(*) FROM reporting.report"
_TIMEOUT_S = 600


def measure_pipeline(system: System, *, seed: int, amount: int) -> dict[str, Any]:
    """`amount` reports are put on the topic while enrichment is stopped; the clock runs from when it is ready again."""
    return asyncio.run(_measure(system, seed, amount))


async def _measure(system: System, seed: int, amount: int) -> dict[str, Any]:
    await _until_still(system)
    enrichment = system.services[Service.ENRICHMENT]
    await asyncio.to_thread(enrichment.stop)
    records = [received(body) for body in islice(report_bodies(seed), amount)]
    producer = create_producer(system.servers.kafka_admin.as_settings(), "bench")
    await producer.start()
    began = perf_counter()
    await produce(producer, records)
    produced_s = perf_counter() - began
    await producer.stop()
    ceiling = await bare_loop(system, amount)
    connection = await asyncpg.connect(system.servers.postgres_dsn)
    try:
        linked, pictured = [await connection.fetchval(query) for query in (_LINKED, _PICTURED)]
        enrichment.begin()
        # The clock starts with the first batch that is stored: loading the model is start-up, not throughput.
        first = await _until(connection, _LINKED, linked + 1)
        began, head_start = perf_counter(), first - linked
        await _until(connection, _LINKED, linked + amount)
        enriched_s = perf_counter() - began
        await _until(connection, _PICTURED, pictured + amount)
        pictured_s = perf_counter() - began
    finally:
        await connection.close()
    await asyncio.to_thread(system.wait_ready, Service.ENRICHMENT)
    timed = amount - head_start
    return {
        "reports": amount,
        "produced_per_s": round(amount / produced_s),
        "bare_consume_decode_per_s": round(ceiling),
        "enriched_per_s": round(timed / enriched_s),
        "topic_to_picture_per_s": round(timed / pictured_s),
        "share_of_bare_loop": round(timed / pictured_s / ceiling, 3),
    }


async def _until_still(system: System) -> None:
    """Nothing waits in any outbox or on the topic any more: every accepted report is in the picture."""
    connection = await asyncpg.connect(system.servers.postgres_dsn)
    try:
        await _until(connection, _PICTURED, await connection.fetchval("SELECT count(*) FROM intake.report"))
    finally:
        await connection.close()


async def _until(connection: Any, query: str, wanted: int) -> int:
    """Ask until the table holds so many rows; returns how many it then holds."""
    began = perf_counter()
    while perf_counter() - began < _TIMEOUT_S:
        count = int(await connection.fetchval(query))
        if count >= wanted:
            return count
        await asyncio.sleep(0.05)
    raise TimeoutError(f"{query}: not {wanted} in {_TIMEOUT_S} s")
