"""From report.received to report.enriched and incident.changed, on a real broker and database."""

import asyncio
import contextlib
import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from aiokafka import ConsumerRecord
from pydantic import SecretStr

from services.enrichment.domain import Understanding
from services.enrichment.running import Running
from services.enrichment.settings import EnrichmentSettings
from shared.categories import CategoryCode
from shared.envelope import Outgoing, decode, outgoing
from shared.errors import Reject
from shared.events import CorrectionMade, IncidentChanged, ReportEnriched
from shared.identity import new_id
from shared.topics import (
    CORRECTION,
    INCIDENT_CHANGED,
    MAX_BODY_BYTES,
    REPORT_ENRICHED,
    REPORT_RECEIVED,
    Service,
)
from tests.support.enrichment import as_record, received
from tests.support.kafka import KafkaForTests
from tests.support.nominatim import found, nominatim

DEAD = "dead-letter.enrichment.v1"
OURS = (
    REPORT_RECEIVED.name,
    REPORT_ENRICHED.name,
    DEAD,
)  # incident.changed is compacted, and can't be emptied


@asynccontextmanager
async def enriching(kafka: KafkaForTests, dsn: str, **given: Any) -> AsyncIterator[Running]:
    settings = EnrichmentSettings(postgres_dsn=SecretStr(dsn), stop_timeout_s=5, **given)
    settings.__dict__["kafka"] = kafka.settings("enrichment")
    running = Running(settings)
    async with running.run():
        yield running


async def send(kafka: KafkaForTests, record: Outgoing) -> None:
    await kafka.send(record.topic, record.body, key=record.key.encode(), headers=headers_of(record))


def headers_of(record: Outgoing) -> list[tuple[str, bytes | None]]:
    return [(name, value.encode()) for name, value in record.headers.items()]


def events_of(records: list[ConsumerRecord]) -> list[Any]:
    """The readable ones: other tests leave poison on the compacted topic."""
    events = []
    for record in records:
        with contextlib.suppress(Reject):
            events.append(decode(record.topic, record.headers, record.value).event)
    return events


async def until_ready(running: Running) -> None:
    async with asyncio.timeout(60):
        while not all(
            check.ok
            for check in (
                await running.check_model(),
                await running.check_database(),
                await running.check_kafka(),
                await running.check_outbox(),
            )
        ):
            await asyncio.sleep(0.05)


async def test_two_reports_of_one_fire_become_one_incident(
    kafka: KafkaForTests, fresh_postgres_dsn: str
) -> None:
    await kafka.empty(*OURS)
    reports = [
        received("Det brinner i en container bakom skolan i Kolsva!", minutes=0),
        received("Eld i container bakom skolan i Kolsva, mycket rök", minutes=3),
    ]
    for report in reports:
        await send(kafka, as_record(report))
    async with enriching(kafka, fresh_postgres_dsn) as running:
        await until_ready(running)
        enriched = await kafka.records(REPORT_ENRICHED.name, at_least=2)
        incident_id = events_of(enriched)[0].link.incident_id
        changed = await kafka.records(
            INCIDENT_CHANGED.name,
            until=lambda found: any(
                event.incident_id == incident_id and event.report_count == 2 for event in events_of(found)
            ),
        )

    told = {event.report_id: event for event in events_of(enriched)}
    first, second = (told[report.report_id] for report in reports)
    assert isinstance(first, ReportEnriched)
    assert (first.category, first.location.name, first.link.is_new) == ("fire", "Kolsva", True)
    assert (second.link.incident_id, second.link.is_new) == (first.link.incident_id, False)
    assert first.model_version
    assert first.gazetteer_version
    incident = next(event for event in reversed(events_of(changed)) if event.incident_id == incident_id)
    assert isinstance(incident, IncidentChanged)
    assert (incident.incident_id, incident.revision, incident.report_count) == (first.link.incident_id, 2, 2)
    assert {record.key.decode() for record in enriched} == {str(incident_id)}
    assert str(incident_id) in {record.key.decode() for record in changed}


async def test_poison_is_set_apart_with_its_reason_and_the_stream_goes_on(
    kafka: KafkaForTests, fresh_postgres_dsn: str
) -> None:
    await kafka.empty(*OURS)
    good = received("Stulen cykel vid simhallen i Köping")
    record = as_record(good)
    headers, key = headers_of(record), record.key.encode()
    topic = REPORT_RECEIVED.name
    await kafka.send(topic, b"{not json", key=key, headers=headers)
    await kafka.send(topic, record.body, key=key, headers=[("ce_type", b"se.vardkase.report.received.v9")])
    await kafka.send(topic, record.body, key=key, headers=[*headers, ("tracestate", None)])
    await kafka.send(topic, b"x" * (MAX_BODY_BYTES + 1), key=key, headers=headers)
    without_text = {name: value for name, value in json.loads(record.body).items() if name != "text"}
    await kafka.send(topic, json.dumps(without_text).encode(), key=key, headers=headers)
    await send(kafka, record)
    async with enriching(kafka, fresh_postgres_dsn):
        enriched = await kafka.records(REPORT_ENRICHED.name, at_least=1, timeout_s=60)
        apart = await kafka.records(DEAD, at_least=5)

    assert [event.report_id for event in events_of(enriched)] == [good.report_id]
    reasons = [dict(each.headers)["dl_reason"].decode() for each in apart]
    assert [reason.split(":")[0] for reason in reasons] == [
        "invalid ReportReceived",
        "unknown version",
        "null header 'tracestate'",
        "oversize",
        "invalid ReportReceived",
    ]


async def test_a_report_sent_twice_is_enriched_once(kafka: KafkaForTests, fresh_postgres_dsn: str) -> None:
    await kafka.empty(*OURS)
    twice, last = (
        as_record(received("Klotter på biblioteket")),
        as_record(received("Lös hund i Ullvi", minutes=9)),
    )
    for record in (twice, twice, last):
        await send(kafka, record)
    async with enriching(kafka, fresh_postgres_dsn) as running:
        await until_ready(running)
        enriched = await kafka.records(
            REPORT_ENRICHED.name,
            until=lambda found: "Lös hund i Ullvi" in [event.text for event in events_of(found)],
        )

    texts = [event.text for event in events_of(enriched)]
    assert sorted(texts) == ["Klotter på biblioteket", "Lös hund i Ullvi"]


async def test_a_correction_of_nothing_we_know_is_set_apart_and_those_after_it_are_taken(
    kafka: KafkaForTests, fresh_postgres_dsn: str
) -> None:
    await kafka.empty(*OURS, CORRECTION.name)
    report = received("Det brinner i en container bakom skolan i Kolsva")
    await send(kafka, as_record(report))
    async with enriching(kafka, fresh_postgres_dsn) as running:
        await until_ready(running)
        [first] = events_of(await kafka.records(REPORT_ENRICHED.name, at_least=1))
        unknown = correction_of(new_id(), report.report_id)
        await kafka.send(CORRECTION.name, b"{not json", key=b"1983", headers=headers_of(unknown))
        await send(kafka, unknown)
        await send(kafka, correction_of(first.link.incident_id, report.report_id))
        told = events_of(await kafka.records(REPORT_ENRICHED.name, at_least=2))
        apart = await kafka.records(DEAD, at_least=2)

    assert [(event.category, event.needs_review) for event in told[1:]] == [("vandalism", False)]
    reasons = sorted(dict(each.headers)["dl_reason"].decode().split(":")[0] for each in apart)
    assert reasons == ["Reject", "invalid CorrectionMade"]


def correction_of(incident_id: UUID, report_id: UUID) -> Outgoing:
    made = CorrectionMade(
        municipality="1983",
        correction_id=new_id(),
        incident_id=incident_id,
        report_id=report_id,
        category=CategoryCode.VANDALISM,
        corrected_by="vakthavande",
        at=datetime.now(UTC),
    )
    return outgoing(
        CORRECTION, made, key="1983", subject=incident_id, source=Service.REPORTING, traceparent=None
    )


async def test_heartbeats_go_on_while_a_batch_takes_longer_than_the_session(
    kafka: KafkaForTests, fresh_postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The processor's work stands still in its thread; the event loop, which sends the heartbeats, must not."""
    await kafka.empty(*OURS)
    read = Understanding.read

    def slowly(self: Understanding, reports: Any) -> Any:
        threading.Event().wait(11)  # aiokafka's session ends after 10 s without a heartbeat
        return read(self, reports)

    monkeypatch.setattr(Understanding, "read", slowly)
    await send(kafka, as_record(received("Lös hund i Ullvi")))
    async with enriching(kafka, fresh_postgres_dsn, reads_in="thread") as running:
        await until_ready(running)
        [subscriber] = running._stream._subscribers
        assigned, lag_s = subscriber.consumer.assignment(), 0.0
        async with asyncio.timeout(40):
            while running._stream.progress.batches == 0:
                began = asyncio.get_running_loop().time()
                await asyncio.sleep(0.05)
                lag_s = max(lag_s, asyncio.get_running_loop().time() - began - 0.05)
                assert (await running.check_kafka()).ok
        assert subscriber.consumer.assignment() == assigned
        assert len(await kafka.records(REPORT_ENRICHED.name, at_least=1)) == 1
    assert lag_s < 2


async def test_with_an_online_geocoder_a_report_is_told_at_the_house_that_only_the_server_knows(
    kafka: KafkaForTests, fresh_postgres_dsn: str
) -> None:
    await kafka.empty(*OURS)
    report = received("Det brinner i en container på Granitvägen 12, Kalle Persson tände")
    with nominatim() as searched:
        house = found(
            "Granitvägen", 59.5201, 15.9802, kind="house", category="place", number="12", reach=0.00005
        )
        searched.answers["Granitvägen 12"] = [house]
        given = {"online_geocoder_url": searched.url, "online_geocoder_consent": "A. Chef, 2026-11-01"}
        async with enriching(kafka, fresh_postgres_dsn, **given) as running:
            await until_ready(running)
            await send(kafka, as_record(report))
            [enriched] = events_of(await kafka.records(REPORT_ENRICHED.name, at_least=1))

    assert (enriched.location.precision, enriched.location.name) == ("address", "Granitvägen 12, Köping")
    assert enriched.location.lat == 59.5201
    assert searched.queries == ["Granitvägen 12, Köping"]
