"""The servers from images, with VARDKASE_TEST_STACK=containers. The broker is set up as deploy/compose.yaml does it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.container import DockerContainer
from testcontainers.core.waiting_utils import wait_for_logs

from deploy.grants import users
from deploy.kafka_access import KafkaAccess
from deploy.local.preflight import free_port
from deploy.provision import provision

COMPOSE: Final = Path(__file__).parents[2] / "deploy" / "compose.yaml"
PASSWORD: Final = "only-for-tests"
READY_TIMEOUT_S: Final = 120


@dataclass(frozen=True)
class ContainerServers:
    kafka_admin: KafkaAccess
    postgres_dsn: str

    def kafka_as(self, user: str) -> KafkaAccess:
        return KafkaAccess(self.kafka_admin.bootstrap_servers, user, PASSWORD)


@contextmanager
def container_servers() -> Iterator[ContainerServers]:
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    port = free_port()
    postgres = PostgresContainer(services["postgres"]["image"], password=PASSWORD, driver=None)
    with _kafka(services["kafka"], port) as kafka, postgres:
        wait_for_logs(kafka, "Kafka Server started", timeout=READY_TIMEOUT_S)
        admin = KafkaAccess(f"127.0.0.1:{port}", "admin", PASSWORD, sasl_mechanism="PLAIN")
        provision(admin, dict.fromkeys(map(str, users()), PASSWORD))
        yield ContainerServers(admin, postgres.get_connection_url())


def _kafka(service: dict[str, Any], port: int) -> DockerContainer:
    container = DockerContainer(service["image"]).with_bind_ports(port, port)
    for name, value in kafka_environment(service["environment"], port).items():
        container = container.with_env(name, value)
    return container


def kafka_environment(composed: dict[str, Any], port: int, controller_port: int = 9093) -> dict[str, str]:
    """compose.yaml's broker as one container: its clients come from this machine, its controller is itself."""
    environment = {name: _with_password(str(value)) for name, value in composed.items()}
    return environment | {
        "KAFKA_CONTROLLER_QUORUM_VOTERS": f"1@127.0.0.1:{controller_port}",
        "KAFKA_LISTENERS": f"CLIENTS://:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "KAFKA_ADVERTISED_LISTENERS": f"CLIENTS://127.0.0.1:{port}",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CLIENTS:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT",
    }


def _with_password(value: str) -> str:
    """Put the password wherever compose would put one of its own."""
    before, mark, after = value.partition("${")
    return value if not mark else before + PASSWORD + _with_password(after.partition("}")[2])
