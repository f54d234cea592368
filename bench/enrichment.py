"""Reports a second that enrichment alone takes: from its topic to committed rows and published events, one process.

Beside the figure: a bare loop that only consumes and decodes; the same texts only read, by one process with the machine to
itself, which no pipeline around it can exceed; the processor time of each part; and how long the service needs to answer
/health meanwhile, which is how long its event loop was held up.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from time import perf_counter
from typing import Any, Final

import asyncpg
import httpx
import psutil

from bench.reports import report_bodies
from bench.standstill import only
from bench.topic import bare_loop, produce, received
from deploy.measure import resident_bytes
from deploy.system import System
from services.enrichment.domain import Understanding
from services.enrichment.handlers import CHUNK
from shared.envelope import Outgoing
from shared.events import ReportReceived
from shared.kafka_clients import create_producer
from shared.topics import Service

_STORED: Final = "SELECT count(*) FROM enrichment.report"
_DONE: Final = "SELECT NOT EXISTS (SELECT FROM enrichment.outbox)"
_READ_ALONE: Final = 5_000
_TIMEOUT_S: Final = 600
_LOOK_EVERY_S: Final = 0.05


def measure_enrichment(system: System, *, seed: int, amount: int) -> dict[str, Any]:
    """`amount` reports wait on the topic; the other services stand still until all of them are enriched and published."""
    with only(system, Service.ENRICHMENT):
        return asyncio.run(_measure(system, seed, amount))


async def _measure(system: System, seed: int, amount: int) -> dict[str, Any]:
    await asyncio.to_thread(system.services[Service.ENRICHMENT].stop)
    records = [received(body) for body in islice(report_bodies(seed), amount)]
    producer = create_producer(system.servers.kafka_admin.as_settings(), "bench")
    await producer.start()
    await produce(producer, records)
    await producer.stop()
    ceiling = await bare_loop(system, amount)
    reading_alone = await asyncio.to_thread(_reading_alone, records[:_READ_ALONE])
    connection = await asyncpg.connect(system.servers.postgres_dsn)
    try:
        stored = await connection.fetchval(_STORED)
        system.services[Service.ENRICHMENT].begin()
        # The clock starts with the first batch that is stored: loading the model is start-up, not throughput.
        first = await _until(connection, _STORED, stored + 1)
        began, used = perf_counter(), _Used.by(system)
        async with _asked(system) as answers:
            await _until(connection, _STORED, stored + amount)
            await _until(connection, _DONE, True)
            took = perf_counter() - began
        used = _Used.by(system) - used
    finally:
        await connection.close()
    resident_mb = _resident_mb(system)
    timed = amount - (first - stored)
    return {
        "reports": amount,
        "bare_consume_decode_per_s": round(ceiling),
        "reading_alone_per_s": round(reading_alone),
        "enriched_per_s": round(timed / took),
        "share_of_bare_loop": round(timed / took / ceiling, 3),
        "cpu_ms_per_report": {name: round(s / timed * 1000, 3) for name, s in used.seconds.items()},
        "resident_mb": resident_mb,
        "health_answered_in_ms": {
            "half": _share(answers, 0.5),
            "99 %": _share(answers, 0.99),
            "all": _share(answers, 1),
        },
    }


def _reading_alone(records: Sequence[Outgoing]) -> float:
    understanding = Understanding.load()
    reports = [ReportReceived.model_validate_json(record.body) for record in records]
    understanding.read(reports[:CHUNK])
    began = perf_counter()
    for start in range(0, len(reports), CHUNK):
        understanding.read(reports[start : start + CHUNK])
    return len(reports) / (perf_counter() - began)


@dataclass(frozen=True, slots=True)
class _Used:
    """Processor seconds of each part, its children counted in."""

    seconds: dict[str, float]

    @classmethod
    def by(cls, system: System) -> "_Used":
        servers = {
            part.name: _cpu_s(part.pid) for part in system.servers.stack.servers if part.pid is not None
        }
        pid = system.services[Service.ENRICHMENT].pid
        assert pid is not None
        whole, own = _cpu_s(pid), _own_cpu_s(psutil.Process(pid))
        return cls({**servers, "enrichment": whole, "of which reading": whole - own})

    def __sub__(self, before: "_Used") -> "_Used":
        return _Used({name: seconds - before.seconds[name] for name, seconds in self.seconds.items()})


def _cpu_s(pid: int) -> float:
    family = psutil.Process(pid).children(recursive=True)
    return sum(_own_cpu_s(process) for process in (psutil.Process(pid), *family))


def _own_cpu_s(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0


def _resident_mb(system: System) -> float:
    pid = system.services[Service.ENRICHMENT].pid
    assert pid is not None
    return round(resident_bytes(pid) / 1e6, 1)


@asynccontextmanager
async def _asked(system: System) -> AsyncIterator[list[float]]:
    """Milliseconds that /health took, asked ten times a second meanwhile."""
    answers: list[float] = []

    async def ask() -> None:
        async with httpx.AsyncClient(base_url=system.url(Service.ENRICHMENT), timeout=30) as client:
            while True:
                began = perf_counter()
                await client.get("/health")
                answers.append((perf_counter() - began) * 1000)
                await asyncio.sleep(0.1)

    task = asyncio.create_task(ask())
    try:
        yield answers
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _share(answers: Sequence[float], part: float) -> float | None:
    return round(sorted(answers)[round((len(answers) - 1) * part)], 1) if answers else None


async def _until(connection: Any, query: str, wanted: int) -> int:
    """Ask until the answer is at least `wanted`; returns the answer."""
    began = perf_counter()
    while perf_counter() - began < _TIMEOUT_S:
        found = int(await connection.fetchval(query))
        if found >= wanted:
            return found
        await asyncio.sleep(_LOOK_EVERY_S)
    raise TimeoutError(f"{query}: not {wanted} in {_TIMEOUT_S} s")
