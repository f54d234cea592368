"""The parts of enrichment that live as long as its event loop: model, database, Kafka, outbox."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import asyncpg
import structlog

from services.enrichment.domain import Understanding
from services.enrichment.going_online import with_online_places
from services.enrichment.handlers import Enrichment
from services.enrichment.reading import ProcessReader, Reader, ThreadReader
from services.enrichment.settings import EnrichmentSettings
from shared.health import Check
from shared.jobs import INBOX_CHECKED_EVERY_S, every, forget_old_events
from shared.kafka import Stream
from shared.outbox import OutboxRelay
from shared.postgres import create_pool
from shared.topics import Service, topics_read_by

log = structlog.get_logger()


@dataclass(slots=True)
class Running:
    """Routes are made before the event loop runs, so they hold this and ask it at each request."""

    settings: EnrichmentSettings
    pool: "asyncpg.Pool[asyncpg.Record]" = field(init=False)
    _stream: Stream = field(init=False)
    _relay: OutboxRelay = field(init=False)
    _reader: Reader | None = None
    _model: str = "the model is being loaded"
    _is_loaded: bool = False

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Starts without waiting for any server. Stops by finishing the batch in hand and sending what the broker takes."""
        settings = self.settings
        self.pool = create_pool(settings.postgres, Service.ENRICHMENT.value)
        self._stream = Stream(Service.ENRICHMENT, settings.kafka, settings.stop_timeout_s)
        self._relay = OutboxRelay(self.pool, self._stream.producer)
        async with self.pool:
            self._relay.start()
            tasks = [
                asyncio.create_task(self._begin(), name="enrichment-begin"),
                asyncio.create_task(
                    every(INBOX_CHECKED_EVERY_S, lambda: forget_old_events(self.pool), "forget_old_events")
                ),
            ]
            yield
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._stream.stop(self._relay)
            if self._reader is not None:
                await self._reader.close()

    async def _begin(self) -> None:
        """Nothing is consumed before it can be understood."""
        try:
            reader = self._reader = with_online_places(await self._load(), self.settings, self.pool)
        except (OSError, ValueError, KeyError) as error:
            self._model = f"what it understands reports by cannot be loaded ({error})"
            log.error("model_not_loaded", error=type(error).__name__)  # noqa: TRY400 - the reason is told by /ready
            return
        self._is_loaded, self._model = True, f"model {reader.versions.model}"
        enrichment = Enrichment(self.pool, reader, self._relay.wake, lambda: datetime.now(UTC))
        self._stream.consume(
            topics_read_by(Service.ENRICHMENT),
            enrichment.on_events,
            batch_records=self.settings.batch_records,
            poll_ms=self.settings.poll_ms,
        )
        self._stream.start()

    async def _load(self) -> Reader:
        settings = self.settings
        if settings.reads_in == "thread":
            return ThreadReader(
                await asyncio.to_thread(Understanding.load, settings.review_below, settings.gazetteer)
            )
        reader = ProcessReader(settings.review_below, settings.gazetteer)
        await reader.start()
        return reader

    async def check_model(self) -> Check:
        return Check(self._is_loaded, self._model)

    async def check_database(self) -> Check:
        async with self.pool.acquire(timeout=3) as connection:
            await connection.fetchval("SELECT 1 FROM report LIMIT 1")
        return Check(ok=True, detail="reachable and migrated")

    async def check_kafka(self) -> Check:
        return await self._stream.check()

    async def check_outbox(self) -> Check:
        return await self._relay.check()
