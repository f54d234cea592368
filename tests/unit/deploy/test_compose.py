"""What can be known of deploy/compose.yaml without Docker."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic_settings import BaseSettings

import deploy
from deploy.compose_env import variables
from deploy.local.kafka_jars import KAFKA_VERSION
from deploy.local.kafka_settings import MESSAGE_MAX_BYTES, properties
from deploy.local.secrets_file import Secrets
from deploy.services import DEFAULT_PORTS
from services.enrichment.settings import EnrichmentSettings
from services.intake.abuse.settings import AbuseSettings
from services.intake.email.settings import EmailSettings
from services.intake.photos.settings import PhotoSettings
from services.intake.settings import IntakeSettings
from services.intake.staff.settings import StaffSettings
from services.notifier.settings import NotifierSettings
from services.reporting.settings import Settings as ReportingSettings
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


SETTINGS: dict[Service, list[type[BaseSettings]]] = {
    Service.INTAKE: [IntakeSettings, AbuseSettings, EmailSettings, PhotoSettings, StaffSettings],
    Service.ENRICHMENT: [EnrichmentSettings],
    Service.NOTIFIER: [NotifierSettings],
    Service.REPORTING: [ReportingSettings],
}


def known(service: Service) -> set[str]:
    return {
        f"{kind.model_config['env_prefix']}{field}".upper()
        for kind in SETTINGS[service]
        for field in kind.model_fields
    }


@pytest.mark.parametrize("service", Service)
def test_a_service_is_given_no_setting_that_it_does_not_have(service: Service):
    given = {name for name in SERVICES[service]["environment"] if name.startswith(f"{service.upper()}_")}
    assert given <= known(service)


@pytest.mark.parametrize("service", Service)
def test_what_the_instructions_name_can_be_set(service: Service):
    table = (FOLDER.parent / "docs" / "operations.md").read_text().partition("## With Docker")[0]
    named = set(re.findall(rf"`({service.upper()}_[A-Z0-9_]+)(?:=[^`]*)?`", table)) & known(service)
    ours = {
        f"{service.upper()}_{name}" for name in ("PORT", "RULES", "POSTGRES_DSN")
    }  # settled by compose.yaml itself
    assert named - ours <= SERVICES[service]["environment"].keys()


def test_what_is_not_set_is_not_given_at_all():
    """Rather than empty, which a number or a list can't be."""
    environment = SERVICES["intake"]["environment"]
    assert environment["INTAKE_RETENTION_DAYS"] is None
    assert environment["INTAKE_TILE_URL"] is None
