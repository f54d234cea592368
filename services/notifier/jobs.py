"""What the notifier does by the clock: webhooks that are due, incidents to look at again, and its own upkeep."""

import asyncio
import contextlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Final
from uuid import UUID, uuid4

import asyncpg
import httpx
import structlog

from services.notifier.alerting import Alerting
from services.notifier.channels.webhook import Endpoint, post
from services.notifier.delivery_log import deliveries_changed
from services.notifier.domain.attempts import OUTCOME_NAMES, Outcome, Patience, outcome_of
from services.notifier.metrics import ATTEMPTS, UNDELIVERED, UNDELIVERED_SECONDS
from services.notifier.store import deliveries as delivery_table
from services.notifier.store import incidents as incident_table
from services.notifier.store.deliveries import Claimed, Delivery
from shared import inbox
from shared.events import Channel
from shared.outbox import store_outgoing
from shared.postgres import TRANSIENT_ERRORS

log = structlog.get_logger()

Clock = Callable[[], datetime]

_IDLE_S: Final = 1.0
_LOOK_AGAIN_AT_ONCE: Final = 200
_UNKNOWN_KEPT: Final = timedelta(days=1)
_REMOVED: Final = "mottagaren finns inte längre i inställningarna"


async def look_again(
    pool: "asyncpg.Pool[asyncpg.Record]", alerting: Alerting, wake: Callable[[], None], clock: Clock
) -> int:
    """Decide anew on incidents whose quiet time is over; how many."""
    async with pool.acquire() as connection, connection.transaction():
        states = await incident_table.take_due(connection, clock(), _LOOK_AGAIN_AT_ONCE)
        issued = await alerting.issue(connection, states, clock())
    if issued:
        wake()
    return len(states)


async def upkeep(pool: "asyncpg.Pool[asyncpg.Record]", known: Sequence[UUID], clock: Clock) -> None:
    """Measure what waits, end what has no receiver any more, forget old event ids."""
    now = clock()
    async with pool.acquire() as connection:
        waiting = {each.channel: each for each in await delivery_table.undelivered(connection)}
        for channel in Channel:
            found = waiting.get(channel)
            UNDELIVERED.labels(channel).set(found.waiting if found else 0)
            UNDELIVERED_SECONDS.labels(channel).set((now - found.oldest).total_seconds() if found else 0)
        async with connection.transaction():
            ended = await delivery_table.abandon_unknown(
                connection, known, now - _UNKNOWN_KEPT, _REMOVED, now
            )
            await store_outgoing(connection, deliveries_changed(ended))
        await inbox.forget(connection, inbox.KEPT)


@dataclass(slots=True)
class WebhookJob:
    """Sends what is due to one endpoint, a few at a time, so that a slow receiver holds up nobody else.

    Claims are leased: a process that dies gives its claims back by the clock, one that stops gives them back itself.
    """

    pool: "asyncpg.Pool[asyncpg.Record]"
    client: httpx.AsyncClient
    endpoint: Endpoint
    patience: Patience
    concurrency: int
    timeout_s: float
    clock: Clock
    on_settled: Callable[[], None] = lambda: None
    spread: Callable[[], float] = random.random
    lease: UUID = field(default_factory=uuid4)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False
    _task: "asyncio.Task[None] | None" = None

    def wake(self) -> None:
        self._woken.set()

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=f"webhook-{self.endpoint.agency}")

    async def stop(self, timeout_s: float) -> None:
        """Finish the requests under way; give back what is not finished in time."""
        self._stopping = True
        self.wake()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=timeout_s)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        with contextlib.suppress(*TRANSIENT_ERRORS):  # then the lease ends by the clock
            async with self.pool.acquire() as connection:
                await delivery_table.release(connection, self.lease)

    async def send_due(self) -> int:
        """One round; how many deliveries were tried."""
        # Longer than the slowest request and the commit after it; were it not, a repeat has the same webhook-id.
        lease_time = timedelta(seconds=self.timeout_s * 2 + 10)
        async with self.pool.acquire() as connection:
            claims = await delivery_table.claim_due(
                connection, self.endpoint.id, self.lease, lease_time, self.concurrency, self.clock()
            )
        # All are waited for, so that none runs on unseen when another fails.
        results = await asyncio.gather(*[self._send(claimed) for claimed in claims], return_exceptions=True)
        for failure in results:
            if isinstance(failure, BaseException):
                raise failure
        return len(claims)

    async def _run(self) -> None:
        while not self._stopping:
            self._woken.clear()
            try:
                if await self.send_due():
                    continue
            except TRANSIENT_ERRORS as error:
                log.warning("webhook_job_waits", error=type(error).__name__)
            except Exception:
                log.exception("webhook_job_failed", agency=self.endpoint.agency)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), _IDLE_S)

    async def _send(self, claimed: Claimed) -> None:
        began = monotonic()
        answer = await post(self.client, self.endpoint, claimed.delivery_id, claimed.alert, self.clock())
        now, took_ms = self.clock(), int((monotonic() - began) * 1000)
        outcome = outcome_of(answer, claimed.attempt, self.patience, now, self.spread())
        settled = await self._settle(claimed, outcome, took_ms, now)
        ATTEMPTS.labels(Channel.WEBHOOK, OUTCOME_NAMES[type(outcome)]).inc()
        log.info(
            "webhook_attempted",
            delivery_id=str(claimed.delivery_id),
            agency=self.endpoint.agency,
            attempt=claimed.attempt,
            outcome=OUTCOME_NAMES[type(outcome)],
            took_ms=took_ms,
            lease_held=settled is not None,
        )
        self.on_settled()

    async def _settle(
        self, claimed: Claimed, outcome: Outcome, took_ms: int, now: datetime
    ) -> Delivery | None:
        async with self.pool.acquire() as connection, connection.transaction():
            settled = await delivery_table.settle(connection, claimed, self.lease, outcome, took_ms, now)
            if settled is not None:
                await store_outgoing(connection, deliveries_changed([settled]))
        return settled
