"""Staff's cookie goes by https alone wherever people reach intake by https; where others can reach it without, intake says so."""

import pytest
from structlog.testing import capture_logs

from services.intake.app import start
from services.intake.settings import IntakeSettings

NOWHERE = "postgresql://127.0.0.1:1/nowhere"


@pytest.mark.parametrize(
    ("environment", "is_secure"),
    [
        ({}, False),
        ({"INTAKE_PUBLIC_URL": "http://127.0.0.1:8101"}, False),
        ({"INTAKE_PUBLIC_URL": "https://rapport.example.se"}, True),
        ({"INTAKE_STAFF_SECURE_COOKIE": "true"}, True),
        ({"INTAKE_PUBLIC_URL": "https://rapport.example.se", "INTAKE_STAFF_SECURE_COOKIE": "false"}, False),
    ],
)
def test_the_cookie_is_as_secure_as_the_address(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], *, is_secure: bool
) -> None:
    for name in ("INTAKE_PUBLIC_URL", "INTAKE_STAFF_SECURE_COOKIE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert IntakeSettings().staff.secure_cookie is is_secure


@pytest.mark.parametrize(
    ("host", "public_url", "warns"),
    [
        ("127.0.0.1", "", False),
        ("0.0.0.0", "", True),
        ("0.0.0.0", "https://rapport.example.se", False),
    ],
)
def test_intake_warns_when_others_can_reach_it_and_the_cookie_is_not_secure(
    host: str, public_url: str, *, warns: bool
) -> None:
    settings = IntakeSettings.model_validate(
        {
            "host": host,
            "public_url": public_url,
            "postgres_dsn": NOWHERE,
        }
    )
    with capture_logs() as logs:
        start(settings)
    assert ("staff_cookie_not_secure" in {each["event"] for each in logs}) is warns
