"""Tokens: given at installation or made by the operator, and refused as soon as they are revoked."""

import asyncio
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import asyncpg
import httpx
import pytest

from services.intake import tokens, tokens_store
from services.intake.domain.tokens import new_secret
from services.intake.tokens import TokenBook
from shared.events import Source
from shared.postgres import create_pool
from shared.settings import PostgresSettings
from tests.database.intake.conftest import STAFF, running_intake

Database = Any


async def made(database: Database, *scopes: str, name: str = "Väktarbolaget", **more: object) -> str:
    secret = new_secret()
    values = {"municipality": "1983", "now": datetime.now(UTC), "expires_at": None, **more}
    await tokens_store.insert_token(database, secret=secret, name=name, scopes=scopes, **values)  # type: ignore[arg-type]
    return secret


async def report(intake: httpx.AsyncClient, secret: str, **more: str) -> httpx.Response:
    headers = {"authorization": f"Bearer {secret}"}
    return await intake.post("/api/v1/reports", json={"text": "Trasig dörr", **more}, headers=headers)


async def test_a_new_token_reports_at_once_with_its_source(
    intake: httpx.AsyncClient, database: Database
) -> None:
    assert (await report(intake, "unknown")).status_code == 401
    secret = await made(database, "report:guard")
    assert (await report(intake, secret)).status_code == 202
    row = await database.fetchrow("SELECT source, municipality FROM report")
    assert (row["source"], row["municipality"]) == ("guard", "1983")


async def test_unknown_tokens_are_looked_up_a_few_times_a_second_at_most(
    intake: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads, began = 0, monotonic()
    read = tokens_store.tokens_in_force

    async def counted(*of: Any) -> Any:
        nonlocal reads
        reads += 1
        return await read(*of)

    monkeypatch.setattr(tokens_store, "tokens_in_force", counted)
    answers = await asyncio.gather(*[report(intake, f"unknown-{number}") for number in range(60)])
    assert {answer.status_code for answer in answers} == {401}
    assert reads <= 2 + (monotonic() - began) / tokens._BETWEEN_READINGS_S


async def test_a_revoked_token_is_refused_when_the_book_is_read_again(
    intake: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = await made(database, "report:guard")
    assert (await report(intake, secret)).status_code == 202
    assert await tokens_store.revoke_token(database, "Väktarbolaget") == "Väktarbolaget"
    monkeypatch.setattr(tokens, "TRUSTED_FOR_S", 0.0)
    assert (await report(intake, secret)).status_code == 401
    assert await tokens_store.revoke_token(database, "Väktarbolaget") is None


async def test_an_expired_token_is_refused(intake: httpx.AsyncClient, database: Database) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    assert (await report(intake, await made(database, "report:guard", expires_at=past))).status_code == 401


async def test_nothing_but_a_digest_is_kept(database: Database) -> None:
    secret = await made(database, "report:guard")
    row = str(await database.fetchrow("SELECT token::text, encode(digest, 'escape') FROM token"))
    assert secret not in row
    assert secret[9:] not in row


async def test_two_tokens_in_force_never_share_a_name(database: Database) -> None:
    await made(database, "report:guard")
    with pytest.raises(asyncpg.UniqueViolationError):
        await made(database, "report:staff")
    await tokens_store.revoke_token(database, "Väktarbolaget")
    await made(database, "report:staff")


async def test_what_leaves_intake_tokens_is_refused_and_what_was_revoked_stays_so(
    fresh_postgres_dsn: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    old = STAFF["authorization"].removeprefix("Bearer ")
    async with running_intake(fresh_postgres_dsn) as intake:
        assert (await report(intake, old)).status_code == 202
    async with running_intake(fresh_postgres_dsn, tokens={"staff": "staff-token-9876543210"}) as intake:
        assert (await report(intake, old)).status_code == 401
        assert (await report(intake, "staff-token-9876543210")).status_code == 202
        guard = "guard-token-0123456789"
        assert (await report(intake, guard)).status_code == 401
    async with running_intake(fresh_postgres_dsn, tokens={"guard": guard}) as intake:
        assert (await report(intake, guard)).status_code == 202
        assert (await report(intake, "staff-token-9876543210")).status_code == 401
    await tokens_store.revoke_token(database, "INTAKE_TOKENS staff")
    async with running_intake(fresh_postgres_dsn, tokens={"staff": "staff-token-9876543210"}) as intake:
        assert (await report(intake, "staff-token-9876543210")).status_code == 401


async def test_two_intakes_starting_together_keep_each_given_token_once(
    fresh_postgres_dsn: str, database: Database
) -> None:
    given = {Source.STAFF: "staff-token-0123456789", Source.GUARD: "guard-token-0123456789"}
    async with create_pool(PostgresSettings(dsn=fresh_postgres_dsn), "intake") as pool:  # type: ignore[arg-type]
        books = [TokenBook(pool, given) for _ in range(4)]
        for book in books:
            token = await book.find(b"guard-token-0123456789")
            assert token is not None
            assert token.source is Source.GUARD
    assert await database.fetchval("SELECT count(*) FROM token") == 2


async def test_the_last_use_is_written_together_with_others(
    fresh_postgres_dsn: str, database: Database
) -> None:
    async with create_pool(PostgresSettings(dsn=fresh_postgres_dsn), "intake") as pool:  # type: ignore[arg-type]
        book = TokenBook(pool, {Source.STAFF: "staff-token-0123456789"})
        for _ in range(50):
            assert await book.find(b"staff-token-0123456789")
        assert await database.fetchval("SELECT last_used_at FROM token") is None
        await book.note_uses()
    used_at = await database.fetchval("SELECT last_used_at FROM token")
    assert datetime.now(UTC) - used_at < timedelta(minutes=1)
