"""Events leave a service by its outbox: stored with the change they tell of, sent by one relay, deleted when confirmed."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

import asyncpg
import structlog
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordTooLargeError

from shared.envelope import Outgoing
from shared.health import Check
from shared.inbox import Connection
from shared.kafka_clients import Producer
from shared.metrics import OUTBOX_OLDEST_SECONDS, OUTBOX_SENT, OUTBOX_UNSENT

log = structlog.get_logger()

_STORE: Final = """
INSERT INTO outbox (event_id, topic, key, headers, body)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[], $5::bytea[])
"""
_OLDEST: Final = (
    "SELECT position, event_id, topic, key, headers, body, stored_at FROM outbox ORDER BY position LIMIT $1"
)
_CONFIRM: Final = "DELETE FROM outbox WHERE position = ANY($1::bigint[])"
_REFUSE: Final = """
WITH gone AS (DELETE FROM outbox WHERE position = $1 RETURNING *)
INSERT INTO outbox_refused (position, event_id, topic, key, headers, body, stored_at, reason)
SELECT position, event_id, topic, key, headers, body, stored_at, $2 FROM gone
"""
_UNSENT: Final = "SELECT count(*) FROM outbox"
_LEAD: Final = "SELECT pg_try_advisory_lock(hashtext('vardkase-outbox-' || current_schema()))"
_REFUSALS: Final = (MessageSizeTooLargeError, RecordTooLargeError)
_IDLE_S: Final = 0.5
_STANDBY_S: Final = 2.0
_MAX_BACKOFF_S: Final = 5.0

# Told (topic, event id) of what the broker has just confirmed, in the transaction that deletes it from the outbox.
OnConfirmed: TypeAlias = Callable[[Connection, Sequence[tuple[str, UUID]]], Awaitable[None]]


async def store_outgoing(connection: Connection, events: Sequence[Outgoing]) -> None:
    """Store in the caller's transaction, in this order. Call `OutboxRelay.wake()` after the commit."""
    if not events:
        return
    await connection.execute(
        _STORE,
        [event.event_id for event in events],
        [event.topic for event in events],
        [event.key for event in events],
        [dict(event.headers) for event in events],
        [event.body for event in events],
    )


class OutboxRelay:
    """Sends the outbox in order. Several processes may run one; an advisory lock lets one send at a time.

    A row is deleted only when the broker has confirmed it, so a crash in between sends it twice, never not at all:
    consumers know an event by its id. After any failure nothing is sent before the oldest unsent row.
    """

    def __init__(
        self,
        pool: "asyncpg.Pool[asyncpg.Record]",
        producer: Producer,
        batch: int = 2000,
        on_confirmed: OnConfirmed | None = None,
    ) -> None:
        self._pool, self._producer, self._batch = pool, producer, batch
        self._on_confirmed = on_confirmed
        self._woken = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._trouble: str | None = None

    def wake(self) -> None:
        self._woken.set()

    def start(self) -> None:
        """Sends as soon as the producer has started; until then everything is kept."""
        self._task = asyncio.create_task(self._run(), name="outbox-relay")

    async def stop(self, timeout_s: float) -> None:
        """Let the batch in hand be confirmed, then end. What is not confirmed in time stays in the outbox."""
        self._stopping = True
        self.wake()
        if self._task is not None:
            if self._producer.has_started:
                await asyncio.wait([self._task], timeout=timeout_s)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def check(self) -> Check:
        """Ready as long as the relay runs; a backlog or an absent Kafka is told, and holds up nothing."""
        alive = self._task is not None and not self._task.done()
        return Check(alive, self._trouble or ("relay runs" if alive else "relay has ended"))

    async def _run(self) -> None:
        self._trouble = "waits for Kafka; what is to be sent is kept"
        await self._producer.started()
        self._trouble, backoff = None, 0.1
        while not self._stopping:
            try:
                await self._lead()
                backoff = 0.1
            except Exception as error:  # noqa: BLE001 - whatever happens, what is accepted must go on being sent
                self._trouble = f"{type(error).__name__}: {error}"[:300]
                log.warning("outbox_relay_waits", reason=self._trouble, seconds=backoff)
                await self._pause(backoff)
                backoff = min(backoff * 2, _MAX_BACKOFF_S)

    async def _lead(self) -> None:
        """Hold the lock on one connection for as long as it lives, and send from it."""
        async with self._pool.acquire() as connection:
            if not await connection.fetchval(_LEAD):
                await self._pause(_STANDBY_S)
                return
            while not self._stopping:
                self._woken.clear()
                if await self._send_oldest(connection) == 0:
                    await self._pause(_IDLE_S)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)

    async def _send_oldest(self, connection: Connection) -> int:
        rows = await connection.fetch(_OLDEST, self._batch)
        if not rows:
            OUTBOX_OLDEST_SECONDS.set(0)
            OUTBOX_UNSENT.set(0)
            self._trouble = None
            return 0
        OUTBOX_OLDEST_SECONDS.set((datetime.now(UTC) - rows[0]["stored_at"]).total_seconds())
        results = await asyncio.gather(*await self._hand_over(rows), return_exceptions=True)
        confirmed = [
            row for row, result in zip(rows, results, strict=False) if not isinstance(result, BaseException)
        ]
        async with connection.transaction():
            await connection.execute(_CONFIRM, [row["position"] for row in confirmed])
            if self._on_confirmed is not None and confirmed:
                await self._on_confirmed(connection, [(row["topic"], row["event_id"]) for row in confirmed])
        for topic, number in Counter(row["topic"] for row in confirmed).items():
            OUTBOX_SENT.labels(topic).inc(number)
        await self._settle_failures(connection, rows, results)
        OUTBOX_UNSENT.set(await connection.fetchval(_UNSENT) if len(rows) == self._batch else 0)
        self._trouble = None
        return len(rows)

    async def _hand_over(self, rows: Sequence[Any]) -> "list[asyncio.Future[Any]]":
        """Give the rows to the producer one after the other, so that none overtakes; the futures end confirmed or failed."""
        futures: list[asyncio.Future[Any]] = []
        for row in rows:
            headers = [(name, value.encode()) for name, value in row["headers"].items()]
            try:
                future = await self._producer.send(
                    row["topic"], value=row["body"], key=row["key"].encode(), headers=headers
                )
            except KafkaError as error:
                future = asyncio.get_running_loop().create_future()
                future.set_exception(error)
            futures.append(future)
            if future.done() and not isinstance(future.exception(), (*_REFUSALS, type(None))):
                break
        return futures

    async def _settle_failures(
        self, connection: Connection, rows: Sequence[Any], results: Sequence[object]
    ) -> None:
        """Set apart what the broker refuses for good; raise the first other failure, to try all the rest again."""
        again: BaseException | None = None
        for row, result in zip(rows, results, strict=False):
            if isinstance(result, _REFUSALS):
                await connection.execute(_REFUSE, row["position"], f"{type(result).__name__}: {result}"[:500])
                log.error("outbox_event_refused", topic=row["topic"], position=row["position"])
            elif isinstance(result, BaseException) and again is None:
                again = result
        if again is not None:
            raise again
