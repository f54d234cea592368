"""`vardkase up`, `status` and `down` as a person runs them."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from deploy.local.preflight import free_port
from shared.topics import Service

COMMAND = [sys.executable, "-c", "from deploy.cli import main; main()"]
PORTS = ("VARDKASE_KAFKA_PORT", "VARDKASE_CONTROLLER_PORT", "VARDKASE_POSTGRES_PORT")
pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="vardkase-") as folder:
        names = (*PORTS, *(f"{service.upper()}_PORT" for service in Service))
        ports = {name: str(free_port()) for name in names}
        yield {**os.environ, **ports, "VARDKASE_STATE": f"{folder}/state"}


@pytest.fixture(scope="module")
def running(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = start(environment)
    yield process
    process.kill()
    process.wait()


def start(environment: dict[str, str]) -> subprocess.Popen[str]:
    process = subprocess.Popen([*COMMAND, "up"], env=environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if "Ctrl-C" in line:
            return process
    raise AssertionError("".join(said))


def vardkase(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def parts(environment: dict[str, str]) -> dict[str, dict[str, Any]]:
    done = vardkase("status", "--json", environment=environment)
    return {part["name"]: part for part in json.loads(done.stdout)["parts"]}


def wait_until(is_true: Callable[[], bool], timeout_s: float = 60.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not is_true():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.2)


def test_status_shows_every_server_and_service_ready(running: object, environment: dict[str, str]):
    shown = parts(environment)
    assert shown.keys() == {"Kafka", "PostgreSQL", *Service}
    assert {part["state"] for part in shown.values()} <= {"ready", "runs"}
    assert vardkase("status", environment=environment).returncode == 0


def test_the_whole_stays_small(running: object, environment: dict[str, str]):
    memory = {name: part["memory_mb"] for name, part in parts(environment).items()}
    assert memory["Kafka"] <= 450
    assert memory["enrichment"] <= 500
    assert max(memory[name] for name in ("intake", "notifier", "reporting")) <= 200
    assert sum(memory.values()) < 2048 * 1.048576


def test_a_second_up_says_that_one_runs(running: object, environment: dict[str, str]):
    second = vardkase("up", environment=environment)
    assert second.returncode == 1
    assert "already runs here" in second.stderr


def test_a_port_taken_by_another_system_is_one_sentence(
    running: object, environment: dict[str, str], tmp_path: Path
):
    other = vardkase("up", environment=environment | {"VARDKASE_STATE": str(tmp_path / "other")})
    assert other.returncode == 1
    assert "is taken" in other.stderr
    assert "INTAKE_PORT=" in other.stderr
    assert "Traceback" not in other.stderr


@pytest.mark.parametrize("name", ["notifier", "Kafka", "PostgreSQL"])
def test_what_is_killed_is_started_again(running: object, environment: dict[str, str], name: str):
    before = parts(environment)[name]["pid"]
    psutil.Process(before).kill()
    wait_until(lambda: parts(environment)[name]["pid"] not in {before, None})
    wait_until(lambda: {part["state"] for part in parts(environment).values()} <= {"ready", "runs"})


def test_down_stops_it_and_nothing_is_left(running: subprocess.Popen[str], environment: dict[str, str]):
    pids = [part["pid"] for part in parts(environment).values()]
    assert vardkase("down", environment=environment).returncode == 0
    assert running.wait(timeout=60) == 0
    assert not [pid for pid in pids if psutil.pid_exists(pid)]
    assert vardkase("status", environment=environment).returncode == 3


def test_ctrl_c_breaks_off_a_start_and_leaves_nothing_running(environment: dict[str, str]):
    starting = subprocess.Popen([*COMMAND, "up"], env=environment, stderr=subprocess.PIPE, text=True)
    assert starting.stderr is not None
    assert "Kafka and PostgreSQL start" in starting.stderr.readline()
    children = psutil.Process(starting.pid).children(recursive=True)
    starting.send_signal(signal.SIGINT)
    starting.communicate(timeout=60)
    assert starting.returncode == 130
    assert not psutil.wait_procs(children, timeout=10)[1]


def test_what_was_kept_starts_again_and_a_killed_supervisor_takes_its_children_with_it(
    environment: dict[str, str],
):
    doomed = start(environment)
    pids = [part["pid"] for part in parts(environment).values()]
    assert len(pids) == 6
    doomed.kill()
    doomed.wait()
    wait_until(lambda: not [pid for pid in pids if psutil.pid_exists(pid)])


def test_down_wipe_removes_what_was_kept(environment: dict[str, str]):
    assert vardkase("down", "--wipe", environment=environment).returncode == 0
    assert list(Path(environment["VARDKASE_STATE"]).iterdir()) == []
