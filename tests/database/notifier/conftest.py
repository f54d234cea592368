from collections.abc import AsyncIterator

import pytest_asyncio
from pydantic import SecretStr

from shared.postgres import create_pool
from shared.settings import PostgresSettings
from tests.support.notifier import NotifierForTests


@pytest_asyncio.fixture
async def notifier(fresh_postgres_dsn: str) -> AsyncIterator[NotifierForTests]:
    async with create_pool(PostgresSettings(dsn=SecretStr(fresh_postgres_dsn)), "notifier") as pool:
        yield NotifierForTests(pool)
