"""The relay begins to look where nothing can stand before any more, however transactions overlap. The database is real."""

from typing import Any

import asyncpg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared import outbox_table
from shared.outbox_floor import OutboxFloor
from shared.outbox_sending import OutboxSending
from tests.support.outbox import BrokerInMemory, an_event, fill, pool_of, unsent

WRITERS = 3


@given(
    steps=st.lists(
        st.tuples(
            st.integers(0, WRITERS - 1), st.sampled_from(["store", "commit", "roll_back", "look", "send"])
        ),
        max_size=40,
    )
)
@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_no_row_is_ever_left_below_the_floor(postgres_dsn: str, steps: list[tuple[int, str]]) -> None:
    floor, open_ones = OutboxFloor(), dict[int, Any]()
    async with pool_of(postgres_dsn) as pool, pool.acquire() as relay:
        await relay.execute("TRUNCATE outbox")
        writers = [
            await asyncpg.connect(postgres_dsn, server_settings={"search_path": "intake"})
            for _ in range(WRITERS)
        ]
        try:
            for writer, step in steps:
                if step == "store":
                    if writer not in open_ones:
                        open_ones[writer] = writers[writer].transaction()
                        await open_ones[writer].start()
                    await writers[writer].execute(
                        "INSERT INTO outbox (event_id, topic, key, headers, body)"
                        " VALUES (gen_random_uuid(), 'report.received.v1', '1983', '{}', '')"
                    )
                elif step == "look":
                    await floor.look(relay)
                elif step == "send":
                    seen = await relay.fetch("SELECT position FROM outbox ORDER BY position LIMIT 2")
                    assert all(row[0] > floor.position for row in seen)
                    await outbox_table.confirm(relay, [row[0] for row in seen])
                elif writer in open_ones:
                    transaction = open_ones.pop(writer)
                    await (transaction.commit() if step == "commit" else transaction.rollback())
            for transaction in open_ones.values():
                await transaction.commit()
            lowest = await relay.fetchval("SELECT min(position) FROM outbox")
            assert lowest is None or lowest > floor.position
        finally:
            for connection in writers:
                await connection.close()


async def test_a_long_backup_does_not_make_each_look_slower(fresh_postgres_dsn: str) -> None:
    """How much is read in a look, in pages, while deleted rows may not be cleared away."""
    broker = BrokerInMemory(most_in_batch=1000)
    sending = OutboxSending(broker, 1000, None)  # type: ignore[arg-type]
    async with (
        pool_of(fresh_postgres_dsn) as pool,
        pool.acquire() as connection,
        pool.acquire() as backup,
        backup.transaction(isolation="repeatable_read"),
    ):
        await backup.fetch("SELECT count(*) FROM outbox")
        await fill(pool, [an_event(number) for number in range(20_000)])
        while await unsent(pool):
            await sending.send_what_waits(connection)
        await sending._floor.look(connection)
        passed, from_the_first = [
            await _pages_read(connection, position) for position in (sending._floor.position, 0)
        ]
    assert passed < 10
    assert from_the_first > 300, "the table holds what was deleted, or this shows nothing"


async def _pages_read(connection: Any, position: int) -> int:
    plan = await connection.fetchval(
        "EXPLAIN (ANALYZE, BUFFERS, FORMAT json)"
        f" SELECT position FROM outbox WHERE position > {position} ORDER BY position LIMIT 500"
    )
    buffers = plan[0]["Plan"]
    return int(buffers["Shared Hit Blocks"] + buffers["Shared Read Blocks"])
