"""Many reports in one body: all of them or none, each once."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import orjson
import pytest

from services.intake import batch_store, store
from services.intake.domain import batch
from tests.database.intake.conftest import GUARD, STAFF, running_intake

IMPORTS = "/api/v1/imports"
WHEN = (datetime.now(UTC) - timedelta(days=1)).isoformat()
Database = Any


def reports(number: int, first: int = 0) -> list[dict[str, Any]]:
    return [
        {
            "key": f"import:{at}",
            "report": {"text": f"Rond {at}: trasig lampa", "external_id": f"R{at}", "occurred_at": WHEN},
        }
        for at in range(first, first + number)
    ]


async def sent(
    intake: httpx.AsyncClient, items: Sequence[Any], headers: dict[str, str] = GUARD
) -> httpx.Response:
    return await intake.post(IMPORTS, json={"reports": list(items)}, headers=headers)


async def count(database: Database, table: str) -> int:
    found: int = await database.fetchval(f"SELECT count(*) FROM {table}")
    return found


async def test_all_are_stored_together_and_leave_in_their_order(
    intake: httpx.AsyncClient, database: Database
) -> None:
    answer = await sent(intake, reports(700))
    assert answer.status_code == 202, answer.text
    told = answer.json()
    assert (told["added"], told["known"], told["changed"], len(told["reports"])) == (700, 0, 0, 700)
    stored = await database.fetch("SELECT xmin::text, source FROM report")
    assert len(stored) == 700
    assert len({row["xmin"] for row in stored}) == 1  # one transaction
    assert {row["source"] for row in stored} == {"guard"}
    left = [
        orjson.loads(row["body"]) for row in await database.fetch("SELECT body FROM outbox ORDER BY position")
    ]
    assert [each["external_id"] for each in left] == [f"R{at}" for at in range(700)]
    assert [each["report_id"] for each in left] == [each["id"] for each in told["reports"]]
    followed = await intake.get(f"/api/v1/reports/{told['reports'][699]['tracking_code']}")
    assert followed.json()["status"] == "received"


async def test_one_that_does_not_fit_and_none_is_stored_and_each_fault_is_named(
    intake: httpx.AsyncClient, database: Database
) -> None:
    items = reports(300)
    items[7]["report"]["text"] = " "
    items[8]["report"] |= {"lat": 95, "lon": 15.9}
    items[9] = "nothing"  # type: ignore[call-overload]
    items[10]["key"] = "mellanslag här"
    items[299]["report"]["occurred_at"] = "1999-01-01T10:00"
    answer = await sent(intake, items)
    assert answer.status_code == 422
    problem = answer.json()
    assert (problem["type"], problem["bad"]) == ("/problems/invalid-reports", 5)
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [
        ("/reports/7/report/text", "missing"),
        ("/reports/8/report/lat", "unreadable"),
        ("/reports/9", "unreadable"),
        ("/reports/10/key", "unreadable"),
        ("/reports/299/report/occurred_at", "too_old"),
    ]
    assert [await count(database, table) for table in ("report", "outbox", "idempotency")] == [0, 0, 0]


async def test_the_same_again_adds_nothing_and_what_is_new_beside_it_is_added(
    intake: httpx.AsyncClient, database: Database
) -> None:
    first = (await sent(intake, reports(50))).json()
    again = (await sent(intake, reports(50))).json()
    assert (again["added"], again["known"]) == (0, 50)
    assert [each["id"] for each in again["reports"]] == [each["id"] for each in first["reports"]]
    changed = reports(60)
    changed[3]["report"]["text"] = "Annat"
    changed.append(reports(60)[59])  # the very same twice in one body
    told = (await sent(intake, changed)).json()
    assert (told["added"], told["known"], told["changed"]) == (10, 50, 1)
    assert told["reports"][3] == {"outcome": "changed", "id": None, "tracking_code": None}
    assert told["reports"][60] == {**told["reports"][59], "outcome": "known"}
    assert (await count(database, "report"), await count(database, "outbox")) == (60, 60)


async def test_a_key_that_stands_for_two_reports_is_refused_with_all_the_others(
    intake: httpx.AsyncClient, database: Database
) -> None:
    items = reports(5)
    items[4] |= {"key": items[1]["key"]}
    answer = await sent(intake, items)
    assert (answer.status_code, await count(database, "report")) == (422, 0)
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [
        ("/reports/4/key", "used_twice")
    ]
    assert "reports/1" in answer.json()["errors"][0]["detail"]


async def test_what_does_not_say_when_it_happened_is_refused_unless_all_of_that_happens_now(
    intake: httpx.AsyncClient, database: Database
) -> None:
    items = reports(3)
    del items[1]["report"]["occurred_at"]
    answer = await sent(intake, items)
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/reports/1/report/occurred_at"]
    answer = await intake.post(IMPORTS, json={"undated": "now", "reports": items}, headers=GUARD)
    assert answer.status_code == 202
    assert await count(database, "report") == 3


async def test_a_report_is_the_same_whether_it_came_alone_or_among_others(
    intake: httpx.AsyncClient, database: Database
) -> None:
    (item,) = reports(1)
    item["report"] |= {"lat": 59.51230001, "lon": 15.9, "text": 'Åke såg "rök" / eld'}
    alone = await intake.post(
        "/api/v1/reports",
        content=orjson.dumps(item["report"]),
        headers={**GUARD, "content-type": "application/json", "idempotency-key": item["key"]},
    )
    told = (await sent(intake, [item])).json()
    assert (told["known"], told["reports"][0]["id"]) == (1, alone.json()["id"])
    # Another source's keys are its own.
    assert (await sent(intake, [item], STAFF)).json()["added"] == 1
    assert await count(database, "report") == 2


async def test_nothing_that_points_at_a_person_leaves_by_a_batch(
    intake: httpx.AsyncClient, database: Database
) -> None:
    items = reports(2)
    items[1]["report"] |= {
        "text": "Ring mig på 070-174 06 05, jag såg ABC 123",
        "contact": {"name": "Kim", "email": "kim@exempel.se"},
    }
    assert (await sent(intake, items)).status_code == 202
    body = await database.fetchval("SELECT body FROM outbox ORDER BY position DESC LIMIT 1")
    assert b"070" not in body
    assert b"kim" not in body.lower()
    assert sum(orjson.loads(body)["redactions"].values()) == 2
    assert await count(database, "contact") == 1
    assert b"trasig" not in b"".join(
        row["sealed"] for row in await database.fetch("SELECT sealed FROM report")
    )


async def test_who_may_not_is_refused_before_anything_is_stored(
    intake: httpx.AsyncClient, database: Database, fresh_postgres_dsn: str
) -> None:
    assert (await sent(intake, reports(1), {})).json()["type"] == "/problems/token-needed"
    assert (await sent(intake, reports(1), {"authorization": "Bearer x"})).status_code == 401
    assert await count(database, "report") == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'"\xff"', 400),
        (b"[]", 422),
        (b'{"reports": []}', 422),
        (b'{"reports": {}}', 422),
        (b'{"reports": [1], "more": 2}', 422),
        (b'{"reports": [{"key": "a", "report": null}]}', 422),
        (b'{"reports": [{"key": "a", "report": {"text": "x"}}]}', 422),
        (b'{"undated": "later", "reports": [{"key": "a", "report": {"text": "x"}}]}', 422),
        (b'{"reports": [{"key": 1, "report": {"text": "x"}}]}', 422),
        (b'{"reports": [{"key": "a", "report": {"text": "a\\u0000b"}}]}', 422),
        (b'{"reports": [{"key": "a", "report": {"text": "\\ud800"}}]}', 400),
        (b'{"reports": [' + b"[]," * 700_000 + b"1]}", 400),
        (b"[" * 100_000, 400),
        (b'{"reports": [' + b"1," * 10_000 + b"1]}", 422),
        (b'{"reports": [{"key": "a", "report": {"text": "' + b"x" * 70_000 + b'"}}]}', 422),
        (b" " * (batch.MAX_BYTES + 1), 413),
    ],
)
async def test_any_other_body_is_refused_with_a_problem(
    intake: httpx.AsyncClient, database: Database, body: bytes, status: int
) -> None:
    answer = await intake.post(IMPORTS, content=body, headers={**GUARD, "content-type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert await count(database, "report") == 0


async def test_a_connection_that_breaks_in_the_middle_leaves_nothing_and_the_next_try_takes_all(
    intake: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, calls = store.store_fresh, 0

    async def cut_in_the_third(connection: Any, *rest: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 3:
            seen.append(await count(database, "report"))
            await database.execute("SELECT pg_terminate_backend($1)", connection.get_server_pid())
        return await original(connection, *rest)

    seen: list[int] = []
    monkeypatch.setattr(batch_store.store, "store_fresh", cut_in_the_third)
    told = (await sent(intake, reports(900))).json()
    assert (seen, calls) == ([0], 12)
    assert (told["added"], await count(database, "report"), await count(database, "outbox")) == (
        900,
        900,
        900,
    )


async def test_a_commit_whose_confirmation_is_lost_is_found_again(
    intake: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The transaction is over and the connection breaks before its end is known."""
    original, tries = batch_store.store_whole, 0

    async def lost(connection: Any, *rest: Any) -> Any:
        nonlocal tries
        tries += 1
        before = await original(connection, *rest)
        if tries == 1:
            await connection.execute("COMMIT")
            raise asyncpg.ConnectionDoesNotExistError("cut")
        return before

    monkeypatch.setattr(batch_store, "store_whole", lost)
    told = (await sent(intake, reports(20))).json()
    assert (tries, told["added"], told["known"], await count(database, "report")) == (2, 20, 0, 20)
    assert (await sent(intake, reports(20))).json()["known"] == 20


async def test_a_database_that_stays_away_is_told_and_nothing_is_stored(
    intake: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any) -> Any:
        raise ConnectionRefusedError

    monkeypatch.setattr(batch_store, "store_whole", away)
    answer = await sent(intake, reports(5))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    monkeypatch.undo()
    assert (await sent(intake, reports(5))).json()["added"] == 5


async def test_the_same_batch_twice_at_once_is_stored_once(
    intake: httpx.AsyncClient, database: Database
) -> None:
    answers = await asyncio.gather(*(sent(intake, reports(300)) for _ in range(3)))
    assert sorted(each.json()["added"] for each in answers) == [0, 0, 300]
    assert await count(database, "report") == 300


async def test_reports_alone_are_taken_while_a_batch_is_worked_on(
    intake: httpx.AsyncClient, database: Database
) -> None:
    async def alone(number: int) -> int:
        return (await intake.post("/api/v1/reports", json={"text": f"Brand {number}"})).status_code

    task = asyncio.create_task(sent(intake, reports(3000)))
    statuses = []
    while not task.done():
        statuses.append(await alone(len(statuses)))
    assert (await task).status_code == 202
    assert len(statuses) > 10
    assert set(statuses) == {202}
    assert await count(database, "report") == 3000 + len(statuses)


async def test_a_batch_counts_for_the_tokens_limit_with_all_its_reports(
    fresh_postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    limits = {"token_burst": 100, "token_each_s": 1000, "never_limited": ()}
    async with running_intake(fresh_postgres_dsn, abuse=limits) as intake:
        transport: Any = intake._transport
        transport.client = ("192.0.2.7", 1)
        assert (await sent(intake, reports(99))).status_code == 202
        # There is room for one, so it is let in whole, and paid for by who comes next.
        assert (await sent(intake, reports(150, 100))).status_code == 202
        refused = await sent(intake, reports(1, 900))
        assert (refused.status_code, refused.json()["type"]) == (429, "/problems/too-many-reports")
        assert int(refused.headers["retry-after"]) == pytest.approx(150_000, rel=0.01)
        assert (await sent(intake, reports(1, 900), STAFF)).status_code == 202
