"""What enrichment hears: reports, and what persons say of them. A batch is one transaction."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

import asyncpg

from services.enrichment import store
from services.enrichment.boards import Boards
from services.enrichment.correcting import correct
from services.enrichment.disposing import forget
from services.enrichment.domain import Understood
from services.enrichment.linking import Board, Existing, Heard, Incident, Linked, Ties, change_between
from services.enrichment.metrics import (
    REPORTS_FOR_REVIEW,
    REPORTS_FORGOTTEN,
    REPORTS_LINKED,
    REPORTS_UNDERSTOOD,
)
from services.enrichment.publishing import incident_changed, report_enriched
from services.enrichment.reading import Reader
from services.enrichment.store import Enriched, Versions
from shared import inbox
from shared.envelope import Envelope
from shared.errors import Reject
from shared.events import CorrectionMade, Event, Link, Relation, ReportDisposed, ReportReceived
from shared.inbox import Connection
from shared.kafka import Refusals
from shared.outbox import store_outgoing

CHUNK: Final = 250
"""While so many reports are saved, the next ones are linked, and those after them read."""
_LONGEST: Final = 500

Told = TypeVar("Told", bound=Event)


@dataclass(frozen=True, slots=True)
class Received:
    """One report of the batch, in its envelope."""

    envelope: Envelope[Event]
    report: ReportReceived


@dataclass(slots=True)
class Enrichment:
    """`wake` is called after each commit: there is something to send."""

    pool: "asyncpg.Pool[asyncpg.Record]"
    reader: Reader
    wake: Callable[[], None]
    clock: Callable[[], datetime]
    _boards: Boards = field(default_factory=Boards)

    async def on_events(self, envelopes: Sequence[Envelope[Event]]) -> Refusals:
        """Reports first: a correction may speak of a report of its own batch. Refused is what no report or incident is meant by."""
        if reports := [
            Received(each, each.event) for each in envelopes if isinstance(each.event, ReportReceived)
        ]:
            await self._take(reports)
        corrections = _telling_of(CorrectionMade, envelopes)
        refusals = await self._correct(corrections) if corrections else {}
        if disposed := _telling_of(ReportDisposed, envelopes):
            await self._forget(disposed)
        return refusals

    async def _take(self, received: Sequence[Received]) -> None:
        versions = Versions(self.reader.versions.model, self.reader.versions.gazetteer, self.clock())
        municipalities = {each.report.municipality for each in received}
        async with self.pool.acquire() as connection, connection.transaction():
            editions = await store.lock_municipalities(connection, municipalities)
            with self._boards.forgetting_on_failure(editions):
                fresh = await _fresh(connection, received)
                boards = await self._boards.true_to(connection, editions, _spans(fresh))
                ties = await store.ties_among(connection, [each.report for each in fresh])
                await self._boards.hold(connection, ties.incidents)
                linked = await self._read_link_save(connection, fresh, boards, ties, versions)
        self.wake()
        inbox.count_taken([each.envelope for each in received], [each.envelope for each in fresh])
        _count(linked)

    async def _read_link_save(
        self,
        connection: Connection,
        fresh: Sequence[Received],
        boards: Mapping[str, Board],
        ties: Ties,
        versions: Versions,
    ) -> list[Linked]:
        """All three at once, each on a chunk of its own: reading needs one core, linking and saving the other and the database."""
        chunks = [fresh[start : start + CHUNK] for start in range(0, len(fresh), CHUNK)]
        reading = [asyncio.create_task(self.reader.read([each.report for each in chunk])) for chunk in chunks]
        saving: list[asyncio.Task[None]] = []
        linked: list[Linked] = []
        try:
            for chunk, read in zip(chunks, reading, strict=True):
                links = await asyncio.to_thread(_link, boards, ties, chunk, await read)
                await asyncio.gather(*saving)
                saving = [asyncio.create_task(_save_reports(connection, chunk, links, versions))]
                linked += links
            await asyncio.gather(*saving)
        finally:
            for task in (*reading, *saving):
                task.cancel()
            await asyncio.gather(*reading, *saving, return_exceptions=True)
        await _save_incidents(connection, fresh, linked, versions)
        return linked

    async def _correct(self, corrections: Sequence[Envelope[CorrectionMade]]) -> Refusals:
        refusals: dict[UUID, str] = {}
        taken: list[Envelope[Event]] = []
        at = self.clock()
        async with self.pool.acquire() as connection, connection.transaction():
            editions = await store.lock_municipalities(
                connection, {each.event.municipality for each in corrections}
            )
            with self._boards.forgetting_on_failure(editions):
                await self._boards.true_to(connection, editions, {})
                for envelope in corrections:
                    try:
                        corrected = await correct(connection, envelope, at)
                    except Reject as reason:
                        refusals[envelope.event_id] = str(reason)
                        continue
                    if corrected is not None:
                        at = corrected.at
                        taken.append(envelope)
                        self._boards.put(corrected.incident)
                        await store_outgoing(connection, corrected.events)
        self.wake()
        inbox.count_taken([each for each in corrections if each.event_id not in refusals], taken)
        return refusals

    async def _forget(self, disposed: Sequence[Envelope[ReportDisposed]]) -> None:
        async with self.pool.acquire() as connection, connection.transaction():
            editions = await store.lock_municipalities(
                connection, {each.event.municipality for each in disposed}
            )
            with self._boards.forgetting_on_failure(editions):
                await self._boards.true_to(connection, editions, {})
                taken = await inbox.take(connection, [each.event_id for each in disposed])
                fresh = [each for each in disposed if each.event_id in taken]
                if fresh:
                    forgotten = await forget(connection, fresh, self.clock())
                    for incident in forgotten.incidents:
                        self._boards.put(incident)
                    await store_outgoing(connection, forgotten.events)
        self.wake()
        inbox.count_taken(disposed, fresh)
        for each in fresh:
            REPORTS_FORGOTTEN.labels(each.event.reason).inc()


def _telling_of(kind: type[Told], envelopes: Sequence[Envelope[Event]]) -> list[Envelope[Told]]:
    return [
        Envelope(each.event_id, each.topic, each.time, each.traceparent, each.event)
        for each in envelopes
        if isinstance(each.event, kind)
    ]


async def _fresh(connection: Connection, received: Sequence[Received]) -> list[Received]:
    """Those never taken before, each once, in order."""
    events = await inbox.take(connection, [each.envelope.event_id for each in received])
    reports = await store.known_reports(connection, [each.report.report_id for each in received])
    fresh: dict[UUID, Received] = {}
    for each in received:
        if each.envelope.event_id in events and each.report.report_id not in reports:
            fresh.setdefault(each.report.report_id, each)
    return list(fresh.values())


def _spans(fresh: Sequence[Received]) -> dict[str, tuple[datetime, datetime]]:
    """The first and last time that the reports of each municipality tell of."""
    spans: dict[str, tuple[datetime, datetime]] = {}
    for each in fresh:
        at = each.report.occurred_at
        earliest, latest = spans.get(each.report.municipality, (at, at))
        spans[each.report.municipality] = min(earliest, at), max(latest, at)
    return spans


def _link(
    boards: Mapping[str, Board], ties: Ties, chunk: Sequence[Received], answers: Sequence[Understood]
) -> list[Linked]:
    linked: list[Linked] = []
    for each, understood in zip(chunk, answers, strict=True):
        report = _heard(each.report, understood)
        link = boards[report.municipality].take(report, ties.of(report))
        ties.note(report, link.incident.incident_id)
        linked.append(link)
    return linked


def _heard(report: ReportReceived, understood: Understood) -> Heard:
    return Heard(
        report.report_id,
        report.municipality,
        report.source,
        report.text,
        report.occurred_at,
        understood,
        follows=report.follows,
        relation=report.relation or (Relation.SAME if report.follows else None),
    )


async def _save_reports(
    connection: Connection, chunk: Sequence[Received], linked: Sequence[Linked], versions: Versions
) -> None:
    enriched = [Enriched(each.report, link) for each, link in zip(chunk, linked, strict=True)]
    await store.insert_reports(connection, enriched, versions)
    events = [
        report_enriched(
            each.report,
            link.report.understood,
            _told(link),
            versions,
            versions.at,
            each.envelope.traceparent,
        )
        for each, link in zip(chunk, linked, strict=True)
    ]
    await store_outgoing(connection, events)


async def _save_incidents(
    connection: Connection, fresh: Sequence[Received], linked: Sequence[Linked], versions: Versions
) -> None:
    """Each once, as the whole batch left it."""
    before: dict[UUID, Incident | None] = {}
    for link in linked:
        before.setdefault(link.incident.incident_id, link.before)
    after = {link.incident.incident_id: link.incident for link in linked}
    traces = {
        link.incident.incident_id: each.envelope.traceparent for each, link in zip(fresh, linked, strict=True)
    }
    await store.upsert_incidents(connection, list(after.values()), versions.at)
    await store.insert_links(connection, linked, versions.at)
    events = [
        incident_changed(incident, change_between(before[name], incident), versions.at, traces[name])
        for name, incident in after.items()
    ]
    await store_outgoing(connection, events)


def _told(linked: Linked) -> Link:
    return Link(
        incident_id=linked.incident.incident_id,
        is_new=linked.is_new,
        confidence=linked.decision.confidence,
        reason=linked.decision.reason[:_LONGEST],
    )


def _count(linked: Sequence[Linked]) -> None:
    understood = [link.report.understood for link in linked]
    for category, number in Counter(what.category for what in understood).items():
        REPORTS_UNDERSTOOD.labels(category).inc(number)
    REPORTS_FOR_REVIEW.inc(sum(what.needs_review for what in understood))
    for to, number in Counter(map(_linked_to, linked)).items():
        REPORTS_LINKED.labels(to).inc(number)


def _linked_to(link: Linked) -> str:
    if isinstance(link.decision, Existing):
        return "repeat" if link.decision.is_repeat else "existing"
    return "new"
