"""Whether intake's memory stays flat while it accepts, beside the no-op service on the same server; and what a report takes on disk."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from statistics import linear_regression
from typing import Any, Final

import asyncpg
import httpx
import psutil

from bench.acceptance import PATH
from bench.backlog import until
from bench.http_load import press
from bench.noop_service import running_noop
from bench.reports import encoded_bodies
from bench.standstill import only
from deploy.system import System
from shared.topics import Service

_CONNECTIONS: Final = 64
_SAMPLE_EVERY_S: Final = 2.0
# Buffers, caches and the heap find their size first.
_WARM_UP_SHARE: Final = 0.25
_TABLES: Final = """
SELECT relname AS name, pg_total_relation_size(pg_class.oid) AS bytes FROM pg_class
JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname = 'intake' AND relkind = 'r' ORDER BY bytes DESC
"""
_REPORTS: Final = "SELECT count(*) FROM intake.report"
_UNSENT: Final = "SELECT count(*) FROM intake.outbox"


@dataclass(frozen=True, slots=True)
class Sample:
    """Memory of the process when it had accepted so many."""

    accepted: int
    resident_mb: float


def measure_memory(system: System, *, seed: int, amount: int) -> dict[str, Any]:
    """`amount` reports over HTTP as fast as they are answered, with PostgreSQL and Kafka at work; then a quarter at the no-op."""
    with only(system, Service.INTAKE), running_noop() as (noop, noop_pid):
        return asyncio.run(_measure(system, noop, noop_pid, seed, amount))


async def _measure(system: System, noop: str, noop_pid: int, seed: int, amount: int) -> dict[str, Any]:
    bodies = cycle(encoded_bodies(seed, 20_000))
    pid = system.services[Service.INTAKE].pid
    assert pid is not None
    intake = system.url(Service.INTAKE)
    connection = await asyncpg.connect(system.servers.postgres_dsn)
    try:
        before = await _Stored.by(connection)
        series = await _series(intake)
        samples = await _samples(f"{intake}{PATH}", pid, lambda: next(bodies), amount)
        series_more = await _series(intake) - series
        await until(connection, _UNSENT, lambda unsent: unsent == 0)
        stored = await _Stored.by(connection) - before
    finally:
        await connection.close()
    at_rest_mb = _resident_mb(pid)
    peer = await _samples(f"{noop}/fastapi", noop_pid, lambda: next(bodies), amount // 4)
    return {
        "reports": samples[-1].accepted,
        "resident_mb": [each.resident_mb for each in samples[:: max(1, len(samples) // 8)]] + [at_rest_mb],
        "mb_per_100000": round(slope(samples), 2),
        "noop_mb_per_100000": round(slope(peer), 2),
        "more_metric_series": series_more,
        "disk_bytes_per_report": stored.per_report(),
    }


def slope(samples: Sequence[Sample]) -> float:
    """MB for each 100,000 accepted, after the warm-up."""
    after = [each for each in samples if each.accepted >= samples[-1].accepted * _WARM_UP_SHARE]
    line = linear_regression(
        [each.accepted / 100_000 for each in after], [each.resident_mb for each in after]
    )
    return float(line.slope)


async def _samples(url: str, pid: int, bodies: Callable[[], bytes], amount: int) -> list[Sample]:
    samples = [Sample(0, _resident_mb(pid))]
    while (accepted := samples[-1].accepted) < amount:
        load = await press(url, bodies, connections=_CONNECTIONS, seconds=_SAMPLE_EVERY_S)
        if not load.latencies_s:
            raise RuntimeError(f"{url} accepts nothing any more: {load.other_statuses[:3]}")
        samples.append(Sample(accepted + len(load.latencies_s), _resident_mb(pid)))
    return samples


def _resident_mb(pid: int) -> float:
    return round(psutil.Process(pid).memory_info().rss / 1e6, 1)


async def _series(url: str) -> int:
    """How many numbers /metrics has: labels that take ever new values would make it grow."""
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        lines = (await client.get("/metrics")).text.splitlines()
    return sum(not line.startswith("#") for line in lines)


@dataclass(frozen=True, slots=True)
class _Stored:
    reports: int
    tables: Mapping[str, int]

    @classmethod
    async def by(cls, connection: Any) -> "_Stored":
        tables = {row["name"]: row["bytes"] for row in await connection.fetch(_TABLES)}
        return cls(await connection.fetchval(_REPORTS), tables)

    def __sub__(self, before: "_Stored") -> "_Stored":
        return _Stored(
            self.reports - before.reports,
            {name: size - before.tables.get(name, 0) for name, size in self.tables.items()},
        )

    def per_report(self) -> dict[str, int]:
        """Tables with their indexes, the largest first; what is less than a byte for each is left out."""
        each = {name: round(size / self.reports) for name, size in self.tables.items()}
        return {"all": sum(each.values()), **{name: size for name, size in each.items() if size}}
