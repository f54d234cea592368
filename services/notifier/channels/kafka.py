"""The agency's own topic. Alerts leave by the outbox, in order for each incident; the broker lets in that agency alone."""

from shared.envelope import Outgoing, outgoing
from shared.events import Alert
from shared.topics import ALERTS, Service


def outgoing_alert(alert: Alert, traceparent: str) -> Outgoing:
    return outgoing(
        ALERTS[alert.agency],
        alert,
        key=alert.incident_id,
        subject=alert.alert_id,
        source=Service.NOTIFIER,
        traceparent=traceparent,
        now=alert.issued_at,
    )
