"""Puts reporting together: what starts in which order, and stops in which."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import structlog
from fastapi import FastAPI, Request
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from services.reporting.handlers import Projection, register
from services.reporting.headers import install_security_headers
from services.reporting.jobs import RhythmJob
from services.reporting.pages import STATIC_FOLDER, PageLook
from services.reporting.routes import api_router
from services.reporting.routes.sign_in import page_routes
from services.reporting.running import Running
from services.reporting.session import Sessions
from services.reporting.settings import Settings
from shared.geodata import municipality_name
from shared.health import Check, health_router
from shared.kafka import Stream
from shared.openapi import DescribedApp
from shared.outbox import OutboxRelay
from shared.postgres import TRANSIENT_ERRORS, create_pool
from shared.problem import MAX_BODY_BYTES, install_problem_handlers, problem_response
from shared.topics import Service

log = structlog.get_logger()


def clock() -> datetime:
    return datetime.now(UTC)


def create_app(settings: Settings, now: Callable[[], datetime] = clock) -> FastAPI:
    """Nothing is connected before the app's lifespan begins."""
    parts = _Parts(settings, now)
    app = DescribedApp(
        examples=Path(__file__).parent / "routes" / "examples.json",
        security={
            "staff": {
                "type": "http",
                "scheme": "bearer",
                "description": "The staff token, or a session's cookie.",
            }
        },
        title="Vårdkase reporting",
        version="1",
        description="The situation picture and what staff decide about it.",
        lifespan=parts.lifespan,
        most_body_bytes=MAX_BODY_BYTES,
        generate_unique_id_function=lambda route: route.name,
    )
    install_problem_handlers(app)
    for passing in TRANSIENT_ERRORS:
        app.add_exception_handler(passing, on_database_away)
    app.add_middleware(GZipMiddleware, minimum_size=2048, compresslevel=5)
    install_security_headers(app, settings.tile_url)
    app.include_router(api_router())
    app.include_router(page_routes(PageLook(municipality_name(settings.municipality), settings.intake_url)))
    app.include_router(
        health_router(
            {"database": parts.check_database, "kafka": parts.check_kafka, "outbox": parts.check_outbox}
        )
    )
    app.mount("/static", StaticFiles(directory=STATIC_FOLDER, check_dir=False), name="static")
    return app


async def on_database_away(request: Request, error: Exception) -> Response:
    log.warning("database_away", path=request.url.path, reason=f"{type(error).__name__}: {error}"[:300])
    detail = "The database can't be reached at the moment. Nothing is lost; try again shortly."
    return problem_response(503, "database-away", "Back in a moment", detail, {"Retry-After": "5"})


class _Parts:
    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        self._settings, self._now = settings, now
        self._running: Running | None = None
        self._stream: Stream | None = None

    @asynccontextmanager
    async def lifespan(self, app: FastAPI) -> AsyncIterator[None]:
        """Stops in the order HTTP (the server does), consuming, the outbox, the database."""
        settings = self._settings
        async with create_pool(settings.postgres, Service.REPORTING) as pool:
            stream = Stream(Service.REPORTING, settings.kafka, settings.stop_timeout_s)
            relay = OutboxRelay(pool, stream.producer)
            sessions = Sessions(
                settings.staff_token.get_secret_value(),
                settings.session_hours,
                settings.secure_cookie,
                self._now,
            )
            app.state.running = self._running = Running(settings, sessions, pool, relay, self._now)
            self._stream = stream
            projection = Projection(pool, relay, settings.rhythm_rule, self._now)
            register(stream, projection, batch_records=settings.batch_records, poll_ms=settings.poll_ms)
            job = RhythmJob(pool, relay, settings.rhythm_rule, self._now, settings.rhythm_check_s)
            tasks = [
                asyncio.create_task(job.run(), name="rhythm-job"),
            ]
            stream.start()
            relay.start()
            log.info("reporting_started", municipality=settings.municipality)
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await stream.stop(relay)

    async def check_database(self) -> Check:
        if self._running is None:
            return Check(ok=False, detail="not started")
        async with self._running.pool.acquire(timeout=3) as connection:
            await connection.fetchval("SELECT count(*) FROM rhythm", timeout=3)
        return Check(ok=True, detail="answers")

    async def check_kafka(self) -> Check:
        return Check(ok=False, detail="not started") if self._stream is None else await self._stream.check()

    async def check_outbox(self) -> Check:
        return (
            Check(ok=False, detail="not started")
            if self._running is None
            else await self._running.relay.check()
        )
