"""One transaction for all that wait: a faulty one fails alone, and a database that is away loses nothing it confirmed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from pydantic import SecretStr

from services.intake import store
from services.intake.domain.acceptance import Acceptance, accept
from services.intake.domain.answer import Busy, KeyUsedOtherwise, Stored, Unacceptable
from services.intake.domain.submission import Submission
from services.intake.group_commit import GroupCommit
from services.intake.jobs import purge_keys
from services.intake.store import Claim
from shared.events import Source
from shared.postgres import create_pool
from shared.settings import PostgresSettings
from tests.support.vault import vault

Pool = Any


def accepted(text: str = "Det brinner.") -> Acceptance:
    return accept(Submission(text=text), Source.CITIZEN, "1983", datetime.now(UTC))


def faulty() -> Acceptance:
    """Passes every rule but the database's own."""
    return replace(accepted(), language="a\0b")


@asynccontextmanager
async def committing(
    dsn: str, *, queue_limit: int = 1000, batch_limit: int = 256, start: bool = True
) -> AsyncIterator[tuple[GroupCommit, Pool]]:
    settings = PostgresSettings(dsn=SecretStr(dsn), pool_size=4)
    async with create_pool(settings, "intake") as pool:
        commits = GroupCommit(
            pool,
            queue_limit=queue_limit,
            batch_limit=batch_limit,
            keys_kept=timedelta(hours=72),
            vault=vault(),
            on_commit=lambda: None,
        )
        if start:
            commits.start()
        yield commits, pool
        await commits.stop(5)


async def answers(*waiting: "asyncio.Future[Stored]") -> list[Stored | BaseException]:
    return await asyncio.gather(*waiting, return_exceptions=True)


async def stored(pool: Pool, table: str = "report") -> int:
    return int(await pool.fetchval(f"SELECT count(*) FROM {table}"))


async def test_a_faulty_report_fails_alone(fresh_postgres_dsn: str) -> None:
    async with committing(fresh_postgres_dsn) as (commits, pool):
        reports = [accepted(), accepted(), faulty(), accepted()]
        results = await answers(*[commits.submit(each, None, None) for each in reports])
        assert [type(result) for result in results] == [Stored, Stored, Unacceptable, Stored]
        assert (await stored(pool), await stored(pool, "outbox")) == (3, 3)


async def test_what_the_database_lacks_is_no_fault_of_a_report(fresh_postgres_dsn: str) -> None:
    async with committing(fresh_postgres_dsn) as (commits, pool):
        await pool.execute("ALTER TABLE report RENAME COLUMN external_id TO external_identifier")
        results = await answers(*[commits.submit(each, None, None) for each in (accepted(), faulty())])
        assert [type(result) for result in results] == [Busy, Busy]
        await pool.execute("ALTER TABLE report RENAME COLUMN external_identifier TO external_id")
        results = await answers(*[commits.submit(each, None, None) for each in (accepted(), faulty())])
        assert [type(result) for result in results] == [Stored, Unacceptable]
        assert (await stored(pool), await stored(pool, "outbox")) == (1, 1)


async def test_events_leave_in_the_order_reports_came(fresh_postgres_dsn: str) -> None:
    async with committing(fresh_postgres_dsn, batch_limit=7) as (commits, pool):
        reports = [accepted(str(number)) for number in range(50)]
        claims = [Claim("citizen", f"{99 - number}", b"") if number % 2 else None for number in range(50)]
        await answers(
            *[commits.submit(each, claim, None) for each, claim in zip(reports, claims, strict=True)]
        )
        rows = await pool.fetch("SELECT headers->>'ce_subject' AS subject FROM outbox ORDER BY position")
        assert [row["subject"] for row in rows] == [str(each.report_id) for each in reports]


async def test_one_key_in_one_batch_is_one_report(fresh_postgres_dsn: str) -> None:
    async with committing(fresh_postgres_dsn, start=False) as (commits, pool):
        waiting = [commits.submit(accepted(), Claim("citizen", "k", b"same"), None) for _ in range(5)]
        waiting.append(commits.submit(accepted(), Claim("citizen", "k", b"other"), None))
        commits.start()
        *same, other = await answers(*waiting)
        assert isinstance(other, KeyUsedOtherwise)
        assert [result.replayed for result in same if isinstance(result, Stored)] == [
            False,
            True,
            True,
            True,
            True,
        ]
        assert (await stored(pool), await stored(pool, "contact"), await stored(pool, "outbox")) == (1, 0, 1)


async def test_two_processes_never_store_one_key_twice(fresh_postgres_dsn: str) -> None:
    async with committing(fresh_postgres_dsn) as (one, pool), committing(fresh_postgres_dsn) as (two, _):
        for round_number in range(20):
            keys = [f"{round_number}-{number}" for number in range(20)]
            results = await answers(
                *[one.submit(accepted(), Claim("citizen", key, b""), None) for key in keys],
                *[two.submit(accepted(), Claim("citizen", key, b""), None) for key in reversed(keys)],
            )
            assert all(isinstance(result, Stored) for result in results)
        assert (await stored(pool), await stored(pool, "idempotency")) == (400, 400)


async def test_a_full_queue_turns_away_at_once(fresh_postgres_dsn: str) -> None:
    async with committing(fresh_postgres_dsn, queue_limit=3, start=False) as (commits, pool):
        waiting = [commits.submit(accepted(), None, None) for _ in range(3)]
        with pytest.raises(Busy) as caught:
            commits.submit(accepted(), None, None)
        assert caught.value.retry_after_s > 0
        commits.start()
        await answers(*waiting)
        assert await stored(pool) == 3


async def test_stopping_commits_what_waits_and_takes_no_more(fresh_postgres_dsn: str) -> None:
    async with committing(fresh_postgres_dsn, batch_limit=2) as (commits, pool):
        waiting = [commits.submit(accepted(), None, None) for _ in range(9)]
        await commits.stop(5)
        assert all(isinstance(result, Stored) for result in await answers(*waiting))
        assert await stored(pool) == 9
        with pytest.raises(Busy):
            commits.submit(accepted(), None, None)


async def _cut_connections(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'vardkase-intake' AND datname = current_database()"
    )
    await connection.close()


async def test_a_cut_connection_is_replaced_and_nothing_is_lost_or_doubled(fresh_postgres_dsn: str) -> None:
    async with committing(fresh_postgres_dsn, batch_limit=10) as (commits, pool):
        reports = [accepted() for _ in range(200)]
        waiting = [commits.submit(each, None, None) for each in reports]
        await waiting[15]
        await _cut_connections(fresh_postgres_dsn)
        results = await answers(*waiting)
        confirmed = {result.report_id for result in results if isinstance(result, Stored)}
        assert len(confirmed) == 200
        rows = await pool.fetch("SELECT id FROM report")
        assert {row["id"] for row in rows} == confirmed
        assert await stored(pool, "outbox") == 200


async def test_a_commit_whose_confirmation_was_lost_is_recognised(
    fresh_postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_fresh, lost = store.store_fresh, []

    async def store_and_lose_the_answer(*arguments: Any) -> Any:
        found = await store_fresh(*arguments)
        if not lost:
            lost.append(found)
            raise ConnectionResetError("the server went away after the commit")
        return found

    monkeypatch.setattr(store, "store_fresh", store_and_lose_the_answer)
    async with committing(fresh_postgres_dsn) as (commits, pool):
        results = await answers(*[commits.submit(accepted(), None, None) for _ in range(5)])
        assert all(isinstance(result, Stored) and not result.replayed for result in results)
        assert (await stored(pool), await stored(pool, "outbox")) == (5, 5)


async def test_a_database_that_is_away_is_told_as_such_and_does_not_end_the_committing() -> None:
    async with committing("postgresql://nobody@127.0.0.1:1/nothing") as (commits, _):
        for _ in range(2):
            (result,) = await answers(commits.submit(accepted(), None, None))
            assert isinstance(result, Busy)
        assert (await commits.check()).ok


async def test_keys_go_when_their_time_is_over_and_not_before(fresh_postgres_dsn: str) -> None:
    async with committing(fresh_postgres_dsn, queue_limit=1200) as (commits, pool):
        await answers(*[commits.submit(accepted(), Claim("citizen", str(n), b""), None) for n in range(1200)])
        await pool.execute("UPDATE idempotency SET expires_at = now() - interval '1 second' WHERE key <> '7'")
        assert await purge_keys(pool) == 1199
        assert await pool.fetchval("SELECT key FROM idempotency") == "7"
        assert await stored(pool) == 1200
