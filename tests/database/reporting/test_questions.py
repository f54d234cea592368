"""A question to a reporter: asked and taken back with its event, answered by a report, gone with the report it is about."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from shared.identity import derived_id, new_id
from tests.database.reporting.conftest import Town
from tests.support.picture_events import (
    NOW,
    enveloped,
    incident_changed,
    incident_id,
    report_disposed,
    report_enriched,
)

FIRE, REPORT = incident_id("fire"), derived_id("test report", "the first")
READY = "Pågår det fortfarande?"
OWN = "Hörde du något innan det började brinna?"


@pytest_asyncio.fixture
async def fire(town: Town) -> None:
    """One incident of one report."""
    await town.hears(incident_changed("fire"), report_enriched("the first", "fire"))


async def ask(staff: httpx.AsyncClient, text: str = OWN, report: UUID = REPORT) -> httpx.Response:
    return await staff.post(f"/api/v1/reports/{report}/questions", json={"text": text})


async def asked(staff: httpx.AsyncClient, text: str = OWN) -> UUID:
    answer = await ask(staff, text)
    assert answer.status_code == 202, answer.text
    return UUID(answer.json()["question_id"])


async def withdraw(staff: httpx.AsyncClient, question_id: UUID) -> httpx.Response:
    return await staff.post(f"/api/v1/questions/{question_id}/withdraw")


async def shown(staff: httpx.AsyncClient, incident: UUID = FIRE) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await staff.get(f"/api/v1/incidents/{incident}")).json()["questions"]
    return found


def answering(question_id: UUID | None, name: str = "the answer", **given: Any) -> Any:
    text = given.pop(
        "text",
        "Nej, det var tyst.\n\nSvar på en fråga från kommunen.\n\nDen tidigare rapporten: Det brinner.",
    )
    return report_enriched(name, "fire", answers=question_id, text=text)


async def test_a_question_is_published_with_its_row_and_not_answered_yet(
    staff: httpx.AsyncClient, fire: None, town: Town
) -> None:
    question_id = await asked(staff)

    (event,) = await town.published("question.v1")
    assert (event["question_id"], event["report_id"]) == (str(question_id), str(REPORT))
    assert (event["status"], event["text"], event["text_en"]) == ("asked", OWN, None)
    assert "asked_by" not in event
    (question,) = await shown(staff)
    assert (question["state"], question["text"], question["answer"]) == ("open", OWN, None)
    assert question["asked_by"] == "personal"


async def test_a_ready_question_is_told_in_both_languages_whichever_it_was_chosen_in(
    staff: httpx.AsyncClient, fire: None, town: Town
) -> None:
    ready = (await staff.get("/api/v1/questions/ready")).json()
    assert {"sv": READY, "en": "Is it still going on?"} in ready
    await asked(staff, "Is it still  going on? ")

    (event,) = await town.published("question.v1")
    assert (event["text"], event["text_en"]) == (READY, "Is it still going on?")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Var det Kim på 070-174 06 05?", "phone_number"),
        ("Är det han med 19900101-2389?", "personal_number"),
        ("Såg du bilen ABC 12D, reg nr ABC123?", "vehicle_plate"),
        ("Kan du mejla kim@exempel.se?", "email"),
    ],
)
async def test_what_points_at_somebody_else_is_not_asked_and_the_preview_marks_it(
    staff: httpx.AsyncClient, fire: None, town: Town, text: str, kind: str
) -> None:
    preview = (await staff.post("/api/v1/questions/preview", json={"text": text})).json()
    assert preview["personal_details"] == [kind]
    assert "[" in preview["text"]
    refused = await ask(staff, text)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/personal-details")
    assert await town.published("question.v1") == []
    assert await shown(staff) == []


@pytest.mark.parametrize("text", ["", "   ", "x" * 501, "a\x00b", "a\x07b"])
async def test_what_is_no_question_is_refused(staff: httpx.AsyncClient, fire: None, text: str) -> None:
    assert (await ask(staff, text)).status_code == 422
    assert (await staff.post("/api/v1/questions/preview", json={"text": text})).status_code == 422


async def test_the_answer_stands_beside_the_question_in_the_reporters_own_words(
    staff: httpx.AsyncClient, fire: None, town: Town
) -> None:
    question_id = await asked(staff)
    await town.hears(answering(question_id))

    (question,) = await shown(staff)
    assert question["state"] == "answered"
    assert question["answer"]["text"] == "Nej, det var tyst."
    assert question["answer"]["report_id"] == str(derived_id("test report", "the answer"))


async def test_an_answer_read_again_without_the_question_stays_its_answer_and_the_first_one_holds(
    staff: httpx.AsyncClient, fire: None, town: Town
) -> None:
    question_id = await asked(staff)
    await town.hears(answering(question_id), answering(question_id, "another", text="Något annat."))
    later = NOW + timedelta(minutes=9)
    await town.takes([enveloped(report_enriched("the answer", "fire", text="Nej, det var tyst."), at=later)])

    (question,) = await shown(staff)
    assert question["answer"]["text"] == "Nej, det var tyst."


async def test_a_question_is_taken_back_once_and_never_when_it_is_answered(
    staff: httpx.AsyncClient, fire: None, town: Town
) -> None:
    first, second = await asked(staff), await asked(staff, READY)
    assert (await withdraw(staff, first)).status_code == 202
    assert (await withdraw(staff, first)).status_code == 409
    await town.hears(answering(second))
    assert (await withdraw(staff, second)).status_code == 409
    assert (await withdraw(staff, new_id())).status_code == 404

    events = await town.published("question.v1")
    assert [event["status"] for event in events] == ["asked", "asked", "withdrawn"]
    assert (events[2]["question_id"], events[2]["text"]) == (str(first), None)
    assert {each["state"] for each in await shown(staff)} == {"withdrawn", "answered"}


async def test_an_answer_that_was_on_its_way_when_the_question_was_taken_back_is_shown(
    staff: httpx.AsyncClient, fire: None, town: Town
) -> None:
    question_id = await asked(staff)
    await withdraw(staff, question_id)
    await town.hears(answering(question_id))
    assert (await shown(staff))[0]["state"] == "answered"


async def test_a_question_about_a_report_that_is_gone_can_not_be_delivered_and_says_nothing_more(
    staff: httpx.AsyncClient, fire: None, town: Town
) -> None:
    await asked(staff)
    await town.hears(report_disposed("the first"))

    (question,) = await shown(staff)
    assert (question["state"], question["text"]) == ("undeliverable", "")
    refused = await ask(staff)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/report-disposed")
    assert await town.published("question.v1") == [], "what was not sent yet is not sent any more"


async def test_question_and_answer_are_gone_with_the_report_they_belong_to(
    staff: httpx.AsyncClient, fire: None, town: Town
) -> None:
    question_id = await asked(staff, READY)
    await town.hears(answering(question_id))
    await town.hears(report_disposed("the first"), report_disposed("the answer"))

    (question,) = await shown(staff)
    assert (question["state"], question["text"], question["text_en"]) == ("answered", "", None)
    assert (question["answer"]["text"], question["answer"]["disposed"]) == ("", "withdrawn")


async def test_what_nobody_follows_or_nobody_knows_can_not_be_asked_about(
    staff: httpx.AsyncClient, fire: None, town: Town
) -> None:
    await town.hears(report_enriched("bulletin", "fire", source="police_open_data"))
    refused = await ask(staff, report=derived_id("test report", "bulletin"))
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/nobody-follows")
    assert (await ask(staff, report=new_id())).status_code == 404


async def test_a_fourth_question_waits_until_one_is_answered_or_taken_back(
    staff: httpx.AsyncClient, fire: None
) -> None:
    first = await asked(staff)
    for number in range(2):
        await asked(staff, f"Och fråga {number}?")
    assert (await ask(staff)).json()["type"] == "/problems/too-many-open-questions"
    await withdraw(staff, first)
    await asked(staff)


async def test_asking_needs_the_staff_token(stranger: httpx.AsyncClient, fire: None) -> None:
    assert (await ask(stranger)).status_code == 401
    assert (await stranger.get("/api/v1/questions/ready")).status_code == 401
    assert (await stranger.post("/api/v1/questions/preview", json={"text": OWN})).status_code == 401


async def test_a_question_follows_its_report_to_another_incident(
    staff: httpx.AsyncClient, fire: None, town: Town
) -> None:
    await asked(staff)
    moved = report_enriched("the first", "another fire", at=NOW - timedelta(hours=5))
    await town.takes(
        [enveloped(each, at=NOW + timedelta(minutes=9)) for each in (incident_changed("another fire"), moved)]
    )
    assert await shown(staff) == []
    assert len(await shown(staff, incident_id("another fire"))) == 1
