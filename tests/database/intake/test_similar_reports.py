"""Is this the same? Offered by what a report is taken for and where, when its reporter chose no kind and set no pin."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from shared.events import FollowStatus, Point, ReportStatusChanged
from tests.database.intake.test_form_reports import FORM, HERE, report
from tests.database.intake.test_standing import hears, id_of

Database = Any
NOW = datetime.now(UTC)
BESIDE = Point(lat=59.5146, lon=15.9987, accuracy_m=150)


async def assessed(
    database: Database, code: str, category: str, place: Point | None, minutes: int = 0
) -> None:
    at = NOW + timedelta(minutes=minutes)
    event = ReportStatusChanged(
        municipality="1983",
        report_id=await id_of(database, code),
        status=FollowStatus.ASSESSED,
        at=at,
        category=category,
        category_at=at,
        place=place,
    )
    await hears(database, event)


async def offered(intake: httpx.AsyncClient) -> bool:
    answer = await intake.get(f"/similar?lat={HERE['lat']}&lon={HERE['lon']}&lang=sv")
    return bool(answer.text.strip())


async def test_a_report_of_words_alone_is_offered_when_it_is_assessed(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code = await report(intake, place_text="Hamnplan")
    assert not await offered(intake)
    await assessed(database, code, "animal", BESIDE)
    assert await offered(intake)


async def test_who_types_a_town_is_asked_too(intake: httpx.AsyncClient, database: Database) -> None:
    code = await report(intake)
    await assessed(database, code, "animal", Point(lat=59.5142, lon=15.9930, accuracy_m=300))
    for place, is_asked in (("Torget, Köping", True), ("Kolsva centrum", False), ("", False)):
        page = await intake.post(
            "/?lang=sv",
            data={
                **FORM,
                "step": "",
                "token": place or "none",
                "place_text": place,
                "category": "animal",
                "asked": "animal",
            },
        )
        assert ("Är det samma händelse?" in page.text) is is_asked


@pytest.mark.parametrize(
    ("chosen", "taken_for", "place"),
    [
        ("animal", "violence", BESIDE),
        ("child_concern", "animal", BESIDE),
        ("", "animal", None),
        ("", "animal", Point(lat=59.5146, lon=15.9987, accuracy_m=3000)),
        ("", "animal", Point(lat=59.6, lon=15.83, accuracy_m=50)),
    ],
)
async def test_what_is_grave_unsure_or_elsewhere_is_not_offered(
    intake: httpx.AsyncClient, database: Database, chosen: str, taken_for: str, place: Point | None
) -> None:
    await assessed(database, await report(intake, category=chosen), taken_for, place)
    assert not await offered(intake)


async def test_the_newest_word_on_it_counts_and_one_without_a_place_takes_none_away(
    intake: httpx.AsyncClient, database: Database
) -> None:
    code = await report(intake)
    await assessed(database, code, "animal", BESIDE, minutes=5)
    await assessed(database, code, "animal", None, minutes=5)
    await assessed(database, code, "violence", None, minutes=1)
    assert await offered(intake)
    await assessed(database, code, "violence", BESIDE, minutes=9)
    assert not await offered(intake)
