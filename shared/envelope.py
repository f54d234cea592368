"""CloudEvents 1.0 in Kafka's binary mode: `ce_*` headers and a JSON body. Decoding names the reason when it refuses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Final, Generic, TypeVar
from uuid import UUID

from pydantic import ValidationError

from shared.errors import Reject
from shared.events import Event
from shared.identity import new_id
from shared.topics import MAX_BODY_BYTES, TOPIC_BY_NAME, Service, Topic
from shared.tracing import continued

E_co = TypeVar("E_co", bound=Event, covariant=True)
SPEC_VERSION: Final = "1.0"
RawHeaders = tuple[tuple[str, bytes | None], ...]


@dataclass(frozen=True, slots=True)
class Envelope(Generic[E_co]):
    """One event with what the headers say of it."""

    event_id: UUID
    topic: str
    time: datetime
    traceparent: str
    event: E_co


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One record ready for the outbox: everything the broker is given, as text and bytes."""

    event_id: UUID
    topic: str
    key: str
    headers: Mapping[str, str]
    body: bytes


def outgoing(
    topic: Topic,
    event: Event,
    *,
    key: object,
    subject: object,
    source: Service,
    traceparent: str | None,
    event_id: UUID | None = None,
    now: datetime | None = None,
) -> Outgoing:
    """Wrap an event for its topic. Pass a derived `event_id` where a re-run must publish the same id."""
    return wrapped(
        topic,
        event.model_dump_json().encode(),
        municipality=event.municipality,
        key=key,
        subject=subject,
        source=source,
        traceparent=traceparent,
        event_id=event_id or new_id(),
        now=now or datetime.now(UTC),
    )


def wrapped(
    topic: Topic,
    body: bytes,
    *,
    municipality: str,
    key: object,
    subject: object,
    source: Service,
    traceparent: str | None,
    event_id: UUID,
    now: datetime,
) -> Outgoing:
    """The same for an event that is JSON already; that it is a right one is the caller's word."""
    headers = {
        **_same_for_all(topic, source),
        "ce_id": str(event_id),
        "ce_time": now.isoformat(),
        "ce_subject": str(subject),
        "ce_municipality": municipality,
        "traceparent": continued(traceparent),
    }
    return Outgoing(event_id, topic.name, str(key), headers, body)


@cache
def _same_for_all(topic: Topic, source: Service) -> Mapping[str, str]:
    """What the headers of every event of this topic say."""
    return {
        "ce_specversion": SPEC_VERSION,
        "ce_type": topic.event_type,
        "ce_source": f"/vardkase/{source}",
        "ce_dataschema": f"/schemas/{topic.event.__name__}.v1.json",
        "content-type": "application/json",
    }


def decode(topic_name: str, raw_headers: RawHeaders, body: bytes | None) -> Envelope[Event]:
    """Read one record. Raises `Reject` with the reason for anything that can never be read."""
    topic = TOPIC_BY_NAME.get(topic_name)
    if topic is None:
        raise Reject(f"unknown topic {topic_name}")
    headers = _text_headers(raw_headers)
    if headers.get("ce_type") != topic.event_type:
        raise Reject(f"unknown version: ce_type is {headers.get('ce_type')!r}, expected {topic.event_type!r}")
    if body is None:
        raise Reject("empty body")
    if len(body) > MAX_BODY_BYTES:
        raise Reject(f"oversize: {len(body)} bytes, at most {MAX_BODY_BYTES} are read")
    try:
        event = topic.event.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        raise Reject(f"invalid {topic.event.__name__}: {where}: {first['msg']}"[:500]) from error
    return Envelope(
        _event_id(headers), topic_name, _time(headers), continued(headers.get("traceparent")), event
    )


def _text_headers(raw: RawHeaders) -> dict[str, str]:
    text: dict[str, str] = {}
    for name, value in raw:
        if value is None:
            raise Reject(f"null header {name!r}")
        try:
            text[name] = value.decode()
        except UnicodeDecodeError as error:
            raise Reject(f"header {name!r} is not UTF-8") from error
    return text


def _event_id(headers: Mapping[str, str]) -> UUID:
    try:
        return UUID(headers["ce_id"])
    except (KeyError, ValueError) as error:
        raise Reject(f"ce_id is {headers.get('ce_id')!r}, expected a UUID") from error


def _time(headers: Mapping[str, str]) -> datetime:
    try:
        time = datetime.fromisoformat(headers["ce_time"])
    except (KeyError, ValueError) as error:
        raise Reject(f"ce_time is {headers.get('ce_time')!r}, expected an RFC 3339 time") from error
    return time if time.tzinfo else time.replace(tzinfo=UTC)
