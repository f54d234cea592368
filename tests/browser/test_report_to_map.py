"""A real browser: a citizen sends a report in the form, staff see it in the list and on the map."""

import re

from playwright.async_api import Browser, Page, expect

from deploy.system import System
from shared.topics import Service


async def test_a_report_sent_in_the_form_is_seen_in_the_list_and_on_the_map(
    system: System, page: Page
) -> None:
    await page.goto(system.url(Service.INTAKE))
    await page.get_by_label("Vad har hänt?").fill(
        "Ett rån mot kiosken i Munktorp, två personer med kniv hotade kassören."
    )
    await page.get_by_label("Var?").fill("Munktorp")
    await page.get_by_role("button", name="Skicka").click()
    await expect(page.locator(".code")).to_have_text(re.compile(r"^\w{4}-\w{4}-\w{4}$"))

    await page.goto(system.sign_in_url)
    row = page.locator("#incidents > li", has_text="Munktorp").first
    await expect(row).to_be_visible(timeout=60_000)
    await expect(page.locator("#map-view .mark").first).to_be_visible(timeout=60_000)
    await expect(page.locator("#map-view .mark[title*='Munktorp']").first).to_be_visible(timeout=60_000)

    await row.click()
    detail = page.locator("#detail")
    await expect(detail).to_contain_text("kiosken i Munktorp")
    await page.keyboard.press("Escape")
    await expect(detail).to_be_hidden()


async def test_the_form_says_what_is_missing_and_keeps_what_was_written(system: System, page: Page) -> None:
    await page.goto(f"{system.url(Service.INTAKE)}/?lang=en")
    await page.locator("#place_text").fill("Kolsva")
    await page.locator("button.send").click()

    await expect(page.locator("#error-summary")).to_be_focused()
    await expect(page.locator("#text")).to_have_attribute("aria-invalid", "true")
    await expect(page.locator("#place_text")).to_have_value("Kolsva")


async def test_the_form_works_without_scripts(system: System, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False, locale="sv-SE")
    page = await context.new_page()
    await page.goto(system.url(Service.INTAKE))
    await page.locator("#text").fill("Trasig belysning vid kajen")
    await page.locator("button.send").click()

    await expect(page.locator(".code")).to_be_visible()
    await context.close()
