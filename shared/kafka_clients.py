"""Bare Kafka clients as we want them: how they connect, and a producer that is durable and ordered."""

import asyncio
import contextlib
import ssl
from collections.abc import Sequence
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaError
from aiokafka.producer.message_accumulator import BatchBuilder

from shared.settings import KafkaSettings

_LEAVE_S: Final = 30.0


def ssl_context(settings: KafkaSettings) -> ssl.SSLContext | None:
    if not settings.security_protocol.endswith("SSL"):
        return None
    return ssl.create_default_context(cafile=settings.ssl_cafile)


def client_options(settings: KafkaSettings) -> dict[str, Any]:
    """Connection arguments for a bare aiokafka client."""
    options: dict[str, Any] = {
        "bootstrap_servers": settings.bootstrap_servers,
        "security_protocol": settings.security_protocol,
        "ssl_context": ssl_context(settings),
    }
    if settings.security_protocol.startswith("SASL"):
        options |= {
            "sasl_mechanism": settings.sasl_mechanism,
            "sasl_plain_username": settings.sasl_username,
            "sasl_plain_password": settings.sasl_password.get_secret_value(),
        }
    return options


def create_producer(settings: KafkaSettings, client_id: str) -> AIOKafkaProducer:
    """Durable and ordered: every in-sync replica confirms, and a retry is written once."""
    return AIOKafkaProducer(
        **client_options(settings),
        client_id=client_id,
        acks="all",
        enable_idempotence=True,
        compression_type="zstd",
        linger_ms=5,
        max_batch_size=256
        * 1024,  # an outbox sends thousands of events at once: few large requests, better compressed
        max_request_size=3 * 1024 * 1024,
        request_timeout_ms=30_000,
    )


class Producer:
    """The producer of `create_producer`, which may be named before an event loop runs and is made when it starts.

    aiokafka counts a record that the broker refuses for good as written, and every later one to that partition is then refused as
    out of order. So after such a refusal a new client takes the place of the old one.
    """

    def __init__(self, settings: KafkaSettings, client_id: str) -> None:
        self._settings, self._client_id = settings, client_id
        self._made: AIOKafkaProducer | None = None
        self._reached = asyncio.Event()
        self._renewing = asyncio.Lock()
        self._leaving: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Raises what aiokafka raises when the broker is away; may then be called again. Started twice is started."""
        if self._made is None:
            self._made = await self._make()
            self._reached.set()

    @property
    def has_started(self) -> bool:
        return self._reached.is_set()

    async def started(self) -> None:
        await self._reached.wait()

    async def stop(self) -> None:
        await asyncio.gather(*self._leaving, return_exceptions=True)
        if self._made is not None:
            await self._made.stop()

    async def renew(self) -> None:
        """Everything of the old client that is still under way is waited for, aside."""
        used = self._started
        async with self._renewing:
            if self._made is used:
                self._made = await self._make()
                leaving = asyncio.create_task(_leave(used))
                self._leaving.add(leaving)
                leaving.add_done_callback(self._leaving.discard)

    async def send(self, topic: str, **record: Any) -> "asyncio.Future[Any]":
        """Ends when the record is queued; the future ends when the broker has confirmed it."""
        future: asyncio.Future[Any] = await self._started.send(topic, **record)
        return future

    async def send_and_wait(self, topic: str, **record: Any) -> None:
        try:
            await self._started.send_and_wait(topic, **record)
        except KafkaError as error:
            if not error.retriable:
                await self.renew()
            raise

    async def partitions_for(self, topic: str) -> Sequence[int]:
        return sorted(await self._started.partitions_for(topic))

    def create_batch(self) -> BatchBuilder:
        return self._started.create_batch()

    async def send_batch(self, batch: BatchBuilder, topic: str, partition: int) -> "asyncio.Future[Any]":
        """Ends when the batch is queued; the future ends when the broker has confirmed it."""
        future: asyncio.Future[Any] = await self._started.send_batch(batch, topic, partition=partition)
        return future

    async def _make(self) -> AIOKafkaProducer:
        made = create_producer(self._settings, self._client_id)
        try:
            await made.start()
        except BaseException:
            await made.stop()
            raise
        return made

    @property
    def _started(self) -> AIOKafkaProducer:
        if self._made is None:
            raise KafkaConnectionError("the producer has not reached Kafka yet")
        return self._made


async def _leave(producer: AIOKafkaProducer) -> None:
    with contextlib.suppress(KafkaError, TimeoutError):
        await asyncio.wait_for(producer.stop(), _LEAVE_S)
