"""`vardkase quarantine` on a real database: what is held is seen, released and rejected by it."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from deploy.cli.commands import app
from deploy.errors import CannotGoOn
from shared.identity import new_id

Run = Callable[..., Result]
NEVER = "01a20727-5fc5-737d-beab-671a358acf84"


@pytest.fixture
def run(fresh_postgres_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command starts an event loop of its own, so it runs aside."""
    monkeypatch.setenv("POSTGRES_DSN", fresh_postgres_dsn)
    monkeypatch.setenv("VARDKASE_STATE", str(tmp_path))
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    return lambda *words: CliRunner().invoke(app, ["quarantine", *words])


async def said(run: Run, *words: str) -> Result:
    return await asyncio.to_thread(run, *words)


async def hold(dsn: str, texts: list[str], alike: bytes | None = None) -> list[str]:
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "intake"})
    ids = [new_id() for _ in texts]
    for report_id, text in zip(ids, texts, strict=True):
        now = datetime.now(UTC)
        await connection.execute(
            "INSERT INTO report (id, tracking_code, source, municipality, text, occurred_at, received_at)"
            " VALUES ($1, $2, 'citizen', '1983', 'told', $3, $3)",
            report_id,
            str(report_id),
            now,
        )
        await connection.execute(
            "INSERT INTO quarantine (report_id, state, reasons, alike, received_at, event_id, topic, key, headers, body)"
            " VALUES ($1, 'held', '{burst}', $2, $3, $1, 'report.received.v1', '1983', '{}', $4)",
            report_id,
            alike,
            now,
            json.dumps({"text": text}).encode(),
        )
    await connection.close()
    return [str(each) for each in ids]


async def value(dsn: str, sql: str) -> Any:
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "intake"})
    found = await connection.fetchval(sql)
    await connection.close()
    return found


async def test_what_is_held_is_listed_and_shown(run: Run, fresh_postgres_dsn: str) -> None:
    assert "Nothing is held" in (await said(run, "list")).stdout
    one, _ = await hold(fresh_postgres_dsn, ["Köp klockor.", "Köp fler klockor."], b"same")
    rows = [json.loads(line) for line in (await said(run, "list", "--json")).stdout.splitlines()]
    assert [(row["text"], row["alike"], row["reasons"]) for row in rows] == [
        ("Köp klockor.", 2, ["burst"]),
        ("Köp fler klockor.", 2, ["burst"]),
    ]
    assert "2 in all: 2 burst" in (await said(run, "list")).stdout
    assert json.loads((await said(run, "show", one)).stdout)["report_id"] == one
    assert (await said(run, "list", "--for", "trap")).stdout.startswith("Nothing is held")


async def test_reports_are_released_by_id_and_rejected_with_all_that_are_alike(
    run: Run, fresh_postgres_dsn: str
) -> None:
    (other,) = await hold(fresh_postgres_dsn, ["Klotter."])
    one, _ = await hold(fresh_postgres_dsn, ["Köp klockor.", "Köp fler klockor."], b"same")
    assert "Rejected 2" in (await said(run, "reject", "--alike", one, "--reason", "Reklam")).output
    assert "Released 1" in (await said(run, "release", other)).output
    again = await said(run, "release", other)
    assert isinstance(again.exception, CannotGoOn)
    assert await value(fresh_postgres_dsn, "SELECT count(*) FROM outbox") == 1
    rejected = [
        json.loads(line)
        for line in (await said(run, "list", "--state", "rejected", "--json")).stdout.splitlines()
    ]
    assert {row["note"] for row in rejected} == {"Reklam"}


async def test_all_that_are_held_are_released_at_once(run: Run, fresh_postgres_dsn: str) -> None:
    await hold(fresh_postgres_dsn, ["Ett.", "Två.", "Tre."])
    assert "Released 3" in (await said(run, "release", "--all")).output
    assert "Released 0" in (await said(run, "release", "--for", "burst")).output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["release"], "Say which ones"),
        (["release", NEVER, "--all"], "not both"),
        (["release", NEVER], "Not held"),
        (["reject", NEVER, "--reason", " "], "1 to 500"),
        (["show", NEVER], "Nothing is known"),
    ],
)
async def test_what_cannot_be_done_is_said(run: Run, words: list[str], told: str) -> None:
    found = await said(run, *words)
    assert isinstance(found.exception, CannotGoOn)
    assert told in str(found.exception)


async def test_what_a_report_says_is_shown_as_it_is_and_obeyed_by_nothing(
    run: Run, fresh_postgres_dsn: str
) -> None:
    said_in_it = ["[/red] ring [telefonnummer]", "[link=http://x.example]klicka", "\x1b[31mrött \x9b2J"]
    await hold(fresh_postgres_dsn, said_in_it)
    shown = (await said(run, "list")).stdout
    assert "3 in all" in shown
    assert all(word in shown for word in ("[/red]", "[tel", "[link=", "[31m"))
    assert not {"\x1b", "\x9b"} & set(shown)
