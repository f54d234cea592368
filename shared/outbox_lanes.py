"""Rows of the outbox on their way: each partition is a lane, in which nothing is sent before what came before is confirmed."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordTooLargeError
from aiokafka.partitioner import murmur2
from aiokafka.producer.message_accumulator import BatchBuilder

from shared.kafka_clients import Producer

REFUSALS: Final = (MessageSizeTooLargeError, RecordTooLargeError)
Lane = tuple[str, int]
Row = Any  # asyncpg's Record, which carries no types


@dataclass(slots=True)
class Failure:
    """The first batch of a lane that the broker did not take. Nothing after it was sent in that lane."""

    rows: Sequence[Row]
    error: Exception


@dataclass(slots=True)
class Window:
    """Rows in hand, and what became of them."""

    rows: Sequence[Row]
    confirmed: list[Row] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    tasks: "list[asyncio.Task[bool]]" = field(default_factory=list)

    @property
    def last(self) -> int:
        return int(self.rows[-1]["position"])

    async def settled(self) -> None:
        """Raises what no broker brought about."""
        await asyncio.gather(*self.tasks)


class Lanes:
    """Several windows may be under way: a lane of the second goes on when the same lane of the first is confirmed, and not at all
    if that failed. Building a batch takes a few milliseconds, so one is built at a time, and everything else gets its turn between.
    """

    def __init__(self, producer: Producer) -> None:
        self._producer = producer
        self._tails: dict[Lane, asyncio.Task[bool]] = {}
        self._turn = asyncio.Lock()

    async def begin(self, rows: Sequence[Row], most_in_batch: int) -> Window:
        """Send what is in `rows`, in the order in which it stands there. Ask `Window.settled`."""
        window, by_lane = Window(rows), await self._by_lane(rows)
        for lane, some in by_lane.items():
            task = asyncio.create_task(self._send(lane, some, most_in_batch, self._tails.get(lane), window))
            self._tails[lane] = task
            window.tasks.append(task)
        return window

    async def abandon(self) -> None:
        """What the producer has been given it goes on trying to send; nothing more is given to it."""
        tails, self._tails = list(self._tails.values()), {}
        for task in tails:
            task.cancel()
        await asyncio.gather(*tails, return_exceptions=True)

    async def _by_lane(self, rows: Sequence[Row]) -> dict[Lane, list[Row]]:
        topics = {row["topic"] for row in rows}
        partitions = {topic: await self._producer.partitions_for(topic) for topic in topics}
        by_lane: dict[Lane, list[Row]] = defaultdict(list)
        for row in rows:
            topic = row["topic"]
            by_lane[topic, partition_of(row["key"], len(partitions[topic]))].append(row)
        return by_lane

    async def _send(
        self, lane: Lane, rows: Sequence[Row], most: int, before: "asyncio.Task[bool] | None", window: Window
    ) -> bool:
        """Whether all were confirmed. The next batch is built while the one before is on its way."""
        under_way: tuple[Sequence[Row], asyncio.Future[Any]] | None = None
        batches = self._batches(rows, most)
        while True:
            async with self._turn:
                batch, taken = next(batches, (None, ()))
                await asyncio.sleep(0)
            if before is not None:
                if not await before:
                    return False
                before = None
            if under_way is not None and not await _confirmed(*under_way, window):
                return False
            if batch is None:
                return True
            try:
                under_way = taken, await self._producer.send_batch(batch, *lane)
            except KafkaError as error:
                window.failures.append(Failure(taken, error))
                return False

    def _batches(self, rows: Sequence[Row], most: int) -> Iterator[tuple[BatchBuilder, Sequence[Row]]]:
        """As many rows in each as fit and as are allowed; one that is larger than a batch is alone in it."""
        start = 0
        while start < len(rows):
            batch, end = self._producer.create_batch(), start
            while end < min(len(rows), start + most) and _append(batch, rows[end]):
                end += 1
            batch.close()
            yield batch, rows[start:end]
            start = end


async def _confirmed(rows: Sequence[Row], future: "asyncio.Future[Any]", window: Window) -> bool:
    try:
        await future
    except KafkaError as error:
        window.failures.append(Failure(rows, error))
        return False
    window.confirmed.extend(rows)
    return True


def _append(batch: BatchBuilder, row: Row) -> bool:
    headers = [(name, value.encode()) for name, value in row["headers"].items()]
    added = batch.append(timestamp=None, key=row["key"].encode(), value=row["body"], headers=headers)
    return added is not None


@lru_cache(maxsize=4096)
def partition_of(key: str, partitions: int) -> int:
    """As every Kafka client places a key."""
    return int(murmur2(key.encode()) & 0x7FFFFFFF) % partitions
