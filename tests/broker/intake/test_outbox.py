"""Every accepted report reaches Kafka, in order, whether or not Kafka is there when it is accepted."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from deploy.local.stack import LocalStack
from shared.envelope import decode
from shared.events import ReportReceived
from shared.kafka_clients import Producer
from shared.outbox import OutboxRelay
from shared.settings import KafkaSettings
from shared.topics import REPORT_RECEIVED
from tests.broker.intake.conftest import RunIntake
from tests.support.databases import make_database, make_template
from tests.support.kafka import KafkaForTests
from tests.support.outbox import an_event, fill, pool_of, unsent, until_fewer, until_sent, word_of
from tests.support.stack import embedded_servers

NO_KAFKA = KafkaSettings(bootstrap_servers="127.0.0.1:1", security_protocol="PLAINTEXT")


async def accept(intake: httpx.AsyncClient, count: int, first: int = 0) -> list[str]:
    """Ids in the order they were sent."""
    ids = []
    for number in range(first, first + count):
        answer = await intake.post("/api/v1/reports", json={"text": f"Rapport {number}, ring 070-174 06 05"})
        assert answer.status_code == 202
        ids.append(answer.json()["id"])
    return ids


async def published(kafka: KafkaForTests, ids: list[str]) -> list[ReportReceived]:
    """The events of these reports, once all are there; a repeated one counts once."""

    def ours(records: list[Any]) -> list[ReportReceived]:
        events = [decode(record.topic, record.headers, record.value).event for record in records]
        mine = [
            event for event in events if isinstance(event, ReportReceived) and str(event.report_id) in ids
        ]
        return list({event.report_id: event for event in mine}.values())

    records = await kafka.records(
        REPORT_RECEIVED.name, until=lambda found: len(ours(found)) == len(ids), timeout_s=60
    )
    return ours(records)


async def test_reports_reach_kafka_redacted_and_in_order(
    kafka: KafkaForTests, fresh_postgres_dsn: str, run_intake: RunIntake
) -> None:
    async with run_intake(fresh_postgres_dsn, kafka.settings("intake")) as intake:
        ids = await accept(intake, 30)
        events = await published(kafka, ids)
    assert [str(event.report_id) for event in events] == ids
    assert events[7].text == "Rapport 7, ring [telefonnummer]"
    assert events[7].redactions == {"phone_number": 1}


async def test_what_was_accepted_without_kafka_leaves_when_it_is_there(
    kafka: KafkaForTests, fresh_postgres_dsn: str, run_intake: RunIntake
) -> None:
    async with run_intake(fresh_postgres_dsn, NO_KAFKA) as intake:
        ids = await accept(intake, 20)
    async with run_intake(fresh_postgres_dsn, kafka.settings("intake")) as intake:
        ids += await accept(intake, 5, first=20)
        events = await published(kafka, ids)
    assert [str(event.report_id) for event in events] == ids


async def test_stopping_sends_what_was_just_accepted(
    kafka: KafkaForTests, fresh_postgres_dsn: str, run_intake: RunIntake
) -> None:
    async with run_intake(fresh_postgres_dsn, kafka.settings("intake")) as intake:
        before = await accept(intake, 1)
        await published(kafka, before)
        answers = await asyncio.gather(
            *[intake.post("/api/v1/reports", json={"text": f"Samtidigt {number}"}) for number in range(50)]
        )
    ids = [answer.json()["id"] for answer in answers]
    assert len(await published(kafka, ids)) == 50


@pytest.fixture(scope="module")
def own_stack() -> Iterator[LocalStack]:
    with tempfile.TemporaryDirectory(prefix="vardkase-") as folder, embedded_servers(Path(folder)) as stack:
        yield stack


@pytest_asyncio.fixture(scope="module")
async def own_template(own_stack: LocalStack) -> str:
    return await make_template(own_stack.postgres_dsn)


async def test_a_broker_that_dies_and_returns_gets_everything(
    own_stack: LocalStack, own_template: str, run_intake: RunIntake
) -> None:
    kafka = KafkaForTests(own_stack)
    dsn = await make_database(own_stack.postgres_dsn, own_template)
    async with run_intake(dsn, kafka.settings("intake")) as intake:
        ids = await accept(intake, 10)
        await published(kafka, ids)
        own_stack.kill_broker()
        ids += await accept(intake, 30, first=10)
        assert (await intake.get("/ready")).status_code == 200
        await asyncio.to_thread(own_stack.restart_broker)
        ids += await accept(intake, 5, first=40)
        events = await published(kafka, ids)
    assert [str(event.report_id) for event in events] == ids


async def test_a_backlog_arrives_in_order_though_broker_and_database_die_while_it_drains(
    own_stack: LocalStack, own_template: str
) -> None:
    kafka = KafkaForTests(own_stack)
    topic = await kafka.topic(partitions=3)
    keys = ("1983", "1984", "1960", "1961")
    events = [an_event(number, key=keys[number % 4], topic=topic, size=600) for number in range(40_000)]
    dsn = await make_database(own_stack.postgres_dsn, own_template)
    producer = Producer(kafka.settings(), "test-outbox")
    async with pool_of(dsn) as pool:
        await fill(pool, events)
        relay = OutboxRelay(pool, producer)
        await producer.start()
        relay.start()
        await until_fewer(pool, 40_000)
        own_stack.kill_broker()
        left = await unsent(pool)
        await asyncio.to_thread(own_stack.restart_broker)
        await until_fewer(pool, left)
        own_stack.kill_postgres()
        await asyncio.to_thread(own_stack.restart_postgres)
        await until_sent(pool, timeout_s=90)
        await relay.stop(5)
    await producer.stop()
    assert left > 0
    records = await kafka.records(topic, at_least=40_000, timeout_s=60)
    for number, key in enumerate(keys):
        words = [word_of(record.value) for record in records if record.key.decode() == key]
        assert list(dict.fromkeys(words)) == [str(word) for word in range(number, 40_000, 4)]
