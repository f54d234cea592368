"""What a person reads when something outside the program must change: what is wrong, and how to mend it."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE

import psutil
import pytest

from deploy import chromium
from deploy.errors import CannotGoOn
from deploy.kafka_access import KafkaAccess
from deploy.local.child import Child, stop_leftover
from deploy.local.kafka_jars import mismatch
from deploy.local.postgres import LocalPostgres
from deploy.local.preflight import free_port, low_disk, require_disk, require_free_port
from deploy.local.secrets_file import Secrets
from deploy.local.settings import LocalSettings
from deploy.local.stack import LocalStack
from deploy.migrations import migrate_all
from deploy.provision import provision
from deploy.running import Running
from deploy.servers import Servers
from deploy.services import service_ports
from deploy.system import System
from shared.topics import Service


def test_a_taken_port_names_the_port_and_the_setting_that_changes_it():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotGoOn) as sentence:
            require_free_port(port, "Kafka's clients", "VARDKASE_KAFKA_PORT")
    assert f"Port {port}" in str(sentence.value)
    assert "VARDKASE_KAFKA_PORT=" in str(sentence.value)


def test_a_port_just_released_is_free():
    with socket.create_server(("127.0.0.1", 0)) as brief:
        port = brief.getsockname()[1]
    require_free_port(port, "PostgreSQL", "VARDKASE_POSTGRES_PORT")


def test_too_little_disk_says_how_much_is_there_and_how_much_is_needed(tmp_path: Path):
    assert "Only 0.2 GB is free" in low_disk(tmp_path, 200_000_000, 1_000_000_000)
    with pytest.raises(CannotGoOn, match="VARDKASE_STATE"):
        require_disk(tmp_path, least_bytes=10**18)


def test_a_bad_setting_names_its_variable(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VARDKASE_KAFKA_PORT", "ninety")
    with pytest.raises(CannotGoOn, match="VARDKASE_KAFKA_PORT is 'ninety'"):
        LocalSettings.load()


@pytest.mark.parametrize("value", ["0", "65536", "-1", "http", "8101.5", ""])
def test_a_bad_service_port_names_its_variable(monkeypatch: pytest.MonkeyPatch, value: str):
    monkeypatch.setenv("INTAKE_PORT", value)
    with pytest.raises(CannotGoOn, match="INTAKE_PORT"):
        service_ports()


def test_a_state_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with pytest.raises(CannotGoOn, match="VARDKASE_STATE"):
        LocalStack(LocalSettings(state=in_the_way / "state"))


def test_spoilt_secrets_are_one_sentence(tmp_path: Path):
    path = tmp_path / "secrets.json"
    path.write_text("{")
    with pytest.raises(CannotGoOn, match="vardkase down --wipe"):
        Secrets.open(path)


def ended_at_start(tmp_path: Path, code: str) -> str:
    log_path = tmp_path / "server.log"
    log_path.write_text("FATAL: what an earlier start said\n")
    child = Child("The server", [sys.executable, "-c", code], log_path)
    child.begin()
    with pytest.raises(CannotGoOn) as sentence:
        child.wait_until(lambda: False, timeout_s=20)
    return str(sentence.value)


def test_a_server_that_dies_at_start_is_told_by_its_own_last_sentence(tmp_path: Path):
    code = """import sys; print('{"event": "started"}\\nno room left\\n{"event": "stopped"}'); sys.exit(7)"""
    assert ended_at_start(tmp_path, code) == (
        f"The server ended with code 7 at start: no room left (its log is {tmp_path / 'server.log'})"
    )


def test_of_a_traceback_its_last_line_is_told(tmp_path: Path):
    told = ended_at_start(tmp_path, "raise ValueError('the disk is full')")
    assert told.startswith("The server ended with code 1 at start: ValueError: the disk is full (")


def test_what_a_server_calls_serious_is_told_before_what_it_said_last(tmp_path: Path):
    told = ended_at_start(tmp_path, "print('FATAL:  no lock'); print('LOG:  shut down')")
    assert "FATAL:  no lock" in told


def test_a_kill_is_told_by_its_signal(tmp_path: Path):
    child = Child("The server", [sys.executable, "-c", "import time; time.sleep(60)"], tmp_path / "log")
    child.begin()
    child.kill()
    assert child.ending() == "was killed (SIGKILL)"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("REPORTING_MUNICIPALITY", "abc"),
        ("INTAKE_TOKENS", "no JSON"),
        ("NOTIFIER_RULES", "/no/such/rules.yaml"),
        ("ENRICHMENT_REVIEW_BELOW", "2"),
        ("POSTGRES_POOL_SIZE", "many"),
    ],
)
def test_a_bad_setting_of_a_service_is_one_sentence_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
):
    monkeypatch.setenv(variable, value)
    ports = {service: free_port() for service in Service}
    system = System(LocalSettings(state=tmp_path / "state"), ports=ports)
    with pytest.raises(CannotGoOn) as sentence:
        system.start()
    assert variable.split("_", 1)[0] in str(sentence.value)
    assert "\n" not in str(sentence.value)
    assert not list((tmp_path / "state" / "logs").iterdir())
    assert os.environ[variable] == value


def test_a_jar_that_is_changed_missing_or_unknown_is_named():
    expected = {"a.jar": "1", "b.jar": "2"}
    assert mismatch(expected, expected) is None
    assert "b.jar is not the one" in (mismatch({"a.jar": "1", "b.jar": "3"}, expected) or "")
    assert "b.jar is in kafka.lock but" in (mismatch({"a.jar": "1"}, expected) or "")
    assert "c.jar was fetched but" in (mismatch({**expected, "c.jar": "9"}, expected) or "")


def test_a_second_system_on_the_same_state_is_told_that_one_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    Running(tmp_path).claim()
    monkeypatch.setattr(os, "getpid", lambda: -1)
    with pytest.raises(CannotGoOn, match="vardkase down"):
        Running(tmp_path).claim()


def test_a_dead_owner_keeps_nobody_out(tmp_path: Path):
    (tmp_path / "running.json").write_text('{"pid": 4194303, "created": 1.0, "parts": []}')
    Running(tmp_path).claim()
    assert Running(tmp_path).owner() is not None


def test_a_reused_process_id_is_not_taken_for_the_owner(tmp_path: Path):
    (tmp_path / "running.json").write_text(f'{{"pid": {os.getpid()}, "created": 1.0, "parts": []}}')
    assert Running(tmp_path).owner() is None


def test_a_stale_pid_file_of_a_process_that_is_gone_or_someone_elses_is_cleared(tmp_path: Path):
    for pid in (4194303, os.getpid()):
        path = tmp_path / "kafka.pid"
        path.write_text(str(pid))
        stop_leftover(path, "/no/such/state/folder")
        assert not path.exists()


def test_a_chromium_path_that_is_wrong_is_one_sentence(tmp_path: Path):
    with pytest.raises(CannotGoOn, match="CHROMIUM_PATH"):
        chromium.find({"CHROMIUM_PATH": str(tmp_path / "none")})


def test_chromium_is_found_on_the_path(tmp_path: Path):
    program = tmp_path / "chromium-browser"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert chromium.find({"PATH": str(tmp_path)}) == program


def test_the_embedded_postgres_dsn_names_loopback(tmp_path: Path):
    postgres = LocalPostgres(tmp_path, tmp_path / "log", 15999, "pw")
    assert postgres.dsn == "postgresql://postgres:pw@127.0.0.1:15999/vardkase"


def test_a_server_left_over_from_an_earlier_run_is_stopped(tmp_path: Path):
    state = str(tmp_path / "kafka")
    leftover = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", state])
    pid_path = tmp_path / "kafka.pid"
    pid_path.write_text(str(leftover.pid))
    stop_leftover(pid_path, state)
    assert not psutil.pid_exists(leftover.pid)
    assert not pid_path.exists()


@pytest.mark.parametrize(
    "dsn",
    [
        "nonsense",
        "http://db.example/vardkase",
        "postgresql://vardkase:se/cret@db.example/x",
        "postgresql://db.example:se-cret/x",
        "postgresql://[::1/x",
        "postgresql://127.0.0.1:1/x?sslmode=se-cret",
    ],
)
async def test_a_dsn_that_is_none_is_told_as_such_and_its_password_is_not_told(dsn: str):
    with pytest.raises(CannotGoOn, match="POSTGRES_DSN cannot be read") as sentence:
        await migrate_all(dsn)
    assert "--wipe" not in str(sentence.value)
    assert "cret" not in str(sentence.value)


def test_a_bad_dsn_is_found_before_anything_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("POSTGRES_DSN", "nonsense")
    with pytest.raises(CannotGoOn, match="POSTGRES_DSN"):
        Servers.from_environment(LocalSettings(state=tmp_path / "state"))


def test_kafka_settings_that_do_not_fit_together_are_one_sentence():
    with pytest.raises(CannotGoOn, match="KAFKA_SASL_USERNAME"):
        provision(KafkaAccess("127.0.0.1:1", security_protocol="SASL_PLAINTEXT"), {})


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process that does not end with whoever started it, as on macOS."""
    process = subprocess.Popen(
        [sys.executable, "-c", "import time; print(flush=True); time.sleep(600)"], stdout=PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()  # it is up
    yield process
    process.kill()
    process.wait()


def leave(state: Path, pid: int, created: float) -> Running:
    """What a system that was killed leaves behind."""
    part = {"name": "intake", "pid": pid, "port": 1, "created": created}
    (state / "running.json").write_text(json.dumps({"pid": 4194303, "created": 1.0, "parts": [part]}))
    return Running(state)


def test_a_service_that_outlived_a_killed_system_is_stopped_and_told_of(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
):
    told: list[str] = []
    leave(tmp_path, sleeper.pid, psutil.Process(sleeper.pid).create_time()).stop_leftovers(told.append)
    assert not psutil.pid_exists(sleeper.pid)
    assert told == ["Stopping what an earlier run left running: intake"]


def test_a_process_that_only_has_the_id_of_a_leftover_is_left_alone(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
):
    told: list[str] = []
    leave(tmp_path, sleeper.pid, 1.0).stop_leftovers(told.append)
    assert psutil.pid_exists(sleeper.pid)
    assert not told


def test_the_parts_of_a_system_that_runs_are_left_alone(tmp_path: Path, sleeper: subprocess.Popen[bytes]):
    running = Running(tmp_path)
    running.write([("intake", sleeper.pid, 1)])
    assert running.parts()[0].process is not None
    running.stop_leftovers(pytest.fail)
    assert psutil.pid_exists(sleeper.pid)
