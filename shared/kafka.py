"""Our one way to consume and produce. What FastStream leaves open is settled here: batches, poison, retries, commits."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final
from uuid import UUID

import structlog
from aiokafka import ConsumerRecord
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaMessage
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from shared.dead_letter import set_apart
from shared.envelope import Envelope, decode
from shared.errors import Reject, Retry
from shared.events import Event
from shared.health import Check
from shared.kafka_clients import Producer, ssl_context
from shared.kafka_lag import watch_lag
from shared.metrics import BATCH_RETRIES, BATCH_SECONDS, EVENTS_SET_APART, begin_at_zero
from shared.outbox import OutboxRelay
from shared.postgres import TRANSIENT_ERRORS
from shared.settings import KafkaSettings
from shared.topics import Service, Topic

log = structlog.get_logger()

# What a handler could not use, by event id with the reason: set apart when the handler is done with the others.
Refusals = Mapping[UUID, str]
BatchHandler = Callable[[Sequence[Envelope[Event]]], Awaitable[Refusals | None]]
Record = Any  # aiokafka's ConsumerRecord, which carries no types
_TRANSIENT: Final = (*TRANSIENT_ERRORS, KafkaError, Retry)
_ATTEMPTS_ALONE: Final = 3
# Well below max_poll_interval_ms: after this the batch is given back and fetched anew.
_GIVE_BACK_AFTER_S: Final = 120.0
_MAX_BACKOFF_S: Final = 5.0


def _security(settings: KafkaSettings) -> BaseSecurity:
    context = ssl_context(settings)
    tls = context is not None
    if settings.security_protocol.startswith("SASL"):
        kinds = {"PLAIN": SASLPlaintext, "SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512}
        return kinds[settings.sasl_mechanism](
            username=settings.sasl_username,
            password=settings.sasl_password.get_secret_value(),
            ssl_context=context,
            use_ssl=tls,
        )
    return BaseSecurity(ssl_context=context, use_ssl=tls)


@dataclass(slots=True)
class Progress:
    """What readiness looks at: is the consumer assigned, and is it getting on with what it was given?"""

    working_since: float | None = None
    trouble: str | None = None
    batches: int = 0


@dataclass(slots=True)
class Stream:
    """One service's consumer and producer. Create, `consume(...)`, `start()`, and `stop()` in the end.

    Starting never fails: while Kafka is away the service lives, says it is not ready, and keeps trying.
    """

    service: Service
    settings: KafkaSettings
    stop_timeout_s: float = 15.0
    broker: KafkaBroker = field(init=False)
    producer: Producer = field(init=False)
    progress: Progress = field(init=False, default_factory=Progress)
    _subscribers: list[Any] = field(init=False, default_factory=list)
    _starter: "asyncio.Task[None] | None" = field(init=False, default=None)
    _lag_watch: "asyncio.Task[None] | None" = field(init=False, default=None)
    _started: asyncio.Event = field(init=False, default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.broker = KafkaBroker(
            self.settings.bootstrap_servers,
            security=_security(self.settings),
            client_id=f"vardkase-{self.service}",
            allow_auto_create_topics=False,
            acks="all",
            enable_idempotence=True,
            graceful_timeout=self.stop_timeout_s,
            apply_types=False,
            logger=None,
        )
        self.producer = Producer(self.settings, f"vardkase-{self.service}-outbox")

    def consume(
        self, topics: Sequence[Topic], handler: BatchHandler, *, batch_records: int, poll_ms: int
    ) -> None:
        """Give `handler` every readable event of `topics`, in batches, in order for each partition, at least once.

        The handler does its work in one transaction and stores the event ids in the inbox. What can't be read is set
        apart before it is called, and what it says it refuses after; a batch that makes it fail is taken apart to find the
        one event that is at fault.
        """
        for told in (BATCH_RETRIES, BATCH_SECONDS):
            begin_at_zero(told, [self.service])
        begin_at_zero(EVENTS_SET_APART, [topic.name for topic in topics])
        taking = _BatchTaking(self.service, handler, self.producer, self.progress)
        subscriber = self.broker.subscriber(
            *[topic.name for topic in topics],
            group_id=f"{self.service}.main",
            batch=True,
            max_records=batch_records,
            batch_timeout_ms=poll_ms,
            fetch_max_wait_ms=max(poll_ms, 100),
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.NACK_ON_ERROR,
            no_reply=True,
            parser=_parse_nothing,
            decoder=_raw_records,
        )
        subscriber(taking.take)
        self._subscribers.append(subscriber)

    def start(self) -> None:
        self._starter = asyncio.create_task(self._start_when_reachable(), name="kafka-start")
        self._lag_watch = asyncio.create_task(watch_lag(lambda: self.consumers), name="kafka-lag")

    async def started(self) -> None:
        await self._started.wait()

    async def stop(self, relay: OutboxRelay | None = None) -> None:
        """Finish the batch in hand or give it back, send what that left in the outbox, then leave."""
        tasks = [task for task in (self._starter, self._lag_watch) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.broker.stop()
        if relay is not None:
            await relay.stop(self.stop_timeout_s)
        with contextlib.suppress(KafkaError, TimeoutError):
            await asyncio.wait_for(self.producer.stop(), self.stop_timeout_s)

    @property
    def consumers(self) -> list[Any]:
        """Those that have partitions by now."""
        return [each.consumer for each in self._subscribers if each.consumer and each.consumer.assignment()]

    async def check(self) -> Check:
        if not self._started.is_set():
            return Check(ok=False, detail=self.progress.trouble or "Kafka has not been reached yet")
        for subscriber in self._subscribers:
            if not subscriber.consumer or not subscriber.consumer.assignment():
                return Check(ok=False, detail="no partition is assigned to this process")
        since = self.progress.working_since
        if since is not None and monotonic() - since > 30:
            return Check(
                ok=False, detail=f"one batch has taken {monotonic() - since:.0f} s: {self.progress.trouble}"
            )
        return Check(ok=True, detail=f"{self.progress.batches} batches taken")

    async def _start_when_reachable(self) -> None:
        backoff = 0.25
        while True:
            try:
                await self.producer.start()
                await self.broker.start()
            except (KafkaError, OSError, TimeoutError) as error:
                self.progress.trouble = f"{type(error).__name__}: {error}"[:300]
                log.warning("kafka_not_reached", reason=self.progress.trouble, seconds=backoff)
                await self._drop_half_started()
                await asyncio.sleep(backoff)
                backoff = min(backoff * 2, _MAX_BACKOFF_S)
            else:
                self.progress.trouble = None
                self._started.set()
                return

    async def _drop_half_started(self) -> None:
        with contextlib.suppress(KafkaError, OSError, TimeoutError):
            await self.broker.stop()


class _BatchTaking:
    """Takes one poll's records: poison apart, the rest in one go, and one by one only when the whole is refused."""

    def __init__(
        self, service: Service, handler: BatchHandler, producer: Producer, progress: Progress
    ) -> None:
        self._service, self._handler, self._producer, self._progress = service, handler, producer, progress

    async def take(self, records: Sequence[Record]) -> None:
        self._progress.working_since = monotonic()
        try:
            with BATCH_SECONDS.labels(self._service).time():
                await self._take(records)
            self._progress.trouble = None
            self._progress.batches += 1
        finally:
            self._progress.working_since = None

    async def _take(self, records: Sequence[Record]) -> None:
        readable: list[tuple[Record, Envelope[Event]]] = []
        for record in records:
            try:
                readable.append((record, decode(record.topic, record.headers, record.value)))
            except Reject as reason:
                await self._set_apart(record, str(reason))
        if not readable:
            return
        try:
            refused = await self._with_retries([envelope for _, envelope in readable])
        except _TRANSIENT:
            raise
        except Exception as error:  # noqa: BLE001 - whatever one event brings about must not stop the stream
            log.warning("batch_taken_apart", records=len(readable), error=type(error).__name__)
            for record, envelope in readable:
                await self._take_alone(record, envelope)
        else:
            await self._set_apart_refused(readable, refused)

    async def _take_alone(self, record: Record, envelope: Envelope[Event]) -> None:
        for attempt in range(1, _ATTEMPTS_ALONE + 1):
            try:
                refused = await self._with_retries([envelope])
                return await self._set_apart_refused([(record, envelope)], refused)
            except _TRANSIENT:
                raise
            except Exception as error:  # noqa: BLE001 - told apart right below
                # Not the error's own words: a database quotes the values it refused. They travel with the record.
                log.error("event_refused", topic=record.topic, error=type(error).__name__, attempt=attempt)  # noqa: TRY400
                if isinstance(error, Reject) or attempt == _ATTEMPTS_ALONE:
                    return await self._set_apart(record, f"{type(error).__name__}: {error}")
                await asyncio.sleep(0.1 * attempt)
        return None

    async def _set_apart_refused(
        self, taken: Sequence[tuple[Record, Envelope[Event]]], refused: Refusals
    ) -> None:
        for record, envelope in taken if refused else ():
            if envelope.event_id in refused:
                await self._set_apart(record, f"Reject: {refused[envelope.event_id]}")

    async def _with_retries(self, envelopes: Sequence[Envelope[Event]]) -> Refusals:
        """Wait out a database or broker that is away, with growing pauses; then give the batch back."""
        backoff, began = 0.1, monotonic()
        while True:
            try:
                return await self._handler(envelopes) or {}
            except _TRANSIENT as error:
                self._progress.trouble = f"{type(error).__name__}: {error}"[:300]
                BATCH_RETRIES.labels(self._service).inc()
                if monotonic() - began > _GIVE_BACK_AFTER_S:
                    raise
                log.warning("batch_waits", reason=self._progress.trouble, seconds=backoff)
                await asyncio.sleep(backoff)
                backoff = min(backoff * 2, _MAX_BACKOFF_S)

    async def _set_apart(self, record: Record, reason: str) -> None:
        log.error(
            "event_set_apart",
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            cause=reason.split(":", 1)[0],
        )
        await set_apart(self._producer, self._service, record, reason)


async def _parse_nothing(
    records: tuple[Record, ...], original: Callable[..., Awaitable[KafkaMessage]]
) -> KafkaMessage:
    """FastStream's own parser fails on a null header before any of our code runs, so it is shown none."""
    message = await original(tuple(_without_headers(record) for record in records))
    message.raw_message = records
    return message


def _without_headers(record: Record) -> Record:
    return ConsumerRecord(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        timestamp=record.timestamp,
        timestamp_type=record.timestamp_type,
        key=record.key,
        value=b"",
        checksum=record.checksum,
        serialized_key_size=record.serialized_key_size,
        serialized_value_size=0,
        headers=(),
    )


async def _raw_records(message: KafkaMessage) -> Any:
    return message.raw_message
