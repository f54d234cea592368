"""An outbox is nearly always empty, and the server keeps the plans that it made then. They must do for a backlog too."""

from typing import Any

import pytest

from shared import outbox_table
from tests.support.outbox import an_event, fill, pool_of

# After so many the server keeps a plan that no longer looks at what is asked for.
_UNTIL_PLANS_ARE_KEPT = 8


@pytest.mark.parametrize("leads", [True, False])
async def test_plans_from_an_empty_table_read_a_backlog_by_its_index(
    fresh_postgres_dsn: str, *, leads: bool
) -> None:
    """And without what a leader asks for they don't, or this shows nothing."""
    async with pool_of(fresh_postgres_dsn) as pool, pool.acquire() as connection:
        await fill(pool, [an_event(number) for number in range(1000)])
        await connection.execute("DELETE FROM outbox")
        await connection.execute("VACUUM ANALYZE outbox")
        if leads:
            assert await outbox_table.lead(connection)
        for _ in range(_UNTIL_PLANS_ARE_KEPT):
            await look_and_confirm(connection, most=10)
        await fill(pool, [an_event(number) for number in range(20_000)])
        async with connection.transaction():
            before = await whole_readings(connection)
            assert len(await look_and_confirm(connection, most=2000)) == 2000
            assert (await whole_readings(connection) == before) is leads


async def whole_readings(connection: Any) -> int:
    """How often this session has read the table from its first row to its last."""
    query = "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relid = 'outbox'::regclass"
    return int(await connection.fetchval(query))


async def look_and_confirm(connection: Any, most: int) -> list[int]:
    rows = [row["position"] for row in await outbox_table.rows_after(connection, 0, most)]
    await outbox_table.positions_between(connection, 0, rows[-1] if rows else 0)
    await outbox_table.lowest_after(connection, 0)
    await outbox_table.confirm(connection, rows or [0])
    return rows
