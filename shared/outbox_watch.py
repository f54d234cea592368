"""How much waits to be sent and for how long, told by every process, whether or not it sends and whether or not Kafka is there."""

import asyncio
import contextlib
from time import monotonic
from typing import Final

import asyncpg

from shared import outbox_table
from shared.jobs import every
from shared.metrics import OUTBOX_OLDEST_SECONDS, OUTBOX_UNSENT
from shared.outbox_table import Backlog

LOOKED_AT_EVERY_S: Final = 5.0


class OutboxWatch:
    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", every_s: float = LOOKED_AT_EVERY_S) -> None:
        self._pool, self._every_s = pool, every_s
        self._found: Backlog | None = None
        self._found_at = 0.0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        OUTBOX_OLDEST_SECONDS.set_function(self.oldest_s)
        OUTBOX_UNSENT.set_function(lambda: self._found.rows if self._found else 0)
        self._task = asyncio.create_task(every(self._every_s, self.look, "watch_outbox"), name="outbox-watch")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def look(self) -> None:
        async with self._pool.acquire() as connection:
            self._found = await outbox_table.backlog(connection)
        self._found_at = monotonic()

    def oldest_s(self) -> float:
        """As it was found a moment ago. While the database is away nothing can leave, so what waited then grows older."""
        if self._found is None or not self._found.rows:
            return 0.0
        since = monotonic() - self._found_at
        return self._found.age_s + (since if since > 2 * self._every_s else 0.0)

    def told(self) -> str:
        if self._found is None:
            return "what waits is not known yet"
        if not self._found.rows:
            return "nothing waits"
        return f"{self._found.rows} events wait, the oldest for {self.oldest_s():.0f} s"
