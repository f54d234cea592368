import asyncio
import logging
import sys

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError

from deploy.cli.agency import access_of
from deploy.cli.console import console
from deploy.errors import CannotGoOn
from deploy.kafka_access import KafkaAccess
from shared.events import Agency
from shared.kafka_clients import client_options
from shared.topics import ALERTS


def run_listen(name: str, topic: str | None) -> None:
    access = access_of(name)
    # What the client logs of a refusal we say ourselves, in a sentence.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    try:
        asyncio.run(_listen(access, name, topic or ALERTS[Agency(name)].name))
    except KeyboardInterrupt:
        console.print("Stopped listening.")


async def _listen(access: KafkaAccess, name: str, topic: str) -> None:
    # No group: a look from the beginning that moves nobody's place in the topic.
    consumer = AIOKafkaConsumer(topic, **client_options(access.as_settings()), auto_offset_reset="earliest")
    try:
        await consumer.start()
        console.print(f"Listening to {topic} as {name}; Ctrl-C ends it.")
        async for record in consumer:
            sys.stdout.write(record.value.decode() + "\n")
            sys.stdout.flush()
    except TopicAuthorizationFailedError as error:
        raise CannotGoOn(
            f"The broker does not let {name} read {topic}: each agency reads its own topic only."
        ) from error
    except KafkaError as error:
        raise CannotGoOn(
            f"{access.bootstrap_servers} cannot be listened to ({type(error).__name__}): is the system up? See `vardkase status`."
        ) from error
    finally:
        await consumer.stop()
