"""Nothing of a disposed report is left in what is read, and what was taken back is not counted, whatever comes first."""

from itertools import permutations

import httpx
import pytest

from tests.database.reporting.conftest import Town
from tests.support.marker import where_it_stands
from tests.support.picture_events import (
    SOMEWHERE,
    delivery_changed,
    enveloped,
    incident_changed,
    incident_id,
    report_disposed,
    report_enriched,
)

REPORT = report_enriched(
    "one", "rumour", text="Zyxvut säger att det brinner", reasons=("ord: Zyxvut",), needs_review=True
)
OPENED = incident_changed(
    "rumour", hearsay_only=True, summary="Zyxvut säger att det brinner", reasons=("Zyxvut",)
)
WITHDRAWN = incident_changed(
    "rumour",
    revision=2,
    change="disposed",
    summary="Återtagen av den som rapporterade.",
    reasons=(),
    location=SOMEWHERE,
    disposed_reports=1,
    withdrawn=True,
)
STORY = [REPORT, OPENED, report_disposed("one"), WITHDRAWN]
TABLES = (
    "report",
    "incident",
    "incident_history",
    "claim",
    "claim_incident",
    "disposal",
    "inbox",
    "report_status",
)


async def words_left(town: Town) -> list[str]:
    """What has been published is the broker's to let go of."""
    await town.pool.execute("DELETE FROM outbox")
    async with town.pool.acquire() as connection:
        return await where_it_stands(connection, "Zyxvut")


async def test_in_whatever_order_it_is_told_nothing_of_it_is_left(town: Town) -> None:
    for order in permutations(STORY):
        for event in order:
            await town.hears(event)
        assert await words_left(town) == []
        await town.hears(*[each for each in order if each is not WITHDRAWN], sent="again")
        assert await words_left(town) == []
        for table in TABLES:
            await town.pool.execute(f"TRUNCATE {table}")


async def test_the_claim_that_was_made_of_it_says_what_the_incident_says(town: Town) -> None:
    await town.hears(REPORT, OPENED)
    assert [claim["statement"] for claim in await town.published("claim.changed.v1")] == [OPENED.summary]
    await town.hears(report_disposed("one"), WITHDRAWN)
    statements = [claim["statement"] for claim in await town.published("claim.changed.v1")]
    assert statements == [WITHDRAWN.summary], "what was not sent yet is not sent any more"


async def test_what_was_taken_back_is_in_no_count_and_its_page_says_so(
    town: Town, staff: httpx.AsyncClient
) -> None:
    await town.hears(REPORT, OPENED, report_enriched("two", "fire"), incident_changed("fire"))
    await town.hears(delivery_changed("d", "rumour"))
    before = (await staff.get("/api/v1/picture?municipality=1983")).json()
    assert (before["totals"]["incidents"], before["totals"]["reports"]) == (2, 2)

    await town.hears(report_disposed("one"), WITHDRAWN)
    after = (await staff.get("/api/v1/picture?municipality=1983")).json()
    assert (after["totals"]["incidents"], after["totals"]["reports"]) == (1, 1)
    assert "Zyxvut" not in str(after)
    detail = (await staff.get(f"/api/v1/incidents/{incident_id('rumour')}")).json()
    assert detail["withdrawn"]
    assert [(each["text"], each["disposed"]) for each in detail["reports"]] == [("", "withdrawn")]
    assert (await staff.get("/api/v1/review?municipality=1983")).json()["reports"] == []


async def test_what_was_kept_long_enough_stays_in_the_counts(town: Town, staff: httpx.AsyncClient) -> None:
    gone = WITHDRAWN.model_copy(update={"withdrawn": False, "summary": "Uppgifterna är gallrade."})
    await town.hears(REPORT, OPENED, report_disposed("one", "retention"), gone)
    totals = (await staff.get("/api/v1/picture?municipality=1983")).json()["totals"]
    assert (totals["incidents"], totals["reports"]) == (1, 1)
    assert await words_left(town) == []


@pytest.mark.parametrize("about", ["report", "incident"])
async def test_what_a_person_wrote_of_it_goes_and_nobody_writes_more(
    town: Town, staff: httpx.AsyncClient, about: str
) -> None:
    await town.hears(REPORT, OPENED)
    address = (
        f"/api/v1/{about}s/{REPORT.report_id if about == 'report' else incident_id('rumour')}/correction"
    )
    note = {"location": {"lat": 59.51, "lon": 16.0, "name": "Zyxvut"}, "note": "Zyxvut ringde."}
    assert (await staff.post(address, json=note)).status_code == 202
    await town.hears(report_disposed("one"), WITHDRAWN)
    assert await words_left(town) == []
    assert (await staff.post(address, json=note)).status_code == 404
    detail = (await staff.get(f"/api/v1/incidents/{incident_id('rumour')}")).json()
    assert [each["note"] for each in detail["corrections"]] == [None]


async def test_a_disposal_told_again_has_no_effect(town: Town) -> None:
    await town.takes([enveloped(each) for each in STORY])
    await town.hears(*STORY, sent="again")
    assert await town.pool.fetchval("SELECT count(*) FROM disposal") == 1
    assert await words_left(town) == []


async def test_what_waits_for_the_broker_or_was_refused_by_it_goes_too(
    town: Town, staff: httpx.AsyncClient
) -> None:
    """A note on the report, the claim that quotes it; what is about others stays."""
    await town.hears(REPORT, OPENED, report_enriched("other", "else", text="Något annat"))
    address = f"/api/v1/reports/{REPORT.report_id}/correction"
    assert (await staff.post(address, json={"severity": 1, "note": "Zyxvut ringde"})).status_code == 202
    await town.pool.execute(
        "INSERT INTO outbox_refused (position, event_id, topic, key, headers, body, stored_at, reason) "
        "SELECT position, event_id, topic, key, headers, body, stored_at, 'too large' FROM outbox"
    )
    async with town.pool.acquire() as connection:
        assert await where_it_stands(connection, "Zyxvut") != []
        await town.hears(report_disposed("one"), WITHDRAWN)
        assert await where_it_stands(connection, "Zyxvut") == []
        left = await connection.fetch("SELECT headers ->> 'ce_subject' AS subject FROM outbox_refused")
    assert str(report_enriched("other", "else").report_id) in {row["subject"] for row in left}
