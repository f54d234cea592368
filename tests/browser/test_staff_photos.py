"""Photos where staff work, as people meet them: from a link, by phone, in the dark, without scripts, in both languages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import Browser, expect

from services.intake.domain.tokens import PHOTOS, QUARANTINE
from tests.support.accessibility import grave_faults
from tests.support.photos import photo
from tests.support.served import served_intake
from tests.support.staff import make_token

Database = Any
PHONE = {"viewport": {"width": 360, "height": 780}, "has_touch": True}


@pytest.fixture(scope="module")
def site(postgres_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("photos")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
        patched.setenv("INTAKE_PHOTOS_STORE", str(folder))
        abuse = {"challenge_key": "a-key-for-challenges"}
        with served_intake(postgres_dsn, abuse=abuse, staff={"tries_burst": 500}) as url:
            yield url


async def held_with_photos(site: str, database: Database) -> str:
    """Its id."""
    await database.execute("DELETE FROM report")
    async with httpx.AsyncClient(base_url=site, timeout=60) as sender:
        fields = {"text": "Rutan är krossad.", "token": str(uuid4()), "step": "confirmed", "website": "x"}
        sent = await sender.post("/?lang=sv", data={**fields, "when": "now"})
        code = sent.headers["location"].split("/follow/")[1].split("?")[0]
        for number, alt in enumerate(("Rutan från gatan", "")):
            added = await sender.post(
                f"/api/v1/reports/{code}/photos", params={"alt": alt}, content=photo(seed=number)
            )
            assert added.status_code == 201, added.text
    return str(await database.fetchval("SELECT report_id FROM quarantine WHERE state = 'held'"))


@pytest.mark.parametrize(
    ("lang", "options"),
    [
        ("sv", {}),
        ("en", {**PHONE, "color_scheme": "dark", "java_script_enabled": True}),
        ("sv", {**PHONE, "java_script_enabled": False}),
    ],
    ids=["wide", "phone in the dark", "phone without scripts"],
)
async def test_from_a_link_one_signs_in_and_comes_to_the_photos_and_from_the_quarantine_too(
    site: str, browser: Browser, database: Database, lang: str, options: dict[str, Any]
) -> None:
    key = f"vardkase_{uuid4()}"
    await make_token(database, key, name=f"Anna {key[-6:]}", scopes=[QUARANTINE, PHOTOS])
    report_id = await held_with_photos(site, database)
    context = await browser.new_context(locale="sv-SE", **options)
    page = await context.new_page()
    page.set_default_timeout(20_000)
    await page.goto(f"{site}/staff/photos/{report_id}?lang={lang}")
    await page.locator("#token").fill(key)
    await page.locator("#token").press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text(
        "Bilder till en rapport" if lang == "sv" else "Photos of a report"
    )
    images = page.locator(".album img")
    await expect(images).to_have_count(2)
    await expect(page.get_by_text("Rutan från gatan")).to_be_visible()
    for image in await images.all():
        assert (await page.request.get(f"{site}{await image.get_attribute('src')}")).status == 200
    if options.get("java_script_enabled", True):
        assert await grave_faults(page) == []
        assert await images.first.evaluate("image => image.complete && image.naturalWidth > 0")
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= (360 if options else 1280)

    await page.goto(f"{site}/staff/quarantine?lang={lang}")
    thumbnails = page.locator(".thumbnails a")
    await expect(thumbnails).to_have_count(2)
    if options.get("java_script_enabled", True):
        assert await grave_faults(page) == []
    await thumbnails.first.click()
    await expect(images).to_have_count(2)
    await context.close()
