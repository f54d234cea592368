"""What is about somewhere else: a pin far away is told before it is sent and kept, and other municipalities are taken as it is set."""

from typing import Any

import httpx
import pytest

from tests.database.intake.test_abuse import intake_seen_by

Database = Any
AT_HOME = {"lat": "59.514", "lon": "15.993"}
IN_ARBOGA = {"lat": "59.394", "lon": "15.839"}
IN_NEW_YORK = {"lat": "40.7", "lon": "-74"}


@pytest.fixture(autouse=True)
def kafka_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")


async def sent(intake: httpx.AsyncClient, lang: str, **fields: str) -> httpx.Response:
    form = {"text": "En trasig lampa vid vägen.", "when": "now", "token": "t", **fields}
    return await intake.post(f"/?lang={lang}", data=form)


async def test_a_pin_far_away_is_told_before_it_is_sent_and_kept_all_the_same(
    fresh_postgres_dsn: str, database: Database
) -> None:
    async with intake_seen_by(fresh_postgres_dsn, challenge=False) as intake:
        asked = await sent(intake, "sv", **IN_ARBOGA)
        assert (asked.status_code, "ligger i Arboga, inte i Köping." in asked.text) == (
            200,
            True,
        )
        english = await sent(intake, "en", **IN_NEW_YORK)
        assert "outside Sweden" in english.text
        assert await database.fetchval("SELECT count(*) FROM report") == 0
        kept = await sent(intake, "sv", **IN_NEW_YORK, step="confirmed")
        assert kept.status_code == 303
        assert (await sent(intake, "sv", **AT_HOME, token="u")).status_code == 303
    assert await database.fetchval("SELECT count(*) FROM report") == 2


async def test_a_program_is_told_that_its_position_is_not_in_sweden(fresh_postgres_dsn: str) -> None:
    async with intake_seen_by(fresh_postgres_dsn) as intake:
        zeros = await intake.post("/api/v1/reports", json={"text": "En lampa.", "lat": 0, "lon": 0})
        swapped = await intake.post("/api/v1/reports", json={"text": "En lampa.", "lat": 15.9, "lon": 59.5})
    assert [answer.status_code for answer in (zeros, swapped)] == [422, 422]
    assert zeros.json()["errors"][0] | {"detail": ""} == {
        "pointer": "/lat",
        "code": "outside_sweden",
        "detail": "",
    }
    assert "changed places" in swapped.json()["detail"]


async def test_a_report_of_nothing_that_can_be_seen_says_nothing(fresh_postgres_dsn: str) -> None:
    async with intake_seen_by(fresh_postgres_dsn, challenge=False) as intake:
        answer = await intake.post("/api/v1/reports", json={"text": " \u200b\n\u2800\ufe0f"})
        page = await intake.post("/?lang=sv", data={"text": "\u200b", "when": "now", "token": "t"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "missing")
    assert (page.status_code, "Skriv vad som har hänt." in page.text) == (422, True)


@pytest.mark.parametrize(
    ("setting", "code", "status"),
    [
        (None, "0180", 202),
        ("1984, 1960", "1984", 202),
        ("1984", "0180", 422),
        ("1983", "1983", 202),
        ("", "1984", 422),
    ],
)
async def test_reports_for_other_municipalities_are_taken_as_it_is_set(
    fresh_postgres_dsn: str, monkeypatch: pytest.MonkeyPatch, setting: str | None, code: str, status: int
) -> None:
    if setting is not None:
        monkeypatch.setenv("INTAKE_MUNICIPALITIES", setting)
    guard = {"authorization": "Bearer guard-token-0123456789"}
    report = {"text": "En lampa.", "municipality": code}
    async with intake_seen_by(fresh_postgres_dsn) as intake:
        assert (await intake.post("/api/v1/reports", json=report)).status_code == status
        assert (await intake.post("/api/v1/reports", json=report, headers=guard)).status_code == 202
