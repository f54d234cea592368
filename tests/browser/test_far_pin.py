"""A position far from the municipality, in a real browser: its sender is told before anything is sent, and may send it all the same."""

from collections.abc import Iterator

import pytest
from playwright.async_api import Browser, expect

from tests.support.accessibility import grave_faults
from tests.support.served import served_intake

IN_ARBOGA = {"latitude": 59.394, "longitude": 15.839}


@pytest.fixture(scope="module")
def site(postgres_dsn: str) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
        with served_intake(postgres_dsn) as url:
            yield url


@pytest.mark.parametrize(
    ("lang", "told"), [("sv", "ligger i Arboga, inte i Köping"), ("en", "is in Arboga, not in Köping")]
)
async def test_where_a_pin_lies_is_told_before_it_is_sent(
    site: str, browser: Browser, lang: str, told: str
) -> None:
    context = await browser.new_context(
        geolocation=IN_ARBOGA, permissions=["geolocation"], viewport={"width": 390, "height": 800}
    )
    page = await context.new_page()
    await page.goto(f"{site}/?lang={lang}")
    await page.locator("#text").fill("En trasig lampa vid vägen.")
    await page.locator("#use-position").click()
    await expect(page.locator("[name=lat]")).not_to_have_value("")
    await page.locator("button.send").first.click()
    await expect(page.locator("#far-pin")).to_contain_text(told)
    assert await grave_faults(page) == []
    await page.locator("button.send[value=confirmed]").click()
    await expect(page.locator(".code")).to_be_visible()
    await context.close()
