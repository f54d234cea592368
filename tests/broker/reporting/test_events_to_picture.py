"""Real events on a real broker, through the running service, to the picture."""

import asyncio
from collections.abc import Callable

import httpx

from tests.support.picture_events import delivery_changed, incident_changed, report_enriched
from tests.support.picture_sending import send

INCIDENTS = 40
# Each test has a municipality of its own: what others left on the topics is none of its business.
KIRUNA, YSTAD = "2584", "1286"


async def until(picture: httpx.AsyncClient, municipality: str, is_so: Callable[[dict], bool]) -> dict:
    async with asyncio.timeout(60):
        while True:
            drawn = (await picture.get("/api/v1/picture", params={"municipality": municipality})).json()
            if is_so(drawn):
                return drawn
            await asyncio.sleep(0.1)


def from_municipality(records, municipality: str) -> list[dict[str, bytes]]:
    headers = [dict(record.headers) for record in records]
    return [each for each in headers if each["ce_municipality"] == municipality.encode()]


def is_whole(drawn: dict) -> bool:
    """Every report and incident is there, and who was told of each: the topics are read in no set order."""
    totals = drawn["totals"]
    told = [incident["agencies"] for incident in drawn["incidents"]]
    return totals["incidents"] == totals["reports"] == INCIDENTS and told == [["rescue"]] * INCIDENTS


async def test_events_on_three_topics_become_the_picture_and_reporters_are_told(kafka, picture):
    names = [f"kiruna {number}" for number in range(INCIDENTS)]
    there = {"municipality": KIRUNA}
    told = [delivery_changed(name, name, **there) for name in names]
    await send(kafka, told)
    await send(kafka, [report_enriched(name, name, **there) for name in names])
    await send(kafka, [incident_changed(name, **there) for name in names])
    await send(kafka, told)  # the same events once more, as after a crash
    drawn = await until(picture, KIRUNA, is_whole)
    assert drawn["rhythm"]["rhythm"] == "daily"
    ready = (await picture.get("/ready")).json()
    assert ready["status"] == "ready", ready
    records = await kafka.records(
        "report.status.v1", until=lambda found: len(from_municipality(found, KIRUNA)) >= 2 * INCIDENTS
    )
    ids = [headers["ce_id"] for headers in from_municipality(records, KIRUNA)]
    assert len(ids) == len(set(ids)) == 2 * INCIDENTS
    await kafka.records("rhythm.changed.v1", until=lambda found: bool(from_municipality(found, KIRUNA)))


async def test_what_cannot_be_read_is_set_apart_and_the_picture_goes_on(kafka, picture):
    await kafka.send(
        "report.enriched.v1", b"{not json", headers=[("ce_type", b"se.vardkase.report.enriched.v1")]
    )
    await kafka.send("incident.changed.v1", b"{}", key=b"poison", headers=[("ce_type", None)])
    await send(kafka, [incident_changed("after the poison", municipality=YSTAD)])
    await until(picture, YSTAD, lambda drawn: drawn["totals"]["incidents"] == 1)
    apart = await kafka.records("dead-letter.reporting.v1", at_least=2)
    reasons = [dict(record.headers)["dl_reason"] for record in apart]
    assert any(b"null header" in reason for reason in reasons)
