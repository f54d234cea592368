"""The same reports in the same order give the same results, byte for byte, however they fall into batches."""

from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import SecretStr

from bench.reports import report_bodies
from services.enrichment.domain import Understanding
from services.enrichment.handlers import Enrichment
from services.enrichment.linking import Tie
from services.enrichment.reading import ThreadReader
from shared.envelope import Envelope
from shared.events import Event, Relation, ReportReceived, Source
from shared.identity import derived_id
from shared.postgres import create_pool
from shared.settings import PostgresSettings
from shared.topics import REPORT_RECEIVED
from tests.support.enrichment import NOON

REPORTS = 600
# Times of enrichment and the numbers that a database counts up are not results.
RESULTS = (
    "SELECT to_jsonb(report) - 'enriched_at' FROM report ORDER BY id",
    "SELECT to_jsonb(incident) - 'changed_at' FROM incident ORDER BY id",
    "SELECT to_jsonb(link) - 'linked_at' FROM link ORDER BY position",
    "SELECT body FROM outbox WHERE topic = 'report.enriched.v1' ORDER BY event_id",
)


def named(number: int) -> int | None:
    """Some name an earlier report, also of another municipality, some one that comes later, or one that never comes."""
    if number % 4:
        return None
    return number + (-3, -60, 3, 90, -1, 3 * REPORTS)[number // 4 % 6]


def topic() -> list[Envelope[Event]]:
    """Three municipalities only, so that many incidents of one are open at once."""
    envelopes: list[Envelope[Event]] = []
    for number, body in enumerate(islice(report_bodies(7), REPORTS)):
        at = NOON - timedelta(minutes=number * 37 % 20_000)
        follows = named(number)
        report = ReportReceived(
            municipality=("1983", "1984", "1980")[number % 3],
            report_id=derived_id("report", number),
            source=Source.CITIZEN,
            text=body["text"],
            occurred_at=at,
            received_at=at,
            follows=None if follows is None else derived_id("report", follows),
            relation=None if follows is None else list(Relation)[number // 24 % 3],
        )
        envelopes.append(Envelope(derived_id("event", number), REPORT_RECEIVED.name, at, "", report))
    return envelopes


async def results(dsn: str, understanding: Understanding, *, batch: int, forgetful: bool) -> list[Any]:
    """`forgetful`: every batch meets a service that has just been started."""
    async with create_pool(PostgresSettings(dsn=SecretStr(dsn)), "enrichment") as pool:
        await pool.execute("TRUNCATE report, incident, link, outbox, inbox, board, correction")
        handler = _handler(pool, understanding)
        envelopes = topic()
        for start in range(0, len(envelopes), batch):
            if forgetful:
                handler = _handler(pool, understanding)
            await handler.on_events(envelopes[start : start + batch])
        return [[row[0] for row in await pool.fetch(query)] for query in RESULTS]


def _handler(pool: "asyncpg.Pool[asyncpg.Record]", understanding: Understanding) -> Enrichment:
    return Enrichment(pool, ThreadReader(understanding), lambda: None, lambda: NOON)


async def test_neither_the_size_of_batches_nor_a_restart_changes_a_result(
    fresh_postgres_dsn: str, understanding: Understanding
) -> None:
    whole = await results(fresh_postgres_dsn, understanding, batch=REPORTS, forgetful=False)
    small = await results(fresh_postgres_dsn, understanding, batch=41, forgetful=True)
    assert [len(found) for found in whole] == [len(found) for found in small]
    for one, other in zip(whole[:2], small[:2], strict=True):
        assert one == other
    assert [_without_position(each) for each in whole[2]] == [_without_position(each) for each in small[2]]
    assert whole[3] == small[3]
    assert len({UUID(each["id"]) for each in whole[1]}) < REPORTS
    assert {each["tie"] for each in whole[2]} == {None, *Tie}


def _without_position(link: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in link.items() if name != "position"}
