"""From an incident of the situation picture to the one who reported it: two services, two sign-ins, one way."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import asyncpg
import pytest_asyncio
from playwright.async_api import Page, expect

from deploy.system import System
from services.intake.domain.tokens import CONTACT
from shared.topics import Service
from tests.support.journey import incident_of, intake, reporting, until
from tests.support.staff import make_token

Database = Any
KIM = {"name": "Kim Exempel", "email": "kim.exempel@exempel.se", "phone": "070-174 06 05"}


@pytest_asyncio.fixture
async def kept_by_intake(system: System) -> AsyncIterator[Database]:
    dsn = system.servers.postgres_as(Service.INTAKE)
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "intake"})
    yield connection
    await connection.close()


async def test_from_an_incident_one_comes_to_its_reporter_after_signing_in_and_saying_why(
    system: System, kept_by_intake: Database, page: Page
) -> None:
    key = f"vardkase_{uuid4()}"
    await make_token(kept_by_intake, key, f"Anna {key[-6:]}", scopes=[CONTACT])
    told = {
        "text": f"Inbrott i ett förråd på Stora gatan i Köping, dörren är uppbruten, {key[-6:]}",
        "contact": KIM,
    }
    async with intake(system) as citizen:
        accepted = await citizen.post("/api/v1/reports", json={**told, "municipality": "1983"})
    code = accepted.json()["tracking_code"]
    report_id = accepted.json()["id"]
    async with reporting(system) as staff:
        incident = await until(lambda: incident_of(staff, report_id), bool)

    await page.goto(system.sign_in_url)
    await page.goto(f"{system.url(Service.REPORTING)}/?lang=sv&incident={incident['incident_id']}")
    link = page.locator(f"#detail a[href*='/staff/contact/{report_id}']")
    await expect(link).to_have_text("Se om rapportören kan kontaktas")
    async with page.context.expect_page() as opened:
        await link.press("Enter")
    contact = await opened.value
    await contact.locator("#token").fill(key)
    await contact.locator("#token").press("Enter")
    await contact.locator("#reason").fill("Fråga när dörren var hel senast")
    await contact.locator("#reason").press("Enter")
    await expect(contact.locator("dl")).to_contain_text(KIM["name"])
    await expect(contact.get_by_role("link", name=KIM["phone"])).to_be_visible()
    assert contact.url.startswith(f"{system.url(Service.INTAKE)}/staff/contact/{report_id}")
    assert await contact.evaluate("document.referrer") in ("", contact.url)

    await contact.goto(f"{system.url(Service.INTAKE)}/follow/{code}?lang=sv")
    await expect(contact.locator("main")).to_contain_text("öppnats av kommunen")
