"""Reports and understandings for tests of enrichment."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.enrichment.domain import Understood
from services.enrichment.linking import Heard
from shared.categories import CategoryCode, load_categories
from shared.envelope import Envelope, Outgoing, outgoing
from shared.events import Event, Location, Point, Precision, Relation, ReportReceived, Severity, Source
from shared.identity import derived_id, new_id
from shared.topics import REPORT_RECEIVED, Service

NOON = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
KOLSVA = Location(
    lat=59.6006,
    lon=15.8229,
    uncertainty_m=1000,
    precision=Precision.LOCALITY,
    name="Kolsva",
    municipality="1983",
)
HARBOUR = Location(
    lat=59.5107,
    lon=16.0021,
    uncertainty_m=300,
    precision=Precision.PLACE,
    name="Inre hamnen",
    municipality="1983",
)
SOMEWHERE = Location(
    lat=59.51,
    lon=15.99,
    uncertainty_m=23_000,
    precision=Precision.MUNICIPALITY,
    name="Köping",
    municipality="1983",
)


def pin(lat: float, lon: float, uncertainty_m: float = 50.0, name: str | None = None) -> Location:
    return Location(
        lat=lat,
        lon=lon,
        uncertainty_m=uncertainty_m,
        precision=Precision.ADDRESS,
        name=name,
        municipality="1983",
        confidence=0.97,
    )


def understood(
    category: str = "fire",
    *,
    at: Location = KOLSVA,
    severity: int | None = None,
    hearsay: bool = False,
    confidence: float = 0.9,
    ongoing: bool = False,
    involves_minor: bool = False,
) -> Understood:
    code = CategoryCode(category)
    return Understood(
        language="sv",
        category=code,
        confidence=confidence,
        alternatives=(),
        severity=Severity(severity or load_categories()[code].severity),
        severity_reasons=("grundnivå",),
        ongoing=ongoing,
        involves_minor=involves_minor,
        hearsay=hearsay,
        location=at,
        needs_review=confidence < 0.5,
        reasons=("prov",),
    )


def heard(
    text: str,
    what: Understood | None = None,
    *,
    minutes: float = 0,
    source: Source = Source.CITIZEN,
    municipality: str = "1983",
    identity: object = None,
    follows: UUID | None = None,
    relation: Relation | None = None,
) -> Heard:
    """A report `minutes` after noon. Its id follows from what it says, so that a repeat of a test gives the same."""
    at = NOON + timedelta(minutes=minutes)
    report_id = identity if isinstance(identity, UUID) else derived_id("test", text, minutes, identity)
    return Heard(
        report_id, municipality, source, text, at, what or understood(), follows=follows, relation=relation
    )


def received(
    text: str,
    *,
    place: str | None = None,
    minutes: float = 0,
    municipality: str = "1983",
    source: Source = Source.CITIZEN,
    point: Point | None = None,
    follows: ReportReceived | None = None,
    relation: Relation | None = None,
) -> ReportReceived:
    at = NOON + timedelta(minutes=minutes)
    return ReportReceived(
        municipality=municipality,
        report_id=new_id(),
        source=source,
        text=text,
        place_text=place,
        point=point,
        occurred_at=at,
        received_at=at,
        follows=follows and follows.report_id,
        relation=relation,
    )


def as_record(event: ReportReceived) -> Outgoing:
    return outgoing(
        REPORT_RECEIVED,
        event,
        key=event.municipality,
        subject=event.report_id,
        source=Service.INTAKE,
        traceparent=None,
    )


def enveloped(event: ReportReceived, event_id: UUID | None = None) -> Envelope[Event]:
    return Envelope(event_id or new_id(), REPORT_RECEIVED.name, event.received_at, "", event)
