"""Staff's page for what is held, as people meet it: with a token once, by keyboard, by phone, in the dark, without scripts."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from services.intake.tokens_store import revoke_token
from tests.support.accessibility import grave_faults
from tests.support.served import served_intake
from tests.support.staff import SPAM, make_token

Database = Any
ABUSE = {
    "challenge_key": "a-key-for-challenges",
    "never_limited": "",
    "alike_from_network": 2,
    "unscripted_burst": 0,
}
PHONE = {"viewport": {"width": 360, "height": 780}, "has_touch": True}


@pytest.fixture(scope="module")
def site(postgres_dsn: str) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
        with served_intake(postgres_dsn, abuse=ABUSE, staff={"tries_burst": 500}) as url:
            yield url


@pytest_asyncio.fixture
async def key(site: str, database: Database) -> str:
    """Anna's. What is held: a burst of six, two of which went on before it was one, and two reports by themselves."""
    await database.execute("DELETE FROM report")
    await database.execute("DELETE FROM rate_bucket")
    await revoke_token(database, "Anna, kommunen")
    secret = f"vardkase_{uuid4()}"
    await make_token(database, secret)
    async with httpx.AsyncClient(base_url=site) as sender:
        for number in range(6):
            report = {"text": f"{SPAM} {number}", "place_text": "Torget", "category": "other"}
            assert (await sender.post("/api/v1/reports", json=report)).status_code == 202
        for text in ("Klotter på muren bakom stationen.", "Trasig lampa vid skolan, ring 070-174 06 35."):
            form = {"text": text, "when": "now", "token": str(uuid4()), "step": "confirmed"}
            assert (await sender.post("/?lang=sv", data=form)).status_code == 303
    return secret


@asynccontextmanager
async def staff(
    browser: Browser, site: str, key: str, *, lang: str = "sv", **options: Any
) -> AsyncIterator[Page]:
    context = await browser.new_context(**{"locale": "sv-SE", **options})
    page = await context.new_page()
    page.set_default_timeout(10_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda each: faults.append(each.text) if "Content Security" in each.text else None)
    await page.goto(f"{site}/staff?lang={lang}")
    await page.locator("#token").fill(key)
    await page.locator("#token").press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text(
        "Karantän" if lang == "sv" else "Quarantine"
    )
    yield page
    await context.close()
    assert faults == []


async def states(database: Database) -> dict[str, int]:
    rows = await database.fetch("SELECT state, count(*) AS number FROM quarantine GROUP BY state")
    return {row["state"]: row["number"] for row in rows}


@pytest.mark.parametrize("lang", ["sv", "en"])
async def test_a_burst_is_rejected_and_that_is_undone(
    site: str, key: str, browser: Browser, database: Database, lang: str
) -> None:
    async with staff(browser, site, key, lang=lang) as page:
        burst = page.get_by_role(
            "article", name="4 liknande rapporter" if lang == "sv" else "4 reports alike"
        )
        await expect(burst).to_contain_text("Köp billiga klockor")
        whole = burst.get_by_label("Välj alla 4" if lang == "sv" else "Choose all 4")
        await whole.check()
        await expect(page.locator("#chosen")).to_have_text("4 valda" if lang == "sv" else "4 chosen")
        await burst.locator("summary").click()
        members = burst.locator("[name=report]")
        assert await members.count() == 4
        await members.nth(1).uncheck()
        await expect(whole).not_to_be_checked()
        await expect(page.locator("#chosen")).to_contain_text("3")

        await page.locator("[name=do][value=reject]").click()
        await expect(page.locator("#told")).to_be_focused()
        await page.locator("#told a").press("Enter")
        await expect(page.locator("#note")).to_be_focused()
        await expect(page.locator("#note")).to_have_attribute("aria-invalid", "true")
        await expect(page.locator("#chosen")).to_contain_text("3")
        await page.locator("#note").fill("Reklam")
        await page.locator("[name=do][value=reject]").click()
        await expect(page.locator("#told")).to_be_focused()
        await expect(page.locator("#told")).to_contain_text(
            "3 rapporter är avvisade" if lang == "sv" else "3 reports are rejected"
        )
        assert await states(database) == {"held": 3, "rejected": 3}
        await page.locator("#told button").press("Enter")
        await expect(page.locator("#told")).to_contain_text(
            "kan inte hämtas tillbaka" if lang == "sv" else "can't be taken back"
        )
        await expect(page.locator("#told button")).to_have_count(0)
        assert await states(database) == {"held": 3, "released": 3}
        await page.get_by_role("link", name="Släppta" if lang == "sv" else "Released").click()
        await expect(page.locator(".burst")).to_contain_text("Anna, kommunen")
        await page.locator(".burst details").first.locator("summary").click()


async def test_all_of_it_works_without_scripts_on_a_phone(
    site: str, key: str, browser: Browser, database: Database
) -> None:
    async with staff(browser, site, key, java_script_enabled=False, **PHONE) as page:
        await page.get_by_label("Visa bara").select_option("burst")
        await page.get_by_role("button", name="Visa", exact=True).tap()
        await expect(page.locator(".burst")).to_have_count(1)
        await page.get_by_label("Välj alla 4").check()
        await page.locator("#note").fill("Reklam")
        await page.get_by_role("button", name="Avvisa de valda").tap()
        await expect(page.get_by_role("status").first).to_contain_text("4 rapporter är avvisade")
        await expect(page.locator(".empty")).to_have_text("Inget med det skälet.")
        await page.get_by_role("link", name="Avvisade").tap()
        await expect(page.locator(".burst")).to_contain_text("Skäl: Reklam")
        await page.get_by_label("Välj alla 4").check()
        await page.get_by_role("button", name="Släpp de valda").tap()
        await expect(page.get_by_role("status").first).to_contain_text("kan inte hämtas tillbaka")
        assert await states(database) == {"held": 2, "released": 4}
        await page.get_by_role("button", name="Logga ut").tap()
        await expect(page.get_by_role("status")).to_have_text("Du är utloggad.")
        await page.goto(f"{site}/staff/quarantine")
        await expect(page.locator("#token")).to_be_visible()


async def test_the_keyboard_alone_reaches_every_thing_in_the_order_it_is_read(
    site: str, key: str, browser: Browser, database: Database
) -> None:
    async with staff(browser, site, key) as page:
        await page.keyboard.press("Tab")
        await expect(page.locator(".skip-link")).to_be_focused()
        seen = []
        for _ in range(30):
            await page.keyboard.press("Tab")
            seen.append(
                await page.evaluate(
                    "(document.activeElement.name || document.activeElement.textContent.trim()).slice(0, 20)"
                )
            )
            if seen[-1] == "burst":
                await page.keyboard.press("Space")
            if seen[-1] == "do":
                break
        order = ["Logga ut", "English", "Hålls kvar", "reason", "Visa", "burst", "report", "note", "do"]
        found = [next(place for place, each in enumerate(seen) if each.startswith(want)) for want in order]
        assert found == sorted(found), seen
        await page.keyboard.press("Enter")
        await expect(page.locator("#told")).to_contain_text("4 rapporter är släppta")
    assert await states(database) == {"held": 2, "released": 4}


async def test_what_has_the_keyboard_is_never_hidden_behind_the_decision(
    site: str, key: str, browser: Browser
) -> None:
    async with staff(browser, site, key, viewport={"width": 1280, "height": 900}) as page:
        await page.locator(".burst summary").click()
        hidden = await page.evaluate(
            """() => [...document.querySelectorAll('.burst a, .burst input, .burst summary')].filter((each) => {
                each.focus();
                const { left, top, width, height } = each.getBoundingClientRect();
                const there = document.elementFromPoint(left + width / 2, top + height / 2);
                return !(there && (there === each || each.contains(there) || there.contains(each)));
            }).map((each) => each.outerHTML)"""
        )
        assert hidden == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
async def test_nothing_shuts_anybody_out(
    site: str, key: str, browser: Browser, scheme: Any, width: int
) -> None:
    async with staff(
        browser, site, key, viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True
    ) as page:
        await page.locator(".burst summary").first.click()
        assert await grave_faults(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await page.locator("[name=do]").first.click()
        await expect(page.locator("#told")).to_be_visible()
        assert await grave_faults(page) == []
        await page.goto(f"{site}/staff/quarantine?state=released")
        await expect(page.locator(".empty")).to_be_visible()
        assert await grave_faults(page) == []
        await page.get_by_role("button", name="Logga ut").click()
        await page.locator("#token").fill("fel")
        await page.keyboard.press("Enter")
        await expect(page.locator("#token-error")).to_be_visible()
        assert await grave_faults(page) == []
        small = await page.evaluate(
            """() => [...document.querySelectorAll('button, select, .choice, summary, input:not([type=checkbox], [type=hidden])')]
                .filter(each => each.offsetParent !== null && each.getBoundingClientRect().height < 44)
                .map(each => each.outerHTML)"""
        )
        assert small == []


async def test_a_browser_that_was_signed_in_is_out_when_the_token_is_revoked(
    site: str, key: str, browser: Browser, database: Database
) -> None:
    async with staff(browser, site, key) as page:
        await page.get_by_label("Välj alla 4").check()
        await revoke_token(database, "Anna, kommunen")
        await page.locator("[name=do][value=release]").click()
        await expect(page.get_by_role("status")).to_contain_text("Du är inte inloggad längre")
        assert await page.context.cookies() == []
    assert await states(database) == {"held": 6}


async def test_no_other_site_can_make_a_signed_in_browser_decide(
    site: str, key: str, browser: Browser, database: Database
) -> None:
    async with staff(browser, site, key) as page:
        values = await page.locator("#bursts").evaluate("form => [...new FormData(form)]")
        chosen = await page.locator("[name=burst]").get_attribute("value")
        fields = [*values, ["burst", chosen], ["do", "release"]]
        inputs = "".join(f'<input name="{name}" value="{value}">' for name, value in fields)
        form = f'<form method="post" action="{site}/staff/quarantine">{inputs}<button>x</button></form>'
        await page.route("**/elsewhere", lambda route: route.fulfill(content_type="text/html", body=form))
        other = site.replace("127.0.0.1", "localhost")
        await page.goto(f"{other}/elsewhere")
        await page.locator("button").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Det kom från en annan webbplats")
    assert await states(database) == {"held": 6}


async def test_the_list_can_be_printed_without_its_controls(site: str, key: str, browser: Browser) -> None:
    async with staff(browser, site, key) as page:
        await page.emulate_media(media="print")
        await expect(page.locator(".burst").first).to_be_visible()
        await expect(page.locator(".tabs")).to_contain_text("Hålls kvar")
        for each in (".decide", ".filter", ".choice", ".signed-in form"):
            await expect(page.locator(each).first).to_be_hidden()
