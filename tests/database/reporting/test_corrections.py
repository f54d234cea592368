from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from services.reporting.session import Sessions
from shared.identity import derived_id
from tests.database.reporting.conftest import TOKEN
from tests.support.picture_events import HARBOUR, KOLSVA, NOW, incident_changed, incident_id, report_enriched

NOBODYS = UUID("00000000-0000-4000-8000-000000000000")

REPORT = derived_id("test report", "r")
SCHOOL_YARD = {"lat": 59.5105, "lon": 15.9902, "name": "Skolgården", "uncertainty_m": 60}


def doubtful(name="r", incident="i", **given):
    """A report that the machine was not sure of."""
    values = {
        "category": "disorder",
        "category_confidence": 0.41,
        "category_alternatives": ({"category": "school_incident", "confidence": 0.38},),
        "severity": 2,
        "needs_review": True,
        "places": (
            {"words": "hamnen", "location": HARBOUR, "role": "chosen", "why": "närmast"},
            {"words": "Kolsva", "location": KOLSVA, "role": "set_aside", "why": "längre bort"},
        ),
        "contradicts_pin": True,
    }
    return report_enriched(name, incident, **(values | given))


async def a_doubtful_report(town, **given):
    await town.hears(
        doubtful(**given), incident_changed("i", needs_review=True, category="disorder", severity=2)
    )


async def corrected(staff, **body):
    answer = await staff.post(f"/api/v1/reports/{REPORT}/correction", json=body)
    assert answer.status_code == 202, answer.text
    return UUID(answer.json()["correction_id"])


async def answered(town, correction_id, sent="answer", **given):
    """What enrichment publishes when it has taken a correction."""
    changed = {"correction_id": correction_id, "needs_review": False, **given}
    town.now += timedelta(seconds=5)
    await town.takes([envelope_of(town, doubtful(**changed), sent)])


def envelope_of(town, event, sent):
    from tests.support.picture_events import enveloped

    return enveloped(event, sent=sent, at=town.now)


async def queue(staff, **asked):
    return (await staff.get("/api/v1/review", params=asked)).json()


async def corrections(staff):
    return (await staff.get(f"/api/v1/incidents/{incident_id('i')}")).json()["corrections"]


async def test_a_doubtful_report_waits_with_what_the_machine_thought(town, staff):
    await a_doubtful_report(town)
    await town.hears(report_enriched("sure", "j"))
    waiting = await queue(staff)
    assert (waiting["count"], waiting["waiting"], waiting["next"]) == (1, 0, None)
    (report,) = waiting["reports"]
    assert (report["category"], report["category_confidence"]) == ("disorder", 0.41)
    assert report["category_alternatives"] == [{"category": "school_incident", "confidence": 0.38}]
    assert [place["words"] for place in report["places"]] == ["hamnen", "Kolsva"]
    assert report["contradicts_pin"] is True
    assert report["pending"] is None


async def test_the_gravest_come_first_and_of_them_the_oldest(town, staff):
    for name, severity, hours in (("a", 2, 9), ("b", 3, 1), ("c", 3, 5), ("d", 1, 20)):
        await town.hears(doubtful(name, name, severity=severity, at=NOW - timedelta(hours=hours)))
    ids = [derived_id("test report", name) for name in "cbad"]
    assert [UUID(each["report_id"]) for each in (await queue(staff))["reports"]] == ids
    first = await queue(staff, limit=3)
    assert (first["count"], first["next"]) == (4, str(ids[2]))
    rest = await queue(staff, limit=3, after=first["next"])
    assert [UUID(each["report_id"]) for each in rest["reports"]] == ids[3:]
    assert rest["next"] is None


async def test_an_unchanged_queue_is_not_sent_again(town, staff):
    await a_doubtful_report(town)
    tag = {"If-None-Match": (await staff.get("/api/v1/review")).headers["etag"]}
    assert (await staff.get("/api/v1/review", headers=tag)).status_code == 304
    await corrected(staff, category="disorder")
    assert (await staff.get("/api/v1/review", headers=tag)).status_code == 200


async def test_another_municipality_has_a_queue_of_its_own(town, staff):
    await a_doubtful_report(town)
    assert (await queue(staff, municipality="1984"))["count"] == 0


async def test_a_correction_is_published_with_the_place_and_without_numbers_of_people(town, staff):
    await a_doubtful_report(town)
    note = "Rektor ringde 070-174 06 35"
    correction_id = await corrected(
        staff, category="school_incident", severity=3, location=SCHOOL_YARD, note=note
    )
    (published,) = await town.published("correction.v1")
    assert published["correction_id"] == str(correction_id) == str(published["event_id"])
    assert (published["report_id"], published["incident_id"]) == (str(REPORT), str(incident_id("i")))
    assert (published["category"], published["severity"]) == ("school_incident", 3)
    assert published["location"] == {
        **SCHOOL_YARD, "uncertainty_m": 60.0, "precision": "place", "municipality": "1983", "confidence": 1.0
    }  # fmt: skip
    assert published["note"] == "Rektor ringde [telefonnummer]"
    assert published["corrected_by"] == "staff"
    (shown,) = await corrections(staff)
    assert (shown["state"], shown["category"], shown["note"]) == (
        "pending",
        "school_incident",
        published["note"],
    )


async def test_who_signed_in_with_a_name_is_published_as_a_sign(town, app):
    await a_doubtful_report(town)
    from starlette.responses import Response

    signed_in = Response()
    Sessions(TOKEN, hours=12, secure_cookie=False, clock=town.clock).begin(signed_in, "Asta Påhittad")
    headers = {"Cookie": signed_in.headers["set-cookie"].split(";")[0], "X-Requested-With": "vardkase"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://picture", headers=headers
    ) as client:
        await corrected(client, category="disorder")
    (published,) = await town.published("correction.v1")
    assert published["corrected_by"] == "AP"


async def test_a_corrected_report_waits_for_its_answer_and_then_leaves_the_queue(town, staff):
    await a_doubtful_report(town)
    correction_id = await corrected(staff, category="school_incident")
    waiting = await queue(staff)
    assert (waiting["count"], waiting["waiting"]) == (1, 1)
    assert waiting["reports"][0]["pending"]["correction_id"] == str(correction_id)
    await answered(town, correction_id, category="school_incident")
    assert (await queue(staff))["count"] == 0
    assert [each["state"] for each in await corrections(staff)] == ["applied"]


async def test_to_confirm_is_to_state_the_same_category_and_settles_the_report(town, staff):
    await a_doubtful_report(town)
    await answered(town, await corrected(staff, category="disorder"), needs_review=True)
    assert (await queue(staff))["count"] == 0


async def test_an_undone_correction_brings_the_report_back(town, staff):
    await a_doubtful_report(town)
    correction_id = await corrected(staff, category="school_incident")
    await answered(town, correction_id, category="school_incident")
    answer = await staff.post(f"/api/v1/corrections/{correction_id}/undo")
    assert answer.status_code == 202
    undo = UUID(answer.json()["correction_id"])
    (before,) = await corrections(staff)
    assert (before["state"], before["undo_asked_at"] is not None) == ("applied", True)
    published = (await town.published("correction.v1"))[-1]
    assert (published["undoes"], published["report_id"]) == (str(correction_id), str(REPORT))
    assert (published["category"], published["severity"], published["location"]) == (None, None, None)

    await answered(town, undo, sent="undone", needs_review=True)
    assert [each["state"] for each in await corrections(staff)] == ["undone"]
    assert (await queue(staff))["count"] == 1


async def test_a_correction_is_undone_once_and_an_undoing_never(town, staff):
    await a_doubtful_report(town)
    correction_id = await corrected(staff, severity=3)
    undo = (await staff.post(f"/api/v1/corrections/{correction_id}/undo")).json()["correction_id"]
    for again in (correction_id, undo):
        answer = await staff.post(f"/api/v1/corrections/{again}/undo")
        assert answer.status_code == 409
        assert answer.headers["content-type"] == "application/problem+json"
    assert len(await town.published("correction.v1")) == 2


async def test_an_incident_is_corrected_as_a_whole_and_answered_by_the_incident(town, staff):
    await a_doubtful_report(town)
    answer = await staff.post(f"/api/v1/incidents/{incident_id('i')}/correction", json={"severity": 4})
    correction_id = answer.json()["correction_id"]
    (published,) = await town.published("correction.v1")
    assert (published["report_id"], published["severity"]) == (None, 4)
    await town.hears(
        incident_changed("i", revision=2, severity=4, change="corrected", correction_id=correction_id)
    )
    detail = (await staff.get(f"/api/v1/incidents/{incident_id('i')}")).json()
    assert (detail["severity"], detail["corrections"][0]["state"]) == (4, "applied")
    assert detail["history"][-1]["change"] == "corrected"


async def test_a_reports_correction_is_not_answered_by_its_incident_alone(town, staff):
    await a_doubtful_report(town)
    correction_id = await corrected(staff, severity=4)
    await town.hears(
        incident_changed("i", revision=2, severity=4, change="corrected", correction_id=correction_id)
    )
    assert [each["state"] for each in await corrections(staff)] == ["pending"]


async def test_a_redelivered_answer_changes_nothing(town, staff):
    await a_doubtful_report(town)
    correction_id = await corrected(staff, category="school_incident")
    await answered(town, correction_id, category="school_incident")
    at = await town.pool.fetchval("SELECT applied_at FROM correction")
    await answered(town, correction_id, sent="again", category="school_incident")
    assert await town.pool.fetchval("SELECT applied_at FROM correction") == at


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"note": "bara ord"},
        {"category": "fier"},
        {"severity": 5},
        {"severity": 0},
        {"kategori": "fire"},
        {"location": {"lat": 59.5}},
        {"location": {"lat": 95, "lon": 15}},
        {"location": {"lat": 59.5, "lon": 15.9, "uncertainty_m": 0}},
        {"location": {"lat": 59.5, "lon": 15.9, "precision": "municipality"}},
        {"category": "fire", "note": "x" * 501},
        [],
    ],
)
async def test_a_correction_that_says_nothing_usable_is_refused_and_leaves_nothing(town, staff, body):
    await a_doubtful_report(town)
    for address in (
        f"/api/v1/reports/{REPORT}/correction",
        f"/api/v1/incidents/{incident_id('i')}/correction",
    ):
        answer = await staff.post(address, json=body)
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
    assert await town.pool.fetchval("SELECT count(*) FROM correction") == 0
    assert await town.published("correction.v1") == []


@pytest.mark.parametrize(
    "address",
    [
        f"/api/v1/reports/{NOBODYS}/correction",
        f"/api/v1/incidents/{NOBODYS}/correction",
        f"/api/v1/corrections/{NOBODYS}/undo",
    ],
)
async def test_what_is_not_known_can_not_be_corrected(staff, address):
    answer = await staff.post(address, json={"category": "fire"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_stranger_neither_reads_the_queue_nor_corrects(town, stranger):
    await a_doubtful_report(town)
    assert (await stranger.get("/api/v1/review")).status_code == 401
    answer = await stranger.post(f"/api/v1/reports/{REPORT}/correction", json={"category": "fire"})
    assert answer.status_code == 401


async def test_a_report_read_before_there_was_a_queue_is_shown_without_what_was_not_kept(town, staff):
    await a_doubtful_report(town)
    await town.pool.execute(
        """UPDATE report SET assessment = '{"reasons": ["ord"], "link_reason": "först", "link_confidence": 1}'"""
    )
    (report,) = (await queue(staff))["reports"]
    assert (report["places"], report["location"]["precision"]) == ([], "unknown")
    detail = (await staff.get(f"/api/v1/incidents/{incident_id('i')}")).json()
    assert detail["reports"][0]["reasons"] == ["ord"]
