import json
import stat
from pathlib import Path

from typer.testing import CliRunner

from deploy.cli.commands import app
from deploy.kafka_access import KafkaAccess
from deploy.local.secrets_file import Secrets
from deploy.local.settings import LocalSettings
from deploy.local.stack import LocalStack
from deploy.migrations import dsn_as
from deploy.servers import Servers
from deploy.services import DEFAULT_PORTS, service_children
from shared.topics import Service


def test_secrets_are_made_once_and_only_their_owner_may_read_them(tmp_path: Path):
    path = tmp_path / "secrets.json"
    first = Secrets.open(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = Secrets.open(path)
    assert again.staff_token == first.staff_token
    assert again.kafka_password("police") == first.kafka_password("police")


def test_a_secret_a_newer_version_needs_is_added_and_the_old_ones_kept(tmp_path: Path):
    path = tmp_path / "secrets.json"
    staff_token = Secrets.open(path).staff_token
    values = json.loads(path.read_text())
    del values["kafka.guards"]
    path.write_text(json.dumps(values))
    renewed = Secrets.open(path)
    assert renewed.kafka_password("guards")
    assert renewed.staff_token == staff_token


def test_the_citizen_has_no_token(tmp_path: Path):
    tokens = Secrets.open(tmp_path / "secrets.json").intake_tokens
    assert set(tokens) == {"staff", "guard", "police_open_data", "import"}
    assert len(set(tokens.values())) == len(tokens)


def test_a_service_is_told_its_own_secrets_and_no_others(tmp_path: Path):
    servers = Servers(LocalStack(LocalSettings(state=tmp_path)), has_roles=True)
    children = {child.service: child for child in service_children(servers, DEFAULT_PORTS, {})}
    intake, reporting = children[Service.INTAKE].environment, children[Service.REPORTING].environment
    assert intake["KAFKA_SASL_USERNAME"] == "intake"
    assert "vardkase_intake:" in intake["POSTGRES_DSN"]
    assert "INTAKE_TOKENS" in intake
    assert "INTAKE_TOKENS" not in reporting
    assert "REPORTING_STAFF_TOKEN" in reporting
    assert "NOTIFIER_AGENCY_TOKENS" in children[Service.NOTIFIER].environment
    assert "NOTIFIER_AGENCY_TOKENS" not in reporting
    assert servers.stack.secrets.postgres_password("postgres") not in json.dumps(dict(reporting))


def test_given_servers_are_used_with_the_given_credentials(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "kafka.example:9093")
    monkeypatch.setenv("KAFKA_SECURITY_PROTOCOL", "SASL_SSL")
    monkeypatch.setenv("KAFKA_SASL_USERNAME", "vardkase")
    monkeypatch.setenv("KAFKA_SASL_PASSWORD", "secret")
    monkeypatch.setenv("POSTGRES_DSN", "postgresql://u:p@db.example/x")
    servers = Servers.from_environment(LocalSettings(state=tmp_path))
    assert servers.stack.servers == []
    assert servers.kafka_as("intake") == KafkaAccess("kafka.example:9093", "vardkase", "secret", "SASL_SSL")
    assert servers.postgres_as(Service.INTAKE) == "postgresql://u:p@db.example/x"


def test_a_dsn_keeps_its_server_and_options_when_the_user_changes():
    dsn = dsn_as("postgresql://admin:old@db.example:6432/x?sslmode=require", "role", "p/w@1")
    assert dsn == "postgresql://role:p%2Fw%401@db.example:6432/x?sslmode=require"


def test_help_teaches_with_examples():
    result = CliRunner().invoke(app, ["up", "--help"])
    assert result.exit_code == 0
    assert "Example:" in result.output
