"""`vardkase bench`: one run, seeded; a table for people on standard error, one JSON object on standard output."""

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from bench.acceptance import measure_acceptance
from bench.backlog import measure_backlog
from bench.cores import cores_worth
from bench.enrichment import measure_enrichment
from bench.latency import measure_latency
from bench.memory import measure_memory
from bench.pipeline import measure_pipeline
from deploy.local.preflight import free_port
from deploy.local.settings import LocalSettings
from deploy.measure import Footprint, footprint
from deploy.system import System
from shared.topics import Service

PARTS = ("start", "acceptance", "latency", "pipeline", "enrichment", "backlog", "memory")


def main(arguments: Sequence[str]) -> None:
    asked = _parser().parse_args(arguments)
    console = Console(stderr=True, highlight=False)
    with tempfile.TemporaryDirectory(prefix="vardkase-bench-") as folder:
        results = _run(asked, Path(folder), console)
    _print(results, console)
    print(json.dumps(results, ensure_ascii=False))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vardkase bench",
        description="Measure throughput, latency, start-up time and memory on this machine, each beside its ceiling. "
        "A system of its own is started for it and removed afterwards.",
    )
    parser.add_argument("--seed", type=int, default=1983)
    parser.add_argument(
        "--quick", action="store_true", help="a tenth of the work: shows that it runs, not how fast"
    )
    parser.add_argument(
        "--only", choices=PARTS, action="append", help="measure only this; may be given more than once"
    )
    return parser


def _run(asked: argparse.Namespace, state: Path, console: Console) -> dict[str, Any]:
    parts, scale = asked.only or PARTS, 0.1 if asked.quick else 1.0
    ports = {name: free_port() for name in ("kafka_port", "controller_port", "postgres_port")}
    settings = LocalSettings.load(state=state, **ports)
    results: dict[str, Any] = {"machine": machine(), "seed": asked.seed, "quick": asked.quick}
    cold = System(settings, ports={service: free_port() for service in Service}, report=console.print)
    cold_steps = cold.start()
    cold.stop()
    system = System(settings, ports={service: free_port() for service in Service}, report=console.print)
    warm_steps = system.start()
    try:
        results["start"] = {
            "cold_s": round(cold_steps.total_s, 1),
            **_footprint(footprint(system, warm_steps), "idle"),
        }
        if "latency" in parts:
            console.print("Latency …")
            results["latency"] = measure_latency(system, seed=asked.seed, per_second=50, seconds=30 * scale)
        if "acceptance" in parts:
            console.print("Acceptance …")
            results["acceptance"] = measure_acceptance(
                system, seed=asked.seed, rounds=3, seconds=8 * scale, connections=64
            )
        if "pipeline" in parts:
            console.print("Pipeline …")
            results["pipeline"] = measure_pipeline(system, seed=asked.seed, amount=int(20_000 * scale))
        if "enrichment" in parts:
            console.print("Enrichment alone …")
            results["enrichment"] = measure_enrichment(system, seed=asked.seed, amount=int(20_000 * scale))
        if "backlog" in parts:
            console.print("Backlog …")
            results["backlog"] = measure_backlog(
                system, seed=asked.seed, amount=int(100_000 * scale), seconds=10 * scale
            )
        if "memory" in parts:
            console.print("Memory …")
            results["memory"] = measure_memory(system, seed=asked.seed, amount=int(200_000 * scale))
        results["start"] |= {"after_load_mb": footprint(system, warm_steps).resident_mb}
    finally:
        system.stop()
    return results


def _footprint(found: Footprint, when: str) -> dict[str, Any]:
    return {
        "warm_s": round(found.total_start_s, 1),
        "warm_steps_s": {name: round(seconds, 1) for name, seconds in found.start_s.items()},
        f"{when}_mb": found.resident_mb,
        f"{when}_total_mb": round(found.total_resident_mb),
    }


def machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "cores_worth": cores_worth(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def _print(results: dict[str, Any], console: Console) -> None:
    table = Table("What", "Measured", title="Vårdkase on this machine")
    for part, found in results.items():
        if isinstance(found, dict):
            for name, value in found.items():
                table.add_row(f"{part} · {name}", json.dumps(value, ensure_ascii=False))
    console.print(table)
