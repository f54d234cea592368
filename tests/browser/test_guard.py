"""The small work before a report, in a real browser: done unseen, and nobody without it is turned away."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.accessibility import grave_faults
from tests.support.served import served_intake

CODE = re.compile(r"^\w{4}-\w{4}-\w{4}$")
Database = Any


@pytest.fixture(scope="module")
def site(postgres_dsn: str) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
        # However quick the browser is, it is not held for that; the second without work is one too many.
        abuse = {
            "challenge_key": "a-key-for-challenges",
            "never_limited": "",
            "least_fill_s": 0,
            "unscripted_burst": 1,
        }
        with served_intake(postgres_dsn, abuse=abuse) as url:
            yield url


async def fill_and_send(page: Page, site: str, text: str) -> None:
    await page.goto(f"{site}/?lang=sv")
    await page.locator("#text").fill(text)
    await page.locator("button.send").first.click()
    await expect(page.locator(".code")).to_have_text(CODE)


async def test_the_form_solves_its_challenge_unseen_and_the_report_goes_on_at_once(
    site: str, page: Page, database: Database
) -> None:
    await fill_and_send(page, site, "Trasig belysning vid kajen.")
    assert await database.fetchval("SELECT count(*) FROM solution_used") == 1
    assert await database.fetchval("SELECT count(*) FROM quarantine") == 0
    assert await database.fetchval("SELECT count(*) FROM outbox") == 1
    await page.goto(f"{site}/?lang=sv")
    assert await grave_faults(page) == []
    await expect(page.locator("#website")).not_to_be_in_viewport()


async def test_without_scripts_a_report_goes_on_at_once_and_those_after_the_first_few_wait(
    site: str, browser: Browser, database: Database
) -> None:
    context = await browser.new_context(java_script_enabled=False, locale="sv-SE")
    page = await context.new_page()
    before = await database.fetchval("SELECT count(*) FROM outbox")
    await fill_and_send(page, site, "Skräp vid vägen till Kolsva.")
    assert await database.fetchval("SELECT count(*) FROM quarantine") == 0
    assert await database.fetchval("SELECT count(*) FROM outbox") == before + 1
    await fill_and_send(page, site, "Klotter på muren vid stationen.")
    await context.close()
    (row,) = await database.fetch("SELECT state, reasons, release_at FROM quarantine")
    assert (row["state"], row["reasons"]) == ("held", ["no_work"])
    assert row["release_at"] is not None
