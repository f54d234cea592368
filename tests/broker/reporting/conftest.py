"""Reporting as it runs, on a real broker."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio
from pydantic import SecretStr

from services.reporting.app import create_app
from services.reporting.settings import Settings
from shared.settings import PostgresSettings
from tests.support.picture_events import NOW

TOKEN = "a-token-of-sufficient-length"


@pytest_asyncio.fixture
async def picture(kafka, fresh_postgres_dsn) -> AsyncIterator[httpx.AsyncClient]:
    """The service as it runs: its own Kafka user, its lifespan, a fixed clock."""
    settings = Settings(staff_token=SecretStr(TOKEN), stop_timeout_s=5)
    settings.__dict__["kafka"] = kafka.settings("reporting")
    settings.__dict__["postgres"] = PostgresSettings(dsn=SecretStr(fresh_postgres_dsn))
    app = create_app(settings, lambda: NOW)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://picture", headers=headers
        ) as client,
    ):
        yield client
