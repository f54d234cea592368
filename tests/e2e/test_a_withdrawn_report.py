"""A report through the whole system and out of it again: told, taken back, and within a minute in no table of any service."""

import json
import time

import asyncpg
import httpx

from deploy.system import System
from shared.envelope import outgoing
from shared.events import Agency, ReportEnriched, ReportReceived
from shared.kafka_clients import Producer
from shared.topics import REPORT_ENRICHED, REPORT_RECEIVED, Service
from tests.support.journey import alerts_to, incident_of, intake, records_on, reporting, until
from tests.support.marker import where_it_stands

# A municipality of its own: what other tests report is none of its business.
HERE = "1961"
MARKER = "Zyxvutbacken"
REPORT = {
    "text": f"Det brinner i ett garage på {MARKER} i Hallstahammar, två barn står precis bredvid!",
    "place_text": f"{MARKER}, Hallstahammar",
    "municipality": HERE,
    "contact": {"name": MARKER, "email": "zyxvut@exempel.se"},
}
GONE_WITHIN_S = 60.0


async def test_what_was_taken_back_is_gone_from_every_service_and_does_not_come_back(system: System) -> None:
    async with intake(system) as citizen, reporting(system) as staff:
        accepted = (await citizen.post("/api/v1/reports", json=REPORT)).json()
        incident = await until(lambda: incident_of(staff, accepted["id"], HERE), bool)
        assert MARKER in incident["summary"]
        incident_id = incident["incident_id"]
        await until(lambda: _kinds(system, incident_id), ["new"].__eq__)
        edition = (await staff.post("/api/v1/situation-reports", json={"municipality": HERE})).json()
        assert MARKER in (await staff.get(edition["json"])).text
        note = {"severity": 3, "note": f"{MARKER} är bekräftat av vakthavande."}
        correction = await staff.post(f"/api/v1/reports/{accepted['id']}/correction", json=note)
        assert correction.status_code == 202
        follow = f"/follow/{accepted['tracking_code']}/add"
        added = {"token": "t", "asked": "", "text": f"Lågorna når nu {MARKER} 3."}
        assert (await citizen.post(follow, data=added)).status_code == 303
        await until(lambda: _reports_of(staff, accepted["id"]), (2).__eq__)
        assert "reporting.situation_report" in await _tables(system)

        began = time.monotonic()
        assert (await citizen.delete(accepted["status_url"])).status_code == 200
        await until(lambda: _tables(system), [].__eq__)
        assert time.monotonic() - began < GONE_WITHIN_S

        assert (await citizen.get(accepted["status_url"])).status_code == 410
        picture = (await staff.get("/api/v1/picture", params={"municipality": HERE})).json()
        assert incident_id not in {each["incident_id"] for each in picture["incidents"]}
        detail = (await staff.get(f"/api/v1/incidents/{incident_id}")).json()
        assert (detail["withdrawn"], detail["reports"][0]["disposed"]) == (True, "withdrawn")
        await until(lambda: _kinds(system, incident_id), lambda told: told[-1] == "correction")

        await _send_everything_again(system, staff, accepted["id"])
        assert await _tables(system) == []
        assert "Uppgifterna raderades" in (await staff.get(edition["json"])).text


async def _send_everything_again(system: System, staff: httpx.AsyncClient, report_id: str) -> None:
    """As a broker restored from a copy would: the old records under new ids."""
    producer = Producer(system.servers.kafka_admin.as_settings(), "again")
    await producer.start()
    try:
        for topic, model in ((REPORT_RECEIVED, ReportReceived), (REPORT_ENRICHED, ReportEnriched)):
            for body in await records_on(system, topic.name):
                if json.loads(body)["report_id"] != report_id:
                    continue
                event = model.model_validate_json(body)
                record = outgoing(
                    topic, event, key=HERE, subject=report_id, source=Service.INTAKE, traceparent=None
                )
                headers = [(name, value.encode()) for name, value in record.headers.items()]
                await (await producer.send(topic.name, value=record.body, key=HERE.encode(), headers=headers))
    finally:
        await producer.stop()
    # What comes after them on the same way has been taken once they have.
    async with intake(system) as citizen:
        later = (
            await citizen.post(
                "/api/v1/reports", json={"text": "Cykel stulen vid stationen.", "municipality": HERE}
            )
        ).json()
    await until(lambda: incident_of(staff, later["id"], HERE), bool)


async def _tables(system: System) -> list[str]:
    connection = await asyncpg.connect(system.servers.postgres_dsn)
    try:
        return await where_it_stands(connection, MARKER)
    finally:
        await connection.close()


async def _reports_of(staff: httpx.AsyncClient, report_id: str) -> int:
    return len((await incident_of(staff, report_id, HERE)).get("reports", ()))


async def _kinds(system: System, incident_id: str) -> list[str]:
    return [alert["kind"] for alert in await alerts_to(system, Agency.RESCUE, incident_id)]
