"""The whole service on a real broker: incidents in, alerts to those they are for, receipts back."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.errors import KafkaConnectionError, TopicAuthorizationFailedError
from fastapi import FastAPI
from pydantic import SecretStr

from services.notifier.app import create_app
from services.notifier.rules_file import DEFAULT_RULES_PATH
from services.notifier.settings import NotifierSettings
from shared.envelope import decode, outgoing
from shared.events import Alert, Event, IncidentChanged, Receipt
from shared.topics import INCIDENT_CHANGED, RECEIPT, Service, Topic
from tests.support.incidents import NOON, incident
from tests.support.kafka import KafkaForTests
from tests.support.webhook_receiver import SECRET, receiver

TOKENS = {"police": "the-police-token-of-the-test"}


@pytest.fixture
def environment(kafka: KafkaForTests, fresh_postgres_dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in kafka.access("notifier").as_environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("NOTIFIER_POSTGRES_DSN", fresh_postgres_dsn)
    monkeypatch.setenv("NOTIFIER_AGENCY_TOKENS", json.dumps(TOKENS))


@asynccontextmanager
async def running(**settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    """The service, ready, and its HTTP side."""
    app = create_app(NotifierSettings(stop_timeout_s=5, **settings))
    async with (
        _lifespan(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://notifier") as http,
    ):
        async with asyncio.timeout(30):
            while (await http.get("/ready")).status_code != 200:
                await asyncio.sleep(0.05)
        yield http


def _lifespan(app: FastAPI) -> Any:
    return app.router.lifespan_context(app)


@pytest_asyncio.fixture
async def notifier(environment: None) -> AsyncIterator[httpx.AsyncClient]:
    async with running() as http:
        yield http


async def publish(kafka: KafkaForTests, topic: Topic, event: Event, user: str) -> None:
    record = outgoing(topic, event, key=uuid4(), subject=uuid4(), source=Service.ENRICHMENT, traceparent=None)
    headers: list[tuple[str, bytes | None]] = [(name, text.encode()) for name, text in record.headers.items()]
    await kafka.send(topic.name, record.body, key=b"k", headers=headers, user=user)


async def alert_of(kafka: KafkaForTests, agency: str, state: IncidentChanged) -> Alert:
    """Read by the agency itself, from its own topic."""

    def mine(records: list[ConsumerRecord]) -> list[Event]:
        events = [decode(each.topic, each.headers, each.value).event for each in records if each.headers]
        return [
            event for event in events if isinstance(event, Alert) and event.incident_id == state.incident_id
        ]

    records = await kafka.records(f"alert.{agency}.v1", until=lambda found: bool(mine(found)), user=agency)
    found = mine(records)
    assert len(found) == 1
    assert isinstance(found[0], Alert)
    return found[0]


async def test_an_agency_reads_its_alert_and_its_receipt_comes_back(
    notifier: httpx.AsyncClient, kafka: KafkaForTests
):
    state = incident(uuid4(), category="fire", severity=3)
    await publish(kafka, INCIDENT_CHANGED, state, "enrichment")
    alert = await alert_of(kafka, "police", state)
    assert (alert.category, alert.severity, alert.kind) == ("fire", 3, "new")

    receipt = Receipt(
        municipality="1983",
        receipt_id=uuid4(),
        alert_id=alert.alert_id,
        agency="police",
        status="accepted",
        at=NOON,
    )
    await publish(kafka, RECEIPT, receipt, "police")

    def statuses(records: list[ConsumerRecord]) -> list[str]:
        changed = [json.loads(each.value) for each in records]
        return [each["status"] for each in changed if each["alert_id"] == str(alert.alert_id)]

    records = await kafka.records(
        "delivery.changed.v1", until=lambda found: "accepted" in statuses(found), user="reporting"
    )
    assert statuses(records) == ["sent", "accepted"]


async def kinds_of(
    kafka: KafkaForTests, agency: str, state: IncidentChanged, at_least: int
) -> list[tuple[str, str]]:
    """(kind, category) of what the agency reads about the incident, in order."""

    def mine(records: list[ConsumerRecord]) -> list[tuple[str, str]]:
        told = [json.loads(each.value) for each in records]
        return [
            (each["kind"], each["category"])
            for each in told
            if each.get("incident_id") == str(state.incident_id)
        ]

    records = await kafka.records(
        f"alert.{agency}.v1", until=lambda found: len(mine(found)) >= at_least, user=agency
    )
    return mine(records)


async def test_a_correction_withdraws_from_the_police_and_tells_the_school_until_it_is_undone(
    environment: None, kafka: KafkaForTests, tmp_path: Path
):
    rules = tmp_path / "rules.yaml"
    rules.write_text(DEFAULT_RULES_PATH.read_text().replace("quiet_s: 15", "quiet_s: 0"))
    name = uuid4()
    doubtful = incident(name, category="disorder")
    corrected = incident(
        name, category="school_incident", revision=2, change="corrected", correction_id=uuid4()
    )
    undone = incident(name, category="disorder", revision=3, change="corrected", correction_id=uuid4())
    async with running(rules=rules):
        for state, school in ((doubtful, 0), (corrected, 1), (undone, 2)):
            for _ in range(2):  # redelivered
                await publish(kafka, INCIDENT_CHANGED, state, "enrichment")
            await kinds_of(kafka, "police", doubtful, state.revision)
            await kinds_of(kafka, "school", doubtful, school)
        last = incident(uuid4())
        await publish(kafka, INCIDENT_CHANGED, last, "enrichment")  # same partition: all before it are taken
        await alert_of(kafka, "police", last)
        assert await kinds_of(kafka, "police", doubtful, 3) == [
            ("new", "disorder"),
            ("correction", "disorder"),
            ("new", "disorder"),
        ]
        assert await kinds_of(kafka, "school", doubtful, 2) == [
            ("new", "school_incident"),
            ("correction", "school_incident"),
        ]


async def test_a_redelivered_incident_reaches_the_topic_once(
    notifier: httpx.AsyncClient, kafka: KafkaForTests
):
    state = incident(uuid4())
    for _ in range(3):
        await publish(kafka, INCIDENT_CHANGED, state, "enrichment")
    later = incident(uuid4())
    await publish(kafka, INCIDENT_CHANGED, later, "enrichment")  # same partition: all before it are taken
    await alert_of(kafka, "police", later)
    await alert_of(kafka, "police", state)


async def test_poison_and_a_receipt_without_right_stop_nothing(
    notifier: httpx.AsyncClient, kafka: KafkaForTests
):
    poison = f"{{not json {uuid4()}".encode()
    headers: list[tuple[str, bytes | None]] = [("ce_type", INCIDENT_CHANGED.event_type.encode())]
    await kafka.send(INCIDENT_CHANGED.name, poison, key=b"k", headers=headers, user="enrichment")
    stranger = Receipt(
        municipality="1983", receipt_id=uuid4(), alert_id=uuid4(), agency="school", status="seen", at=NOON
    )
    await publish(kafka, RECEIPT, stranger, "school")
    state = incident(uuid4())
    await publish(kafka, INCIDENT_CHANGED, state, "enrichment")
    await alert_of(kafka, "police", state)
    apart = await kafka.records(
        "dead-letter.notifier.v1",
        until=lambda found: poison in {record.value for record in found},
        user="notifier",
    )
    assert not any(str(stranger.receipt_id).encode() in record.value for record in apart)


async def test_police_is_refused_the_schools_alerts(notifier: httpx.AsyncClient, kafka: KafkaForTests):
    state = incident(uuid4(), category="school_incident")
    await publish(kafka, INCIDENT_CHANGED, state, "enrichment")
    await alert_of(kafka, "school", state)
    with pytest.raises(TopicAuthorizationFailedError):
        await kafka.records("alert.school.v1", user="police", timeout_s=10)


async def test_a_wrong_password_is_refused(kafka: KafkaForTests):
    consumer = AIOKafkaConsumer(
        "alert.police.v1", **kafka.options("police") | {"sasl_plain_password": "guessed"}
    )
    try:
        with pytest.raises(KafkaConnectionError):
            await consumer.start()
    finally:
        await consumer.stop()


async def test_a_webhook_and_the_api_tell_the_same_alert(environment: None, kafka: KafkaForTests):
    with receiver([503]) as police:
        hooks = [{"agency": "police", "url": police.url, "secret": SECRET}]
        async with running(webhooks=hooks, webhook_first_pause_s=0.2) as http:
            state = incident(uuid4())
            await publish(kafka, INCIDENT_CHANGED, state, "enrichment")
            async with asyncio.timeout(20):
                while len(police.taken) < 2:
                    await asyncio.sleep(0.02)
            alert = await alert_of(kafka, "police", state)
            listed = await http.get("/api/v1/alerts", headers={"Authorization": f"Bearer {TOKENS['police']}"})
            metrics = (await http.get("/metrics")).text
    assert len(set(police.ids)) == 1
    told = {each["alert"]["alert_id"] for each in listed.json()["alerts"]}
    assert police.taken[0][1]["data"]["alert_id"] == str(alert.alert_id)
    assert str(alert.alert_id) in told
    assert 'vardkase_delivery_attempts_total{channel="webhook",outcome="try_again"}' in metrics


async def test_what_was_waiting_when_the_service_stopped_is_sent_by_the_next(
    environment: None, kafka: KafkaForTests
):
    async with running():
        pass
    state = incident(uuid4())
    await publish(kafka, INCIDENT_CHANGED, state, "enrichment")
    async with running():
        await alert_of(kafka, "security", state)


def test_the_settings_name_the_passwords_nowhere(environment: None):
    assert isinstance(NotifierSettings().kafka.sasl_password, SecretStr)
    assert TOKENS["police"] not in repr(NotifierSettings())
