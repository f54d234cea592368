"""What is kept how long, by the kind that it was last taken for."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest_asyncio
from pydantic import SecretStr

from services.intake import retention_store
from services.intake.disposal import dispose_of_old
from services.intake.domain.retention import Retention
from shared.categories import CategoryCode
from shared.postgres import create_pool
from shared.settings import PostgresSettings
from tests.database.intake.test_form_reports import add, report
from tests.database.intake.test_standing import sorted_as

Database = Any
BY_KIND = Retention(730, {CategoryCode.FIRE: 10, CategoryCode.CHILD_CONCERN: 3650})


@pytest_asyncio.fixture
async def pool(fresh_postgres_dsn: str) -> AsyncIterator["asyncpg.Pool[asyncpg.Record]"]:
    async with create_pool(PostgresSettings(dsn=SecretStr(fresh_postgres_dsn)), "intake") as opened:
        yield opened


def after(days: float) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


async def left(database: Database) -> set[str]:
    return {row["tracking_code"] for row in await database.fetch("SELECT tracking_code FROM report")}


async def test_a_kind_of_its_own_time_goes_then_and_the_others_at_theirs(
    intake: httpx.AsyncClient, database: Database, pool: Any
) -> None:
    fire = await report(intake, category="fire", asked="fire")
    child = await report(intake, text="Jag oroar mig", category="child_concern", asked="child_concern")
    plain = await report(intake, text="Något annat")

    assert await dispose_of_old(pool, BY_KIND, after(9)) == 0
    assert await dispose_of_old(pool, BY_KIND, after(11)) == 1
    assert await left(database) == {child, plain}
    assert await dispose_of_old(pool, BY_KIND, after(731)) == 1
    assert await left(database) == {child}
    assert (await intake.get(f"/api/v1/reports/{fire}")).json()["reason"] == "retention"


async def test_the_kind_it_was_last_taken_for_decides_and_not_the_one_its_reporter_chose(
    intake: httpx.AsyncClient, database: Database, pool: Any
) -> None:
    taken_for_fire = await report(intake, category="child_concern", asked="child_concern")
    chosen_fire = await report(intake, text="Eld", category="fire", asked="fire")
    await sorted_as(database, taken_for_fire, "fire")
    await sorted_as(database, chosen_fire, "fire")
    await sorted_as(database, chosen_fire, "child_concern", minutes=5)
    assert await dispose_of_old(pool, BY_KIND, after(11)) == 1
    assert await left(database) == {chosen_fire}


async def test_without_a_general_time_only_the_named_kinds_go(
    intake: httpx.AsyncClient, database: Database, pool: Any
) -> None:
    await report(intake, category="fire", asked="fire")
    plain = await report(intake, text="Något annat")
    only = Retention(None, {CategoryCode.FIRE: 10})
    assert await dispose_of_old(pool, only, after(4000)) == 1
    assert await left(database) == {plain}


async def test_what_was_added_to_a_report_goes_with_it(
    intake: httpx.AsyncClient, database: Database, pool: Any
) -> None:
    code = await report(intake, category="fire", asked="fire")
    await add(intake, code, text="Det var ett barn där.", category="child_concern")
    assert await dispose_of_old(pool, BY_KIND, after(11)) >= 1
    assert await left(database) == set()


async def test_many_that_are_kept_longer_do_not_hide_those_that_go(
    intake: httpx.AsyncClient, database: Database, pool: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("services.intake.disposal._AT_A_TIME", 2)
    for number in range(3):
        await report(intake, text=f"Oro {number}", category="child_concern", asked="child_concern")
        await report(intake, text=f"Eld {number}", category="fire", asked="fire")
    assert await dispose_of_old(pool, BY_KIND, after(11)) == 3
    assert len(await left(database)) == 3


async def test_the_plan_says_what_there_is_and_what_goes(
    intake: httpx.AsyncClient, database: Database, pool: Any
) -> None:
    await report(intake, category="fire", asked="fire")
    code = await report(intake, text="Eld")
    await sorted_as(database, code, "fire")
    await report(intake, text="Något annat")
    async with pool.acquire() as connection:
        plan = await retention_store.kept(connection, BY_KIND, after(5), timedelta(days=6))
        later = await retention_store.kept(connection, BY_KIND, after(11), timedelta(0))
    assert [(each.category, each.reports, each.due, each.soon) for each in plan] == [
        ("fire", 2, 0, 2),
        (None, 1, 0, 0),
    ]
    assert [each.due for each in later] == [2, 0]
