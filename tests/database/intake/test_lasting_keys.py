"""Keys that begin with `import:`: good for ever, and for the source and municipality rather than for one token."""

from datetime import UTC, datetime
from typing import Any

import httpx

from services.intake import tokens_store
from services.intake.domain.tokens import new_secret
from services.intake.store import purge_keys
from tests.database.intake.conftest import GUARD, STAFF

Database = Any


async def sent(intake: httpx.AsyncClient, text: str = "Trasig dörr", **headers: str) -> httpx.Response:
    given = {"Idempotency-Key": "import:1", **headers}
    return await intake.post("/api/v1/reports", json={"text": text}, headers=given)


async def token(database: Database, *scopes: str, municipality: str | None = "1983") -> dict[str, str]:
    secret = new_secret()
    await tokens_store.insert_token(
        database,
        secret=secret,
        name=secret[:20],
        municipality=municipality,
        scopes=scopes,
        now=datetime.now(UTC),
        expires_at=None,
    )
    return {"authorization": f"Bearer {secret}"}


async def test_a_lasting_key_is_never_purged_and_another_one_is(
    intake: httpx.AsyncClient, database: Database
) -> None:
    await sent(intake, **GUARD)
    await sent(intake, **GUARD, **{"Idempotency-Key": "once"})
    assert (
        await database.fetchval(
            "SELECT count(*) FROM idempotency WHERE expires_at > now() + interval '90 years'"
        )
        == 1
    )
    await database.execute("UPDATE idempotency SET expires_at = now() - interval '1 h' WHERE key = 'once'")
    assert await purge_keys(database, 100) == 1
    assert (await sent(intake, **GUARD)).headers["idempotency-replayed"] == "true"


async def test_another_token_of_the_same_source_and_municipality_repeats(
    intake: httpx.AsyncClient, database: Database
) -> None:
    first = await sent(intake, **GUARD)
    again = await sent(intake, **await token(database, "report:guard"))
    assert again.json()["id"] == first.json()["id"]
    elsewhere = await sent(intake, **await token(database, "report:guard", municipality="1984"))
    staff = await sent(intake, **STAFF)
    assert len({each.json()["id"] for each in (first, elsewhere, staff)}) == 3


async def test_the_same_key_with_something_else_is_refused(intake: httpx.AsyncClient) -> None:
    assert (await sent(intake, **GUARD)).status_code == 202
    answer = await sent(intake, text="Lagad dörr", **GUARD)
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/idempotency-key-reused"


async def test_nobody_without_a_token_takes_a_lasting_key(
    intake: httpx.AsyncClient, database: Database
) -> None:
    await sent(intake)
    assert await database.fetchval("SELECT count(*) FROM idempotency WHERE expires_at = 'infinity'") == 0
    assert await database.fetchval("SELECT scope FROM idempotency") == "citizen"


async def test_a_token_tells_what_it_reports_as(intake: httpx.AsyncClient, database: Database) -> None:
    async def told(headers: dict[str, str]) -> Any:
        return (await intake.get("/api/v1/token", headers=headers)).json()

    assert await told({}) == {"source": "citizen", "municipality": "1983", "any_municipality": True}
    assert await told(GUARD) == {"source": "guard", "municipality": "1983", "any_municipality": True}
    bound = await token(database, "report:citizen", municipality="1984")
    assert await told(bound) == {"source": "citizen", "municipality": "1984", "any_municipality": False}
    assert (await intake.get("/api/v1/token", headers={"authorization": "Bearer x"})).status_code == 401
    reader = await token(database, "open311:1983")
    assert (await intake.get("/api/v1/token", headers=reader)).status_code == 403


async def test_of_a_disposed_report_the_key_stays_and_the_digest_of_what_it_said_goes(
    intake: httpx.AsyncClient, database: Database
) -> None:
    first = (await sent(intake, **GUARD)).json()
    other = (await sent(intake, text="Klotter", **GUARD, **{"Idempotency-Key": "import:2"})).json()
    assert (await intake.delete(f"/api/v1/reports/{first['tracking_code']}")).status_code == 200

    again = await sent(intake, **GUARD)
    assert (again.json(), again.headers["idempotency-replayed"]) == (first, "true")
    assert (await sent(intake, text="Lagad dörr", **GUARD)).headers["idempotency-replayed"] == "true"
    assert await database.fetchval("SELECT array_agg(id::text) FROM report") == [other["id"]]
    kept = await database.fetch(
        "SELECT key, octet_length(fingerprint) AS bytes FROM idempotency ORDER BY key"
    )
    assert [tuple(row) for row in kept] == [("import:1", 0), ("import:2", 32)]


async def test_two_keys_on_one_request_are_refused(intake: httpx.AsyncClient, database: Database) -> None:
    twice = [("Idempotency-Key", "one"), ("Idempotency-Key", "two")]
    answer = await intake.post("/api/v1/reports", json={"text": "Trasig dörr"}, headers=twice)
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("bad-idempotency-key")
    assert await database.fetchval("SELECT count(*) FROM report") == 0
