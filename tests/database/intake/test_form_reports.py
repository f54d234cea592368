"""What the form stores beside a report, and what becomes of it when the report goes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

Database = Any
FORM = {"text": "Lösa hundar på banan", "when": "now", "token": "t", "step": "confirmed"}
HERE = {"lat": "59.514", "lon": "15.998", "accuracy_m": "20"}
ON_THE_TRACK = {"lat": 59.514, "lon": 15.998}
SIMILAR = f"/similar?category=animal&lat={HERE['lat']}&lon={HERE['lon']}&lang=sv"


async def report(intake: httpx.AsyncClient, **fields: str) -> str:
    sent = await intake.post("/?lang=sv", data={**FORM, **fields})
    assert sent.status_code == 303, sent.text
    return str(sent.headers["location"].split("/")[2].partition("?")[0])


async def tell_of_dogs(intake: httpx.AsyncClient, *, hours: int) -> None:
    told = {"occurred_at": (datetime.now(UTC) - timedelta(hours=hours)).isoformat(), **ON_THE_TRACK}
    answer = await intake.post(
        "/api/v1/reports", json={"text": f"Hundar, {hours}", "category": "animal", **told}
    )
    assert answer.status_code == 202


async def add(intake: httpx.AsyncClient, code: str, **fields: str) -> httpx.Response:
    return await intake.post(
        f"/follow/{code}/add?lang=sv", data={"token": "a", "asked": fields.get("category", ""), **fields}
    )


async def test_what_is_added_goes_when_the_report_is_taken_back(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code = await report(intake)
    assert (await add(intake, code, text="De är tre.")).status_code == 303
    assert (await add(intake, code, relation="still_on")).status_code == 303
    other = await report(intake, text="Ett annat ärende")
    assert await database.fetchval("SELECT count(*) FROM report") == 4
    assert (await intake.delete(f"/api/v1/reports/{code}")).status_code == 200
    assert await database.fetchval("SELECT array_agg(tracking_code) FROM report") == [other]


async def test_the_same_addition_sent_twice_is_one(intake: httpx.AsyncClient, database: Database) -> None:
    code = await report(intake)
    first, second = [await add(intake, code, text="De är tre.") for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]
    assert await database.fetchval("SELECT count(*) FROM report") == 2


HOW_IT_IS_SENT = {
    "step": "",
    "altcha": "another",
    "shown": "later",
    "seen": "mark",
    "asked": "",
    "photo_waited": "1",
}


async def test_a_form_sent_anew_is_the_same_report_however_it_is_sent(
    intake: httpx.AsyncClient, database: Database
) -> None:
    """A browser that got no answer sends the form again when it can: as confirmed, with another solution of the challenge."""
    first = await report(intake, category="animal", **{"answer-animal_where": "road"})
    again = await report(
        intake, category="animal", **{"answer-animal_where": "road", **HOW_IT_IS_SENT, "asked": "animal"}
    )
    assert again == first
    assert await database.fetchval("SELECT count(*) FROM report") == 1


@pytest.mark.parametrize(
    "other",
    [{"text": "Lösa hundar på gatan"}, {"token": "of another page"}, {"phone": "070-123 45 67"}, HERE],
)
async def test_a_form_that_says_something_else_is_another_report(
    intake: httpx.AsyncClient, other: dict[str, str]
) -> None:
    assert await report(intake) != await report(intake, **other)


async def test_an_addition_stands_where_the_first_report_stands_and_is_of_its_kind(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code = await report(intake, category="animal", **HERE)
    await add(intake, code, text="De är tre.")
    rows = await database.fetch("SELECT lat, lon, category_hint FROM report")
    assert len(rows) == 2
    assert rows[0] == rows[1]


@pytest.mark.parametrize("fields", [{}, {"text": "  "}, {"text": "x" * 10_001}, {"category": "nonsense"}])
async def test_an_addition_that_says_nothing_is_sent_back(
    intake: httpx.AsyncClient, database: Database, fields: dict[str, str]
) -> None:
    code = await report(intake)
    page = await add(intake, code, **fields)
    assert page.status_code == 422
    assert 'href="#text"' in page.text
    assert await database.fetchval("SELECT count(*) FROM report") == 1


async def test_nothing_can_be_added_to_what_is_not_there(intake: httpx.AsyncClient) -> None:
    assert (await add(intake, "AAAA-AAAA-AAAA", text="x")).status_code == 404


async def test_a_mark_that_names_no_similar_report_joins_nothing(
    intake: httpx.AsyncClient, database: Database
) -> None:
    await report(intake, same_as="0" * 32, category="animal", **HERE)
    assert await database.fetchval("SELECT count(*) FROM form_report WHERE follows IS NOT NULL") == 0


@pytest.mark.parametrize(
    "query", ["lat=x&lon=y", "lat=nan&lon=1", "lat=1e999&lon=1", "lat=59.5", "category=x", ""]
)
async def test_anything_asked_of_similar_reports_gets_an_answer(
    intake: httpx.AsyncClient, query: str
) -> None:
    answer = await intake.get(f"/similar?{query}")
    assert (answer.status_code, answer.text.strip()) == (200, "")


async def test_what_was_not_seen_is_asked_before_it_is_stored(
    intake: httpx.AsyncClient, database: Database
) -> None:
    await report(intake, category="animal", **HERE)
    page = await intake.post(
        "/?lang=sv", data={**FORM, "step": "", "token": "u", "category": "animal", **HERE}
    )
    assert page.status_code == 200
    assert "inte skickad än" in page.text
    assert "Är det samma händelse?" in page.text
    assert FORM["text"] not in page.text.replace(f'value="{FORM["text"]}"', "")
    assert await database.fetchval("SELECT count(*) FROM report") == 1


async def test_a_choice_stands_though_others_report_the_same_in_between(
    intake: httpx.AsyncClient, database: Database
) -> None:
    first = await report(intake, category="animal", **HERE)
    asked = {**FORM, "step": "", "token": "u", "category": "animal", "text": "Tre hundar", **HERE}
    seen = (await intake.post("/", data=asked)).text.split('name="seen" value="')[1].split('"')[0]
    told = {"asked": "animal", "seen": seen, "same_as": seen.strip()}
    await intake.post(
        "/api/v1/reports",
        json={"text": "Hundar", "category": "animal", **ON_THE_TRACK},
    )

    sent = await intake.post("/", data={**asked, **told})

    assert (sent.status_code, "joined=1" in sent.headers["location"]) == (303, True)
    joined = await database.fetchval(
        "SELECT tracking_code FROM report JOIN form_report ON follows = report.id WHERE relation = 'same'"
    )
    assert joined.replace("-", "") == first.replace("-", "")


async def test_a_choice_stands_though_three_newer_ones_look_different(
    intake: httpx.AsyncClient, database: Database
) -> None:
    await tell_of_dogs(intake, hours=9)
    mark = (await intake.get(SIMILAR)).text.split('name="same_as" value="')[1].split('"')[0]
    for hours in (1, 2, 3):
        await tell_of_dogs(intake, hours=hours)
    asked = {**FORM, "step": "", "token": "u", "category": "animal", "text": "Tre hundar", **HERE}

    again = await intake.post("/", data={**asked, "asked": "animal", "seen": mark, "same_as": mark})

    assert f'value="{mark}" checked' in again.text
    assert again.text.count("började") == 3
    assert f'value="{mark}" checked' in (await intake.get(f"{SIMILAR}&same_as={mark}")).text
    await intake.post("/", data={**asked, "step": "confirmed", "same_as": mark})
    assert await database.fetchval("SELECT count(*) FROM form_report WHERE relation = 'same'") == 1


async def test_no_more_than_three_are_shown(intake: httpx.AsyncClient) -> None:
    for hours in range(5):
        await tell_of_dogs(intake, hours=hours)
    shown = await intake.get(SIMILAR)
    assert shown.text.count("började") == 3


@pytest.mark.parametrize(("state", "is_shown"), [("held", False), ("rejected", False), ("released", True)])
async def test_what_is_held_back_is_not_offered_as_similar(
    intake: httpx.AsyncClient, database: Database, state: str, *, is_shown: bool
) -> None:
    await report(intake, category="animal", **HERE)
    await database.execute(
        "INSERT INTO quarantine (report_id, state, reasons, received_at, body) "
        "SELECT id, $1, '{no_work}', received_at, CASE WHEN $1 = 'released' THEN NULL ELSE ''::bytea END FROM report",
        state,
    )
    answer = await intake.get(f"/similar?category=animal&lat={HERE['lat']}&lon={HERE['lon']}&lang=sv")
    assert (answer.text.strip() != "") is is_shown
