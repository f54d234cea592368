"""Where every report is, at every stage: read from the services' own tables and from the topics themselves."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.events import Agency
from shared.kafka_clients import client_options
from shared.settings import KafkaSettings
from shared.topics import ALERTS, DEAD_LETTER_TOPICS, REPORT_ENRICHED, REPORT_RECEIVED

_INTAKE: Final = "SELECT id FROM intake.report WHERE id = ANY($1)"
_ENRICHED: Final = "SELECT report_id FROM enrichment.link WHERE report_id = ANY($1)"
# In the picture with the incident that enrichment linked it to.
_PICTURE: Final = """
SELECT report_id FROM reporting.report JOIN enrichment.link USING (report_id, incident_id) WHERE report_id = ANY($1)
"""
# For each incident: what the picture says it counts, and the reports of the picture that point to it.
_COUNTED: Final = """
SELECT incident_id, coalesce(max(i.report_count), 0) AS counted, count(r.report_id) AS pointing
FROM reporting.report r LEFT JOIN reporting.incident i USING (incident_id)
WHERE incident_id IN (SELECT incident_id FROM enrichment.link WHERE report_id = ANY($1))
GROUP BY incident_id
"""
# For each incident: its revision as enrichment has it, and as the notifier decided on and the picture shows it.
_REVISIONS: Final = """
SELECT e.id, e.revision, n.revision AS decided, r.revision AS shown
FROM enrichment.incident e
LEFT JOIN notifier.incident n ON n.incident_id = e.id LEFT JOIN reporting.incident r ON r.incident_id = e.id
WHERE e.id IN (SELECT incident_id FROM enrichment.link WHERE report_id = ANY($1))
"""
_ALERTS: Final = """
SELECT alert_id, agency, (SELECT count(*) FROM notifier.delivery d
                          WHERE d.alert_id = a.alert_id AND d.channel = 'kafka' AND d.status <> 'pending') AS sent
FROM notifier.alert a
WHERE incident_id IN (SELECT incident_id FROM enrichment.link WHERE report_id = ANY($1))
"""
_UNSENT: Final = """
SELECT (SELECT count(*) FROM intake.outbox) + (SELECT count(*) FROM enrichment.outbox)
     + (SELECT count(*) FROM notifier.outbox) + (SELECT count(*) FROM reporting.outbox)
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """How many of what is expected at a stage are there exactly once, not at all, and more than once."""

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
    """`sent_again`: records on the topics beyond one for each event, as after a crash; consumers know them by their id."""

    stages: tuple[Stage, ...]
    alerts_by_agency: dict[str, int]
    dead_letters: int
    unsent: int
    sent_again: int

    @property
    def complete(self) -> bool:
        return all(stage.complete for stage in self.stages) and self.dead_letters == 0 and self.unsent == 0


@dataclass(frozen=True, slots=True)
class _Read:
    """A topic from its beginning to its present end: each event once by its id, and how many records there were."""

    events: dict[str, dict[str, Any]]
    records: int


class Accountant:
    """Asks as the administrator: only the one who runs the system may look into every service at once."""

    def __init__(self, dsn: str, kafka: KafkaSettings) -> None:
        self._dsn, self._kafka = dsn, kafka

    async def at_tables(self, report_ids: Sequence[UUID]) -> tuple[Stage, ...]:
        """The stages that tables tell of; quick enough to ask again and again while reports are under way."""
        connection = await asyncpg.connect(self._dsn)
        try:
            found = [
                (name, Counter([row[0] for row in await connection.fetch(query, report_ids)]))
                for name, query in (
                    ("accepted by intake", _INTAKE),
                    ("understood by enrichment", _ENRICHED),
                    ("in the situation picture", _PICTURE),
                )
            ]
            counted = await connection.fetch(_COUNTED, report_ids)
            revisions = await connection.fetch(_REVISIONS, report_ids)
        finally:
            await connection.close()
        return (
            *(_stage(name, report_ids, counts) for name, counts in found),
            _counted(counted),
            _up_to_date("incidents decided on by the notifier", revisions, lambda row: row["decided"]),
            _up_to_date("incidents up to date in the picture", revisions, lambda row: row["shown"]),
        )

    async def account(self, report_ids: Sequence[UUID]) -> Account:
        """Every stage, topics included."""
        topics = {topic.name: await self._read(topic.name) for topic in (REPORT_RECEIVED, REPORT_ENRICHED)}
        connection = await asyncpg.connect(self._dsn)
        try:
            alerts = await connection.fetch(_ALERTS, report_ids)
            unsent = int(await connection.fetchval(_UNSENT))
        finally:
            await connection.close()
        tables = await self.at_tables(report_ids)
        told = {agency: await self._read(ALERTS[agency].name) for agency in Agency}
        dead = [await self._read(name) for name in DEAD_LETTER_TOPICS.values()]
        every = [*topics.values(), *told.values()]
        return Account(
            (
                tables[0],
                *(_stage(f"on {name}", report_ids, _ids(read, "report_id")) for name, read in topics.items()),
                *tables[1:],
                _stage(
                    "alerts sent",
                    [row["alert_id"] for row in alerts],
                    Counter({r["alert_id"]: r["sent"] for r in alerts}),
                ),
                _stage(
                    "alerts on the agencies' topics",
                    [row["alert_id"] for row in alerts],
                    sum((_ids(read, "alert_id") for read in told.values()), Counter[UUID]()),
                ),
            ),
            dict(Counter(row["agency"] for row in alerts)),
            sum(read.records for read in dead),
            unsent,
            sum(read.records - len(read.events) for read in every),
        )

    async def _read(self, topic: str) -> _Read:
        consumer = AIOKafkaConsumer(**client_options(self._kafka), enable_auto_commit=False)
        await consumer.start()
        try:
            places = [TopicPartition(topic, number) for number in await _partitions(consumer, topic)]
            consumer.assign(places)
            await consumer.seek_to_beginning(*places)
            return await _read_until(consumer, await consumer.end_offsets(places))
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


async def _read_until(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> _Read:
    events: dict[str, dict[str, Any]] = {}
    records = 0
    async with asyncio.timeout(60):
        while any([await consumer.position(place) < end for place, end in ends.items()]):
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                records += len(batch)
                for record in batch:
                    headers = dict(record.headers)
                    if "dl_reason" not in headers:
                        events[headers["ce_id"].decode()] = json.loads(record.value)
    return _Read(events, records)


def _ids(read: _Read, field: str) -> Counter[UUID]:
    return Counter(UUID(event[field]) for event in read.events.values())


def _stage(name: str, expected: Sequence[UUID], found: Counter[UUID]) -> Stage:
    return Stage(
        name,
        len(expected),
        sum(found[each] == 1 for each in expected),
        sum(found[each] == 0 for each in expected),
        sum(found[each] > 1 for each in expected),
    )


def _counted(rows: Sequence[Any]) -> Stage:
    """Incident by incident, so that a loss in one and a double in another do not cancel."""
    return Stage(
        "counted in their incidents",
        sum(row["pointing"] for row in rows),
        sum(min(row["counted"], row["pointing"]) for row in rows),
        sum(max(row["pointing"] - row["counted"], 0) for row in rows),
        sum(max(row["counted"] - row["pointing"], 0) for row in rows),
    )


def _up_to_date(name: str, rows: Sequence[Any], revision: Callable[[Any], int | None]) -> Stage:
    """Missing: absent, or still at an earlier revision than enrichment's."""
    same = sum(revision(row) == row["revision"] for row in rows)
    return Stage(name, len(rows), same, len(rows) - same, 0)
