"""Concurrent requests share one transaction: whatever waits when the last commit is done goes into the next one.

There is no timer. Alone, a report is committed at once; under load the batches grow by themselves.
"""

import asyncio
import contextlib
import traceback
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
import structlog

from services.intake import store
from services.intake.domain.acceptance import Acceptance
from services.intake.domain.answer import Busy, FollowedGone, KeyUsedOtherwise, Stored, Unacceptable
from services.intake.metrics import (
    COMMIT_REPORTS,
    COMMIT_SECONDS,
    REPORTS_ACCEPTED,
    REPORTS_DOUBTED,
    REPORTS_REPLAYED,
    REPORTS_TURNED_AWAY,
    WAITING,
)
from services.intake.store import Claim, Claimed, Entry
from services.intake.vault import Vault
from shared.envelope import Outgoing, outgoing
from shared.errors import Retry
from shared.events import Source
from shared.health import Check
from shared.inbox import Connection
from shared.postgres import TRANSIENT_ERRORS
from shared.topics import REPORT_RECEIVED, Service

log = structlog.get_logger()

# A connection cut in the middle of a word also shows as an error inside the driver.
_PASSING: Final = (*TRANSIENT_ERRORS, asyncpg.InternalClientError, Retry)
# Values that can't be kept (class 22), or not even be sent; whatever else the database refuses is no fault of what was said.
_FAULTY_VALUES: Final = (asyncpg.DataError, ValueError, TypeError)
_PAUSES_S: Final = (0, 0.05, 0.2)


@dataclass(slots=True)
class _Waiting:
    accepted: Acceptance
    claim: Claim | None
    traceparent: str | None
    answer: "asyncio.Future[Stored]"


class GroupCommit:
    """Create, `start()`, `submit(...)` from any number of requests, `stop()`."""

    def __init__(
        self,
        pool: "asyncpg.Pool[asyncpg.Record]",
        *,
        queue_limit: int,
        batch_limit: int,
        keys_kept: timedelta,
        vault: Vault,
        on_commit: Callable[[], None],
    ) -> None:
        self._pool, self._queue_limit, self._batch_limit = pool, queue_limit, batch_limit
        self._keys_kept, self._vault, self._on_commit = keys_kept, vault, on_commit
        self._queue: deque[_Waiting] = deque()
        self._woken = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._connection: Any = None
        WAITING.set_function(lambda: len(self._queue))

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="group-commit")

    async def check(self) -> Check:
        alive = self._task is not None and not self._task.done()
        return Check(
            alive, f"{len(self._queue)} submissions wait" if alive else "the committing task has ended"
        )

    async def stop(self, timeout_s: float) -> None:
        """Commit what waits, then end."""
        self._stopping = True
        self._woken.set()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=timeout_s)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._drop_connection()

    def submit(
        self, accepted: Acceptance, claim: Claim | None, traceparent: str | None
    ) -> "asyncio.Future[Stored]":
        """Resolves after the commit. Fails with `Busy`, `FollowedGone`, `KeyUsedOtherwise` or `Unacceptable`."""
        if self._stopping or len(self._queue) >= self._queue_limit:
            REPORTS_TURNED_AWAY.labels("stopping" if self._stopping else "queue_full").inc()
            raise Busy("more reports come in right now than can be stored", retry_after_s=2)
        answer = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(accepted, claim, traceparent, answer))
        self._woken.set()
        return answer

    async def _run(self) -> None:
        while not self._stopping or self._queue:
            if not self._queue:
                self._woken.clear()
                await self._woken.wait()
                continue
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), self._batch_limit))]
            try:
                await self._commit_or_separate(batch)
            except Exception as error:  # noqa: BLE001 - one group's trouble must not end the committing
                log.error("group_commit_failed", submissions=len(batch), **_place_of(error))  # noqa: TRY400
                await self._drop_connection()
                _fail(batch, error)
            finally:  # a cancelled commit leaves some without an answer
                _fail(batch, _away("intake is stopping"))

    async def _commit_or_separate(self, batch: Sequence[_Waiting]) -> None:
        """All together; one by one if the database refuses the whole."""
        try:
            await self._commit_surviving_a_lost_connection(batch)
        except (asyncpg.PostgresError, ValueError, TypeError) as error:
            if len(batch) == 1:
                _refuse(batch, error)
                return
            log.warning("group_taken_apart", submissions=len(batch), error=type(error).__name__)
            for each in batch:
                await self._commit_or_separate([each])

    async def _commit_surviving_a_lost_connection(self, batch: Sequence[_Waiting]) -> None:
        """After a restart of the database every pooled connection may be dead, so one more try is not always enough."""
        for attempt, pause_s in enumerate(_PAUSES_S):
            await asyncio.sleep(pause_s)
            rest = [each for each in batch if not each.answer.done()]
            try:
                await self._commit(rest, in_doubt=attempt > 0)
            except _PASSING as error:
                log.warning("commit_interrupted", submissions=len(rest), error=type(error).__name__)
                await self._drop_connection()
            else:
                return
        _turn_away(batch)

    async def _commit(self, batch: Sequence[_Waiting], *, in_doubt: bool) -> None:
        """`in_doubt`: an earlier connection may have been lost after its commit and before its confirmation."""
        connection = await self._connected()
        if in_doubt:
            stored = await store.stored_among(connection, [_report_id(each) for each in batch])
            _settle([each for each in batch if _report_id(each) in stored], {})
            batch = [each for each in batch if _report_id(each) not in stored]
        if not batch:
            return
        # Not one by one as they come: what makes an event stays in the processor's cache for all of them.
        entries = [
            Entry(each.accepted, told_of(each.accepted, each.traceparent), each.claim) for each in batch
        ]
        with COMMIT_SECONDS.time():
            fresh = await store.store_fresh(connection, entries, self._keys_kept, self._vault)
        COMMIT_REPORTS.observe(len(batch))
        self._on_commit()
        for each in batch:
            if _report_id(each) in fresh.orphaned:
                _fail([each], FollowedGone())
        _settle([each for each in batch if _report_id(each) in fresh.stored], {})
        decided = fresh.stored | fresh.orphaned
        late = [each for each in batch if _report_id(each) not in decided]
        if late:
            _settle(late, await self._used_before(connection, late))

    async def _used_before(self, connection: Connection, late: Sequence[_Waiting]) -> dict[UUID, Claimed]:
        """What the keys of these submissions were used for, by the submissions' own report ids."""
        claims = [(each, each.claim) for each in late if each.claim is not None]
        before = await store.claimed_before(connection, [claim for _, claim in claims])
        if any((claim.scope, claim.key) not in before for _, claim in claims):
            raise Retry("a key ran out while it was looked up")
        return {_report_id(each): before[claim.scope, claim.key] for each, claim in claims}

    async def _connected(self) -> Any:
        if self._connection is None or self._connection.is_closed():
            await self._drop_connection()
            self._connection = await self._pool.acquire()
        return self._connection

    async def _drop_connection(self) -> None:
        """Without a word to the server: whatever went wrong on it, nothing more is said there."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(*_PASSING):  # the pool may have taken a closed one back by itself
                connection.terminate()
                await self._pool.release(connection)


def _place_of(error: BaseException) -> dict[str, object]:
    """Where it happened, without the error's own words, which may repeat what was sent."""
    return {"error": type(error).__name__, "where": traceback.format_tb(error.__traceback__)[-3:]}


def told_of(accepted: Acceptance, traceparent: str | None) -> Outgoing:
    event = accepted.event
    return outgoing(
        REPORT_RECEIVED,
        event,
        key=event.municipality,
        subject=event.report_id,
        source=Service.INTAKE,
        traceparent=traceparent,
        now=event.received_at,
    )


def _settle(batch: Sequence[_Waiting], used_before: dict[UUID, Claimed]) -> None:
    accepted = Counter(_source(each) for each in batch if _report_id(each) not in used_before)
    for source, number in accepted.items():
        REPORTS_ACCEPTED.labels(source).inc(number)
    for each in batch:
        before = used_before.get(_report_id(each))
        if before is None:
            _count_doubt(each.accepted)
            _answer(each, Stored(each.accepted.report_id, each.accepted.tracking_code))
        elif each.claim is not None and before.is_of(each.claim):
            REPORTS_REPLAYED.inc()
            _answer(each, Stored(before.report_id, before.tracking_code, replayed=True))
        else:
            _fail([each], KeyUsedOtherwise())


def _count_doubt(accepted: Acceptance) -> None:
    if accepted.doubt is not None:
        for reason in accepted.doubt["reasons"]:
            REPORTS_DOUBTED.labels(accepted.doubt["state"], reason).inc()


def _report_id(waiting: _Waiting) -> UUID:
    return waiting.accepted.event.report_id


def _source(waiting: _Waiting) -> Source:
    return waiting.accepted.event.source


def _answer(waiting: _Waiting, stored: Stored) -> None:
    if not waiting.answer.done():
        waiting.answer.set_result(stored)


def _fail(batch: Sequence[_Waiting], error: Exception) -> None:
    for each in batch:
        if not each.answer.done():
            each.answer.set_exception(error)
            each.answer.exception()  # seen: a client that has gone away leaves nobody to read it


def _refuse(batch: Sequence[_Waiting], error: Exception) -> None:
    """A column that is missing, a right not granted, memory that ran out: ours, and over when somebody has seen to it."""
    if isinstance(error, _FAULTY_VALUES):
        log.warning("submission_refused_by_database", error=type(error).__name__)
        _fail(batch, Unacceptable(type(error).__name__))
        return
    REPORTS_TURNED_AWAY.labels("database_refuses").inc(len(batch))
    log.error("database_refuses_submissions", **_place_of(error))
    _fail(batch, _away("the database does not take it as it should, which is no fault of yours"))


def _turn_away(batch: Sequence[_Waiting]) -> None:
    waiting = [each for each in batch if not each.answer.done()]
    REPORTS_TURNED_AWAY.labels("database_away").inc(len(waiting))
    log.warning("database_away", submissions=len(waiting))
    _fail(waiting, _away("the database can't be reached right now"))


def _away(reason: str) -> Busy:
    return Busy(reason, retry_after_s=5)
