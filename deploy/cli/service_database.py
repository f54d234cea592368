"""A service's own schema, for the commands that an operator types."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from deploy.errors import CannotGoOn

if TYPE_CHECKING:
    import asyncpg

    from shared.topics import Service


@asynccontextmanager
async def service_database(dsn: str, service: "Service") -> AsyncIterator["asyncpg.Pool[asyncpg.Record]"]:
    """Raises `CannotGoOn` when it is not reached or not up to date, also for what happens inside."""
    import asyncpg
    from pydantic import SecretStr

    from deploy.migrations import require_dsn
    from shared.postgres import create_pool
    from shared.settings import PostgresSettings

    require_dsn(dsn)
    try:
        async with create_pool(PostgresSettings(dsn=SecretStr(dsn), pool_size=2), service.value) as pool:
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
