"""The relay on a real broker and a real database: several of them, killed, hanging, cut off; and what a broker refuses."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import asyncpg
import pytest
from aiokafka import ConsumerRecord
from aiokafka.errors import KafkaError
from prometheus_client import REGISTRY

from shared import outbox_table
from shared.envelope import Outgoing
from shared.kafka_clients import Producer
from shared.outbox import OutboxRelay
from shared.outbox_lanes import partition_of
from shared.settings import KafkaSettings
from shared.topics import MIB
from tests.support.kafka import KafkaForTests
from tests.support.outbox import an_event, fill, pool_of, unsent, until_fewer, until_sent, word_of
from tests.support.relay_process import relay_process

KEYS = ("1983", "1984", "1960", "1961", "1980")
NOWHERE = KafkaSettings(bootstrap_servers="127.0.0.1:1", security_protocol="PLAINTEXT")


@asynccontextmanager
async def relaying(kafka: KafkaForTests, pool: Any, **options: Any) -> AsyncIterator[OutboxRelay]:
    producer = Producer(kafka.settings(), "test-outbox")
    relay = OutboxRelay(pool, producer, **options)
    relay.start()
    await producer.start()
    try:
        yield relay
    finally:
        await relay.stop(10)
        await producer.stop()


def many(amount: int, seed: int = 1) -> list[Outgoing]:
    random = Random(seed)
    return [an_event(number, key=random.choice(KEYS), size=600) for number in range(amount)]


async def assert_all_arrived_in_order(kafka: KafkaForTests, topic: str, events: Sequence[Outgoing]) -> int:
    """The first time of each event, for each key. How often one came again."""

    def firsts(records: list[ConsumerRecord]) -> dict[str, list[str]]:
        words: dict[str, dict[str, None]] = {}
        for record in records:
            words.setdefault(record.key.decode(), {})[word_of(record.value)] = None
        return {key: list(some) for key, some in words.items()}

    def all_there(records: list[ConsumerRecord]) -> bool:
        return sum(len(words) for words in firsts(records).values()) >= len(events)

    records = await kafka.records(topic, until=all_there, timeout_s=60)
    stored: dict[str, list[str]] = {}
    for event in events:
        stored.setdefault(event.key, []).append(word_of(event.body))
    assert firsts(records) == stored
    return len(records) - len(events)


async def on_topic(kafka: KafkaForTests, events: Sequence[Outgoing]) -> tuple[str, list[Outgoing]]:
    """The same events for a new topic, with the limit that ours have."""
    topic = await kafka.topic(partitions=3, max_message_bytes=str(MIB))
    return topic, [Outgoing(each.event_id, topic, each.key, each.headers, each.body) for each in events]


async def test_another_process_goes_on_when_the_one_that_sends_is_killed(
    kafka: KafkaForTests, fresh_postgres_dsn: str
) -> None:
    topic, events = await on_topic(kafka, many(30_000))
    async with pool_of(fresh_postgres_dsn) as pool:
        await fill(pool, events)
        with relay_process(fresh_postgres_dsn, kafka.settings()) as leader:
            await until_fewer(pool, 30_000)
            async with relaying(kafka, pool):
                leader.kill()
                left = await unsent(pool)
                await until_sent(pool)
    assert left > 0
    await assert_all_arrived_in_order(kafka, topic, events)


async def test_another_process_goes_on_when_the_one_that_sends_hangs_and_order_holds_when_it_wakes(
    kafka: KafkaForTests, fresh_postgres_dsn: str
) -> None:
    """A stopped process keeps its connections, and with them the lock."""
    topic, events = await on_topic(kafka, many(30_000))
    async with pool_of(fresh_postgres_dsn) as pool:
        await fill(pool, events)
        with relay_process(fresh_postgres_dsn, kafka.settings(), silent_s=1.0) as leader:
            await until_fewer(pool, 30_000)
            os.kill(leader.pid, signal.SIGSTOP)
            left = await unsent(pool)
            async with relaying(kafka, pool, silent_s=1.0):
                await until_fewer(pool, left)
                os.kill(leader.pid, signal.SIGCONT)
                await until_sent(pool)
    assert left > 0
    await assert_all_arrived_in_order(kafka, topic, events)


async def test_a_leader_whose_connection_is_cut_while_it_sends_leaves_nothing_out_of_order(
    kafka: KafkaForTests, fresh_postgres_dsn: str
) -> None:
    topic, events = await on_topic(kafka, many(30_000))
    async with pool_of(fresh_postgres_dsn) as pool, pool_of(fresh_postgres_dsn) as other_pool:
        await fill(pool, events)
        async with relaying(kafka, pool), relaying(kafka, other_pool):
            for rows in (29_000, 20_000, 10_000):
                await until_fewer(pool, rows)
                await _cut_leader(fresh_postgres_dsn)
            await until_sent(pool)
    await assert_all_arrived_in_order(kafka, topic, events)


async def _cut_leader(dsn: str) -> None:
    """As a failing network or a restart does it."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
    finally:
        await connection.close()


async def test_what_comes_of_an_event_follows_it_though_many_processes_store_at_once(
    kafka: KafkaForTests, fresh_postgres_dsn: str
) -> None:
    """Each cause is committed some time after it got its place; its effect is stored by another connection after that."""
    topic = await kafka.topic(partitions=1)
    async with pool_of(fresh_postgres_dsn) as pool:

        async def chain(number: int) -> None:
            random = Random(number)
            for step in range(20):
                async with pool.acquire() as connection, connection.transaction():
                    await outbox_table.store(connection, [an_event(f"{number}-{step}", topic=topic)])
                    await asyncio.sleep(random.random() * 0.02)

        async with pool_of(fresh_postgres_dsn) as own, relaying(kafka, own, batch=100):
            await asyncio.gather(*(chain(number) for number in range(30)))
            await until_sent(pool)
    records = await kafka.records(topic, at_least=600)
    words = [word_of(record.value) for record in records]
    for number in range(30):
        mine = [word for word in dict.fromkeys(words) if word.split("-")[0] == str(number)]
        assert mine == [f"{number}-{step}" for step in range(20)]


async def test_what_the_broker_refuses_holds_up_nothing_behind_it(
    kafka: KafkaForTests, fresh_postgres_dsn: str
) -> None:
    """aiokafka would go on numbering as if the refused record had been written, and the broker refuse all that follow."""
    topic, events = await on_topic(kafka, [an_event(number) for number in range(20)])
    too_large = Outgoing(events[0].event_id, topic, "1983", {}, os.urandom(1_500_000))
    async with pool_of(fresh_postgres_dsn) as pool, relaying(kafka, pool):
        await fill(pool, events[:10])
        await until_sent(pool)
        await fill(pool, [events[10], too_large, *events[11:]])
        await until_sent(pool)
        assert await pool.fetchval("SELECT count(*) FROM outbox_refused") == 1
    await assert_all_arrived_in_order(kafka, topic, events)


async def test_a_producer_goes_on_after_a_refusal(kafka: KafkaForTests) -> None:
    topic = await kafka.topic(max_message_bytes=str(MIB))
    producer = Producer(kafka.settings(), "test")
    await producer.start()
    try:
        await producer.send_and_wait(topic, value=b"before", key=b"k")
        with pytest.raises(KafkaError):
            await producer.send_and_wait(topic, value=os.urandom(1_500_000), key=b"k")
        await producer.send_and_wait(topic, value=b"after", key=b"k")
    finally:
        await producer.stop()
    assert [record.value for record in await kafka.records(topic, at_least=2)] == [b"before", b"after"]


async def test_events_stand_in_the_partition_in_which_every_client_looks_for_their_key(
    kafka: KafkaForTests, fresh_postgres_dsn: str
) -> None:
    topic = await kafka.topic(partitions=7)
    keys = [f"{number * 7919:04d}" for number in range(60)]
    for key in keys[:10]:
        await kafka.send(topic, b"by a plain client", key=key.encode())
    async with pool_of(fresh_postgres_dsn) as pool, relaying(kafka, pool):
        await fill(pool, [an_event(key, key=key, topic=topic) for key in keys])
        await until_sent(pool)
    for record in await kafka.records(topic, at_least=70):
        assert record.partition == partition_of(record.key.decode(), 7)


async def test_who_does_not_send_asks_for_it_about_once_a_second_however_often_it_is_woken(
    kafka: KafkaForTests, fresh_postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    ask = outbox_table.lead

    async def counted(connection: Any) -> bool:
        nonlocal asked
        asked += 1
        return await ask(connection)

    async with pool_of(fresh_postgres_dsn) as pool, relaying(kafka, pool) as leader:
        await until_told(leader, "sends")
        monkeypatch.setattr(outbox_table, "lead", counted)
        async with pool_of(fresh_postgres_dsn) as other_pool, relaying(kafka, other_pool) as waiting:
            for _ in range(100):
                waiting.wake()
                await asyncio.sleep(0.01)
            assert (await waiting.check()).detail.startswith("another process sends")
    assert asked <= 4


async def test_what_another_process_stores_is_sent_when_it_says_so_not_at_the_next_look(
    kafka: KafkaForTests, fresh_postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.outbox._IDLE_S", 600.0)
    topic, events = await on_topic(kafka, many(10))
    async with (
        pool_of(fresh_postgres_dsn) as pool,
        pool_of(fresh_postgres_dsn) as other_pool,
        relaying(kafka, pool) as leader,
    ):
        await until_told(leader, "sends")
        async with relaying(kafka, other_pool) as other:
            await until_told(other, "another process sends")
            await fill(other_pool, events)
            other.wake()
            await until_sent(pool)
    await assert_all_arrived_in_order(kafka, topic, events)


async def until_told(relay: OutboxRelay, state: str) -> None:
    async with asyncio.timeout(20):
        while not (await relay.check()).detail.startswith(state):
            await asyncio.sleep(0.02)


async def test_the_age_of_the_oldest_is_told_while_kafka_has_never_been_there(
    fresh_postgres_dsn: str,
) -> None:
    async with pool_of(fresh_postgres_dsn) as pool:
        await fill(pool, many(40))
        await pool.execute(
            "UPDATE outbox SET stored_at = stored_at - interval '90 seconds' WHERE headers ->> 'ce_id' = '0'"
        )
        never = Producer(NOWHERE, "test")
        relay = OutboxRelay(pool, never)
        relay.start()
        try:
            async with asyncio.timeout(20):
                while REGISTRY.get_sample_value("vardkase_outbox_unsent") != 40:
                    await asyncio.sleep(0.05)
            age = REGISTRY.get_sample_value("vardkase_outbox_oldest_seconds")
            assert age is not None
            assert 90 <= age < 120
            check = await relay.check()
            assert check.ok
            assert check.detail.startswith(
                "waits for Kafka; what is to be sent is kept; 40 events wait, the oldest for 9"
            )
        finally:
            await relay.stop(1)
