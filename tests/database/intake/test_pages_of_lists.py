"""Lists that are longer than a page, and lists that a client asks for again and again."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.tokens_store import insert_token
from shared.events import ReportReceived, Source
from shared.identity import new_id
from shared.paging import cursor_at, place_of
from shared.problem import Problem
from tests.support.open311 import BASE, get, make_key, post_request

Database = Any
LIST = "/api/v1/quarantine"
_HOLD = """
INSERT INTO quarantine (report_id, state, reasons, alike, received_at, release_at, event_id, topic, key, headers, body)
VALUES ($1, 'held', '{no_work}', decode('aa', 'hex'), $2, NULL, gen_random_uuid(), 'report.received.v1', '1983', '{}', $3)
"""
_STORE = """
INSERT INTO report (id, tracking_code, source, municipality, text, occurred_at, received_at)
VALUES ($1, $2, 'citizen', '1983', 'Klotter.', $3, $3)
"""


async def hold(database: Database, at: datetime, code: str) -> str:
    report_id = new_id()
    await database.execute(_STORE, report_id, code, at)
    event = ReportReceived(
        municipality="1983", report_id=report_id, source=Source.CITIZEN, text="Klotter.", occurred_at=at, received_at=at
    )  # fmt: skip
    await database.execute(_HOLD, report_id, at, event.model_dump_json().encode())
    return str(report_id)


async def key_of(database: Database) -> dict[str, str]:
    await insert_token(
        database, secret="s" * 24, name="s", municipality=None, scopes=["quarantine"], now=datetime.now(UTC), expires_at=None
    )  # fmt: skip
    return {"authorization": "Bearer " + "s" * 24}


async def pages(
    intake: httpx.AsyncClient, key: dict[str, str], limit: int
) -> AsyncIterator[tuple[list[str], httpx.Response]]:
    query: dict[str, Any] = {"limit": limit}
    while True:
        answer = await intake.get(LIST, params=query, headers=key)
        assert answer.status_code == 200, answer.text
        yield [each["report_id"] for each in answer.json()["reports"]], answer
        if answer.json()["next"] is None:
            return
        query["cursor"] = answer.json()["next"]


async def test_pages_of_the_quarantine_hold_each_report_once_whatever_happens_between_them(
    intake: httpx.AsyncClient, database: Database
) -> None:
    key, began = await key_of(database), datetime(2026, 11, 23, 12, tzinfo=UTC)
    # Some in the same moment: the identifier decides then.
    held = [await hold(database, began + timedelta(seconds=n // 3), f"CODE-{n}") for n in range(10)]
    seen: list[str] = []
    async for ids, _ in pages(intake, key, limit=3):
        seen += ids
        if len(seen) == 3:
            await hold(database, began - timedelta(hours=1), "BEFORE")
            latest = await hold(database, began + timedelta(hours=1), "AFTER")
            await intake.post(f"{LIST}/release", json={"ids": [held[0], held[4]]}, headers=key)
    assert seen == [each for each in held if each != held[4]] + [latest]


async def test_a_page_leads_to_the_next_by_a_link_and_tells_how_many_are_alike_in_all(
    intake: httpx.AsyncClient, database: Database
) -> None:
    key, began = await key_of(database), datetime(2026, 11, 23, 12, tzinfo=UTC)
    held = [await hold(database, began + timedelta(seconds=n), f"CODE-{n}") for n in range(3)]
    first = await intake.get(LIST, params={"limit": 2, "state": "held"}, headers=key)
    link = first.links["next"]["url"]
    assert parse_qs(urlsplit(link).query) == {
        "limit": ["2"],
        "state": ["held"],
        "cursor": [first.json()["next"]],
    }
    last = await intake.get(link, headers=key)
    assert [each["report_id"] for each in last.json()["reports"]] == held[2:]
    assert last.json()["reports"][0]["alike_reports"] == 3
    assert (last.json()["next"], "link" in last.headers) == (None, False)


@pytest.mark.parametrize(
    "cursor", ["", "x", "%00", "A" * 32, "å", "////////////////////////////////", "A" * 101]
)
async def test_what_is_no_cursor_is_refused(
    intake: httpx.AsyncClient, database: Database, cursor: str
) -> None:
    answer = await intake.get(LIST, params={"cursor": cursor}, headers=await key_of(database))
    if cursor == "A" * 32:  # the beginning of all time, which is a place like any other
        assert answer.status_code == 200
    else:
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


@given(st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC)), st.uuids())  # noqa: DTZ001
def test_a_cursor_keeps_its_place_to_the_microsecond(at: datetime, row_id: Any) -> None:
    assert place_of(cursor_at(at, row_id)) == (at, row_id)


@given(st.text(max_size=60))
def test_any_text_is_a_cursor_of_ours_or_refused(text: str) -> None:
    try:
        found = cursor_at(*place_of(text))
    except Problem:
        return
    assert found == text


async def test_open311_lists_are_sent_again_only_when_they_have_changed(
    intake: httpx.AsyncClient, database: Database
) -> None:
    key = await make_key(database)
    request_id = (await post_request(intake, key)).json()[0]["service_request_id"]
    for path in (
        "requests.json",
        "requests.xml",
        f"requests/{request_id}.json",
        "servicerequestupdates.json",
        "services.xml",
        "services/vandalism.json",
        "discovery.json",
    ):
        first = await get(intake, path, api_key=key)
        tag = {"if-none-match": first.headers["etag"]}
        assert first.headers["vary"] == "Accept, Authorization"
        again = await intake.get(f"{BASE}/{path}", params={"api_key": key}, headers=tag)
        assert (again.status_code, again.content) == (304, b""), path
    listed = await get(intake, "requests.json", api_key=key)
    await database.execute(
        "INSERT INTO report_status (report_id, at, status) SELECT id, now(), 'closed' FROM report"
    )
    tag = {"if-none-match": listed.headers["etag"]}
    changed = await intake.get(f"{BASE}/requests.json", params={"api_key": key}, headers=tag)
    assert (changed.status_code, changed.json()[0]["status"]) == (200, "closed")


async def test_a_fault_of_open311_has_no_tag(intake: httpx.AsyncClient) -> None:
    answer = await get(intake, "requests/nothing.json")
    assert (answer.status_code, "etag" in answer.headers, answer.headers["cache-control"]) == (
        404,
        False,
        "no-store",
    )
