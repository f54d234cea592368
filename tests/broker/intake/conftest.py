"""Intake on a real database and a real broker."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import httpx
import pytest
from pydantic import SecretStr

from services.intake.app import create_app
from services.intake.settings import IntakeSettings
from shared.settings import KafkaSettings

RunIntake = Callable[[str, KafkaSettings], AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def run_intake() -> RunIntake:
    @asynccontextmanager
    async def run(dsn: str, kafka: KafkaSettings) -> AsyncIterator[httpx.AsyncClient]:
        settings = IntakeSettings(postgres_dsn=SecretStr(dsn), stop_timeout_s=5)
        settings.__dict__["kafka"] = kafka  # the cached value, instead of the environment's
        app = create_app(settings)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://intake") as client,
        ):
            yield client

    return run
