"""The way of an Open311 request: a client's form becomes an incident, and its steps come back as updates."""

import asyncio
from typing import Any

import asyncpg
import httpx

from deploy.system import System
from shared.topics import Service
from tests.support.journey import intake, reporting
from tests.support.open311 import BASE, GRAFFITI, make_key


async def test_a_request_is_understood_and_its_steps_come_back(system: System) -> None:
    key = await _key(system)
    async with intake(system) as client, reporting(system) as staff:
        sent = await client.post(f"{BASE}/requests.json", data={**GRAFFITI, "api_key": key})
        request_id = sent.json()[0]["service_request_id"]
        updates = await _updates(client, key, request_id, "INTERNAL_REFERRAL")
        word = {
            "service_request_id": request_id,
            "update_id": "1",
            "description": "Nu har de klottrat på bron också.",
        }
        told = await client.post(f"{BASE}/servicerequestupdates.json", data={**word, "api_key": key})
        incident = await _incident_of(staff, {request_id, told.json()[0]["update_id"]})
        shown = (await client.get(f"{BASE}/requests/{request_id}.json", params={"api_key": key})).json()[0]
    assert [update["status"] for update in updates][:2] == ["INVESTIGATING", "INTERNAL_REFERRAL"]
    assert incident["category"] == "vandalism"
    assert (shown["status"], shown["updated_datetime"]) == ("open", updates[-1]["updated_datetime"])
    assert shown["status_notes"].startswith("Vidarebefordrad")


async def _key(system: System) -> str:
    connection = await asyncpg.connect(
        system.servers.postgres_as(Service.INTAKE), server_settings={"search_path": "intake"}
    )
    try:
        return await make_key(connection)
    finally:
        await connection.close()


async def _updates(client: httpx.AsyncClient, key: str, request_id: str, until: str) -> list[dict[str, Any]]:
    async with asyncio.timeout(60):
        while True:
            answer = await client.get(f"{BASE}/servicerequestupdates.json", params={"api_key": key})
            mine = [update for update in answer.json() if update["service_request_id"] == request_id]
            if until in {update["status"] for update in mine}:
                return mine
            await asyncio.sleep(0.2)


async def _incident_of(staff: httpx.AsyncClient, report_ids: set[str]) -> dict[str, Any]:
    """The one incident that all these reports belong to."""
    async with asyncio.timeout(60):
        while True:
            picture = (await staff.get("/api/v1/picture", params={"municipality": "1983"})).json()
            for summary in picture["incidents"]:
                incident: dict[str, Any] = (
                    await staff.get(f"/api/v1/incidents/{summary['incident_id']}")
                ).json()
                if report_ids <= {report["report_id"] for report in incident["reports"]}:
                    return incident
            await asyncio.sleep(0.5)
