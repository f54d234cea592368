"""Staff see why nobody was alerted of an old event, in both languages, by day and by night, and no longer when somebody is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from deploy.system import System
from shared.topics import Service
from tests.support.accessibility import grave_faults
from tests.support.journey import Told, incident_of, intake, reporting, until

WAIT_MS = 60_000
HAPPENED = datetime.now(UTC) - timedelta(days=6, hours=2)
THEFT = {
    "text": "En cykel stals utanför simhallen i Köping.",
    "place_text": "Simhallen",
    "municipality": "1983",
    "occurred_at": HAPPENED.isoformat(),
}
WHY = {
    "sv": "Ingen aktör aviserades: nyheten var 6 dagar gammal när den kom, gränsen är 24 timmar.",
    "en": "No agency was alerted: the news was 6 days old when it came, and the limit is 24 hours.",
}


@pytest_asyncio.fixture(scope="module")
async def imported(system: System) -> Told:
    """A theft of last week, from a list."""
    token = {"Authorization": f"Bearer {system.secrets.intake_tokens['import']}"}
    async with intake(system) as door, reporting(system) as staff:
        report = (await door.post("/api/v1/reports", json=THEFT, headers=token)).json()
        found = await until(lambda: incident_of(staff, report["id"]), lambda it: bool(it.get("not_alerted")))
    return Told(report["id"], report["tracking_code"], found["incident_id"])


async def open_picture(system: System, page: Page, told: Told, lang: str) -> None:
    await page.goto(system.sign_in_url)
    await page.goto(f"{system.url(Service.REPORTING)}/?lang={lang}&incident={told.incident_id}")
    await expect(page.locator("#detail .offers").first).to_be_visible(timeout=WAIT_MS)


@pytest.mark.parametrize(
    ("lang", "scheme"), [("sv", "light"), ("sv", "dark"), ("en", "light"), ("en", "dark")]
)
async def test_an_old_theft_says_why_nobody_was_alerted(
    system: System, browser: Browser, imported: Told, lang: str, scheme: Any
) -> None:
    context = await browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page = await context.new_page()
    await open_picture(system, page, imported, lang)
    await expect(page.locator("#detail .facts")).to_contain_text(WHY[lang])
    assert await grave_faults(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await context.close()


async def test_who_is_alerted_after_all_stands_there_instead(
    system: System, page: Page, imported: Told
) -> None:
    await open_picture(system, page, imported, "sv")
    facts = page.locator("#detail .facts")
    await expect(facts).to_contain_text(WHY["sv"])

    async with intake(system) as citizen:
        seen = await citizen.post("/api/v1/reports", json=THEFT)
    assert seen.status_code == httpx.codes.ACCEPTED, seen.text
    await expect(facts).to_contain_text("polisen", timeout=WAIT_MS)
    await expect(facts).not_to_contain_text("Ingen aktör")
