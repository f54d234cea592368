"""`vardkase keys` and `vardkase disposal` on a real database: what an operator types, and what comes of it."""

import asyncio
import csv
import getpass
import json
import shutil
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from typer.testing import CliRunner, Result

from deploy.cli.commands import app
from deploy.errors import CannotGoOn
from deploy.master_keys import made_master_keys
from services.intake import rotation, vault_store
from services.intake.vault_keys import VARIABLE, read_key_ring
from tests.support.served import served_intake
from tests.support.vault import opened

Run = Callable[..., Result]


@pytest.fixture
def run(fresh_postgres_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Keys of its own, and a rotation that waits for nobody longer than a moment."""
    monkeypatch.setenv("POSTGRES_DSN", fresh_postgres_dsn)
    monkeypatch.setenv("VARDKASE_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    monkeypatch.setenv(VARIABLE, str(made_master_keys(tmp_path)))
    monkeypatch.delenv("INTAKE_RETENTION_DAYS", raising=False)
    monkeypatch.delenv("INTAKE_RETENTION_DAYS_BY_CATEGORY", raising=False)

    def invoke(*words: str) -> Result:
        result = CliRunner().invoke(app, list(words))
        if isinstance(result.exception, CannotGoOn | KeyError):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result

    return invoke


def in_database(dsn: str, work: Callable[[Any], Coroutine[Any, Any, Any]]) -> Any:
    async def do() -> Any:
        connection = await asyncpg.connect(dsn, server_settings={"search_path": "intake"})
        try:
            return await work(connection)
        finally:
            await connection.close()

    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        return runner.run(do())


def report(url: str, text: str) -> dict[str, Any]:
    answer: dict[str, Any] = httpx.post(f"{url}/api/v1/reports", json={"text": text}).json()
    return answer


def texts(dsn: str) -> list[str]:
    return [words.text for words, _ in in_database(dsn, opened)]


def key_file(tmp_path: Path) -> Path:
    return tmp_path / "master_keys.json"


def test_keys_are_rotated_beside_a_running_intake(run: Run, fresh_postgres_dsn: str, tmp_path: Path) -> None:
    old = read_key_ring(key_file(tmp_path)).current
    copy = shutil.copy(key_file(tmp_path), tmp_path / "copy.json")
    with served_intake(fresh_postgres_dsn) as url:
        for number in range(3):
            report(url, f"Före {number}")
        assert f"{old}  current" in run("keys", "list").output
        done = run("keys", "rotate")
        assert "3 were wrapped anew" in done.output
        assert f"Dropped {old}" in done.output
        assert "id" in report(url, "Efter")
        assert httpx.get(f"{url}/ready").json()["checks"]["keys"]["ok"]
    ring = read_key_ring(key_file(tmp_path))
    assert list(ring.kept) == [ring.current] != [old]
    assert texts(fresh_postgres_dsn) == ["Före 0", "Före 1", "Före 2", "Efter"]
    assert in_database(fresh_postgres_dsn, vault_store.wrapped_by) == {ring.current: 4}
    assert key_file(tmp_path).stat().st_mode & 0o777 == 0o600

    shutil.copy(copy, key_file(tmp_path))
    assert "LACKING" in run("keys", "list").output
    with pytest.raises(CannotGoOn, match="nothing was lost"):
        run("keys", "rotate")


def test_a_rotation_that_was_broken_off_goes_on_where_it_ended(
    run: Run, fresh_postgres_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served_intake(fresh_postgres_dsn) as url:
        for number in range(7):
            report(url, f"Nr {number}")
    monkeypatch.setattr(rotation, "AT_A_TIME", 2)
    rewrap, calls = vault_store.rewrap, []

    async def die_at_the_second(*arguments: Any) -> None:
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyError("killed")
        await rewrap(*arguments)

    monkeypatch.setattr(vault_store, "rewrap", die_at_the_second)
    with pytest.raises(KeyError, match="killed"):
        run("keys", "rotate")
    ring = read_key_ring(key_file(tmp_path))
    assert len(ring.kept) == 2
    assert sorted(in_database(fresh_postgres_dsn, vault_store.wrapped_by).values()) == [2, 5]
    assert len(texts(fresh_postgres_dsn)) == 7, "in the middle of a rotation all can be opened"

    done = run("keys", "rotate")
    assert "was made by a rotation that had not ended" in done.output
    assert "5 were wrapped anew" in done.output
    assert read_key_ring(key_file(tmp_path)).kept.keys() == {ring.current}
    assert len(texts(fresh_postgres_dsn)) == 7


def test_a_key_file_is_never_made_over_one_that_is_there(run: Run, tmp_path: Path) -> None:
    with pytest.raises(CannotGoOn, match="is there already"):
        run("keys", "new")
    key_file(tmp_path).unlink()
    with pytest.raises(CannotGoOn, match="There is no file of master keys"):
        run("keys", "rotate")
    assert "Made" in run("keys", "new").output
    assert key_file(tmp_path).stat().st_mode & 0o777 == 0o600


def test_one_report_is_opened_for_who_has_to_reach_the_reporter(run: Run, fresh_postgres_dsn: str) -> None:
    body = {"text": "Ring mig.", "contact": {"name": "Kim Exempel", "phone": "070-174 06 05"}}
    with served_intake(fresh_postgres_dsn) as url:
        sent = httpx.post(f"{url}/api/v1/reports", json=body).json()
    read = json.loads(run("keys", "open", sent["id"]).output)
    assert (read["text"], read["contact_given"], read["contact"]) == ("Ring mig.", True, None)
    assert "Nothing was opened" in run("disclosures", "list").output
    for which in (sent["id"], sent["tracking_code"].lower()):
        told = json.loads(run("keys", "open", which, "--reason", "[red]Ring[/blue]").output)
        assert (told["id"], told["text"], told["contact"]["phone"]) == (
            sent["id"],
            "Ring mig.",
            "070-174 06 05",
        )
    with pytest.raises(CannotGoOn, match="There is no sealed report"):
        run("keys", "open", "WGS5-X26S-5KKA")
    with pytest.raises(CannotGoOn, match="must say something"):
        run("keys", "open", sent["id"], "--reason", " ")
    assert run("disclosures", "list").output.count("[red]Ring[/blue]") == 2


def test_openings_are_found_by_report_token_and_time_and_come_as_csv(
    run: Run, fresh_postgres_dsn: str
) -> None:
    with served_intake(fresh_postgres_dsn) as url:
        body = {"text": "Ring mig.", "contact": {"name": "Kim Exempel"}}
        first, second = (httpx.post(f"{url}/api/v1/reports", json=body).json() for _ in range(2))
    run("keys", "open", first["id"], "--reason", "=1+1")
    run("keys", "open", second["id"], "--reason", "Fråga om platsen")

    def found(*words: str) -> list[dict[str, str]]:
        return list(csv.DictReader(run("disclosures", "list", "--csv", *words).output.splitlines()))

    assert [row["reason"] for row in found()] == ["Fråga om platsen", "'=1+1"]
    assert [row["report_id"] for row in found("--report", first["tracking_code"])] == [first["id"]]
    assert [row["way"] for row in found("--token", getpass.getuser())] == ["server", "server"]
    assert found("--token", "somebody else") == []
    assert found("--before", "2026-01-01") == []
    assert len(found("--since", "2026-01-01")) == 2
    rows = [json.loads(line) for line in run("disclosures", "list", "--json").output.splitlines()]
    assert [row["token_id"] for row in rows] == [None, None]
    run("disposal", "report", first["id"])
    assert [row["reason"] for row in found("--report", first["id"])] == [""]
    with pytest.raises(CannotGoOn, match="There is no report"):
        run("disclosures", "list", "--report", first["tracking_code"])


def test_what_is_kept_long_enough_is_counted_first_and_then_erased(run: Run, fresh_postgres_dsn: str) -> None:
    with served_intake(fresh_postgres_dsn) as url:
        for number in range(3):
            report(url, f"Nr {number}")
        with pytest.raises(CannotGoOn, match="How long are reports kept"):
            run("disposal", "run")
        in_database(fresh_postgres_dsn, _make_two_old)
        counted = run("disposal", "run", "--days", "365", "--dry-run").output
        assert "1983: 2 reports" in counted
        assert "Nothing was erased" in counted
        assert in_database(fresh_postgres_dsn, _kept) == 3
        assert "Erased 2" in run("disposal", "run", "--days", "365").output
        assert "Nothing is kept long enough yet" in run("disposal", "run", "--days", "365").output
        assert texts(fresh_postgres_dsn) == ["Nr 2"]


async def _kept(connection: Any) -> int:
    return int(await connection.fetchval("SELECT count(*) FROM report"))


async def _make_two_old(connection: Any) -> None:
    """As if they had come two years ago, when their ids would have been smaller too."""
    for row in await connection.fetch("SELECT id FROM report ORDER BY id LIMIT 2"):
        await connection.execute(
            "UPDATE report SET received_at = received_at - interval '2 years',"
            " id = ('01000000' || substr(id::text, 9))::uuid WHERE id = $1",
            row["id"],
        )


def test_one_report_is_erased_on_request_by_code_or_id(run: Run, fresh_postgres_dsn: str) -> None:
    with served_intake(fresh_postgres_dsn) as url:
        one, two = report(url, "Den ena"), report(url, "Den andra")
        assert "would be erased" in run("disposal", "report", one["tracking_code"], "--dry-run").output
        assert len(texts(fresh_postgres_dsn)) == 2
        run("disposal", "report", one["tracking_code"])
        run("disposal", "report", two["id"])
        assert texts(fresh_postgres_dsn) == []
        assert httpx.get(f"{url}{one['status_url']}").json()["reason"] == "request"
        for again in (one["tracking_code"], two["id"], "nonsense"):
            with pytest.raises(CannotGoOn, match="There is no report"):
                run("disposal", "report", again)


def test_the_plan_shows_what_goes_when_by_kind_and_erases_nothing(
    run: Run, fresh_postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served_intake(fresh_postgres_dsn) as url:
        httpx.post(f"{url}/api/v1/reports", json={"text": "Det brinner", "category": "fire"})
        report(url, "Nr 1")
        monkeypatch.setenv("INTAKE_RETENTION_DAYS_BY_CATEGORY", '{"fire": 20}')
        shown = [line.split("│") for line in run("disposal", "plan").output.splitlines() if "1983" in line]
        rows = [[cell.strip() for cell in cells[1:-1]] for cells in shown]
        assert [(row[1], row[2], row[3], row[6], row[7]) for row in rows] == [
            ("fire", "20 days", "1", "0", "1"),
            ("no known kind", "for ever", "1", "0", "0"),
        ]
        monkeypatch.setenv("INTAKE_RETENTION_DAYS_BY_CATEGORY", '{"fires": 20}')
        with pytest.raises(CannotGoOn, match="no category fires"):
            run("disposal", "plan")
        assert in_database(fresh_postgres_dsn, _kept) == 2
