"""A question leaves by the outbox under its report's key, and an answer read by enrichment comes back beside it."""

import asyncio

import httpx
from aiokafka import ConsumerRecord

from shared.envelope import decode
from shared.events import QuestionChanged, QuestionStatus
from shared.identity import derived_id
from tests.support.kafka import KafkaForTests
from tests.support.picture_events import incident_changed, incident_id, report_enriched
from tests.support.picture_sending import send

KIRUNA = {"municipality": "2584"}
REPORT = derived_id("test report", "asked about")


def question_in(record: ConsumerRecord) -> QuestionChanged:
    event = decode(record.topic, record.headers, record.value).event
    assert isinstance(event, QuestionChanged)
    return event


async def test_a_question_goes_out_under_its_reports_key_and_its_answer_comes_back(
    kafka: KafkaForTests, picture: httpx.AsyncClient
) -> None:
    await send(kafka, [report_enriched("asked about", "asked about", **KIRUNA)])
    await send(kafka, [incident_changed("asked about", **KIRUNA)])
    address = f"/api/v1/reports/{REPORT}/questions"
    async with asyncio.timeout(60):
        while (asked := await picture.post(address, json={"text": "Hur många var det?"})).status_code == 404:
            await asyncio.sleep(0.1)
    assert asked.status_code == 202, asked.text
    key = str(REPORT).encode()
    records = await kafka.records(
        "question.v1", until=lambda found: any(each.key == key for each in found), user="intake"
    )
    (question,) = [question_in(each) for each in records if each.key == key]
    assert (question.status, question.report_id) == (QuestionStatus.ASKED, REPORT)
    assert str(question.question_id) == asked.json()["question_id"]

    answer = report_enriched("reply", "asked about", text="Tre.", answers=question.question_id, **KIRUNA)
    for _ in range(2):  # redelivered
        await send(kafka, [answer])
    async with asyncio.timeout(60):
        while True:
            detail = (await picture.get(f"/api/v1/incidents/{incident_id('asked about')}")).json()
            if detail.get("questions") and detail["questions"][0]["state"] == "answered":
                break
            await asyncio.sleep(0.1)
    assert detail["questions"][0]["answer"]["text"] == "Tre."
