"""What people tell stands nowhere in the database in plain words, whatever was there before and whichever key is current."""

import asyncio
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from services.intake import vault_store
from services.intake.app import start
from services.intake.settings import IntakeSettings
from services.intake.vault_keys import VARIABLE, new_key_ring, write_key_ring
from shared.errors import CannotStart
from shared.identity import new_id, new_tracking_code
from tests.database.intake.conftest import running_intake
from tests.support.marker import where_it_stands
from tests.support.vault import opened, vault

Database = Any
NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
KIM = {"name": "Kim Zyxvutsson", "email": "zyxvut@exempel.se", "phone": "070-174 06 05"}


async def test_who_reports_and_what_they_wrote_stands_nowhere_in_plain_words(
    intake: httpx.AsyncClient, database: Database
) -> None:
    body = {"text": "Ring 850112-1233 Zyxvut.", "place_text": "hos zyxvut@exempel.se", "contact": KIM}
    assert (await intake.post("/api/v1/reports", json=body)).status_code == 202
    await database.execute("DELETE FROM outbox")  # what is told of it is redacted, not sealed
    for secret in ("Zyxvut", "zyxvut@", "174 06", "850112"):
        assert await where_it_stands(database, secret) == []
    [(words, who)] = await opened(database)
    assert (words.text, words.place_text) == (body["text"], body["place_text"])
    assert who is not None
    assert who.model_dump() == KIM


async def test_reports_from_before_are_sealed_when_intake_starts(
    fresh_postgres_dsn: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    ids = [new_id() for _ in range(450)]
    for number, report_id in enumerate(ids):
        await database.execute(
            "INSERT INTO report (id, tracking_code, source, municipality, text, place_text, occurred_at, received_at)"
            " VALUES ($1, $2, 'citizen', '1983', $3, 'Zyxvut', $4, $4)",
            *(report_id, new_tracking_code(), f"Zyxvut {number}", NOW),
        )
    await database.execute("INSERT INTO contact (report_id, email) VALUES ($1, 'zyxvut@exempel.se')", ids[7])
    async with running_intake(fresh_postgres_dsn) as client:
        await _until_none(database, "SELECT count(*) FROM report WHERE sealed IS NULL")
        assert (await client.get("/ready")).json()["checks"]["keys"]["ok"]
    assert await where_it_stands(database, "yxvut") == []
    found = await opened(database)
    assert [words.text for words, _ in found] == [f"Zyxvut {number}" for number in range(450)]
    assert [who.email for _, who in found if who is not None] == ["zyxvut@exempel.se"]


async def test_intake_does_not_start_with_other_keys_than_those_its_database_was_sealed_with(
    intake: httpx.AsyncClient, fresh_postgres_dsn: str, tmp_path: Path
) -> None:
    await intake.post("/api/v1/reports", json={"text": "Det brinner."})
    other = tmp_path / "other.json"
    write_key_ring(other, new_key_ring(NOW))
    settings = {"postgres_dsn": fresh_postgres_dsn, "municipality": "1983"}
    with pytest.raises(CannotStart, match="are sealed by the master key"):
        start(IntakeSettings.model_validate({**settings, "master_keys_file": other}))
    with pytest.raises(CannotStart, match="There is no file of master keys"):
        start(IntakeSettings.model_validate({**settings, "master_keys_file": tmp_path / "none.json"}))
    right = Path(os.environ[VARIABLE])
    start(IntakeSettings.model_validate({**settings, "master_keys_file": right}))
    swapped = right.read_text().replace(new_key(right), new_key(other))
    other.write_text(swapped)
    with pytest.raises(CannotStart, match="is another than the one"):
        start(IntakeSettings.model_validate({**settings, "master_keys_file": other}))


async def test_nothing_is_wrapped_by_a_key_that_is_retired(
    intake: httpx.AsyncClient, database: Database
) -> None:
    await intake.post("/api/v1/reports", json={"text": "Det brinner."})
    current = vault().current
    async with database.transaction():
        assert await vault_store.retire(database, [current, "unused"], NOW) == {"unused"}
    await database.execute("DELETE FROM report_key")
    async with database.transaction():
        assert await vault_store.retire(database, [current], NOW) == {current}
    refused = await intake.post("/api/v1/reports", json={"text": "Det brinner igen."})
    assert refused.status_code == 503
    with pytest.raises(asyncpg.SerializationError):
        await database.execute(
            "INSERT INTO report_key (report_id, master_key, wrapped) VALUES ($1, $2, '')", new_id(), current
        )


def new_key(path: Path) -> str:
    found = json.loads(path.read_text())
    key: str = found["keys"][found["current"]]["key"]
    return key


async def _until_none(database: Database, question: str) -> None:
    async with asyncio.timeout(20):
        while await database.fetchval(question):
            await asyncio.sleep(0.05)
