"""Counting reports against limits on which all intake processes agree, since PostgreSQL counts."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import asyncpg
import structlog

from services.intake.abuse import abuse_store
from services.intake.abuse.buckets import Charge, Charged, Limit
from services.intake.metrics import LIMITS_UNKNOWN
from shared.postgres import TRANSIENT_ERRORS

log = structlog.get_logger()
_WAIT_S: Final = 2.0
_MOST: Final = 2000


@dataclass(slots=True)
class _Waiting:
    charges: Sequence[Charge]
    answer: "asyncio.Future[list[Charged]]"


class Limiter:
    """All who wait are counted by one statement, so a flood costs few of them. There is no timer."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool
        self._waiting: list[_Waiting] = []
        self._task: asyncio.Task[None] | None = None

    async def charge(self, charges: Sequence[Charge]) -> list[Charged]:
        """In the same order. Where the database can't be asked everything is let in: it can't be stored then anyway."""
        waiting = _Waiting(charges, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work(), name="limits")
        return await waiting.answer

    async def charge_whole(self, charge: Charge, reports: int) -> Charged | None:
        """For many at a time. None where the database can't be asked."""
        try:
            async with self._pool.acquire(timeout=_WAIT_S) as connection:
                return await abuse_store.charge_whole(connection, charge.subject, reports, charge.limit)
        except TRANSIENT_ERRORS:
            LIMITS_UNKNOWN.inc(reports)
            return None

    async def _work(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            try:
                counted = await self._counted(batch)
            except Exception as error:  # noqa: BLE001 - a limit that can't be told must not refuse anybody
                LIMITS_UNKNOWN.inc(len(batch))
                known = isinstance(error, TRANSIENT_ERRORS)
                log.warning("limits_unknown", reports=len(batch), error=type(error).__name__, known=known)
                counted = {}
            _settle(batch, counted)

    async def _counted(self, batch: Sequence[_Waiting]) -> dict[bytes, tuple[int, float]]:
        numbers: Counter[bytes] = Counter()
        limits: dict[bytes, Limit] = {}
        for charge in (charge for each in batch for charge in each.charges):
            numbers[charge.subject] += 1
            limits[charge.subject] = charge.limit
        asked = [(subject, number, limits[subject]) for subject, number in numbers.items()]
        async with self._pool.acquire(timeout=_WAIT_S) as connection:
            return await abuse_store.charge(connection, asked)


def _settle(batch: Sequence[_Waiting], counted: dict[bytes, tuple[int, float]]) -> None:
    """Of those that share a bucket the first come are the first in."""
    room = {subject: admitted for subject, (admitted, _) in counted.items()}
    for each in batch:
        answers = []
        for charge in each.charges:
            left = room.get(charge.subject, 1)
            if charge.subject in room:
                room[charge.subject] = left - 1
            answers.append(Charged(left > 0, counted.get(charge.subject, (0, 0.0))[1]))
        if not each.answer.done():
            each.answer.set_result(answers)
