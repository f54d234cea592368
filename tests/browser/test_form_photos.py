"""Photos in the citizen's form and on the page that follows a report, in a real browser."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from services.intake.photos.settings import PhotoSettings
from tests.support.accessibility import grave_faults
from tests.support.photos import photo
from tests.support.served import served_intake

CODE = re.compile(r"^\w{4}-\w{4}-\w{4}$")
PHONE = {"viewport": {"width": 360, "height": 780}, "has_touch": True}
_PATIENCE_MS = 30_000
_KEEP_WHAT_IS_SENT = """
window.sent = [];
const send = XMLHttpRequest.prototype.send;
XMLHttpRequest.prototype.send = function (body) {
  const text = async () => String.fromCharCode(...new Uint8Array(await body.arrayBuffer()));
  window.sent.push(text());
  send.call(this, body);
};
"""

expect.set_options(timeout=_PATIENCE_MS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("photos")


@pytest.fixture(scope="module")
def site(postgres_dsn: str, folder: Path) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
        with served_intake(postgres_dsn, photos=PhotoSettings(store=str(folder))) as url:
            yield url


@asynccontextmanager
async def visitor(browser: Browser, **options: Any) -> AsyncIterator[Page]:
    context = await browser.new_context(**{"locale": "sv-SE", **options})
    page = await context.new_page()
    page.set_default_timeout(_PATIENCE_MS)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda each: faults.append(each.text) if "Content Security" in each.text else None)
    yield page
    await context.close()
    assert faults == []


def file(name: str, content: bytes | None = None, seed: int = 0) -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": content or photo(orientation=6, seed=seed)}


async def photos_of(database: Any, code: str) -> int:
    found: int = await database.fetchval(
        "SELECT count(*) FROM photo JOIN report ON report.id = photo.report_id WHERE tracking_code = $1", code
    )
    return found


async def code_of(page: Page) -> str:
    await expect(page.locator(".code")).to_have_text(CODE)
    return await page.locator(".code").inner_text()


@pytest.mark.parametrize("lang", ["sv", "en"])
async def test_photos_are_seen_described_removed_and_sent(
    site: str, browser: Browser, database: Any, lang: str
) -> None:
    async with visitor(browser, **PHONE) as page:
        await page.goto(f"{site}/?lang={lang}")
        await page.locator("#text").fill("Någon har krossat rutan på busskuren.")
        await page.locator("#photo").set_input_files([file("a.jpg", seed=1), file("b.jpg", seed=2)])
        await expect(page.locator(".photos__one")).to_have_count(2)
        await page.locator("#photo").set_input_files([file("c.jpg", seed=3)])
        await expect(page.locator(".photos__one")).to_have_count(3)
        await page.locator(".photos__one input[type=text]").first.fill("Rutan")
        await page.locator(".photos__one").nth(1).get_by_role("button").click()
        await expect(page.locator(".photos__one")).to_have_count(2)
        assert await grave_faults(page) == []
        await page.locator("button.send").click()
        code = await code_of(page)
        await expect(page.locator(".photos__gallery img")).to_have_count(2)
        await expect(page.locator(".photos__gallery img").first).to_have_js_property("naturalWidth", 300)
        await expect(page.locator(".photos__gallery")).to_contain_text("Rutan")
        assert await grave_faults(page) == []
    assert await photos_of(database, code) == 2


async def test_position_and_times_never_leave_the_browser(site: str, browser: Browser) -> None:
    async with visitor(browser) as page:
        await page.add_init_script(_KEEP_WHAT_IS_SENT)
        await page.goto(site)
        await page.locator("#text").fill("Klotter på muren.")
        await page.locator("#photo").set_input_files([file("a.jpg")])
        await expect(page.locator(".photos__one img")).to_be_visible()
        await page.evaluate(
            "document.querySelector('#report').addEventListener('submit', (event) => event.preventDefault())"
        )
        await page.locator("button.send").click()
        await expect(page.locator("[name=photo_ref]")).to_have_count(1)
        sent = await page.evaluate("Promise.all(window.sent)")
    assert len(sent) == 1
    assert sent[0].startswith("\xff\xd8")
    assert "Kims telefon" not in sent[0]
    assert "Granitgatan" not in sent[0]


async def test_without_script_a_bad_photo_costs_nothing(site: str, browser: Browser, database: Any) -> None:
    async with visitor(browser, java_script_enabled=False, **PHONE) as page:
        await page.goto(f"{site}/?lang=sv")
        await page.locator("#text").fill("Rutan är krossad.")
        await page.locator("#photo").set_input_files([file("mur.jpg"), file("brev.pdf", b"%PDF-1.7")])
        await page.locator("button.send").click()
        await expect(page.locator("#error-summary")).to_contain_text("”brev.pdf” är inget foto")
        await expect(page.locator("#text")).to_have_value("Rutan är krossad.")
        await expect(page.locator(".photos__one img")).to_have_count(1)
        await page.locator("[name=photo_alt]").fill("Muren")
        await page.locator("button.send").click()
        code = await code_of(page)
        await expect(page.locator(".photos__gallery")).to_contain_text("Muren")
        await page.locator("#photo").set_input_files([file("igen.jpg", seed=5)])
        await page.get_by_role("button", name="Skicka bilderna").click()
        await expect(page.locator(".photos__gallery img")).to_have_count(2)
        await page.get_by_role("button", name=re.compile("Ta bort: Muren")).click()
        await expect(page.locator(".photos__gallery img")).to_have_count(1)
    assert await photos_of(database, code) == 1


async def test_what_is_no_photo_is_told_of_at_once_and_what_the_server_refuses_by_its_photo(
    site: str, browser: Browser
) -> None:
    async with visitor(browser) as page:
        await page.goto(f"{site}/?lang=sv")
        await page.locator("#text").fill("Klotter på muren.")
        await page.locator("#photo").set_input_files(
            [{"name": "film.mp4", "mimeType": "video/mp4", "buffer": b"no picture"}]
        )
        await expect(page.locator(".photos__one--refused")).to_contain_text("”film.mp4” är inget foto")
        await page.locator("#photo").set_input_files([file("trasig.jpg", photo()[:800])])
        await expect(page.locator(".photos__one--refused")).to_have_count(0)
        await page.locator("button.send").click()
        wrong = page.locator(".photos__one--wrong")
        await expect(wrong).to_contain_text("gick inte att läsa")
        await wrong.get_by_role("button").click()
        await page.locator("button.send").click()
        await code_of(page)


async def test_a_draft_keeps_its_photos(site: str, browser: Browser, database: Any) -> None:
    async with visitor(browser) as page:
        await page.goto(f"{site}/?lang=sv")
        await page.locator("#text").fill("Klotter på muren.")
        await page.locator("#photo").set_input_files([file("a.jpg")])
        await expect(page.locator(".photos__one")).to_have_count(1)
        await page.locator(".photos__one input[type=text]").fill("Muren")
        await page.locator("#text").focus()
        await page.wait_for_timeout(500)
        await page.goto(f"{site}/?lang=sv")
        await expect(page.locator("#text")).to_have_value("Klotter på muren.")
        await expect(page.locator(".photos__one")).to_have_count(1)
        await expect(page.locator(".photos__one input[type=text]")).to_have_value("Muren")
        await page.locator("button.send").click()
        code = await code_of(page)
        await page.goto(f"{site}/?lang=sv")
        await expect(page.locator("#text")).to_have_value("")
        await expect(page.locator(".photos__one")).to_have_count(0)
    assert await photos_of(database, code) == 1


async def test_without_a_connection_photos_wait_with_the_report_and_are_sent_once(
    site: str, browser: Browser, database: Any
) -> None:
    async with visitor(browser) as page:
        await page.goto(f"{site}/?lang=sv")
        await page.evaluate("navigator.serviceWorker.ready")
        await page.wait_for_function("navigator.serviceWorker.controller !== null")
        await page.reload()
        await page.locator("#text").fill("Klotter på muren, utan nät.")
        await page.locator("#photo").set_input_files([file("a.jpg"), file("b.jpg", seed=4)])
        await expect(page.locator(".photos__one")).to_have_count(2)
        await page.context.set_offline(True)
        await page.locator("button.send").click()
        await expect(page.locator("#waiting")).to_contain_text("väntar på nät")
        await expect(page.locator(".photos__one")).to_have_count(0)
        await page.context.set_offline(False)
        await page.evaluate("dispatchEvent(new Event('online'))")
        await expect(page.locator("#waiting")).to_contain_text("är skickad")
        await page.locator("#waiting a").click()
        code = await code_of(page)
        await expect(page.locator(".photos__gallery img")).to_have_count(2)
    assert await photos_of(database, code) == 2
