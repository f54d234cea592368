"""What is added to a report repeats its words, so it must not outlive it, whichever of the two comes first by a hair."""

import asyncio
import json
from typing import Any

import httpx

from tests.database.intake.test_form_reports import HERE, add, report

Database = Any
WORDS = "Lösa hundar på banan"


async def test_a_report_taken_back_while_much_is_added_to_it_leaves_nothing(
    intake: httpx.AsyncClient, database: Database
) -> None:
    for again in range(4):
        code = await report(intake, token=f"round {again}")
        adding = [
            add(intake, code, text=f"Tillägg {number}.", token=f"{again} {number}") for number in range(30)
        ]
        taken_back = intake.delete(f"/api/v1/reports/{code}")
        answers = await asyncio.gather(*adding[:15], taken_back, *adding[15:])
        assert {answer.status_code for answer in answers} <= {200, 303, 410}
        assert answers[15].status_code == 200
        assert await database.fetchval("SELECT count(*) FROM report") == 0
        told = [row["body"].decode() for row in await database.fetch("SELECT body FROM outbox")]
        assert not [body for body in told if WORDS in body]


async def test_an_addition_that_waits_for_the_withdrawal_is_not_stored(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code = await report(intake)
    async with database.transaction():
        await database.execute("DELETE FROM report WHERE tracking_code = $1", code)
        adding = asyncio.create_task(add(intake, code, text="De är tre."))
        await asyncio.sleep(0.5)
        assert not adding.done()
    assert (await adding).status_code in {404, 410}
    assert await database.fetchval("SELECT count(*) FROM report") == 0
    assert (
        await database.fetchval(
            "SELECT count(*) FROM idempotency WHERE report_id NOT IN (SELECT id FROM report)"
        )
        == 1
    )


async def test_a_report_held_for_the_same_as_one_that_goes_stands_by_itself(
    intake: httpx.AsyncClient, database: Database
) -> None:
    first = await report(intake, category="animal", **HERE)
    mark = (await intake.get(f"/similar?category=animal&lat={HERE['lat']}&lon={HERE['lon']}")).text.split(
        'value="'
    )[1][:32]
    await report(intake, text="Tre hundar", category="animal", same_as=mark, seen=mark, **HERE)
    assert await database.fetchval("SELECT count(*) FROM form_report WHERE follows IS NOT NULL") == 1
    await intake.delete(f"/api/v1/reports/{first}")
    (kept,) = await database.fetch("SELECT body FROM outbox WHERE topic = 'report.received.v1'")
    assert json.loads(kept["body"])["relation"] == "same"
    assert await database.fetchval("SELECT count(*) FROM report") == 1
