"""Events leave a service by its outbox: stored with the change they tell of, sent by one relay, deleted when confirmed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import monotonic
from typing import Final

import asyncpg
import structlog

from shared import outbox_table
from shared.envelope import Outgoing
from shared.health import Check
from shared.inbox import Connection
from shared.kafka_clients import Producer
from shared.metrics import OUTBOX_LEADS
from shared.outbox_sending import OnConfirmed, OutboxSending
from shared.outbox_watch import OutboxWatch

__all__ = ["OnConfirmed", "OutboxRelay", "store_outgoing"]

log = structlog.get_logger()

_IDLE_S: Final = 0.5
_STANDBY_S: Final = 1.0
_MAX_BACKOFF_S: Final = 5.0
# Whoever leads says something to the database every few seconds; who has said nothing for so long leads no more.
SILENT_S: Final = 20.0
# After a few rows the next ones are let gather for so long for each of them: one request for fifty events, not fifty requests.
_GATHER_S: Final = 0.0005
_MAX_GATHER_S: Final = 0.02


async def store_outgoing(connection: Connection, events: Sequence[Outgoing]) -> None:
    """Store in the caller's transaction, in this order. Call `OutboxRelay.wake()` after the commit."""
    if events:
        await outbox_table.store(connection, events)


@asynccontextmanager
async def _leading() -> AsyncIterator[None]:
    OUTBOX_LEADS.set(1)
    try:
        yield
    finally:
        OUTBOX_LEADS.set(0)


class OutboxRelay:
    """Sends the outbox in order. Several processes may run one; an advisory lock lets one send at a time.

    A row is deleted only when the broker has confirmed it, so a crash in between sends it twice, never not at all: consumers know
    an event by its id. Nothing is sent before an unsent row of its own partition; after any failure all begins with the oldest.
    """

    def __init__(
        self,
        pool: "asyncpg.Pool[asyncpg.Record]",
        producer: Producer,
        batch: int = 4000,
        on_confirmed: OnConfirmed | None = None,
        silent_s: float = SILENT_S,
    ) -> None:
        self._pool, self._producer, self._silent_s = pool, producer, silent_s
        self._sending = OutboxSending(producer, batch, on_confirmed)
        self._watch = OutboxWatch(pool)
        self._woken = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._state = "has not begun"

    def wake(self) -> None:
        self._woken.set()

    def start(self) -> None:
        """Sends as soon as the producer has started; until then everything is kept."""
        self._watch.start()
        self._task = asyncio.create_task(self._run(), name="outbox-relay")

    async def stop(self, timeout_s: float) -> None:
        """Let what is in hand be confirmed, then end. What is not confirmed in time stays in the outbox."""
        self._stopping = True
        self.wake()
        if self._task is not None:
            if self._producer.has_started:
                await asyncio.wait([self._task], timeout=timeout_s)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._watch.stop()

    async def check(self) -> Check:
        """Ready as long as the relay runs; a backlog or an absent Kafka is told, and holds up nothing."""
        alive = self._task is not None and not self._task.done()
        return Check(alive, f"{self._state if alive else 'the relay has ended'}; {self._watch.told()}")

    async def _run(self) -> None:
        self._state = "waits for Kafka; what is to be sent is kept"
        await self._producer.started()
        backoff = 0.1
        while not self._stopping:
            try:
                await self._lead()
                backoff = 0.1
            except Exception as error:  # noqa: BLE001 - whatever happens, what is accepted must go on being sent
                self._state = f"waits after {type(error).__name__}: {error}"[:300]
                log.warning("outbox_relay_waits", reason=self._state, seconds=backoff)
                await self._pause(backoff)
                backoff = min(backoff * 2, _MAX_BACKOFF_S)

    async def _lead(self) -> None:
        """Hold the lock on one connection for as long as it lives, and send from it."""
        async with self._pool.acquire() as connection:
            if not await outbox_table.lead(connection):
                self._state = "another process sends"
                if await outbox_table.end_silent_leader(connection, self._silent_s):
                    log.warning("outbox_leader_was_silent", seconds=self._silent_s)
                else:
                    await self._stand_by(connection)
                return
            self._state = "sends"
            self._sending.begin_anew()
            async with _leading(), outbox_table.listening(connection, self.wake):
                while not self._stopping:
                    self._woken.clear()
                    if sent := await self._sending.send_what_waits(connection):
                        await self._rest(min(sent * _GATHER_S, _MAX_GATHER_S))
                    else:
                        await self._pause(_IDLE_S)
                await self._sending.send_what_waits(connection)

    async def _stand_by(self, connection: Connection) -> None:
        """Tell the one that sends of what is stored here, and ask for the lead again after a while."""
        until = monotonic() + _STANDBY_S
        while not self._stopping and (left := until - monotonic()) > 0:
            await self._pause(left)
            if self._woken.is_set():
                self._woken.clear()
                await outbox_table.tell_leader(connection)
                await self._rest(_MAX_GATHER_S)

    async def _pause(self, seconds: float) -> None:
        """Until woken, or so long."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)

    async def _rest(self, seconds: float) -> None:
        if not self._stopping:
            await asyncio.sleep(seconds)
