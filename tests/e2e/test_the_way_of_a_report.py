"""The whole way of a report through four processes, Kafka and PostgreSQL: from HTTP to the agency and the picture."""

import asyncio
from typing import Any

import asyncpg
import httpx

from deploy.system import System
from shared.events import Agency
from shared.topics import TOPICS, Service
from tests.support.journey import alerts_to, intake, records_on, reporting

REPORT = {
    "text": "Det brinner i ett garage i Kolsva, två barn står precis bredvid! Ring mig på 070-174 06 35. Jag heter Asta.",
    "place_text": "Kolsva",
    "municipality": "1983",
    "contact": {"name": "Asta Påhittad", "email": "asta@exempel.se", "phone": "070-174 06 35"},
}


async def test_a_report_becomes_an_alert_and_a_point_in_the_picture(system: System) -> None:
    async with intake(system) as citizen, reporting(system) as staff:
        accepted = await citizen.post("/api/v1/reports", json=REPORT, headers={"Idempotency-Key": "e2e-1"})
        again = await citizen.post("/api/v1/reports", json=REPORT, headers={"Idempotency-Key": "e2e-1"})
        assert accepted.status_code == again.status_code == 202
        assert again.json() == accepted.json()

        followed = await _followed(citizen, accepted.json()["tracking_code"], "passed_on")
        assert [step["status"] for step in followed["history"]][-2:] == ["assessed", "passed_on"]

        incident = await _incident_of(staff, accepted.json()["id"])
        assert incident["category"] == "fire"
        assert incident["location"]["name"] == "Kolsva"
        assert incident["severity"] >= 3
        assert {"rescue", "police"} <= set(incident["agencies"])

    for agency in (Agency.RESCUE, Agency.POLICE):
        alerts = await alerts_to(system, agency, incident["incident_id"])
        assert [alert["kind"] for alert in alerts] == ["new"]
        assert alerts[0]["agency"] == agency


async def test_who_the_reporter_is_never_leaves_intake(system: System) -> None:
    async with intake(system) as citizen:
        accepted = (await citizen.post("/api/v1/reports", json=REPORT)).json()
        await _followed(citizen, accepted["tracking_code"], "assessed")

    for topic in TOPICS:
        published = b"".join(await records_on(system, topic.name))
        for secret in (
            b"asta@exempel.se",
            b"174 06 35",
            "Påhittad".encode(),
            accepted["tracking_code"].encode(),
        ):
            assert secret not in published, f"{secret!r} on {topic.name}"
    for service in (Service.ENRICHMENT, Service.NOTIFIER, Service.REPORTING):
        assert await _intake_is_closed_to(system, service)


async def test_intake_accepts_while_kafka_is_down_and_the_report_arrives_later(system: System) -> None:
    async with intake(system) as citizen:
        system.servers.stack.kill_broker()
        try:
            accepted = await citizen.post(
                "/api/v1/reports",
                json={"text": "Cykel stulen vid stationen i Köping", "municipality": "1983"},
            )
        finally:
            await asyncio.to_thread(system.servers.stack.restart_broker)
        assert accepted.status_code == 202
        await _followed(citizen, accepted.json()["tracking_code"], "assessed")


async def test_the_picture_is_for_staff_only(system: System) -> None:
    async with httpx.AsyncClient(base_url=system.url(Service.REPORTING)) as stranger:
        assert (await stranger.get("/api/v1/picture")).status_code == 401
        assert (await stranger.get("/")).status_code == 303


async def _followed(intake: httpx.AsyncClient, code: str, status: str) -> dict[str, Any]:
    async with asyncio.timeout(60):
        while True:
            answer: dict[str, Any] = (await intake.get(f"/api/v1/reports/{code}")).json()
            if status in {step["status"] for step in answer["history"]}:
                return answer
            await asyncio.sleep(0.2)


async def _incident_of(reporting: httpx.AsyncClient, report_id: str) -> dict[str, Any]:
    picture = (await reporting.get("/api/v1/picture", params={"municipality": "1983"})).json()
    for summary in picture["incidents"]:
        incident: dict[str, Any] = (await reporting.get(f"/api/v1/incidents/{summary['incident_id']}")).json()
        if report_id in {report["report_id"] for report in incident["reports"]}:
            return incident
    raise AssertionError(f"report {report_id} is in no incident of the picture")


async def _intake_is_closed_to(system: System, service: Service) -> bool:
    connection = await asyncpg.connect(system.servers.postgres_as(service))
    try:
        await connection.fetchval("SELECT count(*) FROM intake.contact")
    except asyncpg.InsufficientPrivilegeError:
        return True
    finally:
        await connection.close()
    return False
