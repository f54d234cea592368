"""The commands that the instructions give are those that work."""

import subprocess
from pathlib import Path

import pytest

from deploy.compose_env import COMMAND

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", ["README.md", "docs/operations.md", "deploy/compose.yaml"])
def test_docker_is_told_with_both_its_commands(name: str):
    text = (ROOT / name).read_text(encoding="utf-8")
    first, second = text.find("python -m deploy.compose_env"), text.find(COMMAND)
    assert -1 < first < second
    assert text.count("docker compose") == text.count(COMMAND)


@pytest.mark.parametrize("target", ["lint", "check", "test", "demo", "up", "bench"])
def test_every_target_installs_what_it_needs_first(target: str):
    done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=True)
    assert " sync --locked" in "".join(done.stdout.splitlines()[:4])
