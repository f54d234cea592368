"""How many rows a second an import puts into intake, all in one transaction: `python -m bench.imports [--rows 10000]`.

Beside it, in the same run and through the same intake: the same number of reports one request each, over 32 connections and over
one. And what a citizen's report waits while an import is worked on, beside what it waits at other times. Intake works alone, with
PostgreSQL and Kafka. The last line is JSON.
"""

import argparse
import asyncio
import csv
import json
import sys
import tempfile
from collections.abc import Sequence
from contextlib import redirect_stderr
from datetime import UTC, datetime
from io import StringIO
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

from bench.http_load import Load, steady_until
from bench.reports import encoded_bodies, report_bodies
from bench.run import machine
from bench.standstill import only
from deploy.batch_sending import Delivery, divided, run_delivery
from deploy.bulk_sending import Door, Letter, Sent, send_all
from deploy.local.preflight import free_port
from deploy.local.settings import LocalSettings
from deploy.system import System
from services.intake.imports.check import check_file
from services.intake.imports.rows import Rules
from services.intake.imports.table import Reading
from shared.events import Source
from shared.topics import Service

_CITIZENS_PER_S: Final = 50.0
_CITIZENS: Final = 16


def write_table(file: Path, rows: int, seed: int) -> None:
    """Every row another report than those of any other seed."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, delimiter=";")
        writer.writerow(["Ärende-id", "Tidpunkt", "Beskrivning", "Kommun"])
        for number, body in enumerate(islice(report_bodies(seed), rows)):
            writer.writerow([f"{seed}-{number}", body["occurred_at"], body["text"], body["municipality"]])


def letters_of(file: Path) -> tuple[list[Letter], float]:
    """And how long the reading took."""
    began = perf_counter()
    checked = check_file(file, Reading(), {}, Rules(Source.IMPORT, datetime.now(UTC)))
    assert not checked.faults
    return [Letter(each.row, each.key, each.body) for each in checked.good], perf_counter() - began


def whole(door: Door, letters: Sequence[Letter]) -> float:
    began = perf_counter()
    delivery = Delivery(divided(letters))
    run_delivery(door, delivery, lambda _: None)
    assert len(delivery.sent) == len(letters)
    return perf_counter() - began


def one_by_one(door: Door, letters: Sequence[Letter], connections: int) -> float:
    sent: list[Sent] = []
    began = perf_counter()
    asyncio.run(send_all(door, letters, sent.append, connections=connections))
    assert len(sent) == len(letters)
    return perf_counter() - began


async def waits(url: str, door: Door, letters: Sequence[Letter]) -> tuple[Load, Load]:
    """Of a citizen's report for as long as an import takes, and for as long without one."""
    bodies, over = cycle(encoded_bodies(5, 2000)), asyncio.Event()

    async def citizens() -> Load:
        return await steady_until(
            f"{url}/api/v1/reports",
            lambda: next(bodies),
            per_second=_CITIZENS_PER_S,
            connections=_CITIZENS,
            over=over,
        )

    task = asyncio.create_task(citizens())
    took = await asyncio.to_thread(whole, door, letters)
    over.set()
    beside = await task
    over.clear()
    task = asyncio.create_task(citizens())
    await asyncio.sleep(max(took, 3))
    over.set()
    return beside, await task


def measure(system: System, rows: int, rounds: int, folder: Path) -> dict[str, Any]:
    url = system.url(Service.INTAKE)
    door = Door(url, system.secrets.intake_tokens[Source.IMPORT])
    reading, as_whole, over_32, over_one = [], [], [], []
    for round_ in range(rounds):
        tables = []
        for kind in range(3):
            write_table(folder / "table.csv", rows if kind < 2 else rows // 10, 10 * round_ + kind)
            letters, seconds = letters_of(folder / "table.csv")
            tables.append(letters)
            reading.append(len(letters) / seconds)
        as_whole.append(rows / whole(door, tables[0]))
        over_32.append(rows / one_by_one(door, tables[1], 32))
        over_one.append(len(tables[2]) / one_by_one(door, tables[2], 1))
    again = rows / whole(door, tables[0])
    write_table(folder / "table.csv", rows, 999)
    beside, without = asyncio.run(waits(url, door, letters_of(folder / "table.csv")[0]))
    return {
        "rows": rows,
        "read_rows_per_s": round(median(reading)),
        "one_transaction_rows_per_s": round(median(as_whole)),
        "the_same_again_rows_per_s": round(again),
        "one_request_each_32_connections_per_s": round(median(over_32)),
        "one_request_each_1_connection_per_s": round(median(over_one)),
        "ratio_to_32_connections": round(median(as_whole) / median(over_32), 2),
        "citizens_per_s": _CITIZENS_PER_S,
        "citizen_p50_ms_during_import": round(beside.quantile_ms(0.5), 1),
        "citizen_p99_ms_during_import": round(beside.quantile_ms(0.99), 1),
        "citizen_p50_ms": round(without.quantile_ms(0.5), 1),
        "citizen_p99_ms": round(without.quantile_ms(0.99), 1),
        "citizens_refused": len(beside.other_statuses) + len(without.other_statuses),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vardkase-bench-") as folder, redirect_stderr(StringIO()):
        ports = {name: free_port() for name in ("kafka_port", "controller_port", "postgres_port")}
        system = System(
            LocalSettings.load(state=Path(folder) / "state", **ports),
            ports={service: free_port() for service in Service},
            report=lambda _: None,
        )
        try:
            system.start()
            with only(system, Service.INTAKE):
                found = measure(system, asked.rows, asked.rounds, Path(folder))
        finally:
            system.stop()
    for name, value in found.items():
        print(f"{name.replace('_', ' ')}: {value:,}")
    json.dump({"machine": machine(), **found}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
