"""What a person said stands, then and later, until it is taken back; and then everything is as if it had not been said."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from deploy.cli.corrections import rows_of
from services.enrichment.domain import Understanding
from services.enrichment.handlers import Enrichment
from services.enrichment.reading import ThreadReader
from shared.envelope import Envelope
from shared.events import CorrectionMade, Event, ReportReceived
from shared.identity import new_id
from shared.kafka import BatchHandler
from shared.topics import CORRECTION
from tests.support.enrichment import HARBOUR, NOON, enveloped, received

Pool = asyncpg.Pool
FIRE = "Det brinner i en container bakom skolan i Kolsva"


def correction(
    incident_id: UUID, *, minutes: float = 30, municipality: str = "1983", **said: Any
) -> CorrectionMade:
    return CorrectionMade(
        municipality=municipality,
        correction_id=new_id(),
        incident_id=incident_id,
        corrected_by="vakthavande",
        at=NOON + timedelta(minutes=minutes),
        **said,
    )


def said(made: CorrectionMade, event_id: UUID | None = None) -> Envelope[Event]:
    return Envelope(event_id or made.correction_id, CORRECTION.name, made.at, "", made)


async def state(pool: Pool, incident_id: UUID) -> dict[str, Any]:
    found = await pool.fetchval("SELECT state FROM incident WHERE id = $1", incident_id)
    return {name: value for name, value in found.items() if name != "revision"}


async def events(pool: Pool, topic: str) -> list[dict[str, Any]]:
    found = await pool.fetch("SELECT body FROM outbox WHERE topic = $1 ORDER BY position", topic)
    return [json.loads(row["body"]) for row in found]


async def linked(pool: Pool, report: ReportReceived) -> UUID:
    incident_id: UUID = await pool.fetchval(
        "SELECT incident_id FROM link WHERE report_id = $1", report.report_id
    )
    return incident_id


async def test_a_corrected_report_is_told_anew_and_changes_its_incident(
    pool: Pool, handler: BatchHandler
) -> None:
    report = received(FIRE)
    await handler([enveloped(report)])
    made = correction(
        await linked(pool, report),
        report_id=report.report_id,
        category="vandalism",
        severity=1,
        location=HARBOUR,
    )
    assert not await handler([said(made)])

    first, told = await events(pool, "report.enriched.v1")
    assert (first["category"], first["correction_id"]) == ("fire", None)
    assert (told["category"], told["severity"], told["location"]["name"]) == ("vandalism", 1, "Inre hamnen")
    assert (told["category_confidence"], told["needs_review"]) == (1.0, False)
    assert told["correction_id"] == str(made.correction_id)
    assert (
        told["reasons"][0]
        == "rättad av människa: kategori Skadegörelse eller klotter, allvarlighetsgrad 1, plats Inre hamnen"
    )
    opened, changed = await events(pool, "incident.changed.v1")
    assert (changed["change"], changed["revision"]) == ("corrected", opened["revision"] + 1)
    assert (changed["category"], changed["severity"], changed["location"]["name"]) == (
        "vandalism",
        1,
        "Inre hamnen",
    )
    assert changed["correction_id"] == str(made.correction_id)


async def test_one_corrected_report_outweighs_all_that_no_person_has_judged(
    pool: Pool, handler: BatchHandler
) -> None:
    reports = [received(f"{FIRE}, lågorna är {n} meter höga", minutes=n) for n in range(4)]
    await handler([enveloped(report) for report in reports])
    incident_id = await linked(pool, reports[0])
    await handler([said(correction(incident_id, report_id=reports[2].report_id, category="vandalism"))])
    assert (await state(pool, incident_id))["category"] == "vandalism"
    told = await events(pool, "report.enriched.v1")
    assert [each["report_id"] for each in told[4:]] == [str(reports[2].report_id)]


async def test_what_a_person_decided_about_an_incident_stands_when_new_reports_come(
    pool: Pool, handler: BatchHandler, understanding: Understanding
) -> None:
    report = received(FIRE)
    await handler([enveloped(report)])
    incident_id = await linked(pool, report)
    await handler([said(correction(incident_id, category="vandalism", severity=1, location=HARBOUR))])
    more = [received(f"{FIRE}, lågorna är {n} meter höga", minutes=n) for n in range(1, 4)]
    await handler([enveloped(each) for each in more[:2]])
    afresh = Enrichment(
        pool, ThreadReader(understanding), lambda: None, lambda: NOON
    )  # one that must read the board
    await afresh.on_events([enveloped(more[2])])

    after = await state(pool, incident_id)
    assert after["report_count"] == 4
    assert (after["category"], after["severity"], after["location"]["name"]) == (
        "vandalism",
        1,
        "Inre hamnen",
    )
    assert after["last_occurred_at"].startswith("2026-11-16T12:03")
    assert after["automatic"]["category"] == "fire"


async def test_a_critical_sight_after_the_persons_word_raises_the_severity_and_asks_a_person_to_look(
    pool: Pool, handler: BatchHandler
) -> None:
    report = received(FIRE)
    await handler([enveloped(report)])
    incident_id = await linked(pool, report)
    await handler([said(correction(incident_id, minutes=5, severity=1))])
    critical = "Det brinner i en container bakom skolan i Kolsva, en man ligger medvetslös"
    await handler([enveloped(received(critical, minutes=3))])  # what happened before, however late it is told
    assert (await state(pool, incident_id))["severity"] == 1
    await handler(
        [enveloped(received("Medvetslös man vid containern som brinner nära skolan i Kolsva", minutes=12))]
    )
    after = await state(pool, incident_id)
    assert (after["report_count"], after["severity"], after["needs_review"]) == (3, 4, True)


async def test_undoing_brings_back_exactly_what_was(pool: Pool, handler: BatchHandler) -> None:
    reports = [received(f"{FIRE}, lågorna är {n} meter höga", minutes=n) for n in range(3)]
    await handler([enveloped(report) for report in reports])
    incident_id = await linked(pool, reports[0])
    before, [*told_before] = await state(pool, incident_id), await events(pool, "report.enriched.v1")
    kept = correction(incident_id, report_id=reports[1].report_id, severity=4, minutes=20)
    await handler([said(kept)])
    between = await state(pool, incident_id)
    one = correction(incident_id, report_id=reports[0].report_id, category="vandalism")
    whole = correction(incident_id, category="traffic", severity=2, minutes=40)
    await handler([said(one), said(whole)])
    assert (await state(pool, incident_id))["category"] == "traffic"
    await handler(
        [said(correction(incident_id, undoes=each.correction_id, minutes=50)) for each in (whole, one)]
    )
    assert await state(pool, incident_id) == between
    await handler([said(correction(incident_id, undoes=kept.correction_id, minutes=60))])
    assert await state(pool, incident_id) == before
    last = {each["report_id"]: each for each in await events(pool, "report.enriched.v1")}
    for each in told_before:
        restored = last[each["report_id"]]
        assert {**restored, "correction_id": None} == each


async def test_undoing_an_undoing_brings_the_correction_back(pool: Pool, handler: BatchHandler) -> None:
    report = received(FIRE)
    await handler([enveloped(report)])
    incident_id = await linked(pool, report)
    made = correction(incident_id, category="vandalism")
    undo = correction(incident_id, undoes=made.correction_id, minutes=40)
    await handler([said(made), said(undo)])
    assert (await state(pool, incident_id))["category"] == "fire"
    await handler([said(correction(incident_id, undoes=undo.correction_id, minutes=50))])
    assert (await state(pool, incident_id))["category"] == "vandalism"


async def test_a_repeated_correction_has_no_effect_and_an_undoing_may_come_first(
    pool: Pool, handler: BatchHandler
) -> None:
    report = received(FIRE)
    await handler([enveloped(report)])
    incident_id = await linked(pool, report)
    made = correction(incident_id, category="vandalism")
    undo = correction(incident_id, undoes=made.correction_id, minutes=40)
    await handler([said(undo)])
    await handler([said(made)])
    assert (await state(pool, incident_id))["category"] == "fire"
    outbox = await pool.fetchval("SELECT count(*) FROM outbox")
    await handler([said(made), said(undo), said(made, event_id=new_id())])
    assert await pool.fetchval("SELECT count(*) FROM outbox") == outbox


async def test_the_last_word_holds_whatever_order_they_come_in(pool: Pool, handler: BatchHandler) -> None:
    report = received(FIRE)
    await handler([enveloped(report)])
    incident_id = await linked(pool, report)
    early, late = (correction(incident_id, severity=severity, minutes=severity) for severity in (2, 4))
    await handler([said(late)])
    await handler([said(early)])
    assert (await state(pool, incident_id))["severity"] == 4


async def test_a_correction_may_come_in_the_batch_of_its_report_and_before_it(
    pool: Pool, handler: BatchHandler
) -> None:
    report = received(FIRE)
    first = enveloped(report)
    await handler([first])
    incident_id = await linked(pool, report)
    await pool.execute("TRUNCATE report, incident, link, outbox, inbox, correction, board")
    made = correction(incident_id, report_id=report.report_id, category="vandalism")
    assert not await handler([said(made), first])
    assert (await state(pool, incident_id))["category"] == "vandalism"
    [one, corrected] = await pool.fetch(
        "SELECT headers->>'ce_time' AS at FROM outbox WHERE topic = 'report.enriched.v1' ORDER BY position"
    )
    assert one["at"] < corrected["at"]  # readers keep the later one


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"incident_id": new_id()}, "correction of an unknown incident"),
        ({"report_id": new_id()}, "correction of a report that is none of its incident's"),
        ({"municipality": "1984"}, "correction of an incident of another municipality"),
    ],
)
async def test_a_correction_of_what_we_do_not_know_is_refused_alone(
    pool: Pool, handler: BatchHandler, wrong: dict[str, Any], reason: str
) -> None:
    report = received(FIRE)
    await handler([enveloped(report)])
    incident_id = await linked(pool, report)
    bad = correction(incident_id, severity=4).model_copy(update=wrong)
    refused = await handler(
        [said(bad), said(correction(incident_id, severity=2)), enveloped(received("Lös hund"))]
    )
    assert refused is not None
    assert {event_id: why.split(":")[0].removesuffix(" than 1984") for event_id, why in refused.items()} == {
        bad.correction_id: reason
    }
    assert (await state(pool, incident_id))["severity"] == 2
    assert await pool.fetchval("SELECT count(*) FROM report") == 2


async def test_a_review_that_changes_nothing_settles_the_report(pool: Pool, handler: BatchHandler) -> None:
    report = received("hm")
    await handler([enveloped(report)])
    incident_id = await linked(pool, report)
    assert (await state(pool, incident_id))["needs_review"]
    await handler([said(correction(incident_id, report_id=report.report_id))])
    assert not (await state(pool, incident_id))["needs_review"]
    told = (await events(pool, "report.enriched.v1"))[-1]
    assert (told["needs_review"], told["reasons"][0]) == (False, "rättad av människa: granskad, inget ändrat")


async def test_corrected_categories_are_exported_to_train_from_and_those_taken_back_are_not(
    pool: Pool, handler: BatchHandler
) -> None:
    reports = [
        received(FIRE),
        received("Stulen cykel vid simhallen i Köping", minutes=5),
        received("Lös hund i Ullvi"),
    ]
    await handler([enveloped(report) for report in reports])
    incidents = [await linked(pool, report) for report in reports]
    undone = correction(incidents[1], report_id=reports[1].report_id, category="burglary")
    corrections = [
        correction(incidents[0], report_id=reports[0].report_id, category="vandalism"),
        undone,
        correction(incidents[1], undoes=undone.correction_id, minutes=40),
        correction(incidents[2], severity=3),
    ]
    await handler([said(each) for each in corrections])
    async with pool.acquire() as connection:
        rows = [row async for row in rows_of(connection)]
    assert [json.loads(row) for row in rows] == [
        {
            "text": FIRE,
            "categories": ["vandalism"],
            "language": "sv",
            "source": "correction",
            "at": "2026-11-16T12:30:00+00:00",
        }
    ]
