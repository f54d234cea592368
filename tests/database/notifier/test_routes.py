from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr

from services.notifier.routes import agency_router
from shared.events import Agency
from shared.problem import install_problem_handlers
from tests.support.incidents import incident
from tests.support.notifier import NotifierForTests

NOBODYS = UUID("00000000-0000-4000-8000-000000000000")

TOKENS = {Agency.POLICE: "the-police-token-of-the-test", Agency.SCHOOL: "the-school-token-of-the-test"}


@pytest_asyncio.fixture
async def http(notifier: NotifierForTests) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    install_problem_handlers(app)
    tokens = {agency: SecretStr(token) for agency, token in TOKENS.items()}
    app.include_router(agency_router(notifier.pool, tokens, lambda: None, notifier.clock))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://notifier") as client:
        yield client


def signed_in(agency: Agency) -> dict[str, str]:
    return {"Authorization": f"Bearer {TOKENS[agency]}"}


POLICE, SCHOOL = signed_in(Agency.POLICE), signed_in(Agency.SCHOOL)


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer guessed"}, {"Authorization": "Basic eDp5"}]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "alerts"), ("GET", "deliveries"), ("POST", f"alerts/{NOBODYS}/receipts")],
)
async def test_without_a_token_nothing_is_shown(
    http: httpx.AsyncClient, headers: dict[str, str], method: str, path: str
):
    answer = await http.request(method, f"/api/v1/{path}", headers=headers, json={"status": "seen"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_an_agency_gives_a_receipt_and_finds_it_on_the_alert(
    notifier: NotifierForTests, http: httpx.AsyncClient
):
    await notifier.take(incident())
    alert_id = await notifier.alert_id("police")
    answer = await http.post(
        f"/api/v1/alerts/{alert_id}/receipts", json={"status": "accepted", "note": "På väg"}, headers=POLICE
    )
    assert answer.status_code == 202
    listed = (await http.get("/api/v1/alerts", headers=POLICE)).json()
    assert [(each["alert"]["alert_id"], each["status"]) for each in listed["alerts"]] == [
        (str(alert_id), "accepted")
    ]
    assert await notifier.deliveries() == {"police": "accepted", "security": "pending"}
    assert len(await notifier.outbox("delivery.changed.v1")) == 1


async def test_an_agency_sees_and_answers_its_own_alerts_only(
    notifier: NotifierForTests, http: httpx.AsyncClient
):
    await notifier.take(incident())
    alert_id = await notifier.alert_id("police")
    assert (await http.get("/api/v1/alerts", headers=SCHOOL)).json()["alerts"] == []
    assert (await http.get("/api/v1/deliveries", headers=SCHOOL)).json()["deliveries"] == []
    answer = await http.post(f"/api/v1/alerts/{alert_id}/receipts", json={"status": "seen"}, headers=SCHOOL)
    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems/unknown-alert"


@pytest.mark.parametrize("body", [{"status": "read"}, {}, {"status": "seen", "note": "x" * 501}])
async def test_a_receipt_that_does_not_fit_is_refused(
    notifier: NotifierForTests, http: httpx.AsyncClient, body: dict[str, Any]
):
    answer = await http.post(f"/api/v1/alerts/{uuid4()}/receipts", json=body, headers=POLICE)
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/invalid-request"


async def test_pages_show_every_alert_once_newest_first(notifier: NotifierForTests, http: httpx.AsyncClient):
    for number in range(7):
        await notifier.take(incident(number))
    seen: list[str] = []
    cursor: str | None = None
    while True:
        asked = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = (await http.get("/api/v1/alerts", params=asked, headers=POLICE)).json()
        seen += [each["alert"]["incident_id"] for each in page["alerts"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [str(incident(number).incident_id) for number in reversed(range(7))]


async def test_alerts_are_found_by_their_status(notifier: NotifierForTests, http: httpx.AsyncClient):
    await notifier.take(incident(1), incident(2))
    await http.post(
        f"/api/v1/alerts/{await notifier.alert_id('police', 1)}/receipts",
        json={"status": "seen"},
        headers=POLICE,
    )
    for status, number in (("unanswered", 2), ("seen", 1)):
        found = (await http.get("/api/v1/alerts", params={"status": status}, headers=POLICE)).json()["alerts"]
        assert [each["alert"]["incident_id"] for each in found] == [str(incident(number).incident_id)]


@pytest.mark.parametrize("cursor", ["x", "!!", "LTU", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"])
async def test_a_made_up_cursor_is_refused(http: httpx.AsyncClient, cursor: str):
    answer = await http.get("/api/v1/alerts", params={"cursor": cursor}, headers=POLICE)
    assert answer.status_code == 422


async def test_a_field_that_nobody_knows_is_named(http: httpx.AsyncClient):
    given = {"status": "seen", "comment": "På väg."}
    answer = await http.post(f"/api/v1/alerts/{uuid4()}/receipts", json=given, headers=POLICE)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/body/comment"]


async def test_while_the_database_is_away_the_agency_is_asked_to_come_back(
    notifier: NotifierForTests, http: httpx.AsyncClient
):
    await notifier.pool.close()
    answer = await http.get("/api/v1/alerts", headers=POLICE)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"


async def test_the_delivery_log_tells_how_an_alert_went(notifier: NotifierForTests, http: httpx.AsyncClient):
    await notifier.take(incident())
    found = (await http.get("/api/v1/deliveries", headers=POLICE)).json()["deliveries"]
    assert [(each["channel"], each["status"], each["log"]) for each in found] == [("kafka", "pending", [])]
