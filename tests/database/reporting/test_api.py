from datetime import timedelta
from uuid import UUID

import pytest

from tests.support.picture_events import (
    KOLSVA,
    NOW,
    SOMEWHERE,
    delivery_changed,
    incident_changed,
    incident_id,
    report_enriched,
)

NOBODYS = UUID("00000000-0000-4000-8000-000000000000")


async def a_fire(town):
    await town.hears(
        report_enriched("a", "fire"),
        incident_changed("fire"),
        delivery_changed("d", "fire"),
    )


async def test_the_picture_shows_an_incident_with_the_agencies_told(town, staff):
    await a_fire(town)
    answer = await staff.get("/api/v1/picture")
    assert answer.status_code == 200
    picture = answer.json()
    assert picture["municipality"] == {"code": "1983", "name": "Köping"}
    assert picture["period"]["days"] == 14
    assert len(picture["days"]) == 28
    assert picture["totals"]["reports"] == picture["totals"]["incidents"] == 1
    assert picture["totals"]["by_source"] == {"citizen": 1}
    (fire,) = picture["incidents"]
    assert fire["agencies"] == ["rescue"]
    assert fire["verification"] == "unverified"
    assert picture["categories"][0]["sentence_sv"] == "Bränder: 1 mot 0 perioden före, för få för att säga"
    assert picture["categories"][0]["expected_low"] is None


async def test_a_report_counts_before_its_incident_is_known(town, staff):
    await town.hears(report_enriched("a", "fire"))
    totals = (await staff.get("/api/v1/picture")).json()["totals"]
    assert (totals["reports"], totals["incidents"]) == (1, 0)


async def test_an_unchanged_picture_is_not_sent_again(town, staff):
    await a_fire(town)
    first = await staff.get("/api/v1/picture")
    tag = {"If-None-Match": first.headers["etag"]}
    assert (await staff.get("/api/v1/picture", headers=tag)).status_code == 304
    await town.hears(incident_changed("another"))
    assert (await staff.get("/api/v1/picture", headers=tag)).status_code == 200


async def test_an_expectation_needs_three_earlier_periods(town, staff):
    for period in range(1, 5):
        for number in range(3):
            at = NOW - timedelta(days=14 * period, hours=number)
            await town.hears(incident_changed(f"{period}-{number}", at=at))
    await town.hears(*[incident_changed(f"now-{n}", at=NOW - timedelta(hours=n)) for n in range(9)])
    (fires,) = (await staff.get("/api/v1/picture")).json()["categories"]
    assert (fires["count"], fires["previous"]) == (9, 3)
    assert fires["expected_low"] <= 3 <= fires["expected_high"] < 9
    assert fires["finding"] == "more"
    assert fires["sentence_sv"] == f"Bränder: 9 mot väntade {fires['expected_low']}–{fires['expected_high']}"


async def test_a_place_known_only_as_the_municipality_has_no_geometry(town, staff):
    await town.hears(incident_changed("here", location=KOLSVA), incident_changed("there", location=SOMEWHERE))
    answer = await staff.get("/api/v1/incidents.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    geometry = {each["id"]: each["geometry"] for each in answer.json()["features"]}
    assert geometry[str(incident_id("here"))] == {"type": "Point", "coordinates": [15.84, 59.6]}
    assert geometry[str(incident_id("there"))] is None


async def test_an_incident_is_told_with_its_reports_deliveries_and_history(town, staff):
    await a_fire(town)
    await town.hears(incident_changed("fire", revision=2, change="report_linked", report_count=2))
    detail = (await staff.get(f"/api/v1/incidents/{incident_id('fire')}")).json()
    assert detail["report_count"] == 2
    assert detail["reports"][0]["text"] == "Det brinner i soprummet vid hamnen."
    assert detail["reports"][0]["link_reason"] == "först"
    assert detail["deliveries"][0]["agency"] == "rescue"
    assert [each["revision"] for each in detail["history"]] == [1, 2]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"/api/v1/incidents/{NOBODYS}", 404),
        ("/api/v1/incidents/not-an-id", 422),
        ("/api/v1/picture?municipality=0000", 404),
        ("/api/v1/picture?days=0", 422),
        ("/api/v1/picture?days=many", 422),
        ("/api/v1/picture?to=yesterday", 422),
        ("/api/v1/picture?to=0001-01-01", 422),
        ("/api/v1/situation-reports/1983/7.pdf", 404),
        ("/api/v1/situation-reports/1983/99999999999.json", 422),
        ("/api/v1/situation-reports/none/1.json", 404),
        ("/api/v1/nothing", 404),
    ],
)
async def test_a_wrong_question_is_answered_with_a_problem(staff, address, status):
    answer = await staff.get(address)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


async def test_the_maps_ground_is_served_and_may_be_kept(staff):
    outlines = await staff.get("/api/v1/municipalities.geojson")
    assert len(outlines.json()["features"]) == 290
    assert "max-age" in outlines.headers["cache-control"]
    names = [
        each["properties"]["name"]
        for each in (await staff.get("/api/v1/localities.geojson")).json()["features"]
    ]
    assert "Kolsva" in names
    settings = (await staff.get("/api/v1/map-settings")).json()
    west, south, east, north = settings["bounds"]
    assert west < settings["center"][0] < east
    assert south < settings["center"][1] < north
    assert settings["tile_url"] is None


async def test_a_day_is_counted_by_the_clock_in_sweden(town, staff):
    late_evening_utc = NOW.replace(hour=23, minute=30) - timedelta(days=2)
    await town.hears(
        incident_changed("night", at=late_evening_utc), report_enriched("night", "night", at=late_evening_utc)
    )
    days = (await staff.get("/api/v1/picture?days=7")).json()["days"]
    (day,) = [each for each in days if each["incidents"]]
    assert (day["date"], day["reports"]) == ("2026-11-22", 1)


async def test_the_end_of_the_period_is_not_in_it(town, staff):
    midnight = NOW.replace(hour=23, minute=0) - timedelta(days=1)  # local midnight of the 23rd
    await town.hears(incident_changed("midnight", at=midnight))
    until = (await staff.get("/api/v1/picture?to=2026-11-23")).json()
    assert until["totals"]["incidents"] == 0
    assert (await staff.get("/api/v1/picture?to=2026-11-23T10:00:00Z")).json()["totals"]["incidents"] == 1
