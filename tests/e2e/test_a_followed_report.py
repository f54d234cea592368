"""What is added to a report, and what becomes of its kind, through the whole system: one incident, and questions asked again."""

import re
from typing import Any

import httpx

from deploy.system import System
from tests.support.journey import incident_of, intake, reporting, until

# A municipality of its own: what other tests report is none of its business.
HERE = "1982"
REPORT = {
    "text": "Det brinner i en container bakom skolan, mycket rök.",
    "municipality": HERE,
    "lat": 59.9,
    "lon": 16.6,
    "category": "environment",
}


async def test_what_is_added_joins_its_incident_and_a_corrected_kind_asks_its_own_questions_once(
    system: System,
) -> None:
    async with intake(system) as citizen, reporting(system) as staff:
        code, report_id = await _reported(citizen)
        await until(lambda: _category(citizen, code), lambda found: found == "fire")
        page = (await citizen.get(f"/follow/{code}?lang=en")).text
        assert "Your report was sorted as: Fire." in page
        assert "Is it still burning?" in page

        answered = {"category": "fire", "token": "t", "step": "send", "answer-still_burning": "yes"}
        assert (await citizen.post(f"/follow/{code}/questions", data=answered)).status_code == 303
        still = {"token": "t", "relation": "still_on"}
        assert (await citizen.post(f"/follow/{code}/add", data=still)).status_code == 303
        incident = await until(
            lambda: incident_of(staff, report_id, HERE), lambda found: _reports(found) == 3
        )
        assert (incident["report_count"], incident["ongoing"], incident["category"]) == (3, True, "fire")
        assert 'id="sorted-title"' not in (await citizen.get(f"/follow/{code}")).text

        address = f"/api/v1/incidents/{incident['incident_id']}/correction"
        assert (await staff.post(address, json={"category": "vandalism"})).status_code == 202
        await until(lambda: _category(citizen, code), lambda found: found == "vandalism")
        page = (await citizen.get(f"/follow/{code}?lang=sv")).text
        assert "Din rapport har sorterats som Skadegörelse eller klotter." in page
        assert re.search(r'name="answer-\w+"', page.partition('id="sorted-title"')[2])
        history = (await citizen.get(f"/api/v1/reports/{code}")).json()["history"]
        assert [step["status"] for step in history].count("assessed") == 1

        await _still_one_incident_after_the_correction(citizen, staff, code, report_id)


async def _still_one_incident_after_the_correction(
    citizen: httpx.AsyncClient, staff: httpx.AsyncClient, code: str, report_id: str
) -> None:
    added = {"token": "u", "asked": "", "text": "Väggen bredvid är svart av sot."}
    assert (await citizen.post(f"/follow/{code}/add", data=added)).status_code == 303
    incident = await until(lambda: incident_of(staff, report_id, HERE), lambda found: _reports(found) == 4)
    assert incident["category"] == "vandalism"


async def _reported(citizen: httpx.AsyncClient) -> tuple[str, str]:
    accepted = (await citizen.post("/api/v1/reports", json=REPORT)).json()
    return accepted["tracking_code"], accepted["id"]


async def _category(citizen: httpx.AsyncClient, code: str) -> str | None:
    found: str | None = (await citizen.get(f"/api/v1/reports/{code}")).json()["category"]
    return found


def _reports(incident: dict[str, Any]) -> int:
    return len(incident.get("reports", ()))
