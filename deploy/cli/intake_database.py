"""Intake's database, for the commands that an operator types."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from deploy.errors import CannotGoOn

if TYPE_CHECKING:
    import asyncpg

T = TypeVar("T")


def with_intake_database(work: Callable[[Any], Awaitable[T]]) -> T:
    from deploy.cli.apply import reachable_servers

    async def run(dsn: str) -> T:
        async with _intake_database(dsn) as pool, pool.acquire() as connection:
            return await work(connection)

    with reachable_servers(postgres=True) as servers:
        return asyncio.run(run(servers.postgres_dsn))


@asynccontextmanager
async def _intake_database(dsn: str) -> AsyncIterator["asyncpg.Pool[asyncpg.Record]"]:
    import asyncpg
    from pydantic import SecretStr

    from deploy.migrations import require_dsn
    from shared.postgres import create_pool
    from shared.settings import PostgresSettings
    from shared.topics import Service

    require_dsn(dsn)
    try:
        async with create_pool(
            PostgresSettings(dsn=SecretStr(dsn), pool_size=2), Service.INTAKE.value
        ) as pool:
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
