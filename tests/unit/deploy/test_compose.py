"""What can be known of deploy/compose.yaml without Docker."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import deploy
from deploy.compose_env import variables
from deploy.local.kafka_jars import KAFKA_VERSION
from deploy.local.kafka_settings import MESSAGE_MAX_BYTES, properties
from deploy.local.secrets_file import Secrets
from deploy.services import DEFAULT_PORTS
from shared.topics import Service
from tests.support.containers import kafka_environment

FOLDER = Path(deploy.__file__).parent
TEXT = (FOLDER / "compose.yaml").read_text()
SERVICES: dict[str, Any] = yaml.safe_load(TEXT)["services"]


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    path = tmp_path_factory.mktemp("compose") / "secrets.json"
    secrets = Secrets.open(path)
    return variables(path.read_text(), secrets)


def test_every_variable_compose_asks_for_is_made(given: dict[str, str]):
    asked = set(re.findall(r"\$\{([A-Z_]+)(?::\?[^}]*)?\}", TEXT))
    assert asked == given.keys()


def test_no_value_holds_a_quote_that_would_end_it_in_the_file(given: dict[str, str]):
    assert not [name for name, value in given.items() if "'" in value]


@pytest.mark.parametrize("service", Service)
def test_a_service_is_given_its_own_passwords_and_no_others(service: Service):
    text = json.dumps(SERVICES[service])
    for other in set(Service) - {service}:
        assert f"{other.upper()}_PASSWORD" not in text
    assert "ADMIN" not in text
    assert f"KAFKA_{service.upper()}_PASSWORD" in text
    assert f"vardkase_{service}:" in text


@pytest.mark.parametrize("service", Service)
def test_a_service_answers_on_the_port_it_has_everywhere(service: Service):
    port = DEFAULT_PORTS[service]
    assert SERVICES[service]["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert SERVICES[service]["command"] == ["python", "-m", f"services.{service}"]


def test_the_broker_is_the_version_and_follows_the_rules_of_the_embedded_one():
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{KAFKA_VERSION}"
    environment = SERVICES["kafka"]["environment"]
    embedded = dict(line.split("=", 1) for line in properties(Path("x"), 1, 2, "a", "b").splitlines())
    for name in (
        "authorizer.class.name",
        "super.users",
        "allow.everyone.if.no.acl.found",
        "auto.create.topics.enable",
    ):
        assert str(environment["KAFKA_" + name.upper().replace(".", "_")]) == embedded[name]
    assert environment["KAFKA_MESSAGE_MAX_BYTES"] == MESSAGE_MAX_BYTES


def test_the_test_container_listens_where_clients_of_this_machine_reach_it():
    environment = kafka_environment(SERVICES["kafka"]["environment"], 40001)
    assert environment["KAFKA_ADVERTISED_LISTENERS"] == "CLIENTS://127.0.0.1:40001"
    assert "${" not in json.dumps(environment)


def test_the_image_holds_no_secrets_and_runs_as_nobody_special():
    dockerfile = (FOLDER / "Dockerfile").read_text()
    assert re.search(r"^USER 10001$", dockerfile, re.MULTILINE)
    assert "deploy/.compose" in (FOLDER / "Dockerfile.dockerignore").read_text()
    assert re.search(r"uv==([\d.]+)", dockerfile)[1] in (FOLDER.parent / "Makefile").read_text()
