"""A killed server comes back with what it confirmed."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from deploy.local.stack import LocalStack
from tests.support.kafka import KafkaForTests
from tests.support.stack import embedded_servers


@pytest.fixture(scope="module")
def own_stack() -> Iterator[LocalStack]:
    with tempfile.TemporaryDirectory(prefix="vardkase-") as folder, embedded_servers(Path(folder)) as stack:
        yield stack


async def test_a_killed_broker_comes_back_with_its_records_users_and_rules(own_stack: LocalStack):
    kafka = KafkaForTests(own_stack)
    await kafka.send("alert.police.v1", b"before", user="notifier")
    own_stack.kill_broker()
    assert own_stack.broker.pid is None
    own_stack.restart_broker()
    records = await kafka.records("alert.police.v1", user="police")
    assert [record.value for record in records] == [b"before"]


async def test_a_killed_postgres_comes_back_with_what_was_committed(own_stack: LocalStack):
    connection = await asyncpg.connect(own_stack.postgres_dsn)
    await connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    own_stack.kill_postgres()
    own_stack.restart_postgres()
    again = await asyncpg.connect(own_stack.postgres_dsn)
    try:
        assert await again.fetchval("SELECT one FROM kept") == 1
    finally:
        await again.close()
        connection.terminate()


def test_a_stopped_stack_starts_again_with_its_data(own_stack: LocalStack):
    own_stack.stop()
    own_stack.start()
    assert own_stack.broker.pid
    assert own_stack.postgres.pid
