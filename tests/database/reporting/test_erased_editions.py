"""What is disposed of is taken out of frozen editions too, and they say so; the numbers stay."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from shared.events import Precision
from tests.support.marker import where_it_stands
from tests.support.picture_events import (
    HARBOUR,
    KOLSVA,
    SOMEWHERE,
    delivery_changed,
    incident_changed,
    report_disposed,
    report_enriched,
)

REPORTS = "/api/v1/situation-reports"
HOME = HARBOUR.model_copy(update={"name": "Zyxvutgatan 12", "precision": Precision.ADDRESS})
SECRET = "Zyxvut"


@pytest.fixture
async def edition(town, staff) -> dict[str, Any]:
    """One incident at somebody's home, one hearsay, one that stays."""
    await town.hears(
        incident_changed("home", location=HOME, summary="Zyxvut slog mig", severity=4),
        report_enriched("r", "home", text="Zyxvut slog mig"),
        delivery_changed("d", "home"),
        incident_changed("rumour", hearsay_only=True, location=HOME, summary="Zyxvut ska ha slagit någon"),
        report_enriched("s", "rumour", text="Zyxvut ska ha slagit någon"),
        incident_changed("other", location=KOLSVA, summary="Brand i Kolsva"),
        report_enriched("t", "other"),
    )
    return (await staff.post(REPORTS)).json()


def gone(name, revision=2, **given):
    return incident_changed(
        name,
        revision=revision,
        change="disposed",
        summary="Återtagen av den som rapporterade.",
        location=SOMEWHERE,
        disposed_reports=1,
        withdrawn=True,
        **given,
    )


async def take_back(town):
    await town.hears(
        report_disposed("r"), gone("home"), report_disposed("s"), gone("rumour", hearsay_only=True)
    )


async def words(staff, edition) -> str:
    pages = PdfReader(io.BytesIO((await staff.get(edition["pdf"])).content)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


async def test_no_word_of_it_is_left_and_every_number_is(town, staff, edition):
    before = (await staff.get(edition["json"])).json()
    assert SECRET in await words(staff, edition)
    await take_back(town)
    await town.pool.execute("DELETE FROM outbox")
    async with town.pool.acquire() as connection:
        assert await where_it_stands(connection, SECRET) == []

    after = (await staff.get(edition["json"])).json()
    for kept in ("number", "frozen_at", "in_short", "changed", "serious", "incidents_left_out"):
        assert after[kept] == before[kept]
    for kept in ("totals", "categories", "days"):
        assert after["picture"][kept] == before["picture"][kept]
    by_id = {each["incident_id"]: each for each in after["incidents"]}
    assert len(by_id) == 3
    told = {each["summary"] for each in by_id.values()}
    assert "Brand i Kolsva" in told
    assert any(each.startswith("Uppgifterna raderades 20") for each in told)
    assert [each["count"] for each in after["map"]["places"]] == [
        each["count"] for each in before["map"]["places"]
    ]
    assert (before["erased_at"], after["erased_at"] is None) == (None, False)


async def test_its_pages_are_made_again_once_and_say_that_something_was_erased(town, staff, edition):
    await take_back(town)
    first = (await staff.get(edition["pdf"])).content
    text = await words(staff, edition)
    assert SECRET not in text
    assert "Uppgifter har raderats ur denna utgåva" in text
    assert "Brand i Kolsva" in text
    assert "raderad plats" in text
    assert (await staff.get(edition["pdf"])).content == first
    assert await town.pool.fetchval("SELECT pdf IS NOT NULL FROM situation_report")


async def test_an_edition_that_never_quoted_it_stays_as_it_is(town, staff, edition):
    await town.hears(report_disposed("t"), gone("other"))
    later = (await staff.post(REPORTS)).json()
    kept = [(await staff.get(later[kind])).content for kind in ("json", "pdf")]
    assert b'erased_at":null' in kept[0]
    await town.hears(gone("other", revision=3))
    assert [(await staff.get(later[kind])).content for kind in ("json", "pdf")] == kept


async def test_words_of_others_about_the_same_place_keep_the_place(town, staff, edition):
    still_there = incident_changed(
        "home",
        revision=2,
        change="disposed",
        summary="Någon annans ord",
        location=HOME,
        disposed_reports=1,
        severity=4,
    )
    await town.hears(report_disposed("r"), still_there)
    after = (await staff.get(edition["json"])).json()
    home = next(each for each in after["incidents"] if each["location"]["name"] == "Zyxvutgatan 12")
    assert home["summary"].startswith("Uppgifterna raderades")
    assert home["place"] is not None
    assert "Någon annans ord" not in str(after)


async def test_told_again_it_changes_nothing_more(town, staff, edition):
    await take_back(town)
    kept = (await staff.get(edition["json"])).content
    await take_back(town)
    await town.hears(gone("home", revision=3))
    assert (await staff.get(edition["json"])).content == kept
