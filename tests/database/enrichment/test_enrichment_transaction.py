"""What one batch leaves in the database, whatever is redelivered and whoever else is at work."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest
from pydantic import SecretStr

from services.enrichment.domain import Understanding
from services.enrichment.handlers import Enrichment
from services.enrichment.reading import ThreadReader
from shared.envelope import Envelope
from shared.events import Event
from shared.kafka import BatchHandler
from shared.postgres import create_pool
from shared.settings import PostgresSettings
from tests.support.enrichment import NOON, enveloped, received

Pool = asyncpg.Pool


def fires(count: int, municipality: str = "1983") -> list[Envelope[Event]]:
    return [
        enveloped(
            received(
                f"Det brinner i container nummer {n} bakom skolan i Kolsva",
                minutes=n,
                municipality=municipality,
            )
        )
        for n in range(count)
    ]


async def rows(pool: Pool, query: str) -> Sequence[Any]:
    return list(await pool.fetch(query))


async def events(pool: Pool, topic: str) -> list[dict[str, Any]]:
    found = await pool.fetch("SELECT event_id, body FROM outbox WHERE topic = $1 ORDER BY position", topic)
    return [{"id": row["event_id"], **json.loads(row["body"])} for row in found]


async def everything(pool: Pool) -> list[Any]:
    """All that enrichment keeps, without the random parts of the outbox (the trace)."""
    return [
        [tuple(row) for row in await pool.fetch(query)]
        for query in (
            "SELECT * FROM report ORDER BY id",
            "SELECT * FROM incident ORDER BY id",
            "SELECT * FROM link ORDER BY report_id",
            "SELECT event_id, topic, key, body FROM outbox ORDER BY event_id",
        )
    ]


async def test_a_redelivered_batch_has_no_effect(pool: Pool, handler: BatchHandler) -> None:
    batch = fires(3)
    await handler(batch)
    before = await everything(pool)
    await handler(batch)
    assert await everything(pool) == before


async def test_a_report_published_under_a_second_event_id_has_no_effect(
    pool: Pool, handler: BatchHandler
) -> None:
    [first] = fires(1)
    await handler([first])
    before = await everything(pool)
    assert first.event is not None
    await handler([enveloped(first.event)])  # type: ignore[arg-type]
    assert await everything(pool) == before


async def test_two_reports_of_a_new_incident_in_one_batch_tell_of_it_once(
    pool: Pool, handler: BatchHandler
) -> None:
    first = received("Det brinner i en container bakom skolan i Kolsva")
    second = received("Container brinner vid skolan i Kolsva, lågorna når taket", minutes=4)
    await handler([enveloped(first), enveloped(second)])

    [told] = await events(pool, "incident.changed.v1")
    assert (told["change"], told["revision"], told["report_count"]) == ("opened", 2, 2)
    links = await rows(pool, "SELECT incident_id, is_new, reason FROM link ORDER BY is_new DESC")
    assert [link["is_new"] for link in links] == [True, False]
    assert len({link["incident_id"] for link in links}) == 1
    assert "samma slag" in links[1]["reason"]


async def test_how_reports_fall_into_batches_does_not_matter(
    pool: Pool, handler: BatchHandler, understanding: Understanding, postgres_dsn: str
) -> None:
    batch = [
        *fires(4),
        enveloped(received("Stulen cykel vid simhallen i Köping", minutes=5)),
        enveloped(received("Har hört att ett barn dog i branden i Kolsva", minutes=50)),
        enveloped(received("Stulen cykel vid simhallen i Köping", minutes=60)),
    ]
    await handler(batch)
    settings = PostgresSettings(dsn=SecretStr(postgres_dsn))
    async with create_pool(settings, "enrichment") as other_pool:
        one_by_one = Enrichment(other_pool, ThreadReader(understanding), lambda: None, lambda: NOON).on_events
        for envelope in batch:
            await one_by_one([envelope])
        together, apart = await everything(pool), await everything(other_pool)
    assert together[:3] == apart[:3]
    assert {row[0] for row in together[3]} <= {row[0] for row in apart[3]}


async def test_a_failed_transaction_leaves_nothing_and_the_retry_gives_the_same(
    pool: Pool, handler: BatchHandler
) -> None:
    batch = fires(2)
    await pool.execute("ALTER TABLE outbox ADD CONSTRAINT refused CHECK (topic <> 'incident.changed.v1')")
    with pytest.raises(asyncpg.CheckViolationError):
        await handler(batch)
    assert (
        await rows(
            pool, "SELECT 1 FROM report UNION ALL SELECT 1 FROM incident UNION ALL SELECT 1 FROM inbox"
        )
        == []
    )
    await pool.execute("ALTER TABLE outbox DROP CONSTRAINT refused")
    await handler(batch)
    assert len(await rows(pool, "SELECT 1 FROM report")) == 2


async def test_processes_with_the_same_partition_for_a_moment_do_not_harm_each_other(
    pool: Pool, handler: BatchHandler
) -> None:
    """A stale owner and a new one take overlapping batches at the same time."""
    batch = [*fires(30), *fires(30, "1984")]
    await asyncio.gather(handler(batch[:40]), handler(batch), handler(batch[20:]), handler(batch[::-1]))

    [counted] = await rows(
        pool,
        "SELECT count(*) AS links, count(DISTINCT report_id) AS reports,"
        " (SELECT sum((state->>'report_count')::int) FROM incident) AS counted FROM link",
    )
    assert tuple(counted) == (60, 60, 60)
    told = await events(pool, "report.enriched.v1")
    assert len({each["report_id"] for each in told}) == len(told) == 60
    changed = await events(pool, "incident.changed.v1")
    assert len({each["id"] for each in changed}) == len(changed)


async def test_each_link_can_be_seen_with_its_reason(pool: Pool, handler: BatchHandler) -> None:
    await handler(fires(5))
    links = await rows(pool, "SELECT confidence, reason, is_repeat FROM link WHERE NOT is_new")
    assert len(links) == 4
    assert all(link["reason"] and 0 < link["confidence"] <= 1 for link in links)
