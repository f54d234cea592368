"""Where reports are read: the processor's work, kept off the event loop so that the broker's heartbeats go on."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from services.enrichment.domain import ReportWords, Understanding, Understood
from services.enrichment.metrics import UNDERSTANDING_SECONDS


@dataclass(frozen=True, slots=True)
class ReadBy:
    """Which model and which gazetteer."""

    model: str
    gazetteer: str


class Reader(Protocol):
    @property
    def versions(self) -> ReadBy: ...

    async def read(self, reports: Sequence[ReportWords]) -> list[Understood]:
        """One answer for each report, in order."""


@dataclass(frozen=True, slots=True)
class ThreadReader:
    """Reads in a thread of this process."""

    understanding: Understanding

    @property
    def versions(self) -> ReadBy:
        return ReadBy(self.understanding.model.version, self.understanding.geocoder.gazetteer_version)

    async def read(self, reports: Sequence[ReportWords]) -> list[Understood]:
        with UNDERSTANDING_SECONDS.time():
            return await asyncio.to_thread(self.understanding.read, reports)
