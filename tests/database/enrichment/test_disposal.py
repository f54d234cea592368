"""What was taken back is as if it had not been said, what was kept long enough is only counted, in whatever order it is told."""

import json
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from shared.envelope import Envelope
from shared.events import CorrectionMade, DisposalReason, Event, Point, ReportDisposed, ReportReceived
from shared.identity import derived_id, new_id
from shared.kafka import BatchHandler
from shared.topics import CORRECTION, REPORT_DISPOSED
from tests.support.enrichment import NOON, enveloped, received
from tests.support.marker import where_it_stands

Pool = asyncpg.Pool
FIRE = "Det brinner i en container bakom skolan i Kolsva, sa Zyxvut"
SAME_FIRE = "Container brinner bakom skolan i Kolsva, mycket rök"
HOME = Point(lat=59.60123, lon=15.82345, accuracy_m=10)


def disposed(report: ReportReceived, reason: DisposalReason = DisposalReason.WITHDRAWN) -> Envelope[Event]:
    event = ReportDisposed(
        municipality=report.municipality, report_id=report.report_id, reason=reason, at=NOON
    )
    return Envelope(derived_id("gone", report.report_id), REPORT_DISPOSED.name, NOON, "", event)


async def state(pool: Pool) -> dict[str, Any]:
    states = await pool.fetch("SELECT state FROM incident")
    assert len(states) == 1
    found: dict[str, Any] = states[0]["state"]
    return found


async def events(pool: Pool, topic: str = "incident.changed.v1") -> list[dict[str, Any]]:
    found = await pool.fetch("SELECT body FROM outbox WHERE topic = $1 ORDER BY position", topic)
    return [json.loads(row["body"]) for row in found]


async def sent(pool: Pool) -> None:
    """The broker has taken all."""
    await pool.execute("DELETE FROM outbox")


async def test_an_incident_whose_only_report_was_taken_back_is_withdrawn(
    pool: Pool, handler: BatchHandler
) -> None:
    report = received(FIRE, place="hos Zyxvut", point=HOME)
    await handler([enveloped(report)])
    await sent(pool)
    await handler([disposed(report)])

    [told] = await events(pool)
    assert (told["change"], told["withdrawn"], told["disposed_reports"]) == ("disposed", True, 1)
    assert (told["category"], told["report_count"], told["revision"]) == ("fire", 1, 2)
    assert told["summary"] == "Återtagen av den som rapporterade."
    assert (told["location"]["lat"], told["location"]["precision"]) == (None, "municipality")
    async with pool.acquire() as connection:
        for trace in ("Zyxvut", "container", "59.601", "15.823"):
            assert await where_it_stands(connection, trace) == []
    assert await pool.fetchval("SELECT category FROM report") == "fire"


async def test_a_report_told_again_after_its_disposal_does_not_come_back(
    pool: Pool, handler: BatchHandler
) -> None:
    report = received(FIRE)
    await handler([enveloped(report)])
    await handler([disposed(report)])
    await handler([disposed(report)])
    await sent(pool)
    await handler([enveloped(report, new_id()), disposed(report)])
    assert await events(pool) == []
    async with pool.acquire() as connection:
        assert await where_it_stands(connection, "Zyxvut") == []


async def test_a_disposal_that_comes_before_its_report_is_honoured(pool: Pool, handler: BatchHandler) -> None:
    report = received(FIRE)
    await handler([disposed(report)])
    await handler([enveloped(report)])
    assert await pool.fetchval("SELECT count(*) FROM report") == 0
    assert await pool.fetchval("SELECT count(*) FROM outbox") == 0


@pytest.mark.parametrize("first_goes", [True, False])
async def test_the_others_words_stay_and_make_the_incident_under_its_own_id(
    pool: Pool, handler: BatchHandler, first_goes: bool
) -> None:
    one, two = received(FIRE), received(SAME_FIRE, minutes=5)
    await handler([enveloped(one)])
    await handler([enveloped(two)])
    before = await state(pool)
    assert before["report_count"] == 2
    await handler([disposed(one if first_goes else two)])

    after = await state(pool)
    assert after["incident_id"] == before["incident_id"]
    assert (after["report_count"], after["is_withdrawn"], after["disposed_reports"]) == (1, False, 1)
    assert after["texts"] == [SAME_FIRE if first_goes else FIRE]
    assert after["summary"] in after["texts"][0]


async def test_what_was_kept_long_enough_is_counted_with_a_rough_place_and_no_words(
    pool: Pool, handler: BatchHandler
) -> None:
    one, two = received(FIRE, point=HOME), received(SAME_FIRE, minutes=5)
    await handler([enveloped(one), enveloped(two)])
    before = await state(pool)
    await sent(pool)
    await handler([disposed(one, DisposalReason.RETENTION), disposed(two, DisposalReason.RETENTION)])

    [told] = await events(pool)
    assert (told["report_count"], told["withdrawn"], told["disposed_reports"]) == (2, False, 2)
    assert told["summary"] == "Uppgifterna är gallrade."
    assert (told["category"], told["severity"]) == (before["category"], before["severity"])
    assert (told["location"]["lat"], told["location"]["lon"]) == (59.6, 15.82)
    async with pool.acquire() as connection:
        for trace in ("Zyxvut", "ontainer", "59.601"):
            assert await where_it_stands(connection, trace) == []


async def test_nothing_more_is_linked_to_an_incident_that_was_taken_back_and_nobody_corrects_it(
    pool: Pool, handler: BatchHandler
) -> None:
    one = received(FIRE)
    await handler([enveloped(one)])
    incident_id: UUID = await pool.fetchval("SELECT id FROM incident")
    await handler([disposed(one)])
    await handler([enveloped(received(SAME_FIRE, minutes=5))])
    assert await pool.fetchval("SELECT count(*) FROM incident") == 2

    correction = CorrectionMade(
        municipality="1983",
        correction_id=new_id(),
        incident_id=incident_id,
        category="vandalism",
        corrected_by="vakthavande",
        at=NOON,
    )
    refusals = await handler([Envelope(correction.correction_id, CORRECTION.name, NOON, "", correction)])
    assert refusals is not None
    assert "taken back" in refusals[correction.correction_id]


async def test_what_a_person_wrote_of_a_report_goes_with_it(pool: Pool, handler: BatchHandler) -> None:
    one = received(FIRE)
    await handler([enveloped(one)])
    correction = CorrectionMade(
        municipality="1983",
        correction_id=new_id(),
        incident_id=await pool.fetchval("SELECT id FROM incident"),
        report_id=one.report_id,
        category="vandalism",
        note="Zyxvut ringde själv.",
        corrected_by="vakthavande",
        at=NOON,
    )
    await handler([Envelope(correction.correction_id, CORRECTION.name, NOON, "", correction)])
    await sent(pool)
    await handler([disposed(one)])
    async with pool.acquire() as connection:
        assert await where_it_stands(connection, "Zyxvut") == []
