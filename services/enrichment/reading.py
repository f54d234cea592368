"""Where reports are read: the processor's work, kept off the event loop so that the broker's heartbeats go on."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import orjson
import structlog

from services.enrichment.domain import Understanding, Understood
from services.enrichment.metrics import UNDERSTANDING_SECONDS
from services.enrichment.store.shapes import understood_from
from shared.errors import Retry
from shared.events import ReportReceived
from shared.framing import receive, send

log = structlog.get_logger()

_STOP_TIMEOUT_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class ReadBy:
    """Which model and which gazetteer."""

    model: str
    gazetteer: str


class Reader(Protocol):
    @property
    def versions(self) -> ReadBy: ...

    async def read(self, reports: Sequence[ReportReceived]) -> list[Understood]:
        """One answer for each report, in order."""

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class ThreadReader:
    """Reads in a thread of this process, one batch at a time."""

    understanding: Understanding
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def versions(self) -> ReadBy:
        return ReadBy(self.understanding.model.version, self.understanding.geocoder.gazetteer_version)

    async def read(self, reports: Sequence[ReportReceived]) -> list[Understood]:
        async with self._turn:
            with UNDERSTANDING_SECONDS.time():
                return await asyncio.to_thread(self.understanding.read, reports)

    async def close(self) -> None:
        """Nothing to end."""


class ProcessReader:
    """Reads in a process beside this one, which alone holds model and gazetteer, so that both cores work.

    It ends when this process ends, however that happens: its standard input is then closed. One that died is replaced.
    """

    def __init__(self, review_below: float, gazetteer: Path | None = None) -> None:
        self._wanted = {
            "review_below": review_below,
            "gazetteer": None if gazetteer is None else str(gazetteer),
        }
        self._turn = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self.versions = ReadBy("", "")

    async def start(self) -> None:
        """Ends when everything is loaded. Raises OSError or ValueError with the reason why it can't be."""
        await asyncio.to_thread(self._begin)

    async def read(self, reports: Sequence[ReportReceived]) -> list[Understood]:
        # Already checked JSON: nothing is gained by building it out of parts.
        asked = b"[" + b",".join(report.model_dump_json().encode() for report in reports) + b"]"
        return await asyncio.to_thread(lambda: understood_from(self._ask(asked)))

    async def close(self) -> None:
        await asyncio.to_thread(self._end)

    def _ask(self, asked: bytes) -> bytes:
        with self._turn:
            if self._child is None or self._child.poll() is not None:
                self._begin()
            assert self._child is not None
            try:
                with UNDERSTANDING_SECONDS.time():
                    return _exchange(self._child, asked)
            except (OSError, EOFError) as error:
                log.warning("reading_process_died", exit_code=self._child.poll())
                self._end()
                raise Retry("the process that reads reports died; another is started") from error

    def _begin(self) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "services.enrichment.reading_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        try:
            hello = orjson.loads(_exchange(self._child, orjson.dumps(self._wanted)))
        except (OSError, EOFError) as error:
            raise OSError(f"the process that reads reports ended with code {self._child.wait()}") from error
        if "trouble" in hello:
            self._end()
            raise ValueError(hello["trouble"])
        self.versions = ReadBy(hello["model"], hello["gazetteer"])

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        assert child.stdin is not None
        child.stdin.close()
        try:
            child.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _exchange(child: "subprocess.Popen[bytes]", asked: bytes) -> bytes:
    assert child.stdin is not None
    assert child.stdout is not None
    send(child.stdin, asked)
    answer = receive(child.stdout)
    if answer is None:
        raise EOFError
    return answer
