"""An outbox to fill, and a broker in memory that can be told what to do with each batch."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import asyncpg

from shared import outbox_table
from shared.envelope import Outgoing
from shared.identity import new_id
from shared.postgres import TRANSIENT_ERRORS, create_pool
from shared.settings import PostgresSettings
from shared.topics import Service

SCHEMA: Final = Service.INTAKE


def an_event(
    word: object, *, key: str = "1983", topic: str = "report.received.v1", size: int = 0
) -> Outgoing:
    """Its body begins with the word, and is at least so large."""
    return Outgoing(new_id(), topic, key, {"ce_id": str(word)}, f"{word} ".encode().ljust(size, b"."))


def word_of(body: bytes) -> str:
    return body.split(b" ", 1)[0].decode()


def pool_of(dsn: str, schema: Service = SCHEMA) -> "asyncpg.Pool[asyncpg.Record]":
    return create_pool(PostgresSettings(dsn=dsn, pool_size=6), schema)


async def fill(pool: "asyncpg.Pool[asyncpg.Record]", events: Sequence[Outgoing]) -> None:
    async with pool.acquire() as connection:
        await outbox_table.store(connection, events)


async def unsent(pool: "asyncpg.Pool[asyncpg.Record]") -> int:
    return int(await pool.fetchval("SELECT count(*) FROM outbox"))


async def until_fewer(pool: "asyncpg.Pool[asyncpg.Record]", rows: int, timeout_s: float = 60.0) -> None:
    """Also while the database restarts."""
    async with asyncio.timeout(timeout_s):
        while True:
            with contextlib.suppress(*TRANSIENT_ERRORS):
                if await unsent(pool) < rows:
                    return
            await asyncio.sleep(0.005)


async def until_sent(pool: "asyncpg.Pool[asyncpg.Record]", timeout_s: float = 60.0) -> None:
    await until_fewer(pool, 1, timeout_s)


@dataclass(slots=True)
class Batch:
    """As aiokafka's, holding so many at most."""

    most: int
    bodies: list[tuple[bytes, bytes]] = field(default_factory=list)

    def append(self, *, timestamp: None, key: bytes, value: bytes, headers: list[tuple[str, bytes]]) -> Any:
        del timestamp, headers
        if len(self.bodies) == self.most:
            return None
        self.bodies.append((key, value))
        return self

    def close(self) -> None:
        return


# Told the lane and the batch's words; what it returns or raises is what becomes of the batch. False: it stays on its way.
Answer = Callable[[tuple[str, int], list[str]], bool]


class BrokerInMemory:
    """In the place of `Producer`."""

    def __init__(
        self, answer: Answer = lambda _, __: True, most_in_batch: int = 3, partitions: int = 3
    ) -> None:
        self.answer, self._most, self._partitions = answer, most_in_batch, partitions
        self.written: dict[tuple[str, int], list[tuple[str, str]]] = defaultdict(list)
        self.on_its_way: list[asyncio.Future[None]] = []
        self.renewed = 0

    async def partitions_for(self, _: str) -> Sequence[int]:
        return range(self._partitions)

    def create_batch(self) -> Batch:
        return Batch(self._most)

    async def send_batch(self, batch: Batch, topic: str, partition: int) -> "asyncio.Future[None]":
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        words = [word_of(body) for _, body in batch.bodies]
        try:
            done = self.answer((topic, partition), words)
        except WrittenAllTheSameError as lost:
            self._write(batch, topic, partition)
            future.set_exception(lost.__cause__ or lost)
        except Exception as error:  # noqa: BLE001 - whatever a test wants to go wrong
            future.set_exception(error)
        else:
            self._write(batch, topic, partition)
            if done:
                asyncio.get_running_loop().call_soon(future.set_result, None)
            else:
                self.on_its_way.append(future)
        return future

    def let_through(self) -> None:
        for future in self.on_its_way:
            future.set_result(None)
        self.on_its_way.clear()

    async def renew(self) -> None:
        self.renewed += 1

    def _write(self, batch: Batch, topic: str, partition: int) -> None:
        self.written[topic, partition] += [(key.decode(), word_of(body)) for key, body in batch.bodies]

    def words(self, key: str) -> list[str]:
        """The first time of each, as they stand on the topics."""
        words = [word for records in self.written.values() for each, word in records if each == key]
        return list(dict.fromkeys(words))


class WrittenAllTheSameError(Exception):
    """Raise it from another: the batch is written, and its confirmation lost."""
