"""A real browser without scripts: a report is followed, taken back after a question, and its page says so."""

import httpx
from playwright.async_api import Browser, expect

from tests.support.marker import where_it_stands
from tests.support.served import served_intake


async def test_a_report_is_taken_back_without_scripts_after_a_question(
    browser: Browser, postgres_dsn: str, database: object
) -> None:
    context = await browser.new_context(
        java_script_enabled=False, locale="sv-SE", viewport={"width": 390, "height": 844}
    )
    page = await context.new_page()
    with served_intake(postgres_dsn) as url:
        sent = httpx.post(f"{url}/api/v1/reports", json={"text": "Zyxvut slog mig."}).json()
        await page.goto(f"{url}/follow/{sent['tracking_code']}")
        await page.get_by_role("link", name="Ta tillbaka rapporten").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Vill du ta tillbaka rapporten?")
        await page.get_by_role("link", name="Nej, behåll den").click()
        await expect(page.locator(".code")).to_have_text(sent["tracking_code"])

        await page.get_by_role("link", name="Ta tillbaka rapporten").click()
        await page.get_by_role("button", name="Ja, ta tillbaka rapporten").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Rapporten är återtagen")
        assert await where_it_stands(database, "Zyxvut") == []
    await context.close()
