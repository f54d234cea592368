"""Where every report is, at every stage: read from the services' own tables and from the topics themselves."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.events import Agency
from shared.kafka_clients import client_options
from shared.settings import KafkaSettings
from shared.topics import ALERTS, DEAD_LETTER_TOPICS, REPORT_ENRICHED, REPORT_RECEIVED

_INTAKE: Final = "SELECT id, count(*) FROM intake.report WHERE id = ANY($1) GROUP BY id"
_ENRICHED: Final = (
    "SELECT report_id, count(*) FROM enrichment.link WHERE report_id = ANY($1) GROUP BY report_id"
)
_PICTURE: Final = (
    "SELECT report_id, count(*) FROM reporting.report WHERE report_id = ANY($1) GROUP BY report_id"
)
_COUNTED: Final = """
SELECT coalesce(sum(report_count), 0) FROM reporting.incident
WHERE incident_id IN (SELECT incident_id FROM reporting.report WHERE report_id = ANY($1))
"""
_ALERTS: Final = """
SELECT alert_id, agency, (SELECT count(*) FROM notifier.delivery d
                          WHERE d.alert_id = a.alert_id AND d.channel = 'kafka' AND d.status <> 'pending') AS sent
FROM notifier.alert a
WHERE incident_id IN (SELECT incident_id FROM reporting.report WHERE report_id = ANY($1))
"""
_UNSENT: Final = """
SELECT (SELECT count(*) FROM intake.outbox) + (SELECT count(*) FROM enrichment.outbox)
     + (SELECT count(*) FROM notifier.outbox) + (SELECT count(*) FROM reporting.outbox)
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """How many of the reports are at a stage exactly once, how many are not there, how many more than once."""

    name: str
    expected: int
    once: int
    missing: int
    doubled: int

    @property
    def complete(self) -> bool:
        return self.once == self.expected and not self.missing and not self.doubled


@dataclass(frozen=True, slots=True)
class Account:
    stages: tuple[Stage, ...]
    alerts_by_agency: dict[str, int]
    dead_letters: int
    unsent: int

    @property
    def complete(self) -> bool:
        return all(stage.complete for stage in self.stages) and self.dead_letters == 0 and self.unsent == 0


class Accountant:
    """Asks as the administrator: only the one who runs the system may look into every service at once."""

    def __init__(self, dsn: str, kafka: KafkaSettings) -> None:
        self._dsn, self._kafka = dsn, kafka

    async def at_tables(self, report_ids: Sequence[UUID]) -> tuple[Stage, ...]:
        """The stages that tables tell of; quick enough to ask again and again while reports are under way."""
        connection = await asyncpg.connect(self._dsn)
        try:
            counts: list[tuple[str, dict[UUID, int]]] = [
                (name, {row[0]: row[1] for row in await connection.fetch(query, report_ids)})
                for name, query in (
                    ("accepted by intake", _INTAKE),
                    ("understood by enrichment", _ENRICHED),
                    ("in the situation picture", _PICTURE),
                )
            ]
            counted = int(await connection.fetchval(_COUNTED, report_ids))
        finally:
            await connection.close()
        stages = [_stage(name, report_ids, Counter(found)) for name, found in counts]
        expected = len(report_ids)
        in_incidents = Stage(
            "counted in an incident",
            expected,
            min(counted, expected),
            max(expected - counted, 0),
            max(counted - expected, 0),
        )
        return (*stages, in_incidents)

    async def account(self, report_ids: Sequence[UUID]) -> Account:
        """Every stage, topics included. An event that was published twice counts once: consumers know it by its id."""
        on_topics = [
            _stage(f"on {topic.name}", report_ids, await self._reports_on(topic.name))
            for topic in (REPORT_RECEIVED, REPORT_ENRICHED)
        ]
        connection = await asyncpg.connect(self._dsn)
        try:
            alerts = await connection.fetch(_ALERTS, report_ids)
            unsent = int(await connection.fetchval(_UNSENT))
        finally:
            await connection.close()
        tables = await self.at_tables(report_ids)
        sent = _stage(
            "alerts sent",
            [row["alert_id"] for row in alerts],
            Counter({r["alert_id"]: r["sent"] for r in alerts}),
        )
        readable = await self._alerts_on_topics(alerts)
        dead = sum([len(await self._events(name)) for name in DEAD_LETTER_TOPICS.values()])
        by_agency = Counter(row["agency"] for row in alerts)
        return Account((tables[0], *on_topics, *tables[1:], sent, readable), dict(by_agency), dead, unsent)

    async def _alerts_on_topics(self, alerts: Iterable[Any]) -> Stage:
        found: Counter[UUID] = Counter()
        for agency in Agency:
            found.update(
                UUID(body["alert_id"]) for body in (await self._events(ALERTS[agency].name)).values()
            )
        return _stage("alerts on the agencies' topics", [row["alert_id"] for row in alerts], found)

    async def _reports_on(self, topic: str) -> Counter[UUID]:
        return Counter(UUID(body["report_id"]) for body in (await self._events(topic)).values())

    async def _events(self, topic: str) -> dict[str, dict[str, Any]]:
        """Every event now on a topic, by its id (a dead letter by its place)."""
        consumer = AIOKafkaConsumer(**client_options(self._kafka), enable_auto_commit=False)
        await consumer.start()
        try:
            places = [TopicPartition(topic, number) for number in await _partitions(consumer, topic)]
            consumer.assign(places)
            await consumer.seek_to_beginning(*places)
            ends = await consumer.end_offsets(places)
            return await _read_until(consumer, ends)
        finally:
            await consumer.stop()


async def _partitions(consumer: AIOKafkaConsumer, topic: str) -> set[int]:
    consumer.subscribe([topic])
    for _ in range(100):
        if found := consumer.partitions_for_topic(topic):
            consumer.unsubscribe()
            return set(found)
        await asyncio.sleep(0.05)
    raise LookupError(f"the broker knows no topic {topic}")


async def _read_until(
    consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]
) -> dict[str, dict[str, Any]]:
    events: dict[str, dict[str, Any]] = {}
    async with asyncio.timeout(60):
        while any([await consumer.position(place) < end for place, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                for record in records:
                    headers = dict(record.headers)
                    dead = "dl_reason" in headers
                    key = f"{record.partition}-{record.offset}" if dead else headers["ce_id"].decode()
                    events[key] = {} if dead else json.loads(record.value)
    return events


def _stage(name: str, expected: Sequence[UUID], found: Counter[UUID]) -> Stage:
    return Stage(
        name,
        len(expected),
        sum(found[each] == 1 for each in expected),
        sum(found[each] == 0 for each in expected),
        sum(found[each] > 1 for each in expected),
    )
