"""A backlog of reports' events that gathered while Kafka was away: how fast it drains when Kafka is back, and what those feel
who report meanwhile.

Beside the rate: the very same records, taken from the topic, written by a bare producer to a topic with the same settings, by
aiokafka's batches (the most it can) and by its `send`; both while the same number of reports is accepted each second.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import cycle
from time import perf_counter
from typing import Any, Final

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from bench.acceptance import PATH
from bench.http_load import Load, press, steady_until
from bench.reports import encoded_bodies
from bench.standstill import only
from deploy.provision import WantedTopic
from deploy.system import System
from shared.identity import new_id
from shared.kafka_clients import client_options, create_producer
from shared.topics import REPORT_RECEIVED, Service, Topic

_STEADY_PER_S: Final = 300.0
_CONNECTIONS: Final = 64
_TIMEOUT_S: Final = 300.0
_WAITING: Final = "SELECT count(*) FROM intake.outbox"
_NEWEST: Final = "SELECT max(position) FROM intake.outbox"
_ANY_UP_TO: Final = "SELECT EXISTS (SELECT FROM intake.outbox WHERE position <= $1)"
_ANY_OF_OLDEST: Final = "SELECT EXISTS (SELECT FROM intake.outbox WHERE position = $1)"
_OLDEST: Final = "SELECT min(position) FROM intake.outbox"

Message = tuple[bytes, bytes, list[tuple[str, bytes]]]


def measure_backlog(system: System, *, seed: int, amount: int, seconds: float) -> dict[str, Any]:
    """`amount` reports are accepted while Kafka is away. `seconds`: how long acceptance is measured before that."""
    with only(system, Service.INTAKE):
        return asyncio.run(_measure(system, seed, amount, seconds))


async def _measure(system: System, seed: int, amount: int, seconds: float) -> dict[str, Any]:
    bodies = cycle(encoded_bodies(seed, 20_000))
    connection = await asyncpg.connect(system.servers.postgres_dsn)
    try:
        await until(connection, _WAITING, lambda found: found == 0)
        before = await _accepting(system, bodies, asyncio.sleep(seconds))
        await asyncio.to_thread(system.servers.stack.kill_broker)
        gathered = await _gather(system, connection, bodies, amount)
        system.servers.stack.restart_broker()  # from this thread: a server ends with the one that started it
        drain = _Drain(connection)
        during = await _accepting(system, bodies, drain.watch())
        records = await _records(system, gathered)
        ceilings = await _ceilings(system, bodies, records)
    finally:
        await connection.close()
    return {
        "rows": drain.rows,
        "drained_per_s": round(drain.per_second),
        "drain_s": round(drain.seconds, 1),
        "plain_batches_per_s": round(ceilings["batches"]),
        "plain_send_per_s": round(ceilings["send"]),
        "share_of_plain_batches": round(drain.per_second / ceilings["batches"], 2),
        "share_of_plain_send": round(drain.per_second / ceilings["send"], 2),
        "first_sent_after_kafka_is_back_s": round(drain.first_after_s, 1),
        "accepted_meanwhile_per_s": _STEADY_PER_S,
        "before_p50_ms": round(before.quantile_ms(0.50), 1),
        "before_p99_ms": round(before.quantile_ms(0.99), 1),
        "during_p50_ms": round(during.quantile_ms(0.50), 1),
        "during_p99_ms": round(during.quantile_ms(0.99), 1),
        "during_slowest_ms": round(during.quantile_ms(1.0), 1),
        "refused": len(before.other_statuses) + len(during.other_statuses),
    }


async def _gather(system: System, connection: Any, bodies: Any, amount: int) -> int:
    """Reports are accepted as fast as they are answered until so many wait; how many they then are."""
    url = f"{system.url(Service.INTAKE)}{PATH}"
    while (waiting := int(await connection.fetchval(_WAITING))) < amount:
        seconds = min(max((amount - waiting) / 2000, 0.2), 2)
        await press(url, lambda: next(bodies), connections=_CONNECTIONS, seconds=seconds)
    return waiting


async def _accepting(system: System, bodies: Any, meanwhile: Awaitable[object]) -> Load:
    """A steady number of reports each second for as long as the other thing takes."""
    over = asyncio.Event()
    load = asyncio.create_task(
        steady_until(
            f"{system.url(Service.INTAKE)}{PATH}",
            lambda: next(bodies),
            per_second=_STEADY_PER_S,
            connections=_CONNECTIONS,
            over=over,
        )
    )
    try:
        await meanwhile
    finally:
        over.set()
    return await load


class _Drain:
    """From the first row that leaves until all those are gone that were there when Kafka came back."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.rows, self.seconds, self.first_after_s = 0, 0.0, 0.0

    @property
    def per_second(self) -> float:
        return self.rows / self.seconds

    async def watch(self) -> None:
        self.rows = int(await self._connection.fetchval(_WAITING))
        oldest, newest = [await self._connection.fetchval(query) for query in (_OLDEST, _NEWEST)]
        began = perf_counter()
        await until(self._connection, _ANY_OF_OLDEST, lambda found: not found, oldest)
        self.first_after_s = perf_counter() - began
        began = perf_counter()
        await until(self._connection, _ANY_UP_TO, lambda found: not found, newest)
        self.seconds = perf_counter() - began


async def _records(system: System, amount: int) -> list[Message]:
    """The newest `amount` of what intake has told, as bytes."""
    consumer = AIOKafkaConsumer(
        REPORT_RECEIVED.name,
        **client_options(system.servers.kafka_admin.as_settings()),
        group_id=f"bench.{new_id()}",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    found: list[Message] = []
    try:
        while batches := await consumer.getmany(timeout_ms=2000, max_records=5000):
            for records in batches.values():
                found += [(record.key, record.value, list(record.headers)) for record in records]
    finally:
        await consumer.stop()
    return found[-amount:]


async def _ceilings(system: System, bodies: Any, records: Sequence[Message]) -> Mapping[str, float]:
    """Records a second, each way in turn, twice; the better is quoted."""
    settings = system.servers.kafka_admin.as_settings()
    topic = await _topic_like(system, REPORT_RECEIVED)
    producer = create_producer(settings, "bench")
    await producer.start()
    rates: dict[str, float] = {}
    try:
        for _ in range(2):
            for name, produce in (("batches", _in_batches), ("send", _one_by_one)):
                took = _Took()
                await _accepting(system, bodies, took.by(produce(producer, topic, records)))
                rates[name] = max(rates.get(name, 0.0), len(records) / took.seconds)
    finally:
        await producer.stop()
    return rates


class _Took:
    seconds = 0.0

    async def by(self, work: Awaitable[object]) -> None:
        began = perf_counter()
        await work
        self.seconds = perf_counter() - began


async def _topic_like(system: System, topic: Topic) -> str:
    """A new topic with the same settings, so that nothing is written where services read."""
    like = WantedTopic(
        f"bench.{new_id()}",
        topic.partitions,
        topic.retention,
        topic.cleanup,
        topic.max_message_bytes,
    )
    admin = AIOKafkaAdminClient(**client_options(system.servers.kafka_admin.as_settings()))
    await admin.start()
    try:
        await admin.create_topics([NewTopic(like.name, like.partitions, 1, topic_configs=like.config)])
    finally:
        await admin.close()
    return like.name


async def _one_by_one(producer: AIOKafkaProducer, topic: str, records: Sequence[Message]) -> None:
    pending = [await producer.send(topic, value, key=key, headers=headers) for key, value, headers in records]
    await asyncio.gather(*pending)


async def _in_batches(producer: AIOKafkaProducer, topic: str, records: Sequence[Message]) -> None:
    """Batches as large as the producer's settings allow, each partition's one after the other."""
    partitions = sorted(await producer.partitions_for(topic))
    places: dict[bytes, int] = {}
    by_partition: dict[int, list[Message]] = defaultdict(list)
    for record in records:
        place = places.setdefault(record[0], partitions[hash(record[0]) % len(partitions)])
        by_partition[place].append(record)
    await asyncio.gather(
        *(_batches_of_one(producer, topic, place, some) for place, some in by_partition.items())
    )


async def _batches_of_one(
    producer: AIOKafkaProducer, topic: str, partition: int, records: Sequence[Message]
) -> None:
    pending: list[Awaitable[object]] = []
    batch = producer.create_batch()
    for key, value, headers in records:
        if batch.append(key=key, value=value, headers=headers, timestamp=None) is None:
            pending.append(await producer.send_batch(batch, topic, partition=partition))
            batch = producer.create_batch()
            batch.append(key=key, value=value, headers=headers, timestamp=None)
    batch.close()
    pending.append(await producer.send_batch(batch, topic, partition=partition))
    await asyncio.gather(*pending)


async def until(connection: Any, query: str, is_so: Callable[[Any], bool], *arguments: object) -> None:
    began = perf_counter()
    while not is_so(await connection.fetchval(query, *arguments)):
        if perf_counter() - began > _TIMEOUT_S:
            raise TimeoutError(f"{query}: not so in {_TIMEOUT_S} s")
        await asyncio.sleep(0.02)
