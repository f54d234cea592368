"""Staff record a measure and close an incident with the keyboard, a reporter without scripts reads it and says that it goes on."""

import asyncio

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from deploy.system import System
from shared.topics import Service
from tests.browser.test_question import follow_address
from tests.support.accessibility import grave_faults
from tests.support.journey import Told, intake, reporting, told_and_read

WAIT_MS = 60_000
CLEANED = "Platsen är städad."


@pytest_asyncio.fixture(scope="module")
async def told(system: System) -> Told:
    """A report that is alone in its incident."""
    return await told_and_read(system, "Någon klottrar på stationshuset i Kolsva.")


async def opened(system: System, page: Page, told: Told, lang: str = "sv") -> Locator:
    await page.goto(system.sign_in_url)
    await page.goto(f"{system.url(Service.REPORTING)}/?lang={lang}&incident={told.incident_id}")
    detail = page.locator("#detail")
    await expect(detail.locator(".offers").first).to_be_visible(timeout=WAIT_MS)
    return detail


async def open_again(staff: httpx.AsyncClient, told: Told) -> None:
    """Whatever an earlier test left."""
    for step in (await staff.get(f"/api/v1/incidents/{told.incident_id}")).json()["steps"]:
        if step["status"] == "closed" and step["taken_back_at"] is None:
            await staff.post(f"/api/v1/steps/{step['step_id']}/take-back")


async def shown_to_reporter(reporter: Page, system: System, told: Told, words: str, lang: str = "sv") -> None:
    async with asyncio.timeout(60):
        while words not in await reporter.content():
            await reporter.goto(follow_address(system, told, lang))


async def test_a_measure_and_a_closing_reach_the_reporter_who_can_say_that_it_goes_on(
    system: System, page: Page, browser: Browser, told: Told
) -> None:
    detail = await opened(system, page, told)
    await detail.get_by_role("button", name="Notera en åtgärd").press("Enter")
    await expect(detail.get_by_label("Färdig mening")).to_be_focused()
    await detail.get_by_label("Färdig mening").select_option(CLEANED)
    await expect(detail.get_by_label("Samma på engelska")).to_have_value("The place has been cleaned up.")
    await detail.get_by_label("Till dem som rapporterade").fill("Ring Kim på 070-174 06 05.")
    await detail.get_by_role("button", name="Förhandsgranska").press("Enter")
    await expect(detail.get_by_role("alert")).to_contain_text("Ring Kim på [telefonnummer].")
    await detail.get_by_label("Till dem som rapporterade").fill(CLEANED)
    await detail.get_by_role("button", name="Förhandsgranska").press("Enter")
    await expect(detail.get_by_role("button", name="Notera åtgärden")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#toast")).to_contain_text("Åtgärden är noterad")
    await expect(detail.locator(".step--measure_taken")).to_contain_text(CLEANED)

    await detail.get_by_role("button", name="Avsluta", exact=True).press("Enter")
    await detail.get_by_role("button", name="Förhandsgranska").press("Enter")
    await expect(detail.get_by_role("alert")).to_contain_text("Välj varför den avslutas.")
    await detail.get_by_label("Varför avslutas den?").select_option("inget hittades")
    await detail.get_by_role("button", name="Förhandsgranska").press("Enter")
    await expect(detail.locator("form")).to_contain_text("betyder inte alltid löst")
    assert await grave_faults(page) == []
    await page.keyboard.press("Enter")
    await expect(detail.locator(".step--closed")).to_contain_text("Avslutad: inget hittades")

    context = await browser.new_context(java_script_enabled=False, locale="sv-SE")
    reporter = await context.new_page()
    await shown_to_reporter(reporter, system, told, "Läget nu: Avslutad")
    await expect(reporter.get_by_text("hittade inget").first).to_be_visible()
    await expect(reporter.get_by_text("betyder inte alltid löst").first).to_be_visible()
    await expect(reporter.locator(".steps")).to_contain_text(CLEANED)
    await reporter.get_by_role("button", name="Det pågår fortfarande").click()
    await context.close()

    notice = detail.locator(".notice--attention")
    await expect(notice).to_contain_text("En rapport har kommit sedan", timeout=WAIT_MS)
    await detail.get_by_role("button", name="Öppna igen").click()
    await expect(page.locator("#toast")).to_contain_text("Händelsen är öppen igen.")
    await expect(notice).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_both_pages_are_sound_on_a_phone_in_english(
    system: System, browser: Browser, told: Told, scheme: str
) -> None:
    async with reporting(system) as staff:
        await open_again(staff, told)
        closed = {
            "status": "closed",
            "reason": "over",
            "text": "Vi har varit där.",
            "text_en": f"We were there, {scheme}.",
        }
        taken = await staff.post(f"/api/v1/incidents/{told.incident_id}/steps", json=closed)
        assert taken.status_code == 202, taken.text
    context = await browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, color_scheme=scheme
    )
    page = await context.new_page()
    await shown_to_reporter(page, system, told, f"We were there, {scheme}.", "en")
    await expect(page.get_by_text("Closed does not always mean solved").first).to_be_visible()
    assert await grave_faults(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390

    detail = await opened(system, page, told, "en")
    await expect(detail.locator(".step--closed").first).to_contain_text("Closed: not going on any more")
    await detail.get_by_role("button", name="Record a measure").tap()
    await expect(detail.locator("form")).to_be_visible()
    assert await grave_faults(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await detail.get_by_role("button", name="Cancel").tap()
    await detail.get_by_role("button", name="Open again").tap()
    await expect(page.locator("#toast")).to_contain_text("open again")
    await context.close()


async def test_a_question_is_put_from_the_review_queue_and_the_way_to_intake_is_there(
    system: System, page: Page
) -> None:
    async with intake(system) as citizen, reporting(system) as staff:
        report = (
            await citizen.post("/api/v1/reports", json={"text": "Något konstigt, jag vet inte."})
        ).json()
        async with asyncio.timeout(60):
            while not await _is_in_queue(staff, report["id"]):
                await asyncio.sleep(0.3)
    await page.goto(system.sign_in_url)
    await page.goto(f"{system.url(Service.REPORTING)}/?lang=sv")
    await page.get_by_role("button", name="granska").first.click()
    card = page.locator(f'[data-report="{report["id"]}"]')
    await card.get_by_role("button", name="Ställ en fråga").click()
    await card.get_by_label("Färdig fråga").select_option("Pågår det fortfarande?")
    await card.get_by_role("button", name="Förhandsgranska").click()
    assert await grave_faults(page) == []
    await card.get_by_role("button", name="Ställ frågan").click()
    await expect(card.locator(".question")).to_contain_text("inte besvarad än", timeout=WAIT_MS)

    url = system.url(Service.INTAKE)
    quarantine = page.get_by_role("link", name="Karantän", exact=True)
    await expect(quarantine).to_have_attribute("href", f"{url}/staff/quarantine?lang=sv")
    await expect(card.get_by_role("link", name="bilder")).to_have_attribute(
        "href", f"{url}/staff/photos/{report['id']}?lang=sv"
    )


async def _is_in_queue(staff: httpx.AsyncClient, report_id: str) -> bool:
    queue = (await staff.get("/api/v1/review", params={"limit": 200})).json()
    return report_id in {each["report_id"] for each in queue["reports"]}
