"""Events of enrichment and the notifier as the picture receives them, with everything but what a test is about filled in."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from shared.envelope import Envelope
from shared.events import (
    DeliveryChanged,
    Event,
    IncidentChanged,
    Link,
    Location,
    NotAlertedChanged,
    Precision,
    ReportDisposed,
    ReportEnriched,
)
from shared.identity import derived_id
from shared.topics import (
    DELIVERY_CHANGED,
    INCIDENT_CHANGED,
    NOT_ALERTED_CHANGED,
    REPORT_DISPOSED,
    REPORT_ENRICHED,
)
from shared.tracing import new_traceparent

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
KOPING = "1983"
HARBOUR = Location(
    lat=59.5139, lon=15.9967, uncertainty_m=300, precision=Precision.PLACE, name="Inre hamnen",
    municipality=KOPING, confidence=0.8,
)  # fmt: skip
KOLSVA = Location(
    lat=59.6, lon=15.84, uncertainty_m=900, precision=Precision.LOCALITY, name="Kolsva",
    municipality=KOPING, confidence=0.9,
)  # fmt: skip
SOMEWHERE = Location(
    lat=59.55, lon=15.9, uncertainty_m=20_000, precision=Precision.MUNICIPALITY, name="Köping",
    municipality=KOPING, confidence=0.5,
)  # fmt: skip


def incident_id(name: object) -> UUID:
    return derived_id("test incident", name)


def incident_changed(name: object, **given: Any) -> IncidentChanged:
    at = given.pop("at", NOW - timedelta(hours=5))
    values: dict[str, Any] = {
        "municipality": KOPING,
        "incident_id": incident_id(name),
        "revision": 1,
        "change": "opened",
        "category": "fire",
        "category_confidence": 0.9,
        "severity": 3,
        "summary": "Det brinner i ett soprum",
        "location": HARBOUR,
        "first_occurred_at": at,
        "last_occurred_at": at,
        "report_count": 1,
        "distinct_texts": 1,
        "reports_by_source": {"citizen": 1},
        "reasons": ("ord: brinner",),
        "changed_at": at + timedelta(minutes=1),
    }
    return IncidentChanged.model_validate(values | given)


def report_enriched(name: object, incident: object, **given: Any) -> ReportEnriched:
    at = given.pop("at", NOW - timedelta(hours=5))
    values: dict[str, Any] = {
        "municipality": KOPING,
        "report_id": derived_id("test report", name),
        "source": "citizen",
        "text": "Det brinner i soprummet vid hamnen.",
        "language": "sv",
        "category": "fire",
        "category_confidence": 0.9,
        "severity": 3,
        "location": HARBOUR,
        "occurred_at": at,
        "received_at": at + timedelta(minutes=1),
        "link": Link(incident_id=incident_id(incident), is_new=True, confidence=1, reason="först"),
        "reasons": ("ord: brinner",),
        "model_version": "test",
        "gazetteer_version": "test",
    }
    return ReportEnriched.model_validate(values | given)


def delivery_changed(name: object, incident: object, **given: Any) -> DeliveryChanged:
    values: dict[str, Any] = {
        "municipality": KOPING,
        "delivery_id": derived_id("test delivery", name),
        "alert_id": derived_id("test alert", name),
        "incident_id": incident_id(incident),
        "agency": "rescue",
        "channel": "kafka",
        "kind": "new",
        "status": "sent",
        "attempts": 1,
        "reason": None,
        "at": NOW - timedelta(hours=4),
    }
    return DeliveryChanged.model_validate(values | given)


def not_alerted_changed(incident: object, **given: Any) -> NotAlertedChanged:
    values: dict[str, Any] = {
        "municipality": KOPING,
        "incident_id": incident_id(incident),
        "revision": 1,
        "reason": "told_late",
        "age_s": 31 * 86_400,
        "limit_s": 86_400,
        "at": NOW - timedelta(hours=4),
    }
    return NotAlertedChanged.model_validate(values | given)


def report_disposed(name: object, reason: str = "withdrawn") -> ReportDisposed:
    values = {
        "municipality": KOPING,
        "report_id": derived_id("test report", name),
        "reason": reason,
        "at": NOW,
    }
    return ReportDisposed.model_validate(values)


_TOPICS = {
    ReportDisposed: REPORT_DISPOSED.name,
    IncidentChanged: INCIDENT_CHANGED.name,
    ReportEnriched: REPORT_ENRICHED.name,
    DeliveryChanged: DELIVERY_CHANGED.name,
    NotAlertedChanged: NOT_ALERTED_CHANGED.name,
}


def enveloped(event: Event, *, sent: object = "", at: datetime = NOW) -> Envelope[Event]:
    """The same event always has the same id; another `sent` makes it another event with the same content."""
    event_id = derived_id("test event", event.model_dump_json(), sent)
    return Envelope(event_id, _TOPICS[type(event)], at, new_traceparent(), event)
