"""A report whose answer gets lost on its way back is stored already: sent again, it stays one."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.browser.test_form import read_code, visitor
from tests.support.losing_answers import line_to
from tests.support.served import served_intake


@pytest.fixture(scope="module")
def site(postgres_dsn: str) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
        with served_intake(postgres_dsn) as url:
            yield url


async def test_a_report_whose_answer_got_lost_is_one_report(
    site: str, browser: Browser, database: Any
) -> None:
    async with line_to(site) as line, visitor(browser) as citizen:
        await citizen.goto(line.url)
        await citizen.evaluate("navigator.serviceWorker.ready")
        await citizen.wait_for_function("navigator.serviceWorker.controller !== null")
        before = await database.fetchval("SELECT count(*) FROM report")
        await citizen.locator("#text").fill("Trasig bänk vid kajen")
        line.loses = True
        await citizen.locator("button.send").click()
        await expect(citizen.locator("#waiting")).to_contain_text("1 rapport väntar på nät")
        assert await database.fetchval("SELECT count(*) FROM report") == before + 1
        line.loses = False
        # Unless the page has tried by itself meanwhile, and the button is gone.
        await citizen.evaluate("document.querySelector('#waiting button')?.click()")
        await citizen.locator("#waiting").get_by_role("link", name="Följ den").click()
        await read_code(citizen)
        assert line.lost >= 1
        assert await database.fetchval("SELECT count(*) FROM report") == before + 1


@pytest.mark.parametrize(
    ("fields", "number"),
    [
        ({"#text": "Det brinner i huset och folk är kvar där inne"}, "112"),
        ({"#text": "Något är på tok här.", "[name=danger][value=yes]": ""}, "112"),
        ({"#text": "Trasig bänk vid kajen"}, None),
    ],
)
async def test_what_waits_for_a_connection_and_is_urgent_names_whom_to_ring(
    site: str, browser: Browser, fields: dict[str, str], number: str | None
) -> None:
    async with visitor(browser) as citizen:
        await citizen.goto(site)
        await citizen.evaluate("navigator.serviceWorker.ready")
        await citizen.wait_for_function("navigator.serviceWorker.controller !== null")
        await citizen.context.set_offline(True)
        for place, words in fields.items():
            field = citizen.locator(place)
            await (field.fill(words) if words else field.check())
        await citizen.locator("button.send").click()
        await expect(citizen.locator("#waiting")).to_contain_text("1 rapport väntar på nät")
        called = citizen.locator("#waiting a.button--call")
        await expect(called).to_have_count(0 if number is None else 1)
        if number is not None:
            await expect(called).to_have_attribute("href", f"tel:{number}")
        await citizen.locator("#waiting").get_by_role("button", name="Kasta det som väntar").click()
        await expect(called).to_have_count(0)
