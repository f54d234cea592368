"""Fixtures every test may ask for. Nothing starts before a test asks.

`stack`                 Kafka and PostgreSQL, once a session, topics, users and ACLs in place
`kafka`                 ways to speak to that broker (`tests.support.kafka.KafkaForTests`)
`postgres_dsn`          a fresh, migrated database for each test module
`fresh_postgres_dsn`    a fresh, migrated database for one test
`system`                servers of its own and the four services as processes, once a session (`deploy.system.System`)
"""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from deploy.system import System
from tests.support.databases import drop_database, make_database, make_template
from tests.support.kafka import KafkaForTests
from tests.support.stack import Servers, servers
from tests.support.system import running_system
from tests.support.vault import provide_master_keys

provide_master_keys()


@pytest.fixture(scope="session")
def stack() -> Iterator[Servers]:
    with servers() as running:
        yield running


@pytest.fixture(scope="session")
def kafka(stack: Servers) -> KafkaForTests:
    return KafkaForTests(stack)


@pytest_asyncio.fixture(scope="session")
async def database_template(stack: Servers) -> str:
    return await make_template(stack.postgres_dsn)


@pytest_asyncio.fixture(scope="module")
async def postgres_dsn(stack: Servers, database_template: str) -> AsyncIterator[str]:
    dsn = await make_database(stack.postgres_dsn, database_template)
    yield dsn
    await drop_database(stack.postgres_dsn, dsn)


@pytest_asyncio.fixture
async def fresh_postgres_dsn(stack: Servers, database_template: str) -> AsyncIterator[str]:
    dsn = await make_database(stack.postgres_dsn, database_template)
    yield dsn
    await drop_database(stack.postgres_dsn, dsn)


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    with running_system() as running:
        yield running
