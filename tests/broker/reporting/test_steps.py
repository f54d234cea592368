"""What staff did leaves under each report's key, in order and once, also for a report that the broker delivers late and again."""

import asyncio

import httpx

from shared.envelope import decode
from shared.events import FollowStatus, ReportStatusChanged
from shared.identity import derived_id
from tests.support.kafka import KafkaForTests
from tests.support.picture_events import incident_changed, incident_id, report_enriched
from tests.support.picture_sending import send

KIRUNA = {"municipality": "2584"}
MINE, LATE = (derived_id("test report", name) for name in ("told of", "told late"))


async def test_a_measure_and_its_taking_back_go_out_under_each_reports_key_and_once(
    kafka: KafkaForTests, picture: httpx.AsyncClient
) -> None:
    await send(kafka, [report_enriched("told of", "acted on", **KIRUNA)])
    await send(kafka, [incident_changed("acted on", **KIRUNA)])
    address = f"/api/v1/incidents/{incident_id('acted on')}/steps"
    step = {"status": "measure_taken", "text": "Platsen är städad."}
    async with asyncio.timeout(60):
        while (taken := await picture.post(address, json=step)).status_code == 404:
            await asyncio.sleep(0.1)
    assert taken.status_code == 202, taken.text
    late = report_enriched("told late", "acted on", **KIRUNA)
    for _ in range(2):  # redelivered
        await send(kafka, [late])
    await statuses(kafka, LATE, 2)
    undone = await picture.post(f"/api/v1/steps/{taken.json()['step_id']}/take-back")
    assert undone.json()["told"] == 2

    for report in (MINE, LATE):
        told = await statuses(kafka, report, 3)
        assert [each.status for each in told] == [
            FollowStatus.ASSESSED,
            FollowStatus.MEASURE_TAKEN,
            FollowStatus.ASSESSED,
        ]
        assert [each.note for each in told] == [None, step["text"], None]
        assert told[2].takes_back is not None
        assert told[2].takes_back.step_id == told[1].step_id


async def statuses(kafka: KafkaForTests, report: object, count: int) -> list[ReportStatusChanged]:
    key = str(report).encode()
    records = await kafka.records(
        "report.status.v1",
        until=lambda found: sum(each.key == key for each in found) >= count,
        user="intake",
    )
    events = [decode(each.topic, each.headers, each.value).event for each in records if each.key == key]
    assert len(events) == count
    return [each for each in events if isinstance(each, ReportStatusChanged)]
