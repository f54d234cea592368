import json
from dataclasses import asdict, dataclass
from typing import Final

import psutil
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deploy.local.settings import LocalSettings
from deploy.measure import resident_bytes
from deploy.running import Part, Running, in_use
from deploy.services import readiness
from shared.topics import Service

NOT_READY_EXIT: Final = 3


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    pid: int | None
    port: int
    memory_mb: float | None
    state: str


def run_status(*, as_json: bool) -> None:
    running = Running(in_use(LocalSettings.load()).state.resolve())
    lines = [line_of(part) for part in running.parts()] if running.owner() else []
    if as_json:
        print(json.dumps({"running": bool(lines), "parts": [asdict(line) for line in lines]}))
    elif not lines:
        print("Nothing runs here: start with `vardkase up`.")
    else:
        print_table(lines)
    if not lines or any(line.state not in {"ready", "runs"} for line in lines):
        raise typer.Exit(NOT_READY_EXIT)


def line_of(part: Part) -> Line:
    memory = resident_bytes(part.pid) if part.pid and psutil.pid_exists(part.pid) else None
    state = "dead" if memory is None else "runs"
    if memory is not None and part.name in set(Service):
        state = readiness(f"http://127.0.0.1:{part.port}")["status"]
    return Line(part.name, part.pid, part.port, None if memory is None else round(memory / 1e6, 1), state)


def print_table(lines: list[Line]) -> None:
    table = Table(box=None, header_style="dim")
    for column, side in (
        ("", "left"),
        ("state", "left"),
        ("process", "right"),
        ("port", "right"),
        ("memory", "right"),
    ):
        table.add_column(column, justify=side)  # type: ignore[arg-type]  # a literal once in a tuple is a str
    for line in lines:
        memory = "" if line.memory_mb is None else f"{line.memory_mb:.0f} MB"
        table.add_row(line.name, escape(line.state), str(line.pid or ""), str(line.port), memory)
    table.add_row(
        "together", "", "", "", f"{sum(line.memory_mb or 0 for line in lines):.0f} MB", style="bold"
    )
    Console().print(table)
