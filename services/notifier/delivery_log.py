"""What others learn of the delivery log: each change, published."""

from collections.abc import Iterable

from services.notifier.store.deliveries import Delivery
from shared.envelope import Outgoing, outgoing
from shared.events import DeliveryChanged
from shared.topics import DELIVERY_CHANGED, Service


def deliveries_changed(deliveries: Iterable[Delivery]) -> list[Outgoing]:
    return [
        outgoing(
            DELIVERY_CHANGED,
            DeliveryChanged(
                municipality=each.municipality,
                delivery_id=each.delivery_id,
                alert_id=each.alert_id,
                incident_id=each.incident_id,
                agency=each.agency,
                channel=each.channel,
                kind=each.kind,
                status=each.status,
                attempts=each.attempts,
                reason=each.reason,
                at=each.changed_at,
            ),
            key=each.alert_id,
            subject=each.delivery_id,
            source=Service.NOTIFIER,
            traceparent=each.traceparent,
        )
        for each in deliveries
    ]
