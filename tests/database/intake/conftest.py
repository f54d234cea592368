"""Intake over HTTP on a real database, with Kafka away: what it must manage alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

from services.intake.app import create_app
from services.intake.settings import IntakeSettings

STAFF = {"authorization": "Bearer staff-token-0123456789"}
GUARD = {"authorization": "Bearer guard-token-0123456789"}


@asynccontextmanager
async def running_intake(dsn: str, **settings: object) -> AsyncIterator[httpx.AsyncClient]:
    values = {
        "postgres_dsn": SecretStr(dsn),
        "tokens": {"staff": "staff-token-0123456789", "guard": "guard-token-0123456789"},
        "stop_timeout_s": 2,
        **settings,
    }
    app = create_app(IntakeSettings.model_validate(values))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://intake") as client,
    ):
        yield client


@pytest_asyncio.fixture
async def intake(
    fresh_postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    async with running_intake(fresh_postgres_dsn) as client:
        yield client


@pytest_asyncio.fixture
async def database(fresh_postgres_dsn: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(fresh_postgres_dsn, server_settings={"search_path": "intake"})
    yield connection
    await connection.close()
