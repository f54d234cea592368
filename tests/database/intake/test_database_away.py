"""Without a database nothing is accepted, and everyone is told so in a way they can act on."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from tests.database.intake.conftest import running_intake


@pytest_asyncio.fixture
async def intake_alone(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    async with running_intake("postgresql://nobody@127.0.0.1:1/nothing") as client:
        yield client


async def test_a_report_is_turned_away_with_a_time_to_come_back(intake_alone: httpx.AsyncClient) -> None:
    answer = await intake_alone.post("/api/v1/reports", json={"text": "Det brinner."})
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_form_keeps_what_was_written(intake_alone: httpx.AsyncClient) -> None:
    page = await intake_alone.post(
        "/?lang=sv", data={"text": "Det brinner.", "place_text": "Kolsva", "token": "t-1"}
    )
    assert page.status_code == 503
    assert "retry-after" in page.headers
    assert "Det brinner." in page.text
    assert "ring 112" in page.text
    # A database that was lost in the middle may have kept it.
    assert "Vi vet inte om det kom fram" in page.text
    assert "räknas den bara en gång" in page.text
    assert "inte skickad än" not in page.text


async def test_following_says_that_nothing_is_lost(intake_alone: httpx.AsyncClient) -> None:
    assert (await intake_alone.get("/api/v1/reports/7KQM-2XTD-9RWA")).status_code == 503
    page = await intake_alone.get("/follow/7KQM-2XTD-9RWA?lang=en")
    assert (page.status_code, "Nothing is lost" in page.text) == (503, True)


async def test_it_lives_and_is_not_ready(intake_alone: httpx.AsyncClient) -> None:
    assert (await intake_alone.get("/health")).status_code == 200
    ready = await intake_alone.get("/ready")
    assert ready.status_code == 503
    assert not ready.json()["checks"]["database"]["ok"]
