"""What staff ask a reporter is an update of the request, told to who sent it and to nobody else."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx

from services.intake import staff_question_store, store
from shared.events import FollowStatus, QuestionChanged, QuestionStatus, ReportStatusChanged
from shared.identity import new_id
from tests.database.intake.conftest import running_intake
from tests.support.open311 import BASE, get, make_key, post_request

Database = Any
TEXT = "Vilken mur menar du, den mot torget?"


async def ask(database: Database, report_id: str) -> QuestionChanged:
    asked = QuestionChanged(
        municipality="1983",
        question_id=new_id(),
        report_id=UUID(report_id),
        status=QuestionStatus.ASKED,
        text=TEXT,
        text_en="Which wall?",
        at=datetime.now(UTC),
    )
    await staff_question_store.keep_asked(database, [asked])
    return asked


async def updates(intake: httpx.AsyncClient, **query: str) -> list[dict[str, str]]:
    answer = await get(intake, "servicerequestupdates.json", **query)
    assert answer.status_code == 200, answer.text
    told: list[dict[str, str]] = answer.json()
    return told


async def send(intake: httpx.AsyncClient, key: str, **fields: str) -> str:
    return str((await post_request(intake, key, **fields)).json()[0]["service_request_id"])


async def test_its_sender_reads_the_question_and_the_status_is_as_it_was(
    intake: httpx.AsyncClient, database: Database
) -> None:
    key = await make_key(database)
    report_id = await send(intake, key)
    news = ReportStatusChanged(
        municipality="1983", report_id=UUID(report_id), status=FollowStatus.ASSESSED, at=datetime.now(UTC)
    )
    await store.insert_statuses(database, [news])
    await ask(database, report_id)
    step, question = await updates(intake, api_key=key)
    assert (step["status"], question["status"]) == ("INVESTIGATING", "INVESTIGATING")
    assert (question["service_request_id"], question["external_status_code"]) == (report_id, "question")
    assert TEXT in question["description"]
    assert "http://intake/follow" in question["description"]
    assert step["update_id"] != question["update_id"]
    english = await updates(intake, api_key=key, locale="en")
    assert "Which wall?" in english[1]["description"]
    closed = news.model_copy(update={"status": FollowStatus.CLOSED, "at": datetime.now(UTC)})
    await store.insert_statuses(database, [closed])
    assert [each["status"] for each in await updates(intake, api_key=key)] == [
        "INVESTIGATING",
        "INVESTIGATING",
        "CLOSED",
    ]


async def test_what_is_asked_about_an_update_is_an_update_of_its_request(
    intake: httpx.AsyncClient, database: Database
) -> None:
    key = await make_key(database)
    report_id = await send(intake, key)
    form = {"api_key": key, "service_request_id": report_id, "description": "Nu är det mer."}
    sent = await intake.post(f"{BASE}/servicerequestupdates.json", data=form)
    await ask(database, sent.json()[0]["update_id"])
    (question,) = await updates(intake, api_key=key)
    assert question["service_request_id"] == report_id


async def test_a_question_that_is_taken_back_is_no_longer_told(
    intake: httpx.AsyncClient, database: Database
) -> None:
    key = await make_key(database)
    asked = await ask(database, await send(intake, key))
    assert len(await updates(intake, api_key=key)) == 1
    withdrawn = asked.model_copy(update={"text": None, "text_en": None, "status": QuestionStatus.WITHDRAWN})
    await staff_question_store.keep_withdrawn(database, [withdrawn])
    assert await updates(intake, api_key=key) == []


async def test_nobody_else_hears_of_it_and_of_grave_matters_its_words_are_not_told(
    fresh_postgres_dsn: str, database: Database, monkeypatch: Any
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    async with running_intake(fresh_postgres_dsn, open311_open_to_all=["vandalism"]) as intake:
        key = await make_key(database)
        await ask(database, await send(intake, key))
        await ask(database, await send(intake, key, service_code="violence"))
        assert await updates(intake) == []
        open_one, grave = await updates(intake, api_key=key)
    assert TEXT in open_one["description"]
    assert TEXT not in grave["description"]


async def test_questions_and_steps_are_paged_together(intake: httpx.AsyncClient, database: Database) -> None:
    key = await make_key(database)
    for _ in range(3):
        await ask(database, await send(intake, key))
    whole = await updates(intake, api_key=key)
    pages = [await updates(intake, api_key=key, page_size="2", page=str(page)) for page in (1, 2)]
    assert [*pages[0], *pages[1]] == whole
