from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from deploy.cli.service_database import service_database
from shared.topics import Service


@asynccontextmanager
async def enrichment_database(dsn: str) -> AsyncIterator["asyncpg.Pool[asyncpg.Record]"]:
    """Enrichment's own schema, up to date."""
    async with service_database(dsn, Service.ENRICHMENT) as pool:
        await pool.fetchval("SELECT 1 FROM correction LIMIT 1")
        yield pool
