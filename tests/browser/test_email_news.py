"""News by e-mail in a real browser: address, code from the message, confirmed, a status arrives, its link stops it. On a phone, in
the dark, without scripts, and by axe.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from services.intake.email.news import queue_statuses
from services.intake.email.settings import EmailSettings
from shared.events import FollowStatus, ReportStatusChanged
from tests.support.accessibility import grave_faults
from tests.support.mail_server import MailBoxes, code_in, html_of, mail_server, text_of
from tests.support.served import served_intake

PUBLIC = "https://rapport.exempel.se"
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 780}, "has_touch": True}


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailBoxes]:
    with mail_server(tmp_path_factory.mktemp("mail")) as boxes:
        yield boxes


@pytest.fixture(scope="module")
def site(postgres_dsn: str, mail: MailBoxes) -> Iterator[str]:
    email = EmailSettings.model_validate(
        {
            "host": "127.0.0.1",
            "port": mail.port,
            "security": "none",
            "sender": "besked@koping.exempel.se",
            "gather_s": 0,
            "poll_s": 0.05,
        }
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
        with served_intake(postgres_dsn, email=email, public_url=PUBLIC) as url:
            yield url


async def look(page: Page, name: str) -> None:
    """Kept where somebody wants to see it."""
    if folder := os.environ.get("VARDKASE_SCREENSHOTS"):
        await page.screenshot(path=Path(folder) / f"email-{name}.png", full_page=True)


async def close(database: Any, code: str) -> None:
    """As a status arrives."""
    report_id = await database.fetchval("SELECT id FROM report WHERE tracking_code = $1", code)
    event = ReportStatusChanged(
        municipality="1983", report_id=report_id, status=FollowStatus.CLOSED, at=datetime.now(UTC)
    )
    async with database.transaction():
        await queue_statuses(database, [event], timedelta(0))


@pytest.mark.parametrize(("scheme", "language"), [("light", "sv"), ("dark", "en")])
async def test_the_whole_way_by_phone(
    browser: Browser, site: str, mail: MailBoxes, database: Any, scheme: Any, language: str
) -> None:
    context = await browser.new_context(locale=language, color_scheme=scheme, **PHONE)
    page = await context.new_page()
    page.set_default_timeout(30_000)
    before = len(mail.letters)
    await page.goto(f"{site}/?lang={language}")
    await page.locator("#text").fill("Det luktar rök vid hamnen.")
    await page.locator("details:has(#email) summary").click()
    await page.locator("#news").check()
    await look(page, f"choice-{scheme}")
    assert await grave_faults(page) == []
    await page.locator("button.send").first.click()
    await expect(page.locator(".error-summary a")).to_have_attribute("href", "#email")
    await page.locator("#email").fill("kim@exempel.se")
    await page.locator("button.send").first.click()

    await expect(page.locator("#email_code")).to_have_attribute("autocomplete", "one-time-code")
    await expect(page.locator("#email_code")).to_have_attribute("inputmode", "numeric")
    code = await page.locator(".code").inner_text()
    await look(page, f"asked-{scheme}")
    assert await grave_faults(page) == []
    right = code_in((await mail.arrived(before + 1))[-1])
    await page.locator("#email_code").fill(f"{(int(right) + 1) % 10**6:06}")
    await page.locator("form:has(#email_code) button").click()
    await expect(page.locator(".error-summary a")).to_have_attribute("href", "#email_code")
    await look(page, f"wrong-{scheme}")
    assert await grave_faults(page) == []
    await page.locator("#email_code").fill(right)
    await page.keyboard.press("Enter")
    await expect(page.locator(".notice--done")).to_be_visible()
    await look(page, f"verified-{scheme}")
    assert await grave_faults(page) == []

    await mail.arrived(before + 2)
    await close(database, code)
    letter = (await mail.arrived(before + 3))[-1]
    assert {"sv": "Avslutad betyder inte alltid löst", "en": "Closed does not always mean solved"}[
        language
    ] in text_of(letter)
    mailbox = await context.new_page()
    await mailbox.set_content(html_of(letter))
    await look(mailbox, f"letter-{scheme}")
    assert await grave_faults(mailbox) == []
    link = str(letter["List-Unsubscribe"])[1:-1]
    assert f'href="{link}"' in html_of(letter).replace("&amp;", "&")
    await page.goto(link.replace(PUBLIC, site))
    await look(page, f"stop-{scheme}")
    assert await grave_faults(page) == []
    await page.locator("main button").click()
    await look(page, f"stopped-{scheme}")
    assert await grave_faults(page) == []
    await page.goto(f"{site}/follow/{code}?lang={language}")
    await expect(page.locator("#email")).to_be_visible()
    await context.close()


async def test_the_whole_way_without_scripts(
    browser: Browser, site: str, mail: MailBoxes, database: Any
) -> None:
    context = await browser.new_context(java_script_enabled=False, locale="sv", **PHONE)
    page = await context.new_page()
    before = len(mail.letters)
    await page.goto(f"{site}/?lang=sv")
    await page.locator("#text").fill("Det luktar rök vid hamnen.")
    await page.locator("button.send").first.click()
    code = await page.locator(".code").inner_text()
    await page.locator("#email").fill("kim@exempel")
    await page.get_by_role("button", name="Skicka en kod").click()
    await expect(page.locator(".error-summary a")).to_have_attribute("href", "#email")
    await page.locator("#email").fill("kim.utan@exempel.se")
    await page.get_by_role("button", name="Skicka en kod").click()
    await expect(page.locator("h2").first).to_have_text("Skriv koden ur ditt e-postmeddelande")
    await mail.arrived(before + 1)
    await page.locator("summary").click()
    await page.get_by_role("button", name="Skicka en ny kod").click()
    letters = await mail.arrived(before + 2)
    await page.locator("#email_code").fill(code_in(letters[-1]))
    await page.get_by_role("button", name="Bekräfta").click()
    await expect(page.locator(".notice--done")).to_contain_text("Adressen är bekräftad")
    await mail.arrived(before + 3)
    await page.get_by_role("button", name="Sluta skicka besked").click()
    await expect(page.locator(".notice--done")).to_contain_text("Inga fler besked")
    await close(database, code)
    left = "SELECT count(*) FROM email_item JOIN report ON report.id = report_id WHERE tracking_code = $1"
    assert await database.fetchval(left, code) == 0
    await context.close()
