"""Whom to ring while one writes, in a real browser: what the page says is what the server says."""

from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect

from bench.emergency import sets
from services.intake.domain.emergency import Danger, number_to_ring
from tests.support.served import served_intake

SAID = """async (texts) => {
    const { numberToRing } = await import("/static/emergency.js");
    const words = await (await fetch("/static/emergency.json")).json();
    return texts.map((text) => ["yes", "no", ""].map((danger) => numberToRing(words, text, danger)));
}"""
ODD = [
    "",
    "\u0130STANBUL BRINNER",
    "brinner\n\ninte",
    "kl. 23, i går. Slagsmål",
    "a\u0308r det brand",
    "112 ½ ² Ⅻ",
    "😅 pistol 😅",
    "ﬁre",
]


@pytest.fixture(scope="module")
def site(postgres_dsn: str) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
        with served_intake(postgres_dsn) as url:
            yield url


async def test_the_browser_names_whom_the_server_names(site: str, page: Page) -> None:
    texts = ODD + [row.text for name, rows in sets().items() for row in rows]
    await page.goto(f"{site}/?lang=sv")
    said = await page.evaluate(SAID, texts)
    for text, answers in zip(texts, said, strict=True):
        expected = [number_to_ring(text, danger) for danger in (Danger.YES, Danger.NO, None)]
        assert answers == expected, text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("En man med pistol på torget", "112"),
        ("jag orkar inte leva", "112"),
        ("min cykel är snodd", "11414"),
        ("jag har feber", "1177"),
    ],
)
async def test_the_number_is_shown_while_one_writes(site: str, page: Page, text: str, number: str) -> None:
    await page.goto(f"{site}/?lang=sv")
    await page.locator("#text").press_sequentially(text)
    await expect(page.locator(f"#ring-words a[href='tel:{number}']")).to_be_visible()
    await page.locator("#text").fill("Klotter på muren bakom stationen")
    await expect(page.locator("#ring-words a")).to_have_count(0)
