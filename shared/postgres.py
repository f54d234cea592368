"""Connections and migrations. Each service sees its own schema and writes its SQL without naming it."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import asyncpg
import orjson

from shared.settings import PostgresSettings

SHARED_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_SCHEMA: Final = re.compile(r"^[a-z_]+$")

# What a lost or restarting server raises: nothing is wrong with the work, so it is tried again.
TRANSIENT_ERRORS: Final = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection cut in the middle of a word
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.QueryCanceledError,
    asyncpg.DiskFullError,
    TimeoutError,
)

type_codecs: Final = ("json", "jsonb")


async def _prepare(connection: Any) -> None:
    for name in type_codecs:
        await connection.set_type_codec(
            name, encoder=_dump_json, decoder=orjson.loads, schema="pg_catalog", format="text"
        )


def _dump_json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def create_pool(settings: PostgresSettings, schema: str) -> "asyncpg.Pool[asyncpg.Record]":
    """A pool that is not yet connected: open it with `async with` or `await`. json columns take and give objects."""
    return asyncpg.create_pool(
        settings.dsn.get_secret_value(),
        min_size=0,  # so that a service starts while the server is away, and says it is not ready
        max_size=settings.pool_size,
        command_timeout=30,
        timeout=10,
        init=_prepare,
        # str(): asyncpg takes no subclass of str here, and a Service is one
        server_settings={"search_path": str(schema), "application_name": f"vardkase-{schema}"},
    )


async def migrate(dsn: str, schema: str, folders: Sequence[Path]) -> list[str]:
    """Apply what is new in `folders` (plain SQL, in order of file name) to `schema`, each file in a transaction.

    Returns the names applied now. Raises `ValueError` when an applied file was changed afterwards.
    """
    if not _SCHEMA.match(schema):
        raise ValueError(f"not a schema name: {schema!r}")
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        await connection.execute("SELECT pg_advisory_lock(hashtext($1))", f"vardkase-migrate-{schema}")
        await connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
        await connection.execute(f'SET search_path TO "{schema}"')
        return [name for folder in folders for name in await _apply_folder(connection, folder)]
    finally:
        await connection.close()


async def _apply_folder(connection: "asyncpg.Connection[asyncpg.Record]", folder: Path) -> list[str]:
    await connection.execute(
        "CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, digest text NOT NULL,"
        " applied_at timestamptz NOT NULL DEFAULT now())"
    )
    rows = await connection.fetch("SELECT name, digest FROM migration")
    applied: dict[str, str] = {row["name"]: row["digest"] for row in rows}
    new: list[str] = []
    for file in sorted(folder.glob("*.sql")):  # noqa: ASYNC240 - a start-up step, nothing else runs
        name = f"{folder.parent.name}/{file.name}"
        sql = file.read_text(encoding="utf-8")
        digest = hashlib.sha256(sql.encode()).hexdigest()
        if name in applied:
            if applied[name] != digest:
                raise ValueError(f"migration {name} was changed after it was applied; add a new file instead")
            continue
        async with connection.transaction():
            await connection.execute(sql)
            await connection.execute("INSERT INTO migration (name, digest) VALUES ($1, $2)", name, digest)
        new.append(name)
    return new
