"""What staff did about a report, as its reporter sees it: in their words, closed and why, opened again, by page, API and e-mail."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from services.intake.email.email_store import status_now
from shared.events import ClosingReason, FollowStatus, ReportStatusChanged, TakenBack
from shared.identity import new_id
from tests.database.intake.test_staff_questions import report, verified
from tests.database.intake.test_standing import followed, hears, page

Database = Any
NOW = datetime.now(UTC) + timedelta(minutes=1)
CLEANED, CLEANED_EN = "Platsen är städad.", "The place has been cleaned up."


def told(report_id: UUID, status: FollowStatus, minutes: float, **given: Any) -> ReportStatusChanged:
    return ReportStatusChanged(
        municipality="1983", report_id=report_id, status=status, at=NOW + timedelta(minutes=minutes), **given
    )


def measure(report_id: UUID, minutes: float = 2, step_id: UUID | None = None) -> ReportStatusChanged:
    return told(
        report_id,
        FollowStatus.MEASURE_TAKEN,
        minutes,
        step_id=step_id or new_id(),
        note=CLEANED,
        note_en=CLEANED_EN,
    )


def closed(report_id: UUID, minutes: float = 3, **given: Any) -> ReportStatusChanged:
    values = {"step_id": new_id(), "reason": ClosingReason.NOTHING_FOUND, **given}
    return told(report_id, FollowStatus.CLOSED, minutes, **values)


def taken_back(step: ReportStatusChanged, holds: FollowStatus, minutes: float) -> ReportStatusChanged:
    assert step.step_id is not None
    earlier = TakenBack(step_id=step.step_id, status=step.status)
    return told(step.report_id, holds, minutes, takes_back=earlier)


async def passed_on(database: Database, report_id: UUID) -> None:
    await hears(database, told(report_id, FollowStatus.ASSESSED, 0, category="fire"))
    await hears(database, told(report_id, FollowStatus.PASSED_ON, 1))


async def test_a_measure_is_told_in_the_words_of_staff_in_the_readers_language(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code, report_id = await report(intake)
    await passed_on(database, report_id)
    await hears(database, measure(report_id))

    found = await followed(intake, code)
    assert found["status"] == "measure_taken"
    assert (found["history"][-1]["note"], found["history"][-1]["note_en"]) == (CLEANED, CLEANED_EN)
    assert CLEANED in await page(intake, code, "sv")
    english = await page(intake, code, "en")
    assert CLEANED_EN in english
    assert CLEANED not in english


async def test_words_that_are_in_swedish_alone_are_marked_so_and_are_text(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code, report_id = await report(intake)
    await hears(database, measure(report_id).model_copy(update={"note": "<b>Städat</b>", "note_en": None}))
    assert '<p lang="sv">&lt;b&gt;Städat&lt;/b&gt;</p>' in await page(intake, code, "en")


async def test_closed_says_why_and_that_it_need_not_be_solved_and_holds_whatever_comes(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code, report_id = await report(intake)
    await passed_on(database, report_id)
    await hears(database, closed(report_id))
    await hears(database, told(report_id, FollowStatus.PASSED_ON, 9))

    found = await followed(intake, code)
    assert found["status"] == "closed"
    shown = await page(intake, code)
    for words in ("Läget nu: Avslutad", "hittade inget", "betyder inte alltid löst", "kan öppna den igen"):
        assert words in shown
    assert (await status_now(database, report_id))[0] is FollowStatus.CLOSED


async def test_opened_again_it_stands_where_it_stood_before_and_says_so(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code, report_id = await report(intake)
    await passed_on(database, report_id)
    closing = closed(report_id, note="Vi har letat.")
    await hears(database, closing)
    await hears(database, taken_back(closing, FollowStatus.PASSED_ON, 4))

    found = await followed(intake, code)
    assert found["status"] == "passed_on"
    assert [(each["status"], each["is_taken_back"], each["takes_back"]) for each in found["history"][3:]] == [
        ("closed", True, None),
        ("passed_on", False, "closed"),
    ]
    shown = await page(intake, code)
    assert "Läget nu: Vidarebefordrad" in shown
    assert "Öppnad igen" in shown
    assert "Vi har letat." not in shown
    assert (await status_now(database, report_id))[0] is FollowStatus.PASSED_ON


async def test_the_words_of_what_is_taken_back_are_not_kept_in_whatever_order_it_comes(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code, report_id = await report(intake)
    step = measure(report_id)
    undo = taken_back(step, FollowStatus.ASSESSED, 3)
    for event in (undo, step, undo, step):
        await hears(database, event)
    assert (
        await database.fetch("SELECT FROM report_status WHERE note IS NOT NULL OR note_en IS NOT NULL") == []
    )
    found = await followed(intake, code)
    assert len(found["history"]) == 3
    assert "Det stämmer inte för din rapport." in await page(intake, code)


async def test_two_measures_that_a_late_report_hears_of_at_once_are_both_told_and_each_once(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code, report_id = await report(intake)
    first, second = measure(report_id), measure(report_id)
    for event in (first, second, first, second):
        await hears(database, event)
    assert [each["status"] for each in (await followed(intake, code))["history"]].count("measure_taken") == 2


async def test_news_by_e_mail_tells_that_it_is_opened_again_without_what_was_written(
    intake: httpx.AsyncClient, database: Database
) -> None:
    _, report_id = await report(intake)
    await verified(database, report_id)
    step, closing = measure(report_id), closed(report_id)
    for event in (
        step,
        taken_back(step, FollowStatus.ASSESSED, 2.5),
        closing,
        taken_back(closing, FollowStatus.ASSESSED, 4),
    ):
        await hears(database, event)
    items = await database.fetch("SELECT status FROM email_item ORDER BY at")
    assert [row["status"] for row in items] == ["measure_taken", "corrected", "closed", "opened_again"]


async def test_all_of_it_goes_with_the_report(intake: httpx.AsyncClient, database: Database) -> None:
    code, report_id = await report(intake)
    await hears(database, measure(report_id))
    await intake.delete(f"/api/v1/reports/{code}")
    await hears(database, closed(report_id))
    assert await database.fetchval("SELECT count(*) FROM report_status") == 0
    assert (await intake.get(f"/api/v1/reports/{code}")).status_code == 410


async def test_a_reader_of_the_api_that_asks_again_hears_of_it(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code, report_id = await report(intake)
    first = await intake.get(f"/api/v1/reports/{code}")
    await hears(database, closed(report_id))
    again = await intake.get(f"/api/v1/reports/{code}", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert json.loads(again.content)["history"][-1]["reason"] == "nothing_found"
