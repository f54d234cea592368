"""One understanding for all tests, a fresh database and the service's own handler for each."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from pydantic import SecretStr

from services.enrichment.domain import Understanding
from services.enrichment.handlers import Enrichment
from services.enrichment.reading import ThreadReader
from shared.kafka import BatchHandler
from shared.postgres import create_pool
from shared.settings import PostgresSettings
from tests.support.enrichment import NOON


@pytest.fixture(scope="session")
def understanding() -> Understanding:
    return Understanding.load()


@pytest_asyncio.fixture
async def pool(fresh_postgres_dsn: str) -> AsyncIterator[asyncpg.Pool]:
    async with create_pool(PostgresSettings(dsn=SecretStr(fresh_postgres_dsn)), "enrichment") as opened:
        yield opened


@pytest.fixture
def handler(pool: asyncpg.Pool, understanding: Understanding) -> BatchHandler:
    return Enrichment(pool, ThreadReader(understanding), lambda: None, lambda: NOON).on_events
