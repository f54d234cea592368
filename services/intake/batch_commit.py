"""Many reports in one transaction of their own, beside those that share one as they come."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

import asyncpg
import structlog

from services.intake import batch_store
from services.intake.domain.acceptance import Acceptance
from services.intake.domain.answer import Busy, Unacceptable
from services.intake.group_commit import told_of
from services.intake.metrics import COMMIT_SECONDS, REPORTS_ACCEPTED, REPORTS_REPLAYED, REPORTS_TURNED_AWAY
from services.intake.store import Claim, Claimed, Entry
from services.intake.vault import Vault
from shared.errors import Retry
from shared.postgres import TRANSIENT_ERRORS

log = structlog.get_logger()
_PAUSES_S: Final = (0, 0.2, 1.0)
_WAIT_S: Final = 5.0
# Between so many the others in this process have a turn.
_TOGETHER: Final = 10


class Outcome(StrEnum):
    ADDED = "added"
    KNOWN = "known"
    """Its key came with the same report before: this is what that became."""
    CHANGED = "changed"
    """Its key came with another report before, which stays as it is: nothing was added."""


@dataclass(frozen=True, slots=True)
class Settled:
    """`report_id` and `tracking_code` None: of another report than the one that was sent."""

    outcome: Outcome
    report_id: UUID | None = None
    tracking_code: str | None = None


class BatchCommit:
    def __init__(
        self,
        pool: "asyncpg.Pool[asyncpg.Record]",
        *,
        keys_kept: timedelta,
        vault: Vault,
        on_commit: Callable[[], None],
    ) -> None:
        self._pool, self._keys_kept, self._vault, self._on_commit = pool, keys_kept, vault, on_commit

    async def store(
        self, accepted: Sequence[tuple[Acceptance, Claim]], traceparent: str | None
    ) -> list[Settled]:
        """In the same order, after the commit. Raises `Unacceptable`, and then nothing of it is stored, or `Busy`."""
        entries = []
        for number, (acceptance, claim) in enumerate(accepted):
            entries.append((Entry(acceptance, told_of(acceptance, traceparent), None), claim))
            if number % _TOGETHER == 0:
                await asyncio.sleep(0)
        try:
            used_before = await self._surviving_a_lost_connection(entries)
        except (asyncpg.DataError, ValueError, TypeError) as error:
            log.warning("batch_refused_by_database", reports=len(entries), error=type(error).__name__)
            raise Unacceptable(type(error).__name__) from None
        self._on_commit()
        settled = [_settled(entry, claim, used_before) for entry, claim in entries]
        _count(entries, settled)
        return settled

    async def _surviving_a_lost_connection(
        self, entries: Sequence[tuple[Entry, Claim]]
    ) -> dict[UUID, Claimed]:
        """When a commit was not confirmed its keys tell at the next try whether it was one: by its own report ids."""
        for pause_s in _PAUSES_S:
            await asyncio.sleep(pause_s)
            try:
                with COMMIT_SECONDS.time():
                    async with self._pool.acquire(timeout=_WAIT_S) as connection, connection.transaction():
                        return await batch_store.store_whole(
                            connection, entries, self._keys_kept, self._vault
                        )
            except (*TRANSIENT_ERRORS, Retry) as error:
                log.warning("batch_interrupted", reports=len(entries), error=type(error).__name__)
            except asyncpg.DataError:
                raise
            except asyncpg.PostgresError as error:
                log.error("database_refuses_batch", reports=len(entries), error=type(error).__name__)  # noqa: TRY400
                break
        REPORTS_TURNED_AWAY.labels("database_away").inc(len(entries))
        raise Busy("the database can't be reached right now", retry_after_s=5)


def _settled(entry: Entry, claim: Claim, used_before: dict[UUID, Claimed]) -> Settled:
    own, before = entry.accepted, used_before.get(entry.accepted.report_id)
    if before is None or before.report_id == own.report_id:
        return Settled(Outcome.ADDED, own.report_id, own.tracking_code)
    if before.is_of(claim):
        return Settled(Outcome.KNOWN, before.report_id, before.tracking_code)
    return Settled(Outcome.CHANGED)


def _count(entries: Sequence[tuple[Entry, Claim]], settled: Sequence[Settled]) -> None:
    sources = Counter(
        entry.accepted.event.source
        for (entry, _), each in zip(entries, settled, strict=True)
        if each.outcome is Outcome.ADDED
    )
    for source, number in sources.items():
        REPORTS_ACCEPTED.labels(source).inc(number)
    REPORTS_REPLAYED.inc(sum(each.outcome is Outcome.KNOWN for each in settled))
