"""Where a word stands in a database: in any column of any table of any of our schemas, also inside JSON and bytes."""

from typing import Any

_TABLES = """
SELECT table_schema, table_name FROM information_schema.tables
WHERE table_type = 'BASE TABLE' AND table_schema IN ('intake', 'enrichment', 'notifier', 'reporting')
ORDER BY table_schema, table_name
"""


async def where_it_stands(connection: Any, word: str) -> list[str]:
    """`schema.table` of each table that holds it. Bytes are looked through too, as PostgreSQL writes them out."""
    hidden = word.encode().hex()
    return [
        f"{schema}.{table}"
        for schema, table in await connection.fetch(_TABLES)
        if await connection.fetchval(
            f'SELECT EXISTS (SELECT FROM "{schema}"."{table}" AS row'
            " WHERE position($1 IN row::text) > 0 OR position($2 IN row::text) > 0)",
            word,
            hidden,
        )
    ]
