import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from services.notifier.settings import NotifierSettings

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8G"


def settings(**hook: str) -> NotifierSettings:
    return NotifierSettings(webhooks=json.dumps([{"agency": "police", "secret": SECRET, **hook}]))


@pytest.mark.parametrize(
    "url", ["https://police.example/hook", "http://127.0.0.1:9/x", "http://[::1]/x", "http://localhost/x"]
)
def test_https_and_this_machine_are_good_receivers(url: str):
    assert settings(url=url).webhooks[0].url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://police.example/hook",
        "http://10.0.0.1/x",
        "http://localhost.evil.example/x",
        "ftp://police.example/x",
        "https:///x",
        "https://user:password@police.example/x",
        "/x",
    ],
)
def test_other_receivers_are_refused(url: str):
    with pytest.raises(ValidationError):
        settings(url=url)


def test_a_closed_network_may_be_allowed():
    hooks = json.dumps([{"agency": "police", "secret": SECRET, "url": "http://10.0.0.1/x"}])
    assert NotifierSettings(webhooks_unprotected=True, webhooks=hooks).webhooks


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", SECRET.removeprefix("whsec_")])
def test_a_weak_secret_is_refused_and_not_shown(secret: str):
    with pytest.raises(ValidationError, match="whsec_") as fault:
        settings(url="https://police.example", secret=secret)
    assert "c2hvcnQ" not in str(fault.value)


def test_webhooks_may_stand_in_a_yaml_file(tmp_path: Path):
    path = tmp_path / "webhooks.yaml"
    path.write_text(f"- agency: school\n  url: https://school.example\n  secret: {SECRET}\n")
    assert NotifierSettings(webhooks=str(path)).webhooks[0].agency == "school"


def test_a_file_that_is_not_there_is_told():
    with pytest.raises(ValidationError, match="neither a JSON list nor a file"):
        NotifierSettings(webhooks="/nowhere.yaml")


@pytest.mark.parametrize(
    "tokens", [{"police": "short"}, {"police": "x" * 20, "school": "x" * 20}, {"polis": "x" * 20}]
)
def test_weak_shared_or_misnamed_tokens_are_refused(tokens: dict[str, str]):
    with pytest.raises(ValidationError):
        NotifierSettings(agency_tokens=tokens)
