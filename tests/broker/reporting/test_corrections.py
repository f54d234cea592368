"""A correction leaves by the outbox, and its answer comes back, on a real broker."""

import asyncio
from collections.abc import Callable

import httpx
from aiokafka import ConsumerRecord

from shared.envelope import decode
from shared.events import CorrectionMade
from shared.identity import derived_id
from tests.support.kafka import KafkaForTests
from tests.support.picture_events import incident_changed, incident_id, report_enriched
from tests.support.picture_sending import send

LULEA = {"municipality": "2580"}
REPORT = derived_id("test report", "unclear")


async def queue(picture: httpx.AsyncClient, is_so: Callable[[dict], bool]) -> dict:
    async with asyncio.timeout(60):
        while True:
            found = (await picture.get("/api/v1/review", params=LULEA)).json()
            if is_so(found):
                return found
            await asyncio.sleep(0.1)


def correction_in(record: ConsumerRecord) -> CorrectionMade:
    event = decode(record.topic, record.headers, record.value).event
    assert isinstance(event, CorrectionMade)
    return event


async def test_a_correction_goes_out_once_keyed_by_municipality_and_its_answer_empties_the_queue(
    kafka: KafkaForTests, picture: httpx.AsyncClient
):
    unclear = report_enriched("unclear", "unclear", needs_review=True, **LULEA)
    await send(kafka, [unclear, incident_changed("unclear", needs_review=True, **LULEA)])
    await queue(picture, lambda found: found["count"] == 1)

    answer = await picture.post(f"/api/v1/reports/{REPORT}/correction", json={"category": "accident"})
    assert answer.status_code == 202
    records = await kafka.records(
        "correction.v1",
        until=lambda found: bool([each for each in found if each.key == b"2580"]),
        user="enrichment",
    )
    (made,) = [correction_in(each) for each in records if each.key == b"2580"]
    assert str(made.correction_id) == answer.json()["correction_id"]
    assert (made.report_id, made.incident_id, made.category) == (REPORT, incident_id("unclear"), "accident")
    assert (await queue(picture, lambda found: found["waiting"] == 1))["count"] == 1

    judged = {"category": "accident", "needs_review": False, "correction_id": made.correction_id}
    answered = report_enriched("unclear", "unclear", **judged, **LULEA)
    changed = incident_changed("unclear", revision=2, change="corrected", **judged, **LULEA)
    for _ in range(2):  # redelivered
        await send(kafka, [answered, changed])
    await queue(picture, lambda found: found["count"] == 0)
    detail = (await picture.get(f"/api/v1/incidents/{incident_id('unclear')}")).json()
    assert [each["state"] for each in detail["corrections"]] == ["applied"]
