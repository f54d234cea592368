"""A report that is taken back or kept long enough is gone, but for a stone that says so, and the others are told."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest

from services.intake.disposal import dispose, dispose_of_old
from services.intake.domain.retention import Retention
from shared.events import DisposalReason
from shared.identity import derived_id
from shared.postgres import create_pool
from shared.settings import PostgresSettings
from tests.support.marker import where_it_stands

Database = Any
SECRET = "Zyxvut"
BODY = {
    "text": f"{SECRET} slog mig.",
    "place_text": f"hos {SECRET}",
    "contact": {"name": SECRET, "email": "zyxvut@exempel.se"},
    "lat": 59.6,
    "lon": 15.8,
}


async def sent(intake: httpx.AsyncClient, key: str | None = None) -> dict[str, str]:
    headers = {} if key is None else {"idempotency-key": key}
    answer: dict[str, str] = (await intake.post("/api/v1/reports", json=BODY, headers=headers)).json()
    return answer


async def test_a_report_that_is_taken_back_leaves_a_stone_and_an_event(
    intake: httpx.AsyncClient, database: Database
) -> None:
    report = await sent(intake)
    answer = await intake.delete(report["status_url"])
    assert (answer.status_code, answer.json()["reason"]) == (200, "withdrawn")

    assert await where_it_stands(database, SECRET) == []
    assert await where_it_stands(database, report["tracking_code"]) == []
    assert [
        await database.fetchval(f"SELECT count(*) FROM {table}")
        for table in ("report", "report_key", "contact")
    ] == [0, 0, 0]
    event = await database.fetchrow("SELECT * FROM outbox")
    told = orjson.loads(event["body"])
    assert (event["topic"], event["event_id"]) == (
        "report.disposed.v1",
        derived_id("report.disposed", report["id"]),
    )
    assert (told["report_id"], told["reason"], told["municipality"]) == (report["id"], "withdrawn", "1983")

    gone = await intake.get(report["status_url"])
    assert (gone.status_code, gone.json()["reason"]) == (410, "withdrawn")


async def test_taking_back_twice_is_as_once_and_a_wrong_code_takes_back_nothing(
    intake: httpx.AsyncClient, database: Database
) -> None:
    report = await sent(intake)
    first = await intake.delete(report["status_url"])
    again = await intake.delete(report["status_url"])
    assert first.json() == again.json()
    assert await database.fetchval("SELECT count(*) FROM outbox") == 1
    for wrong in ("WGS5-X26S-5KKA", "no-code"):
        assert (await intake.delete(f"/api/v1/reports/{wrong}")).status_code == 404


async def test_the_same_request_sent_again_does_not_bring_it_back(
    intake: httpx.AsyncClient, database: Database
) -> None:
    report = await sent(intake, key="k-1")
    await intake.delete(report["status_url"])
    assert await sent(intake, key="k-1") == report
    assert await database.fetchval("SELECT count(*) FROM report") == 0


async def test_the_page_asks_first_and_works_without_script(intake: httpx.AsyncClient) -> None:
    report = await sent(intake)
    page = f"/follow/{report['tracking_code']}"
    assert f"{page}/withdraw?lang=sv" in (await intake.get(page)).text
    asked = await intake.get(f"{page}/withdraw?lang=sv")
    assert "Vill du ta tillbaka rapporten?" in asked.text
    assert f'action="{page}/withdraw?lang=sv"' in asked.text
    assert (await intake.get(page)).status_code == 200, "asking changes nothing"

    elsewhere = await intake.post(f"{page}/withdraw", headers={"origin": "https://evil.example"})
    assert elsewhere.status_code == 403
    done = await intake.post(f"{page}/withdraw?lang=en", headers={"origin": "http://intake"})
    assert (done.status_code, done.headers["location"]) == (303, f"{page}?lang=en")
    shown = await intake.get(done.headers["location"])
    assert shown.status_code == 410
    assert "The report is taken back" in shown.text
    assert (await intake.get(f"{page}/withdraw")).status_code == 410
    assert (await intake.post("/follow/WGS5-X26S-5KKA/withdraw")).status_code == 404


async def test_what_is_kept_long_enough_goes_and_what_is_younger_stays(
    intake: httpx.AsyncClient, database: Database, fresh_postgres_dsn: str
) -> None:
    old = await sent(intake)
    now = datetime.now(UTC)
    settings = PostgresSettings.model_validate({"dsn": fresh_postgres_dsn})
    async with create_pool(settings, "intake") as pool:
        assert await dispose_of_old(pool, Retention(30), now + timedelta(days=29)) == 0
        assert await dispose_of_old(pool, Retention(30), now + timedelta(days=31)) == 1
        assert await dispose_of_old(pool, Retention(30), now + timedelta(days=31)) == 0
    assert await where_it_stands(database, SECRET) == []
    assert await database.fetchval("SELECT reason FROM disposal") == "retention"
    assert (await intake.get(old["status_url"])).json()["reason"] == "retention"


@pytest.mark.parametrize("table", ["outbox", "outbox_refused"])
async def test_what_waits_for_the_broker_is_not_told_any_more(
    intake: httpx.AsyncClient, database: Database, table: str
) -> None:
    report, other = await sent(intake), await sent(intake)
    if table == "outbox_refused":
        await database.execute(
            "INSERT INTO outbox_refused SELECT position, event_id, topic, key, headers, body, stored_at, 'large' FROM outbox"
        )
        await database.execute("DELETE FROM outbox")
    await intake.delete(report["status_url"])
    left = await database.fetch(
        f"SELECT headers ->> 'ce_subject' AS report FROM {table} WHERE topic = 'report.received.v1'"
    )
    assert [row["report"] for row in left] == [other["id"]]


async def test_what_waits_to_be_told_of_a_report_is_found_without_looking_through_the_line(
    intake: httpx.AsyncClient, database: Database, fresh_postgres_dsn: str
) -> None:
    report = await sent(intake)
    await database.execute(
        "INSERT INTO outbox (event_id, topic, key, headers, body)"
        " SELECT gen_random_uuid(), topic, key, jsonb_build_object('ce_subject', gen_random_uuid()), body"
        " FROM outbox, generate_series(1, 20000)"
    )
    async with (
        create_pool(PostgresSettings.model_validate({"dsn": fresh_postgres_dsn}), "intake") as pool,
        pool.acquire() as connection,
        connection.transaction(),
    ):
        gone = await dispose(connection, [UUID(report["id"])], DisposalReason.REQUEST, datetime.now(UTC))
        (looked_at,) = await connection.fetch(
            "SELECT seq_tup_read, idx_scan FROM pg_stat_xact_user_tables WHERE relid = 'outbox'::regclass"
        )
    assert len(gone) == 1
    assert (looked_at["seq_tup_read"], looked_at["idx_scan"]) == (0, 1)
    assert await database.fetchval("SELECT count(*) FROM outbox WHERE topic = 'report.received.v1'") == 20000
