"""How a report stands, as its reporter meets it: what it was sorted as, questions about that, and that it is held back."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.test_form import PHONE, visitor
from tests.support.accessibility import grave_faults
from tests.support.served import served_intake

PICTURES = os.environ.get("PICTURES")
"""A folder: the pages are drawn there for people to look at."""


@pytest.fixture(scope="module")
def site(postgres_dsn: str) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
        with served_intake(postgres_dsn) as url:
            yield url


async def reported(site: str) -> str:
    async with httpx.AsyncClient(base_url=site) as client:
        code: str = (
            await client.post(
                "/api/v1/reports", json={"text": "Det ryker ur en soptunna.", "category": "environment"}
            )
        ).json()["tracking_code"]
        return code


async def sort(database: Any, code: str, category: str) -> None:
    """As it would be told by reporting."""
    await database.execute(
        """WITH told AS (INSERT INTO report_status (report_id, at, status) SELECT id, now(), 'assessed' FROM report
           WHERE tracking_code = $1)
           INSERT INTO report_category (report_id, category, at) SELECT id, $2, now() FROM report WHERE tracking_code = $1""",
        code,
        category,
    )


async def hold(database: Any, code: str, state: str) -> None:
    await database.execute(
        """INSERT INTO quarantine (report_id, state, reasons, received_at, release_at, body, decided_at)
           SELECT id, $2, '{no_work}', received_at, CASE WHEN $2 = 'held' THEN now() + interval '10 minutes' END, ''::bytea,
                  CASE WHEN $2 = 'rejected' THEN now() END FROM report WHERE tracking_code = $1""",
        code,
        state,
    )


async def drawn(page: Page, name: str) -> None:
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("lang", ["sv", "en"])
async def test_questions_about_another_kind_are_answered_once_without_script(
    site: str, browser: Browser, database: Any, lang: str
) -> None:
    code = await reported(site)
    await sort(database, code, "fire")
    async with visitor(browser, java_script_enabled=False, **PHONE) as page:
        await page.goto(f"{site}/follow/{code}?lang={lang}")
        await drawn(page, f"sorted-{lang}")
        asked = page.locator("section[aria-labelledby=sorted-title]")
        await asked.locator("[name=answer-still_burning][value=yes]").check()
        await asked.locator("button[value=send]").click()
        await expect(page.locator(".notice--done")).to_contain_text({"sv": "Tack", "en": "Thank you"}[lang])
        await expect(page.locator("#sorted-title")).to_have_count(0)
    assert await database.fetchval(
        """SELECT said.answers ? 'still_burning' FROM form_report AS said JOIN report ON report.id = said.follows
           WHERE tracking_code = $1""",
        code,
    )


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("state", ["sorted", "held", "rejected"])
async def test_nothing_of_it_shuts_anybody_out(
    site: str, browser: Browser, database: Any, lang: str, state: str
) -> None:
    code = await reported(site)
    if state == "sorted":
        await sort(database, code, "fire")
    else:
        await hold(database, code, state)
    async with visitor(browser, **PHONE) as page:
        await page.goto(f"{site}/follow/{code}?lang={lang}")
        await expect(page.locator("#sorted-title" if state == "sorted" else "#held-back")).to_be_visible()
        await expect(page.locator("[aria-current=step]")).to_have_count(1)
        assert await grave_faults(page) == []
        await drawn(page, f"{state}-{lang}-phone")
