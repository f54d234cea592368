"""A doubtful report through the whole system: reviewed, corrected, told to others, and taken back."""

from collections.abc import Callable
from typing import Any

import httpx

from deploy.system import System
from shared.events import Agency
from tests.support.journey import UNCLEAR, alerts_to, intake, report_unclear, reporting, until

# A municipality of its own: what other tests report is none of its business.
HERE = {"municipality": "1960"}
SCHOOL = {"category": "school_incident", "severity": 2, "note": "Rektorn ringde från 070-174 06 35."}


async def test_a_corrected_report_is_told_to_the_school_and_withdrawn_from_the_police_until_it_is_undone(
    system: System,
) -> None:
    async with intake(system) as citizen, reporting(system) as staff:
        await report_unclear(citizen, HERE["municipality"])
        report = await _doubtful_and_told_to_the_police(system, staff)
        incident_id = report["incident_id"]
        assert report["pending"] is None

        address = f"/api/v1/reports/{report['report_id']}/correction"
        accepted = await staff.post(address, json=SCHOOL)
        assert accepted.status_code == 202
        correction_id = accepted.json()["correction_id"]

        incident = await until(lambda: _incident(staff, incident_id), _is_corrected)
        assert (incident["category"], incident["severity"]) == ("school_incident", 2)
        assert incident["corrections"][0]["note"] == "Rektorn ringde från [telefonnummer]."
        assert report["report_id"] not in await _queue(staff)
        await until(lambda: _kinds(system, Agency.SCHOOL, incident_id), ["new"].__eq__)
        await until(lambda: _kinds(system, Agency.POLICE, incident_id), ["new", "correction"].__eq__)

        assert (await staff.post(f"/api/v1/corrections/{correction_id}/undo")).status_code == 202
        assert (await staff.post(f"/api/v1/corrections/{correction_id}/undo")).status_code == 409
        incident = await until(lambda: _incident(staff, incident_id), _is_as_before(report))
        assert incident["corrections"][0]["state"] == "undone"
        assert report["report_id"] in await _queue(staff)
        await until(lambda: _kinds(system, Agency.SCHOOL, incident_id), ["new", "correction"].__eq__)
        await until(lambda: _kinds(system, Agency.POLICE, incident_id), ["new", "correction", "new"].__eq__)


async def _doubtful_and_told_to_the_police(system: System, staff: httpx.AsyncClient) -> dict[str, Any]:
    """One that is alone in its incident, once nothing more can be linked to it."""

    async def candidates() -> list[dict[str, Any]]:
        totals = (await staff.get("/api/v1/picture", params=HERE)).json()["totals"]
        if totals["reports"] < len(UNCLEAR):
            return []
        reports = (await staff.get("/api/v1/review", params=HERE)).json()["reports"]
        return [
            report
            for report in reports
            if len((await _incident(staff, report["incident_id"]))["reports"]) == 1
            and await _kinds(system, Agency.POLICE, report["incident_id"]) == ["new"]
            and not await _kinds(system, Agency.SCHOOL, report["incident_id"])
        ]

    return (await until(candidates, bool))[0]


async def _queue(staff: httpx.AsyncClient) -> set[str]:
    reports = (await staff.get("/api/v1/review", params=HERE)).json()["reports"]
    return {report["report_id"] for report in reports}


async def _incident(staff: httpx.AsyncClient, incident_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await staff.get(f"/api/v1/incidents/{incident_id}")).json()
    return found


def _is_corrected(incident: dict[str, Any]) -> bool:
    states = [each["state"] for each in incident["corrections"]]
    return states == ["applied"] and incident["history"][-1]["change"] == "corrected"


def _is_as_before(report: dict[str, Any]) -> Callable[[dict[str, Any]], bool]:
    def is_as_before(incident: dict[str, Any]) -> bool:
        return incident["category"] == report["category"] and [
            each["state"] for each in incident["corrections"]
        ] == ["undone"]

    return is_as_before


async def _kinds(system: System, agency: Agency, incident_id: str) -> list[str]:
    return [alert["kind"] for alert in await alerts_to(system, agency, incident_id)]
