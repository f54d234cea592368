"""From incident to alerts: decide, record, hand to the channels. All in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from services.notifier.channels.kafka import outgoing_alert
from services.notifier.delivery_log import deliveries_changed
from services.notifier.domain.alerts import compose
from services.notifier.domain.decisions import Decision, Send, Wait, decide, why_nobody
from services.notifier.domain.rules import Rules
from services.notifier.domain.wording import QUOTING_NOTHING, TEXT_GONE
from services.notifier.metrics import ALERTS, ALERTS_FORGOTTEN
from services.notifier.not_alerted import Considered, tell_why_nobody
from services.notifier.store import alerts as alert_table
from services.notifier.store import deliveries as delivery_table
from services.notifier.store import disposals
from services.notifier.store import incidents as incident_table
from services.notifier.store.alerts import NewAlert, Told
from services.notifier.store.deliveries import Delivery, NewDelivery
from services.notifier.store.incidents import IncidentState
from shared.envelope import Outgoing
from shared.events import Agency, Alert, Channel, DeliveryStatus, IncidentChange, IncidentChanged
from shared.identity import new_id
from shared.inbox import Connection
from shared.outbox import store_outgoing


@dataclass(frozen=True, slots=True)
class Alerting:
    """`endpoints`: which webhooks each agency has."""

    rules: Rules
    endpoints: Mapping[Agency, Sequence[UUID]]

    async def take(
        self, connection: Connection, states: Sequence[IncidentState], now: datetime
    ) -> list[Alert]:
        """Issue what the newest state of each incident calls for. An older state than the one known is ignored."""
        newest = _newest(states)
        advanced = await incident_table.advance(connection, list(newest.values()))
        await self._forget(
            connection, [newest[each].incident for each in advanced if newest[each].incident.disposed_reports]
        )
        return await self.issue(
            connection, [state for incident_id, state in newest.items() if incident_id in advanced], now
        )

    async def issue(
        self, connection: Connection, states: Sequence[IncidentState], now: datetime
    ) -> list[Alert]:
        """The incidents' rows must be locked by the caller, so that nobody else decides on them meanwhile."""
        if not states:
            return []
        sent = await alert_table.last_alerts(connection, [state.incident.incident_id for state in states])
        alerts: list[NewAlert] = []
        again: dict[UUID, datetime] = {}
        considered: list[Considered] = []
        for state in states:
            told = sent.get(state.incident.incident_id, Told())
            decisions = decide(state.incident, told.last, self.rules, now, told.corrected)
            alerts += _composed(decisions, state, now)
            considered.append(Considered(state, why_nobody(state.incident, decisions)))
            waits = [each.until for each in decisions if isinstance(each, Wait)]
            if waits:
                again[state.incident.incident_id] = min(waits)
        await incident_table.look_again(connection, again)
        await tell_why_nobody(connection, considered, now)
        await self._record(connection, alerts)
        return [new.alert for new in alerts]

    async def _forget(self, connection: Connection, incidents: Sequence[IncidentChanged]) -> None:
        """Alerts quote incidents, and what is gone is quoted no more. A report itself is never heard of here."""
        if incidents:
            forgotten = await disposals.forget_quotations(connection, incidents, QUOTING_NOTHING, TEXT_GONE)
            ALERTS_FORGOTTEN.inc(forgotten)

    async def _record(self, connection: Connection, alerts: Sequence[NewAlert]) -> None:
        if not alerts:
            return
        records = [outgoing_alert(new.alert, new.traceparent) for new in alerts]
        by_kafka = [
            NewDelivery(new_id(), new.alert, Channel.KAFKA, event_id=record.event_id)
            for new, record in zip(alerts, records, strict=True)
        ]
        by_webhook = [
            (NewDelivery(new_id(), new.alert, Channel.WEBHOOK, endpoint=endpoint), new.traceparent)
            for new in alerts
            for endpoint in self.endpoints.get(new.alert.agency, ())
        ]
        await alert_table.insert(connection, alerts)
        await delivery_table.insert(connection, [*by_kafka, *(each for each, _ in by_webhook)])
        await store_outgoing(connection, [*records, *_pending(by_webhook)])
        for new in alerts:
            ALERTS.labels(new.alert.agency, new.alert.kind).inc()


def _newest(states: Sequence[IncidentState]) -> dict[UUID, IncidentState]:
    """The newest state of each incident, with the newest correction among all that came."""
    newest: dict[UUID, IncidentState] = {}
    corrected: dict[UUID, int] = {}
    for state in states:
        incident = state.incident
        known = newest.get(incident.incident_id)
        if known is None or known.incident.revision < incident.revision:
            newest[incident.incident_id] = state
        if incident.change == IncidentChange.CORRECTED:
            corrected[incident.incident_id] = max(corrected.get(incident.incident_id, 0), incident.revision)
    return {key: replace(state, corrected_revision=corrected.get(key, 0)) for key, state in newest.items()}


def _composed(decisions: Sequence[Decision], state: IncidentState, now: datetime) -> list[NewAlert]:
    return [
        NewAlert(
            compose(each, state.incident, uuid4(), now),
            state.traceparent,
            state.incident.revision,
            state.incident.disposed_reports,
        )
        for each in decisions
        if isinstance(each, Send)
    ]


def _pending(deliveries: Sequence[tuple[NewDelivery, str]]) -> list[Outgoing]:
    """A waiting webhook is told at once. A record on the agency's topic is told when the broker has confirmed it."""
    return deliveries_changed(
        Delivery(
            position=0,
            delivery_id=new.delivery_id,
            alert_id=new.alert.alert_id,
            incident_id=new.alert.incident_id,
            municipality=new.alert.municipality,
            agency=new.alert.agency,
            channel=new.channel,
            kind=new.alert.kind,
            status=DeliveryStatus.PENDING,
            attempts=0,
            reason=None,
            created_at=new.alert.issued_at,
            changed_at=new.alert.issued_at,
            traceparent=traceparent,
        )
        for new, traceparent in deliveries
    )
