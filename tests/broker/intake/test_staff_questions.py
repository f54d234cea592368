"""What reporting asks by Kafka stands on the reporter's page, once, and goes when it is taken back."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import orjson
from aiokafka import ConsumerRecord

from shared.envelope import Outgoing, outgoing
from shared.events import QuestionChanged, QuestionStatus
from shared.identity import new_id
from shared.topics import QUESTION, REPORT_RECEIVED, Service, dead_letter_topic_name
from tests.broker.intake.conftest import RunIntake
from tests.support.kafka import KafkaForTests


def told(report_id: UUID, question_id: UUID, text: str | None) -> Outgoing:
    event = QuestionChanged(
        municipality="1983",
        question_id=question_id,
        report_id=report_id,
        status=QuestionStatus.WITHDRAWN if text is None else QuestionStatus.ASKED,
        text=text,
        at=datetime.now(UTC),
    )
    return outgoing(
        QUESTION, event, key=report_id, subject=report_id, source=Service.REPORTING, traceparent=None
    )


async def send(kafka: KafkaForTests, record: Outgoing, body: bytes | None = None) -> None:
    headers: list[tuple[str, bytes | None]] = [
        (name, value.encode()) for name, value in record.headers.items()
    ]
    await kafka.send(record.topic, body or record.body, key=record.key.encode(), headers=headers)


def answering(records: list[ConsumerRecord]) -> list[dict[str, Any]]:
    bodies = [orjson.loads(record.value) for record in records]
    return [body for body in bodies if body.get("text", "").startswith("Tre eller fyra.")]


async def until_open(intake: httpx.AsyncClient, url: str, texts: list[str]) -> dict[str, Any]:
    async with asyncio.timeout(30):
        while True:
            found: dict[str, Any] = (await intake.get(url)).json()
            if [each["text"] for each in found["questions"]] == texts:
                return found
            await asyncio.sleep(0.05)


async def test_a_question_delivered_twice_is_asked_once_and_one_taken_back_is_asked_no_more(
    kafka: KafkaForTests, fresh_postgres_dsn: str, run_intake: RunIntake
) -> None:
    async with run_intake(fresh_postgres_dsn, kafka.settings("intake")) as intake:
        report = (await intake.post("/api/v1/reports", json={"text": "Det brinner."})).json()
        report_id, first, second = UUID(report["id"]), new_id(), new_id()
        asked = told(report_id, first, "Pågår det fortfarande?")
        await send(kafka, told(new_id(), new_id(), "Om en rapport som inte finns?"))
        await send(kafka, asked)
        await send(kafka, asked)
        await send(kafka, told(report_id, second, "Hur många var det?"))
        await until_open(intake, report["status_url"], ["Pågår det fortfarande?", "Hur många var det?"])

        await send(kafka, told(report_id, first, None))
        await send(kafka, asked)
        await until_open(intake, report["status_url"], ["Hur många var det?"])

        answer = {"question_id": str(second), "text": "Tre eller fyra."}
        sent = await intake.post(f"{report['status_url']}/answers", json=answer)
        assert sent.status_code == 202, sent.text
        records = await kafka.records(
            REPORT_RECEIVED.name, until=lambda found: bool(answering(found)), user="enrichment"
        )
    (told_of,) = answering(records)
    assert (told_of["answers"], told_of["follows"]) == (str(second), report["id"])


async def test_a_question_that_can_not_be_read_is_set_apart_and_the_next_is_asked(
    kafka: KafkaForTests, fresh_postgres_dsn: str, run_intake: RunIntake
) -> None:
    await kafka.empty(dead_letter_topic_name(Service.INTAKE))
    async with run_intake(fresh_postgres_dsn, kafka.settings("intake")) as intake:
        report = (await intake.post("/api/v1/reports", json={"text": "Det brinner."})).json()
        question = told(UUID(report["id"]), new_id(), "Pågår det fortfarande?")
        await send(kafka, question, body=b'{"question_id": "7"}')
        await send(kafka, question)
        await until_open(intake, report["status_url"], ["Pågår det fortfarande?"])
        apart = dead_letter_topic_name(Service.INTAKE)
        assert [record.value for record in await kafka.records(apart)] == [b'{"question_id": "7"}']
