"""Reaching a reporter, as staff meet it: by keyboard, by phone, in the dark, without scripts; and what the reporter reads."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from services.intake.domain.tokens import CONTACT
from services.intake.tokens_store import revoke_token
from tests.support.accessibility import grave_faults
from tests.support.served import served_intake
from tests.support.staff import make_token

Database = Any
KIM = {"name": "Kim Exempel", "email": "kim.exempel@exempel.se", "phone": "070-174 06 05"}
PHONE = {"viewport": {"width": 360, "height": 780}, "has_touch": True}
WORDS = {
    "sv": ("Öppna uppgifterna", "Skriv varför", "Fråga mer om platsen", "öppnats av kommunen"),
    "en": ("Open the details", "Write why", "To ask more about the place", "opened by the municipality"),
}
_WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def site(postgres_dsn: str) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
        with served_intake(postgres_dsn, staff={"tries_burst": 500}) as url:
            yield url


@pytest_asyncio.fixture
async def key(site: str, database: Database) -> str:
    await revoke_token(database, "Anna, kommunen")
    secret = f"vardkase_{uuid4()}"
    await make_token(database, secret, scopes=[CONTACT])
    return secret


async def reported(site: str, database: Database, **more: Any) -> tuple[str, str]:
    """Its id and its code."""
    body = {"text": "Rutan på busskuren är krossad.", "contact": KIM, **more}
    async with httpx.AsyncClient(base_url=site) as client:
        code = (await client.post("/api/v1/reports", json=body)).json()["tracking_code"]
    return str(await database.fetchval("SELECT id FROM report WHERE tracking_code = $1", code)), code


@asynccontextmanager
async def staff(browser: Browser, address: str, key: str, lang: str, **options: Any) -> AsyncIterator[Page]:
    context = await browser.new_context(**{"locale": "sv-SE" if lang == "sv" else "en-GB", **options})
    page = await context.new_page()
    page.set_default_timeout(10_000)
    await page.goto(address)
    await page.locator("#token").fill(key)
    await page.locator("#token").press("Enter")
    await expect(page.locator("#reason, .empty")).to_be_visible()
    yield page
    await context.close()


async def is_sound(page: Page) -> None:
    assert await grave_faults(page) == []
    assert await page.evaluate(_WIDER) <= 0


@pytest.mark.parametrize(
    ("lang", "look"),
    [("sv", {**PHONE, "bypass_csp": True}), ("en", {"color_scheme": "dark", "bypass_csp": True})],
)
async def test_details_are_shown_after_a_reason_and_the_reporter_reads_that(
    site: str, key: str, browser: Browser, database: Database, lang: str, look: dict[str, Any]
) -> None:
    button, fault, reason, told = WORDS[lang]
    report_id, code = await reported(site, database)
    async with staff(browser, f"{site}/staff/contact/{report_id}?lang={lang}", key, lang, **look) as page:
        await is_sound(page)
        await page.get_by_role("button", name=button).press("Enter")
        await expect(page.locator("#told")).to_be_focused()
        await page.locator("#told a").press("Enter")
        await expect(page.locator("#reason")).to_be_focused()
        await expect(page.locator("#reason-error")).to_contain_text(fault)
        await is_sound(page)
        await page.locator("#reason").fill(reason)
        await page.locator("#reason").press("Enter")
        await expect(page.locator("#told")).to_be_focused()
        await expect(page.locator("dl")).to_contain_text(KIM["name"])
        await expect(page.get_by_role("link", name=KIM["phone"])).to_have_attribute("href", "tel:070-1740605")
        mail = page.get_by_role("link", name=KIM["email"])
        await expect(mail).to_have_attribute("href", f"mailto:{KIM['email']}")
        await expect(page.locator(".openings li")).to_contain_text(reason)
        assert KIM["name"] not in page.url
        assert reason not in page.url
        await is_sound(page)
        await page.goto(f"{site}/staff/contact/{report_id}?lang={lang}")
        await expect(page.locator("#reason")).to_be_visible()
        await expect(page.locator("dl")).to_have_count(0)
        await page.goto(f"{site}/follow/{code}?lang={lang}")
        await expect(page.locator("main")).to_contain_text(told)
        await expect(page.locator("main")).not_to_contain_text("Anna")
        await is_sound(page)


async def test_it_works_without_scripts_and_says_where_there_is_nothing_to_open(
    site: str, key: str, browser: Browser, database: Database
) -> None:
    report_id, _ = await reported(site, database)
    none, _ = await reported(site, database, contact=None)
    address = f"{site}/staff/contact/{report_id}?lang=sv"
    async with staff(browser, address, key, "sv", java_script_enabled=False, **PHONE) as page:
        await page.locator("#reason").fill("Fråga hur det gick")
        await page.get_by_role("button", name="Öppna uppgifterna").click()
        await expect(page.locator("dl")).to_contain_text(KIM["phone"])
        await page.goto(f"{site}/staff/contact/{none}?lang=sv")
        await expect(page.locator(".empty")).to_contain_text("har inte lämnat några")
        await expect(page.locator("#reason")).to_have_count(0)
