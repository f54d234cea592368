"""`vardkase tokens` on a real database: what an operator types, and what comes of it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from typer.testing import CliRunner, Result

from deploy.cli.commands import app
from deploy.errors import CannotGoOn
from tests.support.open311 import BASE
from tests.support.served import served_intake


@pytest.fixture
def run(
    postgres_dsn: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[object]:
    monkeypatch.setenv("POSTGRES_DSN", postgres_dsn)
    monkeypatch.setenv("VARDKASE_STATE", str(tmp_path_factory.mktemp("state")))
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")

    def invoke(*words: str) -> Result:
        result = CliRunner().invoke(app, ["tokens", *words])
        if isinstance(result.exception, CannotGoOn):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result

    return invoke


def test_a_token_is_made_used_listed_and_revoked(run, postgres_dsn: str) -> None:
    made = run("create", "Appen", "--scope", "open311:1983", "--scope", "report:guard", "--days", "30")
    secret = made.stdout.strip()
    assert secret.startswith("vardkase_")
    assert secret not in made.stderr
    with served_intake(postgres_dsn) as url:
        own = httpx.get(f"{url}{BASE}/requests.json", params={"api_key": secret})
        report = httpx.post(
            f"{url}/api/v1/reports",
            json={"text": "Trasig dörr"},
            headers={"Authorization": f"Bearer {secret}"},
        )
    assert (own.status_code, report.status_code) == (200, 202)
    listed = json.loads(run("list", "--json").stdout)
    assert listed["name"] == "Appen"
    assert listed["scopes"] == ["open311:1983", "report:guard"]
    assert listed["last_used_at"]
    assert secret not in json.dumps(listed)
    run("revoke", listed["id"])
    assert "revoked" in run("list").stdout
    with served_intake(postgres_dsn) as url:
        assert httpx.get(f"{url}{BASE}/requests.json", params={"api_key": secret}).status_code == 403


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("create", "A", "--scope", "report:nobody"), "is not a scope"),
        (("create", "A", "--scope", "report:staff", "--scope", "report:guard"), "would mix"),
        (("create", "A", "--scope", "read", "--municipality", "0000"), "no municipality's code"),
        (("create", " ", "--scope", "read"), "1 to 100 characters"),
        (("create", "a\x1b[2J", "--scope", "read"), "can be read"),
        (("revoke", "nobody"), "tokens list"),
    ],
)
def test_what_cannot_be_done_is_told_with_what_to_do(run, words: tuple[str, ...], told: str) -> None:
    with pytest.raises(CannotGoOn, match=told):
        run(*words)


def test_a_name_is_one_tokens_alone(run) -> None:
    run("create", "Två", "--scope", "read", "--municipality", "any")
    with pytest.raises(CannotGoOn, match="choose another name"):
        run("create", "Två", "--scope", "read")
    run("revoke", "Två")
    run("create", "Två", "--scope", "read")


def test_a_token_ends_after_a_year_unless_something_else_is_said(run) -> None:
    run("create", "[red]x[/blue]", "--scope", "read", "--scope", "open311:1983", "--days", "20")
    run("create", "Ett år", "--scope", "report:guard")
    run("create", "För gott", "--scope", "report:guard", "--never-ends")
    ends = {
        row["name"]: row["expires_at"] for row in map(json.loads, run("list", "--json").stdout.splitlines())
    }
    in_a_year = datetime.now(UTC) + timedelta(days=365)
    assert abs(datetime.fromisoformat(ends["Ett år"]) - in_a_year) < timedelta(minutes=5)
    assert ends["För gott"] is None
    listed = run("list")
    assert "[red]x[/blue]" in "".join(listed.stdout.split())
    assert "End within 30 days: [red]x[/blue]." in listed.stderr
