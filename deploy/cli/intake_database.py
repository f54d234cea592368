"""Intake's database, for the commands that an operator types."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")


def with_intake_database(work: Callable[[Any], Awaitable[T]]) -> T:
    from deploy.cli.apply import reachable_servers
    from deploy.cli.service_database import service_database
    from shared.topics import Service

    async def run(dsn: str) -> T:
        async with service_database(dsn, Service.INTAKE) as pool, pool.acquire() as connection:
            return await work(connection)

    with reachable_servers(postgres=True) as servers:
        return asyncio.run(run(servers.postgres_dsn))
