"""Accepted reports a second at intake, each durable before its answer, beside the no-op handler on the same server.

Twice: with the other services at a standstill, which is what intake can do, and with all of them at work on what it accepts.
"""

import asyncio
import os
import subprocess
import sys
from functools import partial
from itertools import cycle
from statistics import median
from typing import Any, Final

from bench.http_load import Load, press, steady
from bench.reports import encoded_bodies
from bench.standstill import only
from deploy.local.preflight import free_port
from deploy.services import readiness
from deploy.system import System
from shared.topics import Service

PATH = "/api/v1/reports"
_STEADY_PER_S: Final = 300.0


def measure_acceptance(
    system: System, *, seed: int, rounds: int, seconds: float, connections: int
) -> dict[str, Any]:
    """Rounds of each in turn, so that a busy moment of the machine hits both; the median round is quoted."""
    port = free_port()
    noop = subprocess.Popen(
        [sys.executable, "-m", "bench.noop_service"], env={**os.environ, "NOOP_PORT": str(port)}
    )
    try:
        measure = partial(
            _rounds,
            system.url(Service.INTAKE),
            f"http://127.0.0.1:{port}",
            seed,
            rounds,
            seconds,
            connections,
        )
        with only(system, Service.INTAKE):
            alone = asyncio.run(measure())
        return {"connections": connections, "intake_alone": alone, "all_services": asyncio.run(measure())}
    finally:
        noop.terminate()
        noop.wait(20)


async def _rounds(
    intake: str, noop: str, seed: int, rounds: int, seconds: float, connections: int
) -> dict[str, Any]:
    bodies = cycle(encoded_bodies(seed, 20_000))
    targets = {"noop_fastapi": f"{noop}/fastapi", "noop_raw": f"{noop}/raw", "intake": f"{intake}{PATH}"}
    await _until_up(noop)
    await press(targets["intake"], lambda: next(bodies), connections=connections, seconds=1)
    loads: dict[str, list[Load]] = {name: [] for name in targets}
    for _ in range(rounds):
        for name, url in targets.items():
            loads[name].append(
                await press(url, lambda: next(bodies), connections=connections, seconds=seconds)
            )
    paced = await steady(
        targets["intake"],
        lambda: next(bodies),
        per_second=_STEADY_PER_S,
        connections=connections,
        seconds=seconds,
    )
    per_s = {name: median(load.per_second for load in found) for name, found in loads.items()}
    middle = sorted(loads["intake"], key=lambda load: load.per_second)[rounds // 2]
    return {
        "accepted_per_s": round(per_s["intake"]),
        "noop_fastapi_per_s": round(per_s["noop_fastapi"]),
        "noop_raw_per_s": round(per_s["noop_raw"]),
        "share_of_noop_fastapi": round(per_s["intake"] / per_s["noop_fastapi"], 2),
        "share_of_noop_raw": round(per_s["intake"] / per_s["noop_raw"], 2),
        "p50_ms": round(middle.quantile_ms(0.50), 1),
        "p99_ms": round(middle.quantile_ms(0.99), 1),
        "steady_per_s": _STEADY_PER_S,
        "steady_p50_ms": round(paced.quantile_ms(0.50), 1),
        "steady_p99_ms": round(paced.quantile_ms(0.99), 1),
        "refused": len(paced.other_statuses) + sum(len(load.other_statuses) for load in loads["intake"]),
    }


async def _until_up(url: str) -> None:
    for _ in range(200):
        if (await asyncio.to_thread(readiness, url))["status"] != "unreachable":
            return
        await asyncio.sleep(0.1)
    raise TimeoutError("the no-op service did not come up")
