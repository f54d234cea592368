"""Every topic: what it carries, who writes, who reads, how it is kept. Tests hold this against the code."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final, Literal

from shared.events import (
    Agency,
    Alert,
    ClaimChanged,
    CorrectionMade,
    DeliveryChanged,
    Event,
    IncidentChanged,
    NotAlertedChanged,
    QuestionChanged,
    Receipt,
    ReportDisposed,
    ReportEnriched,
    ReportReceived,
    ReportStatusChanged,
    RhythmChanged,
)


class Service(StrEnum):
    INTAKE = "intake"
    ENRICHMENT = "enrichment"
    NOTIFIER = "notifier"
    REPORTING = "reporting"


CleanupPolicy = Literal["delete", "compact"]
MIB: Final = 1024 * 1024
# A body above this is poison to every consumer; the broker takes a little more, so that it can be set apart and seen.
MAX_BODY_BYTES: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Topic:
    """`key` names the field that orders records. Agencies that may read or write stand in `readers`/`writers`."""

    name: str
    event: type[Event]
    key: str
    producers: tuple[Service, ...]
    consumers: tuple[Service, ...]
    partitions: int = 6
    retention: timedelta | None = timedelta(days=30)
    cleanup: CleanupPolicy = "delete"
    readers: tuple[Agency, ...] = ()
    writers: tuple[Agency, ...] = ()
    max_message_bytes: int = MIB

    @property
    def event_type(self) -> str:
        """CloudEvents type: the topic's name in the project's own namespace."""
        return f"se.vardkase.{self.name}"


def alert_topic_name(agency: Agency) -> str:
    return f"alert.{agency}.v1"


def dead_letter_topic_name(service: Service) -> str:
    return f"dead-letter.{service}.v1"


_I, _E, _N, _R = Service.INTAKE, Service.ENRICHMENT, Service.NOTIFIER, Service.REPORTING

REPORT_RECEIVED = Topic("report.received.v1", ReportReceived, "municipality", (_I,), (_E,))
REPORT_DISPOSED = Topic("report.disposed.v1", ReportDisposed, "report_id", (_I,), (_E, _R))
REPORT_ENRICHED = Topic("report.enriched.v1", ReportEnriched, "incident_id", (_E,), (_R,))
INCIDENT_CHANGED = Topic(
    "incident.changed.v1", IncidentChanged, "incident_id", (_E,), (_N, _R), retention=None, cleanup="compact"
)
ALERTS = {
    agency: Topic(alert_topic_name(agency), Alert, "incident_id", (_N,), (), partitions=1, readers=(agency,))
    for agency in Agency
}
RECEIPT = Topic("receipt.v1", Receipt, "alert_id", (), (_N,), partitions=1, writers=tuple(Agency))
DELIVERY_CHANGED = Topic("delivery.changed.v1", DeliveryChanged, "alert_id", (_N,), (_R,))
NOT_ALERTED_CHANGED = Topic(
    "not-alerted.changed.v1",
    NotAlertedChanged,
    "incident_id",
    (_N,),
    (_R,),
    retention=None,
    cleanup="compact",
)
CORRECTION = Topic("correction.v1", CorrectionMade, "municipality", (_R,), (_E,))
REPORT_STATUS = Topic("report.status.v1", ReportStatusChanged, "report_id", (_R,), (_I,))
QUESTION = Topic("question.v1", QuestionChanged, "report_id", (_R,), (_I,))
CLAIM_CHANGED = Topic(
    "claim.changed.v1", ClaimChanged, "claim_id", (_R,), (), partitions=1, retention=None, cleanup="compact"
)
RHYTHM_CHANGED = Topic(
    "rhythm.changed.v1",
    RhythmChanged,
    "municipality",
    (_R,),
    (),
    partitions=1,
    retention=None,
    cleanup="compact",
)

TOPICS: Final[tuple[Topic, ...]] = (
    REPORT_RECEIVED,
    REPORT_DISPOSED,
    REPORT_ENRICHED,
    INCIDENT_CHANGED,
    *ALERTS.values(),
    RECEIPT,
    DELIVERY_CHANGED,
    NOT_ALERTED_CHANGED,
    CORRECTION,
    REPORT_STATUS,
    QUESTION,
    CLAIM_CHANGED,
    RHYTHM_CHANGED,
)
TOPIC_BY_NAME: Final = {topic.name: topic for topic in TOPICS}

# Set-apart records keep their own bytes, whatever they are: no event type, one topic for each consuming service.
DEAD_LETTER_RETENTION: Final = timedelta(days=90)
DEAD_LETTER_MAX_BYTES: Final = 2 * MIB
DEAD_LETTER_TOPICS: Final = {service: dead_letter_topic_name(service) for service in Service}


def topics_read_by(service: Service) -> tuple[Topic, ...]:
    return tuple(topic for topic in TOPICS if service in topic.consumers)
