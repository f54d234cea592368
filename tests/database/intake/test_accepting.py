"""A report is answered when it is durably stored, once for each key, and nobody's details go further."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import orjson

from services.intake.domain.submission import Contact
from tests.support.vault import opened

Database = Any
STAFF = {"authorization": "Bearer staff-token-0123456789"}
GUARD = {"authorization": "Bearer guard-token-0123456789"}
TEXT = "Kalle, 850112-1233, tände eld. Ring 070-123 45 67."


async def report(
    intake: httpx.AsyncClient, text: str = "Det brinner.", headers: Any = None, **more: Any
) -> httpx.Response:
    return await intake.post("/api/v1/reports", json={"text": text, **more}, headers=headers)


async def count(database: Database, table: str) -> int:
    return int(await database.fetchval(f"SELECT count(*) FROM {table}"))


async def test_an_accepted_report_is_stored_with_its_event(
    intake: httpx.AsyncClient, database: Database
) -> None:
    answer = (
        await report(intake, lat=59.6, lon=15.8, accuracy_m=10, category="fire", external_id="x-1")
    ).json()
    row = await database.fetchrow("SELECT * FROM report")
    assert (str(row["id"]), row["tracking_code"], row["source"]) == (
        answer["id"],
        answer["tracking_code"],
        "citizen",
    )
    event = await database.fetchrow("SELECT * FROM outbox")
    told = orjson.loads(event["body"])
    assert (event["topic"], event["key"], told["report_id"]) == ("report.received.v1", "1983", answer["id"])
    assert told["point"] == {"lat": 59.6, "lon": 15.8, "accuracy_m": 10.0}
    assert (told["category_hint"], told["external_id"]) == ("fire", "x-1")


async def test_contact_details_and_the_original_text_stay_here(
    intake: httpx.AsyncClient, database: Database
) -> None:
    contact = {"name": "Kim Exempel", "email": "kim@exempel.se", "phone": "070-174 06 05"}
    await report(intake, TEXT, contact=contact)
    [(words, who)] = await opened(database)
    assert words.text == TEXT
    assert who == Contact.model_validate(contact)
    told = str(
        await database.fetchrow("SELECT headers::text, convert_from(body, 'UTF8') AS body FROM outbox")
    )
    for secret in ("850112", "123 45 67", "Kim", "kim@", "174 06"):
        assert secret not in told


async def test_the_source_is_the_tokens(intake: httpx.AsyncClient, database: Database) -> None:
    await report(intake)
    await report(intake, headers=STAFF)
    await report(intake, headers=GUARD)
    assert (await report(intake, headers={"authorization": "Bearer nobody"})).status_code == 401
    rows = await database.fetch("SELECT source FROM report ORDER BY received_at")
    assert [row["source"] for row in rows] == ["citizen", "staff", "guard"]


async def test_the_trace_goes_on_into_the_event(intake: httpx.AsyncClient, database: Database) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await report(intake, headers={"traceparent": trace})
    headers = orjson.loads(await database.fetchval("SELECT headers FROM outbox"))
    assert headers["traceparent"].startswith("00-0af7651916cd43dd8448eb211c80319c-")


async def test_the_same_key_and_body_get_the_same_answer(
    intake: httpx.AsyncClient, database: Database
) -> None:
    key = {"idempotency-key": "k-1"}
    first, second = await report(intake, headers=key), await report(intake, headers=key)
    assert first.json() == second.json()
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert (await count(database, "report"), await count(database, "outbox")) == (1, 1)


async def test_the_same_key_with_another_body_is_refused(
    intake: httpx.AsyncClient, database: Database
) -> None:
    key = {"idempotency-key": "k-1"}
    await report(intake, headers=key)
    refused = await report(intake, "Något annat.", headers=key)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert await count(database, "report") == 1


async def test_each_party_has_keys_of_its_own(intake: httpx.AsyncClient, database: Database) -> None:
    for headers in ({}, STAFF, GUARD):
        answer = await report(intake, headers={**headers, "idempotency-key": "k-1"})
        assert "idempotency-replayed" not in answer.headers
    assert await count(database, "report") == 3


async def test_a_key_is_kept_for_at_least_two_days(intake: httpx.AsyncClient, database: Database) -> None:
    await report(intake, headers={"idempotency-key": "k-1"})
    assert await database.fetchval("SELECT expires_at >= now() + interval '48 hours' FROM idempotency")


async def test_a_refused_report_leaves_its_key_free(intake: httpx.AsyncClient) -> None:
    key = {"idempotency-key": "k-1"}
    assert (await report(intake, "", headers=key)).status_code == 422
    assert (await report(intake, headers=key)).status_code == 202


async def test_concurrent_duplicates_become_one_report(intake: httpx.AsyncClient, database: Database) -> None:
    key = {"idempotency-key": "k-1"}
    answers = await asyncio.gather(*[report(intake, headers=key) for _ in range(40)])
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert (await count(database, "report"), await count(database, "outbox")) == (1, 1)


async def test_concurrent_reports_share_commits_and_all_are_stored(
    intake: httpx.AsyncClient, database: Database
) -> None:
    answers = await asyncio.gather(*[report(intake, f"Rapport {number}") for number in range(300)])
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["tracking_code"] for answer in answers}) == 300
    assert (await count(database, "report"), await count(database, "outbox")) == (300, 300)
    commits = await database.fetchval("SELECT count(DISTINCT xmin::text) FROM report")
    assert commits < 100


async def test_a_report_is_followed_without_its_words(intake: httpx.AsyncClient) -> None:
    answer = (await report(intake, TEXT, contact={"name": "Kim Exempel"})).json()
    typed = answer["tracking_code"].lower().replace("-", "")
    for path in (answer["status_url"], f"/api/v1/reports/{typed}"):
        found = await intake.get(path)
        assert found.status_code == 200
        assert not found.json().keys() & {"text", "place_text", "contact", "lat", "lon"}
        assert found.json()["status"] == "received"
        assert [step["status"] for step in found.json()["history"]] == ["received"]
        assert "Kim" not in found.text


async def test_who_asks_again_hears_of_a_change_and_nothing_else(
    intake: httpx.AsyncClient, database: Database
) -> None:
    answer = (await report(intake, TEXT)).json()
    first = await intake.get(answer["status_url"])
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    for shown in (tag, f'"other", {tag}', tag.removeprefix("W/"), "*"):
        same = await intake.get(answer["status_url"], headers={"if-none-match": shown})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    await database.execute(
        "INSERT INTO report_status (report_id, at, status) VALUES ($1, now(), 'assessed')", UUID(answer["id"])
    )
    changed = await intake.get(answer["status_url"], headers={"if-none-match": tag})
    assert (changed.status_code, changed.json()["status"]) == (200, "assessed")
    assert changed.headers["etag"] != tag


async def test_an_unknown_code_is_a_problem(intake: httpx.AsyncClient) -> None:
    for code in ("AAAA-AAAA-AAAA", "kort", "%00", "å" * 12):
        missing = await intake.get(f"/api/v1/reports/{code}")
        assert missing.status_code == 404
        assert missing.headers["content-type"] == "application/problem+json"


async def test_intake_is_ready_without_kafka_and_says_so(intake: httpx.AsyncClient) -> None:
    ready = await intake.get("/ready")
    assert ready.status_code == 200
    assert "kept" in ready.json()["checks"]["kafka"]["detail"]


async def test_what_is_accepted_is_counted_by_source(intake: httpx.AsyncClient) -> None:
    await report(intake, headers=STAFF)
    metrics = (await intake.get("/metrics")).text
    assert 'vardkase_reports_accepted_total{source="staff"}' in metrics
    assert "vardkase_intake_waiting 0.0" in metrics
    assert "vardkase_intake_commit_reports_bucket" in metrics
