"""A process that only sends an outbox, to be killed and stopped. `python -m tests.support.relay_process DSN SCHEMA SILENT_S`."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from shared.kafka_clients import Producer
from shared.outbox import OutboxRelay
from shared.settings import KafkaSettings
from shared.topics import Service
from tests.support.outbox import SCHEMA, pool_of


@contextmanager
def relay_process(
    dsn: str, kafka: KafkaSettings, *, silent_s: float = 60.0
) -> "Iterator[subprocess.Popen[bytes]]":
    environment = {
        **os.environ,
        "KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
        "KAFKA_SECURITY_PROTOCOL": kafka.security_protocol,
        "KAFKA_SASL_USERNAME": kafka.sasl_username,
        "KAFKA_SASL_PASSWORD": kafka.sasl_password.get_secret_value(),
    }
    command = [sys.executable, "-m", "tests.support.relay_process", dsn, SCHEMA, str(silent_s)]
    process = subprocess.Popen(command, env=environment)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait(20)


async def _relay(dsn: str, schema: Service, silent_s: float) -> None:
    producer = Producer(KafkaSettings(), "relay-process")
    async with pool_of(dsn, schema) as pool:
        relay = OutboxRelay(pool, producer, silent_s=silent_s)
        relay.start()
        await producer.start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_relay(sys.argv[1], Service(sys.argv[2]), float(sys.argv[3])))
