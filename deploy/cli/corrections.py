import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import orjson

from deploy.cli.apply import reachable_servers
from deploy.cli.console import console
from shared.inbox import Connection


def run_corrections_export(to: Path | None) -> None:
    with reachable_servers(postgres=True) as servers:
        rows = asyncio.run(_rows(servers.postgres_dsn))
    if to is None:
        sys.stdout.writelines(f"{row}\n" for row in rows)
    else:
        to.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    console.print(f"{len(rows)} corrected {'text' if len(rows) == 1 else 'texts'}.")


async def _rows(dsn: str) -> list[str]:
    from deploy.cli.enrichment_database import enrichment_database

    async with enrichment_database(dsn) as pool, pool.acquire() as connection, connection.transaction():
        return [row async for row in rows_of(connection)]


async def rows_of(connection: Connection) -> AsyncIterator[str]:
    """JSONL for the classifier to be trained from: redacted texts with the category that a person gave them."""
    from services.enrichment.store import corrected_texts

    async for each in corrected_texts(connection):
        row = {
            "text": each.text,
            "categories": [each.category],
            "language": each.language,
            "source": "correction",
            "at": each.at,
        }
        yield orjson.dumps(row).decode()
