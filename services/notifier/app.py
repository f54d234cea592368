"""Puts the notifier together, and says in which order it starts and stops."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
from fastapi import FastAPI

from services.notifier.alerting import Alerting
from services.notifier.channels.webhook import Endpoint, create_client
from services.notifier.domain.attempts import Patience
from services.notifier.handlers import on_incident_changed_or_receipt
from services.notifier.jobs import WebhookJob, look_again, upkeep
from services.notifier.publishing import on_alerts_confirmed
from services.notifier.routes import agency_router
from services.notifier.rules_file import DEFAULT_RULES_PATH, load_rules
from services.notifier.settings import NotifierSettings
from shared.events import Agency
from shared.health import Check, ReadyCheck, health_router
from shared.identity import derived_id
from shared.jobs import every
from shared.kafka import Stream
from shared.openapi import DescribedApp
from shared.outbox import OutboxRelay
from shared.postgres import create_pool
from shared.problem import MAX_BODY_BYTES, install_problem_handlers
from shared.topics import Service, topics_read_by


def create_app(settings: NotifierSettings, clock: Callable[[], datetime] | None = None) -> FastAPI:
    """Reads the rules and connects nothing. Raises `RulesFault`."""
    clock = clock or _now
    pool = create_pool(settings.postgres, Service.NOTIFIER)
    endpoints = endpoints_of(settings)
    alerting = Alerting(load_rules(settings.rules or DEFAULT_RULES_PATH), _ids_by_agency(endpoints))
    stream = Stream(Service.NOTIFIER, settings.kafka, settings.stop_timeout_s)
    relay = OutboxRelay(pool, stream.producer, on_confirmed=on_alerts_confirmed(clock))
    webhooks = _Webhooks(settings, pool, endpoints, clock, relay.wake)

    def wake() -> None:
        relay.wake()
        webhooks.wake()

    stream.consume(
        topics_read_by(Service.NOTIFIER),
        on_incident_changed_or_receipt(pool, alerting, wake, clock),
        batch_records=settings.batch_records,
        poll_ms=settings.poll_ms,
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with pool:
            stream.start()
            relay.start()
            webhooks.start()
            ids = [endpoint.id for endpoint in endpoints]
            tasks = [
                asyncio.create_task(
                    every(1, lambda: look_again(pool, alerting, wake, clock), "look_again"), name="look-again"
                ),
                asyncio.create_task(every(10, lambda: upkeep(pool, ids, clock), "upkeep"), name="upkeep"),
            ]
            yield
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await webhooks.stop(settings.stop_timeout_s)
            await stream.stop(relay)

    app = DescribedApp(
        examples=Path(__file__).parent / "examples.json",
        security={"agency": {"type": "http", "scheme": "bearer", "description": "The agency's token."}},
        title="Vårdkase notifier",
        version="1",
        description="An agency's alerts, its receipts, and how it was told.",
        lifespan=lifespan,
        most_body_bytes=MAX_BODY_BYTES,
        generate_unique_id_function=lambda route: route.name,
    )
    install_problem_handlers(app)
    app.include_router(agency_router(pool, settings.agency_tokens, wake, clock))
    app.include_router(
        health_router({"database": _database_check(pool), "kafka": stream.check, "outbox": relay.check})
    )
    return app


class _Webhooks:
    """One job for each endpoint, on one HTTP client."""

    def __init__(
        self,
        settings: NotifierSettings,
        pool: "asyncpg.Pool[asyncpg.Record]",
        endpoints: Sequence[Endpoint],
        clock: Callable[[], datetime],
        on_settled: Callable[[], None],
    ) -> None:
        self._client = create_client(settings.webhook_timeout_s)
        patience = Patience(
            settings.webhook_attempts, settings.webhook_first_pause_s, settings.webhook_longest_pause_s
        )
        self._jobs = [
            WebhookJob(
                pool=pool,
                client=self._client,
                endpoint=endpoint,
                patience=patience,
                concurrency=settings.webhook_concurrency,
                timeout_s=settings.webhook_timeout_s,
                clock=clock,
                on_settled=on_settled,
            )
            for endpoint in endpoints
        ]

    def wake(self) -> None:
        for job in self._jobs:
            job.wake()

    def start(self) -> None:
        for job in self._jobs:
            job.start()

    async def stop(self, timeout_s: float) -> None:
        await asyncio.gather(*[job.stop(timeout_s) for job in self._jobs])
        await self._client.aclose()


def endpoints_of(settings: NotifierSettings) -> list[Endpoint]:
    return [
        Endpoint(derived_id("webhook", hook.agency, hook.url), hook.agency, hook.url, hook.secret)
        for hook in settings.webhooks
    ]


def _ids_by_agency(endpoints: Sequence[Endpoint]) -> Mapping[Agency, Sequence[UUID]]:
    return {agency: [endpoint.id for endpoint in endpoints if endpoint.agency == agency] for agency in Agency}


def _now() -> datetime:
    return datetime.now(UTC)


def _database_check(pool: "asyncpg.Pool[asyncpg.Record]") -> ReadyCheck:
    async def check() -> Check:
        async with pool.acquire(timeout=3) as connection:
            await connection.fetchval("SELECT 1 FROM alert LIMIT 1")
        return Check(ok=True, detail="reachable and migrated")

    return check
