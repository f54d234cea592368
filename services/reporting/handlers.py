"""From events to read tables: one transaction a batch, whatever the order they come in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from services.reporting.deciding import decide_rhythm
from services.reporting.disposing import forget, still_true
from services.reporting.domain.claims import claims_about
from services.reporting.domain.rhythm import RhythmRule
from services.reporting.metrics import ANSWERS_HEARD
from services.reporting.publishing import claim_event, status_events
from services.reporting.situation_report.erasing import erase_from_editions
from services.reporting.store import Connection, Pool
from services.reporting.store import claims as claim_store
from services.reporting.store import corrections as correction_store
from services.reporting.store import not_alerted as not_alerted_store
from services.reporting.store import projections as store
from services.reporting.store import questions as question_store
from services.reporting.telling import tell_steps
from shared import inbox
from shared.envelope import Envelope, Outgoing
from shared.events import (
    DeliveryChanged,
    Event,
    FollowStatus,
    IncidentChanged,
    NotAlertedChanged,
    ReportDisposed,
    ReportEnriched,
)
from shared.kafka import Stream
from shared.outbox import OutboxRelay, store_outgoing
from shared.topics import Service, topics_read_by

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Projection:
    pool: Pool
    relay: OutboxRelay
    rule: RhythmRule
    clock: Callable[[], datetime]

    async def on_events(self, envelopes: Sequence[Envelope[Event]]) -> None:
        async with self.pool.acquire() as connection, connection.transaction():
            fresh = await project(connection, envelopes, self.clock(), self.rule)
        self.relay.wake()
        inbox.count_taken(envelopes, fresh)
        ANSWERS_HEARD.inc(sum(each.event.answers is not None for each in _of(fresh, ReportEnriched)))


def register(stream: Stream, projection: Projection, *, batch_records: int, poll_ms: int) -> None:
    stream.consume(
        topics_read_by(Service.REPORTING), projection.on_events, batch_records=batch_records, poll_ms=poll_ms
    )


async def project(
    connection: Connection, envelopes: Sequence[Envelope[Event]], now: datetime, rule: RhythmRule
) -> list[Envelope[Event]]:
    """Take those not taken before, in the caller's transaction; returns them."""
    await store.lock_municipalities(connection, [envelope.event.municipality for envelope in envelopes])
    fresh = await inbox.take_fresh(connection, envelopes)
    reports, incidents = _of(fresh, ReportEnriched), _of(fresh, IncidentChanged)
    deliveries = _of(fresh, DeliveryChanged)
    await store.save_reports(connection, reports)
    await store.save_incidents(connection, [each.event for each in incidents])
    await store.save_deliveries(connection, [each.event for each in deliveries])
    await not_alerted_store.save_not_alerted(
        connection, [each.event for each in _of(fresh, NotAlertedChanged)]
    )
    await question_store.save_answers(connection, reports)
    by_report = _answers([(each.event.correction_id, each.time) for each in reports])
    await correction_store.mark_answered(connection, by_report, by_report=True)
    by_incident = _answers([(each.event.correction_id, each.time) for each in incidents])
    await correction_store.mark_answered(connection, by_incident, by_report=False)
    await erase_from_editions(connection, [each.event for each in incidents], now)
    published = [
        *await _open_claims(connection, await still_true(connection, incidents)),
        *await forget(connection, _of(fresh, ReportDisposed), reports, incidents),
        *await _tell_reporters(connection, reports, deliveries, now),
        *await _decide_rhythms(connection, incidents, now, rule),
    ]
    await store_outgoing(connection, published)
    return fresh


def _of(envelopes: Sequence[Envelope[Event]], model: type[E]) -> list[Envelope[E]]:
    return [
        Envelope(each.event_id, each.topic, each.time, each.traceparent, each.event)
        for each in envelopes
        if isinstance(each.event, model)
    ]


def _answers(answering: Sequence[tuple[UUID | None, datetime]]) -> dict[UUID, datetime]:
    """Corrections that enrichment has answered, and when it first did."""
    answers: dict[UUID, datetime] = {}
    for correction_id, at in sorted(answering, key=lambda each: each[1]):
        if correction_id is not None:
            answers.setdefault(correction_id, at)
    return answers


async def _open_claims(
    connection: Connection, incidents: Sequence[Envelope[IncidentChanged]]
) -> list[Outgoing]:
    traces = {each.event.incident_id: each.traceparent for each in incidents}
    claims = claims_about([each.event for each in incidents])
    changed = await claim_store.open_claims(connection, claims)
    return [claim_event(claim, traces[claim.incident_ids[0]]) for claim in changed]


async def _tell_reporters(
    connection: Connection,
    reports: Sequence[Envelope[ReportEnriched]],
    deliveries: Sequence[Envelope[DeliveryChanged]],
    now: datetime,
) -> list[Outgoing]:
    assessed = list({each.event.report_id: None for each in reports})
    touched: set[UUID] = {each.event.link.incident_id for each in reports}
    touched |= {each.event.incident_id for each in deliveries}
    return [
        *status_events(
            FollowStatus.ASSESSED, await store.mark_recategorised(connection, assessed), is_again=True
        ),
        *status_events(FollowStatus.ASSESSED, await store.mark_assessed(connection, assessed, now)),
        *status_events(FollowStatus.PASSED_ON, await store.mark_passed_on(connection, list(touched))),
        *await tell_steps(connection, assessed, now),
    ]


async def _decide_rhythms(
    connection: Connection, incidents: Sequence[Envelope[IncidentChanged]], now: datetime, rule: RhythmRule
) -> list[Outgoing]:
    touched = {
        each.event.municipality
        for each in incidents
        if each.event.severity >= rule.serious_severity and each.event.last_occurred_at > now - rule.memory
    }
    return [
        event
        for municipality in sorted(touched)
        for event in await decide_rhythm(connection, municipality, now, rule)
    ]
