import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete
from pydantic import SecretStr

from deploy.kafka_access import KafkaAccess
from shared.kafka_clients import client_options
from shared.settings import KafkaSettings
from tests.support.stack import Servers


@dataclass(frozen=True)
class KafkaForTests:
    """The broker under test, as its administrator unless another user is named."""

    servers: Servers

    @property
    def bootstrap_servers(self) -> str:
        return self.servers.kafka_admin.bootstrap_servers

    def access(self, user: str | None = None) -> KafkaAccess:
        return self.servers.kafka_admin if user is None else self.servers.kafka_as(user)

    def settings(self, user: str | None = None) -> KafkaSettings:
        """For a service's own code."""
        access = self.access(user)
        return KafkaSettings(
            bootstrap_servers=access.bootstrap_servers,
            security_protocol=access.security_protocol,
            sasl_mechanism=access.sasl_mechanism,
            sasl_username=access.username or "",
            sasl_password=SecretStr(access.password or ""),
        )

    def options(self, user: str | None = None) -> dict[str, Any]:
        """For a bare aiokafka client."""
        return client_options(self.settings(user))

    def group(self, user: str = "test") -> str:
        """A consumer group no one used before; it begins with the user's name, as the ACLs want it."""
        return f"{user}.{uuid.uuid4().hex[:12]}"

    async def topic(self, partitions: int = 1, **settings: str) -> str:
        """A new, empty topic. `settings`: the broker's, with underscores for dots."""
        name = f"test.{uuid.uuid4().hex[:12]}"
        given = {setting.replace("_", "."): value for setting, value in settings.items()}
        async with _admin(self) as admin:
            await admin.create_topics([NewTopic(name, partitions, 1, topic_configs=given)])
        return name

    async def empty(self, *topics: str) -> None:
        """Remove every record; a test of a real topic begins so."""
        ends = await self.end_offsets(*topics)
        async with _admin(self) as admin:
            await admin.delete_records(
                {place: RecordsToDelete(before_offset=end) for place, end in ends.items() if end}
            )

    async def end_offsets(self, *topics: str) -> dict[TopicPartition, int]:
        consumer = AIOKafkaConsumer(**self.options())
        await consumer.start()
        try:
            partitions = [
                TopicPartition(topic, number)
                for topic in topics
                for number in (await consumer._client.fetch_all_metadata()).partitions_for_topic(topic) or ()
            ]
            ends: dict[TopicPartition, int] = await consumer.end_offsets(partitions)
            return ends
        finally:
            await consumer.stop()

    async def send(
        self,
        topic: str,
        value: bytes | None,
        *,
        key: bytes | None = None,
        headers: list[tuple[str, bytes | None]] | None = None,
        user: str | None = None,
    ) -> None:
        producer = AIOKafkaProducer(**self.options(user), acks="all", max_request_size=3 * 1024 * 1024)
        await producer.start()
        try:
            await producer.send_and_wait(topic, value, key=key, headers=headers or [])
        finally:
            await producer.stop()

    async def records(
        self,
        topic: str,
        at_least: int = 1,
        *,
        until: Callable[[list[ConsumerRecord]], bool] | None = None,
        user: str | None = None,
        timeout_s: float = 20.0,
    ) -> list[ConsumerRecord]:
        """All records of `topic` from the beginning, once there are `at_least` so many (or `until` is content)."""
        consumer = AIOKafkaConsumer(
            topic, **self.options(user), group_id=self.group(user or "test"), auto_offset_reset="earliest"
        )
        await consumer.start()
        found: list[ConsumerRecord] = []
        try:
            async with asyncio.timeout(timeout_s):
                while not (until(found) if until else len(found) >= at_least):
                    for batch in (await consumer.getmany(timeout_ms=100)).values():
                        found.extend(batch)
        except TimeoutError:
            raise AssertionError(
                f"{topic}: {len(found)} records in {timeout_s:.0f} s: {found[-3:]}"
            ) from None
        finally:
            await consumer.stop()
        return found


class _admin:  # noqa: N801 - used as a verb phrase: async with _admin(kafka)
    def __init__(self, kafka: KafkaForTests) -> None:
        self._client = AIOKafkaAdminClient(**kafka.options())

    async def __aenter__(self) -> AIOKafkaAdminClient:
        await self._client.start()
        return self._client

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()
