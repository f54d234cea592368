from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import asyncpg
import httpx
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr

from services.reporting.app import create_app
from services.reporting.domain.rhythm import RhythmRule
from services.reporting.handlers import project
from services.reporting.running import Running
from services.reporting.session import Sessions
from services.reporting.settings import Settings
from shared.events import Event
from shared.postgres import create_pool
from shared.settings import PostgresSettings
from tests.support.picture_events import NOW, enveloped

TOKEN = "a-token-of-sufficient-length"
Pool = asyncpg.Pool


class SilentRelay:
    def wake(self) -> None:
        """Nothing is sent: these tests read the outbox itself."""


@pytest_asyncio.fixture
async def pool(fresh_postgres_dsn: str) -> AsyncIterator[Pool]:
    async with create_pool(PostgresSettings(dsn=SecretStr(fresh_postgres_dsn)), "reporting") as opened:
        yield opened


class Town:
    """The picture's database at a fixed moment, and ways to let something happen in it."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.now = NOW
        self.rule = RhythmRule()

    def clock(self) -> datetime:
        return self.now

    async def hears(self, *events: Event, sent: object = "") -> None:
        await self.takes([enveloped(event, sent=sent) for event in events])

    async def takes(self, envelopes: Sequence) -> None:
        async with self.pool.acquire() as connection, connection.transaction():
            await project(connection, envelopes, self.now, self.rule)

    async def published(self, topic: str) -> list[dict]:
        import orjson

        rows = await self.pool.fetch(
            "SELECT event_id, body FROM outbox WHERE topic = $1 ORDER BY position", topic
        )
        return [orjson.loads(row["body"]) | {"event_id": row["event_id"]} for row in rows]


@pytest_asyncio.fixture
async def town(pool: Pool) -> Town:
    return Town(pool)


@pytest_asyncio.fixture
async def app(town: Town) -> FastAPI:
    """Without its lifespan: no Kafka, the test's own clock and database."""
    settings = Settings(staff_token=SecretStr(TOKEN))
    app = create_app(settings, town.clock)
    sessions = Sessions(TOKEN, hours=12, secure_cookie=False, clock=town.clock)
    app.state.running = Running(settings, sessions, town.pool, SilentRelay(), town.clock)
    return app


@pytest_asyncio.fixture
async def stranger(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://picture") as client:
        yield client


@pytest_asyncio.fixture
async def staff(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://picture", headers=headers
    ) as client:
        yield client
