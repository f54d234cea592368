"""How many records wait to be taken in. Told by the consumer of each partition, so over all processes it is a sum."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final

import structlog
from aiokafka.errors import ConsumerStoppedError, KafkaError

from shared.metrics import CONSUMER_LAG

log = structlog.get_logger()

LOOKED_AT_EVERY_S: Final = 10.0
_ANSWERED_WITHIN_S: Final = 5.0
Consumer = Any  # aiokafka's, which carries no types


async def watch_lag(consumers: Callable[[], Sequence[Consumer]]) -> None:
    """Until cancelled. While Kafka does not answer, what was found last stands."""
    while True:
        await asyncio.sleep(LOOKED_AT_EVERY_S)
        try:
            async with asyncio.timeout(_ANSWERED_WITHIN_S):
                await look(consumers())
        except (KafkaError, ConsumerStoppedError, TimeoutError) as error:
            log.debug("lag_not_known", reason=type(error).__name__)


async def look(consumers: Sequence[Consumer]) -> None:
    """What was handed out and is being worked on counts as taken."""
    waiting = Counter[str]()
    for consumer in consumers:
        ends = await consumer.end_offsets(list(consumer.assignment()))
        for partition, end in ends.items():
            waiting[partition.topic] += max(0, end - await consumer.position(partition))
    CONSUMER_LAG.clear()
    for topic, records in waiting.items():
        CONSUMER_LAG.labels(topic).set(records)
