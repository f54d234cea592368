"""Fresh databases from a template that has every service's schema."""

import uuid
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from deploy.migrations import migrate_all

TEMPLATE = "vardkase_template"


async def make_template(admin_dsn: str) -> str:
    await _execute(admin_dsn, f"CREATE DATABASE {TEMPLATE}")
    await migrate_all(with_database(admin_dsn, TEMPLATE))
    return TEMPLATE


async def make_database(admin_dsn: str, template: str) -> str:
    """DSN of a new database."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    await _execute(admin_dsn, f"CREATE DATABASE {name} TEMPLATE {template}")
    return with_database(admin_dsn, name)


async def drop_database(admin_dsn: str, dsn: str) -> None:
    await _execute(admin_dsn, f"DROP DATABASE IF EXISTS {urlsplit(dsn).path.lstrip('/')} WITH (FORCE)")


def with_database(dsn: str, name: str) -> str:
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{name}"))


async def _execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
