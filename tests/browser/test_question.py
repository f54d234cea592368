"""Staff ask with the keyboard, a reporter without scripts answers, and staff see it: on a phone and in the dark too."""

import asyncio

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from deploy.system import System
from shared.topics import Service
from tests.support.accessibility import grave_faults
from tests.support.journey import Told, intake, reporting, told_and_read

WAIT_MS = 60_000
OWN = "Hörde du något innan det började brinna?"


@pytest_asyncio.fixture(scope="module")
async def told(system: System) -> Told:
    """A report that is alone in its incident."""
    return await told_and_read(system, "Det brinner i en sopcontainer vid kyrkan i Munktorp.")


async def ask(system: System, told: Told, text: str) -> None:
    """By the API, and wait until the reporter can see it."""
    async with reporting(system) as staff, intake(system) as citizen:
        asked = await staff.post(f"/api/v1/reports/{told.report_id}/questions", json={"text": text})
        assert asked.status_code == 202, asked.text
        async with asyncio.timeout(60):
            while text not in (await citizen.get(f"/follow/{told.code}?lang=sv")).text:
                await asyncio.sleep(0.3)


async def opened(system: System, page: Page, told: Told) -> Locator:
    """The report in its incident's detail."""
    await page.goto(system.sign_in_url)
    await page.goto(f"{system.url(Service.REPORTING)}/?lang=sv&incident={told.incident_id}")
    report = page.locator("#detail .reports > li").first
    await expect(report.get_by_role("button", name="Ställ en fråga")).to_be_visible(timeout=WAIT_MS)
    return report


def follow_address(system: System, told: Told, lang: str = "sv") -> str:
    return f"{system.url(Service.INTAKE)}/follow/{told.code}?lang={lang}"


async def test_a_question_is_asked_with_the_keyboard_answered_without_scripts_and_seen(
    system: System, page: Page, browser: Browser, told: Told
) -> None:
    report = await opened(system, page, told)
    await report.get_by_role("button", name="Ställ en fråga").press("Enter")
    await expect(report.get_by_label("Färdig fråga")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.type(OWN)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(report.get_by_role("button", name="Ställ frågan")).to_be_focused()
    await expect(report.locator("form blockquote")).to_have_text(OWN)
    assert await grave_faults(page) == []
    await page.keyboard.press("Enter")
    await expect(page.locator("#toast")).to_contain_text("Frågan är ställd.")
    question = report.locator(".question")
    await expect(question).to_contain_text(OWN)
    await expect(question).to_contain_text("inte besvarad än")
    await expect(report.get_by_role("button", name="Ställ en fråga")).to_be_focused()

    context = await browser.new_context(java_script_enabled=False, locale="sv-SE")
    reporter = await context.new_page()
    async with asyncio.timeout(60):
        while OWN not in await reporter.content():
            await reporter.goto(follow_address(system, told))
    assert await reporter.locator("h2").first.inner_text() == OWN
    await reporter.get_by_role("button", name="Skicka svaret").click()
    await expect(reporter.get_by_role("alert")).to_contain_text("Skriv ett svar.")
    await reporter.get_by_label("Ditt svar").fill("Ja, en smäll. Ring 070-174 06 05.")
    await reporter.get_by_role("button", name="Skicka svaret").click()
    await expect(reporter.get_by_role("status").first).to_contain_text("Ditt svar har kommit fram.")
    await expect(reporter.locator(".additions")).to_contain_text("Du svarade på en fråga")
    await expect(reporter.get_by_label("Ditt svar")).to_have_count(0)
    await context.close()

    await expect(question).to_contain_text("Ja, en smäll. Ring [telefonnummer].", timeout=WAIT_MS)
    await expect(question).not_to_contain_text("inte besvarad än")
    await expect(question.get_by_role("button")).to_have_count(0)


async def test_what_points_at_somebody_is_not_asked_and_escape_calls_the_form_off(
    system: System, page: Page, told: Told
) -> None:
    report = await opened(system, page, told)
    await report.get_by_role("button", name="Ställ en fråga").click()
    words = report.get_by_label("Fråga", exact=True)
    await report.get_by_role("button", name="Förhandsgranska").click()
    await expect(report.get_by_role("alert")).to_contain_text("Fyll i fråga.")
    await words.fill("Var det han på 070-174 06 05?")
    await report.get_by_role("button", name="Förhandsgranska").click()
    await expect(report.get_by_role("alert")).to_contain_text("Var det han på [telefonnummer]?")
    await expect(words).to_be_focused()

    await report.get_by_label("Färdig fråga").select_option("Ungefär hur många var det?")
    await expect(words).to_have_value("Ungefär hur många var det?")
    await report.get_by_role("button", name="Förhandsgranska").click()
    await expect(report.locator("form blockquote").last).to_have_text("About how many people were there?")
    await report.get_by_role("button", name="Ändra").click()
    await expect(words).to_be_focused()
    await page.keyboard.press("Escape")  # out of the field
    await page.keyboard.press("Escape")
    await expect(report.locator("form")).to_have_count(0)
    await expect(report.get_by_role("button", name="Ställ en fråga")).to_be_focused()


async def test_a_question_is_taken_back_while_it_is_not_answered(
    system: System, page: Page, told: Told
) -> None:
    await ask(system, told, "Såg du någon därifrån?")
    report = await opened(system, page, told)
    question = report.locator(".question", has_text="Såg du någon därifrån?")
    await question.get_by_role("button", name="Ta tillbaka frågan").click()
    await expect(page.locator("#toast")).to_contain_text("Frågan är tillbakatagen.")
    await expect(question).to_contain_text("tillbakatagen")
    await expect(question.get_by_role("button")).to_have_count(0)
    async with intake(system) as citizen, asyncio.timeout(60):
        while "Såg du någon därifrån?" in (await citizen.get(f"/follow/{told.code}")).text:
            await asyncio.sleep(0.3)


async def test_why_a_question_can_not_be_delivered_is_told_in_the_pages_own_words(
    system: System, page: Page, told: Told
) -> None:
    report = await opened(system, page, told)
    refusal = {"type": "/problems/report-disposed", "title": "Gone", "detail": "gone", "status": 422}
    await page.route("**/questions", lambda each: each.fulfill(status=422, json=refusal))
    await report.get_by_role("button", name="Ställ en fråga").click()
    await report.get_by_label("Fråga", exact=True).fill(OWN)
    await report.get_by_role("button", name="Förhandsgranska").click()
    await report.get_by_role("button", name="Ställ frågan").click()
    await expect(report.get_by_role("alert")).to_contain_text("Frågan kan inte lämnas fram.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_both_pages_are_sound_on_a_phone_and_an_answer_in_danger_shows_whom_to_ring(
    system: System, browser: Browser, told: Told, scheme: str
) -> None:
    context = await browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, color_scheme=scheme
    )
    page = await context.new_page()
    text = f"Är det lugnt nu, när skärmen är {scheme}?"
    await ask(system, told, text)
    report = await opened(system, page, told)
    await report.get_by_role("button", name="Ställ en fråga").tap()
    await expect(report.locator("form")).to_be_visible()
    assert await grave_faults(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390

    await page.goto(follow_address(system, told, "en"))
    section = page.locator(".asked", has_text=text)
    await expect(section.get_by_role("heading", name=text)).to_have_attribute("lang", "sv")
    await section.get_by_label("Your answer").fill("Nej, det brinner i huset och folk är kvar!")
    await expect(section.get_by_role("link", name="Call 112")).to_be_visible()
    assert await grave_faults(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await section.get_by_role("button", name="Send the answer").tap()
    await expect(page.get_by_text("Your answer has arrived.")).to_be_visible()
    await expect(page.get_by_role("alert").get_by_role("link", name="Call 112")).to_be_visible()
    await context.close()
