from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from pydantic import SecretStr

from deploy.errors import CannotGoOn
from deploy.migrations import require_dsn
from shared.postgres import create_pool
from shared.settings import PostgresSettings
from shared.topics import Service


@asynccontextmanager
async def enrichment_database(dsn: str) -> AsyncIterator["asyncpg.Pool[asyncpg.Record]"]:
    """Enrichment's own schema, up to date."""
    require_dsn(dsn)
    try:
        async with create_pool(
            PostgresSettings(dsn=SecretStr(dsn), pool_size=2), Service.ENRICHMENT.value
        ) as pool:
            await pool.fetchval("SELECT 1 FROM correction LIMIT 1")
            yield pool
    except (
        OSError,
        asyncpg.PostgresConnectionError,
        asyncpg.InvalidAuthorizationSpecificationError,
    ) as error:
        raise CannotGoOn(
            f"PostgreSQL could not be reached ({error}): start it with `vardkase up`, or set POSTGRES_DSN."
        ) from error
    except asyncpg.UndefinedTableError as error:
        raise CannotGoOn("The database is not up to date: run `vardkase migrate` first.") from error
