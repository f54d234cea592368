"""Notifier and reporting on a real broker: why nobody was alerted reaches the picture, and goes when somebody is."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from services.notifier.app import create_app
from services.notifier.settings import NotifierSettings
from shared.envelope import outgoing
from shared.events import IncidentChanged, Source
from shared.topics import INCIDENT_CHANGED, NOT_ALERTED_CHANGED, Service
from tests.support.incidents import incident
from tests.support.kafka import KafkaForTests


@pytest_asyncio.fixture
async def notifier(
    kafka: KafkaForTests, fresh_postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[None]:
    for name, value in kafka.access("notifier").as_environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("NOTIFIER_POSTGRES_DSN", fresh_postgres_dsn)
    app = create_app(NotifierSettings(stop_timeout_s=5))
    async with app.router.lifespan_context(app):
        yield


async def published(kafka: KafkaForTests, state: IncidentChanged) -> None:
    record = outgoing(
        INCIDENT_CHANGED,
        state,
        key=state.incident_id,
        subject=state.incident_id,
        source=Service.ENRICHMENT,
        traceparent=None,
    )
    headers = [(name, text.encode()) for name, text in record.headers.items()]
    await kafka.send(record.topic, record.body, key=record.key.encode(), headers=headers, user="enrichment")


async def detail_when(
    picture: httpx.AsyncClient, state: IncidentChanged, is_so: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    async with asyncio.timeout(60):
        while True:
            answer = await picture.get(f"/api/v1/incidents/{state.incident_id}")
            if answer.status_code == 200 and is_so(answer.json()):
                found: dict[str, Any] = answer.json()
                return found
            await asyncio.sleep(0.1)


async def test_old_news_is_explained_in_the_picture_until_somebody_is_alerted(
    kafka: KafkaForTests, notifier: None, picture: httpx.AsyncClient
) -> None:
    now = datetime.now(UTC)
    happened = now - timedelta(days=5)
    late = incident(
        uuid4(),
        first_occurred_at=happened,
        last_occurred_at=happened,
        changed_at=now,
        reports_by_source={"import": 1},
    )
    await published(kafka, late)
    detail = await detail_when(picture, late, lambda found: found["not_alerted"] is not None)
    why = detail["not_alerted"]
    assert (why["reason"], why["age_s"], why["limit_s"]) == ("told_late", 5 * 86_400, 86_400)
    assert (detail["agencies"], detail["deliveries"]) == ([], [])

    both = {"revision": 2, "report_count": 2, "reports_by_source": {Source.IMPORT: 1, Source.CITIZEN: 1}}
    await published(kafka, late.model_copy(update=both))
    detail = await detail_when(picture, late, lambda found: len(found["agencies"]) == 2)
    assert detail["not_alerted"] is None

    def mine(records: list[Any]) -> list[Any]:
        return [each for each in records if each.key == str(late.incident_id).encode()]

    records = await kafka.records(NOT_ALERTED_CHANGED.name, until=lambda found: len(mine(found)) == 2)
    assert [b'"reason":"told_late"' in each.value for each in mine(records)] == [True, False]
