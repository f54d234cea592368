import httpx
import pytest
from pydantic import SecretStr, ValidationError

from services.reporting.app import create_app
from services.reporting.headers import content_security_policy
from services.reporting.running import Running
from services.reporting.session import Sessions
from services.reporting.settings import Settings
from tests.support.picture_events import NOW

TOKEN = "a-token-of-sufficient-length"


class AwayPool:
    def acquire(self):
        raise ConnectionRefusedError("nobody listens")


class SilentRelay:
    def wake(self):
        """Nothing waits."""


async def test_a_database_that_is_away_is_told_as_such_and_not_as_a_fault():
    settings = Settings(staff_token=SecretStr(TOKEN))
    app = create_app(settings)
    sessions = Sessions(TOKEN, 12, secure_cookie=False, clock=lambda: NOW)
    app.state.running = Running(settings, sessions, AwayPool(), SilentRelay(), lambda: NOW)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://picture") as client:
        answer = await client.get("/api/v1/picture", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "5"


@pytest.mark.parametrize(
    "bad",
    [
        {"staff_token": SecretStr("short")},
        {"staff_token": SecretStr(TOKEN), "municipality": "Köping"},
        {"staff_token": SecretStr(TOKEN), "tile_url": "javascript:alert(1)"},
        {"staff_token": SecretStr(TOKEN), "tile_url": "https://a.example; script-src *"},
    ],
)
def test_a_setting_that_can_not_be_right_is_refused(bad):
    with pytest.raises(ValidationError):
        Settings(**bad)


def test_only_the_tile_source_is_let_in_besides_ourselves():
    policy = content_security_policy("https://tiles.example/{z}/{x}/{y}.png")
    assert "img-src 'self' data: blob: https://tiles.example;" in policy
    assert "script-src 'self';" in policy
