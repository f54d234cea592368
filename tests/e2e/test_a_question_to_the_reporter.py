"""A question through the whole system: asked by staff, shown to the reporter, answered, and seen beside the question."""

import json
from typing import Any

import httpx

from deploy.system import System
from shared.events import Agency
from shared.topics import ALERTS, REPORT_RECEIVED
from tests.support.journey import incident_of, intake, records_on, reporting, until

# A municipality of its own: what other tests report is none of its business.
HERE = "1904"
QUESTION = "Hörde du något innan det började brinna?"
REPORT = {"text": "Det brinner i ett garage på Storgatan i Skinnskatteberg.", "municipality": HERE}
ANSWER = "Ja, en smäll. Fråga Zyxvut på 070-174 06 05."


async def test_a_question_reaches_the_reporter_and_its_answer_comes_back_redacted_and_once(
    system: System,
) -> None:
    async with intake(system) as citizen, reporting(system) as staff:
        report = (await citizen.post("/api/v1/reports", json=REPORT)).json()
        follow, page = f"/api/v1/reports/{report['tracking_code']}", f"/follow/{report['tracking_code']}"
        incident = await until(lambda: incident_of(staff, report["id"], HERE), bool)
        incident_id = incident["incident_id"]
        question_id = await _ask(staff, report["id"], QUESTION)
        taken_back = await _ask(staff, report["id"], "Pågår det fortfarande?")

        await until(lambda: _open_to(citizen, follow), lambda found: len(found) == 2)
        assert (await staff.post(f"/api/v1/questions/{taken_back}/withdraw")).status_code == 202
        await until(lambda: _open_to(citizen, follow), [QUESTION].__eq__)
        assert QUESTION in (await citizen.get(page)).text

        form = {"question": question_id, "text": ANSWER}
        for _ in range(2):
            assert (await citizen.post(f"{page}/answer", data=form)).status_code == 303
        assert await _open_to(citizen, follow) == []

        questions = await until(lambda: _questions(staff, incident_id), _is_answered)
        assert {each["state"] for each in questions} == {"answered", "withdrawn"}
        answer = next(each["answer"] for each in questions if each["answer"])
        assert answer["text"] == "Ja, en smäll. Fråga Zyxvut på [telefonnummer]."
        assert [each["answers"] for each in await _told_of(system)] == [None, question_id]
        assert not [alert for alert in await _alerts(system) if "Zyxvut" in alert]

        assert (await citizen.delete(follow)).status_code == 200
        await until(lambda: _texts(staff, incident_id), {""}.__eq__)
        refused = await staff.post(f"/api/v1/reports/{report['id']}/questions", json={"text": QUESTION})
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/report-disposed")


async def _ask(staff: httpx.AsyncClient, report_id: str, text: str) -> str:
    asked = await staff.post(f"/api/v1/reports/{report_id}/questions", json={"text": text})
    assert asked.status_code == 202, asked.text
    return str(asked.json()["question_id"])


async def _open_to(citizen: httpx.AsyncClient, follow: str) -> list[str]:
    return [each["text"] for each in (await citizen.get(follow)).json()["questions"]]


async def _questions(staff: httpx.AsyncClient, incident_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await staff.get(f"/api/v1/incidents/{incident_id}")).json()["questions"]
    return found


def _is_answered(questions: list[dict[str, Any]]) -> bool:
    return any(each["answer"] for each in questions)


async def _texts(staff: httpx.AsyncClient, incident_id: str) -> set[str]:
    """What is left of the questions and answers."""
    questions = await _questions(staff, incident_id)
    return {each["text"] for each in questions} | {
        each["answer"]["text"] for each in questions if each["answer"]
    }


async def _told_of(system: System) -> list[dict[str, Any]]:
    bodies = [json.loads(body) for body in await records_on(system, REPORT_RECEIVED.name)]
    return [body for body in bodies if body["municipality"] == HERE]


async def _alerts(system: System) -> list[str]:
    """All that any agency was told."""
    return [
        body.decode()
        for agency in Agency
        for body in await records_on(system, ALERTS[agency].name, user=agency)
    ]
