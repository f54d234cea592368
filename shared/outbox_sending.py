"""Sending what waits in the outbox, on the connection that leads: windows of rows taken, sent, confirmed, side by side."""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeAlias
from uuid import UUID

import structlog

from shared import outbox_table
from shared.inbox import Connection
from shared.kafka_clients import Producer
from shared.metrics import OUTBOX_REFUSED, OUTBOX_SENT
from shared.outbox_floor import OutboxFloor
from shared.outbox_lanes import REFUSALS, Failure, Lanes, Window

log = structlog.get_logger()

SIGN_OF_LIFE_S: Final = 5.0
# Rows in hand at once: enough that broker, database and this process all have something to do, bounded in memory.
_WINDOWS: Final = 2
_WINDOW_BYTES: Final = 8 * 1024 * 1024
_FIRST_ROWS: Final = 500
_FEWEST_ROWS: Final = 100
_MOST_IN_BATCH: Final = 10_000

# Told (topic, event id) of what the broker has just confirmed, in the transaction that deletes it from the outbox.
OnConfirmed: TypeAlias = Callable[[Connection, Sequence[tuple[str, UUID]]], Awaitable[None]]


class OutboxSending:
    def __init__(self, producer: Producer, most_rows: int, on_confirmed: OnConfirmed | None) -> None:
        self._producer, self._most_rows, self._on_confirmed = producer, most_rows, on_confirmed
        self._window_rows = min(_FIRST_ROWS, most_rows)
        self._alone_up_to = 0
        self._floor = OutboxFloor()

    def begin_anew(self) -> None:
        """Another may have sent meanwhile, or the database be another one."""
        self._floor = OutboxFloor()

    async def send_what_waits(self, connection: Connection) -> int:
        """As long as there are many; how many rows were in hand."""
        lanes, under_way, in_hand = Lanes(self._producer), deque[Window](), 0
        try:
            while True:
                rows = await self._next_rows(connection, under_way)
                if rows:
                    under_way.append(await lanes.begin(rows, self._most_in_batch(rows)))
                    self._fit_window(rows)
                    in_hand += len(rows)
                if len(under_way) == _WINDOWS or (under_way and not rows):
                    await self._settle(connection, lanes, under_way)
                    await self._floor.keep_up(connection)
                if not under_way:
                    return in_hand
        finally:
            await lanes.abandon()

    async def _next_rows(self, connection: Connection, under_way: Sequence[Window]) -> Sequence[Any]:
        """What follows the rows in hand, unless a row has turned up before them, committed later than its position says: what came
        of it may be among those that follow, and has to wait for it.
        """
        if not under_way:
            return await outbox_table.rows_after(connection, self._floor.position, self._window_rows)
        if len(under_way[-1].rows) < self._window_rows // 2:
            return ()
        last = under_way[-1].last
        rows = await outbox_table.rows_after(connection, last, self._window_rows)
        in_hand = {row["position"] for window in under_way for row in window.rows}
        if (
            rows
            and not await outbox_table.positions_between(connection, self._floor.position, last) <= in_hand
        ):
            return ()
        return rows

    def _most_in_batch(self, rows: Sequence[Any]) -> int:
        """One, as long as there may be a row among them that the broker has refused together with others."""
        return 1 if rows[0]["position"] <= self._alone_up_to else _MOST_IN_BATCH

    def _fit_window(self, rows: Sequence[Any]) -> None:
        """As many rows next time as fit in memory, by the size of these."""
        size = sum(len(row["body"]) for row in rows) // len(rows) + 1000
        self._window_rows = max(
            min(_WINDOW_BYTES // size, self._most_rows, 2 * self._window_rows), _FEWEST_ROWS
        )

    async def _settle(self, connection: Connection, lanes: Lanes, under_way: "deque[Window]") -> None:
        """The oldest window, or all of them when something failed: then all begins anew."""
        window = under_way.popleft()
        await self._confirm(connection, window)
        failures = window.failures
        if failures:
            while under_way:
                window = under_way.popleft()
                await self._confirm(connection, window)
                failures += window.failures
            await lanes.abandon()
            await self._settle_failures(connection, failures)

    async def _confirm(self, connection: Connection, window: Window) -> None:
        settled = asyncio.create_task(window.settled())
        try:
            while not (await asyncio.wait([settled], timeout=SIGN_OF_LIFE_S))[0]:
                await connection.execute("SELECT")
            await settled
        finally:
            settled.cancel()
        if not window.confirmed:
            return
        positions = [row["position"] for row in window.confirmed]
        if self._on_confirmed is None:
            await outbox_table.confirm(connection, positions)
        else:
            async with connection.transaction():
                await outbox_table.confirm(connection, positions)
                await self._on_confirmed(
                    connection, [(row["topic"], row["event_id"]) for row in window.confirmed]
                )
        for topic, number in Counter(row["topic"] for row in window.confirmed).items():
            OUTBOX_SENT.labels(topic).inc(number)

    async def _settle_failures(self, connection: Connection, failures: Sequence[Failure]) -> None:
        """Set apart what the broker refuses for good; raise the first other failure, to try all the rest again."""
        others = [failure.error for failure in failures if not isinstance(failure.error, REFUSALS)]
        for failure in failures:
            if isinstance(failure.error, REFUSALS) and len(failure.rows) == 1:
                (row,), reason = failure.rows, f"{type(failure.error).__name__}: {failure.error}"[:500]
                await outbox_table.refuse(connection, row["position"], reason)
                OUTBOX_REFUSED.inc()
                log.error("outbox_event_refused", topic=row["topic"], position=row["position"])
            elif isinstance(failure.error, REFUSALS):
                self._alone_up_to = max(self._alone_up_to, failure.rows[-1]["position"])
        await self._producer.renew()
        if others:
            raise others[0]
