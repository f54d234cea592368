"""A report that names another is with it, whenever the other comes: before, in the same batch, later, or never."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from services.enrichment.domain import Understanding
from services.enrichment.handlers import Enrichment
from services.enrichment.reading import ThreadReader
from services.enrichment.reenrichment import Reenrichment
from shared.envelope import Envelope
from shared.events import (
    CorrectionMade,
    DisposalReason,
    Event,
    Point,
    Relation,
    ReportDisposed,
    ReportReceived,
)
from shared.identity import derived_id, new_id
from shared.kafka import BatchHandler
from shared.topics import CORRECTION, REPORT_DISPOSED
from tests.support.enrichment import HARBOUR, NOON, enveloped, received

Pool = asyncpg.Pool
HERE = Point(lat=59.60123, lon=15.82345, accuracy_m=10)
DAY = 24 * 60
FIRST = received("Det brinner i en container bakom skolan i Kolsva", point=HERE)
ADDED = received(
    "Bilen som stod bredvid hade en trasig ruta",
    minutes=9 * DAY,
    point=HERE,
    follows=FIRST,
    relation=Relation.ADDITION,
)
STILL = received(
    "Det pågår fortfarande. Det brinner i en container bakom skolan i Kolsva",
    minutes=12 * DAY,
    point=HERE,
    follows=FIRST,
    relation=Relation.STILL_ON,
)
SAME = received(
    "Jag ser elden från mitt fönster, den är stor",
    minutes=9 * 60,
    point=HERE,
    follows=FIRST,
    relation=Relation.SAME,
)


async def where(pool: Pool, *reports: ReportReceived) -> list[UUID]:
    rows = await pool.fetch("SELECT report_id, incident_id FROM link")
    found = {row["report_id"]: row["incident_id"] for row in rows}
    return [found[each.report_id] for each in reports]


async def state(pool: Pool, incident_id: UUID) -> dict[str, Any]:
    found: dict[str, Any] = await pool.fetchval("SELECT state FROM incident WHERE id = $1", incident_id)
    return found


def disposed(report: ReportReceived, reason: DisposalReason = DisposalReason.WITHDRAWN) -> Envelope[Event]:
    event = ReportDisposed(municipality="1983", report_id=report.report_id, reason=reason, at=NOON)
    return Envelope(derived_id("gone", report.report_id), REPORT_DISPOSED.name, NOON, "", event)


@pytest.mark.parametrize("batches", [[[0, 1, 2, 3]], [[0], [1], [2], [3]], [[0, 1], [2, 3]]])
@pytest.mark.parametrize("is_restarted", [False, True])
async def test_it_joins_the_incident_of_that_report_however_they_are_batched(
    pool: Pool, understanding: Understanding, batches: list[list[int]], is_restarted: bool
) -> None:
    reports = [FIRST, SAME, ADDED, STILL]
    service = Enrichment(pool, ThreadReader(understanding), lambda: None, lambda: NOON)
    for batch in batches:
        if is_restarted:
            service = Enrichment(pool, ThreadReader(understanding), lambda: None, lambda: NOON)
        await service.on_events([enveloped(reports[each]) for each in batch])

    [incident_id] = set(await where(pool, *reports))
    now = await state(pool, incident_id)
    assert (now["report_count"], now["distinct_texts"], now["own_additions"]) == (4, 2, 2)
    assert (now["ongoing"], now["category"], now["texts"][0]) == (True, "fire", FIRST.text)
    assert datetime.fromisoformat(now["last_occurred_at"]) == STILL.occurred_at
    rows = await pool.fetch("SELECT tie FROM link ORDER BY position")
    assert [row["tie"] for row in rows] == [None, "same", "addition", "still_on"]


async def test_said_again_it_has_no_effect(pool: Pool, handler: BatchHandler) -> None:
    batch = [enveloped(FIRST), enveloped(ADDED)]
    await handler(batch)
    [incident_id] = set(await where(pool, FIRST, ADDED))
    before = await state(pool, incident_id)
    await handler(batch)
    await handler([enveloped(ADDED)])
    assert await state(pool, incident_id) == before


async def test_the_first_may_come_after_what_was_added_to_it(pool: Pool, handler: BatchHandler) -> None:
    """It was held back as doubtful, and released."""
    await handler([enveloped(ADDED)])
    await handler([enveloped(STILL), enveloped(FIRST)])
    [incident_id] = set(await where(pool, FIRST, ADDED, STILL))
    assert (await state(pool, incident_id))["report_count"] == 3


async def test_one_of_another_municipality_ties_nothing(pool: Pool, handler: BatchHandler) -> None:
    elsewhere = ADDED.model_copy(update={"municipality": "1984", "report_id": new_id()})
    for batch in ([FIRST, elsewhere], [ADDED]):
        await handler([enveloped(each) for each in batch])
    first, added, other = await where(pool, FIRST, ADDED, elsewhere)
    assert first == added != other


@pytest.mark.parametrize("reason", DisposalReason)
async def test_what_was_taken_back_ties_nothing_and_what_was_kept_long_enough_does(
    pool: Pool, handler: BatchHandler, reason: DisposalReason
) -> None:
    await handler([enveloped(FIRST), enveloped(SAME), disposed(FIRST, reason)])
    await handler([enveloped(STILL)])
    first, still = await where(pool, FIRST, STILL)
    assert (first == still) is (reason is DisposalReason.RETENTION)
    follows = await pool.fetchval("SELECT follows FROM report WHERE id = $1", FIRST.report_id)
    assert follows is None


async def test_an_addition_to_what_was_disposed_of_before_it_came_is_read_by_itself(
    pool: Pool, handler: BatchHandler
) -> None:
    await handler([disposed(FIRST)])
    await handler([enveloped(FIRST), enveloped(ADDED)])
    assert await pool.fetchval("SELECT count(*) FROM report") == 1
    [incident_id] = await where(pool, ADDED)
    assert (await state(pool, incident_id))["report_count"] == 1


async def test_with_the_first_taken_back_the_others_still_stand(pool: Pool, handler: BatchHandler) -> None:
    await handler([enveloped(each) for each in (FIRST, SAME)])
    [incident_id] = set(await where(pool, FIRST, SAME))
    await handler([disposed(FIRST)])
    now = await state(pool, incident_id)
    assert (now["report_count"], now["own_additions"], now["is_withdrawn"]) == (1, 0, False)


async def test_a_persons_correction_stands_over_what_is_added_later(
    pool: Pool, handler: BatchHandler
) -> None:
    await handler([enveloped(FIRST)])
    [incident_id] = await where(pool, FIRST)
    made = CorrectionMade(
        municipality="1983",
        correction_id=new_id(),
        incident_id=incident_id,
        corrected_by="vakthavande",
        at=NOON,
        category="vandalism",
        severity=1,
        location=HARBOUR,
    )
    await handler([Envelope(made.correction_id, CORRECTION.name, NOON, "", made)])
    await handler([enveloped(ADDED), enveloped(STILL), enveloped(SAME)])

    assert set(await where(pool, FIRST, ADDED, STILL, SAME)) == {incident_id}
    now = await state(pool, incident_id)
    assert (now["category"], now["location"]["name"], now["severity"]) == ("vandalism", "Inre hamnen", 1)
    assert (now["report_count"], now["ongoing"]) == (4, True)


async def test_taking_a_correction_back_gives_what_was_before_it(pool: Pool, handler: BatchHandler) -> None:
    """The incident made anew from its rows is the one that linking made."""
    await handler([enveloped(each) for each in (FIRST, SAME, ADDED, STILL)])
    [incident_id] = set(await where(pool, FIRST, SAME, ADDED, STILL))
    before = await state(pool, incident_id)
    made = {"municipality": "1983", "incident_id": incident_id, "corrected_by": "vakthavande", "at": NOON}
    one = CorrectionMade(correction_id=new_id(), report_id=ADDED.report_id, category="theft", **made)
    back = CorrectionMade(correction_id=new_id(), report_id=ADDED.report_id, undoes=one.correction_id, **made)
    await handler([Envelope(one.correction_id, CORRECTION.name, NOON, "", one)])
    assert (await state(pool, incident_id))["category"] == "theft"
    await handler([Envelope(back.correction_id, CORRECTION.name, NOON, "", back)])
    after = await state(pool, incident_id)
    assert {**after, "revision": 0} == {**before, "revision": 0}


async def test_read_again_it_stays_tied(
    pool: Pool, handler: BatchHandler, understanding: Understanding
) -> None:
    await handler([enveloped(each) for each in (FIRST, SAME, ADDED, STILL)])
    [incident_id] = set(await where(pool, FIRST, SAME, ADDED, STILL))
    before = await state(pool, incident_id)
    await pool.execute("UPDATE report SET model_version = 'older'")
    done = await Reenrichment(pool, ThreadReader(understanding), lambda: NOON, lambda _, __: None).run()
    assert (done.reports, done.differing) == (4, 0)
    assert await state(pool, incident_id) == before
    told = [
        json.loads(row["body"])
        for row in await pool.fetch("SELECT body FROM outbox WHERE topic = 'report.enriched.v1'")
    ]
    assert {each["link"]["incident_id"] for each in told} == {str(incident_id)}
