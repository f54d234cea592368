"""History read again by another model: told anew once, and the second time nothing."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg

from services.enrichment.domain import Understanding, Understood
from services.enrichment.handlers import Enrichment
from services.enrichment.reading import ReadBy, ThreadReader
from services.enrichment.reenrichment import Reenrichment, Reread
from shared.categories import CategoryCode
from shared.events import CorrectionMade, ReportReceived
from shared.kafka import BatchHandler
from tests.database.enrichment.test_corrections import correction, linked, said
from tests.support.enrichment import NOON, enveloped, received

Pool = asyncpg.Pool


class OtherModel(ThreadReader):
    """Takes every fire for vandalism."""

    @property
    def versions(self) -> ReadBy:
        return ReadBy("other", "g")

    async def read(self, reports: Sequence[ReportReceived]) -> list[Understood]:
        return [
            replace(each, category=CategoryCode.VANDALISM) if each.category is CategoryCode.FIRE else each
            for each in await ThreadReader.read(self, reports)
        ]


def again(pool: Pool, understanding: Understanding, *, is_trial: bool = False) -> Reenrichment:
    return Reenrichment(
        pool, OtherModel(understanding), lambda: NOON + timedelta(days=1), lambda *_: None, is_trial=is_trial
    )


async def kept(pool: Pool) -> list[Any]:
    return [
        [tuple(row) for row in await pool.fetch(f"SELECT * FROM {table} ORDER BY 1")]
        for table in ("report", "incident", "link", "correction", "outbox")
    ]


async def test_history_is_read_again_once(
    pool: Pool, handler: BatchHandler, understanding: Understanding
) -> None:
    reports = [received(f"Det brinner i container {n} bakom skolan i Kolsva", minutes=n) for n in range(3)]
    reports.append(received("Stulen cykel vid simhallen i Köping", minutes=9))
    await handler([enveloped(report) for report in reports])
    links = await pool.fetch("SELECT * FROM link ORDER BY report_id")
    sent = await pool.fetchval("SELECT count(*) FROM outbox")

    before = await kept(pool)
    assert await again(pool, understanding, is_trial=True).run() == Reread(4, 3, 2)
    assert await kept(pool) == before

    assert await again(pool, understanding).run() == Reread(4, 3, 2)
    assert await pool.fetch("SELECT * FROM link ORDER BY report_id") == links
    told = [
        json.loads(row["body"]) | {"topic": row["topic"]}
        for row in await pool.fetch("SELECT topic, body FROM outbox ORDER BY position OFFSET $1", sent)
    ]
    enriched = [each for each in told if each["topic"] == "report.enriched.v1"]
    assert sorted(each["category"] for each in enriched) == ["theft", "vandalism", "vandalism", "vandalism"]
    assert {each["model_version"] for each in enriched} == {"other"}
    changed = [each for each in told if each["topic"] == "incident.changed.v1"]
    assert [(each["category"], each["change"]) for each in changed] == [("vandalism", "recategorised")]
    ids = await pool.fetch("SELECT event_id FROM outbox")
    assert len({row["event_id"] for row in ids}) == len(ids)

    after = await kept(pool)
    assert await again(pool, understanding).run() == Reread()
    assert await kept(pool) == after


async def test_going_back_to_the_model_before_is_told_as_well(
    pool: Pool, handler: BatchHandler, understanding: Understanding
) -> None:
    await handler([enveloped(received("Det brinner i en container bakom skolan i Kolsva"))])
    await again(pool, understanding).run()
    back = Reenrichment(pool, ThreadReader(understanding), lambda: NOON + timedelta(days=2), lambda *_: None)
    assert await back.run() == Reread(1, 1, 1)
    told = await pool.fetch(
        "SELECT event_id, body FROM outbox WHERE topic = 'report.enriched.v1' ORDER BY position"
    )
    assert [json.loads(row["body"])["category"] for row in told] == ["fire", "vandalism", "fire"]
    assert len({row["event_id"] for row in told}) == 3


async def test_what_a_person_decided_stands_when_history_is_read_again(
    pool: Pool, handler: BatchHandler, understanding: Understanding
) -> None:
    report = received("Det brinner i en container bakom skolan i Kolsva")
    await handler([enveloped(report)])
    incident_id = await linked(pool, report)
    made: CorrectionMade = correction(incident_id, report_id=report.report_id, category="traffic", severity=4)
    await handler([said(made)])
    await again(pool, understanding).run()
    state = await pool.fetchval("SELECT state FROM incident")
    assert (state["category"], state["severity"]) == ("traffic", 4)
    await handler([said(correction(incident_id, undoes=made.correction_id, minutes=60 * 48))])
    assert (await pool.fetchval("SELECT state FROM incident"))["category"] == "vandalism"


async def test_only_what_is_asked_for_is_read_again(
    pool: Pool, handler: BatchHandler, understanding: Understanding
) -> None:
    old, new = (
        received("Det brinner i Kolsva"),
        received("Det brinner i Arboga", minutes=90, municipality="1984"),
    )
    await handler([enveloped(old), enveloped(new)])
    assert (
        await again(pool, understanding).run(since=NOON + timedelta(hours=1), municipality="1983")
    ).reports == 0
    assert (await again(pool, understanding).run(since=NOON + timedelta(hours=1))).reports == 1
    assert (await again(pool, understanding).run()).reports == 1


async def test_the_running_service_goes_on_from_what_was_read_again(
    pool: Pool, understanding: Understanding
) -> None:
    running = Enrichment(pool, ThreadReader(understanding), lambda: None, lambda: NOON)
    await running.on_events([enveloped(received("Det brinner i en container bakom skolan i Kolsva"))])
    await again(pool, understanding).run()
    await running.on_events(
        [enveloped(received("Hela skolgården i Kolsva är full av rök, containern brinner", minutes=4))]
    )
    rows = await pool.fetch("SELECT revision, state FROM incident")
    assert [(row["revision"], row["state"]["report_count"]) for row in rows] == [(3, 2)]
