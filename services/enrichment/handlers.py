"""What enrichment hears: reports. Each batch is understood outside the database, then linked and stored in one transaction."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from services.enrichment import store
from services.enrichment.boards import Boards
from services.enrichment.domain import Understanding, Understood
from services.enrichment.linking import Board, Existing, Heard, Incident, Linked, change_between
from services.enrichment.metrics import (
    REPORTS_FOR_REVIEW,
    REPORTS_LINKED,
    REPORTS_UNDERSTOOD,
    UNDERSTANDING_SECONDS,
)
from services.enrichment.publishing import incident_changed, report_enriched
from services.enrichment.store import Enriched, Versions
from shared import inbox
from shared.envelope import Envelope, Outgoing
from shared.events import Event, ReportReceived
from shared.inbox import Connection
from shared.kafka import BatchHandler
from shared.metrics import EVENTS_REPEATED, EVENTS_TAKEN
from shared.outbox import store_outgoing


@dataclass(frozen=True, slots=True)
class Received:
    """One report of the batch: as it came, and as it was understood."""

    envelope: Envelope[Event]
    report: ReportReceived
    understood: Understood


def on_report_received(
    pool: "asyncpg.Pool[asyncpg.Record]",
    understanding: Understanding,
    wake: Callable[[], None],
    clock: Callable[[], datetime],
) -> BatchHandler:
    """`wake` is called after each commit: there is something to send."""
    kept = Boards()

    async def enrich(envelopes: Sequence[Envelope[Event]]) -> None:
        received = await asyncio.to_thread(_understand, understanding, envelopes)
        versions = Versions(understanding.model.version, understanding.geocoder.gazetteer_version, clock())
        municipalities = sorted({each.report.municipality for each in received})
        async with pool.acquire() as connection, connection.transaction():
            await store.lock_municipalities(connection, municipalities)
            with kept.forgetting_on_failure(municipalities):
                fresh = await _fresh(connection, received)
                boards = await kept.true_to(connection, _spans(fresh))
                linked = await asyncio.to_thread(_link, boards, fresh)
                await _save(connection, fresh, linked, versions)
                kept.saved((each.incident for _, each in linked), versions.at)
        wake()
        _count(envelopes, fresh, linked)

    return enrich


def _understand(understanding: Understanding, envelopes: Sequence[Envelope[Event]]) -> list[Received]:
    with UNDERSTANDING_SECONDS.time():
        pairs = [(each, each.event) for each in envelopes if isinstance(each.event, ReportReceived)]
        answers = understanding.read([report for _, report in pairs])
        return [Received(*pair, answer) for pair, answer in zip(pairs, answers, strict=True)]


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


def _link(boards: Mapping[str, Board], fresh: Sequence[Received]) -> list[tuple[Incident | None, Linked]]:
    """Each report with its incident as it was before the batch (None for one that is new) and as it became."""
    before = {municipality: dict(board.incidents) for municipality, board in boards.items()}
    linked = [boards[each.report.municipality].take(_heard(each)) for each in fresh]
    return [(before[each.report.municipality].get(each.incident.incident_id), each) for each in linked]


def _heard(received: Received) -> Heard:
    report = received.report
    return Heard(
        report.report_id,
        report.municipality,
        report.source,
        report.text,
        report.occurred_at.astimezone(UTC),
        received.understood,
    )


async def _save(
    connection: Connection,
    fresh: Sequence[Received],
    linked: Sequence[tuple[Incident | None, Linked]],
    versions: Versions,
) -> None:
    enriched = [Enriched(each.report, link) for each, (_, link) in zip(fresh, linked, strict=True)]
    final = {link.incident.incident_id: (before, link.incident) for before, link in linked}
    traces = {
        link.incident.incident_id: each.envelope.traceparent
        for each, (_, link) in zip(fresh, linked, strict=True)
    }
    await store.insert_reports(connection, enriched, versions)
    await store.upsert_incidents(connection, [incident for _, incident in final.values()], versions.at)
    await store.insert_links(connection, enriched, versions.at)
    events: list[Outgoing] = [
        report_enriched(each.report, link, versions, each.envelope.traceparent)
        for each, (_, link) in zip(fresh, linked, strict=True)
    ]
    events += [
        incident_changed(after, change_between(before, after), versions.at, traces[after.incident_id])
        for before, after in final.values()
    ]
    await store_outgoing(connection, events)


def _count(
    envelopes: Sequence[Envelope[Event]],
    fresh: Sequence[Received],
    linked: Sequence[tuple[Incident | None, Linked]],
) -> None:
    for envelope in envelopes[:1]:
        EVENTS_TAKEN.labels(envelope.topic).inc(len(fresh))
        EVENTS_REPEATED.labels(envelope.topic).inc(len(envelopes) - len(fresh))
    for _, link in linked:
        what, decision = link.report.understood, link.decision
        REPORTS_UNDERSTOOD.labels(what.category).inc()
        REPORTS_FOR_REVIEW.inc(what.needs_review)
        repeat = isinstance(decision, Existing) and decision.is_repeat
        REPORTS_LINKED.labels("repeat" if repeat else "new" if link.is_new else "existing").inc()
