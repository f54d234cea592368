"""The servers the tests run on: embedded, or containers with VARDKASE_TEST_STACK=containers."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from deploy.grants import users
from deploy.kafka_access import KafkaAccess
from deploy.local.preflight import free_port
from deploy.local.settings import LocalSettings
from deploy.local.stack import LocalStack
from deploy.provision import provision


class Servers(Protocol):
    """What a test may ask of the servers, wherever they run."""

    @property
    def kafka_admin(self) -> KafkaAccess: ...

    @property
    def postgres_dsn(self) -> str: ...

    def kafka_as(self, user: str) -> KafkaAccess: ...


def local_settings(state: Path) -> LocalSettings:
    """Free ports, and no fsync: a killed process loses nothing the kernel holds, only a power cut would."""
    return LocalSettings(
        state=state,
        fsync=False,
        kafka_port=free_port(),
        controller_port=free_port(),
        postgres_port=free_port(),
    )


@contextmanager
def embedded_servers(state: Path) -> Iterator[LocalStack]:
    with LocalStack(local_settings(state)) as stack:
        provision(stack.kafka_admin, {user: stack.secrets.kafka_password(user) for user in users()})
        yield stack


@contextmanager
def servers() -> Iterator[Servers]:
    # A folder of its own directly under the temporary one: PostgreSQL's user must be able to walk there.
    with tempfile.TemporaryDirectory(prefix="vardkase-") as folder:
        if os.environ.get("VARDKASE_TEST_STACK", "embedded") == "containers":
            from tests.support.containers import container_servers

            with container_servers() as stack:
                yield stack
        else:
            with embedded_servers(Path(folder)) as stack:
                yield stack
