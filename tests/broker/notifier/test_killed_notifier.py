"""The notifier as a process of its own, ended without warning and asked to end."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import asyncpg
import httpx
import psutil
import pytest
from aiokafka import AIOKafkaProducer

from deploy.local.preflight import free_port
from shared.envelope import outgoing
from shared.events import IncidentChanged
from shared.topics import INCIDENT_CHANGED, Service
from tests.support.incidents import incident
from tests.support.kafka import KafkaForTests
from tests.support.webhook_receiver import SECRET, Receiver, receiver

INCIDENTS = 400


@pytest.fixture
def environment(kafka: KafkaForTests, fresh_postgres_dsn: str) -> dict[str, str]:
    return {
        **os.environ,
        **kafka.access("notifier").as_environment(),
        "NOTIFIER_POSTGRES_DSN": fresh_postgres_dsn,
        "NOTIFIER_BATCH_RECORDS": "20",
        "NOTIFIER_PORT": str(free_port()),
    }


@contextmanager
def notifier_process(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "services.notifier"], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def until_ready(environment: dict[str, str]) -> None:
    url = f"http://127.0.0.1:{environment['NOTIFIER_PORT']}/ready"
    async with httpx.AsyncClient(trust_env=False) as http, asyncio.timeout(40):
        while True:
            try:
                if (await http.get(url)).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.05)


async def publish_all(kafka: KafkaForTests, states: list[IncidentChanged]) -> None:
    producer = AIOKafkaProducer(**kafka.options("enrichment"), acks="all")
    await producer.start()
    try:
        for state in states:
            key = state.incident_id
            record = outgoing(
                INCIDENT_CHANGED, state, key=key, subject=key, source=Service.ENRICHMENT, traceparent=None
            )
            headers = [(name, text.encode()) for name, text in record.headers.items()]
            await producer.send(record.topic, record.body, key=str(key).encode(), headers=headers)
        await producer.flush()
    finally:
        await producer.stop()


async def sent_alerts(kafka: KafkaForTests, ids: set[str], at_least: int) -> Counter[UUID]:
    """How often each alert to the police about these incidents stands in the topic."""

    def about(records: list) -> list[UUID]:
        bodies = [json.loads(each.value) for each in records if each.headers]
        return [UUID(body["alert_id"]) for body in bodies if body["incident_id"] in ids]

    records = await kafka.records(
        "alert.police.v1", until=lambda found: len(set(about(found))) >= at_least, user="police", timeout_s=60
    )
    return Counter(about(records))


def told_by_webhook(police: Receiver, ids: set[str]) -> set[UUID]:
    """The alerts about these incidents; the compacted topic may still hold those of other tests."""
    bodies = [body["data"] for _, body in police.taken]
    return {UUID(body["alert_id"]) for body in bodies if body["incident_id"] in ids}


async def until_webhooks(police: Receiver, ids: set[str], at_least: int) -> None:
    async with asyncio.timeout(60):
        while len(told_by_webhook(police, ids)) < at_least:
            await asyncio.sleep(0.05)


async def test_killed_again_and_again_it_loses_no_alert_and_makes_none_twice(
    environment: dict[str, str], kafka: KafkaForTests, fresh_postgres_dsn: str
):
    states = [incident(uuid4()) for _ in range(INCIDENTS)]
    ids = {str(state.incident_id) for state in states}
    with receiver() as police:
        environment |= {
            "NOTIFIER_WEBHOOKS": json.dumps([{"agency": "police", "url": police.url, "secret": SECRET}]),
            # The lease of a killed process: twice this and ten seconds.
            "NOTIFIER_WEBHOOK_TIMEOUT_S": "0.5",
        }
        publishing = asyncio.create_task(publish_all(kafka, states))
        for _ in range(2):
            with notifier_process(environment):
                await until_ready(environment)
                await asyncio.sleep(0.3)  # into the midst of its work
        await publishing
        with notifier_process(environment):
            counts = await sent_alerts(kafka, ids, INCIDENTS)
            await until_webhooks(police, ids, INCIDENTS)

    connection = await asyncpg.connect(fresh_postgres_dsn)
    try:
        alerts = await connection.fetch(
            "SELECT alert_id FROM notifier.alert WHERE agency = 'police' AND incident_id = ANY($1::uuid[])",
            [state.incident_id for state in states],
        )
    finally:
        await connection.close()
    assert len(alerts) == INCIDENTS  # recorded once each
    assert set(counts) == {row["alert_id"] for row in alerts}  # and no other was ever sent
    assert told_by_webhook(police, ids) == set(counts)


async def test_asked_to_end_it_ends_in_good_time_and_leaves_nothing_claimed(
    environment: dict[str, str], kafka: KafkaForTests, fresh_postgres_dsn: str
):
    with receiver(pause_s=0.3) as police:
        environment["NOTIFIER_WEBHOOKS"] = json.dumps(
            [{"agency": "police", "url": police.url, "secret": SECRET}]
        )
        with notifier_process(environment) as process:
            await until_ready(environment)
            resident_mb = psutil.Process(process.pid).memory_info().rss / 1e6
            states = [incident(uuid4()) for _ in range(50)]
            await publish_all(kafka, states)
            await until_webhooks(police, {str(state.incident_id) for state in states}, 1)
            process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(process.wait, 20) == 0
    connection = await asyncpg.connect(fresh_postgres_dsn)
    try:
        claimed = await connection.fetchval("SELECT count(*) FROM notifier.delivery WHERE lease IS NOT NULL")
        attempted = await connection.fetchval("SELECT count(*) FROM notifier.delivery_attempt")
    finally:
        await connection.close()
    assert claimed == 0
    assert attempted == len(police.taken)
    assert resident_mb < 200
