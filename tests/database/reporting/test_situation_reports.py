import asyncio
import io

import pytest
from pypdf import PdfReader

from services.reporting.domain.periods import period_ending
from services.reporting.situation_report.freezing import freeze
from tests.support.picture_events import (
    KOLSVA,
    KOPING,
    NOW,
    delivery_changed,
    incident_changed,
    incident_id,
    report_enriched,
)

REPORTS = "/api/v1/situation-reports"


async def a_bad_week(town):
    for number in range(4):
        await town.hears(
            incident_changed(number, location=KOLSVA, summary=f"Brand nummer {number}"),
            report_enriched(number, number),
            delivery_changed(number, number),
        )
    await town.hears(incident_changed("rumour", hearsay_only=True, summary="Skolan ska ha brunnit"))


async def test_an_edition_is_numbered_and_says_what_the_picture_said(town, staff):
    await a_bad_week(town)
    made = await staff.post(REPORTS, json={"municipality": "1983"})
    assert made.status_code == 201
    edition = made.json()
    assert (edition["number"], edition["municipality"]) == (1, "1983")
    content = (await staff.get(edition["json"])).json()
    picture = (await staff.get("/api/v1/picture")).json()
    assert content["picture"]["totals"] == picture["totals"]
    assert content["picture"]["categories"] == picture["categories"]
    assert content["proposals"][0]["reason"] == picture["rhythm"]["reason"]
    assert [each["number"] for each in picture["situation_reports"]] == [1]


async def test_the_pages_open_and_carry_the_edition(town, staff):
    await a_bad_week(town)
    edition = (await staff.post(REPORTS)).json()
    answer = await staff.get(edition["pdf"])
    assert answer.headers["content-type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.content)).pages
    text = "\n".join(page.extract_text() for page in pages)
    assert f"Sida 1 av {len(pages)}" in pages[0].extract_text()
    for words in (
        "nr 1",
        "Köping",
        "Vad vi föreslår",
        "Kolsva",
        "Brand nummer 2",
        "Skolan ska ha brunnit",
        "Daglig",
    ):
        assert words in text
    first = pages[0].extract_text()
    assert first.index("Vad som har förändrats") < first.index("Var") < first.index("Vad vi föreslår")


async def test_an_edition_stays_as_it_was_frozen(town, staff):
    await a_bad_week(town)
    edition = (await staff.post(REPORTS)).json()
    json_before, pdf_before = [(await staff.get(edition[kind])).content for kind in ("json", "pdf")]
    await town.hears(incident_changed("later", severity=4))
    assert (await staff.get(edition["json"])).content == json_before
    assert (await staff.get(edition["pdf"])).content == pdf_before


async def test_an_empty_municipality_has_a_report_too(staff):
    edition = (await staff.post(REPORTS, json={"municipality": "2584", "days": 1})).json()
    pages = PdfReader(io.BytesIO((await staff.get(edition["pdf"])).content)).pages
    assert "0 rapporter om 0 händelser" in pages[0].extract_text()


async def test_editions_frozen_at_once_are_numbered_without_gap_or_double(town, staff):
    made = await asyncio.gather(*(staff.post(REPORTS, json={"days": 7}) for _ in range(5)))
    assert sorted(each.json()["number"] for each in made) == [1, 2, 3, 4, 5]
    elsewhere = await staff.post(REPORTS, json={"municipality": "1984"})
    assert elsewhere.json()["number"] == 1
    listed = (await staff.get(REPORTS)).json()
    assert [each["number"] for each in listed] == [5, 4, 3, 2, 1]


async def test_an_edition_that_cannot_be_set_takes_no_number(town, staff, monkeypatch):
    async def refuse(_):
        raise ValueError("no pages")

    with monkeypatch.context() as patched:
        patched.setattr("services.reporting.situation_report.freezing.compile_pdf", refuse)
        with pytest.raises(ValueError, match="no pages"):
            await freeze(town.pool, KOPING, period_ending(NOW, 14), NOW, frozen_by="x", sharing_level="x")
    assert (await staff.post(REPORTS)).json()["number"] == 1


async def test_what_was_refuted_is_listed_with_its_verdict(town, staff):
    await a_bad_week(town)
    (claim,) = (await staff.get("/api/v1/claims")).json()
    verdict = {"verdict": "refuted", "explanation": "Skolan står kvar."}
    await staff.post(f"/api/v1/claims/{claim['claim_id']}/verdict", json=verdict)
    content = (await staff.get((await staff.post(REPORTS)).json()["json"])).json()
    rumour = next(each for each in content["incidents"] if each["incident_id"] == str(incident_id("rumour")))
    assert rumour["verification"] == "refuted"
    assert any("Skolan ska ha brunnit" in proposal["text"] for proposal in content["proposals"])
