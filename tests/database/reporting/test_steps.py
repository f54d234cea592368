"""What staff did: told to every report that may be told, once, in order, and taken back when it holds no longer."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from shared.identity import derived_id, new_id
from tests.database.reporting.conftest import Town
from tests.support.picture_events import (
    NOW,
    delivery_changed,
    enveloped,
    incident_changed,
    incident_id,
    report_disposed,
    report_enriched,
)

FIRE = incident_id("fire")
CLEANED = {
    "status": "measure_taken",
    "text": "Platsen är städad.",
    "text_en": "The place has been cleaned up.",
}
CLOSED = {"status": "closed", "reason": "nothing_found"}


def report(name: str) -> str:
    return str(derived_id("test report", name))


@pytest_asyncio.fixture
async def fire(town: Town) -> None:
    """One incident of two reports, passed on; nobody has done anything about it."""
    await town.hears(incident_changed("fire", report_count=2))
    await town.hears(report_enriched("first", "fire"), report_enriched("second", "fire"))
    await town.hears(delivery_changed("d", "fire"))
    await town.pool.execute("DELETE FROM outbox")
    town.now += timedelta(minutes=10)


async def take(
    staff: httpx.AsyncClient, step: dict[str, Any] = CLEANED, incident: UUID = FIRE
) -> httpx.Response:
    return await staff.post(f"/api/v1/incidents/{incident}/steps", json=step)


async def taken(staff: httpx.AsyncClient, step: dict[str, Any] = CLEANED, incident: UUID = FIRE) -> UUID:
    answer = await take(staff, step, incident)
    assert answer.status_code == 202, answer.text
    return UUID(answer.json()["step_id"])


async def take_back(staff: httpx.AsyncClient, step_id: UUID) -> httpx.Response:
    return await staff.post(f"/api/v1/steps/{step_id}/take-back")


async def detail(staff: httpx.AsyncClient, incident: UUID = FIRE) -> dict[str, Any]:
    found: dict[str, Any] = (await staff.get(f"/api/v1/incidents/{incident}")).json()
    return found


async def told(town: Town, name: str | None = None) -> list[tuple[str, str | None]]:
    """What the reporters have been told since the fixture, or one of them: the status, and the one that is taken back."""
    return [
        (each["status"], (each["takes_back"] or {}).get("status"))
        for each in await town.published("report.status.v1")
        if name is None or each["report_id"] == report(name)
    ]


async def test_a_measure_is_told_to_every_report_of_the_incident_in_the_words_of_staff(
    staff: httpx.AsyncClient, fire: None, town: Town
) -> None:
    step_id = await taken(staff)

    events = await town.published("report.status.v1")
    assert {each["report_id"] for each in events} == {report("first"), report("second")}
    for each in events:
        assert (each["status"], each["step_id"], each["reason"]) == ("measure_taken", str(step_id), None)
        assert (each["note"], each["note_en"]) == (CLEANED["text"], CLEANED["text_en"])
        assert each["category"] == "fire"
    (shown,) = (await detail(staff))["steps"]
    assert (shown["status"], shown["text"], shown["told"]) == ("measure_taken", CLEANED["text"], 2)
    assert shown["recorded_by"] == "personal"
    assert not (await detail(staff))["is_closed"]


async def test_a_closing_says_why_and_never_that_it_is_mended(
    staff: httpx.AsyncClient, fire: None, town: Town
) -> None:
    await taken(staff, CLOSED)
    events = await town.published("report.status.v1")
    assert {(each["status"], each["reason"], each["note"]) for each in events} == {
        ("closed", "nothing_found", None)
    }
    found = await detail(staff)
    assert (found["is_closed"], found["reports_since_closed"]) == (True, 0)


@pytest.mark.parametrize(
    "step",
    [
        {"status": "closed"},
        {"status": "closed", "reason": "fixed"},
        {"status": "measure_taken", "reason": "over"},
        {"status": "passed_on"},
        {"status": "measure_taken", "text": ""},
        {"status": "measure_taken", "text": "x" * 301},
        {"status": "measure_taken", "text": "a\x07b"},
        {"status": "measure_taken", "text_en": "Only in English."},
        {"status": "measure_taken", "who": "Kim"},
        {"status": "measure_taken", "revision": "1"},
    ],
)
async def test_what_is_no_step_is_refused(
    staff: httpx.AsyncClient, fire: None, town: Town, step: dict[str, Any]
) -> None:
    assert (await take(staff, step)).status_code == 422
    assert await told(town) == []


async def test_what_points_at_somebody_is_not_told_and_the_preview_marks_it(
    staff: httpx.AsyncClient, fire: None, town: Town
) -> None:
    words = {"text": "Vi har talat med Kim, 070-174 06 05."}
    preview = (await staff.post("/api/v1/steps/preview", json=words)).json()
    assert preview["personal_details"] == ["phone_number"]
    assert "[telefonnummer]" in preview["text"]
    refused = await take(staff, {"status": "measure_taken", **words})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/personal-details")
    assert await told(town) == []


async def test_a_report_that_joins_later_learns_of_the_measure_as_of_when_it_was_assessed(
    staff: httpx.AsyncClient, fire: None, town: Town
) -> None:
    await taken(staff)
    late = NOW + timedelta(hours=2)
    await town.takes([enveloped(report_enriched("late", "fire"), at=late)])

    events = [
        each for each in await town.published("report.status.v1") if each["report_id"] == report("late")
    ]
    assert [each["status"] for each in events] == ["assessed", "passed_on", "measure_taken"]
    assert events[2]["at"] == events[0]["at"]
    assert events[2]["note"] == CLEANED["text"]


async def test_what_was_seen_after_a_measure_is_not_told_that_it_is_mended_by_it(
    staff: httpx.AsyncClient, fire: None, town: Town
) -> None:
    await taken(staff)
    seen = town.now + timedelta(minutes=1)
    await town.takes([enveloped(report_enriched("new", "fire", at=seen), at=seen + timedelta(minutes=2))])
    assert "measure_taken" not in [status for status, _ in await told(town, "new")]
    town.now += timedelta(minutes=9)
    await taken(staff)
    assert [status for status, _ in await told(town, "new")].count("measure_taken") == 1


async def test_a_wrong_step_is_told_what_could_be_right(staff: httpx.AsyncClient, fire: None) -> None:
    assert "'measure_taken' or 'closed'" in (await take(staff, {"status": "done"})).text
    assert "nothing_found" in (await take(staff, {"status": "closed"})).text


async def test_a_report_after_the_closing_is_not_closed_with_it_and_staff_see_that(
    staff: httpx.AsyncClient, fire: None, town: Town
) -> None:
    await taken(staff, CLOSED)
    assert (await take(staff, CLOSED)).json()["type"] == "/problems/already-closed"
    town.now += timedelta(hours=1)
    await town.takes([enveloped(report_enriched("late", "fire", text="Det pågår fortfarande."), at=town.now)])

    assert "closed" not in [status for status, _ in await told(town, "late")]
    found = await detail(staff)
    assert (found["is_closed"], found["reports_since_closed"]) == (True, 1)

    town.now += timedelta(minutes=1)
    await taken(staff, CLOSED | {"reason": "over"})
    assert [status for status, _ in await told(town, "late")][-1] == "closed"
    assert [status for status, _ in await told(town, "first")] == ["closed"], "told once that it is closed"
    assert (await detail(staff))["reports_since_closed"] == 0


async def test_opened_again_everybody_who_was_told_is_told_what_holds_instead(
    staff: httpx.AsyncClient, fire: None, town: Town
) -> None:
    await taken(staff)
    town.now += timedelta(minutes=1)
    await taken(staff, CLOSED)
    town.now += timedelta(minutes=1)
    await town.takes([enveloped(report_enriched("late", "fire"), at=town.now)])
    town.now += timedelta(minutes=1)
    second = await taken(staff, CLOSED)
    town.now += timedelta(minutes=1)
    assert (await take_back(staff, second)).json()["told"] == 3
    assert (await take_back(staff, second)).json()["type"] == "/problems/already-taken-back"

    for name in ("first", "late"):
        assert (await told(town, name))[-2:] == [("closed", None), ("measure_taken", "closed")]
    assert not (await detail(staff))["is_closed"]
    town.now += timedelta(minutes=1)
    await taken(staff, CLOSED)
    assert (await told(town, "first"))[-1] == ("closed", None), "and may be closed anew"


async def test_a_measure_that_was_not_taken_is_taken_back_and_what_was_before_it_holds(
    staff: httpx.AsyncClient, fire: None, town: Town
) -> None:
    step_id = await taken(staff)
    assert (await take_back(staff, step_id)).status_code == 202

    events = [
        each for each in await town.published("report.status.v1") if each["report_id"] == report("first")
    ]
    assert [(each["status"], each["note"]) for each in events] == [
        ("measure_taken", CLEANED["text"]),
        ("passed_on", None),
    ]
    assert events[1]["takes_back"] == {"step_id": str(step_id), "status": "measure_taken"}
    assert datetime.fromisoformat(events[1]["at"]) > datetime.fromisoformat(events[0]["at"])
    (shown,) = (await detail(staff))["steps"]
    assert shown["taken_back_by"] == "personal"
    assert (await take_back(staff, new_id())).status_code == 404


async def test_heard_again_nothing_is_told_twice(staff: httpx.AsyncClient, fire: None, town: Town) -> None:
    await taken(staff)
    await taken(staff, CLOSED)
    before = await town.published("report.status.v1")
    for number in range(3):
        again = report_enriched("first", "fire", text=f"Läst igen {number}.")
        await town.takes([enveloped(again, at=NOW + timedelta(hours=1, minutes=number))])
        await town.takes([enveloped(again, at=NOW + timedelta(hours=1, minutes=number))])
    assert await town.published("report.status.v1") == before
    assert len({each["event_id"] for each in before}) == 4


async def test_made_anew_from_the_log_the_projection_takes_nothing_back(
    staff: httpx.AsyncClient, fire: None, town: Town
) -> None:
    await taken(staff)
    await taken(staff, CLOSED)
    await town.pool.execute("TRUNCATE report, report_status, incident, inbox, told, delivery")
    before = await told(town, "first")
    town.now += timedelta(days=1)
    await town.hears(incident_changed("fire", report_count=2))
    await town.hears(report_enriched("first", "fire"), report_enriched("second", "fire"))
    await town.hears(delivery_changed("d", "fire"))

    after = await told(town, "first")
    assert after[len(before) :] == [("assessed", None), ("passed_on", None)], (
        "as once before, under the same ids"
    )
    found = await detail(staff)
    assert (found["is_closed"], found["reports_since_closed"]) == (True, 0)


async def test_a_report_that_is_moved_is_told_what_holds_where_it_is_now(
    staff: httpx.AsyncClient, fire: None, town: Town
) -> None:
    await town.hears(incident_changed("other"), report_enriched("third", "other"))
    await taken(staff)
    await taken(staff, CLOSED)
    await taken(
        staff, {"status": "measure_taken", "text": "Polisen har varit på platsen."}, incident_id("other")
    )
    town.now += timedelta(minutes=5)
    await town.takes([enveloped(report_enriched("first", "other", text="Flyttad."), at=town.now)])

    moved = (await told(town, "first"))[2:]
    assert sorted(moved[:2], key=str) == [("passed_on", "closed"), ("passed_on", "measure_taken")]
    assert moved[2:] == [("measure_taken", None)]
    assert len(await told(town, "second")) == 2

    town.now += timedelta(minutes=5)
    await town.takes([enveloped(report_enriched("first", "fire", text="Tillbaka."), at=town.now)])
    back = (await told(town, "first"))[5:]
    assert ("measure_taken", None) in back
    assert ("closed", None) in back
    assert len({each["event_id"] for each in await town.published("report.status.v1")}) == len(
        await town.published("report.status.v1")
    )


async def test_what_was_done_stays_done_when_two_incidents_are_made_one(
    staff: httpx.AsyncClient, town: Town
) -> None:
    await town.hears(incident_changed("fire"), report_enriched("first", "fire"))
    await town.hears(incident_changed("other"), report_enriched("third", "other"))
    await taken(staff)
    await taken(staff, CLOSED)
    town.now += timedelta(minutes=5)
    await town.takes([enveloped(report_enriched("first", "other", text="Samma sak."), at=town.now)])

    assert (await told(town, "first"))[-1] == ("measure_taken", "closed")
    (shown,) = (await detail(staff, incident_id("other")))["steps"]
    assert (shown["incident_id"], shown["told"]) == (str(FIRE), 1)


async def test_when_two_incidents_are_made_one_report_by_report_nobody_is_left_believing_that_nothing_was_done(
    staff: httpx.AsyncClient, fire: None, town: Town
) -> None:
    await town.hears(incident_changed("other"), report_enriched("third", "other"))
    await taken(staff)
    for name in ("first", "second"):
        town.now += timedelta(minutes=5)
        await town.takes([enveloped(report_enriched(name, "other", text="Samma sak."), at=town.now)])

    assert (await told(town, "first"))[-2:] == [("passed_on", "measure_taken"), ("measure_taken", None)]
    assert (await told(town, "second")) == [("measure_taken", None)]
    (shown,) = (await detail(staff, incident_id("other")))["steps"]
    assert (shown["incident_id"], shown["told"]) == (str(FIRE), 2)


async def test_who_was_moved_elsewhere_is_not_told_again_when_the_others_are_made_one(
    staff: httpx.AsyncClient, fire: None, town: Town
) -> None:
    await town.hears(incident_changed("other"), report_enriched("third", "other"))
    await town.hears(incident_changed("elsewhere"), report_enriched("fourth", "elsewhere"))
    await taken(staff)
    for name, where in (("first", "elsewhere"), ("second", "other")):
        town.now += timedelta(minutes=5)
        await town.takes([enveloped(report_enriched(name, where, text="Flyttad."), at=town.now)])

    assert (await told(town, "first"))[-1] == ("passed_on", "measure_taken")


async def test_of_a_disposed_report_nothing_is_told_and_words_go_with_the_last_one(
    staff: httpx.AsyncClient, fire: None, town: Town
) -> None:
    await taken(staff)
    await town.hears(report_disposed("first"))
    await taken(staff, CLOSED | {"text": "Vi har letat."})
    assert await told(town, "first") == []
    assert [status for status, _ in await told(town, "second")] == ["measure_taken", "closed"]

    await town.hears(report_disposed("second"))
    gone = incident_changed("fire", revision=9, withdrawn=True, change="disposed", disposed_reports=2)
    await town.hears(gone)
    assert {(each["text"], each["text_en"]) for each in (await detail(staff))["steps"]} == {("", None)}
    assert (await take(staff)).json()["type"] == "/problems/incident-withdrawn"


async def test_what_has_changed_since_it_was_seen_is_looked_at_again_first(
    staff: httpx.AsyncClient, fire: None, town: Town
) -> None:
    seen = (await detail(staff))["revision"]
    await town.hears(incident_changed("fire", revision=seen + 1, report_count=3))
    refused = await take(staff, CLOSED | {"revision": seen})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/changed-meanwhile")
    assert (await take(staff, CLOSED | {"revision": seen + 1})).status_code == 202


async def test_only_staff_and_only_from_our_own_page(
    stranger: httpx.AsyncClient, staff: httpx.AsyncClient, fire: None, town: Town
) -> None:
    step_id = await taken(staff)
    for answer in (
        await take(stranger),
        await take_back(stranger, step_id),
        await stranger.post("/api/v1/steps/preview", json={"text": "Hej."}),
        await stranger.get("/api/v1/steps/ready"),
    ):
        assert answer.status_code == 401
    await stranger.post("/sign-in", data={"token": "a-token-of-sufficient-length", "name": "Anna"})
    assert (await take(stranger)).json()["type"] == "/problems/forged-request"
    assert (await take_back(stranger, step_id)).json()["type"] == "/problems/forged-request"
    own = await stranger.post(
        f"/api/v1/incidents/{FIRE}/steps", json=CLOSED, headers={"X-Requested-With": "vardkase"}
    )
    assert own.status_code == 202
    assert (await detail(staff))["steps"][0]["recorded_by"] == "Anna"
    assert (await take(staff, incident=new_id())).status_code == 404
