"""With KAFKA_BOOTSTRAP_SERVERS and POSTGRES_DSN set, the commands use those servers and start none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.stack import Servers


@pytest.fixture
def environment(stack: Servers, fresh_postgres_dsn: str, tmp_path: Path) -> dict[str, str]:
    state = tmp_path / "state"
    (state / "logs").mkdir(parents=True)
    return {
        **os.environ,
        **stack.kafka_admin.as_environment(),
        "POSTGRES_DSN": fresh_postgres_dsn,
        "VARDKASE_STATE": str(state),
        "VARDKASE_KAFKA_PORT": "1",  # nothing could listen there
    }


def vardkase(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from deploy.cli import main; main()", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_migrate_uses_the_given_database(environment: dict[str, str]):
    done = vardkase("migrate", environment=environment)
    assert done.returncode == 0, done.stderr
    assert "intake: up to date" in done.stderr


def test_topics_apply_is_refused_in_one_sentence_for_who_may_not(environment: dict[str, str], stack: Servers):
    done = vardkase("topics", "apply", environment=environment | stack.kafka_as("police").as_environment())
    assert done.returncode == 1
    assert done.stderr.startswith("vardkase: Kafka at ")
    assert "Traceback" not in done.stderr


def test_a_database_that_does_not_answer_is_one_sentence(environment: dict[str, str]):
    nowhere = {"POSTGRES_DSN": "postgresql://vardkase:pw@127.0.0.1:1/vardkase"}
    done = vardkase("migrate", environment=environment | nowhere)
    assert done.returncode == 1
    assert "PostgreSQL at 127.0.0.1:1 could not be used" in done.stderr


def test_a_broker_that_does_not_answer_is_one_sentence(environment: dict[str, str]):
    nowhere = {"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"}
    done = vardkase("topics", "apply", environment=environment | nowhere)
    assert done.returncode == 1
    assert "Kafka at 127.0.0.1:1" in done.stderr


def test_a_wrong_kafka_password_names_the_settings_that_hold_it(environment: dict[str, str]):
    done = vardkase("topics", "apply", environment=environment | {"KAFKA_SASL_PASSWORD": "wrong"})
    assert done.returncode == 1
    assert "does not let us in" in done.stderr
    assert "KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD" in done.stderr


def test_a_database_that_does_not_exist_is_no_fault_of_the_migration(environment: dict[str, str]):
    elsewhere = {"POSTGRES_DSN": environment["POSTGRES_DSN"] + "_nowhere"}
    done = vardkase("migrate", environment=environment | elsewhere)
    assert done.returncode == 1
    assert "POSTGRES_DSN" in done.stderr
    assert "--wipe" not in done.stderr


def test_listening_to_anothers_topic_is_refused_in_one_sentence_alone(
    environment: dict[str, str], stack: Servers
):
    as_police = environment | stack.kafka_as("police").as_environment()
    done = vardkase("listen", "police", "--topic", "alert.school.v1", environment=as_police)
    assert done.returncode == 1
    assert done.stderr.startswith("vardkase: The broker does not let police read alert.school.v1")
    assert done.stderr.count("\n") == 1
