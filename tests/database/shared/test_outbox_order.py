"""Order for each key holds whatever the broker does to a batch and however late a transaction commits. The database is real."""

import asyncio
from itertools import count
from random import Random

import pytest
from aiokafka.errors import KafkaTimeoutError, MessageSizeTooLargeError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared import outbox_table
from shared.outbox_sending import OutboxSending
from tests.support.outbox import (
    BrokerInMemory,
    WrittenAllTheSameError,
    an_event,
    fill,
    pool_of,
    unsent,
)

KEYS = ("1983", "1984", "1960", "1961")


async def send_all(pool: object, sending: OutboxSending) -> None:
    """As the relay does: after a failure all begins with the oldest."""
    async with pool.acquire() as connection:  # type: ignore[attr-defined]
        while await connection.fetchval("SELECT EXISTS (SELECT FROM outbox)"):
            try:
                await sending.send_what_waits(connection)
            except (KafkaTimeoutError, ConnectionError):
                continue


@given(
    seed=st.integers(0, 2**32), rows=st.integers(1, 150), window=st.integers(1, 40), batch=st.integers(1, 9)
)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_whatever_fails_half_way_order_holds_for_each_key_and_nothing_is_lost(
    postgres_dsn: str, seed: int, rows: int, window: int, batch: int
) -> None:
    random = Random(seed)
    failures = iter(range(40))

    def answer(_: tuple[str, int], __: list[str]) -> bool:
        if random.random() < 0.2 and next(failures, None) is not None:
            raise KafkaTimeoutError
        if random.random() < 0.1 and next(failures, None) is not None:
            raise WrittenAllTheSameError from KafkaTimeoutError()
        return True

    events = [an_event(number, key=random.choice(KEYS)) for number in range(rows)]
    broker = BrokerInMemory(answer, most_in_batch=batch)
    async with pool_of(postgres_dsn) as pool:
        await pool.execute("TRUNCATE outbox")
        await fill(pool, events)
        await send_all(pool, OutboxSending(broker, window, None))  # type: ignore[arg-type]
        assert await unsent(pool) == 0
    for key in KEYS:
        stored = [str(number) for number, event in enumerate(events) if event.key == key]
        assert broker.words(key) == stored


async def test_after_a_failed_batch_nothing_more_of_its_partition_is_sent_and_the_others_go_on(
    fresh_postgres_dsn: str,
) -> None:
    tries = count()

    def answer(_: tuple[str, int], words: list[str]) -> bool:
        if "a3" in words and next(tries) == 0:
            raise KafkaTimeoutError
        return True

    broker = BrokerInMemory(answer, most_in_batch=2)
    async with pool_of(fresh_postgres_dsn) as pool, pool.acquire() as connection:
        await fill(pool, [an_event(f"a{number}", key="1983") for number in range(10)])
        await fill(pool, [an_event(f"b{number}", key="1960") for number in range(10)])
        with pytest.raises(KafkaTimeoutError):
            await OutboxSending(broker, 1000, None).send_what_waits(connection)  # type: ignore[arg-type]
        assert broker.words("1983") == ["a0", "a1"]
        assert len(broker.words("1960")) == 10
        assert await unsent(pool) == 8


async def test_what_came_of_a_row_that_was_committed_late_does_not_overtake_it(
    fresh_postgres_dsn: str,
) -> None:
    """A first window is on its way when a row turns up that stands before it, and after that what came of this row."""
    broker = BrokerInMemory(lambda _, __: False, most_in_batch=1000, partitions=1)
    async with pool_of(fresh_postgres_dsn) as pool, pool.acquire() as late, pool.acquire() as connection:
        transaction = late.transaction()
        await transaction.start()
        await outbox_table.store(late, [an_event("cause")])
        await fill(pool, [an_event(f"other{number}") for number in range(400)])
        sending = asyncio.create_task(
            OutboxSending(broker, 100, None).send_what_waits(connection)  # type: ignore[arg-type]
        )
        while not broker.on_its_way:
            await asyncio.sleep(0.01)
        await transaction.commit()
        await fill(pool, [an_event("effect")])
        while not sending.done():
            broker.let_through()
            await asyncio.sleep(0.01)
        await sending
        assert "effect" not in broker.words("1983"), "it is not even looked at before the late one is settled"
        broker.answer = lambda _, __: True
        await send_all(pool, OutboxSending(broker, 100, None))  # type: ignore[arg-type]
    words = broker.words("1983")
    assert words.index("cause") < words.index("effect")
    assert len(words) == 402


async def test_a_row_that_is_refused_is_set_apart_alone_and_the_rest_of_its_batch_is_sent(
    fresh_postgres_dsn: str,
) -> None:
    def answer(_: tuple[str, int], words: list[str]) -> bool:
        if "7" in words:
            raise MessageSizeTooLargeError
        return True

    broker = BrokerInMemory(answer, most_in_batch=5)
    async with pool_of(fresh_postgres_dsn) as pool:
        await fill(pool, [an_event(number) for number in range(30)])
        await send_all(pool, OutboxSending(broker, 1000, None))  # type: ignore[arg-type]
        refused = await pool.fetch("SELECT headers ->> 'ce_id' AS word, reason FROM outbox_refused")
        assert [row["word"] for row in refused] == ["7"]
        assert "MessageSizeTooLarge" in refused[0]["reason"]
    assert broker.words("1983") == [str(number) for number in range(30) if number != 7]
    assert broker.renewed


async def test_the_next_window_is_on_its_way_before_the_first_is_confirmed(fresh_postgres_dsn: str) -> None:
    broker = BrokerInMemory(lambda _, __: False, most_in_batch=1000)
    async with pool_of(fresh_postgres_dsn) as pool, pool.acquire() as connection:
        topics = ["report.received.v1", "report.disposed.v1"]
        await fill(pool, [an_event(number, topic=topics[number // 100]) for number in range(200)])
        sending = asyncio.create_task(
            OutboxSending(broker, 100, None).send_what_waits(connection)  # type: ignore[arg-type]
        )
        async with asyncio.timeout(30):
            while len(broker.words("1983")) < 200:
                await asyncio.sleep(0.01)
        assert await unsent(pool) == 200
        while not sending.done():
            broker.let_through()
            await asyncio.sleep(0.01)
        await sending
